//! The path that an order took through its states: one step for each transition, numbered as the picture numbers them.
//! Refuses to leave any out.

use crate::domain::order::Order;
use crate::domain::states::Status;
use crate::domain::transition::TransitionKind;
use events::Timestamp;

/// A step on an order's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathStep {
    /// Number of the transition, from 1.
    pub number: u64,
    pub at: Timestamp,
    /// Status before the transition; absent for the first.
    pub from: Option<Status>,
    pub to: Status,
    pub kind: TransitionKind,
}

/// The steps of an order, oldest first.
pub fn path(order: &Order) -> Vec<PathStep> {
    let mut from = None;
    let step = |made: &crate::domain::transition::Transition| {
        let before = from.replace(made.status);
        PathStep { number: made.seq, at: made.at, from: before, to: made.status, kind: made.kind }
    };
    order.log.iter().map(step).collect()
}

/// Numbers as people write them: `2, 4–7`. More than three runs end in `…`, as a label has little room.
pub(super) fn runs(numbers: &[u64]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = runs.iter().take(3).map(|&(first, last)| match last.saturating_sub(first) {
        0 => format!("{first}"),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if runs.len() > 3 {
        text.push('…');
    }
    text
}
