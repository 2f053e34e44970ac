//! In which assets channels can be opened.

use crate::{mock::*, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use surety_response::Side;

fn open_lead() -> sp_runtime::DispatchResult {
	Channels::open(by(&ALICE), BOB, WithId(LEAD), 0, 10, key(1))
}

#[test]
fn a_channel_in_an_asset_should_be_held_and_paid_in_the_asset() {
	execute(|| {
		// GIVEN
		let id = open_in(IN_GOLD, 1_000, 500);
		assert_eq!((held(IN_GOLD, &ALICE), held(IN_GOLD, &BOB)), (1_000, 500));
		assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT - deposit(), ENDOWMENT - deposit()));
		// WHEN
		assert_ok!(Channels::top_up(by(&ALICE), id, 100));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 1_050, 0)));
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		// THEN
		assert_eq!((free_gold(&ALICE), free_gold(&BOB)), (ENDOWMENT - 1_050, ENDOWMENT + 1_050));
		assert_eq!((free(&ALICE), free(&BOB)), (ENDOWMENT, ENDOWMENT));
	});
}

#[test]
fn an_asset_should_be_refused_until_governance_has_accepted_it() {
	execute(|| {
		assert_noop!(open_lead(), Error::<Test>::AssetNotAccepted);
		assert!(!Channels::accepts_channels_in(WithId(LEAD)));
		System::reset_events();
		assert_ok!(Channels::accept_asset(RuntimeOrigin::root(), WithId(LEAD)));
		assert_eq!(events(), [Event::AssetAccepted { asset: WithId(LEAD) }]);
		assert!(Channels::accepts_channels_in(WithId(LEAD)));
		assert_ok!(open_lead());
	});
}

#[test]
fn only_governance_should_accept_and_retire_assets() {
	execute(|| {
		let refused = DispatchError::BadOrigin;
		assert_noop!(Channels::accept_asset(by(&ISSUER), WithId(LEAD)), refused);
		assert_noop!(Channels::retire_asset(by(&ISSUER), IN_GOLD), refused);
	});
}

#[test]
fn the_native_token_should_always_be_accepted_and_never_be_retired() {
	execute(|| {
		assert!(Channels::accepts_channels_in(Native));
		let root = RuntimeOrigin::root;
		assert_noop!(Channels::accept_asset(root(), Native), Error::<Test>::UnknownAsset);
		assert_noop!(Channels::retire_asset(root(), Native), Error::<Test>::AssetNotAccepted);
		assert_noop!(Channels::accept_asset(root(), WithId(999)), Error::<Test>::UnknownAsset);
		assert_noop!(Channels::retire_asset(root(), WithId(LEAD)), Error::<Test>::AssetNotAccepted);
	});
}

#[test]
fn retiring_an_asset_should_leave_open_channels_as_they_are() {
	execute(|| {
		// GIVEN
		let id = open_in(IN_GOLD, 1_000, 500);
		let proposed = propose(IN_GOLD, (10, 10));
		System::reset_events();
		// WHEN
		assert_ok!(Channels::retire_asset(RuntimeOrigin::root(), IN_GOLD));
		assert_eq!(events(), [Event::AssetRetired { asset: IN_GOLD }]);
		// THEN
		assert_noop!(Channels::accept(by(&BOB), proposed, key(2)), Error::<Test>::AssetNotAccepted);
		assert_ok!(Channels::withdraw_proposal(by(&ALICE), proposed));
		assert_ok!(Channels::top_up(by(&ALICE), id, 1));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 5, 0)));
		close_and_wait(id);
		assert_ok!(Channels::settle(by(&ISSUER), id));
		assert_eq!(free_gold(&BOB), ENDOWMENT + 5);
	});
}
