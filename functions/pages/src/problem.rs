//! A refusal as people read it: what happened, what to do, and the number that support asks for.

use crate::html::html;
use crate::page::Page;
use crate::words::Phrase;
use askama::Template;
use chassis::http::{Response, Visit};
use chassis::{Problem, Service};
use std::ptr;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    page: Page,
    headline: &'a Phrase,
    advice: &'a Phrase,
    status: u16,
    /// In English, as the API says it; only where the headline cannot tell what happened.
    detail: Option<&'a str>,
    trace_id: &'a str,
}

#[derive(Template)]
#[template(path = "problem_fragment.html")]
struct ProblemFragment<'a> {
    headline: &'a Phrase,
}

/// The page of a refusal; a part of a page says it in a line. `None` if it cannot be rendered.
pub fn problem<A: Service>(app: &A, problem: &Problem, visit: &Visit) -> Option<Response> {
    let mut page = Page::of_visit(app, visit);
    let words = &page.words.problem;
    let (headline, advice) = match problem.status {
        403 if problem.kind == "foreign_form" => (&words.foreign_form, &words.foreign_form_advice),
        404 => (&words.not_found, &words.not_found_advice),
        401 | 403 => (&words.forbidden, &words.forbidden_advice),
        429 => (&words.too_many, &words.too_many_advice),
        500.. => (&words.failed, &words.failed_advice),
        _ => (&words.refused, &words.refused_advice),
    };
    let answer = if visit.is_fragment {
        html(problem.status, &ProblemFragment { headline })
    } else {
        page.title = headline.to_string();
        let status = problem.status;
        let detail = ptr::eq(headline, &words.refused).then_some(problem.detail.as_str());
        html(status, &ProblemPage { page, headline, advice, status, detail, trace_id: &visit.trace_id })
    };
    answer.ok()
}

#[cfg(test)]
mod tests;
