//! The attacks that were thought of, each by its name.

use crate::{mock::*, Event, Evidence, Finding};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use sp_core::{ed25519, Pair as _, H256};
use surety_graph::reach::Limits;
use surety_primitives::traits::Topology as _;
use surety_response::{Message as _, SeverIntent, Side, Signature, Signed};

#[test]
fn close_while_severed() {
	execute_in(&[5_000; 3], &[[0, 1], [1, 2], [2, 0]], || {
		let channel = record(0).channel;
		// Before: nobody closes the channel of an edge beside it.
		let close = || Channels::close_unilaterally(by(&person(0)), channel);
		assert_noop!(close(), pallet_channels::Error::<Test>::BelongsToEdge);
		assert_ok!(Topology::close(by(&person(0)), 0));
		sever(0, witness(&[2, 1]));
		let settles_at = now() + 20;
		// After: neither the notice that was given, nor another one, turns it into a close that is free.
		for who in [0, 1] {
			assert_noop!(Topology::close(by(&person(who)), 0), Refused::EdgeEnded);
		}
		advance(NOTICE);
		assert_noop!(Topology::finish_close(by(&ANYBODY), 0, Evidence::None), Refused::EdgeEnded);
		assert_eq!((lost(0), lost(1)), (BURNED + SEVER_REWARD, BURNED));
		// And the channel's window is the one that began with the sever.
		assert_noop!(close(), pallet_channels::Error::<Test>::BelongsToEdge);
		let status = surety_primitives::ChannelStatus::Closing { settles_at };
		assert_eq!(
			pallet_channels::Channels::<Test>::get(channel).map(|channel| channel.status),
			Some(status)
		);
	});
}

#[test]
fn amicable_close_to_dodge_a_deadline() {
	execute_in(&[5_000; 3], &[[0, 1], [1, 2], [2, 0]], || {
		// Two friends hold requests over edge 0, and would rather end it than answer.
		assert_ok!(Topology::close(by(&person(0)), 0));
		assert_noop!(Topology::finish_close(by(&person(1)), 0, Evidence::None), Refused::TooEarly);
		// Whoever was promised an intent for the deadline hands it in, and the notice does not help.
		advance(NOTICE - 1);
		assert_ok!(Topology::sever(by(&ANYBODY), 0, intent(0, Side::Acceptor), Evidence::None));
		assert_eq!((lost(0), lost(1)), (BURNED, BURNED + SEVER_REWARD));
	});
}

/// A heavy triangle, and a chain 3, 4, 5 on it.
const STAKES: [u128; 6] = [9_000, 3_000, 3_000, 1_000, 1_000, 1_000];
const EDGES: [[u32; 2]; 6] = [[0, 1], [1, 2], [2, 0], [2, 3], [3, 4], [4, 5]];

#[test]
fn certificate_with_a_missing_member() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, Evidence::None);
		advance(1);
		assert_ok!(begin(now() - 1, &[3, 4]));
		let listed = Event::Listed { certificate: 0, taken: 2, crossing: 1, complete: false };
		assert_eq!(events().last(), Some(&listed));
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 9), Refused::Incomplete);
		assert!((0..6).all(is_main));
	});
	// Nor can one who was never cut off be left out with the rest.
	execute_in(&STAKES, &EDGES, || {
		advance(1);
		assert_ok!(begin(now() - 1, &[5]));
		assert_noop!(Topology::relabel(by(&ANYBODY), 0, 9), Refused::Incomplete);
	});
}

#[test]
fn certificate_with_a_stranger() {
	execute_in(&STAKES, &EDGES, || {
		sever(3, Evidence::None);
		sever(5, Evidence::None);
		advance(1);
		// 5 is on its own: a list of two components would be heavier than either.
		assert_noop!(begin(now() - 1, &[3, 4, 5]), Refused::Stranger);
		assert_noop!(begin(now() - 1, &[3, 4, 0]), Refused::Stranger);
	});
}

#[test]
fn certificate_overtaken_by_a_new_edge_each_block() {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, Evidence::None);
		advance(1);
		let as_of = now() - 1;
		assert_ok!(begin(as_of, &[3]));
		// In each block those who are cut off have another straw man join them.
		let mut straw_men = Vec::new();
		for next in [4, 5] {
			let straw_man = register(1_000);
			straw_men.push((straw_man, connect([straw_man, 3])));
			advance(1);
			assert_ok!(extend(0, &[next]));
		}
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 9));
		assert!((3..6).all(is_cut_off));
		// These are still taken for part of the rest, but lead nobody back there.
		for (straw_man, edge) in straw_men {
			assert!(is_main(straw_man));
			assert_noop!(Topology::join(by(&person(3)), edge), Refused::NotJoined);
			assert_noop!(rejoin(3, &[edge]), Refused::InvalidPath);
			connect([5, straw_man]);
		}
		assert!((3..6).all(is_cut_off));
		advance(GRACE);
		assert_ok!(Topology::punish(by(&OTHER), 4));
	});
}

#[test]
fn ten_heavy_hubs_against_a_thousand_dust_nodes() {
	// A hundred here; 0 to 9 are joined to each other, the others hang on 10, and that on 0.
	let mut stakes = vec![20_000; 10];
	stakes.extend([1_000; 100]);
	let mut edges: Vec<[u32; 2]> = (1..10).map(|hub| [hub - 1, hub]).collect();
	edges.push([0, 10]);
	edges.extend((11..110).map(|dust| [dust, 10 + (dust - 11) / 20]));
	execute_in(&stakes, &edges, || {
		sever(9, Evidence::None);
		advance(1);
		// Few are listed, and stay: they are the heavier ones.
		certify(&(0..10).collect::<Vec<_>>());
		assert!((0..10).all(is_main) && (10..110).all(is_cut_off));
	});
}

#[test]
fn a_majority_bought_in_a_block() {
	execute_in(&[9_000, 1_000, 1_000], &[[0, 1], [1, 2]], || {
		// The lighter side has ten times as much, for a block.
		assert_ok!(Topology::add_stake(by(&person(2)), 90_000));
		back(&person(2), 90_000);
		assert_noop!(Topology::refresh(by(&ANYBODY), 2), Refused::NothingChanged);
		sever(1, search());
		assert!(is_main(0) && is_cut_off(2));
		assert_noop!(Topology::claim_main(by(&person(2)), 2), Refused::NoMajority);
		// Borrowed stake does not count, if it is gone when it is looked at again.
		advance(ACTIVATION - 1);
		back(&person(2), 0);
		advance(1);
		assert_ok!(Topology::refresh(by(&ANYBODY), 2));
		assert_eq!(weight(2), 91_000);
		// Even what counts has to last, and the review can veto.
		assert_ok!(Topology::claim_main(by(&person(2)), 2));
		assert_noop!(Topology::claim_main(by(&person(2)), 2), Refused::TooEarly);
		assert!(is_main(0));
	});
}

#[test]
fn an_honest_node_isolated_by_its_neighbours() {
	execute_in(&[9_000, 9_000, 1_000], &[[0, 1], [0, 2], [1, 2]], || {
		sever(1, search());
		sever(2, search());
		assert!(is_cut_off(2));
		advance(GRACE);
		assert_ok!(Topology::settle(by(&ANYBODY), 1));
		assert_ok!(Topology::settle(by(&ANYBODY), 2));
		// It pays all, but each of those who have done it has lost money, and gained none.
		assert_eq!(lost(2), 2 * PENALTY);
		assert_eq!((lost(0), lost(1)), (BURNED, BURNED));
	});
}

#[test]
fn flapping() {
	execute_in(&[9_000, 9_000, 1_000], &[[0, 1], [1, 2]], || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(1, search());
		advance(GRACE - 1);
		let edge = connect([2, 1]);
		assert_ok!(rejoin(2, &[edge, 0]));
		assert_eq!(stored(2).stake, 1_000);
		// The second time there is no grace.
		sever(edge, search());
		assert_noop!(rejoin(2, &[]), Refused::InvalidPath);
		let again = propose([2, 1]);
		assert_noop!(Topology::accept(by(&person(1)), again), Refused::NotSettled);
		assert_ok!(Topology::punish(by(&OTHER), 2));
		assert_eq!(stored(2).stake, 900);
		// Later there is again.
		assert_ok!(Topology::settle(by(&ANYBODY), 1));
		assert_ok!(Topology::settle(by(&ANYBODY), edge));
		let edge = connect([2, 1]);
		assert_ok!(rejoin(2, &[edge, 0]));
		advance(GRACE_INTERVAL);
		sever(edge, search());
		assert_noop!(Topology::punish(by(&OTHER), 2), Refused::TooEarly);
	});
}

#[test]
fn forged_path() {
	execute_in(&STAKES, &EDGES, || {
		let sever = |path: &[u64]| Topology::sever(by(&ANYBODY), 0, intent(0, Side::Opener), witness(path));
		for path in [&[][..], &[0], &[1], &[2], &[1, 2], &[2, 1, 1], &[99], &[3, 4]] {
			assert_noop!(sever(path), Refused::InvalidPath);
		}
		assert_ok!(sever(&[2, 1]));
		// And with one edge closed it is none any more.
		let sever = |path| Topology::sever(by(&ANYBODY), 1, intent(1, Side::Opener), witness(path));
		assert_noop!(sever(&[0, 2]), Refused::InvalidPath);
	});
}

#[test]
fn path_over_an_unaffordable_edge() {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		let limits = Limits { latency_ms: 100, bandwidth_kbit_s: 1_000, price: 1_000, bytes: 100 };
		let check = |limits| Topology::check_path(&person(4), &[2, 3, 4], &limits);
		let totals = check(limits).expect("is within reach");
		assert_eq!((totals.latency_ms, totals.bandwidth_kbit_s, totals.price), (30, 1_000, 315));
		let refused = Err(Refused::InvalidPath.into());
		assert_eq!(check(Limits { price: 314, ..limits }), refused);
		assert_eq!(check(Limits { latency_ms: 29, ..limits }), refused);
		assert_eq!(check(Limits { bandwidth_kbit_s: 1_001, ..limits }), refused);
		// Its owners ask for more than there is.
		let dear = surety_graph::Terms { price_per_byte: u128::MAX, ..terms(10) };
		assert_ok!(Topology::propose_terms(by(&person(3)), 4, dear));
		assert_ok!(Topology::accept_terms(by(&person(4)), 4, dear));
		assert_eq!(check(Limits { price: u128::MAX, ..limits }), refused);
		assert_eq!(Topology::check_path(&ANYBODY, &[], &limits), Err(Refused::NotRegistered.into()));
	});
}

#[test]
fn self_edge() {
	execute_in(&STAKES, &EDGES, || {
		let propose = Topology::propose(by(&person(0)), 0, terms(10), Native, deposits());
		assert_eq!(propose, Err(Refused::SelfEdge.into()));
		assert_ok!(Topology::set_offer(by(&person(0)), Some(offer(1))));
		assert_noop!(Topology::open(by(&person(0)), 0, terms(10), 100), Refused::SelfEdge);
	});
}

#[test]
fn replay_of_an_intent_on_another_edge_or_chain() {
	execute_in(&STAKES, &EDGES, || {
		let sever = |edge, intent| Topology::sever(by(&ANYBODY), edge, intent, Evidence::None);
		// An edge between the same two, whose keys are the same.
		let twin = connect([0, 1]);
		let good = intent(0, Side::Opener);
		assert_noop!(sever(twin, good), Refused::InvalidSignature);
		let payload = SeverIntent { edge: 0 }.signing_payload(&H256::repeat_byte(9));
		let elsewhere = ed25519::Pair::from_seed(&[1; 32]).sign(&payload).0;
		let signed = Signed { key: 0, signature: Signature::Ed25519(elsewhere) };
		assert_noop!(sever(0, crate::Intent { signed, ..good }), Refused::InvalidSignature);
		let no_such_key = Signed { key: 1, ..good.signed };
		assert_noop!(sever(0, crate::Intent { signed: no_such_key, ..good }), Refused::InvalidSignature);
		assert_ok!(sever(0, good));
		assert_noop!(sever(0, good), Refused::EdgeEnded);
	});
}

#[test]
fn an_intent_should_count_whatever_keys_its_signer_has_added_since() {
	execute_in(&STAKES, &EDGES, || {
		let old = intent(0, Side::Opener);
		assert_ok!(Topology::set_key(by(&person(0)), key(77)));
		assert_ok!(Channels::add_key(by(&person(0)), record(0).channel, key(77)));
		assert_ok!(Topology::sever(by(&ANYBODY), 0, old, Evidence::None));
	});
}

#[test]
fn a_cut_off_node_should_not_flee_with_its_stake() {
	execute_in(&[9_000, 9_000, 1_000], &[[0, 1], [1, 2]], || {
		sever(1, search());
		assert_noop!(Topology::leave(by(&person(2))), Refused::StillJoined);
		advance(GRACE);
		assert_ok!(Topology::settle(by(&person(2)), 1));
		assert_noop!(Topology::leave(by(&person(2))), Refused::NotSettled);
		assert_ok!(Topology::punish(by(&person(2)), 2));
		assert_ok!(Topology::leave(by(&person(2))));
	});
}

#[test]
fn a_hook_should_cost_no_more_than_its_budget_whatever_there_is() {
	let nodes = 60u32;
	let edges: Vec<[u32; 2]> = (1..nodes).map(|node| [node / 2, node]).collect();
	execute_in(&vec![5_000; nodes as usize], &edges, || {
		let most = Topology::weight_of_step(Budget::get());
		assert_ok!(Topology::stand_in(by(&ANYBODY), 50));
		advance(1);
		assert_ok!(Topology::challenge_centre(by(&OTHER), 1));
		for _ in 0..60 {
			System::set_block_number(now() + 1);
			assert!(Topology::on_initialize(now()).all_lte(most));
		}
		assert!(!crate::CurrentChallenge::<Test>::exists());
	});
}

#[test]
fn no_call_should_weigh_more_than_a_quarter_of_a_block() {
	use crate::WeightInfo as _;
	use frame_support::weights::constants::WEIGHT_REF_TIME_PER_SECOND;
	let quarter = WEIGHT_REF_TIME_PER_SECOND / 2;
	// What a runtime may set: see the figures of the docs.
	for weight in [
		<()>::sever() + <()>::expand(800),
		<()>::finish_close() + <()>::expand(800),
		<()>::sever() + <()>::path(256),
		<()>::rejoin() + <()>::path(256),
		<()>::begin_certificate() + <()>::list(1_000, 10_000),
		<()>::relabel(800),
		<()>::clear_certificate(1_000),
		<()>::open(16),
		<()>::remove_node(16),
		<()>::punish(),
	] {
		assert!(weight.ref_time() < quarter, "{weight}");
	}
}

#[test]
fn a_search_that_was_not_needed_should_change_nothing_but_the_finding() {
	execute_in(&STAKES, &EDGES, || {
		sever(0, search());
		assert!(matches!(events().last(), Some(Event::Severed { finding: Finding::Connected, .. })));
		assert!((0..6).all(is_main));
	});
}

#[test]
fn a_newcomer_should_not_be_cut_off_as_of_a_block_before_it_came() {
	execute_in(&STAKES, &EDGES, || {
		let newcomer = register(1_000);
		advance(1);
		let as_of = now() - 1;
		assert_ok!(begin(as_of, &[newcomer]));
		connect([newcomer, 0]);
		assert!(is_main(newcomer));
		// It was on its own then. It is not now, nor had it been part of anything.
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 9));
		assert!(is_main(newcomer));
		assert_eq!(events().last(), Some(&Event::CertificateEnded { certificate: 0, split: false }));
		check();
		// Nor two of them, who had found each other before.
		let pair = [register(1_000), register(1_000)];
		advance(1);
		assert_ok!(begin(now() - 1, &pair[..1]));
		connect(pair);
		advance(1);
		connect([pair[1], 0]);
		assert!(is_main(pair[0]));
		assert_ok!(Topology::relabel(by(&ANYBODY), 1, 9));
		assert!(is_main(pair[0]));
	});
}

#[test]
fn a_certificate_should_not_cut_off_again_who_has_rejoined_since() {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, Evidence::None);
		advance(1);
		// Two are made ready.
		assert_ok!(begin(now() - 1, &[3, 4, 5]));
		assert_ok!(begin(now() - 1, &[5, 4, 3]));
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 9));
		let edge = connect([3, 0]);
		assert_ok!(rejoin(3, &[edge]));
		for _ in 0..3 {
			let _ = Topology::relabel(by(&ANYBODY), 1, 1);
			check();
		}
		assert!((0..6).all(is_main));
		assert_eq!(crate::Relabelling::<Test>::get(), None);
		let _ = Topology::clear_certificate(by(&OTHER), 1, 9);
		assert!(!crate::Certificates::<Test>::contains_key(1));
	});
}

#[test]
fn nobody_should_escape_its_loss_by_changing_its_stake_often() {
	execute_in(&[9_000, 9_000, 1_000], &[[0, 1], [1, 2]], || {
		sever(1, search());
		for step in 1..8 {
			back(&person(2), step * 100);
			let _ = Topology::refresh(by(&person(2)), 2);
			advance(ACTIVATION);
			let _ = Topology::refresh(by(&person(2)), 2);
		}
		back(&person(2), 5_000);
		let _ = Topology::refresh(by(&person(2)), 2);
		advance(ACTIVATION);
		assert_noop!(Topology::refresh(by(&person(2)), 2), Refused::TooManyChanges);
		assert!(now() >= cut_of(2).liable_from);
		assert_ok!(Topology::punish(by(&OTHER), 2));
		assert_eq!(stored(2).stake, 900);
	});
}

#[test]
fn who_hands_in_an_intent_should_not_keep_it_from_being_taken() {
	let nobody = surety_primitives::AccountId::new([249; 32]);
	execute_in(&STAKES, &EDGES, || {
		// Too little for an account that is not there.
		RewardNow::set(EXISTENTIAL_DEPOSIT - 1);
		let treasury = total(&TREASURY);
		assert_ok!(Topology::sever(by(&nobody), 0, intent(0, Side::Opener), Evidence::None));
		assert_eq!((total(&nobody), total(&TREASURY) - treasury), (0, EXISTENTIAL_DEPOSIT - 1));
		assert!(matches!(events().last(), Some(Event::Severed { reward: 0, .. })));
	});
}

#[test]
fn a_certificate_should_not_tell_apart_who_comes_back_while_its_nodes_are_relabelled() {
	execute_in(&[9_000, 1_000, 1_000], &[[0, 1], [0, 2]], || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(0, search());
		let edge = connect([1, 0]);
		assert!(is_cut_off(1));
		advance(1);
		// All of them: nothing is to be told apart.
		assert_ok!(begin(now() - 1, &[0, 1, 2]));
		assert_ok!(Topology::relabel(by(&ANYBODY), 0, 1));
		// Whether it was taken off the list as one of another component, or is still on it: it waits until nobody is.
		assert_noop!(rejoin(1, &[edge]), Refused::BeingSplit);
		assert_noop!(Topology::join(by(&ANYBODY), edge), Refused::BeingSplit);
		let newcomer = register(1_000);
		let of_newcomer = connect([newcomer, 0]);
		assert!(!is_main(newcomer));
		check();
		assert_ok!(Topology::relabel(by(&OTHER), 0, 9));
		assert_eq!(events().last(), Some(&Event::CertificateEnded { certificate: 0, split: false }));
		assert_ok!(rejoin(1, &[edge]));
		assert_ok!(Topology::join(by(&ANYBODY), of_newcomer));
		assert!([0, 1, 2, newcomer].into_iter().all(is_main));
	});
}

#[test]
fn who_was_cut_off_should_not_rejoin_and_be_split_off_again_by_what_was_listed_before() {
	execute_in(&STAKES, &EDGES, || {
		assert_ok!(Topology::stand_in(by(&ANYBODY), 0));
		sever(3, Evidence::None);
		advance(1);
		let as_of = now() - 1;
		certify(&[3, 4, 5]);
		// A second list of one that it has split off already.
		assert_ok!(begin(as_of, &[3, 4, 5]));
		assert_ok!(Topology::relabel(by(&ANYBODY), 1, 1));
		let edge = connect([3, 0]);
		assert_noop!(rejoin(3, &[edge]), Refused::BeingSplit);
		assert_ok!(Topology::relabel(by(&ANYBODY), 1, 9));
		assert_ok!(rejoin(3, &[edge]));
		assert!((0..6).all(is_main));
	});
}
