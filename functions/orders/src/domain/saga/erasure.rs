//! A buyer wants to be forgotten. The order forgets once it has ended and has everybody forget; until then it only knows that it will.

use crate::domain::decision::Decision;
use crate::domain::effect::DomainEvent;
use crate::domain::erasure::Erasure;
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;
use events::Capability;

/// The order forgets its buyer, or will. One that forgot before has everybody forget once more: a table of theirs may be back from the
/// time before.
pub(super) fn erase(mut builder: TransitionBuilder<'_>) -> Decision {
    let order = &mut builder.order;
    if order.has_ended() {
        order.erasure = Some(Erasure::begun(builder.now));
        builder.publish(DomainEvent::Erased);
        return builder.finish(TransitionKind::Erased);
    }
    if order.erasure.is_some() {
        return Decision::Nothing;
    }
    order.erasure = Some(Erasure::REQUESTED);
    builder.finish(TransitionKind::ErasureRequested)
}

/// Somebody keeps nothing personal of the order any more.
pub(super) fn answered(mut builder: TransitionBuilder<'_>, by: Capability) -> Decision {
    let Some(erasure) = builder.order.erasure.as_mut().filter(|erasure| erasure.waits_for.contains(&by)) else {
        return Decision::Nothing;
    };
    erasure.waits_for.retain(|waits| *waits != by);
    builder.finish(TransitionKind::ErasureAnswered)
}
