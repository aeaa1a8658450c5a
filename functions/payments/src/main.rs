//! Composition root of the payments function.

use chassis::runtime::host;
use events::Capability;
use payments::{Config, Payments};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        Ok(Payments::new(host.table(), host.wiring(Capability::Payments, config.users.clone()), config))
    })
}
