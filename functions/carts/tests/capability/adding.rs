//! Adding units to what is there: none is lost and none comes twice.

use crate::browser::{Browser, CART, TO_THE_CART, form_of, ordered, sent_to};
use crate::harness::{bench, placed, token};
use carts::domain::{KEPT_ADDITIONS, MAX_ADDITIONS};
use chassis::testing::{Request, Response};

#[tokio::test]
async fn units_are_added_to_those_that_are_there() {
    let bench = bench();
    for mut browser in [Browser::default(), Browser::signed_in(&token(&bench, 1))] {
        for (sku, quantity) in [("A", "2"), ("B", "1"), ("a", "3")] {
            assert_eq!(sent_to(&browser.add(&bench, sku, quantity).await), TO_THE_CART);
        }
        assert_eq!(ordered(&browser.cart(&bench).await), "A*5 B*1");
    }
}

#[tokio::test]
async fn the_cart_is_full_at_its_limit_and_not_before() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "60").await;
    // The bound of a single write counts both; the cart itself does not.
    guest.post(&bench, "/cart/lines/A", "quantity=10").await;
    assert_eq!(sent_to(&guest.add(&bench, "B", "90").await), TO_THE_CART);
    assert_eq!(guest.add(&bench, "A", "1").await.status, 409);
    assert_eq!(ordered(&guest.cart(&bench).await), "A*10 B*90");
}

#[test]
fn units_that_are_added_at_the_same_time_all_count() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = bench();
    let mine = token(&bench, 1);
    // Nobody opened the customer's cart before.
    let added: usize = std::thread::scope(|scope| {
        let browsers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    runtime().block_on(async {
                        let mut browser = Browser::signed_in(&mine);
                        let mut added = 0;
                        for n in 0..10 {
                            let sku = ["A", "B"][n % 2];
                            added += usize::from(browser.add(&bench, sku, "2").await.status == 303);
                        }
                        added
                    })
                })
            })
            .collect();
        browsers.into_iter().map(|browser| browser.join().unwrap()).sum()
    });
    assert_eq!(added, 40, "nothing was in the way");
    let page = runtime().block_on(Browser::signed_in(&mine).cart(&bench));
    assert_eq!(ordered(&page), "A*40 B*40");
}

/// The same event again, as it comes when a write is done and its answer is lost.
#[tokio::test]
async fn a_write_that_is_made_again_adds_nothing_more() {
    let bench = bench();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    customer.add(&bench, "A", "1").await;
    for (form, expected) in [("sku=A&quantity=2", "A*3"), ("sku=B&quantity=1", "A*3 B*1")] {
        let event = customer.event("/cart/lines", form);
        for _ in 0..2 {
            let answer = Response::from_answer(&bench.invoke(&event).await.unwrap());
            assert_eq!(sent_to(&answer), TO_THE_CART);
            assert_eq!(ordered(&customer.cart(&bench).await), expected);
        }
    }
}

#[tokio::test]
async fn a_write_that_is_made_again_after_others_adds_nothing_more() {
    let bench = bench();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    customer.add(&bench, "A", "1").await;
    let event = customer.event("/cart/lines", "sku=A&quantity=2");
    bench.invoke(&event).await.unwrap();
    for _ in 1..KEPT_ADDITIONS {
        customer.add(&bench, "B", "1").await;
        bench.invoke(&event).await.unwrap();
    }
    assert_eq!(ordered(&customer.cart(&bench).await), format!("A*3 B*{}", KEPT_ADDITIONS - 1));
}

#[tokio::test]
async fn a_cart_remembers_few_of_many_additions() {
    let bench = bench();
    let mut customer = Browser::signed_in(&token(&bench, 1));
    for _ in 0..3 * MAX_ADDITIONS {
        assert_eq!(sent_to(&customer.add(&bench, "A", "1").await), TO_THE_CART);
        let remembered = bench.dynamo.items()[0]["additions"]["L"].as_array().unwrap().len();
        assert!((1..=MAX_ADDITIONS).contains(&remembered), "{remembered}");
    }
    assert_eq!(ordered(&customer.cart(&bench).await), format!("A*{}", 3 * MAX_ADDITIONS));
}

#[tokio::test]
async fn a_cart_of_the_version_before_takes_units_too() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "2").await;
    let mut item = bench.dynamo.items().remove(0);
    for younger in ["units_at_most", "additions"] {
        item.as_object_mut().unwrap().remove(younger).unwrap();
    }
    bench.dynamo.put(&item);
    assert_eq!(sent_to(&guest.add(&bench, "A", "3").await), TO_THE_CART);
    assert_eq!(ordered(&guest.cart(&bench).await), "A*5");
}

#[tokio::test]
async fn an_order_empties_the_cart_that_the_page_showed() {
    let bench = bench();
    let mut guest = Browser::default();
    guest.add(&bench, "A", "2").await;
    guest.add(&bench, "B", "1").await;
    let id = guest.cookies[CART].split_once('.').unwrap().0.to_owned();
    let cart = crate::harness::Cart::new(&id, None);
    assert!(bench.deliver(&[placed(&bench, 1, None, Some(&cart), &[("A", 2)])]).await.is_empty());
    assert_eq!(ordered(&guest.cart(&bench).await), "B*1");
    // Beside the pages, programs see the same cart.
    let key = guest.cookies[CART].split_once('.').unwrap().1.to_owned();
    let seen = bench.http(Request::get(&format!("/v1/carts/{id}")).header("x-guest-token", &key)).await;
    assert_eq!(seen.body["lines"][0]["sku"], "B");
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_the_cart() {
    let bench = bench();
    let add = form_of("/cart/lines", "sku=A&quantity=1").header("sec-fetch-site", "same-origin");
    let answer = bench.invoke(&add.event()).await.unwrap();
    let cookie = answer["cookies"][0].as_str().unwrap();
    assert!(cookie.contains("Max-Age=2592000") && cookie.contains("Path=/;"), "{cookie}");
    let items = bench.dynamo.items();
    let ttl: i64 = items[0]["ttl"]["N"].as_str().unwrap().parse().unwrap();
    assert_eq!(ttl - bench.world.now().seconds(), 2_592_000);
}
