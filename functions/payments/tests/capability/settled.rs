//! Refunds that are settled leave the payment's item, and are still known.

use crate::harness::*;
use chassis::testing::dynamo::DynamoCall;
use chassis::testing::{Bench, EmbeddedDynamo};
use events::Capability;
use events::payments::ExecuteRefund;
use payments::Payments;
use serde_json::{Value, json};

fn item(bench: &Bench<Payments>) -> Value {
    bench.dynamo.item(&pay().to_string(), "payment").unwrap()
}

async fn steps(bench: &Bench<Payments>) -> Vec<u64> {
    let path = format!("/v1/payments/{}/transactions", pay());
    let (mut seqs, mut target) = (Vec::new(), format!("{path}?limit=7"));
    loop {
        let page = get(bench, &target).await.body;
        seqs.extend(page["items"].as_array().unwrap().iter().map(|made| made["seq"].as_u64().unwrap()));
        match page["cursor"].as_str() {
            Some(cursor) => target = format!("{path}?limit=7&cursor={cursor}"),
            None => return seqs,
        }
    }
}

#[tokio::test]
async fn fifty_refunds_cost_fifty_times_what_one_costs() {
    // The embedded table reads its stream from the beginning at every write.
    let bench = Bench::on(EmbeddedDynamo::without_stream(Capability::Payments), build);
    let dynamo = &bench.dynamo;
    captured(&bench).await;
    dynamo.take_calls();
    let mut each = Vec::new();
    for number in 1..=50 {
        let granted = ask_refund(&bench, &format!("key-{number}"), 10).await;
        assert_eq!(granted.status, 202);
        let grant = dynamo.take_calls();
        let refund_id = serde_json::from_value(granted.body["id"].clone()).unwrap();
        // What the relay sends.
        let execute = ExecuteRefund { payment_id: pay(), refund_id };
        assert_eq!(kinds(&say(&bench, number, &execute).await), ["payment_refunded"]);
        let (written, read): (Vec<_>, _) = dynamo
            .take_calls()
            .into_iter()
            .filter(|call| call.operation != "TransactWriteItems")
            .chain(grant)
            .partition(|call| !call.is_read());
        let units = |calls: Vec<DynamoCall>| calls.iter().map(|call| call.tenths_of_units).sum::<u64>();
        each.push((units(written), units(read)));
    }
    // In tenths of a unit: two writes of the payment's item of 2 to 3 KB, one of them in a transaction with an entry of the audit
    // log, the reads of two commands, and one whether the access token is revoked. From the second refund on one write of the refund before, and from the third on a look whether it was set aside.
    let mut expected = vec![(110, 30); 50];
    (expected[0], expected[1]) = ((100, 20), (110, 20));
    assert_eq!(each, expected);
    assert_eq!(
        (given_back(&bench).await, payment(&bench).await["sums"]["refunded"]["amount"].as_i64()),
        (500, Some(500))
    );
    assert_eq!(ask_refund(&bench, "key-51", 10).await.problem(), "too_many_refunds");
}

#[tokio::test]
async fn all_refunds_and_transactions_are_shown_wherever_they_are_kept() {
    let bench = bench();
    captured(&bench).await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(ask_refund(&bench, &format!("key-{number}"), number).await.body["id"].clone());
        relay(&bench).await;
    }
    assert!(item(&bench)["log"]["L"].as_array().unwrap().len() <= 6, "four are set aside");
    let shown = payment(&bench).await;
    let refunds = shown["refunds"].as_array().unwrap();
    assert_eq!(refunds.iter().map(|refund| refund["id"].clone()).collect::<Vec<_>>(), ids);
    assert!(refunds.iter().all(|refund| refund["phase"] == "succeeded"));
    assert_eq!(
        (shown["sums"]["refunded"]["amount"].as_i64(), shown["status"].as_str()),
        (Some(15), Some("partially_refunded"))
    );
    assert_eq!(steps(&bench).await, (1..=14).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_refund_that_was_set_aside_is_not_made_again() {
    let bench = bench();
    captured(&bench).await;
    let first = ask_refund(&bench, "key-1", 1000).await;
    let mut heard = relay(&bench).await;
    heard.extend(say(&bench, 3, &refund("return/1", 200)).await);
    heard.extend(say(&bench, 4, &refund("return/2", 300)).await);
    let before = item(&bench);
    let again = ask_refund(&bench, "key-1", 1000).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(ask_refund(&bench, "key-1", 1001).await.problem(), "idempotency_key_reused");
    // Totals are repeated as they were then.
    let repeated = [say(&bench, 5, &refund("return/1", 200)).await, say(&bench, 6, &refund("return/2", 300)).await];
    assert_eq!(repeated.concat(), heard[1..]);
    let totals: Vec<_> =
        heard.iter().map(|sent| sent.envelope.data["total_refunded"]["amount"].as_i64().unwrap()).collect();
    assert_eq!(totals, [1000, 1200, 1500]);
    assert_eq!((item(&bench), given_back(&bench).await), (before, 1500));
}

#[tokio::test]
async fn what_is_left_after_refunds_that_were_set_aside_is_given_back_and_no_more() {
    let bench = bench();
    captured(&bench).await;
    for number in 0..4 {
        say(&bench, 3 + number, &refund(&format!("return/{number}"), 2000)).await;
    }
    let heard = say(&bench, 9, &void()).await;
    assert_eq!(heard[0].envelope.data["amount"]["amount"], TOTAL - 8000);
    assert_eq!((status(&bench).await.as_str(), given_back(&bench).await), ("refunded", TOTAL));
    for account in ["cash", "tax", "shipping", "receivable"] {
        assert_eq!(balance(&bench, account).await, 0, "{account}");
    }
    assert_eq!((balance(&bench, "revenue").await, balance(&bench, "refunds").await), (-PARTS.net, PARTS.net));
    // The end is not set aside: whatever comes is answered by it.
    assert_eq!(say(&bench, 10, &void()).await, heard);
}

#[tokio::test]
async fn a_crash_between_setting_aside_and_writing_the_payment_counts_nothing_twice() {
    let bench = bench();
    captured(&bench).await;
    say(&bench, 3, &refund("return/1", 1000)).await;
    let before = item(&bench);
    let second = say(&bench, 4, &refund("return/2", 500)).await;
    // As if the payment had not been written after the first refund was set aside.
    bench.dynamo.put(&before);
    assert_eq!(payment(&bench).await["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(payment(&bench).await["sums"]["refunded"]["amount"], 1000);
    assert_eq!(say(&bench, 4, &refund("return/2", 500)).await, second);
    assert_eq!(steps(&bench).await, (1..=8).collect::<Vec<_>>());
    assert_eq!(
        (given_back(&bench).await, payment(&bench).await["sums"]["refunded"]["amount"].as_i64()),
        (1500, Some(1500))
    );
}

#[tokio::test]
async fn a_payment_that_an_earlier_version_wrote_with_all_its_refunds_is_gone_on_with() {
    let bench = bench();
    captured(&bench).await;
    let mut heard = Vec::new();
    for number in 0..3 {
        heard.extend(say(&bench, 3 + number, &refund(&format!("return/{number}"), 1000)).await);
    }
    // The earlier version had everything in one item, and no totals.
    let mut whole = item(&bench);
    whole.as_object_mut().unwrap().remove("set_aside");
    let is_aside = |item: &Value| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("refund#"));
    let aside: Vec<_> = bench.dynamo.items().into_iter().filter(is_aside).collect();
    let mut log: Vec<Value> = aside.iter().flat_map(|item| item["log"]["L"].as_array().unwrap().clone()).collect();
    log.extend(whole["log"]["L"].as_array().unwrap().clone());
    log.sort_by_key(|made| made["M"]["seq"]["N"].as_str().unwrap().parse::<u64>().unwrap());
    log.iter_mut().for_each(|made| drop(made["M"].as_object_mut().unwrap().remove("total_refunded")));
    whole["log"] = json!({"L": log});
    bench.dynamo.put(&whole);

    heard.extend(say(&bench, 6, &refund("return/3", 1000)).await);
    assert_eq!(item(&bench)["set_aside"]["M"]["count"]["N"], "3");
    for (number, sent) in heard.iter().enumerate() {
        let again = say(&bench, 9, &refund(&format!("return/{number}"), 1000)).await;
        assert_eq!(again, std::slice::from_ref(sent));
    }
    assert_eq!(steps(&bench).await, (1..=12).collect::<Vec<_>>());
}
