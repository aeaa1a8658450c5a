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
    /// `EmailTaken`; `TooManyAttempts` from a network that keeps finding addresses taken, as that is how one would learn
    /// who has an account.
    pub async fn register(
        &self,
        email: Email,
        name: PersonName,
        password: &NewPassword,
        traceparent: &str,
        asked: &Asked,
    ) -> Result<User, ServiceError> {
        self.admit_network(asked).await?;
        let world = &self.wiring.world;
        let password = self.hasher.hash(password.as_str(), world.random())?;
        let registration = Registration { email, name, password, traceparent: traceparent.to_owned() };
        let user = User::register(world.fresh(UserId::new), registration, asked.now);
        if self.store.register(&user, asked.transition(user.seq)).await? {
            return Ok(user);
        }
        self.blame_network(asked).await?;
        Err(Rejection::EmailTaken.into())
    }
}
