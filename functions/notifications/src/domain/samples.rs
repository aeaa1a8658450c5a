//! Sample events, one for each kind of email, with which staff see what the shop writes. Refuses facts: no such order or person exists.

use super::event::Event;
use super::kind::Kind;
use super::unsubscription::UnsubscribeToken;
use events::carts::{AbandonedLine, CartAbandoned};
use events::ids::{CartId, OrderId, UserId};
use events::inventory::MissingLine;
use events::orders::{OrderDetails, OrderEvent, OrderLine};
use events::payments::AmountParts;
use events::users::{
    AccountErased, CredentialChange, CredentialsChanged, EmailChangeRequested, EmailVerificationRequested,
    PasswordResetRequested,
};
use events::{Contact, Currency, Language, Money, Sku, Timestamp};

/// Stands where a link would have a token. It opens nothing.
const TOKEN: &str = "sample";
/// How long the samples' links and payments wait.
const HOUR: i64 = 60 * 60;

/// The sample of a kind at this time, to that address. None if the address cannot be one, which samples' own can.
pub fn sample(kind: Kind, language: Language, to: &Contact, now: Timestamp) -> Option<Event> {
    let (user_id, contact, language) = (UserId::from_bits(1), to.clone(), Some(language));
    let (token, expires_at) = (TOKEN.to_owned(), now.plus_seconds(HOUR));
    Some(match kind {
        Kind::UserRegistered => Event::UserRegistered { user: user_id, contact, language },
        Kind::EmailVerificationRequested => Event::EmailVerificationRequested(EmailVerificationRequested {
            // The mail says when the account was opened.
            user_id: UserId::new(now, [1; 10]),
            contact,
            token,
            expires_at,
            language,
        }),
        Kind::PasswordResetRequested => {
            Event::PasswordResetRequested(PasswordResetRequested { user_id, contact, token, expires_at, language })
        }
        Kind::EmailChangeRequested => Event::EmailChangeRequested(EmailChangeRequested {
            user_id,
            contact,
            is_new: true,
            token,
            expires_at,
            language,
        }),
        Kind::CredentialsChanged => Event::CredentialsChanged(CredentialsChanged {
            user_id,
            contact,
            change: CredentialChange::Password,
            at: now,
            language,
        }),
        Kind::AccountErased => Event::AccountErased(AccountErased { user_id, contact, at: now, language }),
        Kind::StockAlertRequested => {
            let (sku, refusal) = ("POT-1".parse().ok()?, UnsubscribeToken::sample(Kind::BackInStock));
            Event::StockAlertRequested { contact, sku, token, refusal, language, expires_at }
        }
        Kind::BackInStock => {
            Event::BackInStock { user: Some(user_id), contact: Some(contact), sku: "POT-1".parse().ok()?, language }
        }
        Kind::CartAbandoned => {
            let line = |sku: &str, title: Option<&str>, quantity| {
                Some(AbandonedLine { sku: sku.parse().ok()?, title: title.map(str::to_owned), quantity })
            };
            let lines = vec![line("TEA-1", Some("Darjeeling"), 2)?, line("POT-1", None, 1)?];
            Event::CartAbandoned(CartAbandoned { user_id, cart_id: CartId::from_bits(1), lines, seq: 3 })
        }
        of_an_order => Event::Order(order(contact, language)?, order_event(of_an_order, now)?),
    })
}

fn order(contact: Contact, language: Option<Language>) -> Option<OrderDetails> {
    let euro = |amount| Money::new(amount, Currency::EUR);
    let line = |sku: &str, title: &str, quantity, net, total| {
        let sku: Sku = sku.parse().ok()?;
        Some(OrderLine { sku, title: title.to_owned(), quantity, net: Some(euro(net)), total: euro(total) })
    };
    Some(OrderDetails {
        order_id: OrderId::from_bits(7),
        customer: None,
        contact: Some(contact),
        guest_token: Some(TOKEN.to_owned()),
        language,
        lines: vec![line("TEA-1", "Darjeeling", 2, 1867, 1998)?, line("POT-1", "Samovar", 1, 126_100, 150_059)?],
        parts: Some(AmountParts { net: 127_967, shipping: 530, tax: 24_415 }),
        total: euro(152_912),
    })
}

fn order_event(kind: Kind, now: Timestamp) -> Option<OrderEvent> {
    let pay_until = now.plus_seconds(HOUR);
    let (carrier, tracking_number) = ("DHL".to_owned(), "00340434161094042557".to_owned());
    Some(match kind {
        Kind::OrderPlaced => OrderEvent::Placed,
        Kind::OrderConfirmed => OrderEvent::Confirmed,
        Kind::OrderPaymentDeclined => {
            OrderEvent::PaymentDeclined { reason: "insufficient_funds".to_owned(), pay_until, attempts_left: Some(4) }
        }
        Kind::OrderPaymentActionRequired => {
            OrderEvent::PaymentActionRequired { url: "https://bank.example/sample".to_owned(), pay_until }
        }
        Kind::OrderRejected => {
            let missing = MissingLine { sku: "POT-1".parse().ok()?, requested: 1, available: 0 };
            OrderEvent::Rejected { missing: vec![missing] }
        }
        Kind::OrderExpired => OrderEvent::Expired,
        Kind::OrderCanceled => OrderEvent::Canceled { by_shop: false },
        Kind::OrderCancellationRefused => OrderEvent::CancellationRefused,
        Kind::OrderDispatched => OrderEvent::Dispatched { carrier, tracking_number },
        Kind::OrderTrackingCorrected => OrderEvent::TrackingCorrected { carrier, tracking_number },
        Kind::OrderDelivered => OrderEvent::Delivered,
        Kind::OrderRefunded => OrderEvent::Refunded { amount: Money::new(150_059, Currency::EUR) },
        Kind::UserRegistered
        | Kind::EmailVerificationRequested
        | Kind::PasswordResetRequested
        | Kind::EmailChangeRequested
        | Kind::CredentialsChanged
        | Kind::AccountErased
        | Kind::StockAlertRequested
        | Kind::BackInStock
        | Kind::CartAbandoned => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_sample_of_its_own_kind() {
        let to = Contact { email: "ada@example.com".parse().unwrap(), name: None };
        for (kind, language) in Kind::ALL.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language))) {
            let event = sample(kind, language, &to, Timestamp::default()).unwrap();
            assert_eq!(event.kind(), kind);
            // The message about a cart names neither, as it is about a user.
            let is_of_user = kind == Kind::CartAbandoned;
            assert_eq!(event.language(), Some(language).filter(|_| !is_of_user));
            assert_eq!(event.contact(), Some(&to).filter(|_| !is_of_user));
        }
    }
}
