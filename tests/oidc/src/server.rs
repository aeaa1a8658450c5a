//! The provider on a socket of this machine. Refuses connections that stay open: each has one request.

use crate::{Answer, Incoming, Provider};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Serves until the process ends. `now` is the clock, in seconds since the Unix epoch.
pub fn serve(provider: Arc<Provider>, listener: TcpListener, now: impl Fn() -> i64 + Send + Sync + 'static) {
    let now = Arc::new(now);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let (provider, now) = (Arc::clone(&provider), Arc::clone(&now));
            // A browser opens connections ahead, and says nothing on some.
            std::thread::spawn(move || talk(&provider, &connection, now()));
        }
    });
}

fn talk(provider: &Provider, connection: &TcpStream, now: i64) -> Option<()> {
    let mut lines = BufReader::new(connection);
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut authorization) = (0, String::new());
    loop {
        line.clear();
        lines.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => value.trim().clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    let body = String::from_utf8_lossy(&body);
    let asked = Incoming { method: &method, path: &path, authorization: &authorization, body: &body };
    let Some(Answer { status, content_type, location, body }) = provider.answer(&asked, now) else {
        // Nobody answers, and the connection stays.
        loop {
            std::thread::park();
        }
    };
    let leads = if location.is_empty() { String::new() } else { format!("location: {location}\r\n") };
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n{leads}\r\n",
        body.len()
    );
    let mut connection = connection;
    connection.write_all(format!("{head}{body}").as_bytes()).ok()
}
