//! What the chain says was included: blocks, their slots, and which of their transactions are ours. Nothing
//! is taken from the pool's word.

use crate::rpc::{unhex, Rpc};
use anyhow::{anyhow, ensure, Result};
use codec::Decode;
use frame_system::{EventRecord, Phase};
use serde_json::Value;
use sp_consensus_babe::digests::CompatibleDigestItem;
use sp_io::hashing::{blake2_256, twox_128};
use sp_runtime::generic::DigestItem;
use std::collections::{HashMap, HashSet};
use surety_runtime::{Hash, RuntimeEvent};

/// Blocks that may be new at one look: more means that we are not on the chain we began with.
const MAX_NEW: usize = 10_000;

/// A block as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
	pub(crate) hash: String,
	pub(crate) parent: String,
	pub(crate) number: u32,
	/// BABE's slot in which it was made.
	pub(crate) slot: u64,
	/// Positions in the block of the transfers that are ours.
	pub(crate) ours: Vec<u32>,
}

impl Block {
	/// Reads the answer of `chain_getBlock`.
	pub(crate) fn parse(hash: &str, block: &Value, ours: &HashSet<[u8; 32]>) -> Result<Self> {
		let header = &block["header"];
		let text = |value: &Value| value.as_str().map(str::to_string);
		let malformed = || anyhow!("block {hash} is malformed");
		let number = text(&header["number"]).ok_or_else(malformed)?;
		let number = u32::from_str_radix(number.trim_start_matches("0x"), 16)?;
		let logs = header["digest"]["logs"].as_array().ok_or_else(malformed)?;
		let slot = logs.iter().filter_map(Value::as_str).find_map(|log| {
			let digest = DigestItem::decode(&mut &unhex(log).ok()?[..]).ok()?;
			digest.as_babe_pre_digest().map(|digest| u64::from(digest.slot()))
		});
		// The genesis has no slot.
		let slot = if number == 0 { 0 } else { slot.ok_or_else(malformed)? };
		let mut positions = Vec::new();
		for (position, extrinsic) in block["extrinsics"].as_array().ok_or_else(malformed)?.iter().enumerate()
		{
			let bytes = unhex(extrinsic.as_str().ok_or_else(malformed)?)?;
			if ours.contains(&blake2_256(&bytes)) {
				positions.push(u32::try_from(position)?);
			}
		}
		let parent = text(&header["parentHash"]).ok_or_else(malformed)?;
		Ok(Self { hash: hash.into(), parent, number, slot, ours: positions })
	}
}

/// The chain as seen so far, side branches included: only what the best block builds on counts.
pub(crate) struct Chain {
	blocks: HashMap<String, Block>,
	best: String,
	ours: HashSet<[u8; 32]>,
}

impl Chain {
	/// Begins at the best block of now; what is before it does not count.
	pub(crate) async fn begin(rpc: &Rpc, ours: HashSet<[u8; 32]>) -> Result<Self> {
		let best = rpc.best().await?;
		let block = Block::parse(&best, &rpc.block(&best).await?, &ours)?;
		Ok(Self { blocks: [(best.clone(), block)].into(), best, ours })
	}

	/// Fetches what is new; says whether anything is.
	pub(crate) async fn refresh(&mut self, rpc: &Rpc) -> Result<bool> {
		let best = rpc.best().await?;
		let mut hash = best.clone();
		let mut fetched = 0;
		while !self.blocks.contains_key(&hash) {
			fetched += 1;
			ensure!(fetched <= MAX_NEW, "the chain does not connect to where it was");
			let block = Block::parse(&hash, &rpc.block(&hash).await?, &self.ours)?;
			ensure!(block.number > 0, "the chain does not connect to where it was");
			let parent = block.parent.clone();
			self.blocks.insert(hash, block);
			hash = parent;
		}
		let changed = best != self.best;
		self.best = best;
		Ok(changed)
	}

	/// The best block and those it builds on, newest first.
	pub(crate) fn canonical(&self) -> impl Iterator<Item = &Block> {
		std::iter::successors(self.blocks.get(&self.best), |block| self.blocks.get(&block.parent))
	}

	/// Our transfers on the best chain.
	pub(crate) fn included(&self) -> usize {
		self.canonical().map(|block| block.ours.len()).sum()
	}
}

/// The slots that count: those after `start`, up to `end` and with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
	pub(crate) start: u64,
	pub(crate) end: u64,
}

impl Window {
	/// As many whole slots after `start` as `seconds` need.
	pub(crate) fn after(start: u64, seconds: u64, slot_ms: u64) -> Self {
		Self { start, end: start.saturating_add(slots(seconds, slot_ms)) }
	}

	pub(crate) fn contains(&self, block: &Block) -> bool {
		block.slot > self.start && block.slot <= self.end
	}

	/// How long the window is. Slots without a block count as any other.
	pub(crate) fn seconds(&self, slot_ms: u64) -> f64 {
		(self.end - self.start) as f64 * slot_ms as f64 / 1_000.0
	}
}

/// Slots that `seconds` need, the last one whole.
pub(crate) fn slots(seconds: u64, slot_ms: u64) -> u64 {
	seconds.saturating_mul(1_000).div_ceil(slot_ms.max(1)).max(1)
}

/// Of our transfers in a block, those that moved the money, by the events of the block.
pub(crate) async fn succeeded(rpc: &Rpc, block: &Block) -> Result<usize> {
	let key = [twox_128(b"System"), twox_128(b"Events")].concat();
	let bytes = rpc.storage(&key, &block.hash).await?.unwrap_or_default();
	let events = Vec::<EventRecord<RuntimeEvent, Hash>>::decode(&mut &bytes[..])?;
	let ours = block.ours.iter().collect::<HashSet<_>>();
	let of_ours = |phase: &Phase| matches!(phase, Phase::ApplyExtrinsic(position) if ours.contains(position));
	Ok(events
		.iter()
		.filter(|record| of_ours(&record.phase))
		.filter(|record| {
			matches!(record.event, RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { .. }))
		})
		.count())
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use serde_json::json;
	use sp_consensus_babe::digests::{PreDigest, SecondaryPlainPreDigest};

	fn block(number: u32, slot: u64, extrinsics: &[&[u8]]) -> Value {
		let digest = SecondaryPlainPreDigest { authority_index: 0, slot: slot.into() };
		let digest = DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(digest)).encode();
		let other = DigestItem::Other(vec![1, 2, 3]).encode();
		json!({
			"header": {
				"number": format!("{number:#x}"),
				"parentHash": format!("hash {}", number.saturating_sub(1)),
				"digest": {
					"logs": [format!("0x{}", hex::encode(other)), format!("0x{}", hex::encode(digest))],
				},
			},
			"extrinsics": extrinsics.iter().map(|bytes| format!("0x{}", hex::encode(bytes))).collect::<Vec<_>>(),
		})
	}

	fn ours() -> HashSet<[u8; 32]> {
		[blake2_256(b"one"), blake2_256(b"two"), blake2_256(b"three")].into()
	}

	fn chain(blocks: &[(u32, u64, &[&[u8]])]) -> Chain {
		let parse = |&(number, slot, extrinsics): &(u32, u64, &[&[u8]])| {
			let hash = format!("hash {number}");
			Block::parse(&hash, &block(number, slot, extrinsics), &ours()).expect("a block")
		};
		let blocks =
			blocks.iter().map(parse).map(|block| (block.hash.clone(), block)).collect::<HashMap<_, _>>();
		let best = blocks.values().max_by_key(|block| block.number).expect("a block").hash.clone();
		Chain { blocks, best, ours: ours() }
	}

	#[test]
	fn a_block_should_count_only_our_transfers_and_know_its_slot() {
		let parsed =
			Block::parse("hash 31", &block(31, 400, &[b"inherent", b"two", b"other", b"one"]), &ours());
		let expected = Block {
			hash: "hash 31".into(),
			parent: "hash 30".into(),
			number: 31,
			slot: 400,
			ours: vec![1, 3],
		};
		assert_eq!(parsed.expect("a block"), expected);
	}

	#[test]
	fn a_block_should_be_refused_when_it_has_no_slot_or_no_extrinsics() {
		let mut without_slot = block(3, 4, &[]);
		without_slot["header"]["digest"]["logs"] = json!([]);
		assert!(Block::parse("x", &without_slot, &ours()).is_err());
		let mut without_extrinsics = block(3, 4, &[]);
		without_extrinsics["extrinsics"] = Value::Null;
		assert!(Block::parse("x", &without_extrinsics, &ours()).is_err());
		assert!(Block::parse("x", &Value::Null, &ours()).is_err());
	}

	#[test]
	fn included_should_count_the_best_chain_only_when_there_are_side_branches() {
		let mut chain = chain(&[(1, 10, &[b"inherent", b"one"]), (2, 12, &[b"inherent", b"two"])]);
		let mut side = chain.blocks["hash 2"].clone();
		side.hash = "side".into();
		side.ours = vec![1, 2];
		chain.blocks.insert("side".into(), side);
		assert_eq!(chain.included(), 2);
		assert_eq!(chain.canonical().map(|block| block.number).collect::<Vec<_>>(), [2, 1]);
		chain.best = "side".into();
		assert_eq!(chain.included(), 3);
	}

	#[test]
	fn a_window_should_hold_whole_slots_after_its_start() {
		let chain = chain(&[(1, 10, &[b"one"]), (2, 11, &[b"two"]), (3, 13, &[b"three"]), (4, 14, &[])]);
		let window = Window::after(10, 13, 6_000);
		assert_eq!(window, Window { start: 10, end: 13 });
		assert_eq!(window.seconds(6_000), 18.0);
		let inside = chain.canonical().filter(|block| window.contains(block)).map(|block| block.number);
		// The block in which it starts does not count; the missing slot 12 is part of its time.
		assert_eq!(inside.collect::<Vec<_>>(), [3, 2]);
	}

	#[test]
	fn slots_should_be_rounded_up_and_never_none() {
		assert_eq!([60, 61, 6, 1, 0].map(|seconds| slots(seconds, 6_000)), [10, 11, 1, 1, 1]);
		assert_eq!(slots(60, 1_000), 60);
		assert_eq!(slots(1, 0), 1_000);
	}
}
