//! Refresh tokens, each of which works once, and the end of sessions.

use crate::harness::{Pair, bench, identity, items, me, refresh, refusal, sign_in, sign_in_request, sign_up, somebody};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::Request;

const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_the_next_pair_of_the_same_session() {
    let bench = bench();
    let (id, first) = somebody(&bench, "ada@example.com").await;
    bench.world.pass_seconds(3600);
    let answer = refresh(&bench, &first.refresh).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["cache-control"], "no-store");
    let second = Pair::of(&answer);
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(identity(&bench, &second.access).user, id);
    assert_eq!(me(&bench, &second.access).await.status, 200);
    assert_eq!(refresh(&bench, &second.refresh).await.status, 200);
    assert_eq!(items(&bench, "session#").len(), 1);
}

#[tokio::test]
async fn a_client_that_lost_the_answer_or_has_two_windows_gets_the_same_token_again_for_ten_seconds() {
    let bench = bench();
    let (id, first) = somebody(&bench, "ada@example.com").await;
    let lost = Pair::of(&refresh(&bench, &first.refresh).await);
    bench.world.pass_seconds(9);
    bench.dynamo.take_calls();
    let again = Pair::of(&refresh(&bench, &first.refresh).await);
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(calls, ["GetItem", "GetItem"], "a repeat changes nothing");
    assert_eq!(again.refresh, lost.refresh);
    assert_eq!(identity(&bench, &again.access).user, id);
    assert_eq!(refresh(&bench, &again.refresh).await.status, 200, "the session goes on");
}

#[tokio::test]
async fn a_token_used_again_later_ends_its_session_for_both_who_hold_it() {
    let bench = bench();
    let (_, stolen) = somebody(&bench, "ada@example.com").await;
    let other = sign_in(&bench, "ada@example.com").await;
    let thief = Pair::of(&refresh(&bench, &stolen.refresh).await);
    bench.world.pass_seconds(10);
    assert_eq!(refusal(&refresh(&bench, &stolen.refresh).await), (401, "session_revoked"));
    assert_eq!(refusal(&refresh(&bench, &thief.refresh).await), (401, "session_revoked"));
    assert_eq!(refresh(&bench, &other.refresh).await.status, 200, "another session goes on");
}

#[tokio::test]
async fn a_thief_who_is_as_quick_as_the_client_is_found_at_the_next_refresh() {
    let bench = bench();
    let (_, stolen) = somebody(&bench, "ada@example.com").await;
    let client = Pair::of(&refresh(&bench, &stolen.refresh).await);
    let thief = Pair::of(&refresh(&bench, &stolen.refresh).await);
    assert_eq!(client.refresh, thief.refresh, "both hold the current token now");
    bench.world.pass_seconds(900);
    let next = Pair::of(&refresh(&bench, &thief.refresh).await);
    bench.world.pass_seconds(60);
    assert_eq!(refusal(&refresh(&bench, &client.refresh).await), (401, "session_revoked"));
    assert_eq!(refusal(&refresh(&bench, &next.refresh).await), (401, "session_revoked"));
}

#[tokio::test]
async fn a_token_whose_successor_is_spent_as_well_is_asked_to_try_again() {
    let bench = bench();
    let (_, first) = somebody(&bench, "ada@example.com").await;
    let second = Pair::of(&refresh(&bench, &first.refresh).await);
    let third = Pair::of(&refresh(&bench, &second.refresh).await);
    let answer = refresh(&bench, &first.refresh).await;
    assert_eq!((refusal(&answer), &answer.headers["retry-after"]), ((409, "refresh_superseded"), &"1".into()));
    assert_eq!(Pair::of(&refresh(&bench, &second.refresh).await).refresh, third.refresh, "this one is still repeated");
    bench.world.pass_seconds(10);
    assert_eq!(refresh(&bench, &third.refresh).await.status, 200, "the session went on");
}

#[tokio::test]
async fn a_session_that_is_refreshed_without_end_must_wait() {
    let bench = bench();
    let (_, mut pair) = somebody(&bench, "ada@example.com").await;
    for _ in 0..4 {
        pair = Pair::of(&refresh(&bench, &pair.refresh).await);
    }
    let answer = refresh(&bench, &pair.refresh).await;
    assert_eq!((refusal(&answer), &answer.headers["retry-after"]), ((429, "too_many_attempts"), &"10".into()));
    bench.world.pass_seconds(10);
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing was spent meanwhile");
}

#[tokio::test]
async fn a_token_from_many_exchanges_ago_is_recognized_as_well() {
    let bench = bench();
    let (_, first) = somebody(&bench, "ada@example.com").await;
    let mut latest = first.clone();
    for _ in 0..3 {
        latest = Pair::of(&refresh(&bench, &latest.refresh).await);
    }
    bench.world.pass_seconds(10);
    assert_eq!(refusal(&refresh(&bench, &first.refresh).await), (401, "session_revoked"));
    assert_eq!(refusal(&refresh(&bench, &latest.refresh).await), (401, "session_revoked"));
}

#[tokio::test]
async fn a_repeat_does_not_bring_back_a_session_that_was_signed_out_meanwhile() {
    let bench = bench();
    let (_, first) = somebody(&bench, "ada@example.com").await;
    let second = Pair::of(&refresh(&bench, &first.refresh).await);
    let out = Request::new("DELETE", "/v1/sessions/current").bearer(&second.access);
    assert_eq!(bench.http(out).await.status, 204);
    for token in [&first.refresh, &second.refresh] {
        assert_eq!(refusal(&refresh(&bench, token).await), (401, "session_revoked"));
    }
}

#[tokio::test]
async fn a_token_made_up_from_ids_does_nothing_to_the_session() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let mut bytes = URL_SAFE_NO_PAD.decode(pair.refresh.strip_prefix("rt_").unwrap()).unwrap();
    bytes[32..].fill(7);
    let made_up = format!("rt_{}", URL_SAFE_NO_PAD.encode(&bytes));
    bytes[16..32].fill(0);
    let no_session = format!("rt_{}", URL_SAFE_NO_PAD.encode(&bytes));
    for bad in [made_up.as_str(), &no_session, "rt_", "", &pair.access] {
        assert_eq!(refusal(&refresh(&bench, bad).await), (401, "invalid_refresh_token"), "{bad}");
    }
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
}

#[tokio::test]
async fn only_hashes_of_a_token_are_stored() {
    let bench = bench();
    let (_, first) = somebody(&bench, "ada@example.com").await;
    let second = Pair::of(&refresh(&bench, &first.refresh).await);
    let stored = items(&bench, "session#")[0].to_string();
    for token in [first.refresh, second.refresh] {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("rt_").unwrap()).unwrap();
        assert!(!stored.contains(&URL_SAFE_NO_PAD.encode(&bytes[32..48])));
        assert!(!stored.contains(&URL_SAFE_NO_PAD.encode(&bytes[48..])));
    }
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_the_end_however_busy() {
    let bench = bench();
    let (_, idle) = somebody(&bench, "ada@example.com").await;
    let mut busy = sign_in(&bench, "ada@example.com").await;
    for day in [10, 20] {
        bench.world.pass_seconds(10 * DAY);
        busy = Pair::of(&refresh(&bench, &busy.refresh).await);
        if day == 20 {
            assert_eq!(refusal(&refresh(&bench, &idle.refresh).await), (401, "session_expired"));
        }
    }
    bench.world.pass_seconds(10 * DAY - 1);
    busy = Pair::of(&refresh(&bench, &busy.refresh).await);
    bench.world.pass_seconds(1);
    assert_eq!(refusal(&refresh(&bench, &busy.refresh).await), (401, "session_expired"));
}

#[tokio::test]
async fn signing_out_ends_this_session_and_signing_out_twice_is_no_error() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let other = sign_in(&bench, "ada@example.com").await;
    for _ in 0..2 {
        let answer = bench.http(Request::new("DELETE", "/v1/sessions/current").bearer(&pair.access)).await;
        assert_eq!(answer.status, 204);
    }
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    assert_eq!(refresh(&bench, &other.refresh).await.status, 200);
}

#[tokio::test]
async fn signing_out_of_a_session_that_left_the_table_leaves_it_gone() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await;
    let access = bench.token(id, &[]);
    let answer = bench.http(Request::new("DELETE", "/v1/sessions/current").bearer(&access)).await;
    assert_eq!(answer.status, 204);
    assert!(items(&bench, "session#").is_empty());
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions_and_none_that_comes_after() {
    let bench = bench();
    let (_, one) = somebody(&bench, "ada@example.com").await;
    let other = sign_in(&bench, "ada@example.com").await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions").bearer(&one.access)).await.status, 204);
    for pair in [&one, &other] {
        assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    }
    assert_eq!(refresh(&bench, &eve.refresh).await.status, 200, "another person's session goes on");
    let after = sign_in(&bench, "ada@example.com").await;
    assert_eq!(refresh(&bench, &after.refresh).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_does_not_spend_the_token() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    bench.dynamo.throttle_next(9);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (503, "unavailable"));
    bench.dynamo.throttle_next(0);
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
}

#[tokio::test]
async fn wrong_credentials_are_refused_alike_whether_or_not_the_user_exists() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let mut seen = Vec::new();
    for email in ["ada@example.com", "eve@example.com"] {
        bench.dynamo.take_calls();
        let answer = bench.http(sign_in_request(email, "not the password")).await;
        assert_eq!(refusal(&answer), (401, "invalid_credentials"));
        seen.push((answer.body["detail"].clone(), bench.dynamo.take_calls()));
    }
    assert_eq!(seen[0], seen[1], "the same words after the same reads and writes");
    assert!(items(&bench, "session#").is_empty());
}

#[tokio::test]
async fn unreadable_sign_ins_and_refreshes_are_refused() {
    let bench = bench();
    for (path, body, status) in [
        ("/v1/sessions", r#"{"email": "ada", "password": "x"}"#, 422),
        ("/v1/sessions", r#"{"email": "ada@example.com"}"#, 422),
        ("/v1/sessions", r#"{"email": "ada@example.com", "password": null}"#, 422),
        ("/v1/sessions", r#"{"email": "ada@example.com", "password": "x", "otp": 1}"#, 422),
        ("/v1/sessions/refresh", r#"{"refresh_token": 5}"#, 422),
        ("/v1/sessions/refresh", "{}", 422),
        ("/v1/sessions/refresh", "rt_", 400),
    ] {
        assert_eq!(bench.http(Request::new("POST", path).body(body)).await.status, status, "{path} {body}");
    }
    assert!(bench.dynamo.items().is_empty());
}
