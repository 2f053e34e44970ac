//! What clients and operators read.

use crate::{pallet::*, types::Pending};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use surety_primitives::{
	agreement::BeaconId, api::MAX_PAGE, traits::Slashable, AccountId, AgreementId, Balance, BlockNumber,
};

/// How the uptime of an agreement stands.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DowntimeInfo {
	/// First block of the isolation that lasts, if the operator is down.
	pub since: Option<BlockNumber>,
	/// Blocks in which it was down.
	pub lasted: u64,
	/// Blocks that count for it past what it promised.
	pub excess: u64,
	/// What it owes and the client has not claimed, in the native token's smallest unit.
	pub owed: Balance,
	/// What of that is reserved and not under review, in the native token's smallest unit.
	pub reserved: Balance,
	/// Penalties under review: numbers of the slashes and what each takes at the most.
	pub pending: Vec<(u32, Balance)>,
}

/// The round of audits that is to be shown next.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AuditInfo {
	/// Its number.
	pub round: u32,
	/// Its block.
	pub at: BlockNumber,
	/// What it is drawn from, once that is known, and what follows of it.
	pub drawn: Option<Drawn>,
}

/// What is to be shown in a round.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Drawn {
	/// Number of the randomness.
	pub beacon: BeaconId,
	/// First block in which it is too late.
	pub due: BlockNumber,
	/// Numbers of the chunks, from zero, one after the other.
	pub chunks: Vec<u64>,
}

impl<T: Config> Pallet<T> {
	/// How the uptime of an agreement stands.
	pub fn downtime_of(id: AgreementId) -> Option<DowntimeInfo> {
		let mut agreement = Agreements::<T>::get(id)?;
		let now = Self::now();
		if let Some(challenge) = agreement.challenge.take_if(|challenge| challenge.due <= now) {
			let promise = agreement.promise();
			agreement.downtime.fail(&promise, challenge.at);
			agreement.down_era = challenge.era;
		}
		agreement.accrue(now, T::Stake::era(), T::Stake::first_reportable());
		let then = now.min(agreement.end);
		Some(DowntimeInfo {
			since: agreement.downtime.isolation().map(|isolation| isolation.since),
			lasted: agreement.downtime.lasted(then),
			excess: agreement.downtime.excess(&agreement.promise(), then),
			owed: agreement.debts.total(),
			reserved: agreement.free_reserve(),
			pending: agreement.pending.iter().map(|Pending { slash, amount }| (*slash, *amount)).collect(),
		})
	}

	/// The round of audits of an agreement that is to be shown next. Looks through what randomness is kept, in as many
	/// steps as its number has digits in base two.
	pub fn audit_of(id: AgreementId) -> Option<AuditInfo> {
		let agreement = Agreements::<T>::get(id)?;
		let kept = KeptBeacons::<T>::get();
		let (number, at) = agreement.round(kept.forgotten)?;
		let (mut from, mut to) = (kept.first, kept.next);
		while from < to {
			let middle = from + (to - from) / 2;
			if Beacons::<T>::get(middle)?.valid_for > at {
				to = middle;
			} else {
				from = middle + 1;
			}
		}
		let drawn = Self::round_of(&agreement, from).ok().map(|round| Drawn {
			beacon: from,
			due: round.due(),
			chunks: round.leaves(id).collect(),
		});
		Some(AuditInfo { round: number, at, drawn })
	}

	/// Agreements of a client after `after`, in the order of storage: `limit` of them, taken as 1 at the least and
	/// [`MAX_PAGE`] at the most.
	pub fn agreements_of_client(
		client: &AccountId,
		after: Option<AgreementId>,
		limit: u32,
	) -> Vec<AgreementId> {
		let ids = match after {
			Some(after) => {
				let key = ByClient::<T>::hashed_key_for(client, after);
				ByClient::<T>::iter_key_prefix_from(client, key)
			}
			None => ByClient::<T>::iter_key_prefix(client),
		};
		ids.take(limit.clamp(1, MAX_PAGE) as usize).collect()
	}

	/// The same of an operator.
	pub fn agreements_of_operator(
		operator: &AccountId,
		after: Option<AgreementId>,
		limit: u32,
	) -> Vec<AgreementId> {
		let ids = match after {
			Some(after) => {
				let key = ByOperator::<T>::hashed_key_for(operator, after);
				ByOperator::<T>::iter_key_prefix_from(operator, key)
			}
			None => ByOperator::<T>::iter_key_prefix(operator),
		};
		ids.take(limit.clamp(1, MAX_PAGE) as usize).collect()
	}
}
