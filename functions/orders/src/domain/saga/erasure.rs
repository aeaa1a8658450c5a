//! A buyer wants to be forgotten. The order forgets once it has ended and has everybody forget; until then it only knows that it will.

use crate::domain::decision::Decision;
use crate::domain::effect::DomainEvent;
use crate::domain::erasure::Erasure;
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;
use events::Capability;

/// The order forgets its buyer, or will. One that forgot before has everybody forget once more: a table of theirs may be back from the
/// time before. What an account asked for stays the account's, and it takes over what a guest asked for.
pub(super) fn erase(mut builder: TransitionBuilder<'_>, by_guest: bool) -> Decision {
    let order = &mut builder.order;
    let by_guest = by_guest && order.erasure.as_ref().is_none_or(|known| known.by_guest);
    if order.has_ended() {
        order.erasure = Some(Erasure::begun(builder.now, by_guest));
        builder.publish(DomainEvent::Erased);
        return builder.finish(TransitionKind::Erased);
    }
    match &mut order.erasure {
        Some(known) if known.by_guest == by_guest => return Decision::Nothing,
        // A success that came late took back its end, so it may have forgotten.
        Some(known) => known.by_guest = by_guest,
        None => order.erasure = Some(Erasure::requested(by_guest)),
    }
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
