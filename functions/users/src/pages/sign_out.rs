//! Signing out, of this browser or everywhere. Refuses to say that somebody is out whose session the table still has.

use super::{HOME, cookies, go};
use crate::service::{Error, Users};
use ::pages::Form;
use chassis::http::Response;
use chassis::{Call, Problem};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignOutForm {
    /// Not empty to end all sessions.
    everywhere: String,
}

pub(super) async fn sign_out(app: Arc<Users>, call: Call<Form<SignOutForm>>) -> Result<Response, Problem> {
    let context = call.context();
    let ended = match &call.caller.identity {
        None => Ok(()),
        Some(me) if call.body.0.everywhere.is_empty() => app.sign_out(me.user, me.session, &context).await,
        Some(me) => app.sign_out_everywhere(me.user, &context).await,
    };
    match ended {
        // A user who is gone has no sessions.
        Ok(()) | Err(Error::NotFound) => {
            Ok(go(&app, 303, HOME, cookies::signed_out(cookies::sent(&app, &call.headers))))
        }
        Err(error) => Err(error.into()),
    }
}
