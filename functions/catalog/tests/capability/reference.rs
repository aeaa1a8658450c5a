//! The page that shows the API.

use crate::harness::*;
use chassis::digest;
use chassis::testing::Request;

#[tokio::test]
async fn the_reference_is_a_page_that_may_run_its_own_script_and_load_nothing_from_elsewhere() {
    let bench = bench();
    let answer = bench.http(Request::get("/v1/docs")).await;
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, Some("text/html; charset=utf-8")));
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    let page = answer.body.as_str().unwrap();
    assert!(page.len() < 25_000, "{} bytes", page.len());
    assert!(!page.contains(" src=") && !page.contains("<link") && !page.contains("://"), "something is loaded");
    let policy = answer.headers["content-security-policy"].as_str().unwrap();
    for element in ["script", "style"] {
        let (_, rest) = page.split_once(&format!("<{element}>")).unwrap();
        let (text, _) = rest.split_once(&format!("</{element}>")).unwrap();
        let hash = digest::of_bytes(text.as_bytes()).replace('-', "+").replace('_', "/");
        assert!(policy.contains(&format!("{element}-src 'sha256-{hash}='")), "{element}: {policy}");
    }
    for closed in
        ["default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    {
        assert!(policy.split("; ").any(|directive| directive == closed), "{closed}: {policy}");
    }
}
