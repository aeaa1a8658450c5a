//! What follows from a write to a table: each version is checked at once, and what the relay must have goes into the stream.

use super::faults::Fault;
use super::invariant::Invariant;
use super::invariants::check_version;
use super::place::Place;
use super::stage::{RELAYS, Stage};
use super::table::ItemKey;
use events::Capability;
use serde_json::Value;
use std::sync::atomic::Ordering;

/// Checks each version that a write made, and hands the records of writes over HTTP to the stream.
pub fn written(stage: &Stage, of: Capability, keys: Vec<ItemKey>) {
    let table = &stage.tables[&of];
    let records = table.written(keys, stage.clock.millis());
    for (key, record) in &records {
        let (pk, sk) = key;
        let gist = gist(of, sk, &record["dynamodb"]["NewImage"]);
        stage.story.record(format!("{of}: {pk}/{sk} is written{gist}"));
        check_version(stage, of, key, record);
    }
    if of == Capability::Payments {
        records.iter().for_each(|(_, record)| tell_the_bank(stage, record));
    }
    if of == Capability::Inventory {
        let wrong = stage.stock_ledger.lock().unwrap().apply(&records);
        wrong.into_iter().for_each(|fault| stage.violate(Invariant::StockAddsUp, fault));
    }
    for ((pk, _), mut record) in records {
        let image = &record["dynamodb"]["NewImage"];
        let via_http = image["cause"]["M"]["via"]["S"] == "http";
        let relayed = stage.mutant.map_or(via_http, |mutant| mutant.is_relayed(via_http));
        if !relayed || !RELAYS.contains(&of) {
            continue;
        }
        if let Some(mutant) = stage.mutant {
            mutant.on_record(&mut record);
        }
        let place = Place::named(of.name()).and(&pk);
        if stage.loses_records.load(Ordering::SeqCst) || stage.faults.strikes_at(Fault::LostRecord, place) {
            stage.lose_record(of, &pk);
        } else {
            table.hand_on(record, stage.clock.millis());
        }
    }
}

/// The page on which customers answer challenges is the bank's: it knows what it told us.
fn tell_the_bank(stage: &Stage, record: &Value) {
    let image = &record["dynamodb"]["NewImage"];
    let Some(last) = image["log"]["L"].as_array().and_then(|log| log.last()) else { return };
    let part = |name: &str| last["M"][name]["S"].as_str().unwrap_or_default();
    if (part("operation"), part("input")) == ("authorize", "challenge") {
        let payment = image["id"]["S"].as_str().and_then(|id| id.parse().ok());
        let confirmed = part("phase") == "succeeded";
        payment.into_iter().for_each(|payment| stage.bank.is_answered(payment, part("reference"), confirmed));
    }
}

/// Puts items into a table that an earlier version wrote; the stream gets no record of them.
pub fn load(stage: &Stage, of: Capability, items: &[Value]) {
    let table = &stage.tables[&of];
    let key = |item: &Value| ["pk", "sk"].map(|name| item[name]["S"].as_str().unwrap().to_owned()).into();
    items.iter().for_each(|item| table.dynamo().put(item));
    let records = table.written(items.iter().map(key).collect(), stage.clock.millis());
    if of == Capability::Inventory {
        let _: Vec<String> = stage.stock_ledger.lock().unwrap().apply(&records);
    }
}

/// The state of an item in short, for the story.
fn gist(of: Capability, sk: &str, image: &Value) -> String {
    let text = |name: &str| image[name]["S"].as_str().unwrap_or("-");
    let number = |name: &str| image[name]["N"].as_str().unwrap_or("-");
    match (of, sk) {
        (Capability::Orders, _) => {
            let states = [text("status"), text("payment_state"), text("fulfillment_state")].join(", ");
            format!(": step {}, {states}", number("seq"))
        }
        (Capability::Inventory, "stock") => {
            format!(": {} of {} available", number("available"), number("received"))
        }
        (Capability::Payments, "payment") => {
            let last = image["log"]["L"].as_array().and_then(|log| log.last());
            let part = |name: &str| last.and_then(|last| last["M"][name]["S"].as_str()).unwrap_or("-");
            format!(": step {}, {} {}", number("seq"), part("operation"), part("phase"))
        }
        _ => match text("status") {
            "-" => String::new(),
            status => format!(": {status}"),
        },
    }
}
