//! What an order wants of the shelf: each SKU once, at least one unit of each. Refuses what one transaction cannot hold.

use events::Sku;
use events::inventory::StockLine;
use std::collections::BTreeMap;

/// Different SKUs in one hold: a DynamoDB transaction writes at most 100 items, one of which is the reservation.
const MAX_SKUS: usize = 99;

/// Lines with those of one SKU summed, in the order of their SKUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines(Vec<StockLine>);

/// The lines of a command make no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLines {
    /// There is none.
    #[error("no lines")]
    Empty,
    /// One asks for nothing.
    #[error("a line of no units")]
    NoUnits,
    /// The units of one SKU do not fit into 32 bits.
    #[error("too many units of one SKU")]
    TooManyUnits,
    /// More than one transaction holds.
    #[error("more than {MAX_SKUS} different SKUs")]
    TooManySkus,
}

impl Lines {
    /// Sums lines by SKU.
    ///
    /// # Errors
    /// If there is none, one is of no units, or the sums are beyond what can be held at once.
    pub fn sum(lines: &[StockLine]) -> Result<Self, BadLines> {
        let mut by_sku: BTreeMap<&Sku, u32> = BTreeMap::new();
        for line in lines {
            if line.quantity == 0 {
                return Err(BadLines::NoUnits);
            }
            let sum = by_sku.entry(&line.sku).or_default();
            *sum = sum.checked_add(line.quantity).ok_or(BadLines::TooManyUnits)?;
        }
        match by_sku.len() {
            0 => Err(BadLines::Empty),
            1..=MAX_SKUS => {
                Ok(Self(by_sku.into_iter().map(|(sku, quantity)| StockLine { sku: sku.clone(), quantity }).collect()))
            }
            _ => Err(BadLines::TooManySkus),
        }
    }

    /// The SKUs, in their order.
    pub fn skus(&self) -> impl Iterator<Item = &Sku> {
        self.0.iter().map(|line| &line.sku)
    }

    /// The lines.
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
    fn lines_that_make_no_sense_are_refused() {
        assert_eq!(Lines::sum(&[]), Err(BadLines::Empty));
        assert_eq!(Lines::sum(&[line("A", 0)]), Err(BadLines::NoUnits));
        assert_eq!(Lines::sum(&[line("A", u32::MAX), line("A", 1)]), Err(BadLines::TooManyUnits));
        let many: Vec<_> = (0..100).map(|n| line(&format!("S{n}"), 1)).collect();
        assert_eq!(Lines::sum(&many), Err(BadLines::TooManySkus));
    }
}
