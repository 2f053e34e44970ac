use crate::{mock::*, Current, GenesisConfig, Windows as Values};
use frame_support::traits::BuildGenesisConfig;
use surety_primitives::traits::CheckState;

#[test]
fn genesis_should_set_the_windows() {
	let mut windows = Values::default();
	windows.stake.activation = 3;
	new_test_ext().execute_with(|| {
		GenesisConfig::<Test> { windows, ..Default::default() }.build();
		assert_eq!(Current::<Test>::get(), windows);
		assert_eq!(Windows::check_state(), Ok(()));
	});
}

#[test]
fn genesis_should_be_refused_in_words_when_inconsistent() {
	let mut json = serde_json::to_value(GenesisConfig::<Test>::default()).expect("serializes");
	serde_json::from_value::<GenesisConfig<Test>>(json.clone()).expect("the default is consistent");
	json["windows"]["stake"]["unbonding"] = 1.into();
	let refusal = serde_json::from_value::<GenesisConfig<Test>>(json).err().expect("refused").to_string();
	assert!(refusal.contains("stake.unbonding must be at least"), "{refusal}");
}

#[test]
fn genesis_should_be_refused_when_a_name_is_misspelt() {
	let mut json = serde_json::to_value(GenesisConfig::<Test>::default()).expect("serializes");
	json["windows"]["stake"]["unbondign"] = 1.into();
	let refusal = serde_json::from_value::<GenesisConfig<Test>>(json).err().expect("refused").to_string();
	assert!(refusal.contains("unbondign"), "{refusal}");
}

#[test]
fn state_check_should_fail_when_the_stored_windows_are_inconsistent() {
	new_test_ext().execute_with(|| {
		Current::<Test>::mutate(|w| w.stake.unbonding = 0);
		assert!(Windows::check_state().is_err());
	});
}
