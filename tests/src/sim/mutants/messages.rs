//! Mutants at the queues: messages that are lost, renamed or say something else.

use super::Mutant;
use crate::sim::dice::Dice;
use crate::sim::invocation::Trigger;
use serde_json::{Value, json};

/// The type of what the mail service tells.
pub const OF_MAIL_SERVICE: &str = "ses.event";
/// Numbers of transitions that no item has.
const OUT_OF_REACH: u64 = 1_000;

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Kept,
    /// It is sent and never arrives.
    Lost,
    /// This message instead.
    Changed(String),
}

impl Mutant {
    /// What becomes of a message of this type that an invocation sends.
    pub fn on_message(self, kind: &str, body: &str, sender: Option<Trigger>, dice: &Dice) -> Fate {
        match (self, kind) {
            // The sweep asks for lost answers to orders again; nobody asks for lost bookings.
            (Self::AcknowledgeBeforeSending, _) if !kind.starts_with("orders.deadline") && dice.chance(200) => {
                Fate::Lost
            }
            (Self::FullIsGone, OF_MAIL_SERVICE) => Fate::Changed(body.replace("Transient", "Permanent")),
            (Self::SweepSendsNothing, _) if sender == Some(Trigger::Schedule) => Fate::Lost,
            (Self::LevelLost, "inventory.stock_level_changed.v1")
            | (Self::RefundForgotten, "payments.execute_refund.v1")
            | (Self::GoodsUnheard, "shipping.shipment_dispatched.v1" | "shipping.shipment_delivered.v1")
            | (Self::CorrectionLost, "shipping.tracking_corrected.v1")
            | (Self::ErasureUnanswered, "notifications.order_data_erased.v1")
            | (Self::RevocationUnheard, "users.session_ended.v1") => Fate::Lost,
            _ => {
                let Ok(mut message) = serde_json::from_str::<Value>(body) else { return Fate::Kept };
                let before = message.clone();
                self.change_message(kind, &mut message, sender);
                if message == before { Fate::Kept } else { Fate::Changed(message.to_string()) }
            }
        }
    }

    fn change_message(self, kind: &str, message: &mut Value, sender: Option<Trigger>) {
        match (self, kind) {
            (Self::SwapCommitAndRelease, "inventory.commit_reservation.v1") => {
                retype(message, "inventory.release_reservation.v1");
            }
            (Self::SwapCommitAndRelease, "inventory.release_reservation.v1") => {
                retype(message, "inventory.commit_reservation.v1");
            }
            (Self::RefusalIsCancellation, "shipping.cancel_refused.v1") => {
                retype(message, "shipping.shipment_canceled.v1");
            }
            (Self::RelayRenames, _) if sender == Some(Trigger::Stream) => renumber(message, |seq| seq + OUT_OF_REACH),
            (Self::SweepRenames, _) if sender == Some(Trigger::Schedule) => renumber(message, |seq| seq + OUT_OF_REACH),
            (Self::NumberlessIds, _) => renumber(message, |_| 0),
            (Self::Garbled, "inventory.reserve_stock.v1") => message["data"] = Value::Null,
            (Self::ActorLost, "inventory.commit_reservation.v1" | "shipping.create_shipment.v1") => {
                message.as_object_mut().map(|message| message.remove("actor"));
            }
            (Self::AttemptsUncounted, "payments.authorize_payment.v1") if message["data"]["attempt"] != 1 => {
                message["data"]["attempt"] = json!(6);
            }
            (Self::RefundMisreported, "payments.payment_refunded.v1") => {
                let total = message["data"]["total_refunded"]["amount"].as_i64().unwrap_or(0);
                message["data"]["total_refunded"]["amount"] = json!(total + 1);
            }
            (Self::TrackingLost, "shipping.shipment_dispatched.v1") => {
                message["data"]["tracking_number"] = json!("unknown");
            }
            (Self::WrongDay, "payments.entries_posted.v1") => {
                let time = message["time"].as_str().and_then(|time| events::Timestamp::parse(time).ok());
                message["time"] = json!(time.unwrap_or_default().plus_seconds(-86_400));
            }
            _ => {}
        }
    }
}

/// Gives a message another type, in its name too.
fn retype(message: &mut Value, kind: &str) {
    let before = message["type"].as_str().unwrap_or_default().to_owned();
    message["id"] = message["id"].as_str().unwrap_or_default().replace(&before, kind).into();
    message["type"] = kind.into();
}

/// Gives a message the name of another transition.
fn renumber(message: &mut Value, number: impl Fn(u64) -> u64) {
    let id = message["id"].as_str().unwrap_or_default();
    let mut parts = id.splitn(3, '/');
    if let (Some(item), Some(Ok(seq)), Some(kind)) = (parts.next(), parts.next().map(str::parse::<u64>), parts.next()) {
        message["id"] = format!("{item}/{}/{kind}", number(seq)).into();
    }
}
