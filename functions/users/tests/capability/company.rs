//! A shop whose company has an OpenID provider, and people on the way there and back.

use crate::browser::{Browser, Shown};
use crate::factors::protect;
use crate::harness::{somebody_with, users};
use chassis::SecondFactor;
use chassis::testing::signing::API_URL;
use chassis::testing::web::{WebRequest, web};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use events::users::Role;
use oidc::{Client, Incoming, Provider as Company, SignedIn};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use users::{Provider, ProviderConfig, Users};

pub const ISSUER: &str = "https://id.company.example";
pub const DEPART: &str = "/account/sign-in/provider";
/// With signs that a header must not take as they are.
const SECRET: &str = "s3cret:+/% of the shop";

pub fn company() -> Arc<Company> {
    let redirect_uri = format!("{API_URL}/account/sign-in/provider/callback");
    Arc::new(Company::new(ISSUER, Client { id: "souk shop".to_owned(), secret: SECRET.to_owned(), redirect_uri }))
}

/// A shop whose staff sign in at this provider.
pub fn shop(company: &Arc<Company>, second_factor: SecondFactor) -> Bench<Users> {
    let company = Arc::clone(company);
    Bench::new(move |parts| {
        parts.wiring.second_factor = second_factor;
        let (table, world) = (parts.table.clone(), parts.wiring.world.clone());
        let server = move |request: WebRequest<'_>| {
            let WebRequest { method, address, authorization, body } = request;
            let path = address.strip_prefix(ISSUER).unwrap_or_else(|| panic!("{address}"));
            let answer = company.answer(&Incoming { method, path, authorization, body }, world.now().seconds());
            answer.map(|answer| (answer.status, answer.body))
        };
        let config = ProviderConfig {
            issuer: ISSUER.to_owned(),
            client_id: "souk shop".to_owned(),
            secret_parameter: "/souk/test/keys/users-provider".to_owned(),
            acr: None,
            name: Some("Company".to_owned()),
        };
        let secret = parts.secret(&config.secret_parameter, SECRET.to_owned());
        users(parts, table).with_provider(Some(Provider::new(config, secret, web(Arc::new(server)))))
    })
}

/// The parameters with which a browser is sent to the provider.
pub async fn depart(browser: &mut Browser<'_>, target: &str) -> BTreeMap<String, String> {
    let away = browser.get(target).await;
    assert_eq!(away.status, 303, "{}", away.html);
    let (address, query) = away.location.split_once('?').unwrap();
    assert_eq!(address, format!("{ISSUER}/authorize"));
    let asked: BTreeMap<String, String> = serde_urlencoded::from_str(query).unwrap();
    assert!(!away.set_cookies[0].contains(&asked["state"]), "the cookie alone is not enough");
    asked
}

/// Where the provider sends somebody who signed in there, as a path of the shop.
pub fn way_back(bench: &Bench<Users>, company: &Company, asked: &BTreeMap<String, String>, who: &SignedIn) -> String {
    let back = company.signed_in(asked, who.clone(), bench.world.now().seconds());
    back.strip_prefix(API_URL).unwrap().to_owned()
}

/// There and back.
pub async fn sign_in_at(
    bench: &Bench<Users>,
    company: &Company,
    browser: &mut Browser<'_>,
    (target, who): (&str, &SignedIn),
) -> Shown {
    let asked = depart(browser, target).await;
    let back = way_back(bench, company, &asked, who);
    browser.get(&back).await
}

/// The access token of an admin who has just shown a second factor.
pub async fn admin_of_now(bench: &Bench<Users>) -> String {
    let (_, pair) = somebody_with(bench, "boss@example.com", Role::Admin).await;
    let (app, _) = protect(bench, &pair).await;
    bench.world.pass_seconds(30);
    let body = json!({"second_factor": {"totp": app.code(bench)}});
    let shown = bench.http(Request::post("/v1/sessions/current/second-factor", body).bearer(&pair.access)).await;
    shown.body["access_token"].as_str().unwrap_or_else(|| panic!("{:?}", shown.body)).to_owned()
}

/// Ties a user to a subject of the provider.
pub async fn tie(bench: &Bench<Users>, id: UserId, subject: &str, by: &str) -> Response {
    bench.world.pass_seconds(1);
    let body = json!({"issuer": ISSUER, "subject": subject});
    bench.http(Request::put(&format!("/v1/users/{id}/identity"), body).bearer(by)).await
}
