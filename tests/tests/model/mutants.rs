//! Mutants of the shop, each with one rule changed: what the laws are worth is what they find.

/// A rule that is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// None: the shop as it runs.
    Nothing,
    /// A release of a hold that is not known writes nothing.
    ReleaseLeavesNoTombstone,
    /// A void of a payment that is not known writes nothing.
    VoidLeavesNoTombstone,
    /// An order that ends asks nobody to let its money go, and is deaf to money that comes too late. Either alone is
    /// harmless: the other makes up for it.
    LateMoneyKept,
    /// Inventory frees holds by its own clock.
    InventoryExpires,
    /// Units are taken without `available >= quantity`, on a shelf read a while ago.
    StockTakenUnchecked,
    /// Of two orders that are handled together the units of one are taken.
    UnitsTakenForOneOfTwo,
    /// Orders takes the refusal of a cancellation for the cancellation.
    RefusalTakenForCancellation,
    /// Shipping stops what has left.
    StoppedAfterItLeft,
    /// Orders takes the money when it is held, not when the goods leave.
    CapturedOnConfirmation,
    /// The provider is asked under another key each time.
    KeyMadeAnew,
    /// A message is acknowledged before what follows is sent, and nobody sweeps.
    AcknowledgedBeforeSent,
    /// Nobody sweeps.
    NoSweep,
}

impl Mutant {
    /// Whether the sweep runs.
    pub const fn sweeps(self) -> bool {
        !matches!(self, Self::NoSweep | Self::AcknowledgedBeforeSent)
    }

    /// Whether the network loses messages; not where the shop is to lose them by itself.
    pub const fn loses(self) -> bool {
        !matches!(self, Self::AcknowledgedBeforeSent)
    }
}
