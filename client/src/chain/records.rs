//! The network as the chain stores it: many records at a time, for whoever keeps all of it in memory.

use super::{errors, At, Chain};
use anyhow::{ensure, Context, Result};
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::{twox_128, twox_64};
use std::collections::{BTreeMap, BTreeSet};
use subxt::utils::H256;
use surety_graph::{Life, Terms};
use surety_primitives::{
	topology::NodeId, AccountId, AssetKind, Balance, BlockNumber, ChannelId, ChannelStatus, EdgeId,
};
use surety_response::{Claim, PerSide, PublicKey, Side};

/// Records that are asked for at a time.
const PAGE: u32 = 512;

/// A node, as far as others look at it.
#[derive(Clone, PartialEq, Eq, Debug, Decode)]
pub struct NodeRecord {
	/// Whose it is.
	pub account: AccountId,
	/// The key that it signs with in channels that are opened from now on.
	pub key: PublicKey,
}

/// The penalty of one end of an edge, as far as it is held, in the native token's smallest unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct PenaltyRecord {
	/// Charged, and neither burned nor paid yet.
	pub escrow: Balance,
	/// Not charged.
	pub rest: Balance,
}

/// How an edge came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub enum EndRecord {
	/// It was closed after notice.
	Closed,
	/// It was severed.
	Severed {
		/// Whose intent that was.
		by: Side,
		/// What each end was charged, less what burned, in the native token's smallest unit.
		charged: PerSide<Balance>,
		/// Whether it is settled who bears that.
		settled: bool,
	},
}

/// An edge that is open, or not forgotten.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct EdgeRecord {
	/// The nodes it joins.
	pub ends: PerSide<NodeId>,
	/// When it was open.
	pub life: Life,
	/// What it promises.
	pub terms: Terms,
	/// Its channel.
	pub channel: ChannelId,
	/// What severing it costs both ends together, in the native token's smallest unit.
	pub penalty: Balance,
	/// What is held of that.
	pub held: PerSide<PenaltyRecord>,
	/// Storage deposit of each end, in the native token's smallest unit.
	pub deposit: Balance,
	/// For how many blocks after its end its escrow is kept.
	pub horizon: BlockNumber,
	/// Its place in the adjacency of each end.
	pub places: PerSide<u32>,
	/// First block in which its amicable close can be finished, once notice was given.
	pub closes_at: Option<BlockNumber>,
	/// Other terms, and which end has proposed them.
	pub proposed: Option<(Side, Terms)>,
	/// How it has ended.
	pub end: Option<EndRecord>,
}

/// One end of a channel.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PartyRecord {
	/// Whose it is.
	pub account: AccountId,
	/// What it has deposited, in the smallest unit of the channel's asset.
	pub deposit: Balance,
	/// The keys that its vouchers may be signed with, oldest first.
	pub keys: Vec<PublicKey>,
	/// What was handed in for it, and the watcher that has earned a reward by it.
	pub handed_in: Option<(Claim, Option<(AccountId, Balance)>)>,
	/// Who may hand in for it, and for what reward.
	pub watcher: Option<(AccountId, Balance)>,
	/// Storage deposit, in the native token's smallest unit.
	pub storage_deposit: Balance,
}

/// A channel that is open, or closing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct StoredChannel {
	/// What is paid in.
	pub asset: AssetKind,
	/// The edge it belongs to, if any.
	pub edge: Option<EdgeId>,
	/// Both ends.
	pub parties: PerSide<PartyRecord>,
	/// Blocks from the begin of a close until it can be settled.
	pub close_window: BlockNumber,
	/// How far it has come.
	pub status: ChannelStatus<BlockNumber>,
}

/// Records by their numbers; `None` is one that is not there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Records {
	/// Nodes.
	pub nodes: BTreeMap<NodeId, Option<NodeRecord>>,
	/// Edges.
	pub edges: BTreeMap<EdgeId, Option<EdgeRecord>>,
	/// Channels that are not settled.
	pub channels: BTreeMap<ChannelId, Option<StoredChannel>>,
}

/// Numbers of records that something has happened to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Touched {
	/// Nodes.
	pub nodes: BTreeSet<NodeId>,
	/// Edges.
	pub edges: BTreeSet<EdgeId>,
	/// Channels.
	pub channels: BTreeSet<ChannelId>,
}

impl Touched {
	/// Whether nothing has happened.
	pub fn is_empty(&self) -> bool {
		self.nodes.is_empty() && self.edges.is_empty() && self.channels.is_empty()
	}
}

fn prefix(pallet: &str, item: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat()
}

/// The key of a map of numbers, which are hashed by Twox64Concat.
fn key_of(pallet: &str, item: &str, id: &impl Encode) -> Vec<u8> {
	let id = id.encode();
	[prefix(pallet, item), twox_64(&id).to_vec(), id].concat()
}

/// The number in such a key.
fn number_in<K: Decode>(key: &[u8]) -> Result<K> {
	let number = key.get(40..).and_then(|mut number| K::decode_all(&mut number).ok());
	number.context("the chain keeps the network otherwise: is this program older than the chain?")
}

/// A record whose encoding is known here as a whole, or begins with what is.
trait Stored: Sized {
	const PALLET: &'static str;
	const ITEM: &'static str;

	fn read(bytes: &[u8]) -> Option<Self>;
}

impl Stored for NodeRecord {
	const PALLET: &'static str = "Topology";
	const ITEM: &'static str = "Nodes";

	fn read(mut bytes: &[u8]) -> Option<Self> {
		Self::decode(&mut bytes).ok()
	}
}

impl Stored for EdgeRecord {
	const PALLET: &'static str = "Topology";
	const ITEM: &'static str = "Edges";

	fn read(mut bytes: &[u8]) -> Option<Self> {
		Self::decode_all(&mut bytes).ok()
	}
}

impl Stored for StoredChannel {
	const PALLET: &'static str = "Channels";
	const ITEM: &'static str = "Channels";

	fn read(mut bytes: &[u8]) -> Option<Self> {
		Self::decode_all(&mut bytes).ok()
	}
}

impl Chain {
	/// All nodes, edges and channels as of a block.
	pub async fn network(&self, at: &At) -> Result<Records> {
		Ok(Records {
			nodes: self.stored_map(at).await?,
			edges: self.stored_map(at).await?,
			channels: self.stored_map(at).await?,
		})
	}

	/// Some of them.
	pub async fn records(&self, at: &At, of: &Touched) -> Result<Records> {
		Ok(Records {
			nodes: self.stored(at, &of.nodes).await?,
			edges: self.stored(at, &of.edges).await?,
			channels: self.stored(at, &of.channels).await?,
		})
	}

	/// What the events of a block speak of.
	pub async fn touched(&self, at: &At) -> Result<Touched> {
		let mut touched = Touched::default();
		let events = at.events().fetch().await.map_err(errors::subxt)?;
		for event in events.iter() {
			let event = event.map_err(errors::subxt)?;
			let pallet = event.pallet_name();
			if !matches!(pallet, "Topology" | "Channels") {
				continue;
			}
			let variant = at.metadata_ref().pallet_by_event_index(event.pallet_index());
			let variant = variant.and_then(|pallet| pallet.event_variant_by_index(event.event_index()));
			let fields = &variant.context("an event that the metadata does not know")?.fields;
			let types = at.metadata_ref().types();
			for (name, value) in super::render::decode_fields(&mut event.field_bytes(), fields, types)? {
				let Some(number) = super::render::number_of(&value) else { continue };
				match (pallet, name.as_str()) {
					("Topology", "node") => {
						touched.nodes.insert(u32::try_from(number)?);
					}
					("Topology", "edge") => {
						touched.edges.insert(u64::try_from(number)?);
					}
					("Topology", "channel") | ("Channels", "id") => {
						touched.channels.insert(u64::try_from(number)?);
					}
					_ => {}
				}
			}
		}
		Ok(touched)
	}

	async fn stored_map<K: Decode + Ord, V: Stored>(&self, at: &At) -> Result<BTreeMap<K, Option<V>>> {
		let prefix = prefix(V::PALLET, V::ITEM);
		let (mut all, mut last) = (BTreeMap::new(), None::<Vec<u8>>);
		loop {
			let hash = Some(at.block_hash());
			let keys = self.rpc.state_get_keys_paged(&prefix, PAGE, last.as_deref(), hash).await;
			let keys = keys.map_err(errors::rpc)?;
			// A page that is not ahead would go round for ever.
			let next = keys.iter().max().filter(|key| last.as_ref().is_none_or(|last| *key > last)).cloned();
			let Some(next) = next else { return Ok(all) };
			self.fetch_into(at.block_hash(), &keys, &mut all).await?;
			last = Some(next);
		}
	}

	async fn stored<K: Encode + Decode + Ord, V: Stored>(
		&self,
		at: &At,
		ids: &BTreeSet<K>,
	) -> Result<BTreeMap<K, Option<V>>> {
		let keys: Vec<Vec<u8>> = ids.iter().map(|id| key_of(V::PALLET, V::ITEM, id)).collect();
		let mut all = BTreeMap::new();
		for keys in keys.chunks(usize::try_from(PAGE)?) {
			self.fetch_into(at.block_hash(), keys, &mut all).await?;
		}
		ensure!(all.len() == ids.len(), "the node has left out some of what it was asked for");
		Ok(all)
	}

	async fn fetch_into<K: Decode + Ord, V: Stored>(
		&self,
		block: H256,
		keys: &[Vec<u8>],
		all: &mut BTreeMap<K, Option<V>>,
	) -> Result<()> {
		let keys = keys.iter().map(Vec::as_slice);
		let sets = self.rpc.state_query_storage_at(keys, Some(block)).await.map_err(errors::rpc)?;
		for (key, value) in sets.into_iter().flat_map(|set| set.changes) {
			let read = |bytes: &[u8]| {
				V::read(bytes).with_context(|| {
					format!("{}.{} is of another version than it is known here", V::PALLET, V::ITEM)
				})
			};
			let value = value.map(|value| read(&value.0)).transpose()?;
			all.insert(number_in(&key.0)?, value);
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_number_should_be_found_in_its_key() {
		assert_eq!(number_in::<u64>(&key_of("Topology", "Edges", &7u64)).unwrap(), 7);
		assert_eq!(number_in::<u32>(&key_of("Topology", "Nodes", &7u32)).unwrap(), 7);
		assert!(number_in::<u32>(&key_of("Topology", "Edges", &7u64)).is_err(), "of another length");
		assert!(number_in::<u32>(&prefix("Topology", "Nodes")).is_err());
	}
}
