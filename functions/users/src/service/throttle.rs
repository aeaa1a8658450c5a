//! Who may try to sign in: strangers to an account are counted together and by their network, a device that the account knows by
//! itself. So nobody's guesses keep the owner out.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::device::Device;
use crate::domain::throttle::{
    MAX_DAILY_DEVICE_FAILURES, MAX_HOURLY_CHANGES, MAX_NETWORK_FAILURES, PENDING_SECONDS, Window,
};
use crate::domain::user::User;
use crate::store::{Counted, Throttled};
use chassis::tokens::{KeyError, digest};
use chassis::{Context, StoreError};
use events::Email;

impl Users {
    /// Counts an attempt at an account before the password is looked at, so guesses made at once cannot exceed the limit. A
    /// network that failed too often does not use up the attempts of strangers.
    pub(super) async fn count_stranger(
        &self,
        email: &Email,
        network: &str,
        context: &Context,
    ) -> Result<Throttled, Error> {
        let window = Window::at(context.now);
        let (network, account) =
            tokio::try_join!(self.network(network), self.pseudonyms.of("account", email.as_str()))?;
        // Failures at the same time may exceed the network's limit; the count of the account is strict.
        if self.store.network_failures(&network, window).await? >= MAX_NETWORK_FAILURES {
            return Err(self.throttled(window.seconds_left()));
        }
        self.count(Throttled::Account(account), context).await
    }

    /// Counts an attempt from a device that the account knows, which uses up the attempts of no other. All of them together may fail so
    /// often in a day; failures at the same time may exceed it.
    pub(super) async fn count_device(
        &self,
        device: &Device,
        email: &Email,
        context: &Context,
    ) -> Result<Throttled, Error> {
        let (window, nonce) = (Window::at(context.now), digest::base64url(&device.nonce));
        let (device, account) =
            tokio::try_join!(self.pseudonyms.of("device", &nonce), self.pseudonyms.of("account", email.as_str()))?;
        if self.store.device_failures(&account, window).await? >= MAX_DAILY_DEVICE_FAILURES {
            return Err(self.throttled(window.seconds_left_of_day()));
        }
        self.count(Throttled::Device { device, account }, context).await
    }

    /// Counts an attempt of somebody who is signed in to show a password or a second factor once more.
    pub(super) async fn count_signed_in(&self, user: &User, context: &Context) -> Result<Throttled, Error> {
        let user = self.pseudonyms.of("signed-in", &user.id.to_string()).await?;
        self.count(Throttled::SignedIn(user), context).await
    }

    /// Counts a new password, second factor or set of recovery codes, of each of which a mail tells the user. Removals need none of their
    /// own: there is one for each that was added.
    pub(super) async fn count_change(&self, user: &User, context: &Context) -> Result<(), Error> {
        let (window, cause) = (Window::at(context.now), context.cause(0));
        let of = self.pseudonyms.of("changes", &user.id.to_string()).await?;
        let is_counted = self.store.count_mail(&of, MAX_HOURLY_CHANGES, window, &cause).await?;
        if is_counted { Ok(()) } else { Err(self.throttled(window.seconds_left_of_hour())) }
    }

    async fn count(&self, tried: Throttled, context: &Context) -> Result<Throttled, Error> {
        let window = Window::at(context.now);
        match self.store.count_attempt(&tried, window, &context.cause(0)).await? {
            Counted::Yes => Ok(tried),
            Counted::Pending => Err(self.throttled(PENDING_SECONDS)),
            Counted::WindowFull => Err(self.throttled(window.seconds_left())),
            Counted::DayFull => Err(self.throttled(window.seconds_left_of_day())),
        }
    }

    pub(super) async fn take_back(&self, tried: &Throttled, context: &Context) -> Result<(), StoreError> {
        self.store.take_back(tried, Window::at(context.now), &context.cause(0)).await
    }

    /// An attempt failed: its count stays, and the network's rises, as that of all devices does after one of them.
    pub(super) async fn blame(&self, tried: &Throttled, network: &str, context: &Context) -> Result<(), Error> {
        let (network, window, cause) = (self.network(network).await?, Window::at(context.now), context.cause(0));
        let of_all_devices = async {
            match tried {
                Throttled::Device { account, .. } => self.store.count_device_failure(account, window, &cause).await,
                _ => Ok(()),
            }
        };
        let (failed, blamed, of_all) = tokio::join!(
            self.store.count_failure(tried, window, &cause),
            self.store.count_network_failure(&network, window, &cause),
            of_all_devices,
        );
        Ok(failed.and(blamed).and(of_all)?)
    }

    /// The same of a second factor that was refused. If it could not be looked at, nobody is to blame.
    pub(super) async fn blame_for(
        &self,
        error: &Error,
        tried: &Throttled,
        network: &str,
        context: &Context,
    ) -> Result<(), Error> {
        if matches!(error, Error::Rejected(_)) {
            return self.blame(tried, network, context).await;
        }
        Ok(self.take_back(tried, context).await?)
    }

    pub(super) async fn network(&self, network: &str) -> Result<String, KeyError> {
        self.pseudonyms.of("network", network).await
    }

    /// Counts a sign-up against the mailbox of its address. One with the mailbox's plain address counts nothing: it signs up once,
    /// and strangers' sign-ups must not keep its owner from it.
    pub(super) async fn count_alias(&self, email: &Email, window: Window, context: &Context) -> Result<(), Error> {
        let mailbox = email.mailbox();
        if mailbox == email.as_str() {
            return Ok(());
        }
        let mailbox = self.pseudonyms.of("mailbox", &mailbox).await?;
        if self.store.count_alias(&mailbox, window, &context.cause(0)).await? {
            Ok(())
        } else {
            Err(self.throttled(window.seconds_left_of_day()))
        }
    }

    pub(super) fn throttled(&self, seconds: u32) -> Error {
        self.wiring.metrics.count("throttled_attempts", 1);
        Error::Rejected(Rejection::TooManyAttempts(seconds))
    }

    /// The device of a token that we made for this user as they are, and that has not expired.
    pub(super) async fn device_of(
        &self,
        token: Option<&str>,
        user: &User,
        context: &Context,
    ) -> Result<Option<Device>, KeyError> {
        let Some((device, tag)) = token.and_then(Device::claimed).filter(|(device, _)| device.is_fresh(context.now))
        else {
            return Ok(None);
        };
        let is_ours = self.pseudonyms.matches("device token", &claims(&device, user), tag).await?;
        Ok(is_ours.then_some(device))
    }

    /// A token for the device of a user who signs in: the one it had, renewed, or a first one.
    pub(crate) async fn device_token(
        &self,
        user: &User,
        known: Option<Device>,
        context: &Context,
    ) -> Result<String, KeyError> {
        let nonce = known.map_or_else(|| self.wiring.world.random(), |device| device.nonce);
        let device = Device { nonce, issued_at: context.now };
        Ok(device.reveal(&self.pseudonyms.of("device token", &claims(&device, user)).await?))
    }
}

/// What a device's token is made of: what it says, whose it is, and what ends it. Whoever was in with an earlier password, or before there
/// was a second factor, is a stranger now.
fn claims(device: &Device, user: &User) -> String {
    let (email, epoch, has_factor) = (user.email.as_str(), user.credential_epoch, user.factors.protects());
    format!("{} {email} {epoch} {has_factor}", device.claims())
}
