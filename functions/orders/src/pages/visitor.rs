//! Who looks at an order: its customer, staff, or a guest whose browser keeps the order's token in a cookie. Owns the cookie with a
//! guest's last orders. Refuses to show an order to anybody else.

use crate::domain::order::Order;
use crate::service::Orders;
use chassis::http::cookies::{CookieName, Cookies};
use chassis::http::{Response, redirect};
use chassis::{Call, Caller, Problem, Service};
use events::ids::OrderId;
use events::users::Permission;
use lambda_http::http::header::{HeaderValue, SET_COOKIE};
use pages::Page;

/// Tokens of a guest's last orders: `<id>~<token>`, joined by `|`.
const ORDERS: CookieName = CookieName { name: "souk_orders", path: "/" };
/// As many orders as a browser keeps: all cookies together have few kilobytes.
const MAX_ORDERS: usize = 5;
/// How long a browser keeps them, in seconds. Each token ends by itself.
const KEPT: i64 = 90 * 24 * 60 * 60;

/// The orders of a guest that a browser keeps, the last one first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct GuestOrders(Vec<(OrderId, String)>);

impl GuestOrders {
    pub(super) fn of<B, Q>(app: &Orders, call: &Call<B, Q>) -> Self {
        Self::read(&cookies(app, call).get(ORDERS).unwrap_or_default())
    }

    fn read(text: &str) -> Self {
        let kept = text.split('|').filter_map(|entry| {
            let (id, token) = entry.split_once('~')?;
            Some((id.parse().ok()?, token.to_owned()))
        });
        Self(kept.take(MAX_ORDERS).collect())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = OrderId> {
        self.0.iter().map(|(id, _)| *id)
    }

    fn token(&self, id: OrderId) -> Option<&str> {
        self.0.iter().find(|(kept, _)| *kept == id).map(|(_, token)| token.as_str())
    }

    /// With one more, which replaces its own older token, and the oldest if there is no room.
    fn with(mut self, id: OrderId, token: &str) -> Self {
        self.0.retain(|(kept, _)| *kept != id);
        self.0.insert(0, (id, token.to_owned()));
        self.0.truncate(MAX_ORDERS);
        self
    }

    /// Without an order that forgot its guest.
    fn without(mut self, id: OrderId) -> Self {
        self.0.retain(|(kept, _)| *kept != id);
        self
    }

    fn text(&self) -> String {
        let entries: Vec<_> = self.0.iter().map(|(id, token)| format!("{id}~{token}")).collect();
        entries.join("|")
    }
}

fn cookies<'a, B, Q>(app: &'a Orders, call: &'a Call<B, Q>) -> Cookies<'a> {
    Cookies::new(&call.headers, app.wiring().tokens.issuer())
}

/// The `Set-Cookie` with which the browser keeps the token of a guest's order.
pub(super) fn kept<B, Q>(app: &Orders, call: &Call<B, Q>, id: OrderId, token: &str) -> HeaderValue {
    let orders = GuestOrders::of(app, call).with(id, token);
    cookies(app, call).keep(ORDERS, &orders.text(), KEPT)
}

/// The `Set-Cookie` with which the browser forgets the token of an order that forgot its guest.
pub(super) fn forgotten<B, Q>(app: &Orders, call: &Call<B, Q>, id: OrderId) -> HeaderValue {
    let orders = GuestOrders::of(app, call).without(id);
    cookies(app, call).keep(ORDERS, &orders.text(), KEPT)
}

/// The order in the path, if the visitor may see it. Of staff, those may who have the permission.
///
/// # Errors
/// 404 if there is none for this visitor; 401 if signing in may help: nobody is signed in, and the browser has no token.
pub(super) async fn admitted<B, Q>(app: &Orders, call: &Call<B, Q>, staff: Permission) -> Result<Order, Problem> {
    let id: OrderId = call.param("id")?;
    let token = GuestOrders::of(app, call).token(id).map(str::to_owned);
    let is_unknown = call.caller.identity.is_none() && token.is_none();
    if is_unknown {
        return Err(Problem::unauthenticated("Sign in to see this order, or open the link in our email."));
    }
    let caller = Caller { identity: call.caller.identity.clone(), guest_token: token };
    crate::http::admitted(app, &caller, id, staff, call.now).await
}

/// Whether the visitor, who may see the order, is its buyer: paying and buying again are the buyer's alone.
pub(super) fn is_buyer<B, Q>(app: &Orders, call: &Call<B, Q>, order: &Order) -> bool {
    let has_token = || order.is_open_to_a_guest() && GuestOrders::of(app, call).token(order.id).is_some();
    !call.caller.may(Permission::OrdersRead) || call.caller.is(order.customer) || has_token()
}

/// Opens an order by the link of an email: the browser keeps the token, which then leaves the address. A customer signs in.
///
/// # Errors
/// 404 if the link ended, or never was one.
pub(super) async fn by_link<B, Q>(app: &Orders, call: &Call<B, Q>, token: &str) -> Result<Response, Problem> {
    let id: OrderId = call.param("id")?;
    let caller = Caller { identity: None, guest_token: Some(token.to_owned()) };
    crate::http::admitted(app, &caller, id, Permission::OrdersRead, call.now).await?;
    let page = Page::new(app, call, "");
    let mut response = redirect(303, &page.href(&format!("/orders/{id}")));
    response.headers_mut().append(SET_COOKIE, kept(app, call, id, token));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_keeps_the_last_five_orders_of_a_guest_and_the_newest_token_of_each() {
        let id = |bits| OrderId::from_bits(bits);
        let mut orders = GuestOrders::default();
        for bits in 1..=6 {
            orders = orders.with(id(bits), &format!("token-{bits}"));
        }
        orders = orders.with(id(4), "newer");
        assert_eq!(orders.ids().collect::<Vec<_>>(), [4, 6, 5, 3, 2].map(id));
        assert_eq!((orders.token(id(4)), orders.token(id(1))), (Some("newer"), None));
        assert_eq!(GuestOrders::read(&orders.text()), orders);
    }

    #[test]
    fn a_cookie_that_cannot_be_read_keeps_what_can() {
        let text = format!("nonsense|{}~a|order_x~b||~", OrderId::from_bits(1));
        assert_eq!(GuestOrders::read(&text).ids().collect::<Vec<_>>(), [OrderId::from_bits(1)]);
        assert_eq!(GuestOrders::read(""), GuestOrders::default());
    }

    #[test]
    fn five_orders_fit_beside_the_other_cookies() {
        let token = format!("1.1893456000.{}", "a".repeat(43));
        let orders = (1..=5).fold(GuestOrders::default(), |orders, bits| orders.with(OrderId::from_bits(bits), &token));
        assert!(orders.text().len() <= 500, "{}", orders.text().len());
    }
}
