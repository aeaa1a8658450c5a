//! Composition root of the catalog.

use catalog::{Catalog, Config};
use events::Capability;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    chassis::runtime::host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Catalog, config.tokens);
        let signing_key = host.secret(config.signing_key_parameter);
        Ok(Catalog::new(host.table(), wiring, signing_key, config.most_units))
    })
}
