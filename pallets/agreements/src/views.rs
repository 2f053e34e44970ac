//! What clients and operators read.

use crate::{
	pallet::*,
	types::{Pending, Proposal},
};
use alloc::vec::Vec;
use surety_primitives::{
	api::{
		AgreementInfo, AgreementPage, AuditInfo, DowntimeInfo, Drawn, ProposalInfo, ProposalPage, MAX_PAGE,
	},
	traits::Slashable,
	AccountId, AgreementId,
};

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

	/// One proposal.
	pub fn proposal(id: AgreementId) -> Option<ProposalInfo> {
		let Proposal { client, operator, by, terms, deposit, expires_at } = Proposals::<T>::get(id)?;
		let terms_hash = terms.hash(&client, &operator);
		Some(ProposalInfo { id, client, operator, by, terms, terms_hash, deposit, expires_at })
	}

	/// Proposals from `start` on, those that `of` is a party of where it is named. Looks at `limit` numbers, taken as 1 at
	/// the least and [`MAX_PAGE`] at the most.
	pub fn proposals(of: Option<AccountId>, start: AgreementId, limit: u32) -> ProposalPage {
		let limit = u64::from(limit.clamp(1, MAX_PAGE));
		let end = NextAgreementId::<T>::get();
		let stop = start.saturating_add(limit).min(end);
		let is_of = |proposal: &ProposalInfo| {
			of.as_ref().is_none_or(|who| [&proposal.client, &proposal.operator].contains(&who))
		};
		let proposals = (start..stop).filter_map(Self::proposal).filter(is_of).collect();
		ProposalPage { proposals, next: (stop < end).then_some(stop) }
	}

	/// One agreement.
	pub fn agreement(id: AgreementId) -> Option<AgreementInfo> {
		let agreement = Agreements::<T>::get(id)?;
		Some(AgreementInfo {
			id,
			start: agreement.start,
			end: agreement.end,
			closes_at: agreement.closes_at(),
			notice: agreement.notice,
			deposited: agreement.deposited,
			paid: agreement.paid,
			claimable: agreement.claimable(Self::now()),
			challenge_due: agreement.challenge.map(|challenge| challenge.due),
			missed: agreement.missed,
			downtime: Self::downtime_of(id)?,
			client: agreement.client,
			operator: agreement.operator,
			terms: agreement.terms,
		})
	}

	/// Agreements of a client after the one of `cursor`, in the order of storage: `limit` of them, taken as 1 at the least
	/// and [`MAX_PAGE`] at the most.
	pub fn agreements_of_client(client: AccountId, cursor: Option<AgreementId>, limit: u32) -> AgreementPage {
		match cursor {
			Some(after) => {
				let key = ByClient::<T>::hashed_key_for(&client, after);
				Self::page(ByClient::<T>::iter_key_prefix_from(&client, key), limit)
			}
			None => Self::page(ByClient::<T>::iter_key_prefix(&client), limit),
		}
	}

	/// The same of an operator.
	pub fn agreements_of_operator(
		operator: AccountId,
		cursor: Option<AgreementId>,
		limit: u32,
	) -> AgreementPage {
		match cursor {
			Some(after) => {
				let key = ByOperator::<T>::hashed_key_for(&operator, after);
				Self::page(ByOperator::<T>::iter_key_prefix_from(&operator, key), limit)
			}
			None => Self::page(ByOperator::<T>::iter_key_prefix(&operator), limit),
		}
	}

	fn page(mut ids: impl Iterator<Item = AgreementId>, limit: u32) -> AgreementPage {
		let limit = limit.clamp(1, MAX_PAGE) as usize;
		let taken: Vec<_> = ids.by_ref().take(limit).collect();
		let next = taken.last().copied().filter(|_| ids.next().is_some());
		AgreementPage { agreements: taken.into_iter().filter_map(Self::agreement).collect(), next }
	}
}
