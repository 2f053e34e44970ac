//! Calls of stake.

use super::{by, Act, Draw, Maker};
use crate::step::Origin;
use pallet_restaking::Call;
use sp_runtime::{Perbill, Saturating};
use surety_primitives::AssetKind;
use surety_runtime::{AccountId, Restaking, Runtime};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(12, accept_asset),
	(4, retire_asset),
	(90, stake),
	(35, unbond),
	(18, unbond_all),
	(40, withdraw),
	(45, allocate),
	(22, deallocate),
	(15, sync),
	(10, sweep),
	(14, set_commission),
	(18, reward),
	(25, collect),
];

fn accept_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let asset =
		if draw.random.chance(60) { draw.asset() } else { AssetKind::WithId(draw.random.one_of([1, 2, 3])) };
	let unit = Draw::unit(&asset);
	let min_position = draw.amount((unit / 10, unit.saturating_mul(2)), unit);
	let origin = if draw.wrong(20) { Origin::SlashVeto } else { Origin::Root };
	Some((origin, Call::<Runtime>::accept_asset { asset, min_position }.into()))
}

fn retire_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let asset = match draw.random.pick(&draw.world.accepted).cloned() {
		Some(asset) if !draw.wrong(6) => asset,
		_ => draw.asset(),
	};
	Some((Origin::Root, Call::<Runtime>::retire_asset { asset }.into()))
}

pub(super) fn stake(draw: &mut Draw<'_>) -> Option<Act> {
	let operator = draw.operator();
	let own = draw.random.chance(35);
	let mut asset = draw.asset();
	let holder = if own { operator.clone() } else { draw.anybody() };
	// Delegating needs a ledger.
	let ledgers: Vec<_> = draw
		.world
		.ledgers
		.iter()
		.filter(|(of, ..)| *of == operator)
		.map(|(_, asset, _)| asset.clone())
		.collect();
	if let (false, Some(there), false) = (own, draw.random.pick(&ledgers).cloned(), draw.wrong(6)) {
		asset = there;
	}
	let unit = Draw::unit(&asset);
	let sensible = if own { (200 * unit, 20_000 * unit) } else { (unit, 10_000 * unit) };
	let amount = draw.amount(sensible, 1_000_000 * unit);
	by(holder, Call::<Runtime>::stake { operator, asset, amount })
}

/// A position, or now and then none.
fn position(draw: &mut Draw<'_>) -> Option<(AccountId, AccountId, AssetKind)> {
	let (holder, operator, asset) = draw.random.pick(&draw.world.positions)?.clone();
	let operator = if draw.wrong(25) { draw.anybody() } else { operator };
	Some((holder, operator, asset))
}

fn unbond(draw: &mut Draw<'_>) -> Option<Act> {
	let (holder, operator, asset) = position(draw)?;
	let all = Restaking::bonded(&holder, &operator, &asset);
	let amount = draw.amount((all / 100, all), all);
	by(holder, Call::<Runtime>::unbond { operator, asset, amount })
}

fn unbond_all(draw: &mut Draw<'_>) -> Option<Act> {
	let (holder, operator, asset) = position(draw)?;
	by(holder, Call::<Runtime>::unbond_all { operator, asset })
}

fn withdraw(draw: &mut Draw<'_>) -> Option<Act> {
	let (holder, operator, asset) = position(draw)?;
	by(draw.anybody(), Call::<Runtime>::withdraw { holder, operator, asset })
}

fn sync(draw: &mut Draw<'_>) -> Option<Act> {
	let (holder, operator, asset) = position(draw)?;
	by(draw.anybody(), Call::<Runtime>::sync { holder, operator, asset })
}

fn set_commission(draw: &mut Draw<'_>) -> Option<Act> {
	let (operator, asset, _) = draw.random.pick(&draw.world.ledgers)?.clone();
	let now = pallet_restaking::Commissions::<Runtime>::get(&operator, &asset).unwrap_or_default().rate;
	let rate = match draw.random.chance(50) {
		true => now.saturating_add(Perbill::from_percent(draw.random.between(1, 6))),
		false => Perbill::from_percent(draw.random.between(0, 100)),
	};
	let operator = draw.mostly(&operator);
	by(operator, Call::<Runtime>::set_commission { asset, rate })
}

fn reward(draw: &mut Draw<'_>) -> Option<Act> {
	let (operator, asset, _) = draw.random.pick(&draw.world.ledgers)?.clone();
	let unit = Draw::unit(&asset);
	let amount = draw.amount((unit / 100, 100 * unit), 1_000_000 * unit);
	by(draw.anybody(), Call::<Runtime>::reward { operator, asset, amount })
}

fn collect(draw: &mut Draw<'_>) -> Option<Act> {
	let (holder, operator, asset) = position(draw)?;
	by(draw.anybody(), Call::<Runtime>::collect { holder, operator, asset })
}

fn allocate(draw: &mut Draw<'_>) -> Option<Act> {
	let (operator, asset, _) = draw.random.pick(&draw.world.ledgers)?.clone();
	let (service, parts) = (draw.service(), draw.parts());
	let operator = draw.mostly(&operator);
	by(operator, Call::<Runtime>::allocate { asset, service, parts })
}

fn deallocate(draw: &mut Draw<'_>) -> Option<Act> {
	let (operator, asset, lots) = draw.random.pick(&draw.world.ledgers)?.clone();
	let (mut service, mut parts) = (draw.service(), draw.parts());
	if let (Some((of, most)), false) = (draw.random.pick(&lots), draw.wrong(6)) {
		service = *of;
		parts = if draw.random.chance(40) { *most } else { draw.random.between(1, *most) };
	}
	let operator = draw.mostly(&operator);
	by(operator, Call::<Runtime>::deallocate { asset, service, parts })
}

fn sweep(draw: &mut Draw<'_>) -> Option<Act> {
	let waiting = draw.world.unmoved.clone();
	let asset = match draw.random.pick(&waiting).cloned() {
		Some(asset) => asset,
		None if draw.wrong(6) => draw.asset(),
		None => return None,
	};
	by(draw.anybody(), Call::<Runtime>::sweep { asset })
}
