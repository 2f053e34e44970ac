//! The network of edges: looking for ways and components, what is said and shown about the rest of the network when an edge
//! ends, vouchers and intents that are kept and passed on, who is liable for a cut, and what a watchtower does.

pub mod certificates;
pub mod evidence;
pub mod intents;
pub mod liability;
pub mod search;
pub mod vouchers;
pub mod watch;
