//! Versions of resources over HTTP (RFC 9110 §8.8.3, §13.1): which version an answer shows, and from which one a client edits.
//! Refuses to decide what an edit of an old version would lose: those who edit know.

use super::input::header;
use super::problem::Problem;
use lambda_http::http::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;

/// The tag of a representation: its resource's version and, after a dot, what else it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ETag(String);

impl ETag {
    /// The tag of a resource that is its stored version and nothing else.
    pub fn of(version: u64) -> Self {
        Self(version.to_string())
    }

    /// The tag of a representation with more than the version says: letters, digits and hyphens that differ if that differs.
    #[must_use]
    pub fn showing(self, more: &str) -> Self {
        Self(format!("{}.{more}", self.0))
    }

    /// The header's value.
    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

impl Problem {
    /// Of a 412: the tag under which what is there is read now, in place of its version.
    #[must_use]
    pub fn of_present(self, etag: &ETag) -> Self {
        self.with("etag", etag.quoted())
    }

    fn precondition_failed(detail: &str) -> Self {
        Self::new(412, "precondition_failed", detail)
    }

    /// 412: the caller names a version of what has no versions.
    fn without_versions() -> Self {
        let detail =
            "This has no ETag, so the change cannot be held to one. Send it without If-Match and If-None-Match.";
        Self::precondition_failed(detail)
    }

    /// 428: an edit would lose what others put there.
    fn precondition_required() -> Self {
        let detail = "This replaces a list, or takes away or moves what is there. Send the ETag that you read it with as If-Match, so \
            that nobody's change is lost.";
        Self::new(428, "precondition_required", detail)
    }
}

/// A resource with the tag of what is shown of it. The answer has the tag in its header `ETag`.
#[derive(Debug, Clone)]
pub struct Tagged<T> {
    /// Tag of the representation.
    pub etag: ETag,
    /// The representation.
    pub resource: T,
}

impl<T: Serialize + JsonSchema> Tagged<T> {
    /// A resource that is its stored version and nothing else.
    pub fn new(version: u64, resource: T) -> Self {
        Self { etag: ETag::of(version), resource }
    }
}

/// What a header names of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    /// Whatever is there.
    Any,
    /// These versions of it.
    Versions(Vec<u64>),
}

impl Named {
    /// Reads a header. A tag that is not ours names no version.
    fn read(headers: &HeaderMap, name: &str) -> Result<Option<Self>, Problem> {
        let Some(sent) = header(headers, name) else { return Ok(None) };
        if sent.trim() == "*" {
            return Ok(Some(Self::Any));
        }
        let tags = tags(&sent).ok_or_else(|| Problem::parameter(name, "must be `*` or entity tags in quotes"))?;
        Ok(Some(Self::Versions(tags.into_iter().filter_map(version).collect())))
    }

    fn includes(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }
}

/// The versions that a client edits from, by `If-Match`, and those that it does not want to change, by `If-None-Match`: with `*` it wants
/// to create alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precondition {
    known: Option<Named>,
    excluded: Option<Named>,
}

impl Precondition {
    /// Reads `If-Match` and `If-None-Match`.
    ///
    /// # Errors
    /// 400 if one is neither `*` nor a list of tags.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        Ok(Self { known: Named::read(headers, "If-Match")?, excluded: Named::read(headers, "If-None-Match")? })
    }

    /// Checks a change of what has no versions: then no tag can name what is there, and nobody looks whether anything is.
    ///
    /// # Errors
    /// 412 if `If-Match` has a tag, or there is an `If-None-Match`; 400 if one cannot be read.
    pub(super) fn without_versions(headers: &HeaderMap) -> Result<(), Problem> {
        match Self::of(headers)? {
            Self { known: None | Some(Named::Any), excluded: None } => Ok(()),
            _ => Err(Problem::without_versions()),
        }
    }

    /// Checks the version that an edit goes on from; `None` if there is no such resource yet. `loses` says that the edit would take away
    /// what others put there since the client read it.
    ///
    /// # Errors
    /// If the client knows another version, wants to change none such, or must say which one it knows.
    pub fn check(&self, version: Option<u64>, loses: bool) -> Result<(), Unmet> {
        match (&self.known, version) {
            (Some(_), None) => return Err(Unmet::Absent),
            (Some(known), Some(version)) if !known.includes(version) => return Err(Unmet::Changed(version)),
            _ => self.check_found(version)?,
        }
        if self.known.is_none() && loses && version.is_some() { Err(Unmet::Required) } else { Ok(()) }
    }

    /// Checks what was there when the request came. Whoever wants to create alone is told even if it is what they sent.
    ///
    /// # Errors
    /// If the client does not want to change what is there.
    pub fn check_found(&self, version: Option<u64>) -> Result<(), Unmet> {
        let excludes = |version: &u64| self.excluded.as_ref().is_some_and(|excluded| excluded.includes(*version));
        version.filter(excludes).map_or(Ok(()), |version| Err(Unmet::Excluded(version)))
    }
}

/// The reason for which an edit does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The client knows another version than this one.
    #[error("somebody else changed it")]
    Changed(u64),
    /// The client knows a version of what is not there.
    #[error("there is none")]
    Absent,
    /// The client does not want to change this version, which is there.
    #[error("there is one that it excludes")]
    Excluded(u64),
    /// The client must say which version it knows.
    #[error("it says not what it was made from")]
    Required,
}

impl From<Unmet> for Problem {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::Changed(version) => Self::precondition_failed(
                "Somebody else changed this meanwhile. Read it again, and send your change with its present ETag.",
            )
            .of_present(&ETag::of(version)),
            Unmet::Absent => Self::precondition_failed(
                "There is nothing here that If-Match could name. Send it without to create it.",
            ),
            Unmet::Excluded(version) => Self::precondition_failed(
                "There is one already, and your If-None-Match says not to change it. Nothing was changed.",
            )
            .of_present(&ETag::of(version)),
            Unmet::Required => Self::precondition_required(),
        }
    }
}

/// Whether an `If-None-Match` names what an answer shows.
pub(super) fn includes(known: &str, shown: &str) -> bool {
    known.trim() == "*" || tags(known).is_some_and(|tags| tags.iter().any(|tag| format!("\"{tag}\"") == shown))
}

/// The tags of a list. Weak ones count as well: whoever compresses an answer on its way weakens its tag.
fn tags(list: &str) -> Option<Vec<&str>> {
    let tag = |text: &'_ str| -> Option<(usize, usize)> {
        let start = if text.starts_with("W/\"") { 3 } else { 1 };
        let length = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?.find('"')?;
        Some((start, length))
    };
    let (mut rest, mut found) = (list, Vec::new());
    loop {
        // Members may be empty (RFC 9110 §5.6.1.2).
        rest = rest.trim_start_matches(|letter: char| letter == ',' || letter.is_whitespace());
        if rest.is_empty() {
            return (!found.is_empty()).then_some(found);
        }
        let (start, length) = tag(rest)?;
        found.push(rest.get(start..start + length)?);
        rest = rest.get(start + length + 1..)?.trim_start();
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

fn version(tag: &str) -> Option<u64> {
    tag.split('.').next().unwrap_or_default().parse().ok()
}

#[cfg(test)]
mod tests;
