//! What is stored, and the arithmetic of an agreement's life. No storage is touched here.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;
use surety_agreement::{debts::Debts, downtime::Downtime};
use surety_primitives::{
	agreement::{AgreementTerms, Party, Promise, Schedule},
	AccountId, Balance, BlockNumber, Era, SlashId,
};

/// Penalties of one agreement at the most that are under review at a time.
pub const MAX_PENDING: u32 = 4;

/// Terms that one has proposed to another.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Proposal {
	/// Who is to pay.
	pub client: AccountId,
	/// Who is to serve.
	pub operator: AccountId,
	/// Which of them has proposed it.
	pub by: Party,
	/// The terms.
	pub terms: AgreementTerms,
	/// Held from who has proposed it, in the native token's smallest unit.
	pub deposit: Balance,
	/// First block in which it can no longer be accepted.
	pub expires_at: BlockNumber,
}

impl Proposal {
	/// The account of one of the two.
	pub(crate) fn account(&self, party: Party) -> &AccountId {
		match party {
			Party::Client => &self.client,
			Party::Operator => &self.operator,
		}
	}
}

/// The question whether an operator can be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Challenge {
	/// Block in which it was asked: from this one on it is down, if it does not answer.
	pub at: BlockNumber,
	/// First block in which it is too late to answer.
	pub due: BlockNumber,
	/// What the answer is paid, held from the client, in the native token's smallest unit.
	pub fee: Balance,
	/// Era of stake in which it was asked.
	pub era: Era,
}

/// A penalty that is under review.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pending {
	/// The slash.
	pub slash: SlashId,
	/// How much of what is reserved it takes, in the native token's smallest unit.
	pub amount: Balance,
}

/// An agreement.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Agreement {
	/// Who pays.
	pub client: AccountId,
	/// Who serves.
	pub operator: AccountId,
	/// What both have agreed on; `renewals` is how many are left.
	pub terms: AgreementTerms,
	/// First block of it.
	pub start: BlockNumber,
	/// First block that is no longer part of it.
	pub end: BlockNumber,
	/// Who has given notice.
	pub notice: Option<Party>,
	/// Blocks after its end in which penalties can be claimed, as it was when it was made.
	pub claims_period: BlockNumber,
	/// Paid ahead in all, in the price's asset and its smallest unit.
	pub deposited: Balance,
	/// Paid out to the operator, in the same unit.
	pub paid: Balance,
	/// How long the operator was down.
	pub downtime: Downtime,
	/// Era that answers for downtime that was not counted yet.
	pub down_era: Era,
	/// Blocks of downtime past the promise that are owed for, or were.
	pub counted: u64,
	/// Whether it is asked if it can be reached.
	pub challenge: Option<Challenge>,
	/// First round of audits that was neither answered nor missed.
	pub next_round: u32,
	/// Rounds that were missed.
	pub missed: u32,
	/// What the operator owes.
	pub debts: Debts,
	/// Number of penalties that were reported.
	pub penalties: u32,
	/// Those that are under review.
	pub pending: BoundedVec<Pending, ConstU32<MAX_PENDING>>,
	/// What is reserved of the operator's own stake, in the native token's smallest unit.
	pub reserved: Balance,
	/// Who pays for the record.
	pub depositor: Party,
	/// Held for it, in the native token's smallest unit.
	pub deposit: Balance,
}

impl Agreement {
	/// The account of one of the two.
	pub(crate) fn account(&self, party: Party) -> &AccountId {
		match party {
			Party::Client => &self.client,
			Party::Operator => &self.operator,
		}
	}

	/// Which of the two an account is.
	pub(crate) fn party(&self, who: &AccountId) -> Option<Party> {
		[Party::Client, Party::Operator].into_iter().find(|party| self.account(*party) == who)
	}

	pub(crate) fn promise(&self) -> Promise {
		self.terms.promise(self.start)
	}

	pub(crate) fn schedule(&self) -> Schedule {
		self.terms.schedule(self.start)
	}

	/// Whether this block is no longer part of it.
	pub(crate) fn is_over(&self, now: BlockNumber) -> bool {
		now >= self.end
	}

	/// Whether this block is part of it.
	pub(crate) fn is_running(&self, now: BlockNumber) -> bool {
		now >= self.start && !self.is_over(now)
	}

	/// First block in which anybody can close it.
	pub(crate) fn closes_at(&self) -> BlockNumber {
		self.end.saturating_add(self.claims_period)
	}

	/// Whether the operator is down, as far as is known.
	pub(crate) fn is_down(&self) -> bool {
		self.downtime.isolation().is_some()
	}

	/// Blocks before this one that the client pays for: those in which the operator was not down.
	pub(crate) fn served(&self, now: BlockNumber) -> BlockNumber {
		let then = now.min(self.end);
		let down = u32::try_from(self.downtime.lasted(then)).unwrap_or(u32::MAX);
		then.saturating_sub(self.start).saturating_sub(down)
	}

	/// Due to the operator for the blocks before this one, paid or not, rounded down: against the operator, who claims.
	pub(crate) fn due(&self, now: BlockNumber) -> Balance {
		self.terms.price.due(self.served(now)).min(self.deposited)
	}

	/// What of that was not paid.
	pub(crate) fn claimable(&self, now: BlockNumber) -> Balance {
		self.due(now).saturating_sub(self.paid)
	}

	/// What is on hold for fees.
	pub(crate) fn held(&self) -> Balance {
		self.deposited.saturating_sub(self.paid)
	}

	/// What is reserved and no penalty under review takes.
	pub(crate) fn free_reserve(&self) -> Balance {
		let pending = self.pending.iter().fold(0, |sum: Balance, pending| sum.saturating_add(pending.amount));
		self.reserved.saturating_sub(pending)
	}

	/// Owes for the downtime up to now, as far as it is past the promise. `first` is the first era whose offences can still be
	/// reported: what is owed for earlier ones is lost.
	pub(crate) fn accrue(&mut self, now: BlockNumber, era: Era, first: Era) {
		let lasts = self.is_down() && !self.is_over(now);
		let excess = self.downtime.excess(&self.promise(), now.min(self.end));
		let more = Balance::from(excess.saturating_sub(self.counted));
		self.counted = self.counted.max(excess);
		// It is down in this era too, and past its promise.
		let answers = if lasts && self.down_era < first { era } else { self.down_era };
		// More than is reserved is never taken.
		let owed = more.saturating_mul(self.terms.downtime_penalty).min(self.terms.reserve);
		self.debts.add(answers, owed);
		self.debts.forget_before(first);
		if lasts {
			self.down_era = era;
		}
	}

	/// The round of audits that is to be shown next, and its block, of those whose randomness is still known: those before
	/// `forgotten` are not. `None` where there is none.
	pub(crate) fn round(&self, forgotten: BlockNumber) -> Option<(u32, BlockNumber)> {
		let schedule = self.schedule();
		let round = self.next_round.max(schedule.rounds_before(forgotten));
		let at = schedule.at(round).filter(|at| *at < self.end)?;
		Some((round, at))
	}
}

/// Randomness that the chain has kept, for whatever was fixed before it could be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Beacon {
	/// The randomness.
	pub seed: H256,
	/// What was fixed before this block was fixed without knowing it.
	pub valid_for: BlockNumber,
	/// The same of the beacon before it: a round from that block on, and before `valid_for`, is drawn from this one.
	pub after: BlockNumber,
	/// Block in which it was kept: from this one on it is known which chunks are to be shown.
	pub at: BlockNumber,
	/// Era of stake then: it answers for rounds that are missed.
	pub era: Era,
}

/// Which beacons are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Kept {
	/// Number of the first.
	pub first: u32,
	/// Number of the next one.
	pub next: u32,
	/// For what the last one that is not kept any more was valid: rounds before this block cannot be shown or missed.
	pub forgotten: BlockNumber,
	/// For what the latest one is valid.
	pub latest: BlockNumber,
}
