//! A list that is spread over partitions of an index is read as one.

use crate::probe::{Probe, bench};
use chassis::table::{Part, Shards, is_place};
use chassis::testing::Bench;
use proptest::prelude::*;
use serde_json::json;

const SHARDS: u32 = 4;

fn list() -> Shards<'static> {
    Shards::of("index1", "index1_sort", "things", SHARDS)
}

/// Puts things with these sort keys; the name of each is its number.
fn stock(bench: &Bench<Probe>, sort_keys: &[String]) {
    let things = sort_keys.iter().enumerate().map(|(number, sort)| {
        let shard = Shards::partition("things", number as u128, SHARDS);
        json!({"pk": {"S": format!("thing{number:04}")}, "sk": {"S": "thing"}, "index1": {"S": shard}, "index1_sort": {"S": sort}})
    });
    bench.dynamo.put_all(things);
}

/// The partition keys of a part of the list, page by page.
async fn read(bench: &Bench<Probe>, part: Part<'_>) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), part.after.map(str::to_owned));
    loop {
        let part = Part { after: after.as_deref(), ..part };
        let page = bench.function.service().table.list_keys(&list(), part).await.unwrap();
        pages.push(page.items.into_iter().map(|key| key.pk).collect());
        match page.next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn a_list_over_shards_is_read_as_one_page_by_page_in_both_directions() {
    let bench = bench();
    // In another order than that of the keys.
    let sort_keys: Vec<_> = (0..50).map(|number| format!("s{:03}", number * 17 % 50)).collect();
    stock(&bench, &sort_keys);
    let mut expected: Vec<_> =
        sort_keys.iter().enumerate().map(|(number, sort)| (sort, format!("thing{number:04}"))).collect();
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(_, pk)| pk).collect();
    for limit in [1, 3, 7, 50, 100] {
        let pages = read(&bench, Part { limit, ..Part::FIRST }).await;
        assert!(pages.iter().all(|page| page.len() <= limit as usize));
        assert_eq!(pages.len(), 50_usize.div_ceil(limit as usize), "no page is empty");
        assert_eq!(pages.concat(), expected, "pages of {limit}");
        let mut descending = read(&bench, Part { limit, descending: true, ..Part::FIRST }).await.concat();
        descending.reverse();
        assert_eq!(descending, expected, "pages of {limit}, descending");
    }
    let part = Part { from: Some("s010"), to: Some("s019"), limit: 4, ..Part::FIRST };
    assert_eq!(read(&bench, part).await.concat(), expected[10..20]);
    let descending = read(&bench, Part { descending: true, ..part }).await.concat();
    assert_eq!(descending, expected[10..20].iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(read(&bench, Part { from: Some("s019"), to: Some("s010"), ..Part::FIRST }).await.concat(), [""; 0]);
}

#[tokio::test]
async fn what_shares_a_sort_key_is_met_once() {
    let bench = bench();
    let sort_keys: Vec<_> = (0..40).map(|number| format!("s{}", number / 13)).collect();
    stock(&bench, &sort_keys);
    for limit in [1, 2, 5, 13] {
        for descending in [false, true] {
            let mut met = read(&bench, Part { limit, descending, ..Part::FIRST }).await.concat();
            met.sort();
            let all: Vec<_> = (0..40).map(|number| format!("thing{number:04}")).collect();
            assert_eq!(met, all, "pages of {limit}, descending: {descending}");
        }
    }
}

#[tokio::test]
async fn a_page_costs_the_same_however_long_the_list_is() {
    let bench = bench();
    let cost = async || {
        bench.dynamo.take_calls();
        let part = Part { limit: 5, descending: true, ..Part::FIRST };
        bench.function.service().table.list_keys(&list(), part).await.unwrap();
        let calls = bench.dynamo.take_calls();
        (calls.len(), calls.iter().map(|call| call.tenths_of_units).sum::<u64>())
    };
    stock(&bench, &(0..100).map(|number| format!("s{number:06}")).collect::<Vec<_>>());
    let few = cost().await;
    stock(&bench, &(0..5_000).map(|number| format!("s{number:06}")).collect::<Vec<_>>());
    assert_eq!(cost().await, few);
    assert_eq!(few.0, SHARDS as usize);
}

proptest! {
    #[test]
    fn a_place_that_is_forged_reaches_nothing_but_another_place_of_the_list(place in "\\PC{0,40}") {
        let keys: Vec<_> = place.split(' ').collect();
        let plain = |key: &&str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        prop_assert_eq!(is_place(&place), keys.len() == 2 && keys.iter().all(plain));
    }
}
