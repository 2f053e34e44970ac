//! The windows, and calls of the SDK's pallets that meet Surety's: money and assets that get in the way, validators
//! and their slashes, referenda, motions, brakes.

use super::{by, slashing, Act, Draw, Maker};
use crate::{accounts, step::Origin};
use codec::Encode;
use frame_support::traits::{schedule::DispatchTime, Bounded, OriginTrait};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_staking::{RewardDestination, ValidatorPrefs};
use sp_runtime::Perbill;
use surety_primitives::UNIT;
use surety_runtime::{governance, Runtime, RuntimeCall, RuntimeOrigin};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(12, replace_windows),
	(12, transfer),
	(6, transfer_all),
	(14, asset_transfer),
	(7, bar),
	(14, unbar),
	(4, freeze_asset),
	(12, thaw_asset),
	(8, mint),
	(5, burn),
	(5, create_asset),
	(1, destroy_asset),
	(18, validators),
	(6, slash_validator),
	(12, propose_veto),
	(6, propose_other),
	(50, referendum),
	(10, unlock),
	(8, add_proxy),
	(4, remove_proxy),
	(8, motion),
	(20, vote_on_motion),
	(2, brake),
	(12, release_brake),
];

fn replace_windows(draw: &mut Draw<'_>) -> Option<Act> {
	let mut windows = draw.world.windows;
	let presence = &mut windows.presence;
	presence.window = draw.random.between(2, 5);
	// With one block nobody could be in time.
	presence.grace = draw.random.between(2, presence.window);
	presence.retention = draw.random.between(2, 4);
	presence.answer = draw.random.between(1, 5);
	presence.intent = draw.random.between(2, 8);
	// What a window turns out to lack has to be reported in its time.
	let disputes = presence.retention.saturating_add(1).saturating_mul(presence.window);
	let disputes = disputes.saturating_add(presence.answer);
	windows.channels.proposal = draw.random.between(5, 25);
	windows.channels.close = draw.random.between(10, 16);
	let least = windows.governance.slash_veto.longest_run();
	let edges = &mut windows.edges;
	edges.age = draw.random.between(2, 9);
	edges.activation = edges.age.saturating_add(draw.random.between(1, 4));
	edges.notice = draw.random.between(1, 10);
	edges.grace = draw.random.between(1, 12);
	edges.grace_interval = draw.random.between(5, 80);
	edges.review = least.saturating_add(draw.random.between(0, 3));
	edges.claims = draw.random.between(1, 5);
	edges.majority = draw.random.between(1, 12);
	edges.bond = draw.random.between(1, 40);
	edges.horizon =
		edges.age.saturating_add(edges.longest_claim()).saturating_add(draw.random.between(0, 20));
	let agreements = &mut windows.agreements;
	agreements.proposal = draw.random.between(5, 40);
	agreements.shortest_answer = draw.random.between(1, 3);
	agreements.longest_answer = agreements.shortest_answer.saturating_add(draw.random.between(0, 6));
	agreements.claims = agreements.longest_answer.saturating_add(draw.random.between(1, 8));
	let owed = disputes.max(windows.edges.longest_claim()).max(windows.agreements.beacon_life());
	let stake = &mut windows.stake;
	// As short as a record of all eras that can be slashed allows.
	stake.era = draw.random.between(5, 9);
	stake.activation = draw.random.between(1, 8);
	stake.notice = draw.random.between(1, 12);
	stake.report = draw.random.between(1, 3).saturating_mul(stake.era).max(owed);
	stake.margin = draw.random.between(1, 8);
	stake.review = least.saturating_add(draw.random.between(0, 12));
	stake.unbonding = stake.report.saturating_add(stake.review).saturating_add(stake.margin);
	stake.unbonding = stake.unbonding.saturating_add(draw.random.between(0, 10));
	match draw.random.below(24) {
		0 => stake.unbonding = stake.unbonding.saturating_sub(20),
		1 => stake.era = 0,
		2 => windows.consensus.slot_ms = windows.consensus.slot_ms.saturating_add(2),
		3 => windows.governance.slash_veto.decision = 1_000,
		4 => windows.governance.vote_lock = draw.random.between(1, 40),
		5 => windows.presence.retention = draw.random.one_of([0, 1, 65]),
		6 => windows.channels.close = draw.random.one_of([0, 9, 200_000]),
		7 => windows.edges.claims = 60,
		8 => windows.edges.age = windows.edges.activation,
		9 => windows.edges.review = least.saturating_sub(1),
		10 => windows.agreements.claims = windows.agreements.longest_answer,
		_ => {}
	}
	let origin = if draw.wrong(15) { Origin::Committee(3, 3) } else { Origin::Root };
	let windows = Box::new(windows);
	Some((origin, pallet_windows::Call::<Runtime>::replace { windows }.into()))
}

fn transfer(draw: &mut Draw<'_>) -> Option<Act> {
	let dest = Draw::address(if draw.wrong(10) { accounts::treasury() } else { draw.anybody() });
	let value = draw.amount((UNIT, 1_000 * UNIT), 10_000_000 * UNIT);
	let call = match draw.random.chance(50) {
		true => pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value },
		false => pallet_balances::Call::transfer_allow_death { dest, value },
	};
	by(draw.anybody(), call)
}

fn transfer_all(draw: &mut Draw<'_>) -> Option<Act> {
	// The rich ones would soon be poor.
	let who = draw.random.pick(accounts::all().get(8..)?)?.clone();
	let dest = Draw::address(draw.somebody());
	by(who, pallet_balances::Call::<Runtime>::transfer_all { dest, keep_alive: draw.random.chance(50) })
}

fn asset_transfer(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.one_of([1, 1, 1, 2, 3]);
	let pot = draw.wrong(3);
	let target = match draw.random.below(12) {
		0 => accounts::treasury(),
		_ if pot => surety_runtime::Restaking::pot(),
		_ => draw.anybody(),
	};
	let amount = match pot {
		true => accounts::MINIMUM,
		false => draw.amount(
			(accounts::DOLLAR_UNIT, 1_000 * accounts::DOLLAR_UNIT),
			1_000_000 * accounts::DOLLAR_UNIT,
		),
	};
	let who = draw.anybody();
	let (id, target) = (id.into(), Draw::address(target));
	let call = match draw.random.below(5) {
		0 => pallet_assets::Call::<Runtime>::transfer_all { id, dest: target, keep_alive: false },
		1 => pallet_assets::Call::transfer { id, target, amount },
		_ => pallet_assets::Call::transfer_keep_alive { id, target, amount },
	};
	by(who, call)
}

fn bar(draw: &mut Draw<'_>) -> Option<Act> {
	let who = match draw.random.below(6) {
		0 => accounts::treasury(),
		1 | 2 => draw.operator(),
		_ => draw.anybody(),
	};
	let (id, who) = (accounts::DOLLAR.into(), Draw::address(who));
	let call = match draw.random.chance(50) {
		true => pallet_assets::Call::<Runtime>::freeze { id, who },
		false => pallet_assets::Call::block { id, who },
	};
	by(accounts::issuer(), call)
}

fn unbar(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, who) = draw.random.pick(&draw.world.barred)?.clone();
	let (id, who) = (id.into(), Draw::address(who));
	by(accounts::issuer(), pallet_assets::Call::<Runtime>::thaw { id, who })
}

fn freeze_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.one_of([accounts::DOLLAR, accounts::DOLLAR, 2]).into();
	by(accounts::issuer(), pallet_assets::Call::<Runtime>::freeze_asset { id })
}

fn thaw_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.one_of([accounts::DOLLAR, accounts::DOLLAR, 2]).into();
	by(accounts::issuer(), pallet_assets::Call::<Runtime>::thaw_asset { id })
}

fn mint(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.pick(&draw.world.assets).copied()?.into();
	let beneficiary = match draw.random.below(8) {
		0 => surety_runtime::Restaking::pot(),
		1 => accounts::treasury(),
		_ => draw.anybody(),
	};
	let amount = draw.amount((accounts::MINIMUM, 10_000 * accounts::DOLLAR_UNIT), accounts::DOLLAR_UNIT);
	let beneficiary = Draw::address(beneficiary);
	by(
		accounts::issuer(),
		pallet_assets::Call::<Runtime>::mint { id, beneficiary, amount: amount.min(1 << 90) },
	)
}

fn burn(draw: &mut Draw<'_>) -> Option<Act> {
	let who = if draw.wrong(6) { surety_runtime::Restaking::pot() } else { draw.anybody() };
	let amount = draw.amount((1, 100 * accounts::DOLLAR_UNIT), 1_000_000 * accounts::DOLLAR_UNIT);
	let (id, who) = (accounts::DOLLAR.into(), Draw::address(who));
	by(accounts::issuer(), pallet_assets::Call::<Runtime>::burn { id, who, amount })
}

fn create_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.one_of([2, 3]).into();
	let owner = Draw::address(accounts::issuer());
	let call = match draw.random.chance(50) {
		true => {
			let call = pallet_assets::Call::<Runtime>::force_create {
				id,
				owner,
				is_sufficient: true,
				min_balance: accounts::MINIMUM,
			};
			return Some((Origin::Root, call.into()));
		}
		false => pallet_assets::Call::<Runtime>::create { id, admin: owner, min_balance: accounts::MINIMUM },
	};
	by(accounts::issuer(), call)
}

fn destroy_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let id = draw.random.one_of([2, 2, 3, accounts::DOLLAR]).into();
	let call = match draw.random.below(3) {
		0 => pallet_assets::Call::<Runtime>::start_destroy { id },
		1 => pallet_assets::Call::destroy_accounts { id },
		_ => pallet_assets::Call::finish_destroy { id },
	};
	by(accounts::issuer(), call)
}

fn validators(draw: &mut Draw<'_>) -> Option<Act> {
	use pallet_staking::Call;
	let who = draw.anybody();
	let value = draw.amount((20 * UNIT, 100_000 * UNIT), 10_000_000 * UNIT);
	let call = match draw.random.below(10) {
		0 | 1 => Call::<Runtime>::bond { value, payee: RewardDestination::Staked },
		2 => Call::bond_extra { max_additional: value },
		3 => Call::unbond { value },
		4 => Call::rebond { value },
		5 => Call::withdraw_unbonded { num_slashing_spans: 20 },
		6 => Call::nominate { targets: vec![Draw::address(accounts::issuer())] },
		7 => Call::chill {},
		8 if who != accounts::issuer() => {
			Call::validate { prefs: ValidatorPrefs { commission: Perbill::from_percent(5), blocked: false } }
		}
		_ => {
			let era = draw.world.staking_era.saturating_sub(draw.random.between(0, 3));
			Call::payout_stakers { validator_stash: accounts::issuer(), era }
		}
	};
	by(who, call)
}

fn slash_validator(draw: &mut Draw<'_>) -> Option<Act> {
	let call = pallet_staking::Call::<Runtime>::manual_slash {
		validator_stash: accounts::issuer(),
		era: draw.world.staking_era.saturating_sub(draw.random.between(0, 2)),
		slash_fraction: Perbill::from_parts(draw.random.between(1, 10_000_000)),
	};
	Some((Origin::Root, call.into()))
}

fn submit(draw: &mut Draw<'_>, origin: RuntimeOrigin, call: RuntimeCall) -> Option<Act> {
	let bytes = call.encode().try_into().ok()?;
	let call = pallet_referenda::Call::<Runtime>::submit {
		proposal_origin: Box::new(origin.into_caller()),
		proposal: Bounded::Inline(bytes),
		enactment_moment: DispatchTime::After(1),
	};
	by(draw.somebody(), call)
}

fn propose_veto(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, call) = slashing::veto(draw)?;
	submit(draw, governance::Origin::SlashVeto.into(), call)
}

fn propose_other(draw: &mut Draw<'_>) -> Option<Act> {
	let (asset, unit) = (draw.asset(), UNIT);
	let call = match draw.random.below(3) {
		0 => pallet_slashing::Call::<Runtime>::set_threshold { asset, fees: Some(unit) }.into(),
		1 => pallet_restaking::Call::<Runtime>::accept_asset { asset, min_position: 1_000 }.into(),
		_ => replace_windows(draw)?.1,
	};
	let wrapped = draw.wrong(4).then(|| pallet_sudo::Call::<Runtime>::sudo { call: Box::new(call.clone()) });
	match wrapped {
		Some(sudo) => by(accounts::issuer(), sudo),
		None => submit(draw, RuntimeOrigin::root(), call),
	}
}

fn referendum(draw: &mut Draw<'_>) -> Option<Act> {
	let (index, going, deposited) = *draw.random.pick(&draw.world.referenda)?;
	let who = draw.somebody();
	if !going {
		if draw.random.chance(70) {
			return None;
		}
		let call = match draw.random.chance(50) {
			true => pallet_referenda::Call::<Runtime>::refund_decision_deposit { index },
			false => pallet_referenda::Call::refund_submission_deposit { index },
		};
		return by(who, call);
	}
	if !deposited && draw.random.chance(50) {
		return by(who, pallet_referenda::Call::<Runtime>::place_decision_deposit { index });
	}
	if draw.wrong(12) {
		return by(who, pallet_conviction_voting::Call::<Runtime>::remove_vote { class: None, index });
	}
	let aye = draw.random.chance(85);
	let balance = draw.amount((1_000_000 * UNIT, 8_000_000 * UNIT), 10_000_000 * UNIT);
	let conviction = draw.random.one_of([Conviction::None, Conviction::Locked1x, Conviction::Locked3x]);
	let vote = AccountVote::Standard { vote: Vote { aye, conviction }, balance };
	by(who, pallet_conviction_voting::Call::<Runtime>::vote { poll_index: index, vote })
}

fn unlock(draw: &mut Draw<'_>) -> Option<Act> {
	let (who, class) = draw.random.pick(&draw.world.votes)?.clone();
	let target = Draw::address(who.clone());
	by(who, pallet_conviction_voting::Call::<Runtime>::unlock { class, target })
}

fn add_proxy(draw: &mut Draw<'_>) -> Option<Act> {
	use surety_runtime::config::utilities::ProxyType;
	let (delegate, proxy_type) = (
		Draw::address(draw.anybody()),
		draw.random.one_of([
			ProxyType::Any,
			ProxyType::NonTransfer,
			ProxyType::Staking,
			ProxyType::Operator,
			ProxyType::Client,
		]),
	);
	by(draw.somebody(), pallet_proxy::Call::<Runtime>::add_proxy { delegate, proxy_type, delay: 0 })
}

fn remove_proxy(draw: &mut Draw<'_>) -> Option<Act> {
	let (real, _) = draw.random.pick(&draw.world.proxies)?.clone();
	by(real, pallet_proxy::Call::<Runtime>::remove_proxies {})
}

fn motion(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, call) = slashing::veto(draw)?;
	let who = draw.random.one_of(accounts::committee());
	let length_bound = u32::try_from(call.encoded_size()).unwrap_or(u32::MAX);
	let call = pallet_collective::Call::propose { threshold: 2, proposal: Box::new(call), length_bound };
	by(who, RuntimeCall::TechnicalCommittee(call))
}

fn vote_on_motion(draw: &mut Draw<'_>) -> Option<Act> {
	let (proposal, index) = *draw.random.pick(&draw.world.motions)?;
	let who = draw.random.one_of(accounts::committee());
	let call = match draw.random.chance(35) {
		true => pallet_collective::Call::close {
			proposal_hash: proposal,
			index,
			proposal_weight_bound: frame_support::weights::Weight::from_parts(50_000_000_000, 5_000_000),
			length_bound: 1_000,
		},
		false => pallet_collective::Call::vote { proposal, index, approve: draw.random.chance(85) },
	};
	by(who, RuntimeCall::TechnicalCommittee(call))
}

fn brake(draw: &mut Draw<'_>) -> Option<Act> {
	let name =
		|pallet: &[u8], call: &[u8]| Some((pallet.to_vec().try_into().ok()?, call.to_vec().try_into().ok()?));
	let call = match draw.random.below(3) {
		0 => pallet_safe_mode::Call::<Runtime>::force_enter {}.into(),
		1 => {
			let full_name = name(b"Restaking", b"withdraw")?;
			RuntimeCall::TxPause(pallet_tx_pause::Call::pause { full_name })
		}
		_ => {
			let full_name = name(b"Subscriptions", b"subscribe")?;
			RuntimeCall::TxPause(pallet_tx_pause::Call::pause { full_name })
		}
	};
	Some((Origin::Committee(2, 3), call))
}

fn release_brake(draw: &mut Draw<'_>) -> Option<Act> {
	if let Some(ident) = draw.random.pick(&draw.world.paused).cloned() {
		return Some((Origin::Committee(2, 3), pallet_tx_pause::Call::<Runtime>::unpause { ident }.into()));
	}
	let call = pallet_safe_mode::Call::<Runtime>::force_exit {};
	draw.world.safe_mode.then(|| (Origin::Committee(2, 3), call.into()))
}
