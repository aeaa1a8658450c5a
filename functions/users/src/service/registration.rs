//! Signing up.

use super::{Error, Users, unhashable};
use crate::domain::Rejection;
use crate::domain::credential_token::{CredentialToken, TokenKind};
use crate::domain::password::NewPassword;
use crate::domain::person_name::PersonName;
use crate::domain::throttle::Window;
use crate::domain::user::{Registration, User};
use chassis::Context;
use events::ids::UserId;
use events::{Email, Language};

impl Users {
    /// Creates a user, and a token for the mail that verifies the address. The relay publishes `users.user_registered`, and has the token
    /// mailed.
    ///
    /// # Errors
    /// `EmailTaken`. `TooManyAttempts` for a network that signs up too often, to create users in bulk or to learn which
    /// addresses are taken, and for a mailbox that is signed up under many names.
    pub async fn register(
        &self,
        email: Email,
        name: PersonName,
        language: Option<Language>,
        password: &NewPassword,
        network: &str,
        context: &Context,
    ) -> Result<User, Error> {
        let (window, limit) = (Window::at(context.now), self.config.sign_up_limit);
        if !self.store.count_sign_up(&self.network(network).await?, window, limit, &context.cause(0)).await? {
            return Err(self.throttled(window.seconds_left()));
        }
        self.count_alias(&email, window, context).await?;
        // The address of an earlier version's user has another key, which the write below does not look at.
        if email.in_unicode().is_some() && self.store.owner_of(&email).await?.is_some() {
            return Err(Error::Rejected(Rejection::EmailTaken));
        }
        let world = &self.wiring.world;
        let password = self.hasher.hash(password.as_str(), world.random()).map_err(unhashable)?;
        let traceparent = context.traceparent.clone();
        let registration =
            Registration { email, name, password, language, traceparent: traceparent.clone().unwrap_or_default() };
        let user = User::register(world.fresh(UserId::new), registration, context.now);
        let token = CredentialToken::of(&user, TokenKind::EmailVerification, self.token_id(), context.now);
        let token = CredentialToken { traceparent, ..token };
        let hash = self.hash_of(&token).await?;
        let registered = self.store.register(&user, (&hash, &token), context.cause(user.seq)).await?;
        if registered { Ok(user) } else { Err(Error::Rejected(Rejection::EmailTaken)) }
    }
}
