//! A watchtower: decided from what it sees what is due, remembered so that nothing is done twice in a row, bounded in what it
//! spends, and done.

pub mod decide;
pub mod memory;
pub mod tower;
