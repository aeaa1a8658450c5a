//! Guessing passwords and probing for users.

use crate::harness::{MAX_SIGN_UPS, PASSWORD, bench, items, refusal, sign_in_request, sign_up, sign_up_request};
use chassis::digest;
use chassis::testing::{Bench, Request, Response};
use futures_util::future::join_all;
use serde_json::json;
use users::Users;

async fn from(bench: &Bench<Users>, source_ip: &str, request: Request) -> Response {
    bench.http(request.from_address(source_ip)).await
}

async fn guess(bench: &Bench<Users>, email: &str) -> (u16, String) {
    let answer = bench.http(sign_in_request(email, "not the password")).await;
    (answer.status, answer.problem().to_owned())
}

#[tokio::test]
async fn after_ten_wrong_passwords_even_the_right_one_waits_for_the_next_window() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    bench.world.pass_seconds(60);
    for _ in 0..10 {
        assert_eq!(guess(&bench, "ada@example.com").await, (401, "invalid_credentials".to_owned()));
    }
    let refused = bench.http(sign_in_request("ada@example.com", PASSWORD)).await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    assert_eq!((&refused.body["retry_after"], &refused.headers["retry-after"]), (&json!(840), &json!("840")));
    bench.world.pass_seconds(840);
    assert_eq!(bench.http(sign_in_request("ada@example.com", PASSWORD)).await.status, 201);
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_throttled_alike() {
    let bench = bench();
    for _ in 0..10 {
        assert_eq!(guess(&bench, "nobody@example.com").await.0, 401);
    }
    assert_eq!(guess(&bench, "nobody@example.com").await.0, 429);
}

#[tokio::test]
async fn a_success_takes_back_its_own_count_only() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    for _ in 0..9 {
        assert_eq!(guess(&bench, "ada@example.com").await.0, 401);
    }
    for _ in 0..20 {
        assert_eq!(bench.http(sign_in_request("ada@example.com", PASSWORD)).await.status, 201);
    }
    assert_eq!(guess(&bench, "ada@example.com").await.0, 401, "the tenth guess");
    assert_eq!(guess(&bench, "ada@example.com").await.0, 429, "the owner's successes gave the guesser no more");
}

#[tokio::test]
async fn guessing_slowly_ends_at_a_hundred_a_day() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    for _ in 0..10 {
        for _ in 0..10 {
            assert_eq!(guess(&bench, "ada@example.com").await.0, 401);
        }
        assert_eq!(guess(&bench, "ada@example.com").await.0, 429);
        bench.world.pass_seconds(900);
    }
    let refused = bench.http(sign_in_request("ada@example.com", "not the password")).await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    let left = 86_400 - bench.world.now().seconds().rem_euclid(86_400);
    assert_eq!(refused.headers["retry-after"], json!(left.to_string()));
    bench.world.pass_seconds(left);
    assert_eq!(guess(&bench, "ada@example.com").await.0, 401);
}

#[tokio::test]
async fn one_network_cannot_try_many_users_or_use_up_their_attempts() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    for number in 0..100 {
        assert_eq!(guess(&bench, &format!("user{number}@example.com")).await.0, 401);
    }
    for _ in 0..11 {
        assert_eq!(guess(&bench, "ada@example.com").await.0, 429);
    }
    assert_eq!(refusal(&bench.http(sign_up_request("new@example.com")).await), (429, "too_many_attempts"));
    let elsewhere = from(&bench, "198.51.100.7", sign_in_request("ada@example.com", PASSWORD)).await;
    assert_eq!(elsewhere.status, 201, "others are not kept from their accounts");
}

#[tokio::test]
async fn asking_which_addresses_are_taken_counts_against_the_network() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    for _ in 1..MAX_SIGN_UPS {
        assert_eq!(bench.http(sign_up_request("ada@example.com")).await.status, 409);
    }
    assert_eq!(bench.http(sign_up_request("ada@example.com")).await.status, 429);
    assert_eq!(from(&bench, "2001:db8::1", sign_up_request("ada@example.com")).await.status, 409);
}

#[tokio::test]
async fn one_network_cannot_create_users_in_bulk_not_even_all_at_once() {
    let bench = bench();
    bench.world.pass_seconds(60);
    let emails: Vec<_> = (0..MAX_SIGN_UPS + 5).map(|number| format!("user{number}@example.com")).collect();
    let answers = join_all(emails.iter().map(|email| bench.http(sign_up_request(email)))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (20, 5));
    for answer in refused {
        assert_eq!(refusal(&answer), (429, "too_many_attempts"));
        assert_eq!(answer.headers["retry-after"], json!("840"));
    }
    let more = || sign_up_request("one.more@example.com");
    assert_eq!(items(&bench, "profile").len(), 20);
    assert_eq!(bench.http(sign_in_request("user0@example.com", PASSWORD)).await.status, 201, "accounts stay open");
    assert_eq!(from(&bench, "192.0.2.2", sign_up_request("neighbour@example.com")).await.status, 201);
    assert_eq!(bench.http(more()).await.status, 429);
    bench.world.pass_seconds(840);
    assert_eq!(bench.http(more()).await.status, 201);
}

#[tokio::test]
async fn what_is_no_sign_up_at_all_does_not_count_as_one() {
    let bench = bench();
    for _ in 0..=MAX_SIGN_UPS {
        assert_eq!(bench.http(sign_up_request("no address")).await.status, 422);
    }
    assert_eq!(bench.http(sign_up_request("ada@example.com")).await.status, 201);
}

#[tokio::test]
async fn counters_name_nobody_and_leave_by_themselves() {
    let bench = bench();
    guess(&bench, "ada@example.com").await;
    let counters = items(&bench, "throttle");
    assert_eq!(counters.len(), 2);
    for counter in counters {
        assert!(!counter.to_string().contains("ada") && !counter.to_string().contains("192.0.2.1"));
        for known in ["ada@example.com", "192.0.2.1"] {
            assert!(
                !counter.to_string().contains(&digest::of_bytes(known.as_bytes())),
                "anybody can try all addresses"
            );
        }
        let ttl: i64 = counter["ttl"]["N"].as_str().unwrap().parse().unwrap();
        let kept = if counter["pk"]["S"].as_str().unwrap().contains("#network#") { 900 } else { 86_400 };
        assert_eq!(ttl, bench.world.now().seconds() + kept);
    }
}

#[tokio::test]
async fn one_mailbox_signs_up_under_five_more_names_a_day_and_its_owner_is_not_kept_from_it() {
    let bench = bench();
    let sign_up =
        async |number: u32, email: &str| from(&bench, &format!("198.51.100.{number}"), sign_up_request(email)).await;
    for number in 0..5 {
        assert_eq!(sign_up(number, &format!("ada+{number}@example.com")).await.status, 201);
    }
    let refused = sign_up(6, "Ada+another@example.com").await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    let left = 86_400 - bench.world.now().seconds().rem_euclid(86_400);
    assert_eq!(refused.headers["retry-after"], json!(left.to_string()));
    assert_eq!(sign_up(7, "ada@example.com").await.status, 201);
    assert_eq!(sign_up(8, "eve+1@example.com").await.status, 201);
    bench.world.pass_seconds(left);
    assert_eq!(sign_up(9, "ada+another@example.com").await.status, 201);
}
