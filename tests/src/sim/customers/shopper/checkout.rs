//! The way from the cart to an order: each page's form carries on what it was given. Whatever was added is in the cart that is
//! ordered, and however often the button is pressed, there is one order.

use super::Shopper;
use crate::sim::browser::Page;
use crate::sim::browser::form::Form;
use crate::sim::customers::{METHODS, quoting};
use crate::sim::invariant::Invariant;
use events::ids::OrderId;
use std::collections::BTreeMap;

impl Shopper<'_> {
    /// Orders what is in the cart; `None` if there is no order, or nobody knows.
    pub(super) async fn check_out(&mut self) -> Option<OrderId> {
        let cart = self.cart().await?.form("/checkout")?;
        let address = self.filled_in(self.step(&cart, "/checkout/order").await?);
        let delivery = self.step(&address, "/checkout/delivery").await?;
        let review = self.step(&delivery, "/checkout/payment").await?;
        let order = self.step(&review, "/orders").await?;
        self.place(order).await
    }

    /// The cart's page, which shows what was added.
    async fn cart(&mut self) -> Option<Page> {
        let mut page = self.look("/cart").await?;
        // Whoever lost the session sees a guest's cart.
        if self.has_account && self.browser.user().is_none() {
            page = self.look("/account/sign-in?then=%2Fcart").await?;
            self.browser.user()?;
        }
        self.note_cart();
        if page.path != "/cart" || page.status != 200 {
            return None;
        }
        let form = page.form("/checkout");
        let shown = form.as_ref().and_then(|form| form.value("lines")).map(parsed).unwrap_or_default();
        let wrong = self.filled.wrong(|sku| shown.get(sku).copied().unwrap_or(0));
        self.driver.shop.stage.expect(wrong.is_none(), Invariant::AddedUnitsStay, || wrong.unwrap_or_default());
        Some(page)
    }

    /// The form of the next step. `None` if the shop refuses the step: its quote expired, or the goods are sold out.
    async fn step(&self, form: &Form, next: &str) -> Option<Form> {
        self.driver.idle(500, 30_000).await;
        let page = self.send(form).await?;
        page.form(next).filter(|_| page.status == 200)
    }

    fn filled_in(&self, form: Form) -> Form {
        let form = if form.has("email") { form.with("email", &self.email) } else { form };
        let form = form.with("name", "Ada").with("line1", "1 Analytical Way").with("postal_code", "10115");
        let form = form.with("city", "Berlin").with("country", "DE");
        if self.dice.chance(2_000) { form.with("currency", "USD") } else { form }
    }

    async fn place(&mut self, form: Form) -> Option<OrderId> {
        let (quote, shipping_quote) = (form.value("quote")?, form.value("shipping_quote")?);
        let promise = quoting::promised_by_the_shop(self.driver, quote, shipping_quote);
        let (order, stage) = (promise.order, &self.driver.shop.stage);
        stage.story.record(format!("{} is quoted {} for {order}", self.email, promise.total));
        let form = promise.terms.iter().fold(form, |form, terms| form.with("terms", terms));
        stage.promises.lock().unwrap().insert(order, promise);
        self.filled.orders.push(order);
        let form = self.paid_by_a_method(form);
        let other_window = self.dice.chance(800).then(|| form.clone().with("payment_method", METHODS[0]));
        let page = match other_window {
            Some(other) => futures_util::future::join(self.send(&form), self.browser.submit(&other)).await.0,
            None => self.send(&form).await,
        }?;
        let refused = || format!("{order} was one order too many");
        stage.expect(page.status != 429, Invariant::HonestCustomersAreNotLimited, refused);
        let shown = page.path.strip_prefix("/orders/")?;
        let other = || format!("{order} was placed and {shown} is shown");
        stage.expect(shown == order.to_string(), Invariant::OneQuoteIsOneOrder, other);
        self.is_seen(order, &page);
        stage.accept(order, None);
        Some(order)
    }

    pub(super) fn paid_by_a_method(&self, form: Form) -> Form {
        let method = *self.dice.pick(&METHODS);
        if form.has("payment_method") { form.with("payment_method", method) } else { form }
    }

    /// Whoever ordered is shown the order.
    pub(super) fn is_seen(&self, order: OrderId, page: &Page) {
        let hidden = || format!("{} may not see {order}: {} at {}", self.email, page.status, page.path);
        let is_shown = page.path == format!("/orders/{order}") && page.status == 200;
        self.driver.shop.stage.expect(is_shown, Invariant::WhoOrderedSeesTheOrder, hidden);
    }
}

/// The units of each SKU in a text such as `TEA*2 CUP*1`.
fn parsed(lines: &str) -> BTreeMap<String, u32> {
    let line = |line: &str| line.split_once('*').and_then(|(sku, units)| Some((sku.to_owned(), units.parse().ok()?)));
    lines.split(' ').filter_map(line).collect()
}
