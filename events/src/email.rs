//! Email addresses: one parser for every place where somebody types one, so that an address has one spelling however it is
//! typed: trimmed, in lower case, its domain as A-labels (IDNA, UTS 46). Takes what mail servers take, and refuses to know
//! whether an address receives mail.

use crate::text::{Lines, fault, normalized};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Bytes: the longest path of RFC 5321 §4.5.3.1.3 without its angle brackets.
const MAX_EMAIL: usize = 254;
/// Bytes before the `@` (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// An email address in its one spelling, such as `ada@xn--mnchen-3ya.de`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is not an address to which mail can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// No address, or one that mail servers take only in quotes or not at all.
    #[error("must be an email address of at most 254 characters, such as ada@example.com")]
    Malformed,
    /// Mail services do not send to it: they lack SMTPUTF8 (RFC 6531).
    #[error("must have only ASCII characters before the @, as mail cannot be sent to another address")]
    NotAscii,
}

impl Email {
    /// The address as mail servers have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address from a token, an item or a message. One that an earlier version took and this one refuses stays as it is.
    pub fn kept(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self(text.to_owned()))
    }

    /// What stands before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(local, _)| local)
    }

    /// The address with its domain in the letters of its language, as earlier versions kept it; `None` if they are the same.
    pub fn in_unicode(&self) -> Option<String> {
        let (local, domain) = self.0.rsplit_once('@')?;
        if !domain.split('.').any(|label| label.starts_with("xn--")) {
            return None;
        }
        let (domain, readable) =
            Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
        readable.ok().map(|()| format!("{local}@{domain}"))
    }

    /// The name by which its mailbox is counted: what follows a plus sign leads to the same one at most providers.
    pub fn mailbox(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
            None => self.0.clone(),
        }
    }
}

/// Text of an address, which is a personal datum.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = normalized(text.trim());
        if fault(&text, Lines::One).is_some() {
            return Err(InvalidEmail::Malformed);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail::Malformed)?;
        if !local.is_ascii() {
            return Err(InvalidEmail::NotAscii);
        }
        let domain = mail_domain(domain).ok_or(InvalidEmail::Malformed)?;
        let email = format!("{}@{domain}", local.to_ascii_lowercase());
        if is_dot_string(local) && local.len() <= MAX_LOCAL && email.len() <= MAX_EMAIL {
            Ok(Self(email))
        } else {
            Err(InvalidEmail::Malformed)
        }
    }
}

/// Lenient, as every reader of messages and items is: see [`Email::kept`].
impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::kept(&text))
    }
}

/// Words between single dots (RFC 5321 §4.1.2, `Dot-string`). Everything else would need quotes, which many servers refuse.
fn is_dot_string(local: &str) -> bool {
    let is_atom_text = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_text))
}

/// The domain as A-labels of letters, digits and inner hyphens (UTS 46, nontransitional, `UseSTD3ASCIIRules`), if it is one of
/// the Internet's: with a dot, and a last label that begins with a letter. An IP address ends in a number (RFC 3696 §2), which may be
/// hexadecimal (`0xff`).
fn mail_domain(domain: &str) -> Option<Cow<'_, str>> {
    let bytes = domain.as_bytes();
    let ascii = Uts46::new().to_ascii(bytes, AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify).ok()?;
    let is_named =
        ascii.rsplit_once('.').is_some_and(|(_, top)| !top.starts_with(|first: char| first.is_ascii_digit()));
    is_named.then_some(ascii)
}

#[cfg(test)]
mod tests;
