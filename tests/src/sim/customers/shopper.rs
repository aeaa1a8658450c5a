//! The shopper: a customer with a browser, who sees the shop by its pages alone. This file owns the way to a full cart: products,
//! forms that add units, several windows, and signing up with a guest's cart in hand. Refuses the API.

use super::Driver;
use crate::sim::accounts::PASSWORD;
use crate::sim::browser::form::Form;
use crate::sim::browser::{Browser, Page};
use crate::sim::dice::Dice;
use crate::sim::expectation::Filled;
use crate::sim::invariant::Invariant;
use carts::domain::cart_of;
use futures_util::future::join;

mod checkout;
mod order_page;

/// The cookie with a guest's cart: `<cart id>.<token>`.
const CART: &str = "__Host-souk_cart";

struct Shopper<'a> {
    driver: &'a Driver,
    dice: &'a Dice,
    browser: Browser<'a>,
    email: String,
    has_account: bool,
    filled: Filled,
}

/// What became of a form that adds units.
struct Added {
    sku: String,
    least: u32,
    most: u32,
}

pub(super) async fn visit(driver: &Driver, dice: &Dice, number: u64) {
    let browser = Browser::new(driver, super::address(number));
    let (email, filled) = (format!("shopper-{number}@example.com"), Filled::default());
    let mut shopper = Shopper { driver, dice, browser, email, has_account: false, filled };
    shopper.shop().await;
    // Whoever gave up may have added units meanwhile.
    shopper.note_cart();
    driver.shop.stage.filled.lock().unwrap().push(shopper.filled);
}

impl Shopper<'_> {
    /// `None` if the shop does not answer, or sells nothing of what is wanted.
    async fn shop(&mut self) -> Option<()> {
        let wants_account = self.dice.chance(6_000);
        // Some sign up with a full cart.
        let signs_up_late = wants_account && self.dice.chance(5_000);
        if wants_account && !signs_up_late {
            self.sign_up("/").await?;
        }
        for _ in 0..self.dice.between(1, 3) {
            self.fill().await?;
            // Some go away for longer than an access token lasts.
            let (low, high) = if self.dice.chance(9_000) { (1_000, 60_000) } else { (900_000, 1_500_000) };
            self.driver.idle(low, high).await;
        }
        if signs_up_late {
            self.sign_up("/cart").await?;
        }
        let order = self.check_out().await?;
        self.follow(order).await;
        Some(())
    }

    /// Puts something into the cart; with an open cart perhaps in two windows at once.
    async fn fill(&mut self) -> Option<()> {
        let has_cart = self.browser.user().is_some() || self.browser.cookie(CART).is_some();
        let added = if has_cart && self.dice.chance(2_000) {
            let (one, other) = join(self.add("sku-6", 1), self.add("sku-7", 2)).await;
            vec![one, other]
        } else {
            let sku = super::quoting::wanted(self.dice).to_lowercase();
            let units = u32::try_from(self.dice.between(1, 3)).unwrap();
            vec![self.add(&sku, units).await]
        };
        self.note_cart();
        let answered = added.iter().all(Option::is_some);
        for Added { sku, least, most } in added.into_iter().flatten() {
            self.filled.add(&sku, least, most);
        }
        answered.then_some(())
    }

    /// Opens a product and adds units of it, sometimes by a double click. `None` if the product is not shown.
    async fn add(&self, slug: &str, units: u32) -> Option<Added> {
        let product = self.browser.open(&format!("/products/{slug}")).await?;
        let form = product.form("/cart/lines").filter(|_| product.status == 200)?;
        let sku = slug.to_uppercase();
        if !form.has("quantity") || form.choices("sku") != [sku.as_str()] {
            return Some(Added { sku, least: 0, most: 0 });
        }
        let form = form.with("sku", &sku).with("quantity", &units.to_string());
        let page = self.send(&form).await;
        let is_answered = page.is_some_and(|page| page.path == "/cart" && page.status == 200);
        let most = units * self.browser.times_sent(&form);
        Some(Added { sku, least: if is_answered { units } else { 0 }, most })
    }

    /// The carts that hold what this browser added.
    fn note_cart(&mut self) {
        let guests = self.browser.cookie(CART).and_then(|cookie| cookie.split('.').next()?.parse().ok());
        self.filled.carts.extend(guests.into_iter().chain(self.browser.user().map(cart_of)));
    }

    /// Sends a form, sometimes by a double click. Whoever has to sign in does so, and sends it again.
    async fn send(&self, form: &Form) -> Option<Page> {
        let twice = self.dice.chance(1_500);
        let page = if twice { self.browser.submit_twice(form).await } else { self.browser.submit(form).await };
        self.signed_in(page?, &form.action).await
    }

    async fn look(&self, target: &str) -> Option<Page> {
        let page = if self.dice.chance(1_000) {
            // Two windows, which may both find that the session is to be renewed.
            join(self.browser.open(target), self.browser.open(target)).await.1
        } else {
            self.browser.open(target).await
        };
        self.signed_in(page?, target).await
    }

    /// Beyond the sign-in, if the shop asks for it: the page, or the answer to the form that it had kept meanwhile.
    async fn signed_in(&self, page: Page, wanted: &str) -> Option<Page> {
        let Some(form) = page.form("/account/sign-in").filter(|_| self.has_account) else { return Some(page) };
        let page = self.sign_in(form).await?;
        match page.form(wanted).filter(|_| page.path == "/account/sign-in") {
            Some(again) => self.browser.submit(&again).await,
            None => Some(page),
        }
    }

    async fn sign_in(&self, form: Form) -> Option<Page> {
        let page = self.browser.submit(&form.with("email", &self.email).with("password", PASSWORD)).await?;
        let stays_out = || format!("{} is answered {} at {}", self.email, page.status, page.path);
        self.driver.shop.stage.expect(self.browser.user().is_some(), Invariant::WhoSignsUpGetsIn, stays_out);
        Some(page)
    }

    /// Signs up, and goes on to a page. A repeat is told that there is such a user, who then signs in.
    async fn sign_up(&mut self, then: &str) -> Option<()> {
        let page = self.browser.open(&format!("/account/sign-up?then={}", then.replace('/', "%2F"))).await?;
        let form = page.form("/account/sign-up")?.with("name", "Ada").with("email", &self.email);
        self.has_account = true;
        self.send(&form.with("password", PASSWORD)).await?;
        if self.browser.user().is_none() {
            let page = self.browser.open("/account/sign-in").await?;
            self.sign_in(page.form("/account/sign-in")?).await?;
        }
        let user = self.browser.user()?;
        self.driver.shop.stage.signed_up.lock().unwrap().push(user);
        self.note_cart();
        Some(())
    }
}
