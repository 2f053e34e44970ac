//! Commitments: how somebody reports who is not named in the evidence.

use crate::{pallet::*, types::Commitment};
use frame_support::{ensure, traits::Get};
use sp_core::H256;
use sp_runtime::DispatchResult;
use surety_dispute::{commitment, Evidence};
use surety_primitives::{AccountId, BlockNumber};
use surety_response::NodeId;

/// The account as it is named in requests.
pub(crate) fn named(who: &AccountId) -> NodeId {
	let bytes: &[u8; 32] = who.as_ref();
	NodeId::from(*bytes)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number()
	}

	pub(crate) fn genesis() -> H256 {
		frame_system::Pallet::<T>::block_hash(0)
	}

	pub(crate) fn do_commit(who: AccountId, hash: H256) -> DispatchResult {
		ensure!(!Commitments::<T>::contains_key(&who, hash), Error::<T>::AlreadyCommitted);
		let deposit = T::CommitmentDeposit::get();
		Self::hold(HoldReason::Commitment, &who, deposit)?;

		let now = Self::now();
		let from = now.saturating_add(T::CommitmentDelay::get());
		let until = now.saturating_add(T::CommitmentLife::get());
		Commitments::<T>::insert(&who, hash, Commitment { from, until, deposit });
		Self::deposit_event(Event::Committed { who, hash, from, until });
		Ok(())
	}

	pub(crate) fn do_withdraw(who: AccountId, by: AccountId, hash: H256) -> DispatchResult {
		let commitment = Commitments::<T>::get(&by, hash).ok_or(Error::<T>::CommitmentNotFound)?;
		let expired = Self::now() >= commitment.until;
		ensure!(who == by || expired, Error::<T>::CommitmentNotExpired);
		Self::take(&by, hash, commitment)?;
		Self::deposit_event(Event::CommitmentWithdrawn { who: by, hash });
		Ok(())
	}

	/// Checks that `who` may report by this evidence. Returns the commitment that it has used up by that, if it needs one.
	pub(crate) fn ensure_entitled(
		who: &AccountId,
		evidence: &Evidence,
		salt: Option<H256>,
	) -> Result<Option<(H256, Commitment)>, Error<T>> {
		let reporter = named(who);
		let Some(salt) = salt else {
			let is_author = evidence.requests().iter().any(|request| request.author == reporter);
			ensure!(is_author, Error::NotAuthorized);
			return Ok(None);
		};
		let hash = commitment(&Self::genesis(), &evidence.hash(), &reporter, &salt);
		let made = Commitments::<T>::get(who, hash).ok_or(Error::CommitmentNotFound)?;
		let now = Self::now();
		ensure!(now >= made.from, Error::CommitmentTooYoung);
		ensure!(now < made.until, Error::CommitmentExpired);
		Ok(Some((hash, made)))
	}

	/// Removes a commitment, and returns its deposit.
	pub(crate) fn take(who: &AccountId, hash: H256, commitment: Commitment) -> DispatchResult {
		Self::release(HoldReason::Commitment, who, commitment.deposit)?;
		Commitments::<T>::remove(who, hash);
		Ok(())
	}
}
