//! The authorization matrix: every route tried as every caller, on resources that belong to somebody. The expected verdict
//! follows from the route's declared access and from who owns the resource; the actual one comes from the deployed functions.

use super::clock::on_virtual_time;
use super::meter::Waited;
use super::rights::Right;
use super::visit::Visit;
use chassis::table::AuditEntry;
use chassis::testing::Request;
use chassis::testing::signing::{STAFF, machine_token, permissions_of, stepped_up_in};
use chassis::{Access, Route, Service};
use events::ids::{ApiKeyId, SessionId, UserId};
use events::users::{Permission, Permissions, Role};
use events::{Actor, Capability};
use fixtures::{Fixtures, Sample};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use verdicts::{actual, asks_permission, expected};

mod examples;
mod fixtures;
mod verdicts;

/// Who calls. Guests call for a guest's resources, everybody else for a customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Nobody,
    Customer,
    OtherCustomer,
    Guest,
    OtherGuest,
    Staff,
    Admin,
    /// Staff who signed out, with the token of their session.
    SignedOutStaff,
    /// A machine whose key has every permission that a key may have.
    Key,
    /// The same with a token of a key that was ended.
    EndedKey,
    /// Staff whose token has this one permission.
    With(Permission),
}

impl Caller {
    /// Everybody, the most usual first.
    pub fn all() -> Vec<Self> {
        let usual = [
            Self::Nobody,
            Self::Customer,
            Self::OtherCustomer,
            Self::Guest,
            Self::OtherGuest,
            Self::Staff,
            Self::Admin,
            Self::SignedOutStaff,
            Self::Key,
            Self::EndedKey,
        ];
        usual.into_iter().chain(Permission::ALL.iter().copied().map(Self::With)).collect()
    }

    /// Whether the caller's token has the permission.
    fn may(self, permission: Permission) -> bool {
        match self {
            Self::Nobody | Self::Customer | Self::OtherCustomer | Self::Guest | Self::OtherGuest => false,
            Self::Staff | Self::SignedOutStaff => permissions_of(&STAFF).contains(permission),
            Self::Admin => true,
            Self::Key | Self::EndedKey => permission.is_for_machines(),
            Self::With(own) => own == permission,
        }
    }

    const fn is_machine(self) -> bool {
        matches!(self, Self::Key | Self::EndedKey)
    }

    const fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::Guest | Self::OtherGuest)
    }

    const fn is_staff(self) -> bool {
        self.is_signed_in() && !matches!(self, Self::Customer | Self::OtherCustomer)
    }
}

/// How a caller is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The request is handled.
    Admitted,
    Unauthenticated,
    /// 401, since the token's session ended.
    SessionEnded,
    Forbidden,
    /// 404, or a list without the resource: nothing reveals that it exists.
    NotFound,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Admitted => "yes",
            Self::Unauthenticated => "401",
            Self::SessionEnded => "ended",
            Self::Forbidden => "403",
            Self::NotFound => "404",
        })
    }
}

/// One route tried by one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Method, path and the query's field.
    pub request: String,
    pub access: Access,
    pub caller: Caller,
    pub expected: Verdict,
    pub actual: Verdict,
    /// Whether the request changed a table.
    pub changed: bool,
    /// Whether it left an entry in the audit log that names its operation and its caller.
    pub audited: bool,
}

#[derive(Debug, Clone)]
pub struct Outcome {
    /// By route, then by caller.
    pub attempts: Vec<Attempt>,
    /// Routes that are served and have no sample.
    pub untried: Vec<String>,
    pub rights: BTreeSet<Right>,
    /// How often each request waited for its table.
    pub waited: Waited,
    /// Of each capability by operation id: a request, and its answer if it succeeded.
    pub examples: Examples,
}

pub fn try_every_route() -> Outcome {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let callers = Callers::gather(visit).await;
        let declared = declared();
        let (mut attempts, mut examples) = (Vec::new(), Examples::new());
        for index in 0..callers.customers.len() {
            attempts.extend(callers.try_one(index, &declared, &mut examples).await);
        }
        let samples: BTreeSet<&str> = callers.customers.iter().map(|sample| sample.route).collect();
        let served = declared.iter().map(|declared| declared.route.clone());
        let untried = served.filter(|route| !samples.contains(route.as_str())).collect();
        let stage = &callers.visit.shop.stage;
        Outcome { attempts, untried, rights: stage.rights.recorded(), waited: stage.meter.waited(), examples }
    })
}

type Examples = BTreeMap<&'static str, BTreeMap<&'static str, Value>>;

/// A route that is served.
#[derive(Clone)]
struct Declared {
    of: Capability,
    route: String,
    access: Access,
    rechecked: bool,
    operation: &'static str,
}

/// Every route that is served, with its declared access.
fn declared() -> Vec<Declared> {
    fn of<S: Service>() -> Vec<Declared> {
        let declared = |route: Route<S>| {
            let (of, name) = (S::CAPABILITY, format!("{} {}", route.method, route.path));
            let Route { access, rechecked, operation, .. } = route;
            Declared { of, route: name, access, rechecked, operation: operation.unwrap_or_default() }
        };
        S::routes().into_iter().map(declared).collect()
    }
    [
        of::<users::Users>(),
        of::<catalog::Catalog>(),
        of::<inventory::Inventory>(),
        of::<carts::Carts>(),
        of::<orders::Orders>(),
        of::<payments::Payments>(),
        of::<shipping::Shipping>(),
        of::<notifications::Notifications>(),
    ]
    .concat()
}

/// The callers, and a request for every route about what belongs to them.
struct Callers {
    visit: Visit,
    customer: UserId,
    other_customer: UserId,
    staff: UserId,
    /// Reads its own table, so these two are real.
    admin: (UserId, SessionId),
    signed_out: (UserId, SessionId),
    /// An admin whose tokens have one permission each, and who made the keys.
    permitted: (UserId, SessionId),
    key: ApiKeyId,
    ended_key: ApiKeyId,
    /// Signs out everywhere in place of those who are needed again.
    leaver: UserId,
    guest_token: String,
    other_guest_token: String,
    customers: Vec<Sample>,
    guests: Vec<Sample>,
}

impl Callers {
    async fn gather(visit: Visit) -> Self {
        let customer = visit.sign_up("ada@example.com").await;
        let other_customer = visit.sign_up("bob@example.com").await;
        let staff = visit.sign_up("carol@example.com").await;
        let admin = Self::with_session(&visit, "dave@example.com", &[Role::Admin]).await;
        let permitted = Self::with_session(&visit, "grace@example.com", &[Role::Admin]).await;
        let signed_out = Self::with_session(&visit, "erin@example.com", &STAFF).await;
        let token = stepped_up_in(signed_out.1, signed_out.0, permissions_of(&STAFF), visit.shop.stage.clock.now());
        visit.ask(Capability::Users, Request::new("DELETE", "/v1/sessions/current").bearer(&token)).await;
        visit.settle().await;
        let by_grace = stepped_up_in(permitted.1, permitted.0, Permissions::all(), visit.shop.stage.clock.now());
        let mut keys = Vec::new();
        for _ in 0..4 {
            keys.push(visit.make_key(Permission::StockWrite, &by_grace).await);
        }
        let (for_samples, [key, ended_key]) = (keys.split_off(2), [keys[0].0, keys[1].0]);
        let end = Request::new("DELETE", &format!("/v1/api-keys/{ended_key}"));
        visit.ask(Capability::Users, end.bearer(&by_grace)).await;
        visit.settle().await;
        let leaver = visit.sign_up("frank@example.com").await;
        let theirs = Fixtures::of_customer(&visit, customer, for_samples).await;
        let (guests, guest_token) = Fixtures::of_guest(&visit, &theirs).await;
        let (_, other_guest_token) = Fixtures::of_guest(&visit, &theirs).await;
        let (customers, guests) = (theirs.samples(), guests.samples());
        Self {
            visit,
            customer,
            other_customer,
            staff,
            admin,
            signed_out,
            permitted,
            key,
            ended_key,
            leaver,
            guest_token,
            other_guest_token,
            customers,
            guests,
        }
    }

    async fn with_session(visit: &Visit, email: &str, roles: &[Role]) -> (UserId, SessionId) {
        let user = visit.sign_up(email).await;
        for role in roles {
            visit.grant(email, *role).await;
        }
        (user, visit.session(&visit.sign_in(email).await))
    }

    /// Sends a request as every caller. Those who must be refused come first, before anything is changed.
    async fn try_one(&self, index: usize, declared: &[Declared], examples: &mut Examples) -> Vec<Attempt> {
        let route = self.customers[index].route;
        let declared = declared.iter().find(|declared| declared.route == route).unwrap();
        let Declared { of: to, access, operation, .. } = declared;
        let sample = |caller| match caller {
            Caller::Guest | Caller::OtherGuest => &self.guests[index],
            _ => &self.customers[index],
        };
        let mut callers = Caller::all();
        callers
            .retain(|caller| !matches!(caller, Caller::With(_)) || asks_permission(declared, &self.customers[index]));
        callers.sort_by_key(|caller| expected(declared, sample(*caller), *caller) == Verdict::Admitted);
        let mut attempts = Vec::new();
        // What the route before left to do is none of this one's changes.
        self.visit.settle().await;
        for caller in callers {
            let (before, known) = (self.changes(*to), self.entries(*to, operation, caller));
            let request = self.as_caller(caller, sample(caller));
            let answer = self.visit.shop.http(*to, request).await.unwrap();
            if caller == examples::shows_best(*access) {
                let example = || examples::example(sample(caller), &answer);
                examples.entry(to.name()).or_default().entry(operation).or_insert_with(example);
            }
            let changed = self.changes(*to) > before;
            if changed {
                self.visit.settle().await;
            }
            let actual = actual(sample(caller), &answer);
            let expected = expected(declared, sample(caller), caller);
            attempts.push(Attempt {
                request: sample(caller).name(),
                access: *access,
                caller,
                expected,
                actual,
                changed,
                audited: self.entries(*to, operation, caller) > known,
            });
        }
        let order = Caller::all();
        attempts.sort_by_key(|attempt| order.iter().position(|caller| *caller == attempt.caller));
        attempts
    }

    fn as_caller(&self, caller: Caller, sample: &Sample) -> Request {
        let request = sample.request();
        let signed = |user, roles: &[Role]| request.clone().bearer(&self.visit.token(user, roles));
        let leaves = sample.route.starts_with("DELETE /v1/sessions");
        let now = self.visit.shop.stage.clock.now();
        let in_session = |(user, session): (UserId, SessionId), roles: &[Role]| match leaves {
            true => signed(self.leaver, roles),
            false => request.clone().bearer(&stepped_up_in(session, user, permissions_of(roles), now)),
        };
        let with_key = |key| machine_token(key, self.permitted.0, Permissions::of_machines(), now);
        match caller {
            Caller::Nobody => request,
            Caller::With(permission) => {
                let (user, session) = self.permitted;
                request.bearer(&stepped_up_in(session, user, permission.into(), now))
            }
            Caller::Customer => signed(self.customer, &[Role::Customer]),
            Caller::OtherCustomer => signed(self.other_customer, &[Role::Customer]),
            Caller::Guest => request.header("x-guest-token", sample.token.as_ref().unwrap_or(&self.guest_token)),
            Caller::OtherGuest => request.header("x-guest-token", &self.other_guest_token),
            Caller::Staff => signed(self.staff, &STAFF),
            Caller::Admin => in_session(self.admin, &[Role::Admin]),
            Caller::Key => request.bearer(&with_key(self.key)),
            Caller::EndedKey => request.bearer(&with_key(self.ended_key)),
            Caller::SignedOutStaff => in_session(self.signed_out, &STAFF),
        }
    }

    /// The entries of the audit log that name this operation and caller.
    fn entries(&self, of: Capability, operation: &str, caller: Caller) -> usize {
        let caller: Actor = match caller {
            Caller::Staff => self.staff.into(),
            Caller::Admin => self.admin.0.into(),
            Caller::With(_) => self.permitted.0.into(),
            Caller::Key => self.key.into(),
            _ => return 0,
        };
        let log: Vec<AuditEntry> = self.visit.shop.stage.tables[&of].read(|(pk, _)| pk.starts_with("audit#"));
        let names = |entry: &&AuditEntry| entry.action == operation && entry.actor().as_ref() == Some(&caller);
        log.iter().filter(names).count()
    }

    /// Writes of a capability's table. No other table is its to write, and what they do meanwhile is no answer to a request.
    fn changes(&self, of: Capability) -> u64 {
        self.visit.shop.stage.tables[&of].changes()
    }
}
