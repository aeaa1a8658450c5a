//! A browser: it keeps cookies by their paths, sends forms as pages do and follows redirects.

use crate::harness::PASSWORD;
use chassis::testing::{Bench, Request};
use serde_json::Value;
use std::collections::BTreeMap;
use users::Users;

/// Cookies whose value no page shows.
const SECRETS: [&str; 3] = ["__Host-souk_access", "__Secure-souk_refresh", "__Secure-souk_device"];

/// What a browser keeps of a cookie.
#[derive(Debug, Clone)]
struct Cookie {
    value: String,
    path: String,
}

/// A browser with its cookies. A copy is a window that sends what it has before it hears of another window's answer.
#[derive(Debug, Clone)]
pub struct Browser<'a> {
    bench: &'a Bench<Users>,
    cookies: BTreeMap<String, Cookie>,
    pub language: &'static str,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Shown {
    pub status: u16,
    pub html: String,
    pub location: String,
    pub set_cookies: Vec<String>,
    pub headers: Value,
}

pub type Fields<'a> = &'a [(&'a str, &'a str)];

pub fn form(fields: Fields<'_>) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

/// A form as a page of this shop sends it.
pub fn form_request(target: &str, body: &str) -> Request {
    Request::new("POST", target)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(body)
}

impl<'a> Browser<'a> {
    pub fn new(bench: &'a Bench<Users>) -> Self {
        Self { bench, cookies: BTreeMap::new(), language: "en" }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|cookie| cookie.value.as_str())
    }

    pub fn set(&mut self, name: &str, value: &str, path: &str) {
        self.cookies.insert(name.to_owned(), Cookie { value: value.to_owned(), path: path.to_owned() });
    }

    pub fn remove(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// The header that goes to a path.
    pub fn sent_to(&self, path: &str) -> String {
        let goes = |cookie: &&Cookie| {
            let rest = path.strip_prefix(cookie.path.as_str());
            rest.is_some_and(|rest| cookie.path == "/" || rest.is_empty() || rest.starts_with('/'))
        };
        let pairs = self.cookies.iter().filter(|(_, cookie)| goes(cookie));
        pairs.map(|(name, cookie)| format!("{name}={}", cookie.value)).collect::<Vec<_>>().join("; ")
    }

    /// With this browser's cookies.
    pub fn with_cookies(&self, request: Request, target: &str) -> Request {
        let cookies = self.sent_to(target.split('?').next().unwrap());
        let request = request.header("accept-language", self.language);
        if cookies.is_empty() { request } else { request.header("cookie", &cookies) }
    }

    pub async fn send(&mut self, request: Request) -> Shown {
        let answer = self.bench.invoke(&request.event()).await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let set_cookies: Vec<_> = answer["cookies"].as_array().into_iter().flatten().map(text).collect();
        set_cookies.iter().for_each(|line| self.keep(line));
        let html = text(&answer["body"]);
        let secrets = SECRETS.iter().filter_map(|name| self.cookie(name)).filter(|token| token.len() > 20);
        for secret in secrets.chain([PASSWORD]) {
            assert!(!html.contains(secret), "a page shows a secret: {html}");
        }
        Shown {
            status: u16::try_from(answer["statusCode"].as_u64().unwrap()).unwrap(),
            html,
            location: text(&answer["headers"]["location"]),
            set_cookies,
            headers: answer["headers"].clone(),
        }
    }

    fn keep(&mut self, line: &str) {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attributes: BTreeMap<_, _> = parts.map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
        if attributes["Max-Age"] == "0" {
            self.remove(name);
        } else {
            self.set(name, value, attributes["Path"]);
        }
    }

    /// One request, without following where it leads.
    pub async fn get(&mut self, target: &str) -> Shown {
        let request = self.with_cookies(Request::get(target).without_header("content-type"), target);
        self.send(request).await
    }

    pub async fn post(&mut self, target: &str, fields: Fields<'_>) -> Shown {
        self.post_body(target, &form(fields)).await
    }

    pub async fn post_body(&mut self, target: &str, body: &str) -> Shown {
        let request = self.with_cookies(form_request(target, body), target);
        self.send(request).await
    }

    /// What is shown in the end, with the paths on the way.
    pub async fn visit(&mut self, target: &str) -> (Shown, Vec<String>) {
        let first = self.get(target).await;
        self.follow(first, "").await
    }

    pub async fn submit(&mut self, target: &str, fields: Fields<'_>) -> (Shown, Vec<String>) {
        let body = form(fields);
        let first = self.post_body(target, &body).await;
        self.follow(first, &body).await
    }

    pub async fn follow(&mut self, first: Shown, body: &str) -> (Shown, Vec<String>) {
        let (mut shown, mut way) = (first, Vec::new());
        while matches!(shown.status, 303 | 307) {
            assert!(way.len() < 10, "a loop: {way:?}");
            let target = shown.location.clone();
            way.push(target.clone());
            shown = match shown.status {
                303 => self.get(&target).await,
                _ => self.post_body(&target, body).await,
            };
        }
        (shown, way)
    }

    /// Signs up, which signs in too.
    pub async fn sign_up(&mut self, email: &str) {
        let fields = [("name", "Ada"), ("email", email), ("password", PASSWORD)];
        let (shown, _) = self.submit("/account/sign-up", &fields).await;
        assert_eq!(shown.status, 200, "{}", shown.html);
    }

    pub async fn sign_in(&mut self, email: &str) -> Shown {
        self.post("/account/sign-in", &[("email", email), ("password", PASSWORD)]).await
    }
}

impl Shown {
    pub fn says(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// The value of the first input with this name, as a browser reads it.
    pub fn value(&self, name: &str) -> Option<String> {
        let input = self.html.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
        let mut inputs = input.filter(|input| input.contains(&format!(" name=\"{name}\"")));
        let (_, value) = inputs.next()?.split_once(" value=\"")?;
        Some(unescaped(value.split('"').next()?))
    }

    /// What a field is called, without its mark.
    pub fn label(&self, name: &str) -> String {
        let start = format!("<label for=\"field-{name}\">");
        self.html.split_once(&start).map_or("", |(_, rest)| rest.split('<').next().unwrap()).trim().to_owned()
    }

    /// The text of an error at a field; empty if there is none.
    pub fn error(&self, name: &str) -> String {
        let start = format!("id=\"field-{name}-error\">");
        let text = self.html.split_once(&start).map_or("", |(_, rest)| rest.split('<').next().unwrap());
        unescaped(text)
    }
}

pub fn unescaped(text: &str) -> String {
    let signs = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    signs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
