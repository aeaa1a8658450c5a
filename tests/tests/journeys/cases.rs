//! Cases that people who run shops elsewhere have reported, tried here: each with the answer that is right.

mod checkout;
mod edge;
mod people;
mod places;
