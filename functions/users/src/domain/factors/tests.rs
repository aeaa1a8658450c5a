//! Each change of second factors, and the roles that count.

use super::super::hashing::Hasher;
use super::super::user::{Registration, User};
use super::super::user_status::StatusEditor;
use super::*;
use events::ids::{SessionId, UserId};
use events::users::{Permissions, Role};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
const HERE: SessionId = SessionId::from_bits(1);

fn first(step: i64) -> Shown {
    Shown::Totp { enrollment: "first".to_owned(), step }
}

fn protected() -> Factors {
    let begun = Factors::default().begun("first".to_owned(), HERE, NOW);
    begun.confirmed((&first(7), HERE), vec!["one".to_owned(), "two".to_owned()], NOW).unwrap()
}

fn because(text: &str) -> Reason {
    text.parse().unwrap()
}

fn passkey() -> Passkey {
    let (id, public_key, name) = ("AAAA".to_owned(), String::new(), "My phone".to_owned());
    Passkey { id, algorithm: -7, public_key, sign_count: 0, name, created_at: NOW, used_at: None }
}

fn user(factors: Factors) -> User {
    let registration = Registration {
        email: "ada@example.com".parse().unwrap(),
        name: "Ada".parse().unwrap(),
        password: Hasher::with_cost(8, 1, 1).unwrap().hash("a quiet harbour", [1; 16]).unwrap(),
        language: None,
        traceparent: String::new(),
    };
    let user = User::register(UserId::from_bits(1), registration, NOW).verified(NOW);
    user.granted(Role::Admin, "grant", NOW).unwrap().unwrap().with_factors(factors)
}

#[test]
fn an_app_counts_once_it_has_shown_a_code_in_time() {
    let begun = Factors::default().begun("first".to_owned(), HERE, NOW);
    assert!(!begun.protects() && begun.methods().names().is_empty());
    let late = NOW.plus_seconds(ENROLLMENT_SECONDS);
    assert_eq!(begun.confirmed((&first(7), HERE), Vec::new(), late), Err(Rejection::NoEnrollment));
    let other = Shown::Totp { enrollment: "other".to_owned(), step: 7 };
    assert_eq!(begun.confirmed((&other, HERE), Vec::new(), NOW), Err(Rejection::NoEnrollment));
    let elsewhere = SessionId::from_bits(2);
    assert_eq!(begun.confirmed((&first(7), elsewhere), Vec::new(), NOW), Err(Rejection::NoEnrollment));
    assert!(begun.pending(HERE, NOW).is_some() && begun.pending(elsewhere, NOW).is_none());
    assert!(protected().protects());
    assert_eq!(protected().methods().names(), ["totp", "recovery_code"]);
}

#[test]
fn a_code_counts_once_and_none_before_it_ever_again() {
    assert_eq!(protected().having_used(&first(7)), Err(Rejection::InvalidSecondFactor), "it confirmed the app");
    let used = protected().having_used(&first(9)).unwrap();
    for step in [8, 9] {
        assert_eq!(used.having_used(&first(step)), Err(Rejection::InvalidSecondFactor), "{step}");
    }
    assert!(used.having_used(&first(10)).is_ok());
    let replaced = used.begun("second".to_owned(), HERE, NOW);
    let second = Shown::Totp { enrollment: "second".to_owned(), step: 1 };
    let replaced = replaced.confirmed((&second, HERE), Vec::new(), NOW).unwrap();
    assert_eq!(replaced.having_used(&first(10)), Err(Rejection::InvalidSecondFactor), "of the app before");
}

#[test]
fn a_use_is_no_version_for_forms_and_every_other_change_is_a_later_one() {
    let before = user(protected());
    let used = before.with_factors(before.factors.having_used(&first(9)).unwrap());
    assert_eq!((used.seq, used.version()), (before.seq + 1, before.version()));
    let removed = used.with_factors(used.factors.without_totp(NOW).unwrap());
    assert!(removed.version() > used.version());
}

#[test]
fn each_recovery_code_counts_once_and_new_ones_end_those_before() {
    let code = |text: &str| Shown::RecoveryCode(text.to_owned());
    let used = protected().having_used(&code("one")).unwrap();
    assert_eq!(used.having_used(&code("one")), Err(Rejection::InvalidSecondFactor));
    assert_eq!(used.recovery_codes, ["two"]);
    let renewed = used.with_recovery_codes(vec!["three".to_owned()], NOW).unwrap();
    assert_eq!(renewed.having_used(&code("two")), Err(Rejection::InvalidSecondFactor));
    let last = renewed.having_used(&code("three")).unwrap();
    assert_eq!(last.methods().names(), ["totp"]);
    assert_eq!(Factors::default().with_recovery_codes(Vec::new(), NOW), Err(Rejection::NoSecondFactor));
}

#[test]
fn without_its_app_an_account_has_no_recovery_codes() {
    let removed = protected().without_totp(NOW).unwrap();
    assert!(!removed.protects() && removed.recovery_codes.is_empty());
    assert_eq!(removed.without_totp(NOW), None);
    let with_passkey = Factors::default().with_passkey(passkey(), &[], NOW).unwrap();
    let by_staff = with_passkey.removed(&because("the phone was lost"), NOW).unwrap();
    assert_eq!(by_staff.changed.unwrap().what, CredentialChange::PasskeyRemoved, "who had no app is told of none");
    let by_staff = protected().removed(&because("the phone was lost"), NOW).unwrap();
    assert_eq!(by_staff.changed.unwrap().reason.unwrap(), "the phone was lost");
    assert_eq!(Factors::default().removed(&because("x"), NOW), None);
}

#[test]
fn where_a_second_factor_is_required_roles_count_only_in_a_session_that_has_one() {
    let (all, none) = (Permissions::all(), Permissions::NONE);
    for (factors, required, shown_at, permissions) in [
        (protected(), true, Some(NOW), all),
        (protected(), true, None, none),
        (Factors::default(), true, None, none),
        // It was removed after it was shown.
        (Factors::default(), true, Some(NOW), none),
        (Factors::default(), false, None, all),
        (protected(), false, None, all),
    ] {
        let counting = user(factors).counting_permissions(required, shown_at);
        assert_eq!(counting, permissions, "{required} {shown_at:?}");
    }
}

#[test]
fn staff_keep_their_last_second_factor_where_they_need_one() {
    let boss = user(protected());
    let fewer = || boss.factors.without_totp(NOW).unwrap();
    assert_eq!(boss.with_fewer_factors(fewer(), true), Err(Rejection::LastFactorOfStaff));
    assert!(boss.with_fewer_factors(protected(), true).is_ok() && boss.with_fewer_factors(fewer(), false).is_ok());
    let customer = User { roles: [Role::Customer].into(), ..boss.clone() };
    assert!(customer.with_fewer_factors(fewer(), true).is_ok());
}

#[test]
fn a_colleague_who_removes_a_second_factor_ends_all_sessions_and_gives_roles_if_its_owner_does() {
    let boss = user(protected());
    let by = |gives_roles| StatusEditor { user: UserId::from_bits(2), gives_roles };
    let lost = boss.factors.removed(&because("lost"), NOW).unwrap();
    assert_eq!(boss.with_factors_removed(lost.clone(), by(false), NOW), Err(Rejection::AdminStatus));
    let removed = boss.with_factors_removed(lost.clone(), by(true), NOW).unwrap();
    assert_eq!((removed.seq, removed.session_epoch), (boss.seq + 1, boss.session_epoch + 1));
    assert!(removed.revokes_tokens_of(&boss));
    let customer = User { roles: [Role::Customer].into(), ..boss };
    let removed = customer.with_factors_removed(lost, by(false), NOW).unwrap();
    assert_eq!((removed.seq, removed.session_epoch), (customer.seq + 1, customer.session_epoch + 1));
}

#[test]
fn a_second_factor_is_fresh_for_ten_minutes() {
    let fresh = |after| is_fresh(Some(NOW), NOW.plus_seconds(after));
    assert_eq!([fresh(0), fresh(600), fresh(601), is_fresh(None, NOW)], [true, true, false, false]);
}
