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
    /// 412: the caller edits a version that is not the latest.
    pub fn precondition_failed(current: Option<&ETag>) -> Self {
        let detail = "Somebody else changed this meanwhile. Read it again, and send your change with its present ETag.";
        let problem = Self::new(412, "precondition_failed", detail);
        current.into_iter().fold(problem, |problem, etag| problem.with("etag", etag.quoted()))
    }

    /// 412: the caller edits a version of what has no versions.
    fn without_versions() -> Self {
        let detail = "This has no ETag, so the change cannot be held to one. Send it without If-Match.";
        Self::new(412, "precondition_failed", detail)
    }

    /// 428: an edit would lose what others put there.
    pub fn precondition_required() -> Self {
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

/// The versions that a client edits from, by `If-Match`; or that it wants to create alone, by `If-None-Match: *`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The client does not say.
    None,
    /// Whatever is there.
    Any,
    /// One of these.
    Versions(Vec<u64>),
    /// Nothing may be there yet.
    Nothing,
}

impl Precondition {
    /// Reads `If-Match`, and `If-None-Match` if it is `*`. A tag that is not ours names no version.
    ///
    /// # Errors
    /// 400 if `If-Match` is neither `*` nor a list of tags.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let creates = header(headers, "if-none-match").is_some_and(|sent| sent.trim() == "*");
        let known = match header(headers, "if-match") {
            None if creates => return Ok(Self::Nothing),
            None => Self::None,
            Some(any) if any.trim() == "*" => Self::Any,
            Some(list) => {
                let tags = tags(&list)
                    .ok_or_else(|| Problem::parameter("If-Match", "must be `*` or entity tags in quotes"))?;
                Self::Versions(tags.into_iter().filter_map(version).collect())
            }
        };
        // Nothing is there and absent as well.
        Ok(if creates { Self::Versions(Vec::new()) } else { known })
    }

    /// Checks a change of what has no versions: then no tag can name what is there.
    ///
    /// # Errors
    /// 412 if `If-Match` has a tag, 400 if it cannot be read.
    pub(super) fn without_versions(headers: &HeaderMap) -> Result<(), Problem> {
        match Self::of(headers)? {
            Self::Versions(_) => Err(Problem::without_versions()),
            Self::None | Self::Any | Self::Nothing => Ok(()),
        }
    }

    /// Checks the version that an edit goes on from; `None` if there is no such resource yet. `loses` says that the edit would take away
    /// what others put there since the client read it.
    ///
    /// # Errors
    /// If the client knows another version, or must say which one it knows.
    pub fn check(&self, version: Option<u64>, loses: bool) -> Result<(), Unmet> {
        match self {
            Self::None if loses && version.is_some() => Err(Unmet::Required),
            _ if self.admits(version) => Ok(()),
            _ => Err(Unmet::Failed(version)),
        }
    }

    /// Checks what was there when the request came. Whoever wants to create alone is told even if it is what they sent.
    ///
    /// # Errors
    /// If nothing may be there, and something is.
    pub fn check_found(&self, version: Option<u64>) -> Result<(), Unmet> {
        if *self == Self::Nothing && version.is_some() { Err(Unmet::Failed(version)) } else { Ok(()) }
    }

    /// Whether an edit may go on from this version; `None` if there is no such resource.
    fn admits(&self, version: Option<u64>) -> bool {
        match self {
            Self::None => true,
            Self::Any => version.is_some(),
            Self::Versions(versions) => version.is_some_and(|version| versions.contains(&version)),
            Self::Nothing => version.is_none(),
        }
    }
}

/// The reason for which an edit does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The client knows another version than this one.
    #[error("somebody else changed it")]
    Failed(Option<u64>),
    /// The client must say which version it knows.
    #[error("it says not what it was made from")]
    Required,
}

impl From<Unmet> for Problem {
    fn from(unmet: Unmet) -> Self {
        match unmet {
            Unmet::Failed(version) => Self::precondition_failed(version.map(ETag::of).as_ref()),
            Unmet::Required => Self::precondition_required(),
        }
    }
}

/// Whether `If-None-Match` names what an answer shows.
pub(super) fn is_known(headers: &HeaderMap, shown: &str) -> bool {
    let sent = header(headers, "if-none-match").unwrap_or_default();
    sent.trim() == "*" || tags(&sent).is_some_and(|tags| tags.iter().any(|tag| format!("\"{tag}\"") == shown))
}

/// The tags of a list. Weak ones count as well: whoever compresses an answer on its way weakens its tag.
fn tags(list: &str) -> Option<Vec<&str>> {
    let tag = |text: &'_ str| -> Option<(usize, usize)> {
        let start = if text.starts_with("W/\"") { 3 } else { 1 };
        let length = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?.find('"')?;
        Some((start, length))
    };
    let (mut rest, mut found) = (list.trim(), Vec::new());
    loop {
        let (start, length) = tag(rest)?;
        found.push(rest.get(start..start + length)?);
        rest = rest.get(start + length + 1..)?.trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return rest.is_empty().then_some(found),
        }
    }
}

fn version(tag: &str) -> Option<u64> {
    tag.split('.').next().unwrap_or_default().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    fn precondition(if_match: &str) -> Result<Precondition, Problem> {
        let headers = HeaderMap::from_iter([("if-match".parse().unwrap(), HeaderValue::from_str(if_match).unwrap())]);
        Precondition::of(&headers)
    }

    #[test]
    fn a_precondition_names_versions_whatever_else_was_shown_and_however_it_was_sent() {
        for (sent, versions) in [
            (r#""7""#, vec![7]),
            (r#""7.io""#, vec![7]),
            (r#"W/"7.io""#, vec![7]),
            (r#""7", W/"8" ,"9.x""#, vec![7, 8, 9]),
            (r#""nonsense""#, vec![]),
            (r#""a,b", "3""#, vec![3]),
            (r#""""#, vec![]),
        ] {
            assert_eq!(precondition(sent).unwrap(), Precondition::Versions(versions), "{sent}");
        }
        assert_eq!(precondition(" * ").unwrap(), Precondition::Any);
        assert_eq!(Precondition::of(&HeaderMap::new()).unwrap(), Precondition::None);
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for sent in ["", "7", "nonsense", r#""7"#, r#"7""#, r#""7","#, r#""7" "8""#, r#""7",*"#, "W/7", r#"w/"7""#] {
            assert_eq!(precondition(sent).unwrap_err().kind, "invalid_parameter", "{sent}");
        }
    }

    #[test]
    fn a_client_may_want_to_create_alone() {
        let headers = |sent: &[(&'static str, &'static str)]| {
            let header = |&(name, value): &(&'static str, &'static str)| {
                (name.parse().unwrap(), HeaderValue::from_static(value))
            };
            Precondition::of(&HeaderMap::from_iter(sent.iter().map(header))).unwrap()
        };
        let alone = headers(&[("if-none-match", " * ")]);
        assert_eq!((alone.check(None, true), alone.check_found(None)), (Ok(()), Ok(())));
        assert_eq!(alone.check(Some(7), false), Err(Unmet::Failed(Some(7))));
        assert_eq!(alone.check_found(Some(7)), Err(Unmet::Failed(Some(7))));
        let both = headers(&[("if-none-match", "*"), ("if-match", "*")]);
        assert!(!both.admits(Some(7)) && !both.admits(None), "nothing is there and absent");
        assert_eq!(headers(&[("if-none-match", "\"7\"")]), Precondition::None);
    }

    #[test]
    fn an_edit_that_replaces_a_list_says_what_it_was_made_from() {
        assert_eq!(Precondition::None.check(Some(7), true), Err(Unmet::Required));
        assert_eq!(Precondition::None.check(None, true), Ok(()), "nobody has put anything into it");
        assert_eq!(Precondition::None.check(Some(7), false), Ok(()));
        assert_eq!(Precondition::Any.check(Some(7), true), Ok(()));
        assert_eq!(Precondition::Versions(vec![6]).check(Some(7), true), Err(Unmet::Failed(Some(7))));
    }

    #[test]
    fn an_edit_goes_on_from_the_versions_that_its_client_knows() {
        let known = Precondition::Versions(vec![7]);
        assert!(known.admits(Some(7)) && !known.admits(Some(8)) && !known.admits(None));
        assert!(Precondition::Any.admits(Some(8)) && !Precondition::Any.admits(None));
        assert!(Precondition::None.admits(Some(8)) && Precondition::None.admits(None));
    }
}
