//! What was sold, by currency and SKU: sums of orders. An order is sold on the day of its placing if it was ever confirmed, whatever
//! became of it: what was given back is the ledger's to say, on the day on which it was. Refuses sums that do not fit, and to add
//! amounts of several currencies.

use super::effect::{DomainEvent, Effect};
use super::order::Order;
use super::search::Group;
use events::{Currency, Day, Sku};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

mod pairs;
mod period;
#[cfg(test)]
mod tests;

pub use period::{DEFAULT_DAYS, MAX_DAYS, Period, PeriodError};

/// Most SKUs of a day that are counted each; the others are summed.
pub const MAX_PRODUCTS: usize = 2_000;
/// SKUs with what was sold of each.
pub type Products<'a> = Vec<(&'a Sku, Sold)>;
/// The lists that have every order that was ever confirmed.
pub const SOLD: &[Group] = &[Group::Valid, Group::Canceled];

/// A sum does not fit 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sum of sales does not fit")]
pub struct Overflow;

/// Units and their price after discount, before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "(u64, i64)", into = "(u64, i64)")]
pub struct Sold {
    pub units: u64,
    pub net: i64,
}

/// What was sold in one currency, in its minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub orders: u64,
    /// All goods.
    pub sold: Sold,
    /// Before tax.
    pub shipping: i64,
    /// On goods and shipping.
    pub tax: i64,
    #[serde(with = "pairs")]
    pub products: BTreeMap<Sku, Sold>,
    /// SKUs that are not counted each.
    pub other: Sold,
}

/// What was sold, by currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    #[serde(with = "pairs")]
    totals: BTreeMap<Currency, Totals>,
}

/// The figures of a day while they are counted, and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySales {
    /// The day: the item's sort key.
    #[serde(rename = "sk")]
    pub day: Day,
    /// Number of the last write; 0 before the first.
    pub seq: u64,
    /// The place in the list of orders up to which they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether every order is counted.
    pub is_complete: bool,
    #[serde(flatten)]
    pub figures: Figures,
}

impl DaySales {
    /// A day of which nothing is counted yet.
    pub fn begin(day: Day) -> Self {
        Self { day, seq: 0, after: None, is_complete: false, figures: Figures::default() }
    }
}

impl From<(u64, i64)> for Sold {
    fn from((units, net): (u64, i64)) -> Self {
        Self { units, net }
    }
}

impl From<Sold> for (u64, i64) {
    fn from(Sold { units, net }: Sold) -> Self {
        (units, net)
    }
}

impl Sold {
    fn add(&mut self, by: Self) -> Result<(), Overflow> {
        count(&mut self.units, by.units)?;
        add(&mut self.net, by.net)
    }
}

impl Totals {
    fn add_order(&mut self, order: &Order) -> Result<(), Overflow> {
        count(&mut self.orders, 1)?;
        add(&mut self.shipping, order.shipping.amount)?;
        add(&mut self.tax, order.tax)?;
        add(&mut self.tax, order.shipping.tax)?;
        for line in &order.lines {
            let sold = Sold { units: u64::from(line.quantity), net: line.net().ok_or(Overflow)? };
            self.sold.add(sold)?;
            self.products.entry(line.sku.clone()).or_default().add(sold)?;
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        count(&mut self.orders, other.orders)?;
        add(&mut self.shipping, other.shipping)?;
        add(&mut self.tax, other.tax)?;
        self.sold.add(other.sold)?;
        self.other.add(other.other)?;
        other.products.iter().try_for_each(|(sku, sold)| self.products.entry(sku.clone()).or_default().add(*sold))
    }

    /// Goods and shipping with the tax on both.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn gross(&self) -> Result<i64, Overflow> {
        let net = self.sold.net.checked_add(self.shipping).ok_or(Overflow)?;
        net.checked_add(self.tax).ok_or(Overflow)
    }

    /// The SKUs, the largest amount first.
    pub fn by_amount(&self) -> Products<'_> {
        let mut products: Vec<_> = self.products.iter().map(|(sku, sold)| (sku, *sold)).collect();
        // Of equal amounts the order stays that of the names.
        products.sort_by_key(|(_, sold)| Reverse(sold.net));
        products
    }

    /// That many SKUs of the largest amounts, and the others together.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn first_by_amount(&self, most: usize) -> Result<(Products<'_>, Sold), Overflow> {
        let mut products = self.by_amount();
        let mut other = self.other;
        products.split_off(most.min(products.len())).into_iter().try_for_each(|(_, sold)| other.add(sold))?;
        Ok((products, other))
    }

    /// Sums what is not among that many SKUs of the largest amounts.
    fn trim(&mut self, most: usize) -> Result<(), Overflow> {
        let rest: Vec<Sku> = self.by_amount().into_iter().skip(most).map(|(sku, _)| sku.clone()).collect();
        for sku in rest {
            if let Some(sold) = self.products.remove(&sku) {
                self.other.add(sold)?;
            }
        }
        Ok(())
    }
}

impl Figures {
    /// Adds an order, if it was ever confirmed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn add(&mut self, order: &Order) -> Result<(), Overflow> {
        if was_confirmed(order) { self.totals.entry(order.currency).or_default().add_order(order) } else { Ok(()) }
    }

    /// Adds the figures of other orders.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        other.iter().try_for_each(|(currency, totals)| self.totals.entry(currency).or_default().merge(totals))
    }

    /// Keeps that many SKUs, those of the largest amounts, the same number of each currency; the others are summed.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn trim(&mut self, most: usize) -> Result<(), Overflow> {
        let of_each = most / self.totals.len().max(1);
        self.totals.values_mut().try_for_each(|totals| totals.trim(of_each))
    }

    /// By currency, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (Currency, &Totals)> {
        self.totals.iter().map(|(currency, totals)| (*currency, totals))
    }

    /// What was sold in a currency.
    pub fn of(&self, currency: Currency) -> Option<&Totals> {
        self.totals.get(&currency)
    }
}

/// Whether stock, and money if there was something to pay, were held for the order at any time.
fn was_confirmed(order: &Order) -> bool {
    order.log.iter().any(|made| made.effects.contains(&Effect::Publish(DomainEvent::Confirmed)))
}

fn add(sum: &mut i64, by: i64) -> Result<(), Overflow> {
    *sum = sum.checked_add(by).ok_or(Overflow)?;
    Ok(())
}

fn count(sum: &mut u64, by: u64) -> Result<(), Overflow> {
    *sum = sum.checked_add(by).ok_or(Overflow)?;
    Ok(())
}
