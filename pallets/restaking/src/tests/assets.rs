use crate::{mock::*, AcceptedAssets, AssetTerms, Error, Event};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;
use surety_primitives::AssetKind;

#[test]
fn accept_asset_should_change_the_terms_when_it_is_accepted_already() {
	execute(|| {
		assert_ok!(Restaking::accept_asset(RuntimeOrigin::root(), GOLD, 5));
		let terms = AcceptedAssets::<Test>::get().into_iter().find(|(asset, _)| *asset == GOLD);
		assert_eq!(terms, Some((GOLD, AssetTerms { min_position: 5 })));
		assert_eq!(events(), [Event::AssetAccepted { asset: GOLD, min_position: 5 }]);
	});
}

#[test]
fn accept_asset_should_refuse_what_cannot_be_staked() {
	execute(|| {
		let accept = |asset, least| Restaking::accept_asset(RuntimeOrigin::root(), asset, least);
		assert_noop!(Restaking::accept_asset(signed(&ALICE), GOLD, 1), DispatchError::BadOrigin);
		assert_noop!(accept(GOLD, 0), Error::<Test>::ZeroAmount);
		assert_noop!(accept(AssetKind::WithId(404), 1), Error::<Test>::UnknownAsset);
		assert_noop!(accept(TIN, 1), Error::<Test>::PotNotFunded);
		assert_ok!(Assets::transfer(signed(&ALICE), 8, Restaking::pot(), MINIMUM));
		assert_noop!(accept(TIN, 1), Error::<Test>::MaxAssetsExceeded);
		assert_ok!(Restaking::retire_asset(RuntimeOrigin::root(), GOLD));
		assert_ok!(accept(TIN, 1));
	});
}

#[test]
fn stake_in_a_retired_asset_should_stay_and_be_free_to_leave() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 500);
		assert_noop!(Restaking::retire_asset(signed(&ALICE), GOLD), DispatchError::BadOrigin);
		assert_ok!(Restaking::retire_asset(RuntimeOrigin::root(), GOLD));
		assert_noop!(Restaking::retire_asset(RuntimeOrigin::root(), GOLD), Error::<Test>::AssetNotAccepted);
		assert_noop!(
			Restaking::stake(signed(&OPERATOR), OPERATOR, GOLD, 500),
			Error::<Test>::AssetNotAccepted
		);
		advance_to_era(2);
		// Without terms there is no least to leave behind.
		assert_ok!(Restaking::unbond(signed(&OPERATOR), OPERATOR, GOLD, 499));
		assert_eq!(worth(&OPERATOR, GOLD), (1, 499));
	});
}

#[test]
fn nothing_should_be_swept_where_nothing_waits() {
	execute(|| {
		stake(&OPERATOR, &OPERATOR, GOLD, 500);
		assert_noop!(Restaking::sweep(signed(&BOB), GOLD), Error::<Test>::NothingUnmoved);
	});
}
