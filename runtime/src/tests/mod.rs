//! Tests of the composition: what no single pallet can test.

mod calls;
mod configuration;
mod hooks;
mod offers;
mod presets;
mod slashes;
mod stake_model;

use crate::*;
use frame_support::{assert_ok, genesis_builder_helper::build_state, traits::Hooks};
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{DispatchResult, Perbill};
use surety_primitives::{Price, Security, ServiceFlags, ServiceId, Sla, Verifier};

/// Names of all presets.
const PRESETS: [&str; 2] = [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET];

/// The genesis configuration of a preset, whole.
fn genesis_json(preset: &str) -> Value {
	let patch = genesis::preset(&PresetId::from(preset)).expect("the preset exists");
	genesis::whole(serde_json::from_slice(&patch).expect("the preset is JSON")).expect("serializes")
}

/// State right after the genesis of a preset, at block 1.
fn genesis_state(preset: &str) -> TestExternalities {
	let mut state = TestExternalities::new_empty();
	state.execute_with(|| {
		build_state::<RuntimeGenesisConfig>(genesis_json(preset).to_string().into_bytes())
			.expect("the preset is consistent");
		System::set_block_number(1);
	});
	state
}

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

/// The service of `offer_by_alice`.
const SERVICE: ServiceId = 0;
/// What Alice has at stake behind it, and as bond of her offer.
const BOND: Balance = 1_000 * UNIT;

fn price() -> Price<AssetKind, Balance, BlockNumber> {
	Price { asset: AssetKind::Native, amount: 1_000, period: 10 }
}

/// Alice makes a service that asks for `security`, puts half of her stake behind it and offers it to so many clients.
fn offer_by_alice(capacity: u32, security: Vec<Security<AssetKind, Balance>>) {
	let alice = || signed(Sr25519Keyring::Alice);
	let sla = Sla { latency_ms: 100, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };
	let (name, flags) = (b"storage".to_vec(), ServiceFlags::default());
	assert_ok!(Registry::create_service(alice(), name, None, Verifier::None, 0, security, flags));
	assert_ok!(Registry::join(alice(), vec![]));
	stake_on_alice(Sr25519Keyring::Alice, AssetKind::Native, 2 * BOND);
	assert_ok!(Restaking::allocate(alice(), AssetKind::Native, SERVICE, surety_stake::PARTS / 2));
	turn_stake_era();
	assert_ok!(Registry::make_offer(alice(), SERVICE, sla, capacity, price(), vec![], BOND));
	System::set_block_number(
		System::block_number() + pallet_windows::Current::<Runtime>::get().stake.activation,
	);
}

fn stake_on_alice(holder: Sr25519Keyring, asset: AssetKind, amount: Balance) {
	let alice = Sr25519Keyring::Alice.to_account_id();
	assert_ok!(Restaking::stake(signed(holder), alice, asset, amount));
}

fn subscribe_to_alice(client: Sr25519Keyring, prepaid: Balance) -> DispatchResult {
	let alice = Sr25519Keyring::Alice.to_account_id();
	Subscriptions::subscribe(signed(client), alice, SERVICE, price(), prepaid)
}

/// Lets time pass until the next era of stake has begun.
fn turn_stake_era() {
	let end = Restaking::era_status().end;
	System::set_block_number(end);
	Restaking::on_initialize(end);
	assert_eq!(Restaking::era_status().start, end);
}
