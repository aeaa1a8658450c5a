//! Composition root of the orders function.

use chassis::runtime::host;
use events::Capability;
use orders::{Config, GuestKey, Orders};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Orders, config.users.clone());
        let secret = |(number, name): &(u32, String)| GuestKey { number: *number, secret: host.secret(name.clone()) };
        let guest_keys = config.guest_keys.iter().map(secret).collect();
        let limits_key = host.secret(config.limits_key_parameter.clone());
        let guests_key = host.secret(config.guests_key_parameter.clone());
        Ok(Orders::new(host.table(), wiring, config, guest_keys, limits_key, guests_key))
    })
}
