//! Several writes to one table, all or none.

use super::cause::Cause;
use super::error::StoreError;
use super::gateway::{Table, Written};
use super::item::{Attributes, Key, decode, encode, encode_note};
use super::update::Update;
use crate::runtime::World;
use crate::runtime::retry::CONFLICT;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update as SdkUpdate,
};
use aws_smithy_async::rt::sleep::AsyncSleep;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// DynamoDB's reason for one write of a canceled transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// This write did not fail.
    None,
    /// Its condition failed. Holds the present item, if there is one.
    Condition(Option<Attributes>),
    /// Another transaction held the item.
    Conflict,
    /// Throttled, or another temporary fault.
    Other(String),
}

impl Reason {
    /// The item that made the condition fail.
    ///
    /// # Errors
    /// If it is not a `T`.
    pub fn item<T: DeserializeOwned>(&self) -> Result<Option<T>, StoreError> {
        match self {
            Self::Condition(Some(item)) => decode(item.clone()).map(Some),
            _ => Ok(None),
        }
    }
}

/// The outcome of a transaction.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub enum Committed {
    /// All writes are done.
    Done,
    /// No write is done: at least one condition failed. One reason for each write, in order.
    Refused(Vec<Reason>),
}

/// Up to 100 writes that are done together. If the cause is audited, its entry is one of them, the last.
#[derive(Debug, Clone)]
pub struct Transaction {
    cause: Cause,
    writes: Vec<Write>,
    audited: Option<Cause>,
}

#[derive(Debug, Clone)]
enum Write {
    Put { item: Attributes, condition: Option<&'static str>, expected_seq: Option<u64> },
    Update(Update),
    Delete(Key),
}

impl Transaction {
    /// A transaction without writes.
    pub fn new(cause: Cause) -> Self {
        let audited = cause.audit.is_some().then(|| cause.clone());
        Self { cause, writes: Vec::new(), audited }
    }

    /// Sets the cause of the writes from here on. Messages that are handled together keep their own causes.
    #[must_use]
    pub fn because(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }

    /// Puts an item if none has its key.
    ///
    /// # Errors
    /// If it cannot be serialized.
    pub fn create(mut self, key: &Key, item: &impl Serialize) -> Result<Self, StoreError> {
        let item = encode(key, item, &self.cause)?;
        self.writes.push(Write::Put { item, condition: Some("attribute_not_exists(pk)"), expected_seq: None });
        Ok(self)
    }

    /// Replaces an item if its `seq` still is the expected one.
    ///
    /// # Errors
    /// If it cannot be serialized.
    pub fn replace(mut self, key: &Key, item: &impl Serialize, expected_seq: u64) -> Result<Self, StoreError> {
        let item = encode(key, item, &self.cause)?;
        self.writes.push(Write::Put { item, condition: Some("seq = :expected"), expected_seq: Some(expected_seq) });
        Ok(self)
    }

    /// Puts an item unconditionally.
    ///
    /// # Errors
    /// If it cannot be serialized.
    pub fn overwrite(mut self, key: &Key, item: &impl Serialize) -> Result<Self, StoreError> {
        let item = encode(key, item, &self.cause)?;
        self.writes.push(Write::Put { item, condition: None, expected_seq: None });
        Ok(self)
    }

    /// Updates an item in place.
    #[must_use]
    pub fn update(mut self, update: Update) -> Self {
        self.writes.push(Write::Update(update.caused(&self.cause)));
        self
    }

    /// Removes an item.
    #[must_use]
    pub fn delete(mut self, key: Key) -> Self {
        self.writes.push(Write::Delete(key));
        self
    }
}

impl Table {
    /// Does all writes or none.
    ///
    /// # Errors
    /// `Conflict` if it met another transaction and no condition failed.
    pub async fn commit(&self, transaction: Transaction) -> Result<Committed, StoreError> {
        let mut items = Vec::with_capacity(transaction.writes.len() + 1);
        let entry = transaction.audited.as_ref().map(audit_write).transpose()?.flatten();
        for write in transaction.writes.into_iter().chain(entry) {
            items.push(self.transact_item(write).map_err(StoreError::of_build)?);
        }
        let outcome = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        match outcome.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Committed::Done),
            Err(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                refusal(canceled.cancellation_reasons.unwrap_or_default())
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    /// Does all writes or none, and again after a short wait if another transaction was in the way (policy `CONFLICT`).
    /// Waits grow and differ: the queue's back-off alone would bring the same transactions together again. If a write
    /// is done but its answer is lost, the next attempt is refused by the write's own item.
    pub async fn commit_retrying(&self, transaction: Transaction, world: &World) -> Result<Committed, StoreError> {
        let mut waits = 0;
        loop {
            match self.commit(transaction.clone()).await {
                Err(StoreError::Conflict(_) | StoreError::Unavailable(_)) if waits + 1 < CONFLICT.attempts => {
                    world.sleep(world.jitter(CONFLICT.wait(waits))).await;
                    waits += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// Puts an item together with its audit entry, again after a wait if a transaction was in the way (policy `CONFLICT`).
    /// The waits do not differ: people write so, not crowds.
    pub(super) async fn put_audited<T: DeserializeOwned>(
        &self,
        item: Attributes,
        condition: Option<&'static str>,
        expected_seq: Option<u64>,
        cause: &Cause,
    ) -> Result<Written<T>, StoreError> {
        let mut transaction = Transaction::new(cause.clone());
        transaction.writes.push(Write::Put { item, condition, expected_seq });
        let mut waits = 0;
        let committed = loop {
            match self.commit(transaction.clone()).await {
                Err(StoreError::Conflict(_)) if waits + 1 < CONFLICT.attempts => {}
                outcome => break outcome?,
            }
            if let Some(sleep) = self.client.config().sleep_impl() {
                sleep.sleep(CONFLICT.wait(waits)).await;
            }
            waits += 1;
        };
        Ok(match committed {
            Committed::Done => Written::Done,
            Committed::Refused(reasons) => {
                Written::Refused(reasons.first().map(Reason::item).transpose()?.flatten().map(Box::new))
            }
        })
    }

    fn transact_item(&self, write: Write) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let item = TransactWriteItem::builder();
        Ok(match write {
            Write::Put { item: attributes, condition, expected_seq } => item.put(
                Put::builder()
                    .table_name(&self.name)
                    .set_item(Some(attributes))
                    .set_condition_expression(condition.map(str::to_owned))
                    .set_expression_attribute_values(
                        expected_seq
                            .map(|seq| HashMap::from([(":expected".to_owned(), AttributeValue::N(seq.to_string()))])),
                    )
                    .return_values_on_condition_check_failure(all_old)
                    .build()?,
            ),
            Write::Update(update) => item.update(
                SdkUpdate::builder()
                    .table_name(&self.name)
                    .set_key(Some(update.key.attributes()))
                    .update_expression(update.expression())
                    .set_condition_expression(update.condition())
                    .set_expression_attribute_names((!update.names.is_empty()).then_some(update.names))
                    .set_expression_attribute_values(Some(update.values))
                    .return_values_on_condition_check_failure(all_old)
                    .build()?,
            ),
            Write::Delete(key) => {
                item.delete(Delete::builder().table_name(&self.name).set_key(Some(key.attributes())).build()?)
            }
        }
        .build())
    }
}

fn audit_write(cause: &Cause) -> Result<Option<Write>, StoreError> {
    let item = cause.audit.as_ref().map(|note| encode_note(note, cause)).transpose()?;
    Ok(item.map(|item| Write::Put { item, condition: None, expected_seq: None }))
}

/// Why a transaction was canceled. A failed condition is for the caller; anything else is an error.
fn refusal(reasons: Vec<CancellationReason>) -> Result<Committed, StoreError> {
    let words = || reasons.iter().map(|reason| reason.code.as_deref().unwrap_or("None")).collect::<Vec<_>>().join(", ");
    let has = |code: &str| reasons.iter().any(|reason| reason.code.as_deref() == Some(code));
    if !has("ConditionalCheckFailed") {
        let mut codes = reasons.iter().filter_map(|reason| reason.code.as_deref());
        let refused = codes.find(|code| StoreError::is_refused(code));
        let code = refused.or_else(|| Some("TransactionConflict").filter(|code| has(code)));
        return Err(StoreError::of_code(code, format!("transaction canceled: {}", words())));
    }
    let reason = |reason: CancellationReason| match reason.code.as_deref() {
        None | Some("None") => Reason::None,
        Some("ConditionalCheckFailed") => Reason::Condition(reason.item),
        Some("TransactionConflict") => Reason::Conflict,
        Some(other) => Reason::Other(other.to_owned()),
    };
    Ok(Committed::Refused(reasons.into_iter().map(reason).collect()))
}
