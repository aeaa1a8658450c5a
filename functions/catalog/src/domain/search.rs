//! Text search in memory: words are folded to plain letters without case and found by their prefixes. Refuses languages: no
//! stemming, no stop words, no spelling correction.

use events::text::{folded, is_accent, normalized, unaccented};
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

/// Words of a query, at most; further ones are ignored.
const MAX_QUERY_WORDS: usize = 10;

/// Weight of a word in a title or SKU.
pub const TITLE: u32 = 8;
/// Weight of a word in an option, a variant's title or a category's name.
pub const OPTION: u32 = 4;
/// Weight of a word in a description.
pub const DESCRIPTION: u32 = 1;

/// An inverted index of numbered entries.
#[derive(Debug, Clone, Default)]
pub struct Index {
    words: BTreeMap<Box<str>, Vec<(u32, u32)>>,
}

impl Index {
    /// Adds a text of an entry. Entries come in ascending order. A word that an entry has twice counts once, with its greatest
    /// weight.
    pub fn add(&mut self, entry: u32, weight: u32, text: &str) {
        for word in words(text) {
            let postings = self.words.entry(word.into_boxed_str()).or_default();
            match postings.last_mut() {
                Some((last, best)) if *last == entry => *best = weight.max(*best),
                _ => postings.push((entry, weight)),
            }
        }
    }

    /// The entries with their scores. An entry is found if every word of the query begins one of its words; a whole word counts
    /// double. A query without words finds nothing.
    pub fn search(&self, query: &str) -> HashMap<u32, u32> {
        let mut found: Option<HashMap<u32, u32>> = None;
        for word in words(query).into_iter().take(MAX_QUERY_WORDS) {
            let mut hits = self.hits(&word);
            if let Some(so_far) = found {
                hits.retain(|entry, score| so_far.get(entry).map(|before| *score += before).is_some());
            }
            found = Some(hits);
        }
        found.unwrap_or_default()
    }

    fn hits(&self, prefix: &str) -> HashMap<u32, u32> {
        let mut hits: HashMap<u32, u32> = HashMap::new();
        let from = self.words.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        for (word, postings) in from.take_while(|(word, _)| word.starts_with(prefix)) {
            let factor = if word.len() == prefix.len() { 2 } else { 1 };
            for &(entry, weight) in postings {
                let best = hits.entry(entry).or_default();
                *best = (weight * factor).max(*best);
            }
        }
        hits
    }
}

/// The words of a text, folded: `"Café-au-lait"` → `cafe`, `au`, `lait`.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in normalized(text).chars() {
        if letter.is_alphanumeric() && !is_apostrophe(letter) {
            fold(letter, &mut word);
        } else if !is_accent(letter) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Apostrophes that Unicode has for letters. They part words as every other one does.
fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\u{2b9}' | '\u{2bb}' | '\u{2bc}')
}

fn fold(letter: char, word: &mut String) {
    for lower in folded(letter).filter(|&lower| !is_accent(lower) && !is_apostrophe(lower)) {
        // In Russian it is a letter of its own, and nobody types another one for it.
        let bare = if lower == 'й' { lower } else { unaccented(lower) };
        match plain(bare) {
            Some(letters) => word.push_str(letters),
            None => word.push(bare),
        }
    }
}

/// What a letter that is no other one with an accent is typed as without its sign.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ł' | 'ŀ' => "l",
        'ŋ' => "n",
        'ø' => "o",
        'ŧ' => "t",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ĳ' => "ij",
        'ǆ' | 'ǳ' => "dz",
        'ǉ' => "lj",
        'ǌ' => "nj",
        'ґ' => "г",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(texts: &[(u32, &str)]) -> Index {
        let mut index = Index::default();
        for (entry, (weight, text)) in texts.iter().enumerate() {
            index.add(u32::try_from(entry).unwrap(), *weight, text);
        }
        index
    }

    fn ranked(index: &Index, query: &str) -> Vec<u32> {
        let mut hits: Vec<_> = index.search(query).into_iter().collect();
        hits.sort_by_key(|&(entry, score)| (std::cmp::Reverse(score), entry));
        hits.into_iter().map(|(entry, _)| entry).collect()
    }

    #[test]
    fn case_accents_and_punctuation_make_no_difference() {
        assert_eq!(words("Café-au-LAIT, Łódź! Straße"), ["cafe", "au", "lait", "lodz", "strasse"]);
        assert_eq!(words("cafe\u{301}"), ["cafe"]);
        assert_eq!(words("TEA-MINT-100"), ["tea", "mint", "100"]);
        assert_eq!(words("茶 чай"), ["茶", "чай"]);
        assert_eq!(words("ΚΑΦΈΣ καφές ΚΑΦΕΣ καφέσ"), ["καφεσ"; 4]);
        assert_eq!(words("STRASSE STRAẞE straße"), ["strasse"; 3]);
        assert_eq!(words("ISTANBUL İSTANBUL ıstanbul istanbul"), ["istanbul"; 4]);
        assert_eq!(words("ﬁne ſoap"), ["fine", "soap"]);
        assert_eq!(words("No. ４２ or ٤٢"), ["no", "42", "or", "42"]);
    }

    #[test]
    fn letters_are_found_without_the_accents_that_people_leave_out() {
        for (typed, folded) in [
            ("ёлка Ёлка зелёный", "елка елка зеленый"),
            ("чай йога Чаи\u{306}", "чай йога чай"),
            ("їжак ўсё ѓон ќе ґанок", "іжак усе гон ке ганок"),
            ("Tŷ ŵyn ĥoro ĵaŭdo ŗ ǰ", "ty wyn horo jaudo r j"),
            ("Ḃaile Átha Cliaṫ", "baile atha cliat"),
            ("Phở bò Hà Nội ẤẾỘ", "pho bo ha noi aeo"),
            ("ἄνθρωπος ᾧ Ῥόδος ΐ", "ανθρωποσ ωι ροδοσ ι"),
            ("Ǻ Ǿ Ǽ", "a o ae"),
            ("ħobż Ŧ ŋ Łódź đà øre ĳs ǆ ŀ", "hobz t n lodz da ore ijs dz l"),
            ("ａｐｐｌｅ", "apple"),
        ] {
            assert_eq!(words(typed).join(" "), folded, "{typed}");
        }
    }

    #[test]
    fn syllables_and_signs_that_are_no_accents_stay() {
        for text in ["한국", "ガラス", "คำ", "चाय", "ऩ", "شاي"] {
            assert_eq!(words(text), [text]);
        }
        assert_eq!(words("\u{1112}\u{1161}\u{11ab}"), ["한"]);
    }

    #[test]
    fn every_apostrophe_parts_words() {
        for apostrophe in "'’‘`´\u{2b9}\u{2bb}\u{2bc}".chars() {
            assert_eq!(words(&format!("O{apostrophe}Neill")), ["o", "neill"], "{apostrophe}");
        }
        assert_eq!(words("ŉ"), ["n"]);
    }

    #[test]
    fn what_looks_the_same_is_found_however_it_was_typed() {
        let index = index(&[(TITLE, "Чаи\u{306} зелёный"), (TITLE, "한국")]);
        assert_eq!((ranked(&index, "чай"), ranked(&index, "\u{1112}\u{1161}\u{11ab}국")), (vec![0], vec![1]));
        let decomposed = |text: &str| icu_normalizer::DecomposingNormalizer::new_nfd().normalize(text).into_owned();
        for title in ["Чай йога зелёный", "Phở bò Hà Nội", "Ελληνικός καφές", "Crème brûlée", "Ångström ΐ", "ガラス"]
        {
            for typed in [title.to_owned(), decomposed(title)] {
                let index = self::index(&[(TITLE, &typed)]);
                for word in title.split(' ') {
                    assert_eq!(ranked(&index, word), [0], "{word} in {typed}");
                    assert_eq!(ranked(&index, &decomposed(word)), [0], "{word}, decomposed, in {typed}");
                }
            }
        }
    }

    #[test]
    fn a_title_outranks_an_option_which_outranks_a_description() {
        let index = index(&[(DESCRIPTION, "goes with tea"), (TITLE, "Mint tea"), (OPTION, "tea")]);
        assert_eq!(ranked(&index, "tea"), [1, 2, 0]);
    }

    #[test]
    fn a_whole_word_outranks_a_beginning() {
        let index = index(&[(TITLE, "Teapot"), (TITLE, "Tea")]);
        assert_eq!(ranked(&index, "tea"), [1, 0]);
        assert_eq!(ranked(&index, "teap"), [0]);
    }

    #[test]
    fn every_word_of_the_query_must_be_found() {
        let index = index(&[(TITLE, "Mint tea"), (TITLE, "Black tea"), (TITLE, "Mint soap")]);
        assert_eq!(ranked(&index, "mint tea"), [0]);
        assert_eq!(ranked(&index, "te mi"), [0]);
        assert!(ranked(&index, "mint coffee").is_empty());
    }

    #[test]
    fn a_word_said_twice_counts_once_where_it_counts_most() {
        let mut index = Index::default();
        index.add(0, DESCRIPTION, "tea tea tea");
        index.add(0, TITLE, "Tea");
        assert_eq!(index.search("tea"), HashMap::from([(0, 2 * TITLE)]));
    }

    #[test]
    fn a_query_without_words_finds_nothing() {
        let index = index(&[(TITLE, "Mint tea")]);
        assert!(index.search("").is_empty());
        assert!(index.search("?!").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_found_by_itself(text in "\\PC{0,40}") {
            let mut index = Index::default();
            index.add(7, TITLE, &text);
            prop_assert_eq!(index.search(&text).contains_key(&7), !words(&text).is_empty());
        }

        #[test]
        fn folding_what_is_folded_changes_nothing(text in "\\PC{0,40}") {
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
