//! Calls of slashes.

use super::{by, Act, Draw, Maker};
use crate::step::Origin;
use pallet_slashing::{Call, PetitionState};
use surety_primitives::{Balance, SlashState, SubscriptionId};
use surety_runtime::Runtime;

pub(super) const TABLE: &[(u64, Maker)] = &[
	(55, report),
	(14, veto),
	(12, veto_validator_slashes),
	(35, apply),
	(18, forget),
	(18, close),
	(30, collect),
	(10, set_threshold),
	(30, petition),
	(70, sign),
	(30, resolve),
];

fn report(draw: &mut Draw<'_>) -> Option<Act> {
	let (mut service, mut operator) = (draw.service(), draw.operator());
	if let (Some((of, by, _)), false) = (draw.random.pick(&draw.world.offers), draw.wrong(5)) {
		(service, operator) = (*of, by.clone());
	}
	let reporter =
		draw.world.services.iter().find(|(id, _)| *id == service).and_then(|(_, s)| s.reporter.clone());
	let reporter = match reporter {
		Some(reporter) => draw.mostly(&reporter),
		None if draw.wrong(4) => draw.anybody(),
		None => return None,
	};
	let victims = draw.world.subscriptions.iter();
	let mut victims: Vec<_> =
		victims.filter(|(_, s)| (&s.operator, s.service) == (&operator, service)).collect();
	let most = if draw.wrong(30) { 17 } else { draw.random.between(0, 4) };
	victims.truncate(most as usize);
	let mut claims: Vec<(SubscriptionId, Balance)> = Vec::new();
	for (id, subscription) in victims {
		let amount =
			draw.amount((subscription.deposited / 10, subscription.deposited), subscription.deposited);
		claims.push((*id, amount));
	}
	if let (Some((id, _)), true) = (draw.random.pick(&draw.world.subscriptions), draw.wrong(20)) {
		claims.push((*id, 1));
	}
	if draw.wrong(60) {
		claims.push((SubscriptionId::MAX, 1));
	}
	if most == 17 {
		let first = claims.first().copied().unwrap_or((0, 1));
		claims.resize(17, first);
	}
	let call = Call::<Runtime>::report {
		operator,
		service,
		era: draw.era(),
		fraction: draw.fraction(),
		evidence: draw.evidence(),
		claims,
	};
	by(reporter, call)
}

/// A slash of that kind, or now and then another.
fn slash(draw: &mut Draw<'_>, open: bool) -> u32 {
	let now = draw.world.now;
	let like = |slash: &pallet_slashing::SlashOf<Runtime>| match open {
		true => slash.state == SlashState::Pending && now < slash.review_ends,
		false => now >= slash.review_ends,
	};
	let like: Vec<_> =
		draw.world.slashes.iter().filter(|(_, slash)| like(slash)).map(|(id, _)| *id).collect();
	if like.is_empty() || draw.wrong(6) {
		let all: Vec<_> = draw.world.slashes.iter().map(|(id, _)| *id).collect();
		return draw.number(&all);
	}
	draw.number(&like)
}

pub(super) fn veto(draw: &mut Draw<'_>) -> Option<Act> {
	let slash = slash(draw, true);
	let origin = match draw.random.below(8) {
		0..=2 => Origin::SlashVeto,
		3..=5 => Origin::Committee(2, 3),
		6 => Origin::Committee(1, 3),
		_ => Origin::Signed(draw.anybody()),
	};
	Some((origin, Call::<Runtime>::veto { slash }.into()))
}

fn veto_validator_slashes(draw: &mut Draw<'_>) -> Option<Act> {
	let waiting = draw.world.validator_slashes.clone();
	let (era, count) = match draw.random.pick(&waiting) {
		Some(slashes) => *slashes,
		None if draw.wrong(10) => (draw.world.staking_era, 1),
		None => return None,
	};
	let indices = match draw.random.below(10) {
		0 => vec![],
		1 => vec![count],
		2 => vec![0, 0],
		3 => (0..count).collect(),
		_ => vec![0],
	};
	let origin = draw.random.one_of([Origin::SlashVeto, Origin::Committee(3, 3), Origin::Root]);
	Some((origin, Call::<Runtime>::veto_validator_slashes { era, indices }.into()))
}

fn apply(draw: &mut Draw<'_>) -> Option<Act> {
	if draw.world.slashes.is_empty() && !draw.wrong(20) {
		return None;
	}
	let slash = slash(draw, false);
	let assets = draw.random.one_of([0, 1, 1, 1, 1, 2, 16, 100]);
	by(draw.anybody(), Call::<Runtime>::apply { slash, assets })
}

fn forget(draw: &mut Draw<'_>) -> Option<Act> {
	if draw.world.slashes.is_empty() && !draw.wrong(20) {
		return None;
	}
	let slash = slash(draw, false);
	by(draw.anybody(), Call::<Runtime>::forget { slash })
}

fn close(draw: &mut Draw<'_>) -> Option<Act> {
	let open: Vec<_> = draw.world.settlements.iter().map(|(id, _)| *id).collect();
	if open.is_empty() && !draw.wrong(20) {
		return None;
	}
	let settlement = draw.number(&open);
	by(draw.anybody(), Call::<Runtime>::close { settlement })
}

fn collect(draw: &mut Draw<'_>) -> Option<Act> {
	let (settlement, who) = match draw.random.pick(&draw.world.claims).cloned() {
		Some(claim) => claim,
		None if draw.wrong(20) => (draw.random.between(0, 3), draw.anybody()),
		None => return None,
	};
	let who = draw.mostly(&who);
	by(draw.anybody(), Call::<Runtime>::collect { settlement, who })
}

fn set_threshold(draw: &mut Draw<'_>) -> Option<Act> {
	let asset = draw.asset();
	let unit = Draw::unit(&asset);
	let fees = (!draw.wrong(10)).then(|| draw.amount((unit / 100, unit.saturating_mul(20)), unit));
	let origin = if draw.wrong(10) { Origin::Committee(3, 3) } else { Origin::Root };
	Some((origin, Call::<Runtime>::set_threshold { asset, fees }.into()))
}

fn petition(draw: &mut Draw<'_>) -> Option<Act> {
	let (subscription, record) = draw.random.pick(&draw.world.subscriptions)?;
	let (subscription, client) = (*subscription, record.client.clone());
	let client = draw.mostly(&client);
	let subscription = if draw.wrong(25) { SubscriptionId::MAX } else { subscription };
	let (era, evidence) = (draw.era(), draw.evidence());
	by(client, Call::<Runtime>::petition { subscription, era, evidence })
}

fn sign(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let open = |petition: &pallet_slashing::Petition<_>| {
		petition.state == PetitionState::Open && now < petition.closes_at
	};
	let all = &draw.world.petitions;
	let like: Vec<_> = all.iter().filter(|(_, petition)| open(petition)).collect();
	let (id, petition) = match draw.random.pick(&like) {
		Some((id, petition)) => (*id, petition.clone()),
		None if draw.wrong(4) => {
			let (id, petition) = draw.random.pick(all)?;
			(*id, petition.clone())
		}
		None => return None,
	};
	// A client of the same operator who has not signed, as far as there is one.
	let signed = |who: &_| draw.world.signatures.iter().any(|(of, by)| *of == id && by == who);
	let subscriptions = draw.world.subscriptions.iter();
	let mut fitting: Vec<_> = subscriptions
		.filter(|(_, s)| (&s.operator, s.service) == (&petition.operator, petition.service))
		.filter(|(_, s)| !signed(&s.client))
		.collect();
	if fitting.is_empty() || draw.random.chance(10) {
		fitting = draw.world.subscriptions.iter().collect();
	}
	let (subscription, record) = draw.random.pick(&fitting)?;
	let (subscription, client) = (*subscription, record.client.clone());
	let client = draw.mostly(&client);
	let petition = if draw.wrong(25) { u32::MAX } else { id };
	by(client, Call::<Runtime>::sign { petition, subscription })
}

fn resolve(draw: &mut Draw<'_>) -> Option<Act> {
	let (petition, client) = match draw.random.pick(&draw.world.signatures).cloned() {
		Some(signature) => signature,
		None if draw.wrong(20) => (0, draw.anybody()),
		None => return None,
	};
	let client = draw.mostly(&client);
	let petition = if draw.wrong(25) { u32::MAX } else { petition };
	by(draw.anybody(), Call::<Runtime>::resolve { petition, client })
}
