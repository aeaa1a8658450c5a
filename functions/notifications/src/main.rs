//! Composition root of the notifications function.

use chassis::runtime::host;
use events::Capability;
use notifications::{Config, Notifications};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Notifications, config.users.clone());
        let limits_key = host.secret(config.limits_key_parameter.clone());
        Ok(Notifications::new(host.table(), wiring, config, aws_sdk_sesv2::Client::new(&host.sdk), limits_key))
    })
}
