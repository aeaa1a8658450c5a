//! From messages to events that a person is notified of; what `users` revokes is kept, and how
//! to reach people; what the mail service tells is heard. A test compares its types with those that `events`
//! sends here.

mod contacts;
mod erasing;
pub(crate) mod mail_events;
mod stock_alerts;

use crate::domain::known_contact::SIGNED_UP;
use crate::domain::{Event, KnownContact, Rejection};
use crate::service::{Error, Notifications};
use chassis::{Failure, Received};
use events::carts::CartAbandoned;
use events::ids::UserId;
use events::inventory::{BackInStock, StockLevelChanged};
use events::notifications::{self, StockAlertsDue};
use events::orders::{
    OrderCanceled, OrderCancellationRefused, OrderConfirmed, OrderDelivered, OrderDetails, OrderDispatched,
    OrderErased, OrderEvent, OrderExpired, OrderPaymentActionRequired, OrderPaymentDeclined, OrderPlaced,
    OrderRefunded, OrderRejected, OrderTrackingCorrected,
};
use events::users::{
    AccessChanged, AccountErased, ContactChanged, CredentialsChanged, EmailChangeRequested, EmailVerificationRequested,
    PasswordResetRequested, SessionEnded, UserErased, UserRegistered,
};
use events::{Message, Outgoing};

/// Handles one message.
pub(crate) async fn receive(app: &Notifications, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    if let Some((user, told)) = known_contact(message)? {
        app.keep_contact(user, told, &message.context()).await.map_err(failure)?;
    }
    let (subject, event) = match message.kind() {
        ContactChanged::TYPE => return Ok(Vec::new()),
        mail_events::TYPE => {
            if let Some(feedback) = mail_events::feedback(message)? {
                app.hear(&feedback, &message.context()).await.map_err(failure)?;
            }
            return Ok(Vec::new());
        }
        StockLevelChanged::TYPE => {
            // Those who wait hear of it by `inventory.back_in_stock`, and nobody waits for a level.
            message.data::<StockLevelChanged>()?;
            return Ok(Vec::new());
        }
        BackInStock::TYPE | StockAlertsDue::TYPE | notifications::StockAlertDue::TYPE => {
            return stock_alerts::receive(app, message).await;
        }
        CartAbandoned::TYPE => {
            let message: CartAbandoned = message.data()?;
            (message.user_id.to_string(), Event::CartAbandoned(message))
        }
        SessionEnded::TYPE | AccessChanged::TYPE => {
            app.revocations.keep(message).await?;
            return Ok(Vec::new());
        }
        UserErased::TYPE | OrderErased::TYPE => return erasing::receive(app, message).await,
        UserRegistered::TYPE
        | EmailVerificationRequested::TYPE
        | PasswordResetRequested::TYPE
        | EmailChangeRequested::TYPE
        | CredentialsChanged::TYPE
        | AccountErased::TYPE => {
            let (user, event) = user_event(message)?;
            (user.to_string(), event)
        }
        _ => {
            let (order, event) = order_event(message)?;
            (order.order_id.to_string(), Event::Order(order, event))
        }
    };
    let outcome = app.notify(&subject, message.kind(), &event, &message.context()).await;
    done(app, message, outcome).await
}

/// The outcome of an email. If it lacks an address, that is asked for.
async fn done(app: &Notifications, message: &Received, outcome: Result<(), Error>) -> Result<Vec<Outgoing>, Failure> {
    if let Err(Error::Rejected(Rejection::AddressUnknown(user))) = &outcome {
        contacts::ask(app, *user, message).await;
    }
    outcome.map(|()| Vec::new()).map_err(failure)
}

fn user_event(message: &Received) -> Result<(UserId, Event), Failure> {
    Ok(match message.kind() {
        UserRegistered::TYPE => {
            let UserRegistered { user_id, contact, language } = message.data()?;
            (user_id, Event::UserRegistered { user: user_id, contact, language })
        }
        EmailVerificationRequested::TYPE => {
            let message: EmailVerificationRequested = message.data()?;
            (message.user_id, Event::EmailVerificationRequested(message))
        }
        PasswordResetRequested::TYPE => {
            let message: PasswordResetRequested = message.data()?;
            (message.user_id, Event::PasswordResetRequested(message))
        }
        EmailChangeRequested::TYPE => {
            let message: EmailChangeRequested = message.data()?;
            (message.user_id, Event::EmailChangeRequested(message))
        }
        CredentialsChanged::TYPE => {
            let message: CredentialsChanged = message.data()?;
            (message.user_id, Event::CredentialsChanged(message))
        }
        AccountErased::TYPE => {
            let message: AccountErased = message.data()?;
            (message.user_id, Event::AccountErased(message))
        }
        _ => return Err(message.unknown()),
    })
}

/// What a message says of how to reach a user, so that messages without a contact find it.
fn known_contact(message: &Received) -> Result<Option<(UserId, KnownContact)>, Failure> {
    Ok(match message.kind() {
        UserRegistered::TYPE => {
            let UserRegistered { user_id, contact, language } = message.data()?;
            Some((user_id, KnownContact::told(contact, language, SIGNED_UP)))
        }
        ContactChanged::TYPE => {
            let ContactChanged { user_id, user_version, contact, language } = message.data()?;
            Some((user_id, KnownContact::told(contact, language, user_version)))
        }
        _ => None,
    })
}

/// Three rejections pass by themselves; the others are permanent.
fn failure(error: Error) -> Failure {
    match error {
        Error::Rejected(rejection @ (Rejection::AddressUnknown(_) | Rejection::Claimed | Rejection::Deferred(_))) => {
            Failure::Transient(rejection.to_string())
        }
        error => error.into(),
    }
}

fn order_event(message: &Received) -> Result<(OrderDetails, OrderEvent), Failure> {
    Ok(match message.kind() {
        OrderPlaced::TYPE => (message.data::<OrderPlaced>()?.order, OrderEvent::Placed),
        OrderConfirmed::TYPE => (message.data::<OrderConfirmed>()?.order, OrderEvent::Confirmed),
        OrderPaymentDeclined::TYPE => {
            let OrderPaymentDeclined { order, reason, pay_until, attempts_left } = message.data()?;
            (order, OrderEvent::PaymentDeclined { reason, pay_until, attempts_left })
        }
        OrderPaymentActionRequired::TYPE => {
            let OrderPaymentActionRequired { order, url, pay_until } = message.data()?;
            (order, OrderEvent::PaymentActionRequired { url, pay_until })
        }
        OrderRejected::TYPE => {
            let OrderRejected { order, missing } = message.data()?;
            (order, OrderEvent::Rejected { missing })
        }
        OrderExpired::TYPE => (message.data::<OrderExpired>()?.order, OrderEvent::Expired),
        OrderCanceled::TYPE => {
            let OrderCanceled { order, by_shop } = message.data()?;
            (order, OrderEvent::Canceled { by_shop })
        }
        OrderCancellationRefused::TYPE => {
            (message.data::<OrderCancellationRefused>()?.order, OrderEvent::CancellationRefused)
        }
        OrderDispatched::TYPE => {
            let OrderDispatched { order, carrier, tracking_number } = message.data()?;
            (order, OrderEvent::Dispatched { carrier, tracking_number })
        }
        OrderTrackingCorrected::TYPE => {
            let OrderTrackingCorrected { order, carrier, tracking_number } = message.data()?;
            (order, OrderEvent::TrackingCorrected { carrier, tracking_number })
        }
        OrderDelivered::TYPE => (message.data::<OrderDelivered>()?.order, OrderEvent::Delivered),
        OrderRefunded::TYPE => {
            let OrderRefunded { order, amount } = message.data()?;
            (order, OrderEvent::Refunded { amount })
        }
        _ => return Err(message.unknown()),
    })
}
