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

    #[track_caller]
    pub(super) fn set_size(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.must("set the size", self.session.devtools("Emulation.setDeviceMetricsOverride", &size));
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
}
