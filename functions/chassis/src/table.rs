//! The gateway to a capability's one table. Every write carries its cause; every condition failure hands back the item
//! that was in the way, so that a caller can tell its own earlier write from somebody else's.

use crate::redact::{with_causes, without_values};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

mod many;
mod query;
mod update;

pub use crate::transaction::{Committed, Reason, Transaction};
pub use query::{Page, Query};
pub use update::{Update, Updated};

/// An item as DynamoDB knows it.
pub type Attributes = HashMap<String, AttributeValue>;

/// How work arrived that led to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Over HTTP: nobody remembers it but the stream of the table, so the relay sends what follows.
    Http,
    /// Over HTTP, and nobody else needs to hear of it: no relay is woken.
    Silent,
    /// From the inbox: the queue remembers it until it is acknowledged, so the receiver sends what follows.
    Queue,
    /// From the sweep, which comes again.
    Sweep,
}

/// Why an item is as it is: the work that wrote it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// How the work arrived.
    pub via: Via,
    /// The request's or message's name.
    pub id: String,
    /// Number of the transition that it made, or 0 where items have no transitions.
    pub seq: u64,
}

impl Cause {
    /// The same work's write of something that nobody else needs to hear of.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self { via: Via::Silent, id: self.id.clone(), seq: 0 }
    }
}

/// Where an item is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    /// A key of these two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// The table did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is throttled, or a transaction met another one. Trying again is right.
    #[error("table unavailable: {0}")]
    Unavailable(String),
    /// An item does not have the form we write.
    #[error("corrupt item: {0}")]
    Corrupt(String),
}

impl From<StoreError> for crate::Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "store");
        match error {
            StoreError::Unavailable(_) => Self::unavailable(),
            StoreError::Corrupt(_) => Self::internal(),
        }
    }
}

/// What became of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Written<T> {
    /// The item is as asked.
    Done,
    /// The condition did not hold; the item as it is, if there is one.
    Refused(Option<Box<T>>),
}

/// A capability's table.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl Table {
    /// The table of that name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Reads an item, possibly a moment old: enough to decide on, as the write's condition has the last word.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.read(key, false).await
    }

    /// Reads an item as of now: for answers to the person who just wrote it.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn get_consistent<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.read(key, true).await
    }

    async fn read<T: DeserializeOwned>(&self, key: &Key, consistent: bool) -> Result<Option<T>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(consistent)
            .send()
            .await
            .map_err(unavailable)?;
        answer.item.map(decode).transpose()
    }

    /// Reads an item that is not there: half a read unit for a connection that is open, and an SDK that has done once what
    /// it does, when the first request comes. How it ends says nothing: whoever needs the table next will see.
    pub(crate) async fn prime(&self) {
        let _: Result<Option<IgnoredAny>, _> = self.get(&Key::new("prime", "prime")).await;
    }

    /// Puts an item where none is.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn create<T>(&self, key: &Key, item: &T, cause: &Cause) -> Result<Written<T>, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.put(key, item, cause, Some("attribute_not_exists(pk)"), None).await
    }

    /// Replaces an item whose `seq` attribute is still the expected one.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn replace<T>(
        &self,
        key: &Key,
        item: &T,
        expected_seq: u64,
        cause: &Cause,
    ) -> Result<Written<T>, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.put(key, item, cause, Some("seq = :expected"), Some(expected_seq)).await
    }

    /// Puts an item whatever is there: only for settings where the last word wins.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn overwrite<T>(&self, key: &Key, item: &T, cause: &Cause) -> Result<(), StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.put(key, item, cause, None, None).await.map(|_| ())
    }

    async fn put<T>(
        &self,
        key: &Key,
        item: &T,
        cause: &Cause,
        condition: Option<&str>,
        expected_seq: Option<u64>,
    ) -> Result<Written<T>, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        let outcome = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(encode(key, item, cause)?))
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values(
                expected_seq.map(|seq| HashMap::from([(":expected".to_owned(), AttributeValue::N(seq.to_string()))])),
            )
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match outcome.map_err(SdkError::into_service_error) {
            Ok(_) => Ok(Written::Done),
            Err(PutItemError::ConditionalCheckFailedException(refusal)) => refused(refusal.item),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Updates an item in place and returns it as it is afterwards.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn update<T: DeserializeOwned>(&self, update: Update, cause: &Cause) -> Result<Updated<T>, StoreError> {
        let update = update.caused(cause)?;
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(update.key.attributes()))
            .update_expression(update.expression())
            .set_condition_expression(update.condition())
            .set_expression_attribute_names((!update.names.is_empty()).then_some(update.names))
            .set_expression_attribute_values(Some(update.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match outcome.map_err(SdkError::into_service_error) {
            Ok(answer) => decode(answer.attributes.unwrap_or_default()).map(Updated::Done),
            Err(UpdateItemError::ConditionalCheckFailedException(refusal)) => match refused(refusal.item)? {
                Written::Refused(item) => Ok(Updated::Refused(item)),
                Written::Done => Ok(Updated::Refused(None)),
            },
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Removes an item, if it is there.
    ///
    /// # Errors
    /// Unavailable.
    pub async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(key.attributes()));
        request.send().await.map(|_| ()).map_err(unavailable)
    }
}

pub(crate) fn encode(key: &Key, item: &impl Serialize, cause: &Cause) -> Result<Attributes, StoreError> {
    let corrupt = |error: serde_dynamo::Error| StoreError::Corrupt(error.to_string());
    let mut attributes: Attributes = serde_dynamo::aws_sdk_dynamodb_1::to_item(item).map_err(corrupt)?;
    let cause = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(cause).map_err(corrupt)?;
    attributes.insert("cause".to_owned(), cause);
    attributes.extend(key.attributes());
    Ok(attributes)
}

pub(crate) fn decode<T: DeserializeOwned>(item: Attributes) -> Result<T, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| StoreError::Corrupt(without_values(&error.to_string())))
}

fn refused<T: DeserializeOwned>(item: Option<Attributes>) -> Result<Written<T>, StoreError> {
    Ok(Written::Refused(item.map(decode).transpose()?.map(Box::new)))
}

fn text(item: &Attributes, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

pub(crate) fn unavailable(error: impl std::error::Error) -> StoreError {
    StoreError::Unavailable(with_causes(&error))
}
