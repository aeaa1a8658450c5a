//! Admins change roles on a page as over the API: by versions, confirmed, and kept in the audit log. Who has lost a right meanwhile, or
//! the session, is told so and does not run in circles.

use crate::browser::{Browser, Fields, Shown};
use crate::harness::{bench, grant, identity, sign_in, somebody, verify};
use crate::pages_staff::signed_in;
use chassis::testing::signing::permissions_of;
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::Role;
use serde_json::{Value, json};
use users::Users;

const ACCESS: &str = "__Host-souk_access";
const REFRESH: &str = "__Secure-souk_refresh";
const BOSS: &str = "boss@example.com";

async fn boss(bench: &Bench<Users>) -> (UserId, Browser<'_>) {
    signed_in(bench, BOSS, &[Role::Admin]).await
}

/// A customer with a verified address.
async fn ada(bench: &Bench<Users>) -> UserId {
    let (id, _) = somebody(bench, "ada@example.com").await;
    verify(bench, "ada@example.com");
    id
}

async fn roles_of(bench: &Bench<Users>, id: UserId) -> Value {
    let read = Request::get(&format!("/v1/users/{id}")).bearer(&bench.staff());
    bench.http(read).await.body["roles"].clone()
}

fn page_of(id: UserId) -> String {
    format!("/staff/users/{id}")
}

/// Whether the box of a role is ticked.
fn is_ticked(shown: &Shown, field: &str) -> bool {
    let input = shown.html.split("<input").find(|input| input.contains(&format!(" name=\"{field}\""))).unwrap();
    input.split('>').next().unwrap().contains(" checked")
}

/// Sends the form of a user's page with these boxes ticked.
async fn send(browser: &mut Browser<'_>, id: UserId, ticked: &[&str], version: &str) -> Shown {
    let mut fields: Vec<_> = ticked.iter().map(|field| (*field, "yes")).collect();
    fields.push(("version", version));
    browser.post(&format!("{}/roles", page_of(id)), &fields).await
}

#[tokio::test]
async fn an_admin_changes_roles_which_the_page_the_api_and_the_log_show() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (_, mut boss) = boss(&bench).await;
    let form = boss.get(&page_of(ada)).await;
    assert!(is_ticked(&form, "customer") && !is_ticked(&form, "support") && !is_ticked(&form, "confirmed"));
    let version = form.value("version").unwrap();
    bench.world.pass_seconds(1);
    let sent = send(&mut boss, ada, &["customer", "support", "confirmed"], &version).await;
    assert_eq!((sent.status, &*sent.location), (303, &*format!("{}?saved=roles", page_of(ada))));
    let (shown, _) = boss.follow(sent, "").await;
    assert!(shown.says("The roles have been changed") && is_ticked(&shown, "support"), "{}", shown.html);
    assert_eq!(roles_of(&bench, ada).await, json!(["customer", "support"]));
    let over_api = Request::get("/v1/users/audit").bearer(boss.cookie(ACCESS).unwrap());
    let entry = bench.http(over_api).await.body["items"][0].clone();
    assert_eq!((&entry["action"], &entry["resource"]), (&json!("replaceRoles"), &json!(ada.to_string())));
    let log = boss.get("/staff/users/audit").await;
    let row = log.html.split("<tr>").find(|row| row.contains(&page_of(ada))).unwrap();
    for part in ["Roles replaced", "Customer, Support", ">Ada</a>"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(log.says("Role granted") && log.says("Operator"), "{}", log.html);
    boss.language = "de";
    assert!(boss.get("/staff/users/audit").await.says("Kunde, Kundendienst"));
}

#[tokio::test]
async fn the_audit_log_goes_page_by_page_and_back_to_the_first_change() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (id, mut boss) = boss(&bench).await;
    for version in 1..24 {
        bench.world.pass_seconds(1);
        let roles: &[&str] = if version % 2 == 1 { &["support", "confirmed"] } else { &["customer", "confirmed"] };
        assert_eq!(send(&mut boss, ada, roles, &version.to_string()).await.status, 303, "{version}");
    }
    let (mut rows, mut way) = (0, Some("/staff/users/audit".to_owned()));
    while let Some(path) = way {
        let shown = boss.get(&path).await;
        rows += shown.html.matches("<th scope=\"row\">").count();
        let link = shown.html.split_once("\" rel=\"next\"").and_then(|(before, _)| before.rsplit_once("href=\""));
        way = link.map(|(_, link)| link.replace("&#38;", "&"));
    }
    assert_eq!(rows, 24, "with the grant to {id}");
    for cursor in ["x".to_owned(), chassis::cursor::encode("audit of users", "order_1")] {
        let path = format!("/staff/users/audit?cursor={cursor}");
        assert_eq!(boss.get(&path).await.status, 400, "{cursor} is no place in the log");
    }
}

#[tokio::test]
async fn a_change_of_roles_is_refused_at_its_field_and_keeps_what_was_chosen() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (own, mut boss) = boss(&bench).await;
    let cases: [(UserId, Fields<'_>, &str, &str); 3] = [
        (ada, &[("support", "yes"), ("version", "1")], "confirmed", "confirm the change"),
        (ada, &[("confirmed", "yes"), ("version", "1")], "roles", "at least one role"),
        (own, &[("support", "yes"), ("confirmed", "yes"), ("version", "2")], "admin", "from yourself"),
    ];
    for (id, fields, field, told) in cases {
        let shown = boss.post(&format!("{}/roles", page_of(id)), fields).await;
        assert_eq!(shown.status, 422, "{}", shown.html);
        assert!(shown.error(field).contains(told), "{field}: {}", shown.html);
        assert!(shown.says(&format!("href=\"#field-{field}\"")), "the summary leads to the field: {}", shown.html);
        assert_eq!(is_ticked(&shown, "support"), fields[0].0 == "support");
        assert!(!is_ticked(&shown, "confirmed"), "what is confirmed is confirmed again");
        assert!(shown.says(&format!("href=\"{}?lang=de\"", page_of(id))), "the other language: {}", shown.html);
    }
    assert_eq!(
        (roles_of(&bench, ada).await, roles_of(&bench, own).await),
        (json!(["customer"]), json!(["customer", "admin"]))
    );
}

#[tokio::test]
async fn where_a_colleague_was_faster_the_page_shows_both_and_nothing_is_lost() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (_, mut boss) = boss(&bench).await;
    let mut colleague = boss.clone();
    let version = boss.get(&page_of(ada)).await.value("version").unwrap();
    assert_eq!(send(&mut colleague, ada, &["support", "confirmed"], &version).await.status, 303);
    let shown = send(&mut boss, ada, &["customer", "admin", "confirmed"], &version).await;
    assert_eq!(shown.status, 412);
    for part in
        ["A colleague was faster", "<dt>Roles now</dt><dd>Support</dd>", "<dt>Your choice</dt><dd>Customer, Admin</dd>"]
    {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    assert!(is_ticked(&shown, "admin") && !is_ticked(&shown, "support"));
    assert_eq!(roles_of(&bench, ada).await, json!(["support"]));
    let latest = shown.value("version").unwrap();
    assert_eq!(send(&mut boss, ada, &["customer", "admin", "confirmed"], &latest).await.status, 303);
    assert_eq!(roles_of(&bench, ada).await, json!(["customer", "admin"]));
}

#[tokio::test]
async fn whoever_changes_their_own_roles_has_them_at_once() {
    let bench = bench();
    let (own, mut boss) = boss(&bench).await;
    let sent = send(&mut boss, own, &["admin", "support", "confirmed"], "2").await;
    let (shown, way) = boss.follow(sent, "").await;
    assert_eq!((shown.status, way.len()), (200, 2), "{way:?}");
    assert_eq!(identity(&bench, boss.cookie(ACCESS).unwrap()).permissions, permissions_of(&[Role::Admin]));
}

#[tokio::test]
async fn a_form_of_an_admin_whose_session_was_ended_waits_for_signing_in() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (_, mut boss) = boss(&bench).await;
    let elsewhere = sign_in(&bench, BOSS).await;
    let everywhere = Request::new("DELETE", "/v1/sessions").bearer(&elsewhere.access);
    assert_eq!(bench.http(everywhere).await.status, 204);
    let fields = [("support", "yes"), ("confirmed", "yes"), ("version", "1")];
    let target = format!("{}/roles", page_of(ada));
    let (shown, way) = boss.submit(&target, &fields).await;
    assert_eq!((shown.status, way.len()), (403, 1), "{way:?}");
    assert!(way[0].starts_with("/account/session?ended=1&then="), "{way:?}");
    assert_eq!((boss.cookie(ACCESS), boss.cookie(REFRESH)), (None, None), "the token counts nowhere any more");
    assert!(shown.says("Nothing you typed is lost") && !shown.says("Go on as a guest"), "{}", shown.html);
    assert_eq!(shown.value("then").as_deref(), Some(&*target));
    assert_eq!(roles_of(&bench, ada).await, json!(["customer"]));
}

#[tokio::test]
async fn a_page_that_refused_an_ended_session_leads_to_signing_in_and_not_in_a_circle() {
    let bench = bench();
    let (_, mut boss) = boss(&bench).await;
    let elsewhere = sign_in(&bench, BOSS).await;
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions").bearer(&elsewhere.access)).await.status, 204);
    let (shown, way) = boss.visit("/account/session?ended=1&then=/staff/users").await;
    assert_eq!(way, ["/staff/users", "/account/sign-in?then=%2Fstaff%2Fusers"]);
    assert_eq!((shown.status, boss.cookie(ACCESS)), (200, None));
}

#[tokio::test]
async fn an_admin_who_lost_the_right_stays_signed_in_and_is_refused() {
    let bench = bench();
    let ada = ada(&bench).await;
    let (own, mut lost) = boss(&bench).await;
    grant(&bench, BOSS, Role::Support).await;
    let (_, mut other) = signed_in(&bench, "other@example.com", &[Role::Admin]).await;
    assert_eq!(send(&mut other, own, &["support", "confirmed"], "3").await.status, 303);
    let fields = [("support", "yes"), ("confirmed", "yes"), ("version", "1")];
    let target = format!("{}/roles", page_of(ada));
    let (shown, way) = lost.submit(&target, &fields).await;
    assert_eq!((shown.status, way.len()), (403, 2), "{way:?}");
    assert_eq!(way[1], target, "the form went to where it was going, and was refused there");
    assert_eq!(identity(&bench, lost.cookie(ACCESS).unwrap()).permissions, permissions_of(&[Role::Support]));
    assert_eq!(lost.get("/staff/users").await.status, 200, "what is left of the roles counts");
    assert_eq!(roles_of(&bench, ada).await, json!(["customer"]));
}

#[tokio::test]
async fn a_refused_session_whose_token_was_spent_twice_asks_once_more_and_then_waits() {
    let bench = bench();
    let (_, mut boss) = boss(&bench).await;
    let mut behind = boss.clone();
    for _ in 0..2 {
        assert_eq!(boss.get("/account/session?ended=1&then=/staff").await.location, "/staff");
    }
    let (shown, way) = behind.visit("/account/session?ended=1&then=/staff").await;
    assert_eq!((shown.status, &*way), (503, &["/account/session?again=1&ended=1&then=%2Fstaff".to_owned()][..]));
    assert!(behind.cookie(REFRESH).is_some(), "it keeps its cookies");
}

#[tokio::test]
async fn roles_of_an_unverified_address_are_not_offered_and_the_page_says_who_changed_roles() {
    let bench = bench();
    let (id, _) = somebody(&bench, "ada@example.com").await;
    let (own, mut boss) = boss(&bench).await;
    let shown = boss.get(&page_of(id)).await;
    for part in ["Not verified", "Roles can be given as soon as it is verified"] {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    assert!(!shown.says("/roles\"") && !shown.says("Changes of the roles"), "{}", shown.html);
    let sent = send(&mut boss, id, &["support", "confirmed"], "1").await;
    assert_eq!(sent.status, 409);
    assert!(sent.says("may be anybody"), "{}", sent.html);
    assert_eq!(roles_of(&bench, id).await, json!(["customer"]));
    verify(&bench, "ada@example.com");
    assert_eq!(send(&mut boss, id, &["support", "confirmed"], "1").await.status, 303);
    let shown = boss.get(&page_of(id)).await;
    let table = shown.html.split("Changes of the roles").nth(1).and_then(|rest| rest.split("</table>").next()).unwrap();
    assert!(table.contains("Support") && table.contains(&format!("href=\"{}\">Ada</a>", page_of(own))), "{table}");
    let by_operator = boss.get(&page_of(own)).await;
    let table = by_operator.html.split("Changes of the roles").nth(1).unwrap();
    assert!(table.split("</table>").next().unwrap().contains("Operator"), "{table}");
}
