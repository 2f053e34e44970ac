//! Attestations: made, watched, renewed and ended; and the slots they have.

use crate::{
	pallet::*,
	prepaid::Prepaid,
	timeline::Timeline,
	types::{Announced, Attestation, Ended, Key, NotaryRecord, Standing, Tenure},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};
use surety_primitives::{
	notary::{AttestationEnd, LogEntry, RequestId, RequestStatus, RevocationReason, Slot, Window},
	AccountId, Balance, BlockNumber,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_attest(who: AccountId, id: RequestId) -> DispatchResult {
		let request = Self::request_in_time(id)?;
		ensure!(request.notary == who, Error::<T>::NotAuthorized);
		let RequestStatus::Paid(fees) = request.status else { return Err(Error::<T>::NotPaid.into()) };
		let mut notary = Self::notary_of(&who)?;
		ensure!(!notary.leaving, Error::<T>::NotaryLeaving);
		let offer = Self::offer(&request.operator, request.service, request.subsidy)?;
		ensure!(offer == request.offer, Error::<T>::OfferNotFound);
		let slot = Self::assign_slot(&who, &mut notary)?;
		let generation = notary.next_generation;
		notary.next_generation = generation.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		notary.attested = notary.attested.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		notary.requests = notary.requests.saturating_sub(1);
		let prepaid = Prepaid::new(Self::next_window(), request.windows, fees.watch);
		let prepaid = prepaid.ok_or(Error::<T>::NumbersExhausted)?;
		Self::pay(&who, &request.operator, request.subsidy, fees.issue)?;

		let until = prepaid.until();
		let entry = Self::append(
			&who,
			&LogEntry::Attested {
				slot,
				generation,
				operator: request.operator.clone(),
				service: request.service,
				claims: request.claims.clone(),
				until,
				subsidised: request.subsidy.is_some(),
			},
		)?;
		Requests::<T>::remove(id);
		Notaries::<T>::insert(&who, notary);
		Standings::<T>::insert((&who, &request.operator, request.service), Standing::Attested(slot));
		let tenure = Tenure {
			generation,
			operator: request.operator,
			keys: Timeline::new(Self::current_window(), request.key),
			attested_at: Self::now(),
			announced: Announced::default(),
		};
		let attestation = Attestation {
			tenure,
			service: request.service,
			offer,
			claims: request.claims,
			on_quote: request.on_quote,
			subsidy: request.subsidy,
			prepaid,
			deposit: request.deposit,
		};
		Attestations::<T>::insert(&who, slot, attestation);
		Self::deposit_event(Event::Attested { notary: who, slot, generation, request: id, until, entry });
		Ok(())
	}

	/// The slot that has been free for longest, if it can be given out again; else a new one.
	fn assign_slot(who: &AccountId, notary: &mut NotaryRecord) -> Result<Slot, DispatchError> {
		if let Some(slot) = Self::take_free_slot(who, notary) {
			EndedAttestations::<T>::remove(who, slot);
			return Ok(slot);
		}
		let slot = notary.universe;
		ensure!(slot < T::MaxSlots::get(), Error::<T>::MaxSlotsExceeded);
		let deposit = T::SlotDeposit::get();
		Self::hold(HoldReason::Notary, who, deposit)?;
		notary.slots_deposit = notary.slots_deposit.saturating_add(deposit);
		notary.universe = slot.saturating_add(1);
		Ok(slot)
	}

	/// Takes the slot that has been free for longest out of the queue, unless a window can be disputed in which it was
	/// taken.
	pub(crate) fn take_free_slot(who: &AccountId, notary: &mut NotaryRecord) -> Option<Slot> {
		let place = notary.first_free;
		let slot = FreeSlots::<T>::get(who, place)?;
		let ended = EndedAttestations::<T>::get(who, slot)?;
		if ended.ended_in >= Self::first_disputable() {
			return None;
		}
		FreeSlots::<T>::remove(who, place);
		notary.first_free = place.wrapping_add(1);
		Some(slot)
	}

	pub(crate) fn do_collect(who: AccountId, slot: Slot) -> DispatchResult {
		let mut attestation = Self::attestation_at(&who, slot)?;
		let amount = Self::pay_out(&who, &mut attestation, Self::current_window())?;
		ensure!(amount > 0, Error::<T>::NothingToCollect);
		let to = attestation.prepaid.from;
		Attestations::<T>::insert(&who, slot, attestation);
		Self::deposit_event(Event::Collected { notary: who, slot, to, amount });
		Ok(())
	}

	/// Pays a notary for the windows before `to`; says how much.
	fn pay_out(who: &AccountId, attestation: &mut Attestation, to: Window) -> Result<Balance, DispatchError> {
		let amount = attestation.prepaid.pay_out(to);
		Self::pay(who, &attestation.tenure.operator, attestation.subsidy, amount)?;
		Ok(amount)
	}

	pub(crate) fn do_renew(
		operator: AccountId,
		who: AccountId,
		slot: Slot,
		windows: u32,
		max_fee: Balance,
	) -> DispatchResult {
		let notary = Self::notary_of(&who)?;
		ensure!(!notary.leaving, Error::<T>::NotaryLeaving);
		let mut attestation = Self::attestation_of_operator(&who, slot, &operator)?;
		ensure!(notary.renewable, Error::<T>::NotRenewable);
		let offer = Self::offer(&operator, attestation.service, attestation.subsidy)?;
		ensure!(offer == attestation.offer, Error::<T>::OfferNotFound);
		let now = Self::current_window();
		// What has run out has ended, whether somebody has said so or not.
		ensure!(attestation.prepaid.until() > now, Error::<T>::NotRenewable);
		let watch = match attestation.on_quote {
			true => attestation.prepaid.watch(attestation.prepaid.until()),
			false => Self::posted(&notary, &attestation.claims).ok_or(Error::<T>::NotRenewable)?.watch,
		};
		let amount = watch.checked_mul(windows.into()).filter(|amount| *amount <= max_fee);
		let amount = amount.ok_or(Error::<T>::FeeTooHigh)?;
		Self::pay_out(&who, &mut attestation, now)?;
		attestation.prepaid.extend(windows, watch).ok_or(Error::<T>::RenewalPending)?;
		let until = attestation.prepaid.until();
		let ahead = until.saturating_sub(now);
		ensure!(windows > 0 && ahead <= T::MaxWindows::get(), Error::<T>::InvalidWindows);
		Self::charge(&operator, attestation.subsidy, amount)?;

		let generation = attestation.tenure.generation;
		let entry = Self::append(&who, &LogEntry::Renewed { slot, generation, until })?;
		Attestations::<T>::insert(&who, slot, attestation);
		Self::deposit_event(Event::Renewed { notary: who, slot, until, entry });
		Ok(())
	}

	pub(crate) fn do_revoke(who: AccountId, slot: Slot, reason: RevocationReason) -> DispatchResult {
		let attestation = Self::attestation_at(&who, slot)?;
		// The window that has begun is not paid: rounded against the one who moves.
		Self::end(who, slot, attestation, Self::current_window(), AttestationEnd::Revoked(reason))
	}

	pub(crate) fn do_resign(operator: AccountId, who: AccountId, slot: Slot) -> DispatchResult {
		let attestation = Self::attestation_of_operator(&who, slot, &operator)?;
		Self::end(who, slot, attestation, Self::next_window(), AttestationEnd::Resigned)
	}

	pub(crate) fn do_expire(who: AccountId, slot: Slot) -> DispatchResult {
		let attestation = Self::attestation_at(&who, slot)?;
		ensure!(Self::has_expired(&attestation), Error::<T>::StillAttested);
		Self::end(who, slot, attestation, Self::next_window(), AttestationEnd::Expired)
	}

	/// Whether anybody can end an attestation.
	pub(crate) fn has_expired(attestation: &Attestation) -> bool {
		let Attestation { tenure, service, subsidy, offer, prepaid, .. } = attestation;
		Self::current_window() >= prepaid.until()
			|| !Self::is_offered(&tenure.operator, *service, *subsidy, *offer)
	}

	/// Ends an attestation: the notary is paid for the windows before `served`, and the rest returns.
	fn end(
		who: AccountId,
		slot: Slot,
		mut attestation: Attestation,
		served: Window,
		end: AttestationEnd,
	) -> DispatchResult {
		Self::pay_out(&who, &mut attestation, served)?;
		let refunded = attestation.prepaid.total();
		let Attestation { tenure, service, subsidy, deposit, .. } = attestation;
		Self::refund(&tenure.operator, subsidy, refunded)?;
		Self::leave_subsidy(subsidy)?;
		Self::release(HoldReason::Record, &tenure.operator, deposit)?;

		let generation = tenure.generation;
		let entry = Self::append(&who, &LogEntry::Ended { slot, generation, end })?;
		let mut notary = Self::notary_of(&who)?;
		let ended_in = Self::current_window();
		FreeSlots::<T>::insert(&who, notary.next_free, slot);
		notary.next_free = notary.next_free.wrapping_add(1);
		notary.attested = notary.attested.saturating_sub(1);
		notary.settle_last_window(ended_in);
		Notaries::<T>::insert(&who, notary);
		Standings::<T>::remove((&who, &tenure.operator, service));
		Attestations::<T>::remove(&who, slot);
		EndedAttestations::<T>::insert(&who, slot, Ended { tenure, ended_at: Self::now(), ended_in });
		Self::deposit_event(Event::Ended { notary: who, slot, generation, end, refunded, entry });
		Ok(())
	}

	pub(crate) fn do_set_presence_key(
		operator: AccountId,
		who: AccountId,
		slot: Slot,
		key: Key,
	) -> DispatchResult {
		let mut attestation = Self::attestation_of_operator(&who, slot, &operator)?;
		let from = Self::next_window();
		let changed = attestation.tenure.keys.set(from, key, Self::first_disputable());
		changed.ok_or(Error::<T>::TooManyChanges)?;
		Attestations::<T>::insert(&who, slot, attestation);
		Self::deposit_event(Event::PresenceKeySet { notary: who, slot, key, from });
		Ok(())
	}

	pub(crate) fn do_announce_on_chain(operator: AccountId, who: AccountId, slot: Slot) -> DispatchResult {
		let mut attestation = Self::attestation_of_operator(&who, slot, &operator)?;
		let window = Self::current_window();
		ensure!(!attestation.tenure.announced.contains(window), Error::<T>::AlreadyAnnounced);
		attestation.tenure.announced.insert(window);
		Attestations::<T>::insert(&who, slot, attestation);
		Self::deposit_event(Event::Announced { notary: who, slot, window });
		Ok(())
	}

	pub(crate) fn attestation_at(who: &AccountId, slot: Slot) -> Result<Attestation, Error<T>> {
		Attestations::<T>::get(who, slot).ok_or(Error::AttestationNotFound)
	}

	fn attestation_of_operator(
		who: &AccountId,
		slot: Slot,
		operator: &AccountId,
	) -> Result<Attestation, Error<T>> {
		let attestation = Self::attestation_at(who, slot)?;
		ensure!(attestation.tenure.operator == *operator, Error::NotAuthorized);
		Ok(attestation)
	}

	/// Who had a slot at the end of a block. The window of the block can be disputed, so that it is known.
	pub(crate) fn tenure_at(who: &AccountId, slot: Slot, block: BlockNumber) -> Option<Tenure> {
		let tenure = match Attestations::<T>::get(who, slot) {
			Some(attestation) => attestation.tenure,
			None => {
				let ended = EndedAttestations::<T>::get(who, slot)?;
				(ended.ended_at > block).then_some(ended.tenure)?
			}
		};
		(tenure.attested_at <= block).then_some(tenure)
	}
}
