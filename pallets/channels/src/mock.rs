//! A runtime with the native token, assets with holds, and channels; and keys of those who have them.

use crate as pallet_channels;
use crate::{Channel, Channels as Stored, NextChannelId, Watcher};
pub(crate) use frame_support::traits::fungible::NativeOrWithId::{Native, WithId};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Inspect as _, InspectHold as _, NativeFromLeft, UnionOf},
		fungibles::{Inspect as _, InspectHold as _},
		AsEnsureOriginWithArg,
	},
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_core::{ed25519, sr25519, Pair as _, H256};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult};
use surety_primitives::{traits::CheckState, AccountId, AssetKind, Balance, BlockNumber, ChannelId};
use surety_response::{
	CloseTerms, Endorsement, KeyIndex, Message, PerSide, PublicKey, Side, Signature, Signed, Voucher,
};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeHoldReason,
		RuntimeFreezeReason,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(3)]
	pub type AssetsHolder = pallet_assets_holder;
	#[runtime::pallet_index(4)]
	pub type Channels = pallet_channels;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const MIN_WINDOW: BlockNumber = 5;
pub(crate) const MAX_WINDOW: BlockNumber = 1_000;

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub const MinCloseWindow: BlockNumber = MIN_WINDOW;
	pub const MaxCloseWindow: BlockNumber = MAX_WINDOW;
	pub storage CloseWindow: BlockNumber = 20;
	pub storage ProposalLifetime: BlockNumber = 10;
	pub storage StorageDeposit: Balance = 100;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type Currency = Balances;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

/// The holder's pallet inspects and holds assets both, so it alone is the union's right half.
pub(crate) type Tokens = UnionOf<Balances, AssetsHolder, NativeFromLeft, AssetKind, AccountId>;

impl pallet_channels::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Assets = Tokens;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<
		UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>,
		frame_support::traits::ConstU32<77>,
	>;
	type CloseWindow = CloseWindow;
	type Currency = Balances;
	type MaxCloseWindow = MaxCloseWindow;
	type MinCloseWindow = MinCloseWindow;
	type ProposalLifetime = ProposalLifetime;
	type RuntimeHoldReason = RuntimeHoldReason;
	type StorageDeposit = StorageDeposit;
	type WeightInfo = ();
}

/// Opens channels.
pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
/// Accepts them.
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([3; 32]);
/// Has native tokens for deposits, and no gold.
pub(crate) const PAUPER: AccountId = AccountId::new([12; 32]);
/// Watches channels; has neither native tokens nor assets.
pub(crate) const WATCHER: AccountId = AccountId::new([13; 32]);
/// Owns the assets, and is party to nothing.
pub(crate) const ISSUER: AccountId = AccountId::new([99; 32]);

/// An asset with a minimum balance of [`MINIMUM`].
pub(crate) const GOLD: u32 = 7;
pub(crate) const IN_GOLD: AssetKind = WithId(GOLD);
/// An asset that nobody has accepted.
pub(crate) const LEAD: u32 = 8;
pub(crate) const MINIMUM: Balance = 50;
pub(crate) const ENDOWMENT: Balance = 1_000_000;

/// What signs vouchers.
pub(crate) enum Pair {
	Sr25519(Box<sr25519::Pair>),
	Ed25519(Box<ed25519::Pair>),
}

impl Pair {
	/// The pair of this number: an sr25519 one where it is odd, else an ed25519 one.
	pub(crate) fn new(number: u8) -> Self {
		if number % 2 == 1 {
			Self::Sr25519(Box::new(sr25519::Pair::from_seed(&[number; 32])))
		} else {
			Self::Ed25519(Box::new(ed25519::Pair::from_seed(&[number; 32])))
		}
	}

	pub(crate) fn public(&self) -> PublicKey {
		match self {
			Self::Sr25519(pair) => PublicKey::Sr25519(pair.public().0),
			Self::Ed25519(pair) => PublicKey::Ed25519(pair.public().0),
		}
	}

	pub(crate) fn sign(&self, message: &impl Message, genesis: &H256) -> Signature {
		let payload = message.signing_payload(genesis);
		match self {
			Self::Sr25519(pair) => Signature::Sr25519(pair.sign(&payload).0),
			Self::Ed25519(pair) => Signature::Ed25519(pair.sign(&payload).0),
		}
	}
}

/// Number of the first key of whoever opens a channel.
pub(crate) const OPENER_KEY: u8 = 1;
/// Number of the first key of whoever accepts it.
pub(crate) const ACCEPTOR_KEY: u8 = 2;

pub(crate) fn key(number: u8) -> PublicKey {
	Pair::new(number).public()
}

/// Signed by the pair of this number, which is the first that its party has registered.
pub(crate) fn sign(number: u8, message: &impl Message) -> Signed {
	sign_as(0, number, message)
}

/// Signed by the pair of this number, said to be at this place among its party's keys.
pub(crate) fn sign_as(place: KeyIndex, number: u8, message: &impl Message) -> Signed {
	Signed { key: place, signature: Pair::new(number).sign(message, &Channels::genesis()) }
}

/// Number of the first key of a side.
pub(crate) fn key_of(side: Side) -> u8 {
	match side {
		Side::Opener => OPENER_KEY,
		Side::Acceptor => ACCEPTOR_KEY,
	}
}

pub(crate) fn voucher(channel: ChannelId, paid: Balance, received_ack: Balance) -> Voucher {
	Voucher { channel, paid, received_ack }
}

/// The payee of a voucher hands it in, as the other has signed it.
pub(crate) fn hand_in(payee: Side, voucher: Voucher) -> DispatchResult {
	let who = stored(voucher.channel).parties.of(payee).account.clone();
	Channels::hand_in(by(&who), payee, voucher, sign(key_of(payee.other()), &voucher), None)
}

/// A watcher hands it in with the payee's endorsement.
pub(crate) fn hand_in_by(watcher: &AccountId, payee: Side, voucher: Voucher) -> DispatchResult {
	let endorsement = sign(key_of(payee), &Endorsement(voucher));
	let signed = sign(key_of(payee.other()), &voucher);
	Channels::hand_in(by(watcher), payee, voucher, signed, Some(endorsement))
}

/// Closes a channel on terms that both have signed.
pub(crate) fn close_on(terms: CloseTerms) -> DispatchResult {
	let signatures = PerSide { opener: sign(OPENER_KEY, &terms), acceptor: sign(ACCEPTOR_KEY, &terms) };
	Channels::close_cooperatively(by(&ISSUER), terms, signatures)
}

pub(crate) fn both<T>(opener: T, acceptor: T) -> PerSide<T> {
	PerSide { opener, acceptor }
}

pub(crate) fn new_test_ext() -> TestExternalities {
	let rich = [ALICE, BOB, CAROL, PAUPER, ISSUER];
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	pallet_balances::GenesisConfig::<Test> {
		balances: rich.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_assets::GenesisConfig::<Test> {
		assets: vec![(GOLD, ISSUER, true, MINIMUM), (LEAD, ISSUER, true, 1)],
		accounts: [ALICE, BOB, CAROL, ISSUER].iter().map(|who| (GOLD, who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	let mut ext = TestExternalities::from(storage);
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
	ext.execute_with(|| {
		System::set_block_number(1);
		Channels::accept_asset(RuntimeOrigin::root(), IN_GOLD).expect("exists");
		System::reset_events();
	});
	ext
}

/// Runs `test` in block 1 and checks afterwards that the state holds and that no token was made or lost.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		let issued = (Balances::total_issuance(), Assets::total_supply(GOLD));
		test();
		check();
		assert_eq!((Balances::total_issuance(), Assets::total_supply(GOLD)), issued);
		for (asset, issued) in [(Native, issued.0), (IN_GOLD, issued.1)] {
			let owned: Balance = [ALICE, BOB, CAROL, PAUPER, WATCHER, ISSUER]
				.iter()
				.map(|who| Tokens::total_balance(asset.clone(), who))
				.sum();
			assert_eq!(owned, issued);
		}
	});
}

pub(crate) fn check() {
	Channels::check_state().expect("state holds");
}

/// Alice proposes a channel to Bob with so much from each.
pub(crate) fn propose(asset: AssetKind, deposits: (Balance, Balance)) -> ChannelId {
	propose_to(BOB, asset, deposits)
}

pub(crate) fn propose_to(with: AccountId, asset: AssetKind, deposits: (Balance, Balance)) -> ChannelId {
	let id = NextChannelId::<Test>::get();
	Channels::open(by(&ALICE), with, asset, deposits.0, deposits.1, key(OPENER_KEY)).expect("proposes");
	id
}

/// A channel in the native token from Alice to Bob with so much from each.
pub(crate) fn open(opener: Balance, acceptor: Balance) -> ChannelId {
	open_in(Native, opener, acceptor)
}

pub(crate) fn open_in(asset: AssetKind, opener: Balance, acceptor: Balance) -> ChannelId {
	let id = propose(asset, (opener, acceptor));
	Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)).expect("accepts");
	id
}

/// Begins to close a channel, and goes to the first block in which it can be settled.
pub(crate) fn close_and_wait(id: ChannelId) {
	Channels::close_unilaterally(by(&ALICE), id).expect("is open");
	advance(window());
}

pub(crate) fn watcher(reward: Balance) -> Option<Watcher<AccountId>> {
	Some(Watcher { account: WATCHER, reward })
}

pub(crate) fn by(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn advance(blocks: BlockNumber) {
	System::set_block_number(System::block_number() + blocks);
}

pub(crate) fn stored(id: ChannelId) -> Channel<AccountId> {
	Stored::<Test>::get(id).expect("is there")
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn free_gold(who: &AccountId) -> Balance {
	Assets::balance(GOLD, who)
}

/// What `who` has won or lost of the native token, free now, since the beginning.
pub(crate) fn gained(who: &AccountId) -> i128 {
	free(who) as i128 - ENDOWMENT as i128
}

pub(crate) fn held(asset: AssetKind, who: &AccountId) -> Balance {
	Tokens::balance_on_hold(asset, &crate::HoldReason::Channel.into(), who)
}

pub(crate) fn storage_held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Storage.into(), who)
}

/// The storage deposit of a channel opened now.
pub(crate) fn deposit() -> Balance {
	StorageDeposit::get()
}

/// The window of a channel proposed now.
pub(crate) fn window() -> BlockNumber {
	CloseWindow::get()
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Channels(event) => Some(event),
			_ => None,
		})
		.collect()
}
