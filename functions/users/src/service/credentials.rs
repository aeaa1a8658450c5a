//! Verified addresses, passwords and their change: what a token in a mail opens, and what somebody who is signed in may change with their
//! password. Refuses to say whether an address is known.

use super::mailed_tokens::{CountedMail, LiveToken};
use super::{Error, Tokens, Users, unhashable};
use crate::domain::Rejection;
use crate::domain::client::Client;
use crate::domain::credential_token::{CredentialToken, MAX_NETWORK_RESETS, TokenKind};
use crate::domain::factors::is_fresh;
use crate::domain::hashing::HashedPassword;
use crate::domain::password::{NewPassword, prepared};
use crate::domain::session::Session;
use crate::domain::throttle::{MAX_NETWORK_FAILURES, Window};
use crate::domain::user::User;
use crate::store::Settled;
use chassis::{Context, decide_and_write};
use events::Email;
use events::ids::{CredentialTokenId, SessionId, UserId};
use std::ops::ControlFlow;

/// A new password of somebody who is signed in. Both as typed.
pub struct PasswordChange<'a> {
    /// Whose it is, and the session in which it is changed.
    pub me: (UserId, SessionId),
    pub current: &'a str,
    pub new: &'a str,
    /// What the new session is of.
    pub client: Option<Client>,
}

impl Users {
    /// Mails a token to the user's address, which verifies it.
    ///
    /// # Errors
    /// `AlreadyVerified`; `TooManyAttempts` for a mailbox that was sent too many tokens in this hour.
    pub async fn request_verification(&self, user: UserId, context: &Context) -> Result<(), Error> {
        let user = self.user(user).await?;
        if user.is_verified() {
            return Err(Error::Rejected(Rejection::AlreadyVerified));
        }
        if !self.may_mail(CountedMail::Own(&user.email), context).await? {
            return Err(self.throttled(Window::at(context.now).seconds_left_of_hour()));
        }
        let token = CredentialToken::of(&user, TokenKind::EmailVerification, self.token_id(), context.now);
        self.mail_token(token, context).await?;
        Ok(())
    }

    /// The user whose address this token verifies.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub async fn verify_email(&self, token: &str, context: &Context) -> Result<User, Error> {
        let kind = TokenKind::EmailVerification;
        let (hash, LiveToken { user, token }) = self.shown(kind, token, context).await?;
        let (token, now) = (&token, context.now);
        let verified = |user: &User| token.check(kind, user, now).map(|()| user.verified(now));
        self.settle(user, Some(&hash), verified, context).await
    }

    /// Mails a token that resets the password of the user with this address, if there is one. The answer is the same if there is none, and
    /// so are the reads and writes: then a token is kept that opens nothing. An address that was sent too many gets no more, silently.
    ///
    /// # Errors
    /// `TooManyAttempts` of a network.
    pub async fn request_password_reset(&self, email: &Email, network: &str, context: &Context) -> Result<(), Error> {
        let (window, cause) = (Window::at(context.now), context.cause(0));
        let network = self.network(network).await?;
        if !self.store.count_reset(&network, window, MAX_NETWORK_RESETS, &cause).await? {
            return Err(self.throttled(window.seconds_left()));
        }
        let (may_mail, user) =
            tokio::try_join!(self.may_mail(CountedMail::Reset(email), context), self.user_of(email))?;
        let (kind, id) = (TokenKind::PasswordReset, self.token_id());
        let token = match user.filter(|_| may_mail) {
            Some(user) => CredentialToken::of(&user, kind, id, context.now),
            None => CredentialToken::of_nobody(kind, id, context.now),
        };
        self.mail_token(token, context).await?;
        Ok(())
    }

    /// Sets the password of the user whose mail had this token. All sessions end, and so do all other tokens in mails. Second
    /// factors of a verified address stay as they are; others were added by somebody who may not read its mail, and go.
    ///
    /// # Errors
    /// `InvalidToken`, `Weak`; `TooManyAttempts` of a network.
    pub async fn reset_password(
        &self,
        token: &str,
        typed: &str,
        network: &str,
        context: &Context,
    ) -> Result<User, Error> {
        let (window, kind) = (Window::at(context.now), TokenKind::PasswordReset);
        let network = self.network(network).await?;
        if self.store.network_failures(&network, window).await? >= MAX_NETWORK_FAILURES {
            return Err(self.throttled(window.seconds_left()));
        }
        let (hash, LiveToken { user, token }) = match self.shown(kind, token, context).await {
            Err(error @ Error::Rejected(_)) => {
                self.store.count_network_failure(&network, window, &context.cause(0)).await?;
                return Err(error);
            }
            shown => shown?,
        };
        let password = self.new_password(typed, &user)?;
        let (token, now) = (&token, context.now);
        let reset = |user: &User| token.check(kind, user, now).map(|()| user.reset(password.clone(), now));
        self.settle(user, Some(&hash), reset, context).await
    }

    /// Sets the password of somebody who is signed in and knows the present one. Every session ends, the present one too, and a new one
    /// is opened in its place: whoever has an old token of this session is out as well (ASVS 7.2.4). A second factor that was shown in the
    /// present one counts in the new one.
    ///
    /// # Errors
    /// `Weak`, `AccountDisabled`, or as whenever credentials are changed.
    pub async fn change_password(
        &self,
        change: PasswordChange<'_>,
        network: &str,
        context: &Context,
    ) -> Result<Tokens, Error> {
        let (user, session) = self.confirmed(change.me, change.current, network, context).await?;
        self.count_change(&user, context).await?;
        let second_factor_at = session.second_factor_at.filter(|_| user.factors.protects());
        let (known, password, now) = (user.password_hash.clone(), self.new_password(change.new, &user)?, context.now);
        let changed = |user: &User| {
            // Another window was faster: what was confirmed is no longer the password.
            let is_known = user.password_hash == known;
            if is_known { Ok(user.with_password(password.clone(), now)) } else { Err(Rejection::WrongPassword) }
        };
        let user = self.settle(user, None, changed, context).await?;
        self.open_session_with(&user, None, (change.client, second_factor_at), context).await
    }

    /// What a token would open now, and whose it is. Nothing is written, so a page may show a form for it.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub async fn peek_token(&self, kind: TokenKind, token: &str, context: &Context) -> Result<LiveToken, Error> {
        Ok(self.shown(kind, token, context).await?.1)
    }

    /// A live token with the hash that it is kept by.
    pub(super) async fn shown(
        &self,
        kind: TokenKind,
        text: &str,
        context: &Context,
    ) -> Result<(String, LiveToken), Error> {
        let (hash, shown) = self.known(text).await?;
        shown.token.check(kind, &shown.user, context.now).map_err(Error::Rejected)?;
        Ok((hash, shown))
    }

    /// Somebody who is signed in and knows the present password, with the session, if credentials may be changed in it now: whoever has a
    /// second factor has shown it of late, too (ASVS 7.5.1).
    ///
    /// # Errors
    /// `SessionRevoked`, `StepUpRequired`, `WrongPassword`, `TooManyAttempts`.
    pub(super) async fn confirmed(
        &self,
        me: (UserId, SessionId),
        password: &str,
        network: &str,
        context: &Context,
    ) -> Result<(User, Session), Error> {
        let (user, session) = self.in_session(me, context).await?;
        if user.factors.protects() && !is_fresh(session.second_factor_at, context.now) {
            return Err(Error::Rejected(Rejection::StepUpRequired));
        }
        self.confirm_password(&user, password, network, context).await?;
        Ok((user, session))
    }

    /// A user with a session that is open.
    ///
    /// # Errors
    /// `SessionRevoked`.
    pub(super) async fn in_session(
        &self,
        (user, session): (UserId, SessionId),
        context: &Context,
    ) -> Result<(User, Session), Error> {
        let read = async { Ok(self.store.session(user, session).await?) };
        let (user, session) = tokio::try_join!(self.user(user), read)?;
        let live = session.filter(|session| session.is_live(user.session_epoch, context.now));
        Ok((user, live.ok_or(Error::Rejected(Rejection::SessionRevoked))?))
    }

    /// Whether the password of somebody who is signed in is this one. Each attempt is counted, since whoever stole a session would guess
    /// here; strangers who guess at the same account's sign-in use up none of these.
    ///
    /// # Errors
    /// `WrongPassword`, `TooManyAttempts`.
    pub(super) async fn confirm_password(
        &self,
        user: &User,
        typed: &str,
        network: &str,
        context: &Context,
    ) -> Result<(), Error> {
        let tried = self.count_signed_in(user, context).await?;
        if !self.hasher.verify(&prepared(typed), Some(&user.password_hash)).map_err(unhashable)? {
            self.blame(&tried, network, context).await?;
            return Err(Error::Rejected(Rejection::WrongPassword));
        }
        Ok(self.take_back(&tried, context).await?)
    }

    /// The hash of a new password of this user.
    fn new_password(&self, typed: &str, user: &User) -> Result<HashedPassword, Error> {
        let password = NewPassword::of(typed, &user.email, &user.name, &self.wiring.site.name);
        let password = password.map_err(|weak| Error::Rejected(Rejection::Weak(weak)))?;
        self.hasher.hash(password.as_str(), self.wiring.world.random()).map_err(unhashable)
    }

    /// Replaces the user by what is decided, spends the token and moves the address, in one write; decides again if somebody else wrote
    /// first.
    pub(super) async fn settle(
        &self,
        user: User,
        spends: Option<&str>,
        decide: impl Fn(&User) -> Result<User, Rejection>,
        context: &Context,
    ) -> Result<User, Error> {
        let decide = &decide;
        let settled = decide_and_write(user, move |user| async move {
            let changed = decide(&user).map_err(Error::Rejected)?;
            let changed = User { traceparent: context.traceparent.clone().unwrap_or_default(), ..changed };
            let cause = context.cause(changed.seq);
            match self
                .store
                .settle(&changed, &user, spends.map(|hash| (hash, context.now)), cause, &self.wiring.world)
                .await?
            {
                Settled::Done => Ok(ControlFlow::Break(changed)),
                Settled::Outdated(current) => current.map(|user| ControlFlow::Continue(*user)).ok_or(Error::NotFound),
                Settled::Spent => Err(Error::Rejected(Rejection::InvalidToken)),
                Settled::EmailTaken => Err(Error::Rejected(Rejection::EmailTaken)),
            }
        });
        settled.await
    }

    pub(super) fn token_id(&self) -> CredentialTokenId {
        self.wiring.world.fresh(CredentialTokenId::new)
    }
}
