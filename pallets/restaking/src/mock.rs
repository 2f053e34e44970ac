//! A runtime with the native token, one other asset, and a book of operators.

use crate as pallet_restaking;
use crate::HoldReason;
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold as _, NativeFromLeft, UnionOf},
		fungibles::{Inspect as _, InspectHold as _},
		AsEnsureOriginWithArg, ConstU128, ConstU32, Hooks,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, Perbill};
use std::{cell::RefCell, collections::BTreeMap};
use surety_primitives::{
	traits::{CheckState, Cut, Escrow, Operators, Slashable},
	AccountId, AssetKind, Balance, BlockNumber, Era, OperatorStatus, ServiceId,
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
	pub type Restaking = pallet_restaking;
}

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
/// An operator.
pub(crate) const OPERATOR: AccountId = AccountId::new([11; 32]);
/// Another.
pub(crate) const RIVAL: AccountId = AccountId::new([12; 32]);
/// Gets what is slashed.
pub(crate) const ESCROW: AccountId = AccountId::new([98; 32]);
/// Gives to those who have staked, and has no stake.
pub(crate) const PATRON: AccountId = AccountId::new([97; 32]);
/// Gets what rounding leaves, and owns the assets.
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);

pub(crate) const SERVICE: ServiceId = 5;
pub(crate) const OTHER: ServiceId = 6;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
/// An asset that may be staked.
pub(crate) const GOLD: AssetKind = AssetKind::WithId(7);
/// An asset that may not, and of which the pot has none.
pub(crate) const TIN: AssetKind = AssetKind::WithId(8);
pub(crate) const ENDOWMENT: Balance = 1_000_000;
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const ERA: BlockNumber = 10;
pub(crate) const REPORT: BlockNumber = 35;
pub(crate) const UNBONDING: BlockNumber = 100;
pub(crate) const POSITION_DEPOSIT: Balance = 30;
pub(crate) const LEDGER_DEPOSIT: Balance = 70;
pub(crate) const MIN_POSITION: Balance = 100;
/// The whole of an operator's stake.
pub(crate) const ALL: u32 = surety_stake::PARTS;

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

parameter_types! {
	pub const Pot: PalletId = PalletId(*b"sty/stak");
	pub const Remainder: AccountId = TREASURY;
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
	pub storage EraLength: BlockNumber = ERA;
	pub storage ReportWindow: BlockNumber = REPORT;
	pub storage UnbondingPeriod: BlockNumber = UNBONDING;
}

impl pallet_restaking::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Operators = Book;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Remainder = Remainder;
	type PalletId = Pot;
	type EraLength = EraLength;
	type ReportWindow = ReportWindow;
	type UnbondingPeriod = UnbondingPeriod;
	type PositionDeposit = ConstU128<POSITION_DEPOSIT>;
	type LedgerDeposit = ConstU128<LEDGER_DEPOSIT>;
	type MaxAssets = ConstU32<2>;
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<
		UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>,
		ConstU32<77>,
	>;
}

thread_local! {
	static BOOK: RefCell<BTreeMap<AccountId, OperatorStatus<BlockNumber>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Who is an operator.
pub struct Book;

impl Book {
	pub(crate) fn set(operator: &AccountId, status: OperatorStatus<BlockNumber>) {
		BOOK.with_borrow_mut(|book| book.insert(operator.clone(), status));
	}
}

impl Operators<AccountId> for Book {
	fn status(operator: &AccountId) -> Option<OperatorStatus<BlockNumber>> {
		BOOK.with_borrow(|book| book.get(operator).copied())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_operator(operator: &AccountId) {
		Self::set(operator, OperatorStatus::Active);
	}
}

pub(crate) fn new_test_ext() -> TestExternalities {
	BOOK.with_borrow_mut(BTreeMap::clear);
	for operator in [OPERATOR, RIVAL] {
		Book::set(&operator, OperatorStatus::Active);
	}
	let rich = [ALICE, BOB, OPERATOR, RIVAL, PATRON, TREASURY, ESCROW];
	let pot = Restaking::pot();
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	let ids = [7, 8];
	pallet_balances::GenesisConfig::<Test> {
		balances: rich.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_assets::GenesisConfig::<Test> {
		assets: ids.iter().map(|id| (*id, TREASURY, true, MINIMUM)).collect(),
		accounts: rich
			.iter()
			.flat_map(|who| ids.map(|id| (id, who.clone(), ENDOWMENT)))
			.chain([(7, pot, MINIMUM)])
			.collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_restaking::GenesisConfig::<Test> {
		assets: vec![(NATIVE, MIN_POSITION), (GOLD, MIN_POSITION)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	let mut ext = TestExternalities::from(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` from block 1 on, and checks afterwards that the state holds and that no token was made or lost.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		let issued = [NATIVE, GOLD, TIN].map(Tokens::total_issuance);
		test();
		check();
		assert_eq!([NATIVE, GOLD, TIN].map(Tokens::total_issuance), issued);
	});
}

pub(crate) fn check() {
	Restaking::check_state().expect("state holds");
}

pub(crate) fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

/// Builds blocks until `block` has begun.
pub(crate) fn advance_to(block: BlockNumber) {
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		Restaking::on_initialize(System::block_number());
	}
}

/// Builds blocks until era `era` has begun.
pub(crate) fn advance_to_era(era: Era) {
	while Restaking::era() < era {
		advance_to(System::block_number() + 1);
	}
}

pub(crate) fn stake(holder: &AccountId, operator: &AccountId, asset: AssetKind, amount: Balance) {
	Restaking::stake(signed(holder), operator.clone(), asset, amount).expect("can stake");
}

/// `OPERATOR` has 1,000 of its own in the native token, all of it allocated to `SERVICE`; in era 2.
pub(crate) fn staked_operator() {
	stake(&OPERATOR, &OPERATOR, NATIVE, 1_000);
	Restaking::allocate(signed(&OPERATOR), NATIVE, SERVICE, ALL).expect("is free");
	advance_to_era(2);
}

/// Slashes what backed `OPERATOR` on `SERVICE` in `era`, as another pallet does, and pays it to `ESCROW`.
pub(crate) fn slash(era: Era, percent: u32) -> Vec<Cut<AssetKind, Balance>> {
	let cuts = slash_of(&OPERATOR, SERVICE, era, percent).expect("can be slashed");
	for Cut { asset, amount, .. } in &cuts {
		Restaking::pay(asset, &ESCROW, *amount).expect("nobody is blocked");
	}
	cuts
}

/// Slashes in each asset, one after the other, and leaves it in escrow.
pub(crate) fn slash_of(
	operator: &AccountId,
	service: ServiceId,
	era: Era,
	percent: u32,
) -> Result<Vec<Cut<AssetKind, Balance>>, DispatchError> {
	let fraction = Perbill::from_percent(percent);
	let (mut cuts, mut last) = (Vec::new(), None);
	while let Some(asset) = Restaking::next_asset(operator, last.as_ref()) {
		let cut = <Restaking as Slashable<_>>::slash(operator, service, era, fraction, &asset)?;
		if cut.amount > 0 {
			cuts.push(cut);
		}
		last = Some(asset);
	}
	Ok(cuts)
}

/// What `holder` has bonded and unbonding on `OPERATOR`.
pub(crate) fn worth(holder: &AccountId, asset: AssetKind) -> (Balance, Balance) {
	let position = Restaking::position(holder.clone(), OPERATOR, asset);
	position.map_or((0, 0), |p| (p.bonded, p.unbonding.iter().map(|chunk| chunk.amount).sum()))
}

pub(crate) fn free(asset: AssetKind, who: &AccountId) -> Balance {
	Tokens::balance(asset, who)
}

pub(crate) fn in_pot(asset: AssetKind) -> Balance {
	Tokens::balance_on_hold(asset, &HoldReason::Stake.into(), &Restaking::pot())
}

pub(crate) fn deposit_of(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Restaking(event) => Some(event),
			_ => None,
		})
		.collect()
}
