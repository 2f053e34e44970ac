//! Commitments, publications and snapshots: honest ones, and others.
//!
//! A notary is honest in a window if it says once what it knows: that all are present that are attested at the base
//! block and have announced themselves, on chain or to it. The link of what it signs is [`keys::HONEST`] then.

use super::{super::by, announces, desk::Made, end_and_due, tenures, Act, Draw, Maker};
use crate::{chain::GENESIS, keys, step::Origin};
use frame_support::{traits::Get, BoundedVec};
use pallet_notary::{Call, NotaryRecord, Records};
use sp_io::hashing::blake2_256;
use surety_presence::{
	exact::{self, Earlier},
	merkle,
	message::{Commitment, Link, SignedCommitment, Snapshot},
	publication::publish as publication,
	Context, Kind, SlotSet,
};
use surety_primitives::{
	notary::{PublicationMode, Window},
	BlockNumber,
};
use surety_runtime::{AccountId, Runtime, System};

pub(super) const TABLE: &[(u64, Maker)] = &[(170, publish), (8, commit_snapshot)];

/// The last window, mostly.
fn last_window(draw: &mut Draw<'_>) -> Window {
	let current = draw.world.notary.window;
	let back = if draw.wrong(25) { draw.random.between(0, 7) } else { 1 };
	current.saturating_sub(back)
}

/// What brings a publication on chain, or now and then something else; in `Link` mode it is only made.
fn publish(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, record) = draw.notary()?;
	let window = last_window(draw);
	let there = Records::<Runtime>::get(window, &notary).is_some_and(|record| record.commitment.is_some());
	if there && !draw.wrong(25) {
		return None;
	}
	let made = match draw.random.chance(85) {
		true => honest(draw, &notary, &record, window)?,
		false => wrong(draw, &notary, &record, window)?,
	};
	let mut mode = *record.mode.at(window)?;
	if draw.wrong(30) {
		mode = draw.random.one_of([PublicationMode::Mixed, PublicationMode::Strict]);
	}
	let signed = made.signed;
	let call = match mode {
		PublicationMode::Link => return None,
		PublicationMode::Mixed => Call::<Runtime>::commit { signed },
		PublicationMode::Strict => {
			let mut bytes = made.bytes;
			if draw.wrong(40) {
				bytes.push(0);
			}
			Call::publish { signed, bytes: BoundedVec::truncate_from(bytes) }
		}
	};
	let origin = if draw.random.chance(60) { Origin::Authorized } else { Origin::Signed(draw.anybody()) };
	Some((origin, call.into()))
}

/// Who is present by all that a notary knows. Who was attested after the window cannot have announced itself in it.
fn present(notary: &AccountId, universe: u32, window: Window, base_block: BlockNumber) -> Option<SlotSet> {
	let (end, _) = end_and_due(window)?;
	let there = tenures(notary, base_block).into_iter().filter(|(slot, tenure)| {
		tenure.announced.contains(window)
			|| (tenure.attested_at < end && announces(notary, *slot, tenure.generation, window))
	});
	SlotSet::from_slots(universe, there.map(|(slot, _)| slot)).ok()
}

/// What a notary says that knows and says it all: the same whenever it is asked for.
fn honest(draw: &mut Draw<'_>, notary: &AccountId, record: &NotaryRecord, window: Window) -> Option<Made> {
	if let Some(made) = draw.desk.honest(notary, window) {
		return Some(made.clone());
	}
	let (end, due) = end_and_due(window)?;
	let (now, key) = (System::block_number(), record.keys.at(window)?);
	// The last block that is built is the one that it goes by.
	let base_block = now.checked_sub(1).filter(|base| (end..due.saturating_sub(1)).contains(base))?;
	let universe = pallet_notary::Notaries::<Runtime>::get(notary)?.universe;
	let set = present(notary, universe, window, base_block)?;
	let strict = record.mode.at(window) == Some(&PublicationMode::Strict);
	let context = Context { base_block, window };
	let link = Link::truncate_from(keys::HONEST.to_vec());
	let delta =
		(!strict && draw.wrong(3)).then(|| delta(draw, notary, context, &set, link.clone())).flatten();
	let (bytes, commitment, earlier) = match delta {
		Some(delta) => delta,
		None => {
			let account = notary.clone().into();
			let (bytes, commitment) = publication(GENESIS.0, account, context, &set, None, link).ok()?;
			(bytes, commitment, None)
		}
	};
	let signed = SignedCommitment { signature: keys::sign(key, &commitment), commitment };
	let made = Made { notary: notary.clone(), signed, set, bytes, earlier };
	draw.desk.keep(made.clone());
	Some(made)
}

/// A delta from an earlier publication of the notary, if there is one that is kept as long as the delta can be disputed.
/// Who was a notary before and is one again begins anew.
fn delta(
	draw: &mut Draw<'_>,
	notary: &AccountId,
	context: Context,
	set: &SlotSet,
	link: Link,
) -> Option<(Vec<u8>, Commitment, Option<Vec<u8>>)> {
	let retention = <Runtime as pallet_notary::Config>::Retention::get();
	let before = draw.desk.since(context.window.saturating_sub(retention / 2), context.window);
	let mut before = before
		.into_iter()
		.filter(|made| made.notary == *notary && made.is_honest() && made.set.universe() <= set.universe());
	let before = before.find(|made| made.signed.commitment.kind != Kind::Delta)?;
	let earlier = Earlier { window: before.window(), set: &before.set };
	let bytes = exact::encode(Kind::Delta, context, set, Some(earlier)).ok()?;
	let commitment = Commitment {
		genesis: GENESIS.0,
		notary: notary.clone().into(),
		window: context.window,
		base_block: context.base_block,
		universe: set.universe(),
		present: set.len(),
		root: merkle::root(set),
		bytes_hash: blake2_256(&bytes),
		size: u32::try_from(bytes.len()).ok()?,
		kind: Kind::Delta,
		earlier: Some(blake2_256(&before.bytes)),
		link,
	};
	Some((bytes, commitment, Some(before.bytes.clone())))
}

/// What a notary signs that is careless, mistaken, or lies.
pub(super) fn wrong(
	draw: &mut Draw<'_>,
	notary: &AccountId,
	record: &NotaryRecord,
	window: Window,
) -> Option<Made> {
	let (end, due) = end_and_due(window)?;
	let now = System::block_number();
	let mut base_block = now.saturating_sub(1).clamp(end, due.saturating_sub(1));
	let universe = pallet_notary::Notaries::<Runtime>::get(notary)?.universe;
	let mut set = present(notary, universe, window, base_block)?;
	let what = draw.random.below(15);
	match what {
		// Somebody is left out.
		0..=3 => {
			let slots: Vec<_> = set.iter().collect();
			set.remove(*draw.random.pick(&slots)?);
		}
		// Somebody is listed who has said nothing.
		4..=5 => {
			let absent: Vec<_> = set.iter_absent().collect();
			set.insert(*draw.random.pick(&absent)?).ok()?;
		}
		6 => set = set.resized(draw.random.one_of([0, universe / 2, universe.saturating_add(1)])).ok()?,
		7 => {
			let wrong = [0, end.saturating_sub(1), due, now, u32::MAX];
			base_block = draw.random.one_of(wrong);
		}
		_ => {}
	}
	let link = Link::truncate_from(b"wrong".to_vec());
	let context = Context { base_block, window };
	let account = notary.clone().into();
	let (mut bytes, mut commitment) = publication(GENESIS.0, account, context, &set, None, link).ok()?;
	match what {
		8 => commitment.root = [9; 32],
		9 => commitment.present = draw.random.one_of([0, set.len().saturating_add(1), u32::MAX]),
		10 => {
			bytes.push(7);
			commitment.bytes_hash = blake2_256(&bytes);
			commitment.size = commitment.size.saturating_add(1);
		}
		11 => commitment.size = draw.random.one_of([0, 20_480, 20_481, u32::MAX]),
		12 => {
			commitment.kind = draw.random.one_of([Kind::Rice, Kind::Delta, Kind::Bloom]);
			commitment.earlier = draw.random.chance(50).then_some([3; 32]);
		}
		13 => commitment.genesis = [1; 32],
		// The right one, in other words.
		_ => {}
	}
	let key = record.keys.at(window).copied().filter(|_| !draw.wrong(10));
	let key = key.unwrap_or_else(|| draw.presence_key(notary));
	let signed = SignedCommitment { signature: keys::sign(&key, &commitment), commitment };
	let made = Made { notary: notary.clone(), signed, set, bytes, earlier: None };
	draw.desk.keep(made.clone());
	Some(made)
}

fn commit_snapshot(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, record) = draw.notary()?;
	let now = draw.world.now;
	let snapshot = Snapshot {
		base_block: if draw.wrong(6) { now } else { now.saturating_sub(1) },
		log_leaves: draw.random.one_of([0, 1, record.next_generation]),
		attestations: if draw.wrong(10) { u32::MAX } else { record.attested },
		bytes_hash: [7; 32],
		size: 100,
		link: Link::default(),
	};
	let notary = draw.mostly(&notary);
	by(notary, Call::<Runtime>::commit_snapshot { snapshot })
}
