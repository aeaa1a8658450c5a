//! A member of staff who signs in with a code of an authenticator app, and adds one on the way in. Refuses to know what they do then.

use super::accounts::PASSWORD;
use super::customers::Driver;
use super::invariant::Invariant;
use crate::authenticator::App;
use chassis::testing::{Request, Response};
use events::Capability;
use serde_json::json;

/// How often somebody tries to sign in: codes that were used and apps that were not confirmed take another.
const TRIES: u32 = 4;

/// Somebody who may have a role, by their email address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) email: &'static str,
    /// Of the network.
    pub(super) address: &'static str,
}

impl Member {
    /// A session, with the second factor if there is a role; `None` if the shop does not answer.
    pub(super) async fn enters(self, driver: &Driver, app: &mut Option<App>) -> Option<Response> {
        for _ in 0..TRIES {
            let mut credentials = json!({"email": self.email, "password": PASSWORD});
            if let Some(app) = app {
                credentials["second_factor"] = json!({"totp": app.code(driver.shop.stage.clock.now())});
            }
            let sign_in = self.at_home(Request::post("/v1/sessions", credentials));
            let session = driver.insist(Capability::Users, &sign_in, 3).await?;
            // After a lost answer the code is used.
            if session.problem() != "invalid_second_factor" {
                self.gets_in(driver, &session);
                if session.body["lacks_second_factor"] != true {
                    return (session.status < 300).then_some(session);
                }
                *app = self.add_app(driver, session.body["access_token"].as_str()?).await;
            }
            driver.idle(30_000, 60_000).await;
        }
        None
    }

    /// Adds an app. Whether it counts the next sign-in says: the answer to the first code may be lost.
    async fn add_app(self, driver: &Driver, token: &str) -> Option<App> {
        let begin = Request::post("/v1/totp", json!({"password": PASSWORD})).bearer(token);
        let begun = driver.insist(Capability::Users, &self.at_home(begin), 3).await?;
        let app = App::with(begun.body["secret"].as_str()?);
        let code = json!({"code": app.code(driver.shop.stage.clock.now())});
        driver.insist(Capability::Users, &self.at_home(Request::put("/v1/totp", code).bearer(token)), 3).await;
        Some(app)
    }

    pub(super) fn gets_in(self, driver: &Driver, answer: &Response) {
        let refused = || format!("{} is answered {answer:?}", self.email);
        driver.shop.stage.expect(answer.status < 300, Invariant::WhoSignsUpGetsIn, refused);
    }

    fn at_home(self, request: Request) -> Request {
        request.from_address(self.address)
    }
}
