//! The events that follow from an HTTP request's change: an adjustment that crosses a level, or brings units of what was out. Refuses every
//! read but the two images.

use crate::domain::{Stock, replies};
use crate::store::{ListedStock, STOCK_SK};
use chassis::{Change, Undecodable};
use events::Outgoing;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if change.sk() != STOCK_SK {
        return Ok(Vec::new());
    }
    let new: Stock = change.new_image()?;
    let old: Option<ListedStock> = change.old_image()?;
    let was_out = old.as_ref().is_none_or(ListedStock::was_out);
    let unchanged = old.is_some_and(|old| old.stock.level() == new.level());
    let mut outgoing = if unchanged { Vec::new() } else { replies::of_level(&new) };
    if was_out {
        outgoing.extend(replies::of_return(&new));
    }
    Ok(outgoing)
}
