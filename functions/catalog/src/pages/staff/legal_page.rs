//! The form of the imprint, the terms or the privacy policy: a text in each language under a version. It also publishes the first. Refuses
//! markup, as the API does.

use super::form::Draft;
use super::setting::{Around, Form, Input, Setting, Stored};
use super::{LEGAL_PAGES, SETTINGS};
use crate::domain::{LegalPage, LegalPageName};
use crate::http::UpdateLegalPage;
use crate::pages::legal::title_of;
use crate::service::Catalog;
use chassis::Problem;
use serde::Serialize;

/// Characters of a version, and of a text.
const MOST: [&str; 2] = ["40", "30000"];

/// A legal page as it is typed, by the names that the API has.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct LegalPageDraft {
    version: String,
    texts: TextsDraft,
}

#[derive(Debug, Clone, Default, Serialize)]
struct TextsDraft {
    #[serde(skip_serializing_if = "String::is_empty")]
    en: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    de: String,
}

impl Draft for LegalPageDraft {
    fn of(fields: &[(String, String)]) -> Self {
        let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
        // The field `version` is the version that the form was made from. Browsers send line breaks as two characters.
        let [version, en, de] = ["texts_version", "texts.en", "texts.de"].map(|name| text(name).unwrap_or_default());
        let [en, de] = [en, de].map(|text| text.replace("\r\n", "\n"));
        Self { version, texts: TextsDraft { en, de } }
    }
}

impl From<&LegalPage> for LegalPageDraft {
    fn from(page: &LegalPage) -> Self {
        let [en, de] = [&page.texts.en, &page.texts.de].map(|text| text.clone().unwrap_or_default());
        Self { version: page.version.clone(), texts: TextsDraft { en, de } }
    }
}

impl Setting for LegalPageDraft {
    type Id = LegalPageName;
    type Request = UpdateLegalPage;

    const NAMED_BY: &'static str = "name";
    const LIST: &'static str = LEGAL_PAGES;
    const IS_MADE_HERE: bool = true;

    fn stored(name: &LegalPageName, around: &Around) -> Option<Stored<Self>> {
        let (page, t) = (around.catalogue.legal_pages.get(name), around.t);
        let mut advice = vec![&t.legal_pages.form];
        if *name == LegalPageName::Terms {
            advice.push(&t.legal_pages.terms);
        }
        Some(Stored {
            version: page.map(|page| page.seq),
            title: title_of(*name, around.page.words).to_string(),
            lists: [(SETTINGS, &t.settings.title), (LEGAL_PAGES, &t.legal_pages.title)],
            draft: page.map(Self::from).unwrap_or_default(),
            preview: format!("/{name}"),
            advice,
        })
    }

    fn inputs(&self, _: &LegalPageName, around: &Around) -> Vec<Input> {
        let (t, [version, text]) = (&around.t.fields, MOST);
        vec![
            Input::line("texts_version", &t.version, &self.version, version),
            Input::text("texts.en", &t.text_en, &self.texts.en, text),
            Input::text("texts.de", &t.text_de, &self.texts.de, text),
        ]
    }

    async fn put(app: &Catalog, form: &Form<Self>, name: LegalPageName) -> Result<(), Problem> {
        let wanted = form.body.request()?.legal_page(name)?;
        app.put_legal_page(wanted, &form.precondition()?, &form.context()).await?;
        Ok(())
    }
}
