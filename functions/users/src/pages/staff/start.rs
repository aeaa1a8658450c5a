//! `/staff`, where staff begin: the areas of the shop with what waits in each, the alarms, and the
//! messages that were set aside, all of which their owners say. Refuses to know it itself.

use super::super::words::Words;
use crate::service::Users;
use ::pages::{Page, StaffArea, StaffPart};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::users::Permission;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "staff.html")]
struct StartPage {
    page: Page,
    t: &'static Words,
    /// Those that say what waits, as far as the visitor may open them.
    areas: Vec<StaffArea>,
    /// What each capability says of its dead letters.
    set_aside: Vec<StaffPart>,
    /// Whether the visitor may see alarms and dead letters.
    operates: bool,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let mut page = Page::new(&*app, &call, "");
    page.title = page.words.staff.start.to_string();
    let mut areas = page.staff_areas();
    areas.retain(|area| !area.summary.is_empty());
    let (t, set_aside) = (Words::of(page.locale), page.dead_letter_parts());
    ::pages::html(200, &StartPage { operates: page.may(Permission::OperationsRead), page, t, areas, set_aside })
}
