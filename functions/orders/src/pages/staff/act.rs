//! What staff do to an order: cancel it, send again what waits for an answer. Each is confirmed, and each is the API's own request.

use super::order::{Said, show};
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::pages::words::Words;
use crate::service::Orders;
use ::pages::{Form, Page};
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Confirmation {
    /// Not empty if the box was ticked.
    confirmed: String,
}

/// `POST /staff/orders/{id}/cancellation`.
pub(in crate::pages) async fn cancel(app: Arc<Orders>, call: Call<Form<Confirmation>>) -> Result<Response, Problem> {
    let order = app.find(call.param("id")?).await?;
    if call.body.0.confirmed.is_empty() {
        let words = &Words::of(Page::locale(&*app, &call)).staff.order;
        return show(&app, &call, &order, 422, Said::refused(&words.confirm_first)).await;
    }
    let outcome = app.act(order.clone(), &Input::Cancel, &call.context()).await.map_err(Problem::from);
    answered(&app, &call, &order, outcome, "cancellation").await
}

/// `POST /staff/orders/{id}/redrive`. Every receiver knows a repeat, so nobody is asked twice.
pub(in crate::pages) async fn redrive(app: Arc<Orders>, call: Call<NoBody>) -> Result<Response, Problem> {
    let order = app.find(call.param("id")?).await?;
    let outcome = app.redrive(order.clone(), &call.context()).await.map_err(Problem::from);
    answered(&app, &call, &order, outcome, "redrive").await
}

async fn answered<B>(
    app: &Orders,
    call: &Call<B>,
    before: &Order,
    outcome: Result<Order, Problem>,
    done: &str,
) -> Result<Response, Problem> {
    let problem = match outcome {
        Ok(order) => {
            let page = Page::new(app, call, "");
            return Ok(redirect(303, &page.href(&format!("/staff/orders/{}?done={done}", order.id))));
        }
        Err(problem) => problem,
    };
    let words = Words::of(Page::locale(app, call));
    match words.refusals.of(problem.kind).filter(|_| problem.status < 500) {
        Some(why) => show(app, call, before, problem.status, Said::refused(why)).await,
        None => Err(problem),
    }
}
