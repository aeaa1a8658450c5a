//! Least privilege, measured: what the functions ask of AWS is inside their policies, and the policies inside that.

use crate::policy::{Allowed, everything_allowed, needed};
use std::collections::BTreeSet;
use system_tests::sim::plan::Journey;
use system_tests::sim::rights::Right;
use system_tests::sim::{everyone, hardship, run, steps};

/// What Lambda does with a function's role by itself, so that no call of the function's is ever recorded.
const BY_LAMBDA: [(&str, &str); 9] = [
    ("logs:CreateLogStream", "writes the log"),
    ("logs:PutLogEvents", "writes the log"),
    ("sqs:ReceiveMessage", "polls the inbox"),
    ("sqs:DeleteMessage", "acknowledges what was handled"),
    ("sqs:GetQueueAttributes", "polls the inbox"),
    ("dynamodb:DescribeStream", "polls the stream"),
    ("dynamodb:GetRecords", "polls the stream"),
    ("dynamodb:GetShardIterator", "polls the stream"),
    ("dynamodb:ListStreams", "polls the stream"),
];

/// What was asked for and is not allowed.
pub fn forbidden(rights: &BTreeSet<Right>) -> Vec<Allowed> {
    let allowed = everything_allowed();
    needed(rights).into_iter().filter(|need| !allowed.contains(need)).collect()
}

/// Every route as everyone, every journey, and what seldom happens.
fn everything_asked() -> BTreeSet<Right> {
    let mut rights = hardship::rights();
    rights.extend(everyone::try_everything().rights);
    for journey in Journey::ALL {
        rights.extend(run(&steps::plan(journey, None)).rights);
    }
    rights
}

#[test]
fn policies_allow_all_that_functions_ask_of_aws_and_nothing_else() {
    let asked = everything_asked();
    let forbidden = forbidden(&asked);
    assert!(forbidden.is_empty(), "asked for and not allowed: {forbidden:#?}");
    let needed = needed(&asked);
    let by_lambda = |allowed: &Allowed| BY_LAMBDA.iter().any(|(action, _)| allowed.action == *action);
    let idle: Vec<_> =
        everything_allowed().into_iter().filter(|allowed| !needed.contains(allowed) && !by_lambda(allowed)).collect();
    assert!(idle.is_empty(), "allowed and never asked for: {idle:#?}");
}
