//! The words of the pages about one's own sessions.

use ::pages::Phrase;
use serde::Deserialize;

/// Where one is signed in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct OwnSessionsWords {
    pub title: Phrase,
    pub hint: Phrase,
    pub current: Phrase,
    /// With `{browser}` and `{system}`.
    pub client: Phrase,
    pub unknown: Phrase,
    pub began: Phrase,
    pub refreshed: Phrase,
    pub never: Phrase,
    pub ends: Phrase,
    pub end: Phrase,
    /// With `{name}` and `{at}`.
    pub end_of: Phrase,
    pub ended: Phrase,
}
