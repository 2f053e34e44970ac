//! A runtime with nothing but the windows.

use crate as pallet_windows;
use frame_support::derive_impl;
use frame_system::EnsureRoot;
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;
use surety_primitives::traits::CheckState;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Windows = pallet_windows;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

impl pallet_windows::Config for Test {
	type AdminOrigin = EnsureRoot<u64>;
	type WeightInfo = ();
}

pub(crate) fn new_test_ext() -> TestExternalities {
	RuntimeGenesisConfig::default().build_storage().map(Into::into).unwrap_or_default()
}

/// Runs `test` on production's windows and checks the state afterwards.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		System::set_block_number(1);
		test();
		Windows::check_state().expect("state holds");
	});
}
