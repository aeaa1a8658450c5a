//! Cookies of browsers (RFC 6265bis). Their names say how they are kept: with TLS only, and for this host alone. Refuses cookies
//! that a script can read.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{COOKIE, HeaderValue};

/// The access token, which a page knows its visitor by. The API never reads it.
pub const ACCESS: CookieName = CookieName { name: "souk_access", path: "/" };

/// A cookie of the shop, by its name without a prefix and by the path that it is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieName {
    /// Name without a prefix.
    pub name: &'static str,
    /// Path that it is sent to, with all below it.
    pub path: &'static str,
}

impl CookieName {
    /// The name as it is sent. A browser takes `__Host-` for this host and all of its paths only, and both prefixes only with TLS
    /// (RFC 6265bis, 4.1.3).
    fn sent(self, is_secure: bool) -> String {
        match (is_secure, self.path) {
            (false, _) => self.name.to_owned(),
            (true, "/") => format!("__Host-{}", self.name),
            (true, _) => format!("__Secure-{}", self.name),
        }
    }
}

/// The cookies of a request, and what writes those of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Cookies<'a> {
    headers: &'a HeaderMap,
    is_secure: bool,
}

impl<'a> Cookies<'a> {
    /// The cookies in these headers. `address` is the shop's public one.
    pub fn new(headers: &'a HeaderMap, address: &str) -> Self {
        Self { headers, is_secure: address.starts_with("https://") }
    }

    /// The value of a cookie; none if it is empty.
    pub fn get(&self, name: CookieName) -> Option<String> {
        let sent = name.sent(self.is_secure);
        let lines = self.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies
            .find(|cookie| cookie.name() == sent)
            .map(|cookie| cookie.value().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// A `Set-Cookie` that keeps a value for some seconds. The value has no blanks, commas, semicolons or quotes.
    pub fn keep(&self, name: CookieName, value: &str, seconds: i64) -> HeaderValue {
        let cookie = Cookie::build((name.sent(self.is_secure), value))
            .path(name.path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.is_secure)
            .max_age(Duration::seconds(seconds));
        // What no header takes is as good as none: the visitor is unknown.
        HeaderValue::from_str(&cookie.build().to_string()).unwrap_or(HeaderValue::from_static(""))
    }

    /// A `Set-Cookie` that forgets a cookie.
    pub fn forget(&self, name: CookieName) -> HeaderValue {
        self.keep(name, "", 0)
    }
}
