//! Email addresses, names and passwords as people type them: what looks the same is the same, and what cannot be seen is nothing.

use crate::harness::{PASSWORD, bench, grant, items, me, refusal, sign_in, sign_in_request, sign_up, sign_up_request};
use chassis::digest;
use chassis::testing::{Bench, Request, Response};
use events::users::Role;
use serde_json::{Value, json};
use users::Users;

const SPELLINGS: [&str; 6] = [
    "ada@münchen.de",
    " Ada@MÜNCHEN.de\u{3000}",
    "ada@mu\u{308}nchen.de",
    "ada@xn--mnchen-3ya.de",
    "ADA@XN--MNCHEN-3YA.DE",
    "ada@münchen\u{3002}de",
];

#[tokio::test]
async fn an_international_address_has_one_user_who_signs_in_with_every_spelling_of_it() {
    for first in SPELLINGS {
        let bench = bench();
        let answer = bench.http(sign_up_request(first)).await;
        assert_eq!((answer.status, &answer.body["email"]), (201, &json!("ada@xn--mnchen-3ya.de")), "{first:?}");
        for other in SPELLINGS {
            assert_eq!(refusal(&bench.http(sign_up_request(other)).await), (409, "email_taken"), "{first:?} {other:?}");
            sign_in(&bench, other).await;
        }
        bench.relay().await.unwrap();
        let welcome = &bench.queues.take()[0].envelope.data;
        assert_eq!(welcome["contact"]["email"], "ada@xn--mnchen-3ya.de", "mail is sent to what mail servers know");
    }
}

#[tokio::test]
async fn an_address_that_no_mail_reaches_is_refused_alike_at_sign_up_and_sign_in() {
    let bench = bench();
    for address in ["josé@example.com", "jose\u{301}@example.com", "ada@example", "ada@127.0.0.1", "a..da@example.com"]
    {
        let (up, back) = (sign_up_request(address), sign_in_request(address, PASSWORD));
        let (up, back) = (bench.http(up).await, bench.http(back).await);
        assert_eq!(refusal(&up), (422, "invalid_field"), "{address}");
        assert_eq!((up.status, &up.body["detail"]), (back.status, &back.body["detail"]), "{address}");
        let says_ascii = up.body["detail"].as_str().unwrap().contains("ASCII");
        assert_eq!(says_ascii, address.starts_with("jos"), "{}", up.body);
    }
    assert!(bench.dynamo.items().is_empty());
}

/// A table as the version before left it: domains as they are read.
async fn of_the_version_before() -> Bench<Users> {
    let (bench, before) = (bench(), bench());
    sign_up(&before, "ada@münchen.de").await;
    bench.dynamo.put_all(before.dynamo.items().into_iter().map(|mut item| {
        if item["sk"]["S"] == "profile" {
            item["email"]["S"] = json!("ada@münchen.de");
        }
        if item["sk"]["S"] == "email" {
            item["pk"]["S"] = json!(format!("email#{}", digest::of_bytes("ada@münchen.de".as_bytes())));
        }
        item
    }));
    bench
}

#[tokio::test]
async fn who_signed_up_while_domains_were_kept_as_they_are_read_is_still_found_and_gets_no_twin() {
    let bench = of_the_version_before().await;
    for spelling in SPELLINGS {
        assert_eq!(refusal(&bench.http(sign_up_request(spelling)).await), (409, "email_taken"), "{spelling:?}");
    }
    grant(&bench, "ada@xn--mnchen-3ya.de", Role::Support).await;
    let session = sign_in(&bench, "ada@münchen.de").await;
    let mine = me(&bench, &session.access).await;
    assert_eq!(
        (&mine.body["email"], &mine.body["roles"]),
        (&json!("ada@xn--mnchen-3ya.de"), &json!(["customer", "support"]))
    );
    assert_eq!(items(&bench, "profile").len(), 1);
}

#[tokio::test]
async fn a_name_that_nobody_sees_is_refused_at_sign_up_and_afterwards() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let token = sign_in(&bench, "ada@example.com").await.access;
    for name in [
        "\u{200b}",
        "\u{feff}",
        "\u{ad}",
        "\u{3164}",
        "\u{2800}",
        "\u{1d159}",
        "\u{3000}",
        "",
        "A\u{2028}da",
        "\u{202e}Ada",
        "Ada\u{e0041}",
    ] {
        let body = json!({"email": "eve@example.com", "password": PASSWORD, "name": name});
        let (up, patch) = (Request::post("/v1/users", body), Request::new("PATCH", "/v1/users/me"));
        let patch = patch.body(json!({"name": name}).to_string()).bearer(&token);
        for answer in [bench.http(up).await, bench.http(patch).await] {
            assert_eq!(refusal(&answer), (422, "invalid_field"), "{name:?}");
        }
    }
    assert_eq!(items(&bench, "profile")[0]["name"]["S"], "Ada");
}

async fn sign_up_with(bench: &Bench<Users>, email: &str, password: &str) -> Response {
    let body: Value = json!({"email": email, "password": password, "name": "Ada Lovelace"});
    bench.http(Request::post("/v1/users", body)).await
}

#[tokio::test]
async fn a_password_that_is_guessed_at_once_is_refused_in_words_that_do_not_repeat_it() {
    let bench = bench();
    for password in [
        "        ",
        "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
        "kkkkkkkkkk",
        "xyxyxyxyxyxy",
        "Ada.King@example.com",
        "ada.king",
        "AdaLovelace",
        "lovelace",
        "a quiet\0harbour",
        &"long ".repeat(26),
    ] {
        let answer = sign_up_with(&bench, "ada.king@example.com", password).await;
        assert_eq!(refusal(&answer), (422, "invalid_field"), "{password:?}");
        assert_eq!(answer.body["field"], "/password", "{password:?}");
        assert!(!answer.body.to_string().contains(&json!(password).to_string()), "{password:?}");
    }
    assert!(items(&bench, "profile").is_empty());
}

#[tokio::test]
async fn nothing_of_a_password_is_cut_or_trimmed_and_its_normal_form_counts() {
    let bench = bench();
    let long = |last: char| format!("{}{last}", "seventy letters ".repeat(5));
    for (number, (chosen, same, others)) in [
        (long('a'), long('a'), vec![long('b'), long('a').trim_end_matches('a').to_owned()]),
        (" a quiet harbour ".to_owned(), " a quiet harbour ".to_owned(), vec!["a quiet harbour".to_owned()]),
        ("Zoë am Mittag".to_owned(), "Zoe\u{308} am Mittag".to_owned(), vec!["Zoe am Mittag".to_owned()]),
        ("Zoe\u{308} am Abend".to_owned(), "Zoë am Abend".to_owned(), vec!["zoë am abend".to_owned()]),
        ("👩\u{200d}💻 mit Tee".to_owned(), "👩\u{200d}💻\u{a0}mit Tee".to_owned(), vec!["👩💻 mit Tee".to_owned()]),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("user-{number}@example.com");
        assert_eq!(sign_up_with(&bench, &email, &chosen).await.status, 201, "{chosen:?}");
        assert_eq!(bench.http(sign_in_request(&email, &same)).await.status, 201, "{same:?}");
        for other in others {
            assert_eq!(bench.http(sign_in_request(&email, &other)).await.status, 401, "{other:?}");
        }
    }
}
