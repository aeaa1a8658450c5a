//! What a customer may be told to do instead of what chance says.

/// A customer's scripted visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journey {
    Delivered,
    PaidAtTheSecondTry,
    CanceledAtOnce,
    CanceledAfterConfirmation,
    Abandoned,
    OutOfStock,
    Challenged,
    Refunded,
}

impl Journey {
    pub const ALL: [Self; 8] = [
        Self::Delivered,
        Self::PaidAtTheSecondTry,
        Self::CanceledAtOnce,
        Self::CanceledAfterConfirmation,
        Self::Abandoned,
        Self::OutOfStock,
        Self::Challenged,
        Self::Refunded,
    ];
}
