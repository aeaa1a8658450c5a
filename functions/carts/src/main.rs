//! Composition root of the carts function.

use carts::{Carts, Config};
use chassis::runtime::host;
use events::Capability;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        Ok(Carts::new(host.table(), host.wiring(Capability::Carts, config.tokens)))
    })
}
