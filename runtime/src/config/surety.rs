//! Surety's own pallets.

use super::{deposit, tokens::NativeAndAssets};
use crate::*;
use frame_support::traits::{ConstU128, ConstU32};
use frame_system::EnsureRoot;
use pallet_windows::get;

impl pallet_windows::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}
