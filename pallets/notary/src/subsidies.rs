//! Subsidies of attestations (S2: subsidised notarisation).

use crate::{pallet::*, types::Subsidy};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_primitives::{notary::SubsidyId, AccountId, Balance, ServiceId};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_fund_subsidy(
		funder: AccountId,
		notary: AccountId,
		service: ServiceId,
		max_per_request: Balance,
		budget: Balance,
	) -> DispatchResult {
		Self::notary_of(&notary)?;
		ensure!(max_per_request > 0 && budget > 0, Error::<T>::ZeroAmount);
		let id = NextSubsidyId::<T>::get();
		NextSubsidyId::<T>::put(id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
		let deposit = T::RecordDeposit::get();
		Self::hold(HoldReason::Record, &funder, deposit)?;
		Self::hold(HoldReason::Subsidy, &funder, budget)?;
		Self::deposit_event(Event::SubsidyFunded {
			subsidy: id,
			funder: funder.clone(),
			notary: notary.clone(),
			service,
			budget,
		});
		let subsidy = Subsidy {
			funder,
			notary,
			service,
			max_per_request,
			left: budget,
			uses: 0,
			closed: false,
			deposit,
		};
		Subsidies::<T>::insert(id, subsidy);
		Ok(())
	}

	pub(crate) fn do_close_subsidy(who: AccountId, id: SubsidyId) -> DispatchResult {
		let mut subsidy = Subsidies::<T>::get(id).filter(|subsidy| !subsidy.closed);
		let subsidy = subsidy.as_mut().ok_or(Error::<T>::SubsidyNotFound)?;
		ensure!(subsidy.funder == who, Error::<T>::NotAuthorized);
		let refunded = core::mem::take(&mut subsidy.left);
		subsidy.closed = true;
		Self::release(HoldReason::Subsidy, &who, refunded)?;
		Self::store_subsidy(id, subsidy.clone())?;
		Self::deposit_event(Event::SubsidyClosed { subsidy: id, refunded });
		Ok(())
	}
}
