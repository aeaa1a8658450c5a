//! Answers that a browser keeps as a file. Refuses names that a header may not have.

use chassis::Problem;
use chassis::http::Response;
use serde::Serialize;

/// A file in JSON that people can read, too.
///
/// # Errors
/// If the value is no JSON, or the name has characters that a header may not have.
pub fn json_file(name: &str, value: &impl Serialize) -> Result<Response, Problem> {
    file(name, "application/json", serde_json::to_string_pretty(value).map_err(Problem::internal)?)
}

pub(crate) fn file(name: &str, media_type: &str, text: String) -> Result<Response, Problem> {
    let mut response = Response::new(text.into());
    let disposition = format!("attachment; filename=\"{name}\"");
    for (header, value) in [("content-type", media_type), ("content-disposition", &disposition)] {
        response.headers_mut().insert(header, value.parse().map_err(Problem::internal)?);
    }
    Ok(response)
}
