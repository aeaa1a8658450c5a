//! What a document shows of an operation: a request that succeeded, and its answer. Refuses signatures and keys, which are others
//! in each run.

use super::fixtures::Sample;
use chassis::testing::Response;
use serde_json::{Map, Value, json};

/// The parameters by name, the request's and the response's body, as far as there are any.
pub(super) fn example(sample: &Sample, answer: &Response) -> Value {
    let mut example = json!({"parameters": sample.parameters(), "status": answer.status});
    if sample.body != json!({}) {
        example["request"] = stable(sample.body.clone());
    }
    // A document is no example of itself.
    if !answer.body.is_null() && !sample.route.contains("/openapi/") {
        example["response"] = stable(answer.body.clone());
    }
    example
}

impl Sample {
    fn parameters(&self) -> Map<String, Value> {
        let (_, template) = self.route.split_once(' ').unwrap();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let variable = |(name, value): (&str, &str)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), json!(value)))
        };
        let variables = template.split('/').zip(path.split('/')).filter_map(variable);
        let queried = query.split_once('=').map(|(name, value)| (name.to_owned(), json!(value)));
        variables.chain(queried).collect()
    }
}

fn stable(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| *member = stable(member.take()));
            if members.contains_key("crv") {
                // The key of RFC 8037, appendix A.
                members.insert("x".to_owned(), json!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = stable(item.take())),
        Value::String(text) if text.starts_with("eyJ") => {
            text.truncate(20);
            text.push('…');
        }
        _ => {}
    }
    value
}
