//! Every promise of the shop, stated once: what must hold always, what in the end, and what must never happen twice. Refuses how
//! each is checked and what breaks it: that is the catalogue's.

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

macro_rules! promises {
    ($($room:ident { $($name:ident: $sentence:literal;)+ })+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Invariant { $($(#[doc = $sentence] $name,)+)+ }

        impl Invariant {
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// When it must hold.
            pub const fn room(self) -> Room {
                match self { $($(Self::$name => Room::$room,)+)+ }
            }

            /// What it promises.
            pub const fn sentence(self) -> &'static str {
                match self { $($(Self::$name => $sentence,)+)+ }
            }
        }
    };
}

promises! {
    Always {
        NothingIsOversold: "No unit is promised that is not there.";
        StockAddsUp: "Units that are available, held and sold are those that came in.";
        ItemsLieInTheirPlace: "A reservation, a payment and a shipment lie under the id of their order, which exists.";
        WhatHappenedStays: "A log is only appended to.";
        NoTombstoneIsRaised: "What was answered as released, voided or canceled before it began never begins.";
        EveryBookingSumsToZero: "Every booking, every part of the balances and every day of it sums to zero.";
        NobodyGetsBackMoreThanWasTaken: "No more is refunded, or granted to refunds, than was captured.";
        WhatWasQuotedIsCharged: "What is captured is what was quoted, of an order whose money was held.";
        GoodsLeaveAgainstMoney: "Goods leave only while their money is held or captured.";
        DispatchedGoodsAreTracked: "Goods that left have a carrier and its number.";
        OpenOrdersAreSwept: "An order is in the index of the sweep exactly while it may need something, and no later than it does.";
        PaymentsAreSwept: "A payment is in the index of the sweep exactly while a refund of staff is open, or an authorization is to be looked for.";
        TheProviderIsAskedForWhatIsWritten: "The provider is asked for nothing that is not written as requested, under its key and of its amount.";
        NothingIsCapturedTooLate: "No capture is tried after the provider has released the money.";
        CardsAreLimited: "For one order the provider is asked for five cards at most.";
        UnpaidOrdersAreLimited: "Nobody holds goods, or tries cards, for more than five unpaid orders.";
        HonestCustomersAreNotLimited: "Whoever orders once is never told that it is too often.";
        WhoSignsUpGetsIn: "Whoever signs up is stored, gets in and stays signed in.";
        NobodyUnverifiedHoldsARole: "Nobody holds a role above customer whose address is not verified.";
        StaffHaveASecondFactor: "Nobody is given a token that allows more than a customer's who has no second factor.";
        SessionsEndWithCredentials: "After another password, or another address, every older session is over.";
        WhoSignedOutStaysOut: "What staff signed out of opens nothing, once its end is heard.";
        EndedKeysOpenNothing: "A key of a machine that was ended gets no access token.";
        WhoOrderedSeesTheOrder: "Whoever placed an order by a page is shown that order.";
        NothingGoesWhereNothingIsSent: "No email goes to a mailbox after it was written down that it gets none.";
        RequestsAreAnswered: "No request is answered 500, and nobody meets an answer that cannot be read.";
        TheErasedAreForgotten: "Of a person who was erased nothing is left: in no item, message, dead letter or stream record.";
        FunctionsEndInTime: "Every function ends before Lambda ends it, whatever hangs.";
    }
    InTheEnd {
        TheShopComesToRest: "Every order ends or waits for a person, and nothing is left under way.";
        LooksAreTaken: "No look of the sweep is long overdue.";
        OrdersEqualTheirQuotes: "An order has the lines and the total of its quote.";
        StaffFindEveryOrder: "An order stands in every list in which staff look for it, and in no other.";
        OrdersNameTheirTerms: "An order names the terms of its quote, which staff had published.";
        MovementsExplainTheStock: "The units of a SKU that came in are the sum of its movements.";
        StockFollowsTheOrder: "A valid order has all its goods, and an order without effect holds none.";
        LevelsAreShown: "The catalogue shows the level of each SKU, unless its stream record was lost.";
        MoneyFollowsTheOrder: "A valid order has its money, and an order without effect neither holds nor keeps any.";
        GrantedRefundsAreMade: "Every refund that was granted is made.";
        OrdersKnowWhatWentBack: "An order knows how much was refunded.";
        TheProvidersBooksAreOurs: "The provider holds, has captured and has refunded what our log says.";
        RefundsTakeBackTheSale: "A payment that was refunded in full owes no tax and earned nothing.";
        DaysAreTheBookings: "The debits and credits of each day are those of the bookings of that day.";
        GoodsFollowTheOrder: "Goods leave for valid orders alone, which are charged and know that they left.";
        OrdersKnowTheParcel: "An order names the carrier and the number that its shipment has.";
        MessagesArrive: "Every message of every transition of an order arrives, unless a later command superseded it.";
        RepliesArrive: "Every reply to an order's command arrives.";
        MessagesComeFromTransitions: "Every message about an order has the name of a transition that made it.";
        NothingIsDeadLettered: "No message is given up: every fault passes.";
        EmailsAreSent: "Every email that a message asks for is sent and recorded as sent, or refused, kept and listed for staff, or left out for a reason on record.";
        BouncesAreHeeded: "A mailbox gets no more emails exactly if it refused one for good, or its owner complained.";
        EmailsReachTheirOwner: "An email about an order, or a user, goes to their address and to no other.";
        UsersAreWelcomed: "Whoever signed up is welcomed, unless the stream record was lost.";
        RevocationsAreHeard: "Everybody who moves money or goods hears of every session of staff that ended.";
        WhoWantedItIsCarriedOn: "Whoever wanted a transition wanted what follows from it.";
        StaffAreNamed: "What staff did names them.";
        StaffChangesAreAudited: "Whatever staff change of stock, money and goods, or send again, has its entry in the audit log.";
    }
    NeverTwice {
        ATokenOpensOnce: "A token in a mail opens what it is for once, and nothing after a change of credentials.";
        AddedUnitsStay: "Units that a form added are in the cart or in an order of it, as often as it was sent at most.";
        OneQuoteIsOneOrder: "An order that is placed again is the same order.";
        MoneyIsHeldOnce: "The provider holds the money of an order once.";
        RefundsAreMadeOnce: "The provider makes a refund once.";
        BookingsCountOnce: "The balance of each account is the sum of the bookings, each once.";
        EmailsAreSentOnce: "An email is sent again only while nobody can know that it was sent.";
        CartsLoseAnOrderOnce: "A cart loses what was ordered from it once, and keeps what was added later.";
        AnAddressIsOneUser: "An email address has one user.";
        ANameIsOneMessage: "Two messages of one name have one content.";
    }
}
