use crate::{
	accounts,
	chain::Chain,
	generate,
	history::{self, Failure, History, Options},
	oracle::{Broken, Oracle, Phase, Verdict},
	random::Random,
	shrink::shrink,
	step::{self, Origin, Step},
	tally::Tally,
};
use sp_runtime::Perbill;
use std::{
	path::Path,
	time::{Duration, Instant},
};
use surety_primitives::{AssetKind, SlashSource, UNIT};
use surety_runtime::{Runtime, RuntimeCall, RuntimeEvent, System};

const OPTIONS: Options = Options { blocks: 150, paranoid: false };

#[test]
fn a_short_run_should_break_nothing() {
	let mut tally = Tally::default();
	let begun = Instant::now();
	let mut cases = 0;
	while cases < 3 || (cases < 40 && begun.elapsed() < Duration::from_secs(20)) {
		if let Err(failure) = history::generate(2_609, cases, OPTIONS, &mut tally) {
			let short = shrink(failure, Duration::from_secs(60));
			panic!("case {cases}: {:?}\n{}", short.broken, step::write("shrunk", &short.steps));
		}
		cases += 1;
	}
	assert!(tally.total > 1_000, "{}", tally.total);
	assert!(tally.seen.contains_key("cuts compared with what backed the service"), "{:?}", tally.seen);
}

#[test]
fn a_case_should_be_the_same_each_time() {
	let table = || {
		let mut tally = Tally::default();
		history::generate(1, 1, Options { blocks: 40, paranoid: true }, &mut tally)
			.expect("nothing is broken");
		tally.json()
	};
	assert_eq!(table(), table());
}

#[test]
fn what_was_found_before_should_not_come_back() {
	let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
	for entry in std::fs::read_dir(directory).expect("the directory is in the repository") {
		let path = entry.expect("it can be listed").path();
		if path.extension().is_some_and(|extension| extension == "case") {
			let text = std::fs::read_to_string(&path).expect("it can be read");
			let steps = step::read(&text).unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
			if let Err(failure) = history::replay(&steps, false, &mut Tally::default()) {
				panic!("{}: {:?}", path.display(), failure.broken);
			}
		}
	}
}

/// The history that most others begin with.
fn opened(tally: &mut Tally) -> History<'_> {
	let mut history = History::new(tally, false);
	history.open().expect("nothing is broken yet");
	for block in generate::opening(&mut Random::new(1, 1)) {
		for step in block {
			history.watch(step).expect("nothing is broken yet");
		}
		history.watch(Step::Blocks(6)).expect("nothing is broken yet");
	}
	history
}

/// Spoils the state, and lets one more block pass.
fn spoilt(spoil: impl FnOnce()) -> Broken {
	let mut tally = Tally::default();
	let mut history = opened(&mut tally);
	history.chain.with(spoil);
	let Failure { broken, steps } = history.watch(Step::Blocks(1)).expect_err("something is broken");
	assert_eq!(steps.last(), Some(&Step::Blocks(1)));
	broken
}

#[test]
fn the_oracle_should_see_a_spoilt_state() {
	let broken = spoilt(|| {
		let mut ledgers = pallet_restaking::Ledgers::<Runtime>::iter();
		let (operator, asset, stock) = ledgers.next().expect("somebody has stake");
		// What is held comes first in the record.
		let mut bytes = codec::Encode::encode(&stock);
		*bytes.first_mut().expect("a record is not empty") ^= 1;
		let stock: pallet_restaking::Stock = codec::Decode::decode(&mut &bytes[..]).expect("it is a record");
		pallet_restaking::Ledgers::<Runtime>::insert(operator, asset, stock);
	});
	assert!(broken.rule.starts_with("try_state: restaking: "), "{broken:?}");

	let broken = spoilt(|| pallet_balances::TotalIssuance::<Runtime>::mutate(|issuance| *issuance += 1));
	assert_eq!(broken.rule, "balances add up to the issuance");

	let broken = spoilt(|| {
		let mut open = pallet_subscriptions::Subscriptions::<Runtime>::iter();
		let (id, mut subscription) = open.find(|(_, s)| s.deposited > s.claimed).expect("somebody has paid");
		subscription.claimed += 1;
		pallet_subscriptions::Subscriptions::<Runtime>::insert(id, subscription);
	});
	assert!(broken.rule.starts_with("try_state: subscriptions"), "{broken:?}");
}

#[test]
fn the_oracle_should_see_stake_that_moves_by_itself() {
	// From one delegator to another: the sums are as before, and each pallet's own check is content.
	let broken = spoilt(|| {
		let all: Vec<_> = pallet_restaking::Positions::<Runtime>::iter().collect();
		let pairs = all.iter().flat_map(|a| all.iter().map(move |b| (a, b)));
		let (a, b) = pairs
			.filter(|(a, b)| a.0 .0 != b.0 .0 && (&a.0 .1, &a.0 .2) == (&b.0 .1, &b.0 .2))
			.find(|(a, b)| a.1.position.bonded[0].key == b.1.position.bonded[0].key)
			.expect("two have stake of one era on the same operator");
		let ((place_a, mut a), (place_b, mut b)) = (a.clone(), b.clone());
		a.position.bonded[0].shares -= 1_000_000;
		b.position.bonded[0].shares += 1_000_000;
		pallet_restaking::Positions::<Runtime>::insert(place_a, a);
		pallet_restaking::Positions::<Runtime>::insert(place_b, b);
	});
	let rules =
		["nobody gains by staking", "the worth of a position falls by its holder's doing and slashes only"];
	assert!(rules.contains(&broken.rule.as_str()), "{broken:?}");
}

#[test]
fn the_oracle_should_see_promises_that_are_not_kept() {
	let mut tally = Tally::default();
	let History { chain, oracle, .. } = &mut opened(&mut tally);
	chain.with(|| {
		let (operator, _) =
			pallet_restaking::Reservations::<Runtime>::iter().next().expect("there are offers");
		let asset = AssetKind::Native;
		let origin = Origin::Signed(operator.clone());
		let call = RuntimeCall::Restaking(pallet_restaking::Call::sweep { asset: asset.clone() });
		let phase = Phase::Call(&origin, &call);
		let before = oracle.before(phase);
		pallet_restaking::Positions::<Runtime>::mutate((operator.clone(), operator, asset), |own| {
			let own = own.as_mut().expect("it has stake of its own");
			own.position.bonded.iter_mut().for_each(|chunk| chunk.shares = 1);
		});
		let verdict = oracle.after(phase, before, &[], None);
		assert_eq!(rule(verdict), "rule 5: what is promised stays reserved");
	});
}

#[test]
fn a_panic_should_be_a_finding() {
	let mut tally = Tally::default();
	let mut history = History::new(&mut tally, false);
	history.open().expect("nothing is broken yet");
	history.chain.with(|| {
		let key = frame_support::storage::storage_prefix(b"Timestamp", b"DidUpdate");
		frame_support::storage::unhashed::kill(&key);
	});
	let failure = history.watch(Step::Blocks(1)).expect_err("a block has its inherent");
	assert!(failure.broken.rule.starts_with("nothing panics: "), "{:?}", failure.broken);
}

/// What the oracle says of events that a call of `who` is said to have had.
fn said(oracle: &mut Oracle, events: &[RuntimeEvent], act: impl FnOnce()) -> Verdict {
	let origin = Origin::Signed(accounts::all()[1].clone());
	let call = RuntimeCall::Restaking(pallet_restaking::Call::sweep { asset: AssetKind::Native });
	let phase = Phase::Call(&origin, &call);
	let before = oracle.before(phase);
	act();
	oracle.after(phase, before, events, None)
}

fn in_block(test: impl FnOnce(&mut Oracle)) {
	let mut chain = Chain::default();
	chain.open_block();
	chain.with(|| test(&mut Oracle::new(false)));
}

fn rule(verdict: Verdict) -> String {
	verdict.expect_err("something is broken").rule
}

#[test]
fn the_oracle_should_see_who_pays_without_having_acted() {
	in_block(|oracle| {
		let (poor, rich) = (accounts::all()[2].clone(), accounts::all()[3].clone());
		let steal = || {
			use frame_support::traits::{fungible::Mutate, tokens::Preservation};
			surety_runtime::Balances::transfer(&poor, &rich, UNIT, Preservation::Preserve)
				.expect("it has some");
		};
		assert_eq!(rule(said(oracle, &[], steal)), "nobody pays who has not acted");
		let mint = || {
			use frame_support::traits::fungible::Mutate;
			surety_runtime::Balances::mint_into(&rich, UNIT).expect("it is not much");
		};
		assert_eq!(rule(said(oracle, &[], mint)), "issuance falls by what burns, and never grows");
	});
}

#[test]
fn the_oracle_should_see_slashes_that_are_vetoed_and_applied() {
	use pallet_slashing::Event;
	in_block(|oracle| {
		let now = System::block_number();
		let operator = || accounts::all()[0].clone();
		let reported = |review_ends| {
			RuntimeEvent::Slashing(Event::Reported {
				slash: 0,
				operator: operator(),
				service: 0,
				era: 1,
				fraction: Perbill::from_percent(10),
				reporter: operator(),
				source: SlashSource::Reporter,
				review_ends,
			})
		};
		let vetoed = || RuntimeEvent::Slashing(Event::Vetoed { slash: 0, forfeited: 0 });
		let cut = |asset, amount, own, rewarded| {
			RuntimeEvent::Slashing(Event::Cut {
				slash: 0,
				asset,
				amount,
				own,
				burned: amount / 5,
				rewarded,
				treasury: amount - amount / 5 - rewarded,
				settlement: None,
			})
		};
		let dollar = || AssetKind::WithId(accounts::DOLLAR);
		let exclusive = "rule 6: veto and execution exclude each other";
		let verdict = |events: &[RuntimeEvent]| said(&mut Oracle::new(false), events, || ());
		assert_eq!(rule(verdict(&[reported(now + 1), cut(dollar(), 100, 100, 0)])), exclusive);
		assert_eq!(rule(verdict(&[reported(now), vetoed()])), exclusive);
		assert_eq!(rule(verdict(&[reported(now + 1), vetoed(), cut(dollar(), 100, 100, 0)])), exclusive);
		let twice = [reported(now), cut(dollar(), 100, 100, 0), cut(dollar(), 100, 100, 0)];
		assert_eq!(rule(verdict(&twice)), "a slash cuts each asset once");
		let friends = [reported(now), cut(dollar(), 100, 10, 20)];
		assert_eq!(rule(verdict(&friends)), "rule 6: friends of an operator get no more than it lost itself");
		let nothing_burns = [reported(now), cut(dollar(), 4, 4, 0)];
		assert_eq!(rule(verdict(&nothing_burns)), "rule 6: part of every slash burns");
		assert_eq!(said(oracle, &[reported(now), cut(dollar(), 100, 100, 0)], || ()), Ok(()));
	});
}

#[test]
fn the_oracle_should_see_stake_that_leaves_too_early() {
	use pallet_restaking::Event;
	in_block(|oracle| {
		let who = || accounts::all()[0].clone();
		let (holder, operator, asset) = (who(), who(), AssetKind::Native);
		let unbonding =
			Event::Unbonding { holder, operator, asset, amount: 10, returned: 0, withdrawable_at: 61 };
		let unbonding = RuntimeEvent::Restaking(unbonding);
		let (holder, operator, asset) = (who(), who(), AssetKind::Native);
		let withdrawn = RuntimeEvent::Restaking(Event::Withdrawn { holder, operator, asset, amount: 10 });
		said(oracle, &[unbonding], || ()).expect("it may be taken back");
		System::set_block_number(1 + 20 + 30 + 5 - 1);
		let too_early = "rule 2: stake does not leave before what it backed can no longer be punished";
		assert_eq!(rule(said(oracle, &[withdrawn], || ())), too_early);
	});
}
