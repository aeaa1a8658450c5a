//! From changes that HTTP made to messages: an adjustment that changes a level. Refuses to read: the two images say it.

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
