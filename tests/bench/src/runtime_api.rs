//! The Runtime API for one function: hands out events and takes responses (AWS Lambda developer guide, "Using the Lambda
//! runtime API"). Owns the times of arrival.

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The deadline of an invocation.
const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub enum Event {
    /// It asked for an event.
    AskedForWork {
        at: Instant,
    },
    Answered {
        at: Instant,
        body: String,
    },
    /// It reported an error, in an invocation or at its start.
    Failed {
        body: String,
    },
}

/// The API; it stops when this is dropped.
#[derive(Debug)]
pub struct RuntimeApi {
    pub address: String,
    events: Receiver<Event>,
    waiting: Waiting,
    _open: oneshot::Sender<()>,
}

/// The pending request for an event, if any.
type Waiting = Arc<Mutex<Option<oneshot::Sender<String>>>>;

impl RuntimeApi {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If no port is free.
    pub fn open() -> Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?.to_string();
        let (events, arriving) = channel();
        let (open, closed) = oneshot::channel();
        let waiting = Waiting::default();
        let asking = Arc::clone(&waiting);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    result = serve(listener, events, asking) => eprintln!("the Runtime API stopped: {result:?}"),
                    _ = closed => {}
                }
            });
        });
        Ok(Self { address, events: arriving, waiting, _open: open })
    }

    /// The next thing that the function does.
    ///
    /// # Errors
    /// If it does nothing within this time.
    pub fn next(&self, within: Duration) -> Result<Event> {
        Ok(self.events.recv_timeout(within)?)
    }

    /// Gives an event to the function that asked for one; returns the time.
    ///
    /// # Errors
    /// If it did not ask.
    pub fn hand_out(&self, event: String) -> Result<Instant> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let began = Instant::now();
        waiting.and_then(|waiting| waiting.send(event).ok()).context("it did not ask for an event")?;
        Ok(began)
    }
}

async fn serve(listener: std::net::TcpListener, events: Sender<Event>, waiting: Waiting) -> Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // Otherwise an event of more than one packet waits for a delayed acknowledgement.
        stream.set_nodelay(true)?;
        let (events, waiting) = (events.clone(), Arc::clone(&waiting));
        tokio::spawn(async move {
            let handle = service_fn(|request| answered(events.clone(), Arc::clone(&waiting), request));
            // The connection ends with the function.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), handle).await;
        });
    }
}

async fn answered(
    events: Sender<Event>,
    waiting: Waiting,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let at = Instant::now();
    if method == Method::GET {
        let (sender, event) = oneshot::channel();
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        // Nobody receives it after the measurement.
        let _ = events.send(Event::AskedForWork { at });
        return work(event.await.unwrap_or_default());
    }
    let answered = path.ends_with("/response");
    let _ = events.send(if answered { Event::Answered { at, body } } else { Event::Failed { body } });
    Response::builder().status(202).body(Full::default())
}

fn work(event: String) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + DEADLINE;
    Response::builder()
        .header("lambda-runtime-aws-request-id", "00000000-0000-0000-0000-000000000000")
        .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:000000000000:function:bench")
        .header("content-type", "application/json")
        .body(Full::from(event))
}
