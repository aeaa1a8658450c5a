//! Reads and writes of single items. No write is without a cause. A write whose condition fails returns the present
//! item, so that a caller can tell its own earlier write from another's.

use super::audit_note::AuditNote;
use super::cause::Cause;
use super::error::StoreError;
use super::item::{Attributes, Key, decode, encode, encode_note};
use super::update::{Update, Updated};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::HashMap;

/// The outcome of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Written<T> {
    /// The write is done.
    Done,
    /// The condition failed. Holds the present item, if there is one.
    Refused(Option<Box<T>>),
}

impl<T> Written<T> {
    /// Maps the present item.
    pub fn map<U>(self, map: impl FnOnce(T) -> U) -> Written<U> {
        match self {
            Self::Done => Written::Done,
            Self::Refused(item) => Written::Refused(item.map(|item| Box::new(map(*item)))),
        }
    }
}

/// A capability's table.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
}

impl Table {
    /// Another table of the same capability, whose name is this one's with `-<name>` behind it.
    #[must_use]
    pub fn beside(&self, name: &str) -> Self {
        Self { client: self.client.clone(), name: format!("{}-{name}", self.name) }
    }

    /// `name` is the table's name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Eventually consistent. It is enough to decide on, since the write's condition has the last word.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, StoreError> {
        self.read(key, false).await
    }

    /// Consistent, for readers who may have written a moment ago.
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
            .map_err(StoreError::of_call)?;
        answer.item.map(decode).transpose()
    }

    /// Reads an item that does not exist. Half a read unit opens a connection and makes the SDK's first request before
    /// a customer's. The result is ignored: a later call meets the same error.
    pub(crate) async fn prime(&self) {
        let _: Result<Option<IgnoredAny>, _> = self.get(&Key::new("prime", "prime")).await;
    }

    /// Puts an item if none has its key.
    pub async fn create<T>(&self, key: &Key, item: &T, cause: &Cause) -> Result<Written<T>, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        self.put(key, item, cause, Some("attribute_not_exists(pk)"), None).await
    }

    /// Replaces an item if its `seq` attribute still is the expected one.
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

    /// Puts an item unconditionally: only for settings where the last writer wins.
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
        condition: Option<&'static str>,
        expected_seq: Option<u64>,
    ) -> Result<Written<T>, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        let item = encode(key, item, cause)?;
        match &cause.audit {
            Some(note) if note.ahead => self.put_ahead(note, cause).await?,
            Some(_) => return self.put_audited(item, condition, expected_seq, cause).await,
            None => {}
        }
        let outcome = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
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
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    async fn put_ahead(&self, note: &AuditNote, cause: &Cause) -> Result<(), StoreError> {
        let item = encode_note(note, cause)?;
        let call = self.client.put_item().table_name(&self.name).set_item(Some(item)).send();
        call.await.map(|_| ()).map_err(StoreError::of_call)
    }

    /// Updates an item in place and returns the new item. Refuses a cause with an audit entry: a transaction writes both.
    pub async fn update<T: DeserializeOwned>(&self, update: Update, cause: &Cause) -> Result<Updated<T>, StoreError> {
        if cause.audit.is_some() {
            return Err(StoreError::Refused("an audited update takes a transaction".to_owned()));
        }
        let update = update.caused(cause);
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
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    /// Removes an item, if it exists.
    pub async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(key.attributes()));
        request.send().await.map(|_| ()).map_err(StoreError::of_call)
    }
}

fn refused<T: DeserializeOwned>(item: Option<Attributes>) -> Result<Written<T>, StoreError> {
    Ok(Written::Refused(item.map(decode).transpose()?.map(Box::new)))
}
