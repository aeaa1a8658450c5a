//! Keys for machines: made, rotated and ended by people, and exchanged for access tokens. Refuses to decide what a key may do: the domain
//! does. A secret is known here for a moment, when it is made and when it is shown.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::api_key::{ApiKey, KeyRejection, KeyStatus, MAX_KEYS, NewSecret, WantedKey};
use crate::domain::api_secret::ApiSecret;
use crate::domain::session::ACCESS_SECONDS;
use crate::domain::throttle::{MAX_NETWORK_FAILURES, Window};
use crate::domain::user::User;
use chassis::Context;
use chassis::http::Identity;
use chassis::table::{Cause, Via};
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims};
use events::Timestamp;
use events::ids::ApiKeyId;
use events::users::Permissions;

/// A key with the secret that was made for it just now.
pub struct MadeKey {
    pub key: ApiKey,
    /// Shown this once.
    pub secret: String,
}

impl Users {
    /// All keys that are kept, newest first: those that count, and those that did lately.
    ///
    /// # Errors
    /// The table.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, Error> {
        Ok(self.store.api_keys().await?)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn api_key(&self, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.store.api_key(id).await?.ok_or(Error::NotFound)
    }

    /// Makes a key. Whoever loses the answer loses the secret, and makes another key.
    ///
    /// # Errors
    /// `ScopeExceeded`, `InvalidExpiry`, `TooMany`.
    pub async fn make_api_key(&self, wanted: WantedKey, by: &Identity, context: &Context) -> Result<MadeKey, Error> {
        let (maker, keys) = tokio::try_join!(self.user(by.user), self.api_keys())?;
        // Requests at the same time may exceed the limit.
        let counting = keys.iter().filter(|key| key.status(context.now) == KeyStatus::Active).count();
        if counting >= MAX_KEYS {
            return Err(refused(KeyRejection::TooMany));
        }
        let world = &self.wiring.world;
        let secret = ApiSecret { key: world.fresh(ApiKeyId::new), secret: world.random() };
        let new = NewSecret { hash: secret.hash(), second_factor_at: by.second_factor_at };
        let key = ApiKey::make(secret.key, wanted, &maker, new, context.now).map_err(refused)?;
        let what = format!("made until {}: {}", key.expires_at, key.scope);
        self.store.make_api_key(&key, &untold(context.audited(0, key.id, what))).await?;
        Ok(MadeKey { key, secret: secret.reveal() })
    }

    /// Makes another secret for a key. The present one counts for a day more.
    ///
    /// # Errors
    /// `NotFound`, `ScopeExceeded`, `Over`.
    pub async fn rotate_api_key(&self, id: ApiKeyId, by: &Identity, context: &Context) -> Result<MadeKey, Error> {
        let (user, key) = tokio::try_join!(self.user(by.user), self.api_key(id))?;
        let secret = ApiSecret { key: id, secret: self.wiring.world.random() };
        let new = NewSecret { hash: secret.hash(), second_factor_at: by.second_factor_at };
        let rotated = key.rotated(&user, new, context.now).map_err(refused)?;
        let cause = untold(context.audited(0, id, "another secret"));
        if self.store.rotate_api_key(&key, &rotated, cause, &self.wiring.world).await? {
            Ok(MadeKey { key: rotated, secret: secret.reveal() })
        } else {
            // Somebody else rotated or ended it meanwhile: there is one present secret, and theirs is it.
            Err(refused(KeyRejection::Over))
        }
    }

    /// Ends a key at once, with the access tokens that it got. One that was ended before stays so.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn end_api_key(&self, id: ApiKeyId, context: &Context) -> Result<(), Error> {
        let key = self.api_key(id).await?;
        let cause = context.audited(0, id, "ended");
        let exists = self.store.end_api_key(&key, context, cause, &self.wiring.world).await?;
        if exists { Ok(()) } else { Err(Error::NotFound) }
    }

    /// An access token for the secret of a key. A wrong secret is counted as a wrong password is, a right one of a key that counts no
    /// more is not: its machine guesses nothing, and its neighbors want to sign in.
    ///
    /// # Errors
    /// `Invalid`, which does not say what is wrong; `TooManyAttempts`.
    pub async fn exchange_api_key(&self, shown: &str, network: &str, context: &Context) -> Result<String, Error> {
        let (window, invalid) = (Window::at(context.now), refused(KeyRejection::Invalid));
        let network = self.network(network).await?;
        if self.store.network_failures(&network, window).await? >= MAX_NETWORK_FAILURES {
            return Err(self.throttled(window.seconds_left()));
        }
        let secret = shown.parse::<ApiSecret>().ok();
        let hash = secret.as_ref().map(ApiSecret::hash).unwrap_or_default();
        let key = match &secret {
            Some(secret) => self.store.api_key(secret.key).await?,
            None => None,
        };
        let Some(key) = key.filter(|key| key.knows(&hash)) else {
            self.store.count_network_failure(&network, window, &context.cause(0)).await?;
            return Err(invalid);
        };
        let Some(maker) = self.store.user(key.created_by).await? else { return Err(invalid) };
        let scope = key.allows(&hash, Some(&maker), self.requires_factor(), context.now);
        if scope.is_empty() {
            return Err(invalid);
        }
        let token = self.machine_token(&key, &maker, scope, context.now).await?;
        if key.notes_use(context.now) {
            self.store.note_use(key.id, context.now, &context.cause(0)).await?;
        }
        Ok(token)
    }

    /// Its user version is its maker's, so what the maker loses is lost to the key by the same word.
    async fn machine_token(
        &self,
        key: &ApiKey,
        maker: &User,
        scope: Permissions,
        now: Timestamp,
    ) -> Result<String, Error> {
        let claims = AccessClaims {
            iss: self.wiring.tokens.issuer().to_owned(),
            aud: ACCESS_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            sub: key.id.into(),
            made_by: Some(maker.id),
            sid: key.id.session(),
            user_version: maker.seq,
            email_verified: false,
            scope,
            auth_time: key.secret_at.seconds(),
            second_factor_at: None,
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.plus_seconds(ACCESS_SECONDS).seconds(),
        };
        Ok(self.signing_key.signer().await?.sign(ACCESS_TYP, &claims)?)
    }
}

const fn refused(why: KeyRejection) -> Error {
    Error::Rejected(Rejection::Key(why))
}

/// The cause of a write that no other capability needs to hear of, with its entry of the audit log.
fn untold(mut cause: Cause) -> Cause {
    cause.via = Via::Silent;
    cause
}
