//! What a route's declaration promises each caller, and what an answer comes to.

use super::fixtures::{Ownership, Sample};
use super::{Caller, Declared, Verdict};
use chassis::Access;
use chassis::testing::Response;
use serde_json::json;

/// The verdict that a route's declaration promises a caller.
pub(super) fn expected(declared: &Declared, sample: &Sample, caller: Caller) -> Verdict {
    use Caller::{
        Admin, Customer, EndedKey, Guest, Key, Nobody, OtherCustomer, OtherGuest, SignedOutStaff, Staff, With,
    };
    let access = declared.access;
    match access {
        // What people do for themselves is refused to a machine, and the rest is a matter of permissions.
        Access::OptionalAuth | Access::Customer if caller.is_machine() => return Verdict::Forbidden,
        Access::Owner(permission) | Access::CustomerOr(permission)
            if caller.is_machine() && !caller.may(permission) =>
        {
            return Verdict::Forbidden;
        }
        Access::Customer | Access::CustomerOr(_) | Access::Needs(_) | Access::AnyStaff if !caller.is_signed_in() => {
            return Verdict::Unauthenticated;
        }
        Access::Owner(_) if caller == Nobody => return Verdict::Unauthenticated,
        Access::Needs(permission) if !caller.may(permission) => return Verdict::Forbidden,
        Access::AnyStaff if !caller.is_staff() => return Verdict::Forbidden,
        _ if declared.rechecked && matches!(caller, SignedOutStaff | EndedKey) => return Verdict::SessionEnded,
        Access::Needs(_) | Access::AnyStaff => return Verdict::Admitted,
        _ => {}
    }
    let admitted = match (sample.ownership, caller) {
        (Ownership::None, _) | (_, Customer | Guest) => true,
        // Where the route asks for no token, what the body names is the right to it.
        (_, OtherGuest) => access == Access::OptionalAuth,
        (Ownership::OwnerOnly, _) | (_, Nobody | OtherCustomer) => false,
        (Ownership::OwnerAnd(permission), Staff | Admin | SignedOutStaff | Key | EndedKey | With(_)) => {
            caller.may(permission)
        }
    };
    if admitted { Verdict::Admitted } else { sample.refusal }
}

/// Whether one permission makes a difference: everybody signed in is alike elsewhere.
pub(super) const fn asks_permission(declared: &Declared, sample: &Sample) -> bool {
    declared.access.is_staffs() || matches!(sample.ownership, Ownership::OwnerAnd(_))
}

pub(super) fn actual(sample: &Sample, answer: &Response) -> Verdict {
    let shows_nothing = sample.ownership != Ownership::None && answer.body["items"] == json!([]);
    match answer.status {
        // Credentials in the body may be wrong too; that says nothing about the caller.
        401 if answer.problem() == "unauthenticated" => Verdict::Unauthenticated,
        401 if answer.problem() == "session_ended" => Verdict::SessionEnded,
        403 if answer.problem() == "wrong_password" => Verdict::Admitted,
        404 if answer.problem() == "invalid_token" => Verdict::Admitted,
        422 if answer.problem() == "invalid_passkey" => Verdict::Admitted,
        // A guest names an address, and of a user it is known.
        422 if sample.route == "POST /v1/stock-alerts" => Verdict::Admitted,
        // One's own alone are looked for, by whoever may remove one.
        404 if sample.route == "DELETE /v1/passkeys/{id}" => Verdict::Admitted,
        403 => Verdict::Forbidden,
        404 => Verdict::NotFound,
        _ if shows_nothing => Verdict::NotFound,
        400 | 422 | 500.. => panic!("{} is no valid sample: {answer:?}", sample.route),
        _ => Verdict::Admitted,
    }
}
