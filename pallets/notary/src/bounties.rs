//! Bounties for being present (S2), and who has claimed them.

use crate::{
	pallet::*,
	types::{Bounty, BountyClaim},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_presence::merkle::LeafProof;
use surety_primitives::{
	notary::{BountyId, Slot, Window},
	AccountId, Balance,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_bounty(
		funder: AccountId,
		notary: AccountId,
		per_window: Balance,
		budget: Balance,
	) -> DispatchResult {
		Self::notary_of(&notary)?;
		let windows = budget.checked_div(per_window).filter(|windows| *windows > 0);
		let windows = u32::try_from(windows.ok_or(Error::<T>::ZeroAmount)?);
		let from = Self::next_window();
		let until = windows.ok().and_then(|windows| from.checked_add(windows));
		let until = until.ok_or(Error::<T>::NumbersExhausted)?;
		let id = NextBountyId::<T>::get();
		NextBountyId::<T>::put(id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
		let deposit = T::RecordDeposit::get();
		let left = per_window.saturating_mul(until.saturating_sub(from).into());
		Self::hold(HoldReason::Record, &funder, deposit)?;
		Self::hold(HoldReason::Bounty, &funder, left)?;
		Self::deposit_event(Event::BountyOpened {
			bounty: id,
			funder: funder.clone(),
			notary: notary.clone(),
			per_window,
			from,
			until,
		});
		Bounties::<T>::insert(id, Bounty { funder, notary, per_window, from, until, left, deposit });
		Ok(())
	}

	pub(crate) fn do_claim_bounty(
		operator: AccountId,
		id: BountyId,
		slot: Slot,
		window: Window,
		proof: LeafProof,
	) -> DispatchResult {
		let mut bounty = Bounties::<T>::get(id).ok_or(Error::<T>::BountyNotFound)?;
		ensure!((bounty.from..bounty.until).contains(&window), Error::<T>::NotClaimable);
		Self::disputable(window)?;
		let commitment = Records::<T>::get(window, &bounty.notary).and_then(|record| record.commitment);
		let commitment = commitment.ok_or(Error::<T>::NotClaimable)?;
		let tenure = Self::tenure_at(&bounty.notary, slot, commitment.base_block);
		let tenure = tenure.ok_or(Error::<T>::NotAttested)?;
		ensure!(tenure.operator == operator, Error::<T>::NotAuthorized);
		ensure!(proof.proves(slot, &commitment.root, commitment.present), Error::<T>::InvalidProof);
		// All that can prove that they are present are not more than are counted, so all together get what there is.
		let amount = bounty.per_window.checked_div(commitment.present.into()).unwrap_or(0);
		ensure!(amount > 0, Error::<T>::ZeroAmount);

		let before = BountyClaims::<T>::get(id, slot);
		ensure!(before.as_ref().is_none_or(|claim| window >= claim.next), Error::<T>::NotClaimable);
		let next = window.saturating_add(1);
		let claim = match before {
			Some(claim) if claim.operator == operator => BountyClaim { next, ..claim },
			other => {
				if let Some(claim) = other {
					Self::release(HoldReason::Record, &claim.operator, claim.deposit)?;
				}
				let deposit = T::RecordDeposit::get();
				Self::hold(HoldReason::Record, &operator, deposit)?;
				BountyClaim { operator: operator.clone(), next, deposit }
			}
		};
		BountyClaims::<T>::insert(id, slot, claim);
		bounty.left = bounty.left.checked_sub(amount).ok_or(Error::<T>::ZeroAmount)?;
		Self::transfer_held(HoldReason::Bounty, &bounty.funder, &operator, amount)?;
		Bounties::<T>::insert(id, bounty);
		Self::deposit_event(Event::BountyClaimed { bounty: id, slot, window, amount });
		Ok(())
	}

	pub(crate) fn do_close_bounty(id: BountyId) -> DispatchResult {
		let bounty = Bounties::<T>::get(id).ok_or(Error::<T>::BountyNotFound)?;
		ensure!(bounty.until <= Self::first_disputable(), Error::<T>::BountyOpen);
		let refunded = bounty.left;
		Self::release(HoldReason::Bounty, &bounty.funder, refunded)?;
		Self::release(HoldReason::Record, &bounty.funder, bounty.deposit)?;
		Bounties::<T>::remove(id);
		Self::deposit_event(Event::BountyClosed { bounty: id, refunded });
		Ok(())
	}

	pub(crate) fn do_clear_claim(id: BountyId, slot: Slot) -> DispatchResult {
		let claim = BountyClaims::<T>::get(id, slot).ok_or(Error::<T>::ClaimNotFound)?;
		ensure!(!Bounties::<T>::contains_key(id), Error::<T>::BountyOpen);
		Self::release(HoldReason::Record, &claim.operator, claim.deposit)?;
		BountyClaims::<T>::remove(id, slot);
		Self::deposit_event(Event::ClaimCleared { bounty: id, slot });
		Ok(())
	}
}
