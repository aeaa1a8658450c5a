//! Composition root: reads the configuration, builds the capability from the host's parts, runs it.

use chassis::runtime::host;
use events::Capability;
use shipping::{Config, Shipping};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Shipping, config.tokens);
        Ok(Shipping::new(wiring, host.table(), config.catalog, host.secret(config.signing_key_parameter)))
    })
}
