//! How each promise is checked, and the mutants that show that it can be broken. Refuses the promises' words, and the checks
//! themselves: they are beside this file.

use super::end::End;
use super::version::Version;
use super::{always, in_the_end, never_twice};
use crate::sim::invariant::Invariant;
use crate::sim::mutants::Mutant;

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

/// The invariants that a mutant breaks.
pub fn broken_by(mutant: Mutant) -> Vec<Invariant> {
    Invariant::ALL.iter().copied().filter(|invariant| invariant.mutants().contains(&mutant)).collect()
}

macro_rules! catalogue {
    ($($name:ident: by [$($check:ident($code:expr)),+], broken by [$($mutant:ident),+];)+) => {
        impl Invariant {
            /// How it is checked.
            pub const fn checks(self) -> &'static [Check] {
                match self { $(Self::$name => &[$(Check::$check($code)),+],)+ }
            }

            /// What breaks it.
            pub const fn mutants(self) -> &'static [Mutant] {
                match self { $(Self::$name => &[$(Mutant::$mutant),+],)+ }
            }
        }
    };
}

catalogue! {
    NothingIsOversold: by [Version(always::nothing_is_oversold)], broken by [StockWithoutCondition];
    StockAddsUp: by [Met("watch.rs"), End(in_the_end::stock::adds_up)], broken by [HoldWithoutCondition];
    ItemsLieInTheirPlace: by [Version(always::lies_in_its_place), End(in_the_end::orders::own_everything)], broken by [PaymentMislaid];
    WhatHappenedStays: by [Version(always::what_happened_stays)], broken by [OrderWithoutCondition, PaymentWithoutCondition, ShipmentWithoutCondition, SettledRefundLost];
    NoTombstoneIsRaised: by [Version(always::no_tombstone_is_raised)], broken by [NoTombstone];
    EveryBookingSumsToZero: by [Version(always::every_booking_sums_to_zero)], broken by [PostedInPart];
    NobodyGetsBackMoreThanWasTaken: by [Version(always::nobody_gets_back_more_than_was_taken)], broken by [RefundBeyondCaptured];
    WhatWasQuotedIsCharged: by [Version(always::what_was_quoted_is_charged)], broken by [CaptureOffByOne];
    GoodsLeaveAgainstMoney: by [Version(always::goods_leave_against_money)], broken by [DeclinedIsAuthorized];
    DispatchedGoodsAreTracked: by [Version(always::dispatched_goods_are_tracked)], broken by [Untracked];
    OpenOrdersAreSwept: by [Version(always::open_orders_are_swept)], broken by [LeavesTheIndex];
    PaymentsAreSwept: by [Version(always::payments_are_swept)], broken by [RefundLeavesTheIndex];
    TheProviderIsAskedForWhatIsWritten: by [Met("teller.rs")], broken by [RequestedNotWritten];
    NothingIsCapturedTooLate: by [Met("teller.rs")], broken by [MoneyLapses];
    CardsAreLimited: by [End(in_the_end::money::cards_are_limited)], broken by [AttemptsUncounted];
    UnpaidOrdersAreLimited: by [Met("customers/hoarder.rs")], broken by [LimitWithoutCondition];
    HonestCustomersAreNotLimited: by [Met("customers.rs"), Met("customers/shopper/checkout.rs")], broken by [LimitOfNone];
    WhoSignsUpGetsIn: by [Met("customers/session.rs"), Met("browser.rs"), Met("member_of_staff.rs"), End(in_the_end::people::who_signed_up_is_stored)], broken by [UserNotStored, SessionNotStored];
    NobodyUnverifiedHoldsARole: by [Version(always::nobody_unverified_holds_a_role)], broken by [UnverifiedCounts];
    StaffHaveASecondFactor: by [Met("issued.rs")], broken by [FactorNotKept];
    SessionsEndWithCredentials: by [Met("customers/member.rs")], broken by [SessionsOutlive];
    WhoSignedOutStaysOut: by [Met("clerk.rs")], broken by [RevocationNotKept];
    EndedKeysOpenNothing: by [Met("erp.rs")], broken by [KeyNotEnded];
    WhoOrderedSeesTheOrder: by [Met("customers/shopper/checkout.rs")], broken by [OrderOfAnother];
    NothingGoesWhereNothingIsSent: by [Met("mail/feedback.rs")], broken by [SentInSpite];
    RequestsAreAnswered: by [Met("shop.rs"), Met("run.rs"), Met("browser.rs"), Met("front_desk.rs")], broken by [CartUnreadable];
    TheErasedAreForgotten: by [Version(always::the_erased_are_forgotten), End(in_the_end::erased::nothing_is_left)], broken by [RecipientKept, PayerKept, BroughtBack, ContactKept];
    FunctionsEndInTime: by [Met("shop.rs")], broken by [MisreadTime];
    TheShopComesToRest: by [End(in_the_end::orders::come_to_rest)], broken by [NoSweep, SweepSendsNothing, ErasureUnanswered];
    LooksAreTaken: by [End(in_the_end::orders::looks_are_taken)], broken by [SweepSkipsTheOldest];
    OrdersEqualTheirQuotes: by [End(in_the_end::orders::equal_their_quotes)], broken by [RoundedUp];
    OrdersNameTheirTerms: by [Met("customers/quoting.rs"), End(in_the_end::orders::name_their_terms)], broken by [TermsForgotten];
    StaffFindEveryOrder: by [Met("front_desk.rs"), End(in_the_end::orders::stand_in_their_lists)], broken by [SkuUnlisted, NumberUnread];
    MovementsExplainTheStock: by [End(in_the_end::stock::movements_explain_it)], broken by [MovementLost];
    StockFollowsTheOrder: by [End(in_the_end::stock::follows_the_order)], broken by [SwapCommitAndRelease, HoldsExpire];
    LevelsAreShown: by [End(in_the_end::stock::levels_are_shown)], broken by [LevelLost];
    MoneyFollowsTheOrder: by [End(in_the_end::money::follows_the_order)], broken by [VoidNotWritten];
    GrantedRefundsAreMade: by [End(in_the_end::money::granted_refunds_are_made)], broken by [RefundForgotten];
    OrdersKnowWhatWentBack: by [End(in_the_end::money::orders_know_what_went_back)], broken by [RefundMisreported];
    TheProvidersBooksAreOurs: by [End(in_the_end::money::the_providers_books_are_ours)], broken by [VoidNotSent, EarlierAttemptNotVoided];
    RefundsTakeBackTheSale: by [End(in_the_end::books::refunds_take_back_what_was_sold)], broken by [RefundOfGoodsAlone];
    DaysAreTheBookings: by [End(in_the_end::books::days_are_the_bookings)], broken by [WrongDay];
    GoodsFollowTheOrder: by [End(in_the_end::goods::follow_the_order)], broken by [RefusalIsCancellation, GoodsUnheard];
    OrdersKnowTheParcel: by [End(in_the_end::goods::orders_know_the_parcel)], broken by [TrackingLost, CorrectionLost];
    MessagesArrive: by [End(in_the_end::messages::arrive)], broken by [AcknowledgeBeforeSending, RelayRenames];
    RepliesArrive: by [End(in_the_end::messages::replies_arrive)], broken by [GoodsUnheard];
    MessagesComeFromTransitions: by [End(in_the_end::messages::come_from_transitions)], broken by [RelayRenames, SweepRenames];
    NothingIsDeadLettered: by [End(in_the_end::messages::none_is_dead_lettered)], broken by [Garbled, RelayRelaysAll];
    EmailsAreSent: by [End(in_the_end::messages::emails_are_sent)], broken by [EmailNotSent, RefusedNotKept];
    BouncesAreHeeded: by [End(in_the_end::mailboxes::bounces_are_heeded)], broken by [BounceForgotten, FullIsGone];
    EmailsReachTheirOwner: by [Met("customers/member.rs"), End(in_the_end::messages::emails_reach_their_owner)], broken by [EmailToAnother];
    UsersAreWelcomed: by [End(in_the_end::people::users_are_welcomed)], broken by [RelayIsDeaf];
    RevocationsAreHeard: by [End(in_the_end::staff::revocations_are_heard)], broken by [RevocationUnheard];
    WhoWantedItIsCarriedOn: by [End(in_the_end::actors::are_carried_on)], broken by [ActorLost];
    StaffAreNamed: by [End(in_the_end::actors::staff_are_named)], broken by [StaffUnnamed];
    StaffChangesAreAudited: by [End(in_the_end::staff::changes_are_audited)], broken by [AuditLost];
    ATokenOpensOnce: by [Met("customers/member.rs")], broken by [TokenNotSpent];
    AddedUnitsStay: by [Met("customers/shopper/checkout.rs"), End(never_twice::added_units_stay)], broken by [UnitsReplaced, UnitsDoubled, MergeLosesLines];
    OneQuoteIsOneOrder: by [Met("customers.rs"), Met("customers/shopper/checkout.rs")], broken by [OrderUnderAnotherId];
    MoneyIsHeldOnce: by [End(never_twice::money_is_held_once)], broken by [KeyChanges];
    RefundsAreMadeOnce: by [End(never_twice::refunds_are_made_once)], broken by [RefundMadeTwice];
    BookingsCountOnce: by [End(in_the_end::books::balances_are_the_bookings)], broken by [JournalWithoutCondition, BalancesForgotten, WrongAccount];
    EmailsAreSentOnce: by [Met("wire.rs")], broken by [ClaimWithoutCondition];
    CartsLoseAnOrderOnce: by [End(never_twice::carts_lose_an_order_once)], broken by [CartForgetsOrders];
    AnAddressIsOneUser: by [End(never_twice::an_address_is_one_user)], broken by [AddressWithoutCondition];
    ANameIsOneMessage: by [End(never_twice::a_name_is_one_message)], broken by [NumberlessIds];
}
