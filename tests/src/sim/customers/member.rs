//! Members: people with an account that they look after while an order is under way. They verify their address late or never, forget
//! their password, change it, and move to another address. Each knows only the answers and the mails, and checks in the table alone
//! whether what got no answer was done.

use super::forgetting::{particulars, under_a_name};
use super::quoting::quoted;
use super::{Customer, Driver, order_request};
use crate::sim::accounts::{self, PASSWORD, Profile, grant_role, mailed};
use crate::sim::dice::Dice;
use crate::sim::forgotten::Forgotten;
use crate::sim::invariant::Invariant;
use crate::sim::place::in_the_name_of;
use chassis::testing::{Request, Response};
use events::Capability;
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many there are in a crowd. The first does everything, the second what chance wants, and the third never verifies the address.
pub const MEMBERS: u64 = 3;
const NEVER_VERIFIES: u64 = 2;
const WANTS_TO_BE_FORGOTTEN: u64 = 1;
/// Nobody else has the network of so high a number.
const FIRST: u64 = 900_000;
/// What becomes of a token's mail after a while: it came, or never will.
const A_WHILE: (u64, u64) = (120_000, 300_000);

struct Member<'a> {
    driver: &'a Driver,
    dice: Dice,
    number: u64,
    user: UserId,
    email: String,
    password: String,
    /// How many passwords there were.
    passwords: u32,
    access_token: String,
    refresh_token: String,
    /// What tells whose order it is, once there is one.
    order: Option<(OrderId, [String; 3])>,
}

/// Signs up and lives with the account.
pub async fn live(driver: Arc<Driver>, number: u64) {
    in_the_name_of(format!("member {number}"), async {
        if let Some(mut member) = Member::sign_up(&driver, number).await {
            member.live().await;
        }
    })
    .await;
}

impl<'a> Member<'a> {
    async fn sign_up(driver: &'a Driver, number: u64) -> Option<Self> {
        let (dice, email) = (driver.dice.apart(FIRST + number), format!("member-{number}@example.com"));
        driver.idle(1_000, 600_000).await;
        let account = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        let sign_up = Request::post("/v1/users", account).from_address(super::address(FIRST + number));
        driver.insist(Capability::Users, &sign_up, 6).await?;
        let user = accounts::profile_of(&driver.shop.stage, &email)?.id;
        driver.shop.stage.signed_up.lock().unwrap().push(user);
        let (access_token, refresh_token) = (String::new(), String::new());
        let password = PASSWORD.to_owned();
        let mut member = Self {
            driver,
            dice,
            number,
            user,
            email,
            password,
            passwords: 0,
            access_token,
            refresh_token,
            order: None,
        };
        member.sign_in().await?;
        Some(member)
    }

    async fn live(&mut self) -> Option<()> {
        self.order().await;
        if self.number == NEVER_VERIFIES {
            self.is_refused_a_role();
            return self.change_the_password().await;
        }
        if self.wants(5_000) {
            self.prefer_german().await;
        }
        if self.wants(7_500) {
            self.verify().await;
        }
        if self.wants(7_000) {
            self.move_away().await?;
        }
        if self.wants(7_000) {
            self.forget_the_password().await?;
        }
        if self.wants(5_000) {
            self.change_the_password().await?;
        }
        if self.number == WANTS_TO_BE_FORGOTTEN {
            self.wants_to_be_forgotten().await?;
        }
        Some(())
    }

    /// The first wants everything.
    fn wants(&self, chance: u32) -> bool {
        let chance = self.dice.chance(chance);
        self.number == 0 || chance
    }

    fn profile(&self) -> Option<Profile> {
        accounts::profile(&self.driver.shop.stage, self.user)
    }

    async fn ask(&self, request: Request, most: u32) -> Option<Response> {
        let request = request.from_address(super::address(FIRST + self.number));
        self.driver.insist(Capability::Users, &request, most).await
    }

    async fn sign_in(&mut self) -> Option<()> {
        let credentials = json!({"email": self.email, "password": self.password});
        let answer = self.ask(Request::post("/v1/sessions", credentials), 6).await?;
        let stage = &self.driver.shop.stage;
        stage
            .expect(answer.status == 201, Invariant::WhoSignsUpGetsIn, || format!("signing in is answered {answer:?}"));
        answer.body["access_token"].as_str()?.clone_into(&mut self.access_token);
        answer.body["refresh_token"].as_str()?.clone_into(&mut self.refresh_token);
        Some(())
    }

    /// An operator sends a command without having looked at the account, which nobody has verified.
    fn is_refused_a_role(&self) {
        let shop = &self.driver.shop;
        let command = grant_role(shop, self.user, Role::Support);
        shop.stage.refused.lock().unwrap().insert(command);
    }

    /// Places an order that is under way while the account changes.
    async fn order(&mut self) -> Option<()> {
        let (promise, quote, shipping_quote) = quoted(self.driver, &self.dice, Some(self.user)).await?;
        let mut body = order_request(&promise, &quote, &shipping_quote, "pm_card_visa");
        if promise.total == 0 {
            body.as_object_mut()?.remove("payment_method");
        }
        body["email"] = json!(self.email);
        under_a_name(&mut body, FIRST + self.number);
        let order = promise.order;
        self.order = Some((order, particulars(&body)));
        self.driver.shop.stage.promises.lock().unwrap().insert(order, promise);
        let (dice, address) =
            (self.driver.dice.apart(FIRST + MEMBERS + self.number), super::address(FIRST + self.number));
        let mut customer = Customer {
            driver: self.driver,
            dice,
            address,
            user: Some(self.user),
            session: None,
            order,
            guest_token: None,
            keys: 0,
        };
        customer.place(&body).await.then_some(())
    }

    /// Wants mails in another language, and the one that verifies the address once more.
    async fn prefer_german(&self) {
        let language = Request::new("PATCH", "/v1/users/me").body(r#"{"language": "de"}"#);
        self.ask(language.bearer(&self.access_token), 4).await;
        self.ask(Request::new("POST", "/v1/email-verifications").bearer(&self.access_token), 3).await;
    }

    /// Opens the link of a mail, sometimes long after it came, and once more.
    async fn verify(&mut self) -> Option<()> {
        let token = mailed(self.driver, &self.email, "email-verifications", 0).await?;
        if self.dice.chance(3_000) {
            self.driver.idle(600_000, 3_600_000).await;
        }
        self.opens_once(&format!("/v1/email-verifications/{token}"), None).await;
        Some(())
    }

    /// Asks for a mail, or for two at once, and sets another password by it.
    async fn forget_the_password(&mut self) -> Option<()> {
        let driver = self.driver;
        let (stage, email, refresh) = (&driver.shop.stage, self.email.clone(), self.refresh_token.clone());
        let known = stage.mail.tokens_to(&email, "password-resets").len();
        let clicks = if self.wants(5_000) { 2 } else { 1 };
        let click = || self.ask(Request::post("/v1/password-resets", json!({"email": email})), 3);
        join_all((0..clicks).map(|_| click())).await;
        let token = mailed(self.driver, &email, "password-resets", known).await?;
        let (epoch, new) = (self.profile()?.credential_epoch, self.another_password());
        self.opens_once(&format!("/v1/password-resets/{token}"), Some(json!({"password": new}))).await;
        if self.profile()?.credential_epoch == epoch {
            return Some(());
        }
        self.password = new;
        self.driver.idle(A_WHILE.0, A_WHILE.1).await;
        for other in stage.mail.tokens_to(&email, "password-resets").iter().filter(|other| **other != token) {
            let path = format!("/v1/password-resets/{other}");
            let answer = self.ask(Request::put(&path, json!({"password": "a stranger's green kettle"})), 2).await;
            let opened = answer.is_some_and(|answer| answer.status < 300);
            stage.expect(!opened, Invariant::ATokenOpensOnce, || format!("{} has a second reset", self.user));
        }
        self.is_out(&refresh).await;
        self.sign_in().await
    }

    async fn change_the_password(&mut self) -> Option<()> {
        self.sign_in().await?;
        let (epoch, new, refresh) =
            (self.profile()?.credential_epoch, self.another_password(), self.refresh_token.clone());
        let change = json!({"current_password": self.password, "new_password": new});
        self.ask(Request::put("/v1/users/me/password", change).bearer(&self.access_token), 4).await;
        if self.profile()?.credential_epoch == epoch {
            return Some(());
        }
        self.password = new;
        self.is_out(&refresh).await;
        self.sign_in().await
    }

    /// Has the account erased, whatever is under way.
    async fn wants_to_be_forgotten(&mut self) -> Option<()> {
        self.sign_in().await?;
        let stage = &self.driver.shop.stage;
        // What was mailed before went to where the member was then.
        stage.addresses.lock().unwrap().insert(self.email.clone());
        let traces = [self.email.clone(), format!("member-{}@example.com", self.number)];
        // What the order knows of them stays until it ends.
        let of_order = self.order.clone().map(|(order, traces)| (order.to_string(), Forgotten::of(traces, None)));
        let people: BTreeMap<_, _> =
            [(self.user.to_string(), Forgotten::of(traces, None))].into_iter().chain(of_order).collect();
        stage.forgotten.lock().unwrap().extend(people.clone());
        let erase = Request::new("DELETE", "/v1/users/me").body(json!({"password": self.password}).to_string());
        let answer = self.ask(erase.bearer(&self.access_token), 4).await?;
        if answer.status == 202 {
            let promised =
                people.into_iter().map(|(subject, person)| (subject, Forgotten { promised: true, ..person }));
            stage.forgotten.lock().unwrap().extend(promised);
        }
        Some(())
    }

    /// Moves to another address, which both mailboxes confirm, in any order or at once. Nobody is reached at the former one any more.
    async fn move_away(&mut self) -> Option<()> {
        self.sign_in().await?;
        let driver = self.driver;
        let (stage, former, new) = (&driver.shop.stage, self.email.clone(), format!("moved-{}", self.email));
        stage.addresses.lock().unwrap().extend([former.clone(), new.clone()]);
        let (profile, refresh) = (self.profile()?, self.refresh_token.clone());
        let (epoch, was_verified) = (profile.credential_epoch, profile.email_verified_at.is_some());
        let change = Request::post("/v1/email-changes", json!({"email": new, "password": self.password}));
        self.ask(change.bearer(&self.access_token), 3).await;
        let of_new = mailed(self.driver, &new, "email-changes", 0).await?;
        // A former address that nobody verified gets none.
        let of_former = if was_verified { Some(mailed(self.driver, &former, "email-changes", 0).await?) } else { None };
        let confirm = |token: String| self.ask(Request::new("PUT", &format!("/v1/email-changes/{token}")), 4);
        if self.dice.chance(5_000) {
            join_all(of_former.into_iter().chain([of_new]).map(confirm)).await;
        } else {
            for token in of_former.into_iter().chain([of_new]) {
                confirm(token).await;
            }
        }
        let profile = self.profile()?;
        if profile.credential_epoch == epoch {
            return Some(());
        }
        self.email = profile.email;
        self.is_out(&refresh).await;
        self.sign_in().await?;
        // What was asked for before is under way no more.
        self.driver.idle(A_WHILE.0, A_WHILE.1).await;
        let known = stage.mail.tokens_to(&former, "password-resets").len();
        self.ask(Request::post("/v1/password-resets", json!({"email": former})), 3).await;
        self.driver.idle(A_WHILE.0, A_WHILE.1).await;
        let reached = stage.mail.tokens_to(&former, "password-resets").len() > known;
        let moved = || format!("{} has moved, and {former} gets a reset", self.user);
        stage.expect(!reached, Invariant::EmailsReachTheirOwner, moved);
        Some(())
    }

    /// Shows a token, and shows it again once it has opened.
    async fn opens_once(&self, path: &str, body: Option<Value>) {
        let show = || match &body {
            Some(body) => Request::put(path, body),
            None => Request::new("PUT", path),
        };
        let Some(first) = self.ask(show(), 4).await.filter(|answer| answer.status < 300) else { return };
        let again = self.ask(show(), 2).await;
        let opened = again.is_some_and(|again| again.status < 300);
        let twice = || format!("{} opens by a token twice, first with {}", self.user, first.status);
        self.driver.shop.stage.expect(!opened, Invariant::ATokenOpensOnce, twice);
    }

    /// A session that was opened with the credentials before is over.
    async fn is_out(&self, refresh_token: &str) {
        let refresh = Request::post("/v1/sessions/refresh", json!({"refresh_token": refresh_token}));
        let goes_on = self.ask(refresh, 2).await.is_some_and(|answer| answer.status < 300);
        let outlives = || format!("a session of {} outlives its credentials", self.user);
        self.driver.shop.stage.expect(!goes_on, Invariant::SessionsEndWithCredentials, outlives);
    }

    fn another_password(&mut self) -> String {
        self.passwords += 1;
        format!("{PASSWORD} number {}", self.passwords)
    }
}
