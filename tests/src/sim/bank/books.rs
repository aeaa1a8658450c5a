//! The provider's books: what it holds, took and gave back for each payment. They believe nobody but the provider.

use events::Timestamp;
use events::ids::PaymentId;
use events::payments::Operation;
use payments::domain::Outcome;
use payments::providers::Instruction;
use std::collections::{BTreeMap, BTreeSet};

/// An instruction as it travels: it may arrive when nobody waits for its answer any more.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) key: String,
    pub(super) payment: PaymentId,
    pub(super) operation: Operation,
    pub(super) attempt: u32,
    pub(super) method: String,
    amount: i64,
    authorization: Option<String>,
}

impl Request {
    pub(super) fn of(instruction: &Instruction<'_>) -> Self {
        Self {
            key: instruction.key.clone(),
            payment: instruction.payment,
            operation: instruction.operation,
            attempt: instruction.attempt,
            method: instruction.method.map_or_else(String::new, |method| method.as_str().to_owned()),
            amount: instruction.amount.map_or(0, |money| money.amount),
            authorization: instruction.authorization.map(str::to_owned),
        }
    }

    /// The provider's id of what the request asks for.
    pub(super) fn reference(&self) -> String {
        format!("bank/{}", self.key)
    }
}

/// What the provider holds for one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Charge {
    pub held: i64,
    /// TakenOver.
    pub captured: i64,
    pub refunded: i64,
    /// When the authorization expires.
    pub capture_before: Option<Timestamp>,
    /// A capture was attempted after the authorization had expired.
    pub captured_too_late: bool,
    /// The highest number of an authorization attempt; 0 if there was none.
    pub attempts: u32,
    /// Authorizations that were ever granted because we asked.
    pub authorizations: u32,
    /// The last card was declined: there is nothing to capture.
    pub declined: bool,
}

/// A payment as the provider knows it.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) charge: Charge,
    /// Amounts held, by the reference of their authorization.
    holds: BTreeMap<String, i64>,
    /// Amounts that wait for the customer's confirmation.
    waiting: BTreeMap<String, i64>,
    /// References that were released: a confirmation comes too late for them.
    released: BTreeSet<String>,
}

impl Account {
    pub(super) fn book(&mut self, request: &Request, outcome: &Outcome) {
        let amount = request.amount;
        if request.operation == Operation::Authorize {
            self.charge.attempts = self.charge.attempts.max(request.attempt);
        }
        match (request.operation, outcome) {
            (Operation::Authorize, Outcome::Held { capture_before, reference }) => {
                self.holds.insert(reference.clone(), amount);
                self.charge.capture_before = Some(*capture_before);
                self.charge.authorizations += 1;
                self.charge.declined = false;
            }
            (Operation::Authorize, Outcome::ActionRequired { reference, .. }) => {
                self.waiting.insert(reference.clone(), amount);
                self.charge.declined = false;
            }
            (Operation::Authorize, other) => self.charge.declined = matches!(other, Outcome::Refused { .. }),
            (Operation::Capture, Outcome::Done { .. }) => {
                self.release(request.authorization.as_deref());
                self.charge.captured += amount;
            }
            (Operation::Void, Outcome::Done { .. }) => self.release(request.authorization.as_deref()),
            (Operation::Refund, Outcome::Done { .. }) => self.charge.refunded += amount,
            _ => {}
        }
    }

    /// Ends an authorization; none if none is named.
    fn release(&mut self, reference: Option<&str>) {
        let Some(reference) = reference else { return };
        self.released.insert(reference.to_owned());
        self.holds.remove(reference);
        self.waiting.remove(reference);
    }

    /// The customer answered on the page that tells us.
    pub(super) fn answered(&mut self, reference: &str, confirmed: bool) {
        if confirmed {
            self.confirmed_elsewhere(reference);
        } else {
            self.release(Some(reference));
        }
    }

    /// Holds the money of a confirmed authorization; false if it no longer waits.
    pub(super) fn confirmed_elsewhere(&mut self, reference: &str) -> bool {
        let Some(amount) = self.waiting.remove(reference).filter(|_| !self.released.contains(reference)) else {
            return false;
        };
        self.holds.insert(reference.to_owned(), amount);
        true
    }
}

#[derive(Debug, Default)]
pub(super) struct Books {
    /// Answers by key, with the time at which each was given first.
    pub(super) answers: BTreeMap<String, (u64, Outcome)>,
    pub(super) accounts: BTreeMap<PaymentId, Account>,
}

impl Books {
    pub(super) fn charges(&self) -> BTreeMap<PaymentId, Charge> {
        let charge = |account: &Account| Charge { held: account.holds.values().sum(), ..account.charge };
        self.accounts.iter().map(|(payment, account)| (*payment, charge(account))).collect()
    }
}
