//! Prices, tax and totals of lines, and what cannot be priced.

use super::*;
use crate::domain::product::{CreateProduct, Product, Variant};
use crate::domain::{TaxClass, TaxRate};
use events::Timestamp;
use events::ids::ProductId;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn product(number: u32, class: TaxClass, sku: &str, amount: i64) -> Product {
    let request = CreateProduct {
        title: format!("Product {number}"),
        slug: format!("product-{number}"),
        description: String::new(),
        category: "all".to_owned(),
        tax_class: class,
        variants: vec![Variant {
            sku: sku.parse().unwrap(),
            title: "One size".to_owned(),
            options: BTreeMap::new(),
            weight_grams: 100,
            prices: vec![Money::new(1, Currency::EUR)],
        }],
    };
    let mut product = Product::create(ProductId::from_bits(u128::from(number)), request, Timestamp::default()).unwrap();
    // Any amount, also one that no request may name.
    product.variants[0].prices[0].amount = amount;
    product
}

fn catalogue(prices: &[i64], basis_points: u32) -> Catalogue {
    let products =
        prices.iter().zip(1u32..).map(|(&amount, n)| product(n, TaxClass::Standard, &format!("S{n}"), amount));
    Catalogue::new(1, products.collect(), vec![], vec![rate("de", TaxClass::Standard, basis_points)])
}

fn rate(id: &str, class: TaxClass, basis_points: u32) -> TaxRate {
    TaxRate::parse(id.parse().unwrap(), &to("DE").country, class, basis_points).unwrap()
}

fn to(country: &str) -> TypedDestination {
    serde_json::from_value(serde_json::json!({"country": country})).unwrap()
}

fn line(sku: &str, quantity: u32) -> QuoteLineRequest {
    QuoteLineRequest { sku: sku.parse().unwrap(), quantity }
}

fn request(currency: Currency, country: &str, lines: Vec<QuoteLineRequest>) -> CheckedQuoteRequest {
    QuoteRequest { currency, lines, coupon: None, ship_to: to(country) }.checked().unwrap()
}

#[test]
fn a_line_costs_its_net_price_and_its_class_of_tax() {
    let catalogue = Catalogue::new(
        1,
        vec![product(1, TaxClass::Standard, "LAMP", 1999), product(2, TaxClass::Reduced, "TEA", 450)],
        vec![],
        vec![rate("de-standard", TaxClass::Standard, 1900), rate("de-reduced", TaxClass::Reduced, 700)],
    );
    let lines = price(&catalogue, &request(Currency::EUR, "DE", vec![line("LAMP", 2), line("TEA", 3)])).unwrap();
    // 39.98 × 19 % = 7.5962; 13.50 × 7 % = 0.945, a tie that goes to the even cent.
    assert_eq!(lines.iter().map(|line| line.tax).collect::<Vec<_>>(), [760, 94]);
    assert_eq!(lines[0].title, "Product 1, One size");
    let totals = Totals::of(Currency::EUR, &lines).unwrap();
    assert_eq!((totals.subtotal.amount, totals.tax.amount, totals.total.amount), (5348, 854, 6202));
}

#[test]
fn lines_of_one_sku_are_summed_before_they_are_rounded() {
    let request = request(Currency::EUR, "DE", vec![line("S1", 1), line("S2", 1), line("S1", 2)]);
    assert_eq!(request.lines, [line("S1", 3), line("S2", 1)]);
}

#[test]
fn quantities_lines_and_destinations_are_bounded() {
    let invalid = |lines: Vec<QuoteLineRequest>, ship_to: TypedDestination| match (QuoteRequest {
        currency: Currency::EUR,
        lines,
        coupon: None,
        ship_to,
    })
    .checked()
    .unwrap_err()
    {
        PricingError::Invalid(error) => error.field,
        other => panic!("{other:?}"),
    };
    assert_eq!(invalid(vec![], to("DE")), "lines");
    assert_eq!(invalid((0..51).map(|n| line(&format!("S{n}"), 1)).collect(), to("DE")), "lines");
    assert_eq!(invalid(vec![line("A", 1), line("B", 0)], to("DE")), "lines[1].quantity");
    assert_eq!(invalid(vec![line("A", 1000)], to("DE")), "lines[0].quantity");
    assert_eq!(invalid(vec![line("A", 999), line("A", 1)], to("DE")), "lines[1].quantity");
    assert_eq!(invalid(vec![line("A", u32::MAX), line("A", u32::MAX)], to("DE")), "lines[0].quantity");
    let nowhere = TypedDestination { postal_code: Some("1".repeat(21)), ..to("DE") };
    assert_eq!(invalid(vec![line("A", 1)], nowhere), "ship_to.postal_code");
    let nowhere = TypedDestination { region: Some("B".repeat(201)), ..to("DE") };
    assert_eq!(invalid(vec![line("A", 1)], nowhere), "ship_to.region");
    assert_eq!(invalid(vec![line("A", 1)], to("XX")), "ship_to.country");
    let blanks = TypedDestination { region: Some(format!("BE{}", " ".repeat(60_000))), ..to("DE") };
    let request = QuoteRequest { currency: Currency::EUR, lines: vec![line("A", 1)], coupon: None, ship_to: blanks };
    let kept = request.checked().unwrap().ship_to.region;
    assert_eq!(kept.as_deref(), Some("BE"), "a quote carries it into a body of 64 KB");
}

#[test]
fn a_quote_promises_so_many_units_and_not_one_more() {
    let requested = || request(Currency::EUR, "DE", vec![line("A", 60), line("B", 40)]);
    assert_eq!(requested().within(100).unwrap().lines, requested().lines);
    let Err(PricingError::Invalid(error)) = requested().within(99) else { panic!("one too many") };
    assert_eq!(error.field, "lines");
    let most = request(Currency::EUR, "DE", (0..50).map(|n| line(&format!("S{n}"), 999)).collect());
    assert!(most.within(50 * 999 - 1).is_err());
}

#[test]
fn what_cannot_be_priced_is_named() {
    let catalogue = catalogue(&[100, 200], 1900);
    let refused = |currency, country, lines| price(&catalogue, &request(currency, country, lines)).unwrap_err();
    let skus = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<Sku>>();
    let lines = || vec![line("S1", 1), line("NO", 1), line("NIX", 1)];
    assert_eq!(refused(Currency::EUR, "DE", lines()), PricingError::UnknownSkus(skus(&["NO", "NIX"])));
    let lines = || vec![line("S1", 1), line("S2", 1)];
    assert_eq!(refused(Currency::USD, "DE", lines()), PricingError::CurrencyUnavailable(skus(&["S1", "S2"])));
    let nowhere = PricingError::DestinationUnsupported("AQ".parse().unwrap());
    assert_eq!(refused(Currency::EUR, "AQ", lines()), nowhere);
}

#[test]
fn no_coupon_is_known() {
    let with = |coupon: &str| {
        let request = serde_json::json!({"currency": "EUR", "lines": [{"sku": "S1", "quantity": 1}], "coupon": coupon,
            "ship_to": {"country": "DE"}});
        serde_json::from_value::<QuoteRequest>(request).unwrap().checked()
    };
    assert_eq!(with("SPRING").unwrap_err(), PricingError::UnknownCoupon);
    assert!(with("").is_ok() && with(" ").is_ok(), "nobody asked for one");
}

#[test]
fn a_long_title_is_cut_between_letters() {
    assert_eq!(line_title(&"é".repeat(200), "x").chars().count(), 120);
    let before = "T".repeat(119);
    assert_eq!(line_title(&format!("{before}👩\u{200d}🍳"), "x"), before);
    assert_eq!(line_title(&format!("{before}q\u{301}"), "x"), before);
    assert_eq!(line_title("Mug", "Mug"), "Mug");
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_its_parts_and_tax_is_off_by_half_a_cent_a_line_at_most(
        priced in proptest::collection::vec((1i64..=10_000_000_000, 1u32..=999), 1..=50),
        basis_points in 0u32..=10_000,
    ) {
        let catalogue = catalogue(&priced.iter().map(|&(amount, _)| amount).collect::<Vec<_>>(), basis_points);
        let lines = priced.iter().zip(1..).map(|(&(_, quantity), n)| line(&format!("S{n}"), quantity)).collect();
        let lines = price(&catalogue, &request(Currency::EUR, "DE", lines)).unwrap();
        let totals = Totals::of(Currency::EUR, &lines).unwrap();

        let net: i64 = priced.iter().map(|&(amount, quantity)| amount * i64::from(quantity)).sum();
        let tax: i64 = lines.iter().map(|line| line.tax).sum();
        prop_assert_eq!((totals.subtotal.amount, totals.discount.amount, totals.tax.amount), (net, 0, tax));
        prop_assert_eq!(totals.total.amount, net + tax);
        for line in &lines {
            let exact = i128::from(line.net().unwrap()) * i128::from(basis_points);
            prop_assert!((i128::from(line.tax) * 10_000 - exact).abs() <= 5_000);
        }
    }

    #[test]
    fn prices_beyond_all_bounds_are_refused_without_a_panic(amount in any::<i64>(), quantity in 1u32..=999, points in 0u32..=10_000) {
        let request = request(Currency::EUR, "DE", vec![line("S1", quantity)]);
        let priced = price(&catalogue(&[amount], points), &request);
        if let Ok(lines) = priced {
            let _ = Totals::of(Currency::EUR, &lines);
        }
    }
}
