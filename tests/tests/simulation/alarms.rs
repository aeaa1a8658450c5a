//! Every alarm of the templates is rung: its condition is provoked in the running shop, what CloudWatch would measure crosses its
//! threshold, and it falls silent when the cause has ended. None rings while the shop is well.

use chassis::testing::signing::STAGE;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use system_tests::captured_log::CapturedLog;
use system_tests::cloudwatch::alarm::Alarm;
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::incidents::{Incident, metrics_of};
use system_tests::sim::run::{open_shop, run_customers};
use system_tests::sim::{journey::Journey, plan::Plan};
use tracing::Level;

const MINUTE: u64 = 60_000;

/// Every alarm, read once.
fn alarms() -> &'static [Alarm] {
    static ALARMS: OnceLock<Vec<Alarm>> = OnceLock::new();
    ALARMS.get_or_init(|| Alarm::all(STAGE))
}

fn rung_by(incident: Incident) -> Vec<&'static Alarm> {
    alarms().iter().filter(|alarm| incident.rings().contains(&alarm.kind.as_str())).collect()
}

/// Provokes it; its alarms ring, and every alarm is silent before and after.
fn happens(incident: Incident) {
    let report = incident.happen();
    let rung = rung_by(incident);
    assert!(!rung.is_empty(), "{incident:?}");
    for alarm in &rung {
        let rings = alarm.rings(&report.cloud, report.began, report.ended + 2 * MINUTE);
        assert!(rings.is_some(), "{incident:?} does not ring {}", alarm.name);
    }
    for alarm in alarms() {
        assert!(!alarm.is_red(&report.cloud, report.began), "{} is red before {incident:?}", alarm.name);
        assert!(!alarm.is_red(&report.cloud, report.recovered), "{} stays red after {incident:?}", alarm.name);
    }
}

macro_rules! incidents {
    ($(fn $name:ident() = $incident:ident;)*) => {
        $(#[test]
        fn $name() {
            happens(Incident::$incident);
        })*

        #[test]
        fn every_incident_is_provoked_here_and_every_alarm_has_one() {
            assert_eq!([$(Incident::$incident),*], Incident::ALL);
            let provoked: BTreeSet<_> = Incident::ALL.iter().flat_map(|incident| incident.rings()).copied().collect();
            let alarms = alarms();
            let declared: BTreeSet<_> = alarms.iter().map(|alarm| alarm.kind.as_str()).collect();
            assert_eq!(provoked, declared);
            let names: BTreeSet<_> = alarms.iter().map(|alarm| &alarm.name).collect();
            assert_eq!(names.len(), alarms.len(), "each has a name of its own");
        }
    };
}

incidents! {
    fn a_message_that_cannot_be_read_rings() = Unreadable;
    fn a_worker_that_is_absent_rings() = Absent;
    fn a_table_that_throttles_reads_rings() = ReadsThrottled;
    fn a_table_that_throttles_writes_rings() = WritesThrottled;
    fn a_worker_that_fails_rings() = Failing;
    fn a_worker_that_hangs_rings() = Hanging;
    fn a_function_that_crashes_rings_and_so_does_its_newest_version() = Crashes;
    fn an_api_without_concurrency_rings() = NoConcurrency;
    fn an_api_that_is_slow_rings() = SlowTable;
    fn a_stream_that_waits_for_queues_rings() = Unsendable;
    fn a_write_whose_messages_can_never_be_sent_rings() = UnreadableRecord;
    fn a_chain_of_messages_that_lambda_stops_rings() = Loops;
    fn a_capture_a_void_and_a_refund_that_fail_ring() = ProviderRefuses;
    fn an_email_that_is_rejected_rings() = MailRejected;
    fn emails_that_come_back_and_those_that_are_called_spam_ring() = MailComesBack;
    fn refresh_tokens_that_are_used_twice_ring() = TokensReused;
    fn sign_ins_that_are_turned_away_ring() = Guesses;
    fn orders_that_are_turned_away_ring() = Hoarding;
    fn payments_that_are_turned_away_for_declined_cards_ring() = CardTesting;
    fn what_the_sweep_fails_to_recover_rings() = Unrecoverable;
    fn what_the_sweep_cannot_read_rings_and_the_sweep_goes_on() = UnreadableItem;
    fn a_sweep_that_is_held_up_rings() = SweepHeldUp;
    fn a_sweep_that_does_not_run_rings() = SweepAbsent;
    fn an_attack_that_the_firewall_blocks_rings() = Attack;
}

#[test]
fn a_worker_whose_every_message_fails_is_seen_within_two_minutes_and_never_by_the_age_of_its_queue() {
    let report = Incident::Failing.happen();
    let alarms = alarms();
    for retries in alarms.iter().filter(|alarm| alarm.kind == "retries") {
        let rings = retries.rings(&report.cloud, report.began, report.ended).unwrap();
        // The messages are sent a moment after the incident began.
        assert!(rings <= report.began + 2 * MINUTE, "{} after {} ms", retries.name, rings - report.began);
    }
    for age in alarms.iter().filter(|alarm| alarm.kind == "inbox-age") {
        assert_eq!(age.rings(&report.cloud, report.began, report.recovered), None, "{}", age.name);
    }
}

#[test]
fn one_order_that_cannot_be_read_leaves_the_alarm_of_failing_invocations_silent() {
    let report = Incident::UnreadableItem.happen();
    for alarm in alarms().iter().filter(|alarm| ["worker-errors", "sweep-lag"].contains(&alarm.kind.as_str())) {
        assert_eq!(alarm.rings(&report.cloud, report.began, report.recovered), None, "{}", alarm.name);
    }
}

#[test]
fn no_alarm_rings_while_customers_do_what_customers_do() {
    let alarms = alarms();
    for journey in Journey::ALL {
        let log = CapturedLog::default();
        let capturing = log.capture_from(Level::INFO);
        let (mut cloud, ended) = on_virtual_time(async {
            let driver = open_shop(&Plan { customers: 5, faults: 0, journey: Some(journey), ..Plan::of(1) }).await;
            let stage = &driver.shop.stage;
            stage.observed.begin();
            tokio::spawn(Arc::clone(&driver.shop).measure_queues());
            assert!(run_customers(&driver, 5).await, "{journey:?} does not end");
            tokio::time::sleep(Duration::from_millis(20 * MINUTE)).await;
            (stage.observed.take(), stage.clock.millis())
        });
        drop(capturing);
        metrics_of(&log).iter().for_each(|line| cloud.line(line));
        // The sweeps have ticked by then: an alarm that silence rings is silent.
        let from = 15 * MINUTE;
        assert!(ended > from, "{journey:?} is over after {ended} ms");
        for alarm in alarms {
            let rings = alarm.rings(&cloud, from, ended);
            assert_eq!(rings, None, "{} rings in {journey:?}", alarm.name);
        }
    }
}
