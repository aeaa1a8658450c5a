//! What a person signs in with, in words by which they recognise it: browser and system of a User-Agent. Refuses to keep the header, which
//! tells more than that, and to be a proof of anything: whoever signs in may send any.

use serde::{Deserialize, Serialize};

/// Browsers by what they alone send; those that send another's name too come first.
const BROWSERS: [(&str, &str); 11] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, likewise: an iPhone says that it is like a Mac, and Android that it is Linux.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Android", "Android"),
    ("Windows NT", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// Browser and system of a sign-in, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

impl Client {
    /// `None` if the header names neither a browser nor a system that is known here.
    pub fn of(user_agent: &str) -> Option<Self> {
        let known = |names: &[(&str, &str)]| {
            names.iter().find(|(sent, _)| user_agent.contains(sent)).map(|(_, name)| (*name).to_owned())
        };
        let (browser, system) = (known(&BROWSERS), known(&SYSTEMS));
        (browser.is_some() || system.is_some()).then_some(Self { browser, system })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_becomes_the_names_that_people_know() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (sent, browser, system) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned(), "Firefox", "Linux"),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/120.0 Safari/537.36"),
                "Chrome",
                "Windows",
            ),
            (format!("Mozilla/5.0 (Windows NT 10.0) {webkit} Chrome/120.0 Safari/537.36 Edg/120.0"), "Edge", "Windows"),
            (
                format!("Mozilla/5.0 (Linux; Android 14; K) {webkit} Chrome/120.0 Mobile Safari/537.36"),
                "Chrome",
                "Android",
            ),
            (
                format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {webkit} Version/17.1 Safari/605.1"),
                "Safari",
                "macOS",
            ),
            (
                format!("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) {webkit} CriOS/120.0 Safari/604.1"),
                "Chrome",
                "iOS",
            ),
        ] {
            let client = Client::of(&sent).unwrap();
            assert_eq!((client.browser.as_deref(), client.system.as_deref()), (Some(browser), Some(system)), "{sent}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_kept() {
        assert_eq!(Client::of("curl/8.5.0"), None);
        assert_eq!(Client::of("<script>Ada Lovelace, 1 Quay</script>"), None);
        let system = Client::of("ShopApp/1.2 (Android 14; Pixel of Ada)").unwrap();
        assert_eq!(system, Client { browser: None, system: Some("Android".to_owned()) });
    }
}
