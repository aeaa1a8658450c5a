//! `GET /cart`, and the same page after a refusal, with what was typed.

use super::visitor::Visitor;
use super::words::Words;
use crate::domain::{Cart, MAX_QUANTITY};
use crate::service::Carts;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Currency, Quantities, Sku};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The query of the page's address.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CartQuery {
    /// What prices are shown in, by its code.
    currency: String,
    /// Units that were just added.
    added: String,
}

/// What the page tells besides the cart.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Besides {
    /// What the visitor reads prices in. The cart keeps none: catalog's pages carry it from link to link.
    pub currency: Option<Currency>,
    /// Units of an order that were just added.
    pub added: Option<u32>,
}

impl Besides {
    /// In the currency with that code, if there is one.
    pub(super) fn in_currency(code: &str) -> Self {
        Self { currency: code.parse().ok(), added: None }
    }

    /// The path of the page.
    pub(super) fn path(&self) -> String {
        let currency = self.currency.map(|currency| format!("currency={currency}"));
        let added = self.added.map(|units| format!("added={units}"));
        let query: Vec<_> = currency.into_iter().chain(added).collect();
        if query.is_empty() { "/cart".to_owned() } else { format!("/cart?{}", query.join("&")) }
    }
}

/// What was asked for and not done.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: u16,
    /// As typed.
    pub sku: String,
    /// As typed.
    pub quantity: String,
    /// In the visitor's language.
    pub message: String,
    /// Whether units were to be added, rather than a line of the cart set.
    pub is_addition: bool,
}

/// A line with its form.
struct Line {
    sku: Sku,
    units: u32,
    /// What stands in the field: the units, or what was typed.
    typed: String,
    /// Why what was typed is refused.
    message: Option<String>,
}

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage {
    page: Page,
    t: &'static Words,
    /// The text of the cart's id; empty without a cart.
    cart_id: String,
    lines: Vec<Line>,
    /// The lines for the checkout: `SKU*2 SKU2*1`.
    ordered: String,
    /// Catalog's part of the page.
    details: String,
    /// Units of a cart, at most.
    limit: u32,
    told: Besides,
    /// Units of one line, at most.
    line_limit: u32,
    refusal: Option<Refusal>,
    /// Whether the customer is reminded of the cart; none if that cannot be.
    reminder: Option<bool>,
    left: Vec<Line>,
    /// Catalog's part about what is left.
    left_details: String,
}

impl CartPage {
    /// Whether the refusal is not about a line that is shown.
    fn is_refused_at_large(&self) -> bool {
        self.refusal.is_some() && self.lines.iter().all(|line| line.message.is_none())
    }

    /// Whether the visitor may try again with another number: there is such an item.
    fn may_add_again(&self) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal.is_addition && refusal.sku.parse::<Sku>().is_ok())
    }
}

/// `GET /cart`.
pub(super) async fn show(app: Arc<Carts>, call: Call<NoBody, CartQuery>) -> Result<Response, Problem> {
    let visitor = Visitor::of(&app, &call).await?;
    let told = Besides { added: call.query.added.parse().ok(), ..Besides::in_currency(&call.query.currency) };
    answer(&app, &call, visitor, &told, None).await
}

/// The page of the visitor's cart as it is now.
pub(super) async fn answer<B: Sync, Q: Sync>(
    app: &Carts,
    call: &Call<B, Q>,
    mut visitor: Visitor,
    told: &Besides,
    refusal: Option<Refusal>,
) -> Result<Response, Problem> {
    let cart = visitor.cart(app, call).await?;
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, t.title.to_string());
    // A form was sent elsewhere, and the page in another language is not there.
    "/cart".clone_into(&mut page.path);
    page.currency = told.currency.map_or("", |currency| currency.as_str());
    // What an address says was added must be there.
    let told =
        Besides { added: told.added.filter(|units| cart.as_ref().is_some_and(|cart| *units <= cart.units())), ..*told };
    let left = visitor.left.as_ref().map(|(cart, _)| cart);
    let (ordered, left_ordered) = (cart.as_ref().map(ordered), left.map(ordered));
    let in_currency = told.currency.map(|code| format!("&currency={code}")).unwrap_or_default();
    let details = |ordered: &Option<String>| {
        // Blanks are all that a query does not take as they are.
        let lines = ordered.as_deref().unwrap_or_default().replace(' ', "%20");
        page.href(&format!("/fragments/lines?lines={lines}{in_currency}"))
    };
    // Mails go to an address that its owner has confirmed.
    let is_known = visitor.caller.identity.as_ref().is_some_and(|me| me.email_verified);
    let reminder = cart.as_ref().filter(|_| is_known && app.has_reminders()).map(Cart::is_reminding);
    let view = CartPage {
        t,
        reminder,
        details: details(&ordered),
        left_details: details(&left_ordered),
        told,
        page,
        cart_id: cart.as_ref().map(|cart| cart.id.to_string()).unwrap_or_default(),
        lines: cart.iter().flat_map(|cart| lines(cart, refusal.as_ref())).collect(),
        ordered: ordered.unwrap_or_default(),
        limit: app.config.max_units,
        line_limit: app.config.max_units.min(MAX_QUANTITY),
        left: left.into_iter().flat_map(|cart| lines(cart, None)).collect(),
        refusal,
    };
    let status = view.refusal.as_ref().map_or(200, |refusal| refusal.status);
    Ok(visitor.answer(::pages::html(status, &view)?))
}

fn lines<'a>(cart: &'a Cart, refusal: Option<&'a Refusal>) -> impl Iterator<Item = Line> + 'a {
    cart.lines.iter().map(move |(sku, units)| {
        let refused = refusal.filter(|refusal| !refusal.is_addition && refusal.sku == sku.as_str());
        Line {
            sku: sku.clone(),
            units: *units,
            typed: refused.map_or_else(|| units.to_string(), |refusal| refusal.quantity.clone()),
            message: refused.map(|refusal| refusal.message.clone()),
        }
    })
}

/// The lines as one text.
fn ordered(cart: &Cart) -> String {
    cart.lines.iter().map(|(sku, units)| (sku.clone(), *units)).collect::<Quantities>().to_string()
}
