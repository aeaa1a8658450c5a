//! What customers and staff do, over HTTP against a deployed shop.
