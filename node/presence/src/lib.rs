//! What a notary's node does with the announcements of those whom it attested (S2): verify them, keep them, acknowledge
//! them with a signed receipt, and hand over the slots of each window once it is over, for the offchain worker to publish.
//!
//! A receipt is a promise that can be held against the notary: who has one and is left out of the publication can have the
//! notary slashed. So a receipt is given only for what is on disk; and a slot that is published without an announcement to
//! show for it is a fault as well, so nothing else is handed over. A crash at any moment breaks neither.
//!
//! | file | what |
//! | --- | --- |
//! | `pool.rs` | who has announced itself in the window that is open, and what is refused |
//! | `journal.rs` | announcements on disk, many with one write |
//! | `http.rs` | publications for readers and caches |
//! | `peers.rs` | how much a peer may ask for |
//! | `metrics.rs` | what is counted |
//!
//! Nothing here knows of the chain but through [`Host`], nor of RPC: the node brings both.

#![warn(missing_docs)]

pub mod http;
mod journal;
mod metrics;
mod peers;
mod pool;
#[cfg(test)]
mod tests;

pub use journal::JournalError;
pub use metrics::Metrics;
pub use pool::{Attested, Closed, Host, Limits, Pool, Refusal, Taken};
