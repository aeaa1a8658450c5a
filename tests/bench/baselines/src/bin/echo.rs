//! A bare function behind an HTTP API, made with `lambda_http`: it answers with a little JSON.

use lambda_http::{Error, Request, Response, service_fn};
use serde_json::json;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(lambda_http::run(service_fn(async |request: Request| {
        let body = json!({"path": request.uri().path()}).to_string();
        let answer = Response::builder().header("content-type", "application/json").body(body);
        answer.map_err(Error::from)
    })))
}
