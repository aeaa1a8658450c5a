//! The HTTP API of carts: its routes, and the problem document of each rejection. Refuses decisions: those are the service's.

mod carts;
mod lines;
mod reminder;

use crate::domain::{MAX_LINES, Rejection};
use crate::service::Carts;
use chassis::{Access, Problem, Route};
use events::Capability;
use events::Sku;
use events::ids::CartId;
use events::users::Permission::{OrdersRead, OrdersWrite};

const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn routes() -> Vec<Route<Carts>> {
    use Access::{Customer, OptionalAuth, Owner};
    vec![
        Route::new("POST", "/v1/carts", OptionalAuth, 201, "Open a guest's cart, or the caller's own", carts::open)
            .named("openCart")
            .explained(
                "A signed-in user has one cart, which is found again. A guest gets a new cart, with the token that opens it.",
            )
            .refuses(&[(404, "not_found")]),
        Route::new("GET", "/v1/carts/{id}", Owner(OrdersRead), 200, "Get a cart", carts::read)
            .named("getCart")
            .explained("The SKUs and units in the cart. It holds no prices: a quote has them.")
            .variable::<CartId>("id"),
        Route::new("PUT", "/v1/carts/{id}/lines/{sku}", Owner(OrdersWrite), 200, "Set the units of a SKU", lines::put)
            .named("setCartLine")
            .explained(
                "Sets the units, whatever there were before; 0 removes the SKU. A cart takes no more units than a quote, all lines \
                 together. Staff change nobody's cart, so for them it is not found.",
            )
            .variable::<CartId>("id")
            .variable::<Sku>("sku")
            .refuses(&[(409, "cart_full"), (409, "cart_merged"), (422, "invalid_field")]),
        Route::new("DELETE", "/v1/carts/{id}/lines/{sku}", Owner(OrdersWrite), 200, "Remove a SKU", lines::delete)
            .named("deleteCartLine")
            .explained(
                "Answers with the cart that is left. A SKU that is not in it changes nothing. Staff change nobody's cart, so for \
                 them it is not found.",
            )
            .variable::<CartId>("id")
            .variable::<Sku>("sku")
            .refuses(&[(409, "cart_merged")]),
        Route::new("PUT", "/v1/carts/{id}/reminder", Customer, 200, "Ask to be reminded of the cart", reminder::put)
            .named("setCartReminder")
            .explained(
                "With `enabled` the caller gets an email when their cart was not ordered and not changed for some hours: once a change, \
                 and not more often than once in seven days. It needs a verified address.",
            )
            .variable::<CartId>("id")
            .refuses(&[(404, "not_found"), (409, "email_unverified"), (409, "reminders_off")]),
        Route::new(
            "POST",
            "/v1/carts/{id}/merge",
            Customer,
            200,
            "Merge a guest's cart into the caller's own",
            carts::merge,
        )
        .named("mergeCart")
        .explained(
            "Adds the units of a guest's cart, after signing in, and answers with the cart that comes of it. No SKU is lost. Of one \
             SKU it keeps no more units than a line may have; if the SKUs or the units of all are too many, nothing is merged. The \
             guest's cart is closed.",
        )
        .variable::<CartId>("id")
        .refuses(&[(409, "cart_full"), (409, "cart_merged")]),
        Route::openapi(Capability::Carts, DOCUMENT),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            // A cart does not exist for anybody else.
            Rejection::NotOwner => Self::not_found(),
            Rejection::Unverified => {
                Self::new(409, "email_unverified", "Confirm your email address first: no other gets such emails.")
            }
            Rejection::NoReminders => Self::new(409, "reminders_off", "This shop reminds nobody of a cart."),
            Rejection::Merged => Self::new(409, "cart_merged", "This cart was merged into another one."),
            Rejection::Full => Self::new(409, "cart_full", format!("A cart holds at most {MAX_LINES} different SKUs."))
                .with("limit", MAX_LINES),
            Rejection::TooManyUnits(limit) => {
                Self::new(409, "cart_full", format!("A cart holds at most {limit} units in total, as an order does."))
                    .with("limit", limit)
            }
            Rejection::TooManyOfOne(limit) => {
                Self::new(409, "cart_full", format!("A cart holds at most {limit} units of one SKU."))
                    .with("limit", limit)
            }
        }
    }
}
