//! A site of a few pages on this machine: for the tests of the harness, and for what another site does to the shop. Refuses
//! everything that a form or a link does not need.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// What a browser wants.
#[derive(Debug)]
pub struct SiteRequest {
    pub method: String,
    pub path: String,
    /// Of a form, as it was sent.
    pub body: String,
}

/// What it gets.
#[derive(Debug)]
pub struct Page {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Page {
    pub fn html(body: impl Into<String>) -> Self {
        Self::of("text/html; charset=utf-8", body.into())
    }

    pub fn style(body: &str) -> Self {
        Self::of("text/css", body.to_owned())
    }

    pub fn script(body: &str) -> Self {
        Self::of("text/javascript", body.to_owned())
    }

    fn of(kind: &str, body: String) -> Self {
        Self { status: 200, headers: vec![("content-type", kind.to_owned())], body }
    }

    pub fn missing() -> Self {
        Self { status: 404, headers: Vec::new(), body: String::new() }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// Serves until the test's process ends; returns the base URL.
pub fn serve(answer: impl Fn(&SiteRequest) -> Page + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A browser opens connections ahead, and says nothing on some.
            std::thread::spawn(move || talk(&connection, &*answer));
        }
    });
    base
}

fn talk(connection: &TcpStream, answer: &impl Fn(&SiteRequest) -> Page) -> Option<()> {
    let request = read(connection)?;
    let page = answer(&request);
    let mut head =
        format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\nconnection: close\r\n", page.status, page.body.len());
    for (name, value) in &page.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut connection = connection;
    connection.write_all(format!("{head}\r\n{}", page.body).as_bytes()).ok()
}

/// The request of a connection, unless it ends before.
fn read(connection: &TcpStream) -> Option<SiteRequest> {
    let mut lines = BufReader::new(connection);
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        line.clear();
        lines.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    Some(SiteRequest { method, path, body: String::from_utf8_lossy(&body).into_owned() })
}
