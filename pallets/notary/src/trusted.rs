//! The default list of trusted notaries (S2: "implementation vendors may define a default list of trusted notaries and end users
//! may override it"; here the chain does).

use crate::pallet::*;
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};
use sp_core::ConstU32;
use sp_runtime::DispatchResult;
use surety_primitives::AccountId;

/// Trusted notaries at the most: a client hears each of them.
pub const MAX_TRUSTED: u32 = 64;

/// Whether no account is named twice.
pub(crate) fn are_distinct(notaries: &[AccountId]) -> bool {
	let mut sorted: Vec<&AccountId> = notaries.iter().collect();
	sorted.sort_unstable();
	sorted.windows(2).all(|pair| pair.first() != pair.last())
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_trusted(notaries: BoundedVec<AccountId, ConstU32<MAX_TRUSTED>>) -> DispatchResult {
		ensure!(are_distinct(&notaries), Error::<T>::DuplicateNotary);
		Trusted::<T>::put(&notaries);
		Self::deposit_event(Event::TrustedSet { notaries: notaries.into_inner() });
		Ok(())
	}
}
