//! Composition root of the inventory function.

use chassis::runtime::host;
use events::Capability;
use inventory::{Config, Inventory};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Inventory, config.users);
        Ok(Inventory::new(host.table(), wiring))
    })
}
