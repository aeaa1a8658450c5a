//! The composition root of orders.

use chassis::runtime::host;
use events::Capability;
use orders::config::Config;
use orders::service::Orders;
use orders::service::guests::GuestTokens;
use orders::service::quotes::Quotes;
use orders::store::Store;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        Ok(Orders {
            wiring: host.wiring(Capability::Orders, config.users),
            store: Store::new(host.table()),
            quotes: Quotes { catalog: config.catalog, shipping: config.shipping, stage: host.common.stage.clone() },
            seconds_to_pay: config.seconds_to_pay,
            limits: config.limits,
            guests: GuestTokens::new(host.secret(config.guest_key_parameter)),
        })
    })
}
