//! Pages of a map that is held in memory. Refuses to sort: the order is that of the map's keys.

use chassis::http::{Listing, PageQuery};
use chassis::{Problem, cursor};
use std::collections::BTreeMap;
use std::str::FromStr;

/// The entries of this list after the cursor: all of them, or one page if the query has a limit.
///
/// # Errors
/// 400 if the cursor or the limit is not valid.
pub(super) fn page<Id, Entry, Resource>(
    list: &str,
    entries: &BTreeMap<Id, Entry>,
    query: &PageQuery,
) -> Result<Listing<Resource>, Problem>
where
    Id: Ord + FromStr + ToString,
    Entry: Clone,
    Resource: From<Entry>,
{
    let limit = match query.limit {
        None => usize::MAX,
        Some(_) => usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX),
    };
    let read = |cursor: &String| cursor::decode(list, cursor)?.parse::<Id>().map_err(|_| cursor::foreign());
    let after = query.cursor.as_ref().map(read).transpose()?;
    let mut rest = entries.iter().filter(|(id, _)| after.as_ref().is_none_or(|after| *id > after)).peekable();
    let (mut items, mut last) = (Vec::new(), None);
    while items.len() < limit
        && let Some((id, entry)) = rest.next()
    {
        items.push(Resource::from(entry.clone()));
        last = Some(id);
    }
    let cursor = last.filter(|_| rest.peek().is_some()).map(|id| cursor::encode(list, &id.to_string()));
    Ok(Listing { items, cursor })
}
