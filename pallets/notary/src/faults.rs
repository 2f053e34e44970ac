//! What notaries can be shown to have done wrong, and by whom.

use crate::{
	notaries::is_signed,
	pallet::*,
	publishing::Verified,
	types::{Intent, Record, Tenure, Witness},
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, traits::Get, BoundedVec};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};
use surety_presence::{
	merkle::Exclusion,
	message::{Announcement, Commitment, Receipt, SignedCommitment},
	publication::{judge, Verdict},
};
use surety_primitives::{
	notary::{fault_evidence, FaultKind, Slot, Window},
	traits::{Offence, Offences},
	AccountId, BlockNumber, Era, SlashId, NOTARISATION,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_intend(who: AccountId, evidence: H256) -> DispatchResult {
		ensure!(!Intents::<T>::contains_key(&who, evidence), Error::<T>::AlreadyIntended);
		let deposit = T::IntentDeposit::get();
		Self::hold(HoldReason::Intent, &who, deposit)?;
		let at = Self::now();
		let expires = at.saturating_add(T::IntentPeriod::get()).saturating_add(1);
		Intents::<T>::insert(&who, evidence, Intent { at, expires, deposit });
		Self::deposit_event(Event::Intended { who, evidence });
		Ok(())
	}

	pub(crate) fn do_withdraw_intent(caller: AccountId, who: AccountId, evidence: H256) -> DispatchResult {
		let intent = Intents::<T>::get(&who, evidence).ok_or(Error::<T>::IntentNotFound)?;
		ensure!(caller == who || Self::now() >= intent.expires, Error::<T>::IntentNotExpired);
		Self::release(HoldReason::Intent, &who, intent.deposit)?;
		Intents::<T>::remove(&who, evidence);
		Self::deposit_event(Event::IntentWithdrawn { who, evidence });
		Ok(())
	}

	/// Takes a promise that was made before this block, and returns its deposit.
	fn reveal(who: &AccountId, evidence: H256) -> DispatchResult {
		let intent = Intents::<T>::take(who, evidence).ok_or(Error::<T>::IntentNotFound)?;
		let now = Self::now();
		ensure!(now > intent.at, Error::<T>::IntentTooEarly);
		ensure!(now < intent.expires, Error::<T>::IntentExpired);
		Self::release(HoldReason::Intent, who, intent.deposit)
	}

	pub(crate) fn do_report_missed(reporter: AccountId, who: AccountId, window: Window) -> DispatchResult {
		let notary = Self::notary_of(&who)?;
		let record = Self::disputable(window)?;
		let late = Self::due(window).is_some_and(|due| Self::now() >= due);
		ensure!(late && notary.owes(window) && !Self::has_committed(&who, window), Error::<T>::NotMissed);
		Self::report_promised(FaultKind::Missed, who, window, record.era, &[], reporter)
	}

	/// Whether there is a commitment for a window.
	fn has_committed(who: &AccountId, window: Window) -> bool {
		Records::<T>::get(window, who).is_some_and(|record| record.commitment.is_some())
	}

	pub(crate) fn do_report_mismatch(
		reporter: AccountId,
		signed: SignedCommitment,
		bytes: BoundedVec<u8, T::MaxBytes>,
		earlier: Option<BoundedVec<u8, T::MaxBytes>>,
	) -> DispatchResult {
		let Verified { who, notary, window } = Self::verify(&signed)?;
		let commitment = signed.commitment;
		let earlier = earlier.as_ref().map(|bytes| bytes.as_slice());
		match judge(&commitment, &bytes, earlier, &Self::limits(&notary)) {
			Verdict::Mismatch(_) => {}
			Verdict::Matches(_) => return Err(Error::<T>::NoMismatch.into()),
			Verdict::OtherBytes => return Err(Error::<T>::WrongBytes.into()),
		}
		let (details, number) = (commitment.encode(), commitment.window);
		Self::report_promised(FaultKind::Mismatch, who, number, window.era, &details, reporter)
	}

	pub(crate) fn do_report_equivocation(
		reporter: AccountId,
		first: SignedCommitment,
		second: SignedCommitment,
	) -> DispatchResult {
		let (a, b) = (&first.commitment, &second.commitment);
		let two = (a.notary, a.window) == (b.notary, b.window) && a != b;
		ensure!(two, Error::<T>::NoEquivocation);
		let Verified { who, window, .. } = Self::verify(&first)?;
		Self::verify(&second)?;
		let details = (a, b).encode();
		Self::report_promised(FaultKind::Equivocation, who, a.window, window.era, &details, reporter)
	}

	pub(crate) fn do_report_omission(
		reporter: AccountId,
		signed: SignedCommitment,
		slot: Slot,
		witness: Witness,
		exclusion: Option<Exclusion>,
	) -> DispatchResult {
		let Verified { who, notary, window } = Self::verify(&signed)?;
		let Commitment { window: number, universe, present, root, genesis, .. } = signed.commitment;
		let base = Self::base_block(&signed.commitment)?;
		let tenure = Self::tenure_at(&who, slot, base).ok_or(Error::<T>::NotAttested)?;
		let Tenure { generation, operator, announced, .. } = tenure;
		// Copying it is of no use to others, and nobody can have another's deposit held.
		ensure!(operator == reporter, Error::<T>::NotAuthorized);
		match witness {
			Witness::OnChain => ensure!(announced.contains(number), Error::<T>::NotAnnounced),
			Witness::Receipt(signature) => {
				let announcement =
					Announcement { genesis, notary: Self::raw(&who), slot, generation, window: number };
				let key = notary.keys.at(number).ok_or(Error::<T>::NoKey)?;
				let receipt = Receipt { announcement };
				ensure!(is_signed(&receipt, &signature, key), Error::<T>::InvalidSignature);
			}
		}
		let left_out =
			slot >= universe || exclusion.is_some_and(|exclusion| exclusion.proves(slot, &root, present));
		ensure!(left_out, Error::<T>::InvalidProof);
		let details = (&signed.commitment, slot, generation).encode();
		Self::report_fault(FaultKind::Omission, who, number, window.era, &details, operator)?;
		Ok(())
	}

	/// The block whose attestations a commitment has to be about: the one that it names, if it is in its time, and else
	/// the end of the window. No block that is not built yet counts as one.
	pub(crate) fn base_block(commitment: &Commitment) -> Result<BlockNumber, Error<T>> {
		let end = Self::end_of(commitment.window).ok_or(Error::WindowNotOver)?;
		let due = Self::due(commitment.window).ok_or(Error::WindowNotOver)?.min(Self::now());
		Ok(match (end..due).contains(&commitment.base_block) {
			true => commitment.base_block,
			false => end,
		})
	}

	/// Reports a fault that was promised before.
	fn report_promised(
		kind: FaultKind,
		who: AccountId,
		window: Window,
		era: Era,
		details: &[u8],
		reporter: AccountId,
	) -> DispatchResult {
		Self::reveal(&reporter, fault_evidence(kind, &who, window, details, &reporter))?;
		Self::report_fault(kind, who, window, era, details, reporter)?;
		Ok(())
	}

	/// Reports a fault as an offence of the era, once for each window and kind.
	pub(crate) fn report_fault(
		kind: FaultKind,
		who: AccountId,
		window: Window,
		era: Era,
		details: &[u8],
		reporter: AccountId,
	) -> Result<SlashId, DispatchError> {
		let mut record: Record = Records::<T>::get(window, &who).unwrap_or_default();
		ensure!(!record.faults.contains(kind), Error::<T>::AlreadyReported);
		let slash = T::Offences::report(Offence {
			operator: who.clone(),
			service: NOTARISATION,
			era,
			fraction: T::Fractions::get().of(kind),
			evidence: fault_evidence(kind, &who, window, details, &reporter),
			reporter: reporter.clone(),
			claims: Vec::new(),
		})?;
		record.faults.insert(kind);
		Records::<T>::insert(window, &who, record);
		Self::deposit_event(Event::FaultReported { notary: who, window, kind, reporter, slash });
		Ok(slash)
	}
}
