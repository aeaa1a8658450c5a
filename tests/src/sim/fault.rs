//! The kinds of faults: what each is, and how often it strikes. Refuses to decide where.

use std::fmt;

macro_rules! faults {
    ($($kind:ident: $rate:literal, $what:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($kind,)*
        }

        impl Fault {
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// A plain description.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$kind => $what,)*
                }
            }

            /// Probability in ten-thousandths of the occasions.
            pub(super) const fn rate(self) -> u32 {
                match self {
                    $(Self::$kind => $rate,)*
                }
            }
        }
    };
}

faults! {
    Duplicate: 300, "messages delivered twice";
    Delay: 300, "messages delayed by minutes";
    CrashBefore: 40, "crashes before a write or send";
    CrashAfter: 40, "crashes after a write or send";
    AnswerLost: 80, "answers lost after execution";
    Throttle: 80, "requests throttled";
    Conflict: 400, "transactions canceled by others";
    PartialSend: 200, "entries of a batch refused";
    StaleRead: 200, "reads of an older version";
    StaleBatch: 400, "batch reads of older versions";
    StaleIndex: 400, "queries of an index that was behind";
    SlowAnswer: 40, "answers that took seconds";
    RequestHangs: 40, "connections that hung before execution";
    AnswerHangs: 40, "connections that hung after execution";
    FunctionThrottled: 100, "invocations refused for want of concurrency";
    // The probability that a process has such a clock in a run.
    ClockDiffers: 6000, "processes whose clock was off by seconds";
    ProviderTimeout: 300, "provider did not answer";
    ProviderLate: 300, "provider answered late";
    ProviderHangs: 100, "provider's connection hung";
    ProviderExecutesLate: 200, "provider executed what we had given up";
    ProviderHoldsByItself: 2500, "provider held money that a customer confirmed there";
    ProviderRefuses: 600, "provider refused a void or a refund for a time";
    ProviderRefusesForGood: 500, "provider refused a void or a refund for good";
    // Not drawn: it follows from the provider's memory and a late repeat.
    ProviderForgot: 0, "provider had forgotten the key";
    // The probability that a capability is absent for an hour in a run.
    Absence: 2500, "capabilities absent for an hour";
    LostRecord: 50, "stream records lost";
    MailRefused: 80, "mail service unavailable";
    HurriedTick: 1000, "ticks with little time";
    TickTwice: 1000, "ticks that came twice at once";
    MailRejected: 60, "emails rejected for good";
    MailBounces: 150, "mailboxes that refused an email for good";
    MailBouncesForNow: 150, "mailboxes that refused an email for now";
    MailComplaint: 100, "readers who called an email spam";
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}
