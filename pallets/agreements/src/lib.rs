//! Agreements: what a client and an operator promise each other, and what becomes of it when it is not kept (S3 §6).
//!
//! - **Agreeing.** One proposes all terms, the other consents to just these. From then on the fee is held from the client
//!   and paid by the block, and a part of the operator's own stake is reserved: all that penalties can come to. Either can
//!   give notice, and the client can prolong it as often as the terms say.
//! - **Downtime.** An operator that was cut off from the main component is down from the block of the cut on. So is one that
//!   does not answer in time by a path from the centre when the client asks for one, which the client pays for. It is up again
//!   when it is in the main component and shows a path that keeps to the terms. How that is counted, and why flapping does not
//!   pay, is told in `surety_agreement::downtime`. No fee is due for blocks in which it was down.
//! - **Audits.** In the blocks of a schedule it is drawn which chunks of the data the operator has to show. The chain keeps
//!   randomness as it becomes valid, and each round is drawn from the first that nobody could know when the round was due. How
//!   many chunks find a loss is told in `surety_agreement::sampling`. Chunks that are wrong are not taken, and the time goes on.
//! - **Penalties.** What is past the promise, and each round that is missed, is owed. The client claims it as an offence:
//!   slashing has it reviewed, so that governance can veto it, and settles who gets it. It takes of the operator's own stake what
//!   is owed, and never more than is reserved; of what was delegated the same fraction, as any slash does.
//! - **Closing.** When the agreement is over and the client has had its time, anybody closes it, and all that was held
//!   comes back.
//!
//! Nothing here loops over agreements: whoever has an interest in one names it. What others do for both, and what changes
//! something, is free of charge.
//!
//! | file | what |
//! | --- | --- |
//! | `agreeing.rs`, `reaching.rs`, `audits.rs`, `penalties.rs`, `closing.rs` | the calls |
//! | `money.rs` | what is held, paid and returned |
//! | `types.rs` | what is stored, and its arithmetic |
//! | `views.rs` | what clients read |
//! | `try_state.rs` | the proof that it all adds up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod agreeing;
mod audits;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod closing;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod money;
mod penalties;
mod reaching;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::boxed::Box;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles, Randomness},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::traits::{HeaderProvider, SaturatedConversion};
	use surety_primitives::{
		agreement::{AgreementTerms, BeaconId, ChunkProof, OwnStake, Party, Verdicts},
		traits::{Offences, Operators, Reserve, Services, Sharing, Slashable, Stake, Topology},
		AccountId, AgreementId, AssetKind, Balance, BlockNumber, EdgeId, Era, SlashId,
	};

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		AccountId = AccountId,
		Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
	>
	{
		/// Reasons for which tokens are held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which deposits are held and answers are paid.
		type Currency: fungible::Mutate<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// Every asset that fees are paid in, the native token among them.
		type Assets: fungibles::MutateHold<
			AccountId,
			AssetId = AssetKind,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// Who is an operator.
		type Operators: Operators<AccountId>;

		/// What services there are.
		type Services: Services<AccountId>;

		/// The network in which operators are to be within reach.
		type Topology: Topology<AccountId>;

		/// The stake behind operators.
		type Stake: Stake<AccountId, Asset = AssetKind, Balance = Balance>
			+ Reserve<AccountId, Balance = Balance>
			+ Slashable<AccountId, Asset = AssetKind, Balance = Balance>;

		/// What of it is their own.
		type OwnStake: OwnStake<AccountId>;

		/// Those with whom an operator shares what it is paid.
		type Sharing: Sharing<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Where penalties are reported.
		type Offences: Offences<AccountId, Asset = AssetKind, Balance = Balance>;

		/// What becomes of them.
		type Verdicts: Verdicts;

		/// Randomness, with the block before which it was known to nobody.
		type Randomness: Randomness<H256, BlockNumber>;

		/// Deposit for the record of a proposal, and of the agreement that comes of it, in the native token's smallest unit.
		#[pallet::constant]
		type RecordDeposit: Get<Balance>;

		/// What the answer to a challenge is paid, in the native token's smallest unit: more than it costs to send.
		#[pallet::constant]
		type ChallengeFee: Get<Balance>;

		/// Blocks for which a proposal can be accepted.
		#[pallet::constant]
		type ProposalLifetime: Get<BlockNumber>;

		/// Blocks after the end of an agreement in which the client can claim penalties. An agreement keeps the number it was
		/// made under.
		#[pallet::constant]
		type ClaimsPeriod: Get<BlockNumber>;

		/// Blocks at the least in which an operator answers, and from one round of audits to the next.
		#[pallet::constant]
		type MinAnswer: Get<BlockNumber>;

		/// Blocks at the most.
		#[pallet::constant]
		type MaxAnswer: Get<BlockNumber>;

		/// Blocks for which randomness is kept: for as long as a round that was missed can be answered or reported.
		#[pallet::constant]
		type BeaconLife: Get<BlockNumber>;

		/// Blocks at the most that are paid ahead, or that a period, a notice or an interval lasts.
		#[pallet::constant]
		type MaxLength: Get<BlockNumber>;

		/// Chunks at the most that are shown in a round.
		#[pallet::constant]
		type MaxSamples: Get<u32>;

		/// Edges of a path at the most.
		#[pallet::constant]
		type MaxPath: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes assets for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<AccountId>;

		/// Cuts nodes off for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type Isolate: surety_primitives::agreement::Isolate<AccountId>;
	}

	/// Why the pallet holds tokens.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposits for proposals and agreements.
		Deposit,
		/// Fees that are paid ahead.
		Fee,
		/// What answers to challenges are paid.
		Challenge,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Number of the next agreement.
	#[pallet::storage]
	pub type NextAgreementId<T> = StorageValue<_, AgreementId, ValueQuery>;

	/// Terms that wait to be accepted.
	#[pallet::storage]
	pub type Proposals<T> = StorageMap<_, Twox64Concat, AgreementId, Proposal>;

	/// Agreements, until they are closed.
	#[pallet::storage]
	pub type Agreements<T> = StorageMap<_, Twox64Concat, AgreementId, Agreement>;

	/// Agreements of a client.
	#[pallet::storage]
	pub type ByClient<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, AgreementId, ()>;

	/// Agreements of an operator.
	#[pallet::storage]
	pub type ByOperator<T> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, AgreementId, ()>;

	/// Randomness that is kept.
	#[pallet::storage]
	pub type Beacons<T> = StorageMap<_, Twox64Concat, BeaconId, Beacon>;

	/// Which of it that is.
	#[pallet::storage]
	pub type KeptBeacons<T> = StorageValue<_, Kept, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::watch_randomness();
			T::WeightInfo::watch_randomness()
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert!(T::MinAnswer::get() > 0, "nobody could answer in time");
			assert!(T::MinAnswer::get() <= T::MaxAnswer::get(), "nothing could be agreed on");
			assert!(
				T::BeaconLife::get() > T::MaxAnswer::get(),
				"rounds would be forgotten before they are due"
			);
			assert!(T::ClaimsPeriod::get() > T::MaxAnswer::get(), "a last failure could not be claimed for");
			assert!(T::RecordDeposit::get() > 0, "records that cost nothing can fill the state");
			assert!(T::ChallengeFee::get() > 0, "operators could be asked without end");
			assert!(T::MaxLength::get() > 0 && T::MaxSamples::get() > 0, "nothing could be agreed on");
			assert!(T::MaxPath::get() >= T::Topology::max_path(), "a path could be too long to be shown");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Proposes an agreement.
		///
		/// - Dispatch origin: signed, by the one of the two that `by` says.
		/// - Details: `other` is the other one. A deposit for the record is held, and returned when the proposal is withdrawn or
		///   the agreement closed. What was proposed can be accepted until it lapses.
		/// - Errors: `SelfAgreement`, `InvalidTerms`, `NumbersExhausted`.
		/// - Events: `Proposed`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::propose())]
		pub fn propose(
			origin: OriginFor<T>,
			by: Party,
			other: AccountId,
			terms: Box<AgreementTerms>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose(who, by, other, *terms)
		}

		/// Consents to what the other one has proposed: the agreement is made.
		///
		/// - Dispatch origin: signed by the one that has not proposed it.
		/// - Details: `terms_hash` is of the terms and of both accounts, as the event of the proposal has it. The fee for the whole
		///   length is held from the client, and what the terms say is reserved of the operator's own stake behind the service.
		/// - Errors: `ProposalNotFound`, `NotAuthorized`, `ProposalExpired`, `TermsChanged`, `ServiceNotFound`,
		///   `OperatorNotActive`, `OperatorNotReachable`, `NumbersExhausted`, and those of the stake and of the asset where there
		///   is not enough.
		/// - Events: `Agreed`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::accept())]
		pub fn accept(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
			terms_hash: H256,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept(who, agreement, terms_hash)
		}

		/// Withdraws a proposal.
		///
		/// - Dispatch origin: signed by who has proposed it; by anybody once it has lapsed, free of charge.
		/// - Errors: `ProposalNotFound`, `ProposalNotExpired`.
		/// - Events: `Withdrawn`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who, agreement)?;
			Ok(Pays::No.into())
		}

		/// Prolongs an agreement by its length, at its terms.
		///
		/// - Dispatch origin: signed by the client.
		/// - Details: the fee for that is held.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `Ended`, `NotRenewable`, `NumbersExhausted`, and those of the asset
		///   where there is not enough.
		/// - Events: `Renewed`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::renew())]
		pub fn renew(origin: OriginFor<T>, #[pallet::compact] agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_renew(who, agreement)
		}

		/// Ends an agreement before its time.
		///
		/// - Dispatch origin: signed by the client or the operator.
		/// - Details: it is over after the notice that the terms say, if it would not be before that. Until then all of it
		///   holds: the operator serves and answers for what it promised, and is paid. What was paid ahead for later blocks
		///   comes back when it is closed. The client of an operator that is down, and has been for longer than it promised, need
		///   not wait, also where notice was given before.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `Ended`, `NoticeAlreadyGiven`.
		/// - Events: `NoticeGiven`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::give_notice())]
		pub fn give_notice(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_give_notice(who, agreement)
		}

		/// Reports that the operator was cut off from the main component: it is down from the block of the cut on.
		///
		/// - Dispatch origin: signed by anybody; free of charge where it is right.
		/// - Errors: `AgreementNotFound`, `NotStarted`, `Ended`, `AlreadyDown`, `NotCutOff`.
		/// - Events: `WentDown`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::report_cut())]
		pub fn report_cut(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_report_cut(agreement)?;
			Ok(Pays::No.into())
		}

		/// Asks whether the operator can be reached.
		///
		/// - Dispatch origin: signed by the client.
		/// - Details: a fee is held, which the operator is paid for the answer, and which comes back where it does not answer in
		///   time. Then it is down from this block on.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `NotStarted`, `Ended`, `AlreadyDown`, `AlreadyChallenged`.
		/// - Events: `Challenged`; `WentDown` if an earlier question was not answered.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::challenge())]
		pub fn challenge(origin: OriginFor<T>, #[pallet::compact] agreement: AgreementId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_challenge(who, agreement)
		}

		/// Shows that the operator is within reach: answers a challenge, or ends its downtime.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: `path` leads from the centre to the operator's node, within what the terms say of reach. Of a challenge that
		///   it was too late to answer it comes back by this.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `NothingToAnswer`, `Ended`, `OperatorNotReachable`, and those of the
		///   network where the path is wrong, too slow, too narrow or too dear.
		/// - Events: `Answered`, or `CameBack`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::ping(path.len().saturated_into()))]
		pub fn ping(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
			path: BoundedVec<EdgeId, T::MaxPath>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_ping(who, agreement, &path)
		}

		/// Takes note that it is too late to answer a challenge: the operator is down from its block on.
		///
		/// - Dispatch origin: signed by anybody; free of charge where it is right.
		/// - Errors: `AgreementNotFound`, `ChallengeNotFound`, `StillDue`.
		/// - Events: `WentDown`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::conclude())]
		pub fn conclude(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_conclude(agreement)?;
			Ok(Pays::No.into())
		}

		/// Shows the chunks of the next round of audits.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: `beacon` is the number of the randomness that the round is drawn from. All chunks are shown at once, in the
		///   order in which they are drawn, one that is drawn twice twice.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `NoRound`, `WrongBeacon`, `TooLate`, `WrongChunks`.
		/// - Events: `AuditAnswered`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::answer_audit(proofs.len().saturated_into()))]
		pub fn answer_audit(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
			#[pallet::compact] beacon: BeaconId,
			proofs: BoundedVec<ChunkProof, T::MaxSamples>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_answer_audit(who, agreement, beacon, &proofs)
		}

		/// Takes note that the next round of audits was missed: the operator owes what the terms say.
		///
		/// - Dispatch origin: signed by anybody; free of charge where something is owed for it.
		/// - Details: rounds are shown and missed one after the other; an operator that has missed one goes on by this.
		/// - Errors: `AgreementNotFound`, `NoRound`, `WrongBeacon`, `StillDue`.
		/// - Events: `AuditMissed`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::report_missed())]
		pub fn report_missed(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
			#[pallet::compact] beacon: BeaconId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let penalty = Self::do_report_missed(agreement, beacon)?;
			let pays = if penalty > 0 { Pays::No } else { Pays::Yes };
			Ok(pays.into())
		}

		/// Pays the operator what is due.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `AgreementNotFound`, `NothingToClaim`, `OperatorCannotReceive`.
		/// - Events: `FeesPaid`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::claim_fees())]
		pub fn claim_fees(origin: OriginFor<T>, #[pallet::compact] agreement: AgreementId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_fees(agreement)
		}

		/// Claims what is owed for the oldest era: reports it as an offence, in favour of the client.
		///
		/// - Dispatch origin: signed by the client.
		/// - Details: whoever reports puts up a deposit, as for any report. What is owed for an era that can no longer be
		///   reported is lost: a client claims within the report window.
		/// - Errors: `AgreementNotFound`, `NotAuthorized`, `NothingToClaim`, `ReserveExhausted`, `TooManyPending`,
		///   `NumbersExhausted`, and those of slashing.
		/// - Events: `PenaltyReported`; `PenaltyDecided` of earlier ones.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::claim_penalty())]
		pub fn claim_penalty(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim_penalty(who, agreement)
		}

		/// Closes an agreement that is over. Everything that is held for it comes back, and what is owed and was not claimed is
		/// lost.
		///
		/// - Dispatch origin: signed by the client; by anybody once the client has had its time. Free of charge.
		/// - Errors: `AgreementNotFound`, `NotEnded`, `ChallengeOpen`, `PenaltyPending`, `ClaimsOpen`,
		///   `OperatorCannotReceive`.
		/// - Events: `Closed`; `PenaltyDecided` of penalties.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			Self::do_close(who, agreement)?;
			Ok(Pays::No.into())
		}

		/// Releases of what is reserved what penalties have taken that were decided.
		///
		/// - Dispatch origin: signed by anybody; free of charge where one was.
		/// - Errors: `AgreementNotFound`, `NothingToClaim` where none was.
		/// - Events: `PenaltyDecided`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(
			origin: OriginFor<T>,
			#[pallet::compact] agreement: AgreementId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_settle(agreement)?;
			Ok(Pays::No.into())
		}
	}
}
