//! What `inventory` answers.

use super::{Decision, Draft, Step};
use crate::domain::order::{Ask, Notice, Party, Status};
use events::inventory::MissingLine;

/// All lines are held: now the money.
pub(super) fn reserved(mut draft: Draft<'_>) -> Decision {
    match draft.order.status {
        Status::Pending => {
            draft.order.status = Status::AwaitingPayment;
            draft.answer(Party::Stock, |ask| ask == Ask::Reserve);
            draft.ask(Ask::Authorize(1));
            draft.done(Step::StockReserved)
        }
        status if status.is_void() => draft.undo(Ask::Release),
        _ => Decision::Nothing,
    }
}

/// Nothing is held: the end. Nobody else was asked anything yet.
pub(super) fn rejected(mut draft: Draft<'_>, missing: &[MissingLine]) -> Decision {
    if draft.order.status != Status::Pending {
        return Decision::Nothing;
    }
    draft.order.status = Status::Rejected;
    draft.order.missing = missing.to_vec();
    draft.answer(Party::Stock, |ask| ask == Ask::Reserve);
    draft.tell(Notice::Rejected);
    draft.done(Step::StockRejected)
}

/// A commit or a release is done.
pub(super) fn answered(mut draft: Draft<'_>, to: Ask, step: Step) -> Decision {
    if !draft.order.awaits(to) {
        return Decision::Nothing;
    }
    draft.answer(Party::Stock, |ask| ask == to);
    draft.done(step)
}
