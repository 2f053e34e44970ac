//! Slashes, and the governance that reviews them.

use super::*;
use crate::governance::origins::Origin;
use frame_support::{assert_noop, traits::fungible::Inspect};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_staking::UnappliedSlash;
use sp_core::H256;
use surety_primitives::traits::CheckState;

/// Alice, who has all but a few tokens at stake, is reported, and there is a referendum about the veto.
fn reported() -> u32 {
	offer_by_alice(2, vec![]);
	let alice = Sr25519Keyring::Alice.to_account_id();
	let left = Balances::balance(&alice) - 100 * UNIT;
	stake_on_alice(Sr25519Keyring::Alice, AssetKind::Native, left);
	assert_ok!(Registry::set_reporter(
		signed(Sr25519Keyring::Alice),
		SERVICE,
		Some(Sr25519Keyring::Eve.to_account_id())
	));
	assert_ok!(Slashing::report(
		signed(Sr25519Keyring::Eve),
		alice,
		SERVICE,
		Restaking::era(),
		Perbill::from_percent(10),
		H256::repeat_byte(1),
		vec![],
	));
	let veto = RuntimeCall::Slashing(pallet_slashing::Call::veto { slash: 0 });
	let origin: OriginCaller = Origin::SlashVeto.into();
	let call = <Preimage as frame_support::traits::StorePreimage>::bound(veto).expect("is short");
	let moment = frame_support::traits::schedule::DispatchTime::After(0);
	assert_ok!(Referenda::submit(signed(Sr25519Keyring::Bob), Box::new(origin), call, moment));
	0
}

fn aye(balance: Balance) -> AccountVote<Balance> {
	AccountVote::Standard { vote: Vote { aye: true, conviction: Conviction::None }, balance }
}

#[test]
fn what_an_operator_has_at_stake_should_not_vote_on_its_own_slash() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let referendum = reported();
		// A validator's bond is still hers, and so are deposits; what backs her promises is not.
		let alice = Sr25519Keyring::Alice.to_account_id();
		let hers = Balances::total_balance(&alice);
		assert!(Restaking::bonded(&alice, &alice, &AssetKind::Native) > 5_000_000 * UNIT);
		assert_noop!(
			ConvictionVoting::vote(signed(Sr25519Keyring::Alice), referendum, aye(hers + 1)),
			pallet_conviction_voting::Error::<Runtime>::InsufficientFunds
		);
		assert_ok!(ConvictionVoting::vote(signed(Sr25519Keyring::Alice), referendum, aye(hers)));
		assert!(hers < 2_000_000 * UNIT, "{hers}");
	});
}

#[test]
fn a_slash_should_be_vetoed_by_the_tracks_origin_or_the_committee_and_by_nobody_else() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		reported();
		for origin in [RuntimeOrigin::root(), signed(Sr25519Keyring::Alice), Origin::Treasurer.into()] {
			assert_noop!(Slashing::veto(origin, 0), sp_runtime::DispatchError::BadOrigin);
		}
		let third: RuntimeOrigin = pallet_collective::RawOrigin::Members(1, 3).into();
		assert_noop!(Slashing::veto(third, 0), sp_runtime::DispatchError::BadOrigin);
		let two_thirds: RuntimeOrigin = pallet_collective::RawOrigin::Members(2, 3).into();
		assert_ok!(Slashing::veto(two_thirds, 0));
		assert_eq!(SuretyPallets::check_state(), Ok(()));
	});
}

#[test]
fn a_validators_slash_should_be_cancelled_by_the_same_origin() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let slash = UnappliedSlash::<AccountId, Balance> {
			validator: Sr25519Keyring::Alice.to_account_id(),
			own: UNIT,
			others: vec![],
			reporters: vec![],
			payout: 0,
		};
		pallet_staking::UnappliedSlashes::<Runtime>::insert(7, vec![slash]);
		let cancel = |origin| Slashing::veto_validator_slashes(origin, 7, vec![0]);
		assert_noop!(cancel(signed(Sr25519Keyring::Alice)), sp_runtime::DispatchError::BadOrigin);
		assert_noop!(
			Slashing::veto_validator_slashes(Origin::SlashVeto.into(), 7, vec![1]),
			pallet_staking::Error::<Runtime>::InvalidSlashIndex
		);
		assert_ok!(cancel(Origin::SlashVeto.into()));
		assert!(pallet_staking::UnappliedSlashes::<Runtime>::get(7).is_empty());
	});
}
