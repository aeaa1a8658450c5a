//! The part of the staff's start page in which a capability says how many of its messages were given up. Refuses to show, redrive or
//! delete one: operators do, as docs/operations.md says. Refuses to fail with the queue: then the number is not known.

use crate::html::fragment;
use crate::page::Page;
use crate::words::{DeadLetterWords, Phrase};
use askama::Template;
use chassis::runtime::within;
use chassis::time_limit::ASIDE;
use chassis::{Access, Call, NoBody, NoQuery, Route, Service};
use events::users::Permission;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "dead_letters.html")]
struct DeadLetters {
    tone: &'static str,
    told: Phrase,
    /// Where to read on; nowhere if there is nothing to do.
    advice: Option<&'static Phrase>,
}

/// The route of a capability's dead letters; `path` is `/staff/<capability>/dead-letters`.
pub fn dead_letters<A: Service>(path: &'static str) -> Route<A> {
    Route::fragment(
        path,
        Access::Needs(Permission::OperationsRead),
        |app: Arc<A>, call: Call<NoBody, NoQuery>| async move {
            let words = &Page::new(&*app, &call, "").words.staff.dead_letters;
            fragment(&DeadLetters::of(count(&*app).await, words))
        },
    )
}

/// How many there are, if it is known.
async fn count<A: Service>(app: &A) -> Option<u64> {
    let wiring = app.wiring();
    let why = match within(ASIDE, &wiring.world, Box::pin(wiring.queues.dead_letters(A::CAPABILITY))).await {
        Ok(Ok(count)) => return Some(count),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(why, "the number of dead letters is not known");
    None
}

impl DeadLetters {
    fn of(count: Option<u64>, words: &'static DeadLetterWords) -> Self {
        let (tone, told) = match count {
            None => ("neutral", words.unknown.clone()),
            Some(0) => ("good", words.none.clone()),
            Some(1) => ("bad", words.one.clone()),
            Some(count) => ("bad", words.several.with("count", count)),
        };
        let advice = count.is_some_and(|count| count > 0).then_some(&words.advice);
        Self { tone, told, advice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;
    use crate::words::Words;

    fn shown(locale: Locale, count: Option<u64>) -> String {
        DeadLetters::of(count, &Words::of(locale).staff.dead_letters).render().unwrap()
    }

    #[test]
    fn none_is_calm_some_say_how_many_and_where_to_read_on_and_an_unknown_number_says_so() {
        let none = shown(Locale::En, Some(0));
        assert!(none.contains("badge-good\">None</span>") && !none.contains("operations.md"), "{none}");
        let (one, several) = (shown(Locale::En, Some(1)), shown(Locale::En, Some(12)));
        assert!(one.contains("1 message<") && several.contains("12 messages<"), "{one} {several}");
        for some in [&one, &several, &shown(Locale::De, Some(2))] {
            assert!(some.contains("badge-bad") && some.contains("docs/operations.md"), "{some}");
            assert!(some.contains("aws sqs start-message-move-task"), "{some}");
        }
        let unknown = shown(Locale::En, None);
        assert!(unknown.contains("Not known") && !unknown.contains("operations.md"), "{unknown}");
    }
}
