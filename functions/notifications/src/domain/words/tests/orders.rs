//! What emails about orders state, in English.

use super::*;
use events::ids::OrderId;
use events::inventory::MissingLine;
use events::payments::AmountParts;

fn euro(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn order() -> OrderDetails {
    let line = |sku: &str, title: &str, quantity, net, total| OrderLine {
        sku: sku.parse().unwrap(),
        title: title.to_owned(),
        quantity,
        net: Some(euro(net)),
        total: euro(total),
    };
    OrderDetails {
        order_id: OrderId::from_bits(7),
        customer: None,
        contact: Some(ada()),
        guest_token: Some("1.1775001600.tag".to_owned()),
        language: None,
        lines: vec![line("TEA-1", "Green tea", 2, 1867, 1998), line("MUG", "Mug", 1, 1261, 1500)],
        parts: Some(AmountParts { net: 3128, shipping: 530, tax: 471 }),
        total: euro(4129),
    }
}

fn english(order: OrderDetails, event: OrderEvent) -> RenderedEmail {
    rendered(Language::En, &Event::Order(order, event))
}

fn events() -> Vec<(OrderEvent, Vec<&'static str>)> {
    let missing = vec![MissingLine { sku: "MUG".parse().unwrap(), requested: 1, available: 0 }];
    let declined = |reason: &str, attempts_left| OrderEvent::PaymentDeclined {
        reason: reason.into(),
        pay_until: until(),
        attempts_left,
    };
    vec![
        (OrderEvent::Placed, vec!["We have received your order", "write again"]),
        (OrderEvent::Confirmed, vec!["We have received it, and it is confirmed", "tracking number"]),
        (declined("insufficient_funds", Some(4)), vec!["declined", "not enough money", "31 January 2026, 09:05 UTC"]),
        (
            OrderEvent::PaymentActionRequired { url: "https://bank.example/7".into(), pay_until: until() },
            vec!["Confirm the payment: https://bank.example/7", "31 January 2026, 09:05 UTC"],
        ),
        (OrderEvent::Rejected { missing }, vec!["cannot fulfill", "1 × Mug: none left", "not been charged"]),
        (OrderEvent::Expired, vec!["expired", "not been charged"]),
        (
            OrderEvent::Canceled { by_shop: false },
            vec!["canceled", "nothing will be shipped", "payment was already authorized, we have released it"],
        ),
        (
            OrderEvent::Canceled { by_shop: true },
            vec!["We have canceled your order", "nothing will be shipped", "contact us", "we have released it"],
        ),
        (OrderEvent::CancellationRefused, vec!["no longer be canceled", "had already left"]),
        (
            OrderEvent::Dispatched { carrier: "DHL".into(), tracking_number: "0034".into() },
            vec!["on its way", "Carrier: DHL", "Tracking number: 0034", "when the parcel has arrived"],
        ),
        (
            OrderEvent::TrackingCorrected { carrier: "UPS".into(), tracking_number: "0043".into() },
            vec!["tracking number has changed", "Carrier: UPS", "Tracking number: 0043"],
        ),
        (OrderEvent::Delivered, vec!["has arrived"]),
        (OrderEvent::Refunded { amount: euro(1500) }, vec!["refund", "€15.00"]),
    ]
}

#[test]
fn every_order_email_is_complete() {
    for (event, expected) in events() {
        let rendered = english(order(), event.clone());
        let whole = format!("{}\n{}", rendered.subject, rendered.text);
        let always = [
            "Your order number is 00000-00007.",
            "See your order: https://shop.example/orders/order_00000000000000000000000007?token=1.1775001600.tag",
            "Hello Ada,",
            "2 × Green tea (TEA-1): €18.67",
            "1 × Mug (MUG): €12.61",
            "Goods: €31.28",
            "Delivery: €5.30",
            "Tax: €4.71",
            "Total: €41.29",
        ];
        for text in always.iter().chain(&expected) {
            assert!(whole.contains(text), "{event:?} lacks {text}:\n{whole}");
        }
        assert!(rendered.subject.contains("(00000-00007)"), "{}", rendered.subject);
    }
}

#[test]
fn no_email_announces_another_that_the_shop_does_without() {
    let off = "order_delivered,order_dispatched".parse().unwrap();
    let shop = Branding { off, ..shop() };
    let dispatched = OrderEvent::Dispatched { carrier: "DHL".into(), tracking_number: "0034".into() };
    for (event, announced) in [(dispatched, "write again"), (OrderEvent::Confirmed, "tracking number")] {
        let event = Event::Order(order(), event);
        let text = |shop: &Branding| super::super::email(&event, None, None, Language::En, shop).render(shop).text;
        assert!(text(&super::shop()).contains(announced) && !text(&shop).contains(announced), "{}", text(&shop));
    }
}

#[test]
fn the_reason_for_a_decline_is_a_sentence_even_if_it_is_new_to_us() {
    for reason in ["card_declined", "authentication_failed", "do_not_honor"] {
        let event = OrderEvent::PaymentDeclined { reason: reason.into(), pay_until: until(), attempts_left: None };
        let text = english(order(), event).text;
        assert!(text.contains("Your payment was declined") && !text.contains(reason), "{text}");
    }
}

#[test]
fn amounts_have_the_digits_of_their_currency() {
    for (currency, texts) in [
        (Currency::JPY, ["(TEA-1): ¥1,867", "Delivery: ¥530", "Total: ¥4,129", "refunded ¥1,500"]),
        (
            Currency::KWD,
            ["(TEA-1): KWD\u{a0}1.867", "Delivery: KWD\u{a0}0.530", "Total: KWD\u{a0}4.129", "KWD\u{a0}1.500"],
        ),
    ] {
        let money = |amount| Money::new(amount, currency);
        let mut details = OrderDetails { total: money(4129), ..order() };
        details.lines.iter_mut().for_each(|line| line.net = line.net.map(|net| money(net.amount)));
        let text = english(details, OrderEvent::Refunded { amount: money(1500) }).text;
        for expected in texts {
            assert!(text.contains(expected), "no {expected} in:\n{text}");
        }
    }
}

/// As messages of earlier versions tell it.
fn earlier() -> OrderDetails {
    let lines = order().lines.into_iter().map(|line| OrderLine { net: None, ..line }).collect();
    OrderDetails { lines, parts: None, ..order() }
}

#[test]
fn a_message_of_an_earlier_version_says_what_everything_costs_with_tax() {
    for order in [earlier(), OrderDetails { parts: order().parts, ..earlier() }] {
        let text = english(order, OrderEvent::Placed).text;
        for said in ["(TEA-1): €19.98", "(MUG): €15.00", "Delivery: €6.31", "Total, including tax: €41.29"] {
            assert!(text.contains(said), "no {said} in:\n{text}");
        }
        assert!(!text.contains("Goods:"), "{text}");
    }
}

#[test]
fn delivery_that_cannot_be_computed_is_left_out() {
    for total in [euro(3498), euro(3000), Money::new(4129, Currency::USD)] {
        let text = english(OrderDetails { total, ..earlier() }, OrderEvent::Placed).text;
        assert!(!text.contains("Delivery:") && text.contains("Total, including tax: "), "{text}");
    }
}

#[test]
fn no_email_about_an_order_that_cost_nothing_speaks_of_a_payment() {
    let free = OrderDetails { total: euro(0), ..order() };
    for (event, _) in events() {
        let is_about_money = matches!(
            event,
            OrderEvent::PaymentDeclined { .. } | OrderEvent::PaymentActionRequired { .. } | OrderEvent::Refunded { .. }
        );
        let text = english(free.clone(), event).text;
        let speaks = ["your payment", "charg", "bank"].iter().any(|word| text.to_lowercase().contains(word));
        assert!(is_about_money || !speaks, "{text}");
    }
}

#[test]
fn the_mail_about_the_last_payment_does_not_ask_for_another() {
    let event = OrderEvent::PaymentDeclined { reason: "x".into(), pay_until: until(), attempts_left: Some(0) };
    let text = english(order(), event).text;
    assert!(text.contains("last of the payments") && !text.contains("You can pay until"), "{text}");
}

/// The words about the link, and the link.
fn ending(order: OrderDetails) -> (String, String) {
    let blocks = email_in(Language::En, &Event::Order(order, OrderEvent::Placed)).blocks;
    let [.., Block::Paragraph(words), Block::Link { url, .. }, Block::Paragraph(_)] = blocks.as_slice() else {
        panic!("{blocks:?}")
    };
    (words.clone(), url.clone())
}

#[test]
fn a_customers_link_has_no_token_and_asks_to_sign_in() {
    let (words, url) = ending(OrderDetails { customer: Some(UserId::from_bits(1)), guest_token: None, ..order() });
    assert!(words.contains("signed in"), "{words}");
    assert_eq!(url, "https://shop.example/orders/order_00000000000000000000000007");
}

#[test]
fn a_guests_link_says_that_it_opens_the_order_only_if_it_does() {
    let (words, url) = ending(order());
    assert!(words.contains("opens your order") && words.contains("do not pass it on"), "{words}");
    assert!(url.ends_with("?token=1.1775001600.tag"), "{url}");
    let (words, url) = ending(OrderDetails { guest_token: None, ..order() });
    assert!(!words.contains("opens") && !url.contains('?'), "{words} {url}");
}

proptest! {
    #[test]
    fn whatever_a_token_is_it_stays_the_value_of_its_parameter(token in any::<String>()) {
        let (_, url) = ending(OrderDetails { guest_token: Some(token.clone()), ..order() });
        let value = url.strip_prefix("https://shop.example/orders/order_00000000000000000000000007?token=").unwrap();
        prop_assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{}", value);
        prop_assert_eq!(percent_encoding::percent_decode_str(value).decode_utf8().unwrap(), token);
    }

    #[test]
    fn no_value_of_a_message_adds_a_block_to_its_email(value in any::<String>()) {
        let harmless = email_in(Language::De, &Event::Order(order(), OrderEvent::Placed));
        let mut odd = order();
        odd.lines.iter_mut().for_each(|line| line.title.clone_from(&value));
        let odd = email_in(Language::De, &Event::Order(odd, OrderEvent::Placed));
        prop_assert_eq!((odd.blocks.len(), odd.footer.len()), (harmless.blocks.len(), harmless.footer.len()));
        prop_assert_eq!(odd.subject, harmless.subject);
    }
}
