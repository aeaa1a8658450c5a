//! `docs/operations.md` has a section for every kind of alarm, and none for what there is not.

use std::collections::{BTreeMap, BTreeSet};
use system_tests::cloudwatch::alarm::Alarm;
use system_tests::workspace;

const PAGE: &str = "docs/operations.md";

/// Sections by the kinds in their headings.
fn sections() -> BTreeMap<String, String> {
    let page = workspace::read(PAGE);
    let mut sections = BTreeMap::new();
    for section in page.split("\n## ").skip(1) {
        let (heading, text) = section.split_once('\n').unwrap();
        for kind in heading.split(", ") {
            assert!(sections.insert(kind.to_owned(), text.to_owned()).is_none(), "{kind} has two sections");
        }
    }
    sections
}

#[test]
fn every_kind_of_alarm_has_a_section_and_no_section_is_about_nothing() {
    let kinds: BTreeSet<_> = Alarm::all("test").into_iter().map(|alarm| alarm.kind).collect();
    assert_eq!(sections().into_keys().collect::<BTreeSet<_>>(), kinds);
}

#[test]
fn a_section_says_what_its_alarm_means_where_to_look_and_what_to_do() {
    for (kind, text) in sections() {
        let places: Vec<_> = ["- *Means*: ", "- *Look*: ", "- *Do*: "].iter().map(|part| text.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{kind}");
    }
}

#[test]
fn the_description_of_an_alarm_names_its_section() {
    for alarm in Alarm::all("test") {
        let named = format!("; see {} in {PAGE}", alarm.kind);
        assert!(alarm.description.ends_with(&named), "{}: {}", alarm.name, alarm.description);
    }
}
