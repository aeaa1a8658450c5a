//! Composition root of the payments function.

use events::Capability;
use payments::{Config, Payments};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    chassis::runtime::host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Payments, config.tokens.clone());
        Ok(Payments::new(config, host.table(), wiring))
    })
}
