//! Routes of pages. Every page takes `?lang=`, which keeps the language and shows the page again.

use crate::locale::{LANGUAGE, Locale};
use chassis::http::cookies::Cookies;
use chassis::http::{Body, Response, base_path, redirect};
use chassis::{Access, Call, NoBody, Problem, Route, Service};
use lambda_http::http::header::SET_COOKIE;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::Arc;

/// A year in seconds.
const YEAR: i64 = 365 * 24 * 60 * 60;

/// A page.
pub fn get<A, Q, F, Fut>(path: &'static str, access: Access, handler: F) -> Route<A>
where
    A: Service,
    Q: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Arc<A>, Call<NoBody, Q>) -> Fut + Send + Sync + Copy + 'static,
    Fut: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    Route::page("GET", path, access, move |app: Arc<A>, call: Call<NoBody, Q>| async move {
        match in_chosen_language(app.wiring().tokens.issuer(), &call) {
            Some(again) => Ok(again),
            None => handler(app, call).await,
        }
    })
}

/// What a form of a page is sent to.
pub fn post<A, B, Q, F, Fut>(path: &'static str, access: Access, handler: F) -> Route<A>
where
    A: Service,
    B: Body,
    Q: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Arc<A>, Call<B, Q>) -> Fut + Send + Sync + Copy + 'static,
    Fut: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    Route::page("POST", path, access, handler)
}

/// The same page again, in the language that the query names.
fn in_chosen_language<B, Q>(address: &str, call: &Call<B, Q>) -> Option<Response> {
    let (path, query) = call.target.split_once('?')?;
    let (chosen, rest): (Vec<_>, Vec<_>) = query.split('&').partition(|pair| pair.starts_with("lang="));
    let locale: Locale = chosen.first()?.strip_prefix("lang=")?.parse().ok()?;
    let target = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    let mut response = redirect(303, &format!("{}{}", base_path(address), local_target(&target)?));
    let kept = Cookies::new(&call.headers, address).keep(LANGUAGE, locale.tag(), YEAR);
    response.headers_mut().append(SET_COOKIE, kept);
    Some(response)
}

/// A path of this shop, with its query, that a link named: none if a browser could take it for another site's address.
pub fn local_target(sent: &str) -> Option<String> {
    let is_plain = sent.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'\\');
    let is_path = sent.starts_with('/') && !sent.starts_with("//");
    (is_plain && is_path).then(|| sent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::local_target;

    #[test]
    fn a_way_back_leads_to_this_shop_and_nowhere_else() {
        for fine in ["/", "/cart", "/orders/order_1?x=1&y=%20", "/a//b"] {
            assert_eq!(local_target(fine).as_deref(), Some(fine));
        }
        for other in
            ["", "cart", "//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "/ö", "/a b", "\\/x"]
        {
            assert_eq!(local_target(other), None, "{other}");
        }
    }
}
