//! The facts that each email must state, in any words.

use super::email as english;
use super::*;
use events::ids::{OrderId, UserId};
use events::orders::OrderLine;
use events::payments::AmountParts;
use events::{Contact, Currency, Money};
use proptest::prelude::*;

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
        contact: Some(Contact { email: "ada@example.com".parse().unwrap(), name: Some("Ada".into()) }),
        guest_token: Some("1.1775001600.tag".to_owned()),
        language: None,
        lines: vec![line("TEA-1", "Green tea", 2, 1867, 1998), line("MUG", "Mug", 1, 1261, 1500)],
        parts: Some(AmountParts { net: 3128, shipping: 530, tax: 471 }),
        total: euro(4129),
    }
}

fn email(event: &Event) -> Email {
    english(event, "Tea & Co", "https://shop.example")
}

fn until() -> Timestamp {
    Timestamp::parse("2026-01-31T09:05:00Z").unwrap()
}

fn events() -> Vec<(OrderEvent, Vec<&'static str>)> {
    let missing = vec![MissingLine { sku: "MUG".parse().unwrap(), requested: 1, available: 0 }];
    vec![
        (OrderEvent::Placed, vec!["We have received your order", "another email"]),
        (OrderEvent::Confirmed, vec!["is confirmed", "tracking number"]),
        (
            OrderEvent::PaymentDeclined {
                reason: "insufficient_funds".into(),
                pay_until: until(),
                attempts_left: Some(4),
            },
            vec!["declined", "not enough money", "31 January 2026, 09:05 UTC"],
        ),
        (
            OrderEvent::PaymentActionRequired { url: "https://bank.example/7".into(), pay_until: until() },
            vec!["confirm", "https://bank.example/7", "31 January 2026, 09:05 UTC"],
        ),
        (OrderEvent::Rejected { missing }, vec!["cannot fulfill", "Mug: 1 ordered, none left", "not been charged"]),
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
            vec!["on its way", "Carrier: DHL", "Tracking number: 0034"],
        ),
        (
            OrderEvent::TrackingCorrected { carrier: "UPS".into(), tracking_number: "0043".into() },
            vec!["tracking number has changed", "Carrier: UPS", "Tracking number: 0043"],
        ),
        (OrderEvent::Delivered, vec!["has arrived"]),
        (OrderEvent::Refunded { amount: euro(1500) }, vec!["refund", "15.00 EUR"]),
    ]
}

#[test]
fn every_order_email_is_complete() {
    for (event, expected) in events() {
        let rendered = email(&Event::Order(order(), event.clone())).render();
        let whole = format!("{}\n{}", rendered.subject, rendered.text);
        let always = [
            "Your order number is 00000-00007.",
            "See your order: https://shop.example/orders/order_00000000000000000000000007?token=1.1775001600.tag",
            "Hello Ada,",
            "2 × Green tea (TEA-1): 18.67 EUR",
            "1 × Mug (MUG): 12.61 EUR",
            "Goods: 31.28 EUR",
            "Delivery: 5.30 EUR",
            "Tax: 4.71 EUR",
            "Total: 41.29 EUR",
        ];
        for text in always.iter().chain(&expected) {
            assert!(whole.contains(text), "{event:?} lacks {text}:\n{whole}");
        }
        assert!(rendered.subject.contains("(00000-00007)"), "{}", rendered.subject);
        assert!(!whole.contains("  \n") && !whole.contains("ada@example.com"));
    }
}

#[test]
fn the_reason_for_a_decline_is_a_sentence_even_if_it_is_new_to_us() {
    for reason in ["card_declined", "authentication_failed", "do_not_honor"] {
        let event = OrderEvent::PaymentDeclined { reason: reason.into(), pay_until: until(), attempts_left: None };
        let rendered = email(&Event::Order(order(), event)).render();
        assert!(rendered.text.contains("Your payment was declined"), "{reason}");
        assert!(!rendered.text.contains(reason), "{reason}");
    }
}

#[test]
fn amounts_have_the_digits_of_their_currency() {
    let in_currency = |currency: Currency| {
        let money = |amount| Money::new(amount, currency);
        let mut details = OrderDetails { total: money(4129), ..order() };
        details.lines.iter_mut().for_each(|line| line.net = line.net.map(|net| money(net.amount)));
        email(&Event::Order(details, OrderEvent::Refunded { amount: money(1500) })).render().text
    };
    for (currency, texts) in [
        (Currency::JPY, ["(TEA-1): 1867 JPY", "Delivery: 530 JPY", "Total: 4129 JPY", "1500 JPY"]),
        (Currency::KWD, ["(TEA-1): 1.867 KWD", "Delivery: 0.530 KWD", "Total: 4.129 KWD", "1.500 KWD"]),
    ] {
        let text = in_currency(currency);
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
        let text = email(&Event::Order(order, OrderEvent::Placed)).render().text;
        for said in ["(TEA-1): 19.98 EUR", "(MUG): 15.00 EUR", "Delivery: 6.31 EUR", "Total, including tax: 41.29 EUR"]
        {
            assert!(text.contains(said), "no {said} in:\n{text}");
        }
        assert!(!text.contains("Goods:"), "{text}");
    }
}

#[test]
fn delivery_that_cannot_be_computed_is_left_out() {
    for total in [euro(3498), euro(3000), Money::new(4129, Currency::USD)] {
        let rendered = email(&Event::Order(OrderDetails { total, ..earlier() }, OrderEvent::Placed)).render();
        assert!(!rendered.text.contains("Delivery:"), "{total}");
        assert!(rendered.text.contains(&format!("Total, including tax: {total}")));
    }
}

#[test]
fn a_welcome_greets_by_name_but_carries_no_strangers_message() {
    let hello = |name: Option<&str>| {
        let contact = Contact { email: "ada@example.com".parse().unwrap(), name: name.map(str::to_owned) };
        email(&Event::UserRegistered(contact)).render().text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(hello(Some("Ada Lovelace")), "Hello Ada Lovelace,");
    assert_eq!(hello(Some("J. R. O’Neill-Müller")), "Hello J. R. O’Neill-Müller,");
    assert_eq!(hello(None), "Hello,");
    for name in ["win money at evil.example", "https://evil.example", "a@b", "<b>", "", &"a".repeat(61), "www evil com"]
    {
        assert_eq!(hello(Some(name)), "Hello,", "{name}");
    }
}

#[test]
fn no_email_about_an_order_that_cost_nothing_speaks_of_a_payment() {
    let free = OrderDetails { total: euro(0), ..order() };
    let dispatched = OrderEvent::Dispatched { carrier: "DHL".into(), tracking_number: "0034".into() };
    for event in [
        OrderEvent::Placed,
        OrderEvent::Confirmed,
        OrderEvent::Canceled { by_shop: false },
        OrderEvent::Canceled { by_shop: true },
        OrderEvent::Expired,
        OrderEvent::Rejected { missing: Vec::new() },
        OrderEvent::CancellationRefused,
        dispatched,
        OrderEvent::Delivered,
    ] {
        let text = email(&Event::Order(free.clone(), event.clone())).render().text;
        assert!(!["your payment", "charg", "bank"].iter().any(|word| text.to_lowercase().contains(word)), "{text}");
    }
}

#[test]
fn the_mail_about_the_last_payment_does_not_ask_for_another() {
    let event = OrderEvent::PaymentDeclined { reason: "x".into(), pay_until: until(), attempts_left: Some(0) };
    let text = email(&Event::Order(order(), event)).render().text;
    assert!(text.contains("last of the payments") && !text.contains("You can pay until"), "{text}");
}

/// The words about the link, and the link.
fn ending(order: OrderDetails) -> (String, String) {
    let blocks = email(&Event::Order(order, OrderEvent::Placed)).blocks;
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
}

#[test]
fn every_mail_is_signed_with_the_shops_name() {
    let contact = Contact { email: "ada@example.com".parse().unwrap(), name: None };
    let welcome = email(&Event::UserRegistered(contact)).render();
    assert_eq!(welcome.subject, "Welcome to Tea & Co");
    for rendered in [welcome, email(&Event::Order(order(), OrderEvent::Placed)).render()] {
        assert!(rendered.text.ends_with("\n\nYour Tea & Co team\n"), "{}", rendered.text);
        assert!(rendered.html.contains("Your Tea &amp; Co team"), "{}", rendered.html);
    }
}
