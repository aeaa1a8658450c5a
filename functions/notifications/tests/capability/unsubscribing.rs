//! Who refuses a kind of emails: by one click of a mail program, or by the page that the link in the email opens.

use crate::harness::{MailService, about, bench, refused};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use notifications::Notifications;
use notifications::domain::Kind;
use notifications::domain::unsubscription::Subject;
use serde_json::{Value, json};

const KIND: Kind = Kind::OrderDelivered;
/// As mail services send it (RFC 8058 §3.2).
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

async fn token(bench: &Bench<Notifications>, subject: Subject) -> String {
    bench.function.service().unsubscribe_token(subject, KIND).await.unwrap().to_string()
}

fn user() -> Subject {
    Subject::user(UserId::from_bits(1))
}

fn path(token: &str) -> String {
    format!("/v1/unsubscriptions/{token}")
}

fn click(token: &str) -> Request {
    Request::new("POST", &path(token)).body(ONE_CLICK).header("content-type", "application/x-www-form-urlencoded")
}

async fn state(bench: &Bench<Notifications>, token: &str) -> Value {
    let answer = bench.http(Request::get(&path(token))).await;
    assert_eq!((answer.status, &answer.body["kind"]), (200, &json!("order_delivered")), "{answer:?}");
    answer.body["unsubscribed"].clone()
}

fn text(answer: &Response) -> &str {
    answer.body.as_str().unwrap_or_default()
}

#[tokio::test]
async fn one_click_without_a_cookie_refuses_a_kind_for_one_reader_however_often_it_comes() {
    let (bench, _) = bench();
    let mailbox = Subject::mailbox("A-_0567890123456789012".to_owned());
    let (one, other) = (token(&bench, user()).await, token(&bench, mailbox).await);
    assert_eq!(state(&bench, &one).await, json!(false));
    let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let multipart = click(&one).body(parts).header("content-type", "multipart/form-data; boundary=x");
    for request in [click(&one), multipart, click(&one), Request::new("POST", &path(&one))] {
        let answer = bench.http(request).await;
        let expected = json!({"kind": "order_delivered", "unsubscribed": true});
        assert_eq!((answer.status, &answer.body), (200, &expected), "{answer:?}");
    }
    assert_eq!((state(&bench, &one).await, state(&bench, &other).await), (json!(true), json!(false)));
    let items = bench.dynamo.items();
    assert_eq!((items.len(), &items[0]["seq"]["N"]), (1, &json!("1")), "one write: {items:?}");
    assert_eq!(items[0]["pk"]["S"], "unsubscribed#user_00000000000000000000000001");
    for _ in 0..2 {
        assert_eq!(bench.http(Request::new("DELETE", &path(&one))).await.status, 204);
    }
    assert_eq!(state(&bench, &one).await, json!(false));
}

#[tokio::test]
async fn a_token_that_was_not_made_here_changes_nothing_and_one_of_another_form_is_none() {
    let (bench, _) = bench();
    let genuine = token(&bench, user()).await;
    let of_another = genuine.replace("user_00000000000000000000000001", "user_00000000000000000000000002");
    let of_another_kind = genuine.replace("order_delivered", "order_placed");
    for forged in [of_another, of_another_kind] {
        // Mail services would only come again.
        assert_eq!(bench.http(click(&forged)).await.status, 200);
        for request in [Request::get(&path(&forged)), Request::new("DELETE", &path(&forged))] {
            let answer = bench.http(request).await;
            assert_eq!((answer.status, answer.problem()), (404, "invalid_token"));
        }
        let page = bench.http(Request::get(&format!("/unsubscribe/{forged}"))).await;
        assert!(page.status == 404 && text(&page).contains("This link does not count"), "{page:?}");
    }
    assert_eq!(bench.http(click("nobody")).await.status, 404);
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn opening_a_link_changes_nothing_and_the_button_of_its_page_refuses_and_takes_back() {
    let (bench, _) = bench();
    let token = token(&bench, user()).await;
    let page = format!("/unsubscribe/{token}");
    let open = async || {
        let answer = bench.http(Request::get(&page)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        text(&answer).to_owned()
    };
    // A mail program that knows no single click opens the address for programs.
    let by_header = bench.http(Request::get(&path(&token)).header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!((by_header.status, by_header.header("location")), (303, Some(&*page)));
    assert!(open().await.contains("You get emails of this kind: Parcel delivered."));
    assert!(bench.dynamo.items().is_empty());
    for (wanted, expected) in [("", "Send them to me again"), ("again", "Send me no more of them")] {
        let answer = bench.http(Request::form(&page, &[("wanted", wanted)])).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some(&*page)), "{answer:?}");
        let shown = open().await;
        assert!(shown.contains(expected), "{shown}");
    }
    let german = bench.http(Request::get(&page).header("accept-language", "de")).await;
    assert!(text(&german).contains("Keine mehr senden"), "{german:?}");
}

/// The headers of the only email since the last call that mailing lists have.
fn of_lists(mail_service: &MailService) -> Vec<Value> {
    let emails = mail_service.take();
    assert_eq!(emails.len(), 1);
    let headers = emails[0]["Content"]["Simple"]["Headers"].as_array().unwrap().clone();
    headers.into_iter().filter(|header| header["Name"].as_str().unwrap().starts_with("List-")).collect()
}

#[tokio::test]
async fn a_refused_email_that_can_be_refused_is_sent_again_to_who_wants_it_alone_and_says_how_to_end_it() {
    let (bench, mail_service) = bench();
    let id = refused(&bench, &mail_service, about(&bench, 8)).await;
    mail_service.take();
    let token = token(&bench, user()).await;
    let link = format!("https://shop.example{}", path(&token));
    // As an email is kept whose kind can be refused.
    let mut kept = bench.dynamo.items().into_iter().find(|item| item["sk"]["S"] == "email").unwrap();
    kept["email"]["M"]["unsubscribe"] = json!({"S": link});
    bench.dynamo.put(&kept);
    assert_eq!(bench.http(click(&token)).await.status, 200);
    let resend = async || {
        let request = Request::new("POST", &format!("/v1/notifications/{id}/resend")).bearer(&bench.staff());
        bench.http(request).await
    };
    let unwanted = resend().await;
    assert_eq!((unwanted.status, unwanted.problem()), (409, "unsubscribed"), "{unwanted:?}");
    assert!(mail_service.take().is_empty());
    assert_eq!(bench.http(Request::new("DELETE", &path(&token))).await.status, 204);
    assert_eq!(resend().await.body["status"], "sent");
    let one_click = json!({"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"});
    let address = json!({"Name": "List-Unsubscribe", "Value": format!("<{link}>")});
    assert_eq!(of_lists(&mail_service), [address, one_click]);
}
