//! Payment channels between two accounts: each deposits once, pays by vouchers that never touch the chain, and is paid
//! out by the best voucher that it holds (S3 §2).
//!
//! What a voucher is, what a party may sign and take, and why a channel is settled as it is, is told by
//! `surety-response`; this pallet keeps the deposits and checks who may say what.
//!
//! - **Opening** needs both: one proposes and has its part held, the other accepts within a time and has its own held.
//!   A proposal ends without trace.
//! - **Vouchers** are handed in by whom they pay, or by a watcher with the payee's endorsement of that voucher: handing
//!   one in concedes what it acknowledges, and neither the payer nor a stranger can concede for somebody. A better one
//!   takes the place of one before it. Nobody has to hand in anything before a close.
//! - **Keys** are registered per channel. A party may add a few more and none is ever taken away, so all that it has
//!   signed counts until the channel is settled: a party could else declare void what it owes. By a stolen key alone its
//!   thief can pay the other party and nobody else, until the channel is settled; who has lost one closes the channel.
//!   No key is registered twice in a channel, so one party's signature is never the other's.
//! - **Closing**: at once on terms that both have signed, or by either alone. Then both have until a block that is
//!   fixed when the close begins to hand in what they hold. Nothing makes it later, and the number of blocks is the
//!   one under which the channel was proposed.
//! - **Settling** is anybody's. It never fails for want of an account that can take the money (blocked, frozen, or new
//!   and under the asset's minimum): each payment stands by itself, and what could not be made stays on hold as a
//!   [`Remainder`], which anybody may `collect` later. A storage deposit is returned with the last of its owner's share.
//! - **Edges**: the channel of an edge is opened and closed through [`Channels`](surety_primitives::traits::Channels)
//!   by the pallet that keeps the edges, and settled here like any other.
//!
//! Every call is O(1), and there are no hooks that do work.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use types::{Channel, Due, HandedIn, Party, Proposal, Remainder, Watcher, MAX_DUES, MAX_KEYS};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod closing;
mod crypto;
mod edges;
mod errors;
mod events;
mod holds;
#[cfg(test)]
mod mock;
mod opening;
mod parties;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
mod vouchers;
pub mod weights;

#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{fungible, fungibles},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;
	use sp_runtime::traits::{Header, HeaderProvider};
	use surety_primitives::{AssetKind, Balance, BlockNumber, ChannelId, EdgeId};
	use surety_response::{Claim, CloseTerms, KeyIndex, PerSide, PublicKey, Side, Signed, Voucher};

	/// Configuration of the pallet. Hashes and block numbers are as clients know them, who sign both.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		Hash = H256,
		Block: HeaderProvider<HeaderT: Header<Number = BlockNumber>>,
	>
	{
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The native token, in which storage deposits are held.
		type Currency: fungible::MutateHold<
			Self::AccountId,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// Every asset that channels may be in, in which deposits are held.
		type Assets: fungibles::MutateHold<
			Self::AccountId,
			AssetId = AssetKind,
			Balance = Balance,
			Reason = Self::RuntimeHoldReason,
		>;

		/// Who says in which assets channels can be opened.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Number of blocks in which a proposal can be accepted.
		type ProposalLifetime: Get<BlockNumber>;

		/// Number of blocks from the begin of a close until it can be settled. Long enough that everybody can hand in
		/// when everybody closes. A channel keeps the one under which it was proposed.
		type CloseWindow: Get<BlockNumber>;

		/// The least that window can be: with less nobody can answer a close.
		#[pallet::constant]
		type MinCloseWindow: Get<BlockNumber>;

		/// The most that window can be: with more nobody sees its money again.
		#[pallet::constant]
		type MaxCloseWindow: Get<BlockNumber>;

		/// Storage deposit of each party of a channel, in the native token's smallest unit. A channel keeps the one it
		/// was opened under.
		type StorageDeposit: Get<Balance>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Makes an asset for the benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: surety_primitives::benchmarking::AssetHelper<Self::AccountId>;
	}

	/// The pallet itself.
	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why this pallet holds money of an account.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposited in channels, in their assets, and not yet settled.
		Channel,
		/// Storage deposit for channels, in the native token.
		Storage,
	}

	/// The number that the next proposal or channel gets. Numbers are never reused.
	#[pallet::storage]
	pub type NextChannelId<T> = StorageValue<_, ChannelId, ValueQuery>;

	/// Channels that were proposed and not accepted yet.
	#[pallet::storage]
	pub type Proposals<T: Config> =
		StorageMap<_, Twox64Concat, ChannelId, Proposal<T::AccountId>, OptionQuery>;

	/// The channels that are open or closing.
	#[pallet::storage]
	pub type Channels<T: Config> = StorageMap<_, Twox64Concat, ChannelId, Channel<T::AccountId>, OptionQuery>;

	/// What could not be paid of channels that were settled.
	#[pallet::storage]
	pub type Remainders<T: Config> =
		StorageMap<_, Twox64Concat, ChannelId, Remainder<T::AccountId>, OptionQuery>;

	/// The numbers of all of these, by both of their parties.
	#[pallet::storage]
	pub type ByAccount<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ChannelId, (), OptionQuery>;

	/// The assets in which channels can be opened, beside the native token.
	#[pallet::storage]
	pub type AcceptedAssets<T: Config> = StorageMap<_, Blake2_128Concat, AssetKind, (), OptionQuery>;

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Proposes a channel to another account.
		///
		/// ## Dispatch origin
		/// Signed by the one who is to be its opener.
		///
		/// ## Details
		/// `deposit` is held at once, with the storage deposit in the native token; `other_deposit` is what the other
		/// is to deposit. Either may be nothing. `key` is the one that the opener's vouchers are signed with. The
		/// window for closing stays as it is now.
		///
		/// ## Errors
		/// `SelfChannel`, `AssetNotAccepted`, `ZeroAmount`, `WindowOutOfBounds`; the token's when the money is not
		/// there.
		///
		/// ## Events
		/// `Proposed`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open())]
		pub fn open(
			origin: OriginFor<T>,
			with: T::AccountId,
			asset: AssetKind,
			#[pallet::compact] deposit: Balance,
			#[pallet::compact] other_deposit: Balance,
			key: PublicKey,
		) -> DispatchResult {
			let opener = ensure_signed(origin)?;
			let parties = PerSide { opener, acceptor: with };
			let deposits = PerSide { opener: deposit, acceptor: other_deposit };
			Self::do_open(parties, asset, deposits, key)
		}

		/// Accepts a channel that was proposed.
		///
		/// ## Dispatch origin
		/// Signed by the one to whom it was proposed.
		///
		/// ## Details
		/// Its part is held, with its storage deposit. The channel is open from now on. A proposal never changes, so
		/// what is accepted is what was read under its number.
		///
		/// ## Errors
		/// `ProposalNotFound`, `NotAuthorized`, `ProposalExpired`, `AssetNotAccepted`, `KeyAlreadyRegistered`; the
		/// token's when the money is not there.
		///
		/// ## Events
		/// `Opened`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::accept())]
		pub fn accept(
			origin: OriginFor<T>,
			#[pallet::compact] id: ChannelId,
			key: PublicKey,
		) -> DispatchResult {
			let acceptor = ensure_signed(origin)?;
			Self::do_accept(acceptor, id, key)
		}

		/// Takes a proposal back, or turns it down. What was held for it is returned.
		///
		/// ## Dispatch origin
		/// Signed by either party.
		///
		/// ## Errors
		/// `ProposalNotFound`, `NotAuthorized`.
		///
		/// ## Events
		/// `ProposalEnded`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw_proposal())]
		pub fn withdraw_proposal(origin: OriginFor<T>, #[pallet::compact] id: ChannelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_proposal(who, id)
		}

		/// Clears away a proposal that has expired. What was held for it is returned.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Errors
		/// `ProposalNotFound`, `ProposalNotExpired`.
		///
		/// ## Events
		/// `ProposalEnded`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::expire_proposal())]
		pub fn expire_proposal(origin: OriginFor<T>, #[pallet::compact] id: ChannelId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire_proposal(id)
		}

		/// Deposits more in a channel.
		///
		/// ## Dispatch origin
		/// Signed by a party.
		///
		/// ## Details
		/// Vouchers count on as they were. Not while it is being closed.
		///
		/// ## Errors
		/// `ZeroAmount`, `ChannelNotFound`, `NotAuthorized`, `Closing`; the token's when the money is not there.
		///
		/// ## Events
		/// `ToppedUp`.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::top_up())]
		pub fn top_up(
			origin: OriginFor<T>,
			#[pallet::compact] id: ChannelId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_top_up(who, id, amount)
		}

		/// Registers another key that the signer's vouchers may be signed with.
		///
		/// ## Dispatch origin
		/// Signed by a party.
		///
		/// ## Details
		/// Keys that were registered before count on until the channel is settled: see the pallet. There can be
		/// [`MAX_KEYS`] of a party.
		///
		/// ## Errors
		/// `ChannelNotFound`, `NotAuthorized`, `KeyAlreadyRegistered`, `MaxKeysExceeded`.
		///
		/// ## Events
		/// `KeyAdded`.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::add_key())]
		pub fn add_key(
			origin: OriginFor<T>,
			#[pallet::compact] id: ChannelId,
			key: PublicKey,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_add_key(who, id, key)
		}

		/// Says who may hand in for the signer, and what it gets for that; or that nobody may.
		///
		/// ## Dispatch origin
		/// Signed by a party.
		///
		/// ## Details
		/// The watcher needs the party's endorsement of each voucher. Its reward comes from the party's payout, if
		/// during a close the watcher handed in the voucher that counts in the end. What it has earned by then, no
		/// later change takes from it.
		///
		/// ## Errors
		/// `ChannelNotFound`, `NotAuthorized`, `SelfWatcher`.
		///
		/// ## Events
		/// `WatcherSet`.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_watcher())]
		pub fn set_watcher(
			origin: OriginFor<T>,
			#[pallet::compact] id: ChannelId,
			watcher: Option<Watcher<T::AccountId>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_watcher(who, id, watcher)
		}

		/// Closes a channel at once, on terms that both parties have signed.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Details
		/// Works while the channel is open, and while it is being closed. The channel of an edge has to be closing
		/// already. What a watcher has earned is paid.
		///
		/// ## Errors
		/// `ChannelNotFound`, `BelongsToEdge`, `TermsExpired`, `WrongTotal`, `InvalidSignature`.
		///
		/// ## Events
		/// `Settled`, and `RemainderKept` when something could not be paid.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::close_cooperatively())]
		pub fn close_cooperatively(
			origin: OriginFor<T>,
			terms: CloseTerms,
			signatures: PerSide<Signed>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close_cooperatively(terms, signatures)
		}

		/// Begins to close a channel without the other's consent.
		///
		/// ## Dispatch origin
		/// Signed by a party.
		///
		/// ## Details
		/// Both parties, and their watchers, can hand in vouchers until the window is over. The channel of an edge is
		/// closed with the edge.
		///
		/// ## Errors
		/// `ChannelNotFound`, `NotAuthorized`, `BelongsToEdge`, `Closing`.
		///
		/// ## Events
		/// `CloseBegun`.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::close_unilaterally())]
		pub fn close_unilaterally(origin: OriginFor<T>, #[pallet::compact] id: ChannelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_close_unilaterally(who, id)
		}

		/// Hands in a voucher for its payee: it gains what the voucher says was paid to it, and concedes what the
		/// voucher acknowledges as paid by it.
		///
		/// ## Dispatch origin
		/// Signed by the payee; or by its watcher, with the payee's `endorsement` of the voucher.
		///
		/// ## Details
		/// While the channel is open, and until the window of a close is over. `signed` is the payer's signature. The
		/// voucher has to say that more was paid than the one handed in before, whose place it takes.
		///
		/// ## Errors
		/// `ChannelNotFound`, `NotAuthorized`, `EndorsementMismatch`, `OutsideOfWindow`, `NotBetter`,
		/// `InvalidSignature`.
		///
		/// ## Events
		/// `HandedIn`.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::hand_in())]
		pub fn hand_in(
			origin: OriginFor<T>,
			payee: Side,
			voucher: Voucher,
			signed: Signed,
			endorsement: Option<Signed>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_hand_in(who, payee, voucher, signed, endorsement)
		}

		/// Settles a channel when the window of its close is over: pays both, and their watchers, and returns the
		/// storage deposits.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Details
		/// What cannot be paid now stays on hold, see `collect`.
		///
		/// ## Errors
		/// `ChannelNotFound`, `OutsideOfWindow`.
		///
		/// ## Events
		/// `Settled`, and `RemainderKept` when something could not be paid.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::settle())]
		pub fn settle(origin: OriginFor<T>, #[pallet::compact] id: ChannelId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_settle(id)
		}

		/// Pays what could not be paid when a channel was settled.
		///
		/// ## Dispatch origin
		/// Signed by anybody.
		///
		/// ## Details
		/// Each payment stands by itself: one that cannot be made keeps no other from being made.
		///
		/// ## Errors
		/// `RemainderNotFound`, `NothingToCollect`.
		///
		/// ## Events
		/// `Collected`.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::collect())]
		pub fn collect(origin: OriginFor<T>, #[pallet::compact] id: ChannelId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_collect(id)
		}

		/// Lets channels be opened in an asset. The native token is always accepted.
		///
		/// ## Dispatch origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// `UnknownAsset`.
		///
		/// ## Events
		/// `AssetAccepted`.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::accept_asset())]
		pub fn accept_asset(origin: OriginFor<T>, asset: AssetKind) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_accept_asset(asset)
		}

		/// Lets no more channels be opened in an asset. Those that are open go on as they are, proposals can no longer
		/// be accepted.
		///
		/// ## Dispatch origin
		/// `AdminOrigin`.
		///
		/// ## Errors
		/// `AssetNotAccepted`.
		///
		/// ## Events
		/// `AssetRetired`.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::retire_asset())]
		pub fn retire_asset(origin: OriginFor<T>, asset: AssetKind) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_retire_asset(asset)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let (least, most) = (T::MinCloseWindow::get(), T::MaxCloseWindow::get());
			assert!(0 < least && least <= most, "channels: the bounds of the window leave nothing");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			<Self as surety_primitives::traits::CheckState>::check_state()
		}
	}
}
