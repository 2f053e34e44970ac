//! A runtime with everything that notaries meet: operators with offers, stake, slashing, and the native token.

use crate as pallet_notary;
use crate::{HoldReason, Key, NotaryRecord};
use codec::Encode;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold as _, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, Authorize, ConstU128, ConstU32, Hooks,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{
	offchain::{CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase},
	AuthorizeCall, EnsureNever, EnsureRoot, EnsureSigned, RawOrigin,
};
use sp_core::{sr25519, Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, Dispatchable, IdentityLookup},
	transaction_validity::{TransactionSource, TransactionValidityError, ValidTransaction},
	BuildStorage, DispatchResult, Perbill,
};
use surety_presence::{
	exact::Earlier,
	merkle::Tree,
	message::{Announcement, KeyOwnership, Receipt, Signed, SignedCommitment},
	publication::{publish, Base},
	Context, SlotSet,
};
use surety_primitives::{
	notary::{
		Claim, ClaimKind, Claims, FaultFractions, NotaryFees, NotaryTerm, NotaryTerms, PublicationMode,
		RequestId, Slot, SubsidyId, Window,
	},
	traits::CheckState,
	AccountId, AssetKind, Balance, BlockNumber, Price, ServiceFlags, ServiceId, Signature, Sla, Verifier,
	NOTARISATION,
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
	#[runtime::pallet_index(8)]
	pub type Notary = pallet_notary;
}

/// The notary.
pub(crate) const NOTARY: AccountId = AccountId::new([1; 32]);
/// Might become another.
pub(crate) const OTHER: AccountId = AccountId::new([2; 32]);
/// Have an offer for `SERVICE` each.
pub(crate) const SELLER: AccountId = AccountId::new([11; 32]);
pub(crate) const RIVAL: AccountId = AccountId::new([12; 32]);
pub(crate) const THIRD: AccountId = AccountId::new([13; 32]);
/// Anybody.
pub(crate) const ALICE: AccountId = AccountId::new([21; 32]);
pub(crate) const BOB: AccountId = AccountId::new([22; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);

pub(crate) const SERVICE: ServiceId = 0;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
pub(crate) const ENDOWMENT: Balance = 10_000_000;
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const ERA: BlockNumber = 20;
pub(crate) const REPORT: BlockNumber = 100;
pub(crate) const REVIEW: BlockNumber = 40;
pub(crate) const OWN: Balance = 100_000;
pub(crate) const BOND: Balance = 10_000;
pub(crate) const NOTARY_DEPOSIT: Balance = 500;
pub(crate) const SLOT_DEPOSIT: Balance = 20;
pub(crate) const RECORD_DEPOSIT: Balance = 50;
pub(crate) const INTENT_DEPOSIT: Balance = 30;
pub(crate) const REPORT_DEPOSIT: Balance = 700;
pub(crate) const WINDOW: BlockNumber = 10;
pub(crate) const GRACE: BlockNumber = 5;
pub(crate) const RETENTION: u32 = 8;
pub(crate) const MAX_WINDOWS: u32 = 40;
pub(crate) const MAX_REQUEST_BLOCKS: BlockNumber = 100;
pub(crate) const MAX_SLOTS: u32 = 200;
pub(crate) const MAX_BYTES: u32 = 1_000;
pub(crate) const BYTE_PRICE: Balance = 2;
pub(crate) const CHALLENGE_FEE: Balance = 100;
pub(crate) const ANSWER: BlockNumber = 6;
pub(crate) const INTENT: BlockNumber = 10;
/// What the notary asks for a claim about latency, and for one about availability.
pub(crate) const LATENCY: NotaryFees = NotaryFees { issue: 100, watch: 10 };
pub(crate) const AVAILABILITY: NotaryFees = NotaryFees { issue: 50, watch: 5 };

pub(crate) type Extension = (AuthorizeCall<Test>,);
pub(crate) type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, Signature, Extension>;
pub(crate) type Block = generic::Block<generic::Header<BlockNumber, BlakeTwo256>, Extrinsic>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

impl CreateTransactionBase<crate::Call<Test>> for Test {
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl CreateTransaction<crate::Call<Test>> for Test {
	type Extension = Extension;

	fn create_transaction(call: RuntimeCall, extension: Extension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl CreateAuthorizedTransaction<crate::Call<Test>> for Test {
	fn create_extension() -> Extension {
		(AuthorizeCall::new(),)
	}
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

type Tokens = UnionOf<Balances, AssetsHolder, NativeFromLeft, AssetKind, AccountId>;
#[cfg(feature = "runtime-benchmarks")]
type Mintable = UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>;

parameter_types! {
	pub const Pot: PalletId = PalletId(*b"sty/stak");
	pub const Treasury: AccountId = TREASURY;
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
	pub const BurnShare: Perbill = Perbill::from_percent(20);
	pub const ReporterShare: Perbill = Perbill::from_percent(10);
	pub const Fractions: FaultFractions = FaultFractions {
		missed: Perbill::from_percent(1),
		mismatch: Perbill::from_percent(20),
		equivocation: Perbill::from_percent(30),
		omission: Perbill::from_percent(5),
		withheld: Perbill::from_percent(10),
		unannounced: Perbill::from_percent(15),
	};
	pub static GraceBlocks: BlockNumber = GRACE;
	pub static KeptWindows: u32 = RETENTION;
	pub static SlotLimit: u32 = MAX_SLOTS;
	pub static PriceOfByte: Balance = BYTE_PRICE;
	pub static PriceOfSlot: Balance = SLOT_DEPOSIT;
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
	type UnbondingPeriod = ConstU32<200>;
	type PositionDeposit = ConstU128<30>;
	type LedgerDeposit = ConstU128<70>;
	type MaxAssets = ConstU32<8>;
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<300>>;
}

/// There are none.
pub struct NoValidators;

impl pallet_slashing::ValidatorSlashes for NoValidators {
	fn cancel(_: u32, _: Vec<u32>) -> DispatchResult {
		Ok(())
	}

	fn weight(_: u32) -> Weight {
		Weight::zero()
	}
}

impl pallet_slashing::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Stake = Restaking;
	type Services = Registry;
	type Fees = Subscriptions;
	type VetoOrigin = EnsureNever<()>;
	type AdminOrigin = EnsureRoot<AccountId>;
	type ValidatorSlashes = NoValidators;
	type Treasury = Treasury;
	type ReviewPeriod = ConstU32<REVIEW>;
	type ReportWindow = ConstU32<REPORT>;
	type EraLength = ConstU32<ERA>;
	type ReportDeposit = ConstU128<REPORT_DEPOSIT>;
	type BurnShare = BurnShare;
	type ReporterShare = ReporterShare;
	type MaxClaims = ConstU32<4>;
	type PetitionBond = ConstU128<300>;
	type SignatureBond = ConstU128<50>;
	type MinSigners = ConstU32<3>;
	type PetitionMultiple = ConstU32<2>;
	type WeightInfo = ();
}

impl pallet_notary::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Operators = Registry;
	type Listings = Registry;
	type Stake = Restaking;
	type Sharing = Restaking;
	type Offences = Slashing;
	type Treasury = Treasury;
	type Bond = ConstU128<BOND>;
	type NotaryDeposit = ConstU128<NOTARY_DEPOSIT>;
	type SlotDeposit = PriceOfSlot;
	type RecordDeposit = ConstU128<RECORD_DEPOSIT>;
	type IntentDeposit = ConstU128<INTENT_DEPOSIT>;
	type WindowLength = ConstU32<WINDOW>;
	type Grace = GraceBlocks;
	type Retention = KeptWindows;
	type MaxWindows = ConstU32<MAX_WINDOWS>;
	type MaxRequestBlocks = ConstU32<MAX_REQUEST_BLOCKS>;
	type MaxSlots = SlotLimit;
	type MaxBytes = ConstU32<MAX_BYTES>;
	type BytePrice = PriceOfByte;
	type ChallengeFee = ConstU128<CHALLENGE_FEE>;
	type AnswerPeriod = ConstU32<ANSWER>;
	type IntentPeriod = ConstU32<INTENT>;
	type Fractions = Fractions;
	type WeightInfo = ();
}

/// State before anything has happened: everybody is rich.
pub(crate) fn new_test_ext() -> TestExternalities {
	GraceBlocks::set(GRACE);
	KeptWindows::set(RETENTION);
	SlotLimit::set(MAX_SLOTS);
	PriceOfByte::set(BYTE_PRICE);
	PriceOfSlot::set(SLOT_DEPOSIT);
	let rich = [NOTARY, OTHER, SELLER, RIVAL, THIRD, ALICE, BOB, TREASURY];
	let genesis = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: rich.map(|who| (who, ENDOWMENT)).to_vec(),
			..Default::default()
		},
		restaking: pallet_restaking::GenesisConfig { assets: vec![(NATIVE, 100)], ..Default::default() },
		..Default::default()
	};
	let mut ext: TestExternalities = genesis.build_storage().expect("genesis is sound").into();
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// For the benchmarks: with a keystore.
#[cfg(feature = "runtime-benchmarks")]
pub(crate) fn benchmark_ext() -> TestExternalities {
	let mut ext = new_test_ext();
	let keystore = sp_keystore::testing::MemoryKeystore::new();
	ext.register_extension(sp_keystore::KeystoreExt::new(keystore));
	ext
}

/// With operators that have offers, one that is no notary yet but backs notarisation, and an era gone by.
pub(crate) fn prepare() {
	assert_ok!(Registry::create_service(
		signed(&ALICE),
		b"storage".to_vec(),
		None,
		Verifier::None,
		0,
		vec![],
		ServiceFlags::default()
	));
	for seller in [SELLER, RIVAL, THIRD] {
		join(&seller, SERVICE);
		offer(&seller, 100);
	}
	for notary in [NOTARY, OTHER] {
		join(&notary, NOTARISATION);
	}
	advance_to(2 * ERA);
}

/// Runs `test` in the third block of a window, with a notary that publishes in `mode`.
pub(crate) fn execute_in(mode: PublicationMode, test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		prepare();
		register(&NOTARY, mode);
		next_window();
		advance(2);
		System::reset_events();
		test();
		check();
	});
}

/// The same in `Mixed` mode.
pub(crate) fn execute(test: impl FnOnce()) {
	execute_in(PublicationMode::Mixed, test);
}

/// Makes an operator with stake of its own behind a service.
fn join(who: &AccountId, service: ServiceId) {
	assert_ok!(Registry::join(signed(who), vec![]));
	assert_ok!(Restaking::stake(signed(who), who.clone(), NATIVE, OWN));
	assert_ok!(Restaking::allocate(signed(who), NATIVE, service, surety_stake::PARTS));
}

pub(crate) fn offer(who: &AccountId, price: Balance) {
	let price = Price { asset: NATIVE, amount: price, period: 1 };
	assert_ok!(Registry::make_offer(signed(who), SERVICE, SLA, 100, price, vec![], 1_000));
}

const SLA: Sla = Sla { latency_ms: 50, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };

/// Changes what an offer costs.
pub(crate) fn reprice(who: &AccountId, price: Balance) {
	let price = Price { asset: NATIVE, amount: price, period: 1 };
	assert_ok!(Registry::update_offer(signed(who), SERVICE, SLA, 100, price, vec![]));
}

/// The key pair of this number.
pub(crate) fn pair(seed: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seed; 32])
}

pub(crate) fn public(seed: u8) -> Key {
	pair(seed).public().0
}

pub(crate) fn sign(seed: u8, message: &impl Signed) -> [u8; 64] {
	pair(seed).sign(&message.payload()).0
}

/// Number of an account's first key.
pub(crate) fn key_of(who: &AccountId) -> u8 {
	<AccountId as AsRef<[u8]>>::as_ref(who)[0]
}

pub(crate) fn ownership(who: &AccountId, seed: u8) -> [u8; 64] {
	sign(seed, &KeyOwnership { genesis: Notary::genesis(), notary: Notary::raw(who) })
}

pub(crate) fn terms() -> NotaryTerms {
	NotaryTerms(
		vec![
			(ClaimKind::Latency, NotaryTerm::Posted(LATENCY)),
			(ClaimKind::Availability, NotaryTerm::Posted(AVAILABILITY)),
			(ClaimKind::Other, NotaryTerm::OnQuote),
		]
		.try_into()
		.unwrap(),
	)
}

pub(crate) fn try_register(who: &AccountId, mode: PublicationMode) -> DispatchResult {
	let seed = key_of(who);
	let link = b"https://notary.example".to_vec().try_into().unwrap();
	Notary::register(signed(who), terms(), true, mode, link, public(seed), ownership(who, seed))
}

pub(crate) fn register(who: &AccountId, mode: PublicationMode) {
	assert_ok!(try_register(who, mode));
}

/// A claim with posted fees.
pub(crate) fn latency() -> Claims {
	Claims::new(vec![Claim::Latency { ms: 20 }])
}

/// A claim on quote.
pub(crate) fn quoted() -> Claims {
	let key = b"colour".to_vec().try_into().unwrap();
	Claims::new(vec![Claim::Other { schema: 1, key, value: Default::default() }])
}

pub(crate) fn try_request(
	who: &AccountId,
	claims: Claims,
	windows: u32,
	max_fee: Balance,
) -> Result<RequestId, sp_runtime::DispatchError> {
	let id = crate::NextRequestId::<Test>::get();
	let key = public(key_of(who));
	Notary::request(signed(who), NOTARY, SERVICE, claims, windows, key, max_fee, 20).map(|()| id)
}

/// A request about latency for so many windows.
pub(crate) fn request(who: &AccountId, windows: u32) -> RequestId {
	try_request(who, latency(), windows, 100_000).expect("can be requested")
}

/// An attestation about latency for so many windows; its slot.
pub(crate) fn attest(who: &AccountId, windows: u32) -> Slot {
	let id = request(who, windows);
	assert_ok!(Notary::attest(signed(&NOTARY), id));
	slot_of(who)
}

pub(crate) fn slot_of(who: &AccountId) -> Slot {
	match crate::Standings::<Test>::get((&NOTARY, who, SERVICE)) {
		Some(crate::Standing::Attested(slot)) => slot,
		other => panic!("{who:?} is not attested: {other:?}"),
	}
}

/// An open subsidy for offers of the service.
pub(crate) fn fund(max: Balance, budget: Balance) -> SubsidyId {
	let id = crate::NextSubsidyId::<Test>::get();
	assert_ok!(Notary::fund_subsidy(signed(&BOB), NOTARY, SERVICE, max, budget));
	id
}

pub(crate) fn record() -> NotaryRecord {
	crate::Notaries::<Test>::get(NOTARY).expect("is a notary")
}

/// A publication with its commitment.
#[derive(Clone)]
pub(crate) struct Made {
	pub(crate) set: SlotSet,
	pub(crate) bytes: Vec<u8>,
	pub(crate) signed: SignedCommitment,
}

impl Made {
	pub(crate) fn tree(&self) -> Tree {
		Tree::new(&self.set)
	}

	pub(crate) fn bounded(&self) -> frame_support::BoundedVec<u8, ConstU32<MAX_BYTES>> {
		self.bytes.clone().try_into().unwrap()
	}

	/// The commitment with something else in it, signed by the same key.
	pub(crate) fn altered(
		&self,
		alter: impl FnOnce(&mut surety_presence::message::Commitment),
	) -> SignedCommitment {
		let mut commitment = self.signed.commitment.clone();
		alter(&mut commitment);
		sign_commitment(key_of(&NOTARY), commitment)
	}
}

pub(crate) fn sign_commitment(
	seed: u8,
	commitment: surety_presence::message::Commitment,
) -> SignedCommitment {
	SignedCommitment { signature: sign(seed, &commitment), commitment }
}

/// A publication of the notary for a window, of the slots of a universe at a base block.
pub(crate) fn made_at(window: Window, base_block: BlockNumber, universe: u32, slots: &[Slot]) -> Made {
	let set = SlotSet::from_slots(universe, slots.iter().copied()).unwrap();
	made_of(window, base_block, set, None)
}

pub(crate) fn made_of(
	window: Window,
	base_block: BlockNumber,
	set: SlotSet,
	earlier: Option<(Window, &Made)>,
) -> Made {
	let base = earlier.map(|(window, made)| {
		let earlier = Earlier { window, set: &made.set };
		Base { bytes: &made.bytes, earlier }
	});
	let context = Context { base_block, window };
	let link = Default::default();
	let (bytes, commitment) =
		publish(Notary::genesis(), Notary::raw(&NOTARY), context, &set, base, link).unwrap();
	Made { set, bytes, signed: sign_commitment(key_of(&NOTARY), commitment) }
}

/// A publication of the window that has just ended, of these slots.
pub(crate) fn made(slots: &[Slot]) -> Made {
	made_at(Notary::current_window() - 1, now() - 1, record().universe, slots)
}

pub(crate) fn announcement(slot: Slot, generation: u32, window: Window) -> Announcement {
	Announcement { genesis: Notary::genesis(), notary: Notary::raw(&NOTARY), slot, generation, window }
}

/// The notary's receipt for an announcement.
pub(crate) fn receipt(announcement: Announcement) -> crate::Witness {
	crate::Witness::Receipt(sign(key_of(&NOTARY), &Receipt { announcement }))
}

/// Sends a call that bears its own proof, as a node would take it.
pub(crate) fn send(call: crate::Call<Test>) -> Result<DispatchResult, TransactionValidityError> {
	validate(&call)?;
	let call = RuntimeCall::from(call);
	Ok(call.dispatch(RawOrigin::Authorized.into()).map(|_| ()).map_err(|failed| failed.error))
}

pub(crate) fn validate(call: &crate::Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
	let authorized = RuntimeCall::from(call.clone()).authorize(TransactionSource::External);
	authorized.expect("bears its own proof").map(|(valid, _)| valid)
}

/// Goes to the second block after the end of the window; says which.
pub(crate) fn end_window() -> Window {
	let window = Notary::current_window();
	next_window();
	advance(1);
	window
}

/// The window ends and the notary commits to these slots.
pub(crate) fn commit(slots: &[Slot]) -> Made {
	end_window();
	let made = made(slots);
	assert_ok!(Notary::commit(signed(&ALICE), made.signed.clone()));
	made
}

pub(crate) fn next_window() {
	let window = Notary::current_window();
	while Notary::current_window() == window {
		advance(1);
	}
}

pub(crate) fn advance_windows(windows: u32) {
	(0..windows).for_each(|_| next_window());
}

/// Builds blocks, full to the last: nothing is cleared away.
pub(crate) fn advance_to(block: BlockNumber) {
	while now() < block {
		System::set_block_number(now() + 1);
		Restaking::on_initialize(now());
		Notary::on_initialize(now());
	}
}

pub(crate) fn advance(blocks: BlockNumber) {
	advance_to(now() + blocks);
}

pub(crate) fn idle() {
	Notary::on_idle(now(), Weight::MAX);
}

pub(crate) fn check() {
	Registry::check_state().expect("the registry holds");
	Restaking::check_state().expect("stake holds");
	Slashing::check_state().expect("slashes hold");
	Notary::check_state().expect("notaries hold");
}

pub(crate) fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::free_balance(who)
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

/// Everything an account has, on hold or not, but for its stake.
pub(crate) fn total(who: &AccountId) -> Balance {
	use frame_support::traits::fungible::Inspect;
	Balances::total_balance(who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Notary(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The slashes that are under review: kind of the fault by its fraction, era, and reporter.
pub(crate) fn slashes() -> Vec<(Perbill, u32, AccountId)> {
	let mut slashes: Vec<_> = pallet_slashing::Slashes::<Test>::iter().collect();
	slashes.sort_by_key(|(id, _)| *id);
	slashes
		.into_iter()
		.map(|(_, slash)| {
			assert_eq!((slash.operator, slash.service), (NOTARY, NOTARISATION));
			(slash.fraction, slash.era, slash.reporter)
		})
		.collect()
}

/// Promises a report, and waits for a block.
pub(crate) fn promise(
	who: &AccountId,
	kind: surety_primitives::notary::FaultKind,
	window: Window,
	details: impl Encode,
) -> H256 {
	let details = details.encode();
	let evidence = surety_primitives::notary::fault_evidence(kind, &NOTARY, window, &details, who);
	assert_ok!(Notary::intend(signed(who), evidence));
	advance(1);
	evidence
}
