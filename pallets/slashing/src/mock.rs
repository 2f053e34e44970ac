//! A runtime with everything that slashes meet: operators, stake, subscriptions, and a native token and assets.

use crate as pallet_slashing;
use crate::{HoldReason, ValidatorSlashes};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold as _, NativeFromLeft, UnionOf},
		fungibles::Inspect as _,
		AsEnsureOriginWithArg, ConstU128, ConstU32, Hooks,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_core::H256;
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	traits::{CheckState, Escrow},
	AccountId, AssetKind, Balance, BlockNumber, Era, Price, ServiceFlags, ServiceId, Sla, SlashId,
	SubscriptionId, Verifier,
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
	pub type Registry = pallet_registry;
	#[runtime::pallet_index(5)]
	pub type Subscriptions = pallet_subscriptions;
	#[runtime::pallet_index(6)]
	pub type Restaking = pallet_restaking;
	#[runtime::pallet_index(7)]
	pub type Slashing = pallet_slashing;
}

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([3; 32]);
pub(crate) const DAVE: AccountId = AccountId::new([4; 32]);
/// Has stake of its own, and an offer for `SERVICE`.
pub(crate) const OPERATOR: AccountId = AccountId::new([11; 32]);
/// Another.
pub(crate) const RIVAL: AccountId = AccountId::new([12; 32]);
/// Owns the service.
pub(crate) const OWNER: AccountId = AccountId::new([20; 32]);
/// May report offences for it.
pub(crate) const REPORTER: AccountId = AccountId::new([21; 32]);
/// Vetoes.
pub(crate) const GOVERNANCE: AccountId = AccountId::new([30; 32]);
/// Gets what is forfeited, and owns the asset.
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);

pub(crate) const SERVICE: ServiceId = 0;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
/// An asset that may be staked.
pub(crate) const GOLD: AssetKind = AssetKind::WithId(7);
pub(crate) const ENDOWMENT: Balance = 10_000_000;
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const ERA: BlockNumber = 10;
pub(crate) const REPORT: BlockNumber = 30;
pub(crate) const REVIEW: BlockNumber = 40;
pub(crate) const UNBONDING: BlockNumber = 100;
pub(crate) const DEPOSIT: Balance = 500;
pub(crate) const PETITION_BOND: Balance = 300;
pub(crate) const SIGNATURE_BOND: Balance = 50;
/// Fees that a petition needs.
pub(crate) const THRESHOLD: Balance = 3_000;
/// The operator's own stake at the beginning of a test.
pub(crate) const OWN: Balance = 100_000;
/// The whole of an operator's stake.
pub(crate) const ALL: u32 = surety_stake::PARTS;
/// What a block of the operator's service costs.
pub(crate) const PRICE: Price<AssetKind, Balance, BlockNumber> =
	Price { asset: NATIVE, amount: 100, period: 1 };

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
	type ExistentialDeposit = ConstU128<MINIMUM>;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type Holder = AssetsHolder;
}

impl pallet_assets_holder::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

pub(crate) type Tokens = UnionOf<Balances, AssetsHolder, NativeFromLeft, AssetKind, AccountId>;
#[cfg(feature = "runtime-benchmarks")]
type Mintable = UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>;

parameter_types! {
	pub const Pot: PalletId = PalletId(*b"sty/stak");
	pub const Treasury: AccountId = TREASURY;
	pub const Governance: AccountId = GOVERNANCE;
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
	pub const BurnShare: Perbill = Perbill::from_percent(20);
	pub const ReporterShare: Perbill = Perbill::from_percent(10);
	pub storage ReviewPeriod: BlockNumber = REVIEW;
	pub storage CancelledValidators: Vec<(u32, Vec<u32>)> = Vec::new();
}

impl pallet_registry::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Stake = Restaking;
	type ActivationDelay = ConstU32<1>;
	type NoticePeriod = ConstU32<5>;
	type DepositBase = ConstU128<10>;
	type DepositPerByte = ConstU128<1>;
	type MinOperatorBond = ConstU128<1_000>;
	type MaxNameLength = ConstU32<32>;
	type MaxReferenceLength = ConstU32<32>;
	type MaxMetadataLength = ConstU32<32>;
	type MaxSecurity = ConstU32<2>;
	type MaxOffersPerOperator = ConstU32<4>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<100>>;
}

impl pallet_subscriptions::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Offers = Registry;
	type Sharing = Restaking;
	type NoticePeriod = ConstU32<5>;
	type DepositAmount = ConstU128<20>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<200>>;
}

impl pallet_restaking::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Operators = Registry;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Remainder = Treasury;
	type PalletId = Pot;
	type EraLength = ConstU32<ERA>;
	type ReportWindow = ConstU32<REPORT>;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type PositionDeposit = ConstU128<30>;
	type LedgerDeposit = ConstU128<70>;
	type MaxAssets = ConstU32<8>;
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<300>>;
}

/// Notes which slashes of validators were cancelled; there are none in era 404.
pub struct Validators;

impl ValidatorSlashes for Validators {
	fn cancel(era: u32, indices: Vec<u32>) -> DispatchResult {
		if era == 404 {
			return Err(DispatchError::Other("no such slash"));
		}
		let mut cancelled = CancelledValidators::get();
		cancelled.push((era, indices));
		CancelledValidators::set(&cancelled);
		Ok(())
	}

	fn weight(count: u32) -> Weight {
		Weight::from_parts(1_000, 0).saturating_mul(count.into())
	}
}

impl pallet_slashing::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Stake = Restaking;
	type Services = Registry;
	type Fees = Subscriptions;
	type VetoOrigin = EnsureSignedBy<GovernanceOnly, AccountId>;
	type AdminOrigin = EnsureRoot<AccountId>;
	type ValidatorSlashes = Validators;
	type Treasury = Treasury;
	type ReviewPeriod = ReviewPeriod;
	type ReportWindow = ConstU32<REPORT>;
	type EraLength = ConstU32<ERA>;
	type ReportDeposit = ConstU128<DEPOSIT>;
	type BurnShare = BurnShare;
	type ReporterShare = ReporterShare;
	type MaxClaims = ConstU32<4>;
	type PetitionBond = ConstU128<PETITION_BOND>;
	type SignatureBond = ConstU128<SIGNATURE_BOND>;
	type MinSigners = ConstU32<3>;
	type PetitionMultiple = ConstU32<2>;
	type WeightInfo = ();
}

frame_support::ord_parameter_types! {
	pub const GovernanceOnly: AccountId = GOVERNANCE;
}

/// State before anything has happened: everybody is rich, and native tokens and gold can be staked.
pub(crate) fn new_test_ext() -> TestExternalities {
	let rich = [ALICE, BOB, CAROL, DAVE, OPERATOR, RIVAL, OWNER, REPORTER, GOVERNANCE, TREASURY];
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	pallet_balances::GenesisConfig::<Test> {
		balances: rich.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_assets::GenesisConfig::<Test> {
		assets: vec![(7, TREASURY, true, MINIMUM)],
		accounts: rich
			.iter()
			.map(|who| (7, who.clone(), ENDOWMENT))
			.chain([(7, Restaking::pot(), MINIMUM)])
			.collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_restaking::GenesisConfig::<Test> {
		assets: vec![(NATIVE, 100), (GOLD, 100)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_slashing::GenesisConfig::<Test> { thresholds: vec![(NATIVE, THRESHOLD)], ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("builds");
	let mut ext = TestExternalities::from(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` in era 2, with a service and an operator that has `OWN` of native stake, all behind it, and an offer.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		assert_ok!(Registry::create_service(
			signed(&OWNER),
			b"storage".to_vec(),
			None,
			Verifier::None,
			0,
			vec![],
			ServiceFlags::default()
		));
		assert_ok!(Registry::set_reporter(signed(&OWNER), SERVICE, Some(REPORTER)));
		serve(&OPERATOR, OWN);
		advance_to_era(2);
		test();
		check();
	});
}

/// Makes `operator` one that offers `SERVICE`, with so much stake of its own behind it.
pub(crate) fn serve(operator: &AccountId, own: Balance) {
	assert_ok!(Registry::join(signed(operator), vec![]));
	stake(operator, operator, NATIVE, own);
	assert_ok!(Restaking::allocate(signed(operator), NATIVE, SERVICE, ALL));
	let sla = Sla { latency_ms: 50, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };
	assert_ok!(Registry::make_offer(signed(operator), SERVICE, sla, 100, PRICE, vec![], 1_000));
}

pub(crate) fn check() {
	Registry::check_state().expect("the registry holds");
	Subscriptions::check_state().expect("subscriptions hold");
	Restaking::check_state().expect("stake holds");
	Slashing::check_state().expect("slashes hold");
}

pub(crate) fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

/// Builds blocks, full to the last: nothing is done by itself.
pub(crate) fn advance_to(block: BlockNumber) {
	while now() < block {
		System::set_block_number(now() + 1);
		Restaking::on_initialize(now());
	}
}

pub(crate) fn advance(blocks: BlockNumber) {
	advance_to(now() + blocks);
}

pub(crate) fn advance_to_era(era: Era) {
	while Restaking::era() < era {
		advance(1);
	}
}

/// Builds blocks in which there is room.
pub(crate) fn idle_to(block: BlockNumber) {
	while now() < block {
		advance(1);
		Slashing::on_idle(now(), Weight::MAX);
	}
}

pub(crate) fn stake(holder: &AccountId, operator: &AccountId, asset: AssetKind, amount: Balance) {
	assert_ok!(Restaking::stake(signed(holder), operator.clone(), asset, amount));
}

/// A subscription of `client` at `operator`, prepaid for a long time.
pub(crate) fn subscribe(client: &AccountId, operator: &AccountId) -> SubscriptionId {
	let id = pallet_subscriptions::NextSubscriptionId::<Test>::get();
	assert_ok!(Subscriptions::subscribe(signed(client), operator.clone(), SERVICE, PRICE, 100_000));
	id
}

pub(crate) fn evidence(number: u8) -> H256 {
	H256::repeat_byte(number)
}

/// Reports an offence of `operator` in `era`, with evidence that was not used before.
pub(crate) fn report(
	operator: &AccountId,
	era: Era,
	percent: u32,
	claims: Vec<(SubscriptionId, Balance)>,
) -> SlashId {
	let id = crate::NextSlashId::<Test>::get();
	assert_ok!(Slashing::report(
		signed(&REPORTER),
		operator.clone(),
		SERVICE,
		era,
		Perbill::from_percent(percent),
		evidence(id as u8 + 1),
		claims
	));
	id
}

/// Waits out the review of a slash and applies it to the end.
pub(crate) fn review_and_apply(slash: SlashId) {
	let ends = crate::Slashes::<Test>::get(slash).expect("is there").review_ends;
	advance_to(ends);
	assert_ok!(Slashing::apply(signed(&DAVE), slash, 10));
}

/// What `holder` has on `operator`, bonded and unbonding.
pub(crate) fn worth(holder: &AccountId, operator: &AccountId, asset: AssetKind) -> Balance {
	let position = Restaking::position(holder.clone(), operator.clone(), asset);
	position.map_or(0, |p| p.bonded + p.unbonding.iter().map(|chunk| chunk.amount).sum::<Balance>())
}

pub(crate) fn free(asset: AssetKind, who: &AccountId) -> Balance {
	Tokens::balance(asset, who)
}

pub(crate) fn issued(asset: AssetKind) -> Balance {
	Tokens::total_issuance(asset)
}

pub(crate) fn escrowed(asset: AssetKind) -> Balance {
	Restaking::escrowed(&asset)
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Slashing(event) => Some(event),
			_ => None,
		})
		.collect()
}
