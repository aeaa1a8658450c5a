//! A person is forgotten: at once, then the rest, then everybody else, whose answers a page shows without an account.

use crate::browser::Browser;
use crate::factors::protect;
use crate::harness::{
    PASSWORD, Pair, bench, grant, items, me, refresh, refusal, sign_in, sign_in_request, sign_up, somebody,
    somebody_with,
};
use chassis::testing::{Bench, EmbeddedDynamo, Request, Response, Sent};
use events::carts::CartsOfUserErased;
use events::ids::UserId;
use events::notifications::MailsOfUserErased;
use events::orders::UserDataErased;
use events::users::{EraseUser, Role};
use events::{Capability, Envelope};
use serde_json::{Value, json};
use users::Users;

const EMAIL: &str = "ada@example.com";

async fn erase(bench: &Bench<Users>, access: &str) -> Response {
    bench
        .http(Request::new("DELETE", "/v1/users/me").body(json!({"password": PASSWORD}).to_string()).bearer(access))
        .await
}

/// A person with an address, two sessions and tokens in mails.
async fn ada(bench: &Bench<Users>) -> (UserId, Pair) {
    let (id, pair) = somebody(bench, EMAIL).await;
    sign_in(bench, EMAIL).await;
    let quay = json!({"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"});
    assert_eq!(bench.http(Request::post("/v1/users/me/addresses", quay).bearer(&pair.access)).await.status, 201);
    let wanted = json!({"email": "countess@example.com", "password": PASSWORD});
    assert_eq!(bench.http(Request::post("/v1/email-changes", wanted).bearer(&pair.access)).await.status, 202);
    bench.relay().await.unwrap();
    bench.queues.take();
    (id, pair)
}

fn erasures(bench: &Bench<Users>) -> EmbeddedDynamo {
    bench.dynamo.beside("erasures")
}

/// Relays, and does what users sends to itself; returns what others get, sorted by receiver.
async fn work(bench: &Bench<Users>) -> Vec<Sent> {
    bench.relay().await.unwrap();
    let mut others = Vec::new();
    let mut waiting: Vec<_> = bench.queues.take();
    while let Some(next) = waiting.pop() {
        if next.to == Capability::Users {
            assert!(bench.deliver(&[next.envelope]).await.is_empty());
            waiting.extend(bench.queues.take());
        } else {
            others.push(next);
        }
    }
    others.sort_by_key(|sent| (sent.to, sent.envelope.id.clone()));
    others
}

/// Counters of attempts end by themselves within a day, and stand under pseudonyms.
fn assert_nothing_is_left(bench: &Bench<Users>) {
    let mut left = bench.dynamo.items();
    left.retain(|item| item["sk"]["S"] != "throttle");
    let text = serde_json::to_string(&left).unwrap();
    for trace in ["ada@", "countess@", "Ada", "Quay", "email#", "session#", "argon2", "token#"] {
        assert!(!text.contains(trace), "{trace}: {text}");
    }
    assert_eq!(left.len(), 1, "what stands in the user's place: {text}");
    let apart = serde_json::to_string(&erasures(bench).items()).unwrap();
    assert!(!apart.contains("Ada") && !apart.contains('@'), "{apart}");
}

fn answers(bench: &Bench<Users>, user_id: UserId) -> [Envelope<Value>; 4] {
    let orders = |orders, open, seq| UserDataErased { user_id, orders, open, seq };
    let subject = user_id.to_string();
    [
        bench.envelope(&subject, 3, &orders(2, 0, 3)),
        bench.envelope(&subject, 2, &orders(2, 1, 2)),
        bench.envelope(&subject, 2, &MailsOfUserErased { user_id }),
        bench.envelope(&subject, 2, &CartsOfUserErased { user_id }),
    ]
}

#[tokio::test]
async fn an_erased_account_is_gone_at_once_and_the_rest_follows_until_nothing_is_left() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    let wrong = Request::new("DELETE", "/v1/users/me").body(r#"{"password": "not the password"}"#).bearer(&pair.access);
    assert_eq!(refusal(&bench.http(wrong).await), (403, "wrong_password"));
    assert_eq!(me(&bench, &pair.access).await.status, 200, "nothing has happened");

    let started = erase(&bench, &pair.access).await;
    assert_eq!((started.status, &started.body["id"]), (202, &json!(id)));
    // At once, before anything is relayed.
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 401);
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 401);
    assert_eq!(erase(&bench, &pair.access).await.status, 404);
    assert_eq!(me(&bench, &pair.access).await.status, 404);
    assert!(items(&bench, "email").is_empty(), "the address is free");

    let told = work(&bench).await;
    assert_nothing_is_left(&bench);
    let kinds: Vec<_> = told.iter().map(|sent| (sent.to, sent.envelope.kind.as_str())).collect();
    let last = (Capability::Notifications, "users.account_erased.v1");
    assert_eq!(kinds.iter().filter(|told| **told == last).count(), 1);
    // Once at once, and once when nothing can be under way any more.
    for to in [Capability::Carts, Capability::Orders, Capability::Notifications] {
        assert_eq!(kinds.iter().filter(|told| **told == (to, "users.user_erased.v1")).count(), 2, "{to}");
    }
    let words = told.iter().find(|sent| sent.envelope.kind == last.1).unwrap();
    assert_eq!(words.envelope.data["contact"], json!({"email": EMAIL, "name": "Ada"}));
    let erased = told.iter().find(|sent| sent.to == Capability::Orders).unwrap();
    assert_eq!(erased.envelope.data["user_id"], json!(id));
}

#[tokio::test]
async fn a_page_shows_without_an_account_how_far_everybody_is_in_whatever_order_they_answer() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    let started = erase(&bench, &pair.access).await;
    let (token, page) = (started.body["token"].as_str().unwrap(), started.body["page"].as_str().unwrap());
    let seen = async || bench.http(Request::get(&format!("/v1/erasures/{id}?token={token}"))).await;
    let first = seen().await;
    assert_eq!((first.status, &first.body["is_done"]), (200, &json!(false)));
    assert!(first.body["account_at"].is_null() && first.body["orders"].is_null());
    work(&bench).await;
    assert!(seen().await.body["account_at"].is_string());
    let mut anybody = Browser::new(&bench);
    let under_way = anybody.get(page).await;
    assert!(
        under_way.status == 200 && under_way.says("Under way") && under_way.says("Look again"),
        "{}",
        under_way.html
    );

    let [orders, earlier, mails, carts] = answers(&bench, id);
    for message in [&orders, &earlier, &mails, &mails, &orders] {
        assert!(bench.deliver(std::slice::from_ref(message)).await.is_empty());
        assert_eq!(seen().await.body["is_done"], false);
    }
    assert_eq!(seen().await.body["orders"]["open"], 0, "the earlier word came late");
    assert!(bench.deliver(&[carts]).await.is_empty());
    let done = seen().await;
    assert_eq!((&done.body["is_done"], &done.body["orders"]["total"]), (&json!(true), &json!(2)));
    assert!(anybody.get(page).await.says("Everything is erased"));

    let other = sign_up(&bench, "eve@example.com").await;
    for (id, token) in [(id, "wrong"), (id, ""), (other, token)] {
        let target = format!("/v1/erasures/{id}?token={token}");
        assert_eq!(refusal(&bench.http(Request::get(&target)).await), (404, "invalid_token"), "{target}");
    }
    assert_eq!(anybody.get(&format!("/erasures/{id}?token=wrong")).await.status, 404);
}

#[tokio::test]
async fn an_erasure_of_which_nobody_heard_is_gone_on_with_until_everybody_has_answered() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    erase(&bench, &pair.access).await;
    // The record of the stream is lost.
    assert!(!bench.dynamo.new_stream_records().is_empty() && bench.queues.take().is_empty());
    bench.tick().await.unwrap();
    assert!(bench.queues.take().is_empty(), "the relay has a minute");

    bench.world.pass_seconds(61);
    for _ in 0..2 {
        bench.tick().await.unwrap();
    }
    let sent = bench.queues.take();
    assert_eq!((sent.len(), sent[0].to, sent[0].kind()), (1, Capability::Users, "users.erase_user.v1"));
    bench.deliver(&[sent[0].envelope.clone()]).await;
    assert_nothing_is_left(&bench);
    assert_eq!(bench.queues.take().len(), 3, "carts, notifications and orders are told");
    bench.world.pass_seconds(10 * 60);
    bench.tick().await.unwrap();
    let again: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope).collect();
    assert_eq!(again, [sent[0].envelope.clone()], "a message under another name would have everybody forget anew");

    bench.deliver(&answers(&bench, id)).await;
    bench.world.pass_seconds(2 * 60 * 60);
    bench.tick().await.unwrap();
    assert!(bench.queues.take().is_empty() && bench.dynamo.items().iter().all(|item| item["due"].is_null()));
}

#[tokio::test]
async fn answers_and_commands_about_nobody_who_asked_go_to_the_dead_letters() {
    let bench = bench();
    let id = sign_up(&bench, EMAIL).await;
    let command = bench.envelope("operator", 1, &EraseUser { user_id: id });
    let [.., carts] = answers(&bench, id);
    assert!(bench.deliver(&[command, carts]).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 2);
    assert!(erasures(&bench).items().is_empty());
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 201, "nothing has happened");
}

#[tokio::test]
async fn staff_give_their_roles_up_before_and_who_has_a_second_factor_shows_it() {
    let bench = bench();
    let (_, staff) = somebody_with(&bench, "boss@example.com", Role::Support).await;
    assert_eq!(refusal(&erase(&bench, &staff.access).await), (409, "has_roles"));
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (_, codes) = protect(&bench, &pair).await;
    bench.world.pass_seconds(11 * 60);
    assert_eq!(
        refusal(&erase(&bench, &pair.access).await),
        (401, "second_factor_required"),
        "the password is not enough"
    );
    let shown = json!({"second_factor": {"recovery_code": codes[0]}});
    let stepped = bench.http(Request::post("/v1/sessions/current/second-factor", shown).bearer(&pair.access)).await;
    assert_eq!(stepped.status, 200, "{:?}", stepped.body);
    let without = Request::new("DELETE", "/v1/users/me").body("{}").bearer(&pair.access);
    assert_eq!(bench.http(without).await.status, 202);
}

#[tokio::test]
async fn the_page_explains_asks_for_the_password_and_leads_to_one_that_needs_no_account() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up(EMAIL).await;
    assert!(ada.get("/account").await.says("href=\"/account/erasure\""));
    let page = ada.get("/account/erasure").await;
    assert!(page.says("This cannot be taken back") && page.says("href=\"/account/export\""), "{}", page.html);
    // Each capability tells its own; a browser's session opens all of them.
    for file in ["/orders?file=json", "/account/notifications?file=json", "/cart"] {
        assert!(page.says(&format!("href=\"{file}\"")), "{file}");
    }
    let wrong = ada.post("/account/erasure", &[("password", "not the password")]).await;
    assert!(wrong.status == 422 && wrong.error("password").contains("not your current password"), "{}", wrong.html);
    let sent = ada.post("/account/erasure", &[("password", PASSWORD)]).await;
    assert!(sent.status == 303 && sent.location.starts_with("/erasures/user_"), "{}", sent.location);
    assert!(ada.cookie("__Host-souk_access").is_none(), "the browser is signed out");
    assert!(ada.get(&sent.location).await.says("Your account is being erased"));
    let mut boss = Browser::new(&bench);
    boss.sign_up("boss@example.com").await;
    grant(&bench, "boss@example.com", Role::Support).await;
    let refused = boss.post("/account/erasure", &[("password", PASSWORD)]).await;
    assert!(refused.status == 409 && refused.says("You have a role in this shop"), "{}", refused.html);
}

#[tokio::test(start_paused = true)]
async fn an_erasure_that_stops_between_two_pages_goes_on_when_its_message_comes_again() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    assert_eq!(erase(&bench, &pair.access).await.status, 202);
    let command = bench.envelope(&id.to_string(), 2, &EraseUser { user_id: id });
    for requests in [0, 2, 3, 4] {
        bench.dynamo.throttle_after(requests);
        assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0], "after {requests}");
        assert!(bench.queues.take().is_empty(), "nobody is told that it is done");
        bench.dynamo.throttle_after(u32::MAX);
    }
    for _ in 0..2 {
        assert!(bench.deliver(std::slice::from_ref(&command)).await.is_empty());
        assert_eq!(bench.queues.take().len(), 3);
    }
    assert_nothing_is_left(&bench);
}

#[tokio::test]
async fn what_a_request_under_way_writes_late_is_erased_as_well_and_a_later_one_is_refused() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    let session = items(&bench, "session#")[0].clone();
    assert_eq!(erase(&bench, &pair.access).await.status, 202);
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    let own: Vec<_> = sent.into_iter().filter(|sent| sent.to == Capability::Users).collect();
    assert_eq!(own.iter().map(|sent| sent.delay_seconds).collect::<Vec<_>>(), [0, 120]);
    assert!(bench.deliver(&[own[0].envelope.clone()]).await.is_empty());
    bench.dynamo.put(&session);
    assert!(bench.deliver(&[own[1].envelope.clone()]).await.is_empty());
    assert_nothing_is_left(&bench);
    let quay = json!({"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"});
    let late = Request::post("/v1/users/me/addresses", quay).bearer(&pair.access);
    assert_eq!(bench.http(late).await.status, 404, "{id}");
    assert_nothing_is_left(&bench);
}

#[tokio::test]
async fn who_came_back_with_a_restored_table_is_erased_again_and_the_address_may_have_signed_up_anew() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    let of_before = bench.dynamo.items();
    assert_eq!(erase(&bench, &pair.access).await.status, 202);
    work(&bench).await;
    for item in bench.dynamo.items() {
        bench.dynamo.remove(item["pk"]["S"].as_str().unwrap(), item["sk"]["S"].as_str().unwrap());
    }
    of_before.iter().for_each(|item| bench.dynamo.put(item));
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 201, "restored");
    bench.queues.take();
    let again = bench.envelope("operator", 1_767_225_600, &EraseUser { user_id: id });
    assert!(bench.deliver(&[again]).await.is_empty());
    assert_nothing_is_left(&bench);
    let mut told: Vec<_> = bench.queues.take().iter().map(|sent| (sent.to, sent.kind().to_owned())).collect();
    let said = |to| (to, "users.user_erased.v1".to_owned());
    // And no last words once more.
    told.sort();
    assert_eq!(told, [said(Capability::Carts), said(Capability::Orders), said(Capability::Notifications)]);
    let anew = sign_up(&bench, EMAIL).await;
    assert_ne!(anew, id, "somebody else");
}

#[tokio::test]
async fn a_person_takes_along_what_is_kept_without_a_secret() {
    let bench = bench();
    let (id, pair) = ada(&bench).await;
    let export = bench.http(Request::get("/v1/users/me/export").bearer(&pair.access)).await;
    assert_eq!((export.status, &export.body["user"]["email"]), (200, &json!(EMAIL)));
    assert_eq!(export.body["addresses"][0]["line1"], "1 Quay");
    assert_eq!(export.body["sessions"].as_array().unwrap().len(), 2);
    let elsewhere: Vec<_> = export.body["elsewhere"].as_array().unwrap().iter().map(|part| &part["href"]).collect();
    let cart = format!("/v1/carts/{}", events::ids::CartId::from_bits(id.bits()));
    assert_eq!(elsewhere, [&json!("/v1/orders"), &json!(cart), &json!("/v1/notifications/export")]);
    let text = export.body.to_string();
    assert!(!text.contains("argon2") && !text.contains("hash"), "{text}");
    let mut browser = Browser::new(&bench);
    browser.sign_in(EMAIL).await;
    let file = browser.get("/account/export").await;
    let file: Value = serde_json::from_str(&file.html).unwrap();
    assert_eq!(file["user"], export.body["user"]);
}
