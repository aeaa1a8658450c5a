//! Guests who want to be forgotten, while their order is under way or afterwards, and the particulars of whoever wants that. Refuses
//! customers: they erase their account.

use super::Customer;
use crate::sim::forgotten::Forgotten;
use crate::sim::place::{Place, who};
use chassis::testing::Request;
use events::Capability;
use serde_json::{Value, json};

/// Gives somebody particulars that nobody else has.
pub(super) fn under_a_name(body: &mut Value, number: u64) {
    body["ship_to"]["name"] = json!(format!("Lethe {number}th"));
    body["ship_to"]["line1"] = json!(format!("Oblivion Street {number}a"));
    body["ship_to"]["phone"] = json!(format!("+49 30 7{number:07}"));
}

/// What tells by a request whose order it is.
pub(super) fn particulars(body: &Value) -> [String; 3] {
    ["name", "line1", "phone"].map(|part| body["ship_to"][part].as_str().unwrap_or_default().to_owned())
}

impl Customer<'_> {
    /// Whether it is a guest who will want that, with particulars of their own. By letter, so that whoever stays goes on as before.
    pub(super) fn will_want_to_be_forgotten(&self, body: &mut Value, number: u64) -> bool {
        let place = Place::named("wants to be forgotten").and(&who());
        let is_private = self.driver.journey.is_none() && self.user.is_none();
        let wants = is_private && self.driver.shop.stage.draws.at(place).chance(6_000);
        if wants {
            under_a_name(body, number);
        }
        wants
    }

    /// Acts by chance, and is forgotten before or afterwards.
    pub(super) async fn act_and_be_forgotten(&mut self, body: &Value) {
        let is_early = self.driver.shop.stage.draws.at(Place::named("forgotten early").and(&who())).chance(5_000);
        if is_early {
            self.wants_to_be_forgotten(body).await;
        }
        self.act_by_chance().await;
        if !is_early {
            self.wants_to_be_forgotten(body).await;
        }
    }

    /// A guest asks the shop to forget, and shows that again if nobody answers.
    async fn wants_to_be_forgotten(&self, body: &Value) {
        let stage = &self.driver.shop.stage;
        let email = body["email"].as_str().unwrap_or_default().to_owned();
        let traces = particulars(body).into_iter().chain([email.clone(), self.address.clone()]);
        let person = Forgotten::of(traces, Some(email));
        stage.forgotten.lock().unwrap().insert(self.order.to_string(), person);
        let erase = self.signed(Request::new("DELETE", &format!("/v1/orders/{}/personal-data", self.order)));
        let answer = self.driver.insist(Capability::Orders, &erase, 4).await;
        let is_promised = answer.is_some_and(|answer| answer.status == 202);
        if let Some(person) = stage.forgotten.lock().unwrap().get_mut(&self.order.to_string()) {
            person.promised |= is_promised;
        }
    }
}
