//! A list that is spread over partitions of an index, so that no partition takes all writes: read as one, in the order of its sort
//! key. A page costs the same however long the list is. Refuses offsets: a page begins after a place, which is a sort key and an
//! item's partition key. What moves within the list meanwhile may be met twice, or missed.

use super::error::StoreError;
use super::gateway::Table;
use super::item::{Key, decode, text};
use super::query::Page;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::cmp::Ordering;

/// Before and after every sort key of a list; these are printable ASCII.
const FIRST: &str = " ";
const LAST: &str = "\u{7f}";

/// A list spread over partitions of an index that holds keys only.
#[derive(Debug, Clone)]
pub struct Shards<'a> {
    /// The index. Its partition key attribute has the same name.
    pub index: &'a str,
    /// The attribute of the index's sort key.
    pub sort: &'a str,
    /// The partitions.
    pub partitions: Vec<String>,
}

/// The part of a list to read.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The place where the page before ended: what comes up to it is left out.
    pub after: Option<&'a str>,
    /// Only sort keys from this one.
    pub from: Option<&'a str>,
    /// Only sort keys up to this one.
    pub to: Option<&'a str>,
    /// Greatest sort key first, which is the newest.
    pub descending: bool,
    /// Largest number of items.
    pub limit: u32,
}

impl Part<'_> {
    /// The first 100 items, least sort key first.
    pub const FIRST: Self = Self { after: None, from: None, to: None, descending: false, limit: 100 };

    /// The bounds of the sort keys. What shares its sort key with the end of the page before is read again.
    fn bounds(&self) -> (&str, &str) {
        let (from, to) = (self.from.unwrap_or(FIRST), self.to.unwrap_or(LAST));
        match self.after.map(sort_key) {
            Some(after) if self.descending => (from, to.min(after)),
            Some(after) => (from.max(after), to),
            None => (from, to),
        }
    }

    fn order(&self, one: &str, other: &str) -> Ordering {
        if self.descending { other.cmp(one) } else { one.cmp(other) }
    }

    fn is_ahead(&self, place: &str) -> bool {
        self.after.is_none_or(|after| self.order(after, place).is_lt())
    }
}

/// Whether a text may be a place of a list: a cursor holds one, and a forged one reaches nothing but another place.
pub fn is_place(text: &str) -> bool {
    let is_key = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    text.split_once(' ').is_some_and(|(sort, pk)| is_key(sort) && is_key(pk))
}

/// The sort key of a place.
fn sort_key(place: &str) -> &str {
    place.split_once(' ').map_or(place, |(sort, _)| sort)
}

#[derive(Debug, Deserialize)]
struct Entry {
    pk: String,
    sk: String,
}

/// An entry with its place in the list.
type Placed = (String, Key);

impl<'a> Shards<'a> {
    /// One list, `name#0` to `name#<shards - 1>`.
    pub fn of(index: &'a str, sort: &'a str, name: &str, shards: u32) -> Self {
        Self { index, sort, partitions: (0..shards).map(|shard| format!("{name}#{shard}")).collect() }
    }

    /// The partition, of that many, of an item whose random bits these are.
    pub fn partition(name: &str, bits: u128, shards: u32) -> String {
        format!("{name}#{}", bits % u128::from(shards.max(1)))
    }
}

impl Table {
    /// A page of the keys in a list, in the list's order. Every partition is read at once.
    pub async fn list_keys(&self, list: &Shards<'_>, part: Part<'_>) -> Result<Page<Key>, StoreError> {
        let (from, to) = part.bounds();
        if from > to {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let read = list.partitions.iter().map(|partition| self.read_shard(list, partition, part));
        let mut entries: Vec<Placed> = try_join_all(read).await?.concat();
        entries.sort_unstable_by(|one, other| part.order(&one.0, &other.0));
        let limit = part.limit as usize;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|(place, _)| place.clone());
        Ok(Page { items: entries.into_iter().map(|(_, key)| key).collect(), next })
    }

    /// A page of the items of a list, in the list's order. An item that has gone by then is left out.
    pub async fn list_items<T: DeserializeOwned>(
        &self,
        list: &Shards<'_>,
        part: Part<'_>,
    ) -> Result<Page<T>, StoreError> {
        let Page { items: keys, next } = self.list_keys(list, part).await?;
        Ok(Page { items: self.get_many(&keys).await?.into_iter().flatten().collect(), next })
    }

    /// One entry more than a page has, as that says whether there is another page; and all that share its sort key, as an index has
    /// these in any order.
    async fn read_shard(&self, list: &Shards<'_>, partition: &str, part: Part<'_>) -> Result<Vec<Placed>, StoreError> {
        let (from, to) = part.bounds();
        let names =
            [("#partition", list.index), ("#sort", list.sort)].map(|(key, name)| (key.to_owned(), name.to_owned()));
        let values = [(":partition", partition), (":from", from), (":to", to)];
        let values = values.map(|(key, text)| (key.to_owned(), AttributeValue::S(text.to_owned())));
        let wanted = part.limit as usize + 1;
        let (mut entries, mut start) = (Vec::new(), None);
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .index_name(list.index)
                .key_condition_expression("#partition = :partition AND #sort BETWEEN :from AND :to")
                .set_expression_attribute_names(Some(names.clone().into()))
                .set_expression_attribute_values(Some(values.clone().into()))
                .scan_index_forward(!part.descending)
                .limit(i32::try_from(wanted + 2).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(StoreError::of_call)?;
            for item in answer.items.unwrap_or_default() {
                let sort = text(&item, list.sort);
                let Entry { pk, sk } = decode(item)?;
                let place = format!("{sort} {pk}");
                if part.is_ahead(&place) {
                    entries.push((place, Key { pk, sk }));
                }
            }
            start = answer.last_evaluated_key;
            let sort_of = |entry: Option<&Placed>| entry.map(|(place, _)| sort_key(place).to_owned());
            let has_all = entries.len() >= wanted && sort_of(entries.get(wanted - 1)) != sort_of(entries.last());
            if has_all || start.is_none() {
                return Ok(entries);
            }
        }
    }
}
