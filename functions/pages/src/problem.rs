//! A refusal as people read it: what happened, what to do, and the number that support asks for. Refuses to show what a problem
//! says to programs, which is in English.

use crate::html::html;
use crate::page::Page;
use crate::words::Told;
use askama::Template;
use chassis::http::{Response, Screens, Visit};
use chassis::{Problem, Route, Service};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    page: Page,
    told: &'a Told,
    status: u16,
    trace_id: &'a str,
}

#[derive(Template)]
#[template(path = "problem_fragment.html")]
struct ProblemFragment<'a> {
    told: &'a Told,
}

/// What people see of a capability: these pages, and refusals that look like them.
pub fn screens<A: Service>(routes: Vec<Route<A>>) -> Screens<A> {
    Screens { routes, refusal: problem }
}

/// The page of a refusal; a part of a page says it in a line. `None` if it cannot be rendered.
fn problem<A: Service>(app: &A, problem: &Problem, visit: &Visit) -> Option<Response> {
    let mut page = Page::of_visit(app, visit);
    let (status, told) = (problem.status, page.words.problem.of(problem.status, problem.kind));
    let answer = if visit.is_fragment {
        html(status, &ProblemFragment { told })
    } else {
        page.title = told.headline.to_string();
        html(status, &ProblemPage { page, told, status, trace_id: visit.trace.id() })
    };
    answer.ok()
}

#[cfg(test)]
mod tests;
