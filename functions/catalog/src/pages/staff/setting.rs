//! The page of what staff set as a whole, such as a category or the terms: its form, what saves it, and both versions if a colleague was
//! faster. Refuses to lose what anybody saved or typed.

use super::comparison::Difference;
use super::faults::Faults;
use super::form::{Draft, Sent, creating, edited_from};
use super::words::{Field, StaffWords};
use super::{Done, Link, done, path_of, places, trail};
use crate::domain::catalogue::Catalogue;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use std::fmt::Display;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;

/// A setting as it is typed.
pub(super) trait Setting: Draft + Clone {
    /// What names it in its path.
    type Id: FromStr + Display + Clone + Send + Sync;
    /// The request that its form stands for.
    type Request;

    /// The variable of its path.
    const NAMED_BY: &'static str = "id";
    /// The path that its own path begins with.
    const LIST: &'static str;
    /// Whether its form also makes it, as there is a place for it from the start.
    const IS_MADE_HERE: bool = false;

    /// What is there; `None` if nothing can be.
    fn stored(id: &Self::Id, around: &Around) -> Option<Stored<Self>>;

    /// The fields of the form.
    fn inputs(&self, id: &Self::Id, around: &Around) -> Vec<Input>;

    /// Carries out what `PUT` carries out over the API.
    fn put(app: &Catalog, form: &Form<Self>, id: Self::Id) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// A form that was sent.
pub(super) type Form<S> = Call<Sent<S, <S as Setting>::Request>>;

/// What is around a setting.
pub(super) struct Around {
    pub(super) page: Page,
    pub(super) t: &'static StaffWords,
    pub(super) catalogue: Arc<Catalogue>,
}

/// A setting as it is.
pub(super) struct Stored<S> {
    /// `None` of what is not there yet.
    pub(super) version: Option<u64>,
    pub(super) title: String,
    /// The lists that it is below.
    pub(super) lists: [(&'static str, &'static Phrase); 2],
    pub(super) draft: S,
    /// The path of the page that customers see; empty if there is none.
    pub(super) preview: String,
    /// What to know before it is changed.
    pub(super) advice: Vec<&'static Phrase>,
}

/// A field of the form.
pub(super) struct Input {
    name: &'static str,
    words: &'static Field,
    value: String,
    /// Value and text of each choice; empty of what is typed.
    options: Vec<Link>,
    /// Characters, at most.
    most: &'static str,
    /// The keyboard of a telephone.
    mode: &'static str,
    is_required: bool,
    has_lines: bool,
}

impl Input {
    /// A line that must be there.
    pub(super) fn line(name: &'static str, words: &'static Field, value: &str, most: &'static str) -> Self {
        let value = value.to_owned();
        Self { name, words, value, options: Vec::new(), most, mode: "", is_required: true, has_lines: false }
    }

    /// A text that may be left empty.
    pub(super) fn text(name: &'static str, words: &'static Field, value: &str, most: &'static str) -> Self {
        Self { is_required: false, has_lines: true, ..Self::line(name, words, value, most) }
    }

    /// One of these.
    pub(super) fn choice(name: &'static str, words: &'static Field, value: &str, options: Vec<Link>) -> Self {
        Self { options, ..Self::line(name, words, value, "") }
    }

    pub(super) fn optional(self) -> Self {
        Self { is_required: false, ..self }
    }

    pub(super) fn decimal(self) -> Self {
        Self { mode: "decimal", ..self }
    }

    fn options(&self) -> &[Link] {
        &self.options
    }

    /// The value as it is read.
    fn shown(&self) -> &str {
        let chosen = self.options.iter().find(|(value, _)| *value == self.value);
        chosen.map_or(&*self.value, |(_, text)| text)
    }
}

#[derive(Template)]
#[template(path = "staff_setting.html")]
struct SettingPage {
    page: Page,
    t: &'static StaffWords,
    trail: Vec<Link>,
    version: String,
    preview: String,
    advice: Vec<&'static Phrase>,
    inputs: Vec<Input>,
    faults: Faults,
    differences: Option<Vec<Difference>>,
    notice: Option<&'static Phrase>,
}

/// `GET` of its path.
pub(super) async fn page<S: Setting>(app: Arc<Catalog>, call: Call<NoBody, Done>) -> Result<Response, Problem> {
    let (mut page, _) = SettingPage::of::<S, _, _>(&app, &call, None).await?;
    page.notice = (call.query.done == "saved").then_some(&page.t.saved);
    html(200, &page)
}

/// `POST` of its path.
pub(super) async fn replace<S: Setting>(app: Arc<Catalog>, mut call: Form<S>) -> Result<Response, Problem> {
    let (id, version) = (call.param::<S::Id>(S::NAMED_BY)?, call.body.version.clone());
    if S::IS_MADE_HERE && version.is_empty() {
        creating(&mut call);
    } else {
        edited_from(&mut call, &version)?;
    }
    let saved = || done(&Page::new(&*app, &call, ""), &path_of(S::LIST, &id), "saved");
    let Err(problem) = S::put(&app, &call, id.clone()).await else { return Ok(saved()) };
    let (mut shown, now) = SettingPage::of(&app, &call, Some(&call.body.draft)).await?;
    let (status, t) = (problem.status, shown.t);
    if status == 412 {
        let pairs = shown.inputs.iter().zip(&now);
        let differences = pairs.filter_map(|(yours, now)| Difference::of(yours.words, yours.shown(), now.shown()));
        let differences: Vec<_> = differences.collect();
        if differences.is_empty() && shown.version != version {
            // What was typed is there already: the form was sent twice. An old copy of the catalogue would say so of what was overwritten.
            return Ok(saved());
        }
        shown.differences = Some(differences);
    } else {
        shown.version = version;
        shown.faults = Faults::of_problem(problem, &shown.page, t, |pointer| places::of_setting(pointer, t))?;
    }
    html(status, &shown)
}

impl SettingPage {
    /// The form as it was typed, or else as it is; and the fields as they are.
    async fn of<S: Setting, B, Q>(
        app: &Catalog,
        call: &Call<B, Q>,
        typed: Option<&S>,
    ) -> Result<(Self, Vec<Input>), Problem> {
        let id: S::Id = call.param(S::NAMED_BY)?;
        let (catalogue, _) = app.shown(call.now).await?;
        let t = &Words::of(Page::locale(app, call)).staff;
        let mut around = Around { page: Page::new(app, call, ""), t, catalogue };
        let stored = S::stored(&id, &around).ok_or_else(Problem::not_found)?;
        let inputs = typed.unwrap_or(&stored.draft).inputs(&id, &around);
        let now = stored.draft.inputs(&id, &around);
        around.page.title = stored.title;
        let page = Self {
            t,
            trail: trail(&around.page, t, &stored.lists),
            version: stored.version.map(|version| version.to_string()).unwrap_or_default(),
            preview: stored.preview,
            advice: stored.advice,
            inputs,
            faults: Faults::default(),
            differences: None,
            notice: None,
            page: around.page,
        };
        Ok((page, now))
    }
}
