//! The pages of emails that staff work with.

use crate::harness::{ADDRESS, MailService, ORDER, TOKEN, about, bench, every_message, refused};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use events::users::Role;
use notifications::Notifications;

fn with(request: Request, token: &str) -> Request {
    request.header("cookie", &format!("__Host-souk_access={token}"))
}

async fn open(bench: &Bench<Notifications>, target: &str) -> Response {
    bench.http(with(Request::get(target), &bench.staff())).await
}

fn text(answer: &Response) -> &str {
    answer.body.as_str().unwrap()
}

async fn page(bench: &Bench<Notifications>, target: &str) -> String {
    let answer = open(bench, target).await;
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    text(&answer).to_owned()
}

async fn in_german(bench: &Bench<Notifications>, target: &str) -> String {
    let request = with(Request::get(target), &bench.staff()).header("accept-language", "de");
    text(&bench.http(request).await).to_owned()
}

async fn send(bench: &Bench<Notifications>, target: &str, fields: &[(&str, &str)]) -> Response {
    bench.http(with(Request::form(target, fields), &bench.staff())).await
}

async fn refuse(bench: &Bench<Notifications>, mail_service: &MailService, transition: usize) -> String {
    refused(bench, mail_service, every_message(bench).swap_remove(transition - 1)).await
}

#[tokio::test]
async fn staff_see_which_emails_wait_for_them_and_reach_each_and_its_order_by_links() {
    let (bench, mail_service) = bench();
    let none = page(&bench, "/staff/notifications").await;
    assert!(none.contains("No email waits for staff") && none.contains(r#"href="/staff/orders""#), "{none}");
    let id = refuse(&bench, &mail_service, 1).await;
    let user = refuse(&bench, &mail_service, 13).await;
    bench.deliver(&[about(&bench, 8)]).await;
    let list = page(&bench, "/staff/notifications").await;
    for wanted in [
        &format!(r#"href="/staff/notifications/{id}">Order received</a>"#),
        &format!(r#"href="/staff/orders/{ORDER}">Order {}</a>"#, ORDER.number()),
        &format!(r#"href="/staff/notifications/{user}">Welcome</a>"#),
        r#"href="/staff/users/user_00000000000000000000000001""#,
        r#"<span class="badge badge-bad">Refused</span>"#,
    ] {
        assert!(list.contains(wanted), "{wanted} is missing: {list}");
    }
    assert_eq!(list.matches("<tr><th scope=\"row\">").count(), 2, "{list}");
    let german = in_german(&bench, "/staff/notifications").await;
    assert!(german.contains("Bestellung eingegangen") && german.contains("Abgelehnt"), "{german}");
}

#[tokio::test]
async fn the_lists_go_on_by_links() {
    let (bench, mail_service) = bench();
    for number in 1..=30 {
        refused(&bench, &mail_service, about(&bench, number)).await;
    }
    let (mut target, mut seen) = ("/staff/notifications".to_owned(), 0);
    loop {
        let list = page(&bench, &target).await;
        seen += list.matches(r#"<th scope="row"><a href="/staff/notifications/order_"#).count();
        let Some((before, _)) = list.split_once(r#"" rel="next""#) else { break };
        target = before.rsplit_once("href=\"").unwrap().1.replace("&#38;", "&");
    }
    assert_eq!(seen, 30);
    let of_order = page(&bench, &format!("/staff/notifications?order_id={ORDER}")).await;
    assert!(of_order.contains(&format!("Emails about order {}", ORDER.number())), "{of_order}");
    assert_eq!(open(&bench, "/staff/notifications?order_id=pay_1").await.status, 404);
    assert_eq!(open(&bench, "/staff/notifications?cursor=x").await.status, 400);
}

#[tokio::test]
async fn a_refused_email_is_read_as_it_was_written_and_none_of_it_becomes_markup() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let shown = page(&bench, &format!("/staff/notifications/{id}")).await;
    for wanted in [
        "Tea &#60;b&#62;strong&#60;/b&#62;",
        ADDRESS,
        "MessageRejected",
        "Subject: We have received your order (00000-00007)",
        "Thank you for your order.",
        &format!(r#"href="/staff/orders/{ORDER}""#),
        &format!(r#"href="/staff/notifications?order_id={ORDER}""#),
        &format!(r#"action="/staff/notifications/{id}/resend""#),
    ] {
        assert!(shown.contains(wanted), "{wanted} is missing: {shown}");
    }
    assert!(!shown.contains("<b>strong") && !shown.contains(TOKEN), "{shown}");
    bench.deliver(&[about(&bench, 8)]).await;
    let sent = page(&bench, &format!("/staff/notifications/{}", about(&bench, 8).id.replace('/', "~"))).await;
    assert!(
        sent.contains("Text and address are kept for 14 days") && !sent.contains("<form method=\"post\""),
        "{sent}"
    );
    assert_eq!(open(&bench, &format!("/staff/notifications/{id}~2")).await.status, 404);
    assert_eq!(open(&bench, "/staff/notifications/x").await.status, 404);
}

#[tokio::test]
async fn staff_send_an_email_again_once_they_have_confirmed_it_and_see_what_became_of_it() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let target = format!("/staff/notifications/{id}/resend");
    let before = bench.dynamo.items();
    let refused = send(&bench, &target, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(text(&refused).contains(r#"id="field-confirmed-error">Tick the box"#), "{}", text(&refused));
    assert_eq!(bench.dynamo.items(), before);
    let done = send(&bench, &target, &[("confirmed", "yes")]).await;
    let next = format!("/staff/notifications/{id}~2?done=resend");
    assert_eq!((done.status, done.header("location")), (303, Some(&*next)));
    assert_eq!(mail_service.take().len(), 1);
    let shown = page(&bench, &next).await;
    assert!(shown.contains("The email is sent.") && !shown.contains("<form method=\"post\""), "{shown}");
    assert!(shown.contains(&format!(r#"href="/staff/notifications/{id}">"#)), "{shown}");
    let earlier = page(&bench, &format!("/staff/notifications/{id}")).await;
    assert!(earlier.contains(&format!(r#"href="/staff/notifications/{id}~2">"#)), "{earlier}");
    let audited = bench.dynamo.items().into_iter().filter(|item| {
        item["pk"]["S"].as_str().unwrap().starts_with("audit#") && item["action"]["S"] == "resendNotification"
    });
    assert_eq!(audited.count(), 1);
}

#[tokio::test]
async fn a_page_says_in_words_why_an_email_is_not_sent() {
    let (bench, mail_service) = bench();
    let (placed, declined) = (refuse(&bench, &mail_service, 1).await, refuse(&bench, &mail_service, 2).await);
    let form = |id: &str| format!("/staff/notifications/{id}/resend");
    mail_service.refuse_next(1, 400, "SendingPausedException");
    let deferred = send(&bench, &form(&placed), &[("confirmed", "yes")]).await;
    assert_eq!(deferred.status, 503);
    assert!(text(&deferred).contains("The mail service does not take the email now"), "{}", text(&deferred));
    mail_service.refuse_next(1, 400, "MessageRejected");
    let done = send(&bench, &form(&placed), &[("confirmed", "yes")]).await;
    let shown = page(&bench, done.header("location").unwrap()).await;
    assert!(shown.contains("has refused the email again"), "{shown}");

    bench.world.pass_seconds(3_600);
    let late = page(&bench, &format!("/staff/notifications/{declined}")).await;
    assert!(late.contains("the time to pay has ended") && !late.contains("<form method=\"post\""), "{late}");
    let forged = send(&bench, &form(&declined), &[("confirmed", "yes")]).await;
    assert!(forged.status == 409 && text(&forged).contains("the time to pay has ended"), "{}", text(&forged));
    let german = in_german(&bench, &format!("/staff/notifications/{declined}")).await;
    assert!(german.contains("deren Frist abgelaufen ist"), "{german}");
}

#[tokio::test]
async fn other_pages_embed_the_emails_of_an_order_and_the_number_of_those_that_wait() {
    let (bench, mail_service) = bench();
    let target = format!("/staff/notifications/of/{ORDER}");
    assert!(page(&bench, &target).await.contains("No emails about this order"));
    let id = refuse(&bench, &mail_service, 1).await;
    bench.deliver(&every_message(&bench)[3..8]).await;
    refused(&bench, &mail_service, about(&bench, 8)).await;
    let part = page(&bench, &target).await;
    assert!(part.contains(&format!(r#"href="/staff/notifications/{id}">Order received</a>"#)), "{part}");
    assert_eq!(part.matches("<tr><th scope=\"row\">").count(), 6, "{part}");
    assert!(!part.contains("<html") && part.contains("badge-good"), "{part}");
    let german = in_german(&bench, &target).await;
    assert!(german.contains("Paket versendet"), "{german}");
    let summary = page(&bench, "/staff/notifications/summary").await;
    assert!(summary.contains(r#"<a href="/staff/notifications">2</a>"#), "{summary}");
    assert!(
        in_german(&bench, "/staff/notifications/summary").await.contains("Abgelehnte oder zurückgekommene E-Mails")
    );
    assert_eq!(open(&bench, "/staff/notifications/of/x").await.status, 404);
}

#[tokio::test]
async fn nobody_but_staff_opens_these_pages_and_another_site_sends_none_of_their_forms() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    for target in [
        "/staff/notifications".to_owned(),
        "/staff/notifications/summary".to_owned(),
        format!("/staff/notifications/of/{ORDER}"),
        format!("/staff/notifications/{id}"),
    ] {
        assert_eq!(bench.http(with(Request::get(&target), &customer)).await.status, 403, "{target}");
        let nobody = bench.http(Request::get(&target)).await;
        assert!([303, 401].contains(&nobody.status), "{target}: {}", nobody.status);
        assert_eq!(open(&bench, &target).await.header("cache-control"), Some("no-store"), "{target}");
    }
    let before = bench.dynamo.items();
    let form = || Request::form(&format!("/staff/notifications/{id}/resend"), &[("confirmed", "yes")]);
    assert_eq!(bench.http(with(form(), &customer)).await.status, 403);
    let foreign = with(form(), &bench.staff()).header("sec-fetch-site", "cross-site");
    assert_eq!(bench.http(foreign).await.status, 403);
    assert_eq!(bench.dynamo.items(), before);
    assert!(mail_service.take().is_empty());
}
