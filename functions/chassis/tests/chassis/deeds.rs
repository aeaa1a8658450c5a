//! What the made-up service does with its messages.

use crate::probe::{Deed, Probe, Stored, thing_key};
use chassis::{Cause, Failure, Via};
use std::time::Duration;

impl Probe {
    pub async fn perform(&self, deed: &Deed) -> Result<(), Failure> {
        match deed {
            Deed::Succeed => Ok(()),
            Deed::SleepMillis(millis) => {
                self.wiring.world.sleep(Duration::from_millis(*millis)).await;
                Ok(())
            }
            Deed::Panic => panic!("as requested"),
            Deed::Stumble => Err(Failure::Transient("as requested".to_owned())),
            Deed::MisreadLate(millis) => {
                self.wiring.world.sleep(Duration::from_millis(*millis)).await;
                Err(Failure::Permanent("as requested, late".to_owned()))
            }
            Deed::Misread => Err(Failure::Permanent("as requested".to_owned())),
            Deed::Read(name) => Ok(self.table.get::<Stored>(&thing_key(name)).await.map(|_| ())?),
            Deed::Write(bytes) => {
                let cause = Cause::new(Via::Queue, "why", 1);
                let stored = Stored { name: "x".repeat(*bytes), size: 1, seq: 1 };
                let _ = self.table.create(&thing_key("large"), &stored, &cause).await?;
                Ok(())
            }
            Deed::Meet(_, deed) => Box::pin(self.perform(deed)).await,
        }
    }
}
