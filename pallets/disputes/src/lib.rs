//! Disputes: evidence that an operator has answered wrongly becomes an offence (S1, S3 §4). Nobody votes and nobody is asked:
//! what the operator has signed is enough.
//!
//! - **Answer keys.** An operator registers the keys that it signs statements about its answers with, and rotates them. One
//!   that was retired is kept for as long as anything that it may have signed can be shown.
//! - **Evidence** is of two kinds: an answer that the check of the service finds wrong, and two answers that contradict each
//!   other. What it has to show, and why a retry convicts nobody, is told in `surety_dispute`. It is judged by the rules that
//!   the operator has signed with the answer, so nothing that becomes of the service, the offer or the operator later counts.
//! - **Who reports** is named in the evidence as the author of a request; anybody else commits to the evidence before it shows
//!   it. So nobody can copy a report out of the pool.
//! - **When.** The offence is of the era in which the request ended, which both have signed. Until then nothing can be reported,
//!   and not after the report window. No request convicts twice, and no operator more than so often in an era on a service.
//! - **What it costs** is slashing's to review and settle. The authors of the requests are its victims, by the fees that they
//!   have paid for the service.
//!
//! Missed challenges are not reported here: agreements do that themselves, and know alone what was promised.
//!
//! | file | what |
//! | --- | --- |
//! | `keys.rs`, `commitments.rs`, `reporting.rs` | the calls |
//! | `eras.rs` | which era a time was in |
//! | `types.rs` | what is stored, and what the pallet asks of others |
//! | `views.rs` | what clients read |
//! | `try_state.rs` | the proof that it all adds up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::{
	check_of, rules_of, AnswerKey, AnswerKeys, Commitment, Contracts, Conviction, EraStart, NativeVerifiers,
};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod commitments;
mod crypto;
mod eras;
mod errors;
mod events;
mod keys;
#[cfg(test)]
mod mock;
mod money;
mod reporting;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

/// Number of a conviction, given when it is made and never reused.
pub type ConvictionId = u32;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::boxed::Box;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, Time},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::{traits::HeaderProvider, Perbill};
	use surety_dispute::{Evidence, Fault};
	use surety_primitives::{
		traits::{Offences, Slashable},
		AccountId, AssetKind, Balance, BlockNumber, Era, ServiceId, SlashId,
	};
	use surety_response::{relay::Ms, KeyIndex, PublicKey};

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		AccountId = AccountId,
		Hash = H256,
		Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which the native token is held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which deposits are held.
		type Currency: fungible::Mutate<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The time, in ms of Unix time.
		type Time: Time<Moment = Ms>;

		/// Eras of the stake that answers, and how far back an offence can be.
		type Stake: Slashable<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Where offences are reported.
		type Offences: Offences<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Subscriptions and agreements, by which requests are made.
		type Contracts: Contracts<AccountId>;

		/// The runtime's own verifiers.
		type NativeVerifiers: NativeVerifiers;

		/// Deposit for an answer key, in the native token's smallest unit.
		#[pallet::constant]
		type KeyDeposit: Get<Balance>;

		/// Deposit for a commitment, in the native token's smallest unit.
		#[pallet::constant]
		type CommitmentDeposit: Get<Balance>;

		/// Deposit for the record of a conviction, in the native token's smallest unit. Slashing takes one for the report beside it.
		#[pallet::constant]
		type RecordDeposit: Get<Balance>;

		/// Answer keys of an operator at the most, those that were retired among them.
		#[pallet::constant]
		type MaxKeys: Get<u32>;

		/// Eras at the most of which it is kept when they began: more than can be reported.
		#[pallet::constant]
		type MaxEras: Get<u32>;

		/// How long a request may last that a key still answers for after it was retired, in ms.
		#[pallet::constant]
		type MaxRequestLife: Get<Ms>;

		/// Blocks from a commitment to the evidence at the least: more than a report waits in the pool.
		#[pallet::constant]
		type CommitmentDelay: Get<BlockNumber>;

		/// Blocks from a commitment on in which the evidence can be shown.
		#[pallet::constant]
		type CommitmentLife: Get<BlockNumber>;

		/// Part of what backs the service that a wrong answer costs.
		#[pallet::constant]
		type WrongAnswerFraction: Get<Perbill>;

		/// Part of what backs the service that a contradiction costs.
		#[pallet::constant]
		type ContradictionFraction: Get<Perbill>;

		/// How many times the fees that it has paid a victim asks for. Beyond once it is paid of the operator's own stake only.
		#[pallet::constant]
		type CompensationMultiple: Get<u32>;

		/// Convictions at the most of an operator on a service in an era: however many answers one fault has spoilt, and however
		/// often it was asked for them.
		#[pallet::constant]
		type MaxConvictions: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why the pallet holds the native token.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for an answer key.
		AnswerKey,
		/// Deposit for a commitment.
		Commitment,
		/// Deposit for the record of a conviction.
		Conviction,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The answer keys of operators, by their places.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, AnswerKeys<T::MaxKeys>, ValueQuery>;

	/// Commitments to evidence, by who has made them and what they are.
	#[pallet::storage]
	pub type Commitments<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, H256, Commitment>;

	/// When eras of stake began, oldest first: those of which offences can be reported, and the one before at the most.
	#[pallet::storage]
	pub type Eras<T: Config> = StorageValue<_, BoundedVec<EraStart, T::MaxEras>, ValueQuery>;

	/// Number of the next conviction.
	#[pallet::storage]
	pub type NextConvictionId<T> = StorageValue<_, ConvictionId, ValueQuery>;

	/// Convictions, for as long as the same could be reported again.
	#[pallet::storage]
	pub type Convictions<T> = StorageMap<_, Twox64Concat, ConvictionId, Conviction>;

	/// The conviction that a request has led to, by operator and hash of the request.
	#[pallet::storage]
	pub type ByRequest<T> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, H256, ConvictionId>;

	/// Number of convictions, by operator, service and era.
	#[pallet::storage]
	pub type Counts<T> = StorageNMap<
		_,
		(NMapKey<Blake2_128Concat, AccountId>, NMapKey<Twox64Concat, ServiceId>, NMapKey<Twox64Concat, Era>),
		u32,
		ValueQuery,
	>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::note_era();
			T::WeightInfo::note_era()
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert!(T::KeyDeposit::get() > 0, "keys that cost nothing can fill the state");
			assert!(T::CommitmentDeposit::get() > 0, "commitments that cost nothing can fill the state");
			assert!(T::RecordDeposit::get() > 0, "records that cost nothing can fill the state");
			assert!((2..=256).contains(&T::MaxKeys::get()), "keys could not be rotated, or have no places");
			assert!(T::MaxEras::get() > 1, "nothing could be reported after an era");
			assert!(T::MaxRequestLife::get() > 0, "a retired key would not answer for what it has signed");
			assert!(T::CommitmentDelay::get() > 0, "evidence could be copied and committed to at once");
			assert!(T::CommitmentLife::get() > T::CommitmentDelay::get(), "nothing could be shown in time");
			assert!(!T::WrongAnswerFraction::get().is_zero(), "a wrong answer would cost nothing");
			assert!(!T::ContradictionFraction::get().is_zero(), "a contradiction would cost nothing");
			assert!(T::CompensationMultiple::get() > 0, "victims would get nothing");
			assert!(T::MaxConvictions::get() > 0, "nobody could be convicted");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers an answer key of the signer's: it answers for what is signed with it from now on.
		///
		/// - Dispatch origin: signed by whoever will answer.
		/// - Details: its place is the least that is free. A deposit is held, and returned when it is removed. There can be
		///   several at a time.
		/// - Errors: `KeyAlreadyExists`, `MaxKeysExceeded`; the token's when the money is not there.
		/// - Events: `KeyRegistered`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register_key())]
		pub fn register_key(origin: OriginFor<T>, key: PublicKey) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register_key(who, key)
		}

		/// Retires an answer key of the signer's: requests that end more than `MaxRequestLife` later are not answered by it.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: for what it has signed before it goes on to answer. There is no way back: register another.
		/// - Errors: `KeyNotFound`, `AlreadyRetired`.
		/// - Events: `KeyRetired`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::retire_key())]
		pub fn retire_key(origin: OriginFor<T>, key: KeyIndex) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire_key(who, key)
		}

		/// Removes an answer key that was retired so long ago that nothing it has signed can be shown any more. The deposit comes
		/// back, and its place is free.
		///
		/// - Dispatch origin: signed by anybody. Free of charge.
		/// - Errors: `KeyNotFound`, `NotRetired`, `StillAnswering`.
		/// - Events: `KeyRemoved`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::remove_key())]
		pub fn remove_key(
			origin: OriginFor<T>,
			operator: AccountId,
			key: KeyIndex,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_remove_key(operator, key)?;
			Ok(Pays::No.into())
		}

		/// Commits to evidence in which the signer is not named as the author of a request.
		///
		/// - Dispatch origin: signed by who is going to report.
		/// - Details: `hash` is `surety_dispute::commitment` of the chain's genesis, the evidence's hash, the signer and a salt that
		///   nobody can guess. A deposit is held, and returned with the report.
		/// - Errors: `AlreadyCommitted`; the token's when the money is not there.
		/// - Events: `Committed`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(origin: OriginFor<T>, hash: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit(who, hash)
		}

		/// Withdraws a commitment, and returns its deposit.
		///
		/// - Dispatch origin: signed by who has made it; by anybody once it is of no use any more.
		/// - Errors: `CommitmentNotFound`, `CommitmentNotExpired`.
		/// - Events: `CommitmentWithdrawn`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, by: AccountId, hash: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who, by, hash)
		}

		/// Reports that an operator has answered wrongly. Free of charge where that is so.
		///
		/// - Dispatch origin: signed by the author of a request in the evidence, without `salt`; or by anybody who has committed to
		///   the evidence, with the salt of it.
		/// - Details: slashing holds a deposit for the report, which a veto forfeits. Another one is held for the record, and
		///   returned when it is forgotten.
		/// - Errors: `NotAuthorized`, `CommitmentNotFound`, `CommitmentTooYoung`, `CommitmentExpired`; `RequestNotOver`, `TooOld`,
		///   `AlreadyConvicted`, `MaxConvictionsExceeded`; `OtherRequest`, `OtherQuestion`, `OtherRecipient`, `Refused`, `SameAnswer`,
		///   `Unrelated`, `RightAnswer`, `NotChecked`, `NothingNamed`, `BodyTooLong`, `OtherBody`, `VerifierNotFound`;
		///   `ServiceUnknown`; `KeyNotFound`, `KeyTooYoung`, `KeyTooOld`, `WrongSignature`; `NumbersExhausted`; those of slashing and of the
		///   stake; the token's when the money is not there.
		/// - Events: `Convicted`.
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::weight_of(evidence))]
		pub fn report(
			origin: OriginFor<T>,
			evidence: Box<Evidence>,
			salt: Option<H256>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_report(who, &evidence, salt)?;
			Ok(Pays::No.into())
		}

		/// Forgets a conviction that nobody can report again, and returns the deposit for its record.
		///
		/// - Dispatch origin: signed by anybody. Free of charge.
		/// - Errors: `ConvictionNotFound`, `TooEarly`.
		/// - Events: `Forgotten`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(
			origin: OriginFor<T>,
			#[pallet::compact] conviction: ConvictionId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_forget(conviction)?;
			Ok(Pays::No.into())
		}
	}
}
