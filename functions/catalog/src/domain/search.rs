//! Text search in memory: words are folded to plain letters without case and found by their prefixes. Refuses languages: no
//! stemming, no stop words, no spelling correction.

use events::text::{folded, normalized};
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
        for word in words(&normalized(text)) {
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
        for word in words(&normalized(query)).into_iter().take(MAX_QUERY_WORDS) {
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
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            fold(letter, &mut word);
        } else if !is_mark(letter) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Accents written as characters of their own (Unicode block Combining Diacritical Marks) belong to the letter before.
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

fn fold(letter: char, word: &mut String) {
    for lower in folded(letter).filter(|&lower| !is_mark(lower)) {
        match plain(lower) {
            Some(letters) => word.push_str(letters),
            None => word.push(lower),
        }
    }
}

/// The letter without its accents, for European languages.
fn plain(lower: char) -> Option<&'static str> {
    Some(match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'į' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' => "υ",
        'ώ' => "ω",
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
