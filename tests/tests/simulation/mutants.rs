//! Every mutant is noticed within a few seeds: a simulation that stays green with one proves nothing.

use system_tests::sim::flash_sale::flash_sale;
use system_tests::sim::{Mutant, Plan, run};

/// Seeds within which a bug must show.
const FEW: u64 = 8;

fn is_noticed(mutant: Mutant) {
    let noticed = (1..=FEW).any(|seed| {
        let plan = Plan { customers: 15, faults: 200, mutant: Some(mutant), ..Plan::of(seed) };
        !run(&plan).violations.is_empty()
    });
    assert!(noticed, "{} goes unnoticed for {FEW} seeds", mutant.name());
}

macro_rules! mutants {
    ($($name:ident = $mutant:ident;)*) => {$(
        #[test]
        fn $name() {
            is_noticed(Mutant::$mutant);
        }
    )*};
}

mutants! {
    an_order_written_without_its_condition_is_noticed = OrderWithoutCondition;
    a_hold_written_without_its_condition_is_noticed = HoldWithoutCondition;
    acknowledging_before_sending_is_noticed = AcknowledgeBeforeSending;
    swapped_messages_are_noticed = SwapCommitAndRelease;
    an_inventory_with_a_clock_of_its_own_is_noticed = HoldsExpire;
    a_dropped_tombstone_is_noticed = NoTombstone;
    a_skipped_sweep_is_noticed = NoSweep;
    a_line_rounded_up_is_noticed = RoundedUp;
    a_declined_payment_that_counts_as_authorized_is_noticed = DeclinedIsAuthorized;
    an_order_that_leaves_the_index_of_the_sweep_is_noticed = LeavesTheIndex;
}

#[test]
fn stock_taken_without_its_condition_is_noticed() {
    let noticed =
        (1..=FEW).any(|seed| !flash_sale(seed, 40, 5, Some(Mutant::StockWithoutCondition)).violations.is_empty());
    assert!(noticed);
}
