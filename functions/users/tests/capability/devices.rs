//! Devices from which a user has signed in: nobody's guesses keep them out.

use crate::factors::{protect, sign_in_with};
use crate::harness::{PASSWORD, bench, refusal, sign_in, sign_in_request, sign_up, somebody};
use chassis::testing::{Bench, Request, Response};
use serde_json::json;
use users::Users;

const DAY: i64 = 24 * 60 * 60;

/// Signs in from a device; the device's token.
async fn device_of(bench: &Bench<Users>, email: &str) -> String {
    let answer = bench.http(sign_in_request(email, PASSWORD)).await;
    answer.body["device_token"].as_str().unwrap_or_else(|| panic!("{:?}", answer.body)).to_owned()
}

async fn tries(bench: &Bench<Users>, email: &str, password: &str, device: &str) -> Response {
    bench
        .http(Request::post("/v1/sessions", json!({"email": email, "password": password, "device_token": device})))
        .await
}

/// Strangers use up the attempts at an account.
async fn lock(bench: &Bench<Users>, email: &str) {
    for _ in 0..10 {
        assert_eq!(bench.http(sign_in_request(email, "a guess")).await.status, 401);
    }
    assert_eq!(bench.http(sign_in_request(email, PASSWORD)).await.status, 429);
}

#[tokio::test]
async fn strangers_guesses_do_not_keep_a_known_device_out() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    lock(&bench, "ada@example.com").await;
    let answer = tries(&bench, "ada@example.com", PASSWORD, &device).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let renewed = answer.body["device_token"].as_str().unwrap();
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, renewed).await.status, 201);
    for _ in 0..90 {
        bench.world.pass_seconds(90);
        bench.http(sign_in_request("ada@example.com", "a guess")).await;
    }
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, renewed).await.status, 201, "whatever is guessed all day");
}

#[tokio::test]
async fn a_network_that_failed_too_often_does_not_keep_a_known_device_out() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    for number in 0..100 {
        bench.http(sign_in_request(&format!("user{number}@example.com"), "a guess")).await;
    }
    assert_eq!(bench.http(sign_in_request("ada@example.com", PASSWORD)).await.status, 429);
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &device).await.status, 201);
}

#[tokio::test]
async fn a_known_device_has_as_few_attempts_as_all_strangers_and_takes_none_of_theirs() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let (device, other) = (device_of(&bench, "ada@example.com").await, device_of(&bench, "ada@example.com").await);
    for _ in 0..10 {
        assert_eq!(tries(&bench, "ada@example.com", "a guess", &device).await.status, 401);
    }
    let refused = tries(&bench, "ada@example.com", PASSWORD, &device).await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &other).await.status, 201, "each device counts alone");
    assert_eq!(bench.http(sign_in_request("ada@example.com", PASSWORD)).await.status, 201);
}

#[tokio::test]
async fn renewing_its_token_gives_a_device_no_more_attempts() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    for _ in 0..5 {
        assert_eq!(tries(&bench, "ada@example.com", "a guess", &device).await.status, 401);
    }
    bench.world.pass_seconds(1);
    let answer = tries(&bench, "ada@example.com", PASSWORD, &device).await;
    let renewed = answer.body["device_token"].as_str().unwrap();
    assert_ne!(renewed, device);
    for _ in 0..5 {
        assert_eq!(tries(&bench, "ada@example.com", "a guess", renewed).await.status, 401);
    }
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, renewed).await.status, 429);
}

#[tokio::test]
async fn a_device_token_says_nothing_about_another_account() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    sign_up(&bench, "eve@example.com").await;
    let device = device_of(&bench, "eve@example.com").await;
    lock(&bench, "ada@example.com").await;
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &device).await.status, 429);
}

#[tokio::test]
async fn a_device_token_that_is_made_up_changed_or_too_old_is_none() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    bench.world.pass_seconds(180 * DAY);
    lock(&bench, "ada@example.com").await;
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &device).await.status, 429, "too old");
    bench.world.pass_seconds(DAY);
    let device = device_of(&bench, "ada@example.com").await;
    lock(&bench, "ada@example.com").await;
    let first = &device[3..4];
    let other_nonce = device.replacen(&format!("dt_{first}"), if first == "A" { "dt_B" } else { "dt_A" }, 1);
    let tag = device.split_once('.').unwrap().1;
    let (longer, other_tag) = (format!("{device}A"), device.replace(tag, &"A".repeat(22)));
    for bad in ["", "dt_", &other_nonce, &longer, &other_tag, "dt_AAAA.AAAA"] {
        assert_eq!(tries(&bench, "ada@example.com", PASSWORD, bad).await.status, 429, "{bad}");
    }
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &device).await.status, 201);
}

#[tokio::test]
async fn who_was_in_with_an_earlier_password_is_a_stranger_and_who_set_the_new_one_is_not() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let earlier = device_of(&bench, "ada@example.com").await;
    let new = "another quiet harbour";
    let change = json!({"current_password": PASSWORD, "new_password": new});
    let changed = bench.http(Request::put("/v1/users/me/password", change).bearer(&pair.access)).await;
    let device = changed.body["device_token"].as_str().unwrap();
    lock(&bench, "ada@example.com").await;
    assert_eq!(tries(&bench, "ada@example.com", new, &earlier).await.status, 429);
    assert_eq!(tries(&bench, "ada@example.com", new, device).await.status, 201);
}

#[tokio::test]
async fn who_was_in_before_there_was_a_second_factor_is_a_stranger_and_who_has_shown_it_is_not() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let earlier = device_of(&bench, "ada@example.com").await;
    let (_, codes) = protect(&bench, &pair).await;
    let shown = bench.http(sign_in_with(json!({"recovery_code": codes[0]}))).await;
    let device = shown.body["device_token"].as_str().unwrap();
    lock(&bench, "ada@example.com").await;
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &earlier).await.status, 429);
    let known = tries(&bench, "ada@example.com", PASSWORD, device).await;
    assert_eq!(refusal(&known), (401, "second_factor_required"));
}

#[tokio::test]
async fn whoever_made_many_devices_known_guesses_no_more_than_two_hundred_times_a_day() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let mut devices = Vec::new();
    for _ in 0..21 {
        devices.push(device_of(&bench, "ada@example.com").await);
    }
    let last = devices.pop().unwrap();
    for device in devices {
        for _ in 0..10 {
            assert_eq!(tries(&bench, "ada@example.com", "a guess", &device).await.status, 401);
        }
    }
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &last).await.status, 429);
    bench.world.pass_seconds(DAY);
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &last).await.status, 201);
}

#[tokio::test]
async fn whoever_signs_out_everywhere_in_an_attack_does_not_wait_behind_it() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    let pair = sign_in(&bench, "ada@example.com").await;
    lock(&bench, "ada@example.com").await;
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions").bearer(&pair.access)).await.status, 204);
    assert_eq!(tries(&bench, "ada@example.com", PASSWORD, &device).await.status, 201);
}

#[tokio::test]
async fn a_device_token_alone_opens_nothing() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let device = device_of(&bench, "ada@example.com").await;
    assert_eq!(refusal(&tries(&bench, "ada@example.com", "a guess", &device).await), (401, "invalid_credentials"));
    let refreshed = bench.http(Request::post("/v1/sessions/refresh", json!({"refresh_token": device}))).await;
    assert_eq!(refusal(&refreshed), (401, "invalid_refresh_token"));
}
