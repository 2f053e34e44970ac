use super::*;
use frame_support::{
	assert_noop,
	traits::{Get, IntegrityTest},
};
use pallet_referenda::TracksInfo;
use surety_primitives::traits::CheckState;

#[test]
fn every_preset_should_be_named_and_nothing_else() {
	let names: Vec<_> = PRESETS.map(PresetId::from).to_vec();
	assert_eq!(genesis::preset_names(), names);
	assert_eq!(genesis::preset(&PresetId::from("staging")), None);
}

#[test]
fn integrity_tests_should_hold_on_each_preset() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(AllPalletsWithSystem::integrity_test);
	}
	// And with production's windows, which are the defaults of an empty state.
	TestExternalities::new_empty().execute_with(AllPalletsWithSystem::integrity_test);
}

#[test]
fn state_should_hold_on_each_preset() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| assert_eq!(SuretyPallets::check_state(), Ok(()), "{preset}"));
	}
}

#[test]
fn every_preset_should_accept_the_native_token_and_its_asset_for_staking() {
	let alice = || signed(Sr25519Keyring::Alice);
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| {
			assert_ok!(Registry::join(alice(), vec![]));
			let accepted: Vec<_> =
				pallet_assets::Asset::<Runtime>::iter_keys().map(AssetKind::WithId).collect();
			assert_eq!(accepted, [AssetKind::WithId(1)], "{preset}");
			for (asset, one) in [(AssetKind::Native, UNIT), (AssetKind::WithId(1), 1_000_000)] {
				let stake = |amount| {
					Restaking::stake(alice(), Sr25519Keyring::Alice.to_account_id(), asset.clone(), amount)
				};
				assert_noop!(stake(one - 1), pallet_restaking::Error::<Runtime>::BelowMinimum);
				assert_ok!(stake(one));
				// And all of it can be taken back: it is not the last that keeps the pot alive.
				let who = Sr25519Keyring::Alice.to_account_id();
				assert_ok!(Restaking::unbond_all(alice(), who, asset));
			}
			assert_eq!(SuretyPallets::check_state(), Ok(()), "{preset}");
		});
	}
}

#[test]
fn every_preset_should_trust_the_well_known_accounts_as_notaries() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| {
			let trusted = pallet_notary::Trusted::<Runtime>::get();
			assert_eq!(trusted.len(), 6, "{preset}");
			assert!(trusted.contains(&Sr25519Keyring::Ferdie.to_account_id()), "{preset}");
			// And root alone can replace them.
			let none = || Default::default();
			assert_noop!(
				Notary::set_trusted(signed(Sr25519Keyring::Alice), none()),
				sp_runtime::DispatchError::BadOrigin
			);
			assert_ok!(Notary::set_trusted(RuntimeOrigin::root(), none()));
			assert!(pallet_notary::Trusted::<Runtime>::get().is_empty(), "{preset}");
		});
	}
}

#[test]
fn sudo_should_exist_only_in_development() {
	let key = |preset| genesis_state(preset).execute_with(pallet_sudo::Key::<Runtime>::get);
	assert_eq!(key(DEV_RUNTIME_PRESET), Some(Sr25519Keyring::Alice.to_account_id()));
	assert_eq!(key(LOCAL_TESTNET_RUNTIME_PRESET), None);
}

#[test]
fn windows_should_take_seconds_to_minutes_outside_production() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| {
			let windows = pallet_windows::Current::<Runtime>::get();
			let seconds = |blocks: u32| u64::from(blocks) * u64::from(windows.consensus.slot_ms) / 1_000;
			assert!(seconds(windows.stake.unbonding) <= 300, "{preset}");
			assert!(seconds(windows.stake.activation) <= 60, "{preset}");
			assert!(seconds(windows.governance.root.longest_run()) <= 300, "{preset}");
		});
	}
}

#[test]
fn consensus_should_follow_the_windows_of_the_preset() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| {
			let consensus = pallet_windows::Current::<Runtime>::get().consensus;
			assert_eq!(Babe::slot_duration(), u64::from(consensus.slot_ms));
			assert_eq!(
				<Runtime as pallet_babe::Config>::EpochDuration::get(),
				u64::from(consensus.epoch_slots)
			);
			assert_eq!(<Runtime as pallet_staking::Config>::BondingDuration::get(), consensus.bonding_eras);
		});
	}
}

#[test]
fn validators_of_genesis_should_be_authorities_with_keys() {
	for (preset, count) in [(DEV_RUNTIME_PRESET, 1), (LOCAL_TESTNET_RUNTIME_PRESET, 2)] {
		genesis_state(preset).execute_with(|| {
			assert_eq!(Session::validators().len(), count);
			assert_eq!(Babe::authorities().len(), count);
			assert_eq!(Grandpa::grandpa_authorities().len(), count);
		});
	}
}

#[test]
fn tracks_should_be_sorted_and_a_veto_should_end_within_the_review() {
	for preset in PRESETS {
		genesis_state(preset).execute_with(|| {
			governance::Tracks::check_integrity().expect("sorted");
			let veto =
				governance::Tracks::info(governance::tracks::id::SLASH_VETO).expect("the track exists");
			let longest =
				veto.prepare_period + veto.decision_period + veto.confirm_period + veto.min_enactment_period;
			assert!(longest <= pallet_windows::Current::<Runtime>::get().stake.review, "{preset}");
		});
	}
}

#[test]
fn genesis_should_be_refused_in_words_when_windows_are_inconsistent() {
	let mut json = genesis_json(DEV_RUNTIME_PRESET);
	json["windows"]["windows"]["stake"]["unbonding"] = 1.into();
	let refusal = TestExternalities::new_empty()
		.execute_with(|| build_state::<RuntimeGenesisConfig>(json.to_string().into_bytes()))
		.expect_err("refused");
	assert!(refusal.contains("stake.unbonding must be at least"), "{refusal}");
}
