//! What people see of a capability: its pages, and how a refusal looks among them. One is not declared without the other.

use super::problem::Problem;
use super::response::Response;
use super::route::Route;
use super::visit::Visit;
use std::fmt;

/// A refusal as people read it. `None` if it cannot be shown: then it is a problem document.
pub type RefusalPage<A> = fn(&A, &Problem, &Visit) -> Option<Response>;

/// The pages of a capability.
pub struct Screens<A> {
    /// Pages and what their forms are sent to.
    pub routes: Vec<Route<A>>,
    /// How a refusal looks.
    pub refusal: RefusalPage<A>,
}

impl<A> fmt::Debug for Screens<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.routes).finish()
    }
}
