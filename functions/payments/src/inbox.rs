//! From messages to use cases. Refuses what no order of ours would send: a foreign pair of ids, parts that do not add
//! up.

use crate::domain::{Command, PaymentMethod, Rejection, Terms};
use crate::service::{Error, Payments, failure};
use chassis::{Failure, Received};
use events::ids::{OrderId, PaymentId};
use events::orders::OrderErased;
use events::payments::{AuthorizePayment, CapturePayment, EntriesPosted, ExecuteRefund, RefundPayment, VoidPayment};
use events::users::{AccessChanged, SessionEnded};
use events::{Day, Message, Outgoing};

/// Handles one message.
pub(crate) async fn receive(app: &Payments, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let (id, command) = match message.kind() {
        EntriesPosted::TYPE => return receive_group(app, &[message]).await,
        SessionEnded::TYPE | AccessChanged::TYPE => {
            app.revocations.keep(message).await?;
            return Ok(Vec::new());
        }
        OrderErased::TYPE => return app.erase(message.data::<OrderErased>()?.order_id, &message.context()).await,
        ExecuteRefund::TYPE => {
            let ExecuteRefund { payment_id, refund_id } = message.data()?;
            (payment_id, Command::ExecuteRefund { refund: refund_id })
        }
        AuthorizePayment::TYPE => authorize(message.data()?)?,
        CapturePayment::TYPE => {
            let CapturePayment { order_id, payment_id, attempt } = message.data()?;
            (paired(order_id, payment_id)?, Command::Capture { attempt })
        }
        VoidPayment::TYPE => {
            let VoidPayment { order_id, payment_id } = message.data()?;
            (paired(order_id, payment_id)?, Command::Void)
        }
        RefundPayment::TYPE => {
            let RefundPayment { order_id, payment_id, cause, amount } = message.data()?;
            (paired(order_id, payment_id)?, Command::Refund { cause, asked: amount })
        }
        _ => return Err(message.unknown()),
    };
    app.carry_out(id, &command, &message.context()).await.map_err(failure)
}

/// Handles bookings of one currency and day.
pub(crate) async fn receive_group(app: &Payments, messages: &[&Received]) -> Result<Vec<Outgoing>, Failure> {
    let mut bookings = Vec::with_capacity(messages.len());
    for message in messages {
        bookings.push((message.data::<EntriesPosted>()?, message.context()));
    }
    if let Some(first) = messages.first() {
        app.post(&Day::of(first.envelope.time), &bookings).await.map_err(failure)?;
    }
    Ok(Vec::new())
}

/// Bookings of one currency and day share a write of the balances. The day is that of the transition, not of its receipt:
/// a booking that comes again has the same.
pub(crate) fn group_key(message: &Received) -> Option<String> {
    let booking: EntriesPosted = (message.kind() == EntriesPosted::TYPE).then(|| message.data().ok()).flatten()?;
    Some(format!("{}/{}", booking.currency, Day::of(message.envelope.time)))
}

fn authorize(message: AuthorizePayment) -> Result<(PaymentId, Command), Failure> {
    let id = paired(message.order_id, message.payment_id)?;
    let terms = Terms::new(message.amount, message.parts).map_err(Error::Rejected)?;
    let method = PaymentMethod::parse(&message.payment_method);
    Ok((id, Command::Authorize { attempt: message.attempt, terms, method, customer: message.customer }))
}

/// An order and its payment share their bits. Any other pair would let one order pay with another's money.
fn paired(order: OrderId, payment: PaymentId) -> Result<PaymentId, Failure> {
    if payment.order() == order { Ok(payment) } else { Err(Error::Rejected(Rejection::ForeignOrder).into()) }
}
