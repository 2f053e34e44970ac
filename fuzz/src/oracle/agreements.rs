//! Agreements: fees for blocks that have passed only, penalties within what was promised, rounds of audits that nobody could
//! know before, downtime only of who was cut off or has not answered.

use super::{hold, money, moves::Moves, see, Phase, Seen, Verdict};
use pallet_agreements::Event;
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{
	agreement::{AgreementTerms, BeaconId},
	topology::Standing,
	traits::Topology as _,
	AgreementId, AssetKind, Balance, BlockNumber, SlashId,
};
use surety_runtime::{
	AccountId, Agreements, Restaking, Runtime, RuntimeCall, RuntimeEvent, System, Topology,
};

/// An agreement, as events have told of it.
#[derive(Debug)]
struct Agreed {
	client: AccountId,
	operator: AccountId,
	terms: AgreementTerms,
	start: BlockNumber,
	end: BlockNumber,
	deposited: Balance,
	paid: Balance,
	reserved: Balance,
	/// Until when the operator can answer whether it can be reached.
	due: Option<BlockNumber>,
	down: bool,
	/// First round that was neither shown nor missed.
	round: u32,
	pending: BTreeMap<SlashId, Balance>,
}

/// What is known of agreements.
#[derive(Default, Debug)]
pub(crate) struct Book {
	agreements: BTreeMap<AgreementId, Agreed>,
	/// For what each beacon is valid, and when it was kept.
	beacons: BTreeMap<BeaconId, (BlockNumber, BlockNumber)>,
	/// What each penalty takes at the most.
	penalties: BTreeMap<SlashId, Balance>,
}

impl Book {
	/// Notes what has happened.
	pub(crate) fn note(
		&mut self,
		phase: Phase<'_>,
		before: &money::Before,
		events: &[RuntimeEvent],
		seen: &mut Seen,
	) -> Verdict {
		for event in events {
			if let RuntimeEvent::Slashing(pallet_slashing::Event::Cut { slash, own, .. }) = event {
				self.check_cut(*slash, *own, seen)?;
			}
			let RuntimeEvent::Agreements(event) = event else { continue };
			let moved = self.note_event(event, seen)?;
			let direct = matches!(phase, Phase::Call(_, RuntimeCall::Agreements(_)));
			if let (Some((asset, moves, operator)), true) = (moved, direct) {
				let why = format!("{event:?}");
				let rule = ("fees of an agreement move from its client, and from nobody else", why.as_str());
				// What the operator shares goes to the pot, and both get in all what the client pays.
				let apart = [operator, Restaking::pot(), crate::accounts::treasury()];
				moves.check(
					&asset,
					before,
					&apart,
					rule,
					(seen, "balances compared after fees of agreements"),
				)?;
			}
		}
		Ok(())
	}

	/// A penalty takes no more of the operator's own stake than is owed.
	fn check_cut(&self, slash: SlashId, own: Balance, seen: &mut Seen) -> Verdict {
		let Some(amount) = self.penalties.get(&slash) else { return Ok(()) };
		hold!(
			own <= *amount,
			"a penalty takes no more of the operator's own than is owed",
			"slash {slash} takes {own} of {amount}"
		);
		see(seen, "penalties of agreements applied", 1);
		Ok(())
	}

	#[allow(clippy::too_many_lines, reason = "one arm an event")]
	fn note_event(
		&mut self,
		event: &Event<Runtime>,
		seen: &mut Seen,
	) -> Result<Option<(AssetKind, Moves, AccountId)>, super::Broken> {
		let now = System::block_number();
		if let Event::BeaconKept { beacon, valid_for } = event {
			let newer = self
				.beacons
				.last_key_value()
				.is_none_or(|(last, (before, _))| last < beacon && before < valid_for);
			hold!(
				newer && *valid_for <= now,
				"each beacon is valid for more than the last",
				"{event:?} in block {now}"
			);
			self.beacons.insert(*beacon, (*valid_for, now));
			see(seen, "beacons kept", 1);
			return Ok(None);
		}
		if let Event::Agreed { agreement, client, operator, start, end, reserved, deposited } = event {
			let terms = Agreements::agreement(*agreement).map(|agreement| agreement.terms);
			let Some(terms) = terms else {
				hold!(false, "what was agreed on is stored", "{event:?}");
				return Ok(None);
			};
			hold!(
				Topology::standing(operator) == Some(Standing::Main),
				"only who is in the main component promises to be within reach",
				"{event:?}"
			);
			let agreed = Agreed {
				client: client.clone(),
				operator: operator.clone(),
				terms,
				start: *start,
				end: *end,
				deposited: *deposited,
				paid: 0,
				reserved: *reserved,
				due: None,
				down: false,
				round: 0,
				pending: BTreeMap::new(),
			};
			hold!(
				self.agreements.insert(*agreement, agreed).is_none(),
				"an agreement is made once",
				"{event:?}"
			);
			see(seen, "agreements", 1);
			return Ok(None);
		}
		let (Event::Renewed { agreement: id, .. }
		| Event::NoticeGiven { agreement: id, .. }
		| Event::WentDown { agreement: id, .. }
		| Event::CameBack { agreement: id, .. }
		| Event::Challenged { agreement: id, .. }
		| Event::Answered { agreement: id, .. }
		| Event::AuditAnswered { agreement: id, .. }
		| Event::AuditMissed { agreement: id, .. }
		| Event::FeesPaid { agreement: id, .. }
		| Event::PenaltyReported { agreement: id, .. }
		| Event::PenaltyDecided { agreement: id, .. }
		| Event::Closed { agreement: id, .. }) = event
		else {
			return Ok(None);
		};
		let Some(agreed) = self.agreements.get_mut(id) else {
			hold!(false, "something happens under agreements that there are", "{event:?}");
			return Ok(None);
		};
		match event {
			Event::Renewed { end, deposited, .. } => {
				hold!(
					now < agreed.end && *end > agreed.end,
					"what runs is prolonged",
					"{event:?}: {agreed:?}"
				);
				agreed.end = *end;
				agreed.deposited = agreed.deposited.saturating_add(*deposited);
			}
			Event::NoticeGiven { end, .. } => {
				hold!(
					*end <= agreed.end && *end >= now.min(agreed.end),
					"notice shortens an agreement, and not into the past",
					"{event:?} in block {now}: {agreed:?}"
				);
				agreed.end = *end;
			}
			Event::Challenged { due, .. } => {
				hold!(
					agreed.due.is_none() && !agreed.down,
					"one question is asked at a time",
					"{event:?}: {agreed:?}"
				);
				agreed.due = Some(*due);
			}
			Event::Answered { .. } => {
				hold!(
					agreed.due.take().is_some_and(|due| now < due),
					"a question is answered in its time",
					"{event:?} in block {now}: {agreed:?}"
				);
				see(seen, "challenges of reach answered", 1);
			}
			Event::WentDown { since, .. } => {
				let unanswered = agreed.due.take().is_some_and(|due| now >= due);
				let cut_off = matches!(Topology::standing(&agreed.operator), Some(Standing::CutOff { .. }));
				hold!(
					!agreed.down && *since <= now && *since >= agreed.start && (unanswered || cut_off),
					"only who was cut off, or has not answered, is down",
					"{event:?} in block {now}: {agreed:?}"
				);
				agreed.down = true;
				see(seen, "operators down", 1);
			}
			Event::CameBack { .. } => {
				hold!(
					agreed.down && Topology::standing(&agreed.operator) == Some(Standing::Main),
					"who was down comes back by being within reach",
					"{event:?}: {agreed:?}"
				);
				agreed.down = false;
				see(seen, "operators that came back", 1);
			}
			Event::AuditAnswered { round, .. } => {
				let due = drawn_due(&self.beacons, agreed, *round);
				hold!(
					*round >= agreed.round && due.is_some_and(|due| now < due),
					"a round is shown once, in its time, of what nobody knew before",
					"{event:?} in block {now}, due in {due:?}: {agreed:?}"
				);
				agreed.round = round.saturating_add(1);
				see(seen, "rounds of audits shown", 1);
			}
			Event::AuditMissed { round, penalty, .. } => {
				let due = drawn_due(&self.beacons, agreed, *round);
				let said = agreed.terms.audits.map_or(0, |audits| audits.penalty);
				hold!(
					*round >= agreed.round
						&& due.is_some_and(|due| now >= due)
						&& [0, said].contains(penalty),
					"a round is missed once it is too late, and costs what was promised",
					"{event:?} in block {now}, due in {due:?}: {agreed:?}"
				);
				agreed.round = round.saturating_add(1);
				see(seen, "rounds of audits missed", 1);
			}
			Event::FeesPaid { amount, .. } => {
				agreed.paid = agreed.paid.saturating_add(*amount);
				agreed.check_paid(event, now)?;
				let mut moves = Moves::default();
				moves.loses(&agreed.client, *amount);
				see(seen, "fees of agreements paid", 1);
				return Ok(Some((agreed.terms.price.asset.clone(), moves, agreed.operator.clone())));
			}
			Event::PenaltyReported { slash, amount, .. } => {
				agreed.pending.insert(*slash, *amount);
				let all = agreed.pending.values().fold(0, |sum: Balance, amount| sum.saturating_add(*amount));
				hold!(
					all <= agreed.reserved,
					"penalties under review are within what is reserved",
					"{event:?}: {agreed:?}"
				);
				self.penalties.insert(*slash, *amount);
				see(seen, "penalties of agreements reported", 1);
			}
			Event::PenaltyDecided { slash, taken, .. } => {
				let amount = agreed.pending.remove(slash);
				hold!(
					amount.is_some_and(|amount| *taken == 0 || *taken == amount),
					"a penalty is decided once",
					"{event:?}: {agreed:?}"
				);
				agreed.reserved = agreed.reserved.saturating_sub(*taken);
			}
			Event::Closed { paid, refunded, forfeited, released, .. } => {
				agreed.paid = agreed.paid.saturating_add(*paid);
				agreed.check_paid(event, now)?;
				hold!(
					now >= agreed.end
						&& agreed.pending.is_empty()
						&& agreed.paid.saturating_add(*refunded) == agreed.deposited
						&& forfeited <= refunded
						&& *released == agreed.reserved,
					"what is closed gives back all that was held for it",
					"{event:?} in block {now}: {agreed:?}"
				);
				let mut moves = Moves::default();
				moves.loses(&agreed.client, *paid);
				let moved = (agreed.terms.price.asset.clone(), moves, agreed.operator.clone());
				self.agreements.remove(id);
				see(seen, "agreements closed", 1);
				return Ok(Some(moved));
			}
			_ => {}
		}
		Ok(None)
	}
}

impl Agreed {
	/// What was paid is for blocks that have passed.
	fn check_paid(&self, event: &Event<Runtime>, now: BlockNumber) -> Verdict {
		let passed = now.min(self.end).saturating_sub(self.start);
		hold!(
			self.paid <= self.terms.price.due_rounded_up(passed).min(self.deposited),
			"fees are paid for blocks that have passed, and never more than was paid ahead",
			"{event:?} in block {now}: {self:?}"
		);
		Ok(())
	}
}

/// First block in which it is too late to show a round: drawn from the first beacon that is valid for its block.
fn drawn_due(
	beacons: &BTreeMap<BeaconId, (BlockNumber, BlockNumber)>,
	agreed: &Agreed,
	round: u32,
) -> Option<BlockNumber> {
	let audits = agreed.terms.audits?;
	let at = audits.interval.checked_mul(round.checked_add(1)?)?.checked_add(agreed.start)?;
	let (_, kept) = beacons.values().find(|(valid_for, _)| *valid_for > at)?;
	Some(kept.saturating_add(audits.answer))
}

/// Clients that are bound by what they have proposed: the operator has accepted it.
pub(crate) fn bound(events: &[RuntimeEvent]) -> BTreeSet<AccountId> {
	let agreed = events.iter().filter_map(|event| match event {
		RuntimeEvent::Agreements(Event::Agreed { client, .. }) => Some(client.clone()),
		_ => None,
	});
	agreed.collect()
}
