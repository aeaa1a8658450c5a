//! The company's OpenID provider: where it is, its keys, and the exchange of a code for an ID token. Refuses to say who somebody is: the
//! domain reads the token. What it does not answer in time closes this way of signing in and nothing else.

use crate::domain::oidc::{ProviderKeys, is_issuer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::runtime::{Web, WebAnswer};
use chassis::tokens::SecretParameter;
use chassis::{ConfigError, Env};
use events::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For how long what the provider says of itself counts.
const KEPT_SECONDS: i64 = 60 * 60;
/// The shortest time between two readings of its keys.
const REREAD_SECONDS: i64 = 60;
/// What names and secrets keep as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is known of the provider at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// As its tokens name it.
    pub issuer: String,
    /// The shop's name there.
    pub client_id: String,
    /// Name of the SSM parameter with the shop's secret there.
    pub secret_parameter: String,
    /// The `acr` that stands for two factors, if the provider has one.
    pub acr: Option<String>,
    /// What the company calls it.
    pub name: Option<String>,
}

/// Why the provider gives no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It does not answer, or not as one does.
    #[error("the provider is away: {0}")]
    Away(String),
    /// It refuses the code.
    #[error("the provider refuses the code: {0}")]
    Refused(String),
}

/// What the provider says of itself (OpenID Connect Discovery 1.0, 3).
#[derive(Debug, Clone, Deserialize)]
struct Described {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Debug, Default)]
struct Known {
    described: Option<(Described, Timestamp)>,
    keys: Option<(ProviderKeys, Timestamp)>,
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    pub(crate) config: ProviderConfig,
    secret: SecretParameter,
    web: Web,
    known: Mutex<Known>,
}

#[derive(Deserialize)]
struct Issued {
    id_token: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
}

impl ProviderConfig {
    /// Reads `OIDC_ISSUER`, and with it `OIDC_CLIENT_ID` and `OIDC_SECRET_PARAMETER`, and `OIDC_ACR` and `OIDC_NAME` if there are such.
    /// Without an issuer there is no provider.
    ///
    /// # Errors
    /// If one is missing, or the issuer is reached without TLS and not on this machine.
    pub fn from_env(env: &Env<'_>) -> Result<Option<Self>, ConfigError> {
        let name = "OIDC_ISSUER";
        let Some(issuer) = env.optional(name) else { return Ok(None) };
        if !is_issuer(&issuer) {
            return Err(ConfigError::Unusable {
                name,
                why: "neither an address with https nor of this machine".to_owned(),
            });
        }
        Ok(Some(Self {
            issuer,
            client_id: env.required("OIDC_CLIENT_ID")?,
            secret_parameter: env.required("OIDC_SECRET_PARAMETER")?,
            acr: env.optional("OIDC_ACR"),
            name: env.optional("OIDC_NAME"),
        }))
    }
}

impl Provider {
    pub fn new(config: ProviderConfig, secret: SecretParameter, web: Web) -> Self {
        Self { config, secret, web, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn described(&self, now: Timestamp) -> Result<Described, ProviderError> {
        let kept = self.known().described.clone().filter(|(_, at)| now < at.plus_seconds(KEPT_SECONDS));
        if let Some((described, _)) = kept {
            return Ok(described);
        }
        let issuer = &self.config.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let described: Described = serde_json::from_slice(&self.get(&address).await?).map_err(away)?;
        let addresses = [&described.authorization_endpoint, &described.token_endpoint, &described.jwks_uri];
        // Another issuer's word is not the provider's (OpenID Connect Discovery 1.0, 4.3).
        if described.issuer != *issuer || !addresses.into_iter().all(|address| is_endpoint(issuer, address)) {
            return Err(ProviderError::Away(format!("it says that it is {}", described.issuer)));
        }
        self.known().described = Some((described.clone(), now));
        Ok(described)
    }

    /// Where a browser signs in, with these parameters.
    pub async fn sign_in_address(&self, query: &str, now: Timestamp) -> Result<String, ProviderError> {
        let address = self.described(now).await?.authorization_endpoint;
        let joint = if address.contains('?') { '&' } else { '?' };
        Ok(format!("{address}{joint}{query}"))
    }

    /// Exchanges a code for an ID token. A code counts once.
    pub async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        back: &str,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let described = self.described(now).await?;
        let form =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back), ("code_verifier", verifier)];
        let form = serde_urlencoded::to_string(form).map_err(away)?;
        let secret = self.secret.value().await.map_err(away)?;
        let encoded = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
        let pair = format!("{}:{}", encoded(&self.config.client_id), encoded(secret.trim()));
        let authorization = format!("Basic {}", STANDARD.encode(pair));
        let WebAnswer { status, body } =
            self.web.post_form(&described.token_endpoint, &authorization, form).await.map_err(away)?;
        match status {
            200 => Ok(serde_json::from_slice::<Issued>(&body).map_err(away)?.id_token),
            400 | 401 | 403 => {
                let said = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error).unwrap_or_default();
                Err(ProviderError::Refused(said))
            }
            _ => Err(ProviderError::Away(format!("status {status}"))),
        }
    }

    /// The provider's keys, read a while ago. `anew` reads them again, unless they were read a moment ago.
    pub async fn keys(&self, anew: bool, now: Timestamp) -> Result<ProviderKeys, ProviderError> {
        let seconds = if anew { REREAD_SECONDS } else { KEPT_SECONDS };
        let kept = self.known().keys.clone().filter(|(_, at)| now < at.plus_seconds(seconds));
        if let Some((keys, _)) = kept {
            return Ok(keys);
        }
        let address = self.described(now).await?.jwks_uri;
        let read = self.get(&address).await?;
        let keys = ProviderKeys::parse(&read).ok_or_else(|| ProviderError::Away("its keys are no set".to_owned()))?;
        self.known().keys = Some((keys.clone(), now));
        Ok(keys)
    }

    async fn get(&self, address: &str) -> Result<Vec<u8>, ProviderError> {
        match self.web.get(address).await.map_err(away)? {
            WebAnswer { status: 200, body } => Ok(body),
            WebAnswer { status, .. } => Err(ProviderError::Away(format!("status {status}"))),
        }
    }
}

/// With TLS, unless the issuer is on this machine itself: a provider must not have a function call what is beside it. One may have a
/// query.
fn is_endpoint(issuer: &str, address: &str) -> bool {
    let is_safe = address.starts_with("https://") || issuer.starts_with("http://");
    is_safe && is_issuer(address.split('?').next().unwrap_or_default())
}

fn away(error: impl ToString) -> ProviderError {
    ProviderError::Away(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(issuer: &str, client: &str) -> Result<Option<ProviderConfig>, ConfigError> {
        let value = |name: &str| match name {
            "OIDC_ISSUER" => issuer.to_owned(),
            "OIDC_CLIENT_ID" => client.to_owned(),
            "OIDC_SECRET_PARAMETER" => "/souk/main/keys/users-provider".to_owned(),
            _ => String::new(),
        };
        ProviderConfig::from_env(&Env::from_fn(|name| Some(value(name))))
    }

    #[test]
    fn a_provider_elsewhere_cannot_have_the_function_call_its_own_machine() {
        let (elsewhere, here) = ("https://id.example", "http://localhost:4600");
        assert!(
            is_endpoint(elsewhere, "https://tokens.example/v2?tenant=1")
                && is_endpoint(here, "http://127.0.0.1:4600/token")
        );
        for bad in ["http://127.0.0.1:9001/token", "http://localhost/", "http://169.254.169.254/", "file:///etc", ""] {
            assert!(!is_endpoint(elsewhere, bad), "{bad}");
        }
        assert!(!is_endpoint(here, "http://169.254.169.254/"));
    }

    #[test]
    fn without_an_issuer_there_is_no_provider_and_one_without_tls_or_a_client_stops_the_function() {
        assert_eq!(read("", "shop"), Ok(None));
        let config = read("https://id.example", "shop").unwrap().unwrap();
        assert_eq!((config.client_id.as_str(), config.acr, config.name), ("shop", None, None));
        assert!(read("http://localhost:4600", "shop").unwrap().is_some());
        assert!(read("http://id.example", "shop").unwrap_err().to_string().contains("OIDC_ISSUER"));
        assert_eq!(read("https://id.example", ""), Err(ConfigError::Missing("OIDC_CLIENT_ID")));
    }
}
