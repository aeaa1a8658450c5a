//! Whose cart a page is about: the customer's, by the session, or a guest's, by the cookie. A guest who signed in has both carts, until
//! they are one. Refuses to tell why a cookie opens nothing: its visitor starts anew.

use crate::domain::{Cart, GUEST_DAYS, cart_of};
use crate::service::{Adoption, Carts, Error};
use chassis::http::Response;
use chassis::http::cookies::{CookieName, Cookies};
use chassis::{Call, Caller, Problem};
use events::ids::CartId;
use lambda_http::http::HeaderValue;
use lambda_http::http::header::SET_COOKIE;

/// A guest's cart with the token that opens it: `<cart id>.<token>`.
pub(super) const CART: CookieName = CookieName { name: "souk_cart", path: "/" };

/// Seconds that a browser keeps the cookie: as long as the table keeps the cart.
const KEPT: i64 = GUEST_DAYS * 86_400;

/// A visitor with the cart to show.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Acts on the cart.
    pub caller: Caller,
    /// The visitor's cart, which may never have been opened.
    pub id: Option<CartId>,
    /// A guest's cart that does not fit into the customer's, and its holder.
    pub left: Option<(Cart, Caller)>,
    /// The cart, if it was read already.
    known: Option<Option<Cart>>,
    cookie: Option<HeaderValue>,
}

impl Visitor {
    /// The visitor of a call. A guest's cart moves into the customer's by the way.
    pub(super) async fn of<B: Sync, Q: Sync>(app: &Carts, call: &Call<B, Q>) -> Result<Self, Problem> {
        let cookies = Cookies::new(&call.headers, app.wiring.tokens.issuer());
        let shown = cookies.get(CART).and_then(|value| shown(&value));
        let guest = |token| Caller { identity: None, guest_token: Some(token) };
        let customer = Caller { guest_token: None, ..call.caller.clone() };
        let own = customer.user().map(cart_of);
        let (id, caller) = match shown {
            None => (own, customer),
            Some((id, token)) if own.is_none() => (Some(id), guest(token)),
            Some((guest_id, token)) => {
                let Adoption { own: cart, left } = app.adopt(guest_id, &token, &call.context()).await?;
                let cookie = left.is_none().then(|| cookies.forget(CART));
                let left = left.map(|cart| (cart, guest(token)));
                return Ok(Self { caller: customer, id: own, left, known: Some(cart), cookie });
            }
        };
        Ok(Self { caller, id, left: None, known: None, cookie: None })
    }

    /// The cart, if there is one that is open. A cookie that opens none is forgotten.
    pub(super) async fn cart<B, Q>(&mut self, app: &Carts, call: &Call<B, Q>) -> Result<Option<Cart>, Problem> {
        if let Some(known) = self.known.take() {
            return Ok(known);
        }
        let Some(id) = self.id else {
            return Ok(None);
        };
        match app.cart(id, &self.caller).await {
            Ok(cart) if cart.merged_into.is_none() => return Ok(Some(cart)),
            Ok(_) | Err(Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        if self.caller.guest_token.is_some() {
            self.cookie = Some(Cookies::new(&call.headers, app.wiring.tokens.issuer()).forget(CART));
        }
        Ok(None)
    }

    /// Keeps the cookie as long as the cart, which was just changed. A new cart has another token.
    pub(super) fn keep<B, Q>(&mut self, app: &Carts, call: &Call<B, Q>, cart: CartId, token: Option<String>) {
        if let Some(token) = token.or_else(|| self.caller.guest_token.clone()) {
            let cookies = Cookies::new(&call.headers, app.wiring.tokens.issuer());
            self.cookie = Some(cookies.keep(CART, &format!("{cart}.{token}"), KEPT));
        }
    }

    /// The answer, with what the browser is to keep or forget.
    pub(super) fn answer(self, mut response: Response) -> Response {
        if let Some(cookie) = self.cookie {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// What a cookie names.
fn shown(value: &str) -> Option<(CartId, String)> {
    let (id, token) = value.split_once('.')?;
    Some((id.parse().ok()?, token.to_owned()))
}
