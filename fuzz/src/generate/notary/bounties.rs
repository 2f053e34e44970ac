//! Bounties for being present.

use super::{super::by, desk::Made, tenures, Act, Draw, Maker};
use pallet_notary::{BountyClaims, Call, Records};
use surety_presence::merkle::Tree;
use surety_primitives::{
	notary::{BountyId, Slot},
	UNIT,
};
use surety_runtime::{AccountId, Runtime, RuntimeCall};

pub(super) const TABLE: &[(u64, Maker)] =
	&[(18, open_bounty), (70, claim_bounty), (20, close_bounty), (20, clear_claim)];

fn bounty(draw: &mut Draw<'_>, notary: AccountId) -> RuntimeCall {
	let per_window = draw.amount((UNIT / 100, 20 * UNIT), 1_000_000 * UNIT);
	let windows = draw.random.between(1, 8);
	let sensible = per_window.saturating_mul(windows.into());
	let budget = draw.amount((sensible, sensible.saturating_add(7)), 1_000_000 * UNIT);
	Call::<Runtime>::open_bounty { notary, per_window, budget }.into()
}

fn open_bounty(draw: &mut Draw<'_>) -> Option<Act> {
	let notary = draw.notary_account()?;
	let call = bounty(draw, notary);
	by(draw.somebody(), call)
}

/// A bounty by which notaries begin.
pub(super) fn opening(draw: &mut Draw<'_>, notary: &AccountId) -> Option<Act> {
	let call = bounty(draw, notary.clone());
	by(draw.somebody(), call)
}

/// What can be claimed: a bounty, and who was present by what is on chain.
fn claimable(draw: &Draw<'_>) -> Vec<(BountyId, Made, Slot, AccountId)> {
	let current = draw.world.notary.window;
	let mut all = Vec::new();
	for (id, bounty) in &draw.world.notary.bounties {
		for made in draw.desk.since(bounty.from, bounty.until.min(current)) {
			let there = Records::<Runtime>::get(made.window(), &bounty.notary);
			let counts =
				there.is_some_and(|record| record.commitment.as_ref() == Some(&made.signed.commitment));
			if made.notary != bounty.notary || !counts {
				continue;
			}
			for (slot, tenure) in tenures(&made.notary, made.signed.commitment.base_block) {
				let claim = BountyClaims::<Runtime>::get(id, slot);
				let new = claim.is_none_or(|claim| claim.next <= made.window());
				if made.set.contains(slot) && new {
					all.push((*id, made.clone(), slot, tenure.operator));
				}
			}
		}
	}
	all
}

fn claim_bounty(draw: &mut Draw<'_>) -> Option<Act> {
	let (mut bounty, made, slot, operator) = match draw.wrong(20) {
		false => draw.random.pick(&claimable(draw))?.clone(),
		// Somebody's, for whatever there is.
		true => {
			let (id, bounty) = draw.random.pick(&draw.world.notary.bounties)?.clone();
			let made = draw.desk.since(bounty.from, draw.world.notary.window).into_iter().next()?.clone();
			let slot = made.set.iter().next()?;
			(id, made, slot, draw.operator())
		}
	};
	let slots: Vec<_> = made.set.iter().collect();
	let proven = match draw.random.pick(&slots) {
		Some(other) if draw.wrong(20) => *other,
		_ => slot,
	};
	if draw.wrong(40) {
		bounty = 77;
	}
	let (window, proof) = (made.window(), Tree::new(&made.set).prove(proven)?);
	let operator = draw.mostly(&operator);
	by(operator, Call::<Runtime>::claim_bounty { bounty, slot: draw.slot(slot), window, proof })
}

fn close_bounty(draw: &mut Draw<'_>) -> Option<Act> {
	let window = draw.world.notary.window;
	let all = &draw.world.notary.bounties;
	let over: Vec<_> = all.iter().filter(|(_, bounty)| bounty.until <= window).collect();
	let bounty = match draw.random.pick(&over) {
		Some((id, _)) => *id,
		None if draw.wrong(10) => draw.random.pick(all).map_or(77, |(id, _)| *id),
		None => return None,
	};
	by(draw.anybody(), Call::<Runtime>::close_bounty { bounty })
}

fn clear_claim(draw: &mut Draw<'_>) -> Option<Act> {
	let open = |id: &BountyId| draw.world.notary.bounties.iter().any(|(other, _)| other == id);
	let all = &draw.world.notary.claims;
	let over: Vec<_> = all.iter().filter(|(id, ..)| !open(id)).collect();
	let (bounty, slot) = match draw.random.pick(&over) {
		Some((id, slot, _)) => (*id, *slot),
		None if draw.wrong(10) => draw.random.pick(all).map_or((77, 0), |(id, slot, _)| (*id, *slot)),
		None => return None,
	};
	by(draw.anybody(), Call::<Runtime>::clear_claim { bounty, slot })
}
