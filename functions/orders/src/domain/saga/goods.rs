//! What follows from goods that leave, whatever says that they did. Refuses to read any message.

use crate::domain::effect::{Command, DomainEvent, Participant, ReplyState};
use crate::domain::order::Order;
use crate::domain::states::{PaymentState, Status};
use crate::domain::transition_builder::TransitionBuilder;

/// Whether the order has its money, and its goods may leave.
pub(super) fn is_confirmed(order: &Order) -> bool {
    matches!(order.status, Status::Confirmed | Status::Canceling)
}

/// Stock and money are held, or there is nothing to pay: the goods are sold and sent.
pub(super) fn confirm(builder: &mut TransitionBuilder<'_>) {
    builder.order.status = Status::Confirmed;
    // No card is tried any more. What still counts, counts by the order's id.
    (builder.order.guest, builder.order.network) = (None, None);
    builder.send(Command::Commit);
    builder.send(Command::Create);
    builder.publish(DomainEvent::Confirmed);
}

/// Goods on their way answer the command to create their shipment, and to take an earlier dispatch back. If a cancellation
/// waits for the latter, its own reply is awaited.
pub(super) fn answered_by_goods(builder: &mut TransitionBuilder<'_>) {
    let canceling = builder.order.status == Status::Canceling;
    let answered = |command: Command| command == Command::Create || (command.is_retraction() && !canceling);
    builder.replied(Participant::Shipment, answered);
}

/// Takes the money, unless that was asked for, or the dispatch may be taken back. After a dispatch that was taken back the
/// next attempt has another number.
pub(super) fn capture(builder: &mut TransitionBuilder<'_>) {
    let order = &builder.order;
    let next = match order.payment.map(|last| (last.command, last.reply)) {
        Some((Command::Capture(attempt), ReplyState::Answered)) => attempt.saturating_add(1),
        Some((Command::Capture(_), _)) => return,
        _ => 1,
    };
    if order.payment_state == PaymentState::Authorized && order.retraction.is_none() {
        builder.send(Command::Capture(next));
    }
}
