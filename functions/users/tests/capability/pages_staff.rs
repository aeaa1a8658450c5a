//! The staff's pages about users: where staff begin, whom they find, and what others do not see.

use crate::browser::{Browser, Shown};
use crate::harness::{PASSWORD, bench, grant, sign_up};
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::Role;
use serde_json::json;
use users::Users;

/// A browser of somebody with these roles, besides a customer's.
pub async fn signed_in<'a>(bench: &'a Bench<Users>, email: &str, roles: &[Role]) -> (UserId, Browser<'a>) {
    let id = sign_up(bench, email).await;
    for role in roles {
        grant(bench, email, *role).await;
    }
    let mut browser = Browser::new(bench);
    assert_eq!(browser.sign_in(email).await.status, 303);
    (id, browser)
}

async fn sign_up_named(bench: &Bench<Users>, email: &str, name: &str) -> UserId {
    bench.world.pass_seconds(60);
    let body = json!({"email": email, "password": PASSWORD, "name": name});
    bench.http(Request::post("/v1/users", body)).await.body["id"].as_str().unwrap().parse().unwrap()
}

/// The users that a list links to, in its order.
fn listed(shown: &Shown) -> Vec<String> {
    let links = shown.html.split("<a href=\"/staff/users/user_").skip(1);
    links.map(|rest| format!("user_{}", rest.split('"').next().unwrap())).collect()
}

fn next(shown: &Shown) -> Option<String> {
    let (before, _) = shown.html.split_once("\" rel=\"next\"")?;
    Some(before.rsplit_once("href=\"")?.1.replace("&#38;", "&"))
}

#[tokio::test]
async fn staff_pages_open_to_staff_and_to_nobody_else() {
    let bench = bench();
    let (id, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let (_, mut admin) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let (_, mut customer) = signed_in(&bench, "eve@example.com", &[]).await;
    let (user, name) = (format!("/staff/users/{id}"), format!("/staff/users/{id}/name"));
    let roles = format!("/staff/users/{id}/roles");
    for (path, for_staff) in [("/staff", 200), ("/staff/users", 200), (&*user, 200), ("/staff/users/audit", 403)] {
        let (guest, visitor) = (Browser::new(&bench).get(path).await, customer.get(path).await);
        assert_eq!((guest.status, visitor.status), (303, 403), "{path}");
        assert!(guest.location.starts_with("/account/sign-in?then=%2Fstaff"), "{path}: {}", guest.location);
        assert!(!visitor.says("staff@example.com"), "{path}");
        let shown = staff.get(path).await;
        assert_eq!((shown.status, admin.get(path).await.status), (for_staff, 200), "{path}");
        assert_eq!(shown.headers["cache-control"], "no-store", "{path}");
    }
    for (browser, status) in [(&mut Browser::new(&bench), 401), (&mut customer, 403), (&mut staff, 200)] {
        assert_eq!(browser.get(&name).await.status, status, "{name}");
    }
    for (browser, status) in [(&mut Browser::new(&bench), 303), (&mut customer, 403), (&mut staff, 403)] {
        let fields = [("admin", "yes"), ("confirmed", "yes"), ("version", "2")];
        assert_eq!(browser.post(&roles, &fields).await.status, status, "a forged form");
    }
    assert!(!staff.get(&user).await.says("<form method=\"post\""), "what one may not do is not offered");
    assert!(!staff.get("/staff/users").await.says("/staff/users/audit"));
    assert!(admin.get("/staff/users").await.says("href=\"/staff/users/audit\""));
}

#[tokio::test]
async fn the_header_leads_staff_to_their_pages_and_nobody_else() {
    let bench = bench();
    let cases: [(&str, &[Role], bool); 3] = [
        ("a@example.com", &[Role::Support], true),
        ("b@example.com", &[Role::Admin], true),
        ("c@example.com", &[], false),
    ];
    for (email, roles, leads) in cases {
        let (_, mut browser) = signed_in(&bench, email, roles).await;
        let shown = browser.get("/fragments/account").await;
        assert_eq!(shown.says("<a href=\"/staff\">Back office</a>"), leads, "{email}: {}", shown.html);
    }
    assert!(!Browser::new(&bench).get("/fragments/account").await.says("\"/staff\""));
}

#[tokio::test]
async fn staff_begin_where_each_area_says_what_waits_or_that_it_is_away() {
    let bench = bench();
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Admin]).await;
    let shown = staff.get("/staff").await;
    assert!(shown.says("<a href=\"/staff\" aria-current=\"page\">Overview</a>"), "{}", shown.html);
    assert!(shown.says("<a href=\"/staff/users\">Users</a>"), "{}", shown.html);
    let parts = events::routes::PAGES.iter().filter(|route| route.path.ends_with("/summary"));
    for part in parts {
        let area = part.path.strip_suffix("/summary").unwrap();
        let (_, card) = shown.html.split_once(&format!("<souk-fragment src=\"{}\"", part.path)).unwrap();
        let card = card.split("</souk-fragment>").next().unwrap();
        assert!(card.starts_with(" data-away=\"") && card.contains(&format!("<a href=\"{area}\">")), "{card}");
    }
}

#[tokio::test]
async fn what_staff_may_not_open_their_menu_and_their_start_page_do_not_show() {
    let bench = bench();
    let (id, mut clerk) = signed_in(&bench, "clerk@example.com", &[Role::Catalog]).await;
    let shown = clerk.get("/staff").await;
    for area in ["/staff/catalog", "/staff/shipping/zones", "/staff/inventory"] {
        assert!(shown.says(&format!("<a href=\"{area}\">")), "{area}: {}", shown.html);
    }
    for area in ["/staff/orders", "/staff/payments", "/staff/users", "/staff/users/alarms", "/dead-letters"] {
        assert!(!shown.says(&format!("{area}\"")), "{area}: {}", shown.html);
    }
    assert_eq!(clerk.get("/staff/users").await.status, 403);
    assert_eq!(clerk.get(&format!("/staff/users/{id}")).await.status, 403);
}

#[tokio::test]
async fn the_list_of_users_goes_page_by_page_without_gap_or_repeat_and_finds_by_address_or_name() {
    let bench = bench();
    let (own, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let mut everybody = vec![own.to_string()];
    for number in 0..24 {
        let name = if number % 2 == 0 { "Björn <b>" } else { "Zoë" };
        everybody.push(sign_up_named(&bench, &format!("user{number}@example.com"), name).await.to_string());
    }
    everybody.reverse();
    let (mut seen, mut way) = (Vec::new(), Some("/staff/users".to_owned()));
    while let Some(path) = way {
        let (shown, _) = staff.visit(&path).await;
        assert_eq!(shown.status, 200);
        seen.extend(listed(&shown));
        way = next(&shown);
    }
    assert_eq!(seen, everybody);
    let shown = staff.visit("/staff/users?who=BJORN").await.0;
    assert_eq!((listed(&shown).len(), shown.value("who").as_deref()), (12, Some("BJORN")));
    assert!(shown.says("Björn &#60;b&#62;") && !shown.says("<b>"), "{}", shown.html);
    let shown = staff.visit("/staff/users?who=User3%40example.com").await.0;
    assert_eq!(listed(&shown).len(), 1);
    assert!(shown.says("user3@example.com") && shown.says("Zoë"));
    for (nobody, told) in [("who=nobody%40example.com", "No user was found"), ("who=xyz", "No user was found")] {
        let shown = staff.visit(&format!("/staff/users?{nobody}")).await.0;
        assert!(shown.status == 200 && shown.says(told), "{}", shown.html);
    }
    for (wrong, typed, told) in
        [("who=%40x", "@x", "such as ada@example.com"), ("who=%22-%3E", "\"->", "one letter or digit")]
    {
        let shown = staff.visit(&format!("/staff/users?{wrong}")).await.0;
        assert_eq!((shown.status, shown.value("who").as_deref()), (422, Some(typed)));
        assert!(shown.error("who").contains(told), "{}", shown.html);
    }
}

#[tokio::test]
async fn a_page_of_names_goes_on_in_the_search_that_it_is_of() {
    let bench = bench();
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    for number in 0..22 {
        sign_up_named(&bench, &format!("user{number}@example.com"), &format!("Zoë & Co {number:02}")).await;
    }
    let first = staff.visit("/staff/users?who=zoe+%26+co").await.0;
    let second = staff.visit(&next(&first).unwrap()).await.0;
    assert_eq!((listed(&first).len(), listed(&second).len(), next(&second)), (20, 2, None));
    assert_eq!(second.value("who").as_deref(), Some("zoe & co"));
}

#[tokio::test]
async fn a_users_page_says_who_they_are_and_leads_to_their_orders() {
    let bench = bench();
    let (_, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let hostile = "<script>alert(1)</script>";
    let id = sign_up_named(&bench, "eve@example.com", hostile).await;
    let shown = staff.get(&format!("/staff/users/{id}")).await;
    assert!(!shown.says(hostile) && shown.says("&#60;script&#62;"), "{}", shown.html);
    for part in [
        "eve@example.com",
        "Customer</span>",
        &format!("src=\"/staff/orders/of/{id}\""),
        &format!("href=\"/staff/orders?customer={id}\""),
    ] {
        assert!(shown.says(part), "{part} in {}", shown.html);
    }
    for unknown in [UserId::from_bits(7).to_string(), "order_1".to_owned(), "summary".to_owned()] {
        assert_eq!(staff.get(&format!("/staff/users/{unknown}")).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn other_pages_show_a_name_where_they_know_an_id() {
    let bench = bench();
    let (id, mut staff) = signed_in(&bench, "staff@example.com", &[Role::Support]).await;
    let shown = staff.get(&format!("/staff/users/{id}/name")).await;
    assert!(shown.says(&format!("<a href=\"/staff/users/{id}\">Ada</a>")) && shown.says("staff@example.com"));
    assert!(!shown.says("<html"), "a part of a page: {}", shown.html);
    let unknown = UserId::from_bits(7).to_string();
    for (sent, text) in [(&*unknown, &*unknown), ("operator", "operator"), ("%3Cb%3E", "&#60;b&#62;")] {
        let shown = staff.get(&format!("/staff/users/{sent}/name")).await;
        assert_eq!((shown.status, shown.html.trim()), (200, text), "an id that is nobody's stays one");
    }
}

#[tokio::test]
async fn staff_pages_are_light_have_one_headline_and_speak_both_languages() {
    let bench = bench();
    let (id, mut admin) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let user = format!("/staff/users/{id}");
    for (path, english, german) in [
        ("/staff", "Overview", "Übersicht"),
        ("/staff/users", "Users", "Benutzer"),
        ("/staff/users?who=ada", "Users found for", "Gefundene Benutzer"),
        ("/staff/users/audit", "Audit log of users", "Änderungsprotokoll der Benutzer"),
        (&*user, "Change roles", "Rollen ändern"),
    ] {
        for (language, text) in [("en", english), ("de", german)] {
            admin.language = language;
            let shown = admin.get(path).await;
            assert_eq!((shown.status, shown.html.matches("<h1").count()), (200, 1), "{path}");
            assert!(shown.says(text) && shown.says(&format!("lang=\"{language}\"")), "{path}: {}", shown.html);
            assert!(shown.html.len() < 20_000, "{path}: {}", shown.html.len());
            for inline in ["<style", " style=", " onclick=", "javascript:"] {
                assert!(!shown.says(inline), "{inline} in {path}");
            }
            let forms = shown.html.matches("method=\"post\"").count();
            assert_eq!(shown.html.matches("data-once").count(), forms, "{path}");
        }
    }
}
