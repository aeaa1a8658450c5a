//! What a cart's lines are, from a text such as `TEA-100*2 LAMP*1`, and `/fragments/lines`, which shows them in the cart of another
//! capability. Refuses tax: it depends on the destination, and a quote says it.

use super::shop::Shop;
use super::words::Words;
use crate::domain::pricing::{MAX_LINES, MAX_QUANTITY, QuoteLineRequest};
use crate::service::Catalog;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::{Money, Quantities};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct LinesQuery {
    lines: Option<String>,
    currency: Option<String>,
}

/// A line as it is shown.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) detail: String,
    pub(super) quantity: u32,
    pub(super) price: String,
    pub(super) total: String,
}

/// Lines with what they cost before tax.
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    pub(super) subtotal: String,
    /// Why a line cannot be ordered.
    pub(super) faults: Vec<String>,
}

#[derive(Template)]
#[template(path = "lines_fragment.html")]
struct LinesFragment {
    page: Page,
    t: &'static Words,
    shown: Lines,
}

/// Reads SKUs with quantities. `None` if they cannot be read, or are more than a quote takes.
pub(super) fn parsed(text: &str) -> Option<Vec<QuoteLineRequest>> {
    let lines = text.parse::<Quantities>().ok()?.into_iter();
    let line = |(sku, quantity)| (1..=MAX_QUANTITY).contains(&quantity).then_some(QuoteLineRequest { sku, quantity });
    let lines: Option<Vec<_>> = lines.map(line).collect();
    lines.filter(|lines| lines.len() <= MAX_LINES)
}

/// The lines with titles and prices.
///
/// # Errors
/// If an amount is too large.
pub(super) fn shown(shop: &Shop, lines: &[QuoteLineRequest], page: &Page, t: &Words) -> Result<Lines, Problem> {
    let too_large = |_| Problem::new(422, "amount_too_large", "The total is too large.");
    let (mut rows, mut faults, mut subtotal) = (Vec::new(), Vec::new(), Money::zero(shop.currency));
    for QuoteLineRequest { sku, quantity } in lines {
        let Some((product, variant)) = shop.catalogue.variant(sku) else {
            faults.push(t.lines.gone_line.with("title", sku).to_string());
            rows.push(Line::without_price(sku.to_string(), String::new(), t.lines.gone.to_string(), *quantity));
            continue;
        };
        // Options that the variant's title says already are not said twice.
        let options = variant.options.iter().filter(|(_, value)| !variant.title.contains(value.as_str()));
        let options = options.map(|(name, value)| format!("{name}: {value}"));
        let named = Some(variant.title.clone()).filter(|title| *title != product.title);
        // The cart's own parts of the page know a line by its SKU alone.
        let detail = named.into_iter().chain(options).chain([sku.to_string()]).collect::<Vec<_>>().join(" · ");
        let href = shop.product_link(page, product);
        let Some(price) = variant.prices.iter().find(|price| price.currency == shop.currency) else {
            let text = t.not_in_currency.with("currency", shop.currency).to_string();
            faults.push(
                t.lines.other_currency_line.with("title", &product.title).with("currency", shop.currency).to_string(),
            );
            rows.push(Line::without_price(product.title.clone(), href, text, *quantity));
            continue;
        };
        let is_out = shop.is_out(sku);
        if is_out {
            faults.push(t.lines.out_line.with("title", format!("{}, {}", product.title, variant.title)).to_string());
        }
        let total = price.times(*quantity).map_err(too_large)?;
        subtotal = subtotal.plus(total).map_err(too_large)?;
        rows.push(Line {
            title: product.title.clone(),
            href,
            detail: if is_out { format!("{detail} – {}", t.stock.out) } else { detail },
            quantity: *quantity,
            price: page.money(*price),
            total: page.money(total),
        });
    }
    Ok(Lines { lines: rows, subtotal: page.money(subtotal), faults })
}

impl Line {
    fn without_price(title: String, href: String, detail: String, quantity: u32) -> Self {
        Self { title, href, detail, quantity, price: "–".to_owned(), total: "–".to_owned() }
    }
}

/// `GET /fragments/lines`.
pub(super) async fn fragment(app: Arc<Catalog>, call: Call<NoBody, LinesQuery>) -> Result<Response, Problem> {
    let lines = parsed(call.query.lines.as_deref().unwrap_or_default());
    let lines = lines.ok_or_else(|| {
        Problem::parameter("lines", "must be up to 50 SKUs, each with `*` and its units, with blanks between")
    })?;
    let shop = Shop::load(&app, call.now, call.query.currency.as_deref()).await?;
    let page = Page::new(&*app, &call, "");
    let t = Words::of(page.locale);
    let shown = shown(&shop, &lines, &page, t)?;
    ::pages::cacheable(&LinesFragment { page, t, shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_skus_with_their_units() {
        let read = |text: &str| {
            let lines = parsed(text)?;
            Some(lines.iter().map(|line| format!("{} {}", line.sku, line.quantity)).collect::<Vec<_>>())
        };
        assert_eq!(read(" tea-1*2  LAMP*999 "), Some(vec!["TEA-1 2".to_owned(), "LAMP 999".to_owned()]));
        assert_eq!(read(""), Some(vec![]));
        for other in ["TEA", "TEA*", "*1", "TEA*0", "TEA*1000", "TEA*-1", "TEA*1,LAMP*1", "TÈA*1", "TEA*1*2"] {
            assert_eq!(read(other), None, "{other}");
        }
        let many = |count: usize| read(&"TEA*1 ".repeat(count)).map(|lines| lines.len());
        assert_eq!((many(50), many(51)), (Some(50), None));
    }
}
