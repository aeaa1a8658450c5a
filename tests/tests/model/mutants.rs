//! Mutants: the shop with one rule changed. A law is worth what it finds.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    /// No change.
    Nothing,
    /// Releasing an unknown hold writes nothing.
    ReleaseLeavesNoTombstone,
    /// Voiding an unknown payment writes nothing.
    VoidLeavesNoTombstone,
    /// An order that ends does not void its payment and ignores a late authorization. Either alone is harmless.
    LateMoneyKept,
    /// Inventory releases holds by its own clock.
    InventoryExpires,
    /// Units are taken without the condition `available >= quantity`, after a stale read.
    StockTakenUnchecked,
    /// Of two orders in a group the units of only one are taken.
    UnitsTakenForOneOfTwo,
    /// Orders treats a refused cancellation as a cancellation.
    RefusalTakenForCancellation,
    /// Shipping cancels a dispatched shipment.
    StoppedAfterItLeft,
    /// Orders captures the money on confirmation, not on dispatch.
    CapturedOnConfirmation,
    /// Each request to the provider has a new key.
    KeyMadeAnew,
    /// A message is acknowledged before what follows is sent, and the sweep never runs.
    AcknowledgedBeforeSent,
    /// Payments counts an attempt that waits for the customer as voided, and the bank knows nothing of it.
    WaitingAttemptKept,
    /// Payments has an authorization performed that was called off, instead of looking for it.
    AuthorizedOnceCalledOff,
    /// The sweep never runs.
    NoSweep,
}

impl Mutant {
    /// Whether the sweep runs.
    pub const fn sweeps(self) -> bool {
        !matches!(self, Self::NoSweep | Self::AcknowledgedBeforeSent)
    }

    /// Whether the network loses messages; not if the mutant loses them itself.
    pub const fn loses(self) -> bool {
        !matches!(self, Self::AcknowledgedBeforeSent)
    }
}
