//! `POST /v1/orders/{id}/notes` and `GET /v1/orders/{id}/notes`: what staff write about an order for each other.

use crate::domain::note::{Note, NoteRejection, text};
use crate::service::{Error, Orders};
use chassis::http::{Listing, PageQuery};
use chassis::table::is_place;
use chassis::{Call, Context, Json, NoBody, Page, Problem, cursor, digest};
use events::ids::{NoteId, OrderId};
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A note to write.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateOrderNote {
    /// For colleagues, on any number of lines.
    #[schemars(length(min = 1, max = 2000))]
    text: String,
}

/// A note of staff on an order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct OrderNote {
    id: NoteId,
    text: String,
    /// Id of the member of staff, or of the machine's key, who wrote it.
    by: Actor,
    at: Timestamp,
}

impl From<Note> for OrderNote {
    fn from(note: Note) -> Self {
        let Note { id, text, by, at } = note;
        Self { id, text, by, at }
    }
}

pub(super) async fn create(app: Arc<Orders>, call: Call<Json<CreateOrderNote>>) -> Result<OrderNote, Problem> {
    let (key, by) = (call.idempotency_key()?, call.caller.identity()?.actor());
    let text = text(&call.body.0.text)?;
    let order = app.find(call.param("id")?).await?;
    Ok(write_note(&app, order.id, (by, key), text, &call.context()).await?.into())
}

pub(super) async fn list(app: Arc<Orders>, call: Call<NoBody, PageQuery>) -> Result<Listing<OrderNote>, Problem> {
    let order = app.find(call.param("id")?).await?;
    let (list, page) = notes_page(&app, order.id, call.query.cursor.as_deref(), call.query.limit).await?;
    Ok(Listing::page(&list, page, OrderNote::from))
}

/// Writes a note of a member of staff under a key of theirs: once, however often it is sent.
pub(crate) async fn write_note(
    app: &Orders,
    order: OrderId,
    (by, key): (Actor, &str),
    text: String,
    context: &Context,
) -> Result<Note, Error<NoteRejection>> {
    // Colleagues may choose the same key. No id has a line break, so only a repeat gives the same text.
    let id = NoteId::from_bits(digest::bits128(format!("{order}\n{by}\n{key}").as_bytes()));
    app.add_note(order, Note { id, text, by, at: context.now }, context).await
}

/// A page of an order's notes, and the list that its cursors are of.
pub(crate) async fn notes_page(
    app: &Orders,
    order: OrderId,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<(String, Page<Note>), Problem> {
    let list = format!("notes {order}");
    let (after, limit) = cursor::page(&list, cursor, limit, is_place)?;
    let page = app.notes(order, after.as_deref(), limit).await?;
    Ok((list, page))
}
