//! What every page of the catalog shows from: the catalogue, the stock levels and a currency. Refuses to read anything else.

use super::words::Words;
use crate::domain::Product;
use crate::domain::catalogue::{Catalogue, Levels};
use crate::service::Catalog;
use ::pages::Page;
use chassis::Problem;
use events::inventory::StockLevel;
use events::{Currency, Money, Sku, Timestamp};
use std::sync::Arc;

pub(super) struct Shop {
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) levels: Arc<Levels>,
    /// What prices are shown in.
    pub(super) currency: Currency,
}

/// A product in a list.
pub(super) struct Card {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) price: String,
    pub(super) note: String,
}

/// How a stock level is shown.
pub(super) struct Level {
    /// Of a badge.
    pub(super) tone: &'static str,
    pub(super) text: String,
    /// What schema.org calls it.
    pub(super) availability: &'static str,
}

impl Shop {
    pub(super) async fn load(app: &Catalog, now: Timestamp, asked: Option<&str>) -> Result<Self, Problem> {
        let (catalogue, levels) = app.shown(now).await?;
        let currency = chosen(&catalogue.currencies, asked);
        Ok(Self { catalogue, levels, currency })
    }

    /// A link that keeps the currency, if it is not the one that everybody starts with.
    pub(super) fn link(&self, page: &Page, path: &str) -> String {
        match self.kept() {
            None => page.href(path),
            Some(currency) => format!("{}?currency={currency}", page.href(path)),
        }
    }

    /// The currency, if it is not the one that everybody starts with.
    pub(super) fn kept(&self) -> Option<Currency> {
        let is_first = self.catalogue.currencies.first().is_none_or(|first| *first == self.currency);
        (!is_first).then_some(self.currency)
    }

    pub(super) fn product_link(&self, page: &Page, product: &Product) -> String {
        self.link(page, &format!("/products/{}", product.slug))
    }

    pub(super) fn is_out(&self, sku: &Sku) -> bool {
        self.levels.get(sku) == Some(&StockLevel::Out)
    }

    /// The stock level of a SKU; none if nobody has published one.
    pub(super) fn level(&self, sku: &Sku, t: &Words) -> Option<Level> {
        let (tone, text, availability) = match self.levels.get(sku)? {
            StockLevel::InStock => ("good", &t.stock.in_stock, "InStock"),
            StockLevel::Low => ("attention", &t.stock.low, "LimitedAvailability"),
            StockLevel::Out => ("bad", &t.stock.out, "OutOfStock"),
        };
        Some(Level { tone, text: text.to_string(), availability })
    }

    pub(super) fn card(&self, product: &Product, page: &Page, t: &Words) -> Card {
        let is_out = product.variants.iter().all(|variant| self.is_out(&variant.sku));
        Card {
            href: self.product_link(page, product),
            title: product.title.clone(),
            price: self.price_of(product, page, t),
            note: if is_out { t.stock.out.to_string() } else { String::new() },
        }
    }

    /// The price of the cheapest variant; the text says whether others cost more.
    fn price_of(&self, product: &Product, page: &Page, t: &Words) -> String {
        let prices = product.variants.iter().flat_map(|variant| &variant.prices);
        let amounts: Vec<i64> =
            prices.filter(|price| price.currency == self.currency).map(|price| price.amount).collect();
        let (least, most) = (amounts.iter().min(), amounts.iter().max());
        match least {
            None => t.not_in_currency.with("currency", self.currency).to_string(),
            Some(amount) => {
                let price = page.money(Money::new(*amount, self.currency));
                if least == most { price } else { t.from_price.with("price", price).to_string() }
            }
        }
    }
}

/// The currency that is asked for, if the shop has prices in it, else its first.
pub(super) fn chosen(offered: &[Currency], asked: Option<&str>) -> Currency {
    let asked = asked.and_then(|code| code.parse().ok());
    let known = asked.filter(|currency| offered.contains(currency));
    known.or_else(|| offered.first().copied()).unwrap_or(Currency::EUR)
}
