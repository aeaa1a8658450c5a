//! Reading payments: customers their own, staff all of them. A guest follows the order instead, which says the same.

use super::corrupt;
use crate::domain::{Payment, Phase, Rejection, Status, Transaction};
use crate::service::Payments;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, Caller, NoBody, Problem, cursor};
use events::ids::{OrderId, PaymentId, RefundId};
use events::payments::{Entry, Operation};
use events::{Currency, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which payments to list.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderQuery {
    /// Of which order.
    pub order_id: OrderId,
}

/// A payment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentView {
    /// Its id.
    pub id: PaymentId,
    /// The order that is paid.
    pub order_id: OrderId,
    /// Where it stands.
    pub status: Status,
    /// What is to be paid; absent if it was voided before that was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The sums of its transactions; absent with `amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sums: Option<SumsView>,
    /// The customer's current attempt, from 1; 0 if there was none.
    pub attempt: u32,
    /// Why the current attempt was declined, as a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline_reason: Option<String>,
    /// Where the customer confirms with the bank, while that is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_url: Option<String>,
    /// Its refunds, oldest first.
    pub refunds: Vec<RefundState>,
    /// When it began.
    pub created_at: Timestamp,
    /// When its latest transition was.
    pub updated_at: Timestamp,
}

/// Sums of a payment's transactions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SumsView {
    /// Authorized and not voided.
    pub authorized: Money,
    /// Taken.
    pub captured: Money,
    /// Given back.
    pub refunded: Money,
    /// Granted to refunds that are not done yet.
    pub pending: Money,
}

/// How far a refund has come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefundState {
    /// Its id.
    pub id: RefundId,
    /// How much was granted.
    pub amount: Money,
    /// How far it has come.
    pub phase: Phase,
    /// Since when.
    pub at: Timestamp,
}

/// One transition of a payment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TransactionView {
    /// Its number, from 1.
    pub seq: u64,
    /// What is done.
    pub operation: Operation,
    /// How far it has come.
    pub phase: Phase,
    /// Which try of it, from 1.
    pub attempt: u32,
    /// How much, in the payment's currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The provider's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_reference: Option<String>,
    /// Why it failed, or the staff's words for a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Which refund, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    /// What asked for the refund, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What made it.
    pub input: String,
    /// What it booked.
    pub entries: Vec<Entry>,
}

/// `GET /v1/payments?order_id=`
pub(super) async fn list(app: Arc<Payments>, call: Call<NoBody, OrderQuery>) -> Result<Listing<PaymentView>, Problem> {
    // An order's payment carries the order's bits: no index is needed to find it.
    let payment = app.store.payment_now(call.query.order_id.payment()).await?;
    let visible = payment.filter(|payment| may_see(&call.caller, payment));
    let items = visible.iter().map(view).collect::<Result<_, _>>().map_err(|error| corrupt(&error))?;
    Ok(Listing { items, cursor: None })
}

/// `GET /v1/payments/{id}`
pub(super) async fn read(app: Arc<Payments>, call: Call) -> Result<PaymentView, Problem> {
    let payment = app.store.payment_now(call.param("id")?).await?;
    let payment = payment.filter(|payment| may_see(&call.caller, payment)).ok_or_else(Problem::not_found)?;
    view(&payment).map_err(|error| corrupt(&error))
}

/// `GET /v1/payments/{id}/transactions`
pub(super) async fn transactions(
    app: Arc<Payments>,
    call: Call<NoBody, PageQuery>,
) -> Result<Listing<TransactionView>, Problem> {
    let limit = cursor::limit(call.query.limit)?;
    let after = match &call.query.cursor {
        Some(text) => cursor::decode(text)?.parse::<u64>().map_err(|_| invalid_cursor())?,
        None => 0,
    };
    let payment = app.store.payment_now(call.param("id")?).await?.ok_or_else(Problem::not_found)?;
    let currency = payment.terms.map(|terms| terms.currency);
    let later = payment.log.iter().filter(|transaction| transaction.seq > after);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let items: Vec<_> = later.take(limit).map(|transaction| transaction_view(transaction, currency)).collect();
    let last = items.last().map(|item| item.seq).filter(|last| *last < payment.seq);
    Ok(Listing { items, cursor: last.map(|seq| cursor::encode(&seq.to_string())) })
}

fn invalid_cursor() -> Problem {
    Problem::bad_request("invalid_cursor", "The cursor is not one of ours.")
}

fn may_see(caller: &Caller, payment: &Payment) -> bool {
    caller.is_staff() || caller.is(payment.customer)
}

fn view(payment: &Payment) -> Result<PaymentView, Rejection> {
    let status = payment.status()?;
    let latest = payment.latest(Operation::Authorize);
    let current = |wanted: Status| latest.filter(|_| status == wanted);
    let sums = payment.amounts()?;
    let amount = payment.terms.map(|terms| Money::new(terms.amount, terms.currency));
    let of_sum = |currency: Currency| SumsView {
        authorized: Money::new(sums.authorized, currency),
        captured: Money::new(sums.captured, currency),
        refunded: Money::new(sums.refunded, currency),
        pending: Money::new(sums.pending, currency),
    };
    Ok(PaymentView {
        id: payment.id,
        order_id: payment.order(),
        status,
        amount,
        sums: amount.map(|amount| of_sum(amount.currency)),
        attempt: latest.map_or(0, |transaction| transaction.attempt),
        decline_reason: current(Status::Declined).and_then(|transaction| transaction.reason.clone()),
        action_url: current(Status::RequiresAction).and_then(|transaction| transaction.url.clone()),
        refunds: refunds(payment),
        created_at: payment.log.first().map(|transaction| transaction.at).unwrap_or_default(),
        updated_at: payment.log.last().map(|transaction| transaction.at).unwrap_or_default(),
    })
}

fn refunds(payment: &Payment) -> Vec<RefundState> {
    let is_latest = |t: &Transaction| payment.last_of(t.undertaking()).is_some_and(|last| last.seq == t.seq);
    let latest = payment.log.iter().filter(|transaction| is_latest(transaction));
    latest
        .filter_map(|transaction| {
            let refund = transaction.refund.as_ref()?;
            let amount = Money::new(transaction.amount, refund.asked.currency);
            Some(RefundState { id: refund.id, amount, phase: transaction.phase, at: transaction.at })
        })
        .collect()
}

fn transaction_view(transaction: &Transaction, currency: Option<Currency>) -> TransactionView {
    let refund = transaction.refund.as_ref();
    TransactionView {
        seq: transaction.seq,
        operation: transaction.operation,
        phase: transaction.phase,
        attempt: transaction.attempt,
        amount: currency.map(|currency| Money::new(transaction.amount, currency)),
        provider_reference: transaction.reference.clone(),
        reason: transaction.reason.clone().or_else(|| refund.and_then(|refund| refund.reason.clone())),
        refund_id: refund.map(|refund| refund.id),
        cause: refund.map(|refund| refund.cause.clone()),
        at: transaction.at,
        input: transaction.input.clone(),
        entries: transaction.entries.clone(),
    }
}
