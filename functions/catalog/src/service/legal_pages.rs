//! Legal pages: staff set each as a whole. Setting what is stored already writes nothing.

use super::{Catalog, Error};
use crate::domain::legal::LegalPage;
use crate::store::LegalPageOutcome;
use chassis::http::{Precondition, Put};
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Catalog {
    /// Creates or replaces a legal page.
    ///
    /// # Errors
    /// If other texts come under the present version, or the caller knows another version of the page, or says not which and would replace
    /// one.
    pub async fn put_legal_page(
        &self,
        wanted: LegalPage,
        known: &Precondition,
        context: &Context,
    ) -> Result<Put<LegalPage>, Error> {
        let (stored, wanted) = (self.store.legal_page(wanted.name).await?, &wanted);
        known.check_found(stored.as_ref().map(|page| page.seq))?;
        decide_and_write(stored, move |current: Option<LegalPage>| async move {
            let Some(next) = wanted.replacing(current.as_ref()).map_err(Error::Rejected)? else {
                return Ok(Break(Put::Replaced(current.unwrap_or_else(|| wanted.clone()))));
            };
            known.check(current.as_ref().map(|page| page.seq), true)?;
            let cause = context.audited(0, next.name, next.audit_words());
            match self.store.put_legal_page(current.as_ref(), &next, &cause).await? {
                LegalPageOutcome::Written => Ok(Break(Put::of(next, current.is_none()))),
                LegalPageOutcome::Changed(changed) => Ok(Continue(changed.map(|page| *page))),
            }
        })
        .await
    }
}
