//! What an AWS call costs the function that makes it (serializing, signing, TLS, parsing), and what a request takes without its
//! calls. An estimate: every call counts as the average of those that one baseline makes and another does not. The time of the
//! services is measured and not included.

use crate::usage::Usage;
use serde::Serialize;

/// The cost of one call, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SdkCall {
    /// Wall-clock time without the service's time.
    pub took: u64,
    /// Processor time.
    pub processor: u64,
}

impl SdkCall {
    /// The difference between an invocation with calls and one without.
    pub fn between(without: &Usage, with: &Usage) -> Self {
        let each = |less: u64, more: u64| more.saturating_sub(less) * 10 / with.calls.max(1);
        Self {
            took: each(without.apart.median, with.apart.median),
            processor: each(without.processor.median, with.processor.median),
        }
    }

    /// What an invocation takes without its calls, in microseconds.
    pub fn beside(self, used: &Usage) -> u64 {
        used.apart.median.saturating_sub(self.took * used.calls / 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Spread;

    fn used(apart: u64, processor: u64, calls: u64) -> Usage {
        let median = |median| Spread { median, ..Spread::default() };
        Usage { apart: median(apart), processor: median(processor), calls: calls * 10, ..Usage::default() }
    }

    #[test]
    fn a_call_is_the_difference_by_the_number_of_calls_and_what_is_left_is_never_below_nothing() {
        let (without, with) = (used(100, 50, 0), used(500, 250, 2));
        let call = SdkCall::between(&without, &with);
        assert_eq!(call, SdkCall { took: 200, processor: 100 });
        assert_eq!((call.beside(&used(350, 0, 1)), call.beside(&used(350, 0, 2))), (150, 0));
        assert_eq!(SdkCall::between(&with, &without), SdkCall::default());
    }
}
