//! What people type, and who is locked out: addresses, names, passwords, SKUs, carts, empty fields.

use crate::buying::order_for;
use crate::cloud;
use crate::goods::{Goods, priced, stocked};
use crate::people::{Customer, PASSWORD, staff, unique};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::{Value, json};

fn sign_up(email: &str) -> Answer {
    Caller::anyone().post("/v1/users", &json!({"email": email, "password": PASSWORD, "name": "Ada"}))
}

fn sign_in(email: &str, password: &str) -> Answer {
    Caller::anyone().post("/v1/sessions", &json!({"email": email, "password": password}))
}

/// An order of a guest with this address.
fn guest_order(goods: &Goods, email: &Value) -> Answer {
    let guest = Caller::anyone();
    let mut body = order_for(&guest, &[(goods, 1)], "pm_card_visa");
    body["email"] = email.clone();
    guest.post("/v1/orders", &body)
}

#[test]
fn email_nfc_nfd() {
    let goods = stocked(1);
    for local in ["jos\u{e9}", "jose\u{301}"] {
        let email = format!("{local}{}@example.com", unique());
        sign_up(&email).refused(422, "invalid_field");
        sign_in(&email, PASSWORD).refused(422, "invalid_field");
        guest_order(&goods, &json!(email)).refused(422, "invalid_field");
    }
}

#[test]
fn email_idn_twins() {
    let name = unique();
    sign_up(&format!("{name}@münchen.de")).expect(201);
    for twin in ["xn--mnchen-3ya.de", "mu\u{308}nchen.de", "MÜNCHEN.DE"] {
        sign_up(&format!("{name}@{twin}")).refused(409, "email_taken");
        sign_in(&format!("{name}@{twin}"), PASSWORD).expect(201);
    }
}

#[test]
fn email_idn_ses() {
    let (goods, name) = (stocked(1), unique());
    let kept = format!("{name}@xn--mnchen-3ya.de");
    assert_eq!(sign_up(&format!("{name}@münchen.de")).expect(201)["email"], kept);
    guest_order(&goods, &json!(format!("{name}@münchen.de"))).expect(202);
    until("both are mailed to what mail servers know", || {
        let Some(mails) = cloud::mails_to(&name) else { return Some(()) };
        assert!(mails.iter().all(|mail| mail.to_string().contains(&kept) && !mail.to_string().contains("münchen")));
        (mails.len() >= 2).then_some(())
    });
}

#[test]
fn email_guest_rules() {
    let goods = stocked(6);
    for (typed, is_fine) in [
        ("  Ada@Example.COM ", true),
        ("ada@münchen.de", true),
        ("Ada@Example.COM", true),
        ("ada@example", false),
        ("a..da@example.com", false),
        ("ada@example.com.", false),
    ] {
        let email = typed.replace("ada@", &format!("ada{}@", unique())).replace("Ada@", &format!("Ada{}@", unique()));
        let (guest, user) = (guest_order(&goods, &json!(email)), sign_up(&email));
        assert_eq!(
            (guest.status, user.status),
            if is_fine { (202, 201) } else { (422, 422) },
            "{email:?}: {guest} {user}"
        );
        assert_eq!(guest.body["detail"], if is_fine { Value::Null } else { user.body["detail"].clone() });
    }
}

#[test]
fn name_invisible() {
    let customer = Customer::new();
    let adjust = format!("/v1/stock/{}/adjustments", stocked(1).sku);
    for name in ["\u{200b}", "\u{feff}", "\u{ad}", "\u{3164}", "\u{2800}", "A\u{2028}B", "A\u{202e}B", " "] {
        let account = json!({"email": format!("{}@example.com", unique()), "password": PASSWORD, "name": name});
        Caller::anyone().post("/v1/users", &account).refused(422, "invalid_field");
        let body = json!({"name": name}).to_string();
        customer.caller.send("PATCH", "/v1/users/me", Some(body.as_bytes())).refused(422, "invalid_field");
        let staff = staff().with("idempotency-key", &unique());
        staff.post(&adjust, &json!({"delta": 1, "reason": name})).refused(422, "invalid_field");
    }
}

#[test]
fn search_decomposed() {
    let word = unique();
    // In both normal forms: й, ё, ở, ά, è.
    let words = [
        ("йога", "и\u{306}ога"),
        ("зелёный", "зеле\u{308}ныи\u{306}"),
        ("phở", "pho\u{31b}\u{309}"),
        ("καφές", "καφε\u{301}ς"),
        ("crème", "cre\u{300}me"),
    ];
    for (number, (composed, decomposed)) in words.into_iter().enumerate() {
        for (form, title) in [composed, decomposed].into_iter().enumerate() {
            let sku = format!("W-{number}-{form}-{word}");
            let variant = json!({"sku": sku, "title": "Plain", "weight_grams": 1, "prices": [{"amount": 100, "currency": "EUR"}]});
            staff().put("/v1/categories/journeys", &json!({"name": "Journeys"})).expect_put();
            let product = json!({"title": format!("{title} {word}"), "slug": sku.to_lowercase(), "category": "journeys",
                "tax_class": "standard", "variants": [variant]});
            staff().post("/v1/products", &product).expect(201);
        }
    }
    for (composed, decomposed) in words {
        for typed in [composed, decomposed] {
            let query: String = format!("{typed} {word}").bytes().map(|byte| format!("%{byte:02X}")).collect();
            until(&format!("both forms are found by {typed}"), || {
                let found = Caller::anyone().get(&format!("/v1/products?q={query}")).expect(200);
                (found["items"].as_array().unwrap().len() == 2).then_some(())
            });
        }
    }
}

#[test]
fn password_edges() {
    for (password, status) in [
        ("a quiet\0harbour", 422),
        ("        ", 422),
        ("\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}", 422),
        ("kkkkkkkkkk", 422),
        (&"é".repeat(129), 422),
        (&(0..8).map(|cup| format!("👩🏽 mit Tee {cup} ")).collect::<String>(), 201),
        ("passwordpassword", 422),
    ] {
        let account = json!({"email": format!("{}@example.com", unique()), "password": password, "name": "Ada"});
        let answer = Caller::anyone().post("/v1/users", &account);
        assert_eq!(answer.status, status, "{password:?}: {answer}");
    }
    let (email, name) = (format!("{}@example.com", unique()), "Ada Lovelace");
    for own in [email.as_str(), &email.to_uppercase(), email.split('@').next().unwrap(), name, "adalovelace"] {
        let account = json!({"email": email, "password": own, "name": name});
        Caller::anyone().post("/v1/users", &account).refused(422, "invalid_field");
    }
    for (chosen, same, other) in [
        (
            format!("{}a", "seventy letters ".repeat(5)),
            format!("{}a", "seventy letters ".repeat(5)),
            format!("{}b", "seventy letters ".repeat(5)),
        ),
        (" a quiet harbour ".to_owned(), " a quiet harbour ".to_owned(), "a quiet harbour".to_owned()),
        ("Zoë am Mittag".to_owned(), "Zoe\u{308} am Mittag".to_owned(), "Zoe am Mittag".to_owned()),
    ] {
        let email = format!("{}@example.com", unique());
        let account = json!({"email": email, "password": chosen, "name": "Ada"});
        Caller::anyone().post("/v1/users", &account).expect(201);
        sign_in(&email, &same).expect(201);
        sign_in(&email, &other).refused(401, "invalid_credentials");
    }
}

#[test]
fn refresh_two_tabs() {
    let customer = Customer::new();
    let session = sign_in(&customer.email, PASSWORD).expect(201);
    let refresh = |token: &Value| Caller::anyone().post("/v1/sessions/refresh", &json!({"refresh_token": token}));
    let tabs = std::thread::scope(|scope| {
        let two = [0, 1].map(|_| scope.spawn(|| refresh(&session["refresh_token"])));
        two.map(|tab| tab.join().unwrap().expect(200))
    });
    assert_eq!(tabs[0]["refresh_token"], tabs[1]["refresh_token"]);
    refresh(&tabs[0]["refresh_token"]).expect(200);
}

#[test]
fn lockout() {
    let customer = Customer::new();
    let device = sign_in(&customer.email, PASSWORD).expect(201)["device_token"].clone();
    let guesses: Vec<_> =
        (0..11).map(|guess| sign_in(&customer.email, &format!("wrong guess {guess}")).status).collect();
    assert_eq!((guesses[0], guesses[10]), (401, 429), "{guesses:?}");
    sign_in(&customer.email, PASSWORD).refused(429, "too_many_attempts");
    let known = json!({"email": customer.email, "password": PASSWORD, "device_token": device});
    Caller::anyone().post("/v1/sessions", &known).expect(201);
}

#[test]
fn sku_case() {
    let goods = priced(&json!([{"amount": 1250, "currency": "EUR"}]));
    let (upper, lower) = (goods.sku.to_uppercase(), goods.sku.to_lowercase());
    let twin = json!({
        "title": "Twin", "slug": format!("twin-{}", unique()), "category": "journeys", "tax_class": "standard",
        "variants": [{"sku": lower, "title": "Plain", "weight_grams": 1, "prices": [{"amount": 100, "currency": "EUR"}]}],
    });
    staff().post("/v1/products", &twin).refused(409, "sku_taken");
    let received = staff().with("idempotency-key", &unique());
    received.post(&format!("/v1/stock/{lower}/adjustments"), &json!({"delta": 2, "reason": "journey"})).expect(201);
    assert_eq!(Caller::anyone().get(&format!("/v1/stock/{lower}")).expect(200)["sku"], upper);
    let customer = Customer::new();
    let cart = customer.caller.post("/v1/carts", &json!({})).expect(201)["id"].as_str().unwrap().to_owned();
    for (sku, quantity) in [(&lower, 1), (&upper, 2)] {
        customer.caller.put(&format!("/v1/carts/{cart}/lines/{sku}"), &json!({"quantity": quantity})).expect(200);
    }
    let lines = customer.caller.get(&format!("/v1/carts/{cart}")).expect(200)["lines"].clone();
    assert_eq!(lines, json!([{"sku": upper, "quantity": 2}]));
    let typed = Goods { sku: lower, word: goods.word };
    customer.caller.post("/v1/orders", &order_for(&customer.caller, &[(&typed, 2)], "pm_card_visa")).expect(202);
}

#[test]
fn cart_quantity_zero() {
    let (goods, customer) = (stocked(1), Customer::new());
    let cart = customer.caller.post("/v1/carts", &json!({})).expect(201)["id"].as_str().unwrap().to_owned();
    let put = |sku: &str, quantity: i64| {
        customer.caller.put(&format!("/v1/carts/{cart}/lines/{sku}"), &json!({"quantity": quantity}))
    };
    assert_eq!(put(&goods.sku, 2).expect(200)["lines"][0]["quantity"], 2);
    for _ in 0..2 {
        assert_eq!(put(&goods.sku, 0).expect(200)["lines"], json!([]));
    }
    put(&goods.sku, 101).refused(422, "invalid_field");
    put(&goods.sku, 100).expect(200);
    put("ANOTHER-SKU", 1).refused(409, "cart_full");
    put(&goods.sku, 99).expect(200);
    put("ANOTHER-SKU", 1).expect(200);
}

#[test]
fn optional_empty() {
    let (goods, anyone) = (stocked(1), Caller::anyone());
    for coupon in [json!(""), json!(" "), Value::Null] {
        let body = json!({"currency": "EUR", "lines": [{"sku": goods.sku, "quantity": 1}], "coupon": coupon, "ship_to": {"country": "DE"}});
        anyone.post("/v1/quotes", &body).expect(201);
    }
    guest_order(&goods, &json!("")).refused(422, "invalid_field");
    let customer = Customer::new();
    let mut body = order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    (body["email"], body["cart_id"]) = (json!(""), json!(""));
    customer.caller.post("/v1/orders", &body).expect(202);
}
