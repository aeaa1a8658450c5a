//! What staff do to an email: they have it sent again, by the API's own use case, once they have confirmed it.

use super::email::{Shown, show};
use super::words::Words;
use crate::domain::NotificationId;
use crate::service::{Error, Notifications};
use ::pages::{Errors, Form, Page};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmation {
    /// Not empty if the box was ticked.
    confirmed: String,
}

/// `POST /staff/notifications/{id}/resend`.
pub(super) async fn resend(app: Arc<Notifications>, call: Call<Form<Confirmation>>) -> Result<Response, Problem> {
    let id: NotificationId = call.param("id")?;
    let t = Words::of(Page::locale(&*app, &call));
    if call.body.0.confirmed.is_empty() {
        let (delivery, kept) = app.find(&id, call.now).await?;
        let mut errors = Errors::default();
        errors.add("confirmed", &t.resend, &t.confirm_first);
        let shown = Shown { id: &id, delivery: &delivery, kept: kept.as_ref() };
        return show(&app, &call, shown, 422, None, errors);
    }
    let rejection = match app.resend(&id, &call.context()).await {
        Ok(sent) => {
            let sent = sent.id().unwrap_or(id);
            let page = Page::new(&*app, &call, "");
            return Ok(redirect(303, &page.href(&format!("/staff/notifications/{sent}?done=resend"))));
        }
        Err(Error::Rejected(rejection)) => rejection,
        Err(error) => return Err(error.into()),
    };
    let (delivery, kept) = app.find(&id, call.now).await?;
    let notice = Some(("error", t.refusals.of(&rejection)));
    let shown = Shown { id: &id, delivery: &delivery, kept: kept.as_ref() };
    show(&app, &call, shown, Problem::from(rejection).status, notice, Errors::default())
}
