//! The content of emails, and the time at which one may be sent. Pure: no clock, no table, no mail service.

pub mod branding;
pub mod email;
pub mod email_delivery;
pub mod event;
pub mod feedback;
pub mod kept_email;
pub mod kind;
pub mod known_contact;
pub mod notification_id;
pub mod order_link;
pub mod rejection;
pub mod samples;
pub mod suppression;
pub mod test_emails;
pub mod words;

pub use branding::Branding;
pub use email_delivery::EmailDelivery;
pub use event::Event;
pub use feedback::Feedback;
pub use kept_email::KeptEmail;
pub use kind::Kind;
pub use known_contact::{KnownContact, Person};
pub use notification_id::NotificationId;
pub use rejection::Rejection;
pub use suppression::Suppression;
