//! Adding, replacing and removing second factors. Who has one shows it a moment before; who has none yet shows the password. Refuses to
//! tell a recovery code twice.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::factors::{Factors, Shown, is_fresh};
use crate::domain::recovery_codes::{self, RECOVERY_CODES};
use crate::domain::user::User;
use crate::domain::user_status::{Reason, StatusEditor};
use chassis::Context;
use chassis::tokens::{KeyError, digest};
use events::ids::{SessionId, UserId};

/// What an authenticator app takes, by hand or from a picture.
pub struct NewApp {
    pub secret: String,
    pub address: String,
}

impl Users {
    /// The user, if what protects the account may be changed in this session now.
    ///
    /// # Errors
    /// `StepUpRequired` of who has a second factor and has not shown it of late; `WrongPassword` of who has none, without the
    /// password; `SessionRevoked`, `TooManyAttempts`.
    pub(super) async fn unlocked(
        &self,
        me: (UserId, SessionId),
        password: Option<&str>,
        network: &str,
        context: &Context,
    ) -> Result<User, Error> {
        let (user, session) = self.in_session(me, context).await?;
        if user.factors.protects() {
            let is_shown = is_fresh(session.second_factor_at, context.now);
            return if is_shown { Ok(user) } else { Err(Error::Rejected(Rejection::StepUpRequired)) };
        }
        let password = password.ok_or(Error::Rejected(Rejection::WrongPassword))?;
        self.confirm_password(&user, password, network, context).await?;
        Ok(user)
    }

    /// Begins with an authenticator app. The one before, if there is one, counts until this one has shown a code.
    ///
    /// # Errors
    /// As whenever what protects the account is changed.
    pub async fn begin_totp(
        &self,
        me: (UserId, SessionId),
        password: Option<&str>,
        network: &str,
        context: &Context,
    ) -> Result<NewApp, Error> {
        let user = self.unlocked(me, password, network, context).await?;
        let enrollment = digest::base64url(&self.wiring.world.random::<16>());
        let begun = |user: &User| {
            let factors = user.factors.begun(enrollment.clone(), me.1, context.now);
            Ok(Some(user.with_factors(factors)))
        };
        let user = self.change(user.id, context, begun).await?;
        self.app_of(&user, &enrollment).await
    }

    /// The app that waits for its first code in this session, to be shown again.
    pub async fn pending_totp(
        &self,
        user: &User,
        session: SessionId,
        context: &Context,
    ) -> Result<Option<NewApp>, Error> {
        match user.factors.pending(session, context.now) {
            Some(pending) => self.app_of(user, &pending.enrollment).await.map(Some),
            None => Ok(None),
        }
    }

    async fn app_of(&self, user: &User, enrollment: &str) -> Result<NewApp, Error> {
        let secret = self.totp_secret(user.id, enrollment).await?;
        let address = secret.address(&self.wiring.site.name, user.email.as_str());
        Ok(NewApp { secret: secret.text(), address })
    }

    /// Confirms the app that was begun in this session with its first code, which counts as a second factor of it. Gives the new
    /// recovery codes, and an access token that says so.
    ///
    /// # Errors
    /// `NoEnrollment`, `InvalidSecondFactor`, `SessionRevoked`, `TooManyAttempts`.
    pub async fn confirm_totp(
        &self,
        me: (UserId, SessionId),
        code: &str,
        network: &str,
        context: &Context,
    ) -> Result<(Vec<String>, String), Error> {
        let (user, session) = (self.in_session(me, context).await?.0, me.1);
        let pending = user.factors.pending(session, context.now).ok_or(Error::Rejected(Rejection::NoEnrollment))?;
        let secret = self.totp_secret(user.id, &pending.enrollment).await?;
        let tried = self.count_signed_in(&user, context).await?;
        let Some(step) = secret.step_of(code, context.now, None) else {
            self.blame(&tried, network, context).await?;
            return Err(Error::Rejected(Rejection::InvalidSecondFactor));
        };
        self.take_back(&tried, context).await?;
        self.count_change(&user, context).await?;
        let shown = Shown::Totp { enrollment: pending.enrollment.clone(), step };
        let (codes, kept) = self.recovery_codes(user.id).await?;
        let confirmed = |user: &User| {
            let factors =
                user.factors.confirmed((&shown, session), kept.clone(), context.now).map_err(Error::Rejected)?;
            Ok(Some(user.with_factors(factors)))
        };
        let user = self.change(user.id, context, confirmed).await?;
        Ok((codes, self.stepped_up(&user, session, context).await?))
    }

    /// Removes the app, and the recovery codes with it.
    ///
    /// # Errors
    /// `NoSecondFactor`, `LastFactorOfStaff`, or as whenever what protects the account is changed.
    pub async fn remove_totp(&self, me: (UserId, SessionId), context: &Context) -> Result<(), Error> {
        let user = self.protected(me, context).await?;
        let removed = |user: &User| {
            let fewer = user.factors.without_totp(context.now);
            let next = fewer.map(|fewer| user.with_fewer_factors(fewer, self.requires_factor()));
            next.transpose().map_err(Error::Rejected)
        };
        self.change(user.id, context, removed).await.map(|_| ())
    }

    /// Makes new recovery codes. Those before count no more.
    ///
    /// # Errors
    /// `NoSecondFactor`, `TooManyAttempts`, or as whenever what protects the account is changed.
    pub async fn renew_recovery_codes(&self, me: (UserId, SessionId), context: &Context) -> Result<Vec<String>, Error> {
        let user = self.protected(me, context).await?;
        self.count_change(&user, context).await?;
        let (codes, kept) = self.recovery_codes(user.id).await?;
        let renewed = |user: &User| {
            let factors = user.factors.with_recovery_codes(kept.clone(), context.now).map_err(Error::Rejected)?;
            Ok(Some(user.with_factors(factors)))
        };
        self.change(user.id, context, renewed).await?;
        Ok(codes)
    }

    /// Removes all second factors of a user who lost them, for staff, who say why. The user is signed out everywhere; the relay tells
    /// whoever checks tokens if these allow more than a customer's.
    ///
    /// # Errors
    /// `NotFound`; `NoSecondFactor`, `AdminStatus`.
    pub async fn remove_factors(
        &self,
        user: UserId,
        reason: &Reason,
        editor: StatusEditor,
        context: &Context,
    ) -> Result<User, Error> {
        let removed = |user: &User| {
            let factors = user.factors.removed(reason, context.now);
            let factors: Factors = factors.ok_or(Error::Rejected(Rejection::NoSecondFactor))?;
            user.with_factors_removed(factors, editor, context.now).map(Some).map_err(Error::Rejected)
        };
        self.change(user, context, removed).await
    }

    /// The user, who has a second factor and has shown it of late.
    pub(super) async fn protected(
        &self,
        (user, session): (UserId, SessionId),
        context: &Context,
    ) -> Result<User, Error> {
        let user = self.user(user).await?;
        if user.factors.protects() {
            self.unlocked((user.id, session), None, "", context).await
        } else {
            Err(Error::Rejected(Rejection::NoSecondFactor))
        }
    }

    /// New codes as they are shown, and as they are kept.
    pub(super) async fn recovery_codes(&self, user: UserId) -> Result<(Vec<String>, Vec<String>), KeyError> {
        let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| recovery_codes::shown(self.wiring.world.random())).collect();
        let mut kept = Vec::with_capacity(codes.len());
        for code in &codes {
            kept.push(self.recovery_pseudonym(user, code).await?);
        }
        Ok((codes, kept))
    }
}
