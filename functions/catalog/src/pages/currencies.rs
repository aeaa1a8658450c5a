//! The currencies that a page offers to show prices in. Refuses to convert.

use super::shop::Shop;
use ::pages::Page;
use events::Currency;

/// A currency that a page can be shown in.
pub(super) struct Choice {
    pub(super) href: String,
    pub(super) code: &'static str,
    pub(super) is_chosen: bool,
}

/// The currencies to choose from on this page; none if there is nothing to choose.
pub(super) fn choices(shop: &Shop, offered: impl IntoIterator<Item = Currency>, page: &Page) -> Vec<Choice> {
    let choice = |currency: Currency| Choice {
        href: format!("{}?currency={currency}", page.href(&page.path)),
        code: currency.as_str(),
        is_chosen: currency == shop.currency,
    };
    let choices: Vec<_> = offered.into_iter().map(choice).collect();
    if choices.len() > 1 { choices } else { Vec::new() }
}
