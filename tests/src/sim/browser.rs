//! A browser: it keeps cookies, follows redirects, sends the forms that it was shown and asks again where no answer comes. Refuses
//! to know more of the shop than its pages say.

use super::customers::Driver;
use super::invariant::Invariant;
use super::machine::MAX_OFF;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::{Request, Response};
use events::ids::UserId;
use events::routes::at;
use form::Form;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

pub mod form;

/// Where a session is renewed by the way.
const RENEWAL: &str = "/account/session";
/// The cookie that a page knows its visitor by.
const ACCESS: &str = "__Host-souk_access";
/// The cookie that a renewal shows.
const REFRESH: &str = "__Secure-souk_refresh";
/// How often somebody asks for the same, at most.
const PATIENCE: u32 = 6;
/// A way with more turns than this leads nowhere.
const TURNS: u32 = 8;
/// A spent refresh token may be shown again this long, in milliseconds: ten seconds between clocks that differ.
const REPEATED: u64 = 10_000 - 2 * MAX_OFF;

/// A page at the end of its redirects.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub html: String,
}

impl Page {
    /// The form that is sent to this path.
    pub fn form(&self, action: &str) -> Option<Form> {
        Form::of(&self.html, action)
    }
}

/// What is wanted for: a form if it has fields.
#[derive(Debug, Clone)]
struct Wanted {
    target: String,
    fields: Option<Vec<(String, String)>>,
}

impl Wanted {
    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn request(&self) -> Request {
        match &self.fields {
            None => Request::get(&self.target).header("sec-fetch-site", "same-origin"),
            Some(fields) => {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                Request::form(&self.target, &fields)
            }
        }
    }
}

#[derive(Debug)]
struct Cookie {
    value: String,
    path: String,
}

/// The path of a form and its fields.
type Sent = (String, Vec<(String, String)>);

pub struct Browser<'a> {
    driver: &'a Driver,
    address: String,
    cookies: Mutex<BTreeMap<String, Cookie>>,
    /// How often a form may have been handled, by what was sent.
    sent: Mutex<BTreeMap<Sent, u32>>,
    /// When each refresh token was shown first, in any window.
    shown: Mutex<BTreeMap<String, u64>>,
    /// Whether a renewal of the session got no answer in time, so that its refresh token may be spent.
    may_be_out: AtomicBool,
}

impl<'a> Browser<'a> {
    pub fn new(driver: &'a Driver, address: String) -> Self {
        let (cookies, sent, shown) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { driver, address, cookies, sent, shown, may_be_out: AtomicBool::default() }
    }

    /// Opens an address; `None` if no answer comes.
    pub async fn open(&self, target: &str) -> Option<Page> {
        self.follow(Wanted { target: target.to_owned(), fields: None }).await
    }

    /// Sends a form.
    pub async fn submit(&self, form: &Form) -> Option<Page> {
        self.follow(wanted(form)).await
    }

    /// Sends a form by a double click: the first answer is ignored.
    pub async fn submit_twice(&self, form: &Form) -> Option<Page> {
        let first = wanted(form);
        futures_util::future::join(self.ask_once(&first), self.submit(form)).await.1
    }

    /// How often the shop may have handled this form since the last such question.
    pub fn times_sent(&self, form: &Form) -> u32 {
        self.sent.lock().unwrap().remove(&(form.action.clone(), form.fields())).unwrap_or(0)
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).map(|cookie| cookie.value.clone())
    }

    /// Who is signed in.
    pub fn user(&self) -> Option<UserId> {
        let token = self.cookie(ACCESS)?;
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        claims["sub"].as_str()?.parse().ok()
    }

    async fn follow(&self, mut wanted: Wanted) -> Option<Page> {
        for _ in 0..TURNS {
            let answer = self.insist(&wanted).await?;
            let to = answer.header("location").map(str::to_owned);
            match (answer.status, to) {
                (303, Some(target)) => wanted = Wanted { target, fields: None },
                (307, Some(target)) => wanted.target = target,
                (status, _) => {
                    let html = answer.body.as_str().unwrap_or_default().to_owned();
                    return Some(Page { path: wanted.path().to_owned(), status, html });
                }
            }
        }
        let stage = &self.driver.shop.stage;
        stage.violate(Invariant::RequestsAreAnswered, format!("{} leads around in circles", wanted.target));
        None
    }

    /// Asks until there is an answer. A person reloads the page, and sends a form again by that.
    async fn insist(&self, wanted: &Wanted) -> Option<Response> {
        for _ in 0..PATIENCE {
            match self.ask_once(wanted).await {
                Some(answer) if answer.status < 500 => {
                    self.keep(&answer);
                    return Some(answer);
                }
                _ => self.driver.idle(500, 20_000).await,
            }
        }
        None
    }

    async fn ask_once(&self, wanted: &Wanted) -> Option<Response> {
        let stage = &self.driver.shop.stage;
        let Some(route) = at(wanted.path()).next() else {
            stage.violate(Invariant::RequestsAreAnswered, format!("{} is no page of the shop", wanted.target));
            return None;
        };
        let request = wanted.request().from_address(&self.address).header("cookie", &self.cookies_for(wanted.path()));
        let shown_since = (wanted.path() == RENEWAL).then(|| self.refresh_token_is_shown());
        let answer = self.driver.shop.http(route.owner, request).await;
        let is_handled = answer.as_ref().is_none_or(|answer| answer.status != 307);
        if let Some(fields) = wanted.fields.as_ref().filter(|_| is_handled) {
            *self.sent.lock().unwrap().entry((wanted.path().to_owned(), fields.clone())).or_default() += 1;
        }
        if let Some(since) = shown_since {
            let in_time = stage.clock.millis() - since < REPEATED;
            if !answer.as_ref().is_some_and(|answer| answer.status < 500 && in_time) {
                self.may_be_out.store(true, Ordering::SeqCst);
            }
        }
        answer
    }

    /// Notes that the present refresh token is shown; since when it may be spent. Another window may have shown it before.
    fn refresh_token_is_shown(&self) -> u64 {
        let token = self.cookie(REFRESH).unwrap_or_default();
        *self.shown.lock().unwrap().entry(token).or_insert(self.driver.shop.stage.clock.millis())
    }

    fn cookies_for(&self, path: &str) -> String {
        let cookies = self.cookies.lock().unwrap();
        let sent = cookies.iter().filter(|(_, cookie)| is_below(path, &cookie.path));
        sent.map(|(name, cookie)| format!("{name}={}", cookie.value)).collect::<Vec<_>>().join("; ")
    }

    /// Keeps and forgets cookies. Nobody is signed out without wanting it.
    fn keep(&self, answer: &Response) {
        let mut cookies = self.cookies.lock().unwrap();
        for line in &answer.cookies {
            let mut parts = line.split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap_or_default();
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap_or("/").to_owned();
            let is_session = name == ACCESS;
            if !value.is_empty() {
                if is_session {
                    self.may_be_out.store(false, Ordering::SeqCst);
                }
                cookies.insert(name.to_owned(), Cookie { value: value.to_owned(), path });
            } else if cookies.remove(name).is_some() && is_session {
                let signed_out = || format!("{} is signed out unwanted", self.address);
                let may_be_out = self.may_be_out.load(Ordering::SeqCst);
                self.driver.shop.stage.expect(may_be_out, Invariant::WhoSignsUpGetsIn, signed_out);
            }
        }
    }
}

fn wanted(form: &Form) -> Wanted {
    Wanted { target: form.action.clone(), fields: Some(form.fields()) }
}

/// Whether a path gets the cookies of another: its own, and those of whole segments above it (RFC 6265, section 5.1.4).
fn is_below(path: &str, of_cookie: &str) -> bool {
    let is_segment = |rest: &str| rest.is_empty() || rest.starts_with('/') || of_cookie.ends_with('/');
    path.strip_prefix(of_cookie).is_some_and(is_segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_to_its_path_and_to_whole_segments_below() {
        let session =
            ["/account/session", "/account/session/", "/account/session/end", "/account/sessions", "/account"];
        assert_eq!(session.map(|path| is_below(path, "/account/session")), [true, true, true, false, false]);
        assert_eq!(["/", "/cart"].map(|path| is_below(path, "/")), [true, true]);
        assert_eq!(["/shop/cart", "/shop"].map(|path| is_below(path, "/shop/")), [true, false]);
    }
}
