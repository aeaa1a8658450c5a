//! From messages to news. Everything that `events` sends here is known here; a test compares.

use crate::domain::news::News;
use crate::service::Notifications;
use chassis::{Failure, Received};
use events::Message;
use events::inventory::StockLevelChanged;
use events::orders::{
    OrderCanceled, OrderCancellationRefused, OrderConfirmed, OrderDelivered, OrderDetails, OrderDispatched, OrderEvent,
    OrderExpired, OrderPaymentActionRequired, OrderPaymentDeclined, OrderPlaced, OrderRefunded, OrderRejected,
};
use events::users::UserRegistered;

/// Handles one message.
///
/// # Errors
/// `Permanent` for what is not ours to read, `Transient` for what may work later.
pub async fn receive(app: &Notifications, message: &Received) -> Result<(), Failure> {
    match message.kind() {
        StockLevelChanged::TYPE => {
            // For the day on which somebody can ask to be told. Until then it is counted, and nobody is written to.
            message.data::<StockLevelChanged>()?;
            app.wiring.metrics.count("stock_notices_without_recipient", 1);
            Ok(())
        }
        UserRegistered::TYPE => {
            let UserRegistered { user_id, contact } = message.data()?;
            app.tell(message, &user_id.to_string(), &News::Welcome(contact)).await
        }
        _ => {
            let (order, event) = order_event(message)?;
            app.tell(message, &order.order_id.to_string(), &News::Order(order, event)).await
        }
    }
}

fn order_event(message: &Received) -> Result<(OrderDetails, OrderEvent), Failure> {
    Ok(match message.kind() {
        OrderPlaced::TYPE => (message.data::<OrderPlaced>()?.order, OrderEvent::Placed),
        OrderConfirmed::TYPE => (message.data::<OrderConfirmed>()?.order, OrderEvent::Confirmed),
        OrderPaymentDeclined::TYPE => {
            let OrderPaymentDeclined { order, reason, pay_until } = message.data()?;
            (order, OrderEvent::PaymentDeclined { reason, pay_until })
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
        OrderCanceled::TYPE => (message.data::<OrderCanceled>()?.order, OrderEvent::Canceled),
        OrderCancellationRefused::TYPE => {
            (message.data::<OrderCancellationRefused>()?.order, OrderEvent::CancellationRefused)
        }
        OrderDispatched::TYPE => {
            let OrderDispatched { order, carrier, tracking_number } = message.data()?;
            (order, OrderEvent::Dispatched { carrier, tracking_number })
        }
        OrderDelivered::TYPE => (message.data::<OrderDelivered>()?.order, OrderEvent::Delivered),
        OrderRefunded::TYPE => {
            let OrderRefunded { order, amount } = message.data()?;
            (order, OrderEvent::Refunded { amount })
        }
        _ => return Err(message.unknown()),
    })
}
