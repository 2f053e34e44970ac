//! Nothing comes from nowhere, nothing is lost, and nobody pays who has not acted.

use super::{hold, who, Phase, Verdict};
use crate::{accounts, chain::Dispatched};
use frame_support::weights::Weight;
use frame_support::{
	dispatch::DispatchClass,
	traits::{
		fungible::{Inspect as _, InspectHold as _},
		fungibles::{Inspect as _, InspectHold as _},
		Get, GetCallMetadata,
	},
};
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{AssetKind, Balance};
use surety_runtime::{
	AccountId, Assets, AssetsHolder, Balances, BlockWeights, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason, System,
};

/// What an account has in all, on hold or not.
pub(crate) fn total(asset: &AssetKind, account: &AccountId) -> Balance {
	match asset {
		AssetKind::Native => Balances::total_balance(account),
		AssetKind::WithId(id) => Assets::total_balance(*id, account),
	}
}

fn issuance(asset: &AssetKind) -> Balance {
	match asset {
		AssetKind::Native => Balances::total_issuance(),
		AssetKind::WithId(id) => Assets::total_issuance(*id),
	}
}

/// What there was before a phase.
#[derive(Debug)]
pub(crate) struct Before {
	weight: Weight,
	issuance: Vec<(AssetKind, Balance)>,
	balances: Vec<(AccountId, AssetKind, Purse)>,
}

/// What an account has of an asset.
#[derive(Clone, Copy, Debug)]
struct Purse {
	/// In all, on hold or not.
	total: Balance,
	/// Not on hold.
	free: Balance,
	/// On hold for what notaries, channels and the network may make it pay: fees, answers, bounties, subsidies, deposits in
	/// channels, penalties of edges, stakes of nodes, what agreements cost.
	pledged: Balance,
}

impl Purse {
	fn look(asset: &AssetKind, account: &AccountId) -> Self {
		let channel = RuntimeHoldReason::Channels(pallet_channels::HoldReason::Channel);
		let fee = RuntimeHoldReason::Agreements(pallet_agreements::HoldReason::Fee);
		let total = total(asset, account);
		match asset {
			AssetKind::Native => {
				use pallet_notary::HoldReason::{Bounty, Challenge, Fee, Subsidy};
				let reasons = [Fee, Challenge, Bounty, Subsidy].map(RuntimeHoldReason::Notary);
				let of_nodes = [pallet_topology::HoldReason::Penalty, pallet_topology::HoldReason::Stake];
				let of_nodes = of_nodes.map(RuntimeHoldReason::Topology);
				let of_clients =
					[fee, RuntimeHoldReason::Agreements(pallet_agreements::HoldReason::Challenge)];
				let held = reasons.into_iter().chain(of_nodes).chain(of_clients).chain([channel]);
				let held = held.map(|reason| Balances::balance_on_hold(&reason, account));
				let pledged = held.fold(0, Balance::saturating_add);
				Self { total, free: Balances::balance(account), pledged }
			}
			AssetKind::WithId(id) => {
				let pledged =
					[channel, fee].map(|reason| AssetsHolder::balance_on_hold(*id, &reason, account));
				let pledged = pledged.into_iter().fold(0, Balance::saturating_add);
				Self { total, free: Assets::balance(*id, account), pledged }
			}
		}
	}
}

impl Before {
	pub(crate) fn look(phase: Phase<'_>) -> Self {
		let own = phase.own_call().is_some();
		let counted = own || matches!(phase, Phase::Finish);
		let assets = || [AssetKind::Native].into_iter().chain(accounts::ASSETS.map(AssetKind::WithId));
		let weight = System::block_weight().total();
		let mut before = Self { weight, issuance: Vec::new(), balances: Vec::new() };
		if counted {
			before.issuance = assets().map(|asset| (asset.clone(), issuance(&asset))).collect();
		}
		if own {
			for asset in [AssetKind::Native, AssetKind::WithId(accounts::DOLLAR)] {
				for account in accounts::all().iter().chain([&accounts::treasury()]) {
					before.balances.push((account.clone(), asset.clone(), Purse::look(&asset, account)));
				}
			}
		}
		before
	}

	/// What accounts had of an asset.
	pub(crate) fn totals<'a>(
		&'a self,
		asset: &'a AssetKind,
	) -> impl Iterator<Item = (&'a AccountId, Balance)> + 'a {
		let of_asset = self.balances.iter().filter(move |(_, other, _)| other == asset);
		of_asset.map(|(account, _, purse)| (account, purse.total))
	}

	/// `paid` is what accounts were made to pay by what they had agreed to before; those in `bound` are bound by what they
	/// have proposed or offered.
	pub(crate) fn check(
		&self,
		phase: Phase<'_>,
		events: &[RuntimeEvent],
		paid: &BTreeMap<(AccountId, AssetKind), Balance>,
		bound: &BTreeSet<AccountId>,
	) -> Verdict {
		if matches!(phase, Phase::Finish) {
			check_block(self.weight)?;
		}
		let mut burned = BTreeMap::<AssetKind, Balance>::new();
		let mut forfeited = BTreeMap::<AccountId, Balance>::new();
		for event in events {
			match event {
				RuntimeEvent::Slashing(pallet_slashing::Event::Cut { asset, burned: amount, .. }) => {
					let sum = burned.entry(asset.clone()).or_default();
					*sum = sum.saturating_add(*amount);
				}
				RuntimeEvent::Slashing(pallet_slashing::Event::SignatureResolved {
					client,
					bond,
					forfeited: true,
					..
				}) => {
					let sum = forfeited.entry(client.clone()).or_default();
					*sum = sum.saturating_add(*bond);
				}
				// How much of what should is judged by the book of the network.
				RuntimeEvent::Balances(pallet_balances::Event::BurnedHeld {
					reason: RuntimeHoldReason::Topology(_),
					amount,
					..
				}) => {
					let sum = burned.entry(AssetKind::Native).or_default();
					*sum = sum.saturating_add(*amount);
				}
				_ => {}
			}
		}
		for (asset, before) in &self.issuance {
			let after = issuance(asset);
			let burned = burned.get(asset).copied().unwrap_or_default();
			// What cannot burn goes to the treasury; and an account that falls below an asset's minimum burns the rest.
			let exact = *asset == AssetKind::Native;
			let expected = before.saturating_sub(burned);
			hold!(
				if exact { after == expected } else { after <= *before },
				"issuance falls by what burns, and never grows",
				"{asset:?}: {before} became {after}, though {burned} burned"
			);
		}
		let Some((signer, call)) = phase.own_call() else { return Ok(()) };
		let pledges = matches!(
			call,
			RuntimeCall::Notary(_)
				| RuntimeCall::Channels(_)
				| RuntimeCall::Topology(_)
				| RuntimeCall::Agreements(_)
		);
		let signed = signed_for(events);
		for (account, asset, before) in self.balances.iter().filter(|(account, ..)| Some(account) != signer) {
			let after = Purse::look(asset, account);
			let mut owed = paid.get(&(account.clone(), asset.clone())).copied().unwrap_or_default();
			let mut price = 0;
			if *asset == AssetKind::Native {
				owed = owed.saturating_add(forfeited.get(account).copied().unwrap_or_default());
				price = signed.get(account).copied().unwrap_or_default();
				owed = owed.saturating_add(price);
			}
			if pledges {
				owed = owed.saturating_add(before.pledged.saturating_sub(after.pledged));
			}
			// Of an account that keeps less than the minimum, the rest is gone.
			let dust = if *asset == AssetKind::Native || owed == 0 { 0 } else { accounts::MINIMUM };
			hold!(
				after.total >= before.total.saturating_sub(owed).saturating_sub(dust),
				"nobody pays who has not acted",
				"{} had {before:?} of {asset:?} and has {after:?}, though it owed no more than {owed}",
				who(account)
			);
			hold!(
				!pledges
					|| bound.contains(account)
					|| after.free.saturating_add(price).saturating_add(dust) >= before.free,
				"nobody has less to spend who has not acted",
				"{} had {before:?} of {asset:?} and has {after:?}",
				who(account)
			);
		}
		Ok(())
	}
}

/// What notaries pay for the bytes of publications that they have signed, whoever hands them in.
fn signed_for(events: &[RuntimeEvent]) -> BTreeMap<AccountId, Balance> {
	let mut signed = BTreeMap::<AccountId, Balance>::new();
	for event in events {
		if let RuntimeEvent::Notary(pallet_notary::Event::Published { notary, price, .. }) = event {
			let sum = signed.entry(notary.clone()).or_default();
			*sum = sum.saturating_add(*price);
		}
	}
	signed
}

/// A call weighs no more than it announced.
pub(crate) fn check_weight(call: &RuntimeCall, dispatched: &Dispatched) -> Verdict {
	let post = match &dispatched.result {
		Ok(post) => post,
		Err(error) => &error.post_info,
	};
	let name = call.get_call_metadata();
	if let Some(actual) = post.actual_weight {
		hold!(
			actual.all_lte(dispatched.announced),
			"a call weighs no more than it announced",
			"{}.{} weighed {actual:?} and had announced {:?}",
			name.pallet_name,
			name.function_name,
			dispatched.announced
		);
	}
	Ok(())
}

/// A block weighs no more than a block may, unless it did before it came to its end: the turn of a session takes a
/// whole block, by the SDK's reckoning, and then nothing more is done.
fn check_block(before: Weight) -> Verdict {
	let most = <BlockWeights as Get<frame_system::limits::BlockWeights>>::get().max_block;
	let used = System::block_weight();
	hold!(
		used.total().all_lte(most.max(before)),
		"a block weighs no more than it may",
		"it weighs {:?} (mandatory {:?}) of {most:?}, {before:?} of it before its end",
		used.total(),
		used.get(DispatchClass::Mandatory)
	);
	Ok(())
}

/// What accounts have adds up to what there is.
pub(crate) fn check_all() -> Verdict {
	let mut sum: Balance = 0;
	for (account, info) in frame_system::Account::<Runtime>::iter() {
		sum = sum.saturating_add(info.data.free).saturating_add(info.data.reserved);
		let held = pallet_balances::Holds::<Runtime>::get(&account);
		let held = held.iter().fold(0, |sum: Balance, hold| sum.saturating_add(hold.amount));
		hold!(
			held <= info.data.reserved,
			"what is on hold is reserved",
			"{} has {held} on hold and {} reserved",
			who(&account),
			info.data.reserved
		);
	}
	let issued = Balances::total_issuance();
	hold!(sum == issued, "balances add up to the issuance", "{sum} of {issued} is somebody's");

	let mut sums = BTreeMap::<u32, Balance>::new();
	for (asset, _, account) in pallet_assets::Account::<Runtime>::iter() {
		let sum = sums.entry(asset).or_default();
		*sum = sum.saturating_add(account.balance);
	}
	// What is on hold may be all that somebody has, without an account in the asset.
	for account in frame_system::Account::<Runtime>::iter_keys() {
		for asset in accounts::ASSETS {
			let held = AssetsHolder::total_balance_on_hold(asset, &account);
			let sum = sums.entry(asset).or_default();
			*sum = sum.saturating_add(held);
		}
	}
	for (asset, details) in pallet_assets::Asset::<Runtime>::iter() {
		let (sum, issued) = (sums.remove(&asset).unwrap_or_default(), Assets::total_issuance(asset));
		// Destroying an asset leaves its issuance what it was.
		let destroyed = details.status == pallet_assets::AssetStatus::Destroying;
		hold!(
			sum == issued || (destroyed && sum < issued),
			"an asset's balances add up to its issuance",
			"{asset}: {sum} of {issued} is somebody's"
		);
	}
	hold!(
		sums.values().all(|sum| *sum == 0),
		"an asset's balances add up to its issuance",
		"balances of assets that do not exist: {sums:?}"
	);
	Ok(())
}
