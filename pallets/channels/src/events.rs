//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// One has proposed a channel to another.
		Proposed {
			/// Number that the channel would have.
			id: ChannelId,
			/// Who has proposed it to whom.
			parties: PerSide<T::AccountId>,
			/// What is to be paid in.
			asset: AssetKind,
			/// What each is to deposit, in the asset's smallest unit.
			deposits: PerSide<Balance>,
			/// First block in which it can no longer be accepted.
			expires_at: BlockNumber,
		},
		/// A proposal was taken back, turned down or cleared away, and everything held for it returned.
		ProposalEnded {
			/// Number that the channel would have had.
			id: ChannelId,
			/// Whether it had expired.
			expired: bool,
		},
		/// A channel was opened.
		Opened {
			/// Its number.
			id: ChannelId,
			/// Whose it is.
			parties: PerSide<T::AccountId>,
			/// What is paid in.
			asset: AssetKind,
			/// What each has deposited, in the asset's smallest unit.
			deposits: PerSide<Balance>,
			/// The edge it belongs to, if any.
			edge: Option<EdgeId>,
			/// Number of blocks that a close is going to take at the least.
			close_window: BlockNumber,
		},
		/// A party has deposited more.
		ToppedUp {
			/// Number of the channel.
			id: ChannelId,
			/// Who.
			side: Side,
			/// What was added, in the smallest unit of the channel's asset.
			amount: Balance,
			/// Deposited by it in all, in the same unit.
			deposit: Balance,
		},
		/// A party has registered another key. Those before it count on.
		KeyAdded {
			/// Number of the channel.
			id: ChannelId,
			/// Whose.
			side: Side,
			/// The key.
			key: PublicKey,
			/// Its place among the party's keys.
			index: KeyIndex,
		},
		/// A party has said who may hand in for it.
		WatcherSet {
			/// Number of the channel.
			id: ChannelId,
			/// For whom.
			side: Side,
			/// Who, and for what reward; nobody any more where there is none.
			watcher: Option<Watcher<T::AccountId>>,
		},
		/// A channel is being closed. Each party has until the block to hand in the best voucher that it holds.
		CloseBegun {
			/// Number of the channel.
			id: ChannelId,
			/// Who closes it; the end of its edge where there is none.
			by: Option<T::AccountId>,
			/// First block in which it can be settled. Nothing makes that later.
			settles_at: BlockNumber,
		},
		/// A voucher was handed in for its payee.
		HandedIn {
			/// Number of the channel.
			id: ChannelId,
			/// Whom it pays.
			payee: Side,
			/// By whom: the payee, or its watcher.
			by: T::AccountId,
			/// What it says, in the smallest unit of the channel's asset.
			claim: Claim,
		},
		/// A channel was settled, and is gone.
		Settled {
			/// Number of the channel.
			id: ChannelId,
			/// What each gets, what it pays a watcher included, in the smallest unit of the channel's asset.
			payouts: PerSide<Balance>,
			/// What each pays a watcher of that.
			rewards: PerSide<Balance>,
			/// Whether the parties had agreed on it.
			cooperative: bool,
		},
		/// Something of a settled channel could not be paid, and stays on hold until it is collected.
		RemainderKept {
			/// Number of the channel.
			id: ChannelId,
			/// How much, in the smallest unit of the channel's asset.
			amount: Balance,
		},
		/// Something that had waited was paid.
		Collected {
			/// Number of the channel.
			id: ChannelId,
			/// How much, in the smallest unit of the channel's asset.
			amount: Balance,
			/// Whether nothing is left.
			complete: bool,
		},
		/// Channels can be opened in an asset.
		AssetAccepted {
			/// The asset.
			asset: AssetKind,
		},
		/// New channels can no longer be opened in an asset. Those that are open go on.
		AssetRetired {
			/// The asset.
			asset: AssetKind,
		},
	}
}
