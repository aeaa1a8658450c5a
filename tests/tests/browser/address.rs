//! Where a browser finds the shop. Refuses the address by path that clients of the API use on a laptop: a page's links begin at
//! the root of its host.

use crate::stage::{Stage, stage};

/// Base URL of the pages, without a trailing slash: the public address of the shop that `souk` opened. Any other has one address for
/// pages and API.
pub fn shop() -> String {
    let Stage { api_url, state, .. } = stage();
    let public_url = state["public_url"].as_str().filter(|url| !url.is_empty() && state["api_url"] == **api_url);
    public_url.unwrap_or(api_url).to_owned()
}
