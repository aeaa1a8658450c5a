//! People who were forgotten, at rest: nothing tells who they were, and whoever asked was answered to the end.

use crate::sim::forgotten::Forgotten;
use crate::sim::invariants::end::End;
use crate::sim::traces::left_of;

/// What is under way keeps the address until it ends.
pub fn nothing_is_left(end: &End<'_>) -> Vec<String> {
    let people = end.stage.forgotten.lock().unwrap().clone();
    let is_over = |subject: &str| match subject.parse() {
        Ok(order) => end.orders.get(&order).is_none_or(|order| order.has_ended()),
        Err(_) => true,
    };
    let over: Vec<&Forgotten> = people
        .iter()
        .filter(|(subject, person)| person.promised && is_over(subject))
        .map(|(_, person)| person)
        .collect();
    left_of(end.stage, over)
}
