//! What each service of AWS measures, metric by metric, by the pages that describe it. Owns the rules. Refuses to decide when
//! something happens: the simulator says so.

use super::alarm::{API, MILLION, VERSION};
use super::{CloudWatch, Series};
use crate::template::texts;
use serde_json::Value;

/// A message that nobody deleted yet.
#[derive(Debug, Clone, Copy)]
pub struct Undeleted {
    /// Milliseconds since it was sent.
    pub age: u64,
    pub receives: u32,
    /// Whether it can be received now.
    pub visible: bool,
}

/// Receives from which on a message no longer counts in a queue's age.
const POISONED: u32 = 3;

impl CloudWatch {
    /// A queue, once a minute (SQS developer guide, "Available CloudWatch metrics for Amazon SQS"). Visible messages can be received
    /// now; those not visible were received, and are neither deleted nor visible again; those with a delay are neither. The age
    /// leaves out a message that was received three times and not deleted ("poison pill"), until it is handled.
    pub fn queue(&mut self, name: &str, at: u64, messages: &[Undeleted]) {
        let series = |metric: &str| Series::new("AWS/SQS", metric, &[("QueueName", name)]);
        let count = |wanted: fn(&&Undeleted) -> bool| messages.iter().filter(wanted).count() as u64;
        self.put(series("ApproximateNumberOfMessagesVisible"), at, count(|message| message.visible));
        let in_flight = count(|message| !message.visible && message.receives > 0);
        self.put(series("ApproximateNumberOfMessagesNotVisible"), at, in_flight);
        let oldest = messages.iter().filter(|message| message.receives < POISONED).map(|message| message.age).max();
        self.put(series("ApproximateAgeOfOldestMessage"), at, oldest.unwrap_or_default() / 1_000);
    }

    /// An invocation (Lambda developer guide, "Types of metrics for Lambda functions"): an error is an exception, a crash or a
    /// time-out, with the time of the invocation. What an alias wakes is measured for the function, for the alias, and for the
    /// version behind it.
    pub fn invocation(&mut self, function: &str, at: u64, failed: bool) {
        let resource = format!("{function}:live");
        let dimensions = [("FunctionName", function), ("Resource", resource.as_str()), ("ExecutedVersion", VERSION)];
        for count in 1..=dimensions.len() {
            self.put(Series::new("AWS/Lambda", "Errors", &dimensions[..count]), at, u64::from(failed));
        }
    }

    /// An invocation for which no concurrency is left (the same page): it is neither an invocation nor an error.
    pub fn throttled(&mut self, function: &str, at: u64) {
        self.put(Series::new("AWS/Lambda", "Throttles", &[("FunctionName", function)]), at, 1);
    }

    /// An invocation that Lambda did not begin, as the function had been part of the same chain about 16 times (the same page, and
    /// "Use Lambda recursive loop detection").
    pub fn dropped(&mut self, function: &str, at: u64) {
        self.put(Series::new("AWS/Lambda", "RecursiveInvocationsDropped", &[("FunctionName", function)]), at, 1);
    }

    /// A batch of a stream that is given to a function (the same page): the age of its last record then. Nothing is measured while
    /// nobody reads the stream.
    pub fn batch_of_stream(&mut self, function: &str, at: u64, age: u64) {
        self.put(Series::new("AWS/Lambda", "IteratorAge", &[("FunctionName", function)]), at, age);
    }

    /// A request to the HTTP API (API Gateway developer guide, "Working with metrics for HTTP APIs"): 5xx whoever answers so, the
    /// latency with the time of the function.
    pub fn request(&mut self, at: u64, millis: u64, status: u16) {
        self.put(Series::new("AWS/ApiGateway", "5xx", &[("ApiId", API)]), at, u64::from(status >= 500));
        self.put(Series::new("AWS/ApiGateway", "Latency", &[("ApiId", API)]), at, millis);
    }

    /// A call that a table throttles (DynamoDB developer guide, "DynamoDB metrics and dimensions"), on demand too: an event by table,
    /// or by table and index if it is the index that cannot follow.
    pub fn table_throttled(&mut self, table: &str, index: Option<&str>, writes: bool, at: u64) {
        let metric = if writes { "WriteThrottleEvents" } else { "ReadThrottleEvents" };
        let mut dimensions = vec![("TableName", table)];
        dimensions.extend(index.map(|index| ("GlobalSecondaryIndexName", index)));
        self.put(Series::new("AWS/DynamoDB", metric, &dimensions), at, 1);
    }

    /// The reputation of a configuration set (SES developer guide, "Creating reputation monitoring alarms using CloudWatch"): which part of
    /// its emails came back for good, and which part was called spam. A fraction, here in millionths. SES takes emails of many days; here
    /// it is those of the run.
    pub fn reputation(&mut self, configuration_set: &str, at: u64, sent: u64, bounces: u64, complaints: u64) {
        for (metric, part) in [("Reputation.BounceRate", bounces), ("Reputation.ComplaintRate", complaints)] {
            let series = Series::new("AWS/SES", metric, &[("ses:configuration-set", configuration_set)]);
            self.put(series, at, part * MILLION / sent.max(1));
        }
    }

    /// A request that the firewall blocks (AWS WAF developer guide, "AWS WAF metrics and dimensions"): by its web ACL, for the rule
    /// that blocks and for all.
    pub fn blocked(&mut self, web_acl: &str, at: u64) {
        self.put(Series::new("AWS/WAFV2", "BlockedRequests", &[("WebACL", web_acl), ("Rule", "ALL")]), at, 1);
    }

    /// A line of a function's log in the embedded metric format (CloudWatch user guide, "Specification: Embedded metric format"):
    /// each metric for each set of dimensions.
    pub fn line(&mut self, line: &Value) {
        let at = line["_aws"]["Timestamp"].as_u64().unwrap();
        for directive in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            for set in directive["Dimensions"].as_array().unwrap() {
                let value = |name: &str| line[name].as_str().unwrap_or_else(|| panic!("{name} of {line}")).to_owned();
                let dimensions: Vec<_> = texts(set).into_iter().map(|name| (name, value(name))).collect();
                let dimensions: Vec<_> = dimensions.iter().map(|(name, value)| (*name, value.as_str())).collect();
                for metric in directive["Metrics"].as_array().unwrap() {
                    let name = metric["Name"].as_str().unwrap();
                    let series = Series::new(directive["Namespace"].as_str().unwrap(), name, &dimensions);
                    self.put(series, at, line[name].as_u64().unwrap());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Statistic;
    use super::*;

    #[test]
    fn the_age_of_a_queue_leaves_out_what_was_received_three_times() {
        let mut cloud = CloudWatch::default();
        let poisoned = Undeleted { age: 9_000_000, receives: 3, visible: false };
        let young = Undeleted { age: 2_000, receives: 1, visible: false };
        cloud.queue("q", 0, &[poisoned, young, Undeleted { age: 1_000, receives: 0, visible: true }]);
        let value =
            |metric| cloud.statistic(&Series::new("AWS/SQS", metric, &[("QueueName", "q")]), Statistic::Maximum, 0, 1);
        assert_eq!(value("ApproximateAgeOfOldestMessage"), Some(2));
        assert_eq!(value("ApproximateNumberOfMessagesNotVisible"), Some(2));
        assert_eq!(value("ApproximateNumberOfMessagesVisible"), Some(1));
    }
}
