//! Mutation tests: the shop with one rule changed breaks a law, so each law can be broken and is noticed.

use crate::laws::Law;
use crate::mutants::Mutant;
use crate::shop::{Bounds, Shop};
use crate::sound::{ONE, story};
use stateright::{Checker, HasDiscoveries, Model};

const CARD: &str = "pm_card_visa";

/// One order with one fault.
fn failing(mutant: Mutant) -> Bounds {
    Bounds { mutant, cards: vec![CARD], faults: 1, ..ONE }
}

/// One order without faults.
fn calm(mutant: Mutant) -> Bounds {
    Bounds { faults: 0, ..failing(mutant) }
}

/// Finds the shortest path to a broken law; panics if there is none, or if it breaks another law.
fn breaks(bounds: Bounds, law: Law) {
    let what = bounds.description();
    let checker = Shop::new(bounds).checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let states = checker.unique_state_count();
    let mut paths: Vec<_> = checker.discoveries().into_values().filter(|path| path.last_state().broken != 0).collect();
    paths.sort_by_key(|path| path.clone().into_vec().len());
    let path = paths.into_iter().next().unwrap_or_else(|| panic!("{what}: nothing found in {states} states"));
    let found: Vec<_> = Law::ALL.into_iter().filter(|law| path.last_state().broken & law.bit() != 0).collect();
    let story = story(checker.model(), path);
    println!("{what}: {found:?} within {states} states\n{story}\n");
    assert!(found.contains(&law), "{what}: {found:?}\n{story}");
}

#[test]
fn a_release_without_a_tombstone_loses_units_to_a_late_reservation() {
    breaks(failing(Mutant::ReleaseLeavesNoTombstone), Law::TheEndedHoldNothing);
}

#[test]
fn a_void_without_a_tombstone_leaves_money_held_by_a_late_authorization() {
    breaks(failing(Mutant::VoidLeavesNoTombstone), Law::TheEndedHoldNothing);
}

#[test]
fn an_order_that_ends_deaf_to_its_money_leaves_it_held() {
    breaks(calm(Mutant::LateMoneyKept), Law::TheEndedHoldNothing);
}

#[test]
fn an_inventory_with_a_clock_of_its_own_takes_units_from_confirmed_orders() {
    breaks(calm(Mutant::InventoryExpires), Law::AConfirmedOrderHasItsUnits);
}

#[test]
fn units_taken_without_a_condition_are_sold_twice() {
    let bounds = Bounds { cards: vec![CARD; 2], cancels: 0, retries: 0, ..calm(Mutant::StockTakenUnchecked) };
    breaks(bounds, Law::StockAddsUp);
}

#[test]
fn units_taken_once_for_two_orders_are_sold_twice() {
    let bounds =
        Bounds { cards: vec![CARD; 2], stock: 2, cancels: 0, retries: 0, ..calm(Mutant::UnitsTakenForOneOfTwo) };
    breaks(bounds, Law::StockAddsUp);
}

#[test]
fn a_refusal_taken_for_a_cancellation_gives_money_back_for_goods_that_left() {
    breaks(calm(Mutant::RefusalTakenForCancellation), Law::GoodsNeverBothLeaveAndStay);
}

#[test]
fn a_shipment_stopped_after_it_left_is_paid_for_and_never_arrives() {
    breaks(calm(Mutant::StoppedAfterItLeft), Law::TakenAsQuotedOnceTheGoodsLeft);
}

#[test]
fn money_taken_on_confirmation_is_taken_for_goods_that_stay() {
    breaks(calm(Mutant::CapturedOnConfirmation), Law::TakenAsQuotedOnceTheGoodsLeft);
}

#[test]
fn a_key_made_anew_has_the_provider_do_it_twice() {
    breaks(failing(Mutant::KeyMadeAnew), Law::MoneyIsHeldOnce);
}

#[test]
fn what_is_acknowledged_before_it_is_sent_is_lost_with_the_machine() {
    breaks(failing(Mutant::AcknowledgedBeforeSent), Law::RestIsAnEndOrAWait);
}

#[test]
fn without_the_sweep_a_lost_message_leaves_an_order_standing() {
    breaks(failing(Mutant::NoSweep), Law::RestIsAnEndOrAWait);
}

#[test]
fn a_waiting_attempt_that_is_not_voided_at_the_bank_holds_the_money_twice() {
    let bounds = Bounds { cards: vec!["pm_card_requires_action"], ..calm(Mutant::WaitingAttemptKept) };
    breaks(bounds, Law::MoneyIsHeldOnce);
}

#[test]
fn an_authorization_that_is_performed_once_called_off_asks_for_money_in_vain() {
    breaks(failing(Mutant::AuthorizedOnceCalledOff), Law::NothingIsAuthorizedOnceCalledOff);
}
