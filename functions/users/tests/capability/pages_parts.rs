//! What pages share: parts of other capabilities' pages, assets, languages and cookies.

use crate::browser::{Browser, unescaped};
use crate::harness::bench;
use crate::pages_account::{HOME, ada, addresses_of, home_with};
use chassis::testing::Request;
use events::ids::{CartId, OrderId};
use serde_json::Value;

const ACCESS: &str = "__Host-souk_access";

#[tokio::test]
async fn the_headers_part_names_who_is_signed_in_as_the_table_does_and_asks_it_of_nobody_else() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let mut guest = Browser::new(&bench);
    bench.dynamo.take_calls();
    let hers = ada.get("/fragments/account").await;
    assert!(hers.says("<a href=\"/account\">Ada</a>"), "{}", hers.html);
    assert_eq!(hers.headers["cache-control"], "no-store");
    let asked = bench.dynamo.take_calls();
    assert_eq!((asked.len(), asked[0].operation.as_str()), (1, "GetItem"), "{asked:?}");
    let request = Request::get("/fragments/account").header("referer", "https://shop.example/search?q=tea");
    let theirs = guest.send(request).await;
    assert!(theirs.says("href=\"/account/sign-in?then=%2Fsearch%3Fq%3Dtea\""), "{}", theirs.html);
    assert!(guest.get("/fragments/account").await.says("href=\"/account/sign-in\""));
    assert!(bench.dynamo.take_calls().is_empty());
    bench.world.pass_seconds(906);
    let expired = ada.get("/fragments/account").await;
    assert_eq!((expired.status, &*expired.location), (401, ""), "the page is asked to come again, not the part");
    assert!(!expired.says("<html"), "{}", expired.html);
}

#[tokio::test]
async fn saved_addresses_are_offered_as_the_fields_of_a_form() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    let mut guest = Browser::new(&bench);
    assert_eq!(guest.get("/fragments/addresses").await.html.trim(), "");
    assert_eq!(ada.get("/fragments/addresses").await.html.trim(), "", "there is none yet");
    let hostile = "\"><script>'&{} \\";
    ada.post("/account/addresses", &home_with("company", hostile)).await;
    let shown = ada.get("/fragments/addresses").await;
    assert!(!shown.says("<script>"), "{}", shown.html);
    let inputs: Vec<_> = shown.html.split("<input").skip(1).map(|input| input.split('>').next().unwrap()).collect();
    assert!(inputs[0].contains("value=\"\" checked"), "what is typed counts until somebody chooses: {}", inputs[0]);
    let value = inputs[1].split_once("value=\"").unwrap().1.split('"').next().unwrap();
    let address: Value = serde_json::from_str(&unescaped(value)).unwrap();
    assert_eq!(address["company"], hostile);
    for (field, typed) in HOME {
        assert_eq!(address[field], *typed, "{field}");
    }
}

#[tokio::test]
async fn the_default_address_is_chosen_unless_another_one_was_typed() {
    let bench = bench();
    let mut ada = ada(&bench).await;
    ada.post("/account/addresses", &home_with("line1", "1 Quay")).await;
    ada.post("/account/addresses", &home_with("line1", "2 Quay")).await;
    let book = ada.get("/account/addresses").await;
    assert!(!book.says("unless you choose another address"), "none is the default: {}", book.html);
    let second = book.html.split("<section").find(|section| section.contains("2 Quay")).unwrap();
    let action = second
        .split("action=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|action| action.ends_with("/default"));
    assert_eq!(ada.post(action.unwrap(), &[]).await.status, 303);
    let book = ada.get("/account/addresses").await;
    let says = |line: &str| {
        book.html.split("<section").find(|section| section.contains(line)).unwrap().contains("unless you choose")
    };
    assert!(says("2 Quay") && !says("1 Quay"), "{}", book.html);
    for (path, expected) in [("/fragments/addresses", "2 Quay"), ("/fragments/addresses?typed=true", "value=\"\"")] {
        let shown = ada.get(path).await;
        let checked: Vec<_> =
            shown.html.split("<input").filter(|input| input.split('>').next().unwrap().contains("checked")).collect();
        assert!(checked.len() == 1 && checked[0].contains(expected), "{path}: {}", shown.html);
    }
}

#[tokio::test]
async fn each_page_is_light_has_one_headline_and_speaks_both_languages() {
    let bench = bench();
    let (mut ada, mut guest) = (ada(&bench).await, Browser::new(&bench));
    ada.post("/account/addresses", HOME).await;
    let address = addresses_of(&ada.get("/account/addresses").await)[0].clone();
    for (path, english, german) in [
        ("/account", "Your account", "Ihr Konto"),
        ("/account/sign-in", "Sign in", "Anmelden"),
        ("/account/sign-up", "Create an account", "Konto anlegen"),
        ("/account/passkeys", "Passkeys", "Passkeys"),
        ("/account/addresses", "Your addresses", "Ihre Adressen"),
        (address.as_str(), "Edit address", "Adresse bearbeiten"),
    ] {
        for (language, headline) in [("en", english), ("de", german)] {
            let reader = if path.starts_with("/account/sign-") { &mut guest } else { &mut ada };
            reader.language = language;
            let shown = reader.get(path).await;
            assert_eq!(shown.html.matches("<h1").count(), 1, "{path}");
            assert!(
                shown.says(&format!("<h1>{headline}</h1>")) && shown.says(&format!("lang=\"{language}\"")),
                "{path}"
            );
            assert!(shown.html.len() < 30_000, "{path}: {}", shown.html.len());
            for inline in ["<style", " style=", " onclick=", "javascript:"] {
                assert!(!shown.says(inline), "{inline} in {path}");
            }
            assert_eq!(shown.headers["cache-control"], "no-store");
            let forms = shown.html.matches("method=\"post\"").count();
            assert_eq!(shown.html.matches("data-once").count(), forms, "a double click sends no form twice: {path}");
        }
    }
    let chosen = ada.get("/account?lang=en").await;
    assert_eq!((chosen.status, &*chosen.location), (303, "/account"));
    assert!(ada.get("/account").await.says("Your account"));
}

#[tokio::test]
async fn the_assets_of_the_pages_are_served() {
    let bench = bench();
    let mut guest = Browser::new(&bench);
    let page = guest.get("/account/sign-in").await;
    let stylesheet =
        page.html.split('"').find(|text| text.starts_with("/assets/users/") && text.ends_with(".css")).unwrap();
    let shown = guest.get(stylesheet).await;
    assert_eq!((shown.status, shown.headers["content-type"].as_str()), (200, Some("text/css; charset=utf-8")));
    assert!(shown.headers["cache-control"].as_str().unwrap().contains("immutable"));
}

/// A gateway takes 10 KB of request line and headers, of which all cookies together may be 3 KB.
#[tokio::test]
async fn all_cookies_together_fit_even_of_the_longest_name_and_address() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    let name = "𝒜".repeat(200);
    let email = format!("{}@{}.{}.{}.example", "a".repeat(64), "b".repeat(63), "c".repeat(63), "d".repeat(53));
    assert_eq!(email.len(), 254);
    let fields = [("name", &*name), ("email", &email), ("password", crate::harness::PASSWORD)];
    let done = ada.post("/account/sign-up", &fields).await;
    assert_eq!(done.status, 303, "{}", done.html);
    for line in &done.set_cookies {
        assert!(line.contains("; HttpOnly; SameSite=Lax; Secure; ") && line.len() < 4_096, "{line}");
    }
    let path_of =
        |start: &str| done.set_cookies.iter().any(|line| line.starts_with(start) && line.contains("Max-Age=1"));
    assert!(path_of("__Host-souk_access=") && path_of("__Secure-souk_refresh=") && path_of("__Secure-souk_device="));
    let order = format!("{}~1.1767225600.{}", OrderId::from_bits(u128::MAX), "t".repeat(43));
    ada.set("__Host-souk_orders", &[&*order; 5].join("|"), "/");
    ada.set("__Host-souk_cart", &format!("{}.{}", CartId::from_bits(u128::MAX), "t".repeat(43)), "/");
    ada.set("__Host-souk_lang", "de", "/");
    let sizes: Vec<_> = ["/orders", "/account/session", "/account/sign-in"].map(|path| ada.sent_to(path).len()).into();
    assert!(sizes.iter().all(|size| *size <= 3 * 1024), "{sizes:?}, of which {}", ada.cookie(ACCESS).unwrap().len());
    assert!(sizes[0] > 1_000, "the measure is of the longest: {sizes:?}");
}
