//! The alarms of this stage that ring, as CloudWatch knows them. Refuses to say what to do about one: docs/operations.md does.

use super::Users;
use chassis::runtime::{CallError, JsonService, ServiceNames};
use events::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// CloudWatch, by the names that it is called by.
pub const CLOUDWATCH: ServiceNames = ServiceNames { endpoint: "monitoring", target: "GraniteServiceVersion20100801" };

/// As many as CloudWatch names at once. Where more ring, these are enough to begin with.
const MAX_ALARMS: u32 = 100;

/// The alarms of a stage.
#[derive(Debug)]
pub struct Alarms {
    cloudwatch: JsonService,
    prefix: String,
}

/// An alarm that rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingingAlarm {
    pub name: String,
    /// What happened, and which section of docs/operations.md is about it.
    pub description: String,
    /// Since when it rings, to the second.
    pub since: Option<Timestamp>,
}

/// Why it is not known which alarms ring.
#[derive(Debug, thiserror::Error)]
pub enum AlarmsError {
    #[error(transparent)]
    Call(#[from] CallError),
    /// To leave such an alarm out would say that all is well.
    #[error("CloudWatch tells of an alarm in another form: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// What CloudWatch tells of an alarm, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricAlarm {
    alarm_name: String,
    alarm_description: Option<String>,
    state_transitioned_timestamp: Option<Value>,
    state_updated_timestamp: Option<Value>,
}

impl Alarms {
    /// Names of alarms begin with the application and the stage.
    pub fn new(cloudwatch: JsonService, app: &str, stage: &str) -> Self {
        Self { cloudwatch, prefix: format!("{app}-{stage}-") }
    }

    async fn ringing(&self) -> Result<Vec<RingingAlarm>, AlarmsError> {
        let wanted = json!({"AlarmNamePrefix": self.prefix, "StateValue": "ALARM", "MaxRecords": MAX_ALARMS});
        let mut answer = self.cloudwatch.call("DescribeAlarms", &wanted).await?;
        let told = answer.get_mut("MetricAlarms").map(Value::take).unwrap_or_default();
        let told: Vec<MetricAlarm> = serde_json::from_value(told)?;
        Ok(told.into_iter().map(RingingAlarm::of).collect())
    }
}

impl RingingAlarm {
    fn of(told: MetricAlarm) -> Self {
        // The state may be confirmed later than it began.
        let since = told.state_transitioned_timestamp.as_ref().and_then(instant);
        Self {
            name: told.alarm_name,
            description: told.alarm_description.unwrap_or_default(),
            since: since.or_else(|| told.state_updated_timestamp.as_ref().and_then(instant)),
        }
    }
}

/// Seconds since the Unix epoch, with or without a fraction.
fn instant(seconds: &Value) -> Option<Timestamp> {
    let whole = seconds.to_string().split('.').next()?.parse::<i64>().ok()?;
    Some(Timestamp::from_millis(whole.saturating_mul(1_000)))
}

impl Users {
    /// The alarms of the shop that ring.
    ///
    /// # Errors
    /// If CloudWatch does not answer, refuses, or cannot be understood.
    pub async fn ringing_alarms(&self) -> Result<Vec<RingingAlarm>, AlarmsError> {
        self.alarms.ringing().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_rings_since_its_state_changed_or_else_since_it_was_last_confirmed() {
        let since = |told: Value| RingingAlarm::of(serde_json::from_value(told).unwrap()).since.map(Timestamp::millis);
        let (changed, confirmed) = (json!(1_767_225_600.75), json!(1_767_225_660));
        let both = json!({"AlarmName": "a", "StateTransitionedTimestamp": changed, "StateUpdatedTimestamp": confirmed});
        assert_eq!(since(both), Some(1_767_225_600_000));
        assert_eq!(since(json!({"AlarmName": "a", "StateUpdatedTimestamp": confirmed})), Some(1_767_225_660_000));
        for odd in [json!("yesterday"), json!(null), json!({})] {
            assert_eq!(since(json!({"AlarmName": "a", "StateTransitionedTimestamp": odd})), None);
        }
    }
}
