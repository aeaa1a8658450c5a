//! The AWS services that a function calls, behind TLS on this machine: an embedded table, queues that accept everything,
//! parameters, mail. Owns the counts of connections and round trips, their time, and the transaction conflicts that the
//! embedded table does not simulate. Responses take a configurable time.
//!
//! Functions trust this machine's certificates and one more, so that a start parses as many certificates as on Lambda.

use anyhow::{Context, Result};
use chassis::testing::connector::WireRequest;
use chassis::testing::signing::stored_key;
use chassis::testing::{EmbeddedDynamo, RecordedQueues};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

#[derive(Debug)]
pub struct Aws {
    pub url: String,
    /// The trusted certificates, a PEM file.
    pub certificates: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    table: Mutex<Option<EmbeddedDynamo>>,
    queues: RecordedQueues,
    latency_millis: AtomicU64,
    traffic: Mutex<Traffic>,
    popular: Mutex<Option<&'static str>>,
    held: Mutex<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Traffic {
    counts: Counts,
    in_flight: u64,
    busy_since: Option<Instant>,
}

/// Counts since the last call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Opened TLS connections.
    pub connections: u64,
    pub requests: u64,
    /// Sequential round trips: requests that began while no other was under way.
    pub rounds: u64,
    /// How long requests were under way here, from arrival to response.
    pub served: Duration,
    /// Transactions that name a popular item.
    pub met: u64,
    /// Those of them that were refused.
    pub refused: u64,
}

impl Traffic {
    fn arrives(&mut self) {
        self.counts.requests += 1;
        self.in_flight += 1;
        if self.in_flight == 1 {
            self.counts.rounds += 1;
            self.busy_since = Some(Instant::now());
        }
    }

    fn leaves(&mut self) {
        self.in_flight -= 1;
        if self.in_flight == 0 {
            self.counts.served += self.busy_since.take().map(|since| since.elapsed()).unwrap_or_default();
        }
    }
}

impl Aws {
    /// Starts the services for as long as the process lives, and writes the trusted certificates into a folder.
    ///
    /// # Errors
    /// If no port is free or the certificates cannot be written.
    pub fn open(folder: &Path) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        let certificates = folder.join("certificates.pem");
        std::fs::write(&certificates, trusted_by_this_machine() + &made.cert.pem()).context("the certificates")?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let tls = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key)?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("https://localhost:{}", listener.local_addr()?.port());
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::spawn(move || {
            let result = runtime.block_on(serve(listener, TlsAcceptor::from(Arc::new(tls)), serving));
            eprintln!("the services stopped: {result:?}");
        });
        Ok(Self { url, certificates, shared })
    }

    pub fn set_table(&self, table: EmbeddedDynamo) {
        *self.shared.table.lock().unwrap_or_else(PoisonError::into_inner) = Some(table);
    }

    /// Every response takes this long from now on.
    pub fn set_latency(&self, millis: u64) {
        self.shared.latency_millis.store(millis, Ordering::SeqCst);
    }

    /// From now on a transaction is refused while another one is under way at the same item, as by DynamoDB ("Transactional
    /// conflict handling", DynamoDB developer guide). Items are popular if their partition keys begin like this.
    pub fn let_one_pass_at(&self, partitions: &'static str) {
        *self.shared.popular.lock().unwrap_or_else(PoisonError::into_inner) = Some(partitions);
    }

    pub fn take(&self) -> Counts {
        self.shared.queues.take();
        std::mem::take(&mut self.shared.traffic().counts)
    }
}

/// The PEM bundle that TLS libraries read on this machine.
fn trusted_by_this_machine() -> String {
    let bundle = openssl_probe::probe().cert_file.and_then(|file| std::fs::read_to_string(file).ok());
    bundle.map_or_else(
        || {
            eprintln!("this machine has no certificate bundle: starts are quicker than on Lambda");
            String::new()
        },
        |bundle| bundle + "\n",
    )
}

async fn serve(listener: std::net::TcpListener, tls: TlsAcceptor, shared: Arc<Shared>) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let (tls, shared) = (&tls, &shared);
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async move {
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let (tls, shared) = (tls.clone(), Arc::clone(shared));
                tokio::task::spawn_local(async move {
                    let Ok(stream) = tls.accept(stream).await else { return };
                    shared.traffic().counts.connections += 1;
                    let handle = service_fn(|request| answered(Arc::clone(&shared), request));
                    // The connection ends with the function.
                    let _ =
                        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handle).await;
                });
            }
        })
        .await
}

async fn answered(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    shared.traffic().arrives();
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default().to_owned();
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let body = String::from_utf8_lossy(&body);
    let named = shared.popular_items(&target, &body);
    let met = shared.meet(&named);
    let late = shared.latency_millis.load(Ordering::SeqCst);
    if late > 0 {
        tokio::time::sleep(Duration::from_millis(late)).await;
    }
    let (status, answer) = if met.is_empty() { shared.answer(&target, &body) } else { shared.conflict(&body, &met) };
    if met.is_empty() {
        shared.held().retain(|item| !named.contains(item));
    }
    shared.traffic().leaves();
    let mut response = Response::new(Full::from(answer));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::INTERNAL_SERVER_ERROR);
    let json = hyper::header::HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    Ok(response)
}

impl Shared {
    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The popular items of a transaction.
    fn popular_items(&self, target: &str, body: &str) -> BTreeSet<String> {
        let popular = *self.popular.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(partitions) = popular.filter(|_| target.ends_with(".TransactWriteItems")) else {
            return BTreeSet::new();
        };
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let items = body["TransactItems"].as_array().into_iter().flatten().map(item_of);
        let named: BTreeSet<_> = items.filter(|item| item.starts_with(partitions)).collect();
        self.traffic().counts.met += u64::from(!named.is_empty());
        named
    }

    /// Those of the items that another transaction holds. If there are none, this one holds them all.
    fn meet(&self, named: &BTreeSet<String>) -> BTreeSet<String> {
        let mut held = self.held();
        let met: BTreeSet<_> = held.intersection(named).cloned().collect();
        if met.is_empty() {
            held.extend(named.iter().cloned());
        }
        met
    }

    fn conflict(&self, body: &str, met: &BTreeSet<String>) -> (u16, String) {
        self.traffic().counts.refused += 1;
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let reason = |item: &Value| {
            let code = if met.contains(&item_of(item)) { "TransactionConflict" } else { "None" };
            json!({"Code": code})
        };
        let reasons: Value = body["TransactItems"].as_array().into_iter().flatten().map(reason).collect();
        let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        (400, json!({"__type": kind, "CancellationReasons": reasons}).to_string())
    }

    fn answer(&self, target: &str, body: &str) -> (u16, String) {
        let (service, operation) = target.split_once('.').unwrap_or_default();
        let request = WireRequest { method: "POST", uri: "/", operation, body };
        match service {
            "DynamoDB_20120810" => {
                let table = self.table.lock().unwrap_or_else(PoisonError::into_inner).clone();
                table.map_or_else(|| (400, "{}".to_owned()), |table| table.service()(request))
            }
            "AmazonSQS" if operation == "SendMessage" => (200, json!({"MessageId": "1"}).to_string()),
            "AmazonSQS" => self.queues.service()(request),
            "AmazonSSM" => {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                let name = body["Name"].as_str().unwrap_or_default();
                // A signing key belongs to its issuer; any other parameter is an arbitrary text.
                let issuer =
                    ["users", "catalog", "shipping"].into_iter().find(|issuer| name.ends_with(&format!("/{issuer}/1")));
                let value = issuer.map_or_else(|| "A".repeat(43), stored_key);
                (200, json!({"Parameter": {"Name": name, "Value": value}}).to_string())
            }
            _ => (200, json!({"MessageId": "1"}).to_string()),
        }
    }
}

/// The keys of the item that a part of a transaction writes.
fn item_of(part: &Value) -> String {
    let keys = [&part["Put"]["Item"], &part["Update"]["Key"], &part["Delete"]["Key"]];
    let keys = keys.into_iter().find(|keys| !keys.is_null()).unwrap_or(part);
    format!("{}/{}", keys["pk"]["S"].as_str().unwrap_or_default(), keys["sk"]["S"].as_str().unwrap_or_default())
}
