//! A runtime with real balances, assets and stake.

use crate as pallet_registry;
use crate::{Price, Security, Terms};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, ConstU128, ConstU32, Hooks,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use proptest::test_runner::Config as ProptestConfig;
use sp_io::TestExternalities;
use sp_runtime::{
	traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill, TryRuntimeError,
};
use surety_primitives::{
	traits::{CheckState, Offers as _, Reserve, Slashable, Stake},
	AccountId, AssetKind, Balance, BlockNumber, Era, OfferState, ServiceFlags, ServiceId, Sla, Verifier,
};

pub(crate) use pallet_registry::HoldReason;

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
pub(crate) const CHARLIE: AccountId = AccountId::new([3; 32]);
/// Gets what rounding leaves of stake.
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);

/// What each of the first three starts with, in the native token and in `GOLD`.
pub(crate) const ENDOWMENT: Balance = 10_000;
pub(crate) const DEPOSIT_BASE: Balance = 10;
pub(crate) const PER_BYTE: Balance = 2;
pub(crate) const MIN_BOND: Balance = 100;
pub(crate) const ACTIVATION: BlockNumber = 5;
pub(crate) const NOTICE: BlockNumber = 20;
/// Length of an era of stake, beginning with the blocks that it divides.
pub(crate) const ERA: BlockNumber = 10;
/// For which offences are reported.
pub(crate) const REPORT: BlockNumber = 35;
/// Until stake can be withdrawn.
pub(crate) const UNBONDING: BlockNumber = 50;
pub(crate) const MAX_NAME: u32 = 16;
pub(crate) const MAX_REFERENCE: u32 = 24;
pub(crate) const MAX_METADATA: u32 = 32;
pub(crate) const MAX_OFFERS: u32 = 4;
pub(crate) const MAX_SECURITY: u32 = 2;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
/// An asset that can be staked.
pub(crate) const GOLD: AssetKind = AssetKind::WithId(7);
/// An asset that cannot.
pub(crate) const TIN: AssetKind = AssetKind::WithId(8);
/// An asset that does not exist.
pub(crate) const LEAD: AssetKind = AssetKind::WithId(9);
/// What `back` allocates of an operator's stake to each service, in millionths: it has enough for all its offers.
pub(crate) const PARTS: u32 = surety_stake::PARTS / MAX_OFFERS;

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
	pub type AssetsHolder = pallet_assets_holder;
	#[runtime::pallet_index(4)]
	pub type Registry = pallet_registry;
	#[runtime::pallet_index(5)]
	pub type Restaking = pallet_restaking;
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
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

parameter_types! {
	pub static ActivationDelay: BlockNumber = ACTIVATION;
	pub static NoticePeriod: BlockNumber = NOTICE;
	pub static DepositPerByte: Balance = PER_BYTE;
	pub static SecurityLimit: u32 = MAX_SECURITY;
	pub static OfferLimit: u32 = MAX_OFFERS;
	pub const Pot: PalletId = PalletId(*b"sty/stak");
	pub const Remainder: AccountId = TREASURY;
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
}

/// To ask of and to create.
type Tokens = UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>;
/// To stake.
pub(crate) type StakeTokens = UnionOf<Balances, AssetsHolder, NativeFromLeft, AssetKind, AccountId>;

impl pallet_registry::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Stake = Restaking;
	type ActivationDelay = ActivationDelay;
	type NoticePeriod = NoticePeriod;
	type DepositBase = ConstU128<DEPOSIT_BASE>;
	type DepositPerByte = DepositPerByte;
	type MinOperatorBond = ConstU128<MIN_BOND>;
	type MaxNameLength = ConstU32<MAX_NAME>;
	type MaxReferenceLength = ConstU32<MAX_REFERENCE>;
	type MaxMetadataLength = ConstU32<MAX_METADATA>;
	type MaxSecurity = SecurityLimit;
	type MaxOffersPerOperator = OfferLimit;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Tokens, ConstU32<77>>;
}

impl pallet_restaking::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = StakeTokens;
	type Operators = Registry;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Remainder = Remainder;
	type PalletId = Pot;
	type EraLength = ConstU32<ERA>;
	type ReportWindow = ConstU32<REPORT>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type PositionDeposit = ConstU128<3>;
	type LedgerDeposit = ConstU128<7>;
	type MaxAssets = ConstU32<8>;
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Tokens, ConstU32<177>>;
}

/// Builds the state that a test starts from, step by step, beginning in block 1.
pub(crate) struct TestExt(TestExternalities);

impl TestExt {
	/// Endowed accounts and the assets `GOLD` and `TIN`; nothing registered.
	pub(crate) fn new() -> Self {
		ActivationDelay::set(ACTIVATION);
		NoticePeriod::set(NOTICE);
		DepositPerByte::set(PER_BYTE);
		SecurityLimit::set(MAX_SECURITY);
		OfferLimit::set(MAX_OFFERS);
		let rich = [ALICE, BOB, CHARLIE];
		let gold = rich.clone().map(|who| (7, who, ENDOWMENT)).into_iter().chain([(7, Restaking::pot(), 1)]);
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: rich.map(|who| (who, ENDOWMENT)).to_vec(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: [7, 8].map(|id| (id, ALICE, true, 1)).to_vec(),
				accounts: gold.collect(),
				..Default::default()
			},
			restaking: pallet_restaking::GenesisConfig {
				assets: vec![(NATIVE, 1), (GOLD, 1)],
				..Default::default()
			},
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

	/// `owner` creates a service that asks for so much stake behind its offers.
	pub(crate) fn service_asking(self, owner: AccountId, security: &[(AssetKind, Balance)]) -> Self {
		self.then(|| create_service_asking(owner, 0, security))
	}

	/// `operator` backs `service` with so much of its own native stake, and the era turns.
	pub(crate) fn backed(self, operator: AccountId, service: ServiceId, amount: Balance) -> Self {
		self.then(|| back(operator, service, amount))
	}

	/// `operator` makes an ordinary offer for `service`, backed with just its bond, and its activation delay passes.
	pub(crate) fn active_offer(self, operator: AccountId, service: ServiceId) -> Self {
		self.then(|| {
			let ask = Ask::default();
			back(operator.clone(), service, ask.bond)?;
			ask.make(operator, service)?;
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
			check();
		});
	}

	/// Runs `corrupt` on a sound state, and says what the check of the state makes of it.
	pub(crate) fn check_corrupted(mut self, corrupt: impl FnOnce()) -> Result<(), TryRuntimeError> {
		self.0.execute_with(|| {
			check();
			corrupt();
			Registry::check_state()
		})
	}

	/// For the benchmarks: with as many offers, and as much security, as there can be.
	#[cfg(feature = "runtime-benchmarks")]
	pub(crate) fn crowded(self) -> TestExternalities {
		SecurityLimit::set(4);
		OfferLimit::set(surety_stake::MAX_LOTS - 1);
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
	create_service_asking(owner, 0, &[])
}

pub(crate) fn create_service_asking(
	owner: AccountId,
	min_bond: Balance,
	security: &[(AssetKind, Balance)],
) -> DispatchResult {
	Registry::create_service(
		signed(owner),
		b"storage".to_vec(),
		None,
		Verifier::None,
		min_bond,
		asked(security),
		ServiceFlags::default(),
	)
}

/// The owner of `service` asks for so much stake behind its offers, and changes nothing else.
pub(crate) fn ask_for(
	owner: AccountId,
	service: ServiceId,
	security: &[(AssetKind, Balance)],
) -> DispatchResult {
	Registry::update_service(
		signed(owner),
		service,
		b"storage".to_vec(),
		None,
		Verifier::None,
		0,
		asked(security),
		ServiceFlags::default(),
	)
}

/// Security, an item for each asset.
pub(crate) fn asked(security: &[(AssetKind, Balance)]) -> Vec<Security> {
	security.iter().map(|(asset, amount)| Security { asset: asset.clone(), amount: *amount }).collect()
}

/// `holder` stakes so much on `operator`.
pub(crate) fn stake(
	holder: AccountId,
	operator: AccountId,
	asset: AssetKind,
	amount: Balance,
) -> DispatchResult {
	Restaking::stake(signed(holder), operator, asset, amount)
}

/// `operator` allocates `PARTS` of its stake in `asset` to `service`.
pub(crate) fn allocate(operator: AccountId, service: ServiceId, asset: AssetKind) -> DispatchResult {
	Restaking::allocate(signed(operator), asset, service, PARTS)
}

/// `operator` stakes of its own what it lacks for `amount` to be behind `service`, and allocates it; it counts from
/// the next era on.
pub(crate) fn back_from_next_era(operator: AccountId, service: ServiceId, amount: Balance) -> DispatchResult {
	let missing =
		(amount * Balance::from(MAX_OFFERS)).saturating_sub(Restaking::bonded(&operator, &operator, &NATIVE));
	if missing > 0 {
		stake(operator.clone(), operator.clone(), NATIVE, missing)?;
	}
	allocate(operator, service, NATIVE)
}

/// As `back_from_next_era`, and the era turns.
pub(crate) fn back(operator: AccountId, service: ServiceId, amount: Balance) -> DispatchResult {
	back_from_next_era(operator, service, amount)?;
	turn_era();
	Ok(())
}

/// `holder` takes so much of its native stake on `operator` back.
pub(crate) fn unbond(holder: AccountId, operator: AccountId, amount: Balance) -> DispatchResult {
	Restaking::unbond(signed(holder), operator, NATIVE, amount)
}

/// `operator` takes so many millionths of its native stake away from `service`.
pub(crate) fn deallocate(operator: AccountId, service: ServiceId, parts: u32) -> DispatchResult {
	Restaking::deallocate(signed(operator), NATIVE, service, parts)
}

/// Slashes the native stake that backs `operator` on `service` now; says how much that took of it, and how much of
/// that was the operator's own.
pub(crate) fn slash(operator: AccountId, service: ServiceId, percent: u32) -> (Balance, Balance) {
	slash_in(Restaking::era(), operator, service, percent)
}

/// The same for what backed it in `era`.
pub(crate) fn slash_in(
	era: Era,
	operator: AccountId,
	service: ServiceId,
	percent: u32,
) -> (Balance, Balance) {
	let fraction = Perbill::from_percent(percent);
	let cut = <Restaking as Slashable<_>>::slash(&operator, service, era, fraction, &NATIVE)
		.expect("there is stake, and the era can be punished");
	(cut.amount, cut.own)
}

/// Native stake behind an offer, own and delegated.
pub(crate) fn backing(operator: AccountId, service: ServiceId) -> Balance {
	<Restaking as Stake<_>>::backing(&operator, service, &NATIVE)
}

/// What of it is the operator's own.
pub(crate) fn own_backing(operator: AccountId, service: ServiceId) -> Balance {
	<Restaking as Stake<_>>::own_backing(&operator, service)
}

pub(crate) fn reserved(operator: AccountId, service: ServiceId) -> Balance {
	<Restaking as Reserve<_>>::reserved(&operator, service)
}

/// Whether a client could subscribe now, as clients read it.
pub(crate) fn accepting(operator: AccountId, service: ServiceId) -> bool {
	Registry::offer(service, operator).is_some_and(|offer| offer.accepting)
}

/// Checks the state of both pallets, and that bonds are all that is reserved.
pub(crate) fn check() {
	assert_eq!(<(Registry, Restaking)>::check_state(), Ok(()));
	let mut bonds: Vec<_> = pallet_registry::Offers::<Test>::iter()
		.map(|(service, operator, offer)| (operator, service, offer.bond))
		.collect();
	let mut reserved: Vec<_> = pallet_restaking::Reservations::<Test>::iter()
		.flat_map(|(operator, all)| all.into_iter().map(move |(id, amount)| (operator.clone(), id, amount)))
		.collect();
	bonds.sort();
	reserved.sort();
	assert_eq!(reserved, bonds);
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

/// What the deposit for the record of a service with so many bytes of text is, that asks for no security: it takes
/// a byte to say so.
pub(crate) fn service_deposit(bytes: usize) -> Balance {
	deposit(bytes + 1)
}

/// What the deposit for a record with so many bytes of text is.
pub(crate) fn deposit(bytes: usize) -> Balance {
	DEPOSIT_BASE + PER_BYTE * bytes as Balance
}

pub(crate) fn held(reason: HoldReason, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

/// All that `who` has on hold for records of the registry.
pub(crate) fn held_in_all(who: AccountId) -> Balance {
	let reasons = [HoldReason::ServiceDeposit, HoldReason::OperatorDeposit, HoldReason::OfferDeposit];
	reasons.into_iter().map(|reason| held(reason, who.clone())).sum()
}

/// As many random cases as `PROPTEST_CASES` says, else `ordinary`.
pub(crate) fn cases(ordinary: u32) -> ProptestConfig {
	let config = ProptestConfig::default();
	match std::env::var_os("PROPTEST_CASES") {
		Some(_) => config,
		None => ProptestConfig { cases: ordinary, ..config },
	}
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

/// Builds so many blocks.
pub(crate) fn advance(blocks: BlockNumber) {
	for _ in 0..blocks {
		System::set_block_number(now() + 1);
		Restaking::on_initialize(now());
	}
}

/// Builds blocks until the next era has begun.
pub(crate) fn turn_era() {
	let era = Restaking::era();
	while Restaking::era() == era {
		advance(1);
	}
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
