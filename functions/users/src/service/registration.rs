//! Signing up.

use super::{Asked, ServiceError, Users};
use crate::domain::Rejection;
use crate::domain::account::{Registration, User};
use crate::domain::email::{Email, PersonName};
use crate::domain::password::NewPassword;
use events::ids::UserId;

impl Users {
    /// Makes an account. The stream of the table tells the others of it.
    ///
    /// # Errors
    /// `EmailTaken`; `TooManyAttempts` from a network that signs up too often, be it to make accounts in bulk or to learn
    /// who has one.
    pub async fn register(
        &self,
        email: Email,
        name: PersonName,
        password: &NewPassword,
        traceparent: &str,
        asked: &Asked,
    ) -> Result<User, ServiceError> {
        let (window, limit) = (asked.window(), self.config.sign_up_limit);
        if !self.store.count_sign_up(&asked.network, window, limit, &asked.cause).await? {
            return Err(self.throttled(window));
        }
        let world = &self.wiring.world;
        let password = self.hasher.hash(password.as_str(), world.random())?;
        let registration = Registration { email, name, password, traceparent: traceparent.to_owned() };
        let user = User::register(world.fresh(UserId::new), registration, asked.now);
        let registered = self.store.register(&user, asked.transition(user.seq)).await?;
        if registered { Ok(user) } else { Err(Rejection::EmailTaken.into()) }
    }
}
