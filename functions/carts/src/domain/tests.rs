//! Merging carts and removing orders from them, with any lines.

use super::*;
use proptest::prelude::*;

fn carts() -> impl Strategy<Value = BTreeMap<Sku, u32>> {
    prop::collection::btree_map((0u32..40).prop_map(|n| format!("S{n}").parse().unwrap()), 1..=MAX_QUANTITY, 0..30)
}

fn now() -> Timestamp {
    Timestamp::from_millis(1)
}

fn guest(lines: &BTreeMap<Sku, u32>) -> Cart {
    Cart { lines: lines.clone(), ..Cart::of_guest(CartId::from_bits(2), "digest".to_owned(), now()) }
}

fn key() -> GuestKey {
    GuestKey { digest: "digest".to_owned(), is_id: false }
}

proptest! {
    #[test]
    fn a_merge_loses_nothing_below_the_cap_and_happens_once(mine in carts(), theirs in carts(), max_units in 1u32..30_000) {
        let target = Cart { lines: mine.clone(), ..Cart::of_customer(UserId::from_bits(1), now()) };
        let guest = guest(&theirs);
        let skus: std::collections::BTreeSet<_> = mine.keys().chain(theirs.keys()).collect();
        let sum = |sku: &&Sku| [&mine, &theirs].iter().filter_map(|lines| lines.get(*sku)).sum::<u32>().min(max_quantity(max_units));
        let units: u32 = skus.iter().map(sum).sum();
        match target.merge(guest, key(), max_units, now()) {
            Err(Rejection::TooManyUnits(limit)) => prop_assert!(limit == max_units && units > max_units),
            Err(rejection) => {
                prop_assert_eq!(rejection, Rejection::Full);
                prop_assert!(skus.len() > MAX_LINES);
            }
            Ok(MergeDecision::MergedBefore(_)) => prop_assert!(false, "it was not merged before"),
            Ok(MergeDecision::Merge { target, guest }) => {
                prop_assert!(skus.iter().all(|sku| target.lines[*sku] == sum(sku)));
                prop_assert!(guest.lines.is_empty() && units <= max_units && target.units_at_most == Some(units));
                let again = target.clone().merge(*guest, key(), max_units, now());
                prop_assert_eq!(again, Ok(MergeDecision::MergedBefore(target)));
            }
        }
    }

    #[test]
    fn an_order_takes_at_most_what_is_there_and_only_once(lines in carts(), ordered in carts()) {
        let cart = guest(&lines);
        let of = |(sku, quantity): (&Sku, &u32)| StockLine { sku: sku.clone(), quantity: *quantity };
        let ordered: Vec<_> = ordered.iter().map(of).collect();
        let order = PlacedOrder { id: OrderId::from_bits(3), customer: None, lines: &ordered, placed_at: now() };
        let OrderDecision::Changed(after) = cart.without_order(&order, now()) else { panic!("it is the guest's") };
        for (sku, quantity) in &lines {
            let gone = order.lines.iter().find(|line| line.sku == *sku).map_or(0, |line| line.quantity);
            prop_assert_eq!(after.lines.get(sku).copied().unwrap_or(0), quantity.saturating_sub(gone));
        }
        prop_assert!(after.lines.values().all(|quantity| *quantity > 0) && after.lines.len() <= lines.len());
        prop_assert_eq!(after.without_order(&order, now()), OrderDecision::Unchanged);
    }
    #[test]
    fn a_line_is_taken_exactly_if_a_quote_takes_the_whole_cart_or_it_becomes_less(
        lines in carts(), number in 0u32..40, quantity in 1u32..=MAX_QUANTITY, max_units in 1u32..30_000,
    ) {
        let sku: Sku = format!("S{number}").parse().unwrap();
        let (cart, holder) = (guest(&lines), Holder::Guest(key()));
        let earlier = lines.get(&sku).copied().unwrap_or(0);
        let units = lines.values().sum::<u32>() - earlier + quantity;
        let Ok(wanted) = Quantity::new(i64::from(quantity), max_units) else {
            prop_assert!(quantity > max_units);
            return Ok(());
        };
        match cart.with_line(&holder, &sku, wanted, max_units, now()) {
            Ok(cart) => {
                prop_assert!(units <= max_units || quantity <= earlier);
                prop_assert_eq!((cart.lines[&sku], cart.units_at_most), (quantity, Some(units)));
            }
            Err(rejection) => {
                prop_assert_eq!(rejection, Rejection::TooManyUnits(max_units));
                prop_assert!(units > max_units && quantity > earlier);
            }
        }
    }

    #[test]
    fn units_are_added_exactly_if_a_quote_takes_the_whole_cart_and_once_for_a_request(
        lines in carts(), number in 0u32..60, units in 1u32..=MAX_QUANTITY, max_units in 1u32..30_000,
    ) {
        let sku: Sku = format!("S{number}").parse().unwrap();
        let (cart, holder) = (guest(&lines), Holder::Guest(key()));
        let Ok(units) = Quantity::new(i64::from(units), max_units) else { return Ok(()) };
        let added = [(sku.clone(), units)];
        let addition = Addition { lines: &added, input: "request" };
        let of_one = lines.get(&sku).copied().unwrap_or(0) + units.get();
        let of_all = lines.values().sum::<u32>() + units.get();
        match cart.with_more(&holder, &addition, max_units, now()) {
            Ok(AddDecision::Add(cart)) => {
                prop_assert!(of_all <= max_units && of_one <= max_quantity(max_units));
                prop_assert_eq!((cart.lines[&sku], cart.units_at_most), (of_one, Some(of_all)));
                let again = cart.clone().with_more(&holder, &addition, max_units, now());
                prop_assert_eq!(again, Ok(AddDecision::AddedBefore(cart.clone())));
                let stranger = Holder::Guest(GuestKey { digest: "other".to_owned(), is_id: false });
                prop_assert_eq!(cart.with_more(&stranger, &addition, max_units, now()), Err(Rejection::NotOwner));
            }
            Ok(AddDecision::AddedBefore(_)) => prop_assert!(false, "it was not added before"),
            Err(Rejection::TooManyUnits(limit)) => prop_assert!(limit == max_units && of_all > max_units),
            Err(Rejection::TooManyOfOne(limit)) => prop_assert!(limit == MAX_QUANTITY && of_one > limit),
            Err(rejection) => prop_assert!(false, "{rejection}"),
        }
    }
}
