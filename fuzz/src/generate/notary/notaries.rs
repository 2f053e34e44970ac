//! Notaries come, change and go.

use super::{super::by, Act, Draw, Maker};
use crate::{accounts, keys, step::Origin};
use frame_support::BoundedVec;
use pallet_notary::Call;
use surety_presence::message::Link;
use surety_primitives::{
	notary::{ClaimKind, NotaryFees, NotaryTerm, NotaryTerms, PublicationMode},
	AssetKind, NOTARISATION, UNIT,
};
use surety_runtime::{AccountId, Runtime};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(25, back),
	(35, register),
	(10, set_terms),
	(12, set_key),
	(12, set_mode),
	(6, set_link),
	(4, deregister),
	(18, retire_slots),
	(14, close),
	(6, set_trusted),
];

const KINDS: [ClaimKind; 6] = [
	ClaimKind::Throughput,
	ClaimKind::Latency,
	ClaimKind::Availability,
	ClaimKind::Geography,
	ClaimKind::Destination,
	ClaimKind::Other,
];

/// Some people, now and then one of them twice.
fn set_trusted(draw: &mut Draw<'_>) -> Option<Act> {
	let count = draw.random.between(0, 4);
	let mut list: Vec<AccountId> = accounts::all().iter().take(count as usize).cloned().collect();
	if draw.wrong(6) {
		list.push(draw.anybody());
	}
	let notaries = BoundedVec::truncate_from(list);
	let origin = if draw.wrong(8) { Origin::Signed(draw.anybody()) } else { Origin::Root };
	Some((origin, Call::<Runtime>::set_trusted { notaries }.into()))
}

/// Fees, sensible or not.
pub(super) fn fees(draw: &mut Draw<'_>) -> NotaryFees {
	let watch = draw.random.magnitude(0, UNIT);
	NotaryFees { issue: draw.amount((0, 10 * UNIT), 1_000_000 * UNIT), watch }
}

fn terms(draw: &mut Draw<'_>) -> NotaryTerms {
	let mut list = Vec::new();
	for kind in KINDS {
		match draw.random.below(10) {
			0 | 1 => {}
			2..=4 => list.push((kind, NotaryTerm::OnQuote)),
			_ => list.push((kind, NotaryTerm::Posted(fees(draw)))),
		}
	}
	if draw.wrong(25) {
		list.reverse();
	}
	NotaryTerms(BoundedVec::truncate_from(list))
}

fn mode(draw: &mut Draw<'_>) -> PublicationMode {
	use PublicationMode::{Link, Mixed, Strict};
	draw.random.one_of([Link, Mixed, Mixed, Mixed, Strict, Strict])
}

fn link(draw: &mut Draw<'_>) -> Link {
	Link::truncate_from(draw.text(256))
}

/// Whether somebody has stake behind notarisation.
fn backs(draw: &Draw<'_>, who: &AccountId) -> bool {
	let mut lots =
		draw.world.ledgers.iter().filter(|(of, asset, _)| of == who && *asset == AssetKind::Native);
	lots.any(|(_, _, lots)| lots.iter().any(|(service, _)| *service == NOTARISATION))
}

/// An operator that is to become a notary: it stakes, or puts its stake behind notarisation.
fn back(draw: &mut Draw<'_>) -> Option<Act> {
	let operator = draw.operator();
	let asset = AssetKind::Native;
	let amount = draw.random.magnitude(2_000 * UNIT, 30_000 * UNIT);
	let staked =
		draw.world.ledgers.iter().any(|(of, asset, _)| *of == operator && *asset == AssetKind::Native);
	if !staked || draw.wrong(4) {
		let of = operator.clone();
		return by(operator, pallet_restaking::Call::<Runtime>::stake { operator: of, asset, amount });
	}
	let parts = draw.random.between(100_000, 600_000);
	by(operator, pallet_restaking::Call::<Runtime>::allocate { asset, service: NOTARISATION, parts })
}

fn register(draw: &mut Draw<'_>) -> Option<Act> {
	let world = draw.world;
	let fit = world
		.operators
		.iter()
		.filter(|(who, _)| backs(draw, who) && world.notary.notaries.iter().all(|(notary, _)| notary != who));
	let fit: Vec<_> = fit.map(|(who, _)| who.clone()).collect();
	let who = match draw.random.pick(&fit).cloned() {
		Some(who) => draw.mostly(&who),
		None if draw.wrong(10) => draw.operator(),
		None => return None,
	};
	let terms = terms(draw);
	Some(registration(draw, who, terms))
}

fn registration(draw: &mut Draw<'_>, who: AccountId, terms: NotaryTerms) -> Act {
	let key = draw.presence_key(&who);
	let bearer = draw.mostly(&who);
	let call = Call::<Runtime>::register {
		terms,
		renewable: draw.random.chance(80),
		mode: mode(draw),
		link: link(draw),
		key,
		proof: keys::ownership(&bearer, &key),
	};
	(crate::step::Origin::Signed(who), call.into())
}

fn set_terms(draw: &mut Draw<'_>) -> Option<Act> {
	let who = draw.notary_account()?;
	let (terms, renewable) = (terms(draw), draw.random.chance(80));
	by(who, Call::<Runtime>::set_terms { terms, renewable })
}

fn set_key(draw: &mut Draw<'_>) -> Option<Act> {
	let who = draw.notary_account()?;
	let key = draw.presence_key(&who);
	let bearer = draw.mostly(&who);
	by(who, Call::<Runtime>::set_key { key, proof: keys::ownership(&bearer, &key) })
}

fn set_mode(draw: &mut Draw<'_>) -> Option<Act> {
	let who = draw.notary_account()?;
	let mode = mode(draw);
	by(who, Call::<Runtime>::set_mode { mode })
}

fn set_link(draw: &mut Draw<'_>) -> Option<Act> {
	let who = draw.notary_account()?;
	let link = link(draw);
	by(who, Call::<Runtime>::set_link { link })
}

fn deregister(draw: &mut Draw<'_>) -> Option<Act> {
	by(draw.notary_account()?, Call::<Runtime>::deregister {})
}

fn retire_slots(draw: &mut Draw<'_>) -> Option<Act> {
	let notary = draw.leaving()?;
	let count = draw.random.one_of([0, 1, 2, 100, 100, u32::MAX]);
	by(draw.anybody(), Call::<Runtime>::retire_slots { notary, count })
}

fn close(draw: &mut Draw<'_>) -> Option<Act> {
	let notary = draw.leaving()?;
	by(draw.anybody(), Call::<Runtime>::close { notary })
}

/// How notaries begin.
pub(super) struct Opening {
	pub(super) accounts: Vec<AccountId>,
	pub(super) stakes: Vec<Act>,
	pub(super) registers: Vec<Act>,
}

/// One or two notaries, who do nothing else.
pub(super) fn opening(draw: &mut Draw<'_>) -> Opening {
	let count = draw.random.between(1, 2) as usize;
	let chosen: Vec<_> = accounts::all().iter().skip(4).take(count).cloned().collect();
	let (mut stakes, mut registers) = (Vec::new(), Vec::new());
	for who in &chosen {
		let asset = AssetKind::Native;
		stakes.extend(by(who.clone(), pallet_registry::Call::<Runtime>::join { metadata: Vec::new() }));
		let amount = draw.random.magnitude(5_000 * UNIT, 50_000 * UNIT);
		let stake =
			pallet_restaking::Call::<Runtime>::stake { operator: who.clone(), asset: asset.clone(), amount };
		stakes.extend(by(who.clone(), stake));
		let parts = draw.random.between(500_000, 1_000_000);
		let allocate = pallet_restaking::Call::<Runtime>::allocate { asset, service: NOTARISATION, parts };
		stakes.extend(by(who.clone(), allocate));
		let posted = KINDS.map(|kind| {
			let (issue, watch) = (draw.random.magnitude(0, UNIT), draw.random.magnitude(0, UNIT));
			(kind, NotaryTerm::Posted(NotaryFees { issue, watch }))
		});
		let terms = NotaryTerms(BoundedVec::truncate_from(posted.to_vec()));
		registers.push(registration(draw, who.clone(), terms));
	}
	Opening { accounts: chosen, stakes, registers }
}
