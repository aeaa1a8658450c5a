//! Where a form was sent from. A browser adds cookies to requests of any site, so a page that changes something asks which site it
//! was (OWASP CSRF Prevention Cheat Sheet, "Fetch Metadata"). Refuses what cannot say.

use super::input;
use super::problem::Problem;
use lambda_http::http::HeaderMap;

/// Lets in a form of the shop's own pages: by `Sec-Fetch-Site`, or by `Origin` of browsers that send no such header. `address` is
/// the shop's public one.
pub(super) fn must_be_own(headers: &HeaderMap, address: &str) -> Result<(), Problem> {
    let sent = |name| input::header(headers, name);
    let is_own = match (sent("sec-fetch-site"), sent("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == origin_of(address),
        (None, None) => false,
    };
    if is_own {
        return Ok(());
    }
    let detail = "This form was not sent from a page of this shop. Open the page, and send it again.";
    Err(Problem::new(403, "foreign_form", detail))
}

/// Scheme, host and port of an address.
pub(super) fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address.get(host..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| host + at);
    address.get(..path).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::{HeaderName, HeaderValue};

    fn admitted(sent: &[(&'static str, &str)], address: &str) -> bool {
        let line = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        must_be_own(&sent.iter().map(line).collect(), address).is_ok()
    }

    #[test]
    fn a_form_of_the_shop_passes_and_one_of_any_other_site_does_not() {
        let shop = "https://shop.example/base";
        assert!(admitted(&[("sec-fetch-site", "same-origin")], shop));
        assert!(admitted(&[("origin", "https://shop.example")], shop));
        for foreign in ["cross-site", "same-site", "none", ""] {
            let both = [("sec-fetch-site", foreign), ("origin", "https://shop.example")];
            assert!(!admitted(&both, shop), "{foreign}");
        }
        for foreign in
            ["null", "", "http://shop.example", "https://shop.example:444", "https://shop.example.evil.example"]
        {
            assert!(!admitted(&[("origin", foreign)], shop), "{foreign}");
        }
        assert!(!admitted(&[], shop));
        assert!(admitted(&[("origin", "http://localhost:4566")], "http://localhost:4566"));
    }
}
