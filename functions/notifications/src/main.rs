//! Composition root: reads the configuration, builds the capability from the host's parts, runs it.

use chassis::runtime::host;
use events::Capability;
use notifications::{Config, Mailer, Notifications};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    host::run(|host, env| {
        let config = Config::from_env(env)?;
        let mailer = Mailer::new(aws_sdk_sesv2::Client::new(&host.sdk), config.mail_from);
        Ok(Notifications::new(host.wiring(Capability::Notifications, config.tokens), host.table(), mailer))
    })
}
