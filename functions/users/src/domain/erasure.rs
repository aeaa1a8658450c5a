//! A person is forgotten: what stands in the user's place, and how far the others are. Refuses staff: whoever may do more than a customer
//! gives that up first. Nothing here names anybody.

use super::Rejection;
use super::user::User;
use chassis::retry::{MISSED_EVENT, UNANSWERED};
use events::Timestamp;
use events::ids::UserId;
use serde::{Deserialize, Serialize};

/// Stands in the place of a user who was erased, so that what comes late finds that they are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedUser {
    pub id: UserId,
    pub erased_at: Timestamp,
    /// Follows the user's.
    pub seq: u64,
    /// Of the request.
    pub traceparent: String,
    /// When somebody looks next whether the erasure goes on; `None` once nothing is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// How often somebody has looked since all answered, or since the request.
    #[serde(default)]
    pub looks: u32,
}

/// What a look at an erasure that is due finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// Nothing is left, so that nobody looks again.
    Done(ErasedUser),
    /// Everybody is asked once more, as a message may be lost.
    AskAgain(ErasedUser),
}

impl ErasedUser {
    /// What is to be done with an erasure that is due, given how far it is. Who answered that orders are open answers again by itself when
    /// they end, so looks are few then.
    pub fn look(&self, progress: Option<&Erasure>, now: Timestamp) -> Look {
        if progress.is_some_and(Erasure::is_done) {
            return Look::Done(Self { due_at: None, ..self.clone() });
        }
        let policy = if progress.is_some_and(Erasure::is_answered) { MISSED_EVENT } else { UNANSWERED };
        let due_at = Some(now.plus_seconds(policy.wait_seconds(self.looks)));
        Look::AskAgain(Self { due_at, looks: self.looks.saturating_add(1), ..self.clone() })
    }
}

/// A user's item: the user, or what stands in their place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum KeptUser {
    Erased(ErasedUser),
    Present(Box<User>),
}

impl User {
    /// What stands in the place of a user who wants to be forgotten.
    ///
    /// # Errors
    /// `HasRoles` of whoever may do more than a customer.
    pub fn erased(&self, traceparent: Option<&str>, now: Timestamp) -> Result<ErasedUser, Rejection> {
        if self.roles.iter().any(|role| role.is_privileged()) {
            return Err(Rejection::HasRoles);
        }
        Ok(self.erased_for_good(traceparent, now))
    }

    /// The same of somebody who was erased once and came back with a restored table, whatever they were before.
    pub fn erased_for_good(&self, traceparent: Option<&str>, now: Timestamp) -> ErasedUser {
        let traceparent = traceparent.unwrap_or_default().to_owned();
        let due_at = Some(now.plus_seconds(UNANSWERED.wait_seconds(0)));
        ErasedUser { id: self.id, erased_at: now, seq: self.seq + 1, traceparent, due_at, looks: 0 }
    }
}

/// How far the erasure of a person is. It is kept apart from the users, so that it outlives a restore of their table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub user_id: UserId,
    pub requested_at: Timestamp,
    /// When addresses, sessions and tokens were gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Timestamp>,
    /// When carts were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carts: Option<Timestamp>,
    /// When notifications were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifications: Option<Timestamp>,
    /// What orders said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<ErasedOrders>,
    /// Number of writes so far.
    pub seq: u64,
}

/// How far orders are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedOrders {
    /// All of the person's.
    pub orders: u32,
    /// Those that still keep something: they have not ended, or somebody has yet to answer.
    pub open: u32,
    /// Of two words the one with the higher number counts.
    pub seq: u64,
    pub at: Timestamp,
}

/// Who has erased what is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Account,
    Carts,
    Notifications,
    Orders { orders: u32, open: u32, seq: u64 },
}

impl Erasure {
    /// One that was just asked for.
    pub const fn requested(user_id: UserId, requested_at: Timestamp) -> Self {
        Self { user_id, requested_at, account: None, carts: None, notifications: None, orders: None, seq: 1 }
    }

    /// With an answer; `None` if it says nothing new.
    pub fn with(&self, answer: Answer, now: Timestamp) -> Option<Self> {
        let mut next = Self { seq: self.seq + 1, ..self.clone() };
        let place = match answer {
            Answer::Account => &mut next.account,
            Answer::Carts => &mut next.carts,
            Answer::Notifications => &mut next.notifications,
            Answer::Orders { orders, open, seq } => {
                let is_news = self.orders.is_none_or(|known| seq > known.seq);
                next.orders = Some(ErasedOrders { orders, open, seq, at: now });
                return is_news.then_some(next);
            }
        };
        if place.is_some() {
            return None;
        }
        *place = Some(now);
        Some(next)
    }

    /// Whether nothing is left of the person anywhere.
    pub fn is_done(&self) -> bool {
        self.is_answered() && self.orders.is_some_and(|orders| orders.open == 0)
    }

    /// Whether everybody has answered, orders maybe that some are open.
    fn is_answered(&self) -> bool {
        let all = [self.account, self.carts, self.notifications].iter().all(Option::is_some);
        all && self.orders.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::user::tests::ada;
    use super::*;
    use events::users::Role;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

    #[test]
    fn an_erased_user_names_nobody_and_reads_back_as_what_it_is() {
        let erased = ada().erased(None, NOW).unwrap();
        assert_eq!((erased.id, erased.seq), (ada().id, ada().seq + 1));
        let kept = serde_json::to_value(&erased).unwrap();
        assert!(!kept.to_string().contains("Ada") && !kept.to_string().contains("example"), "{kept}");
        assert_eq!(serde_json::from_value::<KeptUser>(kept).unwrap(), KeptUser::Erased(erased));
        let present = serde_json::to_value(ada()).unwrap();
        assert_eq!(serde_json::from_value::<KeptUser>(present).unwrap(), KeptUser::Present(Box::new(ada())));
    }

    #[test]
    fn whoever_may_do_more_than_a_customer_gives_that_up_first() {
        let verified = User { email_verified_at: Some(NOW), ..ada() };
        let staff = verified.granted(Role::Support, "grant", NOW).unwrap().unwrap();
        assert_eq!(staff.erased(None, NOW), Err(Rejection::HasRoles));
        assert_eq!(staff.erased_for_good(None, NOW).seq, staff.seq + 1, "who was erased before is");
    }

    #[test]
    fn who_has_not_answered_is_asked_within_the_hour_and_who_waits_for_open_orders_after_days() {
        let erased = ada().erased(None, NOW).unwrap();
        assert_eq!(erased.due_at, Some(NOW.plus_seconds(60)));
        let answers = [Answer::Account, Answer::Carts, Answer::Notifications];
        let answered = answers.iter().fold(Erasure::requested(ada().id, NOW), |asked, answer| {
            assert!(matches!(erased.look(Some(&asked), NOW), Look::AskAgain(_)), "{asked:?}");
            asked.with(*answer, NOW).unwrap()
        });
        let next = |erased: &ErasedUser, progress| match erased.look(progress, NOW) {
            Look::AskAgain(erased) => (erased.clone(), erased.due_at.unwrap().seconds_since(NOW)),
            Look::Done(erased) => panic!("{erased:?}"),
        };
        let (mut looked, mut waits) = (erased.clone(), Vec::new());
        for _ in 0..9 {
            let wait;
            (looked, wait) = next(&looked, Some(&answered));
            waits.push(wait);
        }
        assert_eq!((waits[0], waits[1], waits[8]), (60, 120, 64 * 60));
        assert_eq!(next(&erased, None).1, 60, "nothing is known of it");
        let open = answered.with(Answer::Orders { orders: 2, open: 1, seq: 1 }, NOW).unwrap();
        assert_eq!(next(&erased, Some(&open)).1, 3 * 24 * 60 * 60);
        let done = open.with(Answer::Orders { orders: 2, open: 0, seq: 2 }, NOW).unwrap();
        assert_eq!(looked.look(Some(&done), NOW), Look::Done(ErasedUser { due_at: None, ..looked }));
    }

    #[test]
    fn an_erasure_is_done_when_all_have_answered_in_whatever_order_and_however_often() {
        let asked = Erasure::requested(ada().id, NOW);
        let orders = |open, seq| Answer::Orders { orders: 2, open, seq };
        let answers = [orders(0, 3), Answer::Carts, orders(2, 1), Answer::Account, orders(1, 2), Answer::Notifications];
        let mut erasure = asked;
        for (number, answer) in answers.into_iter().enumerate() {
            assert!(!erasure.is_done(), "{number}");
            erasure = erasure.with(answer, NOW).unwrap_or(erasure);
        }
        assert!(erasure.is_done(), "{erasure:?}");
        assert_eq!(erasure.seq, 5, "two words of orders were old");
        for answer in answers {
            assert_eq!(erasure.with(answer, NOW.plus_seconds(9)), None);
        }
        let reopened = erasure.with(orders(1, 4), NOW).unwrap();
        assert!(!reopened.is_done(), "an order came to light late");
    }
}
