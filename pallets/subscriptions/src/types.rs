//! What is stored, and the arithmetic of a subscription's life. No storage is touched here.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use surety_primitives::{AssetKind, Balance, BlockNumber, Price, ServiceId, Sla};

/// Price of a subscription.
pub type PriceOf = Price<AssetKind, Balance, BlockNumber>;

/// A client's place at an offer, and how the money stands.
///
/// `claimed ≤ due ≤ deposited` at any block; `deposited − claimed` is on hold.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Subscription<AccountId> {
	/// Who pays.
	pub client: AccountId,
	/// Who serves.
	pub operator: AccountId,
	/// What is served.
	pub service: ServiceId,
	/// What it costs, as it was when the subscription was taken.
	pub price: PriceOf,
	/// What is promised, as it was when the subscription was taken.
	pub sla: Sla,
	/// First block that is served.
	pub started: BlockNumber,
	/// Paid in since the start, in all, in the price's asset and its smallest unit.
	pub deposited: Balance,
	/// Paid out to the operator, in the same unit.
	pub claimed: Balance,
	/// First block that is no longer served because the operator gave notice.
	pub notice_ends_at: Option<BlockNumber>,
	/// Number of blocks from a notice to the end, as it was when the subscription was taken.
	pub notice: BlockNumber,
	/// Storage deposit, in the native token's smallest unit.
	pub deposit: Balance,
}

/// What could not be paid out when a subscription was cancelled or closed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Remainder<AccountId> {
	/// Who paid ahead, and on whose account everything is held.
	pub client: AccountId,
	/// Who served.
	pub operator: AccountId,
	/// What it is counted in.
	pub asset: AssetKind,
	/// Due to the operator, in the asset's smallest unit.
	pub owed: Balance,
	/// Due to the client, in the asset's smallest unit.
	pub refund: Balance,
	/// Storage deposit, in the native token's smallest unit; returned with the last part.
	pub deposit: Balance,
	/// First block in which the operator's part goes to the client if it still cannot be paid.
	pub forfeits_at: BlockNumber,
}

/// When a subscription ends, and by whose doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct End {
	/// First block that the money does not pay for in full; `None` when no block is too many.
	pub(crate) money: Option<BlockNumber>,
	/// First block that the operator does not serve: notice, or the offer's end.
	pub(crate) operator: Option<BlockNumber>,
}

impl End {
	/// First block that is not served; `None` when a free subscription runs on.
	pub(crate) fn at(&self) -> Option<BlockNumber> {
		match (self.money, self.operator) {
			(Some(money), Some(operator)) => Some(money.min(operator)),
			(money, operator) => money.or(operator),
		}
	}

	/// Whether block `now` is no longer served.
	pub(crate) fn reached(&self, now: BlockNumber) -> bool {
		self.at().is_some_and(|end| end <= now)
	}

	/// Whether block `now` is no longer served, though there was money for more.
	fn by_operator(&self, now: BlockNumber) -> bool {
		let Some(end) = self.operator else { return false };
		end <= now && self.money.is_none_or(|money| end < money)
	}
}

impl<AccountId> Subscription<AccountId> {
	/// When it ends as things stand, its offer closing at `offer_ends_at`.
	pub(crate) fn end(&self, offer_ends_at: Option<BlockNumber>) -> End {
		let operator = match (self.notice_ends_at, offer_ends_at) {
			(Some(notice), Some(offer)) => Some(notice.min(offer)),
			(notice, offer) => notice.or(offer),
		};
		let money =
			self.price.blocks_paid_by(self.deposited).and_then(|blocks| self.started.checked_add(blocks));
		End { money, operator }
	}

	/// Number of blocks served before `now`.
	pub(crate) fn served(&self, end: &End, now: BlockNumber) -> BlockNumber {
		end.at().map_or(now, |end| end.min(now)).saturating_sub(self.started)
	}

	/// Due for the blocks before `now`, paid or not, rounded down: against the operator, who claims.
	pub(crate) fn due(&self, end: &End, now: BlockNumber) -> Balance {
		self.price.due(self.served(end, now)).min(self.deposited)
	}

	/// What the operator could claim at `now`.
	pub(crate) fn claimable(&self, end: &End, now: BlockNumber) -> Balance {
		self.due(end, now).saturating_sub(self.claimed)
	}

	/// What the operator and the client would get if the account were closed at `now`. Together they are
	/// all that is left.
	pub(crate) fn split(&self, end: &End, now: BlockNumber) -> (Balance, Balance) {
		let due = if end.by_operator(now) {
			self.due(end, now)
		} else {
			self.price.due_rounded_up(self.served(end, now)).min(self.deposited)
		};
		(due.saturating_sub(self.claimed), self.deposited.saturating_sub(due.max(self.claimed)))
	}

	/// What is on hold for it.
	pub(crate) fn held(&self) -> Balance {
		self.deposited.saturating_sub(self.claimed)
	}
}
