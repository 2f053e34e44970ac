//! What a watchtower does next: decided from what it sees, remembered so that nothing is done twice in a row, and bounded in
//! what it spends.

pub mod decide;
pub mod memory;
