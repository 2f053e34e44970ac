//! Who and what there is in the fuzzer's world.

use sp_keyring::Sr25519Keyring;
use std::sync::OnceLock;
use surety_primitives::AssetId;
use surety_runtime::{config::governance::TreasuryAccount, AccountId, Balance};

/// The asset that the preset brings along.
pub const DOLLAR: AssetId = 1;
/// One whole of it.
pub const DOLLAR_UNIT: Balance = 1_000_000;
/// The least that an account has of it.
pub const MINIMUM: Balance = 10_000;
/// Assets that there are or may come to be.
pub const ASSETS: [AssetId; 3] = [DOLLAR, 2, 3];

/// Everybody who acts: people with money, the first of whom issues the dollar, makes the blocks and is of the
/// committee; and two who have nothing until they are given something.
pub fn all() -> &'static [AccountId] {
	static ALL: OnceLock<Vec<AccountId>> = OnceLock::new();
	ALL.get_or_init(|| {
		use Sr25519Keyring::{Alice, AliceStash, Bob, BobStash, Charlie, Dave, Eve, Ferdie};
		let rich =
			[Alice, Bob, Charlie, Dave, Eve, Ferdie, AliceStash, BobStash].map(|key| key.to_account_id());
		rich.into_iter().chain([[7; 32].into(), [8; 32].into()]).collect()
	})
}

/// Who issues the dollar.
pub fn issuer() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

/// Members of the technical committee.
pub fn committee() -> [AccountId; 3] {
	[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie].map(|key| key.to_account_id())
}

/// The treasury.
pub fn treasury() -> AccountId {
	TreasuryAccount::get()
}
