//! Cookies of browsers (RFC 6265bis). Their names say how they are kept: with TLS only, and for this host alone. Refuses cookies
//! that a script can read.

use super::target::base_path;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{COOKIE, HeaderValue};
use std::borrow::Cow;

/// The access token, which a page knows its visitor by. The API never reads it.
pub const ACCESS: CookieName = CookieName { name: "souk_access", path: "/" };

/// A cookie of the shop, by its name without a prefix and by the path that it is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieName {
    /// Name without a prefix.
    pub name: &'static str,
    /// Path of the shop that it is sent to, with all below it.
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
    /// Path of the shop's public address.
    base: &'a str,
    is_secure: bool,
}

impl<'a> Cookies<'a> {
    /// The cookies in these headers. `address` is the shop's public one.
    pub fn new(headers: &'a HeaderMap, address: &'a str) -> Self {
        Self { headers, base: base_path(address), is_secure: address.starts_with("https://") }
    }

    /// The path as browsers know it. A cookie of all paths is one of the whole host, as its prefix demands.
    fn path(self, name: CookieName) -> Cow<'static, str> {
        match name.path {
            "/" => "/".into(),
            path => format!("{}{path}", self.base).into(),
        }
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
            .path(self.path(name))
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

#[cfg(test)]
mod tests {
    use super::*;

    const BELOW: CookieName = CookieName { name: "souk_x", path: "/account/session" };

    fn kept(address: &str, name: CookieName) -> String {
        Cookies::new(&HeaderMap::new(), address).keep(name, "v", 60).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_cookie_is_kept_from_scripts_and_foreign_forms_and_with_tls_for_tls_and_this_host_alone() {
        let shop = "https://shop.example";
        assert_eq!(kept(shop, ACCESS), "__Host-souk_access=v; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
        let below = "__Secure-souk_x=v; HttpOnly; SameSite=Lax; Secure; Path=/account/session; Max-Age=60";
        assert_eq!(kept(shop, BELOW), below);
        let plain = "http://localhost:4566";
        assert_eq!(kept(plain, ACCESS), "souk_access=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn the_path_of_a_cookie_is_below_the_shops_public_address() {
        for shop in ["https://example.com/shop", "https://example.com/shop/"] {
            assert!(kept(shop, BELOW).contains("; Path=/shop/account/session;"), "{}", kept(shop, BELOW));
            assert!(kept(shop, ACCESS).starts_with("__Host-souk_access=v;"), "a prefix for all paths of a host");
            assert!(kept(shop, ACCESS).contains("; Path=/;"));
        }
    }

    #[test]
    fn a_cookie_reads_back_by_its_name_alone_and_an_empty_one_is_none() {
        let mut headers = HeaderMap::new();
        let sent = "souk_access=plain; __Host-souk_access=a.b-c; x=1; __Secure-souk_x=";
        headers.insert(COOKIE, HeaderValue::from_static(sent));
        let secure = Cookies::new(&headers, "https://shop.example");
        assert_eq!(secure.get(ACCESS).as_deref(), Some("a.b-c"), "a cookie without the prefix is anybody's");
        assert_eq!(secure.get(BELOW), None);
        assert_eq!(Cookies::new(&headers, "http://localhost").get(ACCESS).as_deref(), Some("plain"));
    }
}
