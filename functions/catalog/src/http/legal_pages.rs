//! `/v1/legal-pages/{name}`.

use crate::domain::legal::{self, LegalPageName, LegalTexts};
use crate::domain::rejection::Rejection;
use crate::service::Catalog;
use chassis::http::{Put, Tagged};
use chassis::{Call, Json, Problem};
use events::text::FieldError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A page that the law has the shop publish.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LegalPage {
    name: LegalPageName,
    /// What the shop calls these texts, such as a date. A quote carries the version of the terms.
    version: String,
    texts: LegalTexts,
}

impl From<legal::LegalPage> for LegalPage {
    fn from(legal::LegalPage { name, version, texts, .. }: legal::LegalPage) -> Self {
        Self { name, version, texts }
    }
}

/// A legal page to create or replace.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateLegalPage {
    /// What the shop calls these texts, such as a date. Other texts have another version.
    #[schemars(length(min = 1, max = 40))]
    version: String,
    /// At least one text.
    texts: LegalTexts,
}

fn tagged(page: legal::LegalPage) -> Tagged<LegalPage> {
    Tagged::new(page.seq, page.into())
}

/// `GET /v1/legal-pages/{name}`.
pub(super) async fn read(app: Arc<Catalog>, call: Call) -> Result<Tagged<LegalPage>, Problem> {
    let (catalogue, _) = app.shown(call.now).await?;
    let page = catalogue.legal_pages.get(&call.param("name")?);
    page.cloned().map(tagged).ok_or_else(Problem::not_found)
}

/// `PUT /v1/legal-pages/{name}`.
pub(super) async fn put(
    app: Arc<Catalog>,
    call: Call<Json<UpdateLegalPage>>,
) -> Result<Put<Tagged<LegalPage>>, Problem> {
    let (name, known, context) = (call.named::<LegalPageName>("name")?, call.precondition()?, call.context());
    let wanted = call.body.0.legal_page(name).map_err(Rejection::from)?;
    Ok(app.put_legal_page(wanted, &known, &context).await?.map(tagged))
}

impl UpdateLegalPage {
    /// The page that is wanted.
    ///
    /// # Errors
    /// The first field that is not allowed.
    pub(crate) fn legal_page(&self, name: LegalPageName) -> Result<legal::LegalPage, FieldError> {
        legal::LegalPage::parse(name, &self.version, &self.texts)
    }
}
