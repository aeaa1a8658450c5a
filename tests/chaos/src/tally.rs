//! What the answers mean while one capability is away, and how many there were of each kind.
//! Owns the judgement. Refuses excuses: an answer of anybody but the absent capability is right or it is an error.

use std::sync::{Mutex, MutexGuard, PoisonError};

use events::Capability;

use souk::shop::{Answer, Shop};

/// Errors that are reported in full; the rest would be the same again.
const MAX_EXAMPLES: usize = 5;

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// What a caller gets from a capability that is not there.
    Away,
    /// What nobody may get.
    Error,
}

/// Judges the status that a capability answered with (`None`: no answer at all) while one may be away.
pub fn judge(asked: Capability, away: Capability, status: Option<u16>) -> Verdict {
    match status {
        Some(200..300) => Verdict::Fine,
        // Without its routes it is not found; with its process killed the gateway answers for it.
        None | Some(404 | 500..) if asked == away => Verdict::Away,
        _ => Verdict::Error,
    }
}

/// Counts of one trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests to all but the absent capability.
    pub others: u64,
    /// Those that went wrong.
    pub errors: u64,
    /// Requests to the absent capability.
    pub own: u64,
    /// Those that found it away.
    pub away: u64,
    /// Those that went wrong in a way that absence does not explain.
    pub own_errors: u64,
    /// The first errors, each in a line.
    pub examples: Vec<String>,
}

/// Sends requests from any thread, and judges every answer.
pub struct Tally {
    away: Capability,
    counts: Mutex<Counts>,
}

impl Tally {
    /// Nothing was asked yet.
    pub fn new(away: Capability) -> Self {
        Self { away, counts: Mutex::default() }
    }

    /// Asks once, counts, and answers what came back if it was a success.
    pub fn ask(
        &self,
        caller: &Shop,
        asked: Capability,
        (method, path): (&str, &str),
        body: Option<&serde_json::Value>,
    ) -> Result<Answer, Verdict> {
        let result = caller.once(method, path, body, &[]);
        let verdict = judge(asked, self.away, result.as_ref().ok().map(|answer| answer.status));
        let example = || match &result {
            Ok(answer) => format!("{method} {path}: {answer}"),
            Err(error) => format!("{method} {path}: {error:#}"),
        };
        self.lock().count(asked == self.away, verdict, example);
        match (verdict, result) {
            (Verdict::Fine, Ok(answer)) => Ok(answer),
            _ => Err(verdict),
        }
    }

    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn count(&mut self, own: bool, verdict: Verdict, example: impl FnOnce() -> String) {
        let (all, wrong) = match own {
            true => (&mut self.own, &mut self.own_errors),
            false => (&mut self.others, &mut self.errors),
        };
        *all += 1;
        *wrong += u64::from(verdict == Verdict::Error);
        self.away += u64::from(verdict == Verdict::Away);
        if verdict == Verdict::Error && self.examples.len() < MAX_EXAMPLES {
            self.examples.push(example());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Capability::{Carts, Orders};

    #[test]
    fn the_absent_capability_may_be_not_found_or_broken_and_nobody_else() {
        for status in [Some(404), Some(500), Some(502), Some(503), None] {
            assert_eq!(judge(Carts, Carts, status), Verdict::Away, "{status:?}");
            assert_eq!(judge(Orders, Carts, status), Verdict::Error, "{status:?}");
        }
        assert_eq!(judge(Orders, Carts, Some(202)), Verdict::Fine);
        assert_eq!(judge(Carts, Carts, Some(200)), Verdict::Fine);
    }

    #[test]
    fn absence_does_not_explain_a_refusal() {
        for status in [400, 401, 403, 409, 422, 429] {
            assert_eq!(judge(Carts, Carts, Some(status)), Verdict::Error, "{status}");
        }
    }

    #[test]
    fn an_error_of_others_and_one_of_its_own_are_two_things() {
        let mut counts = Counts::default();
        counts.count(false, Verdict::Fine, String::new);
        counts.count(false, Verdict::Error, || "first".into());
        counts.count(true, Verdict::Away, String::new);
        counts.count(true, Verdict::Error, || "second".into());
        let examples = vec!["first".to_owned(), "second".to_owned()];
        assert_eq!(counts, Counts { others: 2, errors: 1, own: 2, away: 1, own_errors: 1, examples });
    }
}
