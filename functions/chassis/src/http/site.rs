//! The shop as its visitors see it: what every page and email calls it. Refuses to know what it sells.

use std::sync::Arc;

/// What all pages of a shop share.
#[derive(Debug, Clone)]
pub struct Site {
    /// The shop's name, as its visitors read it.
    pub name: Arc<str>,
    /// Whether the shop has pages. Without them it is an API alone.
    pub has_pages: bool,
    /// Whether the shop is one to try out, which shows how it works.
    pub is_demo: bool,
}
