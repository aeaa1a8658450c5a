//! Measures the queues of the simulated shop as SQS does for CloudWatch.

use super::shop::Shop;
use chassis::testing::signing::STAGE;
use events::Capability;
use std::sync::Arc;
use std::time::Duration;

impl Shop {
    /// Measures every queue, once a minute for ever.
    pub async fn measure_queues(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_secs(60)).await;
            let (stage, at) = (&self.stage, self.stage.clock.millis());
            for of in Capability::ALL {
                let (inbox, dead) = stage.queues.undeleted(of);
                stage.observed.note(|cloud| {
                    cloud.queue(&format!("souk-{STAGE}-{of}-inbox"), at, &inbox);
                    cloud.queue(&format!("souk-{STAGE}-{of}-dlq"), at, &dead);
                });
            }
        }
    }
}
