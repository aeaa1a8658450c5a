//! What the form that writes a note is sent to. It writes the note of the API, under a key that the page made: a second click is the same
//! one. Refuses to write anything under a key of another note.

use super::note_form::NoteForm;
use super::order::{Said, show};
use crate::domain::note::{MAX_NOTES, NoteRejection};
use crate::http::write_note;
use crate::pages::words::Words;
use crate::service::{Error, Orders};
use ::pages::{Page, TypedForm};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use std::sync::Arc;

/// `POST /staff/orders/{id}/notes`.
pub(in crate::pages) async fn add(app: Arc<Orders>, call: Call<TypedForm<NoteForm>>) -> Result<Response, Problem> {
    let order = app.find(call.param("id")?).await?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    let locale = Page::locale(&*app, &call);
    let t = &Words::of(locale).staff.notes;
    let text = match form.read(&card_numbers, t, ::pages::Words::of(locale)) {
        Ok(text) => text,
        Err(errors) => {
            let said = Said { note: form, errors, ..Said::default() };
            return show(&app, &call, &order, 422, said).await;
        }
    };
    let outcome = if form.has_key() {
        let by = (call.caller.identity()?.actor(), form.key.as_str());
        write_note(&app, order.id, by, text, &call.context()).await
    } else {
        Err(Error::Rejected(NoteRejection::IdempotencyKeyReused))
    };
    let (status, refusal, form) = match outcome {
        Ok(_) => {
            let page = Page::new(&*app, &call, "");
            return Ok(redirect(303, &page.href(&format!("/staff/orders/{}?done=note", order.id))));
        }
        Err(Error::Rejected(NoteRejection::IdempotencyKeyReused)) => {
            (422, t.used.clone(), NoteForm { key: String::new(), ..form })
        }
        Err(Error::Rejected(NoteRejection::Erased)) => (409, t.erased.clone(), form),
        Err(Error::Rejected(NoteRejection::TooManyNotes)) => (409, t.full.with("most", MAX_NOTES), form),
        Err(error) => return Err(error.into()),
    };
    show(&app, &call, &order, status, Said { note: form, refusal: Some(refusal), ..Said::default() }).await
}
