//! The environment variables of this capability. Refuses defaults of what every shop must say; what only changes how emails look has some.

use crate::domain::branding::{Branding, Color, Links, is_web_address};
use crate::domain::kind::KindsOff;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};
use events::{Email, Language};
use std::fmt::Display;
use std::str::FromStr;

/// Bytes of a name in one encoded word, which may have 75 signs (RFC 2047 §2): 12 around it, and four for every three bytes.
const WORD_BYTES: usize = 45;

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// `MAIL_SENDER_NAME`, or else the shop's, and `MAIL_FROM`: the sender as a mail's header has it.
    pub mail_from: String,
    /// `MAIL_REPLY_TO`: where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// How emails look, and what they call the shop.
    pub branding: Branding,
    /// `MAIL_CONFIGURATION_SET`: the mail service's settings by which it tells what became of emails.
    pub configuration_set: String,
    /// `MAIL_FEEDBACK_TOPIC`: the ARN of the topic on which it does.
    pub feedback_topic: String,
    /// `LIMITS_KEY_PARAMETER`: name of the SecureString parameter with the key of the pseudonyms of mailboxes.
    pub limits_key_parameter: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `SHOP_NAME`, `MAIL_FROM`, `MAIL_CONFIGURATION_SET`, `MAIL_FEEDBACK_TOPIC`, `LIMITS_KEY_PARAMETER`, and `MAIL_SENDER_NAME`, `MAIL_REPLY_TO`, `MAIL_COLOR`, `MAIL_LANGUAGE`,
    /// `MAIL_KINDS_OFF`, `MAIL_HELP_URL`, `MAIL_CONTACT_URL` and `MAIL_IMPRINT_URL`, which may be empty.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let (address, name) = (env.required("MAIL_FROM")?, env.required("SHOP_NAME")?);
        let sender = env.optional("MAIL_SENDER_NAME").unwrap_or_else(|| name.clone());
        let reply_to: Option<Email> = parsed(env, "MAIL_REPLY_TO")?;
        let links = Links {
            help: link(env, "MAIL_HELP_URL")?,
            contact: link(env, "MAIL_CONTACT_URL")?,
            imprint: link(env, "MAIL_IMPRINT_URL")?,
        };
        let branding = Branding {
            name,
            public_url: env.required("API_URL")?,
            color: parsed::<Color>(env, "MAIL_COLOR")?.unwrap_or_default(),
            links,
            language: parsed::<Language>(env, "MAIL_LANGUAGE")?.unwrap_or_default(),
            off: parsed::<KindsOff>(env, "MAIL_KINDS_OFF")?.unwrap_or_default(),
        };
        Ok(Self {
            users: env.access_verifier()?,
            mail_from: mailbox(&sender, &address),
            reply_to: reply_to.map(|address| address.as_str().to_owned()),
            branding,
            configuration_set: env.required("MAIL_CONFIGURATION_SET")?,
            feedback_topic: env.required("MAIL_FEEDBACK_TOPIC")?,
            limits_key_parameter: env.required("LIMITS_KEY_PARAMETER")?,
        })
    }
}

fn parsed<T: FromStr<Err: Display>>(env: &Env<'_>, name: &'static str) -> Result<Option<T>, ConfigError> {
    let unusable = |error: T::Err| ConfigError::Unusable { name, why: error.to_string() };
    env.optional(name).map(|text| text.parse().map_err(unusable)).transpose()
}

fn link(env: &Env<'_>, name: &'static str) -> Result<Option<String>, ConfigError> {
    let unusable =
        || ConfigError::Unusable { name, why: "no address of a page, such as https://shop.example/help".to_owned() };
    let link = env.optional(name);
    if link.as_deref().is_none_or(is_web_address) { Ok(link) } else { Err(unusable()) }
}

/// A sender with a name (RFC 5322 §3.4): quoted, or in encoded words (RFC 2047) if it has other signs than ASCII's. No word ends within a
/// sign.
fn mailbox(name: &str, address: &str) -> String {
    if name.is_ascii() {
        let quoted: String = name.chars().filter(|sign| !sign.is_control()).fold(String::new(), |mut text, sign| {
            if matches!(sign, '"' | '\\') {
                text.push('\\');
            }
            text.push(sign);
            text
        });
        return format!("\"{quoted}\" <{address}>");
    }
    let mut words = vec![String::new()];
    for sign in name.chars().filter(|sign| !sign.is_control()) {
        match words.last_mut() {
            Some(word) if word.len() + sign.len_utf8() <= WORD_BYTES => word.push(sign),
            _ => words.push(sign.to_string()),
        }
    }
    let encoded: Vec<String> = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect();
    format!("{} <{address}>", encoded.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_senders_name_is_quoted_or_encoded_and_ends_no_header() {
        assert_eq!(mailbox("Tea & Co", "a@b.example"), "\"Tea & Co\" <a@b.example>");
        assert_eq!(mailbox("Tea \"x\" \\", "a@b.example"), "\"Tea \\\"x\\\" \\\\\" <a@b.example>");
        assert_eq!(mailbox("Tea\r\nBcc: c", "a@b.example"), "\"TeaBcc: c\" <a@b.example>");
        assert_eq!(mailbox("Café", "a@b.example"), "=?UTF-8?B?Q2Fmw6k=?= <a@b.example>");
        let long = mailbox(&"é".repeat(60), "a@b.example");
        let words: Vec<&str> = long.split(' ').filter(|word| word.starts_with("=?")).collect();
        assert!(words.len() == 3 && words.iter().all(|word| word.len() <= 75), "{long}");
        let read = |word: &&str| {
            let encoded = word.trim_start_matches("=?UTF-8?B?").trim_end_matches("?=");
            String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
        };
        assert_eq!(words.iter().map(read).collect::<String>(), "é".repeat(60));
    }

    fn read(name: &str, value: &str) -> Result<Config, ConfigError> {
        let jwks = chassis::testing::signing::jwks("users");
        let values = [
            ("STAGE", chassis::testing::signing::STAGE),
            ("USERS_JWKS", jwks.as_str()),
            ("API_URL", "https://shop.example"),
            ("SHOP_NAME", "Tea & Co"),
            ("MAIL_FROM", "orders@shop.example"),
            ("MAIL_CONFIGURATION_SET", "souk-test"),
            ("MAIL_FEEDBACK_TOPIC", "arn:aws:sns:eu-central-1:123456789012:souk-test-mail-feedback"),
            ("LIMITS_KEY_PARAMETER", "/souk/test/keys/notifications-limits"),
        ];
        let find = |wanted: &str| {
            let set = values.iter().find(|(known, _)| *known == wanted).map(|(_, value)| (*value).to_owned());
            if wanted == name { Some(value.to_owned()) } else { set }
        };
        Config::from_env(&Env::from_fn(find))
    }

    #[test]
    fn what_is_not_set_has_the_shops_name_no_links_and_every_kind() {
        let config = read("", "").unwrap();
        assert_eq!(config.mail_from, "\"Tea & Co\" <orders@shop.example>");
        let expected =
            Branding { name: "Tea & Co".into(), public_url: "https://shop.example".into(), ..Branding::default() };
        assert_eq!((config.branding, config.reply_to), (expected, None));
    }

    #[test]
    fn a_setting_that_no_mail_can_have_is_refused_by_its_name() {
        for (name, value) in [
            ("MAIL_REPLY_TO", "nobody"),
            ("MAIL_COLOR", "red"),
            ("MAIL_LANGUAGE", "fr"),
            ("MAIL_KINDS_OFF", "password_reset_requested"),
            ("MAIL_HELP_URL", "javascript:alert(1)"),
            ("MAIL_CONTACT_URL", "/contact"),
            ("MAIL_IMPRINT_URL", "shop.example"),
        ] {
            let refused = read(name, value).unwrap_err().to_string();
            assert!(refused.contains(name), "{refused}");
        }
        assert_eq!(read("MAIL_LANGUAGE", "de").unwrap().branding.language, Language::De);
    }
}
