//! Notes on orders: an item each beside the order's, which they leave alone, and one that counts them, as their number has a bound.
//! Refuses to wake the relay: nobody else hears of a note.

use super::lists::sort_key;
use super::{Store, key};
use crate::domain::note::{MAX_NOTES, Note};
use chassis::table::{Committed, Part, Query, Shards, Transaction, Update, Updated};
use chassis::{Context, Key, Page, StoreError, World};
use events::ids::{NoteId, OrderId};
use serde::{Deserialize, Serialize};

/// Sort key of the item that counts an order's notes.
const COUNT: &str = "notes";

/// The outcome of writing a note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub(crate) enum NoteWritten {
    Done,
    /// A note with its id was written before.
    Repeated(Box<Note>),
    /// The order has as many as it may.
    Full,
    /// The order forgot its buyer.
    Erased,
}

/// A note with the attributes of its list.
#[derive(Serialize)]
struct ListedNote<'a> {
    #[serde(flatten)]
    note: &'a Note,
    index1: String,
    /// Time, then id, so that no two are equal.
    index1_sort: String,
}

/// What counts an order's notes.
#[derive(Debug, Clone, Deserialize)]
struct Counted {
    #[serde(default)]
    erased: bool,
}

#[derive(Deserialize)]
struct SortKey {
    sk: String,
}

fn list(order: OrderId) -> String {
    format!("notes#{order}")
}

fn note_key(order: OrderId, id: NoteId) -> Key {
    Key::new(key(order).pk, format!("note#{id}"))
}

fn counted(order: OrderId) -> Update {
    Update::of(Key::new(key(order).pk, COUNT))
        .increase("notes :one")
        .when("attribute_not_exists(erased)")
        .when("(attribute_not_exists(notes) OR notes < :most)")
        .value(":one", 1)
        .value(":most", MAX_NOTES)
}

impl Store {
    /// Writes a note, what counts it and its audit entry, or nothing. `world` paces the attempts, as colleagues may write at once.
    pub(crate) async fn add_note(
        &self,
        order: OrderId,
        note: &Note,
        world: &World,
        context: &Context,
    ) -> Result<NoteWritten, StoreError> {
        let index1_sort = format!("{}#{}", sort_key(note.at), note.id);
        let listed = ListedNote { note, index1: list(order), index1_sort };
        // What a note says is nobody's business but staff's: the audit log names it alone.
        let cause = context.audited(0, order, note.id);
        let transaction = Transaction::new(cause.clone())
            .because(cause.silent())
            .create(&note_key(order, note.id), &listed)?
            .update(counted(order));
        match self.table.commit_retrying(transaction, world).await? {
            Committed::Done => Ok(NoteWritten::Done),
            Committed::Refused(reasons) => {
                let earlier = reasons.first().map(|reason| reason.item()).transpose()?.flatten();
                if let Some(earlier) = earlier {
                    return Ok(NoteWritten::Repeated(Box::new(earlier)));
                }
                let counted = reasons.get(1).map(|reason| reason.item::<Counted>()).transpose()?.flatten();
                let is_erased = counted.is_some_and(|counted| counted.erased);
                Ok(if is_erased { NoteWritten::Erased } else { NoteWritten::Full })
            }
        }
    }

    /// Takes away all notes on an order, and lets nobody write another: what staff write about an order may be about its buyer.
    pub(crate) async fn forget_notes(&self, order: OrderId, context: &Context) -> Result<(), StoreError> {
        let closed = Update::of(Key::new(key(order).pk, COUNT)).set("erased = :erased").value(":erased", true);
        let _: Updated<Counted> = self.table.update(closed, &context.cause(0).silent().anonymous()).await?;
        let pk = key(order).pk;
        loop {
            let notes = Query { prefix: Some("note#"), ..Query::partition(&pk) };
            let found = self.table.query_consistent::<SortKey>(notes).await?.items;
            if found.is_empty() {
                return Ok(());
            }
            for SortKey { sk } in found {
                self.table.delete(&Key::new(pk.clone(), sk)).await?;
            }
        }
    }

    /// A page of an order's notes, newest first; `after` is the place where the page before ended.
    pub(crate) async fn notes(
        &self,
        order: OrderId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Note>, StoreError> {
        let shards = Shards { index: "index1", sort: "index1_sort", partitions: vec![list(order)] };
        self.table.list_items(&shards, Part { after, descending: true, limit, ..Part::FIRST }).await
    }
}
