//! The forms of shipping zones: what `PUT` does over the API, with its versions.

use crate::harness::{
    assert_for_staff_alone, audited, bench, error_at, hidden, html, put_zone, staff_form, staff_page, with_fields,
    with_session, zone,
};
use chassis::testing::{Bench, Request};
use serde_json::{Value, json};
use shipping::Shipping;

const ZONES: &str = "/staff/shipping/zones";
const HOME: &str = "/staff/shipping/zones/home";

/// One service with a rate, beside rows that were left empty.
const FIELDS: [(&str, &str); 15] = [
    ("name", "North"),
    ("countries", "SE, Denmark"),
    ("tax_basis_points", "7,5"),
    ("services.0.code", "standard"),
    ("services.0.name", "Parcel"),
    ("services.0.min_days", "1"),
    ("services.0.max_days", "3"),
    ("services.0.rates.0.currency", "EUR"),
    ("services.0.rates.0.base", "4,10"),
    ("services.0.rates.0.per_kg", "0.60"),
    ("services.0.rates.0.free_from", "60"),
    ("services.0.rates.1.currency", "USD"),
    ("services.0.rates.1.base", ""),
    ("services.1.code", ""),
    ("services.1.rates.0.currency", "EUR"),
];

fn new(others: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    with_fields(&with_fields(&FIELDS, &[("id", "north")]), others)
}

async fn api(bench: &Bench<Shipping>, id: &str) -> Value {
    bench.http(Request::get(&format!("/v1/shipping-zones/{id}")).bearer(&bench.staff())).await.body
}

/// With the zone `home` of Germany.
async fn furnished() -> Bench<Shipping> {
    let bench = bench();
    assert_eq!(bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await.status, 201);
    bench
}

async fn shown(bench: &Bench<Shipping>, target: &str) -> String {
    let answer = staff_page(bench, target).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    html(&answer).to_owned()
}

#[tokio::test]
async fn a_zone_made_by_the_form_is_the_one_that_the_api_would_make() {
    let bench = furnished().await;
    let blank = shown(&bench, ZONES).await;
    assert!(blank.contains("name=\"services.2.code\"") && !blank.contains("name=\"services.3.code\""), "{blank}");
    assert!(blank.contains("value=\"USD\""), "the shop's currencies are named beforehand: {blank}");
    let made = staff_form(&bench, ZONES, &new(&[])).await;
    assert_eq!((made.status, made.header("location")), (303, Some("/staff/shipping/zones?done=created")), "{made:?}");
    let rates = json!([{"currency": "EUR", "base": 410, "per_kg": 60, "free_from": 6000}]);
    let services = json!([{"code": "standard", "name": "Parcel", "min_days": 1, "max_days": 3, "rates": rates}]);
    let expected = json!({"id": "north", "name": "North", "countries": ["DK", "SE"], "tax_basis_points": 750,
        "services": services});
    assert_eq!(api(&bench, "north").await, expected);
    let list = shown(&bench, "/staff/shipping/zones?done=created").await;
    for part in [
        "The zone is created.",
        "href=\"/staff/shipping/zones/north\">North</a>",
        "Denmark, Sweden",
        ">7.5</td>",
        ">Parcel, Express</td>",
    ] {
        assert!(list.contains(part), "{part}: {list}");
    }
    assert_eq!(audited(&bench).await, ["replaceShippingZone"; 2]);
    assert!(shown(&bench, "/staff/shipping").await.contains("href=\"/staff/shipping/zones\">Shipping zones</a>"));
}

#[tokio::test]
async fn faults_of_a_zone_are_at_their_fields_and_nothing_that_was_typed_is_lost() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    for (field, typed, said) in [
        ("id", "North Sea", "small letters"),
        ("id", "", "small letters"),
        ("name", "", "1 to 100"),
        ("name", "a\u{200b}b", "displayed"),
        ("countries", "SE, Atlantis", "There is no country Atlantis."),
        ("tax_basis_points", "", "0 to 100"),
        ("tax_basis_points", "100.01", "0 to 100"),
        ("tax_basis_points", "-1", "0 to 100"),
        ("services.0.code", "Not a slug", "small letters"),
        ("services.0.code", "", "small letters"),
        ("services.0.name", "", "1 to 100"),
        ("services.0.min_days", "4", "0 to 365"),
        ("services.0.min_days", "+1", "0 to 365"),
        ("services.0.max_days", "366", "0 to 365"),
        ("services.0.rates.0.currency", "XXX", "code of a currency"),
        ("services.0.rates.0.base", "4,105", "such as 4.10"),
        ("services.0.rates.0.base", "-1", "such as 4.10"),
        ("services.0.rates.0.base", "100000000.01", "such as 4.10"),
        ("services.0.rates.0.per_kg", "", "such as 0.60"),
        ("services.0.rates.0.free_from", "1,000.00", "such as 60"),
    ] {
        let answer = staff_form(&bench, ZONES, &new(&[(field, typed)])).await;
        let page = html(&answer);
        let error = error_at(page, field).unwrap_or_else(|| panic!("{field}={typed}: {page}"));
        assert!(answer.status == 422 && error.contains(said), "{field}={typed}: {error}");
        assert!(page.contains(&format!("href=\"#field-{field}\"")), "{field}: {page}");
        let kept = if field == "services.0.max_days" { "value=\"Parcel\"" } else { "value=\"3\"" };
        assert!(page.contains(kept), "{field}: {page}");
    }
    let twice = new(&[("services.0.rates.1.base", "5"), ("services.0.rates.1.per_kg", "0")]);
    let twice = with_fields(&twice, &[("services.0.rates.1.currency", "eur")]);
    let answer = staff_form(&bench, ZONES, &twice).await;
    assert!(error_at(html(&answer), "services.0.rates.1.currency").is_some(), "{answer:?}");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn all_faults_of_a_form_are_told_at_once_and_a_card_number_is_not_shown_again() {
    let bench = furnished().await;
    let bad = [
        ("name", ""),
        ("tax_basis_points", "x"),
        ("services.0.code", "A b"),
        ("services.0.name", ""),
        ("services.0.min_days", "x"),
        ("services.0.rates.0.base", "x"),
    ];
    let answer = staff_form(&bench, ZONES, &new(&bad)).await;
    for (field, _) in bad {
        assert!(error_at(html(&answer), field).is_some(), "{field}: {answer:?}");
    }
    let none = [("id", "empty"), ("name", "Empty"), ("tax_basis_points", "19"), ("services.0.code", "")];
    let answer = staff_form(&bench, ZONES, &none).await;
    assert!(answer.status == 422 && html(&answer).contains("Please enter 1 to 8 shipping options."), "{answer:?}");
    let unpriced: Vec<_> = new(&[]).into_iter().filter(|(name, _)| !name.contains("rates")).collect();
    let answer = staff_form(&bench, ZONES, &unpriced).await;
    let error = error_at(html(&answer), "services.0.rates");
    assert_eq!(error.as_deref(), Some("Please enter at least one price."), "{answer:?}");
    let card = staff_form(&bench, ZONES, &new(&[("services.0.name", "4242 4242 4242 4242")])).await;
    let error = error_at(html(&card), "services.0.name").unwrap_or_default();
    assert!(card.status == 422 && error.contains("card number") && !html(&card).contains("4242"), "{card:?}");
}

#[tokio::test]
async fn a_country_of_another_zone_and_a_name_that_is_taken_are_refused_with_the_way_there() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let taken = staff_form(&bench, ZONES, &new(&[("countries", "SE, DE")])).await;
    let page = html(&taken);
    let said = "Germany is in the zone home. Remove it there first.";
    assert_eq!((taken.status, error_at(page, "countries").as_deref()), (409, Some(said)), "{page}");
    assert!(page.contains("href=\"/staff/shipping/zones/home\">Open that zone</a>"), "{page}");
    let exists = staff_form(&bench, ZONES, &new(&[("id", "home")])).await;
    let page = html(&exists);
    assert!(exists.status == 412 && page.contains("There is a zone under this name already"), "{page}");
    assert!(page.contains("href=\"/staff/shipping/zones/home\">Open that zone</a>"), "{page}");
    assert_eq!(bench.dynamo.items(), before);
    for number in 1..32 {
        assert_eq!(bench.http(put_zone(&bench, &format!("zone-{number}"), &zone(&[]))).await.status, 201);
    }
    let full = staff_form(&bench, ZONES, &new(&[])).await;
    assert!(full.status == 409 && html(&full).contains("There are 32 zones"), "{full:?}");
    assert!(shown(&bench, ZONES).await.contains("Out of use"));
}

#[tokio::test]
async fn more_rows_keep_all_that_was_typed_and_change_nothing() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    let more = staff_form(&bench, ZONES, &new(&[("more", "yes"), ("name", "")])).await;
    let page = html(&more);
    assert!(more.status == 200 && !page.contains("error-summary"), "{page}");
    for part in ["name=\"services.4.code\"", "value=\"4,10\"", "value=\"SE, Denmark\"", "value=\"north\""] {
        let part = part.replace("value=\"SE, Denmark\"", "SE, Denmark</textarea>");
        assert!(page.contains(&part), "{part}: {page}");
    }
    assert!(!page.contains("name=\"services.5.code\""), "{page}");
    let fields = with_fields(&FIELDS, &[("version", "1"), ("more", "yes")]);
    let more = staff_form(&bench, HOME, &fields).await;
    assert!(more.status == 200 && html(&more).contains("name=\"services.4.code\""), "{more:?}");
    assert_eq!(hidden(html(&more), "version"), "1");
    let eight = ["services.2.code", "services.3.code", "services.4.code", "services.5.code", "services.6.code"];
    let eight: Vec<_> = eight.into_iter().chain(["services.7.code"]).map(|name| (name, "x")).collect();
    let last = staff_form(&bench, HOME, &with_fields(&fields, &eight)).await;
    assert!(!html(&last).contains("name=\"services.8.code\""), "a zone has eight at most: {last:?}");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_zone_is_changed_from_the_version_that_was_opened() {
    let bench = furnished().await;
    let page = shown(&bench, HOME).await;
    for part in
        ["value=\"Home\"", "DE</textarea>", "value=\"19\"", "value=\"4.10\"", "value=\"60.00\"", "value=\"10.90\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let version = hidden(&page, "version");
    let saved = staff_form(&bench, HOME, &with_fields(&FIELDS, &[("version", &*version)])).await;
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, Some("/staff/shipping/zones/home?done=saved")),
        "{saved:?}"
    );
    assert_eq!(api(&bench, "home").await["countries"], json!(["DK", "SE"]));
    assert!(shown(&bench, "/staff/shipping/zones/home?done=saved").await.contains("Your changes are saved."));
    let further = [("services.1.code", "express"), ("services.1.name", "Express"), ("services.1.min_days", "1")];
    let rates = [("services.1.max_days", "1"), ("services.1.rates.0.base", "9"), ("services.1.rates.0.per_kg", "0")];
    let two = with_fields(&with_fields(&FIELDS, &further), &rates);
    let both = with_fields(&two, &[("version", "2")]);
    assert_eq!(staff_form(&bench, HOME, &both).await.status, 303);
    assert_eq!(api(&bench, "home").await["services"].as_array().unwrap().len(), 2);
    let less = with_fields(&two, &[("version", "3"), ("services.0.removed", "yes")]);
    assert_eq!(staff_form(&bench, HOME, &less).await.status, 303);
    let left = api(&bench, "home").await["services"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["code"]), (1, &json!("express")));
}

#[tokio::test]
async fn whoever_was_slower_sees_both_versions_and_may_save_theirs_over_the_new_one() {
    let bench = furnished().await;
    let mut theirs = zone(&["DE", "AT"]);
    theirs["name"] = json!("<Theirs>");
    let by_colleague = put_zone(&bench, "home", &theirs).header("if-match", "\"1\"");
    assert_eq!(bench.http(by_colleague).await.status, 200);
    let before = bench.dynamo.items();
    let mine = with_fields(&FIELDS, &[("version", "1")]);
    let slower = staff_form(&bench, HOME, &mine).await;
    let both = html(&slower);
    assert_eq!((slower.status, bench.dynamo.items() == before), (412, true), "{both}");
    for part in [
        ">North</td>",
        ">&#60;Theirs&#62;</td>",
        ">Denmark, Sweden</td>",
        ">Austria, Germany</td>",
        ">7.5</td>",
        "Parcel · 1 to 3 days · €4.10 and €0.60 per kg, free from €60.00",
        "<th scope=\"row\">express</th>",
        "value=\"4,10\"",
        "Save mine over the new version",
    ] {
        assert!(both.contains(part), "{part}: {both}");
    }
    assert!(!both.contains("<script>"), "{both}");
    let version = hidden(both, "version");
    let over = staff_form(&bench, HOME, &with_fields(&mine, &[("version", &*version)])).await;
    assert_eq!((version.as_str(), over.status), ("2", 303), "{over:?}");
    assert_eq!(api(&bench, "home").await["name"], "North");
    let faulty = staff_form(&bench, HOME, &with_fields(&mine, &[("name", "")])).await;
    assert_eq!((faulty.status, hidden(html(&faulty), "version").as_str()), (422, "1"), "the version that was opened");
}

#[tokio::test]
async fn a_form_of_a_zone_that_comes_twice_changes_nothing_more() {
    let bench = furnished().await;
    let edit = with_fields(&FIELDS, &[("version", "1"), ("countries", "FI")]);
    for (target, fields, saved) in
        [(ZONES, new(&[]), "/staff/shipping/zones?done=created"), (HOME, edit, "/staff/shipping/zones/home?done=saved")]
    {
        assert_eq!(staff_form(&bench, target, &fields).await.header("location"), Some(saved));
        let before = bench.dynamo.items();
        let again = staff_form(&bench, target, &fields).await;
        assert_eq!((again.status, again.header("location")), (303, Some(saved)), "{again:?}");
        assert_eq!(bench.dynamo.items(), before);
    }
}

#[tokio::test]
async fn a_form_without_its_version_or_of_no_zone_changes_nothing() {
    let bench = furnished().await;
    let before = bench.dynamo.items();
    for version in ["", "x", "\"1\""] {
        let answer = staff_form(&bench, HOME, &with_fields(&FIELDS, &[("version", version)])).await;
        assert_eq!(answer.status, 400, "{version}");
    }
    let nowhere = "/staff/shipping/zones/nowhere";
    assert_eq!(staff_form(&bench, nowhere, &with_fields(&FIELDS, &[("version", "1")])).await.status, 404);
    assert_eq!(staff_page(&bench, nowhere).await.status, 404);
    assert_eq!(staff_page(&bench, "/staff/shipping/zones/No%20Zone").await.status, 404);
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn zones_are_for_staff_alone_and_read_in_german_too() {
    let bench = furnished().await;
    for target in [ZONES, HOME] {
        let german = with_session(Request::get(target), &bench.staff()).header("accept-language", "de");
        let answer = bench.http(german).await;
        assert!(html(&answer).contains("Versandzonen") && html(&answer).contains("Speichern"), "{target}: {answer:?}");
        assert_for_staff_alone(&bench, target, &with_fields(&FIELDS, &[("id", "north"), ("version", "1")])).await;
    }
    assert_eq!(api(&bench, "home").await["countries"], json!(["DE"]));
}
