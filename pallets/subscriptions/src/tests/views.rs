use crate::mock::*;
use frame_support::assert_ok;
use surety_primitives::{
	api::{SubscriptionInfo, SubscriptionPage, MAX_PAGE},
	SubscriptionId,
};

fn ids(page: &SubscriptionPage) -> Vec<SubscriptionId> {
	page.subscriptions.iter().map(|s| s.id).collect()
}

#[test]
fn subscription_should_be_described_as_it_stands_now() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(25, 10), 1_000);
		advance(12);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		advance(3);
		// THEN 37.5 are due, of which 30 are paid.
		let expected = SubscriptionInfo {
			id,
			client: ALICE,
			operator: OPERATOR,
			service: SERVICE,
			price: native(25, 10),
			sla: SLA,
			started: 1,
			ends_at: Some(401),
			ended: false,
			deposited: 1_000,
			claimed: 30,
			claimable: 7,
			refundable: 962,
		};
		assert_eq!(Subscriptions::subscription(id), Some(expected));
		assert_eq!(Subscriptions::subscription(id + 1), None);
	});
}

#[test]
fn subscription_should_tell_what_cancelling_returns() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(25, 10), 1_000);
		advance(15);
		let info = Subscriptions::subscription(id).expect("is open");
		let before = free(&ALICE);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!(free(&ALICE), before + info.refundable + deposit());
	});
}

#[test]
fn subscription_should_show_the_end_when_notice_was_given_or_the_offer_closes() {
	execute(|| {
		let id = open(ALICE, OPERATOR, native(0, 10), 0);
		let end = || Subscriptions::subscription(id).map(|s| (s.ends_at, s.ended));
		assert_eq!(end(), Some((None, false)));
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		assert_eq!(end(), Some((Some(1 + notice()), false)));
		Book::close(&OPERATOR, SERVICE, 9);
		assert_eq!(end(), Some((Some(9), false)));
		advance(8);
		assert_eq!(end(), Some((Some(9), true)));
	});
}

#[test]
fn pages_should_hold_everything_once_when_followed_to_the_end() {
	execute(|| {
		// GIVEN
		let mut mine: Vec<_> = (0..7).map(|_| open(ALICE, OPERATOR, native(1, 1), 10)).collect();
		let others: Vec<_> = (0..3).map(|_| open(BOB, OPERATOR, native(1, 1), 10)).collect();
		// WHEN
		let mut found = Vec::new();
		let mut cursor = None;
		loop {
			let page = Subscriptions::of_client(ALICE, cursor, 3);
			assert!(page.subscriptions.len() <= 3);
			assert!(page.subscriptions.iter().all(|s| s.client == ALICE));
			found.extend(ids(&page));
			cursor = page.next;
			if cursor.is_none() {
				break;
			}
		}
		// THEN
		found.sort();
		assert_eq!(found, mine);
		mine.extend(others);
		let page = Subscriptions::of_operator(OPERATOR, None, 10);
		assert_eq!(page.next, None);
		let mut all = ids(&page);
		all.sort();
		assert_eq!(all, mine);
		let first = Subscriptions::of_operator(OPERATOR, None, 4);
		let rest = Subscriptions::of_operator(OPERATOR, first.next, 10);
		assert_eq!([ids(&first), ids(&rest)].concat(), ids(&page));
	});
}

#[test]
fn pages_should_go_on_when_the_cursor_is_gone() {
	execute(|| {
		for _ in 0..6 {
			open(ALICE, OPERATOR, native(1, 1), 10);
		}
		let all = ids(&Subscriptions::of_client(ALICE, None, 10));
		let page = Subscriptions::of_client(ALICE, None, 2);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), all[1]));
		assert_eq!(page.next, Some(all[1]));
		assert_eq!(ids(&Subscriptions::of_client(ALICE, page.next, 10)), all[2..]);
	});
}

#[test]
fn pages_should_clamp_their_limit() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(1, 1), MAX_PAGE + 1);
		for _ in 0..=MAX_PAGE {
			open(ALICE, OPERATOR, native(1, 1), 10);
		}
		assert_eq!(Subscriptions::of_client(ALICE, None, 0).subscriptions.len(), 1);
		let most = Subscriptions::of_client(ALICE, None, u32::MAX);
		assert_eq!(most.subscriptions.len(), MAX_PAGE as usize);
		assert_eq!(Subscriptions::of_client(ALICE, most.next, u32::MAX).subscriptions.len(), 1);
	});
}

#[test]
fn pages_should_be_empty_when_there_is_nothing() {
	execute(|| {
		let nothing = SubscriptionPage { subscriptions: vec![], next: None };
		assert_eq!(Subscriptions::of_client(ALICE, None, 5), nothing);
		assert_eq!(Subscriptions::of_operator(OPERATOR, Some(3), 5), nothing);
	});
}
