//! A discrete-event simulator of the relay's protocol: the machines of `surety-response`, edges between them that take
//! time and may lose what is sent, clocks that differ, and nodes that fail.
//!
//! Everything is drawn from a seed: the same scenario gives the same events, to the millisecond.
//!
//! - [`timeline`] runs a scenario, a TOML file as `docs/scenarios.md` describes, and gives its events as the tables of
//!   S3 §5 have them. [`table`] prints them for people.
//! - [`simulate`] runs many requests through a large random network of which a share is faulty, and says how each ended
//!   and what the honest have lost.
//!
//! - [`simulate_crashes`] does so with nodes that stop at any time, and go on from what they have recorded.
//!
//! Transport is simulated as reliable: a message that is lost is sent again after a round trip, and those behind it
//! wait. Signatures are keyed hashes.

#![warn(missing_docs)]

mod crashes;
mod engine;
mod fault;
mod keys;
mod scenario;
mod simulate;
mod tally;
mod timeline;
mod trace;

pub use crashes::{simulate_crashes, CrashOptions, CrashReport};
pub use engine::{account, Delivered, EdgeSpec, Engine, NodeSpec, World};
pub use fault::{corrupt, Fault, Kind};
pub use keys::GENESIS;
pub use scenario::{Asked, Network, Scenario};
pub use simulate::{simulate, Options, Report};
pub use timeline::{run, sums, table, timeline};
pub use trace::{Line, Trace};
