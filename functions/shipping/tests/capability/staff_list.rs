//! The list of what waits, as staff see it.

use crate::harness::{
    ORDER, arrive, bench, come_and_go, create_for, dispatch, html, order, spent, staff_form, staff_page, values,
    with_session,
};
use chassis::testing::{Bench, Request};
use events::Address;
use events::ids::{OrderId, UserId};
use events::shipping::CreateShipment;
use events::users::Role;
use shipping::Shipping;

const LIST: &str = "/staff/shipping";
const DAY: i64 = 24 * 60 * 60;

/// The orders of the rows, in the order of the page.
fn orders(page: &str) -> Vec<OrderId> {
    let links = values(page, "href", "/staff/orders/");
    links.iter().filter_map(|link| link.rsplit('/').next().unwrap().parse().ok()).collect()
}

/// The row of an order.
fn row(page: &str, order: OrderId) -> &str {
    let mut rows = page.split("<tr>").skip(2).map(|rest| rest.split("</tr>").next().unwrap());
    rows.find(|row| row.contains(&format!("/staff/orders/{order}\""))).unwrap()
}

/// The way to the next page.
fn next(page: &str) -> Option<String> {
    let (before, _) = page.split_once("\" rel=\"next\"")?;
    Some(before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
}

#[tokio::test]
async fn the_list_shows_what_must_leave_first_and_warns_of_what_has_a_day_left_or_is_too_late() {
    let bench = bench();
    for (number, seconds) in [(1, Some(3 * DAY)), (2, None), (3, Some(DAY)), (4, Some(60))] {
        arrive(&bench, order(number), seconds).await;
    }
    bench.world.pass_seconds(60);
    let answer = staff_page(&bench, LIST).await;
    let page = html(&answer);
    assert_eq!(orders(page), [4, 3, 1, 2].map(order));
    let (soon, late) = ("Less than 24 hours left", "Too late: keep the goods");
    for (number, warnings) in [(4, (false, true)), (3, (true, false)), (1, (false, false)), (2, (false, false))] {
        let row = row(page, order(number));
        assert_eq!((row.contains(soon), row.contains(late)), warnings, "{row}");
        let (shipment, number) = (order(number).shipment(), order(number).number());
        for part in [
            "Ada",
            "Germany",
            "standard",
            ">2</td>",
            &format!(">{number}</a>"),
            &format!("href=\"{LIST}/{shipment}\""),
            &format!("name=\"id\" value=\"{shipment}\""),
        ] {
            assert!(row.contains(part), "{part}: {row}");
        }
    }
    assert!(row(page, order(2)).contains("Any time"));
    assert_eq!(next(page), None);
}

#[tokio::test]
async fn the_list_goes_on_on_a_next_page_without_a_gap_or_a_repeat_and_keeps_the_carrier() {
    let bench = bench();
    for number in 1..=52 {
        arrive(&bench, order(number), Some(DAY)).await;
    }
    let first = staff_page(&bench, &format!("{LIST}?carrier=d%26hl")).await;
    let way = next(html(&first)).unwrap();
    assert!(way.contains("carrier=d%26hl") && way.contains("status=created"), "{way}");
    let second = staff_page(&bench, &way).await;
    let mut all = orders(html(&first));
    assert_eq!(all.len(), 50);
    all.extend(orders(html(&second)));
    assert_eq!(all, (1..=52).map(order).collect::<Vec<_>>());
    assert_eq!(next(html(&second)), None);
    let slips = values(html(&first), "href", "/staff/shipping/slips?")[0];
    assert_eq!(slips.matches("id=shp_").count(), 50, "{slips}");
}

#[tokio::test]
async fn the_list_costs_the_same_however_much_was_sent_before() {
    let cost = async |before: u128| {
        let bench = bench();
        come_and_go(&bench, 100..100 + before).await;
        arrive(&bench, ORDER, Some(DAY)).await;
        spent(&bench);
        let page = staff_page(&bench, LIST).await;
        assert_eq!(orders(html(&page)), [ORDER]);
        spent(&bench)
    };
    let few = cost(0).await;
    assert_eq!(few.len(), 5, "{few:?}");
    assert_eq!(cost(40).await, few);
}

#[tokio::test]
async fn dispatches_that_are_being_taken_back_have_a_list_of_their_own() {
    let bench = bench();
    arrive(&bench, ORDER, None).await;
    bench.http(dispatch(&bench, "0034")).await;
    let box_ticked = [("confirmed", "yes")];
    staff_form(&bench, &format!("{LIST}/{}/retraction", ORDER.shipment()), &box_ticked).await;
    let empty = staff_page(&bench, LIST).await;
    assert!(html(&empty).contains("No shipment waits to be packed."), "{empty:?}");
    let shown = staff_page(&bench, &format!("{LIST}?status=retracting")).await;
    let page = html(&shown);
    assert_eq!(orders(page), [ORDER]);
    assert!(!page.contains("name=\"id\"") && !page.contains("<button class=\"button\""), "nothing is to pack: {page}");
    assert!(page.contains("href=\"/staff/shipping?status=retracting\" aria-current=\"page\""), "{page}");
    assert_eq!(staff_page(&bench, &format!("{LIST}?status=dispatched")).await.status, 400);
    assert_eq!(staff_page(&bench, &format!("{LIST}?cursor=x")).await.status, 400);
}

#[tokio::test]
async fn pages_of_staff_are_for_staff_alone() {
    let bench = bench();
    arrive(&bench, ORDER, None).await;
    let before = bench.dynamo.items();
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    let shipment = format!("{LIST}/{}", ORDER.shipment());
    for page in [LIST, "/staff/shipping/slips", &shipment] {
        let guest = bench.http(Request::get(page)).await;
        let way = guest.header("location").unwrap_or_default().to_owned();
        assert!(guest.status == 303 && way.starts_with("/account/sign-in?then="), "{page}: {guest:?}");
        assert_eq!(bench.http(with_session(Request::get(page), &customer)).await.status, 403, "{page}");
    }
    assert_eq!(bench.http(Request::get("/staff/shipping/summary")).await.status, 401);
    assert_eq!(bench.http(with_session(Request::get("/staff/shipping/summary"), &customer)).await.status, 403);
    let tracking = [("carrier", "dhl"), ("tracking_number", "1")];
    for act in ["dispatch", "delivery", "tracking", "retraction"] {
        let form = || Request::form(&format!("{shipment}/{act}"), &tracking);
        assert_eq!(bench.http(form()).await.status, 303, "{act}");
        assert_eq!(bench.http(with_session(form(), &customer)).await.status, 403, "{act}");
        let foreign = with_session(form(), &bench.staff()).header("sec-fetch-site", "cross-site");
        assert_eq!(bench.http(foreign).await.status, 403, "{act}");
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn what_customers_typed_stays_text_on_every_page_of_staff() {
    let bench = bench();
    let hostile = "<script>\"'&";
    let ship_to = Address { name: hostile.into(), city: hostile.into(), ..create_for(ORDER, None).ship_to };
    let service = hostile.to_owned();
    let created = CreateShipment { ship_to, service, ..create_for(ORDER, None) };
    bench.receive(&ORDER.to_string(), 3, &created).await;
    let slips = format!("{LIST}/slips?id={}", ORDER.shipment());
    for target in [LIST, &format!("{LIST}/{}", ORDER.shipment()), &slips] {
        let shown = staff_page(&bench, target).await;
        let page = html(&shown);
        assert!(page.contains("&#60;script&#62;") && !page.contains("<script>"), "{target}: {page}");
    }
    let typed = [("carrier", ""), ("tracking_number", hostile)];
    let refused = staff_form(&bench, &format!("{LIST}/{}/dispatch", ORDER.shipment()), &typed).await;
    assert!(refused.status == 422 && !html(&refused).contains("<script>"), "{refused:?}");
}

async fn german(bench: &Bench<Shipping>, target: &str) -> String {
    let request = with_session(Request::get(target), &bench.staff()).header("accept-language", "de");
    html(&bench.http(request).await).to_owned()
}

#[tokio::test]
async fn staff_read_german_too() {
    let bench = bench();
    arrive(&bench, ORDER, Some(60)).await;
    let number = ORDER.number();
    let list = german(&bench, &format!("{LIST}?dispatched={}", order(8))).await;
    for part in ["Zu packen", "Versenden bis", "Weniger als 24 Stunden", "Deutschland", "ist versandt."] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let shipment = german(&bench, &format!("{LIST}/{}", ORDER.shipment())).await;
    assert!(shipment.contains(&format!("Sendung der Bestellung {number}")), "{shipment}");
    assert!(shipment.contains("Die Ware ist unterwegs") && shipment.contains("Angelegt"), "{shipment}");
    let slips = german(&bench, &format!("{LIST}/slips?id={}", ORDER.shipment())).await;
    assert!(slips.contains(&format!("Packzettel der Bestellung {number}")), "{slips}");
    assert!(german(&bench, "/staff/shipping/summary").await.contains("Zu packen"));
}
