//! Composition root of the catalog function.

use catalog::{Catalog, Config};
use chassis::runtime::host;
use events::Capability;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Catalog, config.users.clone());
        let signing_key = host.secret(config.signing_key_parameter.clone());
        Ok(Catalog::new(host.table(), wiring, config, signing_key))
    })
}
