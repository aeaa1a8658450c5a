//! The API's reference for people: one page that shows the documents of all capabilities, as their owners serve them. It loads
//! nothing from elsewhere, and its policy lets it run nothing but the script that it came with. Refuses to know the documents.

use crate::service::Catalog;
use chassis::http::Response;
use chassis::{Call, Problem, digest};
use std::sync::{Arc, LazyLock};

const PAGE: &str = include_str!("reference/page.html");
const STYLE: &str = include_str!("reference/style.css");
const SCRIPT: &str = include_str!("reference/script.js");

/// The page with its style and script, and its content security policy. Made when it is first asked for.
static REFERENCE: LazyLock<(String, String)> =
    LazyLock::new(|| (PAGE.replace("{style}", STYLE).replace("{script}", SCRIPT), policy()));

fn policy() -> String {
    let (script, style) = (hash_source(SCRIPT), hash_source(STYLE));
    format!(
        "default-src 'none'; connect-src 'self'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// The hash of an inline text, as a content security policy names it (CSP 3 §2.3.1). The alphabet is that of base64.
fn hash_source(text: &str) -> String {
    format!("'sha256-{}='", digest::of_bytes(text.as_bytes()).replace('-', "+").replace('_', "/"))
}

pub(super) async fn read(_: Arc<Catalog>, _: Call) -> Result<Response, Problem> {
    let (page, policy) = &*REFERENCE;
    let mut response = Response::new(page.as_str().into());
    let headers = [("content-type", "text/html; charset=utf-8"), ("content-security-policy", policy)];
    for (name, value) in headers {
        let value = value.parse().map_err(|_| Problem::internal("the reference has a header that is none"))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Capability;

    #[test]
    fn a_hash_source_is_that_of_the_example_in_the_specification() {
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert_eq!(hash_source("alert('Hello, world.');"), hash);
    }

    #[test]
    fn the_reference_links_to_the_document_of_every_capability() {
        let links: Vec<_> = PAGE.lines().filter(|line| line.contains("href=\"openapi/")).collect();
        let wanted = Capability::ALL.map(|name| format!("<li><a href=\"openapi/{name}.json\">{name}</a></li>"));
        assert_eq!(links, wanted);
    }

    #[test]
    fn the_reference_makes_no_markup_of_what_documents_say() {
        for way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "http:",
            "https:",
            "//",
        ] {
            let code = SCRIPT.lines().filter(|line| !line.trim_start().starts_with("//"));
            assert!(code.into_iter().all(|line| !line.contains(way)), "{way}");
        }
    }
}
