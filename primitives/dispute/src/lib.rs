//! What an operator signs about an answer, and what proves to a chain that the answer was wrong (S1, S3 §4): messages and
//! arithmetic, nothing here stores anything.
//!
//! # How it works
//! **A response says too little.** What a recipient signs of a body is how it was sent: encrypted perhaps, each time by
//! another key. So it signs a [`Statement`] as well, which travels with the answer: what was asked and answered in plain, of
//! which service, and by which [`Rules`] it may be judged. Whoever asks takes an answer without a right statement for none;
//! [`Statement::is_of`] is how it finds out.
//!
//! **Nothing else is needed to judge.** The rules are in the statement, so what becomes of the service later changes nothing,
//! and an operator can be held only to what it has said itself.
//!
//! **Two things are wrong.** An answer that the rules' [`Check`] finds wrong, see [`judge`]. And two answers that contradict
//! each other, see [`Evidence`]: to one request always, and to the same call where the operator says that the service is
//! deterministic. A retry that is answered by the same body contradicts nothing, and a refusal contradicts no answer.
//!
//! | file | what |
//! | --- | --- |
//! | `statement.rs` | what is signed |
//! | `named.rs` | how a call names the content that it asks for |
//! | `judge.rs` | whether an answer is right |
//! | `evidence.rs` | what is shown to a chain, and who shows it |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

mod evidence;
mod judge;
mod named;
mod statement;
#[cfg(test)]
mod tests;

pub use evidence::{commitment, report_hash, Defect, Evidence, Fault, Stated};
pub use judge::{judge, Unjudged};
pub use named::Named;
pub use statement::{Asked, Body, Check, Rules, Statement, MAX_CALL_BYTES};

/// Number of a service.
pub type ServiceId = u32;
