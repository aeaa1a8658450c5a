//! `/account/erasure`: what being forgotten means, and the request for it; `/erasures/{id}`: how far it is, without an account; `/account/export`:
//! what one takes along. Refuses to say anything about the person whose erasure it is.

use super::verbatim::Verbatim;
use super::ways::waiting;
use super::words::Words;
use super::{cookies, go};
use crate::domain::Rejection;
use crate::domain::erasure::Erasure;
use crate::domain::user::User;
use crate::http::erasures::page_of;
use crate::http::{export as exported, me};
use crate::service::{Error, Users};
use ::pages::{Errors, Page, Phrase, Typed};
use askama::Template;
use chassis::http::{Response, network_of};
use chassis::{Call, NoBody, NoQuery, Problem};
use events::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

const ERASURE: &str = "/account/erasure";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ErasureForm {
    password: String,
}

impl Typed for ErasureForm {
    fn is_typed(field: &str) -> bool {
        field == "password"
    }
}

#[derive(Template)]
#[template(path = "erasure.html")]
struct ErasurePage {
    page: Page,
    t: &'static Words,
    user: User,
    refusal: Option<String>,
    errors: Errors,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    ::pages::html(200, &ErasurePage::load(&app, &call).await?)
}

/// This browser forgets its session, and the way leads to a page that needs none.
pub(super) async fn erase(app: Arc<Users>, call: Call<Verbatim<ErasureForm>>) -> Result<Response, Problem> {
    let Verbatim { fields: ErasureForm { password }, card_numbers } = &call.body;
    let refusal = match app.erase(me(&call)?, Some(password), &network_of(&call.source_ip), &call.context()).await {
        Ok(started) => {
            let kept = cookies::signed_out(cookies::sent(&app, &call.headers));
            return Ok(go(&app, 303, &page_of(&started), kept));
        }
        Err(Error::Rejected(refusal)) => refusal,
        Err(error) => return Err(error.into()),
    };
    let mut page = ErasurePage::load(&app, &call).await?;
    let words = page.t;
    if card_numbers.held_in("password") {
        page.errors.add("password", &words.credentials.current_password, &page.page.words.card_number);
    }
    match refusal {
        Rejection::WrongPassword => {
            page.errors.add("password", &words.credentials.current_password, &words.credentials.wrong_password);
            ::pages::html(422, &page)
        }
        Rejection::HasRoles => ::pages::html(409, &page),
        Rejection::TooManyAttempts(seconds) => {
            page.refusal = Some(words.errors.wait(seconds));
            Ok(waiting(::pages::html(429, &page)?, seconds))
        }
        other => Err(other.into()),
    }
}

impl ErasurePage {
    async fn load<B, Q>(app: &Users, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let user = app.user(call.caller.identity()?.user).await?;
        let mut page = Page::new(app, call, t.erasure.title.to_string());
        ERASURE.clone_into(&mut page.path);
        Ok(Self { page, t, user, refusal: None, errors: Errors::default() })
    }

    fn has_roles(&self) -> bool {
        self.user.roles.iter().any(|role| role.is_privileged())
    }

    fn needs_password(&self) -> bool {
        !self.user.factors.protects()
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ProgressQuery {
    /// That of the answer which started it.
    token: String,
}

#[derive(Template)]
#[template(path = "erasure_progress.html")]
struct ProgressPage {
    page: Page,
    t: &'static Words,
    erasure: Erasure,
    /// This page.
    again: String,
}

pub(super) async fn progress(app: Arc<Users>, call: Call<NoBody, ProgressQuery>) -> Result<Response, Problem> {
    let erasure = match app.erasure(call.param("id")?, &call.query.token).await {
        Ok(erasure) => erasure,
        Err(Error::Rejected(Rejection::InvalidToken)) => return super::mailed_links::dead_link(&app, &call),
        Err(error) => return Err(error.into()),
    };
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.erasure.progress_title.to_string());
    // The token that opened it is one of these signs.
    let again = format!("/erasures/{}?token={}", erasure.user_id, call.query.token);
    ::pages::html(200, &ProgressPage { page, t, erasure, again })
}

impl ProgressPage {
    fn requested(&self) -> String {
        ::pages::instant(self.page.locale, self.erasure.requested_at)
    }

    fn parts(&self) -> Vec<(&'static Phrase, String)> {
        let words = &self.t.erasure;
        let parts = [
            (&words.account, self.erasure.account),
            (&words.cart, self.erasure.carts),
            (&words.emails, self.erasure.notifications),
        ];
        let mut shown: Vec<_> = parts.into_iter().map(|(name, at)| (name, self.state(at))).collect();
        shown.push((&words.orders, self.orders()));
        shown
    }

    fn state(&self, at: Option<Timestamp>) -> String {
        let words = &self.t.erasure;
        match at {
            Some(at) => words.erased.with("at", ::pages::instant(self.page.locale, at)).to_string(),
            None => words.waiting.to_string(),
        }
    }

    fn orders(&self) -> String {
        match self.erasure.orders {
            Some(orders) if orders.open > 0 => {
                let words = self.t.erasure.open_orders.with("open", orders.open);
                words.with("total", orders.orders).to_string()
            }
            orders => self.state(orders.map(|orders| orders.at)),
        }
    }
}

/// The same as the API's, as a file.
pub(super) async fn export(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    ::pages::json_file("account.json", &exported::export(app, call).await?)
}
