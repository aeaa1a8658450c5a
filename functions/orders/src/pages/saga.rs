//! The saga of an order, drawn: for visitors of a demo shop, and for staff.

use super::visitor::admitted;
use crate::service::Orders;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem, Service};
use std::sync::Arc;

/// `GET /fragments/orders/{id}/saga`.
pub(super) async fn drawing(app: Arc<Orders>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let order = admitted(&app, &call).await?;
    if !app.wiring().site.is_demo && !call.caller.is_staff() {
        return Err(Problem::not_found());
    }
    let _ = order;
    Err(Problem::not_found())
}
