//! The pages for staff, as a browser meets them: who sees them, and what they show.

use crate::exceptions::{at_the_bank, capture_failed, put_copies};
use crate::harness::*;
use chassis::testing::Bench;
use chassis::testing::http::{Request, Response};
use events::ids::UserId;
use events::payments::Operation;
use events::users::Role;
use payments::Payments;

pub fn as_staff(bench: &Bench<Payments>, request: Request) -> Request {
    request.header("cookie", &format!("__Host-souk_access={}", bench.staff()))
}

pub async fn see(bench: &Bench<Payments>, target: &str) -> Response {
    bench.http(as_staff(bench, Request::get(target))).await
}

async fn in_german(bench: &Bench<Payments>, target: &str) -> String {
    let answer = bench.http(as_staff(bench, Request::get(target).header("accept-language", "de"))).await;
    text(&answer).to_owned()
}

pub fn text(answer: &Response) -> &str {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    answer.body.as_str().unwrap()
}

pub fn path() -> String {
    format!("/staff/payments/{}", pay())
}

/// The part of the order's page.
fn of_order() -> String {
    format!("/staff/payments/of/{}", order())
}

pub fn targets() -> [String; 8] {
    let below = |rest: &str| format!("/staff/payments{rest}");
    let (figures, lines) = (below("/figures"), below("/figures.csv"));
    [below(""), below("/summary"), below("/ledger"), below("/ledger.csv"), figures, lines, path(), of_order()]
}

#[tokio::test]
async fn staff_see_what_no_guest_or_customer_sees_and_nothing_keeps_it() {
    let bench = bench();
    captured(&bench).await;
    let owner = bench.token(customer(), &[Role::Customer]);
    for target in targets() {
        let answer = see(&bench, &target).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{target}");
        let by_owner = Request::get(&target).header("cookie", &format!("__Host-souk_access={owner}"));
        assert_eq!(bench.http(by_owner).await.status, 403, "{target}");
        let by_guest = bench.http(Request::get(&target)).await;
        let is_part = target.ends_with("/summary") || target == of_order();
        let expected = if is_part { 401 } else { 303 };
        assert_eq!(by_guest.status, expected, "{target}");
        // Programs have the API.
        let by_program = bench.http(Request::get(&target).bearer(&bench.staff())).await;
        assert_eq!(by_program.status, expected, "{target}");
    }
}

#[tokio::test]
async fn the_list_says_that_nothing_is_wrong_or_what_is() {
    let bench = bench();
    captured(&bench).await;
    let page = see(&bench, "/staff/payments").await;
    assert!(text(&page).contains("Nothing is wrong"), "{page:?}");
    assert!(in_german(&bench, "/staff/payments").await.contains("Alles in Ordnung"));

    let other = self::bench();
    capture_failed(&other).await;
    let page = see(&other, "/staff/payments").await;
    let page = text(&page);
    assert!(page.contains(&format!(r#"href="{}""#, path())) && page.contains("Capture failed"), "{page}");
    assert!(page.contains("€101.15") && page.contains(&order().number().to_string()), "{page}");
    assert_eq!(page.matches("<h1").count(), 1);
    let elsewhere = see(&other, "/staff/payments?state=refund_failed").await;
    assert!(text(&elsewhere).contains("No payment here") && text(&elsewhere).contains(r#"href="/staff/payments""#));
    let here = see(&other, "/staff/payments?state=capture_failed").await;
    assert!(text(&here).contains(r#"<option value="capture_failed" selected>"#), "{here:?}");
    assert_eq!(see(&other, "/staff/payments?state=lost").await.status, 400);
}

#[tokio::test]
async fn the_list_leads_from_page_to_page_through_all_states() {
    let bench = bench();
    capture_failed(&bench).await;
    put_copies(&bench, 1..30);
    let (mut target, mut seen) = ("/staff/payments".to_owned(), 0);
    loop {
        let answer = see(&bench, &target).await;
        let page = text(&answer);
        seen += page.matches(r#"<li class="card">"#).count();
        let Some((before, _)) = page.split_once(r#"" rel="next""#) else { break };
        target = before.rsplit_once(r#"href=""#).unwrap().1.replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(seen, 30);
}

#[tokio::test]
async fn a_payment_shows_its_sums_and_what_happened_with_the_entries_of_the_ledger() {
    let (bench, bank) = at_the_bank();
    captured(&bench).await;
    bank.refuses_once(Operation::Refund);
    ask_refund(&bench, "one", 1_000).await;
    relay(&bench).await;
    let answer = see(&bench, &path()).await;
    let page = text(&answer);
    for part in [
        "Captured: the money is the shop&#39;s",
        "Refund refused",
        "not_now",
        "Cash at the provider",
        "€80.00",
        "€101.15",
        "Damaged",
        "bank/pay_",
        "Wanted by user_",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    for link in [
        format!("/staff/orders/{}", order()),
        format!("/staff/users/{}", customer()),
        format!("/staff/users/{}", UserId::from_bits(99)),
        "/staff/payments".to_owned(),
    ] {
        assert!(page.contains(&format!(r#"href="{link}""#)), "{link} in {page}");
    }
    assert!(page.len() <= 30 * 1024, "{} bytes", page.len());
    let german = in_german(&bench, &path()).await;
    assert!(german.contains("Erstattung fehlgeschlagen") && german.contains("101,15\u{a0}€"), "{german}");
    assert!(!german.contains("Refund"), "{german}");
}

#[tokio::test]
async fn what_people_typed_stays_text() {
    let bench = bench();
    captured(&bench).await;
    let reason = "<script>alert(1)</script>";
    bench.http(refund_request(&bench, "one", serde_json::json!({"amount": eur(1), "reason": reason}))).await;
    let answer = see(&bench, &path()).await;
    assert!(!text(&answer).contains(reason) && text(&answer).contains("alert(1)"), "{answer:?}");
}

#[tokio::test]
async fn a_payment_of_a_guest_and_one_that_ended_before_it_began_are_shown_too() {
    let bench = bench();
    let mut guest = authorize(1, "pm_card_declined");
    guest.customer = None;
    say(&bench, 1, &guest).await;
    let answer = see(&bench, &path()).await;
    assert!(text(&answer).contains("A guest") && text(&answer).contains("the card was declined"), "{answer:?}");

    let other = self::bench();
    say(&other, 1, &void()).await;
    let answer = see(&other, &path()).await;
    assert!(text(&answer).contains("Nothing is left to refund"), "{answer:?}");
    for unknown in ["/staff/payments/pay_00000000000000000000000001", "/staff/payments/nonsense"] {
        assert_eq!(see(&other, unknown).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn the_summary_counts_what_is_wrong_and_says_what_today_brought() {
    let bench = bench();
    let empty = see(&bench, "/staff/payments/summary").await;
    assert!(text(&empty).contains("No payment to look at") && text(&empty).contains("No money moved yet today"));
    captured(&bench).await;
    ask_refund(&bench, "one", 1_000).await;
    relay(&bench).await;
    let answer = see(&bench, "/staff/payments/summary").await;
    let part = text(&answer);
    assert!(part.contains("€101.15") && part.contains("€10.00") && part.contains("€91.15"), "{part}");
    assert!(!part.contains("<html"), "it is a part of a page");

    let other = self::bench();
    capture_failed(&other).await;
    assert!(text(&see(&other, "/staff/payments/summary").await).contains("1 payment to look at"));
    put_copies(&other, 1..120);
    let answer = see(&other, "/staff/payments/summary").await;
    assert!(text(&answer).contains("More than 100 payments to look at"), "{answer:?}");
    assert!(in_german(&other, "/staff/payments/summary").await.contains("Mehr als 100 Zahlungen zu prüfen"));
}

/// A term with what stands beside it.
fn fact(term: &str, text: &str) -> String {
    format!("<div><dt>{term}</dt><dd>{text}</dd></div>")
}

#[tokio::test]
async fn the_orders_page_is_told_the_sums_and_leads_to_the_refund_while_anything_is_left() {
    let (bench, bank) = at_the_bank();
    let part = async || text(&see(&bench, &of_order()).await).to_owned();
    let to_refund = format!(r#"href="{}#refund">Refund</a>"#, path());
    let unpaid = part().await;
    assert!(unpaid.contains("Nothing has been paid yet") && !unpaid.contains("<a"), "{unpaid}");
    authorized(&bench).await;
    let held = part().await;
    assert!(held.contains(">Authorized</span>") && held.contains(&fact("Authorized", "€101.15")), "{held}");
    assert!(held.contains(&fact("Left to refund", "€0.00")) && !held.contains("#refund"), "{held}");
    say(&bench, 2, &capture(1)).await;
    ask_refund(&bench, "one", 1_000).await;
    let asked = part().await;
    let all = [("Captured", "€101.15"), ("Refunded", "€0.00"), ("Refunds under way", "€10.00")];
    for (term, sum) in all.into_iter().chain([("Left to refund", "€91.15")]) {
        assert!(asked.contains(&fact(term, sum)), "{term} in {asked}");
    }
    assert!(asked.contains(&to_refund) && !asked.contains("<html"), "{asked}");
    bank.refuses_once(Operation::Refund);
    relay(&bench).await;
    assert!(part().await.contains(">Refund failed</span>"), "{}", part().await);
    ask_refund(&bench, "two", TOTAL).await;
    relay(&bench).await;
    let refunded = part().await;
    assert!(refunded.contains(">Refunded</span>") && !refunded.contains("#refund"), "{refunded}");
    assert!(!refunded.contains("under way") && refunded.contains(&format!(r#"href="{}""#, path())), "{refunded}");
    assert!(in_german(&bench, &of_order()).await.contains("Erstattet"));
    assert_eq!(see(&bench, "/staff/payments/of/nonsense").await.status, 404);
}

#[tokio::test]
async fn a_payment_that_ended_before_it_began_has_no_sums_for_the_orders_page() {
    let bench = bench();
    say(&bench, 1, &void()).await;
    let answer = see(&bench, &of_order()).await;
    assert!(text(&answer).contains(">Released</span>") && !text(&answer).contains("<dl"), "{answer:?}");
}
