//! Who was present: commitments, publications and snapshots on chain.

use crate::{
	notaries::is_signed,
	pallet::*,
	types::{NotaryRecord, WindowRecord},
};
use frame_support::{
	ensure,
	pallet_prelude::{
		InvalidTransaction, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
	},
	traits::{
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Preservation, Provenance},
		Get,
	},
	weights::Weight,
	BoundedVec,
};
use sp_runtime::{traits::SaturatedConversion, transaction_validity::TransactionPriority, DispatchResult};
use surety_presence::{
	message::{Commitment, SignedCommitment, Snapshot},
	publication::{judge, Verdict},
	Kind, Limits,
};
use surety_primitives::{notary::PublicationMode, AccountId, Balance};

/// Before what must not wait long; there is one for each notary and window, so that nobody can flood with it.
const PRIORITY: TransactionPriority = 1 << 20;

/// A commitment whose signature holds, of a window that can be disputed.
pub(crate) struct Verified {
	pub(crate) who: AccountId,
	pub(crate) notary: NotaryRecord,
	pub(crate) window: WindowRecord,
}

impl<T: Config> Pallet<T> {
	/// Checks a commitment's signature, and that its window is over and can be disputed.
	pub(crate) fn verify(signed: &SignedCommitment) -> Result<Verified, Error<T>> {
		let SignedCommitment { commitment, signature } = signed;
		ensure!(commitment.genesis == Self::genesis(), Error::WrongChain);
		let who = AccountId::new(commitment.notary);
		let notary = Self::notary_of(&who)?;
		let window = Self::disputable(commitment.window)?;
		let key = notary.keys.at(commitment.window).ok_or(Error::NoKey)?;
		ensure!(is_signed(commitment, signature, key), Error::InvalidSignature);
		Ok(Verified { who, notary, window })
	}

	/// Checks that a commitment can be brought on chain now; what costs least first, so that little is lost on others.
	fn check_new(signed: &SignedCommitment, strict: bool) -> Result<Verified, Error<T>> {
		let Commitment { window, base_block, universe, present, size, kind, earlier, .. } = signed.commitment;
		let who = AccountId::new(signed.commitment.notary);
		Self::disputable(window)?;
		let (end, due) = Self::end_of(window).zip(Self::due(window)).ok_or(Error::WindowNotOver)?;
		let now = Self::now();
		ensure!(now < due, Error::TooLate);
		ensure!((end..now).contains(&base_block), Error::InvalidBaseBlock);
		let known = Records::<T>::get(window, &who).and_then(|record| record.commitment);
		ensure!(known.is_none(), Error::AlreadyCommitted);
		let notary = Self::notary_of(&who)?;
		let is_strict = notary.mode.at(window) == Some(&PublicationMode::Strict);
		ensure!(is_strict == strict, Error::WrongMode);
		let sound = universe <= notary.universe
			&& present <= universe
			&& size <= T::MaxBytes::get()
			&& kind.is_exact()
			&& earlier.is_some() == (kind == Kind::Delta)
			&& !(strict && kind == Kind::Delta);
		ensure!(sound, Error::InvalidCommitment);
		Self::verify(signed)
	}

	/// What is paid for so many bytes on chain.
	pub(crate) fn byte_price(bytes: u32) -> Balance {
		T::BytePrice::get().saturating_mul(bytes.into())
	}

	/// Checks that a publication can be brought on chain now, without reading it.
	fn check_publication(
		signed: &SignedCommitment,
		bytes: &BoundedVec<u8, T::MaxBytes>,
	) -> Result<Verified, Error<T>> {
		let len: u32 = bytes.len().saturated_into();
		ensure!(len == signed.commitment.size, Error::WrongBytes);
		// The signature before the bytes: what the notary has not signed is not even hashed.
		let verified = Self::check_new(signed, true)?;
		ensure!(sp_io::hashing::blake2_256(bytes) == signed.commitment.bytes_hash, Error::WrongBytes);
		let price = Self::byte_price(len);
		let left = T::Currency::reducible_balance(&verified.who, Preservation::Preserve, Fortitude::Polite);
		let takes = T::Currency::can_deposit(&T::Treasury::get(), price, Provenance::Extant);
		ensure!(left >= price && (price == 0 || takes.into_result().is_ok()), Error::CannotPay);
		Ok(verified)
	}

	pub(crate) fn authorize_commit(
		_: TransactionSource,
		signed: &SignedCommitment,
	) -> TransactionValidityWithRefund {
		Self::check_new(signed, false).map_err(Self::invalid)?;
		Ok((Self::valid(&signed.commitment), Weight::zero()))
	}

	pub(crate) fn authorize_publish(
		_: TransactionSource,
		signed: &SignedCommitment,
		bytes: &BoundedVec<u8, T::MaxBytes>,
	) -> TransactionValidityWithRefund {
		Self::check_publication(signed, bytes).map_err(Self::invalid)?;
		Ok((Self::valid(&signed.commitment), Weight::zero()))
	}

	/// One for each notary and window, until it is too late.
	fn valid(commitment: &Commitment) -> ValidTransaction {
		let left = Self::due(commitment.window).unwrap_or(0).saturating_sub(Self::now());
		ValidTransaction {
			priority: PRIORITY,
			requires: alloc::vec![],
			provides: alloc::vec![codec::Encode::encode(&(
				b"surety/notary/commit",
				commitment.notary,
				commitment.window
			))],
			longevity: left.into(),
			propagate: true,
		}
	}

	fn invalid(error: Error<T>) -> InvalidTransaction {
		match error {
			Error::WindowNotOver | Error::InvalidBaseBlock => InvalidTransaction::Future,
			Error::TooLate | Error::WindowTooOld | Error::AlreadyCommitted => InvalidTransaction::Stale,
			Error::CannotPay => InvalidTransaction::Payment,
			Error::InvalidSignature | Error::NoKey | Error::WrongBytes => InvalidTransaction::BadProof,
			_ => InvalidTransaction::Call,
		}
	}

	pub(crate) fn do_commit(signed: SignedCommitment) -> DispatchResult {
		let Verified { who, .. } = Self::check_new(&signed, false)?;
		Self::store_commitment(who, signed.commitment, false);
		Ok(())
	}

	fn store_commitment(who: AccountId, commitment: Commitment, published: bool) {
		let Commitment { window, present, root, .. } = commitment;
		Records::<T>::mutate(window, &who, |stored| {
			let record = stored.get_or_insert_with(Default::default);
			record.commitment = Some(commitment);
			record.published = published;
		});
		Self::deposit_event(Event::Committed { notary: who, window, present, root: root.into() });
	}

	pub(crate) fn do_publish(signed: SignedCommitment, bytes: BoundedVec<u8, T::MaxBytes>) -> DispatchResult {
		let Verified { who, notary, .. } = Self::check_publication(&signed, &bytes)?;
		let len: u32 = bytes.len().saturated_into();
		let price = Self::byte_price(len);
		if price > 0 {
			T::Currency::transfer(&who, &T::Treasury::get(), price, Preservation::Preserve)?;
		}
		// The notary has signed for these very bytes: where they belie the commitment it is stored all the same, or they
		// could be sent again and again.
		let mismatch = match judge(&signed.commitment, &bytes, None, &Self::limits(&notary)) {
			Verdict::Matches(_) => None,
			Verdict::Mismatch(mismatch) => Some(mismatch),
			Verdict::OtherBytes => return Err(Error::<T>::WrongBytes.into()),
		};
		let window = signed.commitment.window;
		Self::store_commitment(who.clone(), signed.commitment, true);
		if mismatch.is_none() && Publications::<T>::get(&who).is_none_or(|(latest, _)| latest < window) {
			Publications::<T>::insert(&who, (window, bytes));
		}
		Self::deposit_event(Event::Published { notary: who, window, bytes: len, price, mismatch });
		Ok(())
	}

	/// What a publication of this notary may take.
	pub(crate) fn limits(notary: &NotaryRecord) -> Limits {
		Limits {
			max_universe: T::MaxSlots::get().max(notary.universe),
			max_bytes: T::MaxBytes::get().saturated_into(),
		}
	}

	pub(crate) fn do_commit_snapshot(who: AccountId, snapshot: Snapshot) -> DispatchResult {
		let notary = Self::notary_of(&who)?;
		let Snapshot { base_block, log_leaves, attestations, bytes_hash, .. } = snapshot;
		let newer = Snapshots::<T>::get(&who).is_none_or(|known| known.base_block < base_block);
		ensure!(newer && base_block < Self::now(), Error::<T>::StaleSnapshot);
		let there_are = log_leaves <= Logs::<T>::get(&who).leaves && attestations <= notary.universe;
		ensure!(there_are, Error::<T>::InvalidCommitment);
		Snapshots::<T>::insert(&who, snapshot);
		let bytes_hash = bytes_hash.into();
		Self::deposit_event(Event::SnapshotCommitted { notary: who, base_block, bytes_hash });
		Ok(())
	}
}
