//! The notes on staff's page of an order: who wrote what, and the form that writes another.

use crate::harness::Harness;
use crate::pages::{as_ada, text};
use crate::staff_pages::{as_staff, page, send};
use chassis::testing::Request;
use events::ids::{OrderId, UserId};

fn form(id: OrderId) -> String {
    format!("/staff/orders/{id}/notes")
}

/// The key that a page gives its form.
fn key(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="key" value=""#).unwrap_or_else(|| panic!("no key: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Notes that a page shows.
fn shown(page: &str) -> usize {
    page.matches(r#"<td data-label="Note">"#).count()
}

#[tokio::test]
async fn staff_write_a_note_once_however_often_they_click_and_the_page_says_who_wrote_it() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let target = format!("/staff/orders/{id}");
    let empty = page(&harness, &target).await;
    assert!(empty.contains("Internal notes") && shown(&empty) == 0, "{empty}");
    let key = key(&empty);
    for _ in 0..2 {
        let fields = [("text", "<b>Call</b> first.\r\nThe bell is broken."), ("key", &*key)];
        let done = send(&harness, &form(id), &fields).await;
        assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{target}?done=note"))));
    }
    let noted = page(&harness, &format!("{target}?done=note")).await;
    let author = UserId::from_bits(99);
    for wanted in [
        "The note is kept.",
        "&#60;b&#62;Call&#60;/b&#62; first.<br>The bell is broken.",
        &format!(r#"src="/staff/users/{author}/name""#),
        &format!(r#"<a href="/staff/users/{author}">{author}</a>"#),
    ] {
        assert!(noted.contains(wanted), "{wanted} is missing: {noted}");
    }
    assert_eq!(shown(&noted), 1, "{noted}");
}

#[tokio::test]
async fn a_note_that_is_refused_stays_in_the_form_with_the_reason_at_its_field() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let before = harness.bench.dynamo.items();
    for (typed, kept) in [("", ""), ("a\u{202e}b", "a\u{202e}b"), ("4111 1111 1111 1111", "")] {
        let refused = send(&harness, &form(id), &[("text", typed), ("key", "k")]).await;
        let told = text(&refused);
        assert_eq!(refused.status, 422, "{typed:?}: {told}");
        assert!(told.contains(r#"id="field-text-error""#), "{typed:?}: {told}");
        assert!(told.contains(&format!("\n{kept}</textarea>")), "{typed:?}: {told}");
        assert_eq!(key(told), "k", "a refused form leaves its key free");
    }
    assert_eq!(harness.bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_form_that_wrote_another_note_writes_nothing_and_has_a_new_key() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    assert_eq!(send(&harness, &form(id), &[("text", "Call first."), ("key", "k")]).await.status, 303);
    for used in ["k", ""] {
        let refused = send(&harness, &form(id), &[("text", "Call later."), ("key", used)]).await;
        let told = text(&refused);
        assert!(refused.status == 422 && told.contains("This form wrote a note before."), "{told}");
        assert!(told.contains("Call later.</textarea>") && shown(told) == 1, "{told}");
        assert!(key(told).len() > 10, "{told}");
    }
}

#[tokio::test]
async fn an_order_that_has_all_its_notes_says_so() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    assert_eq!(send(&harness, &form(id), &[("text", "Call first."), ("key", "k")]).await.status, 303);
    let mut count = harness.bench.dynamo.item(&id.to_string(), "notes").unwrap();
    count["notes"]["N"] = "200".into();
    harness.bench.dynamo.put(&count);
    let refused = send(&harness, &form(id), &[("text", "Call later."), ("key", "k2")]).await;
    assert!(refused.status == 409 && text(&refused).contains("has 200 notes"), "{}", text(&refused));
    assert!(text(&refused).contains("Call later.</textarea>"), "{}", text(&refused));
}

#[tokio::test]
async fn older_notes_are_on_pages_that_follow_each_other() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    for number in 1..=21 {
        harness.bench.world.pass_seconds(1);
        let (note, key) = (format!("note {number}."), format!("k{number}"));
        assert_eq!(send(&harness, &form(id), &[("text", &note), ("key", &key)]).await.status, 303);
    }
    let newest = page(&harness, &format!("/staff/orders/{id}")).await;
    assert!(shown(&newest) == 20 && newest.contains("note 21.") && !newest.contains("note 1."), "{newest}");
    let (before, _) = newest.split_once(r#"" rel="next""#).unwrap();
    let next = before.rsplit_once("href=\"").unwrap().1;
    let older = page(&harness, next.split('#').next().unwrap()).await;
    assert!(shown(&older) == 1 && older.contains("note 1."), "{older}");
}

#[tokio::test]
async fn nobody_but_staff_sends_the_form_and_no_other_site_does() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let before = harness.bench.dynamo.items();
    let sent = || Request::form(&form(id), &[("text", "Call first."), ("key", "k")]);
    assert_eq!(harness.bench.http(as_ada(&harness, sent())).await.status, 403);
    let foreign = as_staff(&harness, sent()).header("sec-fetch-site", "cross-site");
    assert_eq!(harness.bench.http(foreign).await.status, 403);
    assert_eq!(harness.bench.dynamo.items(), before);
    assert_eq!(
        send(&harness, &form(OrderId::from_bits(7)), &[("text", "Call first."), ("key", "k")]).await.status,
        404
    );
}
