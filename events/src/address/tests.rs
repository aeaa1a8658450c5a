//! Addresses of the world as people type them, and in the spelling of the post.

use super::places::{Rules, countries};
use super::typed::{CountryCode, Needs, TypedAddress, TypedDestination};
use super::*;
use crate::text::FieldError;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) fn typed(country: &str) -> Value {
    json!({"name": "Ada", "line1": "1 Way", "city": "Town", "country": country})
}

pub(super) fn with(country: &str, field: &str, value: &str) -> Value {
    let mut address = typed(country);
    address[field] = json!(value);
    address
}

pub(super) fn parsed(address: &Value) -> Result<Address, FieldError> {
    serde_json::from_value::<TypedAddress>(address.clone()).unwrap().parsed()
}

pub(super) fn refused(address: &Value) -> (String, String) {
    let error = parsed(address).unwrap_err();
    (error.field, error.requirement)
}

/// A destination with a postal code alone.
pub(super) fn destination(country: &str, postal_code: &str) -> Result<Destination, FieldError> {
    let typed = json!({"country": country, "postal_code": postal_code});
    serde_json::from_value::<TypedDestination>(typed).unwrap().parsed()
}

pub(super) fn code(country: &str, typed: &str) -> Option<String> {
    destination(country, typed).unwrap_or_else(|error| panic!("{country} {typed}: {error}")).postal_code
}

pub(super) fn region(country: &str, typed: &str) -> Result<Option<String>, FieldError> {
    let typed = json!({"country": country, "region": typed});
    serde_json::from_value::<TypedDestination>(typed).unwrap().parsed().map(|place| place.region)
}

#[test]
fn codes_that_iso_3166_does_not_assign_are_refused_and_kosovo_is_a_place() {
    let country = |code: &str| serde_json::from_value::<CountryCode>(json!(code)).unwrap().parsed();
    for (code, kept) in [
        ("DE", "DE"),
        ("de", "DE"),
        ("Gb", "GB"),
        (" de ", "DE"),
        ("\u{3000}fr\t", "FR"),
        ("XK", "XK"),
        ("SS", "SS"),
        ("AQ", "AQ"),
    ] {
        assert_eq!(country(code).unwrap().as_str(), kept, "{code}");
    }
    for code in [
        "XX", "ZZ", "AA", "QM", "EU", "UN", "SU", "YU", "AN", "AC", "TA", "", "D", "DEU", "Germany", "D ", "D E",
        " XX ", " ", "Dé", "ＤＥ",
    ] {
        let error = country(code).unwrap_err();
        let told = "must be two letters that ISO 3166-1 assigns to a country, such as DE";
        assert_eq!((&*error.field, &*error.requirement), ("country", told), "{code}");
    }
    assert_eq!(country("UK").unwrap_err().requirement, "must be GB for the United Kingdom");
    assert_eq!(country("el").unwrap_err().requirement, "must be GR for Greece");
    assert_eq!(countries().count(), 249 + 1);
}

#[test]
fn a_state_is_known_by_its_code_and_its_name_and_kept_as_its_code() {
    for (country, kept, typed) in [
        ("US", "CA", &["California", "ca", " CALIFORNIA ", "US-CA"][..]),
        ("US", "NY", &["New York", "new-york", "NewYork", "NY - New York", "New York (NY)", "New York, NY"]),
        ("US", "DC", &["District of Columbia", "Washington, D.C.", "D.C."]),
        ("US", "PR", &["Puerto Rico"]),
        ("US", "AA", &["Armed Forces (AA)"]),
        ("US", "AE", &["Armed Forces (AE)", "Armed Forces Middle East", "Armed Forces Africa", "Armed Forces Canada"]),
        ("US", "AP", &["Armed Forces Pacific", "Armed Forces (AP)"]),
        ("US", "VI", &["Virgin Islands", "U.S. Virgin Islands", "US Virgin Islands", "Virgin Islands, U.S."]),
        ("US", "FM", &["Federated States of Micronesia"]),
        ("US", "HI", &["Hawaii", "Hawai'i", "Hawai\u{2bb}i", "Hawai’i"]),
        ("US", "CA", &["ＣＡ", "Ｃａｌｉｆｏｒｎｉａ", "ＵＳ－ＣＡ"]),
        ("CA", "QC", &["Québec", "Quebec", "QUÉBEC", "Que\u{301}bec", "CA-QC", "Qué.", "PQ", "P.Q."]),
        ("CA", "PE", &["Prince Edward Island", "Île-du-Prince-Édouard", "ile du prince edouard", "P.E.I.", "Î.-P.-É."]),
        ("CA", "NL", &["Newfoundland & Labrador", "Newfoundland and Labrador", "Newfoundland", "NF", "T.-N.-L."]),
        ("CA", "NT", &["Northwest Territories", "NWT", "N.W.T.", "T.N.-O."]),
        ("CA", "NS", &["Nouvelle-Écosse", "N.-É."]),
        ("CA", "BC", &["Colombie-Britannique", "C.-B."]),
        ("CA", "YT", &["Yukon", "Yukon Territory", "Territoire du Yukon"]),
        ("AU", "NSW", &["New South Wales", "nsw", "N.S.W.", "ＮＳＷ"]),
        ("BR", "SP", &["São Paulo", "Sao Paulo", "São Paulo - SP", "SP/São Paulo"]),
    ] {
        for typed in typed.iter().chain([&kept]) {
            assert_eq!(region(country, typed).unwrap().as_deref(), Some(kept), "{country} {typed}");
        }
    }
    for (country, typed, example) in [
        ("US", "Kalifornien", "AL or Alabama"),
        ("US", "California (NV)", "AL or Alabama"),
        ("US", "Armed Forces", "AL or Alabama"),
        ("US", "CA CA", "AL or Alabama"),
        ("CA", "CA", "AB or Alberta"),
        ("US", "???", "AL or Alabama"),
    ] {
        let error = region(country, typed).unwrap_err();
        let told = format!("must be one of {country}, such as {example}");
        assert_eq!((&*error.field, &*error.requirement), ("region", &*told));
    }
    let us = with("US", "postal_code", "94105");
    assert_eq!(refused(&us).1, "is required for an address in US, such as AL or Alabama");
    for nothing in ["", "-"] {
        let mut address = us.clone();
        address["region"] = json!(nothing);
        assert_eq!(refused(&address).0, "region");
    }
    // Elsewhere it is a text like another, and may be left out.
    assert_eq!(region("ES", " Las Palmas ").unwrap().as_deref(), Some("Las Palmas"));
    assert_eq!(region("DE", "").unwrap(), None);
}

#[test]
fn each_field_is_trimmed_bounded_and_legible_and_an_empty_optional_one_is_absent() {
    let whole = json!({"name": " Ada ", "company": "\u{a0}Engines Ltd ", "line1": " 1 Way ", "line2": " Floor 2 ",
        "city": " Berlin ", "region": " Berlin ", "postal_code": " 10115 ", "country": "de", "phone": " +49  30 901820 "});
    let kept = json!({"name": "Ada", "company": "Engines Ltd", "line1": "1 Way", "line2": "Floor 2", "city": "Berlin",
        "region": "Berlin", "postal_code": "10115", "country": "DE", "phone": "+49 30 901820"});
    assert_eq!(serde_json::to_value(parsed(&whole).unwrap()).unwrap(), kept);
    for field in ["company", "line2", "region", "phone"] {
        for nothing in [json!(""), json!(" \u{3000}"), json!("-"), Value::Null] {
            let mut address = whole.clone();
            address[field] = nothing.clone();
            // A hyphen is a text where any text is one.
            let kept = (nothing == "-" && ["company", "line2"].contains(&field)).then_some(&nothing);
            assert_eq!(serde_json::to_value(parsed(&address).unwrap()).unwrap().get(field), kept, "{field}");
        }
    }
    let mut masked = whole.clone();
    masked["phone"] = json!("(___) ___-____");
    assert_eq!(parsed(&masked).unwrap().phone, None, "nobody typed anything");
    for field in ["name", "company", "line1", "line2", "city", "region", "postal_code", "phone"] {
        for bad in
            ["a\nb", "a\r\nBcc: x@y.z", "Str\0\u{1b}[31m1", "Ber\u{202e}lin", "a\u{200b}", "\u{3164}", "a\u{2028}b"]
        {
            let mut address = whole.clone();
            address[field] = json!(bad);
            assert_eq!(refused(&address).0, field, "{bad:?}");
        }
        let mut address = whole.clone();
        address[field] = json!("é".repeat(201));
        assert_eq!(refused(&address).0, field);
    }
    for field in ["name", "company", "line1", "line2", "city", "region"] {
        let mut address = whole.clone();
        address[field] = json!("é".repeat(200));
        assert!(parsed(&address).is_ok(), "{field}: characters count, not bytes");
    }
    for (field, nothing) in [("name", ""), ("line1", " "), ("city", "\u{3000}")] {
        let mut address = whole.clone();
        address[field] = json!(nothing);
        assert_eq!(refused(&address).0, field);
    }
}

#[test]
fn a_telephone_number_is_kept_as_it_is_usually_written() {
    let phone = |typed: &str| parsed(&with("IE", "phone", typed)).map(|address| address.phone.unwrap());
    for (typed, kept) in [
        ("+49 (0)30 901820-0", "+49 (0)30 901820-0"),
        ("(415) 555-0100 x12", "(415) 555-0100 x12"),
        ("415.555.0100", "415.555.0100"),
        ("030/901820", "030/901820"),
        ("＋81 ３-１２３４-５６７８", "+81 3-1234-5678"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "050 123 4567"),
        ("+९१ ९८१०० १२३४५", "+91 98100 12345"),
        ("๐๒ ๑๒๓ ๔๕๖๗", "02 123 4567"),
        ("12345", "12345"),
        ("(+49) 30 901820", "(+49) 30 901820"),
        ("+1 (415) 555-0100 ext. 12", "+1 (415) 555-0100 x12"),
        ("415 555 0100 EXT 12", "415 555 0100 x12"),
        ("415 555 0100, extension: 12", "415 555 0100 x12"),
        ("415 555 0100ｅｘｔ１２", "415 555 0100 x12"),
        ("415 555 0100 X 12", "415 555 0100 x 12"),
        ("tel:+1-415-555-0100;ext=12", "+1-415-555-0100 x12"),
        ("Tel. 030 901820", "030 901820"),
        ("TEL.: 030 901820", "030 901820"),
        ("03ｰ1234ｰ5678", "03-1234-5678"),
        ("03・1234・5678", "03.1234.5678"),
        ("03～1234～5678", "03-1234-5678"),
    ] {
        assert_eq!(phone(typed).unwrap(), kept);
    }
    for bad in [
        "1234",
        "call me",
        "0301234567890123456789",
        "12345678901234567890123456789012345678901",
        "a@b.example",
        "030 123456 ext.",
        "ext. 12345",
        "030 123456 ext. 12 ext. 13",
        "030 123456 x1x2",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx12345",
        "12345x",
        "++++12345",
        "030+12345",
        "12345+",
        "()12345",
        "☎☎☎☎☎",
        "😀",
        "+",
        "( ) 12345",
        "tel:tel:030 901820",
    ] {
        assert_eq!(phone(bad).unwrap_err().field, "phone", "{bad}");
    }
}

#[test]
fn a_quote_covers_the_same_place_in_any_spelling_and_names_the_part_that_is_another() {
    let quoted = |country: &str, region: Option<&str>, code: Option<&str>| Destination {
        country: country.parse().unwrap(),
        region: region.map(str::to_owned),
        postal_code: code.map(str::to_owned),
    };
    let ordered = |region: Option<&str>, code: Option<&str>| {
        let (region, postal_code) = (region.map(str::to_owned), code.map(str::to_owned));
        Address { region, postal_code, ..parsed(&typed("AE")).unwrap() }
    };
    for (country, quote, order, mismatch) in [
        ("GB", (None, Some("SW1A1AA")), (None, Some("SW1A 1AA")), None),
        ("GB", (None, Some("sw1a 1aa")), (None, Some("SW1A 1AA")), None),
        ("GB", (None, Some("SW1A 1AA")), (None, Some("SW1A 2AA")), Some("postal_code")),
        ("DE", (None, Some("10115")), (None, Some(" 10115 ")), None),
        ("DE", (None, Some("10115")), (None, Some("80331")), Some("postal_code")),
        ("DE", (None, Some("10115")), (None, None), Some("postal_code")),
        ("DE", (None, None), (Some("Berlin"), Some("10115")), None),
        ("DE", (Some("Berlin"), None), (Some("BERLIN"), None), None),
        ("DE", (Some("Thüringen"), None), (Some("Thu\u{308}ringen"), None), None),
        ("DE", (Some("Berlin"), None), (None, None), Some("region")),
        ("US", (Some("California"), Some("94105")), (Some("CA"), Some("94105-1234")), None),
        ("US", (Some("CA"), Some("94105-1234")), (Some("CA"), Some("94105")), None),
        ("US", (Some("CA"), None), (Some("Nevada"), None), Some("region")),
        ("JP", (None, Some("1000001")), (None, Some("100-0001")), None),
        ("AE", (Some("Dubai"), Some("PO-1")), (Some("dubai"), Some("po 1")), None),
    ] {
        let (quote, order) = (quoted(country, quote.0, quote.1), ordered(order.0, order.1));
        let order = Address { country: country.parse().unwrap(), ..order };
        assert_eq!(quote.mismatch(&order), mismatch, "{quote:?} {order:?}");
    }
    assert_eq!(quoted("FR", None, None).mismatch(&ordered(None, None)), Some("country"));
    // Stored before codes were checked.
    let old = |country: &str| Address { country: country.parse().unwrap(), ..ordered(None, Some("E1 4")) };
    assert_eq!(quoted("UK", None, Some("e14")).mismatch(&old("UK")), None);
}

#[test]
fn a_quote_covers_a_region_in_letters_of_any_keyboard_and_a_postal_code_that_is_more_precise() {
    let place = |country: &str, region: &str, code: &str| {
        let (region, postal_code) = (Some(region.to_owned()), Some(code.to_owned()));
        Destination { country: country.parse().unwrap(), region, postal_code }
    };
    for (country, one, other, mismatch) in [
        ("JP", ("ＴＯＫＹＯ", ""), ("Tokyo", ""), None),
        ("PL", ("Łódzkie", ""), ("Lodzkie", ""), None),
        ("DK", ("Sjælland", ""), ("Sjaelland", ""), None),
        ("DK", ("Ærø", ""), ("AERO", ""), None),
        ("IS", ("Þingeyjarsveit, Borgarfjörður", ""), ("Thingeyjarsveit Borgarfjordur", ""), None),
        ("HR", ("Međimurje", ""), ("Medimurje", ""), None),
        ("MT", ("Ħamrun", ""), ("Hamrun", ""), None),
        ("GB", ("Tyne & Wear", ""), ("Tyne and Wear", ""), None),
        ("DK", ("Ærø", ""), ("Fanø", ""), Some("region")),
        ("VE", ("", "1010"), ("", "1010-A"), None),
        ("VE", ("", "1010-A"), ("", "1011-A"), Some("postal_code")),
        ("LB", ("", "1107"), ("", "1107 2810"), None),
        ("LB", ("", "1107 2810"), ("", "1108 2810"), Some("postal_code")),
        ("AR", ("", "1425"), ("", "C1425DQK"), None),
        ("AR", ("", "C1425"), ("", "1425DQK"), None),
        ("AR", ("", "1425"), ("", "C1426DQK"), Some("postal_code")),
        ("HK", ("", "ＨＫ999077"), ("", "hk 999077"), None),
    ] {
        let (quote, order) = (place(country, one.0, one.1), place(country, other.0, other.1));
        let Destination { country, region, postal_code } = order;
        let order = Address { country, region, postal_code, ..parsed(&typed("AE")).unwrap() };
        assert_eq!(quote.mismatch(&order), mismatch, "{quote:?} {order:?}");
    }
}

#[test]
fn an_address_of_an_earlier_version_is_read_as_it_is() {
    let old = json!({"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "50 03", "country": "ZZ"});
    let address: Address = serde_json::from_value(old.clone()).unwrap();
    assert_eq!(serde_json::to_value(address).unwrap(), old);
}

#[test]
fn every_country_is_written_once_and_its_example_is_one_of_its_postal_codes() {
    let mut before = None;
    for country in countries() {
        assert!(before < Some(country.clone()), "{country} has its place in the alphabet");
        let rules = Rules::of(&country).unwrap();
        if rules.has_forms() {
            assert_eq!(rules.postal_code(rules.example).as_deref(), Some(rules.example), "{country}");
        }
        assert!(rules.has_forms() || !rules.needs_postal_code && rules.example.is_empty(), "{country}");
        for (code, names) in rules.region_names() {
            for spelling in names.split('/').chain([code]) {
                assert_eq!(rules.region(spelling), Some(code), "{country} {spelling}");
            }
        }
        before = Some(country);
    }
}

/// A country of the table, and text that may be one of its codes.
fn place() -> impl Strategy<Value = (Country, String)> {
    let all: Vec<_> = countries().collect();
    (prop::sample::select(all), "[A-Za-z]{0,2}[ -]?[0-9]{1,5}[ -]?[A-Za-z0-9]{0,4}|\\PC{1,12}")
}

proptest! {
    #[test]
    fn the_spelling_of_the_post_is_spelled_like_itself((country, text) in place()) {
        if let Ok(once) = destination(country.as_str(), &text) {
            let typed = serde_json::from_value::<TypedDestination>(serde_json::to_value(&once).unwrap()).unwrap();
            prop_assert_eq!(&typed.parsed().unwrap(), &once);
        }
    }

    #[test]
    fn a_code_is_itself_in_capitals_without_blanks_and_with_others((country, text) in place()) {
        if let Ok(once) = destination(country.as_str(), &text) && text.is_ascii() && Rules::of(&country).unwrap().has_forms() {
            for other in [text.to_uppercase(), text.to_lowercase(), text.replace(' ', ""), text.replace('-', " "), format!(" {text} ")] {
                prop_assert_eq!(&destination(country.as_str(), &other).unwrap(), &once);
            }
        }
    }

    #[test]
    fn two_places_are_one_in_either_order((country, one) in place(), other in "[0-9]{4,6}|\\PC{1,8}") {
        let covers = |one: &str, other: &str| {
            let quote = Destination { country: country.clone(), region: Some(one.into()), postal_code: Some(one.into()) };
            let address = Address { country: country.clone(), region: Some(other.into()), postal_code: Some(other.into()),
                ..parsed(&typed("AE")).unwrap() };
            quote.mismatch(&address)
        };
        prop_assert_eq!(covers(&one, &other), covers(&other, &one));
        prop_assert_eq!(covers(&one, &one), None);
    }

    #[test]
    fn a_whole_address_that_was_read_is_read_the_same_again(name in "\\PC{1,30}", line2 in "\\PC{0,30}", phone in "[0-9 +()./x-]{0,30}") {
        let mut address = with("US", "postal_code", "941051234");
        address["region"] = json!("california");
        (address["name"], address["line2"], address["phone"]) = (json!(name), json!(line2), json!(phone));
        if let Ok(once) = parsed(&address) {
            prop_assert_eq!(&parsed(&serde_json::to_value(&once).unwrap()).unwrap(), &once);
        }
    }
}

#[test]
fn a_country_says_what_its_post_asks_of_an_address() {
    let needs = |code: &str| CountryCode::from(code.to_owned()).needs();
    let without_region = |postal_code, postal_code_example| Needs { postal_code, postal_code_example, region: None };
    assert_eq!(needs("de"), Some(without_region(true, "10115")));
    assert_eq!((needs("AE"), needs("BD")), (Some(without_region(false, "")), Some(without_region(false, "1340"))));
    let us = needs("US").unwrap();
    assert_eq!((us.postal_code, us.region), (true, Some(("AL", "Alabama"))));
    assert_eq!((needs(""), needs("XX")), (None, None));
}
