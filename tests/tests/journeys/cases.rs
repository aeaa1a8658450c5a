//! Cases that people who run shops reported of other shops, tried on this one.

mod places;
