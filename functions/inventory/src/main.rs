//! Composition root of the inventory function.

use chassis::runtime::host;
use events::Capability;
use inventory::{Config, Inventory};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        Ok(Inventory::new(host.table(), host.wiring(Capability::Inventory, config.tokens)))
    })
}
