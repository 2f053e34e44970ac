//! Notaries: how they come, change and go.

use crate::{
	pallet::*,
	timeline::Timeline,
	types::{Key, NotaryRecord},
};
use frame_support::{ensure, traits::Get};
use sp_core::sr25519::{Public, Signature};
use sp_runtime::{DispatchError, DispatchResult};
use surety_presence::message::{KeyOwnership, Link, Signed};
use surety_primitives::{
	notary::{NotaryTerms, PublicationMode},
	traits::{Operators, Reserve},
	AccountId, OperatorStatus, NOTARISATION,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		who: AccountId,
		terms: NotaryTerms,
		renewable: bool,
		mode: PublicationMode,
		link: Link,
		key: Key,
		proof: [u8; 64],
	) -> DispatchResult {
		ensure!(!Notaries::<T>::contains_key(&who), Error::<T>::NotaryAlreadyExists);
		let serves =
			matches!(T::Operators::status(&who), Some(OperatorStatus::Active | OperatorStatus::Paused));
		ensure!(serves, Error::<T>::OperatorNotActive);
		ensure!(terms.is_sound(), Error::<T>::InvalidTerms);
		Self::check_key(&who, key, proof)?;
		let (bond, deposit, from) = (T::Bond::get(), T::NotaryDeposit::get(), Self::next_window());
		T::Stake::reserve(&who, NOTARISATION, bond)?;
		Self::hold(HoldReason::Notary, &who, deposit)?;

		KeyOwners::<T>::insert(key, &who);
		let notary = NotaryRecord {
			terms,
			renewable,
			mode: Timeline::new(from, mode),
			keys: Timeline::new(from, key),
			link,
			bond,
			deposit,
			slots_deposit: 0,
			universe: 0,
			retired: 0,
			next_generation: 0,
			first_free: 0,
			next_free: 0,
			attested: 0,
			requests: 0,
			challenges: 0,
			leaving: false,
			last_window: None,
		};
		Notaries::<T>::insert(&who, notary);
		Self::deposit_event(Event::Registered { notary: who, bond });
		Ok(())
	}

	pub(crate) fn do_set_terms(who: AccountId, terms: NotaryTerms, renewable: bool) -> DispatchResult {
		ensure!(terms.is_sound(), Error::<T>::InvalidTerms);
		Self::change(&who, |notary| {
			notary.terms = terms;
			notary.renewable = renewable;
			Ok(())
		})?;
		Self::deposit_event(Event::TermsSet { notary: who, renewable });
		Ok(())
	}

	pub(crate) fn do_set_key(who: AccountId, key: Key, proof: [u8; 64]) -> DispatchResult {
		Self::check_key(&who, key, proof)?;
		let from = Self::next_window();
		Self::change(&who, |notary| {
			let before = notary.keys.clone();
			let changed = notary.keys.set(from, key, Self::first_disputable());
			changed.ok_or(Error::<T>::TooManyChanges)?;
			// What is forgotten can be anybody's.
			for old in before.values().filter(|old| notary.keys.values().all(|kept| kept != *old)) {
				KeyOwners::<T>::remove(old);
			}
			Ok(())
		})?;
		KeyOwners::<T>::insert(key, &who);
		Self::deposit_event(Event::KeySet { notary: who, key, from });
		Ok(())
	}

	pub(crate) fn do_set_mode(who: AccountId, mode: PublicationMode) -> DispatchResult {
		let from = Self::next_window();
		Self::change(&who, |notary| {
			let changed = notary.mode.set(from, mode, Self::first_disputable());
			Ok(changed.ok_or(Error::<T>::TooManyChanges)?)
		})?;
		Self::deposit_event(Event::ModeSet { notary: who, mode, from });
		Ok(())
	}

	pub(crate) fn do_set_link(who: AccountId, link: Link) -> DispatchResult {
		Self::change(&who, |notary| {
			notary.link = link.clone();
			Ok(())
		})?;
		Self::deposit_event(Event::LinkSet { notary: who, link });
		Ok(())
	}

	pub(crate) fn do_deregister(who: AccountId) -> DispatchResult {
		let window = Self::current_window();
		Self::change(&who, |notary| {
			ensure!(!notary.leaving, Error::<T>::NotaryLeaving);
			notary.leaving = true;
			notary.settle_last_window(window);
			Ok(())
		})?;
		Self::deposit_event(Event::Deregistered { notary: who });
		Ok(())
	}

	pub(crate) fn do_retire_slots(who: AccountId, count: u32) -> DispatchResult {
		let mut notary = Self::notary_of(&who)?;
		ensure!(notary.leaving, Error::<T>::NotaryNotLeaving);
		let mut slots = 0u32;
		while slots < count {
			let Some(slot) = Self::take_free_slot(&who, &mut notary) else { break };
			EndedAttestations::<T>::remove(&who, slot);
			slots = slots.saturating_add(1);
		}
		ensure!(slots > 0, Error::<T>::NotaryInUse);
		let left = notary.universe.saturating_sub(notary.retired);
		// With the last slot goes all that is held; before, rounded down.
		let part = notary.slots_deposit.checked_div(left.into()).unwrap_or(0);
		let deposit = if slots >= left { notary.slots_deposit } else { part.saturating_mul(slots.into()) };
		Self::release(HoldReason::Notary, &who, deposit)?;
		notary.slots_deposit = notary.slots_deposit.saturating_sub(deposit);
		notary.retired = notary.retired.saturating_add(slots);
		Notaries::<T>::insert(&who, notary);
		Self::deposit_event(Event::SlotsRetired { notary: who, slots, deposit });
		Ok(())
	}

	pub(crate) fn do_close(who: AccountId) -> DispatchResult {
		let notary = Self::notary_of(&who)?;
		ensure!(notary.leaving, Error::<T>::NotaryNotLeaving);
		let idle = (notary.attested, notary.requests, notary.challenges) == (0, 0, 0);
		let over = notary.last_window.is_some_and(|last| last < Self::first_disputable());
		ensure!(idle && over && notary.retired == notary.universe, Error::<T>::NotaryInUse);
		Self::release(HoldReason::Notary, &who, notary.deposit)?;
		T::Stake::release(&who, NOTARISATION, notary.bond);

		notary.keys.values().for_each(KeyOwners::<T>::remove);
		Notaries::<T>::remove(&who);
		Logs::<T>::remove(&who);
		Publications::<T>::remove(&who);
		Snapshots::<T>::remove(&who);
		Self::deposit_event(Event::Closed { notary: who, bond: notary.bond });
		Ok(())
	}

	/// The notary of this account.
	pub(crate) fn notary_of(who: &AccountId) -> Result<NotaryRecord, Error<T>> {
		Notaries::<T>::get(who).ok_or(Error::NotaryNotFound)
	}

	fn change(who: &AccountId, change: impl FnOnce(&mut NotaryRecord) -> DispatchResult) -> DispatchResult {
		Notaries::<T>::try_mutate(who, |stored| match stored {
			Some(notary) => change(notary),
			None => Err(Error::<T>::NotaryNotFound.into()),
		})
	}

	/// Checks that a key is its bearer's, and nobody's yet.
	fn check_key(who: &AccountId, key: Key, proof: [u8; 64]) -> Result<(), DispatchError> {
		ensure!(!KeyOwners::<T>::contains_key(key), Error::<T>::KeyInUse);
		let ownership = KeyOwnership { genesis: Self::genesis(), notary: Self::raw(who) };
		ensure!(is_signed(&ownership, &proof, &key), Error::<T>::InvalidKeyProof);
		Ok(())
	}
}

impl NotaryRecord {
	/// Notes the last window that a notary has to publish, when it is leaving and nothing is attested any more.
	pub(crate) fn settle_last_window(&mut self, window: u32) {
		if self.leaving && self.attested == 0 {
			self.last_window.get_or_insert(window);
		}
	}

	/// Whether a commitment is due for a window.
	pub(crate) fn owes(&self, window: u32) -> bool {
		matches!(self.mode.at(window), Some(PublicationMode::Mixed | PublicationMode::Strict))
			&& self.last_window.is_none_or(|last| window <= last)
	}
}

/// Whether a message bears the signature of this key.
pub(crate) fn is_signed(message: &impl Signed, signature: &[u8; 64], key: &Key) -> bool {
	let (signature, key) = (Signature::from_raw(*signature), Public::from_raw(*key));
	sp_io::crypto::sr25519_verify(&signature, &message.payload(), &key)
}
