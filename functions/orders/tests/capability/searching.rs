//! Finding orders: by what staff know of them, in lists whose pages cost the same however many orders there are.

use crate::harness::{Harness, authorized, delivered, dispatched, reserved};
use chassis::testing::{Request, Response};
use events::ids::{OrderId, UserId};
use events::inventory::StockRejected;

async fn list(harness: &Harness, query: &str) -> Response {
    harness.bench.http(Request::get(&format!("/v1/orders?{query}")).bearer(&harness.bench.staff())).await
}

/// The ids that a list has, over all its pages.
async fn ids(harness: &Harness, query: &str) -> Vec<OrderId> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(harness, &format!("{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{query}: {:?}", page.body);
        let items = page.body["items"].as_array().unwrap().iter();
        found.extend(items.map(|item| item["id"].as_str().unwrap().parse::<OrderId>().unwrap()));
        match page.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

async fn by_guest(harness: &Harness, number: u128, email: &str) -> OrderId {
    let quote = harness.quote(number);
    let mut body = harness.guest_body(&quote);
    body["email"] = email.into();
    let answer = harness.post_as_guest(&body).await;
    assert_eq!(answer.status, 202, "{:?}", answer.body);
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    quote.jti.order()
}

/// An order of each status: pending, awaiting payment, confirmed, completed, rejected, canceled.
async fn one_of_each(harness: &Harness) -> [OrderId; 6] {
    let completed = harness.confirmed(1).await;
    harness.receive(3, &dispatched(completed)).await;
    harness.settle().await;
    harness.receive(4, &delivered(completed)).await;
    harness.bench.world.pass_seconds(1);
    let rejected = harness.placed(2).await;
    let no_stock = StockRejected { order_id: rejected, reservation_id: rejected.reservation(), missing: Vec::new() };
    harness.receive(2, &no_stock).await;
    harness.bench.world.pass_seconds(1);
    let canceled = harness.awaiting_payment(3).await;
    assert_eq!(harness.cancel(canceled).await.status, 202);
    harness.settle().await;
    harness.bench.world.pass_seconds(1);
    let confirmed = harness.confirmed(4).await;
    harness.bench.world.pass_seconds(1);
    let awaiting = harness.awaiting_payment(5).await;
    harness.bench.world.pass_seconds(1);
    let pending = harness.placed(6).await;
    [pending, awaiting, confirmed, completed, rejected, canceled]
}

#[tokio::test]
async fn staff_see_all_orders_newest_first_and_those_of_one_state() {
    let harness = Harness::new();
    let [pending, awaiting, confirmed, completed, rejected, canceled] = one_of_each(&harness).await;
    for limit in [1, 2, 100] {
        let all = ids(&harness, &format!("limit={limit}")).await;
        assert_eq!(all, [pending, awaiting, confirmed, canceled, rejected, completed], "pages of {limit}");
    }
    for (query, found) in [
        ("status=pending", vec![pending]),
        ("status=awaiting_payment", vec![awaiting]),
        ("status=confirmed", vec![confirmed]),
        ("status=completed", vec![completed]),
        ("status=rejected", vec![rejected]),
        ("status=canceled", vec![canceled]),
        ("status=expired", vec![]),
        ("payment_state=captured", vec![completed]),
        ("fulfillment_state=created", vec![confirmed]),
        ("status=confirmed&payment_state=captured", vec![]),
        ("status=canceled&fulfillment_state=none", vec![canceled]),
    ] {
        assert_eq!(ids(&harness, query).await, found, "{query}");
        assert_eq!(ids(&harness, &format!("{query}&limit=1")).await, found, "{query}, one by one");
    }
    let whose = format!("customer={}", harness.ada);
    assert_eq!(ids(&harness, &whose).await.len(), 6);
    assert_eq!(ids(&harness, &format!("customer={}", UserId::from_bits(7))).await, []);
}

#[tokio::test]
async fn an_order_is_found_by_its_number_however_it_is_typed() {
    let harness = Harness::new();
    let [pending, _, _, completed, ..] = one_of_each(&harness).await;
    for id in [pending, completed] {
        let number = id.number().to_string();
        for typed in [number.clone(), number.to_lowercase(), number.replace('-', "%20"), number.replace('-', "")] {
            assert_eq!(ids(&harness, &format!("number={typed}")).await, [id], "{typed}");
        }
    }
    assert_eq!(ids(&harness, "number=00000-00000").await, []);
    assert_eq!(ids(&harness, &format!("number={}&status=completed", pending.number())).await, []);
}

#[tokio::test]
async fn a_guests_orders_are_found_by_the_mailbox_from_the_moment_they_are_placed_and_for_ever() {
    let harness = Harness::new();
    let first = by_guest(&harness, 1, "Grace@Example.com").await;
    harness.receive(2, &reserved(first)).await;
    harness.receive(2, &authorized(first, 1)).await;
    harness.settle().await;
    harness.bench.world.pass_seconds(60);
    let second = by_guest(&harness, 2, "grace+shop@example.com").await;
    by_guest(&harness, 3, "ada@example.com").await;
    for typed in ["grace@example.com", "grace%2Bother@example.com"] {
        assert_eq!(ids(&harness, &format!("email={typed}")).await, [second, first], "{typed}");
        assert_eq!(ids(&harness, &format!("email={typed}&limit=1")).await, [second, first], "{typed}");
    }
    assert_eq!(ids(&harness, "email=grace@example.com&status=confirmed").await, [first]);
    assert_eq!(ids(&harness, "email=nobody@example.com").await, []);
    let items = harness.bench.dynamo.items().into_iter().filter(|item| item["sk"]["S"] != "order");
    let kept = items.map(|item| item.to_string()).collect::<String>();
    assert!(!kept.contains("grace") && !kept.contains("example.com"), "no list names a person: {kept}");
}

#[tokio::test]
async fn an_order_is_found_by_each_of_its_skus_once_it_is_confirmed() {
    let harness = Harness::new();
    let [_, _, confirmed, completed, ..] = one_of_each(&harness).await;
    for sku in ["TEA-1", "tea-1", "MUG-1"] {
        assert_eq!(ids(&harness, &format!("sku={sku}")).await, [confirmed, completed], "{sku}");
    }
    assert_eq!(ids(&harness, "sku=MUG-1&status=completed").await, [completed]);
    assert_eq!(ids(&harness, "sku=OTHER").await, []);
}

/// The order was written, and the worker died before its SKUs were: the message comes again.
#[tokio::test]
async fn the_skus_of_an_order_are_written_by_the_next_delivery_if_the_first_one_failed() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &authorized(id, 1)).await;
    for sku in ["TEA-1", "MUG-1"] {
        harness.bench.dynamo.remove(&format!("sku#{sku}"), &id.to_string());
    }
    assert_eq!(ids(&harness, "sku=TEA-1").await, []);
    harness.receive(2, &authorized(id, 1)).await;
    assert_eq!(ids(&harness, "sku=TEA-1").await, [id]);
}

#[tokio::test]
async fn orders_are_found_by_the_time_of_their_placing() {
    let harness = Harness::new();
    let mut placed = Vec::new();
    for number in 1..=4 {
        placed.push((harness.bench.world.now().to_string(), harness.placed(number).await));
        harness.bench.world.pass_seconds(3_600);
    }
    let [(first, one), (second, two), (third, three), (fourth, four)] = <[_; 4]>::try_from(placed).unwrap();
    for (query, found) in [
        (format!("from={second}"), vec![four, three, two]),
        (format!("to={third}"), vec![two, one]),
        (format!("from={second}&to={fourth}"), vec![three, two]),
        (format!("from={fourth}&to={first}"), vec![]),
        (format!("from={second}&customer={}", harness.ada), vec![four, three, two]),
        (format!("to={second}&customer={}", harness.ada), vec![one]),
        (format!("from={third}&status=pending"), vec![three, four]),
    ] {
        assert_eq!(ids(&harness, &query).await, found, "{query}");
        assert_eq!(ids(&harness, &format!("{query}&limit=1")).await, found, "{query}, one by one");
    }
}

#[tokio::test]
async fn open_orders_come_by_what_happens_next_and_those_that_wait_for_staff_last() {
    let harness = Harness::new();
    let [_, _, confirmed, ..] = one_of_each(&harness).await;
    let stuck = harness.confirmed(7).await;
    harness.receive(3, &dispatched(stuck)).await;
    harness.bench.relay().await.unwrap();
    let mut item = harness.bench.dynamo.items().into_iter().find(|item| item["pk"]["S"] == stuck.to_string()).unwrap();
    item["due_at"]["S"] = orders::domain::overdue::WAITS_FOR_STAFF.to_string().into();
    harness.bench.dynamo.put(&item);
    assert_eq!(ids(&harness, "status=confirmed").await, [confirmed, stuck]);
    assert_eq!(ids(&harness, "status=confirmed&limit=1").await, [confirmed, stuck]);
}

#[tokio::test]
async fn customers_look_among_their_own_orders_only() {
    let harness = Harness::new();
    let [pending, _, confirmed, ..] = one_of_each(&harness).await;
    let guests = by_guest(&harness, 9, "ada@example.com").await;
    let own = |query: String| {
        let token = harness.ada_token();
        let harness = &harness;
        async move { harness.bench.http(Request::get(&format!("/v1/orders?{query}")).bearer(&token)).await }
    };
    let found = own(format!("number={}", confirmed.number())).await;
    assert_eq!(found.body["items"][0]["id"], confirmed.to_string());
    assert_eq!(own("status=pending".to_owned()).await.body["items"][0]["id"], pending.to_string());
    let others = own(format!("number={}", guests.number())).await;
    assert_eq!(others.body["items"], serde_json::json!([]));
    for query in ["email=ada@example.com".to_owned(), format!("customer={}", UserId::from_bits(2))] {
        assert_eq!(own(query).await.status, 403);
    }
}

#[tokio::test]
async fn a_condition_that_cannot_be_read_is_refused_by_name() {
    let harness = Harness::new();
    for (query, field) in [
        ("status=lost", "status"),
        ("payment_state=paid", "payment_state"),
        ("fulfillment_state=packed", "fulfillment_state"),
        ("from=yesterday", "from"),
        ("to=2026-11-30", "to"),
        ("email=nobody", "email"),
        ("number=12", "number"),
        ("sku=a%20b", "sku"),
    ] {
        let refused = list(&harness, query).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{query}");
        assert!(refused.body["detail"].as_str().unwrap().contains(field), "{query}: {:?}", refused.body);
    }
    harness.placed(1).await;
    harness.placed(2).await;
    let page = list(&harness, "limit=1").await;
    let cursor = page.body["cursor"].as_str().unwrap();
    let other = list(&harness, &format!("status=expired&cursor={cursor}")).await;
    assert_eq!((other.status, other.problem()), (400, "invalid_parameter"), "a cursor is of one list");
}

/// The units of a page's requests, in tenths, and its calls.
async fn cost(harness: &Harness, query: &str) -> (u64, usize) {
    harness.bench.dynamo.take_calls();
    assert_eq!(list(harness, query).await.status, 200);
    let calls = harness.bench.dynamo.take_calls();
    (calls.iter().map(|call| call.tenths_of_units).sum(), calls.len())
}

#[tokio::test]
async fn a_page_costs_the_same_with_a_thousand_old_orders() {
    let harness = Harness::for_many_orders();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    let id = quote.jti.order();
    let queries = [
        "limit=5".to_owned(),
        "status=canceled&limit=5".to_owned(),
        "status=awaiting_payment&limit=5".to_owned(),
        format!("number={}", id.number()),
        "email=nobody@example.com".to_owned(),
        "sku=TEA-1&limit=5".to_owned(),
    ];
    let model = harness.bench.dynamo.items().into_iter().find(|item| item["sk"]["S"] == "order").unwrap();
    let old = |count: std::ops::Range<u128>| {
        harness.bench.dynamo.put_all(count.map(|n| {
            let id = OrderId::from_bits(((1_700_000_000_000 + n) << 80) | (n << 40));
            let mut item = model.clone();
            item["pk"]["S"] = id.to_string().into();
            item["id"]["S"] = id.to_string().into();
            item["status"]["S"] = "completed".into();
            item["index1"]["S"] = format!("valid#{}", n % 4).into();
            item["index1_sort"]["S"] = id.time().millis().to_string().into();
            item["index2"]["S"] = id.number().to_string().into();
            for gone in ["due", "due_at"] {
                item.as_object_mut().unwrap().remove(gone);
            }
            item
        }));
    };
    old(0..20);
    let mut few = Vec::new();
    for query in &queries {
        few.push(cost(&harness, query).await);
    }
    old(20..1_000);
    for (query, few) in queries.iter().zip(few) {
        assert_eq!(cost(&harness, query).await, few, "{query}");
    }
}
