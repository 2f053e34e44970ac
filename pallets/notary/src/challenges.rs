//! What notaries are asked to show, and what becomes of it.

use crate::{
	notaries::is_signed,
	pallet::*,
	publishing::Verified,
	types::{Challenge, Expected},
};
use codec::Encode;
use frame_support::{ensure, traits::Get, BoundedVec};
use sp_io::hashing::blake2_256;
use sp_runtime::DispatchResult;
use surety_presence::{
	merkle::LeafProof,
	message::{Announcement, SignedCommitment},
};
use surety_primitives::{
	notary::{ChallengeSubject, FaultKind, Slot, Window},
	traits::Offences,
	AccountId, Balance,
};

/// What a challenge that is not answered shows.
fn fault_of(subject: ChallengeSubject) -> FaultKind {
	match subject {
		ChallengeSubject::Bytes => FaultKind::Withheld,
		ChallengeSubject::Announcement(_) => FaultKind::Unannounced,
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_challenge_bytes(challenger: AccountId, signed: SignedCommitment) -> DispatchResult {
		let verified = Self::verify(&signed)?;
		let commitment = signed.commitment;
		let published = Records::<T>::get(commitment.window, &verified.who)
			.is_some_and(|record| record.published && record.commitment.as_ref() == Some(&commitment));
		ensure!(!published, Error::<T>::OnChainAlready);
		let bytes = Self::byte_price(commitment.size.min(T::MaxBytes::get()));
		let fee = T::ChallengeFee::get().saturating_add(bytes);
		let expected = Expected::Bytes { publication: commitment.bytes_hash, earlier: commitment.earlier };
		let key = (commitment.window, ChallengeSubject::Bytes);
		Self::challenge(challenger, verified, key, fee, expected)
	}

	pub(crate) fn do_audit(
		challenger: AccountId,
		signed: SignedCommitment,
		slot: Slot,
		proof: LeafProof,
	) -> DispatchResult {
		let verified = Self::verify(&signed)?;
		let commitment = signed.commitment;
		ensure!(proof.proves(slot, &commitment.root, commitment.present), Error::<T>::InvalidProof);
		let window = commitment.window;
		let tenure = Self::tenure_at(&verified.who, slot, Self::base_block(&commitment)?);
		let on_chain = tenure.as_ref().is_some_and(|tenure| tenure.announced.contains(window));
		ensure!(!on_chain, Error::<T>::OnChainAlready);
		let expected = tenure.and_then(|tenure| Some((tenure.generation, *tenure.keys.at(window)?)));
		let key = (window, ChallengeSubject::Announcement(slot));
		let fee = T::ChallengeFee::get();
		Self::challenge(challenger, verified, key, fee, Expected::Announcement(expected))
	}

	fn challenge(
		challenger: AccountId,
		verified: Verified,
		key: (Window, ChallengeSubject),
		fee: Balance,
		expected: Expected,
	) -> DispatchResult {
		let Verified { who, mut notary, window } = verified;
		ensure!(!Challenges::<T>::contains_key(&who, key), Error::<T>::AlreadyChallenged);
		let (number, subject) = key;
		let reported =
			Records::<T>::get(number, &who).is_some_and(|record| record.faults.contains(fault_of(subject)));
		ensure!(!reported, Error::<T>::AlreadyReported);
		let deposit = T::RecordDeposit::get();
		Self::hold(HoldReason::Record, &challenger, deposit)?;
		let report = T::Offences::deposit();
		Self::hold(HoldReason::Challenge, &challenger, fee.saturating_add(report))?;

		notary.challenges = notary.challenges.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		Notaries::<T>::insert(&who, notary);
		let due = Self::now().saturating_add(T::AnswerPeriod::get());
		Self::deposit_event(Event::Challenged {
			notary: who.clone(),
			window: number,
			subject,
			challenger: challenger.clone(),
			fee,
			due,
		});
		let challenge = Challenge { challenger, fee, report, deposit, due, era: window.era, expected };
		Challenges::<T>::insert(who, key, challenge);
		Ok(())
	}

	pub(crate) fn do_answer_bytes(
		who: AccountId,
		window: Window,
		bytes: BoundedVec<u8, T::MaxBytes>,
		earlier: Option<BoundedVec<u8, T::MaxBytes>>,
	) -> DispatchResult {
		let subject = ChallengeSubject::Bytes;
		let challenge = Self::challenge_at(&who, window, subject)?;
		let shown = (blake2_256(&bytes), earlier.map(|bytes| blake2_256(&bytes)));
		let asked = match challenge.expected {
			Expected::Bytes { publication, earlier } => (publication, earlier),
			Expected::Announcement(_) => return Err(Error::<T>::WrongAnswer.into()),
		};
		// More than was asked for does no harm.
		let right = shown.0 == asked.0 && asked.1.is_none_or(|earlier| shown.1 == Some(earlier));
		ensure!(right, Error::<T>::WrongAnswer);
		Self::answer(who, window, subject, challenge)
	}

	pub(crate) fn do_answer_audit(
		who: AccountId,
		window: Window,
		slot: Slot,
		signature: [u8; 64],
	) -> DispatchResult {
		let subject = ChallengeSubject::Announcement(slot);
		let challenge = Self::challenge_at(&who, window, subject)?;
		let Expected::Announcement(Some((generation, key))) = challenge.expected else {
			return Err(Error::<T>::WrongAnswer.into());
		};
		let announcement =
			Announcement { genesis: Self::genesis(), notary: Self::raw(&who), slot, generation, window };
		ensure!(is_signed(&announcement, &signature, &key), Error::<T>::WrongAnswer);
		Self::answer(who, window, subject, challenge)
	}

	/// Pays the notary for the answer.
	fn answer(
		who: AccountId,
		window: Window,
		subject: ChallengeSubject,
		challenge: Challenge,
	) -> DispatchResult {
		let Challenge { challenger, fee, report, deposit, .. } = challenge;
		Self::transfer_held(HoldReason::Challenge, &challenger, &who, fee)?;
		Self::release(HoldReason::Challenge, &challenger, report)?;
		Self::release(HoldReason::Record, &challenger, deposit)?;
		Self::forget_challenge(&who, window, subject)?;
		Self::deposit_event(Event::Answered { notary: who, window, subject, fee });
		Ok(())
	}

	pub(crate) fn do_conclude(who: AccountId, window: Window, subject: ChallengeSubject) -> DispatchResult {
		let Challenge { challenger, fee, report, deposit, due, era, expected } =
			Self::challenge_at(&who, window, subject)?;
		ensure!(Self::now() >= due, Error::<T>::StillDue);
		// First, so that it can be held as the deposit for the report.
		Self::release(HoldReason::Challenge, &challenger, fee.saturating_add(report))?;
		Self::release(HoldReason::Record, &challenger, deposit)?;
		Self::forget_challenge(&who, window, subject)?;
		let kind = fault_of(subject);
		let reported = Records::<T>::get(window, &who).is_some_and(|record| record.faults.contains(kind));
		let disputable = Self::disputable(window).is_ok();
		let slash = if disputable && !reported {
			let details = (subject, expected).encode();
			Some(Self::report_fault(kind, who.clone(), window, era, &details, challenger)?)
		} else {
			None
		};
		Self::deposit_event(Event::ChallengeConcluded { notary: who, window, subject, slash });
		Ok(())
	}

	fn forget_challenge(who: &AccountId, window: Window, subject: ChallengeSubject) -> DispatchResult {
		Challenges::<T>::remove(who, (window, subject));
		let mut notary = Self::notary_of(who)?;
		notary.challenges = notary.challenges.saturating_sub(1);
		Notaries::<T>::insert(who, notary);
		Ok(())
	}

	fn challenge_at(
		who: &AccountId,
		window: Window,
		subject: ChallengeSubject,
	) -> Result<Challenge, Error<T>> {
		Challenges::<T>::get(who, (window, subject)).ok_or(Error::ChallengeNotFound)
	}
}
