//! What clients say of versions, and what comes of it.

use super::*;
use lambda_http::http::{HeaderName, HeaderValue};

fn precondition(sent: &[(&'static str, &'static str)]) -> Result<Precondition, Problem> {
    let header = |&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    Precondition::of(&HeaderMap::from_iter(sent.iter().map(header)))
}

fn if_match(sent: &'static str) -> Result<Precondition, Problem> {
    precondition(&[("if-match", sent)])
}

fn none() -> Precondition {
    precondition(&[]).unwrap()
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
        (r#""7","#, vec![7]),
        (r#" , "zz",, "7" ,"#, vec![7]),
    ] {
        let (known, excluded) = (if_match(sent).unwrap(), precondition(&[("if-none-match", sent)]).unwrap());
        assert_eq!(known, Precondition { known: Some(Named::Versions(versions.clone())), excluded: None }, "{sent}");
        assert_eq!(excluded, Precondition { known: None, excluded: Some(Named::Versions(versions)) }, "{sent}");
    }
    assert_eq!(if_match(" * ").unwrap().known, Some(Named::Any));
    assert_eq!(none(), Precondition { known: None, excluded: None });
}

#[test]
fn what_is_no_list_of_tags_is_refused() {
    for sent in ["", ",", "7", "nonsense", r#""7"#, r#"7""#, r#""7" "8""#, r#""7",*"#, "W/7", r#"w/"7""#] {
        for (name, parameter) in [("if-match", "If-Match"), ("if-none-match", "If-None-Match")] {
            let refused = precondition(&[(name, sent)]).unwrap_err();
            assert_eq!(refused.kind, "invalid_parameter", "{sent}");
            assert_eq!(refused.members["parameter"], parameter, "{sent}");
        }
    }
}

#[test]
fn a_client_may_want_to_create_alone() {
    let alone = precondition(&[("if-none-match", " * ")]).unwrap();
    assert_eq!((alone.check(None, true), alone.check_found(None)), (Ok(()), Ok(())));
    assert_eq!(alone.check(Some(7), true), Err(Unmet::Excluded(7)));
    assert_eq!(alone.check_found(Some(7)), Err(Unmet::Excluded(7)));
    let both = precondition(&[("if-none-match", "*"), ("if-match", "*")]).unwrap();
    assert_eq!(both.check(Some(7), false), Err(Unmet::Excluded(7)));
    assert_eq!(both.check(None, false), Err(Unmet::Absent), "nothing is there and absent");
}

#[test]
fn a_client_may_want_to_leave_a_version_as_it_is() {
    let other = precondition(&[("if-none-match", "\"7\"")]).unwrap();
    assert_eq!(other.check(Some(7), false), Err(Unmet::Excluded(7)));
    assert_eq!((other.check(Some(8), false), other.check(None, false)), (Ok(()), Ok(())));
    assert_eq!(other.check(Some(8), true), Err(Unmet::Required), "it says not what it was made from");
}

#[test]
fn an_edit_that_replaces_a_list_says_what_it_was_made_from() {
    assert_eq!(none().check(Some(7), true), Err(Unmet::Required));
    assert_eq!(none().check(None, true), Ok(()), "nobody has put anything into it");
    assert_eq!(none().check(Some(7), false), Ok(()));
    assert_eq!(if_match("*").unwrap().check(Some(7), true), Ok(()));
    assert_eq!(if_match("\"6\"").unwrap().check(Some(7), true), Err(Unmet::Changed(7)));
}

#[test]
fn an_edit_goes_on_from_the_versions_that_its_client_knows() {
    let known = if_match("\"7\"").unwrap();
    assert_eq!(known.check(Some(7), false), Ok(()));
    assert_eq!(known.check(Some(8), false), Err(Unmet::Changed(8)));
    for known in [known, if_match("*").unwrap()] {
        assert_eq!(known.check(None, false), Err(Unmet::Absent));
    }
    assert_eq!(if_match("*").unwrap().check(Some(8), false), Ok(()));
}

#[test]
fn a_refusal_says_what_is_so() {
    let told = |unmet: Unmet| Problem::from(unmet).detail;
    assert!(told(Unmet::Changed(7)).starts_with("Somebody else changed this"));
    assert!(told(Unmet::Absent).starts_with("There is nothing here"));
    assert!(told(Unmet::Excluded(7)).starts_with("There is one already"));
    assert_eq!(Problem::from(Unmet::Excluded(7)).members["etag"], "\"7\"");
    assert_eq!(Problem::from(Unmet::Absent).members.get("etag"), None);
}
