//! What the form that receives or writes off units is sent to. It makes the adjustment of the API, under a key that the page made: a
//! second click is the same one. Refuses to book anything under a key of another adjustment.

use super::form::{AdjustmentForm, tell};
use super::stock::{Said, again};
use super::words::Words;
use crate::domain::Rejection;
use crate::http;
use crate::service::{Error, Inventory};
use ::pages::{Errors, Page, TypedForm};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use events::Sku;
use std::sync::Arc;

/// `POST /staff/inventory/{sku}/adjustments`.
pub(super) async fn adjust(app: Arc<Inventory>, call: Call<TypedForm<AdjustmentForm>>) -> Result<Response, Problem> {
    let sku: Sku = call.param("sku")?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    let locale = Page::locale(&*app, &call);
    let t = Words::of(locale);
    let adjustment = match form.read(&card_numbers, t, ::pages::Words::of(locale)) {
        Ok(adjustment) => adjustment,
        Err(errors) => return again(&app, &call, Said { form, errors, ..Said::default() }).await,
    };
    let outcome = if form.has_key() {
        let actor = call.caller.identity()?.actor();
        let by = (&actor, form.key.as_str());
        http::adjust(&app, sku.clone(), by, &adjustment, &call.context()).await
    } else {
        Err(Error::Rejected(Rejection::IdempotencyKeyReused))
    };
    let said = match outcome {
        Ok(movement) => {
            let page = Page::new(&*app, &call, "");
            return Ok(redirect(303, &page.href(&format!("/staff/inventory/{sku}?adjusted={}", movement.delta))));
        }
        Err(Error::Rejected(Rejection::IdempotencyKeyReused)) => Said {
            form: AdjustmentForm { key: String::new(), ..form },
            warning: Some(&t.adjustment.used),
            ..Said::default()
        },
        Err(Error::Rejected(rejection)) => {
            let mut errors = Errors::default();
            tell(&mut errors, rejection, t);
            Said { form, errors, ..Said::default() }
        }
        Err(error) => return Err(error.into()),
    };
    again(&app, &call, said).await
}
