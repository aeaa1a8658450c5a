//! Replies of `inventory`.

use super::goods::confirm;
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent, Participant};
use crate::domain::states::Status;
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;
use events::inventory::MissingLine;

/// All lines are reserved: the payment is next. An order that costs nothing is confirmed without one.
pub(super) fn reserved(mut builder: TransitionBuilder<'_>) -> Decision {
    match builder.order.status {
        Status::Pending if builder.order.costs_nothing() => {
            builder.replied(Participant::Stock, |command| command == Command::Reserve);
            confirm(&mut builder);
            builder.finish(TransitionKind::StockReserved)
        }
        Status::Pending => {
            builder.order.status = Status::AwaitingPayment;
            builder.replied(Participant::Stock, |command| command == Command::Reserve);
            builder.send(Command::Authorize(1));
            builder.finish(TransitionKind::StockReserved)
        }
        status if status.is_void() => builder.compensate(Command::Release),
        _ => Decision::Nothing,
    }
}

/// Nothing is reserved: the order ends. No other participant got a command yet.
pub(super) fn rejected(mut builder: TransitionBuilder<'_>, missing: &[MissingLine]) -> Decision {
    if builder.order.status != Status::Pending {
        return Decision::Nothing;
    }
    builder.order.status = Status::Rejected;
    builder.order.missing = missing.to_vec();
    builder.replied(Participant::Stock, |command| command == Command::Reserve);
    builder.publish(DomainEvent::Rejected);
    builder.finish(TransitionKind::StockRejected)
}

/// A commit or a release is done.
pub(super) fn replied(mut builder: TransitionBuilder<'_>, command: Command, kind: TransitionKind) -> Decision {
    if !builder.order.awaits(command) {
        return Decision::Nothing;
    }
    builder.replied(Participant::Stock, |last| last == command);
    builder.finish(kind)
}
