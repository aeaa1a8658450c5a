//! The content of emails, and the time at which one may be sent. Pure: no clock, no table, no mail service.

pub mod email;
pub mod email_delivery;
pub mod english;
pub mod event;
pub mod locale;
pub mod order_link;
pub mod rejection;

pub use email_delivery::EmailDelivery;
pub use event::Event;
pub use locale::Locale;
pub use rejection::Rejection;
