//! Composition root of the shipping function.

use chassis::runtime::host;
use events::Capability;
use shipping::{Config, Shipping};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Shipping, config.users.clone());
        let signing_key = host.secret(config.signing_key_parameter.clone());
        Ok(Shipping::new(host.table(), wiring, config, signing_key))
    })
}
