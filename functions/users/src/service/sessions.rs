//! Signing in, refreshing, signing out.

use super::{Error, Users, unhashable};
use crate::domain::Rejection;
use crate::domain::email::Email;
use crate::domain::password::prepared;
use crate::domain::refresh_token::RefreshToken;
use crate::domain::session::{ACCESS_SECONDS, Presented, Session, Verdict};
use crate::domain::user::User;
use chassis::table::Updated;
use chassis::tokens::digest;
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims, Signer};
use chassis::{Context, decide_and_write};
use events::Timestamp;
use events::ids::{SessionId, UserId};
use std::ops::ControlFlow;

/// The credentials of a sign-in.
pub struct SignIn<'a> {
    pub email: &'a Email,
    /// The password as typed.
    pub password: &'a str,
    /// The token of the device, if it has one.
    pub device_token: Option<&'a str>,
}

/// The tokens of a signed-in client.
pub struct Tokens {
    /// JWT that identifies the caller for 15 minutes.
    pub access: String,
    /// Exchanged for the next pair, once.
    pub refresh: String,
    /// Of a sign-in: shown at the next one from the same device.
    pub device: Option<String>,
}

/// The exchange that spent a presented refresh token.
enum Spent {
    /// This exchange spent it.
    Now,
    /// An earlier exchange spent it.
    Reused(Session),
}

impl Users {
    /// Opens a session.
    ///
    /// # Errors
    /// `InvalidCredentials`, which never says whether the user exists; `TooManyAttempts`.
    pub async fn sign_in(&self, sign_in: SignIn<'_>, network: &str, context: &Context) -> Result<Tokens, Error> {
        let device = self.device_of(sign_in.device_token, sign_in.email, context).await?;
        let (tried, user, device) = match device {
            None => {
                let strange = self.count_stranger(sign_in.email, network, context);
                let (tried, user) = tokio::try_join!(strange, self.user_of(sign_in.email))?;
                (tried, user, None)
            }
            // Whether the device is still known, the user's epoch says.
            Some(device) => {
                let user = self.user_of(sign_in.email).await?;
                let known = user.as_ref().is_some_and(|user| user.session_epoch == device.epoch).then_some(device);
                let tried = match &known {
                    Some(device) => self.count_device(device, context).await?,
                    None => self.count_stranger(sign_in.email, network, context).await?,
                };
                (tried, user, known)
            }
        };
        let hash = user.as_ref().map(|user| &user.password_hash);
        let matches = self.hasher.verify(&prepared(sign_in.password), hash).map_err(unhashable)?;
        let Some(user) = user.filter(|_| matches) else {
            self.blame_network(network, context).await?;
            return Err(Error::Rejected(Rejection::InvalidCredentials));
        };
        let world = &self.wiring.world;
        let session = world.fresh(SessionId::new);
        let token = RefreshToken { user: user.id, session, family: world.random(), secret: world.random() };
        let session = Session::open(session, user.id, user.session_epoch, presented(&token), context.now);
        let (signer, device_token, (), ()) = tokio::try_join!(
            async { Ok::<_, Error>(self.signing_key.signer().await?) },
            async { Ok(self.device_token(&user, device, context).await?) },
            async { Ok(self.store.open_session(&session, &context.cause(0)).await?) },
            async { Ok(self.take_back(&tried, context).await?) },
        )?;
        Ok(Tokens { device: Some(device_token), ..self.tokens(&signer, &user, &token, context.now)? })
    }

    /// The user with this address. An unknown address takes the same reads as a known one.
    async fn user_of(&self, email: &Email) -> Result<Option<User>, Error> {
        let owner = self.store.owner_of(email).await?;
        let user = self.store.user(owner.unwrap_or(UserId::from_bits(0))).await?;
        Ok(user.filter(|user| owner == Some(user.id)))
    }

    /// Exchanges a refresh token for the next pair. If a token is exchanged twice at once, one exchange wins and the
    /// other ends the session: a hasty client looks the same as a thief.
    ///
    /// # Errors
    /// `InvalidRefreshToken`, `SessionExpired` or `SessionRevoked`.
    pub async fn refresh(&self, token: &RefreshToken, context: &Context) -> Result<Tokens, Error> {
        // Everything that can fail comes before the write that spends the token.
        let (signer, user, session) = tokio::try_join!(
            async { Ok::<_, Error>(self.signing_key.signer().await?) },
            async { Ok(self.store.user(token.user).await?) },
            async { Ok(self.store.session(token.user, token.session).await?) },
        )?;
        let (Some(user), Some(session)) = (user, session) else {
            return Err(Error::Rejected(Rejection::InvalidRefreshToken));
        };
        let next = token.rotated(self.wiring.world.random());
        let (next_hash, epoch) = (&presented(&next).secret_hash, user.session_epoch);
        let spent = decide_and_write(session, move |session| async move {
            match session.judge(&presented(token), epoch, context.now) {
                Verdict::Refused(rejection) => return Err(Error::Rejected(rejection)),
                Verdict::Reused => return Ok(ControlFlow::Break(Spent::Reused(session))),
                Verdict::Current => {}
            }
            let idle_end = session.idle_end(context.now);
            match self.store.rotate(&session, next_hash, idle_end, &context.cause(0)).await? {
                Updated::Done(_) => Ok(ControlFlow::Break(Spent::Now)),
                // Nobody else knows the next secret: our write succeeded, its answer was lost, and the SDK wrote again.
                Updated::Refused(Some(current)) if current.secret_hash == *next_hash && !current.revoked => {
                    Ok(ControlFlow::Break(Spent::Now))
                }
                Updated::Refused(Some(current)) => Ok(ControlFlow::Continue(*current)),
                Updated::Refused(None) => Err(Error::Rejected(Rejection::InvalidRefreshToken)),
            }
        });
        match spent.await? {
            Spent::Now => self.tokens(&signer, &user, &next, context.now),
            Spent::Reused(session) => Err(self.end_reused(&session, context).await?),
        }
    }

    async fn end_reused(&self, session: &Session, context: &Context) -> Result<Error, Error> {
        self.store.revoke(session.user_id, session.id, &context.cause(0)).await?;
        tracing::warn!(session = %session.id, "a used refresh token came back; the session is revoked");
        self.wiring.metrics.count("reused_refresh_tokens", 1);
        Ok(Error::Rejected(Rejection::SessionRevoked))
    }

    pub async fn sign_out(&self, user: UserId, session: SessionId, context: &Context) -> Result<(), Error> {
        Ok(self.store.revoke(user, session, &context.cause(0)).await?)
    }

    /// Ends all sessions of a user with one write, also those that are being opened now.
    ///
    /// # Errors
    /// `NotFound` if the user does not exist.
    pub async fn sign_out_everywhere(&self, user: UserId, context: &Context) -> Result<(), Error> {
        self.change(user, context, |user| Ok(Some(user.signed_out_everywhere()))).await.map(|_| ())
    }

    fn tokens(&self, signer: &Signer, user: &User, refresh: &RefreshToken, now: Timestamp) -> Result<Tokens, Error> {
        let claims = AccessClaims {
            iss: self.wiring.tokens.issuer().to_owned(),
            aud: ACCESS_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            sub: user.id,
            sid: refresh.session,
            email: user.email.as_str().to_owned(),
            // Nobody can verify an address yet.
            email_verified: false,
            name: user.name.as_str().to_owned(),
            roles: user.roles.iter().copied().collect(),
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.plus_seconds(ACCESS_SECONDS).seconds(),
        };
        Ok(Tokens { access: signer.sign(ACCESS_TYP, &claims)?, refresh: refresh.reveal(), device: None })
    }
}

fn presented(token: &RefreshToken) -> Presented {
    Presented { family_hash: digest::of_bytes(&token.family), secret_hash: digest::of_bytes(&token.secret) }
}
