//! Bugs put in on purpose, where requests and messages pass: a simulation that does not notice them would prove nothing.

use super::dice::Dice;
use events::Capability;
use serde_json::Value;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// Orders are replaced whatever was written meanwhile.
    OrderWithoutCondition,
    /// Stock is taken whether there is enough or not.
    StockWithoutCondition,
    /// Reservations are created over what is there.
    HoldWithoutCondition,
    /// Some messages are acknowledged before what follows from them is sent, and never sent.
    AcknowledgeBeforeSending,
    /// Sales are given back and what is to be given back is sold.
    SwapCommitAndRelease,
    /// Inventory lets holds go after two minutes.
    HoldsExpire,
    /// An undo that comes first is forgotten.
    NoTombstone,
    /// Nobody sweeps.
    NoSweep,
    /// An order charges a cent more than was quoted.
    RoundedUp,
    /// A declined payment counts as authorized.
    DeclinedIsAuthorized,
}

impl Plant {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::OrderWithoutCondition,
        Self::StockWithoutCondition,
        Self::HoldWithoutCondition,
        Self::AcknowledgeBeforeSending,
        Self::SwapCommitAndRelease,
        Self::HoldsExpire,
        Self::NoTombstone,
        Self::NoSweep,
        Self::RoundedUp,
        Self::DeclinedIsAuthorized,
    ];

    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderWithoutCondition => "order-without-condition",
            Self::StockWithoutCondition => "stock-without-condition",
            Self::HoldWithoutCondition => "hold-without-condition",
            Self::AcknowledgeBeforeSending => "acknowledge-before-sending",
            Self::SwapCommitAndRelease => "swap-commit-and-release",
            Self::HoldsExpire => "holds-expire",
            Self::NoTombstone => "no-tombstone",
            Self::NoSweep => "no-sweep",
            Self::RoundedUp => "rounded-up",
            Self::DeclinedIsAuthorized => "declined-is-authorized",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plant| plant.name() == name)
    }

    /// Whether the schedule never fires.
    pub fn skips_the_sweep(self) -> bool {
        self == Self::NoSweep
    }

    /// Whether a message is lost on its way out.
    pub fn drops(self, kind: &str, dice: &Dice) -> bool {
        // Answers to orders are asked for again by the sweep, so what is lost there heals; bookings are asked for by nobody.
        self == Self::AcknowledgeBeforeSending && !kind.starts_with("orders.deadline") && dice.chance(200)
    }

    /// The message that goes out in the place of one of that type.
    pub fn swapped(self, kind: &str) -> Option<&'static str> {
        match (self, kind) {
            (Self::SwapCommitAndRelease, "inventory.commit_reservation.v1") => Some("inventory.release_reservation.v1"),
            (Self::SwapCommitAndRelease, "inventory.release_reservation.v1") => Some("inventory.commit_reservation.v1"),
            _ => None,
        }
    }

    /// What becomes of a write: `None` as it is, `Some(None)` not done but answered as if it were, else changed.
    pub fn on_write(self, of: Capability, operation: &str, body: &str) -> Option<Option<String>> {
        let mut request: Value = serde_json::from_str(body).ok()?;
        match (self, of, operation) {
            (Self::OrderWithoutCondition, Capability::Orders, "PutItem") => unconditional(&mut request),
            (Self::StockWithoutCondition, Capability::Inventory, "TransactWriteItems") => {
                for item in request["TransactItems"].as_array_mut()? {
                    if let Some(update) = item.get_mut("Update") {
                        unconditional(update);
                    }
                }
            }
            (Self::HoldWithoutCondition, Capability::Inventory, "TransactWriteItems") => {
                for item in request["TransactItems"].as_array_mut()? {
                    if let Some(put) = item.get_mut("Put") {
                        unconditional(put);
                    }
                }
            }
            (Self::NoTombstone, _, "PutItem") => return is_tombstone(of, &request["Item"]).then_some(None),
            (Self::RoundedUp, Capability::Orders, "PutItem") => {
                let total: i64 = request["Item"]["total"]["N"].as_str()?.parse().ok()?;
                if request["Item"]["seq"]["N"] != "1" {
                    return None;
                }
                let goods: i64 = request["Item"]["goods"]["N"].as_str()?.parse().ok()?;
                request["Item"]["total"]["N"] = (total + 1).to_string().into();
                request["Item"]["goods"]["N"] = (goods + 1).to_string().into();
            }
            _ => return None,
        }
        Some(Some(request.to_string()))
    }
}

fn unconditional(write: &mut Value) {
    let condition = write.as_object_mut().and_then(|write| write.remove("ConditionExpression"));
    let only_condition = condition.as_ref().and_then(Value::as_str) == Some("seq = :expected");
    // DynamoDB refuses values that nothing uses.
    if let (true, Some(write)) = (only_condition, write.as_object_mut()) {
        write.remove("ExpressionAttributeValues");
    }
    if let Some(values) = write.get_mut("ExpressionAttributeValues").and_then(Value::as_object_mut) {
        values.remove(":least");
        values.remove(":most");
    }
}

fn is_tombstone(of: Capability, item: &Value) -> bool {
    let first = item["seq"]["N"] == "1";
    let status = item["status"]["S"].as_str().unwrap_or_default();
    first
        && match of {
            Capability::Inventory => status == "released",
            Capability::Shipping => status == "canceled",
            Capability::Payments => item["log"]["L"][0]["M"]["operation"]["S"] == "void",
            _ => false,
        }
}
