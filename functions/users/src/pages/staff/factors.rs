//! The form by which staff remove the second factors of a user who lost them. Refuses to do it without a reason.

use super::super::go;
use super::USERS;
use super::user::UserPage;
use crate::domain::Rejection;
use crate::domain::user_status::Reason;
use crate::http::status::editor;
use crate::service::{Error, Users};
use ::pages::Form;
use chassis::http::Response;
use chassis::{Call, Problem};
use events::ids::UserId;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct FactorsForm {
    reason: String,
}

pub(super) async fn remove(app: Arc<Users>, call: Call<Form<FactorsForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let typed = &call.body.0.reason;
    let Ok(reason) = typed.parse::<Reason>() else {
        let mut page = UserPage::again(&app, &call, id).await?;
        page.factor_errors.add("reason", &page.t.staff.factors.reason, &page.t.staff.factors.missing);
        page.reason.clone_from(typed);
        return ::pages::html(422, &page);
    };
    match app.remove_factors(id, &reason, editor(&call)?, &call.context()).await {
        Ok(_) => Ok(go(&app, 303, &format!("{USERS}/{id}?saved=factors"), [])),
        Err(Error::Rejected(Rejection::NoSecondFactor)) => {
            let mut page = UserPage::again(&app, &call, id).await?;
            page.saved = Some(&page.t.staff.factors.none);
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::AdminStatus)) => {
            let mut page = UserPage::again(&app, &call, id).await?;
            page.factor_errors.add("reason", &page.t.staff.factors.reason, &page.t.staff.status.admin);
            page.reason.clone_from(typed);
            ::pages::html(422, &page)
        }
        Err(error) => Err(error.into()),
    }
}
