//! Journeys with one crash, at a sample of the steps; `cargo souk prove --steps` tries every step.

use system_tests::sim::journey::Journey;
use system_tests::sim::steps::{interrupted, places};

/// Steps tried per journey.
const SAMPLE: usize = 6;

fn recovers_at_any_step(journey: Journey) {
    let places = places(journey);
    for crash in places.iter().step_by(places.len().div_ceil(SAMPLE).max(1)) {
        let report = interrupted(journey, *crash);
        assert!(report.violations.is_empty(), "{crash:?}: {:#?}\n{}", report.violations, report.timeline.join("\n"));
    }
}

macro_rules! journeys {
    ($($name:ident = $journey:ident;)*) => {$(
        #[test]
        fn $name() {
            recovers_at_any_step(Journey::$journey);
        }
    )*};
}

journeys! {
    a_delivered_order_recovers_at_any_step = Delivered;
    an_order_paid_at_the_second_try_recovers_at_any_step = PaidAtTheSecondTry;
    an_order_canceled_at_once_recovers_at_any_step = CanceledAtOnce;
    an_order_canceled_after_confirmation_recovers_at_any_step = CanceledAfterConfirmation;
    an_abandoned_order_recovers_at_any_step = Abandoned;
    an_order_of_too_much_recovers_at_any_step = OutOfStock;
    a_challenged_order_recovers_at_any_step = Challenged;
    a_refunded_order_recovers_at_any_step = Refunded;
}
