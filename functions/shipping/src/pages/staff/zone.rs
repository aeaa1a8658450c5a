//! `/staff/shipping/zones/{id}`: the form of one zone. Refuses to lose what a colleague saved meanwhile.

use super::comparison::{Difference, compared};
use super::faults::Faults;
use super::zone_draft::{SentZone, ZoneDraft, ZoneFields};
use super::zone_rows::{self, ServiceRow};
use super::{Done, LIST, ZONES, link, zone_reader};
use crate::domain::zones::{Zone, ZoneId, Zones};
use crate::pages::words::{StaffWords, Words};
use crate::service::{Error, Shipping};
use ::pages::{Page, Phrase, TypedForm, html, unreadable_form};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff_zone.html")]
struct ZonePage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<(String, String)>,
    zones: Zones,
    zone: Zone,
    version: String,
    draft: ZoneDraft,
    faults: Faults,
    rows: Vec<ServiceRow>,
    /// What a colleague changed meanwhile, if one was faster.
    differences: Option<Vec<Difference>>,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/shipping/zones/{id}`.
pub(super) async fn show(app: Arc<Shipping>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut shown = ZonePage::read(&app, &call, &call.param("id")?).await?;
    shown.notice = (call.query.done == "saved").then_some(&shown.t.zones.saved);
    shown.answer(200)
}

/// `POST /staff/shipping/zones/{id}`: what `PUT /v1/shipping-zones/{id}` does with the version that was opened as `If-Match`.
pub(super) async fn replace(app: Arc<Shipping>, mut call: Call<TypedForm<ZoneFields>>) -> Result<Response, Problem> {
    let id: ZoneId = call.param("id")?;
    let sent = SentZone::of(&call.body);
    let version: u64 = sent.version.parse().map_err(|_| unreadable_form())?;
    call.headers.insert("if-match", format!("\"{version}\"").parse().map_err(Problem::internal)?);
    let mut shown = ZonePage::read(&app, &call, &id).await?;
    (shown.draft, shown.version) = (sent.draft.clone(), sent.version.clone());
    if sent.wants_rows {
        return shown.answer(200);
    }
    let wanted = match zone_reader::read(&sent, &shown.page, &shown.t.zones) {
        Ok(wanted) => wanted,
        Err(faults) => {
            shown.faults = faults;
            return shown.answer(422);
        }
    };
    match app.put_zone(&id, &wanted, &call.precondition()?, &call.context()).await {
        Ok(_) => Ok(redirect(303, &saved(&shown.page, &id)?)),
        Err(Error::Unmet(_)) => {
            // As it is now, and made from that version from now on.
            let mut both = ZonePage::read(&app, &call, &id).await?;
            if both.zones.with(&id, &wanted) == Ok(None) {
                // What was typed is there already: the form was sent twice.
                return Ok(redirect(303, &saved(&both.page, &id)?));
            }
            both.differences = Some(compared(&wanted, &both.zone, &both.page, &both.t.zones));
            both.draft = sent.draft;
            both.answer(412)
        }
        Err(error) => {
            let (status, faults) = zone_reader::refused(error, &shown.page, &shown.t.zones)?;
            shown.faults = faults;
            shown.answer(status)
        }
    }
}

fn saved(page: &Page, id: &ZoneId) -> Result<String, Problem> {
    link(page, &format!("/zones/{id}"), &[("done", "saved")])
}

impl ZonePage {
    async fn read<B, Q>(app: &Shipping, call: &Call<B, Q>, id: &ZoneId) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let zones = app.zones().await?;
        let zone = zones.zones.get(id).cloned().ok_or_else(Problem::not_found)?;
        let page = Page::new(app, call, zone.name.clone());
        let above = [("/staff", &t.home), (LIST, &t.title), (ZONES, &t.zones.title)];
        Ok(Self {
            trail: above.into_iter().map(|(path, title)| (page.href(path), title.to_string())).collect(),
            version: zone.seq.to_string(),
            draft: ZoneDraft::showing(&zone, &page),
            faults: Faults::default(),
            rows: Vec::new(),
            differences: None,
            notice: None,
            zones,
            zone,
            page,
            t,
        })
    }

    fn answer(mut self, status: u16) -> Result<Response, Problem> {
        let currencies = zone_rows::currencies(&self.zones);
        self.rows = zone_rows::rows(&self.draft, &self.faults.errors, &currencies, &self.t.zones);
        html(status, &self)
    }
}
