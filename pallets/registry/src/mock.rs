//! A runtime with real balances and assets.

use crate as pallet_registry;
use crate::{Price, Terms};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, ConstU128, ConstU32,
	},
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_io::TestExternalities;
use sp_runtime::{
	traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill, TryRuntimeError,
};
use surety_primitives::{
	traits::{CheckState, Offers as _},
	AccountId, AssetKind, Balance, BlockNumber, OfferState, ServiceFlags, ServiceId, Sla, Verifier,
};

pub(crate) use pallet_registry::HoldReason;

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
pub(crate) const CHARLIE: AccountId = AccountId::new([3; 32]);

/// What each of the accounts above starts with.
pub(crate) const ENDOWMENT: Balance = 10_000;
pub(crate) const DEPOSIT_BASE: Balance = 10;
pub(crate) const PER_BYTE: Balance = 2;
pub(crate) const MIN_BOND: Balance = 100;
pub(crate) const ACTIVATION: BlockNumber = 5;
pub(crate) const NOTICE: BlockNumber = 20;
pub(crate) const UNBONDING: BlockNumber = 50;
pub(crate) const MAX_NAME: u32 = 16;
pub(crate) const MAX_REFERENCE: u32 = 24;
pub(crate) const MAX_METADATA: u32 = 32;
pub(crate) const MAX_OFFERS: u32 = 4;
/// The one asset that exists beside the native token.
pub(crate) const GOLD: AssetKind = AssetKind::WithId(7);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
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
	pub type Registry = pallet_registry;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Freezer = ();
	type Holder = ();
}

parameter_types! {
	pub static ActivationDelay: BlockNumber = ACTIVATION;
	pub static NoticePeriod: BlockNumber = NOTICE;
	pub static UnbondingPeriod: BlockNumber = UNBONDING;
	pub static DepositPerByte: Balance = PER_BYTE;
}

impl pallet_registry::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>;
	type Stake = Registry;
	type ActivationDelay = ActivationDelay;
	type NoticePeriod = NoticePeriod;
	type UnbondingPeriod = UnbondingPeriod;
	type DepositBase = ConstU128<DEPOSIT_BASE>;
	type DepositPerByte = DepositPerByte;
	type MinOperatorBond = ConstU128<MIN_BOND>;
	type MaxNameLength = ConstU32<MAX_NAME>;
	type MaxReferenceLength = ConstU32<MAX_REFERENCE>;
	type MaxMetadataLength = ConstU32<MAX_METADATA>;
	type MaxOffersPerOperator = ConstU32<MAX_OFFERS>;
	type WeightInfo = ();
}

/// Builds the state that a test starts from, step by step, beginning in block 1.
pub(crate) struct TestExt(TestExternalities);

impl TestExt {
	/// Endowed accounts and the asset `GOLD`; nothing registered.
	pub(crate) fn new() -> Self {
		ActivationDelay::set(ACTIVATION);
		NoticePeriod::set(NOTICE);
		UnbondingPeriod::set(UNBONDING);
		DepositPerByte::set(PER_BYTE);
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: [ALICE, BOB, CHARLIE].map(|who| (who, ENDOWMENT)).to_vec(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig { assets: vec![(7, ALICE, true, 1)], ..Default::default() },
			..Default::default()
		};
		let mut ext: TestExternalities = genesis.build_storage().expect("genesis is sound").into();
		ext.execute_with(|| System::set_block_number(1));
		Self(ext)
	}

	/// `owner` creates a service; the first one is number 0.
	pub(crate) fn service(self, owner: AccountId) -> Self {
		self.then(|| create_service(owner))
	}

	/// `who` joins.
	pub(crate) fn operator(self, who: AccountId) -> Self {
		self.then(|| Registry::join(signed(who), b"metadata".to_vec()))
	}

	/// `operator` makes an ordinary offer for `service`, and its activation delay passes.
	pub(crate) fn active_offer(self, operator: AccountId, service: ServiceId) -> Self {
		self.then(|| {
			Ask::default().make(operator, service)?;
			advance(ActivationDelay::get());
			Ok(())
		})
	}

	/// So many clients take places at an offer.
	pub(crate) fn clients(self, operator: AccountId, service: ServiceId, clients: u32) -> Self {
		self.then(|| {
			for _ in 0..clients {
				Registry::occupy(&operator, service)?;
			}
			Ok(())
		})
	}

	/// A step that is expected to succeed.
	pub(crate) fn then(mut self, step: impl FnOnce() -> DispatchResult) -> Self {
		self.0.execute_with(|| step().expect("the step succeeds"));
		self
	}

	/// Runs `test` and checks the state afterwards.
	pub(crate) fn execute(mut self, test: impl FnOnce()) {
		self.0.execute_with(|| {
			test();
			assert_eq!(Registry::check_state(), Ok(()));
		});
	}

	/// Runs `corrupt` on a sound state, and says what the check of the state makes of it.
	pub(crate) fn check_corrupted(mut self, corrupt: impl FnOnce()) -> Result<(), TryRuntimeError> {
		self.0.execute_with(|| {
			assert_eq!(Registry::check_state(), Ok(()));
			corrupt();
			Registry::check_state()
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	pub(crate) fn build(self) -> TestExternalities {
		self.0
	}
}

/// The terms of an offer, as its operator asks for them.
#[derive(Clone)]
pub(crate) struct Ask {
	pub(crate) sla: Sla,
	pub(crate) capacity: u32,
	pub(crate) price: Price,
	pub(crate) metadata: Vec<u8>,
	pub(crate) bond: Balance,
}

impl Default for Ask {
	fn default() -> Self {
		Self {
			sla: Sla { latency_ms: 100, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) },
			capacity: 3,
			price: Price { asset: AssetKind::Native, amount: 50, period: 10 },
			metadata: b"endpoint".to_vec(),
			bond: 500,
		}
	}
}

impl Ask {
	pub(crate) fn make(&self, operator: AccountId, service: ServiceId) -> DispatchResult {
		let Ask { sla, capacity, price, metadata, bond } = self.clone();
		Registry::make_offer(signed(operator), service, sla, capacity, price, metadata, bond)
	}

	pub(crate) fn update(&self, operator: AccountId, service: ServiceId) -> DispatchResult {
		let Ask { sla, capacity, price, metadata, .. } = self.clone();
		Registry::update_offer(signed(operator), service, sla, capacity, price, metadata)
	}
}

pub(crate) fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

pub(crate) fn create_service(owner: AccountId) -> DispatchResult {
	Registry::create_service(
		signed(owner),
		b"storage".to_vec(),
		None,
		Verifier::None,
		0,
		ServiceFlags::default(),
	)
}

pub(crate) fn occupy(operator: AccountId, service: ServiceId) -> Result<Terms, DispatchError> {
	Registry::occupy(&operator, service)
}

pub(crate) fn vacate(operator: AccountId, service: ServiceId) {
	Registry::vacate(&operator, service);
}

pub(crate) fn state_of(operator: AccountId, service: ServiceId) -> Option<OfferState<BlockNumber>> {
	pallet_registry::Offers::<Test>::get(service, operator).map(|offer| offer.state)
}

/// What the deposit for a record with so many bytes of text is.
pub(crate) fn deposit(bytes: usize) -> Balance {
	DEPOSIT_BASE + PER_BYTE * bytes as Balance
}

pub(crate) fn held(reason: HoldReason, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

/// Everything on hold for `who`.
pub(crate) fn held_in_all(who: AccountId) -> Balance {
	Balances::total_balance_on_hold(&who)
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

pub(crate) fn advance(blocks: BlockNumber) {
	System::set_block_number(now() + blocks);
}

/// The pallet's events since the last call, oldest first.
pub(crate) fn events() -> Vec<pallet_registry::Event<Test>> {
	let events = System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Registry(event) => Some(event),
			_ => None,
		})
		.collect();
	System::reset_events();
	events
}
