//! How operators show that they still have the data, and the randomness that says of which chunks.
//!
//! Rounds are due in blocks that the agreement fixes. A round is drawn from the first beacon that is valid for what was fixed
//! before its block: so the chunks are the same whoever asks, and whenever, and nobody can wait for others that it likes
//! better.

use crate::{
	pallet::*,
	types::{Agreement, Beacon},
};
use frame_support::{
	ensure,
	traits::{Get, Randomness},
};
use sp_core::H256;
use sp_runtime::DispatchResult;
use surety_agreement::sampling;
use surety_primitives::{
	agreement::{Audits, BeaconId, ChunkProof, Data},
	traits::Slashable,
	AccountId, AgreementId, Balance, BlockNumber,
};

/// Beacons that are forgotten in a block at the most: more than are kept.
const FORGOTTEN_AT_ONCE: u32 = 2;

/// A round of audits whose chunks are known.
pub(crate) struct Round {
	pub(crate) number: u32,
	pub(crate) beacon: Beacon,
	pub(crate) audits: Audits,
	pub(crate) data: Data,
}

impl Round {
	/// First block in which it is too late.
	pub(crate) fn due(&self) -> BlockNumber {
		self.beacon.at.saturating_add(self.audits.answer)
	}

	/// Which chunks are to be shown, one after the other.
	pub(crate) fn leaves(&self, agreement: AgreementId) -> impl Iterator<Item = u64> + '_ {
		let leaves = self.data.leaves();
		(0..self.audits.samples)
			.map(move |sample| sampling::leaf(&self.beacon.seed.0, agreement, self.number, sample, leaves))
	}
}

impl<T: Config> Pallet<T> {
	/// Keeps new randomness, if there is any.
	pub(crate) fn watch_randomness() {
		let (seed, valid_for) = T::Randomness::random(b"surety/agreements/beacon/1");
		if valid_for > KeptBeacons::<T>::get().latest {
			Self::keep_beacon(seed, valid_for);
		}
	}

	/// Keeps randomness that is valid for what was fixed before a block, and forgets some that is old.
	pub(crate) fn keep_beacon(seed: H256, valid_for: BlockNumber) {
		let now = Self::now();
		let mut kept = KeptBeacons::<T>::get();
		let Some(next) = kept.next.checked_add(1) else { return };
		let beacon = Beacon { seed, valid_for, after: kept.latest, at: now, era: T::Stake::era() };
		Beacons::<T>::insert(kept.next, beacon);
		Self::deposit_event(Event::BeaconKept { beacon: kept.next, valid_for });
		(kept.next, kept.latest) = (next, valid_for);
		for _ in 0..FORGOTTEN_AT_ONCE {
			let old = |beacon: &Beacon| beacon.at.saturating_add(T::BeaconLife::get()) < now;
			let Some(beacon) = Beacons::<T>::get(kept.first).filter(old) else { break };
			Beacons::<T>::remove(kept.first);
			kept.first = kept.first.saturating_add(1);
			kept.forgotten = beacon.valid_for;
		}
		KeptBeacons::<T>::put(kept);
	}

	/// The round that is to be shown next, drawn from a beacon.
	pub(crate) fn round_of(agreement: &Agreement, beacon: BeaconId) -> Result<Round, Error<T>> {
		let (audits, data) = agreement.terms.audits.zip(agreement.terms.data).ok_or(Error::NoRound)?;
		let (number, at) = agreement.round(KeptBeacons::<T>::get().forgotten).ok_or(Error::NoRound)?;
		let beacon = Beacons::<T>::get(beacon).ok_or(Error::WrongBeacon)?;
		ensure!((beacon.after..beacon.valid_for).contains(&at), Error::<T>::WrongBeacon);
		Ok(Round { number, beacon, audits, data })
	}

	pub(crate) fn do_answer_audit(
		who: AccountId,
		id: AgreementId,
		beacon: BeaconId,
		proofs: &[ChunkProof],
	) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		ensure!(who == agreement.operator, Error::<T>::NotAuthorized);
		let round = Self::round_of(&agreement, beacon)?;
		ensure!(Self::now() < round.due(), Error::<T>::TooLate);
		let all = proofs.len() == round.audits.samples as usize;
		let right = round.leaves(id).zip(proofs).all(|(leaf, proof)| proof.is_of(&round.data, leaf));
		ensure!(all && right, Error::<T>::WrongChunks);

		agreement.next_round = round.number.saturating_add(1);
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::AuditAnswered { agreement: id, round: round.number });
		Ok(())
	}

	/// Returns what is owed for it.
	pub(crate) fn do_report_missed(id: AgreementId, beacon: BeaconId) -> Result<Balance, Error<T>> {
		let mut agreement = Self::find(id)?;
		let round = Self::round_of(&agreement, beacon)?;
		ensure!(Self::now() >= round.due(), Error::<T>::StillDue);

		let reportable = round.beacon.era >= T::Stake::first_reportable();
		let penalty: Balance = if reportable { round.audits.penalty } else { 0 };
		agreement.debts.forget_before(T::Stake::first_reportable());
		agreement.debts.add(round.beacon.era, penalty);
		agreement.missed = agreement.missed.saturating_add(1);
		agreement.next_round = round.number.saturating_add(1);
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::AuditMissed { agreement: id, round: round.number, penalty });
		Ok(penalty)
	}
}
