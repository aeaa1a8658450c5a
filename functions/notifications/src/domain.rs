//! The content of emails, and the time at which one may be sent. Pure: no clock, no table, no mail service.

pub mod email;
pub mod email_delivery;
pub mod english;
pub mod event;
pub mod feedback;
pub mod kept_email;
pub mod known_contact;
pub mod locale;
pub mod notification_id;
pub mod order_link;
pub mod rejection;
pub mod suppression;

pub use email_delivery::EmailDelivery;
pub use event::Event;
pub use feedback::Feedback;
pub use kept_email::KeptEmail;
pub use known_contact::KnownContact;
pub use locale::Locale;
pub use notification_id::NotificationId;
pub use rejection::Rejection;
pub use suppression::Suppression;
