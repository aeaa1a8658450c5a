//! Postal codes as people type them, and as the post of each country writes them.

use super::*;
use crate::address::tests::*;
use serde_json::Value;

#[test]
fn a_postal_code_has_one_spelling_however_it_is_typed() {
    for (country, kept, typed) in [
        ("GB", "SW1A 1AA", &["SW1A1AA", "sw1a 1aa", " Sw1a  1Aa ", "SW1A-1AA"][..]),
        ("GB", "M1 1AE", &["m11ae"]),
        ("CH", "1201", &["NPA 1201", "CHE-1201"]),
        ("RS", "11000", &["SRB-11000"]),
        ("GB", "DN55 1PT", &["dn551pt"]),
        ("GB", "GIR 0AA", &["gir0aa"]),
        ("GB", "BFPO 801", &["bfpo801"]),
        ("CA", "K1A 0B1", &["k1a0b1", "K1A-0B1", "ON K1A 0B1"]),
        ("NL", "1012 AB", &["1012ab", "NL-1012 AB"]),
        ("PL", "00-001", &["00001", "00 001", "PL 00-001"]),
        ("SE", "111 22", &["11122", "SE-111 22", "s-11122"]),
        ("CZ", "110 00", &["11000"]),
        ("JP", "100-0001", &["1000001", "〒100-0001", "１００－０００１", "100ー0001"]),
        ("US", "94105", &["94105", "CA 94105", "US-94105", "USA 94105"]),
        ("US", "94105-1234", &["941051234", "94105 1234", "94105–1234"]),
        ("BR", "40301-110", &["40301110", "CEP 40301-110", "40.301-110"]),
        ("PT", "1250-096", &["1250096"]),
        ("DE", "10115", &[" 10115 ", "D-10115", "de 10115", "१०११५"]),
        ("AT", "1010", &["A-1010", "AT-1010"]),
        ("CH", "8001", &["CH-8001"]),
        ("LU", "1234", &["L-1234", "LU1234"]),
        ("FR", "75001", &["F-75001"]),
        ("RE", "97400", &["F-97400", "FR-97400", "RE-97400"]),
        ("BE", "4000", &["B-4000"]),
        ("IT", "00144", &["I-00144"]),
        ("NO", "0025", &["N-0025"]),
        ("DK", "8660", &["DK-8660"]),
        ("GL", "3900", &["DK-3900", "GL 3900"]),
        ("LV", "LV-1073", &["1073", "lv1073", "LV 1073"]),
        ("LI", "9490", &["FL-9490"]),
        ("FI", "00550", &["FIN-00550"]),
        ("IE", "A65 F4E2", &["a65f4e2"]),
        ("IN", "110001", &["110 001"]),
        ("AR", "C1070AAM", &["c1070aam", "AR-C1070AAM"]),
        ("MT", "VCT 1753", &["vct1753"]),
        ("IR", "11936-12345", &["١١٩٣٦١٢٣٤٥", "۱۱۹۳۶-۱۲۳۴۵"]),
        ("KY", "KY1-1100", &["ky11100"]),
        ("VE", "1010-A", &["1010a"]),
    ] {
        assert_eq!(code(country, kept).as_deref(), Some(kept));
        for typed in typed {
            assert_eq!(code(country, typed).as_deref(), Some(kept), "{country} {typed}");
        }
    }
}

#[test]
fn the_word_for_a_postal_code_and_the_sign_of_its_post_are_left_out() {
    for (country, kept, typed) in [
        ("SV", "1101", &["CP 1101", "C.P. 1101"][..]),
        ("OM", "133", &["PC 133", "P.C. 133", "Postcode: 133"]),
        ("MX", "06700", &["C.P. 06700", "cp06700", "MEX-06700"]),
        ("ES", "28001", &["CP 28001", "E-28001"]),
        ("AR", "1425", &["C.P. 1425", "(1425)"]),
        ("FR", "75001", &["CP: 75001"]),
        ("IN", "110001", &["PIN 110001", "Pin-110001", "Pin code: 110 001"]),
        ("US", "94105", &["ZIP 94105", "zip code 94105", "ZIP: CA 94105"]),
        ("DE", "10115", &["PLZ 10115", "PLZ: D-10115", "ZIP 10115"]),
        ("LI", "9490", &["PLZ 9490", "CH-9490"]),
        ("IT", "00144", &["CAP 00144", "C.A.P. 00144"]),
        ("GR", "151 24", &["Τ.Κ. 151 24", "τκ 15124", "TK 15124", "EL-151 24", "GR-15124"]),
        ("CZ", "110 00", &["PSČ 110 00", "psč 11000", "PSC: 110 00"]),
        ("SK", "811 01", &["PSČ 811 01"]),
        ("BR", "01310-100", &["CEP: 01310-100", "ＣＥＰ：01310-100"]),
        ("KR", "06236", &["(06236)", "（06236）", "우06236", "우) 06236", "우편번호 06236"]),
        ("SG", "546080", &["S546080", "S(546080)", "SGP 546080"]),
        ("NC", "98814", &["F-98814", "FR-98814"]),
        ("WF", "98600", &["F-98600"]),
        ("SM", "47890", &["I-47890", "IT-47890", "RSM-47890"]),
        ("VA", "00120", &["I-00120", "V-00120"]),
        ("JE", "JE2 3AB", &["GB-JE2 3AB", "UK JE23AB", "2 3AB"]),
        ("GB", "SW1A 1AA", &["UK SW1A1AA", "GB-SW1A 1AA"]),
        ("PR", "00926", &["US-00926", "USA 00926", "PR 00926"]),
        ("NF", "2899", &["AU-2899"]),
        ("JP", "100-0001", &["100ｰ0001", "100～0001", "100〜0001"]),
        ("VE", "1010-A", &["1010A", "VE-1010-A"]),
        ("LB", "1107 2810", &["11072810", "LB 1107-2810"]),
    ] {
        for typed in typed.iter().chain([&kept]) {
            assert_eq!(code(country, typed).as_deref(), Some(kept), "{country} {typed}");
        }
    }
}

#[test]
fn a_postal_code_of_another_form_is_refused_with_an_example() {
    for (country, typed) in [
        ("DE", "1011"),
        ("DE", "101155"),
        ("DE", "SW1A 1AA"),
        ("DE", "ABCDE"),
        ("DE", "10115 Berlin"),
        ("GB", "10115"),
        ("GB", "SW1A"),
        ("GB", "E14"),
        ("CA", "94105"),
        ("CA", "K1A OB1"),
        ("US", "9410"),
        ("US", "94105-12"),
        ("US", "N/A"),
        ("NL", "1012"),
        ("IE", "Dublin 4"),
        ("IE", "☎"),
        ("JP", "100-000"),
        ("PL", "10_115"),
        ("DE", "F-10115"),
        ("DE", "X 10115"),
        ("DE", "DD-10115"),
        ("AT", "CH-1010"),
        ("SE", "D-111 22"),
        ("US", "ZZ 94105"),
        ("FR", "D-75001"),
        ("LU", "D-4750"),
        ("DE", "PLZ"),
        ("DE", "PLZ PLZ 10115"),
        ("DE", "PLZ F-10115"),
        ("GB", "PC 10115"),
        ("AT", "S-1010"),
    ] {
        let error = destination(country, typed).unwrap_err();
        let example = Rules::of(&country.parse().unwrap()).unwrap().example;
        let told = format!("must be one of {country}, such as {example}");
        assert_eq!((&*error.field, &*error.requirement), ("postal_code", &*told), "{typed}");
    }
    assert_eq!(destination("DE", &"1".repeat(21)).unwrap_err().field, "postal_code");
}

#[test]
fn a_postal_code_is_needed_where_the_post_needs_one_and_nowhere_else() {
    for country in ["DE", "GB", "PL", "JP", "SG"] {
        for nothing in ["", " ", "-", "—", ".", "--/--"] {
            let (field, told) = refused(&with(country, "postal_code", nothing));
            assert_eq!(field, "postal_code", "{country} {nothing:?}");
            assert!(told.starts_with(&format!("is required for an address in {country}, such as ")), "{told}");
        }
        let mut null = typed(country);
        null["postal_code"] = Value::Null;
        for address in [typed(country), null] {
            assert_eq!(refused(&address).0, "postal_code", "{country}");
        }
    }
    for country in ["IE", "HK", "AE", "PA", "QA", "AO", "KP", "XK"] {
        for nothing in ["", " ", "-"] {
            assert_eq!(parsed(&with(country, "postal_code", nothing)).unwrap().postal_code, None, "{country}");
        }
        assert_eq!(parsed(&typed(country)).unwrap().postal_code, None, "{country}");
    }
    // Some are in use where the table knows of none, or carriers ask for one.
    for (country, typed) in [("HK", "999077"), ("AE", "00000"), ("GH", "GA-183-8164"), ("PA", "0801")] {
        assert_eq!(parsed(&with(country, "postal_code", typed)).unwrap().postal_code.as_deref(), Some(typed));
    }
}
