//! Addresses as people type them into a form.

use super::*;
use crate::form;
use crate::locale::Locale;

fn berlin() -> AddressFields {
    let text = str::to_owned;
    AddressFields {
        name: text("Ada"),
        line1: text("Hauptstr. 1"),
        postal_code: text("10115"),
        city: text("Berlin"),
        country: text("de"),
        ..AddressFields::default()
    }
}

fn read(fields: &AddressFields) -> Result<Address, Errors> {
    fields.read(&CardNumbers::default(), Words::of(Locale::En))
}

fn faults(fields: &AddressFields) -> Vec<String> {
    read(fields).unwrap_err().list().iter().map(|(name, ..)| name.to_string()).collect()
}

#[test]
fn an_address_is_read_in_the_spelling_of_the_post_and_back() {
    let address = read(&berlin()).unwrap();
    assert_eq!(AddressFields::of(&address).country, "DE");
    assert_eq!(read(&AddressFields::of(&address)).unwrap(), address);
}

#[test]
fn every_fault_is_found_at_once() {
    assert_eq!(faults(&AddressFields::default()), ["name", "line1", "city", "country"]);
    let wrong = AddressFields {
        company: "x".repeat(201),
        postal_code: "1".to_owned(),
        phone: "call me".to_owned(),
        ..berlin()
    };
    assert_eq!(faults(&wrong), ["company", "postal_code", "phone"]);
    let american = AddressFields { country: "US".to_owned(), postal_code: String::new(), ..berlin() };
    assert_eq!(faults(&american), ["postal_code", "region"]);
}

#[test]
fn a_fault_names_its_field_and_gives_an_example_in_the_readers_language() {
    let american = AddressFields { country: "US".to_owned(), postal_code: "1".to_owned(), ..berlin() };
    let errors = american.read(&CardNumbers::default(), Words::of(Locale::De)).unwrap_err();
    assert!(errors.of("region").ends_with("zum Beispiel AL oder Alabama."), "{errors:?}");
    assert!(read(&american).unwrap_err().of("region").ends_with("such as AL or Alabama."));
    let labels: Vec<_> = errors.list().iter().map(|(_, label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Postleitzahl", "Bundesland, Provinz oder Kanton"]);
}

#[test]
fn a_field_is_called_optional_only_if_the_post_of_the_chosen_country_does_without() {
    let optional = |country: &str| {
        let fields = AddressFields { country: country.to_owned(), ..AddressFields::default() };
        let names = fields.pairs().map(|(name, _)| name);
        names.into_iter().filter(|name| fields.is_optional(name)).collect::<Vec<_>>()
    };
    assert_eq!(optional(""), ["company", "line2", "phone"], "nobody knows before a country is chosen");
    assert_eq!(optional("DE"), ["company", "line2", "region", "phone"]);
    assert_eq!(optional("US"), ["company", "line2", "phone"]);
    assert_eq!(optional("AE"), ["company", "line2", "postal_code", "region", "phone"]);
}

#[test]
fn a_field_that_held_a_card_number_is_empty_and_says_so_beside_the_other_faults() {
    let typed = "name=4242+4242+4242+4242&company=at+4242424242424242&phone=x&line1=Hauptstr.+1&postal_code=10115&city=Berlin&country=DE";
    let sent = form::emptying::<AddressFields>(serde_urlencoded::from_str(typed).unwrap()).unwrap();
    let errors = sent.fields.read(&sent.card_numbers, Words::of(Locale::En)).unwrap_err();
    for field in ["name", "company"] {
        assert!(errors.of(field).contains("card number"), "{errors:?}");
    }
    assert!(errors.of("phone").contains("telephone number") && errors.list().len() == 3, "{errors:?}");
}

#[test]
fn a_saved_address_takes_what_it_knows_and_leaves_the_rest() {
    let saved = r#"{"id": "addr_1", "name": "Ada", "line2": null, "country": "DE", "default": true}"#;
    let fields = AddressFields::saved(saved).unwrap();
    assert_eq!((&*fields.name, &*fields.line2, &*fields.country), ("Ada", "", "DE"));
    assert!(AddressFields::saved("Ada").is_none());
    assert!(AddressFields::saved("[]").is_none());
}

/// A form with an address among its own fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Step {
    quote: String,
    #[serde(flatten)]
    address: AddressFields,
    email: String,
}

impl form::Typed for Step {
    fn is_typed(field: &str) -> bool {
        AddressFields::is_typed(field)
    }
}

#[test]
fn a_form_has_the_fields_of_an_address_among_its_own_whatever_lacks_or_comes_with_them() {
    let body = "email=+a%40b.example&name=Ada+&unknown=1&line1=Hauptstr.+1&postal_code=10115&city=Berlin&country=de";
    let pairs = |body: &str| serde_urlencoded::from_str(body).unwrap();
    let step: Step = form::refusing(pairs(body)).unwrap();
    assert_eq!(step, Step { quote: String::new(), address: berlin(), email: "a@b.example".to_owned() });
    assert_eq!(form::refusing::<Step>(pairs("")).unwrap(), Step::default());
}

#[test]
fn a_card_number_empties_its_field_alone_where_the_page_can_say_so_and_is_refused_elsewhere() {
    let pairs = || serde_urlencoded::from_str("name=Ada&line1=at+4242+4242+4242+4242&city=Berlin").unwrap();
    let form::TypedForm { fields, card_numbers } = form::emptying::<Step>(pairs()).unwrap();
    let kept = AddressFields { name: "Ada".to_owned(), city: "Berlin".to_owned(), ..AddressFields::default() };
    assert_eq!(fields.address, kept);
    assert!(card_numbers.held_in("line1") && !card_numbers.held_in("name"), "{card_numbers:?}");
    let elsewhere = serde_urlencoded::from_str("name=Ada&quote=4242424242424242").unwrap();
    let unsaid = form::emptying::<Step>(elsewhere).unwrap_err();
    assert!(unsaid.kind == "card_number_refused" && !format!("{unsaid:?}").contains("4242"), "{unsaid:?}");
    let refused = form::refusing::<Step>(pairs()).unwrap_err();
    assert!(refused.kind == "card_number_refused" && !format!("{refused:?}").contains("4242"), "{refused:?}");
}
