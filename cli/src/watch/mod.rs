//! What a notary watches of its attested offers: whether what it has certified still holds (S2: continuous monitoring).
//!
//! | file | what |
//! | --- | --- |
//! | `config.rs` | how it is told what to do: options and a file |
//! | `plan.rs` | what can be probed, from the claims and from what the operator says of the offer |
//! | `probe.rs` | probing |
//! | `decide.rs` | when something has failed for long enough; pure, times are given |
//! | `memory.rs` | what was measured, over restarts |

pub mod config;
pub mod decide;
pub mod memory;
pub mod plan;
pub mod probe;
