//! Signing in by the company's provider: the way there, and the way back. Refuses to create anybody, and a user who is not tied to who
//! signed in there. Nothing is stored on the way: what comes back is recognized by what the browser kept, under an HMAC.

use super::{Error, Tokens, Users};
use crate::domain::client::Client;
use crate::domain::departure::Departure;
use crate::domain::identity::ProviderIdentity;
use crate::domain::oidc::{Expected, MAX_AGE_SECONDS, Proven, Unproven, prove};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::provider::{Provider, ProviderError};
use chassis::runtime::within;
use chassis::time_limit::OUTSIDE_ANSWER;
use chassis::tokens::{KeyError, digest};
use chassis::{Context, StoreError};
use events::Timestamp;
use futures_util::FutureExt;

/// The page that the provider sends browsers back to.
pub const CALLBACK: &str = "/account/sign-in/provider/callback";

/// A browser on its way to the provider.
pub struct SentAway {
    pub address: String,
    /// What the browser keeps until it is back.
    pub kept: String,
}

/// What a browser brings back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Returned<'a> {
    /// What it kept.
    pub kept: &'a str,
    pub state: &'a str,
    pub code: &'a str,
    /// Why there is no code; empty if there is one.
    pub error: &'a str,
    /// Who sent it (RFC 9207); empty if the provider does not say.
    pub issuer: &'a str,
}

/// Somebody who is signed in, and where they were on the way to.
pub struct Arrived {
    pub user: User,
    pub tokens: Tokens,
    pub then: String,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotArrived {
    #[error("there is no provider")]
    Off,
    /// The browser did not leave from here, or too long ago.
    #[error("not a way back from here")]
    Over,
    /// The provider says no, or its user did.
    #[error("nobody signed in at the provider")]
    Declined,
    #[error("the provider is away: {0}")]
    Away(String),
    #[error("the provider proves nothing: {0}")]
    Unproven(String),
    /// Two were needed.
    #[error("the provider says nothing of a second factor")]
    OneFactor,
    /// Nobody is tied to who signed in.
    #[error("nobody is tied to this identity")]
    Unknown(ProviderIdentity),
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<KeyError> for NotArrived {
    fn from(error: KeyError) -> Self {
        Self::Other(error.into())
    }
}

impl From<StoreError> for NotArrived {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<ProviderError> for NotArrived {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Away(why) => Self::Away(why),
            ProviderError::Refused(why) => Self::Unproven(why),
        }
    }
}

/// What goes to the provider, and what must come back, made of one departure.
struct Marks {
    state: String,
    nonce: String,
    verifier: String,
}

impl Users {
    /// With this provider, by which staff may sign in.
    #[must_use]
    pub fn with_provider(self, provider: Option<Provider>) -> Self {
        Self { provider, ..self }
    }

    /// Sends a browser to the provider. `is_fresh` asks for a sign-in now, as what takes a second factor does.
    ///
    /// # Errors
    /// `Off`, `Away`.
    pub async fn depart(&self, then: &str, is_fresh: bool, context: &Context) -> Result<SentAway, NotArrived> {
        let provider = self.provider.as_ref().ok_or(NotArrived::Off)?;
        let seed = digest::base64url(&self.wiring.world.random::<16>());
        let departure = Departure::new(seed, context.now, is_fresh, then);
        let (marks, back) = (self.marks(&departure).await?, self.callback());
        let challenge = digest::of_bytes(marks.verifier.as_bytes());
        let max_age = departure.max_age().to_string();
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", provider.config.client_id.as_str()),
            ("redirect_uri", back.as_str()),
            ("scope", "openid"),
            ("state", marks.state.as_str()),
            ("nonce", marks.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
            ("max_age", max_age.as_str()),
        ];
        query.extend(is_fresh.then_some(("prompt", "login")));
        query.extend(provider.config.acr.as_deref().map(|acr| ("acr_values", acr)));
        let query = serde_urlencoded::to_string(query).map_err(|error| NotArrived::Away(error.to_string()))?;
        let asked = provider.sign_in_address(&query, context.now).boxed();
        let address = within(OUTSIDE_ANSWER, &self.wiring.world, asked).await.map_err(|error| away(&error))??;
        let tag = self.pseudonyms.of("provider departure", &departure.claims()).await?;
        Ok(SentAway { address, kept: departure.reveal(&tag) })
    }

    /// Signs in whom the provider names.
    ///
    /// # Errors
    /// Why not.
    pub async fn arrive(
        &self,
        returned: Returned<'_>,
        client: Option<Client>,
        context: &Context,
    ) -> Result<Arrived, NotArrived> {
        let provider = self.provider.as_ref().ok_or(NotArrived::Off)?;
        let departure = self.departure(returned, context.now).await?;
        let (marks, issuer) = (self.marks(&departure).await?, &provider.config.issuer);
        let is_ours = self.pseudonyms.matches("provider state", &departure.claims(), returned.state).await?;
        if !is_ours || !(returned.issuer.is_empty() || returned.issuer == issuer) {
            return Err(NotArrived::Over);
        }
        if !returned.error.is_empty() || returned.code.is_empty() {
            return Err(NotArrived::Declined);
        }
        let proven = self.proven(provider, returned.code, (&departure, &marks), context.now).boxed();
        let proven = within(OUTSIDE_ANSWER, &self.wiring.world, proven).await.map_err(|error| away(&error))??;
        let identity = ProviderIdentity { issuer: issuer.clone(), subject: proven.subject };
        let Some(user) = self.tied_to(&identity).await? else { return Err(NotArrived::Unknown(identity)) };
        let second_factor_at = proven.second_factor_at;
        if departure.is_fresh && second_factor_at.is_none() {
            return Err(NotArrived::OneFactor);
        }
        let as_known = |opened: Session| Session { client, second_factor_at, ..opened.by_provider(MAX_AGE_SECONDS) };
        let tokens = self.open(&user, None, as_known, context).await?;
        Ok(Arrived { user, tokens, then: departure.then })
    }

    /// The user who is tied to an identity. An item that was left behind opens nothing.
    async fn tied_to(&self, identity: &ProviderIdentity) -> Result<Option<User>, StoreError> {
        let Some(owner) = self.store.owner_of_identity(identity).await? else { return Ok(None) };
        Ok(self.store.user(owner).await?.filter(|user| user.is_known_as(identity)))
    }

    async fn departure(&self, returned: Returned<'_>, now: Timestamp) -> Result<Departure, NotArrived> {
        let claimed = Departure::claimed(returned.kept).filter(|(departure, _)| departure.is_underway(now));
        let (departure, tag) = claimed.ok_or(NotArrived::Over)?;
        let is_ours = self.pseudonyms.matches("provider departure", &departure.claims(), tag).await?;
        if is_ours { Ok(departure) } else { Err(NotArrived::Over) }
    }

    async fn proven(
        &self,
        provider: &Provider,
        code: &str,
        (departure, marks): (&Departure, &Marks),
        now: Timestamp,
    ) -> Result<Proven, NotArrived> {
        let (token, keys) =
            (provider.exchange(code, &marks.verifier, &self.callback(), now).await?, provider.keys(false, now).await?);
        let expected = Expected {
            issuer: &provider.config.issuer,
            client_id: &provider.config.client_id,
            nonce: &marks.nonce,
            sent_at: departure.at,
            max_age: departure.max_age(),
            acr: provider.config.acr.as_deref(),
        };
        let proven = match prove(&token, &keys, expected, now) {
            // The provider may have another key by now.
            Err(Unproven::UnknownKey) => prove(&token, &provider.keys(true, now).await?, expected, now),
            proven => proven,
        };
        proven.map_err(|why| NotArrived::Unproven(why.to_string()))
    }

    async fn marks(&self, departure: &Departure) -> Result<Marks, KeyError> {
        let claims = departure.claims();
        let made = |kind: &'static str| self.pseudonyms.of(kind, &claims);
        // A verifier has 43 characters at least (RFC 7636, 4.1), and a pseudonym 22.
        let (state, nonce, first, rest) = tokio::try_join!(
            made("provider state"),
            made("provider nonce"),
            made("provider verifier 1"),
            made("provider verifier 2"),
        )?;
        Ok(Marks { state, nonce, verifier: format!("{first}{rest}") })
    }

    fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.wiring.tokens.issuer())
    }
}

fn away(error: &chassis::runtime::OutOfTime) -> NotArrived {
    NotArrived::Away(error.to_string())
}
