//! Second factors over the API: an authenticator app that nobody here wrote, recovery codes, signing in with both, and the session in which
//! one was shown.

use crate::harness::{
    PASSWORD, Pair, admin, bench, identity, items, refresh, refusal, sign_in, sign_in_request, somebody, users, verify,
};
use chassis::SecondFactor;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use events::users::Role;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder};
use users::Users;

const EMAIL: &str = "ada@example.com";
const STEP: i64 = 30;

/// The authenticator app of a user, of another make.
pub struct App([u8; 20]);

impl App {
    /// `secret` is what a user types into it.
    pub fn with(secret: &str) -> Self {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: String = secret.chars().map(|sign| format!("{:05b}", LETTERS.find(sign).unwrap())).collect();
        let bytes = bits.as_bytes().chunks_exact(8).map(|bits| std::str::from_utf8(bits).unwrap());
        let bytes: Vec<_> = bytes.map(|bits| u8::from_str_radix(bits, 2).unwrap()).collect();
        Self(bytes.try_into().unwrap())
    }

    /// The code that it shows now.
    pub fn code(&self, bench: &Bench<Users>) -> String {
        let made = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(self.0).build().unwrap();
        made.generate(u64::try_from(bench.world.now().seconds()).unwrap()).to_string()
    }
}

pub fn begin(pair: &Pair, password: &str) -> Request {
    Request::post("/v1/totp", json!({"password": password})).bearer(&pair.access)
}

pub fn confirm(pair: &Pair, code: &str) -> Request {
    Request::put("/v1/totp", json!({"code": code})).bearer(&pair.access)
}

/// Sets up an app for a signed-in user: the app, and the recovery codes.
pub async fn protect(bench: &Bench<Users>, pair: &Pair) -> (App, Vec<String>) {
    let begun = bench.http(begin(pair, PASSWORD)).await;
    assert_eq!(begun.status, 201, "{:?}", begun.body);
    let app = App::with(begun.body["secret"].as_str().unwrap());
    let confirmed = bench.http(confirm(pair, &app.code(bench))).await;
    assert_eq!(confirmed.status, 200, "{:?}", confirmed.body);
    let codes = confirmed.body["codes"].as_array().unwrap();
    (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

pub fn sign_in_with(factor: Value) -> Request {
    Request::post("/v1/sessions", json!({"email": EMAIL, "password": PASSWORD, "second_factor": factor}))
}

async fn step_up(bench: &Bench<Users>, pair: &Pair, factor: Value) -> Response {
    let body = json!({"second_factor": factor});
    bench.http(Request::post("/v1/sessions/current/second-factor", body).bearer(&pair.access)).await
}

/// A shop in which staff need one.
pub fn strict_bench() -> Bench<Users> {
    Bench::new(|parts| {
        parts.wiring.second_factor = SecondFactor::Required;
        let table = parts.table.clone();
        users(parts, table)
    })
}

#[tokio::test]
async fn an_app_of_another_make_is_set_up_and_signs_in_and_each_code_counts_once() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, codes) = protect(&bench, &pair).await;
    assert_eq!(codes.len(), 10);
    let halfway = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
    assert_eq!(refusal(&halfway), (401, "second_factor_required"));
    assert_eq!(halfway.body["methods"], json!(["totp", "recovery_code"]));
    assert_eq!(halfway.headers["www-authenticate"], "Bearer");
    // It has confirmed the app.
    let used = bench.http(sign_in_with(json!({"totp": app.code(&bench)}))).await;
    assert_eq!(refusal(&used), (401, "invalid_second_factor"));
    bench.world.pass_seconds(STEP);
    let code = app.code(&bench);
    let signed_in = bench.http(sign_in_with(json!({"totp": code}))).await;
    assert_eq!(signed_in.status, 201, "{:?}", signed_in.body);
    let shown_at = identity(&bench, &Pair::of(&signed_in).access).second_factor_at;
    assert_eq!(shown_at.unwrap().seconds(), bench.world.now().seconds());
    assert_eq!(refusal(&bench.http(sign_in_with(json!({"totp": code}))).await), (401, "invalid_second_factor"));
    bench.world.pass_seconds(60);
    let refreshed = Pair::of(&refresh(&bench, &Pair::of(&signed_in).refresh).await);
    assert_eq!(identity(&bench, &refreshed.access).second_factor_at, shown_at, "the session remembers it");
    let stored = items(&bench, "profile")[0].to_string();
    assert!(codes.iter().all(|code| !stored.contains(code) && !stored.contains(&code.replace('-', ""))));
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_and_only_with_the_password() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (_, codes) = protect(&bench, &pair).await;
    let wrong = json!({"email": EMAIL, "password": "wrong", "second_factor": {"recovery_code": codes[0]}});
    assert_eq!(refusal(&bench.http(Request::post("/v1/sessions", wrong)).await), (401, "invalid_credentials"));
    let typed = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(bench.http(sign_in_with(json!({"recovery_code": typed}))).await.status, 201);
    let again = bench.http(sign_in_with(json!({"recovery_code": codes[0]}))).await;
    assert_eq!(refusal(&again), (401, "invalid_second_factor"));
    let renewed = bench.http(Request::new("POST", "/v1/recovery-codes").bearer(&pair.access)).await;
    assert_eq!(renewed.status, 201, "{:?}", renewed.body);
    let before = bench.http(sign_in_with(json!({"recovery_code": codes[1]}))).await;
    assert_eq!(refusal(&before), (401, "invalid_second_factor"));
    assert_eq!(bench.http(sign_in_with(json!({"recovery_code": renewed.body["codes"][0]}))).await.status, 201);
    for odd in [json!({}), json!({"totp": "123456", "recovery_code": "x"}), json!({"sms": "123456"})] {
        assert_eq!(bench.http(sign_in_with(odd)).await.status, 422);
    }
}

#[tokio::test]
async fn of_two_sign_ins_at_once_with_one_code_one_is_refused() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, codes) = protect(&bench, &pair).await;
    bench.world.pass_seconds(STEP);
    for factor in [json!({"totp": app.code(&bench)}), json!({"recovery_code": codes[0]})] {
        let once = || bench.http(sign_in_with(factor.clone()));
        let (one, other) = tokio::join!(once(), once());
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 401], "{factor}");
    }
}

#[tokio::test]
async fn password_and_address_change_only_a_moment_after_the_second_factor_was_shown() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, _) = protect(&bench, &pair).await;
    bench.world.pass_seconds(601);
    let new = json!({"current_password": PASSWORD, "new_password": "another quiet harbour"});
    let password = |pair: &Pair| Request::put("/v1/users/me/password", &new).bearer(&pair.access);
    let moved = json!({"email": "ada@example.net", "password": PASSWORD});
    let address = |pair: &Pair| Request::post("/v1/email-changes", &moved).bearer(&pair.access);
    for request in [password(&pair), address(&pair)] {
        assert_eq!(refusal(&bench.http(request).await), (401, "second_factor_required"));
    }
    assert_eq!(step_up(&bench, &pair, json!({"totp": app.code(&bench)})).await.status, 200);
    assert_eq!(bench.http(address(&pair)).await.status, 202);
    let changed = bench.http(password(&pair)).await;
    assert_eq!(changed.status, 200, "{:?}", changed.body);
    let ended = bench.http(password(&pair)).await;
    assert_eq!(refusal(&ended), (401, "session_revoked"), "the access token counts for minutes, its session does not");
}

#[tokio::test]
async fn guesses_at_a_code_are_counted_as_those_at_a_password_are() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, _) = protect(&bench, &pair).await;
    for _ in 0..10 {
        let guess = bench.http(sign_in_with(json!({"totp": "000000"}))).await;
        assert_eq!(refusal(&guess), (401, "invalid_second_factor"));
        assert_eq!(refusal(&step_up(&bench, &pair, json!({"totp": "000000"})).await), (401, "invalid_second_factor"));
    }
    bench.world.pass_seconds(STEP);
    let right = json!({"totp": app.code(&bench)});
    assert_eq!(refusal(&bench.http(sign_in_with(right.clone())).await), (429, "too_many_attempts"));
    assert_eq!(refusal(&step_up(&bench, &pair, right).await), (429, "too_many_attempts"));
    // The first step alone is not guessing.
    bench.world.pass_seconds(900);
    for _ in 0..12 {
        assert_eq!(refusal(&bench.http(sign_in_request(EMAIL, PASSWORD)).await), (401, "second_factor_required"));
    }
}

#[tokio::test]
async fn a_first_app_takes_the_password_and_its_first_code_in_time() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    assert_eq!(refusal(&bench.http(confirm(&pair, "123456")).await), (409, "no_enrollment"));
    assert_eq!(refusal(&bench.http(begin(&pair, "wrong")).await), (403, "wrong_password"));
    let nothing = Request::post("/v1/totp", json!({})).bearer(&pair.access);
    assert_eq!(refusal(&bench.http(nothing).await), (403, "wrong_password"));
    let begun = bench.http(begin(&pair, PASSWORD)).await;
    let address = begun.body["address"].as_str().unwrap();
    assert!(address.starts_with("otpauth://totp/souk:ada%40example%2Ecom?secret="), "{address}");
    assert_eq!(refusal(&bench.http(confirm(&pair, "000000")).await), (401, "invalid_second_factor"));
    sign_in(&bench, EMAIL).await;
    bench.world.pass_seconds(900);
    let app = App::with(begun.body["secret"].as_str().unwrap());
    let fresh = Pair::of(&refresh(&bench, &pair.refresh).await);
    assert_eq!(refusal(&bench.http(confirm(&fresh, &app.code(&bench))).await), (409, "no_enrollment"));
    for (method, path) in [("DELETE", "/v1/totp"), ("POST", "/v1/recovery-codes")] {
        let none = Request::new(method, path).bearer(&fresh.access);
        assert_eq!(refusal(&bench.http(none).await), (409, "no_second_factor"), "{path}");
    }
    assert_eq!(refusal(&step_up(&bench, &fresh, json!({"totp": "123456"})).await), (409, "no_second_factor"));
}

#[tokio::test]
async fn an_app_on_its_way_is_confirmed_only_in_the_open_session_that_gave_the_password() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let other = sign_in(&bench, EMAIL).await;
    let begun = bench.http(begin(&pair, PASSWORD)).await;
    let app = App::with(begun.body["secret"].as_str().unwrap());
    assert_eq!(refusal(&bench.http(confirm(&other, &app.code(&bench))).await), (409, "no_enrollment"));
    let out = Request::new("DELETE", "/v1/sessions/current").bearer(&pair.access);
    assert_eq!(bench.http(out).await.status, 204);
    assert_eq!(refusal(&bench.http(confirm(&pair, &app.code(&bench))).await), (401, "session_revoked"));
    let signed_in = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
    assert_eq!(signed_in.status, 201, "no app counts: {:?}", signed_in.body);
}

#[tokio::test]
async fn what_protects_an_account_is_changed_only_a_moment_after_the_second_factor_was_shown() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, codes) = protect(&bench, &pair).await;
    bench.world.pass_seconds(601);
    let requests = |pair: &Pair| {
        let remove = Request::new("DELETE", "/v1/totp").bearer(&pair.access);
        let renew = Request::new("POST", "/v1/recovery-codes").bearer(&pair.access);
        [begin(pair, PASSWORD), renew, remove]
    };
    for request in requests(&pair) {
        let answer = bench.http(request).await;
        assert_eq!(refusal(&answer), (401, "second_factor_required"));
        let challenge = "Bearer error=\"insufficient_user_authentication\", max_age=600";
        assert_eq!(answer.headers["www-authenticate"], challenge);
    }
    let other = sign_in_with(json!({"recovery_code": codes[0]}));
    assert_eq!(bench.http(other).await.status, 201, "another session that has shown it");
    assert_eq!(bench.http(begin(&pair, PASSWORD)).await.status, 401, "opens nothing in this one");
    let stepped = step_up(&bench, &pair, json!({"totp": app.code(&bench)})).await;
    assert_eq!(stepped.status, 200, "{:?}", stepped.body);
    let access = stepped.body["access_token"].as_str().unwrap();
    assert!(identity(&bench, access).is_stepped_up(bench.world.now()));
    for (request, status) in requests(&pair).into_iter().zip([201, 201, 204]) {
        assert_eq!(bench.http(request).await.status, status);
    }
    sign_in(&bench, EMAIL).await;
    assert!(!items(&bench, "profile")[0].to_string().contains("recovery_codes"), "they went with the app");
}

#[tokio::test]
async fn where_a_second_factor_is_required_roles_count_and_are_given_only_with_one() {
    let bench = strict_bench();
    let (id, pair) = crate::harness::somebody_with(&bench, EMAIL, Role::Admin).await;
    assert!(!identity(&bench, &pair.access).is_privileged());
    let list = |access: &str| Request::get("/v1/users").bearer(access);
    assert_eq!(bench.http(list(&pair.access)).await.status, 403);
    let (app, _) = protect(&bench, &pair).await;
    let refreshed = Pair::of(&refresh(&bench, &pair.refresh).await);
    assert_eq!(bench.http(list(&refreshed.access)).await.status, 200);
    let roles = |access: &str| {
        let roles = json!({"roles": ["customer", "admin"]});
        Request::put(&format!("/v1/users/{id}/roles"), roles).header("if-match", "*").bearer(access)
    };
    assert_eq!(bench.http(roles(&refreshed.access)).await.status, 200);
    bench.world.pass_seconds(601);
    let late = Pair::of(&refresh(&bench, &refreshed.refresh).await);
    assert_eq!(bench.http(list(&late.access)).await.status, 200, "the role still counts");
    assert_eq!(refusal(&bench.http(roles(&late.access)).await), (401, "second_factor_required"));
    let stepped = step_up(&bench, &late, json!({"totp": app.code(&bench)})).await;
    assert_eq!(bench.http(roles(stepped.body["access_token"].as_str().unwrap())).await.status, 200);
}

#[tokio::test]
async fn the_session_after_a_changed_password_has_the_second_factor_that_was_shown_before() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (app, _) = protect(&bench, &pair).await;
    bench.world.pass_seconds(STEP);
    let signed_in = Pair::of(&bench.http(sign_in_with(json!({"totp": app.code(&bench)}))).await);
    let before = identity(&bench, &signed_in.access);
    bench.world.pass_seconds(60);
    let change = json!({"current_password": PASSWORD, "new_password": "a louder harbour at noon"});
    let changed = bench.http(Request::put("/v1/users/me/password", change).bearer(&signed_in.access)).await;
    let after = identity(&bench, &Pair::of(&changed).access);
    assert_ne!(after.session, before.session);
    assert_eq!((after.second_factor_at, before.second_factor_at.is_some()), (before.second_factor_at, true));
}

#[tokio::test]
async fn where_a_second_factor_is_optional_roles_count_without_one() {
    let bench = bench();
    let boss = admin(&bench).await;
    assert!(identity(&bench, &boss).is_privileged());
    assert_eq!(bench.http(Request::get("/v1/users").bearer(&boss)).await.status, 200);
}

#[tokio::test]
async fn staff_remove_a_lost_second_factor_with_a_reason_that_the_audit_log_keeps() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    protect(&bench, &pair).await;
    let boss = admin(&bench).await;
    let path = format!("/v1/users/{id}/second-factors/removal");
    let remove = |reason: &str, access: &str| Request::post(&path, json!({"reason": reason})).bearer(access);
    assert_eq!(bench.http(remove("lost", &pair.access)).await.status, 403);
    assert_eq!(bench.http(remove(" ", &boss)).await.status, 422);
    assert_eq!(bench.http(remove("recognized on the phone", &boss)).await.status, 204);
    let left = refresh(&bench, &pair.refresh).await;
    assert_eq!(refusal(&left), (401, "session_revoked"), "who has the lost phone may have a session, too");
    assert_eq!(refusal(&bench.http(remove("again", &boss)).await), (409, "no_second_factor"));
    sign_in(&bench, EMAIL).await;
    let log = bench.http(Request::get("/v1/users/audit").bearer(&boss)).await;
    let entry = log.body["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "removeSecondFactors");
    assert_eq!(entry.unwrap()["what"], "second factor: recognized on the phone");
}

#[tokio::test]
async fn every_change_of_second_factors_is_told_to_the_user_and_the_use_of_one_is_not() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    bench.relay().await.unwrap();
    bench.queues.take();
    let (app, codes) = protect(&bench, &pair).await;
    assert_eq!(bench.http(sign_in_with(json!({"recovery_code": codes[0]}))).await.status, 201);
    bench.world.pass_seconds(STEP);
    assert_eq!(step_up(&bench, &pair, json!({"totp": app.code(&bench)})).await.status, 200);
    for (method, path) in [("POST", "/v1/recovery-codes"), ("DELETE", "/v1/totp")] {
        assert!(bench.http(Request::new(method, path).bearer(&pair.access)).await.status < 300);
    }
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    let told: Vec<_> = sent.iter().map(|sent| (sent.to, &sent.envelope.data)).collect();
    let changes: Vec<_> = told.iter().map(|(_, data)| data["change"].as_str().unwrap()).collect();
    assert_eq!(changes, ["second_factor_added", "recovery_codes_made", "second_factor_removed"]);
    assert!(told.iter().all(|(to, data)| *to == Capability::Notifications && data["user_id"] == id.to_string()));
    assert_eq!(told[0].1["contact"]["email"], EMAIL);
}

#[tokio::test]
async fn a_stranger_whose_address_somebody_signed_up_is_told_nothing_and_nobody_is_told_without_end() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    protect(&bench, &pair).await;
    let renew = || bench.http(Request::new("POST", "/v1/recovery-codes").bearer(&pair.access));
    // With the app.
    for _ in 1..20 {
        assert_eq!(renew().await.status, 201);
    }
    let change = json!({"current_password": PASSWORD, "new_password": "another quiet harbour"});
    let password = bench.http(Request::put("/v1/users/me/password", change).bearer(&pair.access)).await;
    for refused in [renew().await, password] {
        assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    }
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    assert!(sent.is_empty(), "{sent:?}");
}

#[tokio::test]
async fn whoever_uses_a_second_factor_wakes_no_relay_and_spoils_no_form() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (_, codes) = protect(&bench, &pair).await;
    let shown = bench.http(Request::get("/v1/users/me").bearer(&pair.access)).await;
    assert_eq!(bench.http(sign_in_with(json!({"recovery_code": codes[0]}))).await.status, 201);
    assert_eq!(items(&bench, "profile")[0]["cause"]["M"]["via"]["S"], "silent");
    let edit = Request::new("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#).bearer(&pair.access);
    let edited = bench.http(edit.header("if-match", shown.headers["etag"].as_str().unwrap())).await;
    assert_eq!(edited.status, 200, "{:?}", edited.body);
}

#[tokio::test]
async fn a_user_and_a_session_of_an_earlier_version_have_no_second_factor() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let stored = [items(&bench, "profile"), items(&bench, "session#")].concat();
    assert!(stored.iter().all(|item| item["factors"].is_null() && item["second_factor_at"].is_null()), "{stored:?}");
    assert_eq!(identity(&bench, &pair.access).second_factor_at, None);
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
}
