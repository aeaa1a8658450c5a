//! Mutants at the tables: writes that lose their condition, a part or themselves, and answers that lack something.

use super::Mutant;
use events::Capability;
use serde_json::Value;

/// When an address was verified that never was.
const NEVER: &str = "1970-01-01T00:00:00.000Z";

/// What becomes of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    Kept,
    /// It is not done and answered as if it were.
    Skipped,
    /// This request instead.
    Changed(String),
}

impl Mutant {
    /// What becomes of a write to a table.
    pub fn on_write(self, of: Capability, operation: &str, body: &str) -> Write {
        let Ok(mut request) = serde_json::from_str::<Value>(body) else { return Write::Kept };
        let skipped = match operation {
            "PutItem" => self.skips(of, &request["Item"]) || self == Self::AuditLost && is_audit(&request["Item"]),
            "TransactWriteItems" => puts(&mut request).any(|put| self.skips(of, &put["Item"])),
            _ => false,
        };
        if skipped {
            return Write::Skipped;
        }
        let before = request.clone();
        self.change(of, operation, &mut request);
        if request == before { Write::Kept } else { Write::Changed(request.to_string()) }
    }

    /// Whether the whole request of which this item is a part is skipped.
    fn skips(self, of: Capability, item: &Value) -> bool {
        let sk = text(item, "sk");
        match (self, of) {
            (Self::NoTombstone, _) => is_tombstone(of, item),
            (Self::RequestedNotWritten, Capability::Payments) => {
                sk == "payment" && last(item).is_some_and(|last| text(last, "phase") == "requested")
            }
            (Self::SettledRefundLost, Capability::Payments) => sk.starts_with("refund#"),
            (Self::UserNotStored, Capability::Users) => sk == "profile" && number(item, "seq") == 1,
            (Self::SessionNotStored, Capability::Users) => sk.starts_with("session#"),
            (Self::SkuUnlisted, Capability::Orders) => text(item, "pk").starts_with("sku#"),
            (Self::BounceForgotten, Capability::Notifications) => text(item, "pk").starts_with("suppressed#"),
            (Self::RevocationNotKept, _) => text(item, "pk").starts_with("revoked#"),
            _ => false,
        }
    }

    fn change(self, of: Capability, operation: &str, request: &mut Value) {
        match (self, of) {
            (Self::StockWithoutCondition, Capability::Inventory) => updates(request).for_each(unconditional),
            (Self::HoldWithoutCondition, Capability::Inventory) => puts(request).for_each(unconditional),
            (Self::JournalWithoutCondition, Capability::Payments) => {
                puts(request).filter(|put| text(&put["Item"], "pk").starts_with("journal#")).for_each(unconditional);
            }
            (Self::OrderWithoutCondition, Capability::Orders)
            | (Self::PaymentWithoutCondition, Capability::Payments)
            | (Self::ShipmentWithoutCondition, Capability::Shipping)
            | (Self::ClaimWithoutCondition, Capability::Notifications) => {
                let versioned = |put: &&mut Value| put["Item"]["log"].is_array() || put["Item"]["seq"].is_object();
                whole(operation, request).filter(versioned).for_each(unconditional);
            }
            (Self::AddressWithoutCondition, Capability::Users) => {
                puts(request).filter(|put| text(&put["Item"], "sk") == "email").for_each(unconditional);
            }
            (Self::MovementLost, Capability::Inventory) => {
                remove_puts(request, |item| text(item, "sk").starts_with("mov#"))
            }
            (Self::AuditLost, _) => remove_puts(request, is_audit),
            (Self::TokenNotSpent, Capability::Users) => {
                remove_writes(request, |write| text(&write["Update"]["Key"], "sk") == "credential-token");
            }
            (Self::KeyNotEnded, Capability::Users) => {
                let ends =
                    |update: &Value| update["UpdateExpression"].as_str().is_some_and(|set| set.contains("ended_at"));
                let of_key = |update: &Value| text(&update["Key"], "sk").starts_with("api-key#");
                remove_writes(request, |write| of_key(&write["Update"]) && ends(&write["Update"]));
            }
            (Self::RefusedNotKept, Capability::Notifications) => {
                remove_puts(request, |item| text(item, "pk").starts_with("kept#"))
            }
            (Self::BalancesForgotten, Capability::Payments) => {
                let of_balances = |write: &Value| text(&write["Update"]["Key"], "pk").starts_with("balances");
                remove_writes(request, of_balances);
            }
            (Self::WrongAccount | Self::PostedInPart, Capability::Payments) => {
                updates(request).for_each(|update| self.misbook(update));
            }
            (Self::LimitWithoutCondition | Self::LimitOfNone, Capability::Orders) if operation == "UpdateItem" => {
                self.limit(request);
            }
            (Self::MergeLosesLines, Capability::Carts) => {
                puts(request).for_each(|put| put["Item"]["lines"] = serde_json::json!({"M": {}}));
            }
            (Self::UnitsReplaced | Self::UnitsDoubled, Capability::Carts) if operation == "UpdateItem" => {
                self.misadd(request)
            }
            _ => whole(operation, request).for_each(|put| self.change_item(of, &mut put["Item"])),
        }
    }

    /// Changes the condition under which an unpaid order is counted.
    fn limit(self, count: &mut Value) {
        if self == Self::LimitOfNone {
            if let Some(condition) = count["ConditionExpression"].as_str() {
                count["ConditionExpression"] = format!("{condition} AND attribute_exists(nobody)").into();
            }
            return;
        }
        for limit in [":limit", ":declines"] {
            if let Some(value) = count.pointer_mut(&format!("/ExpressionAttributeValues/{limit}/N")) {
                *value = "1000000".into();
            }
        }
    }

    /// Changes an update that adds units to a cart.
    fn misadd(self, update: &mut Value) {
        let units = update.pointer("/ExpressionAttributeValues/:units/N").and_then(Value::as_str);
        let Some(units) = units.and_then(|units| units.parse::<u32>().ok()) else { return };
        if self == Self::UnitsDoubled {
            update["ExpressionAttributeValues"][":units"]["N"] = (2 * units).to_string().into();
        } else {
            let expression = update["UpdateExpression"].as_str().unwrap_or_default();
            let replaced = expression.replace("if_not_exists(#lines.#sku, :none)", ":none");
            update["UpdateExpression"] = replaced.into();
        }
    }

    /// Changes an update of the balances.
    fn misbook(self, update: &mut Value) {
        match self {
            Self::WrongAccount => {
                let Some(names) = update.get_mut("ExpressionAttributeNames") else { return };
                if let (Some(_), Some(_)) = (names.get("#tax"), names.get("#shipping")) {
                    (names["#tax"], names["#shipping"]) = ("shipping".into(), "tax".into());
                }
            }
            _ => {
                if let Some(tax) = update.pointer_mut("/ExpressionAttributeValues/:tax/N") {
                    *tax = "0".into();
                }
            }
        }
    }

    /// What an erased person is known by stays, or comes back.
    fn remember(self, of: Capability, item: &mut Value) {
        match (self, of) {
            (Self::RecipientKept, Capability::Shipping) if is_forgetting(item) => {
                item["request"]["M"]["ship_to"]["M"]["name"]["S"] = "Somebody".into();
            }
            (Self::ContactKept, Capability::Notifications)
                if text(item, "pk").starts_with("contact#") && item["erased_at"].is_object() =>
            {
                // In a crowd, one member alone is erased.
                item["email"]["S"] = "member-1@example.com".into();
            }
            (Self::PayerKept, Capability::Payments) if item["erased"].is_object() => {
                item["method"]["S"] = "pm_card_visa".into();
            }
            (Self::BroughtBack, Capability::Orders) if brings_back(item) => {
                item["ship_to"]["M"]["name"]["S"] = "Somebody".into();
            }
            _ => {}
        }
    }

    fn change_item(self, of: Capability, item: &mut Value) {
        match (self, of) {
            (Self::LeavesTheIndex, Capability::Orders) if number(item, "seq") == 2 => leave_the_index(item),
            (Self::RefundLeavesTheIndex, Capability::Payments) if text(item, "sk") == "payment" => {
                leave_the_index(item)
            }
            (Self::OrderUnderAnotherId, Capability::Orders) if text(item, "sk") == "order" => {
                item["id"]["S"] = with_other_bits(text(item, "id")).into();
            }
            (Self::PaymentMislaid, Capability::Payments) if text(item, "sk") == "payment" => {
                item["pk"]["S"] = with_other_bits(text(item, "pk")).into();
            }
            (Self::TermsForgotten, Capability::Orders) => {
                item.as_object_mut().map(|item| item.remove("accepted_terms"));
            }
            (Self::OrderOfAnother, Capability::Orders) if item["customer"].is_object() => {
                item["customer"]["S"] = with_other_bits(text(item, "customer")).into();
            }
            (Self::RoundedUp, Capability::Orders) if number(item, "seq") == 1 => {
                for part in ["total", "net"] {
                    item[part]["N"] = (number(item, part) + 1).to_string().into();
                }
            }
            (Self::Untracked, Capability::Shipping) => {
                item.as_object_mut().map(|item| item.remove("tracking"));
            }
            (Self::VoidNotWritten, Capability::Payments) => {
                let voided = |last: &Value| text(last, "operation") == "void" && text(last, "phase") == "succeeded";
                if last(item).is_some_and(voided) {
                    item.pointer_mut("/log/L").and_then(Value::as_array_mut).and_then(Vec::pop);
                }
            }
            // As the table believes it, whatever the function was told.
            (Self::UnverifiedCounts, Capability::Users) if text(item, "email_verified_at") == NEVER => {
                item.as_object_mut().map(|item| item.remove("email_verified_at"));
            }
            (Self::FactorNotKept, Capability::Users) if text(item, "sk") == "profile" => {
                item.pointer_mut("/factors/M").and_then(Value::as_object_mut).map(|factors| factors.remove("totp"));
            }
            (Self::SessionsOutlive, Capability::Users) if text(item, "sk") == "profile" => {
                item["session_epoch"]["N"] = "0".into();
            }
            (Self::CartForgetsOrders, Capability::Carts) => item["orders"] = serde_json::json!({"L": []}),
            (Self::CartUnreadable, Capability::Carts) => item["lines"] = serde_json::json!({"S": "tea"}),
            (Self::CaptureOffByOne | Self::RefundBeyondCaptured | Self::RefundOfGoodsAlone, Capability::Payments)
            | (Self::StaffUnnamed, Capability::Shipping) => {
                let log = item.pointer_mut("/log/L").and_then(Value::as_array_mut);
                if let Some(last) = log.and_then(|log| log.last_mut()) {
                    self.change_transition(&mut last["M"]);
                }
            }
            _ => self.remember(of, item),
        }
    }

    fn change_transition(self, made: &mut Value) {
        let is = |operation, phase| text(made, "operation") == operation && text(made, "phase") == phase;
        match self {
            Self::CaptureOffByOne if is("capture", "succeeded") => {
                made["amount"]["N"] = (number(made, "amount") + 1).to_string().into();
            }
            Self::RefundBeyondCaptured if is("refund", "requested") => {
                made["amount"]["N"] = (number(made, "amount") * 10).to_string().into();
            }
            Self::RefundOfGoodsAlone if is("refund", "succeeded") => {
                for entry in made.pointer_mut("/entries/L").and_then(Value::as_array_mut).into_iter().flatten() {
                    if entry["M"]["account"]["S"] == "tax" {
                        entry["M"]["account"]["S"] = "shipping".into();
                    }
                }
            }
            Self::StaffUnnamed if text(made, "to") == "dispatched" => {
                made.as_object_mut().map(|made| made.remove("actor"));
            }
            _ => {}
        }
    }

    /// What becomes of a table's answer.
    pub fn on_answer(self, operation: &str, request: &str, answer: String) -> String {
        if self == Self::UnverifiedCounts && operation == "GetItem" {
            return as_if_verified(answer);
        }
        if self == Self::SentInSpite && operation == "GetItem" && request.contains("\"suppressed#") {
            return "{}".to_owned();
        }
        let index = match self {
            Self::SweepSkipsTheOldest => "due",
            Self::NumberUnread => "index2",
            _ => return answer,
        };
        if operation != "Query" || !request.contains(&format!(r#""IndexName":"{index}""#)) {
            return answer;
        }
        let Ok(mut page) = serde_json::from_str::<Value>(&answer) else { return answer };
        if let Some(items) = page.get_mut("Items").and_then(Value::as_array_mut).filter(|items| !items.is_empty()) {
            items.remove(0);
        }
        page.to_string()
    }
}

/// A profile without a verified address, with one.
fn as_if_verified(answer: String) -> String {
    let Ok(mut read) = serde_json::from_str::<Value>(&answer) else { return answer };
    if text(&read["Item"], "sk") != "profile" || !read["Item"]["email_verified_at"].is_null() {
        return answer;
    }
    read["Item"]["email_verified_at"] = serde_json::json!({"S": NEVER});
    read.to_string()
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}

fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn is_audit(item: &Value) -> bool {
    text(item, "pk").starts_with("audit#")
}

/// The last transition of an item's log.
fn last(item: &Value) -> Option<&Value> {
    item["log"]["L"].as_array()?.last().map(|last| &last["M"])
}

fn writes(request: &mut Value) -> impl Iterator<Item = &mut Value> {
    request.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten()
}

fn puts(request: &mut Value) -> impl Iterator<Item = &mut Value> {
    writes(request).filter_map(|write| write.get_mut("Put"))
}

fn updates(request: &mut Value) -> impl Iterator<Item = &mut Value> {
    writes(request).filter_map(|write| write.get_mut("Update"))
}

/// The whole items that a request puts, alone or in a transaction.
fn whole<'a>(operation: &str, request: &'a mut Value) -> Box<dyn Iterator<Item = &'a mut Value> + 'a> {
    match operation {
        "PutItem" => Box::new(std::iter::once(request)),
        "TransactWriteItems" => Box::new(puts(request)),
        _ => Box::new(std::iter::empty()),
    }
}

fn remove_puts(request: &mut Value, unwanted: impl Fn(&Value) -> bool) {
    remove_writes(request, |write| unwanted(&write["Put"]["Item"]));
}

fn remove_writes(request: &mut Value, unwanted: impl Fn(&Value) -> bool) {
    if let Some(writes) = request.get_mut("TransactItems").and_then(Value::as_array_mut) {
        writes.retain(|write| !unwanted(write));
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
        for bound in [":fewest", ":most", ":room"] {
            values.remove(bound);
        }
    }
}

/// Whether a shipment with an address forgets it.
fn is_forgetting(shipment: &Value) -> bool {
    let mut log = shipment.pointer("/log/L").and_then(Value::as_array).into_iter().flatten();
    shipment["request"].is_object() && log.any(|made| text(&made["M"], "forgetting") == "done")
}

/// Whether an order that forgot before is written once more.
fn brings_back(order: &Value) -> bool {
    let log = order.pointer("/log/L").and_then(Value::as_array);
    let last = log.and_then(|log| log.last()).and_then(|last| last["L"].as_array());
    let kind = last.and_then(|parts| parts.get(3)).and_then(|kind| kind["S"].as_str());
    !order["erasure"]["M"]["erased_at"].is_null() && kind == Some("erasure_answered")
}

fn leave_the_index(item: &mut Value) {
    if let Some(item) = item.as_object_mut() {
        item.remove("due");
        item.remove("due_at");
    }
}

/// An id of the same kind that nobody else has.
fn with_other_bits(id: &str) -> String {
    let other = if id.ends_with('0') { '1' } else { '0' };
    let mut id = id.to_owned();
    id.pop();
    id.push(other);
    id
}

fn is_tombstone(of: Capability, item: &Value) -> bool {
    let status = text(item, "status");
    number(item, "seq") == 1
        && match of {
            Capability::Inventory => status == "released",
            Capability::Shipping => status == "canceled",
            Capability::Payments => item["log"]["L"][0]["M"]["operation"]["S"] == "void",
            _ => false,
        }
}
