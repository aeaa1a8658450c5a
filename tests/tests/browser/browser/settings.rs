//! What people set in their browsers, and what the browser keeps of them: size, colors, scripts, cookies.

use super::Browser;
use serde_json::json;

/// A cookie as the browser keeps it, of whatever path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub path: String,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// `Lax`, `Strict` or `None`; empty if it says nothing.
    pub same_site: String,
    domain: String,
}

impl Browser {
    /// A page as wide as a phone.
    #[track_caller]
    pub fn on_a_phone(&self) {
        self.set_size(390, 844, true);
    }

    /// A page as wide as the window again.
    #[track_caller]
    pub fn on_a_desk(&self) {
        self.must("reset the size", self.session.devtools("Emulation.clearDeviceMetricsOverride", &json!({})));
    }

    #[track_caller]
    pub(super) fn set_size(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.must("set the size", self.session.devtools("Emulation.setDeviceMetricsOverride", &size));
    }

    /// Pages are asked to be light again.
    #[track_caller]
    pub fn in_the_light(&self) {
        let light = json!({"features": [{"name": "prefers-color-scheme", "value": "light"}]});
        self.must("be light", self.session.devtools("Emulation.setEmulatedMedia", &light));
    }

    /// Pages are asked to be dark.
    #[track_caller]
    pub fn in_the_dark(&self) {
        let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
        self.must("be dark", self.session.devtools("Emulation.setEmulatedMedia", &dark));
    }

    /// Pages look as they are printed.
    #[track_caller]
    pub fn on_paper(&self) {
        self.must("be paper", self.session.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"})));
    }

    /// Scripts of pages that are opened from now on do not run.
    #[track_caller]
    pub fn without_scripts(&self) {
        let off = json!({ "value": true });
        self.must("stop scripts", self.session.devtools("Emulation.setScriptExecutionDisabled", &off));
    }

    /// All cookies, also those that the page's path does not get.
    #[track_caller]
    pub fn cookies(&self) -> Vec<Cookie> {
        let kept = self.must("read cookies", self.session.devtools("Network.getAllCookies", &json!({})));
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let cookies = kept["cookies"].as_array().into_iter().flatten().map(|cookie| Cookie {
            name: text(&cookie["name"]),
            value: text(&cookie["value"]),
            path: text(&cookie["path"]),
            http_only: cookie["httpOnly"] == true,
            same_site: text(&cookie["sameSite"]),
            domain: text(&cookie["domain"]),
        });
        cookies.collect()
    }

    #[track_caller]
    pub fn cookie(&self, name: &str) -> Option<Cookie> {
        self.cookies().into_iter().find(|cookie| cookie.name == name)
    }

    /// Loses a cookie, as one that ended in time.
    #[track_caller]
    pub fn forget_cookie(&self, name: &str) {
        let cookie = self.cookie(name).unwrap_or_else(|| panic!("no cookie {name}"));
        let which = json!({"name": name, "domain": cookie.domain, "path": cookie.path});
        self.must("forget a cookie", self.session.devtools("Network.deleteCookies", &which));
    }

    /// Puts another value into a cookie, as nobody but time or a fault does.
    #[track_caller]
    pub fn spoil_cookie(&self, name: &str, value: &str) {
        let cookie = self.cookie(name).unwrap_or_else(|| panic!("no cookie {name}"));
        // A cookie with a domain would be another one: the shop's are this host's alone.
        let spoiled = json!({
            "name": name, "value": value, "url": self.base, "path": cookie.path, "httpOnly": cookie.http_only,
            "sameSite": cookie.same_site,
        });
        self.must("change a cookie", self.session.devtools("Network.setCookie", &spoiled));
    }

    /// Whatever is at these addresses cannot be had from now on, as if its owner were away. `*` stands for anything.
    #[track_caller]
    pub fn without_answers_from(&self, addresses: &[&str]) {
        self.must("watch the network", self.session.devtools("Network.enable", &json!({})));
        let blocked = json!({ "urls": addresses });
        self.must("block addresses", self.session.devtools("Network.setBlockedURLs", &blocked));
    }
}
