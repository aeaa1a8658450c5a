//! Signing up.

use super::{Error, Users, unhashable};
use crate::domain::Rejection;
use crate::domain::account::{Registration, User};
use crate::domain::email::{Email, PersonName};
use crate::domain::password::NewPassword;
use crate::domain::throttle::Window;
use chassis::Context;
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
        network: &str,
        context: &Context,
    ) -> Result<User, Error> {
        let (window, limit) = (Window::at(context.now), self.config.sign_up_limit);
        if !self.store.count_sign_up(network, window, limit, &context.cause(0)).await? {
            return Err(self.throttled(window));
        }
        let world = &self.wiring.world;
        let password = self.hasher.hash(password.as_str(), world.random()).map_err(unhashable)?;
        let registration =
            Registration { email, name, password, traceparent: context.traceparent.clone().unwrap_or_default() };
        let user = User::register(world.fresh(UserId::new), registration, context.now);
        let registered = self.store.register(&user, context.cause(user.seq)).await?;
        if registered { Ok(user) } else { Err(Error::Rejected(Rejection::EmailTaken)) }
    }
}
