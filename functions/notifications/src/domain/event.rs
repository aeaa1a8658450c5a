//! Events that a person is notified of. Refuses words, which belong to each language.

use super::kind::Kind;
use super::unsubscription::UnsubscribeToken;
use events::carts::CartAbandoned;
use events::ids::UserId;
use events::orders::{OrderDetails, OrderEvent};
use events::users::{
    AccountErased, CredentialsChanged, EmailChangeRequested, EmailVerificationRequested, PasswordResetRequested,
};
use events::{Contact, Language, Sku, Timestamp};

/// An event that a person is notified of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    UserRegistered {
        user: UserId,
        contact: Contact,
        language: Option<Language>,
    },
    Order(OrderDetails, OrderEvent),
    EmailVerificationRequested(EmailVerificationRequested),
    PasswordResetRequested(PasswordResetRequested),
    EmailChangeRequested(EmailChangeRequested),
    CredentialsChanged(CredentialsChanged),
    AccountErased(AccountErased),
    /// A guest wants to be told of a SKU, and the mailbox is asked whether that is meant.
    StockAlertRequested {
        contact: Contact,
        sku: Sku,
        token: String,
        /// By which whoever confirms it ends all that the mailbox waits for.
        refusal: UnsubscribeToken,
        language: Option<Language>,
        expires_at: Timestamp,
    },
    /// Somebody waited for a SKU that is back: a user, or a guest by the contact.
    BackInStock {
        user: Option<UserId>,
        contact: Option<Contact>,
        sku: Sku,
        language: Option<Language>,
    },
    CartAbandoned(CartAbandoned),
}

impl Event {
    /// What kind of email it brings.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::UserRegistered { .. } => Kind::UserRegistered,
            Self::Order(_, event) => Kind::of_order(event),
            Self::EmailVerificationRequested(_) => Kind::EmailVerificationRequested,
            Self::PasswordResetRequested(_) => Kind::PasswordResetRequested,
            Self::EmailChangeRequested(_) => Kind::EmailChangeRequested,
            Self::CredentialsChanged(_) => Kind::CredentialsChanged,
            Self::AccountErased(_) => Kind::AccountErased,
            Self::StockAlertRequested { .. } => Kind::StockAlertRequested,
            Self::BackInStock { .. } => Kind::BackInStock,
            Self::CartAbandoned(_) => Kind::CartAbandoned,
        }
    }

    /// The person to notify, if the message names one.
    pub const fn contact(&self) -> Option<&Contact> {
        match self {
            Self::UserRegistered { contact, .. } => Some(contact),
            Self::Order(order, _) => order.contact.as_ref(),
            Self::EmailVerificationRequested(message) => Some(&message.contact),
            Self::PasswordResetRequested(message) => Some(&message.contact),
            Self::EmailChangeRequested(message) => Some(&message.contact),
            Self::CredentialsChanged(message) => Some(&message.contact),
            Self::AccountErased(message) => Some(&message.contact),
            Self::StockAlertRequested { contact, .. } => Some(contact),
            Self::BackInStock { contact, .. } => contact.as_ref(),
            Self::CartAbandoned(_) => None,
        }
    }

    /// The user whom it is about; none for a guest's order.
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::UserRegistered { user, .. } => Some(*user),
            Self::Order(order, _) => order.customer,
            Self::EmailVerificationRequested(message) => Some(message.user_id),
            Self::PasswordResetRequested(message) => Some(message.user_id),
            Self::EmailChangeRequested(message) => Some(message.user_id),
            Self::CredentialsChanged(message) => Some(message.user_id),
            Self::AccountErased(message) => Some(message.user_id),
            Self::StockAlertRequested { .. } => None,
            Self::BackInStock { user, .. } => *user,
            Self::CartAbandoned(message) => Some(message.user_id),
        }
    }

    /// The language that the message names: the order's, or that of the account when it was sent.
    pub const fn language(&self) -> Option<Language> {
        match self {
            Self::UserRegistered { language, .. } => *language,
            Self::Order(order, _) => order.language,
            Self::EmailVerificationRequested(message) => message.language,
            Self::PasswordResetRequested(message) => message.language,
            Self::EmailChangeRequested(message) => message.language,
            Self::CredentialsChanged(message) => message.language,
            Self::AccountErased(message) => message.language,
            Self::StockAlertRequested { language, .. } | Self::BackInStock { language, .. } => *language,
            Self::CartAbandoned(_) => None,
        }
    }

    /// The time from which an email about it would mislead: it asks for a payment, or has a link that opens, until then.
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Order(
                _,
                OrderEvent::PaymentDeclined { pay_until, .. } | OrderEvent::PaymentActionRequired { pay_until, .. },
            ) => Some(*pay_until),
            Self::EmailVerificationRequested(message) => Some(message.expires_at),
            Self::PasswordResetRequested(message) => Some(message.expires_at),
            Self::EmailChangeRequested(message) => Some(message.expires_at),
            Self::StockAlertRequested { expires_at, .. } => Some(*expires_at),
            Self::Order(..)
            | Self::UserRegistered { .. }
            | Self::CredentialsChanged(_)
            | Self::AccountErased(_)
            | Self::BackInStock { .. }
            | Self::CartAbandoned(_) => None,
        }
    }

    /// Whether an email about it would mislead by now.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at().is_some_and(|end| end <= now)
    }

    /// Whether staff may have its email sent again if the mail service refuses it. One with a token would come without its link, as no
    /// token is kept: who needs it asks for another. Of the last words to somebody nothing stays behind.
    pub const fn is_kept(&self) -> bool {
        !matches!(
            self,
            Self::EmailVerificationRequested(_)
                | Self::PasswordResetRequested(_)
                | Self::EmailChangeRequested(_)
                | Self::AccountErased(_)
                | Self::StockAlertRequested { .. }
        )
    }

    /// The same without the token that opens a guest's order.
    #[must_use]
    pub fn without_token(&self) -> Self {
        let mut event = self.clone();
        if let Self::Order(order, _) = &mut event {
            order.guest_token = None;
        }
        event
    }
}
