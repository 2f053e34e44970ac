//! What there is.

use codec::{Decode, Encode};
use pallet_referenda::ReferendumInfo;
use surety_primitives::{
	AssetId, AssetKind, Balance, BlockNumber, Era, PetitionId, ServiceId, SettlementId, SlashId,
	SubscriptionId,
};
use surety_runtime::{AccountId, Restaking, Runtime, System};

type ServiceOf = pallet_registry::ServiceOf<Runtime>;
type OperatorOf = pallet_registry::OperatorOf<Runtime>;
type OfferOf = pallet_registry::OfferOf<Runtime>;

/// What there is, as of when it was looked up.
#[derive(Default, Debug)]
pub struct World {
	pub(super) now: BlockNumber,
	pub(super) era: Era,
	pub(super) windows: pallet_windows::Windows,
	pub(super) services: Vec<(ServiceId, ServiceOf)>,
	pub(super) operators: Vec<(AccountId, OperatorOf)>,
	pub(super) offers: Vec<(ServiceId, AccountId, OfferOf)>,
	pub(super) subscriptions: Vec<(SubscriptionId, pallet_subscriptions::Subscription<AccountId>)>,
	pub(super) remainders: Vec<SubscriptionId>,
	pub(super) ledgers: Vec<(AccountId, AssetKind, Vec<(ServiceId, u32)>)>,
	pub(super) positions: Vec<(AccountId, AccountId, AssetKind)>,
	pub(super) accepted: Vec<AssetKind>,
	pub(super) unmoved: Vec<AssetKind>,
	pub(super) slashes: Vec<(SlashId, pallet_slashing::SlashOf<Runtime>)>,
	pub(super) settlements: Vec<(SettlementId, BlockNumber)>,
	pub(super) claims: Vec<(SettlementId, AccountId)>,
	pub(super) petitions: Vec<(PetitionId, pallet_slashing::Petition<AccountId>)>,
	pub(super) signatures: Vec<(PetitionId, AccountId)>,
	pub(super) assets: Vec<AssetId>,
	pub(super) barred: Vec<(AssetId, AccountId)>,
	pub(super) proxies: Vec<(AccountId, AccountId)>,
	pub(super) referenda: Vec<(u32, bool, bool)>,
	pub(super) votes: Vec<(AccountId, u16)>,
	pub(super) motions: Vec<(sp_core::H256, u32)>,
	pub(super) validator_slashes: Vec<(u32, u32)>,
	pub(super) staking_era: u32,
	pub(super) safe_mode: bool,
	pub(super) paused: Vec<pallet_tx_pause::RuntimeCallNameOf<Runtime>>,
	pub(super) notary: super::notary::Known,
	pub(super) channels: super::channels::Known,
	pub(super) topology: super::topology::Known,
	pub(super) agreements: super::agreements::Known,
}

impl World {
	/// Looks everything up.
	pub fn look() -> Self {
		let motions = pallet_collective::ProposalOf::<
			Runtime,
			surety_runtime::config::governance::TechnicalCollective,
		>::iter_keys();
		let motions = motions.filter_map(|hash| {
			let voting = pallet_collective::Voting::<
				Runtime,
				surety_runtime::config::governance::TechnicalCollective,
			>::get(hash)?;
			// Its number is private, and comes first.
			Some((hash, u32::decode(&mut &voting.encode()[..]).ok()?))
		});
		let proxies = pallet_proxy::Proxies::<Runtime>::iter().flat_map(|(real, (list, _))| {
			list.into_iter().map(|proxy| (real.clone(), proxy.delegate)).collect::<Vec<_>>()
		});
		let referenda =
			pallet_referenda::ReferendumInfoFor::<Runtime>::iter().map(|(index, info)| match info {
				ReferendumInfo::Ongoing(status) => (index, true, status.decision_deposit.is_some()),
				_ => (index, false, true),
			});
		let lots = |stock: pallet_restaking::Stock| {
			let lots = stock.ledger.lots().to_vec();
			lots.into_iter().filter_map(|lot| Some((lot.service?, lot.parts))).collect()
		};
		let barred = pallet_assets::Account::<Runtime>::iter().filter_map(|(asset, who, account)| {
			let liquid = account.status == pallet_assets::AccountStatus::Liquid;
			(!liquid).then_some((asset, who))
		});
		Self {
			now: System::block_number(),
			era: Restaking::era(),
			windows: pallet_windows::Current::<Runtime>::get(),
			services: pallet_registry::Services::<Runtime>::iter().collect(),
			operators: pallet_registry::Operators::<Runtime>::iter().collect(),
			offers: pallet_registry::Offers::<Runtime>::iter().collect(),
			subscriptions: pallet_subscriptions::Subscriptions::<Runtime>::iter().collect(),
			remainders: pallet_subscriptions::Remainders::<Runtime>::iter_keys().collect(),
			ledgers: pallet_restaking::Ledgers::<Runtime>::iter()
				.map(|(operator, asset, stock)| (operator, asset, lots(stock)))
				.collect(),
			positions: pallet_restaking::Positions::<Runtime>::iter_keys().collect(),
			accepted: pallet_restaking::AcceptedAssets::<Runtime>::get()
				.into_iter()
				.map(|(asset, _)| asset)
				.collect(),
			unmoved: pallet_restaking::Unmoved::<Runtime>::iter_keys().collect(),
			slashes: pallet_slashing::Slashes::<Runtime>::iter().collect(),
			settlements: pallet_slashing::Settlements::<Runtime>::iter()
				.filter(|(_, settlement)| settlement.closed.is_none())
				.map(|(id, settlement)| (id, settlement.closes_at))
				.collect(),
			claims: pallet_slashing::Claims::<Runtime>::iter_keys().collect(),
			petitions: pallet_slashing::Petitions::<Runtime>::iter().collect(),
			signatures: pallet_slashing::Signatures::<Runtime>::iter_keys().collect(),
			assets: pallet_assets::Asset::<Runtime>::iter_keys().collect(),
			barred: barred.collect(),
			proxies: proxies.collect(),
			referenda: referenda.collect(),
			votes: pallet_conviction_voting::VotingFor::<Runtime>::iter_keys().collect(),
			motions: motions.collect(),
			validator_slashes: pallet_staking::UnappliedSlashes::<Runtime>::iter()
				.map(|(era, slashes)| (era, u32::try_from(slashes.len()).unwrap_or(u32::MAX)))
				.filter(|(_, count)| *count > 0)
				.collect(),
			staking_era: pallet_staking::CurrentEra::<Runtime>::get().unwrap_or_default(),
			safe_mode: pallet_safe_mode::EnteredUntil::<Runtime>::exists(),
			paused: pallet_tx_pause::PausedCalls::<Runtime>::iter_keys().collect(),
			notary: super::notary::Known::look(),
			channels: super::channels::Known::look(),
			topology: super::topology::Known::look(),
			agreements: super::agreements::Known::look(),
		}
	}

	/// Blocks in which something falls due.
	pub(super) fn due(&self) -> impl Iterator<Item = BlockNumber> + '_ {
		let slashes = self.slashes.iter().filter(|(_, slash)| slash.state.is_open());
		let slashes = slashes.flat_map(|(_, slash)| [slash.review_ends.saturating_sub(1), slash.review_ends]);
		let settlements = self.settlements.iter().map(|(_, closes_at)| *closes_at);
		slashes
			.chain(settlements)
			.chain(self.notary.due())
			.chain(self.channels.due())
			.chain(self.topology.due())
			.chain(self.agreements.due())
	}

	/// What a block costs at the least, rounded up, of an amount a period.
	pub(super) fn a_block(price: &pallet_registry::Price) -> Balance {
		price.amount.div_ceil(Balance::from(price.period.max(1)))
	}
}
