//! A form that found its sender's session over. It waits in the page on which its sender signs in, and is sent again by a button.
//! Refuses to send anything by itself, and to any place but a path of this shop.

use super::verbatim::fields;
use chassis::Problem;

/// A form on its way.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    /// The path of the shop that it is sent to.
    pub then: String,
    /// Its body, as it was sent.
    pub form: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

impl Carried {
    /// `None` if there is no form, or no place of this shop that it was for.
    pub fn of(then: &str, form: String) -> Result<Option<Self>, Problem> {
        let Some(then) = ::pages::local_target(then).filter(|_| !form.is_empty()) else { return Ok(None) };
        let fields = fields(form.as_bytes())?;
        Ok(Some(Self { then, form, fields }))
    }

    /// Whether somebody who is not signed in may send it as well. Prices that were made for a customer are nobody else's.
    pub fn is_for_guests(&self) -> bool {
        let path = self.then.split('?').next().unwrap_or_default();
        !["/account", "/orders", "/checkout/delivery", "/checkout/payment", "/staff"]
            .into_iter()
            .any(|theirs| path.strip_prefix(theirs).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }
}
