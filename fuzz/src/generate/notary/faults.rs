//! Promises and reports of faults, challenges and answers.

use super::{
	super::by,
	announces,
	desk::{announcement, Made, Promise},
	end_and_due, publishing, tenures, Act, Draw, Maker,
};
use crate::{chain::GENESIS, keys, step::Origin};
use codec::Encode;
use frame_support::{traits::Get, BoundedVec};
use pallet_notary::{Call, Expected, Notaries, Records, Witness};
use sp_core::H256;
use surety_presence::{
	merkle::Tree,
	message::Receipt,
	publication::{judge, Verdict},
	Limits,
};
use surety_primitives::{
	notary::{fault_evidence, ChallengeSubject, FaultKind, PublicationMode, Window},
	BlockNumber,
};
use surety_runtime::{AccountId, Runtime, RuntimeCall};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(70, intend),
	(14, withdraw_intent),
	(70, report),
	(60, report_omission),
	(35, challenge_bytes),
	(90, answer_bytes),
	(40, audit),
	(90, answer_audit),
	(50, conclude),
];

/// First window that can be disputed.
fn oldest(draw: &Draw<'_>) -> Window {
	let retention = <Runtime as pallet_notary::Config>::Retention::get();
	draw.world.notary.window.saturating_sub(retention)
}

/// Publications of windows that can be disputed.
fn disputable<'a>(draw: &'a Draw<'_>) -> Vec<&'a Made> {
	draw.desk.since(oldest(draw), draw.world.notary.window)
}

/// One of these publications.
fn pick(draw: &mut Draw<'_>, fit: impl Fn(&Made) -> bool) -> Option<Made> {
	let all: Vec<Made> = disputable(draw).into_iter().filter(|made| fit(made)).cloned().collect();
	draw.random.pick(&all).cloned()
}

/// A window of a notary in which it has published nothing though it had to, or now and then another.
fn missed(draw: &mut Draw<'_>) -> Option<(AccountId, Window)> {
	let (now, current) = (draw.world.now, draw.world.notary.window);
	let mut all = Vec::new();
	for (notary, record) in &draw.world.notary.notaries {
		for window in oldest(draw)..current {
			let on_chain = |mode: &PublicationMode| *mode != PublicationMode::Link;
			let owes = record.mode.at(window).is_some_and(on_chain)
				&& record.last_window.is_none_or(|last| window <= last);
			let late = end_and_due(window).is_some_and(|(_, due)| due <= now);
			let there = Records::<Runtime>::get(window, notary);
			let nothing = there.as_ref().is_none_or(|record| record.commitment.is_none());
			let new = there.is_none_or(|record| !record.faults.contains(FaultKind::Missed));
			if owes && late && nothing && new {
				all.push((notary.clone(), window));
			}
		}
	}
	match draw.random.pick(&all) {
		Some(missed) if !draw.wrong(10) => Some(missed.clone()),
		_ if draw.wrong(6) => Some((draw.notary_account()?, current.saturating_sub(1))),
		_ => None,
	}
}

/// A commitment that its bytes belie, or now and then another.
fn mismatch(draw: &mut Draw<'_>) -> Option<Made> {
	if draw.wrong(10) {
		return pick(draw, |_| true);
	}
	let limits = Limits { max_universe: 131_072, max_bytes: 20_480 };
	pick(draw, |made| {
		let earlier = made.earlier.as_deref();
		matches!(judge(&made.signed.commitment, &made.bytes, earlier, &limits), Verdict::Mismatch(_))
	})
}

/// Two commitments for one window.
fn equivocation(draw: &mut Draw<'_>) -> Option<(Made, Made)> {
	// Now and then a notary says something else than before.
	if let (Some((notary, record)), true) = (draw.notary(), draw.wrong(4)) {
		let window = draw.world.notary.window.saturating_sub(draw.random.between(1, 2));
		publishing::wrong(draw, &notary, &record, window);
	}
	let mut pairs = Vec::new();
	let all = disputable(draw);
	for (at, first) in all.iter().enumerate() {
		for second in all.iter().skip(at.saturating_add(1)) {
			let of_one = (&first.notary, first.window()) == (&second.notary, second.window());
			let (first_said, second_said) = (&first.signed.commitment, &second.signed.commitment);
			let here = [first_said.genesis, second_said.genesis] == [GENESIS.0; 2];
			if of_one && here && first_said != second_said {
				pairs.push((Made::clone(first), Made::clone(second)));
			}
		}
	}
	draw.random.pick(&pairs).cloned()
}

/// Finds something to report: the call, and what has to be promised for it.
fn found(draw: &mut Draw<'_>, who: &AccountId) -> Option<(RuntimeCall, H256)> {
	let evidence =
		|kind, notary: &AccountId, window, details: &[u8]| fault_evidence(kind, notary, window, details, who);
	let found = match draw.random.below(3) {
		0 => {
			let (notary, window) = missed(draw)?;
			let evidence = evidence(FaultKind::Missed, &notary, window, &[]);
			(Call::<Runtime>::report_missed { notary, window }.into(), evidence)
		}
		1 => {
			let made = mismatch(draw)?;
			let details = made.signed.commitment.encode();
			let evidence = evidence(FaultKind::Mismatch, &made.notary, made.window(), &details);
			let call = Call::<Runtime>::report_mismatch {
				signed: made.signed,
				bytes: BoundedVec::truncate_from(made.bytes),
				earlier: made.earlier.map(BoundedVec::truncate_from),
			};
			(call.into(), evidence)
		}
		_ => {
			let (first, second) = equivocation(draw)?;
			let details = (&first.signed.commitment, &second.signed.commitment).encode();
			let evidence = evidence(FaultKind::Equivocation, &first.notary, first.window(), &details);
			let call = Call::<Runtime>::report_equivocation {
				first: Box::new(first.signed),
				second: Box::new(second.signed),
			};
			(call.into(), evidence)
		}
	};
	Some(found)
}

fn intend(draw: &mut Draw<'_>) -> Option<Act> {
	let who = if draw.wrong(15) { draw.anybody() } else { draw.somebody() };
	let evidence = match found(draw, &who) {
		Some((call, evidence)) => {
			let at = draw.world.now;
			draw.desk.promises.push(Promise { who: who.clone(), at, evidence, call });
			evidence
		}
		None if draw.wrong(15) => draw.evidence(),
		None => return None,
	};
	by(who, Call::<Runtime>::intend { evidence })
}

fn withdraw_intent(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let all = &draw.world.notary.intents;
	let over: Vec<_> = all.iter().filter(|(_, _, intent)| intent.expires <= now).collect();
	let (who, evidence) = match draw.random.pick(&over) {
		Some((who, evidence, _)) => (who.clone(), *evidence),
		None if draw.wrong(6) => {
			let (who, evidence, _) = draw.random.pick(all)?;
			(who.clone(), *evidence)
		}
		None => return None,
	};
	let caller = if draw.wrong(2) { who.clone() } else { draw.anybody() };
	by(caller, Call::<Runtime>::withdraw_intent { who, evidence })
}

/// What was promised is reported, or now and then what was not.
fn report(draw: &mut Draw<'_>) -> Option<Act> {
	/// Blocks in which somebody remembers what it has promised.
	const MEMORY: BlockNumber = 12;
	let now = draw.world.now;
	draw.desk.promises.retain(|promise| promise.at.saturating_add(MEMORY) >= now);
	// What is drawn for a batch may never be sent.
	let known = |promise: &Promise| {
		let intent = pallet_notary::Intents::<Runtime>::get(&promise.who, promise.evidence);
		intent.is_some_and(|intent| intent.at < now)
	};
	let hasty = draw.wrong(12);
	let promises = draw.desk.promises.iter().enumerate();
	let ready: Vec<usize> =
		promises.filter(|(_, promise)| hasty || known(promise)).map(|(index, _)| index).collect();
	let Some(index) = draw.random.pick(&ready).copied() else {
		if !draw.wrong(20) {
			return None;
		}
		let who = draw.anybody();
		let (call, _) = found(draw, &who)?;
		return Some((Origin::Signed(who), call));
	};
	let promise = draw.desk.promises.get(index)?.clone();
	if draw.random.chance(85) {
		draw.desk.promises.swap_remove(index);
	}
	Some((Origin::Signed(draw.mostly(&promise.who)), promise.call))
}

/// The block that counts for a commitment: the one it names where that is in its time, else the end of the window.
fn base_of(made: &Made, now: BlockNumber) -> Option<BlockNumber> {
	let (end, due) = end_and_due(made.window())?;
	let named = made.signed.commitment.base_block;
	Some(if (end..due.min(now)).contains(&named) { named } else { end })
}

fn report_omission(draw: &mut Draw<'_>) -> Option<Act> {
	let only_wrong = !draw.wrong(12);
	let made = pick(draw, |made| !(only_wrong && made.is_honest()))?;
	let (notary, window) = (made.notary.clone(), made.window());
	let base = base_of(&made, draw.world.now)?;
	let mut absent = tenures(&notary, base);
	absent.retain(|(slot, _)| !made.set.contains(*slot));
	let (slot, tenure) = draw.random.pick(&absent)?.clone();
	let (end, _) = end_and_due(window)?;
	let announced = tenure.attested_at < end && announces(&notary, slot, tenure.generation, window);
	let witness = if tenure.announced.contains(window) || draw.wrong(20) {
		Witness::OnChain
	} else if announced || draw.wrong(10) {
		let announcement = announcement(&notary, slot, tenure.generation, window);
		// A receipt was given for what was announced, and for nothing else.
		let key = match announced {
			true => *Notaries::<Runtime>::get(&notary)?.keys.at(window)?,
			false => draw.presence_key(&tenure.operator),
		};
		Witness::Receipt(keys::sign(&key, &Receipt { announcement }))
	} else {
		return None;
	};
	let exclusion = Tree::new(&made.set).prove_absent(slot).filter(|_| !draw.wrong(15));
	let operator = draw.mostly(&tenure.operator);
	let signed = made.signed;
	by(operator, Call::<Runtime>::report_omission { signed, slot, witness, exclusion })
}

/// Whether a commitment's bytes are on chain.
fn is_published(made: &Made) -> bool {
	Records::<Runtime>::get(made.window(), &made.notary)
		.is_some_and(|record| record.published && record.commitment.as_ref() == Some(&made.signed.commitment))
}

fn challenge_bytes(draw: &mut Draw<'_>) -> Option<Act> {
	let hidden = !draw.wrong(10);
	let made = pick(draw, |made| !(hidden && is_published(made)))?;
	by(draw.anybody(), Call::<Runtime>::challenge_bytes { signed: made.signed })
}

fn audit(draw: &mut Draw<'_>) -> Option<Act> {
	let made = pick(draw, |made| !made.set.is_empty())?;
	let slots: Vec<_> = made.set.iter().collect();
	let slot = *draw.random.pick(&slots)?;
	let proof = Tree::new(&made.set).prove(slot)?;
	let slot = draw.slot(slot);
	by(draw.anybody(), Call::<Runtime>::audit { signed: made.signed, slot, proof })
}

/// An open challenge.
fn challenge(
	draw: &mut Draw<'_>,
	fit: impl Fn(&ChallengeSubject) -> bool,
) -> Option<(AccountId, Window, ChallengeSubject, pallet_notary::Challenge)> {
	let fit: Vec<_> =
		draw.world.notary.challenges.iter().filter(|(_, (_, subject), _)| fit(subject)).collect();
	let (notary, (window, subject), challenge) = draw.random.pick(&fit)?;
	Some((notary.clone(), *window, *subject, challenge.clone()))
}

fn answer_bytes(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, window, _, challenge) =
		challenge(draw, |subject| matches!(subject, ChallengeSubject::Bytes))?;
	let Expected::Bytes { publication, .. } = challenge.expected else { return None };
	let made = draw.desk.with_hash(&publication)?;
	let (mut bytes, earlier) = (made.bytes.clone(), made.earlier.clone());
	if draw.wrong(15) {
		bytes.push(1);
	}
	let (bytes, earlier) = (BoundedVec::truncate_from(bytes), earlier.map(BoundedVec::truncate_from));
	by(draw.anybody(), Call::<Runtime>::answer_bytes { notary, window, bytes, earlier })
}

fn answer_audit(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, window, subject, challenge) =
		challenge(draw, |subject| matches!(subject, ChallengeSubject::Announcement(_)))?;
	let ChallengeSubject::Announcement(slot) = subject else { return None };
	let signature = match challenge.expected {
		Expected::Announcement(Some((generation, key))) if announces(&notary, slot, generation, window) => {
			keys::sign(&key, &announcement(&notary, slot, generation, window))
		}
		_ if draw.wrong(10) => [7; 64],
		_ => return None,
	};
	by(draw.anybody(), Call::<Runtime>::answer_audit { notary, window, slot, signature })
}

fn conclude(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let all = &draw.world.notary.challenges;
	let due: Vec<_> = all.iter().filter(|(_, _, challenge)| challenge.due <= now).collect();
	let due = draw.random.pick(&due).map(|challenge| (*challenge).clone());
	let (notary, (window, subject), _) = match due {
		Some(challenge) => challenge,
		None if draw.wrong(8) => draw.random.pick(all)?.clone(),
		None => return None,
	};
	by(draw.anybody(), Call::<Runtime>::conclude { notary, window, subject })
}
