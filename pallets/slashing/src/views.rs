//! What clients read through the runtime API, one function each.

use crate::{
	types::{Lost, PetitionState, SlashOf},
	Claims, Config, NextPetitionId, NextSettlementId, NextSlashId, Pallet, Petitions, Settlements, Slashes,
	Thresholds,
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use surety_primitives::{
	api::{
		PetitionInfo, PetitionPage, PetitionStatus, SettlementInfo, SettlementPage, SlashInfo, SlashPage,
		MAX_PAGE,
	},
	traits::Slashable,
	AccountId, AssetKind, Balance, PetitionId, SettlementId, SlashId,
};
use surety_stake::settlement::{part, pay_out};

/// Claims at the most that a settlement is shown with.
const SHOWN_CLAIMS: usize = 100;

impl<T: Config<AccountId = AccountId>> Pallet<T> {
	/// One slash.
	pub fn slash(id: SlashId) -> Option<SlashInfo> {
		let slash = Slashes::<T>::get(id)?;
		let takes = Self::takes(&slash);
		let claim = |lost: Lost<AccountId>| (lost.who, lost.asset, lost.loss.fees, lost.loss.beyond);
		Some(SlashInfo {
			id,
			operator: slash.operator,
			service: slash.service,
			era: slash.era,
			fraction: slash.fraction,
			asset: slash.asset,
			evidence: slash.evidence,
			reporter: slash.reporter,
			source: slash.source,
			deposit: slash.deposit,
			reported_at: slash.reported_at,
			review_ends: slash.review_ends,
			state: slash.state,
			takes,
			claims: slash.claims.into_iter().map(claim).collect(),
		})
	}

	/// Slashes from `start` on. Looks at `limit` numbers at the most.
	pub fn slashes(start: SlashId, limit: u32) -> SlashPage {
		let (end, next) = range(start, limit, NextSlashId::<T>::get());
		SlashPage { slashes: (start..end).filter_map(Self::slash).collect(), next }
	}

	/// One petition.
	pub fn petition_of(id: PetitionId) -> Option<PetitionInfo> {
		let petition = Petitions::<T>::get(id)?;
		let status = match petition.state {
			PetitionState::Open if Self::now() >= petition.closes_at => PetitionStatus::Expired,
			PetitionState::Open => PetitionStatus::Open,
			PetitionState::Passed { slash } => PetitionStatus::Passed(slash),
			PetitionState::Vetoed => PetitionStatus::Vetoed,
			PetitionState::Applied => PetitionStatus::Applied,
		};
		Some(PetitionInfo {
			id,
			threshold: Thresholds::<T>::get(&petition.asset),
			operator: petition.operator,
			service: petition.service,
			era: petition.era,
			asset: petition.asset,
			evidence: petition.evidence,
			opener: petition.opener,
			closes_at: petition.closes_at,
			weight: petition.weight,
			signers: petition.signers,
			min_signers: T::MinSigners::get(),
			status,
		})
	}

	/// Petitions from `start` on. Looks at `limit` numbers at the most.
	pub fn petitions(start: PetitionId, limit: u32) -> PetitionPage {
		let (end, next) = range(start, limit, NextPetitionId::<T>::get());
		PetitionPage { petitions: (start..end).filter_map(Self::petition_of).collect(), next }
	}

	/// Settlements from `start` on. Looks at `limit` numbers at the most.
	pub fn settlements(start: SettlementId, limit: u32) -> SettlementPage {
		let (end, next) = range(start, limit, NextSettlementId::<T>::get());
		SettlementPage { settlements: (start..end).filter_map(Self::settlement).collect(), next }
	}

	fn settlement(id: SettlementId) -> Option<SettlementInfo> {
		let settlement = Settlements::<T>::get(id)?;
		let (paid, left) = settlement.closed.unwrap_or_else(|| {
			let paid = pay_out(settlement.pool, settlement.losses);
			(paid, paid.total())
		});
		let due = |(who, loss)| (who, part(loss, settlement.losses, paid).min(left));
		Some(SettlementInfo {
			id,
			claims: Claims::<T>::iter_prefix(id).take(SHOWN_CLAIMS).map(due).collect(),
			closed: settlement.closed.is_some(),
			operator: settlement.operator,
			service: settlement.service,
			asset: settlement.asset,
			closes_at: settlement.closes_at,
			own: settlement.pool.own,
			delegated: settlement.pool.delegated,
			fees: settlement.losses.fees,
			beyond: settlement.losses.beyond,
		})
	}

	/// What a slash would take now, asset by asset.
	fn takes(slash: &SlashOf<T>) -> Vec<(AssetKind, Balance)> {
		let mut takes = Vec::new();
		if !slash.state.is_open() {
			return takes;
		}
		let mut last = None;
		while let Some(asset) = T::Stake::next_asset(&slash.operator, last.as_ref()) {
			let in_scope = slash.asset.as_ref().is_none_or(|only| *only == asset);
			let at_stake = T::Stake::punishable(&slash.operator, slash.service, slash.era, &asset);
			if in_scope && at_stake > 0 {
				takes.push((asset.clone(), slash.fraction.mul_floor(at_stake)));
			}
			last = Some(asset);
		}
		takes
	}
}

/// End of the range of numbers to look at, and where to go on, if anything is left.
fn range(start: u32, limit: u32, next: u32) -> (u32, Option<u32>) {
	let end = start.saturating_add(limit.clamp(1, MAX_PAGE)).min(next);
	(end, (end < next).then_some(end))
}
