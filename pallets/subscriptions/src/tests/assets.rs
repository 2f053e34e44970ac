use crate::{mock::*, Error, Event, Remainders};
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use surety_primitives::{traits::Offers, AssetKind};

const IN_GOLD: AssetKind = AssetKind::WithId(GOLD);

#[test]
fn an_asset_price_should_be_held_and_paid_in_the_asset() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		assert_eq!(prepaid(IN_GOLD, &ALICE), 1_000);
		assert_eq!(prepaid(AssetKind::Native, &ALICE), 0);
		assert_eq!(free(&ALICE), ENDOWMENT - deposit());
		// WHEN
		assert_ok!(Subscriptions::top_up(signed(&ALICE), id, 500));
		advance(25);
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 250);
		advance(5);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		// THEN
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 300);
		assert_eq!(free_gold(&ALICE), ENDOWMENT - 300);
		assert_eq!((free(&ALICE), free(&OPERATOR)), (ENDOWMENT, ENDOWMENT));
		assert_eq!(Assets::total_balance(GOLD, &ALICE), ENDOWMENT - 300);
	});
}

#[test]
fn two_subscriptions_in_different_assets_should_not_touch_each_other() {
	execute(|| {
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		Book::offer(&OPERATOR, 6, native(100, 10), 1);
		assert_ok!(Subscriptions::subscribe(signed(&ALICE), OPERATOR, 6, native(100, 10), 2_000));
		advance(10);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		assert_eq!((prepaid(IN_GOLD, &ALICE), prepaid(AssetKind::Native, &ALICE)), (0, 2_000));
		assert_eq!(deposit_held(&ALICE), deposit());
	});
}

#[test]
fn claim_should_be_refused_when_it_is_under_the_minimum_of_an_asset_new_to_the_operator() {
	execute(|| {
		let id = open(ALICE, PAUPER, gold(1, 1), 1_000);
		advance(MINIMUM as u32 - 1);
		assert_noop!(Subscriptions::claim(signed(&PAUPER), id), Error::<Test>::OperatorCannotReceive);
		advance(1);
		assert_ok!(Subscriptions::claim(signed(&PAUPER), id));
		assert_eq!(free_gold(&PAUPER), MINIMUM);
	});
}

#[test]
fn claim_should_be_refused_and_nothing_lost_when_the_operator_is_blocked() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		advance(10);
		assert_ok!(Assets::block(signed(&ISSUER), GOLD, OPERATOR));
		// WHEN
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::OperatorCannotReceive);
		// THEN
		assert_ok!(Assets::thaw(signed(&ISSUER), GOLD, OPERATOR));
		assert_ok!(Subscriptions::claim(signed(&OPERATOR), id));
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 100);
	});
}

#[test]
fn claim_should_be_refused_and_nothing_changed_when_the_asset_is_frozen() {
	execute(|| {
		// The asset's pallet finds out only after it has taken the money off hold.
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		advance(10);
		assert_ok!(Assets::freeze_asset(signed(&ISSUER), GOLD));
		assert_noop!(Subscriptions::claim(signed(&OPERATOR), id), Error::<Test>::OperatorCannotReceive);
	});
}

#[test]
fn cancel_should_refund_the_client_at_once_when_the_operator_is_blocked() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		advance(10);
		assert_ok!(Assets::block(signed(&ISSUER), GOLD, OPERATOR));
		// WHEN
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		// THEN
		assert_eq!(free_gold(&ALICE), ENDOWMENT - 100);
		assert_eq!(prepaid(IN_GOLD, &ALICE), 100);
		assert_noop!(Subscriptions::settle(signed(&OPERATOR), id), Error::<Test>::NothingToSettle);
		assert_ok!(Assets::thaw(signed(&ISSUER), GOLD, OPERATOR));
		assert_ok!(Subscriptions::settle(signed(&OPERATOR), id));
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 100);
		assert_eq!(free(&ALICE), ENDOWMENT);
	});
}

#[test]
fn close_should_pay_the_operator_and_free_its_place_when_the_client_is_blocked() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		assert_ok!(Subscriptions::give_notice(signed(&OPERATOR), id));
		advance(notice());
		assert_ok!(Assets::block(signed(&ISSUER), GOLD, ALICE));
		// WHEN
		assert_ok!(Subscriptions::close(signed(&OPERATOR), id));
		// THEN
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 200);
		assert_eq!(Book::occupied(&OPERATOR, SERVICE), 0);
		let forfeits_at = 1 + 2 * notice();
		System::assert_last_event(Event::RemainderKept { id, owed: 0, refund: 800, forfeits_at }.into());
		assert_ok!(Assets::thaw(signed(&ISSUER), GOLD, ALICE));
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		assert_eq!(free_gold(&ALICE), ENDOWMENT - 200);
		assert_eq!(free(&ALICE), ENDOWMENT);
	});
}

#[test]
fn cancel_should_end_the_subscription_and_keep_everything_when_the_asset_is_frozen() {
	execute(|| {
		// GIVEN
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		advance(10);
		assert_ok!(Assets::freeze_asset(signed(&ISSUER), GOLD));
		// WHEN
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		// THEN no more accrues, however long the freeze.
		advance(1);
		assert_noop!(Subscriptions::settle(signed(&ALICE), id), Error::<Test>::NothingToSettle);
		let left = Remainders::<Test>::get(id).map(|left| (left.owed, left.refund, left.deposit));
		assert_eq!(left, Some((100, 900, deposit())));
		assert_ok!(Assets::thaw_asset(signed(&ISSUER), GOLD));
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		assert_eq!(free_gold(&OPERATOR), ENDOWMENT + 100);
		assert_eq!(free_gold(&ALICE), ENDOWMENT - 100);
	});
}

#[test]
fn settle_should_pass_the_operators_part_on_even_when_the_client_cannot_take_it_yet() {
	execute(|| {
		// GIVEN both are blocked.
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		advance(10);
		assert_ok!(Assets::block(signed(&ISSUER), GOLD, OPERATOR));
		assert_ok!(Assets::block(signed(&ISSUER), GOLD, ALICE));
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
		advance(notice());
		// WHEN
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		// THEN
		let settled = Event::Settled { id, paid: 0, refunded: 0, forfeited: 100, complete: false };
		System::assert_last_event(settled.into());
		check();
		assert_noop!(Subscriptions::settle(signed(&BOB), id), Error::<Test>::NothingToSettle);
		assert_ok!(Assets::thaw(signed(&ISSUER), GOLD, ALICE));
		assert_ok!(Subscriptions::settle(signed(&BOB), id));
		assert_eq!(free_gold(&ALICE), ENDOWMENT);
	});
}

#[test]
fn subscribe_should_be_refused_when_the_asset_is_unknown_or_frozen() {
	execute(|| {
		let unknown = crate::PriceOf { asset: AssetKind::WithId(404), amount: 1, period: 1 };
		Book::offer(&OPERATOR, 1, unknown.clone(), 1);
		Book::offer(&OPERATOR, 2, gold(1, 1), 1);
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, 1, unknown, 100),
			sp_runtime::TokenError::FundsUnavailable
		);
		assert_ok!(Assets::freeze_asset(signed(&ISSUER), GOLD));
		assert_noop!(
			Subscriptions::subscribe(signed(&ALICE), OPERATOR, 2, gold(1, 1), 100),
			sp_runtime::TokenError::FundsUnavailable
		);
	});
}

#[test]
fn an_asset_should_not_be_destroyed_when_prepayments_are_held_in_it() {
	execute(|| {
		let id = open(ALICE, OPERATOR, gold(100, 10), 1_000);
		assert_noop!(
			Assets::start_destroy(signed(&ISSUER), GOLD),
			pallet_assets::Error::<Test>::ContainsHolds
		);
		assert_ok!(Subscriptions::cancel(signed(&ALICE), id));
	});
}
