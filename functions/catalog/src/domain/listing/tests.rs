//! Filters, orders, pages and counts of the product list.

use super::*;
use crate::domain::Category;
use crate::domain::product::CreateProduct;
use crate::domain::tax::TaxClass;
use events::Timestamp;

struct Sample(&'static str, &'static str, &'static [(i64, Currency)]);

fn product(number: usize, sample: &Sample) -> Product {
    let prices = |(place, &(amount, currency)): (usize, &(i64, Currency))| Variant {
        sku: format!("S{number}-{place}").parse().unwrap(),
        title: format!("Variant {place}"),
        options: BTreeMap::new(),
        weight_grams: 1,
        prices: vec![Money::new(amount, currency)],
    };
    let request = CreateProduct {
        title: sample.0.to_owned(),
        slug: format!("p{number}"),
        description: "From the souk".to_owned(),
        category: sample.1.to_owned(),
        tax_class: TaxClass::Standard,
        variants: sample.2.iter().enumerate().map(prices).collect(),
    };
    let at = i64::try_from(number).unwrap();
    Product::create(ProductId::from_bits(u128::try_from(number).unwrap()), request, Timestamp::from_millis(at)).unwrap()
}

fn category(id: &str, parent: Option<&str>) -> Category {
    Category::parse(id.parse().unwrap(), id, parent.map(|parent| parent.parse().unwrap())).unwrap()
}

fn catalogue(samples: &[Sample]) -> Catalogue {
    let products = samples.iter().enumerate().map(|(number, sample)| product(number, sample)).collect();
    let categories = vec![category("pantry", None), category("tea", Some("pantry")), category("home", None)];
    Catalogue::new(1, products, categories, vec![])
}

const SAMPLES: &[Sample] = &[
    Sample("Mint tea", "tea", &[(300, Currency::EUR), (900, Currency::EUR)]),
    Sample("Élan lamp", "home", &[(5000, Currency::EUR)]),
    Sample("Almonds", "pantry", &[(500, Currency::EUR)]),
    Sample("Teapot", "home", &[(2500, Currency::USD)]),
];

fn titles(page: &Page<'_>) -> Vec<String> {
    page.products.iter().map(|product| product.title.clone()).collect()
}

fn listed(filter: &Filter, sort: Sort) -> Vec<String> {
    titles(&list(&catalogue(SAMPLES), &Levels::new(), filter, sort, None, 100))
}

#[test]
fn every_order_is_what_it_says() {
    let all = Filter::default();
    assert_eq!(listed(&all, Sort::Title), ["Almonds", "Élan lamp", "Mint tea", "Teapot"]);
    assert_eq!(listed(&all, Sort::PriceAsc), ["Mint tea", "Almonds", "Élan lamp", "Teapot"]);
    assert_eq!(listed(&all, Sort::PriceDesc), ["Élan lamp", "Almonds", "Mint tea", "Teapot"]);
    assert_eq!(listed(&all, Sort::Newest), ["Teapot", "Almonds", "Élan lamp", "Mint tea"]);
    let tea = Filter { query: Some("tea".to_owned()), ..Filter::default() };
    assert_eq!(listed(&tea, Sort::Relevance), ["Mint tea", "Teapot"]);
}

#[test]
fn a_category_holds_what_is_below_it() {
    let within = |id: &str| Filter { category: Some(id.parse().unwrap()), ..Filter::default() };
    assert_eq!(listed(&within("pantry"), Sort::Title), ["Almonds", "Mint tea"]);
    assert_eq!(listed(&within("tea"), Sort::Title), ["Mint tea"]);
    assert!(listed(&within("attic"), Sort::Title).is_empty());
}

#[test]
fn a_price_filter_looks_at_each_variant_in_one_currency() {
    let between = |from, to| Filter { min_price: from, max_price: to, ..Filter::default() };
    assert_eq!(listed(&between(Some(600), Some(1000)), Sort::Title), ["Mint tea"]);
    assert!(listed(&between(Some(400), Some(450)), Sort::Title).is_empty());
    assert_eq!(listed(&between(None, Some(500)), Sort::Title), ["Almonds", "Mint tea"]);
    let dollars = Filter { currency: Some(Currency::USD), min_price: Some(1), ..Filter::default() };
    assert_eq!(listed(&dollars, Sort::Title), ["Teapot"]);
}

#[test]
fn a_currency_lists_what_is_priced_in_it() {
    let dollars = Filter { currency: Some(Currency::USD), ..Filter::default() };
    assert_eq!(listed(&dollars, Sort::Title), ["Teapot"]);
}

#[test]
fn each_count_leaves_its_own_filter_out() {
    let filter = Filter { category: Some("tea".parse().unwrap()), max_price: Some(600), ..Filter::default() };
    let levels = Levels::from([("S0-1".parse().unwrap(), StockLevel::Low), ("S2-0".parse().unwrap(), StockLevel::Out)]);
    let facets = list(&catalogue(SAMPLES), &levels, &filter, Sort::Title, None, 100).facets;
    let counts: Vec<_> = facets.categories.iter().map(|(id, count)| (id.as_str(), *count)).collect();
    assert_eq!(counts, [("pantry", 2), ("tea", 1)]);
    assert_eq!(facets.prices.map(|(low, high)| (low.amount, high.amount)), Some((300, 900)));
    assert_eq!((facets.total, facets.in_stock), (1, 1));
}

#[test]
fn pages_hold_everything_once_in_every_order() {
    let samples: Vec<_> =
        (0..25).map(|n| Sample(["Tea", "Lamp", "Tea"][n % 3], "tea", &[(100, Currency::EUR)])).collect();
    let catalogue = catalogue(&samples);
    for sort in [Sort::Relevance, Sort::Title, Sort::PriceAsc, Sort::PriceDesc, Sort::Newest] {
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = list(&catalogue, &Levels::new(), &Filter::default(), sort, after.as_ref(), 4);
            seen.extend(page.products.iter().map(|product| product.id));
            pages += 1;
            match page.next {
                Some(place) => after = Some(place),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (25, 7), "{sort:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 25, "{sort:?}");
    }
}

#[test]
fn what_comes_and_goes_between_two_pages_neither_repeats_nor_hides_the_rest() {
    let before = catalogue(SAMPLES);
    let first = list(&before, &Levels::new(), &Filter::default(), Sort::Title, None, 2);
    assert_eq!(titles(&first), ["Almonds", "Élan lamp"]);
    let samples = [
        Sample("Mint tea", "tea", &[(300, Currency::EUR)]),
        Sample("Aaron's rod", "home", &[(1, Currency::EUR)]),
        Sample("Soap", "home", &[(1, Currency::EUR)]),
    ];
    let place = first.next.unwrap();
    let after = catalogue(&samples);
    let second = list(&after, &Levels::new(), &Filter::default(), Sort::Title, Some(&place), 10);
    assert_eq!(titles(&second), ["Mint tea", "Soap"]);
}

#[test]
fn a_page_of_enormous_products_ends_early_and_goes_on() {
    let mut products: Vec<_> = SAMPLES.iter().enumerate().map(|(number, sample)| product(number, sample)).collect();
    for product in &mut products {
        product.description = "x".repeat(PAGE_BYTES / 2);
    }
    let catalogue = Catalogue::new(1, products, vec![], vec![]);
    let first = list(&catalogue, &Levels::new(), &Filter::default(), Sort::Title, None, 100);
    assert_eq!(first.products.len(), 2);
    let place = first.next.unwrap();
    let second = list(&catalogue, &Levels::new(), &Filter::default(), Sort::Title, Some(&place), 100);
    assert_eq!((second.products.len(), second.next), (2, None));
}
