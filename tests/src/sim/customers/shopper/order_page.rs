//! What a shopper does on the page of an order: looks how it goes, pays again, confirms with the bank, cancels, and plays the
//! warehouse of a shop to try out.

use super::Shopper;
use crate::sim::browser::Page;
use crate::sim::browser::form::unescaped;
use events::ids::OrderId;

impl Shopper<'_> {
    /// Comes back for a while.
    pub(super) async fn follow(&self, order: OrderId) {
        for _ in 0..self.dice.between(1, 4) {
            let (low, high) = if self.dice.chance(8_000) { (300, 90_000) } else { (60_000, 2_400_000) };
            self.driver.idle(low, high).await;
            if self.visit(order).await.is_none() {
                return;
            }
        }
    }

    /// Looks at the order, and may do something about it. `None` if no answer comes.
    async fn visit(&self, order: OrderId) -> Option<()> {
        let page = self.look(&format!("/orders/{order}")).await?;
        self.is_seen(order, &page);
        let again = page.form(&format!("/orders/{order}/payment"));
        let cancellation = page.form(&format!("/orders/{order}/cancellation"));
        match (self.dice.below(10), again, bank(&page), cancellation) {
            (0, _, _, Some(form)) => {
                self.send(&form).await?;
            }
            (1..=6, Some(form), None, _) => {
                let form = self.paid_by_a_method(form);
                self.send(&form).await?;
            }
            (1..=7, _, Some(challenge), _) => self.answer_the_bank(&challenge).await?,
            (8..=9, ..) => self.play_the_warehouse(order).await?,
            _ => {}
        }
        Some(())
    }

    async fn answer_the_bank(&self, challenge: &str) -> Option<()> {
        let page = self.look(challenge).await?;
        // It may have been answered, or called off.
        if let Some(form) = page.form(challenge.split('?').next()?) {
            let result = if self.dice.chance(6_000) { "succeed" } else { "fail" };
            self.send(&form.with("result", result)).await?;
        }
        Some(())
    }

    /// Sends the parcel, or delivers it.
    async fn play_the_warehouse(&self, order: OrderId) -> Option<()> {
        let shipment = order.shipment();
        let part = self.browser.open(&format!("/fragments/shipments/{shipment}")).await?;
        if let Some(form) = part.form(&format!("/shipments/{shipment}/demo")) {
            self.driver.shop.stage.played.lock().unwrap().insert(shipment);
            let act = form.choices("act")[0].to_owned();
            self.send(&form.with("act", &act)).await?;
        }
        Some(())
    }
}

/// Where the bank asks, if it does.
fn bank(page: &Page) -> Option<String> {
    let (before, link) = page.html.split_once("/challenge")?;
    let path = &before[before.rfind("/payments/")?..];
    Some(unescaped(&format!("{path}/challenge{}", link.split('"').next()?)))
}
