//! What is stored.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use surety_primitives::{AssetKind, Balance, BlockNumber, ChannelStatus, EdgeId};
use surety_response::{settle, Claim, PerSide, PublicKey, Side};

/// Keys that a party can register for one channel.
///
/// None is ever taken away: the vouchers that it has signed would be worth nothing any more. So there are a few, and
/// who has to be rid of one closes the channel.
pub const MAX_KEYS: u32 = 4;

/// Payments of a settlement at the most: the rest of each hold to its owner, what the one has lost to the other, and of
/// that and of each hold what the watchers get.
pub const MAX_DUES: u32 = 6;

/// A channel that one has proposed to another. Its deposit is on hold.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Proposal<AccountId> {
	/// Who has proposed it to whom.
	pub parties: PerSide<AccountId>,
	/// What is to be paid in.
	pub asset: AssetKind,
	/// What each is to deposit, in the asset's smallest unit.
	pub deposits: PerSide<Balance>,
	/// The opener's key.
	pub key: PublicKey,
	/// Number of blocks that a close is going to take at the least, as it was when the channel was proposed.
	pub close_window: BlockNumber,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
	/// The opener's storage deposit, in the native token's smallest unit.
	pub storage_deposit: Balance,
}

/// Who may hand in for a party, with its endorsement.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Watcher<AccountId> {
	/// Whoever it is.
	pub account: AccountId,
	/// What it gets for having handed in during a close what the party did not, in the smallest unit of the channel's
	/// asset.
	pub reward: Balance,
}

/// What was handed in for a party.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct HandedIn<AccountId> {
	/// What that says.
	pub claim: Claim,
	/// The watcher that has earned a reward by it, as promised then.
	pub earned_by: Option<Watcher<AccountId>>,
}

/// One end of a channel.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Party<AccountId> {
	/// Whose it is.
	pub account: AccountId,
	/// What it has deposited, in the smallest unit of the channel's asset.
	pub deposit: Balance,
	/// The keys that its vouchers may be signed with, oldest first.
	pub keys: BoundedVec<PublicKey, ConstU32<MAX_KEYS>>,
	/// What was handed in for it, of vouchers that the other has signed.
	pub handed_in: Option<HandedIn<AccountId>>,
	/// Who may hand in for it.
	pub watcher: Option<Watcher<AccountId>>,
	/// Storage deposit, in the native token's smallest unit.
	pub storage_deposit: Balance,
}

/// A channel that is open, or closing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Channel<AccountId> {
	/// What is paid in.
	pub asset: AssetKind,
	/// The edge it belongs to, if any.
	pub edge: Option<EdgeId>,
	/// Both ends.
	pub parties: PerSide<Party<AccountId>>,
	/// Number of blocks from the begin of a close until it can be settled.
	pub close_window: BlockNumber,
	/// How far it has come.
	pub status: ChannelStatus<BlockNumber>,
}

impl<AccountId: PartialEq> Channel<AccountId> {
	/// The end that is `who`'s.
	pub(crate) fn side_of(&self, who: &AccountId) -> Option<Side> {
		Side::BOTH.into_iter().find(|side| self.parties.of(*side).account == *who)
	}
}

impl<AccountId> Channel<AccountId> {
	/// What each has deposited.
	pub(crate) fn deposits(&self) -> PerSide<Balance> {
		self.parties.as_ref().map(|party| party.deposit)
	}

	/// What each would get by what was handed in so far, rewards of watchers included.
	pub(crate) fn payouts(&self) -> PerSide<Balance> {
		let handed_in = self.parties.as_ref().map(|party| party.handed_in.as_ref().map(|h| h.claim));
		settle(self.deposits(), handed_in)
	}

	/// Whether a close has begun.
	pub(crate) fn is_closing(&self) -> bool {
		matches!(self.status, ChannelStatus::Closing { .. })
	}

	/// Whether `key` is registered for either end.
	pub(crate) fn knows_key(&self, key: &PublicKey) -> bool {
		Side::BOTH.into_iter().any(|side| self.parties.of(side).keys.contains(key))
	}
}

/// One payment of a settlement.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Due<AccountId> {
	/// On whose account it is held.
	pub held_from: Side,
	/// Whose share of the channel it is part of.
	pub share_of: Side,
	/// Who gets it: the one whose share it is, or its watcher.
	pub to: AccountId,
	/// How much, in the smallest unit of the channel's asset.
	pub amount: Balance,
}

/// What could not be paid yet of a channel that was settled.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Remainder<AccountId> {
	/// What was paid in.
	pub asset: AssetKind,
	/// Whose channel it was.
	pub parties: PerSide<AccountId>,
	/// What each still gets back for storage, in the native token's smallest unit.
	pub storage_deposits: PerSide<Balance>,
	/// What is to be paid.
	pub dues: BoundedVec<Due<AccountId>, ConstU32<MAX_DUES>>,
}

impl<AccountId> Remainder<AccountId> {
	/// Whether nothing is left of it.
	pub(crate) fn is_empty(&self) -> bool {
		self.dues.is_empty() && self.storage_deposits == PerSide::default()
	}
}

/// What each side pays its watcher out of `payouts`: as promised, or all it gets if that is less.
pub(crate) fn rewards<AccountId>(
	channel: &Channel<AccountId>,
	payouts: &PerSide<Balance>,
) -> PerSide<Balance> {
	let mut rewards = PerSide::default();
	for side in Side::BOTH {
		let earned = channel.parties.of(side).handed_in.as_ref().and_then(|h| h.earned_by.as_ref());
		*rewards.of_mut(side) = earned.map_or(0, |watcher| watcher.reward.min(*payouts.of(side)));
	}
	rewards
}

/// The payments by which `channel` comes to `payouts`, which are together what was deposited.
///
/// What is paid to the other goes out of the hold of the one who has lost, and everything else out of the receiver's
/// own. A watcher is paid out of what the one whom it served has gained, as far as that goes.
pub(crate) fn remainder<AccountId: Clone>(
	channel: Channel<AccountId>,
	payouts: PerSide<Balance>,
) -> Remainder<AccountId> {
	let rewards = rewards(&channel, &payouts);
	let Channel { asset, parties, .. } = channel;
	let lost = |side: Side| parties.of(side).deposit.saturating_sub(*payouts.of(side));
	let loser = if lost(Side::Opener) > 0 { Side::Opener } else { Side::Acceptor };
	let winner = loser.other();
	let moved = lost(loser);
	let own = parties.of(winner).deposit;
	// The winner's watcher, out of what is moved first.
	let reward = *rewards.of(winner);
	let reward_moved = reward.min(moved);
	let reward_own = reward.saturating_sub(reward_moved);
	let loser_reward = *rewards.of(loser);

	let watcher = |side: Side| {
		parties.of(side).handed_in.as_ref().and_then(|h| h.earned_by.as_ref()).map(|w| w.account.clone())
	};
	let account = |side: Side| Some(parties.of(side).account.clone());
	// What others get of a hold goes out before the rest is its owner's again.
	let payments = [
		(loser, winner, account(winner), moved.saturating_sub(reward_moved)),
		(loser, winner, watcher(winner), reward_moved),
		(winner, winner, watcher(winner), reward_own),
		(loser, loser, watcher(loser), loser_reward),
		(winner, winner, account(winner), own.saturating_sub(reward_own)),
		(loser, loser, account(loser), payouts.of(loser).saturating_sub(loser_reward)),
	];
	let dues = payments.into_iter().filter_map(|(held_from, share_of, to, amount)| {
		let to = to.filter(|_| amount > 0)?;
		Some(Due { held_from, share_of, to, amount })
	});
	Remainder {
		asset,
		storage_deposits: parties.as_ref().map(|party| party.storage_deposit),
		// As many as there are at the most.
		dues: BoundedVec::truncate_from(dues.collect()),
		parties: parties.map(|party| party.account),
	}
}
