//! Staff find users by an address or the beginning of a name, at a cost that does not grow with the number of users.

use crate::harness::{PASSWORD, bench, items, refusal, sign_in, sign_up, sign_up_request};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use serde_json::{Value, json};
use users::Users;

async fn sign_up_named(bench: &Bench<Users>, email: &str, name: &str) -> String {
    // No network signs up often.
    bench.world.pass_seconds(60);
    let body = json!({"email": email, "password": PASSWORD, "name": name});
    let answer = bench.http(Request::post("/v1/users", body)).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn list(bench: &Bench<Users>, query: &[(&str, &str)]) -> Response {
    let query = serde_urlencoded::to_string(query).unwrap();
    bench.http(Request::get(&format!("/v1/users?{query}")).bearer(&bench.staff())).await
}

fn column<'a>(answer: &'a Response, field: &str) -> Vec<&'a str> {
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body["items"].as_array().unwrap().iter().map(|user| user[field].as_str().unwrap()).collect()
}

/// The names of all pages of a list.
async fn names(bench: &Bench<Users>, start: &str, limit: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut query = vec![("name", start), ("limit", limit)];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = list(bench, &query).await;
        let names = column(&page, "name");
        assert!(names.len() <= limit.parse().unwrap());
        found.extend(names.into_iter().map(str::to_owned));
        match page.body["cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return found,
        }
    }
}

#[tokio::test]
async fn an_address_finds_its_user_however_it_is_typed_and_nobody_else() {
    let bench = bench();
    let id = sign_up(&bench, "ada+tea@example.com").await.to_string();
    sign_up(&bench, "eve@example.com").await;
    for typed in ["ada+tea@example.com", " ADA+tea@Example.COM "] {
        let found = list(&bench, &[("email", typed)]).await;
        assert_eq!(column(&found, "id"), [&*id], "{typed}");
        assert!(found.body.get("cursor").is_none());
    }
    for other in ["ada@example.com", "nobody@example.com"] {
        assert_eq!(list(&bench, &[("email", other)]).await.body, json!({"items": []}), "{other}");
    }
}

#[tokio::test]
async fn a_user_of_an_international_domain_is_found_by_either_spelling() {
    let bench = bench();
    let id = sign_up(&bench, "ada@münchen.de").await.to_string();
    for typed in ["ada@münchen.de", "ada@xn--mnchen-3ya.de"] {
        assert_eq!(column(&list(&bench, &[("email", typed)]).await, "id"), [&*id], "{typed}");
    }
}

#[tokio::test]
async fn the_beginning_of_a_name_finds_all_who_are_called_so_in_order_and_page_by_page() {
    let bench = bench();
    let called = [
        "Jörg Bö",
        "jorge",
        "Jo",
        "JO",
        "Joan",
        "Bo",
        "Ann",
        "jo-ann",
        "Jó Z",
        "李 小龙",
        "李 明",
        "-",
        "O’Jo",
        "joanna",
        "Jo",
    ];
    for (number, name) in called.into_iter().enumerate() {
        sign_up_named(&bench, &format!("user{number}@example.com"), name).await;
    }
    let expected = ["Jo", "JO", "Jo", "jo-ann", "Jó Z", "Joan", "joanna", "Jörg Bö", "jorge"];
    for limit in ["1", "2", "4", "100"] {
        // Those who are called the same stand in the order in which they signed up.
        assert_eq!(names(&bench, "jo", limit).await, expected, "{limit} a page");
        assert_eq!(names(&bench, "JÖR", limit).await, ["Jörg Bö", "jorge"], "{limit} a page");
    }
    assert_eq!(names(&bench, "李", "1").await.len(), 2);
    assert_eq!(names(&bench, "李 小", "5").await, ["李 小龙"]);
    assert_eq!(names(&bench, "oj", "5").await, ["O’Jo"]);
    assert!(names(&bench, "joannas", "5").await.is_empty());
}

#[tokio::test]
async fn a_new_name_is_found_and_the_former_one_is_not() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let pair = sign_in(&bench, "ada@example.com").await;
    let patch = Request::new("PATCH", "/v1/users/me").body(r#"{"name": "Grace"}"#).bearer(&pair.access);
    assert_eq!(bench.http(patch).await.status, 200);
    assert!(names(&bench, "ada", "5").await.is_empty());
    assert_eq!(names(&bench, "gra", "5").await, ["Grace"]);
}

#[tokio::test]
async fn what_can_find_nobody_is_refused_and_so_are_two_ways_at_once() {
    let bench = bench();
    for _ in 0..2 {
        sign_up_named(&bench, &format!("{}@example.com", items(&bench, "profile").len()), "Ada").await;
    }
    let page = list(&bench, &[("name", "ada"), ("limit", "1")]).await;
    let cursor = page.body["cursor"].as_str().unwrap();
    for (query, parameter) in [
        (vec![("email", "ada")], "email"),
        (vec![("name", "…")], "name"),
        (vec![("name", &*"x".repeat(201))], "name"),
        (vec![("name", "ada"), ("email", "0@example.com")], "name"),
        (vec![("name", "ada"), ("cursor", cursor), ("limit", "0")], "limit"),
        (vec![("name", "ad"), ("cursor", cursor)], "cursor"),
        (vec![("email", "0@example.com"), ("cursor", cursor)], "cursor"),
        (vec![("cursor", cursor)], "cursor"),
        (vec![("nickname", "ada")], "nickname"),
    ] {
        let answer = list(&bench, &query).await;
        assert_eq!(refusal(&answer), (400, "invalid_parameter"), "{query:?}");
        assert_eq!(answer.body["parameter"], parameter, "{query:?}");
    }
}

#[tokio::test]
async fn fields_that_a_form_left_empty_look_for_nobody() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await.to_string();
    for query in [&[("email", ""), ("name", " ")][..], &[("email", "ada@example.com"), ("name", "")]] {
        assert_eq!(column(&list(&bench, query).await, "id"), [&*id], "{query:?}");
    }
}

#[tokio::test]
async fn a_user_of_an_earlier_version_is_found_by_name_after_the_next_change() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await.to_string();
    let mut former = bench.dynamo.item(&id, "profile").unwrap();
    for attribute in ["index1", "index1_sort"] {
        assert!(former.as_object_mut().unwrap().remove(attribute).is_some(), "{attribute}");
    }
    bench.dynamo.put(&former);
    assert!(names(&bench, "ada", "5").await.is_empty());
    assert_eq!(column(&list(&bench, &[("email", "ada@example.com")]).await, "id"), [&*id]);
    let pair = sign_in(&bench, "ada@example.com").await;
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions").bearer(&pair.access)).await.status, 204);
    assert_eq!(names(&bench, "ada", "5").await, ["Ada"]);
}

#[tokio::test]
async fn a_search_costs_the_same_among_few_users_and_among_many() {
    let bench = bench();
    assert_eq!(bench.http(sign_up_request("ada@example.com")).await.status, 201);
    let ada = items(&bench, "profile")[0].clone();
    let copy = |number: u32| -> Value {
        let id = UserId::from_bits((u128::from(number) << 80) | u128::from(number)).to_string();
        let mut copy = ada.clone();
        copy["pk"]["S"] = json!(id);
        copy["id"]["S"] = json!(id);
        copy["index1"]["S"] = json!(format!("names#{}", number % 4));
        copy["directory"]["S"] = json!(format!("users-{}", number % 4));
        copy["index1_sort"]["S"] = json!(format!("ada/{id}"));
        copy
    };
    let queries: [&[(&str, &str)]; 3] =
        [&[("name", "ada"), ("limit", "4")], &[("email", "ada@example.com")], &[("limit", "4")]];
    let mut costs = Vec::new();
    for more in [1..6, 6..2_000] {
        bench.dynamo.put_all(more.map(copy));
        for query in queries {
            bench.dynamo.take_calls();
            let found = column(&list(&bench, query).await, "id").len();
            let calls = bench.dynamo.take_calls();
            costs.push((found, calls.len(), calls.iter().map(|call| call.tenths_of_units).sum::<u64>()));
        }
    }
    assert_eq!(costs[..3], costs[3..]);
    assert_eq!(costs[..3], [(4, 5, 40), (1, 2, 20), (4, 5, 40)], "users, calls and tenths of units");
}
