//! A made-up service that follows its messages. It has a real capability's name, since every table has one.

use crate::people;
use chassis::Undecodable;
use chassis::http::{ETag, Listing, PageQuery, Screens, Tagged};
use chassis::table::AuditLog;
use chassis::testing::{Bench, Parts};
use chassis::{
    Access, Call, Change, Failure, Json, Key, NoBody, NoQuery, Problem, Received, Route, Service, Table, Wiring,
    Written, cursor,
};
use events::message::Origin;
use events::users::Permission;
use events::{Capability, Message, Outgoing};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The parts of a document that a refusal reads.
const DOCUMENT: &str = include_str!("probe.json");

/// The access of what staff of this made-up service do.
const STAFF: Access = Access::Needs(Permission::CatalogWrite);

/// The instruction in a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    Succeed,
    SleepMillis(u64),
    Panic,
    Stumble,
    Misread,
    /// Misread after so many milliseconds.
    MisreadLate(u64),
    /// Read an item.
    Read(String),
    /// Write an item of this size in bytes.
    Write(usize),
    /// As a group with all messages of this name.
    Meet(String, Box<Deed>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Poke {
    pub deed: Deed,
}

impl Message for Poke {
    const TYPE: &'static str = "carts.poke.v1";
    const FROM: Capability = Capability::Carts;
    const TO: &'static [Capability] = &[Capability::Carts, Capability::Orders];
}

/// A stored item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thing {
    pub name: String,
    pub size: u32,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub price: Option<events::Money>,
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    #[serde(default)]
    pub colour: Option<Colour>,
    #[serde(default)]
    pub shade: Option<Shade>,
    #[serde(default)]
    pub sides: Option<(i32, i32)>,
    #[serde(default)]
    pub parts: Vec<Thing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Red,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shade {
    /// More light than colour.
    Light,
    /// Hardly any light.
    Dark,
}

/// A stored item without the attributes that the table adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stored {
    pub name: String,
    pub size: u32,
    #[serde(default)]
    pub seq: u64,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Seen {
    pub id: String,
    pub user: Option<String>,
    pub staff: bool,
    pub trace: String,
    pub address: String,
    pub headers: BTreeSet<String>,
}

#[derive(Debug)]
pub struct Probe {
    pub table: Table,
    pub wiring: Wiring,
    pub handled: Mutex<Vec<String>>,
    pub met: Mutex<Vec<Vec<String>>>,
}

pub fn bench() -> Bench<Probe> {
    bench_with(|_| {})
}

/// A bench whose wiring is changed first.
pub fn bench_with(change: impl FnOnce(&mut Wiring)) -> Bench<Probe> {
    Bench::new(|parts: &mut Parts| {
        change(&mut parts.wiring);
        Probe {
            table: parts.table.clone(),
            wiring: parts.wiring.clone(),
            handled: Mutex::default(),
            met: Mutex::default(),
        }
    })
}

pub fn thing_key(name: &str) -> Key {
    Key::new(format!("THING#{name}"), "THING")
}

impl Service for Probe {
    const CAPABILITY: Capability = Capability::Carts;

    fn wiring(&self) -> &Wiring {
        &self.wiring
    }

    fn routes() -> Vec<Route<Self>> {
        vec![
            Route::new("GET", "/v1/things", Access::Unauthenticated, 200, "List things", list),
            Route::new("POST", "/v1/things", Access::OptionalAuth, 201, "Store a thing", store)
                .named("storeThing")
                .multi_line(&["note"])
                .refuses(&[(409, "thing_exists")]),
            Route::new("GET", "/v1/search", Access::Unauthenticated, 200, "Search", search),
            Route::new("GET", "/v1/things/{id}", Access::Unauthenticated, 200, "See a thing", see)
                .named("seeThing")
                .variable::<String>("id")
                .cached(60),
            Route::new("PUT", "/v1/things/{id}/whole", STAFF, 200, "Replace a thing", replace)
                .named("replaceThing")
                .variable::<String>("id"),
            Route::audit("/v1/audit", "listAudit", |app: &Self| AuditLog::new(app.table.clone())),
            Route::new("GET", "/v1/versions/{id}", Access::Unauthenticated, 200, "See a version", version)
                .variable::<String>("id"),
            Route::new("PUT", "/v1/versions/{id}", Access::Unauthenticated, 200, "Edit a version", edit)
                .variable::<String>("id")
                .conditional_lists(),
            Route::new("DELETE", "/v1/things/{id}", STAFF, 204, "Forget a thing", forget),
            Route::new("POST", "/v1/things/{id}/keyed", Access::Unauthenticated, 200, "Need a key", keyed).keyed(),
            Route::new(
                "GET",
                "/v1/access/unauthenticated",
                Access::Unauthenticated,
                200,
                "Without credentials",
                whoami,
            ),
            Route::new(
                "GET",
                "/v1/access/optional-auth",
                Access::OptionalAuth,
                200,
                "With or without credentials",
                whoami,
            ),
            Route::new("GET", "/v1/access/customer", Access::Customer, 200, "Signed in", whoami),
            Route::new("GET", "/v1/access/owner", Access::Owner(Permission::OrdersRead), 200, "As owner", whoami),
            Route::new("GET", "/v1/access/staff", STAFF, 200, "As staff", whoami),
            Route::new("GET", "/v1/access/admin", Access::Needs(Permission::RolesWrite), 200, "As admin", whoami),
            Route::new("POST", "/v1/access/rechecked", Access::Customer, 200, "As staff still", whoami).rechecked(),
            Route::new("POST", "/v1/access/stepped-up", STAFF, 200, "As staff just now", whoami).stepped_up(),
            Route::responding("POST", "/v1/echo", Access::Unauthenticated, 200, "Send back", echo),
            Route::new("GET", "/v1/panic", Access::Unauthenticated, 200, "Break", panics),
            Route::new("GET", "/v1/hang", Access::Unauthenticated, 200, "Never answer", hangs),
            Route::openapi(Self::CAPABILITY, DOCUMENT),
        ]
    }

    fn screens() -> Option<Screens<Self>> {
        Some(people::screens())
    }

    async fn receive(&self, message: &Received) -> Result<Vec<Outgoing>, Failure> {
        match message.kind() {
            Poke::TYPE => self.perform(&message.data::<Poke>()?.deed).await?,
            _ => return Err(message.unknown()),
        }
        self.handled.lock().unwrap().push(message.envelope.id.clone());
        Ok(follow(message))
    }

    fn group_key(message: &Received) -> Option<String> {
        match message.data::<Poke>().ok()?.deed {
            Deed::Meet(place, _) if place == "panic" => panic!("as requested"),
            Deed::Meet(place, _) => Some(place),
            _ => None,
        }
    }

    async fn receive_group(&self, messages: &[&Received]) -> Result<Vec<Outgoing>, Failure> {
        for message in messages {
            self.perform(&message.data::<Poke>()?.deed).await?;
        }
        self.met.lock().unwrap().push(messages.iter().map(|message| message.envelope.id.clone()).collect());
        Ok(messages.iter().flat_map(|message| follow(message)).collect())
    }

    async fn tick(&self, _: Duration) -> Result<(), Failure> {
        Ok(self.table.get::<Stored>(&thing_key("tick")).await.map(|_| ())?)
    }

    fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
        let stored: Stored = change.new_image()?;
        assert_ne!(stored.name, "panic", "as requested");
        let at = events::Timestamp::from_millis(0);
        let origin = Origin { subject: stored.name, seq: stored.seq, at, traceparent: None, actor: None };
        Ok(Outgoing::to_all(&origin, &Poke { deed: Deed::Succeed }))
    }

    async fn complete(&self, change: &Change, messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
        crate::relay::complete(self, change, messages)
    }
}

/// The event for `orders` that an instruction was followed.
fn follow(message: &Received) -> Vec<Outgoing> {
    let origin =
        Origin { subject: message.envelope.id.clone(), seq: 1, at: message.now, traceparent: None, actor: None };
    vec![Outgoing::to_one(Capability::Orders, &origin, &Poke { deed: Deed::Succeed })]
}

async fn list(app: Arc<Probe>, call: Call<NoBody, PageQuery>) -> Result<Listing<Stored>, Problem> {
    let limit = cursor::limit(call.query.limit)?;
    let after = call.query.cursor.as_deref().map(|cursor| cursor::decode("things", cursor)).transpose()?;
    let query = chassis::table::Query { after: after.as_deref(), limit, ..chassis::table::Query::partition("THINGS") };
    let page = app.table.query(query).await?;
    Ok(Listing::page("things", page, |stored: Stored| stored))
}

async fn store(app: Arc<Probe>, call: Call<Json<Thing>>) -> Result<Stored, Problem> {
    let cause = call.cause(1);
    let stored = Stored { name: call.body.0.name, size: call.body.0.size, seq: 1 };
    match app.table.create(&thing_key(&stored.name), &stored, &cause).await? {
        Written::Done => Ok(stored),
        Written::Refused(_) => Err(Problem::new(409, "thing_exists", "There is one.").with("name", stored.name)),
    }
}

fn seen(call: &Call<impl Sized, impl Sized>) -> Seen {
    Seen {
        id: call.param("id").unwrap_or_default(),
        user: call.caller.user().map(|user| user.to_string()),
        staff: call.caller.is_staff(),
        trace: call.trace.parent().to_owned(),
        address: call.source_ip.clone(),
        headers: call.headers.keys().map(ToString::to_string).collect(),
    }
}

async fn see(_: Arc<Probe>, call: Call<NoBody, NoQuery>) -> Result<Seen, Problem> {
    match seen(&call) {
        seen if seen.id == "missing" => Err(Problem::not_found()),
        seen if seen.id == "teapot" => Err(Problem::new(418, "teapot", seen.id)),
        seen if seen.id == "busy" => Err(Problem::new(503, "unavailable", seen.id).with_retry_after(1)),
        seen => Ok(seen),
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    q: String,
}

async fn search(_: Arc<Probe>, call: Call<NoBody, SearchQuery>) -> Result<String, Problem> {
    Ok(call.query.q)
}

async fn replace(app: Arc<Probe>, call: Call<Json<Thing>>) -> Result<Stored, Problem> {
    let (name, size) = (call.param::<String>("id")?, call.body.0.size);
    let cause = call.context().audited(1, &name, format_args!("size {size}"));
    let stored = Stored { name, size, seq: 1 };
    app.table.overwrite(&thing_key(&stored.name), &stored, &cause).await?;
    Ok(stored)
}

/// Version 7 of anything, showing what is asked for.
async fn version(_: Arc<Probe>, call: Call) -> Result<Tagged<String>, Problem> {
    let shown = call.param::<String>("id")?;
    Ok(Tagged { etag: ETag::of(7).showing(&shown), resource: shown })
}

async fn edit(_: Arc<Probe>, call: Call) -> Result<Tagged<String>, Problem> {
    call.precondition()?.check(Some(7), true)?;
    Ok(Tagged::new(8, call.param("id")?))
}

async fn forget(app: Arc<Probe>, call: Call) -> Result<(), Problem> {
    let name: String = call.param("id")?;
    app.table.delete(&thing_key(&name)).await?;
    Ok(())
}

async fn keyed(_: Arc<Probe>, call: Call) -> Result<String, Problem> {
    call.idempotency_key().map(str::to_owned)
}

async fn whoami(_: Arc<Probe>, call: Call) -> Result<Seen, Problem> {
    Ok(seen(&call))
}

async fn panics(_: Arc<Probe>, _: Call) -> Result<Seen, Problem> {
    panic!("as requested")
}

async fn hangs(_: Arc<Probe>, _: Call) -> Result<Seen, Problem> {
    std::future::pending().await
}

/// A body of any form.
pub struct Bytes(Vec<u8>);

impl chassis::http::Body for Bytes {
    fn parse(sent: chassis::http::SentBody<'_>) -> Result<Self, Problem> {
        Ok(Self(sent.bytes.to_vec()))
    }

    fn schema(_: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

/// A query that is not read.
#[derive(Debug, Default, JsonSchema)]
struct AnyQuery {}

impl<'de> Deserialize<'de> for AnyQuery {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self {})
    }
}

/// Answers with the received bytes, the received cookies in a header, two cookies and a repeated header.
async fn echo(_: Arc<Probe>, call: Call<Bytes, AnyQuery>) -> Result<chassis::http::Response, Problem> {
    let mut response = chassis::http::Response::new(call.body.0.into());
    let headers = response.headers_mut();
    if let Some(cookies) = call.headers.get("cookie") {
        headers.insert("x-cookie", cookies.clone());
    }
    for (name, value) in [
        ("set-cookie", "a=1; Path=/"),
        ("set-cookie", "b=2; Path=/"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("link", "</a>; rel=next"),
        ("link", "</b>; rel=last"),
    ] {
        headers.append(name, value.parse().unwrap());
    }
    Ok(response)
}
