//! `/staff/shipping/zones`: the zones, and the form that adds one. Refuses to replace a zone that is there: that is its own page's form.

use super::comparison::named_countries;
use super::faults::Faults;
use super::zone_draft::{SentZone, ZoneDraft, ZoneFields};
use super::zone_rows::{self, ServiceRow};
use super::{Done, ZONES, amounts, link, trail, zone_reader};
use crate::domain::zones::{Zone, ZoneId, Zones};
use crate::pages::words::{StaffWords, Words};
use crate::service::{Error, Shipping};
use ::pages::{Page, Phrase, TypedForm, html};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use std::sync::Arc;

/// A zone in the list.
struct Listed {
    href: String,
    name: String,
    /// Empty if it is out of use.
    countries: String,
    tax: String,
    services: String,
}

#[derive(Template)]
#[template(path = "staff_zones.html")]
struct ZonesPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<(String, String)>,
    zones: Zones,
    listed: Vec<Listed>,
    draft: ZoneDraft,
    faults: Faults,
    rows: Vec<ServiceRow>,
    notice: Option<&'static Phrase>,
}

/// `GET /staff/shipping/zones`.
pub(super) async fn list(app: Arc<Shipping>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let mut shown = ZonesPage::read(&app, &call).await?;
    shown.notice = (call.query.done == "created").then_some(&shown.t.zones.created);
    shown.answer(200)
}

/// `POST /staff/shipping/zones`: what `PUT /v1/shipping-zones/{id}` does with `If-None-Match: *`.
pub(super) async fn create(app: Arc<Shipping>, mut call: Call<TypedForm<ZoneFields>>) -> Result<Response, Problem> {
    call.headers.insert("if-none-match", "*".parse().map_err(Problem::internal)?);
    let sent = SentZone::of(&call.body);
    let mut shown = ZonesPage::read(&app, &call).await?;
    shown.draft = sent.draft.clone();
    if sent.wants_rows {
        return shown.answer(200);
    }
    let t = &shown.t.zones;
    let id = sent.draft.id.parse::<ZoneId>();
    let mut read = zone_reader::read(&sent, &shown.page, t);
    if id.is_err() {
        let mut faults = read.err().unwrap_or_default();
        zone_reader::fault(&mut faults, "id", t);
        read = Err(faults);
    }
    let (id, wanted) = match (id, read) {
        (Ok(id), Ok(wanted)) => (id, wanted),
        (_, read) => {
            shown.faults = read.err().unwrap_or_default();
            return shown.answer(422);
        }
    };
    let created = link(&shown.page, "/zones", &[("done", "created")])?;
    let status = match app.put_zone(&id, &wanted, &call.precondition()?, &call.context()).await {
        Ok(_) => return Ok(redirect(303, &created)),
        // The form was sent twice.
        Err(Error::Unmet(_)) if shown.zones.with(&id, &wanted) == Ok(None) => return Ok(redirect(303, &created)),
        Err(Error::Unmet(_)) => {
            let there = link(&shown.page, &format!("/zones/{id}"), &[])?;
            shown.faults.refuse(&t.exists, Some((there, t.other.to_string())));
            412
        }
        Err(error) => {
            let (status, faults) = zone_reader::refused(error, &shown.page, t)?;
            shown.faults = faults;
            status
        }
    };
    shown.answer(status)
}

impl ZonesPage {
    async fn read<B, Q>(app: &Shipping, call: &Call<B, Q>) -> Result<Self, Problem> {
        let t = &Words::of(Page::locale(app, call)).staff;
        let page = Page::new(app, call, t.zones.title.to_string());
        let zones = app.zones().await?;
        let listed = zones.zones.iter().map(|(id, zone)| Listed::of(id, zone, &page)).collect::<Result<_, _>>()?;
        Ok(Self {
            trail: trail(&page, &t.home, Some(&t.title)),
            draft: ZoneDraft::default(),
            faults: Faults::default(),
            rows: Vec::new(),
            notice: None,
            listed,
            zones,
            page,
            t,
        })
    }

    /// Where the form is sent to.
    fn action(&self) -> String {
        self.page.href(ZONES)
    }

    fn answer(mut self, status: u16) -> Result<Response, Problem> {
        let currencies = zone_rows::currencies(&self.zones);
        self.rows = zone_rows::rows(&self.draft, &self.faults.errors, &currencies, &self.t.zones);
        html(status, &self)
    }
}

impl Listed {
    fn of(id: &ZoneId, zone: &Zone, page: &Page) -> Result<Self, Problem> {
        let services: Vec<_> = zone.services.iter().map(|service| service.name.as_str()).collect();
        Ok(Self {
            href: link(page, &format!("/zones/{id}"), &[])?,
            name: zone.name.clone(),
            countries: named_countries(zone, page),
            tax: amounts::percent(zone.tax_basis_points, page.locale),
            services: services.join(", "),
        })
    }
}
