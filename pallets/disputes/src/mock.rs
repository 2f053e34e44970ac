//! A runtime with everything that disputes meet: operators with stake, services, subscriptions, slashes, the native token
//! and an asset. A block takes a second.

use crate as pallet_disputes;
use crate::{rules_of, Contracts, HoldReason, NativeVerifiers};
use codec::Encode;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Inspect as _, InspectHold as _, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU64, Hooks, Time,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_core::{ed25519, sr25519, Pair as _, H256};
use sp_crypto_hashing::blake2_256;
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};
use surety_agreement::merkle::Tree;
use surety_dispute::{commitment, Asked, Body, Check, Evidence, Named, Rules, Stated, Statement};
use surety_primitives::{
	traits::{CheckState, Fees, FeesPaid},
	AccountId, AssetKind, Balance, BlockNumber, Era, Price, ServiceFlags, ServiceId, Sla, SlashId,
	SubscriptionId, Verifier,
};
use surety_response::{
	relay::{Basis, Ms, Piece, Request, Response, Verdict},
	KeyIndex, Message, NodeId, PublicKey, Signature, Signed,
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
	pub type Disputes = pallet_disputes;
}

/// Subscribes to the operator's offer, and asks.
pub(crate) const CLIENT: AccountId = AccountId::new([1; 32]);
/// Asks, too.
pub(crate) const OTHER: AccountId = AccountId::new([2; 32]);
/// Anybody.
pub(crate) const ANYBODY: AccountId = AccountId::new([3; 32]);
/// Has stake on the operator.
pub(crate) const DELEGATOR: AccountId = AccountId::new([4; 32]);
/// Has stake of its own behind `SERVICE`, and an offer.
pub(crate) const OPERATOR: AccountId = AccountId::new([11; 32]);
/// Another.
pub(crate) const RIVAL: AccountId = AccountId::new([12; 32]);
/// Owns the service.
pub(crate) const OWNER: AccountId = AccountId::new([20; 32]);
/// Vetoes.
pub(crate) const GOVERNANCE: AccountId = AccountId::new([30; 32]);
/// Gets what is forfeited, and owns the asset.
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);
pub(crate) const ALL: [AccountId; 9] =
	[CLIENT, OTHER, ANYBODY, DELEGATOR, OPERATOR, RIVAL, OWNER, GOVERNANCE, TREASURY];

pub(crate) const SERVICE: ServiceId = 0;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
pub(crate) const ENDOWMENT: Balance = 10_000_000;
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const ERA: BlockNumber = 10;
pub(crate) const REPORT: BlockNumber = 30;
pub(crate) const REVIEW: BlockNumber = 40;
pub(crate) const REPORT_DEPOSIT: Balance = 500;
/// The operator's own stake at the beginning of a test.
pub(crate) const OWN: Balance = 100_000;
/// What was delegated to it.
pub(crate) const DELEGATED: Balance = 50_000;
pub(crate) const KEY_DEPOSIT: Balance = 15;
pub(crate) const COMMITMENT_DEPOSIT: Balance = 25;
pub(crate) const RECORD_DEPOSIT: Balance = 35;
pub(crate) const DELAY: BlockNumber = 3;
pub(crate) const LIFE: BlockNumber = 9;
pub(crate) const MAX_KEYS: u32 = 3;
pub(crate) const MAX_ERAS: u32 = 16;
/// In ms: two eras.
pub(crate) const REQUEST_LIFE: Ms = 20_000;
/// In percent.
pub(crate) const WRONG: u32 = 10;
pub(crate) const CONTRADICTION: u32 = 20;
pub(crate) const MULTIPLE: u32 = 3;
pub(crate) const MAX_CONVICTIONS: u32 = 3;
/// A runtime's own verifier that finds right what is not empty.
pub(crate) const NOT_EMPTY: u32 = 5;
/// Of the operator's offer.
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
	pub const MaxCommissionRise: Perbill = Perbill::from_percent(5);
	pub const BurnShare: Perbill = Perbill::from_percent(20);
	pub const ReporterShare: Perbill = Perbill::from_percent(10);
	pub const WrongAnswer: Perbill = Perbill::from_percent(WRONG);
	pub const Contradiction: Perbill = Perbill::from_percent(CONTRADICTION);
	/// Blocks after an offence in which it can be reported.
	pub static ReportWindow: BlockNumber = REPORT;
	/// Agreement 0, if there is one.
	pub static Agreed: Option<FeesPaid<AccountId, AssetKind, Balance>> = None;
}

frame_support::ord_parameter_types! {
	pub const GovernanceOnly: AccountId = GOVERNANCE;
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
	type ReportWindow = ReportWindow;
	type UnbondingPeriod = ConstU32<100>;
	type PositionDeposit = ConstU128<30>;
	type LedgerDeposit = ConstU128<70>;
	type MaxAssets = ConstU32<8>;
	type MaxCommissionRise = MaxCommissionRise;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<300>>;
}

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
	type VetoOrigin = EnsureSignedBy<GovernanceOnly, AccountId>;
	type AdminOrigin = EnsureRoot<AccountId>;
	type ValidatorSlashes = NoValidators;
	type Treasury = Treasury;
	type ReviewPeriod = ConstU32<REVIEW>;
	type ReportWindow = ReportWindow;
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

/// A second a block.
pub struct Clock;

impl Time for Clock {
	type Moment = Ms;

	fn now() -> Ms {
		Ms::from(now()) * 1_000
	}
}

/// Subscriptions, and agreement 0.
pub struct Sold;

impl Contracts<AccountId> for Sold {
	fn contract(basis: &Basis) -> Option<FeesPaid<AccountId, AssetKind, Balance>> {
		match basis {
			Basis::Subscription(id) => Subscriptions::fees(*id),
			Basis::Agreement(0) => Agreed::get(),
			Basis::Agreement(_) => None,
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_contract(client: &AccountId, operator: &AccountId, service: ServiceId) -> Basis {
		Basis::Subscription(Subscriptions::prepare_fees(client, operator, service))
	}
}

pub struct Verifiers;

impl NativeVerifiers for Verifiers {
	fn is_right(verifier: u32, _: &Asked, body: &[u8]) -> Option<bool> {
		(verifier == NOT_EMPTY).then_some(!body.is_empty())
	}

	fn weight(_: u32, bytes: u32) -> Weight {
		Weight::from_parts(1_000_000 + u64::from(bytes), 0)
	}
}

impl pallet_disputes::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Time = Clock;
	type Stake = Restaking;
	type Offences = Slashing;
	type Contracts = Sold;
	type NativeVerifiers = Verifiers;
	type KeyDeposit = ConstU128<KEY_DEPOSIT>;
	type CommitmentDeposit = ConstU128<COMMITMENT_DEPOSIT>;
	type RecordDeposit = ConstU128<RECORD_DEPOSIT>;
	type MaxKeys = ConstU32<MAX_KEYS>;
	type MaxEras = ConstU32<MAX_ERAS>;
	type MaxRequestLife = ConstU64<REQUEST_LIFE>;
	type CommitmentDelay = ConstU32<DELAY>;
	type CommitmentLife = ConstU32<LIFE>;
	type WrongAnswerFraction = WrongAnswer;
	type ContradictionFraction = Contradiction;
	type CompensationMultiple = ConstU32<MULTIPLE>;
	type MaxConvictions = ConstU32<MAX_CONVICTIONS>;
	type WeightInfo = ();
}

/// State before anything has happened: everybody is rich, and native tokens can be staked.
pub(crate) fn new_test_ext() -> TestExternalities {
	ReportWindow::set(REPORT);
	Agreed::set(None);
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	pallet_balances::GenesisConfig::<Test> {
		balances: ALL.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_restaking::GenesisConfig::<Test> { assets: vec![(NATIVE, 100)], ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("builds");
	let mut ext = TestExternalities::from(storage);
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` in era 2, with an operator that has `OWN` and `DELEGATED` behind a deterministic service whose answers are
/// checked by their hashes, an offer, and answer key 0; and with subscription 0, which is `CLIENT`'s.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		set_up();
		test();
		check();
	});
}

/// As for `execute`.
pub(crate) fn set_up() {
	assert_ok!(Registry::create_service(
		by(&OWNER),
		b"storage".to_vec(),
		None,
		Verifier::FixedHash,
		0,
		vec![],
		ServiceFlags { stateless: true, deterministic: true },
	));
	assert_ok!(Registry::join(by(&OPERATOR), vec![]));
	assert_ok!(Restaking::stake(by(&OPERATOR), OPERATOR, NATIVE, OWN));
	assert_ok!(Restaking::stake(by(&DELEGATOR), OPERATOR, NATIVE, DELEGATED));
	assert_ok!(Restaking::allocate(by(&OPERATOR), NATIVE, SERVICE, surety_stake::PARTS));
	let sla = Sla { latency_ms: 50, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };
	assert_ok!(Registry::make_offer(by(&OPERATOR), SERVICE, sla, 100, PRICE, vec![], 1_000));
	assert_ok!(Disputes::register_key(by(&OPERATOR), public(0)));
	Disputes::on_initialize(now());
	while Restaking::era() < 2 {
		advance(1);
	}
	assert_eq!(subscribe(&CLIENT), 0);
	System::reset_events();
}

pub(crate) fn check() {
	Disputes::check_state().expect("disputes hold");
	Registry::check_state().expect("the registry holds");
	Subscriptions::check_state().expect("subscriptions hold");
	Restaking::check_state().expect("stake holds");
	Slashing::check_state().expect("slashes hold");
	let owned: Balance = ALL.iter().chain([&Restaking::pot()]).map(Balances::total_balance).sum();
	assert_eq!(owned, Balances::total_issuance());
}

pub(crate) fn by(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

pub(crate) fn era() -> Era {
	Restaking::era()
}

pub(crate) fn advance(blocks: BlockNumber) {
	for _ in 0..blocks {
		System::set_block_number(now() + 1);
		Restaking::on_initialize(now());
		Disputes::on_initialize(now());
	}
}

pub(crate) fn advance_to(block: BlockNumber) {
	advance(block.saturating_sub(now()));
}

pub(crate) fn advance_to_era(reach: Era) {
	while era() < reach {
		advance(1);
	}
}

pub(crate) fn subscribe(client: &AccountId) -> SubscriptionId {
	let id = pallet_subscriptions::NextSubscriptionId::<Test>::get();
	assert_ok!(Subscriptions::subscribe(by(client), OPERATOR, SERVICE, PRICE, 50_000));
	id
}

pub(crate) fn genesis() -> H256 {
	System::block_hash(0)
}

pub(crate) fn node(who: &AccountId) -> NodeId {
	let bytes: &[u8; 32] = who.as_ref();
	NodeId::from(*bytes)
}

fn seed(number: u8) -> [u8; 32] {
	[number.wrapping_add(100); 32]
}

/// An answer key; those of even numbers are of the one scheme, the others of the other.
pub(crate) fn public(number: u8) -> PublicKey {
	if number.is_multiple_of(2) {
		PublicKey::Sr25519(sr25519::Pair::from_seed(&seed(number)).public().0)
	} else {
		PublicKey::Ed25519(ed25519::Pair::from_seed(&seed(number)).public().0)
	}
}

/// Signed by the pair of `number`, said to be at place `key`.
pub(crate) fn sign(number: u8, key: KeyIndex, genesis: &H256, message: &impl Message) -> Signed {
	let payload = message.signing_payload(genesis);
	let signature = if number.is_multiple_of(2) {
		Signature::Sr25519(sr25519::Pair::from_seed(&seed(number)).sign(&payload).0)
	} else {
		Signature::Ed25519(ed25519::Pair::from_seed(&seed(number)).sign(&payload).0)
	};
	Signed { key, signature }
}

/// A request of `CLIENT`'s that ends now. Each `nonce` makes another.
pub(crate) fn request(nonce: u64) -> Request {
	request_of(&CLIENT, nonce)
}

pub(crate) fn request_of(author: &AccountId, nonce: u64) -> Request {
	Request {
		author: node(author),
		recipient: node(&OPERATOR),
		basis: Basis::Subscription(0),
		content: H256::zero(),
		method: b"POST /sealed".to_vec().try_into().expect("is short"),
		max_response_bytes: 10_000,
		service_ms: 10,
		timeout_ms: 100,
		late_fee_per_ms: 1,
		late_fee_cap: 1,
		route: H256::zero(),
		nonce,
		not_after_ms: Clock::now(),
	}
}

/// What the operator signs: as the registry has the service at the beginning.
pub(crate) fn rules() -> Rules {
	rules_of(Verifier::FixedHash, ServiceFlags { stateless: true, deterministic: true }, None)
}

pub(crate) fn rules_with(check: Check) -> Rules {
	Rules { check, ..rules() }
}

pub(crate) fn question(target: &[u8]) -> Asked {
	Asked::get(target).expect("is short")
}

/// Asks for what has the hash of `body`.
pub(crate) fn wants(body: &[u8]) -> Asked {
	Named::Blake2b256(blake2_256(body)).asked().expect("is short")
}

/// The operator's statement about its answer, signed by key 0.
pub(crate) fn stated(request: Request, asked: &Asked, body: &[u8]) -> Stated {
	stated_by(request, rules(), asked, body)
}

pub(crate) fn stated_by(request: Request, rules: Rules, asked: &Asked, body: &[u8]) -> Stated {
	let statement = Statement {
		request: request.hash(&genesis()),
		query: request.query(&genesis()),
		service: SERVICE,
		rules,
		asked: asked.hash(),
		status: 200,
		answered: Body::of(body).expect("is short"),
	};
	resigned(Stated { request, statement, signed: sign(0, 0, &genesis(), &statement) })
}

/// The same, changed, and signed again by key 0.
pub(crate) fn restated(mut stated: Stated, change: impl FnOnce(&mut Statement)) -> Stated {
	change(&mut stated.statement);
	resigned(stated)
}

fn resigned(stated: Stated) -> Stated {
	Stated { signed: sign(0, 0, &genesis(), &stated.statement), ..stated }
}

pub(crate) fn wrong(stated: Stated, asked: &Asked, shown: &[u8]) -> Evidence {
	Evidence::WrongAnswer { stated, asked: asked.clone(), shown: Piece::truncate_from(shown.to_vec()) }
}

/// Asked for one thing, the operator has answered another.
pub(crate) fn wrong_answer(request: Request) -> Evidence {
	let asked = wants(b"right");
	wrong(stated(request, &asked, b"wrong"), &asked, b"wrong")
}

pub(crate) fn contradiction(first: Request, second: Request) -> Evidence {
	let asked = question(b"/v1/head");
	Evidence::Statements { first: stated(first, &asked, b"one"), second: stated(second, &asked, b"other") }
}

/// A response as it was sent, signed by key 0.
pub(crate) fn response(request: &Request, body: &[u8]) -> (Response, Signed) {
	let Body { bytes, root } = Body::of(body).expect("is short");
	let response = Response { request: request.hash(&genesis()), verdict: Verdict::Answer, bytes, root };
	(response, sign(0, 0, &genesis(), &response))
}

/// A chunk of a file, as it is asked for and as it is answered.
pub(crate) fn chunk(index: u64) -> (Asked, Vec<u8>) {
	let file: Vec<u8> = (0..1_000u32).map(|byte| (byte / 7) as u8).collect();
	let tree = Tree::new(&file, 16).expect("is short");
	let asked = Named::Chunk { data: tree.data(), index }.asked().expect("is short");
	(asked, tree.prove(&file, index).expect("is there").encode())
}

pub(crate) fn report(who: &AccountId, evidence: &Evidence) -> DispatchResult {
	submit(who, evidence, None)
}

pub(crate) fn submit(who: &AccountId, evidence: &Evidence, salt: Option<H256>) -> DispatchResult {
	// As a transaction does.
	frame_support::storage::with_storage_layer(|| {
		let done = Disputes::report(by(who), Box::new(evidence.clone()), salt);
		done.map(drop).map_err(|refused| refused.error)
	})
}

pub(crate) fn commitment_of(who: &AccountId, evidence: &Evidence, salt: H256) -> H256 {
	commitment(&genesis(), &evidence.hash(), &node(who), &salt)
}

pub(crate) fn slashed(conviction: u32) -> SlashId {
	crate::Convictions::<Test>::get(conviction).expect("is there").slash
}

/// Waits out the review of a slash and applies it.
pub(crate) fn apply(slash: SlashId) {
	let ends = pallet_slashing::Slashes::<Test>::get(slash).expect("is there").review_ends;
	advance_to(ends);
	assert_ok!(Slashing::apply(by(&ANYBODY), slash, 10));
}

/// Waits until settlement 0 closes, and pays `who` out of it. Returns how much that is.
pub(crate) fn collect(who: &AccountId) -> Balance {
	let settlement = pallet_slashing::Settlements::<Test>::get(0).expect("is open");
	advance_to(settlement.closes_at);
	let before = free(who);
	assert_ok!(Slashing::collect(by(&ANYBODY), 0, who.clone()));
	free(who) - before
}

/// What somebody has at stake on the operator.
pub(crate) fn position(who: &AccountId) -> Balance {
	let position = Restaking::position(who.clone(), OPERATOR, NATIVE);
	position.map_or(0, |p| p.bonded + p.unbonding.iter().map(|chunk| chunk.amount).sum::<Balance>())
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Disputes(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) type Refused = crate::Error<Test>;

pub(crate) fn refused(error: Refused) -> DispatchResult {
	Err(DispatchError::from(error))
}
