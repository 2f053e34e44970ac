//! Random histories against a slow model. It keeps lists of what has happened, and counts block by block what follows of
//! them. What slashing and stake say is taken from them.

use crate::{mock::*, KeptBeacons};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{
	agreement::{AgreementTerms, Audits, Verdict, Verdicts},
	traits::{CheckState, Slashable},
	AccountId, AgreementId, Balance, BlockNumber, Era, Price, SlashId,
};

#[derive(Clone, Debug)]
enum Action {
	Agree { variant: usize, client: bool },
	Sever,
	Rejoin,
	ReportCut { one: usize },
	Challenge { one: usize },
	Conclude { one: usize },
	Ping { one: usize },
	Draw,
	Answer { one: usize, right: bool },
	Missed { one: usize },
	ClaimFees { one: usize },
	ClaimPenalty { one: usize },
	Settle { one: usize },
	GiveNotice { one: usize, client: bool },
	Renew { one: usize },
	Close { one: usize, client: bool },
	Apply,
	Veto { one: usize },
	Advance { blocks: BlockNumber },
}

fn action() -> impl Strategy<Value = Action> {
	let one = || 0usize..4;
	prop_oneof![
		3 => (0usize..4, any::<bool>()).prop_map(|(variant, client)| Action::Agree { variant, client }),
		5 => Just(Action::Sever),
		5 => Just(Action::Rejoin),
		8 => one().prop_map(|one| Action::ReportCut { one }),
		6 => one().prop_map(|one| Action::Challenge { one }),
		3 => one().prop_map(|one| Action::Conclude { one }),
		10 => one().prop_map(|one| Action::Ping { one }),
		5 => Just(Action::Draw),
		8 => (one(), prop::bool::weighted(0.8)).prop_map(|(one, right)| Action::Answer { one, right }),
		6 => one().prop_map(|one| Action::Missed { one }),
		4 => one().prop_map(|one| Action::ClaimFees { one }),
		8 => one().prop_map(|one| Action::ClaimPenalty { one }),
		3 => one().prop_map(|one| Action::Settle { one }),
		1 => (one(), any::<bool>()).prop_map(|(one, client)| Action::GiveNotice { one, client }),
		2 => one().prop_map(|one| Action::Renew { one }),
		3 => (one(), any::<bool>()).prop_map(|(one, client)| Action::Close { one, client }),
		2 => Just(Action::Apply),
		1 => one().prop_map(|one| Action::Veto { one }),
		14 => prop_oneof![4 => 1u32..5, 3 => 5u32..20, 1 => 30u32..70].prop_map(|blocks| Action::Advance { blocks }),
	]
}

/// What is agreed on.
fn variant(number: usize) -> AgreementTerms {
	let price = Price { asset: GOLD, amount: 11, period: 1 };
	let common = AgreementTerms { price, length: 120, ..terms() };
	match number % 4 {
		0 => AgreementTerms { period: 40, quantum: 5, grace: 0, ..common },
		1 => AgreementTerms { downtime_penalty: 1_500, notice: 3, ..common },
		2 => AgreementTerms {
			audits: Some(Audits { interval: 7, ..audits() }),
			data: storage_terms().data,
			starts_at: now() + 15,
			..common
		},
		_ => AgreementTerms {
			audits: Some(Audits { penalty: 3_000, ..audits() }),
			data: storage_terms().data,
			period: 1_000,
			renewals: 3,
			notice: 0,
			..common
		},
	}
}

#[derive(Clone, Debug)]
struct One {
	client: AccountId,
	terms: AgreementTerms,
	start: BlockNumber,
	end: BlockNumber,
	notice: bool,
	renewals: u32,
	isolations: Vec<(BlockNumber, Option<BlockNumber>)>,
	/// When it was asked, and the era then.
	challenge: Option<(BlockNumber, Era)>,
	/// Number of the next round.
	round: u32,
	/// What was owed for at each time, and the era of it.
	debts: Vec<(Era, Balance)>,
	counted: u64,
	down_era: Era,
	pending: Vec<(SlashId, Balance)>,
	deposited: Balance,
	paid: Balance,
	reserved: Balance,
}

impl One {
	fn over(&self, now: BlockNumber) -> bool {
		now >= self.end
	}

	fn running(&self, now: BlockNumber) -> bool {
		(self.start..self.end).contains(&now)
	}

	fn down(&self) -> bool {
		self.isolations.last().is_some_and(|last| last.1.is_none())
	}

	/// Every block before `now` in which it was down.
	fn blocks_down(&self, now: BlockNumber) -> BTreeSet<BlockNumber> {
		let then = now.min(self.end);
		self.isolations.iter().flat_map(|(since, until)| *since..until.unwrap_or(then)).collect()
	}

	fn excess(&self, now: BlockNumber) -> u64 {
		let period = |block: BlockNumber| (block - self.start) / self.terms.period;
		let mut counted = BTreeMap::<u32, u32>::new();
		for block in self.blocks_down(now) {
			*counted.entry(period(block)).or_default() += 1;
		}
		let mut begun = BTreeMap::<u32, u32>::new();
		for (since, until) in &self.isolations {
			let number = begun.entry(period(*since)).or_default();
			*number += 1;
			let Some(until) = until else { continue };
			let least = number.saturating_sub(self.terms.grace) * self.terms.quantum;
			*counted.entry(period(*until)).or_default() += least.saturating_sub(until - since);
		}
		let allowed = self.terms.period / 10;
		let past = |blocks: &u32| u64::from((*blocks).min(self.terms.period).saturating_sub(allowed));
		counted.values().map(past).sum()
	}

	fn due(&self, now: BlockNumber) -> Balance {
		let down = self.blocks_down(now);
		let then = now.min(self.end);
		11 * (self.start..then).filter(|block| !down.contains(block)).count() as Balance
	}

	fn fail(&mut self, since: BlockNumber, era: Era) {
		let earliest = self.isolations.last().and_then(|last| last.1).unwrap_or(0).max(self.start);
		self.isolations.push((since.max(earliest), None));
		self.down_era = era;
	}

	fn accrue(&mut self, now: BlockNumber) {
		let (era, first) = (Restaking::era(), <Restaking as Slashable<_>>::first_reportable());
		let lasts = self.down() && !self.over(now);
		let excess = self.excess(now);
		let owed = Balance::from(excess - self.counted) * self.terms.downtime_penalty;
		let answers = if lasts && self.down_era < first { era } else { self.down_era };
		self.debts.push((answers, owed.min(self.terms.reserve)));
		self.counted = excess;
		if lasts {
			self.down_era = era;
		}
		self.forget();
	}

	fn forget(&mut self) {
		let first = <Restaking as Slashable<_>>::first_reportable();
		self.debts.retain(|(era, owed)| *era >= first && *owed > 0);
	}

	fn touch(&mut self, now: BlockNumber) {
		if let Some((at, era)) = self.challenge.take_if(|(at, _)| *at + ANSWER <= now) {
			self.fail(at, era);
		}
		self.accrue(now);
	}

	fn resolve(&mut self) {
		let mut open = Vec::new();
		for (slash, amount) in self.pending.drain(..) {
			match <Slashing as Verdicts>::verdict(slash) {
				Some(Verdict::Open) => open.push((slash, amount)),
				Some(Verdict::Vetoed) => {}
				_ => self.reserved -= amount,
			}
		}
		self.pending = open;
	}

	fn free(&self) -> Balance {
		self.reserved - self.pending.iter().map(|pending| pending.1).sum::<Balance>()
	}

	/// The next round that there is, and its block.
	fn next_round(&self, forgotten: BlockNumber) -> Option<(u32, BlockNumber)> {
		let audits = self.terms.audits?;
		(self.round..)
			.map(|round| (round, self.start + (round + 1) * audits.interval))
			.find(|(_, at)| *at >= forgotten)
			.filter(|(_, at)| *at < self.end)
	}
}

/// Randomness: for what it is valid, when it was drawn, in which era.
#[derive(Clone, Debug)]
struct Draw {
	number: u32,
	valid_for: BlockNumber,
	at: BlockNumber,
	era: Era,
}

#[derive(Default)]
struct Model {
	draws: Vec<Draw>,
	forgotten: BlockNumber,
	ones: BTreeMap<AgreementId, One>,
	up: bool,
	cut_at: BlockNumber,
	/// What the operator was paid, in gold.
	earned: Balance,
	slashes: Vec<(SlashId, Balance)>,
	/// How much penalties may take that were applied.
	applied: Balance,
}

impl Model {
	fn id(&self, one: usize) -> AgreementId {
		self.ones.keys().nth(one % self.ones.len().max(1)).copied().unwrap_or(9_999)
	}

	/// What changes an agreement where that is allowed: nothing changes where it is not.
	fn try_change(&mut self, id: AgreementId, change: impl FnOnce(&mut One, &mut Balance) -> bool) -> bool {
		let Some(one) = self.ones.get(&id) else { return false };
		let mut changed = one.clone();
		let mut earned = self.earned;
		let allowed = change(&mut changed, &mut earned);
		if allowed {
			self.ones.insert(id, changed);
			self.earned = earned;
		}
		allowed
	}

	/// The draw that decides on what was fixed before a block.
	fn draw_for(&self, at: BlockNumber) -> Option<Draw> {
		self.draws.iter().find(|draw| draw.valid_for > at).cloned()
	}

	/// Does something on chain and in the model: both allow it, or neither does.
	fn act(&mut self, action: Action) {
		let now = now();
		match action {
			Action::Agree { variant: number, client } => {
				if self.ones.len() < 4 && self.up {
					let client = if client { CLIENT } else { OTHER };
					let terms = variant(number);
					let id = agree_with(&client, terms.clone());
					let start = terms.starts_at.max(now);
					let one = One {
						client,
						start,
						end: start + terms.length,
						notice: false,
						renewals: terms.renewals,
						isolations: vec![],
						challenge: None,
						round: 0,
						debts: vec![],
						counted: 0,
						down_era: Restaking::era(),
						pending: vec![],
						deposited: 11 * Balance::from(terms.length),
						paid: 0,
						reserved: terms.reserve,
						terms,
					};
					self.ones.insert(id, one);
				}
			}
			Action::Sever => {
				if sever() {
					(self.up, self.cut_at) = (false, now);
				}
			}
			Action::Rejoin => self.up |= rejoin(),
			Action::ReportCut { one } => {
				let id = self.id(one);
				let (up, cut_at) = (self.up, self.cut_at);
				let allowed = self.try_change(id, |one, _| {
					one.touch(now);
					let allowed = one.running(now) && !one.down() && !up;
					if allowed {
						one.challenge = None;
						one.fail(cut_at, Restaking::era());
						one.accrue(now);
					}
					allowed
				});
				assert_eq!(Agreements::report_cut(by(&ANYBODY), id).is_ok(), allowed);
			}
			Action::Challenge { one } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, _| {
					one.touch(now);
					let allowed = one.running(now) && !one.down() && one.challenge.is_none();
					one.challenge = one.challenge.or(Some((now, Restaking::era())));
					allowed
				});
				let who = self.ones.get(&id).map_or(CLIENT, |one| one.client.clone());
				assert_eq!(Agreements::challenge(by(&who), id).is_ok(), allowed);
			}
			Action::Conclude { one } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, _| {
					let late = one.challenge.is_some_and(|(at, _)| at + ANSWER <= now);
					one.touch(now);
					late
				});
				assert_eq!(Agreements::conclude(by(&ANYBODY), id).is_ok(), allowed);
			}
			Action::Ping { one } => {
				let id = self.id(one);
				let up = self.up;
				let allowed = self.try_change(id, |one, _| {
					one.touch(now);
					let down = one.down();
					let asked = one.challenge.take().is_some();
					if down {
						one.isolations.last_mut().unwrap().1 = Some(now);
						one.accrue(now);
					}
					up && (asked || down) && !(down && one.over(now))
				});
				assert_eq!(ping(id).is_ok(), allowed);
			}
			Action::Draw => {
				let number = draw();
				let at = now + 1;
				self.draws.push(Draw { number, valid_for: at, at, era: Restaking::era() });
				for _ in 0..2 {
					if self.draws[0].at + BEACON_LIFE < at {
						self.forgotten = self.draws.remove(0).valid_for;
					}
				}
			}
			Action::Answer { one, right } => {
				let id = self.id(one);
				let (round, draw) = self.round(id);
				let allowed = self.try_change(id, |one, _| {
					let (Some(round), Some(draw)) = (round, &draw) else { return false };
					one.round = round + 1;
					right && now < draw.at + AUDIT_ANSWER
				});
				let beacon = draw.as_ref().map_or(0, |draw| draw.number);
				let shown = match draw {
					Some(_) => {
						let mut shown = proofs(id);
						if !right {
							shown[0].chunk[0] ^= 1;
						}
						shown
					}
					None => vec![],
				};
				assert_eq!(answer(id, beacon, shown).is_ok(), allowed);
			}
			Action::Missed { one } => {
				let id = self.id(one);
				let (round, draw) = self.round(id);
				let allowed = self.try_change(id, |one, _| {
					let (Some(round), Some(draw)) = (round, &draw) else { return false };
					one.round = round + 1;
					one.debts.push((draw.era, one.terms.audits.unwrap().penalty));
					one.forget();
					now >= draw.at + AUDIT_ANSWER
				});
				let beacon = draw.map_or(0, |draw| draw.number);
				assert_eq!(Agreements::report_missed(by(&ANYBODY), id, beacon).is_ok(), allowed);
			}
			Action::ClaimFees { one } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, earned| {
					one.touch(now);
					let amount = one.due(now).saturating_sub(one.paid);
					one.paid += amount;
					*earned += amount;
					amount > 0
				});
				assert_eq!(Agreements::claim_fees(by(&ANYBODY), id).is_ok(), allowed);
			}
			Action::ClaimPenalty { one } => {
				let id = self.id(one);
				let slash = pallet_slashing::NextSlashId::<Test>::get();
				let allowed = self.try_change(id, |one, _| {
					one.touch(now);
					one.resolve();
					let Some(era) = one.debts.iter().map(|debt| debt.0).min() else { return false };
					let owed: Balance =
						one.debts.iter().filter(|debt| debt.0 == era).map(|debt| debt.1).sum();
					let amount = owed.min(one.free());
					one.debts.retain(|debt| debt.0 != era);
					one.pending.push((slash, amount));
					amount > 0 && one.pending.len() <= 4
				});
				let who = self.ones.get(&id).map_or(CLIENT, |one| one.client.clone());
				assert_eq!(Agreements::claim_penalty(by(&who), id).is_ok(), allowed);
				if allowed {
					let pending = self.ones[&id].pending.last().copied();
					self.slashes.extend(pending);
				}
			}
			Action::Settle { one } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, _| {
					let before = one.pending.len();
					one.resolve();
					one.pending.len() < before
				});
				assert_eq!(Agreements::settle(by(&ANYBODY), id).is_ok(), allowed);
			}
			Action::GiveNotice { one, client } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, _| {
					if one.over(now) {
						return false;
					}
					one.touch(now);
					let at_once = client && one.down() && one.counted > 0;
					let notice = if at_once { 0 } else { one.terms.notice };
					one.end = (now + notice).max(one.start).min(one.end);
					!std::mem::replace(&mut one.notice, true) || at_once
				});
				let who = self.ones.get(&id).map_or(CLIENT, |one| one.client.clone());
				let who = if client { who } else { OPERATOR };
				assert_eq!(Agreements::give_notice(by(&who), id).is_ok(), allowed);
			}
			Action::Renew { one } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, _| {
					let allowed = !one.over(now) && !one.notice && one.renewals > 0;
					one.renewals = one.renewals.saturating_sub(1);
					one.end += one.terms.length;
					one.deposited += 11 * Balance::from(one.terms.length);
					allowed
				});
				let who = self.ones.get(&id).map_or(CLIENT, |one| one.client.clone());
				assert_eq!(Agreements::renew(by(&who), id).is_ok(), allowed);
			}
			Action::Close { one, client } => {
				let id = self.id(one);
				let allowed = self.try_change(id, |one, earned| {
					one.touch(now);
					one.resolve();
					*earned += one.due(now).saturating_sub(one.paid);
					let time = client || now >= one.end + CLAIMS;
					one.over(now) && one.challenge.is_none() && one.pending.is_empty() && time
				});
				let who = self.ones.get(&id).map_or(CLIENT, |one| one.client.clone());
				let who = if client { who } else { ANYBODY };
				assert_eq!(Agreements::close(by(&who), id).is_ok(), allowed);
				if allowed {
					self.ones.remove(&id);
				}
			}
			Action::Apply => {
				for (slash, amount) in self.slashes.clone() {
					if Slashing::apply(by(&ANYBODY), slash, 10).is_ok() {
						self.applied += amount;
					}
				}
			}
			Action::Veto { one } => {
				if let Some((slash, _)) = self.slashes.iter().rev().nth(one) {
					let _ = Slashing::veto(by(&GOVERNANCE), *slash);
				}
			}
			Action::Advance { blocks } => advance(blocks),
		}
	}

	/// The round that is to be shown next of an agreement, and what it is drawn from.
	fn round(&self, id: AgreementId) -> (Option<u32>, Option<Draw>) {
		let Some((round, at)) = self.ones.get(&id).and_then(|one| one.next_round(self.forgotten)) else {
			return (None, None);
		};
		(Some(round), self.draw_for(at))
	}

	/// The chain says the same.
	fn compare(&self) {
		let now = now();
		assert_eq!(crate::Agreements::<Test>::iter_keys().count(), self.ones.len());
		assert_eq!(KeptBeacons::<Test>::get().forgotten, self.forgotten);
		let mut held = BTreeMap::<AccountId, Balance>::new();
		let mut reserve = 0;
		for (id, one) in &self.ones {
			let chain = stored(*id);
			assert_eq!((chain.start, chain.end, chain.paid), (one.start, one.end, one.paid));
			assert_eq!(chain.reserved, one.reserved);
			assert_eq!(chain.downtime.lasted(now.min(one.end)), one.blocks_down(now).len() as u64);
			let pending: Vec<_> =
				chain.pending.iter().map(|pending| (pending.slash, pending.amount)).collect();
			assert_eq!(pending, one.pending);

			let told = Agreements::downtime_of(*id).unwrap();
			let mut then = one.clone();
			then.touch(now);
			assert_eq!(told.since.is_some(), then.down());
			assert_eq!(told.excess, then.excess(now));
			assert_eq!(told.owed, then.debts.iter().map(|debt| debt.1).sum::<Balance>());
			assert_eq!(told.reserved, one.free());

			let (round, draw) = self.round(*id);
			let told = Agreements::audit_of(*id);
			assert_eq!(told.as_ref().map(|told| told.round), round);
			let told = told.and_then(|told| told.drawn).map(|drawn| (drawn.beacon, drawn.due));
			assert_eq!(told, draw.map(|draw| (draw.number, draw.at + AUDIT_ANSWER)));
			*held.entry(one.client.clone()).or_default() += one.deposited - one.paid;
			reserve += one.reserved;
		}
		assert_eq!(reserved(), reserve);
		for client in [CLIENT, OTHER] {
			assert_eq!(held_gold(&client), held.get(&client).copied().unwrap_or(0));
		}
		assert_eq!(free(GOLD, &OPERATOR), self.earned);
		assert!(OWN - own() <= self.applied, "{} of {}", OWN - own(), self.applied);
	}
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(30),
		..ProptestConfig::default()
	})]

	#[test]
	fn every_history_should_be_what_the_model_says(first in 0usize..4, actions in prop::collection::vec(action(), 1..150)) {
		execute(|| {
			let mut model = Model { up: true, ..Model::default() };
			// Most of what can happen needs some.
			for number in 0..3 {
				model.act(Action::Agree { variant: first + number, client: number == 0 });
			}
			for action in actions {
				model.act(action);
				model.compare();
				Agreements::check_state().expect("agreements hold");
			}
		});
	}
}
