//! Every promise of the shop, stated once: what must hold always, what in the end, and what must never happen twice; the code
//! that checks it; and the mutants that show that it can be broken. Refuses the checks themselves: they are beside this file.

use super::end::End;
use super::version::Version;
use super::{always, in_the_end, never_twice};
use crate::sim::mutants::Mutant;
use std::fmt;

/// When a promise must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// At every instant.
    Always,
    /// When the shop has come to rest.
    InTheEnd,
    /// However often anything is repeated.
    NeverTwice,
}

/// How a promise is checked.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each version of each item, when it is written.
    Version(fn(&Version<'_>) -> Vec<String>),
    /// The shop at rest.
    End(fn(&End<'_>) -> Vec<String>),
    /// Where it would show: in this file of the simulator.
    Met(&'static str),
}

/// A promise.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub invariant: Invariant,
    pub room: Room,
    pub sentence: &'static str,
    pub checks: &'static [Check],
    /// The mutants that break it.
    pub mutants: &'static [Mutant],
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub invariant: Invariant,
    /// What was found, and where.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.what)
    }
}

macro_rules! catalogue {
    ($($room:ident { $($name:ident: $sentence:literal, by [$($check:ident($code:expr)),+], broken by [$($mutant:ident),+];)+ })+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Invariant { $($(#[doc = $sentence] $name,)+)+ }

        /// All promises.
        pub const CATALOGUE: &[Entry] = &[$($(Entry {
            invariant: Invariant::$name,
            room: Room::$room,
            sentence: $sentence,
            checks: &[$(Check::$check($code)),+],
            mutants: &[$(Mutant::$mutant),+],
        },)+)+];
    };
}

catalogue! {
    Always {
        NothingIsOversold: "No unit is promised that is not there.",
            by [Version(always::nothing_is_oversold)],
            broken by [StockWithoutCondition];
        StockAddsUp: "Units that are available, held and sold are those that came in.",
            by [Met("watch.rs"), End(in_the_end::stock::adds_up)],
            broken by [HoldWithoutCondition];
        ItemsLieInTheirPlace: "A reservation, a payment and a shipment lie under the id of their order, which exists.",
            by [Version(always::lies_in_its_place), End(in_the_end::orders::own_everything)],
            broken by [PaymentMislaid];
        WhatHappenedStays: "A log is only appended to.",
            by [Version(always::what_happened_stays)],
            broken by [OrderWithoutCondition, PaymentWithoutCondition, ShipmentWithoutCondition, SettledRefundLost];
        NoTombstoneIsRaised: "What was answered as released, voided or canceled before it began never begins.",
            by [Version(always::no_tombstone_is_raised)],
            broken by [NoTombstone];
        EveryBookingSumsToZero: "Every booking, every part of the balances and every day of it sums to zero.",
            by [Version(always::every_booking_sums_to_zero)],
            broken by [PostedInPart];
        NobodyGetsBackMoreThanWasTaken: "No more is refunded, or granted to refunds, than was captured.",
            by [Version(always::nobody_gets_back_more_than_was_taken)],
            broken by [RefundBeyondCaptured];
        WhatWasQuotedIsCharged: "What is captured is what was quoted, of an order whose money was held.",
            by [Version(always::what_was_quoted_is_charged)],
            broken by [CaptureOffByOne];
        GoodsLeaveAgainstMoney: "Goods leave only while their money is held or captured.",
            by [Version(always::goods_leave_against_money)],
            broken by [DeclinedIsAuthorized];
        DispatchedGoodsAreTracked: "Goods that left have a carrier and its number.",
            by [Version(always::dispatched_goods_are_tracked)],
            broken by [Untracked];
        OpenOrdersAreSwept: "An order is in the index of the sweep exactly while it may need something, and no later than it does.",
            by [Version(always::open_orders_are_swept)],
            broken by [LeavesTheIndex];
        OpenRefundsAreSwept: "A payment is in the index of the sweep exactly while a refund of staff is open.",
            by [Version(always::open_refunds_are_swept)],
            broken by [RefundLeavesTheIndex];
        TheProviderIsAskedForWhatIsWritten: "The provider is asked for nothing that is not written as requested, under its key and of its amount.",
            by [Met("teller.rs")],
            broken by [RequestedNotWritten];
        NothingIsCapturedTooLate: "No capture is tried after the provider has released the money.",
            by [Met("teller.rs")],
            broken by [MoneyLapses];
        CardsAreLimited: "For one order the provider is asked for five cards at most.",
            by [End(in_the_end::money::cards_are_limited)],
            broken by [AttemptsUncounted];
        UnpaidOrdersAreLimited: "Nobody holds goods, or tries cards, for more than five unpaid orders.",
            by [Met("customers/hoarder.rs")],
            broken by [LimitWithoutCondition];
        HonestCustomersAreNotLimited: "Whoever orders once is never told that it is too often.",
            by [Met("customers.rs")],
            broken by [LimitOfNone];
        WhoSignsUpGetsIn: "Whoever signs up is stored, gets in and stays signed in.",
            by [Met("customers/session.rs"), Met("clerk.rs"), End(in_the_end::people::who_signed_up_is_stored)],
            broken by [UserNotStored, SessionNotStored];
        WhoSignedOutStaysOut: "What staff signed out of opens nothing, once its end is heard.",
            by [Met("clerk.rs")],
            broken by [RevocationNotKept];
        RequestsAreAnswered: "No request is answered 500, and nobody meets an answer that cannot be read.",
            by [Met("shop.rs"), Met("run.rs")],
            broken by [CartUnreadable];
        FunctionsEndInTime: "Every function ends before Lambda ends it, whatever hangs.",
            by [Met("shop.rs")],
            broken by [MisreadTime];
    }
    InTheEnd {
        TheShopComesToRest: "Every order ends or waits for a person, and nothing is left under way.",
            by [End(in_the_end::orders::come_to_rest)],
            broken by [NoSweep, SweepSendsNothing];
        LooksAreTaken: "No look of the sweep is long overdue.",
            by [End(in_the_end::orders::looks_are_taken)],
            broken by [SweepSkipsTheOldest];
        OrdersEqualTheirQuotes: "An order has the lines and the total of its quote.",
            by [End(in_the_end::orders::equal_their_quotes)],
            broken by [RoundedUp];
        MovementsExplainTheStock: "The units of a SKU that came in are the sum of its movements.",
            by [End(in_the_end::stock::movements_explain_it)],
            broken by [MovementLost];
        StockFollowsTheOrder: "A valid order has all its goods, and an order without effect holds none.",
            by [End(in_the_end::stock::follows_the_order)],
            broken by [SwapCommitAndRelease, HoldsExpire];
        LevelsAreShown: "The catalogue shows the level of each SKU, unless its stream record was lost.",
            by [End(in_the_end::stock::levels_are_shown)],
            broken by [LevelLost];
        MoneyFollowsTheOrder: "A valid order has its money, and an order without effect neither holds nor keeps any.",
            by [End(in_the_end::money::follows_the_order)],
            broken by [VoidNotWritten];
        GrantedRefundsAreMade: "Every refund that was granted is made.",
            by [End(in_the_end::money::granted_refunds_are_made)],
            broken by [RefundForgotten];
        OrdersKnowWhatWentBack: "An order knows how much was refunded.",
            by [End(in_the_end::money::orders_know_what_went_back)],
            broken by [RefundMisreported];
        TheProvidersBooksAreOurs: "The provider holds, has captured and has refunded what our log says.",
            by [End(in_the_end::money::the_providers_books_are_ours)],
            broken by [VoidNotSent, EarlierAttemptNotVoided];
        RefundsTakeBackTheSale: "A payment that was refunded in full owes no tax and earned nothing.",
            by [End(in_the_end::books::refunds_take_back_what_was_sold)],
            broken by [RefundOfGoodsAlone];
        DaysAreTheBookings: "The debits and credits of each day are those of the bookings of that day.",
            by [End(in_the_end::books::days_are_the_bookings)],
            broken by [WrongDay];
        GoodsFollowTheOrder: "Goods leave for valid orders alone, which are charged and know that they left.",
            by [End(in_the_end::goods::follow_the_order)],
            broken by [RefusalIsCancellation, GoodsUnheard];
        OrdersKnowTheParcel: "An order names the carrier and the number that its shipment has.",
            by [End(in_the_end::goods::orders_know_the_parcel)],
            broken by [TrackingLost, CorrectionLost];
        MessagesArrive: "Every message of every transition of an order arrives, unless a later command superseded it.",
            by [End(in_the_end::messages::arrive)],
            broken by [AcknowledgeBeforeSending, RelayRenames];
        RepliesArrive: "Every reply to an order's command arrives.",
            by [End(in_the_end::messages::replies_arrive)],
            broken by [GoodsUnheard];
        MessagesComeFromTransitions: "Every message about an order has the name of a transition that made it.",
            by [End(in_the_end::messages::come_from_transitions)],
            broken by [RelayRenames, SweepRenames];
        NothingIsDeadLettered: "No message is given up: every fault passes.",
            by [End(in_the_end::messages::none_is_dead_lettered)],
            broken by [Garbled, RelayRelaysAll];
        EmailsAreSent: "Every email is sent and recorded as sent.",
            by [End(in_the_end::messages::emails_are_sent)],
            broken by [EmailNotSent];
        EmailsReachTheirOwner: "An email about an order, or a user, goes to their address and to no other.",
            by [End(in_the_end::messages::emails_reach_their_owner)],
            broken by [EmailToAnother];
        UsersAreWelcomed: "Whoever signed up is welcomed, unless the stream record was lost.",
            by [End(in_the_end::people::users_are_welcomed)],
            broken by [RelayIsDeaf];
        RevocationsAreHeard: "Everybody who moves money or goods hears of every session of staff that ended.",
            by [End(in_the_end::staff::revocations_are_heard)],
            broken by [RevocationUnheard];
        WhoWantedItIsCarriedOn: "Whoever wanted a transition wanted what follows from it.",
            by [End(in_the_end::actors::are_carried_on)],
            broken by [ActorLost];
        StaffAreNamed: "What staff did names them.",
            by [End(in_the_end::actors::staff_are_named)],
            broken by [StaffUnnamed];
        StaffChangesAreAudited: "Whatever staff change of stock, money and goods has its entry in the audit log.",
            by [End(in_the_end::staff::changes_are_audited)],
            broken by [AuditLost];
    }
    NeverTwice {
        OneQuoteIsOneOrder: "An order that is placed again is the same order.",
            by [Met("customers.rs")],
            broken by [OrderUnderAnotherId];
        MoneyIsHeldOnce: "The provider holds the money of an order once.",
            by [End(never_twice::money_is_held_once)],
            broken by [KeyChanges];
        RefundsAreMadeOnce: "The provider makes a refund once.",
            by [End(never_twice::refunds_are_made_once)],
            broken by [RefundMadeTwice];
        BookingsCountOnce: "The balance of each account is the sum of the bookings, each once.",
            by [End(in_the_end::books::balances_are_the_bookings)],
            broken by [JournalWithoutCondition, BalancesForgotten, WrongAccount];
        EmailsAreSentOnce: "An email is sent again only while nobody can know that it was sent.",
            by [Met("wire.rs")],
            broken by [ClaimWithoutCondition];
        CartsLoseAnOrderOnce: "A cart loses what was ordered from it once, and keeps what was added later.",
            by [End(never_twice::carts_lose_an_order_once)],
            broken by [CartForgetsOrders];
        AnAddressIsOneUser: "An email address has one user.",
            by [End(never_twice::an_address_is_one_user)],
            broken by [AddressWithoutCondition];
        ANameIsOneMessage: "Two messages of one name have one content.",
            by [End(never_twice::a_name_is_one_message)],
            broken by [NumberlessIds];
    }
}

impl Invariant {
    /// Its entry.
    ///
    /// # Panics
    /// Never: each has one.
    pub fn entry(self) -> &'static Entry {
        CATALOGUE.iter().find(|entry| entry.invariant == self).unwrap()
    }
}
