//! Card numbers are refused wherever they are sent, without being repeated; other long numbers are not taken for them.

use crate::probe::bench;
use chassis::http::card_number::{is_card_number, is_hidden_in, is_in};
use chassis::testing::{Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Test numbers that payment providers publish, one or more of each brand.
const CARDS: [&str; 12] = [
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "30569309025904",
    "36227206271667",
    "3566002020360505",
    "6205500000000000004",
    "6759649826438453",
];

fn grouped(card: &str, separator: &str) -> String {
    let ends: &[usize] = match card.len() {
        14 => &[4, 10],
        15 => &[4, 10],
        16 => &[4, 8, 12],
        _ => &[4, 8, 12, 16],
    };
    let starts = std::iter::once(&0).chain(ends);
    let ends = ends.iter().copied().chain([card.len()]);
    starts.zip(ends).map(|(&start, end)| &card[start..end]).collect::<Vec<_>>().join(separator)
}

#[test]
fn a_card_number_is_found_in_one_piece_or_grouped_as_on_a_card_with_anything_around() {
    for card in CARDS {
        for written in [card.to_owned(), grouped(card, " "), grouped(card, "-"), grouped(card, ".")] {
            for text in [
                written.clone(),
                format!("my card: {written}, 12/27"),
                format!("pm_{written}"),
                format!("1 {written} 123"),
                format!("({written})"),
            ] {
                assert!(is_in(&text), "{text}");
            }
        }
    }
}

#[test]
fn a_card_number_in_the_digits_of_any_script_is_one() {
    for zero in ['٠', '۰', '०', '๐', '０', '\u{1d7ce}', '\u{1e950}'] {
        let digit = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(c);
        for card in CARDS {
            for written in [card.to_owned(), grouped(card, " ")] {
                let text: String = written.chars().map(digit).collect();
                assert!(is_in(&text) && is_in(&format!("+{text}.")) && is_hidden_in(&text), "{text}");
            }
        }
    }
    assert!(is_in("4242 ٤٢٤٢ ４２４２ 4242"), "of several at once");
    assert!(is_hidden_in("tok４２４２４２４２４２４２４２４２"));
}

#[test]
fn marks_and_what_nobody_sees_hide_no_card_number() {
    for between in ["\u{fe0f}", "\u{fe00}", "\u{fe0f}\u{20e3}", "\u{200b}", "\u{335}", "\u{ad}"] {
        let hidden = |card: &str| card.chars().map(|digit| format!("{digit}{between}")).collect::<String>();
        for card in CARDS {
            assert!(is_in(&hidden(card)) && is_hidden_in(&hidden(card)), "{card} {between:?}");
            assert!(is_in(&format!("1 {}", hidden(&grouped(card, " ")))), "{card} {between:?}");
        }
    }
}

#[test]
fn other_long_numbers_are_not_taken_for_card_numbers() {
    for (what, text) in [
        ("another check digit", "4242424242424241"),
        ("an issuer that there is not", "9999999999999995"),
        ("a German article number whose digits pass the check", "4006381333900"),
        ("an article number of a shipping unit", "14006381333930"),
        ("zeros", "0000000000000000"),
        ("a telephone number", "+49 1512 3456789"),
        ("a long telephone number", "+393123456789012"),
        ("a parcel", "00340434161094042557"),
        ("an account", "DE89 3704 0044 0532 0130 00"),
        ("inside a token", "tok_a4242424242424242"),
        ("inside an id", "order_01h2xcejqtf4242424242424242"),
        ("a longer number", "42424242424242424242424242424242"),
        ("other groups", "42 42424242 424242"),
        ("a time", "2026-01-01T00:00:00.000Z"),
        ("an account in another script", "DE٨٩ ٣٧٠٤ ٠٠٤٤ ٠٥٣٢ ٠١٣٠ ٠٠"),
        ("numerals that are no digits", "④②④② ④②④② ④②④② ④②④②"),
    ] {
        assert!(!is_in(text), "{what}: {text}");
    }
}

/// A body that is valid except for one field.
fn with_card(name: &str, value: Value) -> Value {
    let mut body = json!({"name": "a", "size": 1});
    body[name] = value;
    body
}

async fn answer(request: Request) -> Response {
    bench().http(request).await
}

#[tokio::test]
async fn a_card_number_anywhere_in_a_request_is_422_with_the_place_and_never_repeated() {
    let card = "4242 4242 4242 4242";
    let post = |body: Value| Request::post("/v1/things", body);
    let keyed = Request::post("/v1/things/a/keyed", json!({}));
    for (request, member, place) in [
        (post(with_card("name", json!(card))), "field", "/name"),
        (post(with_card("size", json!(4_242_424_242_424_242_u64))), "field", "/size"),
        (post(with_card("size", json!(-4_242_424_242_424_242_i64))), "field", "/size"),
        (
            post(with_card("parts", json!([{"name": "b", "size": 1}, {"name": card, "size": 1}]))),
            "field",
            "/parts/1/name",
        ),
        (post(with_card("name", json!("４２４２　４２４２　４２４２　４２４２"))), "field", "/name"),
        (post(with_card("name", json!("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"))), "field", "/name"),
        (post(with_card("names", json!({card: "a"}))), "field", "/names"),
        (post(with_card("unknown", json!(card))), "field", "/unknown"),
        (post(with_card(card, json!(1))), "field", ""),
        (post(json!(card)), "field", ""),
        (Request::get("/v1/things?cursor=4242+4242-4242%204242"), "parameter", "query"),
        (Request::get("/v1/things?4242424242424242"), "parameter", "query"),
        (Request::get("/v1/things/4242%204242%204242%204242"), "parameter", "id"),
        (keyed.header("idempotency-key", "4242-4242-4242-4242"), "parameter", "Idempotency-Key"),
    ] {
        let refused = answer(request.clone()).await;
        assert_eq!((refused.status, refused.problem()), (422, "card_number_refused"), "{request:?}");
        assert_eq!(refused.body[member], json!(place), "{request:?}");
        assert!(!refused.body.to_string().contains("4242"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_number_too_broken_to_be_read_is_not_repeated_either() {
    for (body, problem) in [
        (r#"{"name": 4242424242424242.5}"#, "card_number_refused"),
        (r#"{"name": "4242424242424242" "#, "malformed_json"),
        ("4242424242424242 x", "malformed_json"),
    ] {
        let refused = answer(Request::new("POST", "/v1/things").body(body)).await;
        assert_eq!(refused.problem(), problem, "{body}");
        assert!(!refused.body.to_string().contains("4242"), "{refused:?}");
    }
}

/// The digits with the check digit that makes them pass.
fn checked(digits: &str) -> String {
    let with = |last: u8| format!("{digits}{last}");
    (0..10).map(with).find(|number| is_card_number(number)).unwrap()
}

proptest! {
    #[test]
    fn exactly_one_of_ten_check_digits_is_right_and_a_wrong_digit_is_noticed(
        digits in "4[0-9]{14}", at in 1usize..15, other in 1u8..10,
    ) {
        prop_assert_eq!((0..10).filter(|last| is_card_number(&format!("{digits}{last}"))).count(), 1);
        let card = checked(&digits);
        let mut wrong = card.clone().into_bytes();
        wrong[at] = (wrong[at] - b'0' + other) % 10 + b'0';
        prop_assert!(!is_card_number(std::str::from_utf8(&wrong).unwrap()));
    }

    #[test]
    fn letters_on_either_side_make_digits_part_of_a_word(digits in "5[1-5][0-9]{13}", letter in "[a-zA-Z]") {
        let card = checked(&digits);
        prop_assert!(is_in(&card));
        let before = format!("{letter}{card}");
        let after = format!("{card}{letter}");
        prop_assert!(!is_in(&before) && !is_in(&after));
    }

    #[test]
    fn no_id_is_taken_for_a_card_number(bits in any::<u128>()) {
        let id = events::ids::OrderId::from_bits(bits).to_string();
        prop_assert!(!is_in(&id), "{}", id);
    }

    #[test]
    fn any_text_is_judged_without_harm(text in ".{0,60}") {
        prop_assert!(!is_in(&text) || text.chars().filter(|c| c.is_numeric()).count() >= 14);
    }
}
