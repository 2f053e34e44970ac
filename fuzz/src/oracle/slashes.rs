//! A slash is vetoed or applied, once, in its time; and nobody gets more out of it than it may give.

use super::{hold, Verdict};
use pallet_slashing::Event;
use sp_runtime::Perbill;
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{
	traits::Slashable, AssetKind, Balance, BlockNumber, Era, ServiceId, SettlementId, SlashId,
};
use surety_runtime::{AccountId, Restaking, RuntimeEvent, System};

/// How far a slash has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
	Reviewed,
	Vetoed,
	Applied,
}

/// What was said of a slash.
#[derive(Debug)]
pub(crate) struct Note {
	pub(crate) operator: AccountId,
	pub(crate) service: ServiceId,
	pub(crate) era: Era,
	pub(crate) fraction: Perbill,
	review_ends: BlockNumber,
	stage: Stage,
	cut: BTreeSet<AssetKind>,
}

/// What was cut of operators' own stake, and what came out of it for people.
#[derive(Clone, Copy, Default, Debug)]
struct Flow {
	own: Balance,
	out: Balance,
}

/// What was cut for a settlement, and what was paid by it.
#[derive(Debug)]
struct Pool {
	operator: AccountId,
	asset: AssetKind,
	waiting: Balance,
	paid: Balance,
}

/// All slashes and settlements.
#[derive(Default, Debug)]
pub(crate) struct Book {
	slashes: BTreeMap<SlashId, Note>,
	pools: BTreeMap<SettlementId, Pool>,
	flows: BTreeMap<(AccountId, AssetKind), Flow>,
}

impl Book {
	/// What was said of a slash.
	pub(crate) fn get(&self, id: SlashId) -> Option<&Note> {
		self.slashes.get(&id)
	}

	/// Notes what has happened.
	pub(crate) fn note(&mut self, events: &[RuntimeEvent]) -> Verdict {
		let now = System::block_number();
		for event in events {
			let RuntimeEvent::Slashing(event) = event else { continue };
			match event {
				Event::Reported { slash, operator, service, era, fraction, review_ends, .. } => {
					hold!(
						*era >= <Restaking as Slashable<_>>::first_reportable() && *era <= Restaking::era(),
						"offences are reported in their time",
						"slash {slash} is for era {era}, in era {}",
						Restaking::era()
					);
					let note = Note {
						operator: operator.clone(),
						service: *service,
						era: *era,
						fraction: *fraction,
						review_ends: *review_ends,
						stage: Stage::Reviewed,
						cut: BTreeSet::new(),
					};
					let before = self.slashes.insert(*slash, note);
					hold!(
						before.is_none(),
						"numbers of slashes are never reused",
						"{slash} was given out twice"
					);
				}
				Event::Vetoed { slash, .. } => {
					let Some(note) = self.slashes.get_mut(slash) else { continue };
					hold!(
						note.stage == Stage::Reviewed && note.cut.is_empty() && now < note.review_ends,
						"rule 6: veto and execution exclude each other",
						"slash {slash} was vetoed in block {now}: {note:?}"
					);
					note.stage = Stage::Vetoed;
				}
				Event::Applied { slash } => {
					let Some(note) = self.slashes.get_mut(slash) else { continue };
					hold!(
						note.stage == Stage::Reviewed && now >= note.review_ends,
						"rule 6: veto and execution exclude each other",
						"slash {slash} was applied in block {now}: {note:?}"
					);
					note.stage = Stage::Applied;
				}
				Event::Cut { slash, asset, amount, own, burned, rewarded, treasury, settlement } => {
					self.cut(
						now,
						*slash,
						asset,
						[*amount, *own, *burned, *rewarded, *treasury],
						*settlement,
					)?;
				}
				Event::SettlementOpened { settlement, operator, asset, .. } => {
					let (operator, asset) = (operator.clone(), asset.clone());
					self.pools.insert(*settlement, Pool { operator, asset, waiting: 0, paid: 0 });
				}
				Event::Compensated { settlement, who, amount, .. } => {
					let Some(pool) = self.pools.get_mut(settlement) else { continue };
					pool.paid = pool.paid.saturating_add(*amount);
					hold!(
						pool.paid <= pool.waiting,
						"rule 6: no more is paid out than was taken",
						"settlement {settlement} paid {} of {}",
						pool.paid,
						pool.waiting
					);
					let key = (pool.operator.clone(), pool.asset.clone());
					// An operator that is its own victim would be its own client, which cannot be.
					hold!(*who != key.0, "rule 6: an operator is not compensated for itself", "{settlement}");
					self.pay(key, *amount)?;
				}
				Event::DueFailed { due, error } => {
					hold!(false, "what the chain does by itself succeeds", "{due:?} failed: {error:?}");
				}
				_ => {}
			}
		}
		Ok(())
	}

	fn cut(
		&mut self,
		now: BlockNumber,
		slash: SlashId,
		asset: &AssetKind,
		[amount, own, burned, rewarded, treasury]: [Balance; 5],
		settlement: Option<SettlementId>,
	) -> Verdict {
		let Some(note) = self.slashes.get_mut(&slash) else { return Ok(()) };
		hold!(
			note.stage == Stage::Reviewed && now >= note.review_ends,
			"rule 6: veto and execution exclude each other",
			"slash {slash} cut {asset:?} in block {now}: {note:?}"
		);
		hold!(
			note.cut.insert(asset.clone()),
			"a slash cuts each asset once",
			"slash {slash} has cut {asset:?} twice"
		);
		let given = burned.checked_add(rewarded).and_then(|sum| sum.checked_add(treasury));
		let waiting = given.and_then(|given| amount.checked_sub(given));
		hold!(
			own <= amount && waiting.is_some(),
			"rule 6: no more is paid out than was taken",
			"slash {slash} took {amount} of {asset:?}, {own} own: {burned} burned, {rewarded} rewarded, {treasury} kept"
		);
		hold!(burned > 0, "rule 6: part of every slash burns", "slash {slash} took {amount} of {asset:?}");
		let waiting = waiting.unwrap_or_default();
		hold!(
			(waiting > 0) == settlement.is_some(),
			"rule 6: what waits for victims is in a settlement",
			"slash {slash} leaves {waiting} in {settlement:?}"
		);
		let key = (note.operator.clone(), asset.clone());
		if let Some(pool) = settlement.and_then(|id| self.pools.get_mut(&id)) {
			hold!(
				(&pool.operator, &pool.asset) == (&key.0, asset),
				"rule 6: a settlement is of one operator and asset",
				"slash {slash}: {pool:?}"
			);
			pool.waiting = pool.waiting.saturating_add(waiting);
		}
		let flow = self.flows.entry(key.clone()).or_default();
		flow.own = flow.own.saturating_add(own);
		self.pay(key, rewarded)
	}

	fn pay(&mut self, key: (AccountId, AssetKind), amount: Balance) -> Verdict {
		let flow = self.flows.entry(key).or_default();
		flow.out = flow.out.saturating_add(amount);
		hold!(
			flow.out <= flow.own,
			"rule 6: friends of an operator get no more than it lost itself",
			"{} of its own was cut, {} was paid out",
			flow.own,
			flow.out
		);
		Ok(())
	}
}
