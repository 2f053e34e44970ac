//! Random histories against a slow model. It keeps lists of what has happened, and looks through all of them each time. What
//! stake says of eras is taken from it.

use crate::{mock::*, Commitments, Convictions, Counts, HoldReason};
use proptest::prelude::*;
use sp_core::H256;
use std::collections::{BTreeMap, BTreeSet};
use surety_dispute::{Check, Evidence, Rules, Stated, Statement};
use surety_primitives::{
	traits::{CheckState, Slashable},
	AccountId, BlockNumber, Era,
};

#[derive(Clone, Debug)]
enum Action {
	Register {
		number: u8,
	},
	Retire {
		place: u8,
	},
	Remove {
		place: u8,
	},
	Answer {
		/// Number and place of the key; one that is registered where there is none.
		key: Option<(u8, u8)>,
		author: bool,
		asked: u8,
		answer: u8,
		loose: bool,
		refuse: bool,
		again: bool,
	},
	Report {
		pair: bool,
		one: usize,
		other: usize,
		/// Whoever may where there is none.
		who: Option<usize>,
		committed: bool,
	},
	Commit {
		pair: bool,
		one: usize,
		other: usize,
		who: usize,
	},
	Withdraw {
		one: usize,
		who: usize,
	},
	Forget {
		one: usize,
	},
	Veto {
		one: usize,
	},
	Advance {
		blocks: BlockNumber,
	},
}

fn action() -> impl Strategy<Value = Action> {
	let one = || 0usize..6;
	let who = || 0usize..3;
	let bit = || 0u8..2;
	prop_oneof![
		3 => (0u8..4).prop_map(|number| Action::Register { number }),
		1 => (0u8..3).prop_map(|place| Action::Retire { place }),
		2 => (0u8..3).prop_map(|place| Action::Remove { place }),
		14 => (prop::option::weighted(0.2, (0u8..4, 0u8..3)), any::<bool>(), bit(), bit(), prop::bool::weighted(0.2), prop::bool::weighted(0.1), prop::bool::weighted(0.3))
			.prop_map(|(key, author, asked, answer, loose, refuse, again)| {
				Action::Answer { key, author, asked, answer, loose, refuse, again }
			}),
		16 => (any::<bool>(), one(), one(), prop::option::weighted(0.3, who()), any::<bool>())
			.prop_map(|(pair, one, other, who, committed)| Action::Report { pair, one, other, who, committed }),
		5 => (any::<bool>(), one(), one(), who())
			.prop_map(|(pair, one, other, who)| Action::Commit { pair, one, other, who }),
		2 => (one(), who()).prop_map(|(one, who)| Action::Withdraw { one, who }),
		3 => one().prop_map(|one| Action::Forget { one }),
		1 => one().prop_map(|one| Action::Veto { one }),
		10 => prop_oneof![5 => 1u32..4, 2 => 4u32..12, 1 => 30u32..50].prop_map(|blocks| Action::Advance { blocks }),
	]
}

const WHO: [AccountId; 3] = [CLIENT, OTHER, ANYBODY];
const SALT: H256 = H256([5; 32]);

#[derive(Clone, Debug)]
struct Key {
	number: u8,
	since: BlockNumber,
	retired: Option<BlockNumber>,
}

/// Something that was answered.
#[derive(Clone, Debug)]
struct Answered {
	/// Number of the request.
	nonce: u64,
	author: usize,
	ended: BlockNumber,
	number: u8,
	place: u8,
	asked: u8,
	answer: u8,
	loose: bool,
	refuse: bool,
	stated: Stated,
}

#[derive(Clone, Debug)]
struct Convicted {
	nonces: BTreeSet<u64>,
	era: Era,
	reporter: usize,
}

#[derive(Default)]
struct Model {
	keys: BTreeMap<u8, Key>,
	answers: Vec<Answered>,
	/// By who, to what, the commitment, and from which block on.
	commitments: Vec<(usize, Shown, H256, BlockNumber)>,
	convictions: BTreeMap<u32, Convicted>,
	/// How many were made.
	made: u32,
	/// First block of each era.
	eras: Vec<(Era, BlockNumber)>,
}

/// The numbers of the answers that are shown.
type Shown = (usize, Option<usize>);

impl Model {
	fn new() -> Self {
		let first = Key { number: 0, since: 1, retired: None };
		let mut model = Self { keys: [(0, first)].into(), ..Self::default() };
		for start in crate::Eras::<Test>::get() {
			model.eras.push((start.era, (start.at / 1_000) as BlockNumber));
		}
		model
	}

	fn first(&self) -> Era {
		<Restaking as Slashable<_>>::first_reportable()
	}

	fn era_at(&self, block: BlockNumber) -> Era {
		self.eras
			.iter()
			.filter(|(_, since)| *since <= block)
			.map(|(era, _)| *era)
			.max()
			.expect("there is one")
	}

	/// Block in which the oldest era began of which something can be reported.
	fn oldest(&self) -> BlockNumber {
		let first = self.first();
		self.eras.iter().find(|(era, _)| *era >= first).expect("there is one").1
	}

	fn until(key: &Key) -> Option<BlockNumber> {
		key.retired.map(|at| at + (REQUEST_LIFE / 1_000) as u32)
	}

	fn is_signed(&self, answered: &Answered) -> bool {
		self.keys.get(&answered.place).is_some_and(|key| {
			key.number == answered.number
				&& key.since <= answered.ended
				&& Self::until(key).is_none_or(|until| answered.ended <= until)
		})
	}

	fn shown(&self, pair: bool, one: usize, other: usize) -> Option<Shown> {
		let count = self.answers.len();
		// The latest ones.
		let back = |which: usize| count.checked_sub(which + 1);
		Some((back(one)?, if pair { Some(back(other)?) } else { None }))
	}

	fn parts(&self, shown: Shown) -> Vec<&Answered> {
		[Some(shown.0), shown.1].into_iter().flatten().map(|which| &self.answers[which]).collect()
	}

	fn evidence(&self, shown: Shown) -> Evidence {
		match *self.parts(shown).as_slice() {
			[one] => wrong(one.stated.clone(), &wants(&[one.asked]), &[one.answer]),
			[one, other] => Evidence::Statements { first: one.stated.clone(), second: other.stated.clone() },
			_ => unreachable!("one or two"),
		}
	}

	fn commitment(&self, who: usize, shown: Shown) -> H256 {
		commitment_of(&WHO[who], &self.evidence(shown), SALT)
	}

	fn convicts(&self, who: usize, shown: Shown, committed: bool) -> bool {
		let parts = self.parts(shown);
		let era = parts.iter().map(|part| self.era_at(part.ended)).max().expect("one");
		let nonces: BTreeSet<u64> = parts.iter().map(|part| part.nonce).collect();
		let fresh = parts.iter().all(|part| self.era_at(part.ended) >= self.first());
		let known = self.convictions.values().any(|old| !old.nonces.is_disjoint(&nonces));
		let room = self.convictions.values().filter(|old| old.era == era).count() < MAX_CONVICTIONS as usize;
		let entitled = if committed {
			let usable = |from: BlockNumber| (from + DELAY..from + LIFE).contains(&now());
			{
				let hash = self.commitment(who, shown);
				self.commitments
					.iter()
					.any(|(by, _, what, from)| (*by, *what) == (who, hash) && usable(*from))
			}
		} else {
			parts.iter().any(|part| part.author == who)
		};
		let answers = parts.iter().all(|part| !part.refuse);
		let wrong = match *parts.as_slice() {
			[one] => one.asked != one.answer,
			[one, other] => {
				let same_question = !one.loose && !other.loose && one.asked == other.asked;
				one.answer != other.answer && (one.nonce == other.nonce || same_question)
			}
			_ => false,
		};
		let signed = parts.iter().all(|part| self.is_signed(part));
		fresh && !known && room && entitled && answers && wrong && signed
	}

	fn act(&mut self, action: &Action) {
		match action.clone() {
			Action::Register { number } => {
				let free = (0..MAX_KEYS as u8).find(|place| !self.keys.contains_key(place));
				let place = free.filter(|_| self.keys.values().all(|key| key.number != number));
				let done = Disputes::register_key(by(&OPERATOR), public(number));
				assert_eq!(done.is_ok(), place.is_some());
				if let Some(place) = place {
					self.keys.insert(place, Key { number, since: now(), retired: None });
				}
			}
			Action::Retire { place } => {
				let key = self.keys.get_mut(&place).filter(|key| key.retired.is_none());
				assert_eq!(Disputes::retire_key(by(&OPERATOR), place).is_ok(), key.is_some());
				if let Some(key) = key {
					key.retired = Some(now());
				}
			}
			Action::Remove { place } => {
				let until = self.keys.get(&place).and_then(Self::until);
				let gone = until.is_some_and(|until| until < self.oldest());
				assert_eq!(Disputes::remove_key(by(&ANYBODY), OPERATOR, place).is_ok(), gone);
				if gone {
					self.keys.remove(&place);
				}
			}
			Action::Answer { key, author, asked, answer, loose, refuse, again } => {
				let registered = self.keys.iter().next_back().map(|(place, key)| (key.number, *place));
				let (number, place) = key.or(registered).unwrap_or_default();
				let last = self.answers.last().filter(|_| again).cloned();
				let nonce = last.as_ref().map_or(self.answers.len() as u64, |last| last.nonce);
				let author = last.as_ref().map_or(usize::from(author), |last| last.author);
				let request = match &last {
					Some(last) => last.stated.request.clone(),
					None => request_of(&WHO[author], nonce),
				};
				let ended = (request.not_after_ms / 1_000) as BlockNumber;
				let rules = Rules { deterministic: !loose, ..rules_with(Check::FixedHash) };
				let stated = stated_by(request, rules, &wants(&[asked]), &[answer]);
				let change = |statement: &mut Statement| {
					if refuse {
						statement.status = 429;
					}
				};
				let mut stated = restated(stated, change);
				stated.signed = sign(number, place, &genesis(), &stated.statement);
				let new =
					Answered { nonce, author, ended, number, place, asked, answer, loose, refuse, stated };
				self.answers.push(new);
			}
			Action::Report { pair, one, other, who, committed } => {
				let Some(shown) = self.shown(pair, one, other) else { return };
				let made = self.commitments.get(one).filter(|_| committed);
				let shown = made.map_or(shown, |(_, shown, ..)| *shown);
				let may = made.map_or(self.answers[shown.0].author, |(by, ..)| *by);
				let who = who.unwrap_or(may);
				let evidence = self.evidence(shown);
				let done = submit(&WHO[who], &evidence, committed.then_some(SALT));
				let expected = self.convicts(who, shown, committed);
				assert_eq!(done.is_ok(), expected, "{done:?}");
				if !expected {
					return;
				}
				if committed {
					let hash = self.commitment(who, shown);
					self.commitments.retain(|(by, _, what, _)| (*by, *what) != (who, hash));
				}
				let parts = self.parts(shown);
				let era = parts.iter().map(|part| self.era_at(part.ended)).max().expect("one");
				let nonces = parts.iter().map(|part| part.nonce).collect();
				self.convictions.insert(self.made, Convicted { nonces, era, reporter: who });
				self.made += 1;
			}
			Action::Commit { pair, one, other, who } => {
				let Some(shown) = self.shown(pair, one, other) else { return };
				let hash = self.commitment(who, shown);
				let known = self.commitments.iter().any(|(by, _, what, _)| (*by, *what) == (who, hash));
				assert_eq!(Disputes::commit(by(&WHO[who]), hash).is_ok(), !known);
				if !known {
					self.commitments.push((who, shown, hash, now()));
				}
			}
			Action::Withdraw { one, who } => {
				let Some((maker, _, hash, from)) = self.commitments.get(one).copied() else { return };
				let may = who == maker || now() >= from + LIFE;
				assert_eq!(Disputes::withdraw(by(&WHO[who]), WHO[maker].clone(), hash).is_ok(), may);
				if may {
					self.commitments.remove(one);
				}
			}
			Action::Forget { one } => {
				let Some(id) = self.convictions.keys().nth(one).copied() else { return };
				let gone = self.convictions[&id].era < self.first();
				assert_eq!(Disputes::forget(by(&ANYBODY), id).is_ok(), gone);
				if gone {
					self.convictions.remove(&id);
				}
			}
			Action::Veto { one } => {
				// Whatever becomes of a slash, the conviction stays.
				let Some(id) = self.convictions.keys().nth(one).copied() else { return };
				let _ = Slashing::veto(by(&GOVERNANCE), slashed(id));
			}
			Action::Advance { blocks } => {
				for _ in 0..blocks {
					let before = era();
					advance(1);
					if era() > before {
						self.eras.push((era(), now()));
					}
				}
			}
		}
	}

	fn compare(&self) {
		let keys: Vec<_> = self.keys.iter().map(|(place, key)| (*place, public(key.number))).collect();
		let stored: Vec<_> =
			Disputes::answer_keys(&OPERATOR).into_iter().map(|(place, key)| (place, key.public)).collect();
		assert_eq!(stored, keys);
		let ids: BTreeSet<u32> = Convictions::<Test>::iter_keys().collect();
		assert_eq!(ids, self.convictions.keys().copied().collect());
		for (id, convicted) in &self.convictions {
			let stored = Convictions::<Test>::get(id).expect("is there");
			assert_eq!((stored.era, &stored.reporter), (convicted.era, &WHO[convicted.reporter]));
			assert_eq!(stored.requests.len(), convicted.nonces.len());
		}
		let counted: u32 = Counts::<Test>::iter_values().sum();
		assert_eq!(counted as usize, self.convictions.len());
		assert_eq!(Commitments::<Test>::iter().count(), self.commitments.len());
		assert_eq!(held(HoldReason::AnswerKey, &OPERATOR), KEY_DEPOSIT * self.keys.len() as u128);
		for (number, who) in WHO.iter().enumerate() {
			let made = self.commitments.iter().filter(|(by, ..)| *by == number).count() as u128;
			assert_eq!(held(HoldReason::Commitment, who), COMMITMENT_DEPOSIT * made);
			let records = self.convictions.values().filter(|old| old.reporter == number).count() as u128;
			assert_eq!(held(HoldReason::Conviction, who), RECORD_DEPOSIT * records);
		}
		Disputes::check_state().expect("holds");
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn histories_should_go_as_in_the_model(actions in prop::collection::vec(action(), 1..120)) {
		execute(|| {
			let mut model = Model::new();
			for action in &actions {
				model.act(action);
				model.compare();
			}
		});
	}
}

/// The histories above would prove little if nobody were convicted in them.
#[test]
fn histories_should_come_to_convictions_of_both_kinds() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let (mut single, mut pairs, mut forgotten) = (0, 0, 0);
	for _ in 0..24 {
		let actions = prop::collection::vec(action(), 120).new_tree(&mut runner).expect("is made").current();
		execute(|| {
			let mut model = Model::new();
			for action in &actions {
				model.act(action);
			}
			for stored in Convictions::<Test>::iter_values() {
				match stored.fault {
					surety_dispute::Fault::WrongAnswer => single += 1,
					surety_dispute::Fault::Contradiction => pairs += 1,
				}
			}
			forgotten += model.made - model.convictions.len() as u32;
		});
	}
	assert!(single > 0 && pairs > 0 && forgotten > 0, "{single} {pairs} {forgotten}");
}
