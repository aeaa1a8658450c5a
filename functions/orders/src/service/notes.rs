//! Notes of staff on orders. Refuses to change one, or the order.

use super::{Error, Orders};
use crate::domain::note::{Note, NoteRejection};
use crate::store::NoteWritten;
use chassis::{Context, Page};
use events::ids::OrderId;

impl Orders {
    /// Writes a note on an order once. The same request again gets the note that the first one wrote.
    ///
    /// # Errors
    /// If the order has too many, or another note was written under the same key.
    pub async fn add_note(&self, order: OrderId, note: Note, context: &Context) -> Result<Note, Error<NoteRejection>> {
        match self.store.add_note(order, &note, &self.wiring.world, context).await? {
            NoteWritten::Done => Ok(note),
            NoteWritten::Repeated(earlier) if earlier.text == note.text => Ok(*earlier),
            NoteWritten::Repeated(_) => Err(Error::Rejected(NoteRejection::IdempotencyKeyReused)),
            NoteWritten::Erased => Err(Error::Rejected(NoteRejection::Erased)),
            NoteWritten::Full => Err(Error::Rejected(NoteRejection::TooManyNotes)),
        }
    }

    /// A page of the notes on an order, newest first; `after` is the place where the page before ended.
    ///
    /// # Errors
    /// `Store`.
    pub async fn notes(&self, order: OrderId, after: Option<&str>, limit: u32) -> Result<Page<Note>, Error> {
        Ok(self.store.notes(order, after, limit).await?)
    }
}
