//! How edges come to be.

use crate::{mock::*, Edges, HoldReason, Offers, Proposals, PAGE_LEN};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::traits::Channels as _;
use surety_response::{PerSide, Side};

#[test]
fn an_edge_should_hold_the_whole_penalty_from_each_end_and_have_a_channel() {
	execute_in(&[5_000, 5_000], &[], || {
		let edge = propose([0, 1]);
		assert_eq!(held(HoldReason::Penalty, &person(0)), PENALTY);
		assert_eq!(held(HoldReason::Penalty, &person(1)), 0);
		assert_ok!(Topology::accept(by(&person(1)), edge));
		for who in [person(0), person(1)] {
			assert_eq!(held(HoldReason::Penalty, &who), PENALTY);
			assert_eq!(held(HoldReason::Storage, &who), NODE_DEPOSIT + PAGE_DEPOSIT + EDGE_DEPOSIT);
		}
		assert_eq!(Channels::at_stake(record(edge).channel), Some((Native, deposits())));
		assert_eq!((stored(0).degree, stored(1).degree), (1, 1));
		assert_eq!(Topology::component_of(0), Topology::component_of(1));
		assert!(is_main(1));
	});
}

#[test]
fn a_proposal_should_be_accepted_by_the_other_end_only_and_in_time() {
	execute_in(&[5_000; 3], &[], || {
		let edge = propose([0, 1]);
		assert_noop!(Topology::accept(by(&person(2)), edge), Refused::NotAuthorized);
		assert_noop!(Topology::accept(by(&person(0)), edge), Refused::NotAuthorized);
		assert_noop!(Topology::accept(by(&ANYBODY), edge), Refused::NotRegistered);
		assert_noop!(Topology::accept(by(&person(1)), edge + 1), Refused::ProposalNotFound);
		assert_noop!(Topology::expire_proposal(by(&ANYBODY), edge), Refused::TooEarly);
		advance(PROPOSAL_LIFETIME);
		assert_noop!(Topology::accept(by(&person(1)), edge), Refused::ProposalExpired);
		assert_ok!(Topology::expire_proposal(by(&ANYBODY), edge));
		assert_noop!(Topology::expire_proposal(by(&ANYBODY), edge), Refused::ProposalNotFound);
		assert_eq!(held(HoldReason::Penalty, &person(0)), 0);
		assert_eq!(held(HoldReason::Storage, &person(0)), NODE_DEPOSIT);
	});
}

#[test]
fn a_proposal_should_be_withdrawn_by_either_end() {
	execute_in(&[5_000; 3], &[], || {
		for end in [0, 1] {
			let edge = propose([0, 1]);
			assert_noop!(Topology::withdraw_proposal(by(&person(2)), edge), Refused::NotAuthorized);
			assert_ok!(Topology::withdraw_proposal(by(&person(end)), edge));
			assert_noop!(Topology::withdraw_proposal(by(&person(end)), edge), Refused::ProposalNotFound);
		}
		assert_eq!(Proposals::<Test>::iter_keys().count(), 0);
		assert_eq!(held(HoldReason::Penalty, &person(0)), 0);
	});
}

#[test]
fn a_proposal_should_end_well_when_its_proposer_has_left() {
	execute_in(&[5_000; 2], &[], || {
		let edge = propose([0, 1]);
		assert_ok!(Topology::leave(by(&person(0))));
		assert_noop!(Topology::accept(by(&person(1)), edge), Refused::NodeNotFound);
		advance(HORIZON + 1);
		assert_ok!(Topology::remove_node(by(&ANYBODY), 0));
		assert_ok!(Topology::expire_proposal(by(&ANYBODY), edge));
		assert_eq!(free(&person(0)), ENDOWMENT);
	});
}

#[test]
fn a_proposal_to_nobody_should_be_refused() {
	execute_in(&[5_000], &[], || {
		let propose = |who| Topology::propose(by(&who), 1, terms(10), Native, deposits());
		assert_noop!(propose(person(0)), Refused::NodeNotFound);
		assert_noop!(propose(ANYBODY), Refused::NotRegistered);
	});
}

#[test]
fn an_edge_should_not_be_opened_when_the_channel_is_not() {
	execute_in(&[5_000; 2], &[], || {
		let edge = crate::NextEdgeId::<Test>::get();
		let nothing = PerSide { opener: 0, acceptor: 0 };
		assert_ok!(Topology::propose(by(&person(0)), 1, terms(10), Native, nothing));
		let refused = pallet_channels::Error::<Test>::ZeroAmount;
		assert_noop!(Topology::accept(by(&person(1)), edge), refused);
		assert_ok!(Topology::set_key(by(&person(1)), key(0)));
		let edge = propose([0, 1]);
		let refused = pallet_channels::Error::<Test>::KeyAlreadyRegistered;
		assert_noop!(Topology::accept(by(&person(1)), edge), refused);
	});
}

#[test]
fn an_edge_should_be_opened_at_once_by_a_standing_offer() {
	execute_in(&[5_000; 3], &[], || {
		let open = |deposit| Topology::open(by(&person(0)), 1, terms(10), deposit);
		assert_noop!(open(100), Refused::OfferNotFound);
		assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(2))));
		assert_eq!(held(HoldReason::Storage, &person(1)), NODE_DEPOSIT + OFFER_DEPOSIT);
		assert_noop!(open(99), Refused::NotOffered);
		assert_ok!(open(100));
		assert_eq!(record(0).ends, PerSide { opener: 0, acceptor: 1 });
		assert_eq!(held(HoldReason::Penalty, &person(1)), PENALTY);
		assert_eq!(Offers::<Test>::get(1).map(|(offer, _)| offer.left), Some(1));
		assert_ok!(open(100));
		assert_eq!(Offers::<Test>::get(1), None);
		assert_noop!(open(100), Refused::OfferNotFound);
		assert_eq!(held(HoldReason::Storage, &person(1)), NODE_DEPOSIT + PAGE_DEPOSIT + 2 * EDGE_DEPOSIT);
		assert_eq!(stored(0).degree, 2);
	});
}

#[test]
fn an_offer_should_bind_to_no_more_than_it_says() {
	execute_in(&[5_000; 2], &[], || {
		assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(9))));
		let open = |terms| Topology::open(by(&person(0)), 1, terms, 100);
		assert_noop!(open(terms(4)), Refused::NotOffered);
		assert_noop!(open(terms(51)), Refused::NotOffered);
		let good = terms(10);
		assert_noop!(open(surety_graph::Terms { bandwidth_kbit_s: 10_001, ..good }), Refused::NotOffered);
		assert_noop!(open(surety_graph::Terms { base_price: 0, ..good }), Refused::NotOffered);
		assert_noop!(open(surety_graph::Terms { price_per_byte: 0, ..good }), Refused::NotOffered);
		PenaltyNow::set(PENALTY + 1);
		assert_noop!(open(good), Refused::NotOffered);
		PenaltyNow::set(PENALTY);
		assert_ok!(open(good));
	});
}

#[test]
fn an_offer_should_be_taken_back_with_its_deposit() {
	execute_in(&[5_000; 2], &[], || {
		assert_noop!(Topology::set_offer(by(&ANYBODY), None), Refused::NotRegistered);
		assert_noop!(Topology::set_offer(by(&person(1)), Some(offer(0))), Refused::EmptyOffer);
		let never = crate::Offer { min_latency_ms: 51, ..offer(1) };
		assert_noop!(Topology::set_offer(by(&person(1)), Some(never)), Refused::EmptyOffer);
		assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(1))));
		assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(2))));
		assert_eq!(held(HoldReason::Storage, &person(1)), NODE_DEPOSIT + OFFER_DEPOSIT);
		assert_ok!(Topology::set_offer(by(&person(1)), None));
		assert_eq!(held(HoldReason::Storage, &person(1)), NODE_DEPOSIT);
		// With the node it goes, too.
		assert_ok!(Topology::set_offer(by(&person(1)), Some(offer(1))));
		assert_ok!(Topology::leave(by(&person(1))));
		assert_eq!(held(HoldReason::Storage, &person(1)), NODE_DEPOSIT);
	});
}

#[test]
fn a_node_should_have_no_more_edges_than_its_pages_take() {
	execute(|| {
		let most = PAGE_LEN * MAX_PAGES;
		for _ in 0..most + 2 {
			register(5_000);
		}
		for other in 1..=most {
			connect([other, 0]);
		}
		assert_eq!((stored(0).degree, stored(0).pages), (most, MAX_PAGES));
		let edge = propose([most + 1, 0]);
		assert_noop!(Topology::accept(by(&person(0)), edge), Refused::MaxEdgesExceeded);
		check();
		// A gap is filled again, and no page is added for it.
		assert_ok!(Topology::close(by(&person(0)), 3));
		advance(NOTICE);
		assert_ok!(Topology::finish_close(by(&ANYBODY), 3, crate::Evidence::None));
		advance(HORIZON + 1);
		assert_ok!(Topology::prune(by(&ANYBODY), 3));
		assert_eq!(stored(0).gaps, 1);
		let edge = connect([most + 1, 0]);
		assert_eq!(stored(0).gaps, 0);
		assert_eq!(*record(edge).places.of(Side::Acceptor), 3);
		assert_eq!(
			held(HoldReason::Storage, &person(0)),
			stored(0).deposit + EDGE_DEPOSIT * Edges::<Test>::iter_keys().count() as u128
		);
	});
}

#[test]
fn two_nodes_should_be_able_to_have_several_edges() {
	execute_in(&[5_000; 2], &[[0, 1], [1, 0]], || {
		assert_eq!((stored(0).degree, stored(0).pages), (2, 1));
		sever(0, search());
		assert!(is_main(0) && is_main(1));
	});
}
