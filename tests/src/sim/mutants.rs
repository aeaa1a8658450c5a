//! Mutants: deliberate bugs, applied to requests and messages on their way. A simulation that does not notice them proves
//! nothing.

use super::dice::Dice;
use events::Capability;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// Orders are overwritten, even if another write came between.
    OrderWithoutCondition,
    /// Stock is taken whether there is enough or not.
    StockWithoutCondition,
    /// Reservations are created over existing ones.
    HoldWithoutCondition,
    /// Some messages are acknowledged although what follows from them is never sent.
    AcknowledgeBeforeSending,
    /// Commit and release of a reservation are swapped.
    SwapCommitAndRelease,
    /// Inventory releases holds after two minutes.
    HoldsExpire,
    /// An undo that arrives first leaves no tombstone.
    NoTombstone,
    /// The sweep never runs.
    NoSweep,
    /// An order charges a cent more than was quoted.
    RoundedUp,
    /// A declined payment counts as authorized.
    DeclinedIsAuthorized,
    /// An order leaves the index of the sweep once its stock is reserved.
    LeavesTheIndex,
}

impl Mutant {
    pub const ALL: [Self; 11] = [
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
        Self::LeavesTheIndex,
    ];

    /// The name on the command line.
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
            Self::LeavesTheIndex => "leaves-the-index",
        }
    }

    /// Finds a mutant by name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mutant| mutant.name() == name)
    }

    /// Whether the sweep never runs.
    pub fn skips_the_sweep(self) -> bool {
        self == Self::NoSweep
    }

    /// Whether this message is lost.
    pub fn drops(self, kind: &str, dice: &Dice) -> bool {
        // The sweep asks for lost answers to orders again; nobody asks for lost bookings.
        self == Self::AcknowledgeBeforeSending && !kind.starts_with("orders.deadline") && dice.chance(200)
    }

    /// The type that replaces this one.
    pub fn swapped(self, kind: &str) -> Option<&'static str> {
        match (self, kind) {
            (Self::SwapCommitAndRelease, "inventory.commit_reservation.v1") => Some("inventory.release_reservation.v1"),
            (Self::SwapCommitAndRelease, "inventory.release_reservation.v1") => Some("inventory.commit_reservation.v1"),
            _ => None,
        }
    }

    /// Changes a write: `None` leaves it, `Some(None)` skips it but answers success, otherwise the changed request.
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
            (Self::LeavesTheIndex, Capability::Orders, "PutItem") => {
                let item = request["Item"].as_object_mut().filter(|item| item["seq"]["N"] == "2")?;
                item.remove("due")?;
                item.remove("due_at")?;
            }
            (Self::NoTombstone, _, "PutItem") => return is_tombstone(of, &request["Item"]).then_some(None),
            (Self::RoundedUp, Capability::Orders, "PutItem") => {
                let total: i64 = request["Item"]["total"]["N"].as_str()?.parse().ok()?;
                if request["Item"]["seq"]["N"] != "1" {
                    return None;
                }
                let net: i64 = request["Item"]["net"]["N"].as_str()?.parse().ok()?;
                request["Item"]["total"]["N"] = (total + 1).to_string().into();
                request["Item"]["net"]["N"] = (net + 1).to_string().into();
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
