//! Composition root: reads the configuration, builds the clients, runs. Refuses logic.

use chassis::runtime::host;
use events::Capability;
use users::domain::hashing::Hasher;
use users::{Alarms, CLOUDWATCH, Config, Keys, Provider, ProviderConfig, Users};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let wiring = host.wiring(Capability::Users, config.tokens.clone());
        let secret = |parameter: &String| host.secret(parameter.clone());
        let keys = Keys {
            signing: secret(&config.signing_key_parameter),
            limits: secret(&config.limits_key_parameter),
            guests: secret(&config.guests_key_parameter),
        };
        let alarms = Alarms::new(host.json_service(CLOUDWATCH), &host.common.app, &host.common.stage);
        let of = |config: ProviderConfig| Provider::new(config.clone(), secret(&config.secret_parameter), host.web());
        let provider = ProviderConfig::from_env(env)?.map(of);
        Ok(Users::new(host.table(), wiring, config, keys, Hasher::standard()?, alarms).with_provider(provider))
    })
}
