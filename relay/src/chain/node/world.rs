//! The network as of a final block, in memory: what the daemon asks of it, and what a later block has changed.

use crate::chain::EdgeView;
use std::{
	collections::{BTreeMap, BTreeSet},
	net::SocketAddr,
};
use surety_client::chain::records::{EdgeRecord, EndRecord, NodeRecord, Records, StoredChannel};
use surety_primitives::{topology::NodeId as NodeNumber, AssetKind, BlockNumber, ChannelStatus};
use surety_response::{
	relay::{packet::SignedIntent, Schedule},
	Amount, ChannelId, EdgeId, NodeId, PerSide, PublicKey, Side, H256,
};

/// Something that a final block has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum News {
	/// An edge of this node can be used.
	Opened(EdgeView),
	/// An end of one has deposited so much in all.
	Deposited { edge: EdgeId, side: Side, deposit: Amount },
	/// An edge, of this node or another, was severed.
	Severed(SignedIntent),
	/// An edge of this node ends, or has ended without an intent that could be found.
	Closing(EdgeId),
	/// The channel of an edge of this node is settled.
	Closed(EdgeId),
}

/// An edge of this node whose channel is not settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Own {
	view: EdgeView,
	/// Notice was given, or it has ended.
	ends: bool,
}

/// What the chain does not say of edges.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Agreed {
	/// When late fees are settled.
	pub(crate) syncs: Option<Schedule>,
	/// Where neighbours listen.
	pub(crate) addresses: BTreeMap<NodeId, SocketAddr>,
}

/// The network as of a final block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct World {
	me: NodeId,
	agreed: Agreed,
	block: BlockNumber,
	nodes: BTreeMap<NodeNumber, NodeRecord>,
	edges: BTreeMap<EdgeId, EdgeRecord>,
	channels: BTreeMap<ChannelId, StoredChannel>,
	/// Intents by which edges were severed, as far as they were found.
	intents: BTreeMap<EdgeId, SignedIntent>,
	keys: BTreeMap<NodeId, Vec<PublicKey>>,
	own: BTreeMap<EdgeId, Own>,
	/// Edges that take new requests, by the accounts at their ends.
	ways: BTreeMap<NodeId, Vec<EdgeId>>,
	/// Edges of this node that were ever used, and are not settled.
	used: BTreeSet<EdgeId>,
	/// Those that cannot be used: an end signs with other keys along them than elsewhere.
	unusable: BTreeSet<EdgeId>,
}

/// Where an edge stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
	/// It is open, notice or not.
	Open,
	/// It has ended.
	Ended,
	/// There is no record of it.
	Unknown,
}

impl World {
	/// Nothing is known yet but which edges were used before a restart.
	pub(crate) fn new(me: NodeId, agreed: Agreed, used: BTreeSet<EdgeId>) -> Self {
		Self {
			me,
			agreed,
			block: 0,
			nodes: BTreeMap::new(),
			edges: BTreeMap::new(),
			channels: BTreeMap::new(),
			intents: BTreeMap::new(),
			keys: BTreeMap::new(),
			own: BTreeMap::new(),
			ways: BTreeMap::new(),
			used,
			unusable: BTreeSet::new(),
		}
	}

	/// As of which block.
	pub(crate) fn block(&self) -> BlockNumber {
		self.block
	}

	/// The keys of a node, oldest first.
	pub(crate) fn keys(&self, node: &NodeId) -> Vec<PublicKey> {
		self.keys.get(node).cloned().unwrap_or_default()
	}

	/// The accounts at both ends of an edge that is remembered.
	pub(crate) fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		let PerSide { opener, acceptor } = self.edges.get(&edge)?.ends;
		Some([self.account(opener)?, self.account(acceptor)?])
	}

	/// Where an edge stands.
	pub(crate) fn standing(&self, edge: EdgeId) -> Standing {
		match self.edges.get(&edge) {
			Some(record) if record.end.is_none() => Standing::Open,
			Some(_) => Standing::Ended,
			None => Standing::Unknown,
		}
	}

	/// Edges of this node that can be used, or whose channel is not settled.
	pub(crate) fn views(&self) -> Vec<EdgeView> {
		self.own.values().map(|own| own.view).collect()
	}

	/// Edges of this node that were ever used, and are not settled: to be kept over a restart.
	pub(crate) fn used(&self) -> &BTreeSet<EdgeId> {
		&self.used
	}

	/// Edges of this node that cannot be used.
	pub(crate) fn unusable(&self) -> &BTreeSet<EdgeId> {
		&self.unusable
	}

	/// Who may have signed an intent to sever an edge, and with which keys, by what is known and these records of a later
	/// block.
	pub(crate) fn signers(
		&self,
		edge: EdgeId,
		record: &EdgeRecord,
		records: &Records,
	) -> Option<PerSide<(NodeId, Vec<PublicKey>)>> {
		let later = records.channels.get(&record.channel).and_then(Option::as_ref);
		let channel = later.or(self.channels.get(&record.channel));
		let channel = channel.filter(|channel| channel.edge == Some(edge));
		let signer = |side: Side| {
			let node = self.node_in(*record.ends.of(side), records)?;
			let account = id_of(&node.account);
			// The one of the node counts where the channel is gone.
			let keys = channel.map(|channel| channel.parties.of(side).keys.clone());
			Some((account, keys.unwrap_or_else(|| vec![node.key])))
		};
		Some(PerSide { opener: signer(Side::Opener)?, acceptor: signer(Side::Acceptor)? })
	}

	/// Edges of these records of a later block that were severed, of which that was not known: in the block `since` or later,
	/// or of this node and not settled. The latest first.
	pub(crate) fn newly_severed(&self, records: &Records, since: BlockNumber) -> Vec<(EdgeId, EdgeRecord)> {
		let own = |edge: &EdgeRecord| {
			let live = match records.channels.get(&edge.channel) {
				Some(channel) => channel.is_some(),
				None => self.channels.contains_key(&edge.channel),
			};
			let mine = |side: Side| {
				let node = self.node_in(*edge.ends.of(side), records);
				node.is_some_and(|node| id_of(&node.account) == self.me)
			};
			live && Side::BOTH.into_iter().any(mine)
		};
		let is_new = |(id, edge): &(&EdgeId, &EdgeRecord)| {
			let severed = matches!(edge.end, Some(EndRecord::Severed { .. }));
			let before = self.edges.get(id).is_some_and(|before| before.end.is_some());
			let late = edge.life.closed_at.is_some_and(|at| at >= since);
			severed && !self.intents.contains_key(id) && !before && (late || own(edge))
		};
		let edges = records.edges.iter().filter_map(|(id, edge)| Some((id, edge.as_ref()?)));
		let mut found: Vec<_> = edges.filter(is_new).map(|(id, edge)| (*id, edge.clone())).collect();
		found.sort_by_key(|(id, edge)| std::cmp::Reverse((edge.life.closed_at, *id)));
		found
	}

	/// The channels of these edges, as far as they are known.
	pub(crate) fn channels_of<'a>(
		&'a self,
		edges: impl IntoIterator<Item = &'a EdgeId> + 'a,
	) -> impl Iterator<Item = ChannelId> + 'a {
		edges.into_iter().filter_map(|edge| Some(self.edges.get(edge)?.channel))
	}

	fn node_in<'a>(&'a self, number: NodeNumber, records: &'a Records) -> Option<&'a NodeRecord> {
		let later = records.nodes.get(&number).and_then(Option::as_ref);
		later.or(self.nodes.get(&number))
	}

	/// Takes over what the records of a later block say, and tells what that has changed. `whole` records are all there are.
	pub(crate) fn update(
		&mut self,
		block: BlockNumber,
		records: Records,
		whole: bool,
		intents: Vec<SignedIntent>,
	) -> Vec<News> {
		self.block = block;
		if !whole && records == Records::default() {
			return Vec::new();
		}
		if whole {
			self.nodes.clear();
			self.edges.clear();
			self.channels.clear();
		}
		merge(&mut self.nodes, records.nodes);
		merge(&mut self.edges, records.edges);
		merge(&mut self.channels, records.channels);
		let edges = &self.edges;
		self.intents.retain(|edge, _| edges.contains_key(edge));
		let before = std::mem::take(&mut self.own);
		self.derive();
		let mut news = Vec::new();
		for (edge, own) in &self.own {
			match before.get(edge) {
				None => news.push(News::Opened(own.view)),
				Some(known) => {
					for side in Side::BOTH {
						let deposit = *own.view.deposits.of(side);
						if deposit > *known.view.deposits.of(side) {
							news.push(News::Deposited { edge: *edge, side, deposit });
						}
					}
				}
			}
		}
		for intent in intents {
			let edge = intent.intent.edge;
			if self.edges.contains_key(&edge) && self.intents.insert(edge, intent).is_none() {
				news.push(News::Severed(intent));
			}
		}
		for (edge, own) in &self.own {
			let told = self.intents.contains_key(edge) || before.get(edge).is_some_and(|known| known.ends);
			if own.ends && !told {
				news.push(News::Closing(*edge));
			}
		}
		let settled = before.keys().filter(|edge| !self.own.contains_key(edge));
		news.extend(settled.map(|edge| News::Closed(*edge)));
		news
	}

	/// What somebody has to be told that has only asked for [`views`](Self::views).
	pub(crate) fn told_first(&self) -> Vec<News> {
		let severed = self.intents.values().map(|intent| News::Severed(*intent));
		let ends = self.own.iter().filter(|(edge, own)| own.ends && !self.intents.contains_key(edge));
		severed.chain(ends.map(|(edge, _)| News::Closing(*edge))).collect()
	}

	fn account(&self, number: NodeNumber) -> Option<NodeId> {
		self.nodes.get(&number).map(|node| id_of(&node.account))
	}

	/// Who signs with which keys, and which edges of this node can be used.
	///
	/// A signature names its key by its place in one list for each node, but the chain has one for each channel, and checks
	/// vouchers and intents by that. So the list of this node, and of each neighbour, is what all of its channels with this
	/// node begin with, and a channel that begins otherwise cannot be used: what is signed for it would be worth nothing. One
	/// that is used stays so until it is settled, since no key is ever taken from a channel. Of others only what is not
	/// handed in is checked: all their channels' keys count, and the one that they sign with in new ones.
	fn derive(&mut self) {
		self.keys.clear();
		self.unusable.clear();
		let (mut close, mut far): (BTreeMap<NodeId, Vec<&[PublicKey]>>, BTreeMap<NodeId, Vec<&[PublicKey]>>) =
			Default::default();
		let mut of_edges: Vec<(EdgeId, &StoredChannel)> =
			self.channels.values().filter_map(|channel| Some((channel.edge?, channel))).collect();
		// Those that are used say how a list begins.
		of_edges.sort_by_key(|(edge, _)| (!self.used.contains(edge), *edge));
		let mut channels = Vec::new();
		for (edge, channel) in of_edges {
			let accounts = channel.parties.as_ref().map(|party| id_of(&party.account));
			let mine = Side::BOTH.into_iter().find(|side| *accounts.of(*side) == self.me);
			for side in Side::BOTH {
				let keys = &channel.parties.of(side).keys[..];
				let lists = if mine.is_some() { &mut close } else { &mut far };
				lists.entry(*accounts.of(side)).or_default().push(keys);
			}
			channels.extend(mine.map(|side| (edge, channel, side)));
		}
		for node in self.nodes.values() {
			let id = id_of(&node.account);
			let keys = match close.get(&id) {
				Some(lists) => common(lists),
				None => {
					let mut keys = Vec::new();
					let known = far.get(&id).into_iter().flatten().copied().flatten();
					for key in known.chain([&node.key]) {
						if !keys.contains(key) {
							keys.push(*key);
						}
					}
					keys
				}
			};
			self.keys.insert(id, keys);
		}
		let mut own = BTreeMap::new();
		for (edge, channel, side) in channels {
			let Some(record) = self.edges.get(&edge) else { continue };
			let fits = |side: Side| {
				let party = channel.parties.of(side);
				let keys = self.keys.get(&id_of(&party.account));
				keys.is_some_and(|keys| !keys.is_empty() && party.keys.starts_with(keys))
			};
			if !fits(Side::Opener) || !fits(Side::Acceptor) {
				self.unusable.insert(edge);
				continue;
			}
			own.insert(edge, self.own_edge(edge, record, channel, side));
		}
		let mut ways = BTreeMap::<_, Vec<_>>::new();
		for (edge, record) in &self.edges {
			if record.end.is_none() && record.closes_at.is_none() {
				for side in Side::BOTH {
					if let Some(account) = self.account(*record.ends.of(side)) {
						ways.entry(account).or_default().push(*edge);
					}
				}
			}
		}
		self.ways = ways;
		self.used = own.keys().copied().collect();
		self.own = own;
	}

	/// The edges of another node that take new requests, as far as the network of edges tells of them: it does not say what
	/// is deposited in their channels.
	pub(crate) fn views_of(&self, node: &NodeId) -> Vec<EdgeView> {
		let view = |edge: &EdgeId| {
			let record = self.edges.get(edge)?;
			let side =
				Side::BOTH.into_iter().find(|side| self.account(*record.ends.of(*side)) == Some(*node))?;
			Some(EdgeView {
				edge: *edge,
				channel: record.channel,
				side,
				neighbour: self.account(*record.ends.of(side.other()))?,
				address: None,
				latency_ms: record.terms.latency_ms,
				syncs: self.agreed.syncs,
				base_price: record.terms.base_price,
				price_per_byte: record.terms.price_per_byte,
				deposits: PerSide { opener: 0, acceptor: 0 },
				penalty: record.penalty,
			})
		};
		self.ways.get(node).into_iter().flatten().filter_map(view).collect()
	}

	fn own_edge(&self, edge: EdgeId, record: &EdgeRecord, channel: &StoredChannel, side: Side) -> Own {
		let neighbour = id_of(&channel.parties.of(side.other()).account);
		let is_native = channel.asset == AssetKind::Native;
		let view = EdgeView {
			edge,
			channel: record.channel,
			side,
			neighbour,
			address: self.agreed.addresses.get(&neighbour).copied(),
			latency_ms: record.terms.latency_ms,
			syncs: self.agreed.syncs,
			base_price: record.terms.base_price,
			price_per_byte: record.terms.price_per_byte,
			deposits: channel.parties.as_ref().map(|party| party.deposit),
			// What is paid in something else cannot be compared with it: then nothing is paid ahead.
			penalty: if is_native { record.penalty } else { 0 },
		};
		let closing = !matches!(channel.status, ChannelStatus::Open);
		Own { view, ends: record.closes_at.is_some() || record.end.is_some() || closing }
	}
}

/// The account of a node as the protocol names it.
pub(crate) fn id_of(account: &surety_primitives::AccountId) -> NodeId {
	let bytes: &[u8; 32] = account.as_ref();
	H256(*bytes)
}

fn merge<K: Ord, V>(known: &mut BTreeMap<K, V>, records: BTreeMap<K, Option<V>>) {
	for (id, record) in records {
		match record {
			Some(record) => known.insert(id, record),
			None => known.remove(&id),
		};
	}
}

/// What all lists begin with that begin like the first.
fn common(lists: &[&[PublicKey]]) -> Vec<PublicKey> {
	let Some(first) = lists.first() else { return Vec::new() };
	let alike = lists.iter().filter(|list| list.first() == first.first());
	let length = |list: &&[PublicKey]| list.iter().zip(*first).take_while(|(a, b)| a == b).count();
	first.iter().take(alike.map(length).min().unwrap_or_default()).copied().collect()
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;
