//! Where a browser finds the shop. Refuses the address by path that clients of the API use on a laptop: a page's links begin at
//! the root of its host.

use crate::stage::stage;

/// Base URL of the pages, without a trailing slash.
pub fn shop() -> String {
    by_host(&stage().api_url)
}

/// The form by host of an emulator's address by path. A browser resolves every name below `localhost` by itself. Other addresses are as
/// they should be.
fn by_host(api_url: &str) -> String {
    let by_path = api_url.split_once("/_aws/execute-api/");
    let Some((gateway, api)) = by_path else { return api_url.to_owned() };
    let api = api.split('/').next().unwrap_or(api);
    let port = gateway.rsplit_once(':').map_or("80", |(_, port)| port);
    format!("http://{api}.execute-api.localhost:{port}")
}

#[test]
fn a_browser_gets_the_address_by_host() {
    let wanted = "http://a1b2.execute-api.localhost:4566";
    assert_eq!(by_host("http://localhost:4566/_aws/execute-api/a1b2"), wanted);
    assert_eq!(by_host("http://127.0.0.1:4566/_aws/execute-api/a1b2/$default"), wanted);
    assert_eq!(by_host("https://shop.example"), "https://shop.example");
}
