//! The button of the cart's page by which a customer is reminded of the cart, or no more. Refuses guests, who have no button.

use crate::domain::cart_of;
use crate::service::{Carts, Error};
use ::pages::{Form, Page};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReminderForm {
    /// Not empty to be reminded.
    enabled: String,
}

/// `POST /cart/reminder`.
pub(super) async fn set(app: Arc<Carts>, call: Call<Form<ReminderForm>>) -> Result<Response, Problem> {
    let (user, is_on) = (call.caller.identity()?.user, !call.body.0.enabled.is_empty());
    match app.remind(cart_of(user), is_on, &call.caller, &call.context()).await {
        // The page shows what holds.
        Ok(_) | Err(Error::NotFound) => Ok(redirect(303, &Page::new(&*app, &call, "").href("/cart"))),
        Err(error) => Err(error.into()),
    }
}
