//! The pages of orders, as a browser meets them.

use crate::harness::{Harness, authorized, declined};
use chassis::testing::signing::signer;
use chassis::testing::{Request, Response};
use events::ids::OrderId;
use events::quotes::{QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP};
use serde_json::Value;
use serde_json::json;

pub const TERMS: &str = "2026-11-30";

/// A quote of a shop that has terms.
pub fn quote(harness: &Harness, number: u128) -> QuoteClaims {
    QuoteClaims { terms: Some(TERMS.to_owned()), ..harness.quote(number) }
}

/// The fields that the steps before the last one collected.
pub fn fields(harness: &Harness, quote: &QuoteClaims) -> Vec<(&'static str, String)> {
    let shipping = harness.shipping_quote(quote);
    let text = str::to_owned;
    vec![
        ("quote", signer("catalog").sign(QUOTE_TYP, quote).unwrap()),
        ("shipping_quote", signer("shipping").sign(SHIPPING_QUOTE_TYP, &shipping).unwrap()),
        ("cart_id", String::new()),
        ("email", text("guest@example.com")),
        ("name", text("Ada \"<script>\" O'Hara")),
        ("line1", text("1 Analytical Way")),
        ("postal_code", text("10115")),
        ("city", text("Berlin")),
        ("country", text("DE")),
    ]
}

pub fn form(target: &str, fields: &[(&'static str, String)], more: &[(&'static str, &str)]) -> Request {
    let all: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect();
    Request::form(target, &all)
}

pub fn as_ada(harness: &Harness, request: Request) -> Request {
    request.header("cookie", &format!("__Host-souk_access={}", harness.ada_token()))
}

/// The cookie that an answer sets, as the browser sends it back.
pub fn kept(answer: &Response) -> String {
    answer.cookies[0].split(';').next().unwrap().to_owned()
}

pub fn text(answer: &Response) -> &str {
    answer.body.as_str().unwrap_or_default()
}

pub async fn placed_by_guest(harness: &Harness, number: u128) -> (OrderId, String) {
    let quote = quote(harness, number);
    let request = form("/orders", &fields(harness, &quote), &[("payment_method", "pm_card_visa"), ("terms", TERMS)]);
    let answer = harness.bench.http(request).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    assert_eq!(answer.header("location"), Some(format!("/orders/{}", quote.jti.order()).as_str()));
    (quote.jti.order(), kept(&answer))
}

#[tokio::test]
async fn the_last_step_shows_what_is_ordered_what_it_costs_and_a_button_that_says_that_one_pays() {
    let harness = Harness::new();
    let answer = harness.bench.http(form("/checkout/payment", &fields(&harness, &quote(&harness, 1)), &[])).await;
    let page = text(&answer);
    assert_eq!(answer.status, 200, "{page}");
    for shown in
        ["Fine TEA-1", "Fine MUG-1", "Order and pay €", "1 Analytical Way", "Germany", "pm_card_requires_action"]
    {
        assert!(page.contains(shown), "{shown} is missing: {page}");
    }
    assert!(!page.contains("<script>\"") && page.contains("&#60;script&#62;"), "a name is text: {page}");
    assert!(page.len() < 30_000, "{} bytes", page.len());
    let german = form("/checkout/payment", &fields(&harness, &quote(&harness, 1)), &[]).header("accept-language", "de");
    assert!(text(&harness.bench.http(german).await).contains("Zahlungspflichtig bestellen"));
}

#[tokio::test]
async fn the_last_step_hands_on_all_fields_and_offers_no_language_that_would_lead_back_to_the_cart() {
    let harness = Harness::new();
    let sent = fields(&harness, &quote(&harness, 1));
    let request = form("/checkout/payment", &sent, &[]).header("cookie", "__Host-souk_lang=de");
    let answer = harness.bench.http(request).await;
    let page = text(&answer);
    assert!(page.contains("<html lang=\"de\">") && !page.contains("hreflang"), "{page}");
    for (name, value) in sent.iter().filter(|(name, _)| *name != "name") {
        assert!(page.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}: {page}");
    }
}

#[tokio::test]
async fn what_was_not_chosen_is_said_at_its_place_and_nothing_is_placed() {
    let harness = Harness::new();
    let fields = fields(&harness, &quote(&harness, 1));
    for (chosen, said) in [
        (&[("terms", TERMS)][..], ">Payment: Choose how you want to pay."),
        (&[("payment_method", "pm_card_visa")][..], ">Terms: Please read and accept the terms."),
        (&[("payment_method", "pm_card_visa"), ("terms", "older")][..], "Please read and accept the terms."),
        (&[("payment_method", "ö"), ("terms", TERMS)][..], "Choose how you want to pay."),
    ] {
        let answer = harness.bench.http(form("/orders", &fields, chosen)).await;
        assert_eq!(answer.status, 422, "{said}");
        assert!(text(&answer).contains(said) && text(&answer).contains("field-"), "{said}: {}", text(&answer));
    }
    assert!(harness.bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn an_order_keeps_the_terms_that_its_buyer_accepted() {
    let harness = Harness::new();
    let (id, cookie) = placed_by_guest(&harness, 1).await;
    assert_eq!(harness.items("order")[0]["accepted_terms"]["S"], TERMS);
    let page = harness.bench.http(Request::get(&format!("/orders/{id}")).header("cookie", &cookie)).await;
    assert!(text(&page).contains(TERMS), "{}", text(&page));
}

#[tokio::test]
async fn a_second_click_and_a_changed_mind_find_the_order_that_was_placed() {
    let harness = Harness::new();
    let fields = fields(&harness, &quote(&harness, 1));
    let id = quote(&harness, 1).jti.order();
    for method in ["pm_card_visa", "pm_card_visa", "pm_card_declined"] {
        let answer =
            harness.bench.http(form("/orders", &fields, &[("payment_method", method), ("terms", TERMS)])).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some(format!("/orders/{id}").as_str())),
            "{method}"
        );
    }
    assert_eq!(harness.items("order").len(), 1);
}

#[tokio::test]
async fn old_forged_and_foreign_prices_place_nothing_and_lead_back_to_the_cart() {
    let harness = Harness::new();
    let fields = fields(&harness, &quote(&harness, 1));
    let mut forged = fields.clone();
    forged[0].1.push('x');
    let mut elsewhere = fields.clone();
    elsewhere[6].1 = "10999".to_owned();
    let chosen = [("payment_method", "pm_card_visa"), ("terms", TERMS)];
    for wrong in [&forged, &elsewhere] {
        for target in ["/checkout/payment", "/orders"] {
            let answer = harness.bench.http(form(target, wrong, &chosen)).await;
            assert_eq!(answer.status, 422, "{target}: {}", text(&answer));
            assert!(text(&answer).contains("href=\"/cart\""));
        }
    }
    harness.bench.world.pass_seconds(910);
    let answer = harness.bench.http(form("/orders", &fields, &chosen)).await;
    assert_eq!(answer.status, 422);
    assert!(text(&answer).contains("that while is over"), "{}", text(&answer));
    assert!(harness.items("order").is_empty());
}

#[tokio::test]
async fn a_guest_sees_the_order_with_the_cookie_and_nobody_else_does() {
    let harness = Harness::new();
    let (id, cookie) = placed_by_guest(&harness, 1).await;
    let at = |path: &str| Request::get(&path.replace("{id}", &id.to_string()));
    for path in ["/orders/{id}", "/fragments/orders/{id}", "/fragments/orders/{id}/saga"] {
        let answer = harness.bench.http(at(path).header("cookie", &cookie)).await;
        assert_eq!(answer.status, 200, "{path}: {}", text(&answer));
        let answer = harness.bench.http(as_ada(&harness, at(path))).await;
        assert_eq!(answer.status, 404, "{path}");
        let forged = cookie.replace(&id.to_string(), &OrderId::from_bits(7).to_string());
        let expected = if path.starts_with("/fragments") { 401 } else { 303 };
        assert_eq!(harness.bench.http(at(path).header("cookie", &forged)).await.status, expected, "{path}");
        assert_eq!(harness.bench.http(at(path)).await.status, expected, "{path}");
    }
    let list = harness.bench.http(Request::get("/orders").header("cookie", &cookie)).await;
    assert!(text(&list).contains(&id.number().to_string()), "{}", text(&list));
}

#[tokio::test]
async fn the_link_of_an_email_opens_a_guests_order_and_leaves_the_address() {
    let harness = Harness::new();
    let body = harness.guest_body(&harness.quote(1));
    let placed = harness.post_as_guest(&body).await;
    let (id, token) = (placed.body["id"].as_str().unwrap(), placed.body["guest_token"].as_str().unwrap());
    let answer = harness.bench.http(Request::get(&format!("/orders/{id}?token={token}"))).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some(format!("/orders/{id}").as_str())));
    let page = Request::get(&format!("/orders/{id}")).header("cookie", &kept(&answer));
    assert_eq!(harness.bench.http(page).await.status, 200);
    let forged = harness.bench.http(Request::get(&format!("/orders/{id}?token={token}x"))).await;
    assert_eq!((forged.status, forged.cookies.len()), (404, 0));
    harness.bench.world.pass_seconds(91 * 24 * 60 * 60);
    assert_eq!(harness.bench.http(Request::get(&format!("/orders/{id}?token={token}"))).await.status, 404);
}

#[tokio::test]
async fn a_customer_who_follows_a_link_signs_in_and_comes_back() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let answer = harness.bench.http(Request::get(&format!("/orders/{id}"))).await;
    let expected = format!("/account/sign-in?then=%2Forders%2F{}", id.to_string().replace('_', "%5F"));
    assert_eq!((answer.status, answer.header("location")), (303, Some(expected.as_str())));
    let own = harness.bench.http(as_ada(&harness, Request::get(&format!("/orders/{id}")))).await;
    assert_eq!(own.status, 200);
    let list = harness.bench.http(as_ada(&harness, Request::get("/orders"))).await;
    assert!(text(&list).contains(&id.number().to_string()));

    // All of it as a file, for whoever is signed in.
    let file = harness.bench.http(as_ada(&harness, Request::get("/orders?file=json"))).await;
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"orders.json\""));
    let api = harness.bench.http(Request::get(&format!("/v1/orders/{id}")).bearer(&harness.ada_token())).await;
    assert_eq!(file.body, json!({"orders": [api.body]}));
    let stranger = harness.bench.http(Request::get("/orders?file=json")).await;
    assert!(stranger.status == 200 && text(&stranger).contains("/account/sign-in"), "a page that leads to signing in");
}

#[tokio::test]
async fn a_declined_payment_says_why_and_how_many_tries_are_left_and_another_card_is_asked() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    let page = || as_ada(&harness, Request::get(&format!("/orders/{id}")));
    let shown = harness.bench.http(page()).await;
    let said = [
        "Your payment was declined",
        "Why the payment was declined:",
        "4 more times",
        "data-live",
        r#"<button class="button" type="submit">Pay €"#,
    ];
    for said in said {
        assert!(text(&shown).contains(said), "{said}: {}", text(&shown));
    }
    let pay = |key: &str| {
        let fields = [("payment_method", "pm_card_visa"), ("key", key)];
        as_ada(&harness, Request::form(&format!("/orders/{id}/payment"), &fields))
    };
    for _ in 0..2 {
        assert_eq!(harness.bench.http(pay("page-2")).await.status, 303);
    }
    let attempts = harness.items("order")[0]["attempts"]["L"].as_array().map(Vec::len);
    assert_eq!(attempts, Some(2), "a second click is the same attempt");
    harness.receive(3, &authorized(id, 2)).await;
    let late = harness.bench.http(pay("page-3")).await;
    assert_eq!(late.status, 409);
    assert!(text(&late).contains("There is nothing to pay for this order."), "{}", text(&late));
}

#[tokio::test]
async fn an_order_is_canceled_on_its_page_and_its_drawing_has_the_path_that_it_took() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let drawing = || as_ada(&harness, Request::get(&format!("/fragments/orders/{id}/saga")));
    assert!(text(&harness.bench.http(drawing()).await).contains("data-live"), "it moves with the order");
    let cancel = as_ada(&harness, Request::form(&format!("/orders/{id}/cancellation"), &[]));
    assert_eq!(harness.bench.http(cancel.clone()).await.status, 303);
    let shown = harness.bench.http(as_ada(&harness, Request::get(&format!("/orders/{id}")))).await;
    assert!(
        text(&shown).contains("Your order is canceled") && text(&shown).contains("You canceled"),
        "{}",
        text(&shown)
    );
    assert!(!text(&shown).contains("/cancellation"), "there is nothing left to cancel");
    let saga = harness.bench.http(drawing()).await;
    assert!(text(&saga).contains("<svg") && text(&saga).contains("release_reservation"), "{}", text(&saga));
}

#[tokio::test]
async fn a_form_that_another_site_sent_cancels_nothing() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let before = harness.bench.dynamo.items();
    for target in ["cancellation", "payment"] {
        let form =
            as_ada(&harness, Request::form(&format!("/orders/{id}/{target}"), &[("payment_method", "pm_card_visa")]));
        let answer = harness.bench.http(form.header("sec-fetch-site", "cross-site")).await;
        assert_eq!(answer.status, 403, "{target}");
    }
    assert_eq!(harness.bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_page_for_nobody_says_so_in_the_readers_language() {
    let harness = Harness::new();
    let unknown = Request::get(&format!("/orders/{}", OrderId::from_bits(9))).header("accept-language", "de");
    let answer = harness.bench.http(as_ada(&harness, unknown)).await;
    assert_eq!(answer.status, 404);
    assert!(text(&answer).contains("Diese Seite gibt es nicht"), "{}", text(&answer));
    assert_eq!(answer.headers["content-type"], Value::from("text/html; charset=utf-8"));
}
