//! A runtime with everything that agreements meet: operators with stake, slashes, the network, the native token and an
//! asset. Only randomness is said by the tests.

use crate as pallet_agreements;
use crate::{Agreement, Agreements as Stored, HoldReason};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Inspect as _, InspectHold as _, NativeFromLeft, UnionOf},
		fungibles::{Inspect as _, InspectHold as _},
		AsEnsureOriginWithArg, ConstU128, ConstU32, Hooks, Randomness,
	},
	weights::Weight,
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned, EnsureSignedBy};
use sp_core::{sr25519, Pair as _, H256};
use sp_io::TestExternalities;
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _, IdentityLookup},
	BuildStorage, DispatchResult, Perbill,
};
use surety_agreement::merkle::Tree;
use surety_graph::{Cost, Terms};
use surety_primitives::{
	agreement::{AgreementTerms, AnswerRule, Audits, BeaconId, ChunkProof, Limits, Party},
	topology::NodeId,
	traits::CheckState,
	AccountId, AgreementId, AssetKind, Balance, BlockNumber, EdgeId, Price, ServiceFlags, ServiceId, SlashId,
	Verifier,
};
use surety_response::{Message, PerSide, PublicKey, SeverIntent, Side, Signature, Signed};

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
	pub type Channels = pallet_channels;
	#[runtime::pallet_index(9)]
	pub type Topology = pallet_topology;
	#[runtime::pallet_index(10)]
	pub type Agreements = pallet_agreements;
}

/// Wants to be served.
pub(crate) const CLIENT: AccountId = AccountId::new([1; 32]);
/// Wants to be served, too.
pub(crate) const OTHER: AccountId = AccountId::new([2; 32]);
/// Anybody.
pub(crate) const ANYBODY: AccountId = AccountId::new([3; 32]);
/// Has stake on the operator.
pub(crate) const DELEGATOR: AccountId = AccountId::new([4; 32]);
/// Has stake of its own behind `SERVICE`, and a node.
pub(crate) const OPERATOR: AccountId = AccountId::new([11; 32]);
/// Has the node at the centre.
pub(crate) const HUB: AccountId = AccountId::new([12; 32]);
/// Has the node between the two.
pub(crate) const RELAY: AccountId = AccountId::new([13; 32]);
/// Owns the service.
pub(crate) const OWNER: AccountId = AccountId::new([20; 32]);
/// Vetoes.
pub(crate) const GOVERNANCE: AccountId = AccountId::new([30; 32]);
/// Gets what is forfeited, and owns the asset.
pub(crate) const TREASURY: AccountId = AccountId::new([99; 32]);
pub(crate) const ALL: [AccountId; 10] =
	[CLIENT, OTHER, ANYBODY, DELEGATOR, OPERATOR, HUB, RELAY, OWNER, GOVERNANCE, TREASURY];

/// Nodes, in the order in which they are registered.
pub(crate) const CENTRE_NODE: NodeId = 0;
pub(crate) const RELAY_NODE: NodeId = 1;
pub(crate) const OPERATOR_NODE: NodeId = 2;

pub(crate) const SERVICE: ServiceId = 0;
pub(crate) const NATIVE: AssetKind = AssetKind::Native;
pub(crate) const GOLD: AssetKind = AssetKind::WithId(7);
pub(crate) const ENDOWMENT: Balance = 10_000_000;
pub(crate) const MINIMUM: Balance = 10;
pub(crate) const ERA: BlockNumber = 10;
pub(crate) const REPORT: BlockNumber = 30;
pub(crate) const REVIEW: BlockNumber = 40;
pub(crate) const REPORT_DEPOSIT: Balance = 500;
/// The operator's own stake at the beginning of a test.
pub(crate) const OWN: Balance = 100_000;
pub(crate) const RECORD_DEPOSIT: Balance = 40;
pub(crate) const CHALLENGE_FEE: Balance = 25;
pub(crate) const PROPOSAL_LIFETIME: BlockNumber = 10;
pub(crate) const CLAIMS: BlockNumber = 50;
pub(crate) const MAX_ANSWER: BlockNumber = 20;
pub(crate) const BEACON_LIFE: BlockNumber = 60;
pub(crate) const MAX_LENGTH: BlockNumber = 10_000;
pub(crate) const MAX_SAMPLES: u32 = 16;
pub(crate) const MAX_PATH: u32 = 16;
/// Of the terms of most tests.
pub(crate) const PRICE: Balance = 7;
pub(crate) const LENGTH: BlockNumber = 300;
pub(crate) const NOTICE: BlockNumber = 20;
pub(crate) const PERIOD: BlockNumber = 100;
pub(crate) const ALLOWANCE: BlockNumber = 10;
pub(crate) const QUANTUM: BlockNumber = 3;
pub(crate) const ANSWER: BlockNumber = 5;
pub(crate) const INTERVAL: BlockNumber = 20;
pub(crate) const AUDIT_ANSWER: BlockNumber = 10;
pub(crate) const SAMPLES: u32 = 4;
pub(crate) const RATE: Balance = 50;
pub(crate) const MISSED: Balance = 600;
pub(crate) const RESERVE: Balance = 10_000;
pub(crate) const CHUNK: u32 = 16;
pub(crate) const CHUNKS: u64 = 1_000;

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
	pub const CutLoss: Perbill = Perbill::from_percent(10);
	pub const ReviewShare: Perbill = Perbill::from_percent(30);
	pub const Majority: Perbill = Perbill::from_percent(55);
	pub const Budget: Cost = Cost { reads: 60, writes: 20 };
	/// Randomness, and for what it is valid.
	pub static Drawn: (H256, BlockNumber) = (H256::zero(), 0);
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
	type ReportWindow = ConstU32<REPORT>;
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

impl pallet_channels::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Assets = Tokens;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<400>>;
	type CloseWindow = ConstU32<20>;
	type Currency = Balances;
	type MaxCloseWindow = ConstU32<1_000>;
	type MinCloseWindow = ConstU32<5>;
	type ProposalLifetime = ConstU32<10>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type StorageDeposit = ConstU128<30>;
	type WeightInfo = ();
}

// Whoever was cut off can come back for as long as a test lasts.
impl pallet_topology::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Channels = Channels;
	type Stake = Restaking;
	type Offences = Slashing;
	type VetoOrigin = EnsureRoot<AccountId>;
	type Treasury = Treasury;
	type RelayService = ConstU32<77>;
	type MinStake = ConstU128<1_000>;
	type NodeDeposit = ConstU128<100>;
	type PageDeposit = ConstU128<40>;
	type EdgeDeposit = ConstU128<20>;
	type OfferDeposit = ConstU128<15>;
	type Penalty = ConstU128<200>;
	type SeverReward = ConstU128<10>;
	type BurnShare = BurnShare;
	type CutLoss = CutLoss;
	type ReporterShare = ReporterShare;
	type ActivationDelay = ConstU32<5>;
	type ProposalLifetime = ConstU32<10>;
	type NoticePeriod = ConstU32<12>;
	type Horizon = ConstU32<200_000>;
	type MaxAge = ConstU32<30>;
	type GracePeriod = ConstU32<100_000>;
	type GraceInterval = ConstU32<0>;
	type ClaimsPeriod = ConstU32<30>;
	type ReviewPeriod = ConstU32<25>;
	type ReviewShare = ReviewShare;
	type MajorityShare = Majority;
	type MajorityPeriod = ConstU32<15>;
	type MaxPages = ConstU32<9>;
	type MaxPath = ConstU32<MAX_PATH>;
	type MaxSearch = ConstU32<64>;
	type MaxList = ConstU32<32>;
	type MaxReads = ConstU32<2_000>;
	type CertificateDeposit = ConstU128<50>;
	type MemberDeposit = ConstU128<2>;
	type ChallengeDeposit = ConstU128<100>;
	type ChallengePerNode = ConstU128<1>;
	type BondPeriod = ConstU32<50>;
	type CentreBudget = Budget;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<500>>;
}

/// Says what the tests say.
pub struct Dice;

impl Randomness<H256, BlockNumber> for Dice {
	fn random(subject: &[u8]) -> (H256, BlockNumber) {
		let (seed, valid_for) = Drawn::get();
		(BlakeTwo256::hash(&[subject, seed.as_bytes()].concat()), valid_for)
	}
}

impl pallet_agreements::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Assets = Tokens;
	type Operators = Registry;
	type Services = Registry;
	type Topology = Topology;
	type Stake = Restaking;
	type OwnStake = Restaking;
	type Sharing = Restaking;
	type Offences = Slashing;
	type Verdicts = Slashing;
	type Randomness = Dice;
	type RecordDeposit = ConstU128<RECORD_DEPOSIT>;
	type ChallengeFee = ConstU128<CHALLENGE_FEE>;
	type ProposalLifetime = ConstU32<PROPOSAL_LIFETIME>;
	type ClaimsPeriod = ConstU32<CLAIMS>;
	type MinAnswer = ConstU32<2>;
	type MaxAnswer = ConstU32<MAX_ANSWER>;
	type BeaconLife = ConstU32<BEACON_LIFE>;
	type MaxLength = ConstU32<MAX_LENGTH>;
	type MaxSamples = ConstU32<MAX_SAMPLES>;
	type MaxPath = ConstU32<MAX_PATH>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<Mintable, ConstU32<600>>;
	#[cfg(feature = "runtime-benchmarks")]
	type Isolate = Topology;
}

/// State before anything has happened: everybody is rich, and native tokens can be staked.
pub(crate) fn new_test_ext() -> TestExternalities {
	Drawn::set((H256::zero(), 0));
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	pallet_balances::GenesisConfig::<Test> {
		balances: ALL.iter().map(|who| (who.clone(), ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	pallet_assets::GenesisConfig::<Test> {
		assets: vec![(7, TREASURY, true, MINIMUM)],
		// The operator has none: it gets its account with what it is paid.
		accounts: [CLIENT, OTHER].iter().map(|who| (7, who.clone(), ENDOWMENT)).collect(),
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

/// Runs `test` in era 2, with an operator that has `OWN` of native stake behind a service, and a node that the centre
/// reaches by `edges()`.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		set_up();
		test();
		check();
	});
}

/// As for `execute`.
pub(crate) fn set_up() {
	let flags = ServiceFlags::default();
	assert_ok!(Registry::create_service(
		by(&OWNER),
		b"storage".to_vec(),
		None,
		Verifier::MerkleChunk,
		0,
		vec![],
		flags
	));
	assert_ok!(Registry::join(by(&OPERATOR), vec![]));
	stake(&OPERATOR, OWN);
	assert_ok!(Restaking::allocate(by(&OPERATOR), NATIVE, SERVICE, surety_stake::PARTS));
	for (who, stake) in [(HUB, 50_000), (RELAY, 20_000), (OPERATOR, 1_000)] {
		assert_ok!(Topology::register(by(&who), stake, key(&who)));
	}
	connect(&HUB, &RELAY, RELAY_NODE);
	connect(&RELAY, &OPERATOR, OPERATOR_NODE);
	assert_ok!(Topology::stand_in(by(&ANYBODY), CENTRE_NODE));
	while Restaking::era() < 2 {
		advance(1);
	}
	for node in [CENTRE_NODE, RELAY_NODE, OPERATOR_NODE] {
		// One that weighs what it has already is refused.
		let _ = Topology::refresh(by(&ANYBODY), node);
	}
	System::reset_events();
}

pub(crate) fn check() {
	Agreements::check_state().expect("agreements hold");
	Registry::check_state().expect("the registry holds");
	Restaking::check_state().expect("stake holds");
	Slashing::check_state().expect("slashes hold");
	Topology::check_state().expect("the network holds");
	Channels::check_state().expect("channels hold");
	let owned: Balance = ALL.iter().chain([&Restaking::pot()]).map(Balances::total_balance).sum();
	assert_eq!(owned, Balances::total_issuance());
}

pub(crate) fn by(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

pub(crate) fn now() -> BlockNumber {
	System::block_number()
}

pub(crate) fn advance(blocks: BlockNumber) {
	for _ in 0..blocks {
		System::set_block_number(now() + 1);
		Restaking::on_initialize(now());
		Topology::on_initialize(now());
		Agreements::on_initialize(now());
	}
}

pub(crate) fn advance_to(block: BlockNumber) {
	advance(block.saturating_sub(now()));
}

/// The next block has new randomness, which nobody knew before it.
pub(crate) fn draw() -> BeaconId {
	let beacon = crate::KeptBeacons::<Test>::get().next;
	Drawn::set((H256::from_low_u64_be(u64::from(beacon) + 1), now() + 1));
	advance(1);
	beacon
}

pub(crate) fn stake(who: &AccountId, amount: Balance) {
	assert_ok!(Restaking::stake(by(who), OPERATOR, NATIVE, amount));
}

fn pair(who: &AccountId) -> sr25519::Pair {
	let seed: &[u8; 32] = who.as_ref();
	sr25519::Pair::from_seed(seed)
}

fn key(who: &AccountId) -> PublicKey {
	PublicKey::Sr25519(pair(who).public().0)
}

fn connect(from: &AccountId, to: &AccountId, node: NodeId) -> EdgeId {
	let id = pallet_topology::NextEdgeId::<Test>::get();
	let terms = Terms { latency_ms: 10, bandwidth_kbit_s: 1_000, base_price: 5, price_per_byte: 1 };
	let deposits = PerSide { opener: 500, acceptor: 500 };
	assert_ok!(Topology::propose(by(from), node, terms, NATIVE, deposits));
	assert_ok!(Topology::accept(by(to), id));
	id
}

/// The open edge between the relay and the operator, if there is one.
fn last_edge() -> Option<EdgeId> {
	let id = pallet_topology::NextEdgeId::<Test>::get() - 1;
	let open = pallet_topology::Edges::<Test>::get(id).is_some_and(|edge| edge.end.is_none());
	(open && id > 0).then_some(id)
}

/// The way from the centre to the operator.
pub(crate) fn way() -> Vec<EdgeId> {
	[Some(0), last_edge()].into_iter().flatten().collect()
}

/// The operator is cut off; false where it is already.
pub(crate) fn sever() -> bool {
	let Some(edge) = last_edge() else { return false };
	let payload = SeverIntent { edge }.signing_payload(&System::block_hash(0));
	let signature = Signature::Sr25519(pair(&RELAY).sign(&payload).0);
	let signed = Signed { key: 0, signature };
	let intent = pallet_topology::Intent { by: Side::Opener, signed };
	let evidence = pallet_topology::Evidence::Search { expansions: 64 };
	assert_ok!(Topology::sever(by(&ANYBODY), edge, intent, evidence));
	true
}

/// The operator joins the network again, and says nothing of it to anybody; false where it is there.
pub(crate) fn rejoin() -> bool {
	if last_edge().is_some() {
		return false;
	}
	let edge = connect(&RELAY, &OPERATOR, OPERATOR_NODE);
	assert_ok!(Topology::rejoin(by(&OPERATOR), vec![edge, 0].try_into().expect("short")));
	true
}

/// The file that the operator keeps.
pub(crate) fn file() -> Vec<u8> {
	(0..CHUNKS * u64::from(CHUNK)).map(|byte| (byte / 7 % 251) as u8).collect()
}

pub(crate) fn tree() -> Tree {
	Tree::new(&file(), CHUNK).expect("is short")
}

pub(crate) fn audits() -> Audits {
	Audits { interval: INTERVAL, samples: SAMPLES, answer: AUDIT_ANSWER, penalty: MISSED }
}

/// Terms without anything stored.
pub(crate) fn terms() -> AgreementTerms {
	AgreementTerms {
		service: SERVICE,
		data: None,
		audits: None,
		reach: Limits { latency_ms: 50, bandwidth_kbit_s: 1_000, price: 100, bytes: 1 },
		answers: AnswerRule::Served,
		uptime: Perbill::from_percent(90),
		period: PERIOD,
		grace: 1,
		quantum: QUANTUM,
		reach_answer: ANSWER,
		downtime_penalty: RATE,
		reserve: RESERVE,
		price: Price { asset: NATIVE, amount: PRICE, period: 1 },
		starts_at: 0,
		length: LENGTH,
		renewals: 1,
		notice: NOTICE,
	}
}

/// The same, of a file that is stored and audited.
pub(crate) fn storage_terms() -> AgreementTerms {
	AgreementTerms { data: Some(tree().data()), audits: Some(audits()), ..terms() }
}

/// Proposed by the operator.
pub(crate) fn propose(client: &AccountId, terms: AgreementTerms) -> AgreementId {
	let id = crate::NextAgreementId::<Test>::get();
	assert_ok!(Agreements::propose(by(&OPERATOR), Party::Operator, client.clone(), Box::new(terms)));
	id
}

/// Proposed by the operator and accepted by a client.
pub(crate) fn agree_with(client: &AccountId, terms: AgreementTerms) -> AgreementId {
	let id = propose(client, terms.clone());
	assert_ok!(Agreements::accept(by(client), id, terms.hash(client, &OPERATOR)));
	System::reset_events();
	id
}

pub(crate) fn agree() -> AgreementId {
	agree_with(&CLIENT, terms())
}

pub(crate) fn agree_to_store() -> AgreementId {
	agree_with(&CLIENT, storage_terms())
}

pub(crate) fn ping(id: AgreementId) -> DispatchResult {
	Agreements::ping(by(&OPERATOR), id, way().try_into().expect("short"))
}

/// The chunks that are asked for now.
pub(crate) fn proofs(id: AgreementId) -> Vec<ChunkProof> {
	let (file, tree) = (file(), tree());
	let drawn = Agreements::audit_of(id).expect("is due").drawn.expect("is drawn");
	drawn.chunks.into_iter().map(|chunk| tree.prove(&file, chunk).expect("is there")).collect()
}

pub(crate) fn answer(id: AgreementId, beacon: BeaconId, proofs: Vec<ChunkProof>) -> DispatchResult {
	Agreements::answer_audit(by(&OPERATOR), id, beacon, proofs.try_into().expect("few"))
}

pub(crate) fn stored(id: AgreementId) -> Agreement {
	Stored::<Test>::get(id).expect("is there")
}

pub(crate) fn owed(id: AgreementId) -> Balance {
	Agreements::downtime_of(id).expect("is there").owed
}

pub(crate) fn reserved() -> Balance {
	use surety_primitives::traits::Reserve;
	<Restaking as Reserve<_>>::reserved(&OPERATOR, SERVICE)
}

/// What the operator has at stake of its own.
pub(crate) fn own() -> Balance {
	position(&OPERATOR)
}

/// What somebody has at stake on the operator.
pub(crate) fn position(who: &AccountId) -> Balance {
	let position = Restaking::position(who.clone(), OPERATOR, NATIVE);
	position.map_or(0, |p| p.bonded + p.unbonding.iter().map(|chunk| chunk.amount).sum::<Balance>())
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
	let before = free(NATIVE, who);
	assert_ok!(Slashing::collect(by(&ANYBODY), 0, who.clone()));
	free(NATIVE, who) - before
}

pub(crate) fn free(asset: AssetKind, who: &AccountId) -> Balance {
	Tokens::balance(asset, who)
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn held_gold(who: &AccountId) -> Balance {
	Tokens::balance_on_hold(GOLD, &HoldReason::Fee.into(), who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Agreements(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) type Refused = crate::Error<Test>;
