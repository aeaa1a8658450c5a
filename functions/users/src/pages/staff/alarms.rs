//! `GET /staff/users/alarms`: the part of the staff's start page that says which alarms ring. Refuses to fail with CloudWatch: then it
//! is not known.

use super::super::words::Words;
use crate::service::{RingingAlarm, Users};
use ::pages::{Page, Phrase, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::runtime::within;
use chassis::time_limit::ASIDE;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_alarms.html")]
struct AlarmsPart {
    page: Page,
    t: &'static Words,
    alarms: Vec<RingingAlarm>,
    /// What is said if there are none.
    told: &'static Phrase,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let t = Words::of(page.locale);
    let found = ringing(&app).await;
    let told = if found.is_some() { &t.staff.alarms.none } else { &t.staff.alarms.unknown };
    fragment(&AlarmsPart { page, t, alarms: found.unwrap_or_default(), told })
}

/// The alarms that ring, if that is known.
async fn ringing(app: &Users) -> Option<Vec<RingingAlarm>> {
    let why = match within(ASIDE, &app.wiring.world, Box::pin(app.ringing_alarms())).await {
        Ok(Ok(alarms)) => return Some(alarms),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(why, "it is not known which alarms ring");
    None
}
