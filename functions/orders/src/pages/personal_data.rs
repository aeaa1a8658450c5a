//! A guest wants to be forgotten: the form on the order's page. Refuses to show the order afterwards: the guest's token opens it no more.

use super::order::show;
use super::visitor::{admitted, forgotten};
use super::words::Words;
use crate::service::Orders;
use ::pages::{Form, Page};
use chassis::http::{Response, redirect};
use chassis::{Call, Problem};
use events::users::Permission::OrdersWrite;
use lambda_http::http::header::SET_COOKIE;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmation {
    /// Not empty if the box was ticked.
    confirmed: String,
}

/// `POST /orders/{id}/personal-data`.
pub(super) async fn erase(app: Arc<Orders>, call: Call<Form<Confirmation>>) -> Result<Response, Problem> {
    let order = admitted(&app, &call, OrdersWrite).await?;
    let words = Words::of(Page::locale(&*app, &call));
    if call.body.0.confirmed.is_empty() {
        return show(&app, &call, &order, 422, Some(&words.order.forget_confirm_first));
    }
    let mut context = call.context();
    // Whoever has a guest's token is the guest, signed in or not.
    context.actor = context.actor.filter(|_| call.caller.may(OrdersWrite));
    let page = Page::new(&*app, &call, "");
    match app.erase_guest(order.clone(), &context).await.map_err(Problem::from) {
        Ok(order) if order.is_erased() => {
            let mut response = redirect(303, &page.href("/orders?done=forgotten"));
            response.headers_mut().append(SET_COOKIE, forgotten(&app, &call, order.id));
            Ok(response)
        }
        Ok(order) => Ok(redirect(303, &page.href(&format!("/orders/{}", order.id)))),
        Err(problem) => match words.refusals.of(problem.kind).filter(|_| problem.status < 500) {
            Some(why) => show(&app, &call, &order, problem.status, Some(why)),
            None => Err(problem),
        },
    }
}
