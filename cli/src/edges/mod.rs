//! The network of edges, as far as it needs no node: looking for ways and components, vouchers that are kept, who is liable
//! for a cut, what a watchtower does next, and pictures of it all.

pub mod intents;
pub mod layout;
pub mod liability;
pub mod picture;
pub mod search;
pub mod svg;
pub mod text;
pub mod vouchers;
pub mod watch;
