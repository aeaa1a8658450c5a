//! Orders without enough stock.

use crate::buying::{await_order, buy, payment_of};
use crate::goods::{available, stocked};
use crate::people::Customer;
use std::collections::BTreeMap;

#[test]
fn one_line_out_of_stock_rejects_the_order_and_holds_nothing_of_the_others() {
    let (plenty, scarce, more) = (stocked(10), stocked(1), stocked(10));
    let customer = Customer::new();
    let id = buy(&customer.caller, &[(&plenty, 2), (&scarce, 2), (&more, 1)], "pm_card_visa");
    let order = await_order(&customer.caller, &id, &[("status", "rejected"), ("payment_state", "none")]);
    let missing = order["missing"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{order}");
    assert_eq!(
        (&missing[0]["sku"], &missing[0]["requested"], &missing[0]["shortage"]),
        (&scarce.sku.into(), &2.into(), &"fewer".into())
    );
    assert_eq!([&plenty, &more].map(available), [10, 10]);
    assert!(payment_of(&customer.caller, &id).is_null(), "nobody is asked to pay");
}

#[test]
fn of_many_buyers_of_the_last_units_exactly_as_many_succeed() {
    let goods = stocked(3);
    let buyers: Vec<_> = (0..6).map(|_| Customer::new()).collect();
    let ids: Vec<_> = std::thread::scope(|scope| {
        let goods = &goods;
        let tried: Vec<_> =
            buyers.iter().map(|buyer| scope.spawn(move || buy(&buyer.caller, &[(goods, 1)], "pm_card_visa"))).collect();
        tried.into_iter().map(|buyer| buyer.join().unwrap()).collect()
    });
    let mut outcomes: BTreeMap<String, u32> = BTreeMap::new();
    for (buyer, id) in buyers.iter().zip(&ids) {
        let settled = crate::waiting::until(&format!("{id} is confirmed or rejected"), || {
            let status = crate::buying::order(&buyer.caller, id)["status"].as_str().unwrap().to_owned();
            ["confirmed", "rejected"].contains(&&*status).then_some(status)
        });
        *outcomes.entry(settled).or_default() += 1;
    }
    assert_eq!(outcomes, [("confirmed".to_owned(), 3), ("rejected".to_owned(), 3)].into());
    assert_eq!(available(&goods), 0);
}
