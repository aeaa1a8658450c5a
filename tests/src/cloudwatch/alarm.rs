//! The alarms of the templates, with names and numbers as a deployment of their defaults would have them, and their states.
//! Owns the evaluation of `M` of `N` periods. Refuses what the templates do not use.

use super::{CloudWatch, Series, Statistic};
use crate::template::Template;
use events::Capability;
use serde_json::Value;

const APP: &str = "souk";
/// The version that every function has.
pub const VERSION: &str = "7";
/// The id of the HTTP API.
pub const API: &str = "api";
const MINUTE: u64 = 60_000;
/// Parts of a fraction.
pub const MILLION: u64 = 1_000_000;

/// An alarm of a template.
#[derive(Debug, Clone)]
pub struct Alarm {
    /// As deployed: `souk-test-orders-sweep-lag`.
    pub name: String,
    /// The name without application, stage and capability: what `docs/operations.md` calls it.
    pub kind: String,
    pub description: String,
    pub series: Series,
    pub statistic: Statistic,
    pub period: u64,
    /// How many periods are looked at.
    pub periods: u64,
    /// How many of them must be above the threshold.
    pub datapoints: u64,
    /// A fraction is in millionths, as the samples of its series are.
    pub threshold: u64,
    /// Whether a period without samples counts as one above the threshold.
    pub breaches_without_samples: bool,
}

impl Alarm {
    /// Every alarm of every template, on this stage.
    pub fn all(stage: &str) -> Vec<Self> {
        let capabilities = Template::of_capabilities().into_iter().map(|(_, template)| template);
        let templates = capabilities.chain([Template::platform(), Template::named("edge")]);
        templates.flat_map(|template| of_template(&template, stage)).collect()
    }

    /// Whether it is red at an instant. CloudWatch looks every minute, at the periods that end then (CloudWatch user guide,
    /// "Evaluating an alarm"); what is missing is as `TreatMissingData` says ("Configuring how CloudWatch alarms treat missing
    /// data"; that it looks for older samples where some are missing is left out: it could only keep an alarm red for longer).
    pub fn is_red(&self, cloud: &CloudWatch, at: u64) -> bool {
        let breaches = |back: &u64| {
            let Some(to) = at.checked_sub(back * self.period) else { return false };
            let value = cloud.statistic(&self.series, self.statistic, to.saturating_sub(self.period), to);
            value.map_or(self.breaches_without_samples, |value| value > self.threshold)
        };
        (0..self.periods).filter(breaches).count() as u64 >= self.datapoints
    }

    /// The first minute from an instant up to another at which it is red.
    pub fn rings(&self, cloud: &CloudWatch, from: u64, to: u64) -> Option<u64> {
        let first = from.div_ceil(MINUTE) * MINUTE;
        (0..).map(|minute| first + minute * MINUTE).take_while(|at| *at <= to).find(|at| self.is_red(cloud, *at))
    }
}

fn of_template(template: &Template, stage: &str) -> Vec<Alarm> {
    let place = Place { template, stage };
    let alarms = template.of_type("AWS::CloudWatch::Alarm").into_iter();
    alarms.map(|(_, alarm)| place.alarm(&alarm["Properties"])).collect()
}

/// Where a value of a template stands, and so what it refers to.
struct Place<'a> {
    template: &'a Template,
    stage: &'a str,
}

impl Place<'_> {
    fn alarm(&self, properties: &Value) -> Alarm {
        assert!(properties["Metrics"].is_null(), "no metric math: {properties}");
        assert_eq!(properties["ComparisonOperator"], "GreaterThanThreshold", "{properties}");
        let text = |name: &str| self.text(&properties[name]);
        let number = |name: &str| text(name).parse::<u64>().unwrap_or_else(|_| panic!("{name} of {properties}"));
        let name = text("AlarmName");
        let dimensions: Vec<(String, String)> = properties["Dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dimension| (self.text(&dimension["Name"]), self.text(&dimension["Value"])))
            .collect();
        let dimensions: Vec<_> = dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Alarm {
            kind: self.kind(&name),
            description: text("AlarmDescription"),
            series: Series::new(&text("Namespace"), &text("MetricName"), &dimensions),
            statistic: statistic(properties),
            period: number("Period") * 1_000,
            periods: number("EvaluationPeriods"),
            datapoints: if properties["DatapointsToAlarm"].is_null() {
                number("EvaluationPeriods")
            } else {
                number("DatapointsToAlarm")
            },
            threshold: in_millionths(&text("Threshold")).unwrap_or_else(|| number("Threshold")),
            breaches_without_samples: match text("TreatMissingData").as_str() {
                "breaching" => true,
                "notBreaching" => false,
                other => panic!("{name}: {other}"),
            },
            name,
        }
    }

    fn kind(&self, name: &str) -> String {
        let own = name.strip_prefix(&format!("{APP}-{}-", self.stage)).unwrap_or_else(|| panic!("{name}"));
        let capability = Capability::ALL.into_iter().find_map(|of| own.strip_prefix(&format!("{of}-")));
        capability.unwrap_or(own).to_owned()
    }

    /// A value as a deployment has it.
    fn text(&self, value: &Value) -> String {
        if let Some(name) = value["Ref"].as_str() {
            return self.referred(name);
        }
        if let Some(attribute) = value["Fn::GetAtt"].as_str() {
            return self.referred(attribute);
        }
        match &value["Fn::Sub"] {
            Value::Null => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            Value::Array(parts) => {
                let named = parts[1].as_object().unwrap().iter();
                let text = parts[0].as_str().unwrap().to_owned();
                self.filled(
                    &named.fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), &self.text(value))),
                )
            }
            plain => self.filled(plain.as_str().unwrap()),
        }
    }

    fn filled(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
        let (name, after) = rest.split_once('}').unwrap();
        format!("{before}{}{}", self.referred(name), self.filled(after))
    }

    /// A parameter's value, the name of a resource, or an attribute of one.
    fn referred(&self, name: &str) -> String {
        match name {
            "App" => return APP.to_owned(),
            "Stage" => return self.stage.to_owned(),
            "HttpApi" => return API.to_owned(),
            _ => {}
        }
        if let Some((_, "Version")) = name.split_once('.') {
            return VERSION.to_owned();
        }
        let default = &self.template.root["Parameters"][name]["Default"];
        if !default.is_null() {
            return self.text(default);
        }
        let resource = name.split('.').next().unwrap();
        let properties = self.template.properties(resource);
        let named =
            ["FunctionName", "TableName", "QueueName"].into_iter().find(|property| !properties[*property].is_null());
        self.text(&properties[named.unwrap_or_else(|| panic!("{name} has no name"))])
    }
}

/// A fraction with a point in it, such as `0.02`.
fn in_millionths(text: &str) -> Option<u64> {
    let (whole, digits) = text.split_once('.')?;
    let rest: u64 = format!("{digits:0<6}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * MILLION + rest)
}

fn statistic(properties: &Value) -> Statistic {
    match (properties["Statistic"].as_str(), properties["ExtendedStatistic"].as_str()) {
        (Some("Sum"), None) => Statistic::Sum,
        (Some("Maximum"), None) => Statistic::Maximum,
        (None, Some(percentile)) => Statistic::Percentile(percentile.trim_start_matches('p').parse().unwrap()),
        other => panic!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(periods: u64, datapoints: u64, breaches_without_samples: bool) -> Alarm {
        let (name, kind, description) = (String::new(), String::new(), String::new());
        let (series, statistic, period, threshold) = (Series::new("n", "m", &[]), Statistic::Sum, MINUTE, 5);
        Alarm {
            name,
            kind,
            description,
            series,
            statistic,
            period,
            periods,
            datapoints,
            threshold,
            breaches_without_samples,
        }
    }

    #[test]
    fn an_alarm_is_red_while_enough_of_its_periods_are_above_its_threshold() {
        let mut cloud = CloudWatch::default();
        for at in [61_000, 61_500, 185_000] {
            cloud.put(Series::new("n", "m", &[]), at, 4);
        }
        assert_eq!(alarm(1, 1, false).rings(&cloud, 0, 10 * MINUTE), Some(2 * MINUTE), "4 + 4 in the second minute");
        let remembers = alarm(3, 1, false);
        assert!(remembers.is_red(&cloud, 4 * MINUTE) && !remembers.is_red(&cloud, 5 * MINUTE));
        assert_eq!(alarm(2, 2, false).rings(&cloud, 0, 10 * MINUTE), None);
    }

    #[test]
    fn a_fraction_is_in_millionths() {
        assert_eq!(["0.02", "0.0005", "1.5", "5"].map(in_millionths), [Some(20_000), Some(500), Some(1_500_000), None]);
    }

    #[test]
    fn silence_is_what_the_alarm_says_it_is() {
        let cloud = CloudWatch::default();
        assert!(alarm(2, 2, true).is_red(&cloud, 2 * MINUTE) && !alarm(2, 2, false).is_red(&cloud, 2 * MINUTE));
    }
}
