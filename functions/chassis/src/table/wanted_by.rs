//! Who wanted a transition, as the log of an item stores it: nothing for nobody, one byte for the item's owner, an id for everybody
//! else. Most transitions are their owner's, and an item costs by its size. Refuses to know who the owner is.

use events::Actor;
use serde::{Deserialize, Serialize};

/// Who wanted a transition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum WantedBy {
    /// Nobody, a guest, or it is not known: earlier versions did not keep it.
    #[default]
    Nobody,
    /// Whoever owns the item, such as an order's customer.
    Owner,
    /// Somebody else, such as a member of staff.
    Other(Actor),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Owner(bool),
    Other(Actor),
}

impl WantedBy {
    /// How an item of this owner stores an actor.
    pub fn of(actor: Option<&Actor>, owner: Option<&Actor>) -> Self {
        match actor {
            None => Self::Nobody,
            Some(actor) if Some(actor) == owner => Self::Owner,
            Some(actor) => Self::Other(actor.clone()),
        }
    }

    /// The actor, for an item of this owner.
    pub fn actor(&self, owner: Option<Actor>) -> Option<Actor> {
        match self {
            Self::Nobody => None,
            Self::Owner => owner,
            Self::Other(actor) => Some(actor.clone()),
        }
    }

    /// Whether it is nobody, which needs no place in an item.
    pub const fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }
}

impl From<Stored> for WantedBy {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Owner(false) => Self::Nobody,
            Stored::Owner(true) => Self::Owner,
            Stored::Other(actor) => Self::Other(actor),
        }
    }
}

impl From<WantedBy> for Stored {
    fn from(by: WantedBy) -> Self {
        match by {
            WantedBy::Nobody => Self::Owner(false),
            WantedBy::Owner => Self::Owner(true),
            WantedBy::Other(actor) => Self::Other(actor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::ids::UserId;
    use serde_json::json;

    #[test]
    fn whoever_wanted_a_transition_is_read_back_and_the_owner_takes_no_id() {
        let [owner, other] = [1, 2].map(|bits| Actor::from(UserId::from_bits(bits)));
        for actor in [None, Some(&owner), Some(&other)] {
            let by = WantedBy::of(actor, Some(&owner));
            let stored = serde_json::to_value(&by).unwrap();
            let read: WantedBy = serde_json::from_value(stored.clone()).unwrap();
            assert_eq!(read.actor(Some(owner.clone())).as_ref(), actor);
            assert_eq!(stored.is_boolean(), actor != Some(&other));
        }
        assert_eq!(
            serde_json::from_value::<WantedBy>(json!("key_of_a_later_version")).unwrap().actor(None).unwrap().as_str(),
            "key_of_a_later_version"
        );
    }
}
