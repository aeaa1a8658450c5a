//! Showing a second factor: beside the password, in the second step of signing in on a page, and in a session that is open. What is
//! shown counts once. Refuses to keep secrets: an app's is made of the key, the user's id and the name of the enrollment.

use super::sessions::Attempt;
use super::{Error, SecondFactor, SignedIn, Users};
use crate::domain::Rejection;
use crate::domain::client::Client;
use crate::domain::factors::Shown;
use crate::domain::recovery_codes;
use crate::domain::ticket::Ticket;
use crate::domain::totp::{SECRET_BYTES, Secret};
use crate::domain::user::User;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Context;
use chassis::tokens::KeyError;
use events::ids::{SessionId, UserId};

impl Users {
    /// The secret of an app, the same whenever it is asked for. The key that it is made of is never replaced.
    pub(super) async fn totp_secret(&self, user: UserId, enrollment: &str) -> Result<Secret, KeyError> {
        let name = format!("{user} {enrollment}");
        // A pseudonym is a keyed hash of 16 bytes, and a secret has 20.
        let (first, rest) =
            tokio::try_join!(self.pseudonyms.of("totp secret 1", &name), self.pseudonyms.of("totp secret 2", &name))?;
        let mut secret = [0; SECRET_BYTES];
        let bytes = [first, rest].into_iter().flat_map(|text| URL_SAFE_NO_PAD.decode(text).unwrap_or_default());
        secret.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        Ok(Secret(secret))
    }

    pub(super) async fn recovery_pseudonym(&self, user: UserId, code: &str) -> Result<String, KeyError> {
        self.pseudonyms.of("recovery code", &format!("{user} {}", recovery_codes::meant(code))).await
    }

    /// Uses up what a user shows. Of two at once with the same code one is refused.
    ///
    /// # Errors
    /// `InvalidSecondFactor`.
    pub(super) async fn use_factor(&self, user: &User, shown: &SecondFactor, context: &Context) -> Result<User, Error> {
        let shown = self.looked_at(user, shown, context).await?;
        self.having_used(user, &shown, context).await
    }

    pub(super) async fn having_used(&self, user: &User, shown: &Shown, context: &Context) -> Result<User, Error> {
        let used = |user: &User| {
            let factors = user.factors.having_used(shown).map_err(Error::Rejected)?;
            Ok(Some(user.with_factors(factors)))
        };
        self.change_silently(user.id, context, used).await
    }

    async fn looked_at(&self, user: &User, shown: &SecondFactor, context: &Context) -> Result<Shown, Error> {
        let wrong = Error::Rejected(Rejection::InvalidSecondFactor);
        match shown {
            SecondFactor::RecoveryCode(code) => Ok(Shown::RecoveryCode(self.recovery_pseudonym(user.id, code).await?)),
            SecondFactor::Passkey(shown) => self.passkey_shown(user, shown, context).await,
            SecondFactor::Totp(code) => {
                let totp = user.factors.totp.as_ref().ok_or(Error::Rejected(Rejection::InvalidSecondFactor))?;
                let secret = self.totp_secret(user.id, &totp.enrollment).await?;
                let step = secret.step_of(code, context.now, Some(totp.used)).ok_or(wrong)?;
                Ok(Shown::Totp { enrollment: totp.enrollment.clone(), step })
            }
        }
    }

    /// Remembers that a second factor was shown in a session, and signs an access token that says so. The refresh token stays.
    ///
    /// # Errors
    /// `InvalidSecondFactor`, `NoSecondFactor`, `SessionRevoked`, `TooManyAttempts`.
    pub async fn step_up(
        &self,
        (user, session): (UserId, SessionId),
        shown: &SecondFactor,
        network: &str,
        context: &Context,
    ) -> Result<String, Error> {
        let user = self.user(user).await?;
        if !user.factors.protects() {
            return Err(Error::Rejected(Rejection::NoSecondFactor));
        }
        let tried = self.count_signed_in(&user, context).await?;
        let user = match self.use_factor(&user, shown, context).await {
            Ok(user) => user,
            Err(error) => {
                self.blame_for(&error, &tried, network, context).await?;
                return Err(error);
            }
        };
        self.take_back(&tried, context).await?;
        self.stepped_up(&user, session, context).await
    }

    /// The access token of a session in which a second factor was shown just now.
    pub(super) async fn stepped_up(&self, user: &User, session: SessionId, context: &Context) -> Result<String, Error> {
        let signer = self.signing_key.signer().await?;
        let session = self.store.step_up(user.id, session, context).await?;
        let live = session.filter(|session| session.is_live(user.session_epoch, context.now));
        let session = live.ok_or(Error::Rejected(Rejection::SessionRevoked))?;
        self.access_token(&signer, user, &session, context.now)
    }

    /// A ticket for the second step of signing in.
    pub(super) async fn ticket(&self, user: &User, context: &Context) -> Result<String, Error> {
        let ticket = Ticket { user: user.id, issued_at: context.now };
        Ok(ticket.reveal(&self.pseudonyms.of("sign-in ticket", &signed(&ticket, user)?).await?))
    }

    /// The second step of signing in.
    ///
    /// # Errors
    /// `InvalidCredentials` if the ticket is none, is over, or the password was changed since; `InvalidSecondFactor`,
    /// `AccountDisabled`, `TooManyAttempts`.
    pub async fn finish_sign_in(
        &self,
        ticket: &str,
        shown: &SecondFactor,
        (device_token, client, network): (Option<&str>, Option<Client>, &str),
        context: &Context,
    ) -> Result<SignedIn, Error> {
        let over = || Error::Rejected(Rejection::InvalidCredentials);
        let claimed = Ticket::claimed(ticket).filter(|(ticket, _)| ticket.is_fresh(context.now));
        let (ticket, tag) = claimed.ok_or_else(over)?;
        let user = self.store.user(ticket.user).await?.ok_or_else(over)?;
        if !self.pseudonyms.matches("sign-in ticket", &signed(&ticket, &user)?, tag).await? {
            return Err(over());
        }
        let device = self.device_of(device_token, &user, context).await?;
        let tried = match &device {
            Some(device) => self.count_device(device, &user.email, context).await?,
            None => self.count_stranger(&user.email, network, context).await?,
        };
        self.enter(Attempt { user, device, tried, network, client }, Some(shown), context).await
    }
}

/// What a ticket's tag is made of: what it says, and what ends it.
fn signed(ticket: &Ticket, user: &User) -> Result<String, Error> {
    let password = chassis::digest::of_json(&user.password_hash);
    Ok(format!("{} {} {password}", ticket.claims(), user.session_epoch))
}
