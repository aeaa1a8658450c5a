//! Signing in, refreshing, signing out.

use super::{Error, SecondFactor, Users, unhashable};
use crate::domain::Rejection;
use crate::domain::client::Client;
use crate::domain::device::Device;
use crate::domain::factors::Methods;
use crate::domain::password::prepared;
use crate::domain::refresh_token::RefreshToken;
use crate::domain::session::{ACCESS_SECONDS, Presented, Session, Verdict};
use crate::domain::user::User;
use crate::store::Throttled;
use chassis::table::{Updated, Via};
use chassis::tokens::digest;
use chassis::tokens::{ACCESS_AUDIENCE, ACCESS_TYP, AccessClaims, Signer};
use chassis::{Context, Page, decide_and_write};
use events::ids::{SessionId, UserId};
use events::{Email, Timestamp};
use std::ops::ControlFlow;

/// The credentials of a sign-in.
pub struct SignIn<'a> {
    pub email: &'a Email,
    /// The password as typed.
    pub password: &'a str,
    /// The token of the device, if it has one.
    pub device_token: Option<&'a str>,
    /// What is shown beside the password, if anything.
    pub second_factor: Option<&'a SecondFactor>,
    /// What signs in.
    pub client: Option<Client>,
}

/// What the right password leads to.
pub enum SignedIn {
    Open(Tokens),
    /// A second factor is needed.
    Halfway(Halfway),
}

/// Between the two steps of signing in.
pub struct Halfway {
    /// What may be shown.
    pub methods: Methods,
    /// Stands for the password for a few minutes.
    pub ticket: String,
}

/// A counted attempt to sign in.
pub(super) struct Attempt<'a> {
    pub user: User,
    /// If the user's address knows it.
    pub device: Option<Device>,
    pub tried: Throttled,
    pub network: &'a str,
    pub client: Option<Client>,
}

/// The tokens of a signed-in client.
pub struct Tokens {
    /// JWT that identifies the caller for 15 minutes.
    pub access: String,
    /// Exchanged for the next pair, once.
    pub refresh: String,
    /// Of a sign-in: shown at the next one from the same device.
    pub device: Option<String>,
    /// Whether the user's roles do not count in the session for want of a second factor.
    pub lacks_factor: bool,
}

/// What a presented refresh token leads to.
enum Refreshed {
    /// The token to use from now on, and its session.
    Next(RefreshToken, Session),
    /// Two clients hold tokens of this session.
    Reused(Session),
}

impl Users {
    /// Opens a session. Of somebody who has a second factor that takes one, which is counted with the password as one attempt.
    ///
    /// # Errors
    /// `InvalidCredentials`, which never says whether the user exists; with the right password `AccountDisabled` or
    /// `InvalidSecondFactor`; `TooManyAttempts`.
    pub async fn sign_in(&self, sign_in: SignIn<'_>, network: &str, context: &Context) -> Result<SignedIn, Error> {
        let user = self.user_of(sign_in.email).await?;
        let device = match &user {
            Some(user) => self.device_of(sign_in.device_token, user, context).await?,
            None => None,
        };
        let tried = match &device {
            Some(device) => self.count_device(device, sign_in.email, context).await?,
            None => self.count_stranger(sign_in.email, network, context).await?,
        };
        let hash = user.as_ref().map(|user| &user.password_hash);
        let matches = self.hasher.verify(&prepared(sign_in.password), hash).map_err(unhashable)?;
        let Some(user) = user.filter(|_| matches) else {
            self.blame(&tried, network, context).await?;
            return Err(Error::Rejected(Rejection::InvalidCredentials));
        };
        let user = self.renewed_hash(user, sign_in.password, context).await?;
        let attempt = Attempt { user, device, tried, network, client: sign_in.client };
        self.enter(attempt, sign_in.second_factor, context).await
    }

    /// Opens the session of somebody whose password was right, if that is enough or what is shown beside it is right, too.
    pub(super) async fn enter(
        &self,
        attempt: Attempt<'_>,
        shown: Option<&SecondFactor>,
        context: &Context,
    ) -> Result<SignedIn, Error> {
        let Attempt { user, device, tried, network, client } = attempt;
        if user.is_disabled() {
            // Who knows the password may know it. Nobody guessed.
            self.take_back(&tried, context).await?;
            return Err(Error::Rejected(Rejection::AccountDisabled));
        }
        let (user, second_factor_at) = match (user.factors.protects(), shown) {
            (false, _) => (user, None),
            (true, Some(shown)) => match self.use_factor(&user, shown, context).await {
                Ok(user) => (user, Some(context.now)),
                Err(error) => {
                    self.blame_for(&error, &tried, network, context).await?;
                    return Err(error);
                }
            },
            (true, None) => {
                self.take_back(&tried, context).await?;
                let ticket = self.ticket(&user, context).await?;
                return Ok(SignedIn::Halfway(Halfway { methods: user.factors.methods(), ticket }));
            }
        };
        let taken_back = async { Ok(self.take_back(&tried, context).await?) };
        let opened = self.open_session_with(&user, device, (client, second_factor_at), context);
        let (tokens, ()) = tokio::try_join!(opened, taken_back)?;
        Ok(SignedIn::Open(tokens))
    }

    /// Hashes the password of a user again if new ones are hashed at another cost. It is the same password, so nothing ends. Who may not
    /// sign in stays as they are.
    async fn renewed_hash(&self, user: User, typed: &str, context: &Context) -> Result<User, Error> {
        if user.is_disabled() || !self.hasher.is_outdated(&user.password_hash).map_err(unhashable)? {
            return Ok(user);
        }
        let renewed = self.hasher.hash(&prepared(typed), self.wiring.world.random()).map_err(unhashable)?;
        self.store.renew_hash(&user, &renewed, &context.cause(0)).await?;
        // A ticket for the second step counts only with the hash that is stored.
        Ok(User { password_hash: renewed, ..user })
    }

    /// Opens a session of somebody who has just shown to be this user: by the password, or by signing up. `known` is the device, if
    /// the user's address knows it.
    ///
    /// # Errors
    /// `AccountDisabled`.
    pub async fn open_session_of(
        &self,
        user: &User,
        known: Option<Device>,
        client: Option<Client>,
        context: &Context,
    ) -> Result<Tokens, Error> {
        self.open_session_with(user, known, (client, None), context).await
    }

    /// The same with the time at which a second factor was shown for it.
    pub(super) async fn open_session_with(
        &self,
        user: &User,
        known: Option<Device>,
        (client, second_factor_at): (Option<Client>, Option<Timestamp>),
        context: &Context,
    ) -> Result<Tokens, Error> {
        self.open(user, known, |opened| Session { client, second_factor_at, ..opened }, context).await
    }

    /// The same with what is known of the session.
    pub(super) async fn open(
        &self,
        user: &User,
        known: Option<Device>,
        as_known: impl FnOnce(Session) -> Session,
        context: &Context,
    ) -> Result<Tokens, Error> {
        if user.is_disabled() {
            return Err(Error::Rejected(Rejection::AccountDisabled));
        }
        let world = &self.wiring.world;
        let session = world.fresh(SessionId::new);
        let token = RefreshToken { user: user.id, session, family: world.random(), secret: world.random() };
        let opened = Session::open(session, user.id, user.session_epoch, presented(&token), context.now);
        let session = as_known(opened);
        let (signer, device_token, ()) = tokio::try_join!(
            async { Ok::<_, Error>(self.signing_key.signer().await?) },
            async { Ok(self.device_token(user, known, context).await?) },
            async { Ok(self.store.open_session(&session, &context.cause(0)).await?) },
        )?;
        Ok(Tokens { device: Some(device_token), ..self.tokens(&signer, user, &session, &token, context.now)? })
    }

    /// Exchanges a refresh token for the next pair. If it is exchanged twice at once, or again within ten seconds, both get
    /// the same refresh token. Later, its reuse ends the session: one of the two who had it is a thief.
    ///
    /// # Errors
    /// `InvalidRefreshToken`, `SessionExpired`, `SessionRevoked`, `RefreshSuperseded` or `TooManyAttempts`.
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
        let (judged, epoch) = (&presented(token), user.session_epoch);
        let key = &digest::base64url(&self.wiring.world.random::<32>());
        let refreshed = decide_and_write(session, move |session| async move {
            match session.judge(judged, epoch, context.now) {
                Verdict::Refused(rejection) => return Err(Error::Rejected(rejection)),
                Verdict::Reused => return Ok(ControlFlow::Break(Refreshed::Reused(session))),
                Verdict::Repeated => {
                    let next = token.successor(&session.successor_key);
                    return Ok(ControlFlow::Break(Refreshed::Next(next, session)));
                }
                Verdict::Current => {}
            }
            let next = token.successor(key);
            let refreshed = session.refreshed(presented(&next).secret_hash, key, context.now);
            match self.store.rotate(&session, &refreshed, &context.cause(0)).await? {
                Updated::Done(refreshed) => Ok(ControlFlow::Break(Refreshed::Next(next, refreshed))),
                // Another refresh was first, or this one was and its answer was lost: either way the token is repeated.
                Updated::Refused(Some(current)) => Ok(ControlFlow::Continue(*current)),
                Updated::Refused(None) => Err(Error::Rejected(Rejection::InvalidRefreshToken)),
            }
        });
        match refreshed.await? {
            Refreshed::Next(next, session) => self.tokens(&signer, &user, &session, &next, context.now),
            Refreshed::Reused(session) => Err(self.end_reused(&user, &session, context).await?),
        }
    }

    async fn end_reused(&self, user: &User, session: &Session, context: &Context) -> Result<Error, Error> {
        self.end(user, session.id, context).await?;
        tracing::warn!(session = %session.id, "a used refresh token came back; the session is revoked");
        self.wiring.metrics.count("reused_refresh_tokens", 1);
        Ok(Error::Rejected(Rejection::SessionRevoked))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `NotFound` if the user does not exist.
    pub async fn sign_out(&self, user: UserId, session: SessionId, context: &Context) -> Result<(), Error> {
        let user = self.user(user).await?;
        self.end(&user, session, context).await.map(|_| ())
    }

    /// Ends a session for the user whose it is.
    ///
    /// # Errors
    /// `NotFound` if the user has no such session.
    pub async fn end_own_session(&self, user: UserId, session: SessionId, context: &Context) -> Result<(), Error> {
        let user = self.user(user).await?;
        if self.end(&user, session, context).await? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Others hear of it only if the user's access tokens allow more than a customer's. Who lost such a role a moment ago has
    /// none: all tokens with it were revoked then. `false` if there is no such session.
    async fn end(&self, user: &User, session: SessionId, context: &Context) -> Result<bool, Error> {
        let cause = context.cause(0);
        let cause = if user.is_privileged() { cause } else { cause.silent() };
        Ok(self.store.revoke(user.id, session, context, &cause).await?)
    }

    /// Ends all sessions of a user with one write, also those that are being opened now.
    ///
    /// # Errors
    /// `NotFound` if the user does not exist.
    pub async fn sign_out_everywhere(&self, user: UserId, context: &Context) -> Result<(), Error> {
        self.change(user, context, |user| Ok(Some(user.signed_out_everywhere(context.now)))).await.map(|_| ())
    }

    /// A user, and a page of the sessions that have not ended, newest first, after the place `after`. Ended ones are kept for a while and
    /// read with them, so a page may have fewer than `limit`.
    ///
    /// # Errors
    /// `NotFound` if the user does not exist.
    pub async fn sessions(
        &self,
        id: UserId,
        after: Option<SessionId>,
        limit: u32,
        now: Timestamp,
    ) -> Result<(User, Page<Session>), Error> {
        let read = async { Ok(self.store.sessions(id, after, limit).await?) };
        let (user, mut page) = tokio::try_join!(self.user(id), read)?;
        page.items.retain(|session| session.is_live(user.session_epoch, now));
        Ok((user, page))
    }

    /// Ends a session of a user for an admin. Others hear of it as of signing out.
    ///
    /// # Errors
    /// `NotFound` if the user has no such session.
    pub async fn end_session(&self, user: UserId, session: SessionId, context: &Context) -> Result<(), Error> {
        let user = self.user(user).await?;
        let mut cause = context.audited(0, user.id, session);
        if !user.is_privileged() {
            cause.via = Via::Silent;
        }
        let exists = self.store.revoke_audited(user.id, session, context, cause, &self.wiring.world).await?;
        if exists { Ok(()) } else { Err(Error::NotFound) }
    }

    fn tokens(
        &self,
        signer: &Signer,
        user: &User,
        session: &Session,
        refresh: &RefreshToken,
        now: Timestamp,
    ) -> Result<Tokens, Error> {
        let lacks_factor = user.lacks_factor(user.permissions_in(session, self.requires_factor()));
        let access = self.access_token(signer, user, session, now)?;
        Ok(Tokens { access, refresh: refresh.reveal(), device: None, lacks_factor })
    }

    pub(super) fn access_token(
        &self,
        signer: &Signer,
        user: &User,
        session: &Session,
        now: Timestamp,
    ) -> Result<String, Error> {
        let claims = AccessClaims {
            iss: self.wiring.tokens.issuer().to_owned(),
            aud: ACCESS_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            sub: user.id.into(),
            made_by: None,
            sid: session.id,
            user_version: user.seq,
            email_verified: user.is_verified(),
            scope: user.permissions_in(session, self.requires_factor()),
            auth_time: session.created_at.seconds(),
            second_factor_at: session.second_factor_at.map(Timestamp::seconds),
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.plus_seconds(ACCESS_SECONDS).seconds(),
        };
        Ok(signer.sign(ACCESS_TYP, &claims)?)
    }
}

fn presented(token: &RefreshToken) -> Presented {
    Presented { family_hash: digest::of_bytes(&token.family), secret_hash: digest::of_bytes(&token.secret) }
}
