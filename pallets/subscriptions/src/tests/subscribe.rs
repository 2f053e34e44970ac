use crate::{mock::*, ByClient, ByOperator, Error, Event, NextSubscriptionId, Subscription};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};
use surety_primitives::{traits::Offers, AssetKind};

#[test]
fn subscribe_should_hold_the_prepayment_and_the_deposit() {
	execute(|| {
		// GIVEN
		let price = native(100, 10);
		Book::offer(&OPERATOR, SERVICE, price.clone(), 1);
		// WHEN
		assert_ok!(Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, price.clone(), 1_000));
		// THEN
		let expected = Subscription {
			client: ALICE,
			operator: OPERATOR,
			service: SERVICE,
			price: price.clone(),
			sla: SLA,
			started: 1,
			deposited: 1_000,
			claimed: 0,
			notice_ends_at: None,
			notice: notice(),
			deposit: deposit(),
		};
		assert_eq!(stored(0), expected);
		assert!(ByClient::<Test>::contains_key(ALICE, 0));
		assert!(ByOperator::<Test>::contains_key(OPERATOR, 0));
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 1_000);
		assert_eq!(deposit_held(&ALICE), deposit());
		assert_eq!(free(&ALICE), ENDOWMENT - 1_000 - deposit());
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 1);
		System::assert_last_event(
			Event::Subscribed {
				id: 0,
				client: ALICE,
				operator: OPERATOR,
				service: SERVICE,
				price,
				sla: SLA,
				prepaid: 1_000,
				deposit: deposit(),
			}
			.into(),
		);
	});
}

#[test]
fn subscribe_should_give_two_places_and_two_numbers_when_done_twice_in_a_block() {
	execute(|| {
		let first = open(ALICE, OPERATOR, native(100, 10), 1_000);
		let second = open(ALICE, OPERATOR, native(100, 10), 500);
		assert_eq!((first, second), (0, 1));
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 2);
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 1_500);
		assert_eq!(deposit_held(&ALICE), 2 * deposit());
	});
}

#[test]
fn subscribe_should_never_reuse_a_number() {
	execute(|| {
		let first = open(ALICE, OPERATOR, native(100, 10), 1_000);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), first));
		assert_eq!(open(ALICE, OPERATOR, native(100, 10), 1_000), first + 1);
	});
}

#[test]
fn subscribe_should_keep_its_terms_when_offer_and_parameters_change_later() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, native(100, 10), 1_000);
		// WHEN
		Book::change(&OPERATOR, SERVICE, |page| page.price = native(999, 10));
		NoticePeriod::set(&3);
		DepositAmount::set(&7);
		advance(10);
		// THEN
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_eq!(free(&OPERATOR), ENDOWMENT + 100);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		assert_eq!(stored(id).notice_ends_at, Some(11 + 20));
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!(deposit_held(&ALICE), 0);
	});
}

#[test]
fn subscribe_should_be_refused_when_unsigned() {
	execute(|| {
		let call = Subscriptions::subscribe(RuntimeOrigin::root(), OPERATOR, SERVICE, native(1, 1), 1);
		assert_noop!(call, DispatchError::BadOrigin);
	});
}

#[test]
fn subscribe_should_be_refused_when_to_oneself() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(100, 10), 1);
		assert_noop!(
			Subscriptions::subscribe(signed(&OPERATOR), OPERATOR, SERVICE, native(100, 10), 1_000),
			Error::<Test>::SelfSubscription
		);
	});
}

#[test]
fn subscribe_should_be_refused_when_the_price_is_not_the_expected_one() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(101, 10), 1);
		for expected in [native(100, 10), native(101, 11), gold(101, 10)] {
			assert_noop!(
				Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, expected, 1_000),
				Error::<Test>::PriceChanged
			);
		}
	});
}

#[test]
fn subscribe_should_be_refused_when_the_prepayment_is_under_a_block() {
	execute(|| {
		// A block costs 33.4: 33 do not pay for it.
		let price = native(334, 10);
		Book::offer(&OPERATOR, SERVICE, price.clone(), 1);
		for prepaid in [0, 33] {
			assert_noop!(
				Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, price.clone(), prepaid),
				Error::<Test>::PrepaymentTooSmall
			);
		}
		assert_ok!(Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, price, 34));
	});
}

#[test]
fn subscribe_should_be_refused_when_nothing_is_prepaid_for_a_block_that_costs_under_a_unit() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(1, 1_000), 1);
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(1, 1_000), 0),
			Error::<Test>::PrepaymentTooSmall
		);
	});
}

#[test]
fn subscribe_should_be_refused_when_the_period_is_zero() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(1, 0), 1);
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(1, 0), 1_000),
			Error::<Test>::PrepaymentTooSmall
		);
	});
}

#[test]
fn subscribe_should_be_refused_when_the_offer_is_missing_full_or_closing() {
	execute(|| {
		let subscribe =
			|| Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(100, 10), 1_000);
		assert_noop!(subscribe(), DispatchError::Other("no such offer"));
		Book::offer(&OPERATOR, SERVICE, native(100, 10), 1);
		assert_ok!(subscribe());
		assert_noop!(subscribe(), DispatchError::Other("full"));
		Book::close(&OPERATOR, SERVICE, 50);
		assert_noop!(subscribe(), DispatchError::Other("closing"));
	});
}

#[test]
fn subscribe_should_be_refused_when_the_money_is_not_there() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(100, 10), 1);
		// All but the existential deposit and the storage deposit can be prepaid, and not one more.
		let most = ENDOWMENT - EXISTENTIAL_DEPOSIT - deposit();
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(100, 10), most + 1),
			TokenError::FundsUnavailable
		);
		assert_ok!(Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(100, 10), most));
	});
}

#[test]
fn subscribe_should_be_refused_when_the_deposit_is_not_there() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, gold(100, 10), 1);
		endow_from_issuer(&PAUPER, deposit());
		assert_noop!(
			Subscriptions::subscribe(signed(&PAUPER), OPERATOR, SERVICE, gold(100, 10), 1_000),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn subscribe_should_be_refused_when_numbers_are_used_up() {
	execute(|| {
		Book::offer(&OPERATOR, SERVICE, native(100, 10), 1);
		NextSubscriptionId::<Test>::put(u64::MAX);
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, SERVICE, native(100, 10), 1_000),
			ArithmeticError::Overflow
		);
	});
}
