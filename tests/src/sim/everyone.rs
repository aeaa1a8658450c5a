//! Every route of the shop tried as everyone, on things that belong to somebody. What is expected follows from the access
//! that the route declares and from whose the thing is; what happens, from the deployed functions alone.

use super::clock::on_virtual_time;
use super::meter::Waited;
use super::rights::Right;
use super::table::WatchedTable;
use super::visit::Visit;
use chassis::testing::{Request, Response};
use chassis::{Access, Service};
use events::Capability;
use events::ids::UserId;
use events::users::Role;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use things::{Sample, Things, Whose};

mod things;

/// Who calls. Guests call on a guest's things, everybody else on a customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Caller {
    Nobody,
    Customer,
    OtherCustomer,
    Guest,
    OtherGuest,
    Staff,
    Admin,
}

impl Caller {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Nobody, Self::Customer, Self::OtherCustomer, Self::Guest, Self::OtherGuest, Self::Staff, Self::Admin];
}

/// What a caller meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The request is dealt with.
    Admitted,
    /// 401.
    SignInFirst,
    /// 403.
    Forbidden,
    /// 404, or a list without the thing: nothing tells that it exists.
    NotThere,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Admitted => "yes",
            Self::SignInFirst => "401",
            Self::Forbidden => "403",
            Self::NotThere => "404",
        })
    }
}

/// A route as one caller met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Method, path, and what the query is about.
    pub request: String,
    /// Who may call, as the route declares.
    pub access: Access,
    /// Who called.
    pub caller: Caller,
    /// What follows from the declaration.
    pub expected: Verdict,
    /// What happened.
    pub met: Verdict,
    /// Whether a table was changed.
    pub changed: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Route by route, caller by caller.
    pub tried: Vec<Tried>,
    /// Routes that are served and were not tried.
    pub untried: Vec<String>,
    /// What the functions asked of AWS.
    pub rights: BTreeSet<Right>,
    /// How often requests waited for their table.
    pub waited: Waited,
}

/// Tries every route as everyone.
pub fn try_everything() -> Outcome {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let everyone = Everyone::gather(visit).await;
        let declared = declared();
        let mut tried = Vec::new();
        for index in 0..everyone.customers.len() {
            tried.extend(everyone.try_one(index, &declared).await);
        }
        let samples: BTreeSet<&str> = everyone.customers.iter().map(|sample| sample.route).collect();
        let served = declared.iter().map(|(_, route, _)| route.clone());
        let untried = served.filter(|route| !samples.contains(route.as_str())).collect();
        let stage = &everyone.visit.shop.stage;
        Outcome { tried, untried, rights: stage.rights.recorded(), waited: stage.meter.waited() }
    })
}

type Declared = (Capability, String, Access);

/// Every route that is served, and who may call it.
fn declared() -> Vec<Declared> {
    fn of<S: Service>() -> Vec<Declared> {
        let routes = S::routes();
        routes.iter().map(|route| (S::CAPABILITY, format!("{} {}", route.method, route.path), route.access)).collect()
    }
    [
        of::<users::Users>(),
        of::<catalog::Catalog>(),
        of::<inventory::Inventory>(),
        of::<carts::Carts>(),
        of::<orders::service::Orders>(),
        of::<payments::Payments>(),
        of::<shipping::Shipping>(),
        of::<notifications::Notifications>(),
    ]
    .concat()
}

/// What a route's declaration promises a caller.
fn expected(access: Access, sample: &Sample, caller: Caller) -> Verdict {
    use Caller::{Admin, Customer, Guest, Nobody, OtherCustomer, OtherGuest, Staff};
    let signed_in = matches!(caller, Customer | OtherCustomer | Staff | Admin);
    match access {
        Access::Customer | Access::Staff | Access::Admin if !signed_in => return Verdict::SignInFirst,
        Access::Owner if caller == Nobody => return Verdict::SignInFirst,
        Access::Staff if matches!(caller, Customer | OtherCustomer) => return Verdict::Forbidden,
        Access::Admin if caller != Admin => return Verdict::Forbidden,
        Access::Staff | Access::Admin => return Verdict::Admitted,
        _ => {}
    }
    let admitted = match (sample.whose, caller) {
        (Whose::Nobodys, _) | (_, Customer | Guest) => true,
        // Where no token is asked for, knowing a guest's thing by its name is the right to it.
        (_, OtherGuest) => access == Access::OptionalAuth,
        (Whose::OwnersAlone, _) | (_, Nobody | OtherCustomer) => false,
        (Whose::OwnersAndStaffs, Staff | Admin) => true,
    };
    if admitted { Verdict::Admitted } else { sample.refusal }
}

/// People with accounts and orders, and a request for every route about what is theirs.
struct Everyone {
    visit: Visit,
    customer: UserId,
    other_customer: UserId,
    staff: UserId,
    admin: UserId,
    guest_token: String,
    other_guest_token: String,
    customers: Vec<Sample>,
    guests: Vec<Sample>,
}

impl Everyone {
    async fn gather(visit: Visit) -> Self {
        let customer = visit.sign_up("ada@example.com").await;
        let other_customer = visit.sign_up("bob@example.com").await;
        let staff = visit.sign_up("staff@example.com").await;
        let admin = visit.sign_up("admin@example.com").await;
        let theirs = Things::of_customer(&visit, customer).await;
        let (guests, guest_token) = Things::of_guest(&visit, &theirs).await;
        let (_, other_guest_token) = Things::of_guest(&visit, &theirs).await;
        let (customers, guests) = (theirs.samples(), guests.samples());
        Self { visit, customer, other_customer, staff, admin, guest_token, other_guest_token, customers, guests }
    }

    /// A request as every caller sends it. Whoever is to be turned away comes first, while everything is still there.
    async fn try_one(&self, index: usize, declared: &[Declared]) -> Vec<Tried> {
        let route = self.customers[index].route;
        let (to, _, access) = declared.iter().find(|(_, served, _)| served == route).unwrap();
        let sample = |caller| match caller {
            Caller::Guest | Caller::OtherGuest => &self.guests[index],
            _ => &self.customers[index],
        };
        let mut callers = Caller::ALL;
        callers.sort_by_key(|caller| expected(*access, sample(*caller), *caller) == Verdict::Admitted);
        let mut tried = Vec::new();
        for caller in callers {
            let before = self.changes();
            let request = self.as_caller(caller, sample(caller).request());
            let answer = self.visit.shop.http(*to, request).await.unwrap();
            let changed = self.changes() > before;
            if changed {
                self.visit.settle().await;
            }
            let met = met(sample(caller), &answer);
            let expected = expected(*access, sample(caller), caller);
            tried.push(Tried { request: sample(caller).name(), access: *access, caller, expected, met, changed });
        }
        tried.sort_by_key(|tried| Caller::ALL.iter().position(|caller| *caller == tried.caller));
        tried
    }

    fn as_caller(&self, caller: Caller, request: Request) -> Request {
        let signed = |user, roles: &[Role]| request.clone().bearer(&self.visit.token(user, roles));
        match caller {
            Caller::Nobody => request,
            Caller::Customer => signed(self.customer, &[Role::Customer]),
            Caller::OtherCustomer => signed(self.other_customer, &[Role::Customer]),
            Caller::Guest => request.header("x-guest-token", &self.guest_token),
            Caller::OtherGuest => request.header("x-guest-token", &self.other_guest_token),
            Caller::Staff => signed(self.staff, &[Role::Customer, Role::Staff]),
            Caller::Admin => signed(self.admin, &[Role::Customer, Role::Staff, Role::Admin]),
        }
    }

    fn changes(&self) -> u64 {
        self.visit.shop.stage.tables.values().map(WatchedTable::changes).sum()
    }
}

fn met(sample: &Sample, answer: &Response) -> Verdict {
    let shows_nothing = sample.whose != Whose::Nobodys && answer.body["items"] == json!([]);
    match answer.status {
        // Credentials in the body may be wrong as well; that is not about who calls.
        401 if answer.problem() == "unauthenticated" => Verdict::SignInFirst,
        403 => Verdict::Forbidden,
        404 => Verdict::NotThere,
        _ if shows_nothing => Verdict::NotThere,
        400 | 422 | 500.. => panic!("{} is no fair try: {answer:?}", sample.route),
        _ => Verdict::Admitted,
    }
}
