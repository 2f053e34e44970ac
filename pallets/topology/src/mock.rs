//! A runtime with the native token, an asset, channels, and the network. What operators stake is said by the tests.

use crate as pallet_topology;
use crate::{
	Certificate, CutOff, EdgeRecord, Error, Evidence, HoldReason, Intent, NextCertificateId, NextEdgeId,
	Node, Offer, Path,
};
pub(crate) use frame_support::traits::fungible::NativeOrWithId::Native;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{
		fungible::{Inspect as _, InspectHold as _, NativeFromLeft, UnionOf},
		AsEnsureOriginWithArg, ConstU128, ConstU32, Hooks,
	},
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_core::{ed25519, sr25519, Pair as _};
use sp_io::TestExternalities;
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Perbill};
use std::collections::BTreeMap;
use surety_graph::{Cost, Terms};
use surety_primitives::{
	topology::{NodeId, Standing},
	traits::{CheckState, Cut, Offence, Offences, Slashable, Stake},
	AccountId, AssetKind, Balance, BlockNumber, EdgeId, Era, ServiceId, SlashId,
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
	pub type Channels = pallet_channels;
	#[runtime::pallet_index(5)]
	pub type Topology = pallet_topology;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const ENDOWMENT: Balance = 10_000_000;
pub(crate) const MIN_STAKE: Balance = 1_000;
pub(crate) const NODE_DEPOSIT: Balance = 100;
pub(crate) const PAGE_DEPOSIT: Balance = 40;
pub(crate) const EDGE_DEPOSIT: Balance = 20;
pub(crate) const OFFER_DEPOSIT: Balance = 15;
pub(crate) const PENALTY: Balance = 200;
/// What each end is charged when an edge is severed.
pub(crate) const HALF: Balance = 100;
/// What of that burns.
pub(crate) const BURNED: Balance = 20;
pub(crate) const SEVER_REWARD: Balance = 10;
pub(crate) const ACTIVATION: BlockNumber = 5;
pub(crate) const PROPOSAL_LIFETIME: BlockNumber = 10;
pub(crate) const NOTICE: BlockNumber = 12;
pub(crate) const HORIZON: BlockNumber = 100;
pub(crate) const MAX_AGE: BlockNumber = 30;
pub(crate) const GRACE: BlockNumber = 20;
pub(crate) const GRACE_INTERVAL: BlockNumber = 200;
pub(crate) const CLAIMS: BlockNumber = 30;
pub(crate) const REVIEW: BlockNumber = 25;
pub(crate) const MAJORITY_PERIOD: BlockNumber = 15;
pub(crate) const MAX_PAGES: u32 = 3;
pub(crate) const MAX_PATH: u32 = 16;
pub(crate) const MAX_SEARCH: u32 = 64;
pub(crate) const MAX_LIST: u32 = 32;
pub(crate) const MAX_READS: u32 = 2_000;
pub(crate) const CERTIFICATE_DEPOSIT: Balance = 50;
pub(crate) const MEMBER_DEPOSIT: Balance = 2;
pub(crate) const CHALLENGE_DEPOSIT: Balance = 100;
pub(crate) const BOND_PERIOD: BlockNumber = 50;
pub(crate) const RELAYING: ServiceId = 7;
pub(crate) const IN_CHANNEL: Balance = 500;

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub const Burn: Perbill = Perbill::from_percent(20);
	pub const CutLoss: Perbill = Perbill::from_percent(10);
	pub const ReporterShare: Perbill = Perbill::from_percent(20);
	pub const ReviewShare: Perbill = Perbill::from_percent(30);
	pub const Majority: Perbill = Perbill::from_percent(55);
	pub const Budget: Cost = Cost { reads: 60, writes: 20 };
	pub const Treasury: AccountId = TREASURY;
	pub static PenaltyNow: Balance = PENALTY;
	pub static RewardNow: Balance = SEVER_REWARD;
	pub static HorizonNow: BlockNumber = HORIZON;
	/// What stands behind relaying of each operator's stake.
	pub static Backing: BTreeMap<AccountId, Balance> = BTreeMap::new();
	/// Whom the pallet has reported: operator, reporter, fraction.
	pub static Reported: Vec<(AccountId, AccountId, Perbill)> = Vec::new();
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

impl pallet_channels::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type Assets = UnionOf<Balances, AssetsHolder, NativeFromLeft, AssetKind, AccountId>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<
		UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>,
		ConstU32<77>,
	>;
	type CloseWindow = ConstU32<20>;
	type Currency = Balances;
	type MaxCloseWindow = ConstU32<1_000>;
	type MinCloseWindow = ConstU32<5>;
	type ProposalLifetime = ConstU32<10>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type StorageDeposit = ConstU128<30>;
	type WeightInfo = ();
}

/// What operators stake, as far as the network asks.
pub struct Operators;

fn backing(operator: &AccountId, service: ServiceId) -> Balance {
	Backing::get().get(operator).copied().filter(|_| service == RELAYING).unwrap_or(0)
}

impl Stake<AccountId> for Operators {
	type Asset = AssetKind;
	type Balance = Balance;

	fn backing(operator: &AccountId, service: ServiceId, _: &AssetKind) -> Balance {
		backing(operator, service)
	}

	fn promised(operator: &AccountId, service: ServiceId, _: &AssetKind) -> Balance {
		backing(operator, service)
	}

	fn own_backing(operator: &AccountId, service: ServiceId) -> Balance {
		backing(operator, service)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_backing(operator: &AccountId, _: ServiceId, _: &AssetKind, amount: Balance) {
		back(operator, amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_crowd(_: &AccountId) {}
}

impl Slashable<AccountId> for Operators {
	type Asset = AssetKind;
	type Balance = Balance;

	fn era() -> Era {
		System::block_number() / 20
	}

	fn first_reportable() -> Era {
		0
	}

	fn is_staked(operator: &AccountId) -> bool {
		backing(operator, RELAYING) > 0
	}

	fn punishable(operator: &AccountId, service: ServiceId, _: Era, _: &AssetKind) -> Balance {
		backing(operator, service)
	}

	fn pin(_: &AccountId, _: Era) -> DispatchResult {
		Ok(())
	}

	fn unpin(_: &AccountId, _: Era) {}

	fn pins(_: &AccountId, _: Era) -> u32 {
		0
	}

	fn slash(
		_: &AccountId,
		_: ServiceId,
		_: Era,
		_: Perbill,
		asset: &AssetKind,
	) -> Result<Cut<AssetKind, Balance>, DispatchError> {
		Ok(Cut { asset: asset.clone(), amount: 0, own: 0 })
	}

	fn next_asset(_: &AccountId, _: Option<&AssetKind>) -> Option<AssetKind> {
		None
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_slashable(operator: &AccountId, _: ServiceId, _: u32) {
		back(operator, 1_000_000);
	}
}

impl Offences<AccountId> for Operators {
	type Asset = AssetKind;
	type Balance = Balance;

	fn deposit() -> Balance {
		0
	}

	fn report(offence: Offence<AccountId, AssetKind, Balance>) -> Result<SlashId, DispatchError> {
		assert_eq!(offence.service, RELAYING);
		let mut reported = Reported::get();
		reported.push((offence.operator, offence.reporter, offence.fraction));
		Reported::set(reported);
		Ok(0)
	}
}

impl pallet_topology::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Channels = Channels;
	type Stake = Operators;
	type Offences = Operators;
	type VetoOrigin = EnsureRoot<AccountId>;
	type Treasury = Treasury;
	type RelayService = ConstU32<RELAYING>;
	type MinStake = ConstU128<MIN_STAKE>;
	type NodeDeposit = ConstU128<NODE_DEPOSIT>;
	type PageDeposit = ConstU128<PAGE_DEPOSIT>;
	type EdgeDeposit = ConstU128<EDGE_DEPOSIT>;
	type OfferDeposit = ConstU128<OFFER_DEPOSIT>;
	type Penalty = PenaltyNow;
	type SeverReward = RewardNow;
	type BurnShare = Burn;
	type CutLoss = CutLoss;
	type ReporterShare = ReporterShare;
	type ActivationDelay = ConstU32<ACTIVATION>;
	type ProposalLifetime = ConstU32<PROPOSAL_LIFETIME>;
	type NoticePeriod = ConstU32<NOTICE>;
	type Horizon = HorizonNow;
	type MaxAge = ConstU32<MAX_AGE>;
	type GracePeriod = ConstU32<GRACE>;
	type GraceInterval = ConstU32<GRACE_INTERVAL>;
	type ClaimsPeriod = ConstU32<CLAIMS>;
	type ReviewPeriod = ConstU32<REVIEW>;
	type ReviewShare = ReviewShare;
	type MajorityShare = Majority;
	type MajorityPeriod = ConstU32<MAJORITY_PERIOD>;
	type MaxPages = ConstU32<MAX_PAGES>;
	type MaxPath = ConstU32<MAX_PATH>;
	type MaxSearch = ConstU32<MAX_SEARCH>;
	type MaxList = ConstU32<MAX_LIST>;
	type MaxReads = ConstU32<MAX_READS>;
	type CertificateDeposit = ConstU128<CERTIFICATE_DEPOSIT>;
	type MemberDeposit = ConstU128<MEMBER_DEPOSIT>;
	type ChallengeDeposit = ConstU128<CHALLENGE_DEPOSIT>;
	type ChallengePerNode = ConstU128<1>;
	type BondPeriod = ConstU32<BOND_PERIOD>;
	type CentreBudget = Budget;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = surety_primitives::benchmarking::CreateAsset<
		UnionOf<Balances, Assets, NativeFromLeft, AssetKind, AccountId>,
		ConstU32<78>,
	>;
}

pub(crate) const TREASURY: AccountId = AccountId::new([250; 32]);
/// Anybody: has no node.
pub(crate) const ANYBODY: AccountId = AccountId::new([251; 32]);
/// Somebody else.
pub(crate) const OTHER: AccountId = AccountId::new([252; 32]);
/// Accounts that can have nodes: as many as this.
pub(crate) const PEOPLE: u8 = 200;

pub(crate) fn person(number: NodeId) -> AccountId {
	AccountId::new([number as u8 + 1; 32])
}

/// What signs for the node of this number: sr25519 where it is odd, else ed25519.
fn sign(number: NodeId, message: &impl Message) -> Signature {
	let payload = message.signing_payload(&System::block_hash(0));
	let seed = [number as u8 + 1; 32];
	if number % 2 == 1 {
		Signature::Sr25519(sr25519::Pair::from_seed(&seed).sign(&payload).0)
	} else {
		Signature::Ed25519(ed25519::Pair::from_seed(&seed).sign(&payload).0)
	}
}

pub(crate) fn key(number: NodeId) -> PublicKey {
	let seed = [number as u8 + 1; 32];
	if number % 2 == 1 {
		PublicKey::Sr25519(sr25519::Pair::from_seed(&seed).public().0)
	} else {
		PublicKey::Ed25519(ed25519::Pair::from_seed(&seed).public().0)
	}
}

pub(crate) fn new_test_ext() -> TestExternalities {
	Backing::set(BTreeMap::new());
	Reported::set(Vec::new());
	PenaltyNow::set(PENALTY);
	RewardNow::set(SEVER_REWARD);
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("builds");
	let people = (0..PEOPLE).map(|number| person(number.into()));
	pallet_balances::GenesisConfig::<Test> {
		balances: people.chain([TREASURY, ANYBODY, OTHER]).map(|who| (who, ENDOWMENT)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.expect("builds");
	let mut ext = TestExternalities::from(storage);
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` in block 1 and checks afterwards that the state holds and that no token was made.
pub(crate) fn execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		check();
	});
}

/// Runs `test` in a network of nodes with these stakes, which they weigh, and these edges.
pub(crate) fn execute_in(stakes: &[Balance], edges: &[[NodeId; 2]], test: impl FnOnce()) {
	execute(|| {
		build(stakes, edges);
		test();
	});
}

pub(crate) fn build(stakes: &[Balance], edges: &[[NodeId; 2]]) {
	for stake in stakes {
		register(*stake);
	}
	for ends in edges {
		connect(*ends);
	}
	activate();
	System::reset_events();
}

pub(crate) fn check() {
	Topology::check_state().expect("the network holds");
	Channels::check_state().expect("channels hold");
	let owned: Balance = (0..PEOPLE)
		.map(|number| person(number.into()))
		.chain([TREASURY, ANYBODY, OTHER])
		.map(|who| Balances::total_balance(&who))
		.sum();
	assert_eq!(owned, Balances::total_issuance());
}

/// The next account registers a node with this stake.
pub(crate) fn register(stake: Balance) -> NodeId {
	let id = crate::NextNodeId::<Test>::get();
	assert_ok!(Topology::register(by(&person(id)), stake, key(id)));
	id
}

/// All nodes weigh what they have.
pub(crate) fn activate() {
	advance(ACTIVATION);
	for id in 0..crate::NextNodeId::<Test>::get() {
		// One that weighs what it has already is refused.
		let _ = Topology::refresh(by(&ANYBODY), id);
	}
}

pub(crate) fn back(operator: &AccountId, amount: Balance) {
	let mut backing = Backing::get();
	backing.insert(operator.clone(), amount);
	Backing::set(backing);
}

pub(crate) fn terms(latency_ms: u32) -> Terms {
	Terms { latency_ms, bandwidth_kbit_s: 1_000, base_price: 5, price_per_byte: 1 }
}

pub(crate) fn deposits() -> PerSide<Balance> {
	PerSide { opener: IN_CHANNEL, acceptor: IN_CHANNEL }
}

pub(crate) fn propose([from, to]: [NodeId; 2]) -> EdgeId {
	let id = NextEdgeId::<Test>::get();
	assert_ok!(Topology::propose(by(&person(from)), to, terms(10), Native, deposits()));
	id
}

/// An edge by proposal.
pub(crate) fn connect(ends: [NodeId; 2]) -> EdgeId {
	let id = propose(ends);
	assert_ok!(Topology::accept(by(&person(ends[1])), id));
	id
}

pub(crate) fn offer(left: u32) -> Offer {
	Offer {
		asset: Native,
		deposit: 50,
		min_deposit: 100,
		min_latency_ms: 5,
		max_latency_ms: 50,
		max_bandwidth_kbit_s: 10_000,
		min_base_price: 1,
		min_price_per_byte: 1,
		max_penalty: PENALTY,
		left,
	}
}

/// The intent of one end to sever an edge.
pub(crate) fn intent(edge: EdgeId, side: Side) -> Intent {
	let node = *record(edge).ends.of(side);
	Intent { by: side, signed: Signed { key: 0, signature: sign(node, &SeverIntent { edge }) } }
}

pub(crate) fn witness(path: &[EdgeId]) -> Evidence<Path<Test>> {
	Evidence::Witness(path.to_vec().try_into().expect("short"))
}

pub(crate) fn search() -> Evidence<Path<Test>> {
	Evidence::Search { expansions: MAX_SEARCH }
}

/// Severs an edge by its opener's intent, which anybody hands in.
pub(crate) fn sever(edge: EdgeId, evidence: Evidence<Path<Test>>) {
	assert_ok!(Topology::sever(by(&ANYBODY), edge, intent(edge, Side::Opener), evidence));
}

pub(crate) fn begin(as_of: BlockNumber, list: &[NodeId]) -> DispatchResult {
	Topology::begin_certificate(by(&ANYBODY), as_of, list.to_vec().try_into().expect("short"), MAX_READS)
}

pub(crate) fn extend(id: u32, list: &[NodeId]) -> DispatchResult {
	Topology::extend_certificate(by(&ANYBODY), id, list.to_vec().try_into().expect("short"), MAX_READS)
}

/// Shows a component as it was when the last block ended.
pub(crate) fn certify(list: &[NodeId]) {
	let id = NextCertificateId::<Test>::get();
	assert_ok!(begin(now() - 1, list));
	assert_ok!(Topology::relabel(by(&ANYBODY), id, MAX_SEARCH));
	assert!(!crate::Certificates::<Test>::contains_key(id));
}

pub(crate) fn certificate(id: u32) -> Certificate {
	crate::Certificates::<Test>::get(id).expect("is there")
}

pub(crate) fn rejoin(node: NodeId, path: &[EdgeId]) -> DispatchResult {
	Topology::rejoin(by(&person(node)), path.to_vec().try_into().expect("short"))
}

pub(crate) fn stored(node: NodeId) -> Node {
	crate::Nodes::<Test>::get(node).expect("is there")
}

pub(crate) fn record(edge: EdgeId) -> EdgeRecord {
	crate::Edges::<Test>::get(edge).expect("is there")
}

pub(crate) fn weight(node: NodeId) -> Balance {
	Topology::weight_of(node)
}

pub(crate) fn cut_of(node: NodeId) -> CutOff {
	let root = Topology::component_of(node).expect("is there");
	crate::CutOffs::<Test>::get(root).expect("was cut off")
}

pub(crate) fn is_main(node: NodeId) -> bool {
	Topology::standing_of(node) == Some(Standing::Main)
}

pub(crate) fn is_cut_off(node: NodeId) -> bool {
	matches!(Topology::standing_of(node), Some(Standing::CutOff { .. }))
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
		Topology::on_initialize(now());
	}
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

/// All that an account has, on hold or not.
pub(crate) fn total(who: &AccountId) -> Balance {
	Balances::total_balance(who)
}

/// What the owner of a node has lost of all it had.
pub(crate) fn lost(node: NodeId) -> Balance {
	ENDOWMENT - total(&person(node))
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Topology(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) type Refused = Error<Test>;
