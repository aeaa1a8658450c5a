//! What the owner of an order does on its page: pay with another method, cancel. A second click does nothing more.

use super::order::show;
use super::visitor::admitted;
use super::words::Words;
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::http::payment_method;
use crate::service::Orders;
use ::pages::{Form, Page};
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use events::users::Permission::OrdersWrite;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PayForm {
    payment_method: String,
    /// Made by the page: a second click is the same attempt.
    key: String,
}

/// `POST /orders/{id}/payment`.
pub(super) async fn pay(app: Arc<Orders>, call: Call<Form<PayForm>>) -> Result<Response, Problem> {
    let order = admitted(&app, &call, OrdersWrite).await?;
    let PayForm { payment_method: typed, key } = &call.body.0;
    let is_key = (1..=64).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = Some(key.clone()).filter(|_| is_key);
    if order.waits_for_confirmation_of(typed, key.as_deref(), call.now) {
        let words = Words::of(Page::locale(&*app, &call));
        return show(&app, &call, &order, 409, Some(&words.refusals.bank_waits));
    }
    let outcome = match payment_method(typed) {
        Ok(method) => {
            let input = Input::PayAgain { method, key };
            app.pay_again(order.clone(), &input, &call.context()).await.map_err(Problem::from)
        }
        Err(problem) => Err(problem),
    };
    answered(&app, &call, order, outcome)
}

/// `POST /orders/{id}/cancellation`.
pub(super) async fn cancel(app: Arc<Orders>, call: Call<NoBody>) -> Result<Response, Problem> {
    let order = admitted(&app, &call, OrdersWrite).await?;
    let is_guest = !call.caller.is(order.customer) && !call.caller.may(OrdersWrite);
    let mut context = call.context();
    // Whoever has a guest's token is the guest, signed in or not.
    context.actor = context.actor.filter(|_| !is_guest);
    let outcome = app.act(order.clone(), &Input::Cancel, &context).await.map_err(Problem::from);
    answered(&app, &call, order, outcome)
}

/// The order's page, or why nothing was done.
fn answered<B>(
    app: &Orders,
    call: &Call<B>,
    before: Order,
    outcome: Result<Order, Problem>,
) -> Result<Response, Problem> {
    let problem = match outcome {
        Ok(order) => {
            let page = Page::new(app, call, "");
            return Ok(redirect(303, &page.href(&format!("/orders/{}", order.id))));
        }
        Err(problem) => problem,
    };
    let words = Words::of(Page::locale(app, call));
    match words.refusals.of(problem.kind).filter(|_| problem.status < 500) {
        Some(why) => show(app, call, &before, problem.status, Some(why)),
        None => Err(problem),
    }
}
