//! The events that follow from an HTTP request's change: an adjustment that crosses a level. Refuses every read but the
//! two images.

use crate::domain::{Stock, replies};
use crate::store::STOCK_SK;
use chassis::{Change, Undecodable};
use events::Outgoing;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if change.sk() != STOCK_SK {
        return Ok(Vec::new());
    }
    let new: Stock = change.new_image()?;
    let old: Option<Stock> = change.old_image()?;
    let unchanged = old.is_some_and(|old| old.level() == new.level());
    Ok(if unchanged { Vec::new() } else { replies::of_level(&new) })
}
