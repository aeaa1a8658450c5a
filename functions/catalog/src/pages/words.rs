//! The words of the catalog's pages, one file a language. Refuses a file that lacks a word, or has one too many.

use super::staff::words::StaffWords;
use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) plus_tax: Phrase,
    pub(super) from_price: Phrase,
    pub(super) not_in_currency: Phrase,
    pub(super) currency: Phrase,
    pub(super) stock: StockWords,
    pub(super) browse: BrowseWords,
    pub(super) search: SearchWords,
    pub(super) product: ProductWords,
    pub(super) lines: LineWords,
    pub(super) legal: LegalWords,
    pub(super) address: AddressWords,
    pub(super) checkout: CheckoutWords,
    pub(super) order: OrderWords,
    pub(super) staff: StaffWords,
}

::pages::words!(Words);

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StockWords {
    pub(super) in_stock: Phrase,
    pub(super) low: Phrase,
    pub(super) out: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BrowseWords {
    pub(super) title: Phrase,
    pub(super) description: Phrase,
    pub(super) welcome: Phrase,
    pub(super) lead: Phrase,
    pub(super) categories: Phrase,
    pub(super) subcategories: Phrase,
    pub(super) category_description: Phrase,
    pub(super) newest: Phrase,
    pub(super) all: Phrase,
    pub(super) filter: Phrase,
    pub(super) one_product: Phrase,
    pub(super) products: Phrase,
    pub(super) empty_title: Phrase,
    pub(super) empty_text: Phrase,
    pub(super) first_page: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchWords {
    pub(super) title: Phrase,
    pub(super) filters: Phrase,
    pub(super) words: Phrase,
    pub(super) category: Phrase,
    pub(super) any_category: Phrase,
    pub(super) min_price: Phrase,
    pub(super) max_price: Phrase,
    pub(super) price_error: Phrase,
    pub(super) in_stock: Phrase,
    pub(super) sort: Phrase,
    pub(super) by_relevance: Phrase,
    pub(super) by_title: Phrase,
    pub(super) by_price_asc: Phrase,
    pub(super) by_price_desc: Phrase,
    pub(super) by_newest: Phrase,
    pub(super) submit: Phrase,
    pub(super) results: Phrase,
    pub(super) empty_title: Phrase,
    pub(super) empty_text: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductWords {
    pub(super) choose: Phrase,
    pub(super) variant: Phrase,
    pub(super) quantity: Phrase,
    pub(super) add: Phrase,
    pub(super) sold_out: Phrase,
    pub(super) alert: Phrase,
    pub(super) sku: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineWords {
    pub(super) caption: Phrase,
    pub(super) gone: Phrase,
    pub(super) gone_line: Phrase,
    pub(super) out_line: Phrase,
    pub(super) other_currency_line: Phrase,
    pub(super) subtotal: Phrase,
    pub(super) change: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegalWords {
    pub(super) version: Phrase,
    pub(super) missing: Phrase,
}

/// Words of the form of the address that are not those of every address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressWords {
    pub(super) legend: Phrase,
    pub(super) email: Phrase,
    pub(super) email_hint: Phrase,
    pub(super) email_error: Phrase,
    pub(super) saved_link: Phrase,
    pub(super) unsupported: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckoutWords {
    pub(super) title: Phrase,
    pub(super) headline: Phrase,
    pub(super) cannot_order: Phrase,
    pub(super) too_many: Phrase,
    pub(super) too_large: Phrase,
    pub(super) submit: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderWords {
    pub(super) title: Phrase,
    pub(super) line_tax: Phrase,
    pub(super) line_discount: Phrase,
    pub(super) subtotal: Phrase,
    pub(super) discount: Phrase,
    pub(super) tax: Phrase,
    pub(super) total: Phrase,
    pub(super) holds: Phrase,
    pub(super) destination: Phrase,
    pub(super) email: Phrase,
    pub(super) change: Phrase,
    pub(super) submit: Phrase,
}

impl BrowseWords {
    /// How many products a list has.
    pub(super) fn count(&self, count: usize) -> String {
        match count {
            1 => self.one_product.to_string(),
            _ => self.products.with("count", count).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::pages::Locale;

    #[test]
    fn every_language_has_every_word() {
        let counts = Locale::ALL.map(|locale| Words::of(locale).browse.count(2));
        assert_eq!(counts, ["2 products", "2 Produkte"]);
    }
}
