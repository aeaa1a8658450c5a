//! What a document shows of an operation: a request, and the answer if it succeeded. Refuses tokens and keys: most are others in
//! each run, and none should look like a secret.

use super::Caller;
use super::fixtures::Sample;
use chassis::Access;
use chassis::testing::Response;
use serde_json::{Map, Value, json};

/// Whose answer shows the operation best: the first caller's whom the route is for.
pub(super) fn shows_best(access: Access) -> Caller {
    match access {
        Access::Unauthenticated => Caller::Nobody,
        Access::OptionalAuth | Access::Customer | Access::CustomerOr(_) | Access::Owner(_) => Caller::Customer,
        Access::Needs(permission) if !Caller::Staff.may(permission) => Caller::Admin,
        Access::Needs(_) | Access::AnyStaff => Caller::Staff,
    }
}

/// The parameters by name, the request's and the response's body, as far as there are any.
pub(super) fn example(sample: &Sample, answer: &Response) -> Value {
    let mut example = json!({"parameters": sample.parameters()});
    if sample.body != json!({}) {
        example["request"] = stable(sample.body.clone());
    }
    if answer.status >= 300 {
        return example;
    }
    example["status"] = json!(answer.status);
    // A document is no example of itself, and a page is none of JSON.
    if answer.body.is_object() && !sample.route.contains("/openapi/") {
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
            // No reader takes it for a secret, and no checker of spelling for a word.
            if let Some(Value::String(token)) = members.get_mut("guest_token") {
                "guest-token…".clone_into(token);
            }
            if members.contains_key("crv") {
                // The key of RFC 8037, appendix A.
                members.insert("x".to_owned(), json!("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = stable(item.take())),
        Value::String(text) if ["eyJ", "rt_", "dt_", "souk_"].iter().any(|start| text.starts_with(start)) => {
            text.truncate(20);
            text.push('…');
        }
        _ => {}
    }
    value
}
