//! The units that an order asks for: each SKU once, at least one unit of each. Refuses more than one transaction can hold.

use events::Sku;
use events::inventory::StockLine;
use std::collections::BTreeMap;

/// The most SKUs in one reservation: a DynamoDB transaction writes at most 100 items, one of which is the reservation.
const MAX_SKUS: usize = 99;

/// Lines in the order of their SKUs. Lines of one SKU are summed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(Vec<StockLine>);

/// The reason for which the lines of a command cannot be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLines {
    #[error("no lines")]
    Empty,
    #[error("a line of no units")]
    NoUnits,
    #[error("too many units of one SKU")]
    TooManyUnits,
    #[error("more than {MAX_SKUS} different SKUs")]
    TooManySkus,
}

impl Lines {
    /// Sums lines by SKU.
    ///
    /// # Errors
    /// If there are no lines, a line has no units, or the sums exceed what one reservation can hold.
    pub fn sum(lines: &[StockLine]) -> Result<Self, InvalidLines> {
        let mut by_sku: BTreeMap<&Sku, u32> = BTreeMap::new();
        for line in lines {
            if line.quantity == 0 {
                return Err(InvalidLines::NoUnits);
            }
            let sum = by_sku.entry(&line.sku).or_default();
            *sum = sum.checked_add(line.quantity).ok_or(InvalidLines::TooManyUnits)?;
        }
        match by_sku.len() {
            0 => Err(InvalidLines::Empty),
            1..=MAX_SKUS => {
                Ok(Self(by_sku.into_iter().map(|(sku, quantity)| StockLine { sku: sku.clone(), quantity }).collect()))
            }
            _ => Err(InvalidLines::TooManySkus),
        }
    }

    pub fn skus(&self) -> impl Iterator<Item = &Sku> {
        self.0.iter().map(|line| &line.sku)
    }

    pub fn as_slice(&self) -> &[StockLine] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sku: &str, quantity: u32) -> StockLine {
        StockLine { sku: sku.parse().unwrap(), quantity }
    }

    #[test]
    fn lines_of_one_sku_are_summed() {
        let lines = Lines::sum(&[line("B", 1), line("A", 2), line("B", 3)]).unwrap();
        assert_eq!(lines.as_slice(), [line("A", 2), line("B", 4)]);
    }

    #[test]
    fn lines_that_cannot_be_held_are_refused() {
        assert_eq!(Lines::sum(&[]), Err(InvalidLines::Empty));
        assert_eq!(Lines::sum(&[line("A", 0)]), Err(InvalidLines::NoUnits));
        assert_eq!(Lines::sum(&[line("A", u32::MAX), line("A", 1)]), Err(InvalidLines::TooManyUnits));
        let many: Vec<_> = (0..100).map(|n| line(&format!("S{n}"), 1)).collect();
        assert_eq!(Lines::sum(&many), Err(InvalidLines::TooManySkus));
    }
}
