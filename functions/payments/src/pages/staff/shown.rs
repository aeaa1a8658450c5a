//! A payment as staff read it: its sums, its refunds, and its log in plain words. Refuses nothing that the log holds, but for what
//! only programs need.

use crate::domain::{Payment, Phase, Rejection, Status, Transaction};
use crate::pages::words::StaffWords;
use ::pages::{Page, Phrase};
use events::payments::{Entry, Operation};
use events::{Actor, Currency, Money, Timestamp};

/// Links and texts of the pages above a page.
pub(super) type Trail = Vec<(String, String)>;

/// The way to a page of payments, or to one below the list of them.
pub(super) fn trail(page: &Page, t: &StaffWords, is_below: bool) -> Trail {
    let list = is_below.then(|| (page.href("/staff/payments"), t.exceptions.title.to_string()));
    std::iter::once((page.href("/staff"), t.area.to_string())).chain(list).collect()
}

/// How a state is to be taken.
pub(super) const fn tone(status: Status) -> &'static str {
    match status {
        Status::Captured => "good",
        Status::RequiresAction | Status::Declined => "attention",
        Status::CaptureFailed => "bad",
        Status::Pending | Status::Authorized | Status::PartiallyRefunded | Status::Refunded | Status::Voided => {
            "neutral"
        }
    }
}

/// The sums of a payment, and what else is known of it. None without an amount.
pub(super) fn facts(
    payment: &Payment,
    page: &Page,
    t: &'static StaffWords,
) -> Result<Vec<(&'static Phrase, String)>, Rejection> {
    let words = &t.payment;
    let latest = payment.latest(Operation::Authorize);
    let mut facts = Vec::new();
    if let Some(terms) = payment.terms {
        let money = |amount| page.money(Money::new(amount, terms.currency));
        let sums = payment.amounts()?;
        facts.push((&words.amount, money(terms.amount)));
        facts.push((&words.authorized, money(sums.authorized)));
        facts.push((&words.captured, money(sums.captured)));
        facts.push((&words.refunded, money(sums.refunded)));
        facts.push((&words.pending, money(sums.pending)));
        facts.push((&words.left, money(sums.refundable()?)));
    }
    if let Some(latest) = latest {
        facts.push((&words.attempt, latest.attempt.to_string()));
    }
    let declined = latest.filter(|latest| latest.phase == Phase::Failed).and_then(|latest| latest.reason.as_deref());
    facts.extend(declined.map(|reason| (&words.decline, t.reason(reason))));
    Ok(facts)
}

/// A refund with its progress.
pub(super) struct ShownRefund {
    pub(super) amount: String,
    pub(super) phase: &'static Phrase,
    pub(super) tone: &'static str,
    pub(super) at: Timestamp,
    /// What staff gave; empty if an order asked for it.
    pub(super) reason: String,
}

/// All refunds, oldest first.
pub(super) fn refunds(payment: &Payment, page: &Page, t: &'static StaffWords) -> Vec<ShownRefund> {
    let is_latest =
        |made: &&Transaction| payment.last_of(made.payment_operation()).is_some_and(|last| last.seq == made.seq);
    let refund = |made: &Transaction| {
        let refund = made.refund.as_ref()?;
        let tone = match made.phase {
            Phase::Succeeded => "good",
            Phase::Failed => "bad",
            Phase::Requested | Phase::ActionRequired => "neutral",
        };
        Some(ShownRefund {
            amount: page.money(Money::new(made.amount, refund.asked.currency)),
            phase: t.phases.of(made.phase),
            tone,
            at: made.at,
            reason: refund.reason.clone().unwrap_or_default(),
        })
    };
    payment.log.iter().filter(is_latest).filter_map(refund).collect()
}

/// A transition of a payment.
pub(super) struct Step {
    pub(super) text: &'static Phrase,
    pub(super) tone: &'static str,
    pub(super) at: Timestamp,
    /// Amount, attempt and reasons.
    pub(super) details: Vec<String>,
    /// When the provider releases the money.
    pub(super) held_until: Option<Timestamp>,
    pub(super) by: Option<By>,
    pub(super) entries: Vec<Booked>,
}

/// Who wanted a transition.
pub(super) struct By {
    pub(super) text: String,
    /// To the user; empty if it is none.
    pub(super) href: String,
}

/// An entry of the ledger. One side is empty.
pub(super) struct Booked {
    pub(super) account: &'static Phrase,
    pub(super) debit: String,
    pub(super) credit: String,
}

/// The log, oldest first.
pub(super) fn steps(payment: &Payment, page: &Page, t: &'static StaffWords) -> Vec<Step> {
    payment.log.iter().map(|made| step(payment, made, page, t)).collect()
}

fn step(payment: &Payment, made: &Transaction, page: &Page, t: &'static StaffWords) -> Step {
    let currency = payment.terms.map(|terms| terms.currency);
    let tone = match made.phase {
        Phase::Succeeded => "good",
        Phase::ActionRequired => "attention",
        Phase::Failed => "bad",
        Phase::Requested => "neutral",
    };
    let by = payment.actor(made).map(|actor| By::of(&actor, payment, page, t));
    let booked = |entry: &Entry| Some(Booked::of(*entry, currency?, page, t));
    Step {
        text: t.steps.of(made.operation, made.phase),
        tone,
        at: made.at,
        details: details(made, currency, page, t),
        held_until: made.capture_before,
        by,
        entries: made.entries.iter().filter_map(booked).collect(),
    }
}

fn details(made: &Transaction, currency: Option<Currency>, page: &Page, t: &'static StaffWords) -> Vec<String> {
    let words = &t.payment;
    let said = |word: &Phrase, text: String| format!("{word}: {text}");
    let attempt = match (made.authorization, made.operation) {
        (Some(authorization), _) => Some(words.only_attempt.with("number", authorization).to_string()),
        (None, Operation::Refund) => None,
        (None, _) => Some(words.of_attempt.with("number", made.attempt).to_string()),
    };
    let amount = currency.filter(|_| made.amount != 0).map(|currency| page.money(Money::new(made.amount, currency)));
    let given = made.refund.as_ref().and_then(|refund| refund.reason.clone());
    let all = [
        amount.map(|amount| said(&words.amount, amount)),
        attempt,
        made.reason.as_deref().map(|reason| said(&words.reason, t.reason(reason))),
        given.map(|given| said(&words.given_reason, given)),
        made.reference.clone().map(|reference| said(&words.reference, reference)),
    ];
    all.into_iter().flatten().collect()
}

impl By {
    fn of(actor: &Actor, payment: &Payment, page: &Page, t: &StaffWords) -> Self {
        let user = actor.user();
        let text = match user {
            Some(user) if payment.customer == Some(user) => t.payment.by_customer.clone(),
            _ => t.payment.by_other.with("who", actor),
        };
        let href = user.map(|user| page.href(&format!("/staff/users/{user}"))).unwrap_or_default();
        Self { text: text.to_string(), href }
    }
}

impl Booked {
    fn of(entry: Entry, currency: Currency, page: &Page, t: &'static StaffWords) -> Self {
        let amount = page.money(Money::new(entry.amount.saturating_abs(), currency));
        let (debit, credit) = if entry.amount > 0 { (amount, String::new()) } else { (String::new(), amount) };
        Self { account: t.accounts.of(entry.account), debit, credit }
    }
}
