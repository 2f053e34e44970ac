//! Calls inside other calls, and the history that most others begin with.

use super::{act, by, channels, notary, topology, Act, Draw};
use crate::{accounts, step::Origin};
use pallet_registry::Price;
use sp_runtime::Perbill;
use surety_primitives::{AssetKind, ServiceFlags, Sla, Verifier, UNIT};
use surety_runtime::Runtime;

/// A call through a batch, a proxy, sudo or the scheduler.
pub(super) fn act_wrapped(draw: &mut Draw<'_>) -> Option<Act> {
	let (origin, call) = act(draw);
	match origin {
		Origin::Signed(who) if draw.random.chance(65) => {
			let mut calls = vec![call.clone()];
			// The same twice, or whatever else the same account would do.
			if draw.random.chance(40) {
				calls.push(call);
			}
			for _ in 0..6 {
				let (origin, other) = act(draw);
				if origin == Origin::Signed(who.clone()) && calls.len() < 4 {
					calls.push(other);
				}
			}
			let call = match draw.random.below(3) {
				0 => pallet_utility::Call::<Runtime>::batch { calls },
				1 => pallet_utility::Call::batch_all { calls },
				_ => pallet_utility::Call::force_batch { calls },
			};
			by(who, call)
		}
		Origin::Signed(real) => {
			let delegates: Vec<_> =
				draw.world.proxies.iter().filter(|(of, _)| *of == real).cloned().collect();
			let delegate = match draw.random.pick(&delegates) {
				Some((_, delegate)) => delegate.clone(),
				None if draw.wrong(5) => draw.anybody(),
				None => return None,
			};
			let call = pallet_proxy::Call::<Runtime>::proxy {
				real: Draw::address(real),
				force_proxy_type: None,
				call: Box::new(call),
			};
			by(delegate, call)
		}
		Origin::Root => match draw.random.chance(50) {
			true => by(accounts::issuer(), pallet_sudo::Call::<Runtime>::sudo { call: Box::new(call) }),
			false => {
				let call = pallet_scheduler::Call::<Runtime>::schedule_after {
					after: draw.random.between(0, 9),
					maybe_periodic: None,
					priority: 0,
					call: Box::new(call),
				};
				Some((Origin::Root, call.into()))
			}
		},
		other => Some((other, call)),
	}
}

/// The same, as soon as there is one.
pub(super) fn act_any(draw: &mut Draw<'_>) -> Act {
	for _ in 0..8 {
		if let Some(act) = act_wrapped(draw) {
			return act;
		}
	}
	act(draw)
}

/// One operator with more services, allocations and offers than it can have: block by block.
pub(super) fn crowd(draw: &mut Draw<'_>) -> Vec<Vec<Act>> {
	let operator = draw.somebody();
	let asset = AssetKind::Native;
	let join = pallet_registry::Call::<Runtime>::join { metadata: Vec::new() };
	let stake = pallet_restaking::Call::<Runtime>::stake {
		operator: operator.clone(),
		asset: asset.clone(),
		amount: 100_000 * UNIT,
	};
	let mut blocks =
		vec![by(operator.clone(), join).into_iter().chain(by(operator.clone(), stake)).collect()];
	for service in 0..draw.random.between(30, 36) {
		let mut block = Vec::new();
		let call = pallet_registry::Call::<Runtime>::create_service {
			name: b"service".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: Vec::new(),
			flags: ServiceFlags::default(),
		};
		block.extend(by(draw.somebody(), call));
		let call =
			pallet_restaking::Call::<Runtime>::allocate { asset: asset.clone(), service, parts: 20_000 };
		block.extend(by(operator.clone(), call));
		let call = pallet_registry::Call::<Runtime>::make_offer {
			service,
			sla: Sla { latency_ms: 100, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) },
			capacity: 20,
			price: Price { asset: asset.clone(), amount: UNIT, period: 1 },
			metadata: Vec::new(),
			bond: 100 * UNIT,
		};
		block.extend(by(operator.clone(), call));
		blocks.push(block);
	}
	blocks
}

/// Services, operators with stake behind them, offers, clients: block by block.
pub(super) fn opening(draw: &mut Draw<'_>) -> Vec<Vec<Act>> {
	let people = accounts::all();
	let services = draw.random.between(1, 3);
	let operators: Vec<_> = people.iter().take(draw.random.between(2, 4) as usize).cloned().collect();
	let asset = |draw: &mut Draw<'_>| match draw.random.chance(65) {
		true => AssetKind::Native,
		false => AssetKind::WithId(accounts::DOLLAR),
	};
	let mut first = Vec::new();
	for service in 0..services {
		let owner = draw.somebody();
		let call = pallet_registry::Call::<Runtime>::create_service {
			name: b"service".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: Vec::new(),
			flags: ServiceFlags::default(),
		};
		first.extend(by(owner.clone(), call));
		let call =
			pallet_registry::Call::<Runtime>::set_reporter { id: service, reporter: Some(draw.somebody()) };
		first.extend(by(owner, call));
	}
	for unit in [AssetKind::Native, AssetKind::WithId(accounts::DOLLAR)] {
		let fees = Some(Draw::unit(&unit) / 10);
		first.push((
			Origin::Root,
			pallet_slashing::Call::<Runtime>::set_threshold { asset: unit, fees }.into(),
		));
	}
	let mut second = Vec::new();
	let mut prices = Vec::new();
	for operator in &operators {
		first.extend(by(operator.clone(), pallet_registry::Call::<Runtime>::join { metadata: Vec::new() }));
		for kind in [AssetKind::Native, AssetKind::WithId(accounts::DOLLAR)] {
			let unit = Draw::unit(&kind);
			let amount = draw.random.magnitude(800 * unit, 50_000 * unit);
			let (of, asset) = (operator.clone(), kind.clone());
			first.extend(by(
				operator.clone(),
				pallet_restaking::Call::<Runtime>::stake { operator: of, asset, amount },
			));
			for service in 0..services {
				let (asset, parts) = (kind.clone(), draw.random.between(250_000, 333_333));
				let call = pallet_restaking::Call::<Runtime>::allocate { asset, service, parts };
				first.extend(by(operator.clone(), call));
			}
		}
		for _ in 0..3 {
			let (holder, asset) = (draw.somebody(), asset(draw));
			let unit = Draw::unit(&asset);
			let amount = draw.random.magnitude(10 * unit, 20_000 * unit);
			let call = pallet_restaking::Call::<Runtime>::stake { operator: operator.clone(), asset, amount };
			second.extend(by(holder, call));
		}
		for service in 0..services {
			let asset = asset(draw);
			let amount = match draw.wrong(6) {
				true => 0,
				false => draw.random.magnitude(Draw::unit(&asset) / 100, 10 * Draw::unit(&asset)),
			};
			let price = Price { asset, amount, period: draw.random.one_of([1, 3, 10]) };
			prices.push((operator.clone(), service, price.clone()));
			let call = pallet_registry::Call::<Runtime>::make_offer {
				service,
				sla: Sla { latency_ms: 100, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) },
				capacity: 20,
				price,
				metadata: Vec::new(),
				bond: 100 * UNIT,
			};
			second.extend(by(operator.clone(), call));
		}
	}
	let mut third = Vec::new();
	for _ in 0..12 {
		let Some((operator, service, expected)) = draw.random.pick(&prices).cloned() else { continue };
		let prepaid = expected.amount.saturating_mul(draw.random.between(5, 80).into());
		let call = pallet_subscriptions::Call::<Runtime>::subscribe { operator, service, expected, prepaid };
		third.extend(by(draw.somebody(), call));
	}
	let mut blocks = vec![first, second, third];
	if draw.random.chance(75) {
		let offers: Vec<_> =
			prices.iter().map(|(operator, service, _)| (operator.clone(), *service)).collect();
		merge(&mut blocks, notary::opening(draw, &offers));
	}
	if draw.random.chance(65) {
		merge(&mut blocks, channels::opening(draw).into());
	}
	if draw.random.chance(75) {
		merge(&mut blocks, topology::opening(draw).into());
	}
	blocks
}

/// Does in the same blocks what is to be done block by block.
fn merge(blocks: &mut Vec<Vec<Act>>, more: Vec<Vec<Act>>) {
	for (at, acts) in more.into_iter().enumerate() {
		match blocks.get_mut(at) {
			Some(block) => block.extend(acts),
			None => blocks.push(acts),
		}
	}
}
