//! Journeys, contracts and house rules.
