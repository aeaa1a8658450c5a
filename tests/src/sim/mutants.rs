//! Mutants: deliberate bugs, applied to requests, messages, answers and instructions on their way. A simulation that does not
//! notice them proves nothing. This file owns their names, what each does wrong, and the trial in which it must be noticed; the
//! catalogue of invariants says what each breaks. Refuses code of the functions: no mutant is built into one.

pub mod instructions;
pub mod messages;
pub mod surroundings;
pub mod writes;

use super::journey::Journey;
use super::journey::Journey::{
    Abandoned, CanceledAfterConfirmation, CanceledAtOnce, Delivered, OutOfStock, PaidAtTheSecondTry, Refunded,
};

/// The runs in which a mutant must break every invariant that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The first seed: the one that notices it soonest. The others follow.
    pub from: u64,
    /// How many seeds are tried at most.
    pub seeds: u64,
    pub customers: u64,
    /// Faults in percent of their usual rates.
    pub faults: u32,
    /// What every customer does; by chance if `None`.
    pub journey: Option<Journey>,
    /// Whether it takes too long for every day and is tried at night.
    pub nightly: bool,
}

/// Customers with one journey, and no faults.
const fn all(journey: Journey, seeds: u64, customers: u64) -> Trial {
    Trial { from: 1, seeds, customers, faults: 0, journey: Some(journey), nightly: false }
}

/// The same, with faults at twice their usual rates.
const fn troubled(journey: Journey, seeds: u64, customers: u64) -> Trial {
    Trial { faults: 200, ..all(journey, seeds, customers) }
}

/// A small crowd without faults.
const fn calm(seeds: u64, customers: u64) -> Trial {
    Trial { journey: None, ..all(Delivered, seeds, customers) }
}

/// The same, from this seed.
const fn from(from: u64, trial: Trial) -> Trial {
    Trial { from, ..trial }
}

/// A crowd with faults at twice their usual rates, for the night.
const fn crowd(seeds: u64, customers: u64) -> Trial {
    Trial { faults: 200, nightly: true, ..calm(seeds, customers) }
}

/// Where mutants act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Orders,
    Inventory,
    Payments,
    Ledger,
    Shipping,
    EveryTable,
    /// Relays, sweeps, queues and the time that functions have.
    Wires,
    Emails,
    /// Users and their carts.
    People,
}

macro_rules! mutants {
    ($($part:ident { $($name:ident, $trial:expr, $bug:literal;)+ })+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Mutant { $($(#[doc = $bug] $name,)+)+ }

        impl Mutant {
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// Where it acts.
            pub const fn part(self) -> Part {
                match self { $($(Self::$name => Part::$part,)+)+ }
            }

            /// What is wrong.
            pub const fn bug(self) -> &'static str {
                match self { $($(Self::$name => $bug,)+)+ }
            }

            /// The trial in which it is noticed.
            pub const fn trial(self) -> Trial {
                match self { $($(Self::$name => $trial,)+)+ }
            }

            const fn identifier(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)+)+ }
            }
        }
    };
}

mutants! {
    Orders {
        OrderWithoutCondition, crowd(8, 15), "Orders are overwritten, even if another write came between.";
        OrderUnderAnotherId, crowd(4, 15), "An order is stored with another order's id in it.";
        RoundedUp, all(CanceledAtOnce, 1, 1), "An order charges a cent more than was quoted.";
        LeavesTheIndex, all(Delivered, 1, 1), "An order leaves the index of the sweep once its stock is reserved.";
        TermsForgotten, calm(4, 6), "An order does not say which terms were accepted.";
        SkuUnlisted, all(Delivered, 1, 1), "An order is confirmed and not found by its SKUs.";
        NumberUnread, calm(4, 6), "An order is listed by its number, and whoever reads the list misses it.";
        OrderOfAnother, calm(4, 6), "An order is stored as another customer's.";
        LimitWithoutCondition, crowd(8, 60), "Unpaid orders are counted and nobody is limited.";
        LimitOfNone, all(Delivered, 1, 1), "A customer may have no order at all.";
        BroughtBack, crowd(8, 30), "What comes late to an erased order brings the address back.";
        AttemptsUncounted, all(PaidAtTheSecondTry, 1, 1), "Another attempt to pay counts as the sixth.";
    }
    Inventory {
        StockWithoutCondition, all(OutOfStock, 8, 40), "Stock is taken whether there is enough or not.";
        HoldWithoutCondition, crowd(8, 15), "Reservations are created over existing ones.";
        SwapCommitAndRelease, all(Delivered, 1, 1), "Commit and release of a reservation are swapped.";
        HoldsExpire, crowd(4, 15), "Inventory releases holds after two minutes.";
        MovementLost, all(Delivered, 1, 1), "Stock is adjusted and the movement is not written.";
        LevelLost, all(Delivered, 1, 1), "Nobody hears of the level of a SKU.";
    }
    Payments {
        PaymentWithoutCondition, crowd(4, 30), "Payments are overwritten, even if another write came between.";
        PaymentMislaid, all(Delivered, 1, 1), "A payment is written under the id of another.";
        RequestedNotWritten, all(Delivered, 1, 1), "The provider is asked before the request is written.";
        KeyChanges, crowd(4, 30), "The provider is asked under a new key at every try.";
        CaptureOffByOne, all(Delivered, 1, 1), "A cent more is captured than was authorized.";
        DeclinedIsAuthorized, all(Abandoned, 1, 1), "A declined payment counts as authorized.";
        VoidNotWritten, all(CanceledAfterConfirmation, 1, 1), "A void is made and answered, and its outcome is not written.";
        VoidNotSent, all(CanceledAfterConfirmation, 1, 1), "A void is done and the provider was never told.";
        EarlierAttemptNotVoided, crowd(8, 60), "An attempt that waited counts as voided and the provider was never told.";
        MoneyLapses, all(Delivered, 1, 1), "The provider releases the money after a second and promises a week.";
        RefundMadeTwice, all(Refunded, 1, 1), "The provider makes a refund twice.";
        RefundBeyondCaptured, all(Refunded, 4, 1), "A refund of staff is granted tenfold.";
        RefundMisreported, all(Refunded, 1, 1), "Orders are told of a cent more than went back.";
        RefundForgotten, crowd(4, 30), "A refund of staff is granted and never made.";
        RefundLeavesTheIndex, all(Refunded, 1, 1), "A payment with an open refund is not in the index of the sweep.";
        SettledRefundLost, crowd(8, 60), "A settled refund leaves its payment and is not kept beside it.";
        PayerKept, crowd(8, 30), "A payment says that it forgot the payer, and keeps the payment method.";
        RefundOfGoodsAlone, crowd(8, 60), "A refund books the tax as shipping.";
    }
    Ledger {
        BalancesForgotten, all(Delivered, 1, 1), "A booking is noted in the journal and not added to the balances.";
        JournalWithoutCondition, troubled(Delivered, 6, 3), "A booking that comes again is added again.";
        WrongAccount, all(Delivered, 1, 1), "Tax is added to shipping, and shipping to tax.";
        WrongDay, all(Delivered, 1, 1), "A booking counts on the day before.";
        PostedInPart, all(Delivered, 1, 1), "A booking is added to the balances without its tax.";
    }
    Shipping {
        ShipmentWithoutCondition, crowd(8, 60), "Shipments are overwritten, even if another write came between.";
        RefusalIsCancellation, crowd(8, 60), "Goods that left count as canceled.";
        GoodsUnheard, all(Delivered, 1, 1), "Nobody hears that goods left, or arrived.";
        Untracked, all(Delivered, 1, 1), "Goods leave and nobody writes down with whom.";
        TrackingLost, all(Delivered, 1, 1), "Orders do not hear the number of the parcel.";
        CorrectionLost, crowd(4, 30), "Orders do not hear that the number of the parcel was corrected.";
        RecipientKept, calm(8, 20), "A shipment says that it forgot the recipient, and keeps the address.";
        StaffUnnamed, all(Delivered, 1, 1), "A shipment does not say who dispatched it.";
    }
    EveryTable {
        NoTombstone, crowd(8, 15), "An undo that arrives first leaves no tombstone.";
        AuditLost, all(Delivered, 1, 1), "What staff change leaves no entry in the audit log.";
        ActorLost, all(Delivered, 1, 1), "A command does not carry on who wanted it.";
    }
    Wires {
        AcknowledgeBeforeSending, crowd(4, 15), "Some messages are acknowledged although what follows from them is never sent.";
        RelayIsDeaf, calm(4, 2), "The relays lose all records.";
        RelayRenames, all(Delivered, 1, 1), "The relays send messages under other ids.";
        RelayRelaysAll, all(Delivered, 1, 1), "The relays send what the workers have sent.";
        NumberlessIds, all(PaidAtTheSecondTry, 1, 1), "The id of a message has no number.";
        NoSweep, crowd(12, 15), "The sweeps never run.";
        SweepSkipsTheOldest, crowd(12, 15), "The sweeps never look at the oldest item of a shard.";
        SweepSendsNothing, crowd(12, 15), "The sweeps move the look and send nothing.";
        SweepRenames, troubled(Delivered, 6, 3), "The sweeps send messages under new ids.";
        Garbled, all(Delivered, 1, 1), "A command has no content.";
        MisreadTime, crowd(8, 15), "Functions believe in ten times the time that they have.";
    }
    Emails {
        ClaimWithoutCondition, crowd(8, 30), "An email is claimed although it was sent.";
        EmailNotSent, all(Delivered, 1, 1), "An email counts as sent and was not.";
        EmailToAnother, all(Delivered, 1, 1), "Emails go to another address.";
        ErasureUnanswered, crowd(4, 30), "Nobody hears that emails about an order are forgotten.";
        ContactKept, calm(4, 2), "Notifications say that they forgot how to reach a user, and keep the address.";
        RefusedNotKept, crowd(8, 30), "Nothing is kept of a refused email.";
        BounceForgotten, crowd(8, 30), "A mailbox that refused an email for good is not written down.";
        FullIsGone, crowd(8, 30), "A mailbox that is full counts as one that does not exist.";
        SentInSpite, crowd(12, 30), "Emails go to mailboxes that get none.";
    }
    People {
        CartForgetsOrders, crowd(8, 30), "A cart does not remember which orders took its lines.";
        UnitsReplaced, from(5, calm(8, 6)), "Units that are added take the place of those in the cart.";
        UnitsDoubled, calm(8, 6), "Units that are added count twice.";
        MergeLosesLines, from(5, calm(8, 6)), "A guest's cart is closed, and its lines go nowhere.";
        CartUnreadable, crowd(8, 30), "A cart is stored in a form that nobody reads.";
        AddressWithoutCondition, calm(4, 2), "An email address may be taken by two users.";
        UserNotStored, calm(4, 2), "Who signs up is not stored.";
        SessionNotStored, from(3, calm(4, 2)), "A session is not stored.";
        UnverifiedCounts, calm(4, 2), "An operator's command is followed for an address that nobody verified.";
        FactorNotKept, calm(4, 2), "A second factor counts and is not stored.";
        TokenNotSpent, calm(4, 2), "A token in a mail is not spent.";
        SessionsOutlive, calm(4, 2), "Sessions outlive the password that they were opened with.";
        KeyNotEnded, calm(4, 2), "A key of a machine is ended, and counts all the same.";
        RevocationUnheard, calm(4, 2), "Nobody hears of the end of a session.";
        RevocationNotKept, calm(4, 2), "The end of a session is heard and not kept.";
    }
}

impl Mutant {
    /// The name on the command line.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in self.identifier().chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Finds a mutant by name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mutant| mutant.name() == name)
    }
}
