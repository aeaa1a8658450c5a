//! What staff see of orders and do with them: lists, an order with all that is known of it, their notes, what was sold, the
//! parts of the start page and of a user's page. Refuses rules of its own: each button is a request of the API.

pub(super) mod act;
pub(super) mod list;
mod look;
mod note_form;
pub(super) mod notes;
pub(super) mod of_user;
pub(super) mod order;
pub(super) mod sales;
pub(super) mod summary;
pub(super) mod words;
