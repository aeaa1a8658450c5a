//! The pages of a signed-in user: profile and addresses.

use crate::browser::{Browser, Fields, Shown, unescaped};
use crate::harness::{bench, items};
use chassis::testing::Bench;
use users::Users;

const EMAIL: &str = "ada@example.com";
pub const HOME: Fields<'_> =
    &[("name", "Ada"), ("line1", "1 Quay"), ("postal_code", "5003"), ("city", "Bergen"), ("country", "NO")];

pub async fn ada(bench: &Bench<Users>) -> Browser<'_> {
    let mut ada = Browser::new(bench);
    ada.sign_up(EMAIL).await;
    ada
}

/// The paths of the addresses that the page links to.
pub fn addresses_of(shown: &Shown) -> Vec<String> {
    let links = shown.html.split("href=\"/account/addresses/").skip(1);
    links.map(|rest| format!("/account/addresses/{}", rest.split('"').next().unwrap())).collect()
}

/// The home address with one field changed.
pub fn home_with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let rest = HOME.iter().copied().filter(|(known, _)| *known != name);
    rest.chain([(name, value)]).collect()
}

#[tokio::test]
async fn a_new_name_is_saved_and_stands_in_the_header_at_once() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let account = ada.get("/account").await;
    for part in [
        "href=\"/orders\"",
        "href=\"/account/addresses\"",
        "action=\"/account/sign-out\"",
        "name=\"everywhere\"",
        EMAIL,
    ] {
        assert!(account.says(part), "{part} in {}", account.html);
    }
    let version = account.value("version").unwrap();
    let (shown, way) = ada.submit("/account", &[("name", "Ada <i>&"), ("version", &version)]).await;
    assert_eq!(way.len(), 1, "the session is as good as before: {way:?}");
    assert!(shown.says("Your change has been saved") && !shown.says("<i>"), "{}", shown.html);
    assert_eq!(shown.value("name").as_deref(), Some("Ada <i>&"));
    let header = ada.get("/fragments/account").await;
    assert!(unescaped(&header.html).contains("<a href=\"/account\">Ada <i>&</a>"), "{}", header.html);
}

#[tokio::test]
async fn a_name_that_another_window_saved_is_not_lost() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let version = ada.get("/account").await.value("version").unwrap();
    ada.post("/account", &[("name", "Ada from here"), ("version", &version)]).await;
    let shown = ada.post("/account", &[("name", "Ada from there"), ("version", &version)]).await;
    assert_eq!(shown.status, 412);
    assert!(shown.says("Ada from here") && shown.value("name").as_deref() == Some("Ada from there"), "{}", shown.html);
    let latest = shown.value("version").unwrap();
    assert_eq!(ada.post("/account", &[("name", "Ada from there"), ("version", &latest)]).await.status, 303);
    let (shown, _) = ada.visit("/account").await;
    assert_eq!(shown.value("name").as_deref(), Some("Ada from there"));
}

#[tokio::test]
async fn a_name_that_cannot_be_is_refused_at_its_field() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let version = ada.get("/account").await.value("version").unwrap();
    for (name, told) in
        [("", "fill in"), ("a\u{200f}\u{202e}b", "cannot be seen"), (&*"x".repeat(201), "200 characters")]
    {
        let shown = ada.post("/account", &[("name", name), ("version", &version)]).await;
        assert_eq!((shown.status, shown.value("name").as_deref()), (422, Some(name)));
        assert!(shown.error("name").contains(told), "{}", shown.html);
    }
    assert_eq!(items(&bench, "profile")[0]["name"]["S"], "Ada");
}

#[tokio::test]
async fn an_address_is_added_edited_and_removed() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let empty = ada.get("/account/addresses").await;
    assert!(empty.says("You have not saved an address yet") && empty.value("name").as_deref() == Some("Ada"));
    for attribute in [
        "address-line1",
        "address-line2",
        "address-level1",
        "address-level2",
        "postal-code",
        "country",
        "tel",
        "organization",
    ] {
        assert!(empty.says(&format!("autocomplete=\"shipping {attribute}\"")), "{attribute}");
    }
    let (list, way) = ada.submit("/account/addresses", HOME).await;
    assert_eq!((list.status, way.as_slice()), (200, &["/account/addresses".to_owned()][..]));
    assert!(list.says("5003 Bergen") && list.says("Norway"), "{}", list.html);
    let path = addresses_of(&list)[0].clone();
    let form = ada.get(&path).await;
    assert_eq!((form.value("line1").as_deref(), form.value("postal_code").as_deref()), (Some("1 Quay"), Some("5003")));
    assert!(form.says("<option value=\"NO\" selected>Norway</option>"), "{}", form.html);
    let (list, _) = ada.submit(&path, &home_with("line1", "2 <Quay>")).await;
    assert!(list.says("2 &#60;Quay&#62;") && addresses_of(&list) == [path.as_str()], "{}", list.html);
    let (list, _) = ada.submit(&format!("{path}/removal"), &[]).await;
    assert!(addresses_of(&list).is_empty());
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused_at_each_field_and_keeps_what_was_typed() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    ada.post("/account/addresses", HOME).await;
    let path = addresses_of(&ada.get("/account/addresses").await)[0].clone();
    let german = "de";
    let long = "x".repeat(201);
    for (field, typed, told) in [
        ("name", "", "den Namen"),
        ("line1", "a\u{202e}b", "nicht anzeigen"),
        ("line2", &*long, "200 Zeichen"),
        ("city", "", "den Ort"),
        ("postal_code", "x", "Postleitzahl dieses Landes"),
        ("postal_code", "", "ein, zum Beispiel"),
        ("country", "", "wählen Sie ein Land"),
        ("country", "XX", "wählen Sie ein Land"),
        ("phone", "call me", "5 bis 20 Ziffern"),
    ] {
        ada.language = german;
        for target in ["/account/addresses", &path] {
            let shown = ada.post(target, &home_with(field, typed)).await;
            assert_eq!(shown.status, 422, "{field} {typed}");
            assert!(shown.error(field).contains(told), "{field}: {:?} in {}", shown.error(field), shown.html);
            let label = shown.label(field);
            assert!(shown.says(&format!("href=\"#field-{field}\">{label}: ")), "{field} is {label}: {}", shown.html);
            assert!(shown.says("lang=\"de\""));
            if field != "country" {
                assert_eq!(shown.value(field).as_deref(), Some(typed));
            }
        }
    }
    let none = ada.post("/account/addresses", &[]).await;
    for field in ["name", "line1", "city", "country"] {
        assert!(!none.error(field).is_empty(), "all at once: {field}");
    }
    let list = ada.get("/account/addresses").await;
    assert!(list.says("Norwegen") && addresses_of(&list) == [path], "{}", list.html);
}

#[tokio::test]
async fn a_card_number_empties_its_field_and_leaves_what_else_was_typed() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    ada.post("/account/addresses", HOME).await;
    let path = addresses_of(&ada.get("/account/addresses").await)[0].clone();
    let before = items(&bench, "address#");
    for target in ["/account/addresses", &path] {
        for field in ["name", "company", "phone"] {
            let shown = ada.post(target, &home_with(field, "4242 4242 4242 4242")).await;
            assert_eq!((shown.status, shown.value(field).as_deref()), (422, Some("")), "{target} {field}");
            assert!(shown.error(field).contains("card number") && !shown.says("4242"), "{field}: {}", shown.html);
            assert_eq!(shown.value("line1").as_deref(), Some("1 Quay"));
        }
    }
    assert_eq!(items(&bench, "address#"), before);
    let version = ada.get("/account").await.value("version").unwrap();
    let renamed = ada.post("/account", &[("name", "4242424242424242"), ("version", &version)]).await;
    assert_eq!((renamed.status, renamed.value("name").as_deref()), (422, Some("")));
    assert!(renamed.error("name").contains("card number") && !renamed.says("4242"), "{}", renamed.html);
}

#[tokio::test]
async fn a_full_address_book_says_so_and_keeps_what_was_typed() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    for number in 0..20 {
        let line = format!("{number} Quay");
        assert_eq!(ada.post("/account/addresses", &home_with("line1", &line)).await.status, 303);
    }
    let shown = ada.post("/account/addresses", &home_with("line1", "One too many")).await;
    assert_eq!((shown.status, shown.value("line1").as_deref()), (422, Some("One too many")));
    assert!(shown.says("20 addresses at most") && shown.html.len() < 60_000, "{}", shown.html.len());
    let choices = ada.get("/fragments/addresses").await;
    assert_eq!(choices.html.matches("name=\"saved_address\"").count(), 21);
}

#[tokio::test]
async fn another_persons_address_is_not_found_by_anybody() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    ada.post("/account/addresses", HOME).await;
    let path = addresses_of(&ada.get("/account/addresses").await)[0].clone();
    let removal = format!("{path}/removal");
    let (mut eve, mut guest) = (Browser::new(&bench), Browser::new(&bench));
    eve.sign_up("eve@example.com").await;
    let before = items(&bench, "address#");
    for body in [HOME, &[]] {
        for (target, fields) in [(&path, body), (&removal, body)] {
            let shown = eve.post(target, fields).await;
            assert_eq!(shown.status, 404, "{target}");
            assert!(!shown.says("Bergen") && !shown.says("Quay"));
            let lost = guest.post(target, fields).await;
            assert_eq!((lost.status, &*lost.location), (303, "/account/sign-in"));
        }
    }
    assert_eq!(eve.get(&path).await.status, 404);
    assert_eq!(eve.get("/account/addresses/addr_nonsense").await.status, 404);
    assert_eq!(items(&bench, "address#"), before);
}

#[tokio::test]
async fn customers_pages_lead_guests_to_signing_in_and_back() {
    let bench = bench();
    let mut guest = Browser::new(&bench);
    for path in ["/account", "/account/addresses", "/account/addresses/addr_1"] {
        let then = path.replace('/', "%2F").replace('_', "%5F");
        let shown = guest.get(path).await;
        assert_eq!((shown.status, shown.location), (303, format!("/account/sign-in?then={then}")));
    }
    for path in ["/account", "/account/addresses"] {
        let shown = guest.post(path, &[("name", "Eve")]).await;
        assert_eq!((shown.status, &*shown.location), (303, "/account/sign-in"));
    }
    for path in ["/account/sign-in", "/account/sign-up", "/fragments/account", "/fragments/addresses"] {
        assert_eq!(guest.get(path).await.status, 200, "{path}");
    }
}
