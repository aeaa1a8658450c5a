//! Tells what an order costs on AWS, part by part, one order at a time and under load. Refuses to guess what it can count.

use std::collections::BTreeSet;
use system_tests::cost::{PRICED_ON, PRICES, count, line, line_of_looks, monthly, pages, table};
use system_tests::sim::journey::Journey;
use system_tests::sim::sweeps::DAY;

/// Customers who fill batches.
const CROWD: u64 = 60;
/// How long workers wait for the crowd's next message, in milliseconds.
const WINDOW_MILLIS: u64 = 3_000;

fn main() {
    let alone = count(Journey::Delivered, 1, 0);
    let together = count(Journey::Delivered, CROWD, WINDOW_MILLIS);
    println!("{}\n", table(&alone, &together));
    println!("{:<28}{:>10}  an order", "journey, one at a time", "$/million");
    let mut series = BTreeSet::new();
    for journey in Journey::ALL {
        let mut counted = count(journey, 1, 0);
        println!("{}", line(journey, &counted));
        series.append(&mut counted.series);
    }
    println!("\nwhat the sweep adds to an order that rests");
    for (what, warehouse, carrier) in
        [("a day, then two on its way", DAY, 2 * DAY), ("a day, then a week", DAY, 7 * DAY)]
    {
        println!("{what:<28}{}", line_of_looks(warehouse, carrier));
    }
    println!("\n{:<32}{:>10}", "pages", "$/million");
    print!("{}", pages::lines());
    println!("\nevery month, orders or not:\n{}", monthly(&series));
    println!("\nprices in us-east-1 on {PRICED_ON}, no free tier:");
    for price in PRICES {
        let (dollars, rest) = (price.per_million / 1_000_000, price.per_million / 1_000 % 1_000);
        println!("  {:<22}{dollars:>8}.{rest:03} $ a million  {}", price.what, price.source);
    }
}
