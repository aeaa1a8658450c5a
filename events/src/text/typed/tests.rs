//! What text may have, compared with what Unicode says of every character, and its normal form.

use super::*;
use proptest::prelude::*;
use unicode_general_category::GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, Surrogate};
use unicode_general_category::GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
use unicode_general_category::get_general_category;

fn is_fine(text: &str) -> bool {
    fault(text, Lines::One).is_none()
}

#[test]
fn every_control_and_every_format_character_that_is_not_seen_is_refused_in_the_middle_of_a_word() {
    // Signs around or below numbers, hieroglyphs in one square: these are drawn.
    let seen = |letter: char| {
        matches!(u32::from(letter), 0x600..=0x605 | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0x110bd | 0x110cd
            | 0x13430..=0x1343f)
    };
    let mut refused = 0;
    for letter in '\0'..=char::MAX {
        let category = get_general_category(letter);
        if matches!(category, Control | Format | LineSeparator | ParagraphSeparator | Surrogate) && !seen(letter) {
            assert_eq!(fault(&format!("a{letter}b"), Lines::One), Some(HIDDEN), "U+{:04X}", u32::from(letter));
            refused += 1;
        }
    }
    assert!(refused > 200, "{refused}");
}

#[test]
fn what_reorders_text_or_is_not_seen_is_refused() {
    for letter in "\0\t\n\u{1b}\u{7f}\u{85}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\
        \u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{2800}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fffc}\u{fffd}\u{ffff}\u{16fe4}\
        \u{1d159}\u{e0041}\u{e0100}\u{10ffff}\u{13441}"
        .chars()
    {
        for text in [format!("{letter}"), format!("{letter}Ada"), format!("A{letter}da"), format!("Ada{letter}")] {
            assert_eq!(fault(&text, Lines::One), Some(HIDDEN), "{text:?}");
        }
    }
}

#[test]
fn line_breaks_and_tabs_are_for_text_of_many_lines_and_nothing_else_is() {
    assert_eq!(fault("one\r\n\ttwo\n", Lines::Many), None);
    for text in ["one\ntwo", "one\rtwo", "one\ttwo"] {
        assert_eq!(fault(text, Lines::One), Some(HIDDEN));
    }
    for text in ["one\u{b}two", "one\u{2028}two", "one\u{202e}two", "one\0two", "one\u{85}two"] {
        assert_eq!(fault(text, Lines::Many), Some(HIDDEN));
    }
}

#[test]
fn names_and_words_of_all_scripts_are_fine() {
    for text in [
        "",
        " ",
        "Ada Lovelace",
        "Zoë O’Néill-Łukasz",
        "Nguyễn Thị Ánh",
        "محمد",
        "علی‌رضا", // Persian, with a zero-width non-joiner
        "ශ්‍රී",     // Sinhala, with a zero-width joiner
        "क्‍ष",     // Devanagari, the same
        "בְּרֵאשִׁ֖ית", // Hebrew, with vowels and accents
        "ที่อยู่",
        "山田　太郎",    // an ideographic space
        "葛\u{e0100}城", // an ideograph's form
        "ᠮᠣᠩᠭᠣᠯ\u{180b}",
        "👩🏽‍💻 ❤️‍🔥 1️⃣ ©️ 🏳️‍🌈 👨‍👩‍👧‍👦 ℹ️ Ⓜ️ 🅰️ ㊗️ ‼️ ↔︎",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
        "അവന\u{d4d}\u{200d} വന്നു", // Malayalam, with a joiner at the end of a word
        "ന\u{d4d}\u{200d}",
        "บ้านน้ำ ปิ่นโต",
        "தமிழ் நௌகா",
        "हिन्दी स्त्रियों राष्ट्रीय",
        "မြန်မာ ကြော်ငြာ",
        "ភាសាខ្មែរ ស្ត្រី",
        "བསྒྲུབས་ ཧཱུྃ",
        "price: 5\u{a0}€",
        "٪ ۝ \u{600}",
        "ถนน\u{200b}สุขุมวิท", // Thai, with the end of a word, as keyboards of scripts without blanks type it
        "ที่\u{200b}อยู่",
        "ຖະໜົນ\u{200b}ລ້ານຊ້າງ",
        "ရန်\u{200b}ကုန်",
        "ផ្លូវ\u{200b}ព្រះ\u{200b}នរោត្តម",
    ] {
        assert_eq!(fault(text, Lines::One), None, "{text:?}");
        assert_eq!(fault(&normalized(text), Lines::One), None, "{text:?} in its normal form");
    }
}

#[test]
fn joiners_and_variants_are_fine_only_where_they_are_written() {
    for text in [
        "pay\u{200d}pal",
        "а\u{200c}б",
        "\u{200c}علی",
        "علی\u{200c}",
        "علی\u{200c} رضا",
        "علی\u{200c}\u{200c}رضا",
        "👩\u{200d}",
        "a\u{fe0f}",
        "❤\u{fe0f}\u{fe0f}",
        "1\u{fe0f}\u{fe0e}",
        "Unit 1\u{fe0f}2",
        "Unit 1\u{fe0f}",
        "1\u{fe0e}2",
        "#\u{fe0f} 1",
        "*\u{fe0f}",
        "Unit 10\u{fe00}",
        "a\u{e0100}",
        "葛\u{e0100}\u{e0101}",
        "a\u{180b}",
        "🏴\u{e0067}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}",
        "🏳\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "ന\u{d4d}\u{200d}\u{200d}",
        "ന\u{d4d}\u{200c}",
        "한\u{fe0f}국",
        "葛\u{fe0e}",
        "\u{200d}\u{fe0f}",
        "\u{fe0f}\u{fe0f}",
        "\u{200b}ถนน",
        "ถนน\u{200b}",
        "ถนน\u{200b} สุขุมวิท",
        "ถนน\u{200b}\u{200b}สุขุมวิท",
        "ถนน\u{200b}Sukhumvit",
        "Soi\u{200b}สุขุมวิท",
        "ถ\u{200b}\u{e49}",
        "山\u{200b}田",
        "១\u{200b}២",
    ] {
        assert!(!is_fine(text), "{text:?}");
    }
}

#[test]
fn a_letter_carries_eight_marks_and_no_mark_stands_alone() {
    let letter = |marks: usize| format!("z{}", "\u{335}".repeat(marks));
    assert_eq!((fault(&letter(8), Lines::One), fault(&letter(9), Lines::One)), (None, Some(MARKS)));
    assert_eq!(fault(&format!("{0}{0}", letter(8)), Lines::One), None);
    for text in ["\u{301}", "\u{301}Ada", "Ada \u{301}", "\u{20dd}", "\u{e47}", "\u{489}\u{489}"] {
        assert_eq!(fault(text, Lines::One), Some(MARKS), "{text:?}");
    }
    for mark in ('\0'..=char::MAX).filter(|letter| !is_hidden(*letter, Lines::One)) {
        let is_one = matches!(get_general_category(mark), EnclosingMark | NonspacingMark | SpacingMark);
        assert!(!is_one || fault(&mark.to_string(), Lines::One) == Some(MARKS), "U+{:04X}", u32::from(mark));
    }
}

#[test]
fn marks_pile_up_no_higher_if_they_have_no_class_or_there_are_joiners_between_them() {
    for (letter, mark) in [
        ("ก", "\u{e47}"),
        ("ກ", "\u{ecd}"),
        ("ཀ", "\u{f90}"),
        ("o", "\u{489}"),
        ("o", "\u{20dd}"),
        ("क", "\u{941}"),
        ("क", "\u{93e}"),
        ("က", "\u{102d}"),
        ("ក", "\u{17b7}"),
    ] {
        let heap = |marks: usize| format!("{letter}{}", mark.repeat(marks));
        assert_eq!((fault(&heap(8), Lines::One), fault(&heap(9), Lines::One)), (None, Some(MARKS)), "{mark:?}");
    }
    for pair in ["\u{94d}\u{200d}", "\u{20dd}\u{fe0f}"] {
        assert_eq!(fault(&format!("क{}ष", pair.repeat(9)), Lines::One), Some(MARKS), "{pair:?}");
    }
}

#[test]
fn two_spellings_that_differ_in_case_or_in_the_script_of_their_digits_fold_to_one() {
    for (one, other) in [
        ("ΟΔΟΣ", "οδος"),
        ("Οδός", "οδοσ"),
        ("Straße", "STRASSE"),
        ("STRAẞE", "strasse"),
        ("İstanbul", "ISTANBUL"),
        ("ıstanbul", "istanbul"),
        ("ﬁne ſoap", "FINE SOAP"),
        ("ᾳ", "ΑΙ"),
        ("٤٢ １２", "42-12"),
        ("Ｔｅａ", "tea"),
    ] {
        assert_eq!(fold(one), fold(other), "{one} {other}");
    }
    for (one, other) in [("чай", "час"), ("Ω", "O"), ("²", "2"), ("茶", "荼")] {
        assert_ne!(fold(one), fold(other), "{one} {other}");
    }
}

#[test]
fn a_text_is_cut_before_a_letter_and_not_inside_it() {
    for (text, max, kept) in [
        ("Mint tea", 20, "Mint tea"),
        ("Mint tea", 4, "Mint"),
        ("the\u{301}s", 3, "th"),
        ("चाय", 1, ""),
        ("cafe\u{301}s", 5, "cafe\u{301}"),
        ("z\u{335}\u{336}\u{337}", 3, ""),
        ("a👩\u{200d}💻b", 2, "a"),
        ("a👩\u{200d}💻b", 3, "a"),
        ("a👩\u{200d}💻b", 4, "a👩\u{200d}💻"),
        ("a👍🏽b", 2, "a"),
        ("🇩🇪🇫🇷", 3, "🇩🇪"),
        ("🇩🇪🇫🇷", 2, "🇩🇪"),
        ("葛\u{e0100}城", 1, ""),
        ("one\ntwo", 3, "one"),
        ("", 0, ""),
    ] {
        assert_eq!(cut(text, max), kept, "{text:?} {max}");
    }
}

#[test]
fn what_looks_the_same_is_the_same() {
    for (one, other) in
        [("é", "e\u{301}"), ("Å", "\u{212b}"), ("한", "\u{1112}\u{1161}\u{11ab}"), ("ệ", "e\u{302}\u{323}")]
    {
        assert_eq!(normalized(one), normalized(other));
    }
    assert!(matches!(normalized("Zoë Łukasz"), Cow::Borrowed(_)));
    assert_ne!(normalized("ﬁ"), "fi", "another form of a letter is another text");
}

#[test]
fn a_letter_is_known_without_its_accents_and_a_syllable_stays_whole() {
    for (letter, bare) in
        [('é', 'e'), ('ệ', 'e'), ('ё', 'е'), ('й', 'и'), ('ᾧ', 'ω'), ('Ǻ', 'A'), ('한', '한'), ('ガ', 'ガ'), ('ø', 'ø')]
    {
        assert_eq!(unaccented(letter), bare, "{letter}");
    }
}

#[test]
fn marks_and_what_nobody_sees_are_not_shown() {
    let shown = |text: &str| unmarked(text).collect::<String>();
    assert_eq!(shown("4\u{fe0f}\u{20e3}2\u{335}4\u{200b}2\u{ad} é\n"), "4242 é\n");
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing_and_neither_does_case(text in "[\\p{L}\\p{Nd} -]{0,20}") {
        let once = fold(&text);
        prop_assert_eq!(&fold(&once), &once);
        prop_assert_eq!(&fold(&text.to_lowercase()), &once);
    }

    #[test]
    fn a_cut_text_is_a_beginning_of_no_more_characters(text in "\\PC{0,20}", max in 0usize..25) {
        let kept = cut(&text, max);
        prop_assert!(text.starts_with(kept) && kept.chars().count() <= max);
    }

    #[test]
    fn normalizing_twice_changes_nothing(text in "\\PC{0,20}") {
        let once = normalized(&text).into_owned();
        prop_assert_eq!(&normalized(&once), &once);
    }
}
