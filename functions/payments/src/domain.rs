//! Payments and the decisions on them. Pure. Refuses clocks, stores and providers: a decision says what to write, what
//! to ask of the provider or what to answer, and the service does it.

pub mod balances;
pub mod called_off;
pub mod challenge;
pub mod decision;
pub mod erasure;
pub mod exception;
pub mod figures;
pub mod ledger;
mod looks;
pub mod operation;
pub mod payment;
pub mod payment_method;
pub mod refunds;
pub mod rejection;
pub mod replies;
pub mod settled;
pub mod terms;
pub mod transaction;

pub use challenge::Challenge;
pub use decision::{Command, Decision, Outcome};
pub use exception::Exception;
pub use operation::PaymentOperation;
pub use payment::{Amounts, Payment, Status};
pub use payment_method::PaymentMethod;
pub use refunds::StaffRefund;
pub use rejection::Rejection;
pub use settled::SettledRefund;
pub use terms::Terms;
pub use transaction::{Phase, RefundRequest, Transaction};
