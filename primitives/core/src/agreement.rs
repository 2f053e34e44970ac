//! Agreements: what a client and an operator promise each other (S3 §6), and what the pallet that keeps them asks of
//! others.

use crate::{AssetKind, Balance, BlockNumber, Era, Price, ServiceId, SlashId};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;

pub use surety_agreement::{
	downtime::Promise,
	merkle::{ChunkProof, Data},
	schedule::Schedule,
};
pub use surety_graph::reach::Limits;

/// Number of an agreement, given when it is proposed and never reused.
pub type AgreementId = u64;

/// Number of a beacon: randomness that the chain has kept, one after the other.
pub type BeaconId = u32;

/// The two who agree.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Party {
	/// Who pays, and is served.
	Client,
	/// Who is paid, and serves.
	Operator,
}

impl Party {
	/// The other one.
	#[must_use]
	pub fn other(self) -> Self {
		match self {
			Self::Client => Self::Operator,
			Self::Operator => Self::Client,
		}
	}
}

/// What counts as an answer to a request. Whoever judges answers reads it from here: gateways, and who settles disputes.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum AnswerRule {
	/// Whatever the operator has signed, a refusal among it.
	Signed,
	/// What the operator has signed, and is no refusal: a refusal is not silence, but is no answer either.
	Served,
	/// What the service's verifier passes.
	Verified,
}

/// How an operator shows that it still has the data.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Audits {
	/// Blocks from one round to the next.
	pub interval: BlockNumber,
	/// Chunks that are shown in a round. 459 in all find a loss of 1% with 99%: see [`surety_agreement::sampling`].
	pub samples: u32,
	/// Blocks in which they are, from the one on in which it is known which.
	pub answer: BlockNumber,
	/// What a round that is missed costs, in the native token's smallest unit.
	pub penalty: Balance,
}

/// All that a client and an operator agree on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AgreementTerms {
	/// Which of the operator's services stands behind it.
	pub service: ServiceId,
	/// What the operator keeps, if it keeps anything.
	pub data: Option<Data>,
	/// How it shows that it still has it.
	pub audits: Option<Audits>,
	/// How far from the centre of the network it may be: latency in ms, bandwidth in kbit/s, price of a message at the
	/// most.
	pub reach: Limits,
	/// What counts as an answer.
	pub answers: AnswerRule,
	/// Part of each period for which the operator is up at the least.
	pub uptime: Perbill,
	/// Blocks in a period.
	pub period: BlockNumber,
	/// Isolations in a period that count for what they last.
	pub grace: u32,
	/// Blocks by which the least rises that each further one counts for.
	pub quantum: BlockNumber,
	/// Blocks in which the operator answers when it is asked whether it can be reached.
	pub reach_answer: BlockNumber,
	/// What a block of downtime past the promise costs, in the native token's smallest unit.
	pub downtime_penalty: Balance,
	/// What of the operator's own stake is reserved, and all that penalties can come to, in the native token's smallest
	/// unit.
	pub reserve: Balance,
	/// What the client pays.
	pub price: Price<AssetKind, Balance, BlockNumber>,
	/// First block of it; the one of its acceptance, if that is later.
	pub starts_at: BlockNumber,
	/// Blocks that the client pays for ahead.
	pub length: BlockNumber,
	/// How often the client may prolong it by as many blocks, at these terms.
	pub renewals: u32,
	/// Blocks from the notice of either to the end.
	pub notice: BlockNumber,
}

impl AgreementTerms {
	/// Blocks of a period for which the operator may be down, rounded down: against the operator, who promised.
	#[must_use]
	pub fn allowance(&self) -> BlockNumber {
		self.period.saturating_sub(self.uptime.mul_ceil(self.period))
	}

	/// What is promised about uptime by an agreement that begins in this block.
	#[must_use]
	pub fn promise(&self, start: BlockNumber) -> Promise {
		Promise {
			start,
			period: self.period,
			allowance: self.allowance(),
			quantum: self.quantum,
			grace: self.grace,
		}
	}

	/// When rounds of audits are due in an agreement that begins in this block.
	#[must_use]
	pub fn schedule(&self, start: BlockNumber) -> Schedule {
		Schedule { start, interval: self.audits.map_or(0, |audits| audits.interval) }
	}

	/// Hash of what is agreed on, and by whom: what both consent to.
	#[must_use]
	pub fn hash<AccountId: Encode>(&self, client: &AccountId, operator: &AccountId) -> H256 {
		(b"surety/agreement/terms/1", client, operator, self).using_encoded(blake2_256).into()
	}
}

/// Hash of the evidence of a penalty; it names the client, who alone reports it. `number` tells penalties of one agreement
/// apart.
#[must_use]
pub fn penalty_evidence<AccountId: Encode>(
	agreement: AgreementId,
	number: u32,
	era: Era,
	amount: Balance,
	client: &AccountId,
) -> H256 {
	(b"surety/agreement/penalty/1", agreement, number, era, amount, client).using_encoded(blake2_256).into()
}

/// What operators could lose of their own.
pub trait OwnStake<AccountId> {
	/// What an offence of `operator` on `service` in `era` could still take of its own native stake, whatever was delegated
	/// to it: what slashes of that era that were applied took is taken off.
	fn own_punishable(operator: &AccountId, service: ServiceId, era: Era) -> Balance;
}

/// How far a slash has come, as those see it who asked for it.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Verdict {
	/// It is under review, or is being applied.
	Open,
	/// It was applied, in every asset.
	Applied,
	/// It was vetoed.
	Vetoed,
}

/// What became of reported offences.
pub trait Verdicts {
	/// How far a slash has come; `None` where it is forgotten, or never was.
	fn verdict(slash: SlashId) -> Option<Verdict>;

	/// Lets the review of a slash end, and applies it.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_applied(slash: SlashId);
}

/// What benchmarks of agreements need of the network.
#[cfg(feature = "runtime-benchmarks")]
pub trait Isolate<AccountId> {
	/// Cuts the node of `who` off, as of the last block.
	fn isolate(who: &AccountId);
}

#[cfg(test)]
mod tests {
	use super::*;

	fn terms(uptime: Perbill, period: BlockNumber) -> AgreementTerms {
		AgreementTerms {
			service: 0,
			data: None,
			audits: None,
			reach: Limits { latency_ms: 1, bandwidth_kbit_s: 1, price: 1, bytes: 1 },
			answers: AnswerRule::Signed,
			uptime,
			period,
			grace: 0,
			quantum: 0,
			reach_answer: 1,
			downtime_penalty: 1,
			reserve: 1,
			price: Price { asset: AssetKind::Native, amount: 1, period: 1 },
			starts_at: 0,
			length: 1,
			renewals: 0,
			notice: 0,
		}
	}

	#[test]
	fn allowance_should_be_rounded_against_who_promises() {
		assert_eq!(terms(Perbill::from_percent(99), 1_000).allowance(), 10);
		assert_eq!(terms(Perbill::from_percent(99), 1_099).allowance(), 10);
		assert_eq!(terms(Perbill::from_percent(99), 99).allowance(), 0);
		assert_eq!(terms(Perbill::one(), u32::MAX).allowance(), 0);
		assert_eq!(terms(Perbill::zero(), u32::MAX).allowance(), u32::MAX);
	}

	#[test]
	fn hash_should_be_of_the_terms_and_of_both() {
		let (a, b) = (terms(Perbill::one(), 1), terms(Perbill::one(), 2));
		assert_eq!(a.hash(&1u32, &2u32), a.hash(&1u32, &2u32));
		assert_ne!(a.hash(&1u32, &2u32), a.hash(&2u32, &1u32));
		assert_ne!(a.hash(&1u32, &2u32), b.hash(&1u32, &2u32));
	}
}
