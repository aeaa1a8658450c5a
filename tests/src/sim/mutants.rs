//! Mutants: deliberate bugs, applied to requests, messages, answers and instructions on their way. A simulation that does not
//! notice them proves nothing. This file owns their names, what each does wrong, and the trial in which it must be noticed; the
//! catalogue of invariants says what each breaks. Refuses code of the functions: no mutant is built into one.

pub mod instructions;
pub mod messages;
pub mod surroundings;
pub mod writes;

use super::invariants::catalogue::{CATALOGUE, Invariant};
use super::plan::{Journey, Plan};

/// The runs in which a mutant must break every invariant that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The first seeds, from 1.
    pub seeds: u64,
    pub customers: u64,
    /// Faults in percent of their usual rates.
    pub faults: u32,
    /// What every customer does; by chance if `None`.
    pub journey: Option<Journey>,
    /// Whether it takes too long for every day and is tried at night.
    pub nightly: bool,
}

/// A crowd with faults at twice their usual rates.
const fn crowd(seeds: u64, customers: u64) -> Trial {
    Trial { seeds, customers, faults: 200, journey: None, nightly: false }
}

/// A crowd without faults.
const fn calm(seeds: u64, customers: u64) -> Trial {
    Trial { faults: 0, ..crowd(seeds, customers) }
}

/// Customers who all get some or all of their money back.
const fn refunds(seeds: u64, customers: u64) -> Trial {
    Trial { journey: Some(Journey::Refunded), ..crowd(seeds, customers) }
}

/// A trial for the night.
const fn nightly(seeds: u64, customers: u64) -> Trial {
    Trial { nightly: true, ..crowd(seeds, customers) }
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
        RoundedUp, crowd(4, 15), "An order charges a cent more than was quoted.";
        LeavesTheIndex, crowd(4, 15), "An order leaves the index of the sweep once its stock is reserved.";
        LimitWithoutCondition, crowd(8, 60), "Unpaid orders are counted and nobody is limited.";
        LimitOfNone, crowd(4, 15), "A customer may have no order at all.";
        AttemptsUncounted, crowd(8, 30), "Another attempt to pay counts as the sixth.";
    }
    Inventory {
        StockWithoutCondition, crowd(8, 40), "Stock is taken whether there is enough or not.";
        HoldWithoutCondition, crowd(8, 15), "Reservations are created over existing ones.";
        SwapCommitAndRelease, crowd(4, 15), "Commit and release of a reservation are swapped.";
        HoldsExpire, crowd(4, 15), "Inventory releases holds after two minutes.";
        MovementLost, crowd(4, 15), "Stock is adjusted and the movement is not written.";
        LevelLost, crowd(4, 15), "Nobody hears of the level of a SKU.";
    }
    Payments {
        PaymentWithoutCondition, crowd(8, 30), "Payments are overwritten, even if another write came between.";
        PaymentMislaid, crowd(4, 15), "A payment is written under the id of another.";
        RequestedNotWritten, crowd(4, 15), "The provider is asked before the request is written.";
        KeyChanges, crowd(8, 30), "The provider is asked under a new key at every try.";
        CaptureOffByOne, crowd(4, 15), "A cent more is captured than was authorized.";
        DeclinedIsAuthorized, crowd(4, 15), "A declined payment counts as authorized.";
        VoidNotSent, crowd(4, 15), "A void is done and the provider was never told.";
        CapturesWait, crowd(8, 15), "Captures wait for fifteen hours.";
        RefundMadeTwice, refunds(6, 6), "The provider makes a refund twice.";
        RefundBeyondCaptured, refunds(6, 6), "A refund of staff is granted tenfold.";
        RefundMisreported, refunds(6, 6), "Orders are told of a cent more than went back.";
        RefundForgotten, refunds(6, 6), "A refund of staff is granted and never made.";
        RefundLeavesTheIndex, refunds(6, 6), "A payment with an open refund is not in the index of the sweep.";
        SettledRefundLost, refunds(6, 6), "A settled refund leaves its payment and is not kept beside it.";
        RefundOfGoodsAlone, refunds(6, 6), "A refund books the tax as shipping.";
    }
    Ledger {
        BalancesForgotten, crowd(4, 15), "A booking is noted in the journal and not added to the balances.";
        JournalWithoutCondition, crowd(8, 15), "A booking that comes again is added again.";
        WrongAccount, crowd(4, 15), "Tax is added to shipping, and shipping to tax.";
        WrongDay, crowd(4, 15), "A booking counts on the day before.";
        PostedInPart, crowd(4, 15), "A booking is added to the balances without its tax.";
    }
    Shipping {
        ShipmentWithoutCondition, nightly(40, 60), "Shipments are overwritten, even if another write came between.";
        RefusalIsCancellation, crowd(8, 60), "Goods that left count as canceled.";
        DispatchUnheard, crowd(4, 15), "Nobody hears that goods left.";
        Untracked, crowd(4, 15), "Goods leave and nobody writes down with whom.";
        TrackingLost, crowd(4, 15), "Orders do not hear the number of the parcel.";
        StaffUnnamed, crowd(4, 15), "A shipment does not say who dispatched it.";
    }
    EveryTable {
        NoTombstone, crowd(8, 15), "An undo that arrives first leaves no tombstone.";
        AuditLost, crowd(4, 15), "What staff change leaves no entry in the audit log.";
        ActorLost, crowd(4, 15), "A command does not carry on who wanted it.";
    }
    Wires {
        AcknowledgeBeforeSending, crowd(4, 15), "Some messages are acknowledged although what follows from them is never sent.";
        RelayIsDeaf, crowd(4, 15), "The relays lose all records.";
        RelayRenames, crowd(4, 15), "The relays send messages under other ids.";
        RelayRelaysAll, calm(4, 15), "The relays send what the workers have sent.";
        NumberlessIds, crowd(4, 15), "The id of a message has no number.";
        NoSweep, crowd(8, 15), "The sweeps never run.";
        SweepSkipsTheOldest, crowd(8, 15), "The sweeps never look at the oldest item of a shard.";
        SweepSendsNothing, crowd(8, 15), "The sweeps move the look and send nothing.";
        SweepRenames, crowd(8, 15), "The sweeps send messages under new ids.";
        Garbled, crowd(4, 15), "A command has no content.";
        MisreadTime, crowd(4, 15), "Functions believe in ten times the time that they have.";
    }
    Emails {
        ClaimWithoutCondition, crowd(8, 15), "An email is claimed although it was sent.";
        EmailNotSent, crowd(4, 15), "An email counts as sent and was not.";
        EmailToAnother, crowd(4, 15), "Emails go to another address.";
    }
    People {
        CartForgetsOrders, crowd(8, 30), "A cart does not remember which orders took its lines.";
        CartUnreadable, crowd(8, 30), "A cart is stored in a form that nobody reads.";
        AddressWithoutCondition, crowd(4, 15), "An email address may be taken by two users.";
        UserNotStored, crowd(4, 15), "Who signs up is not stored.";
        SessionNotStored, crowd(4, 15), "A session is not stored.";
        RevocationUnheard, crowd(4, 15), "Nobody hears of the end of a session.";
        RevocationNotKept, crowd(4, 15), "The end of a session is heard and not kept.";
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

    /// The run of a seed of its trial.
    pub fn plan(self, seed: u64) -> Plan {
        let Trial { customers, faults, journey, .. } = self.trial();
        Plan { customers, faults, journey, mutant: Some(self), ..Plan::of(seed) }
    }

    /// Finds a mutant by name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mutant| mutant.name() == name)
    }

    /// The invariants that it breaks.
    pub fn breaks(self) -> Vec<Invariant> {
        let named = CATALOGUE.iter().filter(|entry| entry.mutants.contains(&self));
        named.map(|entry| entry.invariant).collect()
    }
}
