//! Names of countries in the visitor's language, to choose one from. Refuses to know what the post of a country asks of an address.

use crate::locale::Locale;
use crate::words::read;
use events::text::fold;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Countries = Vec<(String, String)>;

static ENGLISH: LazyLock<Countries> = LazyLock::new(|| sorted(include_str!("../words/countries.en.json")));
static GERMAN: LazyLock<Countries> = LazyLock::new(|| sorted(include_str!("../words/countries.de.json")));

/// Code and name of every country that an address may name, sorted by name.
pub fn countries(locale: Locale) -> impl Iterator<Item = (&'static str, &'static str)> {
    let countries: &'static Countries = match locale {
        Locale::En => &ENGLISH,
        Locale::De => &GERMAN,
    };
    countries.iter().map(|(code, name)| (code.as_str(), name.as_str()))
}

/// A letter with a mark stands where the letter stands, in both languages (DIN 5007, variant 1).
fn sorted(file: &str) -> Countries {
    let mut countries: Countries = read::<BTreeMap<_, _>>(file).into_iter().collect();
    countries.sort_by_cached_key(|(_, name)| fold(name));
    countries
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::address::typed::CountryCode;
    use std::collections::BTreeSet;

    #[test]
    fn every_country_that_an_address_may_name_has_a_name_in_each_language() {
        let letters = || (b'A'..=b'Z').map(char::from);
        let pairs = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let is_country =
            |code: &String| serde_json::from_value::<CountryCode>(code.as_str().into()).unwrap().parsed().is_ok();
        let addressable: BTreeSet<_> = pairs.filter(is_country).collect();
        for locale in Locale::ALL {
            let named: BTreeSet<_> = countries(locale).map(|(code, _)| code.to_owned()).collect();
            assert_eq!(named, addressable, "{locale}");
            let names: BTreeSet<_> = countries(locale).map(|(_, name)| name).collect();
            assert_eq!(names.len(), named.len(), "no two countries have one name");
        }
    }

    #[test]
    fn countries_stand_in_the_order_in_which_a_reader_looks_for_them() {
        let codes = |locale| countries(locale).map(|(code, _)| code).collect::<Vec<_>>();
        assert_eq!(codes(Locale::En)[..3], ["AF", "AX", "AL"], "Å stands at A");
        assert_eq!(codes(Locale::De)[..3], ["AF", "EG", "AX"], "Ä stands at A");
        assert_eq!(codes(Locale::De).last(), Some(&"CY"));
    }
}
