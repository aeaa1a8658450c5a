//! Composition root of the orders function.

use chassis::runtime::host;
use events::Capability;
use orders::{Config, Orders};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Orders, config.users.clone());
        let guest_key = host.secret(config.guest_key_parameter.clone());
        let limits_key = host.secret(config.limits_key_parameter.clone());
        Ok(Orders::new(host.table(), wiring, config, guest_key, limits_key))
    })
}
