//! A capability's routes declare the problems that its code makes, and no others. That a route declares each problem that it answers
//! with, the router holds in every test. Refuses to say which of its capability's problems a route can come to.

use chassis::Service;
use events::Capability;
use std::collections::BTreeSet;
use system_tests::source::sources;

type Declared = (Capability, BTreeSet<(u16, &'static str)>);

fn declared<S: Service>() -> Declared {
    let refusals = S::routes().iter().flat_map(|route| route.refusals()).collect::<Vec<_>>();
    let pairs = refusals.into_iter().flat_map(|(status, kinds)| kinds.into_iter().map(move |kind| (status, kind)));
    (S::CAPABILITY, pairs.collect())
}

/// The code of a folder in one line.
fn code(folder: &str) -> String {
    let files = sources(|path| path.starts_with(folder));
    let text = files.iter().map(|file| file.text.split("#[cfg(test)]").next().unwrap_or_default());
    text.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Every `409, "kind",`, as a problem's constructor has it.
fn made(code: &str) -> BTreeSet<(u16, &str)> {
    let pair = |(at, _): (usize, &str)| {
        let status = code.get(at.checked_sub(3)?..at)?.parse::<u16>().ok().filter(|status| *status >= 400)?;
        let (kind, rest) = code[at..].strip_prefix(", \"")?.split_once('"')?;
        rest.starts_with(',').then_some((status, kind))
    };
    code.match_indices(", \"").filter_map(pair).collect()
}

#[test]
fn every_problem_that_code_makes_is_declared_by_a_route_and_every_declared_one_is_made() {
    let shared = code("functions/chassis/src/http/");
    let made_by_all = made(&shared);
    let mut found = 0;
    for (capability, declared) in super::for_each_capability!(declared) {
        let own = code(&format!("functions/{capability}/src/"));
        let made = made(&own);
        let undeclared: Vec<_> = made.difference(&declared).collect();
        assert!(undeclared.is_empty(), "{capability} makes, and no route declares: {undeclared:?}");
        // Some constructors know the status.
        let comes = |status: u16, kind: &str| {
            let elsewhere = made.iter().chain(&made_by_all).any(|(other, found)| *found == kind && *other != status);
            !elsewhere && [&own, &shared].iter().any(|code| code.contains(&format!("\"{kind}\",")))
        };
        let idle: Vec<_> = declared.iter().filter(|(status, kind)| !comes(*status, kind)).collect();
        assert!(idle.is_empty(), "{capability} declares, and nothing makes: {idle:?}");
        found += made.len();
    }
    assert!(found > 30, "{found}");
}

#[test]
fn capabilities_leave_it_to_the_chassis_how_a_field_is_named() {
    let capabilities = sources(|path| path.starts_with("functions/") && !path.starts_with("functions/chassis/"));
    let by_hand =
        capabilities.iter().filter(|file| file.path.contains("/src/") && file.text.contains("with(\"field\""));
    let by_hand: Vec<_> = by_hand.map(|file| &file.path).collect();
    assert!(by_hand.is_empty(), "{by_hand:?}");
}
