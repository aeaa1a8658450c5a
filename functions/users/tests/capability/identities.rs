//! Who may be signed in by the company's provider as whom: tied by those who give roles, over the API and on the user's page.

use crate::browser::Browser;
use crate::company::{DEPART, ISSUER, company, shop, sign_in_at, tie};
use crate::harness::{admin, bench, identity, items, refresh, refusal, sign_up, somebody, verify};
use crate::pages_staff::signed_in;
use chassis::SecondFactor::Optional;
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use events::users::Role;
use oidc::SignedIn;
use serde_json::json;
use users::Users;

const EMAIL: &str = "ada@example.com";

fn path(id: UserId) -> String {
    format!("/v1/users/{id}/identity")
}

async fn untie(bench: &Bench<Users>, id: UserId, by: &str) -> Response {
    bench.world.pass_seconds(1);
    bench.http(Request::new("DELETE", &path(id)).bearer(by)).await
}

#[tokio::test]
async fn an_identity_is_one_users_and_the_audit_log_says_who_tied_it() {
    let bench = bench();
    let admin = admin(&bench).await;
    let by = identity(&bench, &admin).user;
    let ((ada, pair), (eve, _)) = (somebody(&bench, EMAIL).await, somebody(&bench, "eve@example.com").await);
    let read = async |id| bench.http(Request::get(&path(id)).bearer(&bench.staff())).await;
    assert_eq!(read(ada).await.status, 404);
    let tied = tie(&bench, ada, "1", &admin).await;
    let wanted = json!({"issuer": ISSUER, "subject": "1", "tied_at": bench.world.now(), "tied_by": by});
    assert_eq!((tied.status, &tied.body, read(ada).await.body), (200, &wanted, wanted.clone()));
    assert_eq!(tie(&bench, ada, "1", &admin).await.body, wanted, "nothing changed");
    assert_eq!(refusal(&tie(&bench, eve, "1", &admin).await), (409, "identity_taken"));
    assert_eq!(tie(&bench, eve, "2", &admin).await.status, 200);
    assert_eq!(refusal(&tie(&bench, ada, "2", &admin).await), (409, "identity_taken"));
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "a first one ends nothing");
    let (_, pair) = (tie(&bench, ada, "3", &admin).await, crate::harness::sign_in(&bench, EMAIL).await);
    assert_eq!(tie(&bench, eve, "1", &admin).await.status, 200, "it was given up");
    assert_eq!(untie(&bench, ada, &admin).await.status, 204);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    assert_eq!((read(ada).await.status, untie(&bench, ada, &admin).await.status), (404, 204));
    assert_eq!(items(&bench, "identity").len(), 1, "nothing is left behind");
    let log = bench.http(Request::get("/v1/users/audit").bearer(&admin)).await;
    let entry = &log.body["items"][0];
    assert_eq!((&entry["action"], &entry["what"]), (&json!("deleteUserIdentity"), &json!("identity: none")));
    let entry = &log.body["items"][1];
    assert_eq!((&entry["what"], &entry["actor"]), (&json!(format!("identity: of {ISSUER}")), &json!(by)));
}

#[tokio::test]
async fn only_those_who_give_roles_tie_and_what_is_no_identity_is_refused() {
    let bench = bench();
    let (id, admin) = (sign_up(&bench, EMAIL).await, admin(&bench).await);
    assert_eq!(tie(&bench, id, "1", &bench.staff()).await.status, 403);
    assert_eq!(untie(&bench, id, &bench.staff()).await.status, 403);
    for bad in [json!({"issuer": "http://id.example", "subject": "1"}), json!({"issuer": ISSUER, "subject": "\u{e4}"})]
    {
        let answer = bench.http(Request::put(&path(id), bad).bearer(&admin)).await;
        assert_eq!(refusal(&answer), (422, "invalid_field"));
    }
}

#[tokio::test]
async fn an_item_that_was_left_behind_opens_nothing_and_does_not_keep_the_identity_from_anybody() {
    let company = company();
    let bench = shop(&company, Optional);
    let admin = admin(&bench).await;
    let (ada, eve) = (sign_up(&bench, EMAIL).await, sign_up(&bench, "eve@example.com").await);
    tie(&bench, ada, "1", &admin).await;
    let profile = items(&bench, "profile").into_iter().find(|item| item["pk"]["S"] == json!(ada)).unwrap();
    let mut erased = profile;
    erased.as_object_mut().unwrap().remove("identity");
    bench.dynamo.put(&erased);
    let who = SignedIn::with_two_factors("1");
    let shown = sign_in_at(&bench, &company, &mut Browser::new(&bench), (DEPART, &who)).await;
    assert!(shown.status == 403 && shown.says("no account here"), "{}", shown.html);
    assert_eq!(tie(&bench, eve, "1", &admin).await.status, 200);
    let shown = sign_in_at(&bench, &company, &mut Browser::new(&bench), (DEPART, &who)).await;
    assert_eq!(shown.status, 303);
}

#[tokio::test]
async fn the_users_page_ties_and_unties_by_forms_that_are_meant() {
    let bench = shop(&company(), Optional);
    let ada = sign_up(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    let (_, mut boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let page = format!("/staff/users/{ada}");
    let form = format!("{page}/identity");
    assert!(boss.get(&page).await.says("does not sign in with the company"));
    let version = boss.get(&page).await.value("version").unwrap();
    let empty = boss.post(&form, &[("subject", ""), ("version", &version)]).await;
    assert!(empty.status == 422 && empty.says("id=\"identity-subject-error\""), "{}", empty.html);
    let fields = [("subject", "248289761001"), ("confirmed", "yes"), ("version", version.as_str())];
    let (tied, _) = boss.submit(&form, &fields).await;
    assert!(tied.says("248289761001") && tied.says("from now on"), "{}", tied.html);
    let (_, mut support) = signed_in(&bench, "support@example.com", &[Role::Support]).await;
    let shown = support.get(&page).await;
    assert!(shown.says("248289761001") && !shown.says(&form), "they see it and change nothing");
    assert_eq!(support.post(&form, &fields).await.status, 403);
    let version = boss.get(&page).await.value("version").unwrap();
    let unsure = boss.post(&format!("{form}/removal"), &[("version", &version)]).await;
    assert_eq!(unsure.status, 422);
    let old = boss.post(&format!("{form}/removal"), &[("confirmed", "yes"), ("version", "1")]).await;
    assert_eq!(old.status, 412);
    let (untied, _) = boss.submit(&format!("{form}/removal"), &[("confirmed", "yes"), ("version", &version)]).await;
    assert!(untied.says("any more") && !untied.says("248289761001"), "{}", untied.html);
}
