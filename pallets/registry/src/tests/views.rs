//! What clients read.

use crate::mock::*;
use frame_support::assert_ok;
use surety_primitives::{
	api::{OfferInfo, OperatorInfo, ServiceInfo, MAX_PAGE},
	AccountId, OfferFilter, OfferState, OperatorStatus, Price, ServiceFlags, Sla, Verifier,
};

fn everything() -> OfferFilter {
	OfferFilter::default()
}

fn account(n: u8) -> AccountId {
	AccountId::new([100 + n; 32])
}

/// So many operators, each with an offer for service 0; behind the n-th one's is n more than behind the first's.
fn market(operators: u8) -> TestExt {
	TestExt::new().service(ALICE).then(move || {
		for n in 0..operators {
			Balances::force_set_balance(RuntimeOrigin::root(), account(n), ENDOWMENT)?;
			Registry::join(signed(account(n)), vec![])?;
			back_from_next_era(account(n), 0, 500 + u128::from(n))?;
			Ask::default().make(account(n), 0)?;
		}
		turn_era();
		advance(ACTIVATION);
		Ok(())
	})
}

#[test]
fn service_should_say_all_that_is_stored_when_it_exists() {
	TestExt::new().service_asking(ALICE, &[(GOLD, 70)]).execute(|| {
		assert_ok!(Registry::set_reporter(signed(ALICE), 0, Some(CHARLIE)));
		let info = ServiceInfo {
			id: 0,
			owner: ALICE,
			name: b"storage".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: asked(&[(GOLD, 70)]),
			reporter: Some(CHARLIE),
			flags: ServiceFlags::default(),
			retired: false,
			offers: 0,
		};
		assert_eq!(Registry::service(0), Some(info));
		assert_eq!(Registry::service(1), None);
	});
}

#[test]
fn services_should_page_over_gaps_when_some_are_removed() {
	let ids = |start, limit| {
		let page = Registry::services(start, limit);
		(page.services.iter().map(|service| service.id).collect::<Vec<_>>(), page.next)
	};
	let ext = (0..5).fold(TestExt::new(), |ext, _| ext.service(ALICE));
	ext.execute(|| {
		assert_ok!(Registry::retire_service(signed(ALICE), 1));
		assert_ok!(Registry::remove_service(signed(ALICE), 1));
		assert_eq!(ids(0, 2), (vec![0], Some(2)));
		assert_eq!(ids(2, 2), (vec![2, 3], Some(4)));
		assert_eq!(ids(4, 2), (vec![4], None));
		assert_eq!(ids(0, 5), (vec![0, 2, 3, 4], None));
		assert_eq!(ids(0, u32::MAX), (vec![0, 2, 3, 4], None));
		assert_eq!(ids(0, 0), (vec![0], Some(1)));
		assert_eq!(ids(u32::MAX, u32::MAX), (vec![], None));
	});
}

#[test]
fn services_should_look_at_a_page_at_the_most_when_more_are_asked_for() {
	TestExt::new().execute(|| {
		crate::NextServiceId::<Test>::put(3 * MAX_PAGE);
		let page = Registry::services(7, u32::MAX);
		assert_eq!((page.services.len(), page.next), (0, Some(7 + MAX_PAGE)));
	});
}

#[test]
fn operator_should_say_all_that_is_stored_when_it_exists() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		let info = OperatorInfo {
			operator: BOB,
			status: OperatorStatus::Active,
			metadata: b"metadata".to_vec(),
			services: vec![0],
		};
		assert_eq!(Registry::operator(BOB), Some(info));
		assert_eq!(Registry::operator(CHARLIE), None);
	});
}

#[test]
fn offer_should_say_how_it_stands_when_it_exists() {
	TestExt::new().service(ALICE).operator(BOB).execute(|| {
		assert_eq!(Registry::offer(0, BOB), None);
		let Ask { sla, capacity, price, metadata, bond } = Ask::default();
		assert_ok!(back_from_next_era(BOB, 0, bond));
		assert_ok!(Ask::default().make(BOB, 0));
		let active_from = now() + ACTIVATION;
		let waiting = OfferInfo {
			operator: BOB,
			service: 0,
			sla,
			price,
			capacity,
			subscribers: 0,
			stake: 0,
			bond,
			state: OfferState::Open,
			active_from,
			accepting: false,
			metadata,
		};
		assert_eq!(Registry::offer(0, BOB), Some(waiting.clone()));

		// Its delay is over, but the stake does not count yet.
		advance(ACTIVATION);
		assert_eq!(Registry::offer(0, BOB), Some(waiting.clone()));
		turn_era();
		let active = OfferInfo { stake: 500, accepting: true, ..waiting };
		assert_eq!(Registry::offer(0, BOB), Some(active.clone()));

		// Delegated stake is stake too.
		assert_ok!(stake(CHARLIE, BOB, NATIVE, 400));
		turn_era();
		let weightier = OfferInfo { stake: 600, ..active };
		assert_eq!(Registry::offer(0, BOB), Some(weightier.clone()));

		assert_ok!(Registry::pause(signed(BOB)));
		assert_eq!(Registry::offer(0, BOB), Some(OfferInfo { accepting: false, ..weightier }));
	});
}

#[test]
fn offers_should_show_each_one_once_when_read_in_pages_of_any_size() {
	market(7).execute(|| {
		let whole = Registry::offers(0, everything(), None, MAX_PAGE);
		assert_eq!((whole.offers.len(), whole.next), (7, None));
		for limit in 1..=8 {
			let (mut read, mut cursor, mut pages) = (vec![], None, 0);
			loop {
				let page = Registry::offers(0, everything(), cursor, limit);
				assert!(page.offers.len() <= limit as usize);
				read.extend(page.offers);
				pages += 1;
				cursor = page.next;
				if cursor.is_none() {
					break;
				}
			}
			assert_eq!((&read, pages), (&whole.offers, 7u32.div_ceil(limit)));
		}
		// A limit of nothing still gets on.
		assert_eq!(Registry::offers(0, everything(), None, 0).offers, whole.offers[..1]);
	});
}

#[test]
fn offers_should_go_on_after_the_cursor_when_its_offer_is_gone() {
	market(4).execute(|| {
		let first = Registry::offers(0, everything(), None, 2);
		let cursor = first.next.expect("two are left");
		let rest = Registry::offers(0, everything(), Some(cursor.clone()), 9).offers;
		assert_ok!(Registry::close_offer(signed(cursor.clone()), 0));
		assert_eq!(Registry::offers(0, everything(), Some(cursor), 9).offers, rest);
	});
}

#[test]
fn offers_should_be_of_one_service_when_there_are_several() {
	market(2).service(ALICE).operator(BOB).active_offer(BOB, 1).execute(|| {
		assert_eq!(Registry::offers(0, everything(), None, 9).offers.len(), 2);
		let page = Registry::offers(1, everything(), None, 9);
		assert_eq!(page.offers.iter().map(|offer| &offer.operator).collect::<Vec<_>>(), [&BOB]);
		assert_eq!(Registry::offers(2, everything(), None, 9).offers, []);
	});
}

#[test]
fn offers_should_be_only_those_that_pass_when_a_filter_asks_for_more() {
	market(5).execute(|| {
		let gold = Price { asset: GOLD, amount: 1, period: 1 };
		assert_ok!(Ask { price: gold, ..Ask::default() }.update(account(0), 0));
		let slow = Sla { latency_ms: 900, ..Ask::default().sla };
		assert_ok!(Ask { sla: slow, ..Ask::default() }.update(account(1), 0));
		assert_ok!(Registry::pause_offer(signed(account(2)), 0));
		let passing = |filter| {
			let page = Registry::offers(0, filter, None, MAX_PAGE);
			assert_eq!(page.next, None);
			let mut operators: Vec<_> = page.offers.into_iter().map(|offer| offer.operator).collect();
			operators.sort();
			operators
		};
		let native = Price { asset: NATIVE, amount: 5, period: 1 };
		let all_but = |missing| (0..5).filter(|n| *n != missing).map(account).collect::<Vec<_>>();
		assert_eq!(passing(OfferFilter { max_price: Some(native), ..everything() }), all_but(0));
		assert_eq!(passing(OfferFilter { max_latency_ms: Some(100), ..everything() }), all_but(1));
		assert_eq!(passing(OfferFilter { accepting: true, ..everything() }), all_but(2));
		let staked = OfferFilter { min_stake: Some(503), ..everything() };
		assert_eq!(passing(staked.clone()), [account(3), account(4)]);

		// A page without any that passes is not the end.
		let pages: Vec<_> =
			core::iter::successors(Some(Registry::offers(0, staked.clone(), None, 1)), |page| {
				Some(Registry::offers(0, staked.clone(), Some(page.next.clone()?), 1))
			})
			.collect();
		assert_eq!(pages.len(), 5);
		assert_eq!(pages.iter().map(|page| page.offers.len()).sum::<usize>(), 2);
	});
}
