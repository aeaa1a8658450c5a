//! What a key may do, for how long and with which secrets. Refuses tables and clocks: times are given.

use super::super::user::tests::ada;
use super::*;
use crate::domain::roles::Roles;
use crate::domain::user_status::StatusEditor;
use events::users::{Permission, Role};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn with(roles: &[Role]) -> User {
    User { roles: roles.iter().copied().collect::<Roles>(), email_verified_at: Some(NOW), ..ada() }
}

fn wanted(scope: &[Permission], days: i64) -> WantedKey {
    WantedKey {
        name: "ERP".parse().unwrap(),
        scope: scope.iter().copied().collect(),
        expires_at: NOW.plus_seconds(days * DAY),
    }
}

fn secret(hash: &str) -> NewSecret {
    NewSecret { hash: hash.to_owned(), second_factor_at: None }
}

fn made(scope: &[Permission]) -> ApiKey {
    ApiKey::make(ApiKeyId::from_bits(3), wanted(scope, 90), &with(&[Role::Admin]), secret("1"), NOW).unwrap()
}

#[test]
fn a_key_may_do_no_more_than_its_maker_and_nothing_that_is_for_people() {
    let make = |maker: &User, scope: &[Permission], days| {
        ApiKey::make(ApiKeyId::from_bits(3), wanted(scope, days), maker, secret("1"), NOW).map(|_| ())
    };
    let (admin, finance) = (with(&[Role::Admin]), with(&[Role::Finance]));
    assert_eq!(make(&finance, &[Permission::RefundsWrite], 90), Ok(()));
    assert_eq!(
        make(&finance, &[Permission::RefundsWrite, Permission::StockWrite], 90),
        Err(KeyRejection::ScopeExceeded)
    );
    for person in [Permission::UsersWrite, Permission::RolesWrite, Permission::ApiKeysWrite] {
        assert_eq!(make(&admin, &[person], 90), Err(KeyRejection::ScopeExceeded), "{person}");
    }
    assert_eq!(make(&admin, &[], 90), Err(KeyRejection::ScopeExceeded), "a key for nothing");
    for (days, made) in [(0, Err(KeyRejection::InvalidExpiry)), (366, Ok(())), (367, Err(KeyRejection::InvalidExpiry))]
    {
        assert_eq!(make(&admin, &[Permission::OrdersRead], days), made, "{days} days");
    }
}

#[test]
fn a_secret_counts_until_a_day_after_the_next_one_and_until_the_key_expires_or_ends() {
    let admin = with(&[Role::Admin]);
    let first = made(&[Permission::OrdersRead]);
    let allows = |key: &ApiKey, hash: &str, at: Timestamp| !key.allows(hash, Some(&admin), false, at).is_empty();
    assert!(allows(&first, "1", NOW) && !allows(&first, "2", NOW));
    let later = NOW.plus_seconds(60);
    let second = first.rotated(&admin, secret("2"), later).unwrap();
    let over = later.plus_seconds(OVERLAP_SECONDS);
    assert!(allows(&second, "1", over.plus_seconds(-1)) && allows(&second, "2", over));
    assert!(!allows(&second, "1", over) && second.knows("1"), "over, and yet no guess");
    let third = second.rotated(&admin, secret("3"), later).unwrap();
    assert!(
        !allows(&third, "1", later) && !third.knows("1") && allows(&third, "2", later) && allows(&third, "3", later)
    );
    let end = third.expires_at;
    assert!(allows(&third, "3", end.plus_seconds(-1)) && !allows(&third, "3", end));
    let ended = ApiKey { ended_at: Some(later), ..third.clone() };
    assert!(!allows(&ended, "3", later) && !allows(&ended, "2", later));
    for (key, at, status) in [(&ended, later, "ended"), (&third, end, "expired"), (&third, later, "active")] {
        assert_eq!(key.status(at).name(), status);
        let again = key.rotated(&admin, secret("4"), at).map(|_| ());
        assert_eq!(again, if status == "active" { Ok(()) } else { Err(KeyRejection::Over) });
    }
}

#[test]
fn a_key_loses_what_its_maker_loses() {
    let key = made(&[Permission::OrdersRead, Permission::StockWrite]);
    let may = |maker: Option<&User>| key.may(maker, false).to_string();
    assert_eq!(may(Some(&with(&[Role::Admin]))), "orders.read stock.write");
    assert_eq!(may(Some(&with(&[Role::Finance]))), "orders.read");
    assert_eq!([may(Some(&with(&[Role::Customer]))), may(None)], ["", ""]);
    let boss = StatusEditor { user: UserId::from_bits(9), gives_roles: true };
    let disabled = with(&[Role::Admin]).with_status(true, boss, "Left us".parse().unwrap(), NOW).unwrap().unwrap();
    assert_eq!(may(Some(&disabled)), "");
    let another = User { id: UserId::from_bits(9), ..with(&[Role::Admin]) };
    assert_eq!(may(Some(&another)), "");
    assert_eq!(key.may(Some(&with(&[Role::Admin])), true), Permissions::NONE, "no second factor stands behind it");
}

#[test]
fn whoever_rotates_a_key_learns_no_secret_that_may_do_more_than_they() {
    let key = made(&[Permission::OrdersRead, Permission::StockWrite]);
    let by = |roles: &[Role]| key.rotated(&with(roles), secret("2"), NOW).map(|rotated| rotated.created_by);
    assert_eq!(by(&[Role::Fulfillment]), Ok(ada().id), "its maker stays who answers for it");
    assert_eq!(by(&[Role::Finance]), Err(KeyRejection::ScopeExceeded));
}

#[test]
fn a_use_is_noted_once_an_hour_and_a_name_can_be_read() {
    let key = made(&[Permission::OrdersRead]);
    assert!(key.notes_use(NOW));
    let used = ApiKey { last_used_at: Some(NOW), ..key };
    assert!(!used.notes_use(NOW.plus_seconds(3_599)) && used.notes_use(NOW.plus_seconds(3_600)));
    for bad in ["", "  ", "two\nlines", "\u{202e}", &*"x".repeat(61)] {
        assert!(bad.parse::<KeyName>().is_err(), "{bad:?}");
    }
}
