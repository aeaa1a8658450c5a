//! Mails that somebody asked for go to who did, and once.

use system_tests::sim::asked_for::{Bug, asked_for};

#[test]
fn nobody_is_told_who_did_not_ask_and_each_once_of_a_cause() {
    let told = asked_for(None);
    assert_eq!(told.problems(), Vec::<String>::new());
    assert_eq!(told.of("back_in_stock"), ["gwen@example.com", "ines@example.com"].into());
    assert_eq!(told.of("cart_abandoned"), ["gwen@example.com"].into());
}

#[test]
fn a_mail_that_nobody_asked_for_or_that_comes_again_is_noticed() {
    for bug in [Bug::NobodyAsked, Bug::Repeated] {
        assert!(!asked_for(Some(bug)).problems().is_empty(), "{bug:?}");
    }
}
