//! Reading a partition page by page. Refuses offsets: a page starts after a sort key.

use super::error::StoreError;
use super::gateway::Table;
use super::item::{Attributes, Key, decode, text};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// A page of a query.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The sort key after which the next page begins.
    pub next: Option<String>,
}

/// An entry of an index that holds keys only.
#[derive(Debug, Deserialize)]
struct Entry {
    pk: String,
    sk: String,
}

/// The items of a partition to read.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// An index instead of the table. A GSI's partition key attribute has the index's name; its sort key is `pk`.
    pub index: Option<&'a str>,
    /// Partition key.
    pub partition: &'a str,
    /// Only sort keys with this prefix.
    pub prefix: Option<&'a str>,
    /// Only sort keys after this one.
    pub after: Option<&'a str>,
    /// Greatest sort key first, which is the newest.
    pub descending: bool,
    /// Largest number of items.
    pub limit: u32,
}

impl<'a> Query<'a> {
    /// A partition of the table, ascending, up to 100 items.
    pub const fn partition(partition: &'a str) -> Self {
        Self { index: None, partition, prefix: None, after: None, descending: false, limit: 100 }
    }

    const fn sort_name(&self) -> &'static str {
        if self.index.is_some() { "pk" } else { "sk" }
    }
}

impl Table {
    /// Reads a page of a partition.
    pub async fn query<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Page<T>, StoreError> {
        self.read_page(query, query.sort_name(), false).await
    }

    /// Reads a page of a partition of the table, consistent: for those who may have changed it a moment ago.
    pub async fn query_consistent<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Page<T>, StoreError> {
        self.read_page(query, query.sort_name(), true).await
    }

    /// Reads a page of an index with another sort key than `pk`. The sort keys must differ within a partition.
    pub async fn query_sorted<T: DeserializeOwned>(
        &self,
        query: Query<'_>,
        sort_name: &str,
    ) -> Result<Page<T>, StoreError> {
        self.read_page(query, sort_name, false).await
    }

    async fn read_page<T: DeserializeOwned>(
        &self,
        query: Query<'_>,
        sort_name: &str,
        consistent: bool,
    ) -> Result<Page<T>, StoreError> {
        let partition_name = query.index.unwrap_or("pk");
        let mut names = HashMap::from([("#p".to_owned(), partition_name.to_owned())]);
        let mut values = HashMap::from([(":p".to_owned(), AttributeValue::S(query.partition.to_owned()))]);
        let mut condition = "#p = :p".to_owned();
        // A key condition takes one test of the sort key: a start after a key is a range, and so is a prefix.
        let sort_test = match (query.after, query.prefix) {
            (Some(after), _) if query.descending => Some(("#s < :s", after)),
            (Some(after), _) => Some(("#s > :s", after)),
            (None, Some(prefix)) => Some(("begins_with(#s, :s)", prefix)),
            (None, None) => None,
        };
        if let Some((test, value)) = sort_test {
            names.insert("#s".to_owned(), sort_name.to_owned());
            values.insert(":s".to_owned(), AttributeValue::S(value.to_owned()));
            condition = format!("{condition} AND {test}");
        }
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(condition)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(!query.descending)
            .consistent_read(consistent)
            .limit(i32::try_from(query.limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(StoreError::of_call)?;
        let more = answer.last_evaluated_key.is_some();
        let mut items = answer.items.unwrap_or_default();
        let within = |item: &Attributes| query.prefix.is_none_or(|prefix| text(item, sort_name).starts_with(prefix));
        let complete = items.len();
        items.retain(within);
        let next = items.last().filter(|_| more && items.len() == complete).map(|item| text(item, sort_name));
        let items = items.into_iter().map(decode).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    /// Reads a page of an index and then its items, in the index's order. An item that has gone by then is left out.
    pub async fn query_items<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Page<T>, StoreError> {
        let Page { items: entries, next } = self.query::<Entry>(query).await?;
        let keys: Vec<Key> = entries.into_iter().map(|Entry { pk, sk }| Key { pk, sk }).collect();
        let items = self.get_many(&keys).await?.into_iter().flatten().collect();
        Ok(Page { items, next })
    }

    /// Reads a whole partition, page by page.
    pub async fn query_all<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Vec<T>, StoreError> {
        self.read_all(query, false).await
    }

    /// Reads a whole partition of the table, page by page and consistent: for copies that are kept under a version read
    /// before.
    pub async fn query_all_consistent<T: DeserializeOwned>(&self, query: Query<'_>) -> Result<Vec<T>, StoreError> {
        self.read_all(query, true).await
    }

    async fn read_all<T: DeserializeOwned>(&self, query: Query<'_>, consistent: bool) -> Result<Vec<T>, StoreError> {
        let mut items = Vec::new();
        let mut after = query.after.map(str::to_owned);
        loop {
            let from = Query { after: after.as_deref(), ..query };
            let page = self.read_page(from, from.sort_name(), consistent).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(items),
            }
        }
    }
}
