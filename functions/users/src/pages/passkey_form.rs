//! What every page has on which a passkey is shown, and what its form brings. Refuses to show one: that is the browser's, by a script of its own.

use crate::domain::passkey::Assertion;
use crate::http::passkeys::AssertionBody;
use crate::service::SecondFactor;
use ::pages::{Page, Script};

/// Where the script asks for a challenge of who is signed in.
const CHALLENGE: &str = "/account/passkeys/challenge";
/// Where it asks for one of anybody.
const OPEN_CHALLENGE: &str = "/v1/passkeys/challenges";

/// The script that makes and shows passkeys.
pub(super) const SCRIPTS: [Script; 1] = [Script::new("passkeys", include_str!("../../assets/passkeys.js"))];

/// What a page has to show a passkey with.
pub(super) struct ShowPasskey {
    /// Links of the script, of a challenge, and of what the form is sent to.
    pub script: String,
    pub challenge: String,
    pub action: String,
    /// Of the second step of signing in; else empty.
    pub ticket: String,
}

impl ShowPasskey {
    /// For who signs in.
    pub fn of_anybody(page: &Page, action: &str) -> Self {
        let [script] = &SCRIPTS;
        let (script, challenge) = (page.script_of(script), page.href(OPEN_CHALLENGE));
        Self { script, challenge, action: page.href(action), ticket: String::new() }
    }

    /// For who is signed in.
    pub fn of_the_user(page: &Page, action: &str) -> Self {
        Self { challenge: page.href(CHALLENGE), ..Self::of_anybody(page, action) }
    }
}

/// What the script put into a form; `None` if no script ran.
pub(super) fn shown_in(sent: &str) -> Option<Assertion> {
    let body: AssertionBody = serde_json::from_str(sent).ok()?;
    Some(body.assertion())
}

/// What one of two forms has: that of a passkey, or else that of a code. `None` if the former came without its script.
pub(super) fn factor_in(passkey: Option<&str>, code: &str) -> Option<SecondFactor> {
    match passkey {
        Some(sent) => shown_in(sent).map(SecondFactor::Passkey),
        None => Some(SecondFactor::typed(code)),
    }
}
