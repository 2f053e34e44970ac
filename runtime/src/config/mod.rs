//! How each pallet is set up.

pub mod consensus;
pub mod governance;
pub mod surety;
pub mod system;
pub mod tokens;
pub mod utilities;

use crate::{Balance, MICRO, MILLI};

/// What keeping `items` records of `bytes` bytes in all costs, held from whoever they are kept for.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * 100 * MILLI + bytes as Balance * 100 * MICRO
}
