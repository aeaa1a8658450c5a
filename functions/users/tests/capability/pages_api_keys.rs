//! Staff's pages about keys for machines: as over the API, with a secret that one page shows once.

use crate::api_keys::exchange;
use crate::browser::{Browser, Fields, Shown};
use crate::harness::{bench, refusal};
use crate::pages_staff::signed_in;
use chassis::testing::Bench;
use events::ids::{ApiKeyId, UserId};
use events::users::Role;
use users::Users;

const PAGE: &str = "/staff/users/api-keys";

async fn boss(bench: &Bench<Users>) -> (UserId, Browser<'_>) {
    signed_in(bench, "boss@example.com", &[Role::Admin]).await
}

/// The secret that a page shows.
fn secret_of(shown: &Shown) -> String {
    let (_, rest) = shown.html.split_once("<code>souk_").unwrap_or_else(|| panic!("{}", shown.html));
    format!("souk_{}", rest.split('<').next().unwrap())
}

/// The path of the key that a page links to.
fn key_of(shown: &Shown) -> String {
    let (_, rest) = shown.html.split_once(&format!("href=\"{PAGE}/")).unwrap_or_else(|| panic!("{}", shown.html));
    format!("{PAGE}/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_key_is_made_on_a_page_which_shows_its_secret_once_and_listed_with_what_it_may_and_who_made_it() {
    let bench = bench();
    let (me, mut boss) = boss(&bench).await;
    let users = boss.get("/staff/users").await;
    assert!(users.says(&format!("href=\"{PAGE}\"")), "{}", users.html);
    let empty = boss.get(PAGE).await;
    assert!(
        empty.says("There is no key") && empty.says("name=\"refunds.write\"") && !empty.says("name=\"roles.write\"")
    );
    let fields = [("name", "ERP <b>"), ("days", "30"), ("orders.read", "yes"), ("stock.write", "yes")];
    let made = boss.post(PAGE, &fields).await;
    assert_eq!(made.status, 200, "{}", made.html);
    let (secret, key) = (secret_of(&made), key_of(&made));
    assert_eq!(exchange(&bench, &secret).await.status, 201);
    let list = boss.get(PAGE).await;
    for part in
        ["ERP &#60;b&#62;", "orders.read stock.write", ">Counts</span>", &format!("/staff/users/{me}\">Ada</a>")]
    {
        assert!(list.says(part), "{part} in {}", list.html);
    }
    let shown = boss.get(&key).await;
    assert!(shown.says("See orders and sales, Receive and write off stock") && !shown.says("souk_"), "{}", shown.html);
    let log = boss.get("/staff/users/audit").await;
    assert!(log.says("Key for a machine made") && log.says(&format!("href=\"{key}\"")), "{}", log.html);
    let name = boss.get(&format!("/staff/users/{}/name", key.rsplit('/').next().unwrap())).await;
    assert!(name.says("ERP &#60;b&#62;"), "other pages call it by its name: {}", name.html);
    boss.language = "de";
    assert!(boss.get(PAGE).await.says("Bestand annehmen und abschreiben"));
}

#[tokio::test]
async fn a_key_is_rotated_and_ended_on_its_page_by_who_confirms_it() {
    let bench = bench();
    let (_, mut boss) = boss(&bench).await;
    let made = boss.post(PAGE, &[("name", "ERP"), ("days", "90"), ("stock.read", "yes")]).await;
    let (first, key) = (secret_of(&made), key_of(&made));
    for form in ["rotation", "end"] {
        let refused = boss.post(&format!("{key}/{form}"), &[]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.says(&format!("href=\"#{form}-confirmed\"")), "{}", refused.html);
    }
    let rotated = boss.post(&format!("{key}/rotation"), &[("confirmed", "yes")]).await;
    let second = secret_of(&rotated);
    assert!(second != first && boss.get(&key).await.says("Secret before it counts until"));
    for secret in [&first, &second] {
        assert_eq!(exchange(&bench, secret).await.status, 201);
    }
    let (ended, way) = boss.submit(&format!("{key}/end"), &[("confirmed", "yes")]).await;
    assert_eq!(way, [format!("{key}?done=end")]);
    assert!(ended.says("The key has been ended") && ended.says(">Ended</span>") && !ended.says("/rotation"));
    for secret in [&first, &second] {
        assert_eq!(refusal(&exchange(&bench, secret).await), (401, "invalid_api_key"));
    }
    let late = boss.post(&format!("{key}/rotation"), &[("confirmed", "yes")]).await;
    assert!(late.status == 409 && late.says("has ended or expired"), "{}", late.html);
    let unknown = format!("{PAGE}/{}", ApiKeyId::from_bits(7));
    assert_eq!(boss.get(&unknown).await.status, 404);
}

#[tokio::test]
async fn the_form_of_a_key_is_refused_at_its_fields_and_nobody_else_sees_it() {
    let bench = bench();
    let (_, mut boss) = boss(&bench).await;
    let long = "x".repeat(61);
    let cases: [(Fields<'_>, u16, &str, &str); 5] = [
        (&[("days", "30"), ("stock.read", "yes")], 422, "name", "fill in"),
        (&[("name", &*long), ("days", "30"), ("stock.read", "yes")], 422, "name", "60 characters"),
        (&[("name", "ERP"), ("days", "31"), ("stock.read", "yes")], 422, "days", "how long"),
        (&[("name", "ERP"), ("days", "30")], 422, "permissions", "what the key may do"),
        (&[("name", "ERP"), ("days", "30"), ("roles.write", "yes")], 403, "permissions", "no more than you"),
    ];
    for (fields, status, field, told) in cases {
        let shown = boss.post(PAGE, fields).await;
        assert_eq!(shown.status, status, "{}", shown.html);
        assert!(shown.error(field).contains(told) && shown.says(&format!("href=\"#field-{field}\"")), "{}", shown.html);
    }
    assert!(boss.get(PAGE).await.says("There is no key"));
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    assert_eq!(staff.get(PAGE).await.status, 403);
    assert!(!staff.get("/staff/users").await.says(PAGE));
    let forged = [("name", "ERP"), ("days", "30"), ("orders.read", "yes")];
    assert_eq!(staff.post(PAGE, &forged).await.status, 403);
}
