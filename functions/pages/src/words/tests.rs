//! Both languages say the same things, each in its own words.

use super::Words;
use crate::locale::Locale;
use serde_json::Value;
use std::collections::BTreeMap;

/// Words that are the same in both languages.
const SAME: [&str; 6] =
    ["/address/name", "/dates/months/3", "/dates/months/7", "/dates/months/8", "/dates/months/10", "/menu"];

fn texts(file: &str) -> BTreeMap<String, String> {
    fn collect(at: String, value: &Value, into: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| collect(format!("{at}/{name}"), value, into))
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, value)| collect(format!("{at}/{index}"), value, into));
            }
            Value::String(text) => drop(into.insert(at, text.clone())),
            other => panic!("{at} is no text: {other}"),
        }
    }
    let mut into = BTreeMap::new();
    collect(String::new(), &serde_json::from_str(file).unwrap(), &mut into);
    into
}

fn both() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    (texts(include_str!("../../words/en.json")), texts(include_str!("../../words/de.json")))
}

#[test]
fn the_words_of_both_languages_are_complete() {
    assert_eq!(Words::of(Locale::En).cart.to_string(), "Cart");
    assert_eq!(Words::of(Locale::De).cart.to_string(), "Warenkorb");
    let (english, german) = both();
    assert!(english.keys().eq(german.keys()));
    assert!(english.values().chain(german.values()).all(|text| !text.trim().is_empty()));
}

#[test]
fn no_german_text_was_left_in_english_but_for_the_words_that_are_the_same() {
    let (english, german) = both();
    let same: Vec<_> = english.iter().filter(|(at, text)| german[*at] == **text).map(|(at, _)| at.as_str()).collect();
    let mut expected = SAME;
    expected.sort_unstable();
    assert_eq!(same, expected);
}

#[test]
fn both_languages_have_the_same_places_for_values() {
    let places = |text: &str| {
        let mut found: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        found.sort();
        found
    };
    let (english, german) = both();
    for (at, text) in &english {
        assert_eq!(places(text), places(&german[at]), "{at}");
    }
}
