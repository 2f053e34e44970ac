//! A chain in memory, from the genesis of the preset `development`, whose blocks are built as the executive does.

use codec::Encode;
use frame_support::{
	dispatch::{DispatchClass, DispatchResultWithPostInfo, GetDispatchInfo},
	genesis_builder_helper::build_state,
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get},
	weights::Weight,
};
use frame_system::RawOrigin;
use sp_consensus_babe::{
	digests::{PreDigest, SecondaryPlainPreDigest},
	BABE_ENGINE_ID,
};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::DigestItem,
	traits::{Dispatchable, Header as _},
	Digest,
};
use sp_storage::Storage;
use std::sync::OnceLock;
use surety_runtime::{
	genesis, BlockWeights, Executive, Hash, Header, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig,
	RuntimeOrigin, System, Timestamp,
};

/// Hash of the first block, which everything that is signed names.
pub const GENESIS: Hash = Hash::zero();

/// State of the genesis, built once.
fn genesis_state() -> Storage {
	static STATE: OnceLock<Storage> = OnceLock::new();
	let build = || {
		let patch = genesis::preset(&PresetId::from(DEV_RUNTIME_PRESET)).expect("the preset exists");
		let patch = serde_json::from_slice(&patch).expect("the preset is JSON");
		let json = genesis::whole(patch).expect("a genesis serializes");
		let mut state = TestExternalities::new_empty();
		state.execute_with(|| {
			build_state::<RuntimeGenesisConfig>(json.to_string().into_bytes())
				.expect("the preset is consistent");
			let mut top = std::collections::BTreeMap::new();
			let mut key = Vec::new();
			while let Some(next) = sp_io::storage::next_key(&key) {
				let value = sp_io::storage::get(&next).expect("a key that is listed has a value");
				top.insert(next.clone(), value.to_vec());
				key = next;
			}
			Storage { top, children_default: Default::default() }
		})
	};
	STATE.get_or_init(build).clone()
}

/// What became of a call.
#[derive(Debug)]
pub struct Dispatched {
	/// The result, and what the call says it weighed.
	pub result: DispatchResultWithPostInfo,
	/// What it had said before that it would weigh at the most.
	pub announced: Weight,
	/// What it counts as in the block.
	pub weight: Weight,
	/// Of which class it is.
	pub class: DispatchClass,
}

/// A chain in memory, always inside an open block.
pub struct Chain {
	state: TestExternalities,
	parent: Hash,
}

impl Default for Chain {
	fn default() -> Self {
		Self { state: TestExternalities::new(genesis_state()), parent: GENESIS }
	}
}

impl Chain {
	/// Does something with the state.
	pub fn with<R>(&mut self, act: impl FnOnce() -> R) -> R {
		self.state.execute_with(act)
	}

	/// Opens the next block, with the inherent that each has.
	pub fn open_block(&mut self) {
		let parent = self.parent;
		self.with(|| {
			let number = System::block_number().saturating_add(1);
			let slot = u64::from(number);
			let digest = SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() };
			let digest = DigestItem::PreRuntime(BABE_ENGINE_ID, PreDigest::SecondaryPlain(digest).encode());
			let digest = Digest { logs: vec![digest] };
			let header = Header::new(number, Default::default(), Default::default(), parent, digest);
			Executive::initialize_block(&header);
			let slot_ms = u64::from(pallet_windows::Current::<Runtime>::get().consensus.slot_ms);
			Timestamp::set(RuntimeOrigin::none(), slot.saturating_mul(slot_ms))
				.expect("the inherent is right");
		});
	}

	/// Does what blocks do at their end; the block's state is still open to look at.
	pub fn finish_block(&mut self) {
		self.parent = self.with(|| Executive::finalize_block().hash());
	}

	/// Writes the finished block's changes down.
	pub fn commit(&mut self) {
		self.state.commit_all().expect("no storage layer is open between blocks");
	}

	/// Whether a call still finds room in the block. Its author would leave it out else.
	pub fn fits(call: &RuntimeCall) -> bool {
		let info = call.get_dispatch_info();
		let limits = <BlockWeights as Get<frame_system::limits::BlockWeights>>::get();
		let class = limits.get(info.class);
		let used = System::block_weight();
		let weight = info.total_weight().saturating_add(class.base_extrinsic);
		let of_class = used.get(info.class).saturating_add(weight);
		let all = used.total().saturating_add(weight);
		class.max_total.is_none_or(|most| of_class.all_lte(most)) && all.all_lte(limits.max_block)
	}

	/// Dispatches a call as a transaction does, fees apart: rolled back where it fails.
	pub fn dispatch(origin: RuntimeOrigin, call: RuntimeCall) -> Dispatched {
		let info = call.get_dispatch_info();
		let result = call.dispatch(origin);
		let post = match &result {
			Ok(post) => post,
			Err(error) => &error.post_info,
		};
		let base =
			<BlockWeights as Get<frame_system::limits::BlockWeights>>::get().get(info.class).base_extrinsic;
		let weight = post.calc_actual_weight(&info).saturating_add(base);
		Dispatched { result, announced: info.total_weight(), weight, class: info.class }
	}

	/// Lets a call in by the proof that it bears, and dispatches it; none where the pool would not take it.
	pub fn dispatch_authorized(call: RuntimeCall) -> Option<Dispatched> {
		let validity = call.authorize(TransactionSource::External)?;
		validity.ok()?;
		Some(Self::dispatch(RawOrigin::Authorized.into(), call))
	}

	/// Notes what a call weighed, so that the block fills.
	pub fn weigh(dispatched: &Dispatched) {
		System::register_extra_weight_unchecked(dispatched.weight, dispatched.class);
	}

	/// What happened since this was asked last.
	pub fn take_events() -> Vec<RuntimeEvent> {
		let events = System::read_events_no_consensus().map(|record| record.event).collect();
		System::reset_events();
		events
	}
}

impl std::fmt::Debug for Chain {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Chain").field("parent", &self.parent).finish_non_exhaustive()
	}
}
