//! The cost of shipping: a base and an amount for each started kilogram, free from a value of goods, plus tax. Refuses fractions
//! of minor units.

use crate::domain::zones::{Rate, Service, Zones};
use events::{Country, Currency, Money};

/// The goods to ship, as the price quote states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consignment {
    pub country: Country,
    /// The goods after discount and before tax. Shipping is charged in the same currency.
    pub value: Money,
    pub weight_grams: u64,
}

/// A service and its cost for one consignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub service: String,
    pub name: String,
    pub min_days: u16,
    pub max_days: u16,
    /// The shipping cost before tax.
    pub price: Money,
    /// The tax on the price, rounded half to even.
    pub tax: Money,
    pub total: Money,
}

/// The reason for which a price quote gets no shipping quotes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteRejection {
    /// Our catalog did not sign it for this purpose.
    #[error("the quote is not one that this shop made")]
    Invalid,
    #[error("the quote has expired; ask for a new one")]
    Expired,
    /// No zone serves the country.
    #[error("this shop does not ship to {0}")]
    DestinationUnsupported(Country),
    /// The zone has no rate in the currency.
    #[error("shipping to there has no price in {0}")]
    CurrencyUnavailable(Currency),
    /// The price does not fit an amount of money.
    #[error("the goods are too heavy for any rate")]
    TooHeavy,
}

/// The offers for a consignment, in the order of the zone's services.
///
/// # Errors
/// If there is none.
pub fn offers(zones: &Zones, consignment: &Consignment) -> Result<Vec<Offer>, QuoteRejection> {
    let country = &consignment.country;
    let currency = consignment.value.currency;
    let zone = zones.serving(country).ok_or_else(|| QuoteRejection::DestinationUnsupported(country.clone()))?;
    let mut offers = Vec::with_capacity(zone.services.len());
    for service in &zone.services {
        if let Some(rate) = service.rates.iter().find(|rate| rate.currency == currency) {
            let price = price(rate, consignment).ok_or(QuoteRejection::TooHeavy)?;
            offers.push(offer(service, price, zone.tax_basis_points).ok_or(QuoteRejection::TooHeavy)?);
        }
    }
    if offers.is_empty() { Err(QuoteRejection::CurrencyUnavailable(currency)) } else { Ok(offers) }
}

fn price(rate: &Rate, consignment: &Consignment) -> Option<Money> {
    if rate.free_from.is_some_and(|value| consignment.value.amount >= value) {
        return Some(Money::zero(rate.currency));
    }
    let started_kilograms = i64::try_from(consignment.weight_grams.div_ceil(1000)).ok()?;
    let amount = rate.per_kg.checked_mul(started_kilograms)?.checked_add(rate.base)?;
    Some(Money::new(amount, rate.currency))
}

fn offer(service: &Service, price: Money, tax_basis_points: u32) -> Option<Offer> {
    let tax = price.basis_points(tax_basis_points).ok()?;
    Some(Offer {
        service: service.code.clone(),
        name: service.name.clone(),
        min_days: service.min_days,
        max_days: service.max_days,
        price,
        tax,
        total: price.plus(tax).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zones::MAX_AMOUNT;
    use crate::domain::zones::tests::zone;
    use proptest::prelude::*;

    fn zones() -> Zones {
        Zones::default().with(&"home".parse().unwrap(), &zone(&["DE"])).unwrap().unwrap()
    }

    fn consignment(value: i64, weight_grams: u64) -> Consignment {
        Consignment { country: "DE".parse().unwrap(), value: Money::new(value, Currency::EUR), weight_grams }
    }

    fn only_offer(value: i64, weight_grams: u64) -> Offer {
        let mut offers = offers(&zones(), &consignment(value, weight_grams)).unwrap();
        assert_eq!(offers.len(), 1);
        offers.remove(0)
    }

    #[test]
    fn a_parcel_costs_its_base_and_each_started_kilogram() {
        for (grams, price) in [(0, 410), (1, 470), (1000, 470), (1001, 530), (2500, 590)] {
            assert_eq!(only_offer(100, grams).price.amount, price, "{grams} g");
        }
    }

    #[test]
    fn tax_is_rounded_half_to_even_and_the_total_holds_it() {
        let offer = only_offer(100, 1);
        // 19 % of 4.70 is 0.893.
        assert_eq!((offer.tax.amount, offer.total.amount), (89, 559));
    }

    #[test]
    fn goods_of_enough_value_ship_free() {
        assert_eq!(only_offer(5999, 1).price.amount, 470);
        assert_eq!(only_offer(6000, 1).total, Money::zero(Currency::EUR));
    }

    #[test]
    fn an_unserved_country_and_an_untaken_currency_are_refused() {
        let elsewhere = Consignment { country: "FR".parse().unwrap(), ..consignment(1, 1) };
        let refusal = offers(&zones(), &elsewhere).unwrap_err();
        assert_eq!(refusal, QuoteRejection::DestinationUnsupported("FR".parse().unwrap()));
        let dollars = Consignment { value: Money::zero(Currency::USD), ..consignment(1, 1) };
        let refusal = offers(&zones(), &dollars).unwrap_err();
        assert_eq!(refusal, QuoteRejection::CurrencyUnavailable(Currency::USD));
    }

    /// A zone with the largest rate and tax.
    fn dearest() -> Zones {
        let mut dear = zone(&["DE"]);
        dear.tax_basis_points = 10_000;
        let rate = &mut dear.services[0].rates[0];
        (rate.base, rate.per_kg) = (MAX_AMOUNT, MAX_AMOUNT);
        Zones::default().with(&"home".parse().unwrap(), &dear.checked().unwrap()).unwrap().unwrap()
    }

    #[test]
    fn the_heaviest_order_at_the_largest_rate_has_a_price() {
        // 50 lines of 999 units of a ton.
        let offers = offers(&dearest(), &consignment(1, 50 * 999 * 1_000_000)).unwrap();
        assert_eq!(offers[0].total.amount, 2 * (50 * 999 * 1000 + 1) * MAX_AMOUNT);
    }

    #[test]
    fn a_weight_beyond_money_is_refused_rather_than_wrapped() {
        assert_eq!(offers(&dearest(), &consignment(1, u64::MAX)), Err(QuoteRejection::TooHeavy));
    }

    proptest! {
        #[test]
        fn more_weight_never_costs_less(grams in 0u64..100_000_000, more in 0u64..100_000_000) {
            prop_assert!(only_offer(1, grams).price.amount <= only_offer(1, grams + more).price.amount);
        }

        #[test]
        fn the_price_is_the_rate_for_the_started_kilograms(grams in 0u64..100_000_000) {
            let kilograms = (only_offer(1, grams).price.amount - 410) / 60;
            let kilograms = u64::try_from(kilograms).unwrap();
            prop_assert!(kilograms * 1000 >= grams);
            prop_assert!(grams == 0 || (kilograms - 1) * 1000 < grams);
        }

        #[test]
        fn the_total_is_price_and_tax_and_tax_is_right_to_half_a_cent(value in 0i64..12_000, grams in 0u64..1_000_000) {
            let offer = only_offer(value, grams);
            prop_assert_eq!(offer.total.amount, offer.price.amount + offer.tax.amount);
            prop_assert!((offer.tax.amount * 10_000 - offer.price.amount * 1900).abs() <= 5000);
        }
    }
}
