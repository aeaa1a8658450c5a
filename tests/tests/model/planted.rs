//! The same shop with one rule changed breaks a law: so the laws can be broken, and each is worth its name.

use crate::laws::Law;
use crate::plants::Plant;
use crate::shop::{Bounds, Shop};
use crate::sound::{ONE, story};
use stateright::{Checker, HasDiscoveries, Model};

const CARD: &str = "pm_card_visa";

/// One order, in which one thing may fail.
fn failing(plant: Plant) -> Bounds {
    Bounds { plant, cards: vec![CARD], faults: 1, ..ONE }
}

/// One order, in which nothing fails.
fn calm(plant: Plant) -> Bounds {
    Bounds { faults: 0, ..failing(plant) }
}

/// Finds a road to a broken law; panics if there is none, or if none on it is the expected one.
fn breaks(bounds: Bounds, law: Law) {
    let what = bounds.told();
    let checker = Shop::new(bounds).checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let states = checker.unique_state_count();
    let mut roads: Vec<_> = checker.discoveries().into_values().filter(|road| road.last_state().broken != 0).collect();
    roads.sort_by_key(|road| road.clone().into_vec().len());
    let road = roads.into_iter().next().unwrap_or_else(|| panic!("{what}: nothing found in {states} states"));
    let found: Vec<_> = Law::ALL.into_iter().filter(|law| road.last_state().broken & law.bit() != 0).collect();
    let story = story(checker.model(), road);
    println!("{what}: {found:?} within {states} states\n{story}\n");
    assert!(found.contains(&law), "{what}: {found:?}\n{story}");
}

#[test]
fn a_release_without_a_tombstone_loses_units_to_a_late_reservation() {
    breaks(failing(Plant::ReleaseLeavesNoTombstone), Law::TheEndedHoldNothing);
}

#[test]
fn a_void_without_a_tombstone_leaves_money_held_by_a_late_authorization() {
    breaks(failing(Plant::VoidLeavesNoTombstone), Law::TheEndedHoldNothing);
}

#[test]
fn an_order_that_ends_deaf_to_its_money_leaves_it_held() {
    breaks(calm(Plant::LateMoneyKept), Law::TheEndedHoldNothing);
}

#[test]
fn an_inventory_with_a_clock_of_its_own_takes_units_from_confirmed_orders() {
    breaks(calm(Plant::InventoryExpires), Law::AConfirmedOrderHasItsUnits);
}

#[test]
fn units_taken_without_a_condition_are_sold_twice() {
    let bounds = Bounds { cards: vec![CARD; 2], cancels: 0, retries: 0, ..calm(Plant::StockTakenUnchecked) };
    breaks(bounds, Law::StockAddsUp);
}

#[test]
fn units_taken_once_for_two_orders_are_sold_twice() {
    let bounds =
        Bounds { cards: vec![CARD; 2], stock: 2, cancels: 0, retries: 0, ..calm(Plant::UnitsTakenForOneOfTwo) };
    breaks(bounds, Law::StockAddsUp);
}

#[test]
fn a_refusal_taken_for_a_cancellation_gives_money_back_for_goods_that_left() {
    breaks(calm(Plant::RefusalTakenForCancellation), Law::GoodsNeverBothLeaveAndStay);
}

#[test]
fn a_shipment_stopped_after_it_left_is_paid_for_and_never_arrives() {
    breaks(calm(Plant::StoppedAfterItLeft), Law::TakenAsQuotedOnceTheGoodsLeft);
}

#[test]
fn money_taken_on_confirmation_is_taken_for_goods_that_stay() {
    breaks(calm(Plant::CapturedOnConfirmation), Law::TakenAsQuotedOnceTheGoodsLeft);
}

#[test]
fn a_key_made_anew_has_the_provider_do_it_twice() {
    breaks(failing(Plant::KeyMadeAnew), Law::MoneyIsHeldOnce);
}

#[test]
fn what_is_acknowledged_before_it_is_sent_is_lost_with_the_machine() {
    breaks(failing(Plant::AcknowledgedBeforeSent), Law::RestIsAnEndOrAWait);
}

#[test]
fn without_the_sweep_a_lost_message_leaves_an_order_standing() {
    breaks(failing(Plant::NoSweep), Law::RestIsAnEndOrAWait);
}
