//! Which field of a form a JSON pointer names: the names are those of the request, with points between. Refuses to know what is wrong.

use super::faults::Place;
use super::words::StaffWords;

/// A field of a product's form.
pub(super) fn of_product<'a>(pointer: &str, t: &'a StaffWords) -> Option<Place<'a>> {
    let names: Vec<_> = pointer.split('/').skip(1).collect();
    let (words, depth) = match *names.as_slice() {
        ["title"] => (&t.fields.title, 1),
        ["slug"] => (&t.fields.slug, 1),
        ["description"] => (&t.fields.description, 1),
        ["category"] => (&t.fields.category, 1),
        ["tax_class"] => (&t.fields.tax_class, 1),
        ["variants", _, "sku"] => (&t.fields.sku, 3),
        ["variants", _, "title"] => (&t.fields.variant_title, 3),
        ["variants", _, "weight_grams"] => (&t.fields.weight, 3),
        // Options have no order in a request, so they are told together.
        ["variants", _, "options", ..] => (&t.fields.options, 3),
        ["variants", _, "prices", _, "amount"] => (&t.fields.amount, 5),
        ["variants", _, "prices", _, "currency"] => (&t.fields.currency, 5),
        ["variants", _, "prices", ..] => (&t.fields.prices, 3),
        ["variants", ..] => (&t.fields.variants, 1),
        _ => return None,
    };
    let row = names.get(1).filter(|_| depth > 1).and_then(|row| row.parse::<u32>().ok());
    Some(Place {
        name: names.iter().take(depth).copied().collect::<Vec<_>>().join("."),
        row: row.map(|row| t.form.variant.with("number", row + 1).to_string()),
        words,
    })
}

/// A field of a form without rows.
pub(super) fn of_setting<'a>(pointer: &str, t: &'a StaffWords) -> Option<Place<'a>> {
    let name = pointer.trim_start_matches('/');
    let words = match name {
        "id" => &t.fields.id,
        "name" => &t.fields.name,
        "parent" => &t.fields.parent,
        "country" => &t.fields.country,
        "tax_class" => &t.fields.tax_class,
        "rate_basis_points" => &t.fields.rate,
        "version" | "texts_version" => &t.fields.version,
        "texts" | "texts/en" => &t.fields.text_en,
        "texts/de" => &t.fields.text_de,
        _ => return None,
    };
    let name = match name {
        // A form's own field `version` is the one that it was made from.
        "version" => "texts_version".to_owned(),
        // Both are empty, and one must not be.
        "texts" => "texts.en".to_owned(),
        named => named.replace('/', "."),
    };
    Some(Place { name, row: None, words })
}
