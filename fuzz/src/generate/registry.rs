//! Calls of the registry.

use super::{by, Act, Draw, Maker};
use pallet_registry::Call;
use surety_primitives::{Balance, OfferState, OperatorStatus, UNIT};
use surety_runtime::{AccountId, Runtime};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(30, create_service),
	(15, update_service),
	(8, retire_service),
	(10, remove_service),
	(25, join),
	(8, update_operator),
	(8, pause),
	(14, resume),
	(6, leave),
	(50, make_offer),
	(15, update_offer),
	(15, add_bond),
	(8, pause_offer),
	(14, resume_offer),
	(8, close_offer),
	(25, set_reporter),
];

fn min_bond(draw: &mut Draw<'_>) -> Balance {
	draw.random.one_of([0, 0, 100 * UNIT, 150 * UNIT, 500 * UNIT, u128::MAX])
}

pub(super) fn create_service(draw: &mut Draw<'_>) -> Option<Act> {
	let call = Call::<Runtime>::create_service {
		name: draw.text(64),
		artifact: draw.artifact(),
		verifier: draw.verifier(),
		min_bond: min_bond(draw),
		security: draw.security(),
		flags: draw.flags(),
	};
	by(draw.anybody(), call)
}

/// A service and its owner.
fn owned(draw: &mut Draw<'_>) -> Option<(u32, AccountId)> {
	let (id, service) = draw.random.pick(&draw.world.services)?;
	let (id, owner) = (*id, service.owner.clone());
	let owner = draw.mostly(&owner);
	Some((if draw.wrong(20) { u32::MAX } else { id }, owner))
}

fn update_service(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, owner) = owned(draw)?;
	let old = draw.world.services.iter().find(|(other, _)| *other == id).map(|(_, service)| service.clone());
	let (mut verifier, mut flags) = (draw.verifier(), draw.flags());
	if let (Some(old), false) = (old, draw.wrong(4)) {
		(verifier, flags) = (old.verifier, old.flags);
	}
	let call = Call::<Runtime>::update_service {
		id,
		name: draw.text(64),
		artifact: draw.artifact(),
		verifier,
		min_bond: min_bond(draw),
		security: draw.security(),
		flags,
	};
	by(owner, call)
}

fn retire_service(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, owner) = owned(draw)?;
	by(owner, Call::<Runtime>::retire_service { id })
}

fn remove_service(draw: &mut Draw<'_>) -> Option<Act> {
	let retired: Vec<_> = draw.world.services.iter().filter(|(_, service)| service.retired).collect();
	let (id, owner) = match draw.random.pick(&retired).map(|(id, service)| (*id, service.owner.clone())) {
		Some((id, owner)) if !draw.wrong(5) => (id, draw.mostly(&owner)),
		_ => owned(draw)?,
	};
	by(owner, Call::<Runtime>::remove_service { id })
}

pub(super) fn join(draw: &mut Draw<'_>) -> Option<Act> {
	let metadata = draw.text(1_024);
	by(draw.anybody(), Call::<Runtime>::join { metadata })
}

fn update_operator(draw: &mut Draw<'_>) -> Option<Act> {
	let metadata = draw.text(1_024);
	by(draw.operator(), Call::<Runtime>::update_operator { metadata })
}

/// An operator of that status, or now and then of another.
fn of_status(draw: &mut Draw<'_>, paused: bool) -> AccountId {
	let operators = draw.world.operators.iter();
	let like: Vec<_> = operators
		.filter(|(_, operator)| (operator.status == OperatorStatus::Paused) == paused)
		.map(|(who, _)| who.clone())
		.collect();
	match draw.random.pick(&like).cloned() {
		Some(operator) if !draw.wrong(5) => operator,
		_ => draw.operator(),
	}
}

fn pause(draw: &mut Draw<'_>) -> Option<Act> {
	by(of_status(draw, false), Call::<Runtime>::pause {})
}

fn resume(draw: &mut Draw<'_>) -> Option<Act> {
	by(of_status(draw, true), Call::<Runtime>::resume {})
}

fn leave(draw: &mut Draw<'_>) -> Option<Act> {
	by(draw.operator(), Call::<Runtime>::leave {})
}

fn make_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (mut operator, mut service) = (draw.operator(), draw.service());
	// Where stake is allocated already, it can work.
	let lots =
		draw.world.ledgers.iter().flat_map(|(operator, _, lots)| {
			lots.iter().map(move |(service, _)| (operator.clone(), *service))
		});
	let taken = |(operator, service): &(AccountId, u32)| {
		draw.world.offers.iter().any(|(id, by, _)| (by, id) == (operator, service))
	};
	let lots: Vec<_> = lots.filter(|lot| !taken(lot)).collect();
	if let (Some(lot), false) = (draw.random.pick(&lots).cloned(), draw.wrong(6)) {
		(operator, service) = lot;
	}
	let asked = draw.world.services.iter().find(|(id, _)| *id == service).map_or(0, |(_, s)| s.min_bond);
	let least = asked.max(100 * UNIT);
	let call = Call::<Runtime>::make_offer {
		service,
		sla: draw.sla(),
		capacity: if draw.wrong(25) { 0 } else { draw.random.between(1, 20) },
		price: draw.price(),
		metadata: draw.text(1_024),
		bond: draw.amount((least, least.saturating_mul(2)), least),
	};
	by(operator, call)
}

/// An offer's service and operator.
fn offer(draw: &mut Draw<'_>, chosen: impl Fn(&OfferState<u32>) -> bool) -> Option<(u32, AccountId)> {
	let like: Vec<_> = draw.world.offers.iter().filter(|(_, _, offer)| chosen(&offer.state)).collect();
	let (service, operator) = match draw.random.pick(&like) {
		Some((service, operator, _)) if draw.random.chance(80) => (*service, operator.clone()),
		_ => {
			let (service, operator, _) = draw.random.pick(&draw.world.offers)?;
			(*service, operator.clone())
		}
	};
	let service = if draw.wrong(20) { u32::MAX } else { service };
	Some((service, draw.mostly(&operator)))
}

fn update_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator) = offer(draw, |_| true)?;
	let call = Call::<Runtime>::update_offer {
		service,
		sla: draw.sla(),
		capacity: if draw.wrong(25) { 0 } else { draw.random.between(1, 20) },
		price: draw.price(),
		metadata: draw.text(1_024),
	};
	by(operator, call)
}

fn add_bond(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator) = offer(draw, |_| true)?;
	let amount = draw.amount((UNIT, 100 * UNIT), 10_000 * UNIT);
	by(operator, Call::<Runtime>::add_bond { service, amount })
}

fn pause_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator) = offer(draw, |state| *state == OfferState::Open)?;
	by(operator, Call::<Runtime>::pause_offer { service })
}

fn resume_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator) = offer(draw, |state| *state == OfferState::Paused)?;
	by(operator, Call::<Runtime>::resume_offer { service })
}

fn close_offer(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator) = offer(draw, |_| true)?;
	by(operator, Call::<Runtime>::close_offer { service })
}

fn set_reporter(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, owner) = owned(draw)?;
	let reporter = (!draw.wrong(8)).then(|| draw.somebody());
	by(owner, Call::<Runtime>::set_reporter { id, reporter })
}
