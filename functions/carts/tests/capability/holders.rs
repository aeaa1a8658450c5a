//! Whose a cart is: a customer's cart is its customer's, a guest's is whoever's who has its token. Its id alone opens nothing.

use crate::harness::{Cart, bench, lines, merge, open, placed, put, remove, see, token};
use carts::Carts;
use chassis::testing::{Bench, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a caller is answered who tries everything with somebody else's cart.
async fn everything(bench: &Bench<Carts>, who: Option<&str>, cart: &Cart) -> [Response; 3] {
    [see(bench, who, cart).await, put(bench, who, cart, "A", 1).await, remove(bench, who, cart, "A").await]
}

#[tokio::test]
async fn a_customers_cart_is_nobody_elses_but_staff_may_look() {
    let bench = bench();
    let (mine, other) = (token(&bench, 1), token(&bench, 2));
    let cart = open(&bench, Some(&mine)).await;
    assert_eq!(cart.token, None, "a customer has a session");
    put(&bench, Some(&mine), &cart, "A", 3).await;
    let before = bench.dynamo.items();
    let as_guest = Cart::new(&cart.id, Some("made-up"));
    let by_its_id = Cart::new(&cart.id, Some(&cart.id));
    for (who, cart) in
        [(None, &as_guest), (None, &by_its_id), (Some(other.as_str()), &cart), (Some(&other), &by_its_id)]
    {
        let missing = see(&bench, who, &Cart::nowhere()).await;
        for answer in everything(&bench, who, cart).await {
            assert_eq!((answer.status, &answer.body["detail"]), (404, &missing.body["detail"]));
        }
    }
    for answer in everything(&bench, None, &cart).await {
        assert_eq!((answer.status, answer.problem()), (401, "unauthenticated"));
    }
    let staff = bench.staff();
    assert_eq!(lines(&see(&bench, Some(&staff), &cart).await), ["A×3"]);
    assert_eq!(put(&bench, Some(&staff), &cart, "A", 1).await.status, 404, "looking is not touching");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_guests_cart_opens_to_its_token_and_to_nothing_else() {
    let bench = bench();
    let (cart, other, customer) = (open(&bench, None).await, open(&bench, None).await, token(&bench, 1));
    put(&bench, None, &cart, "A", 3).await;
    let before = bench.dynamo.items();
    let tokens = [Some(cart.id.as_str()), Some("made-up"), Some(""), other.token.as_deref(), None];
    for (who, token) in tokens.iter().flat_map(|token| [(None, *token), (Some(customer.as_str()), *token)]) {
        let expected = if who.is_none() && token.is_none() { 401 } else { 404 };
        for answer in everything(&bench, who, &Cart::new(&cart.id, token)).await {
            assert_eq!(answer.status, expected, "{who:?} {token:?}: {answer:?}");
        }
    }
    assert_eq!(bench.dynamo.items(), before);
    put(&bench, Some(&customer), &cart, "A", 4).await;
    assert_eq!(lines(&see(&bench, Some(&customer), &cart).await), ["A×4"], "who has the token may be signed in");
    assert_eq!(lines(&see(&bench, Some(&bench.staff()), &Cart::new(&cart.id, None)).await), ["A×4"]);
}

#[tokio::test]
async fn a_guests_id_and_token_are_random_from_end_to_end_and_the_token_is_told_and_kept_nowhere() {
    let bench = bench();
    let mut carts = Vec::new();
    for _ in 0..40 {
        carts.push(open(&bench, None).await);
    }
    // A digit that the time or a version gives would be the same in all.
    let digits = |cart: &Cart, place: usize| cart.id.as_bytes()["cart_".len() + place];
    for place in 0..26 {
        assert!(carts.iter().map(|cart| digits(cart, place)).collect::<BTreeSet<_>>().len() > 3, "digit {place}");
    }
    let tokens: BTreeSet<_> = carts.iter().map(|cart| cart.token.clone().unwrap()).collect();
    assert!(tokens.len() == 40 && tokens.iter().all(|token| token.len() == 43), "32 bytes in base64url: {tokens:?}");
    let seen = see(&bench, None, &carts[0]).await;
    let stored = bench.dynamo.items().iter().map(ToString::to_string).collect::<String>();
    assert!(tokens.iter().all(|token| !stored.contains(token) && !seen.body.to_string().contains(token)));
}

#[tokio::test]
async fn a_guests_cart_is_merged_by_who_has_its_token() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (cart, guest) = (open(&bench, Some(&mine)).await, open(&bench, None).await);
    put(&bench, None, &guest, "A", 2).await;
    let before = bench.dynamo.items();
    for stolen in ["made-up", "", &guest.id] {
        let refused = merge(&bench, Some(&mine), &cart, &Cart::new(&guest.id, Some(stolen))).await;
        assert_eq!((refused.status, refused.problem()), (404, "not_found"), "{stolen}");
    }
    assert_eq!(bench.dynamo.items(), before);
    assert_eq!(lines(&merge(&bench, Some(&mine), &cart, &guest).await), ["A×2"]);
    let refused = merge(&bench, Some(&mine), &cart, &Cart::new(&guest.id, Some("made-up"))).await;
    assert_eq!(refused.status, 404, "nor is it told what became of it");
}

/// A guest's cart as the version before tokens left it.
async fn opened_before_tokens(bench: &Bench<Carts>) -> Cart {
    let cart = open(bench, None).await;
    let mut item = bench.dynamo.items().into_iter().find(|item| item["pk"]["S"] == cart.id).unwrap();
    item.as_object_mut().unwrap().remove("token_digest").unwrap();
    bench.dynamo.put(&item);
    Cart::new(&cart.id, Some(&cart.id))
}

#[tokio::test]
async fn a_cart_from_before_tokens_is_gone_on_with_and_its_id_is_its_token() {
    let bench = bench();
    let (mine, cart) = (token(&bench, 1), opened_before_tokens(&bench).await);
    for other in [None, Some("made-up"), Some("")] {
        let other = Cart::new(&cart.id, other);
        assert!(everything(&bench, None, &other).await.iter().all(|answer| [401, 404].contains(&answer.status)));
    }
    assert_eq!(lines(&put(&bench, None, &cart, "A", 2).await), ["A×2"]);
    assert!(bench.deliver(&[placed(&bench, 1, None, Some(&cart), &[("A", 1)])]).await.is_empty());
    assert_eq!(lines(&see(&bench, None, &cart).await), ["A×1"]);
    let own = open(&bench, Some(&mine)).await;
    assert_eq!(lines(&merge(&bench, Some(&mine), &own, &cart).await), ["A×1"]);
    let item = bench.dynamo.items().into_iter().find(|item| item["pk"]["S"] == cart.id).unwrap();
    assert_eq!((item["token_digest"].clone(), item["lines"].clone()), (Value::Null, json!({"M": {}})));
}
