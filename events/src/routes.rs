//! The one table of HTTP routes and their owners. Tests check each capability's routes and each template against it. Refuses
//! handlers: those are the owners' business.

use crate::Capability;

/// A route of the public HTTP API and the capability that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct Route {
    /// HTTP method in capitals.
    pub method: &'static str,
    /// Path with `{name}` for a variable segment.
    pub path: &'static str,
    pub owner: Capability,
}

const fn route(owner: Capability, method: &'static str, path: &'static str) -> Route {
    Route { method, path, owner }
}

mod table;

pub use table::{PAGES, ROUTES};

impl Route {
    /// The methods that the route serves: GET serves HEAD too (RFC 9110 §9.3.2).
    pub fn methods(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.method].into_iter().chain((self.method == "GET").then_some("HEAD"))
    }

    /// The path of the gateway's route that leads here. A capability's pages for staff share one: the gateway has room for 300 routes.
    pub fn gateway_path(&self) -> String {
        let mut parts = self.path.splitn(4, '/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(""), Some("staff"), Some(owner), Some(_)) => format!("/staff/{owner}/{{proxy+}}"),
            _ => self.path.to_owned(),
        }
    }

    fn variables(&self) -> usize {
        self.path.matches('{').count()
    }

    fn matches(&self, path: &str) -> bool {
        let fits = |(wanted, sent): (&str, &str)| wanted == sent || (wanted.starts_with('{') && !sent.is_empty());
        self.path.split('/').count() == path.split('/').count() && self.path.split('/').zip(path.split('/')).all(fits)
    }
}

/// The routes of a path, by whichever methods. As with the gateway, a path's own route comes before one with a variable.
pub fn at(path: &str) -> impl Iterator<Item = &'static Route> {
    let matching = |route: &&Route| route.matches(path);
    let all = || ROUTES.iter().chain(PAGES);
    let nearest = all().filter(matching).min_by_key(|route| route.variables());
    all().filter(move |route| nearest.is_some_and(|nearest| route.path == nearest.path))
}

/// The pages that a capability owns.
pub fn pages_of(capability: Capability) -> impl Iterator<Item = &'static Route> {
    PAGES.iter().filter(move |route| route.owner == capability)
}

/// The routes of the API that a capability owns.
pub fn owned_by(capability: Capability) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(move |route| route.owner == capability)
}

#[cfg(test)]
mod tests;
