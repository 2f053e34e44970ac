//! Petitions of clients.

use crate::{
	report::Report,
	types::{Petition, PetitionState, Signature},
	Config, CountedFees, Error, Event, HoldReason, NextPetitionId, Pallet, Petitions, Signatures, Thresholds,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	traits::{Fees, FeesPaid, Slashable},
	AssetKind, Balance, Era, PetitionId, SlashSource, SubscriptionId,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_threshold(asset: AssetKind, fees: Option<Balance>) -> DispatchResult {
		ensure!(fees != Some(0), Error::<T>::ZeroAmount);
		Thresholds::<T>::set(&asset, fees);
		Self::deposit_event(Event::ThresholdSet { asset, fees });
		Ok(())
	}

	pub(crate) fn do_petition(
		opener: T::AccountId,
		subscription: SubscriptionId,
		era: Era,
		evidence: H256,
	) -> DispatchResult {
		let FeesPaid { operator, service, asset, .. } = Self::fees_of(&opener, subscription)?;
		ensure!(Thresholds::<T>::contains_key(&asset), Error::<T>::NoThreshold);
		let reportable = T::Stake::first_reportable()..=T::Stake::era();
		ensure!(reportable.contains(&era), Error::<T>::EraOutOfWindow);
		let id = NextPetitionId::<T>::get();
		NextPetitionId::<T>::put(id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
		let closes_at = Self::now().saturating_add(T::ReportWindow::get().max(1));
		Self::deposit_event(Event::PetitionOpened {
			petition: id,
			operator: operator.clone(),
			service,
			era,
			opener: opener.clone(),
			closes_at,
		});
		let petition = Petition {
			operator,
			service,
			era,
			asset,
			evidence,
			opener: opener.clone(),
			closes_at,
			weight: 0,
			signers: 0,
			signatures: 0,
			state: PetitionState::Open,
		};
		Self::add_signature(opener, id, petition, subscription, T::PetitionBond::get())
	}

	pub(crate) fn do_sign(who: T::AccountId, id: PetitionId, subscription: SubscriptionId) -> DispatchResult {
		let petition = Petitions::<T>::get(id).ok_or(Error::<T>::PetitionNotFound)?;
		let open = petition.state == PetitionState::Open && Self::now() < petition.closes_at;
		ensure!(open, Error::<T>::PetitionClosed);
		ensure!(!Signatures::<T>::contains_key(id, &who), Error::<T>::AlreadySigned);
		Self::add_signature(who, id, petition, subscription, T::SignatureBond::get())
	}

	fn add_signature(
		who: T::AccountId,
		id: PetitionId,
		mut petition: Petition<T::AccountId>,
		subscription: SubscriptionId,
		bond: Balance,
	) -> DispatchResult {
		let paid = Self::fees_of(&who, subscription)?;
		ensure!(
			(&paid.operator, paid.service, &paid.asset)
				== (&petition.operator, petition.service, &petition.asset),
			Error::<T>::WrongSubscription
		);
		let threshold = Thresholds::<T>::get(&petition.asset).ok_or(Error::<T>::NoThreshold)?;
		let mut counted = CountedFees::<T>::get(subscription);
		let fees = paid.amount.saturating_sub(counted.fees);
		ensure!(fees > 0, Error::<T>::NoFees);
		if bond > 0 {
			T::Currency::hold(&HoldReason::Petition.into(), &who, bond)?;
		}

		counted.fees = counted.fees.saturating_add(fees);
		counted.signatures = counted.signatures.saturating_add(1);
		CountedFees::<T>::insert(subscription, counted);
		Signatures::<T>::insert(id, &who, Signature { subscription, fees, bond });
		petition.weight = petition.weight.saturating_add(fees);
		petition.signers = petition.signers.saturating_add(1);
		petition.signatures = petition.signatures.saturating_add(1);
		let weight = petition.weight;
		Self::deposit_event(Event::PetitionSigned { petition: id, client: who, fees, weight });
		// Absolute numbers: fees that an operator pays to itself can neither hold a petition up nor make it cheaper.
		if weight >= threshold && petition.signers >= T::MinSigners::get() {
			let slash = Self::pass(id, &petition)?;
			petition.state = PetitionState::Passed { slash };
		}
		Petitions::<T>::insert(id, petition);
		Ok(())
	}

	/// Puts the slash that a petition asks for under review: not more than so many times the fees.
	fn pass(
		id: PetitionId,
		petition: &Petition<T::AccountId>,
	) -> Result<surety_primitives::SlashId, DispatchError> {
		let Petition { operator, service, era, asset, evidence, opener, weight, .. } = petition.clone();
		let at_stake = T::Stake::punishable(&operator, service, era, &asset);
		ensure!(at_stake > 0, Error::<T>::NothingAtStake);
		let most = weight.saturating_mul(T::PetitionMultiple::get().into());
		// Rounded down, so not more than that; yet never nothing at all.
		let fraction = Perbill::from_rational(most, at_stake).max(Perbill::from_parts(1));
		let slash = Self::open_slash(Report {
			operator,
			service,
			era,
			fraction,
			asset: Some(asset),
			evidence,
			reporter: opener,
			source: SlashSource::Petition(id),
			// Bonds are held for it already.
			deposit: 0,
			claims: Vec::new(),
		})?;
		Self::deposit_event(Event::PetitionPassed { petition: id, slash });
		Ok(slash)
	}

	pub(crate) fn do_resolve(id: PetitionId, client: T::AccountId) -> DispatchResult {
		let mut petition = Petitions::<T>::get(id).ok_or(Error::<T>::PetitionNotFound)?;
		let Signature { subscription, fees, bond } =
			Signatures::<T>::get(id, &client).ok_or(Error::<T>::SignatureNotFound)?;
		let forfeited = match petition.state {
			PetitionState::Open => {
				ensure!(Self::now() >= petition.closes_at, Error::<T>::NotDecided);
				false
			}
			PetitionState::Passed { .. } => return Err(Error::<T>::NotDecided.into()),
			PetitionState::Vetoed => true,
			PetitionState::Applied => {
				// Else the same fees would count again.
				ensure!(T::Fees::fees(subscription).is_none(), Error::<T>::FeesStillCounted);
				false
			}
		};
		if forfeited {
			Self::forfeit(HoldReason::Petition, &client, bond)?;
		} else if bond > 0 {
			T::Currency::release(&HoldReason::Petition.into(), &client, bond, Precision::Exact)?;
		}

		CountedFees::<T>::mutate_exists(subscription, |stored| {
			let Some(counted) = stored else { return };
			counted.fees = counted.fees.saturating_sub(fees);
			counted.signatures = counted.signatures.saturating_sub(1);
			if counted.signatures == 0 {
				*stored = None;
			}
		});
		Signatures::<T>::remove(id, &client);
		petition.signatures = petition.signatures.saturating_sub(1);
		match petition.signatures {
			0 => Petitions::<T>::remove(id),
			_ => Petitions::<T>::insert(id, petition),
		}
		Self::deposit_event(Event::SignatureResolved { petition: id, client, bond, forfeited });
		Ok(())
	}

	/// What `client` has paid by one of its subscriptions.
	fn fees_of(
		client: &T::AccountId,
		subscription: SubscriptionId,
	) -> Result<FeesPaid<T::AccountId, AssetKind, Balance>, Error<T>> {
		let paid = T::Fees::fees(subscription).ok_or(Error::SubscriptionNotFound)?;
		ensure!(paid.client == *client, Error::WrongSubscription);
		Ok(paid)
	}
}
