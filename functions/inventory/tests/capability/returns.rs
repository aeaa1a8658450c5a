//! Goods that customers send back.

use crate::harness::{commit, count, deliver, levels, release, reply, reserve, restock, stock, stocked};
use chassis::testing::Request;
use events::Message;
use events::inventory::Restocked;

#[tokio::test]
async fn returned_goods_are_available_again_once() {
    let bench = stocked(&[("A", 10), ("B", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4), ("B", 1)])).await;
    deliver(&bench, &commit(&bench, 1)).await;
    bench.world.pass_seconds(86_400);
    let back = restock(&bench, 1, 7, &[("A", 3), ("B", 1)]);
    let answer = reply(&bench, &back).await;
    assert_eq!(answer.kind, Restocked::TYPE);
    assert_eq!(reply(&bench, &back).await, answer);
    assert_eq!((stock(&bench, "A"), stock(&bench, "B")), ((9, 10), (10, 10)));
    let staff = bench.staff();
    let listed = bench.http(Request::get("/v1/stock/A/movements").bearer(&staff)).await;
    assert_eq!(listed.body["items"][0]["kind"], "return");
    assert_eq!(listed.body["items"][0]["delta"], 3);
    assert_eq!(listed.body["items"][0]["return_id"], answer.data["return_id"]);
}

#[tokio::test]
async fn no_more_comes_back_than_went_out() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await;
    deliver(&bench, &restock(&bench, 1, 7, &[("A", 3)])).await;
    deliver(&bench, &restock(&bench, 1, 8, &[("A", 3)])).await;
    assert_eq!(stock(&bench, "A"), (10, 10));
    deliver(&bench, &release(&bench, 1)).await;
    assert_eq!(stock(&bench, "A"), (10, 10));
    assert_eq!(reply(&bench, &restock(&bench, 1, 9, &[("A", 1)])).await.kind, Restocked::TYPE);
    assert_eq!(stock(&bench, "A"), (10, 10));
}

#[tokio::test]
async fn a_return_of_more_skus_than_one_write_takes_comes_back_whole_and_once() {
    let skus: Vec<String> = (0..60).map(|n| format!("SKU-{n:02}")).collect();
    let lines: Vec<(&str, u32)> = skus.iter().map(|sku| (sku.as_str(), 2)).collect();
    let bench = stocked(&lines).await;
    deliver(&bench, &reserve(&bench, 1, &lines)).await;
    let back = restock(&bench, 1, 7, &lines);
    for _ in 0..2 {
        let sent = deliver(&bench, &back).await;
        assert_eq!(levels(&sent).len(), 60);
        assert!(skus.iter().all(|sku| stock(&bench, sku) == (2, 2)));
        assert_eq!(count(&bench, "mov#"), 120, "a receipt and a return of each");
    }
}

#[tokio::test]
async fn a_return_of_an_unknown_reservation_is_retried_later() {
    let bench = stocked(&[("A", 10)]).await;
    assert_eq!(bench.deliver(&[restock(&bench, 1, 7, &[("A", 1)])]).await, [0]);
    assert_eq!(stock(&bench, "A"), (10, 10));
}
