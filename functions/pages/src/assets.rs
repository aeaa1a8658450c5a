//! Stylesheet, script and icon. Their names are made of their content, so that caches keep them for ever. Each function serves those that it was
//! built with: no page is bare because another capability is away.

use chassis::http::Response;
use chassis::{Access, Call, NoBody, NoQuery, Problem, Route, Service};
use lambda_http::Body;
use lambda_http::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use std::sync::Arc;

const STYLESHEET: &str = include_str!("../assets/souk.css");
const SCRIPT: &str = include_str!("../assets/souk.js");
const ICON: &str = include_str!("../assets/souk.svg");

/// A year: as long as RFC 9111 means by "for ever".
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Of a name of another build: its page asks for it while both builds serve.
const BRIEFLY: &str = "public, max-age=60";

pub(crate) fn stylesheet() -> String {
    name(STYLESHEET, "css")
}

pub(crate) fn icon() -> String {
    name(ICON, "svg")
}

pub(crate) fn script() -> String {
    name(SCRIPT, "js")
}

fn name(content: &str, ending: &str) -> String {
    format!("{:016x}.{ending}", hash(content.as_bytes()))
}

/// FNV-1a of 64 bits. It tells contents apart; nobody's safety hangs on it.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A script of one capability, for those of its pages that name it in their head, beside the script of every page.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    name: &'static str,
    content: &'static str,
}

impl Script {
    /// `name` begins the name of its file, and has no point.
    pub const fn new(name: &'static str, content: &'static str) -> Self {
        Self { name, content }
    }

    pub(crate) fn file(self) -> String {
        format!("{}.{}", self.name, name(self.content, "js"))
    }

    /// Whether it is the one of a file, of this build or another.
    fn is_of(self, stem: &str) -> bool {
        stem.split_once('.').is_some_and(|(name, _)| name == self.name)
    }
}

/// The route of a capability's assets; `path` is `/assets/<capability>/{file}`.
pub fn assets<A: Service>(path: &'static str) -> Route<A> {
    assets_with(path, &[])
}

/// The same for a capability that has scripts of its own.
pub fn assets_with<A: Service>(path: &'static str, scripts: &'static [Script]) -> Route<A> {
    Route::page("GET", path, Access::Unauthenticated, move |_: Arc<A>, call: Call<NoBody, NoQuery>| async move {
        let file: String = call.param("file")?;
        asset(&file, scripts).ok_or_else(Problem::not_found)
    })
}

fn asset(file: &str, scripts: &[Script]) -> Option<Response> {
    const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
    let (stem, ending) = file.rsplit_once('.')?;
    let own = scripts.iter().find(|script| script.is_of(stem));
    let (content, media_type, current) = match (ending, own) {
        ("css", _) => (STYLESHEET, "text/css; charset=utf-8", stylesheet()),
        ("svg", _) => (ICON, "image/svg+xml", icon()),
        ("js", Some(own)) => (own.content, JAVASCRIPT, own.file()),
        ("js", None) => (SCRIPT, JAVASCRIPT, script()),
        _ => return None,
    };
    let mut response = Response::new(Body::from(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    let kept = if file == current { FOR_EVER } else { BRIEFLY };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_kept_for_ever_under_the_name_of_its_content_and_briefly_under_any_other() {
        let kept = |file: &str| asset(file, &[]).map(|response| response.headers()[CACHE_CONTROL].clone());
        assert_eq!(kept(&stylesheet()).unwrap(), FOR_EVER);
        assert_eq!(kept(&script()).unwrap(), FOR_EVER);
        assert_eq!(kept(&icon()).unwrap(), FOR_EVER);
        assert_eq!(kept("0123456789abcdef.css").unwrap(), BRIEFLY);
        assert_eq!(kept("souk.html"), None);
        assert_eq!(kept("souk"), None);
    }

    #[test]
    fn a_script_of_its_own_is_told_from_the_script_of_every_page_by_the_name_that_its_file_begins_with() {
        let own = Script::new("extra", "void 0;");
        let served = |file: &str| {
            let response = asset(file, &[own]).unwrap();
            (response.body().as_ref() == b"void 0;", response.headers()[CACHE_CONTROL] == FOR_EVER)
        };
        assert_eq!(served(&own.file()), (true, true));
        assert_eq!(served("extra.0123456789abcdef.js"), (true, false));
        assert_eq!(served(&script()), (false, true));
        assert_eq!(served("extras.0123456789abcdef.js"), (false, false));
    }

    #[test]
    fn another_content_has_another_name() {
        assert_ne!(name("a", "css"), name("b", "css"));
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c, "the test vector of the algorithm's authors");
    }
}
