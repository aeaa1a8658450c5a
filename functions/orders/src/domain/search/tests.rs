//! Which list is read for which question.

use super::*;

#[test]
fn every_status_has_one_group_and_every_question_about_it_reads_a_list_that_has_it() {
    use Status::{AwaitingPayment, Canceled, Canceling, Completed, Confirmed, Expired, Pending, Rejected};
    for status in [Pending, AwaitingPayment, Confirmed, Canceling, Completed, Rejected, Canceled, Expired] {
        let search = Search { status: Some(status), ..Search::default() };
        match search.list() {
            List::Open => assert!(!status.is_terminal(), "{status:?} rests and is in no index of the sweep"),
            List::Placed { groups, from: None, to: None } => assert_eq!(groups, [Group::of(status)], "{status:?}"),
            other => panic!("{status:?} is looked for in {other:?}"),
        }
    }
    let (from, to) = (Some(Timestamp::from_millis(0)), Some(Timestamp::from_millis(1)));
    let all = Search { from, to, ..Search::default() };
    assert_eq!(all.list(), List::Placed { groups: &Group::ALL, from, to });
}

#[test]
fn a_list_that_has_nothing_else_is_read_page_by_page_and_any_other_in_batches() {
    let of = |status| Search { status: Some(status), ..Search::default() };
    for exact in [Search::default(), of(Status::Canceled), of(Status::Expired), of(Status::Rejected)] {
        assert!(!exact.is_sparse(), "{exact:?}");
    }
    let number = Search { number: Some("7K3QF-M2XT9".parse().unwrap()), ..Search::default() };
    assert!(!number.is_sparse());
    let paid = Search { payment_state: Some(PaymentState::Captured), ..Search::default() };
    for sparse in
        [of(Status::Confirmed), of(Status::Completed), paid, Search { status: Some(Status::Canceled), ..number }]
    {
        assert!(sparse.is_sparse(), "{sparse:?}");
    }
}
