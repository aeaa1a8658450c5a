//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// `MAIL_FROM`: the sender's address.
    pub mail_from: String,
    /// `MAIL_CONFIGURATION_SET`: the mail service's settings by which it tells what became of emails.
    pub configuration_set: String,
    /// `MAIL_FEEDBACK_TOPIC`: the ARN of the topic on which it does.
    pub feedback_topic: String,
    /// `LIMITS_KEY_PARAMETER`: name of the SecureString parameter with the key of the pseudonyms of mailboxes.
    pub limits_key_parameter: String,
    /// `API_URL`: the address of the shop, to which mails link. Ends without a slash.
    pub public_url: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `MAIL_FROM`, `MAIL_CONFIGURATION_SET`, `MAIL_FEEDBACK_TOPIC` and `LIMITS_KEY_PARAMETER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let (mail_from, public_url) = (env.required("MAIL_FROM")?, env.required("API_URL")?);
        Ok(Self {
            users: env.access_verifier()?,
            mail_from,
            configuration_set: env.required("MAIL_CONFIGURATION_SET")?,
            feedback_topic: env.required("MAIL_FEEDBACK_TOPIC")?,
            limits_key_parameter: env.required("LIMITS_KEY_PARAMETER")?,
            public_url,
        })
    }
}
