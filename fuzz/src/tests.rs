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
		System::set_block_number(1 + 40 + 30 + 5 - 1);
		let too_early = "rule 2: stake does not leave before what it backed can no longer be punished";
		assert_eq!(rule(said(oracle, &[withdrawn], || ())), too_early);
	});
}

/// The oracle in a block, after windows have begun in which there is a notary.
fn with_notary(test: impl FnOnce(&mut Oracle)) {
	let mut tally = Tally::default();
	let mut history = opened(&mut tally);
	let notaries = || pallet_notary::Notaries::<Runtime>::iter_keys().count();
	assert!(history.chain.with(notaries) > 0, "the opening of this seed has a notary");
	history.watch(Step::Blocks(12)).expect("nothing is broken yet");
	let History { chain, oracle, .. } = &mut history;
	chain.with(|| test(oracle));
}

#[test]
fn what_is_signed_should_name_the_first_block_for_ever() {
	let mut tally = Tally::default();
	let mut history = History::new(&mut tally, false);
	history.open().expect("nothing is broken yet");
	history.watch(Step::Blocks(300)).expect("nothing is broken");
	history.chain.with(|| assert_eq!(System::block_hash(0), crate::chain::GENESIS));
}

#[test]
fn the_oracle_should_see_a_notary_that_is_punished_for_nothing() {
	use pallet_notary::Event;
	use surety_primitives::notary::FaultKind;
	with_notary(|oracle| {
		let notary = pallet_notary::Notaries::<Runtime>::iter_keys().next().expect("there is one");
		let window = pallet_notary::CurrentWindow::<Runtime>::get().index;
		let reported = |window, kind| {
			let (notary, reporter) = (notary.clone(), notary.clone());
			RuntimeEvent::Notary(Event::FaultReported { notary, window, kind, reporter, slash: 77 })
		};
		let mut says = |window, kind| rule(said(oracle, &[reported(window, kind)], || ()));
		let innocent = "a notary that has done nothing wrong is not punished";
		assert_eq!(says(window - 1, FaultKind::Mismatch), innocent);
		assert_eq!(says(window, FaultKind::Missed), innocent);
		assert_eq!(says(window, FaultKind::Missed), "each kind of fault counts once for a window");
		let before = "nobody answers for a window in which it was no notary";
		assert_eq!(says(0, FaultKind::Omission), before);
		let slash = RuntimeEvent::Slashing(pallet_slashing::Event::Reported {
			slash: 78,
			operator: notary.clone(),
			service: surety_primitives::NOTARISATION,
			era: surety_runtime::Restaking::era(),
			fraction: Perbill::from_percent(1),
			reporter: notary.clone(),
			source: SlashSource::Reporter,
			review_ends: System::block_number() + 1,
		});
		let shown = "notaries are punished for what was shown of them alone";
		assert_eq!(rule(said(oracle, &[slash], || ())), shown);
	});
}

#[test]
fn the_oracle_should_see_a_bounty_that_pays_too_much() {
	use pallet_notary::Event;
	with_notary(|oracle| {
		let window = pallet_notary::CurrentWindow::<Runtime>::get().index;
		let who = || accounts::all()[0].clone();
		let opened = Event::BountyOpened {
			bounty: 70,
			funder: who(),
			notary: who(),
			per_window: 10,
			from: window - 1,
			until: window + 1,
		};
		let claimed = |slot, window, amount| Event::BountyClaimed { bounty: 70, slot, window, amount };
		let mut says = |event| said(oracle, &[RuntimeEvent::Notary(event)], || ());
		assert_eq!(says(opened), Ok(()));
		assert_eq!(says(claimed(0, window - 1, 6)), Ok(()));
		assert_eq!(rule(says(claimed(0, window - 1, 1))), "a bounty pays each slot once for a window");
		assert_eq!(rule(says(claimed(1, window - 1, 10))), "a bounty pays no more than it was funded with");
		assert_eq!(rule(says(claimed(1, window, 1))), "a bounty pays for its windows, once they are over");
		let closed = Event::BountyClosed { bounty: 70, refunded: 20 };
		assert_eq!(rule(says(closed)), "what a bounty has not paid is returned");
	});
}

#[test]
fn the_oracle_should_see_a_channel_that_is_settled_otherwise_than_by_what_was_signed() {
	use pallet_channels::Event;
	use surety_response::{Claim, PerSide, Side};
	in_block(|_| {
		let both = |opener, acceptor| PerSide { opener, acceptor };
		let parties = || PerSide { opener: accounts::all()[0].clone(), acceptor: accounts::all()[2].clone() };
		let proposed = Event::Proposed {
			id: 0,
			parties: parties(),
			asset: AssetKind::Native,
			deposits: both(100, 50),
			expires_at: 9,
		};
		let opened = Event::Opened {
			id: 0,
			parties: parties(),
			asset: AssetKind::Native,
			deposits: both(100, 50),
			edge: None,
			close_window: 12,
		};
		let now = System::block_number();
		let begun = |settles_at| Event::CloseBegun { id: 0, by: None, settles_at };
		let claim = Claim { paid: 60, received_ack: 0 };
		let by = || accounts::all()[2].clone();
		let handed_in = || Event::HandedIn { id: 0, payee: Side::Acceptor, by: by(), claim };
		let settled = |opener, acceptor| Event::Settled {
			id: 0,
			payouts: both(opener, acceptor),
			rewards: both(0, 0),
			cooperative: false,
		};
		let says = |events: Vec<Event<Runtime>>, wait: u32| {
			let mut oracle = Oracle::new(false);
			let start = vec![proposed.clone(), opened.clone()].into_iter();
			let (events, last) = (start.chain(events).collect::<Vec<_>>(), now + wait);
			for (at, event) in events.iter().enumerate() {
				System::set_block_number(if at + 1 == events.len() { last } else { now });
				let said = said(&mut oracle, &[RuntimeEvent::Channels(event.clone())], || ());
				if at + 1 == events.len() {
					return rule(said);
				}
				assert_eq!(said, Ok(()));
			}
			unreachable!("there are events");
		};
		let close = || begun(now + 12);
		let signed = "a channel is settled by what was handed in";
		assert_eq!(says(vec![close(), handed_in(), settled(100, 50)], 12), signed);
		assert_eq!(says(vec![close(), handed_in(), settled(41, 109)], 12), signed);
		let all = "parties of a channel get what they have put in, together";
		assert_eq!(says(vec![close(), handed_in(), settled(40, 111)], 12), all);
		let early = "a channel is settled after its close";
		assert_eq!(says(vec![close(), handed_in(), settled(40, 110)], 11), early);
		// Nothing has moved.
		let moved = "a settlement moves what it says to whom it says";
		assert_eq!(says(vec![close(), handed_in(), settled(40, 110)], 12), moved);
		let late = "nothing is handed in after its time";
		assert_eq!(says(vec![close(), handed_in()], 12), late);
		let time = "a close begins once, and takes the time that was agreed on";
		assert_eq!(says(vec![begun(now + 13)], 0), time);
		assert_eq!(says(vec![close(), begun(now + 12)], 0), time);
		let twice = "what is handed in says more than what was before";
		assert_eq!(says(vec![handed_in(), handed_in()], 0), twice);
	});
}

#[test]
fn the_oracle_should_see_what_is_let_in_and_refused() {
	in_block(|oracle| {
		let call = RuntimeCall::Registry(pallet_registry::Call::pause {});
		let phase = Phase::Call(&Origin::Authorized, &call);
		let before = oracle.before(phase);
		let dispatched = Chain::dispatch(surety_runtime::RuntimeOrigin::none(), call.clone());
		let verdict = oracle.after(phase, before, &[], Some(&dispatched));
		assert_eq!(rule(verdict), "what is let in by its own proof succeeds");
	});
}
