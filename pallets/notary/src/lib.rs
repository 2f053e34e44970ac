//! Notaries: they attest offers, watch them, and say in every window which of them are present (S2).
//!
//! - **Notaries** are operators with stake of their own behind the reserved service
//!   [`NOTARISATION`](surety_primitives::NOTARISATION), a bond of which is reserved. Slashes, their review, unbonding and
//!   delegation are those of any operator.
//! - **Attestations.** An operator asks for one by a request, at posted fees or on quote; the fees are held until the
//!   notary attests or refuses, or the deadline passes. An attestation has a *slot*, and a *generation*: its number among
//!   all of the notary's. Watching is paid window by window. Whoever ends one bears the window that has begun: of a
//!   revocation it is returned, of a resignation it is paid.
//! - **Slots** that became free are given out again, the longest free first, once no window can be disputed any more in
//!   which they were taken. Until then a record of the attestation stays; the notary's deposit for the slot pays for it.
//! - **Windows** are counted by the pallet. At the turn of a window everything that was announced for it until then is in;
//!   what changes with windows (keys, modes) changes at the next turn, and is remembered for as long as windows can be
//!   disputed. All that is kept for so long is counted in windows, slots among it: one clock.
//! - **Commitments** say who was present. In `Mixed` and `Strict` mode one is due in each window, also when nobody is
//!   attested; in `Strict` with the bytes, which must not be a delta: whoever reads them from the chain has nothing else.
//!   The latest bytes stay on chain; that is paid for in each window, to the treasury, and not by a deposit.
//! - **Faults** can be shown by anybody and are reported as offences on the reserved service, once for each window and
//!   kind: a crash that lost a window's receipts is one fault and not a thousand. Nobody can copy a report: an omission is
//!   reported by the operator that was attested, what was asked for and not shown for the one who asked; the others have
//!   to be promised a block before.
//! - **The log** has an entry for each attestation and what became of it. Its head is on chain, its entries are in the
//!   offchain index, under `surety_presence::offchain::log_key`, and in the extrinsics.
//! - **Bounties** are shared by all that are present in a window. No more can prove that they are than were counted, so
//!   that a window never costs more than it should.
//! - **Subsidies** pay for attestations of offers that are free of charge, while they are.
//! - **Trusted notaries** are those whose word counts for clients that say nothing else (S2: a default list of trusted
//!   notaries). The list is genesis configuration and governance's; nothing in this pallet depends on it.
//!
//! | file | what |
//! | --- | --- |
//! | `notaries.rs`, `requests.rs`, `attestations.rs`, `publishing.rs`, `faults.rs`, `challenges.rs`, `bounties.rs`, `subsidies.rs` | the calls |
//! | `windows.rs` | the turn of windows, and what becomes too old |
//! | `trusted.rs` | the default list of trusted notaries |
//! | `money.rs` | what is held, paid and returned |
//! | `log.rs` | the log |
//! | `worker.rs` | what the node of a notary does by itself |
//! | `prepaid.rs`, `timeline.rs` | windows paid for ahead, and values that change with windows |
//! | `views.rs` | what clients read through the runtime API |
//! | `try_state.rs` | the proof that it all adds up |

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]

extern crate alloc;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod attestations;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bounties;
mod challenges;
mod errors;
mod events;
mod faults;
mod log;
#[cfg(test)]
mod mock;
mod money;
mod notaries;
pub mod prepaid;
mod publishing;
mod requests;
mod subsidies;
#[cfg(test)]
mod tests;
pub mod timeline;
mod trusted;
mod try_state;
mod types;
mod views;
pub mod weights;
mod windows;
mod worker;

pub use trusted::MAX_TRUSTED;
pub use worker::KEY_TYPE;

use frame_support::pallet_macros::import_section;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_core::H256;
	use sp_runtime::traits::{HeaderProvider, SaturatedConversion};
	use surety_presence::{
		merkle::{Exclusion, LeafProof},
		message::{Link, SignedCommitment, Snapshot},
		mountain::Mountains,
		publication::Mismatch,
	};
	use surety_primitives::{
		notary::{
			AttestationEnd, BountyId, ChallengeSubject, Claims, FaultFractions, FaultKind, Generation,
			NotaryFees, NotaryTerms, PublicationMode, RequestId, RevocationReason, Slot, SubsidyId, Window,
		},
		traits::{Listings, Offences, Operators, Reserve, Sharing, Slashable, Stake},
		AccountId, AssetKind, Balance, BlockNumber, ServiceId, SlashId,
	};

	/// Configuration of the pallet.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
			RuntimeEvent: From<Event<Self>>,
			AccountId = AccountId,
			Block: HeaderProvider<HeaderT: sp_runtime::traits::Header<Number = BlockNumber>>,
		> + CreateAuthorizedTransaction<Call<Self>>
	{
		/// Reasons for which the native token is held.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which everything here is paid.
		type Currency: fungible::Mutate<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// Who is an operator.
		type Operators: Operators<AccountId>;

		/// The offers that are attested.
		type Listings: Listings<AccountId, Asset = AssetKind, Balance = Balance, BlockNumber = BlockNumber>;

		/// The stake behind notaries.
		type Stake: Stake<AccountId, Asset = AssetKind, Balance = Balance>
			+ Reserve<AccountId, Balance = Balance>
			+ Slashable<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Those with whom a notary shares what it is paid for attesting and watching.
		type Sharing: Sharing<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Where faults are reported.
		type Offences: Offences<AccountId, Asset = AssetKind, Balance = Balance>;

		/// Is paid for the bytes that are published on chain.
		type Treasury: Get<AccountId>;

		/// What of a notary's own stake is reserved, in the native token's smallest unit.
		#[pallet::constant]
		type Bond: Get<Balance>;

		/// Deposit for the record of a notary and of its windows while they can be disputed, in the native token's
		/// smallest unit.
		#[pallet::constant]
		type NotaryDeposit: Get<Balance>;

		/// Deposit of a notary for each of its slots, in the native token's smallest unit.
		#[pallet::constant]
		type SlotDeposit: Get<Balance>;

		/// Deposit for any other record, in the native token's smallest unit.
		#[pallet::constant]
		type RecordDeposit: Get<Balance>;

		/// Deposit for promising a report, in the native token's smallest unit.
		#[pallet::constant]
		type IntentDeposit: Get<Balance>;

		/// Blocks in a window.
		#[pallet::constant]
		type WindowLength: Get<BlockNumber>;

		/// Blocks after the end of a window in which it is committed to.
		#[pallet::constant]
		type Grace: Get<BlockNumber>;

		/// Number of windows that can be disputed, and of which everything is kept. All of them together should last no
		/// longer than offences can be reported, and 64 windows are as long as announcements on chain are remembered.
		#[pallet::constant]
		type Retention: Get<u32>;

		/// Number of windows at the most that are paid ahead.
		#[pallet::constant]
		type MaxWindows: Get<u32>;

		/// Blocks at the most for which a request is open.
		#[pallet::constant]
		type MaxRequestBlocks: Get<BlockNumber>;

		/// Slots at the most that a notary gives out.
		#[pallet::constant]
		type MaxSlots: Get<u32>;

		/// Length at the most of a publication, in bytes.
		#[pallet::constant]
		type MaxBytes: Get<u32>;

		/// Price of a byte on chain, in the native token's smallest unit.
		#[pallet::constant]
		type BytePrice: Get<Balance>;

		/// What the answer to a challenge is paid at the least, in the native token's smallest unit: more than it costs
		/// to send.
		#[pallet::constant]
		type ChallengeFee: Get<Balance>;

		/// Blocks in which a challenge is answered.
		#[pallet::constant]
		type AnswerPeriod: Get<BlockNumber>;

		/// Blocks after which what was promised to be reported no longer can be.
		#[pallet::constant]
		type IntentPeriod: Get<BlockNumber>;

		/// What faults cost.
		#[pallet::constant]
		type Fractions: Get<FaultFractions>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why the pallet holds the native token.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposits for records of notaries and of their slots.
		Notary,
		/// Deposits for requests, attestations, bounties, claims to them, subsidies and challenges.
		Record,
		/// Fees of requests, and what is paid ahead for watching.
		Fee,
		/// Fees of challenges.
		Challenge,
		/// Deposits for promises of reports.
		Intent,
		/// Bounties.
		Bounty,
		/// Subsidies.
		Subsidy,
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The current window.
	#[pallet::storage]
	pub type CurrentWindow<T> = StorageValue<_, WindowInfo, ValueQuery>;

	/// Windows that have begun, as long as they can be disputed.
	#[pallet::storage]
	pub type Windows<T> = StorageMap<_, Twox64Concat, Window, WindowRecord>;

	/// First window of which not everything was cleared away.
	#[pallet::storage]
	pub type Cleared<T> = StorageValue<_, Window, ValueQuery>;

	/// Notaries by their accounts.
	#[pallet::storage]
	pub type Notaries<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, NotaryRecord>;

	/// Notaries by the keys that are remembered of them.
	#[pallet::storage]
	pub type KeyOwners<T: Config> = StorageMap<_, Blake2_128Concat, Key, AccountId>;

	/// Number of the next request.
	#[pallet::storage]
	pub type NextRequestId<T> = StorageValue<_, RequestId, ValueQuery>;

	/// Requests for attestations.
	#[pallet::storage]
	pub type Requests<T: Config> = StorageMap<_, Twox64Concat, RequestId, Request>;

	/// Requests and attestations of offers: by notary, operator and service.
	#[pallet::storage]
	pub type Standings<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Blake2_128Concat, AccountId>,
			NMapKey<Blake2_128Concat, AccountId>,
			NMapKey<Twox64Concat, ServiceId>,
		),
		Standing,
	>;

	/// Active attestations by notary and slot.
	#[pallet::storage]
	pub type Attestations<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, Slot, Attestation>;

	/// Attestations that have ended, until their slots are given out again.
	#[pallet::storage]
	pub type EndedAttestations<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, Slot, Ended>;

	/// Slots that are free, by notary and place in the queue.
	#[pallet::storage]
	pub type FreeSlots<T: Config> = StorageDoubleMap<_, Blake2_128Concat, AccountId, Twox64Concat, u32, Slot>;

	/// Heads of notaries' logs.
	#[pallet::storage]
	pub type Logs<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Mountains, ValueQuery>;

	/// What is on chain of windows, by window and notary.
	#[pallet::storage]
	pub type Records<T: Config> =
		StorageDoubleMap<_, Twox64Concat, Window, Blake2_128Concat, AccountId, Record>;

	/// The latest publication of a notary that is on chain, by its window.
	#[pallet::storage]
	pub type Publications<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, (Window, BoundedVec<u8, T::MaxBytes>)>;

	/// The latest list of its attestations that a notary has committed to.
	#[pallet::storage]
	pub type Snapshots<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Snapshot>;

	/// Promised reports, by account and hash of the evidence.
	#[pallet::storage]
	pub type Intents<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, H256, Intent>;

	/// What notaries are asked to show, by notary, window and subject.
	#[pallet::storage]
	pub type Challenges<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, AccountId, Blake2_128Concat, ChallengeKey, Challenge>;

	/// Number of the next bounty.
	#[pallet::storage]
	pub type NextBountyId<T> = StorageValue<_, BountyId, ValueQuery>;

	/// Bounties.
	#[pallet::storage]
	pub type Bounties<T: Config> = StorageMap<_, Twox64Concat, BountyId, Bounty>;

	/// How far slots have claimed a bounty.
	#[pallet::storage]
	pub type BountyClaims<T: Config> =
		StorageDoubleMap<_, Twox64Concat, BountyId, Twox64Concat, Slot, BountyClaim>;

	/// Number of the next subsidy.
	#[pallet::storage]
	pub type NextSubsidyId<T> = StorageValue<_, SubsidyId, ValueQuery>;

	/// Subsidies.
	#[pallet::storage]
	pub type Subsidies<T: Config> = StorageMap<_, Twox64Concat, SubsidyId, Subsidy>;

	/// Accounts of the notaries whose word counts for clients that name none themselves, in governance's order. Some may be no
	/// notaries yet, or no longer.
	#[pallet::storage]
	pub type Trusted<T> = StorageValue<_, BoundedVec<AccountId, ConstU32<MAX_TRUSTED>>, ValueQuery>;

	/// Genesis configuration.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Accounts of the notaries whose word counts for clients that name none themselves: each once, `MAX_TRUSTED` at the
		/// most. They need not be notaries yet.
		pub trusted: Vec<AccountId>,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	// A chain with a genesis that contradicts itself must not start, hence the panics.
	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let trusted = BoundedVec::try_from(self.trusted.clone());
			let trusted =
				trusted.unwrap_or_else(|_| panic!("genesis: more than {MAX_TRUSTED} trusted notaries"));
			if let Err(error) = Pallet::<T>::do_set_trusted(trusted) {
				panic!("genesis: trusted notaries: {error:?}");
			}
		}
	}

	#[pallet::extra_constants]
	impl<T: Config> Pallet<T> {
		/// Number of trusted notaries at the most.
		#[pallet::constant_name(MaxTrusted)]
		fn max_trusted() -> u32 {
			MAX_TRUSTED
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::turn_window();
			T::WeightInfo::turn_window()
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::clear_windows(remaining)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::publish_all(now);
		}

		#[cfg(feature = "std")]
		fn integrity_test() {
			assert!(T::WindowLength::get() > 0, "windows would never turn");
			// A commitment names a block after the window that is built already.
			assert!(T::Grace::get() > 1, "nothing could be committed to in time");
			assert!(
				T::Grace::get() <= T::WindowLength::get(),
				"a window would be due after the next was over"
			);
			let grace = T::Grace::get().div_ceil(T::WindowLength::get().max(1));
			assert!(T::Retention::get() > grace, "what is due could not be disputed");
			assert!(T::MaxWindows::get() > 0 && T::MaxRequestBlocks::get() > 0, "nothing could be requested");
			assert!(T::MaxSlots::get() <= surety_presence::MAX_UNIVERSE, "not every slot could be published");
			assert!(T::RecordDeposit::get() > 0, "records that cost nothing can fill the state");
			assert!(T::IntentDeposit::get() > 0, "promises that cost nothing can fill the state");
			assert!(T::Bond::get() > 0, "a notary would have nothing to lose");
			assert!(T::AnswerPeriod::get() > 0 && T::IntentPeriod::get() > 0, "nobody could be in time");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Makes the signer a notary, reserves the bond, and holds a deposit for its records.
		///
		/// - Dispatch origin: signed by an operator that is active or paused.
		/// - Details: `terms` say what it certifies and what it asks for it; `renewable`, whether attestations can be paid for
		///   longer; `link`, where publications are found. `key` is an sr25519 public key, and `proof` its signature over the
		///   signer's account (`KeyOwnership`). Key and mode count from the next window on. The bond must be allocated to
		///   `NOTARISATION` of the operator's own stake.
		/// - Errors: `NotaryAlreadyExists`, `OperatorNotActive`, `InvalidTerms`, `InvalidKeyProof`, `KeyInUse`, and what the
		///   stake refuses with.
		/// - Events: `Registered`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			terms: NotaryTerms,
			renewable: bool,
			mode: PublicationMode,
			link: Link,
			key: Key,
			proof: [u8; 64],
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(who, terms, renewable, mode, link, key, proof)
		}

		/// Replaces what a notary certifies, and what it asks for it.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Details: what was requested or attested keeps its fees; the new ones are for requests and renewals to come.
		/// - Errors: `NotaryNotFound`, `InvalidTerms`.
		/// - Events: `TermsSet`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_terms())]
		pub fn set_terms(origin: OriginFor<T>, terms: NotaryTerms, renewable: bool) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_terms(who, terms, renewable)
		}

		/// Replaces the key that a notary signs with, from the next window on.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Details: windows before keep the old one, so keep it until they can no longer be disputed. `proof` as for
		///   `register`.
		/// - Errors: `NotaryNotFound`, `InvalidKeyProof`, `KeyInUse`, `TooManyChanges`.
		/// - Events: `KeySet`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_key())]
		pub fn set_key(origin: OriginFor<T>, key: Key, proof: [u8; 64]) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_key(who, key, proof)
		}

		/// Replaces how a notary publishes, from the next window on.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `NotaryNotFound`, `TooManyChanges`.
		/// - Events: `ModeSet`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_mode())]
		pub fn set_mode(origin: OriginFor<T>, mode: PublicationMode) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_mode(who, mode)
		}

		/// Replaces where a notary's publications are found.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `NotaryNotFound`.
		/// - Events: `LinkSet`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_link())]
		pub fn set_link(origin: OriginFor<T>, link: Link) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_link(who, link)
		}

		/// Begins the clean exit of a notary: it takes no more requests, and renews nothing. There is no way back.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Details: it goes on to publish while anything is attested, this window included.
		/// - Errors: `NotaryNotFound`, `NotaryLeaving`.
		/// - Events: `Deregistered`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::deregister())]
		pub fn deregister(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_deregister(who)
		}

		/// Takes away up to `count` slots of a notary that is leaving, those that have been free for longest, and returns the
		/// deposits for them.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `NotaryNotFound`, `NotaryNotLeaving`, `NotaryInUse` where none can be taken away yet.
		/// - Events: `SlotsRetired`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::retire_slots(*count))]
		pub fn retire_slots(origin: OriginFor<T>, notary: AccountId, count: u32) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_retire_slots(notary, count)
		}

		/// Removes a notary that is leaving and has nothing left, and releases its bond and its deposit.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: possible once its last window can no longer be disputed.
		/// - Errors: `NotaryNotFound`, `NotaryNotLeaving`, `NotaryInUse`.
		/// - Events: `Closed`.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::close())]
		pub fn close(origin: OriginFor<T>, notary: AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close(notary)
		}

		/// Asks a notary to attest the signer's offer for `service`, and to watch it for so many windows.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: `key` is the sr25519 public key with which the operator is going to announce. The fees, if they are
		///   posted, are held now; else the notary quotes them. All together is `max_fee` at the most, in the native token's
		///   smallest unit. The request can be attested within `deadline_blocks`.
		/// - Errors: `NotaryNotFound`, `NotaryLeaving`, `OperatorNotActive`, `OfferNotFound`, `UnknownClaimsVersion`,
		///   `NoClaims`, `DuplicateClaim`, `MeaninglessClaim`, `ClaimNotCertified`, `InvalidWindows`, `InvalidDeadline`,
		///   `FeeTooHigh`, `AlreadyRequested`, `AlreadyAttested`, `NumbersExhausted`.
		/// - Events: `Requested`, `Paid`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::request())]
		pub fn request(
			origin: OriginFor<T>,
			notary: AccountId,
			service: ServiceId,
			claims: Claims,
			windows: u32,
			key: Key,
			max_fee: Balance,
			deadline_blocks: BlockNumber,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request(who, notary, service, claims, windows, key, max_fee, deadline_blocks)
		}

		/// Asks the notary of a subsidy to attest the signer's offer for the subsidy's service; the subsidy pays.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: the offer must be free of charge, and stay so. All fees together are what the subsidy pays at a time, at the
		///   most. The rest as for `request`.
		/// - Errors: `SubsidyNotFound`, `OfferNotFree`, `SubsidyExhausted`, and those of `request`.
		/// - Events: `Requested`, `Paid`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::request())]
		pub fn request_subsidised(
			origin: OriginFor<T>,
			subsidy: SubsidyId,
			claims: Claims,
			windows: u32,
			key: Key,
			deadline_blocks: BlockNumber,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_subsidised(who, subsidy, claims, windows, key, deadline_blocks)
		}

		/// Says what the notary asks for a request that is on quote.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `RequestNotFound`, `NotAuthorized`, `NotOnQuote`, `DeadlinePassed`, `FeeTooHigh`.
		/// - Events: `Quoted`.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::quote())]
		pub fn quote(origin: OriginFor<T>, request: RequestId, fees: NotaryFees) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_quote(who, request, fees)
		}

		/// Accepts what the notary asks; it is held now.
		///
		/// - Dispatch origin: signed by the operator.
		/// - Details: `fees` are those that the signer has seen.
		/// - Errors: `RequestNotFound`, `NotAuthorized`, `WrongQuote`, `DeadlinePassed`, `SubsidyExhausted`.
		/// - Events: `Paid`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::accept_quote())]
		pub fn accept_quote(origin: OriginFor<T>, request: RequestId, fees: NotaryFees) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_quote(who, request, fees)
		}

		/// Attests an offer: it gets a slot, and the notary the fee for issuing.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Details: watching is paid from the next window on. A new slot costs the notary a deposit.
		/// - Errors: `RequestNotFound`, `NotAuthorized`, `NotPaid`, `DeadlinePassed`, `NotaryLeaving`, `OfferNotFound`,
		///   `OfferNotFree`, `MaxSlotsExceeded`, `NumbersExhausted`.
		/// - Events: `Attested`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::attest())]
		pub fn attest(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_attest(who, request)
		}

		/// Refuses a request; everything held for it returns.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `RequestNotFound`, `NotAuthorized`.
		/// - Events: `Refused`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::end_request())]
		pub fn refuse(origin: OriginFor<T>, request: RequestId, reason: RevocationReason) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_refuse(who, request, reason)
		}

		/// Ends a request; everything held for it returns.
		///
		/// - Dispatch origin: signed by anybody once the deadline has passed or the offer is gone; by the operator before that,
		///   while nothing is paid.
		/// - Errors: `RequestNotFound`, `NotExpired`.
		/// - Events: `RequestExpired`.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::end_request())]
		pub fn expire_request(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_expire_request(who, request)
		}

		/// Pays a notary for the windows in which it has watched.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `AttestationNotFound`, `NothingToCollect`.
		/// - Events: `Collected`.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(origin: OriginFor<T>, notary: AccountId, slot: Slot) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(notary, slot)
		}

		/// Pays for so many more windows, at the fee of now.
		///
		/// - Dispatch origin: signed by the attested operator.
		/// - Details: the fee is what the notary posts now; of what was quoted, what was quoted. All together is `max_fee` at the
		///   most, in the native token's smallest unit. There is no fee for issuing. A subsidy pays as it did before.
		/// - Errors: `NotaryNotFound`, `NotaryLeaving`, `AttestationNotFound`, `NotAuthorized`, `NotRenewable`,
		///   `InvalidWindows`, `FeeTooHigh`, `RenewalPending`, `OfferNotFound`, `OfferNotFree`, `SubsidyExhausted`.
		/// - Events: `Renewed`.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::renew())]
		pub fn renew(
			origin: OriginFor<T>,
			notary: AccountId,
			slot: Slot,
			windows: u32,
			max_fee: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_renew(who, notary, slot, windows, max_fee)
		}

		/// Takes an attestation back. What was paid ahead for windows that are not over returns.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `NotaryNotFound`, `AttestationNotFound`.
		/// - Events: `Ended`.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::end_attestation())]
		pub fn revoke(origin: OriginFor<T>, slot: Slot, reason: RevocationReason) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_revoke(who, slot, reason)
		}

		/// Gives an attestation up. What was paid ahead for windows that have not begun returns.
		///
		/// - Dispatch origin: signed by the attested operator.
		/// - Errors: `NotaryNotFound`, `AttestationNotFound`, `NotAuthorized`.
		/// - Events: `Ended`.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::end_attestation())]
		pub fn resign(origin: OriginFor<T>, notary: AccountId, slot: Slot) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_resign(who, notary, slot)
		}

		/// Ends an attestation that is no longer paid for, or whose offer is gone, is another, or is no longer free of charge
		/// though it was subsidised.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: what was paid ahead for windows that have not begun returns.
		/// - Errors: `NotaryNotFound`, `AttestationNotFound`, `StillAttested`.
		/// - Events: `Ended`.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::end_attestation())]
		pub fn expire(origin: OriginFor<T>, notary: AccountId, slot: Slot) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire(notary, slot)
		}

		/// Replaces what an operator announces with, from the next window on.
		///
		/// - Dispatch origin: signed by the attested operator.
		/// - Errors: `AttestationNotFound`, `NotAuthorized`, `TooManyChanges`.
		/// - Events: `PresenceKeySet`.
		#[pallet::call_index(20)]
		#[pallet::weight(T::WeightInfo::set_presence_key())]
		pub fn set_presence_key(
			origin: OriginFor<T>,
			notary: AccountId,
			slot: Slot,
			key: Key,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_presence_key(who, notary, slot, key)
		}

		/// Announces on chain that the signer is present in the current window. The notary has to include it.
		///
		/// - Dispatch origin: signed by the attested operator.
		/// - Details: for operators whose announcements a notary does not take (S2: censorship resistance).
		/// - Errors: `AttestationNotFound`, `NotAuthorized`, `AlreadyAnnounced`.
		/// - Events: `Announced`.
		#[pallet::call_index(21)]
		#[pallet::weight(T::WeightInfo::announce_on_chain())]
		pub fn announce_on_chain(origin: OriginFor<T>, notary: AccountId, slot: Slot) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_announce_on_chain(who, notary, slot)
		}

		/// Brings a notary's commitment on chain.
		///
		/// - Dispatch origin: authorised by the notary's signature, free of charge; or signed by anybody.
		/// - Details: the window is over, and its time is not. There is one for each window; of one that is published in `Strict`
		///   mode the bytes come with it.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `TooLate`, `WindowTooOld`, `WrongMode`, `AlreadyCommitted`,
		///   `InvalidBaseBlock`, `InvalidCommitment`, `NoKey`, `InvalidSignature`.
		/// - Events: `Committed`.
		#[pallet::call_index(22)]
		#[pallet::weight(T::WeightInfo::commit())]
		#[pallet::authorize(Self::authorize_commit)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit())]
		pub fn commit(origin: OriginFor<T>, signed: SignedCommitment) -> DispatchResult {
			ensure_authorized_or_signed::<T>(origin)?;
			Self::do_commit(signed)
		}

		/// Brings a notary's publication on chain, bytes and all. The notary pays for each byte, from its free balance to the
		/// treasury.
		///
		/// - Dispatch origin: authorised by the notary's signature, free of charge; or signed by anybody.
		/// - Details: for windows that are published in `Strict` mode; no delta. Bytes that belie the commitment are not kept:
		///   the notary has signed for both, and anybody can report it.
		/// - Errors: those of `commit`, `WrongBytes`, `CannotPay`.
		/// - Events: `Committed`, `Published`.
		#[pallet::call_index(23)]
		#[pallet::weight(Pallet::<T>::with_bytes(T::WeightInfo::publish(signed.commitment.universe), bytes.len()))]
		#[pallet::authorize(Self::authorize_publish)]
		#[pallet::weight_of_authorize(Pallet::<T>::with_bytes(T::WeightInfo::authorize_publish(), bytes.len()))]
		pub fn publish(
			origin: OriginFor<T>,
			signed: SignedCommitment,
			bytes: BoundedVec<u8, T::MaxBytes>,
		) -> DispatchResult {
			ensure_authorized_or_signed::<T>(origin)?;
			Self::do_publish(signed, bytes)
		}

		/// Commits to a list of all active attestations, for readers who do not want to read the whole log.
		///
		/// - Dispatch origin: signed by the notary.
		/// - Errors: `NotaryNotFound`, `StaleSnapshot`, `InvalidCommitment` where it counts more than there is.
		/// - Events: `SnapshotCommitted`.
		#[pallet::call_index(24)]
		#[pallet::weight(T::WeightInfo::commit_snapshot())]
		pub fn commit_snapshot(origin: OriginFor<T>, snapshot: Snapshot) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_snapshot(who, snapshot)
		}

		/// Promises a report, so that nobody can copy it once it is in the pool. Holds a small deposit.
		///
		/// - Dispatch origin: signed.
		/// - Details: `evidence` as `surety_primitives::notary::fault_evidence` has it, with the signer as reporter. The report
		///   follows in a later block.
		/// - Errors: `AlreadyIntended`.
		/// - Events: `Intended`.
		#[pallet::call_index(25)]
		#[pallet::weight(T::WeightInfo::intend())]
		pub fn intend(origin: OriginFor<T>, evidence: H256) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_intend(who, evidence)
		}

		/// Removes a promise, and returns its deposit.
		///
		/// - Dispatch origin: signed by its account; by anybody once it is of no use.
		/// - Errors: `IntentNotFound`, `IntentNotExpired`.
		/// - Events: `IntentWithdrawn`.
		#[pallet::call_index(26)]
		#[pallet::weight(T::WeightInfo::withdraw_intent())]
		pub fn withdraw_intent(origin: OriginFor<T>, who: AccountId, evidence: H256) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_withdraw_intent(caller, who, evidence)
		}

		/// Reports that a notary has not published in a window in which it had to.
		///
		/// - Dispatch origin: signed by who has promised it.
		/// - Errors: `NotaryNotFound`, `WindowNotOver`, `WindowTooOld`, `NotMissed`, `AlreadyReported`, `IntentNotFound`,
		///   `IntentTooEarly`, `IntentExpired`, and what slashing refuses with.
		/// - Events: `FaultReported`.
		#[pallet::call_index(27)]
		#[pallet::weight(T::WeightInfo::report_missed())]
		pub fn report_missed(origin: OriginFor<T>, notary: AccountId, window: Window) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_missed(who, notary, window)
		}

		/// Reports that a notary has signed a commitment that its own bytes belie.
		///
		/// - Dispatch origin: signed by who has promised it.
		/// - Details: `bytes` have the hash that was committed to; of a delta, `earlier` that of what it starts from.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `WindowTooOld`, `NoKey`, `InvalidSignature`, `WrongBytes`,
		///   `NoMismatch`, `AlreadyReported`, those of promises, and what slashing refuses with.
		/// - Events: `FaultReported`.
		#[pallet::call_index(28)]
		#[pallet::weight(Pallet::<T>::with_bytes(
			T::WeightInfo::report_mismatch(signed.commitment.universe),
			length(bytes, earlier.as_deref()),
		))]
		pub fn report_mismatch(
			origin: OriginFor<T>,
			signed: SignedCommitment,
			bytes: BoundedVec<u8, T::MaxBytes>,
			earlier: Option<BoundedVec<u8, T::MaxBytes>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_mismatch(who, signed, bytes, earlier)
		}

		/// Reports that a notary has signed two commitments for one window.
		///
		/// - Dispatch origin: signed by who has promised it.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `WindowTooOld`, `NoKey`, `InvalidSignature`,
		///   `NoEquivocation`, `AlreadyReported`, those of promises, and what slashing refuses with.
		/// - Events: `FaultReported`.
		#[pallet::call_index(29)]
		#[pallet::weight(T::WeightInfo::report_equivocation())]
		pub fn report_equivocation(
			origin: OriginFor<T>,
			first: Box<SignedCommitment>,
			second: Box<SignedCommitment>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_equivocation(who, *first, *second)
		}

		/// Reports that a notary has left a slot out that it had a receipt for, or that was announced on chain.
		///
		/// - Dispatch origin: signed by the operator that was attested, which is the reporter: nobody else can make it put
		///   up the deposit of a report.
		/// - Details: `exclusion` shows that the slot is not among those that were committed to; a slot at or past the
		///   commitment's universe needs none. An attestation that was made after the base block, or had ended in it or before,
		///   is none to be present. A base block out of its time excuses nothing: then the end of the window counts.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `WindowTooOld`, `NoKey`, `InvalidSignature`,
		///   `NotAttested`, `NotAuthorized`, `NotAnnounced`, `InvalidProof`, `AlreadyReported`, and what slashing refuses with.
		/// - Events: `FaultReported`.
		#[pallet::call_index(30)]
		#[pallet::weight(T::WeightInfo::report_omission())]
		pub fn report_omission(
			origin: OriginFor<T>,
			signed: SignedCommitment,
			slot: Slot,
			witness: Witness,
			exclusion: Option<Exclusion>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_omission(who, signed, slot, witness, exclusion)
		}

		/// Asks a notary to show on chain the bytes that it has committed to. The fee is held, with what the report takes where there is no
		/// answer, and a deposit.
		///
		/// - Dispatch origin: signed.
		/// - Details: the fee grows with the bytes. It is the notary's when it answers; the rest returns.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `WindowTooOld`, `NoKey`, `InvalidSignature`,
		///   `OnChainAlready`, `AlreadyChallenged`, `AlreadyReported`.
		/// - Events: `Challenged`.
		#[pallet::call_index(31)]
		#[pallet::weight(T::WeightInfo::challenge())]
		pub fn challenge_bytes(origin: OriginFor<T>, signed: SignedCommitment) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_challenge_bytes(who, signed)
		}

		/// Shows the bytes that a notary was asked for. The notary is paid.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Details: possible until somebody concludes the challenge, also when it is due already.
		/// - Errors: `ChallengeNotFound`, `WrongAnswer`.
		/// - Events: `Answered`.
		#[pallet::call_index(32)]
		#[pallet::weight(Pallet::<T>::with_bytes(T::WeightInfo::answer_bytes(), length(bytes, earlier.as_deref())))]
		pub fn answer_bytes(
			origin: OriginFor<T>,
			notary: AccountId,
			window: Window,
			bytes: BoundedVec<u8, T::MaxBytes>,
			earlier: Option<BoundedVec<u8, T::MaxBytes>>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_answer_bytes(notary, window, bytes, earlier)
		}

		/// Asks a notary to show the announcement of a slot that it said was present. The fee is held, with what the report
		/// takes where there is no answer, and a deposit.
		///
		/// - Dispatch origin: signed.
		/// - Details: `proof` shows that the slot is among those that were committed to.
		/// - Errors: `NotaryNotFound`, `WrongChain`, `WindowNotOver`, `WindowTooOld`, `NoKey`, `InvalidSignature`, `InvalidProof`,
		///   `OnChainAlready` where it was announced on chain, `AlreadyChallenged`, `AlreadyReported`.
		/// - Events: `Challenged`.
		#[pallet::call_index(33)]
		#[pallet::weight(T::WeightInfo::challenge())]
		pub fn audit(
			origin: OriginFor<T>,
			signed: SignedCommitment,
			slot: Slot,
			proof: LeafProof,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_audit(who, signed, slot, proof)
		}

		/// Shows the announcement that a notary was asked for, by its signature. The notary is paid.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `ChallengeNotFound`, `WrongAnswer`.
		/// - Events: `Answered`.
		#[pallet::call_index(34)]
		#[pallet::weight(T::WeightInfo::answer_audit())]
		pub fn answer_audit(
			origin: OriginFor<T>,
			notary: AccountId,
			window: Window,
			slot: Slot,
			signature: [u8; 64],
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_answer_audit(notary, window, slot, signature)
		}

		/// Ends a challenge that was not answered in time: everything held for it returns, and the fault is reported for the
		/// challenger.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `ChallengeNotFound`, `StillDue`, and what slashing refuses with while the window can be disputed.
		/// - Events: `ChallengeConcluded`, `FaultReported`.
		#[pallet::call_index(35)]
		#[pallet::weight(T::WeightInfo::conclude())]
		pub fn conclude(
			origin: OriginFor<T>,
			notary: AccountId,
			window: Window,
			subject: ChallengeSubject,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_conclude(notary, window, subject)
		}

		/// Puts up a bounty that all who are present share equally, window by window from the next one on.
		///
		/// - Dispatch origin: signed.
		/// - Details: amounts are in the native token's smallest unit. It lasts for `budget / per_window` windows, and so much is
		///   held.
		/// - Errors: `NotaryNotFound`, `ZeroAmount`, `NumbersExhausted`.
		/// - Events: `BountyOpened`.
		#[pallet::call_index(36)]
		#[pallet::weight(T::WeightInfo::open_bounty())]
		pub fn open_bounty(
			origin: OriginFor<T>,
			notary: AccountId,
			per_window: Balance,
			budget: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open_bounty(who, notary, per_window, budget)
		}

		/// Claims the signer's part of a bounty for a window in which it was present.
		///
		/// - Dispatch origin: signed by the operator that was attested then.
		/// - Details: windows are claimed in their order; what was passed over is lost. The first claim for a slot holds a
		///   deposit.
		/// - Errors: `BountyNotFound`, `NotClaimable`, `WindowTooOld`, `NotAttested`, `NotAuthorized`, `InvalidProof`,
		///   `ZeroAmount`.
		/// - Events: `BountyClaimed`.
		#[pallet::call_index(37)]
		#[pallet::weight(T::WeightInfo::claim_bounty())]
		pub fn claim_bounty(
			origin: OriginFor<T>,
			bounty: BountyId,
			slot: Slot,
			window: Window,
			proof: LeafProof,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim_bounty(who, bounty, slot, window, proof)
		}

		/// Closes a bounty of which nothing can be claimed any more. The rest returns.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `BountyNotFound`, `BountyOpen`.
		/// - Events: `BountyClosed`.
		#[pallet::call_index(38)]
		#[pallet::weight(T::WeightInfo::close_bounty())]
		pub fn close_bounty(origin: OriginFor<T>, bounty: BountyId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close_bounty(bounty)
		}

		/// Removes the record of a claim to a bounty that was closed, and returns its deposit.
		///
		/// - Dispatch origin: signed by anybody.
		/// - Errors: `ClaimNotFound`, `BountyOpen`.
		/// - Events: `ClaimCleared`.
		#[pallet::call_index(39)]
		#[pallet::weight(T::WeightInfo::clear_claim())]
		pub fn clear_claim(origin: OriginFor<T>, bounty: BountyId, slot: Slot) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_clear_claim(bounty, slot)
		}

		/// Puts up money for attestations by a notary of offers for a service that are free of charge.
		///
		/// - Dispatch origin: signed.
		/// - Details: amounts are in the native token's smallest unit; `budget` is held.
		/// - Errors: `NotaryNotFound`, `ZeroAmount`, `NumbersExhausted`.
		/// - Events: `SubsidyFunded`.
		#[pallet::call_index(40)]
		#[pallet::weight(T::WeightInfo::fund_subsidy())]
		pub fn fund_subsidy(
			origin: OriginFor<T>,
			notary: AccountId,
			service: ServiceId,
			max_per_request: Balance,
			budget: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund_subsidy(who, notary, service, max_per_request, budget)
		}

		/// Closes a subsidy: what is left returns now, and what is paid ahead as it is not used.
		///
		/// - Dispatch origin: signed by who funded it.
		/// - Errors: `SubsidyNotFound`, `NotAuthorized`.
		/// - Events: `SubsidyClosed`.
		#[pallet::call_index(41)]
		#[pallet::weight(T::WeightInfo::close_subsidy())]
		pub fn close_subsidy(origin: OriginFor<T>, subsidy: SubsidyId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close_subsidy(who, subsidy)
		}

		/// Replaces the list of notaries whose word counts for clients that name none themselves.
		///
		/// - Dispatch origin: root.
		/// - Details: each account once. They need not be notaries yet: a list can be set before they register.
		/// - Errors: `DuplicateNotary`.
		/// - Events: `TrustedSet`.
		#[pallet::call_index(42)]
		#[pallet::weight(T::WeightInfo::set_trusted(notaries.len().saturated_into()))]
		pub fn set_trusted(
			origin: OriginFor<T>,
			notaries: BoundedVec<AccountId, ConstU32<MAX_TRUSTED>>,
		) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_set_trusted(notaries)
		}
	}

	/// What bears its own proof may come from anybody, with a fee or, by the proof alone, without.
	fn ensure_authorized_or_signed<T: Config>(origin: OriginFor<T>) -> DispatchResult {
		match frame_system::ensure_authorized(origin.clone()) {
			Ok(()) => Ok(()),
			Err(_) => Ok(ensure_signed(origin).map(|_| ())?),
		}
	}

	/// Length of both together.
	fn length(bytes: &[u8], earlier: Option<&Vec<u8>>) -> usize {
		bytes.len().saturating_add(earlier.map_or(0, |bytes| bytes.len()))
	}

	impl<T: Config> Pallet<T> {
		/// A weight with that of taking in so many bytes.
		fn with_bytes(weight: Weight, bytes: usize) -> Weight {
			weight.saturating_add(T::WeightInfo::read_bytes(bytes.saturated_into()))
		}

		/// The block that is being built.
		pub(crate) fn now() -> BlockNumber {
			frame_system::Pallet::<T>::block_number()
		}
	}
}
