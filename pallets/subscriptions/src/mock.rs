//! A runtime with the native token, assets with holds, subscriptions, and a small book of offers.

use crate as pallet_subscriptions;
use crate::{PriceOf, Subscription, Subscriptions as Stored};
use frame_support::{
	derive_impl, ensure, parameter_types,
	storage::with_storage_layer,
	storage_alias,
	traits::{
		fungible::{Inspect as _, InspectHold as _, NativeFromLeft, NativeOrWithId::*, UnionOf},
		fungibles::{Inspect as _, InspectHold as _},
		AsEnsureOriginWithArg,
	},
	Blake2_128Concat,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	traits::{CheckState, Offers, Sharing, Terms},
	AccountId, AssetKind, Balance, BlockNumber, ServiceId, Sla, SubscriptionId,
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
	pub type Subscriptions = pallet_subscriptions;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub storage NoticePeriod: BlockNumber = 20;
	pub storage DepositAmount: Balance = 100;
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

impl pallet_subscriptions::Config for Test {
	type Assets = Tokens;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<
		UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>,
		frame_support::traits::ConstU32<77>,
	>;
	type Currency = Balances;
	type DepositAmount = DepositAmount;
	type NoticePeriod = NoticePeriod;
	type Offers = Book;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Sharing = Partners;
	type WeightInfo = ();
}

/// With whom operators share: a part of what they are paid goes to one account, if it can.
pub struct Partners;

#[storage_alias]
type Part = StorageValue<Partners, Perbill>;

impl Partners {
	pub(crate) fn get(part: Perbill) {
		Part::put(part);
	}
}

impl Sharing<AccountId> for Partners {
	type Asset = AssetKind;
	type Balance = Balance;

	fn share(
		_: &AccountId,
		_: &AssetKind,
		amount: Balance,
		transfer: impl FnOnce(&AccountId, Balance) -> DispatchResult,
	) -> Balance {
		let part = Part::get().unwrap_or_default().mul_floor(amount);
		let shared = part > 0 && with_storage_layer(|| transfer(&PARTNER, part)).is_ok();
		if shared {
			part
		} else {
			0
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_sharing(_: &AccountId, _: &AssetKind) {
		Self::get(Perbill::from_percent(50));
	}
}

/// Offers in storage, so that what a refused call did to them is rolled back with the rest. As the registry's, one
/// that is closed is gone with its last client.
pub struct Book;

#[derive(Clone, codec::Encode, codec::Decode)]
pub(crate) struct Page {
	pub(crate) price: PriceOf,
	pub(crate) capacity: u32,
	pub(crate) occupied: u32,
	pub(crate) ends_at: Option<BlockNumber>,
}

#[storage_alias]
type Pages = StorageMap<Book, Blake2_128Concat, (AccountId, ServiceId), Page>;

pub(crate) const SLA: Sla = Sla { latency_ms: 50, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };

impl Book {
	pub(crate) fn offer(operator: &AccountId, service: ServiceId, price: PriceOf, capacity: u32) {
		Pages::insert((operator, service), Page { price, capacity, occupied: 0, ends_at: None });
	}

	/// Closes an offer: at once where it has no clients, else it serves them up to the block before `ends_at`.
	pub(crate) fn close(operator: &AccountId, service: ServiceId, ends_at: BlockNumber) {
		Self::change(operator, service, |page| page.ends_at = Some(ends_at));
		Self::remove_closed(operator, service);
	}

	pub(crate) fn exists(operator: &AccountId, service: ServiceId) -> bool {
		Pages::contains_key((operator, service))
	}

	fn remove_closed(operator: &AccountId, service: ServiceId) {
		let closed = |page: &Page| page.ends_at.is_some() && page.occupied == 0;
		Pages::mutate_exists((operator, service), |page| *page = page.take().filter(|page| !closed(page)));
	}

	pub(crate) fn change(operator: &AccountId, service: ServiceId, change: impl FnOnce(&mut Page)) {
		Pages::mutate((operator, service), |page| page.as_mut().map(change));
	}
}

impl Offers<AccountId> for Book {
	type Asset = AssetKind;
	type Balance = Balance;
	type BlockNumber = BlockNumber;

	fn occupy(
		operator: &AccountId,
		service: ServiceId,
	) -> Result<Terms<AssetKind, Balance, BlockNumber>, DispatchError> {
		Pages::try_mutate((operator, service), |page| {
			let page = page.as_mut().ok_or("no such offer")?;
			ensure!(page.ends_at.is_none(), "closing");
			ensure!(page.occupied < page.capacity, "full");
			page.occupied += 1;
			Ok(Terms { price: page.price.clone(), sla: SLA })
		})
	}

	fn vacate(operator: &AccountId, service: ServiceId) {
		Self::change(operator, service, |page| page.occupied -= 1);
		Self::remove_closed(operator, service);
	}

	fn ends_at(operator: &AccountId, service: ServiceId) -> Option<BlockNumber> {
		Pages::get((operator, service)).and_then(|page| page.ends_at)
	}

	fn occupied(operator: &AccountId, service: ServiceId) -> u32 {
		Pages::get((operator, service)).map_or(0, |page| page.occupied)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_offer(operator: &AccountId, price: PriceOf) -> ServiceId {
		Self::offer(operator, 0, price, 10);
		0
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_end(operator: &AccountId, service: ServiceId) {
		Self::close(operator, service, BlockNumber::MAX);
	}
}

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
/// Serves.
pub(crate) const OPERATOR: AccountId = AccountId::new([11; 32]);
/// Serves, and has neither native tokens nor assets.
pub(crate) const PAUPER: AccountId = AccountId::new([12; 32]);
/// Gets what operators share; has neither native tokens nor assets.
pub(crate) const PARTNER: AccountId = AccountId::new([13; 32]);
/// Owns the assets, and is party to nothing.
pub(crate) const ISSUER: AccountId = AccountId::new([99; 32]);

pub(crate) const SERVICE: ServiceId = 5;
/// An asset with a minimum balance of [`MINIMUM`].
pub(crate) const GOLD: u32 = 7;
pub(crate) const MINIMUM: Balance = 50;
pub(crate) const ENDOWMENT: Balance = 1_000_000;

pub(crate) fn native(amount: Balance, period: BlockNumber) -> PriceOf {
	PriceOf { asset: Native, amount, period }
}

pub(crate) fn gold(amount: Balance, period: BlockNumber) -> PriceOf {
	PriceOf { asset: WithId(GOLD), amount, period }
}

pub(crate) fn new_test_ext() -> TestExternalities {
	let rich = [ALICE, BOB, OPERATOR, ISSUER];
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	pallet_balances::GenesisConfig::<Test> {
		balances: rich.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_assets::GenesisConfig::<Test> {
		assets: vec![(GOLD, ISSUER, true, MINIMUM)],
		accounts: rich[..3].iter().map(|who| (GOLD, who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	let mut ext = TestExternalities::from(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` in block 1 and checks afterwards that the state holds and that no token was made or lost.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		let issued = (Balances::total_issuance(), Assets::total_supply(GOLD));
		test();
		check();
		assert_eq!((Balances::total_issuance(), Assets::total_supply(GOLD)), issued);
		for (asset, issued) in [(Native, issued.0), (WithId(GOLD), issued.1)] {
			let owned: Balance = [ALICE, BOB, OPERATOR, PAUPER, PARTNER, ISSUER]
				.iter()
				.map(|who| Tokens::total_balance(asset.clone(), who))
				.sum();
			assert_eq!(owned, issued);
		}
	});
}

pub(crate) fn check() {
	Subscriptions::check_state().expect("state holds");
}

/// Makes an offer of `operator` with room for ten and lets `client` subscribe to it.
pub(crate) fn open(
	client: AccountId,
	operator: AccountId,
	price: PriceOf,
	prepaid: Balance,
) -> SubscriptionId {
	if !Book::exists(&operator, SERVICE) {
		Book::offer(&operator, SERVICE, price.clone(), 10);
	}
	let id = crate::NextSubscriptionId::<Test>::get();
	Subscriptions::subscribe(signed(&client), operator, SERVICE, price, prepaid).expect("subscribes");
	id
}

pub(crate) fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn advance(blocks: BlockNumber) {
	System::set_block_number(System::block_number() + blocks);
}

pub(crate) fn stored(id: SubscriptionId) -> Subscription<AccountId> {
	Stored::<Test>::get(id).expect("is open")
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn free_gold(who: &AccountId) -> Balance {
	Assets::balance(GOLD, who)
}

pub(crate) fn prepaid(asset: AssetKind, who: &AccountId) -> Balance {
	Tokens::balance_on_hold(asset, &crate::HoldReason::Prepaid.into(), who)
}

pub(crate) fn deposit_held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Deposit.into(), who)
}

/// Gives `who` an account in the native token.
pub(crate) fn endow_from_issuer(who: &AccountId, amount: Balance) {
	<Balances as frame_support::traits::fungible::Mutate<_>>::transfer(
		&ISSUER,
		who,
		amount,
		frame_support::traits::tokens::Preservation::Preserve,
	)
	.expect("is rich");
}

/// The deposit of a subscription opened now.
pub(crate) fn deposit() -> Balance {
	DepositAmount::get()
}

/// The length of notice of a subscription opened now.
pub(crate) fn notice() -> BlockNumber {
	NoticePeriod::get()
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Subscriptions(event) => Some(event),
			_ => None,
		})
		.collect()
}
