//! Reads payments: customers their own, staff all. A guest reads the order instead, which holds the same.

use crate::domain::{self, Exception, Phase, Rejection, Status};
use crate::service::Payments;
use chassis::http::{Listing, PageQuery};
use chassis::table::is_place;
use chassis::{Call, Caller, NoBody, Page, Problem, cursor};
use events::ids::{OrderId, PaymentId, RefundId};
use events::payments::{Entry, Operation};
use events::users::Permission;
use events::{Actor, Currency, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Either an order or a state.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListPayments {
    /// The order whose payments are listed. Required without `state`.
    #[serde(default)]
    order_id: Option<OrderId>,
    /// Lists the payments that staff must look at for this reason, the latest order first. For staff, and not together with `order_id`.
    #[serde(default)]
    state: Option<Exception>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

/// A payment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Payment {
    pub id: PaymentId,
    pub order_id: OrderId,
    pub status: Status,
    /// The amount to pay. Absent if the payment was voided before its amount was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The sums of the transactions. Absent when `amount` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sums: Option<PaymentSums>,
    /// The number of the customer's current attempt, from 1. 0 if there was none.
    pub attempt: u32,
    /// The reason for which the current attempt was declined, as a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline_reason: Option<String>,
    /// The page on which the customer confirms with the bank, while the confirmation is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action_url: Option<String>,
    /// Whether the payment forgot its payer, at that person's request: reasons that staff gave are gone. Absent unless it did.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub erased: bool,
    /// All refunds, oldest first.
    pub refunds: Vec<PaymentRefund>,
    pub created_at: Timestamp,
    /// The time of the latest transaction.
    pub updated_at: Timestamp,
}

/// The sums of a payment's transactions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PaymentSums {
    /// Authorized and not voided.
    pub authorized: Money,
    pub captured: Money,
    pub refunded: Money,
    /// Granted to refunds that are not complete yet.
    pub pending: Money,
}

/// The progress of a refund.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct PaymentRefund {
    pub id: RefundId,
    /// The amount that was granted.
    pub amount: Money,
    pub phase: Phase,
    /// Time of this phase.
    pub at: Timestamp,
}

/// One transition of a payment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Transaction {
    /// The number of the transition, from 1.
    pub seq: u64,
    pub operation: Operation,
    pub phase: Phase,
    /// The number of the attempt at the operation, from 1.
    pub attempt: u32,
    /// The attempt to authorize that alone is voided. A void without it ends the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The provider's id of the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_reference: Option<String>,
    /// The reason of a failure, as a stable name, or the reason that staff gave for a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The refund that the transaction belongs to, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    /// The stable name of the refund's reason, if the transaction is a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    pub at: Timestamp,
    /// The input that made the transition: a message's id, an idempotency key, `sweep`, or `provider` for the provider's answer.
    pub input: String,
    /// Id of who wanted it: the customer, or a member of staff. Absent for guests, and where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// The ledger entries, which sum to zero.
    pub entries: Vec<Entry>,
}

/// `GET /v1/payments?order_id=` or `?state=`
pub(super) async fn list(app: Arc<Payments>, call: Call<NoBody, ListPayments>) -> Result<Listing<Payment>, Problem> {
    match (call.query.order_id, call.query.state) {
        (Some(order), None) => of_order(&app, &call, order).await,
        (None, Some(state)) => in_state(&app, &call, state).await,
        (Some(_), Some(_)) => Err(Problem::parameter("state", "must not be sent together with order_id")),
        (None, None) => Err(Problem::parameter("order_id", "is required, unless state is sent")),
    }
}

async fn of_order(
    app: &Payments,
    call: &Call<NoBody, ListPayments>,
    order: OrderId,
) -> Result<Listing<Payment>, Problem> {
    // The list has one page: there is no cursor of it.
    cursor::page(&format!("payments of {order}"), call.query.cursor.as_deref(), call.query.limit, |_| false)?;
    // An order's payment carries the order's bits: no index is needed to find it.
    let payment = app.find(order.payment()).await?;
    let visible = payment.filter(|payment| may_see(&call.caller, payment));
    let items = visible.iter().map(resource).collect::<Result<_, _>>()?;
    Ok(Listing::whole(items))
}

async fn in_state(
    app: &Payments,
    call: &Call<NoBody, ListPayments>,
    state: Exception,
) -> Result<Listing<Payment>, Problem> {
    if !call.caller.may(Permission::PaymentsRead) {
        return Err(Problem::lacking(Permission::PaymentsRead));
    }
    let list = format!("payments {}", state.as_str());
    let (after, limit) = cursor::page(&list, call.query.cursor.as_deref(), call.query.limit, is_place)?;
    let Page { items, next } = app.exceptions(Some(state), after.as_deref(), limit).await?;
    let items = items.iter().map(resource).collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::page(&list, Page { items, next }, |item| item))
}

/// `GET /v1/payments/{id}`
pub(super) async fn read(app: Arc<Payments>, call: Call) -> Result<Payment, Problem> {
    let payment = app.find(call.param("id")?).await?;
    let payment = payment.filter(|payment| may_see(&call.caller, payment)).ok_or_else(Problem::not_found)?;
    Ok(resource(&payment)?)
}

/// `GET /v1/payments/{id}/transactions`
pub(super) async fn transactions(
    app: Arc<Payments>,
    call: Call<NoBody, PageQuery>,
) -> Result<Listing<Transaction>, Problem> {
    let (id, limit) = (call.param::<PaymentId>("id")?, cursor::limit(call.query.limit)?);
    let list = format!("transactions {id}");
    let after = match &call.query.cursor {
        Some(text) => cursor::decode(&list, text)?.parse::<u64>().map_err(|_| cursor::foreign())?,
        None => 0,
    };
    let payment = app.find(id).await?.ok_or_else(Problem::not_found)?;
    let currency = payment.terms.map(|terms| terms.currency);
    let later = payment.log.iter().filter(|transaction| transaction.seq > after);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let items: Vec<_> = later.take(limit).map(|made| transaction_resource(&payment, made, currency)).collect();
    let end = payment.log.last().map_or(0, |made| made.seq);
    let last = items.last().map(|item| item.seq).filter(|last| *last < end);
    Ok(Listing { items, cursor: last.map(|seq| cursor::encode(&list, &seq.to_string())) })
}

fn may_see(caller: &Caller, payment: &domain::Payment) -> bool {
    caller.may(Permission::PaymentsRead) || caller.is(payment.customer)
}

fn resource(payment: &domain::Payment) -> Result<Payment, Rejection> {
    let status = payment.status()?;
    let latest = payment.latest(Operation::Authorize);
    let current = |wanted: Status| latest.filter(|_| status == wanted);
    let amounts = payment.amounts()?;
    let amount = payment.terms.map(|terms| Money::new(terms.amount, terms.currency));
    let sums = |currency: Currency| PaymentSums {
        authorized: Money::new(amounts.authorized, currency),
        captured: Money::new(amounts.captured, currency),
        refunded: Money::new(amounts.refunded, currency),
        pending: Money::new(amounts.pending, currency),
    };
    Ok(Payment {
        id: payment.id,
        order_id: payment.order(),
        status,
        amount,
        sums: amount.map(|amount| sums(amount.currency)),
        attempt: latest.map_or(0, |transaction| transaction.attempt),
        decline_reason: current(Status::Declined).and_then(|transaction| transaction.reason.clone()),
        action_url: current(Status::RequiresAction).and_then(|transaction| transaction.url.clone()),
        erased: payment.erased.is_some(),
        refunds: refunds(payment),
        created_at: payment.log.first().map(|transaction| transaction.at).unwrap_or_default(),
        updated_at: payment.log.last().map(|transaction| transaction.at).unwrap_or_default(),
    })
}

fn refunds(payment: &domain::Payment) -> Vec<PaymentRefund> {
    let is_latest =
        |t: &domain::Transaction| payment.last_of(t.payment_operation()).is_some_and(|last| last.seq == t.seq);
    let latest = payment.log.iter().filter(|transaction| is_latest(transaction));
    latest
        .filter_map(|transaction| {
            let refund = transaction.refund.as_ref()?;
            let amount = Money::new(transaction.amount, refund.asked.currency);
            Some(PaymentRefund { id: refund.id, amount, phase: transaction.phase, at: transaction.at })
        })
        .collect()
}

fn transaction_resource(
    payment: &domain::Payment,
    transaction: &domain::Transaction,
    currency: Option<Currency>,
) -> Transaction {
    let refund = transaction.refund.as_ref();
    Transaction {
        seq: transaction.seq,
        operation: transaction.operation,
        phase: transaction.phase,
        attempt: transaction.attempt,
        authorization: transaction.authorization,
        amount: currency.map(|currency| Money::new(transaction.amount, currency)),
        provider_reference: transaction.reference.clone(),
        reason: transaction.reason.clone().or_else(|| refund.and_then(|refund| refund.reason.clone())),
        refund_id: refund.map(|refund| refund.id),
        cause: refund.map(|refund| refund.cause.clone()),
        at: transaction.at,
        input: transaction.input.clone(),
        by: payment.actor(transaction),
        entries: transaction.entries.clone(),
    }
}
