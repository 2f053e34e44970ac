//! Places at offers, as the pallet that sells them sees them.

use crate::{mock::*, Error, Terms};
use frame_support::{assert_noop, assert_ok};
use surety_primitives::{
	traits::{Listings, Offers as _, Operators as OperatorsTrait, Services as ServicesTrait},
	OperatorStatus, Price, FIRST_RESERVED, NOTARISATION, RELAYING,
};

#[test]
fn occupy_should_take_a_place_on_the_terms_of_now_when_the_offer_accepts() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		let Ask { sla, price, .. } = Ask::default();
		assert_eq!(occupy(BOB, 0), Ok(Terms { price, sla }));
		assert_eq!((Registry::occupied(&BOB, 0), Registry::ends_at(&BOB, 0)), (1, None));

		let dearer = Price { asset: GOLD, amount: 1, period: 1 };
		assert_ok!(Ask { price: dearer.clone(), ..Ask::default() }.update(BOB, 0));
		assert_eq!(occupy(BOB, 0).map(|terms| terms.price), Ok(dearer));
		assert_eq!(Registry::occupied(&BOB, 0), 2);
	});
}

#[test]
fn occupy_should_fail_when_there_is_no_such_offer() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| {
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotFound);
		assert_eq!((Registry::occupied(&BOB, 0), Registry::ends_at(&BOB, 0)), (0, None));
	});
}

#[test]
fn occupy_should_fail_when_the_activation_delay_is_not_over() {
	TestExt::new().service(ALICE).operator(BOB).backed(BOB, 0, 500).execute(|| {
		assert_ok!(Ask::default().make(BOB, 0));
		advance(ACTIVATION - 1);
		assert_noop!(occupy(BOB, 0), Error::<Test>::NotYetActive);
		advance(1);
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn occupy_should_fail_when_the_capacity_is_full() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 3).execute(|| {
		assert_noop!(occupy(BOB, 0), Error::<Test>::CapacityFull);
		vacate(BOB, 0);
		assert_ok!(occupy(BOB, 0));
	});
}

#[test]
fn occupy_should_fail_when_the_offer_is_paused_or_closing_or_closed() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotAccepting);
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotAccepting);
		vacate(BOB, 0);
		assert_noop!(occupy(BOB, 0), Error::<Test>::OfferNotFound);
	});
}

#[test]
fn occupy_should_fail_when_the_operator_is_paused_or_leaving() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::pause(signed(BOB)));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OperatorNotAccepting);
		assert_ok!(Registry::leave(signed(BOB)));
		assert_noop!(occupy(BOB, 0), Error::<Test>::OperatorLeaving);
	});
}

#[test]
#[should_panic(expected = "vacated a place that was not taken")]
fn vacate_should_be_caught_in_tests_when_no_place_was_taken() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| vacate(BOB, 0));
}

#[test]
#[should_panic(expected = "vacated a place at an offer that does not exist")]
fn vacate_should_be_caught_in_tests_when_there_is_no_offer() {
	TestExt::new().execute(|| vacate(BOB, 0));
}

#[test]
fn services_should_be_known_by_their_numbers_and_operators_by_their_accounts() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_eq!([0, 1].map(<Registry as ServicesTrait<_>>::exists), [true, false]);
		let status = || <Registry as OperatorsTrait<_>>::status(&BOB);
		assert_eq!(
			(status(), <Registry as OperatorsTrait<_>>::status(&ALICE)),
			(Some(OperatorStatus::Active), None)
		);
		assert_ok!(Registry::pause(signed(BOB)));
		assert_eq!(status(), Some(OperatorStatus::Paused));
		assert_ok!(Registry::leave(signed(BOB)));
		assert_eq!(status(), Some(OperatorStatus::Leaving { since: now() }));
		vacate(BOB, 0);
		assert_eq!(status(), None);
	});
}

#[test]
fn an_offer_should_be_listed_at_its_price_of_now_until_it_is_closed() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		let listed = <Registry as Listings<_>>::listing(&BOB, 0).expect("there is an offer");
		assert_eq!((listed.price, listed.active_from), (Ask::default().price, now()));
		assert_eq!(<Registry as Listings<_>>::listing(&ALICE, 0), None);

		let free = Price { asset: NATIVE, amount: 0, period: 1 };
		assert_ok!(Ask { price: free.clone(), ..Ask::default() }.update(BOB, 0));
		assert_ok!(Registry::pause_offer(signed(BOB), 0));
		assert_eq!(<Registry as Listings<_>>::listing(&BOB, 0).map(|listed| listed.price), Some(free));

		// What still serves its last clients is no offer to anybody else.
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_eq!(<Registry as Listings<_>>::listing(&BOB, 0), None);
		vacate(BOB, 0);
	});
}

#[test]
fn the_numbers_that_notaries_and_nodes_answer_under_should_never_be_given_out() {
	TestExt::new().execute(|| {
		crate::NextServiceId::<Test>::put(FIRST_RESERVED - 1);
		assert_ok!(create_service(ALICE));
		assert_noop!(create_service(ALICE), Error::<Test>::MaxServicesExceeded);
		for reserved in [NOTARISATION, RELAYING] {
			assert!(reserved >= FIRST_RESERVED);
			assert!(!<Registry as ServicesTrait<_>>::exists(reserved));
		}
	});
}
