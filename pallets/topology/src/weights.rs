//! Weights of the calls, estimated from what they read and write. Measured ones belong to the runtime.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `add_stake`.
	fn add_stake() -> Weight;
	/// Weight of `set_key`.
	fn set_key() -> Weight;
	/// Weight of `refresh`.
	fn refresh() -> Weight;
	/// Weight of `leave`.
	fn leave() -> Weight;
	/// Weight of `remove_node`, of one with so many pages.
	fn remove_node(pages: u32) -> Weight;
	/// Weight of `propose`.
	fn propose() -> Weight;
	/// Weight of `accept`, by nodes with so many pages.
	fn accept(pages: u32) -> Weight;
	/// Weight of `withdraw_proposal`.
	fn withdraw_proposal() -> Weight;
	/// Weight of `expire_proposal`.
	fn expire_proposal() -> Weight;
	/// Weight of `set_offer`.
	fn set_offer() -> Weight;
	/// Weight of `open`, with nodes of so many pages.
	fn open(pages: u32) -> Weight;
	/// Weight of `propose_terms`.
	fn propose_terms() -> Weight;
	/// Weight of `accept_terms`.
	fn accept_terms() -> Weight;
	/// Weight of `close`.
	fn close() -> Weight;
	/// Weight of `finish_close`, without looking at the network.
	fn finish_close() -> Weight;
	/// Weight of `sever`, without looking at the network.
	fn sever() -> Weight;
	/// Weight of checking a path of so many edges.
	fn path(edges: u32) -> Weight;
	/// Weight of searching from both ends of an edge, and of relabelling what was found, where so many nodes are expanded.
	fn expand(nodes: u32) -> Weight;
	/// Weight of `settle`.
	fn settle() -> Weight;
	/// Weight of `prune`.
	fn prune() -> Weight;
	/// Weight of `join`.
	fn join() -> Weight;
	/// Weight of `rejoin`, without the path.
	fn rejoin() -> Weight;
	/// Weight of `begin_certificate`, without listing.
	fn begin_certificate() -> Weight;
	/// Weight of `extend_certificate`, without listing.
	fn extend_certificate() -> Weight;
	/// Weight of listing so many nodes with so many reads.
	fn list(nodes: u32, reads: u32) -> Weight;
	/// Weight of `relabel`, of so many nodes.
	fn relabel(nodes: u32) -> Weight;
	/// Weight of `clear_certificate`, of so many nodes.
	fn clear_certificate(nodes: u32) -> Weight;
	/// Weight of `punish`.
	fn punish() -> Weight;
	/// Weight of `report`.
	fn report() -> Weight;
	/// Weight of `veto`.
	fn veto() -> Weight;
	/// Weight of `claim_main`.
	fn claim_main() -> Weight;
	/// Weight of `refute_main`.
	fn refute_main() -> Weight;
	/// Weight of `stand_in`.
	fn stand_in() -> Weight;
	/// Weight of `challenge_centre`.
	fn challenge_centre() -> Weight;
	/// Weight of `reclaim_bond`.
	fn reclaim_bond() -> Weight;
	/// Weight of a step of a challenge with so many reads and writes.
	fn search(reads: u32, writes: u32) -> Weight;
	/// Weight of what follows from a challenge that is over.
	fn conclude() -> Weight;
}

/// Storage items of holding, releasing or paying: accounts and their holds.
const HELD: u64 = 2;
/// Labels that are read and written on the way to a component's name, few of them in practice: each passing makes the way
/// shorter.
const LABELS: u64 = 8;
/// Items of opening a channel, or of beginning to close it, in an asset.
const CHANNEL: u64 = 20;
/// Items of reading what an operator has staked, and of reporting it.
const OPERATOR: u64 = 6;
/// Time to check one signature and hash what was signed, in picoseconds.
const SIGNATURE: u64 = 100_000_000;
/// Size of a proof for one item, in bytes.
const PROOF: u64 = 3_600;

fn weigh(ref_time: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(ref_time, PROOF.saturating_mul(reads))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

fn opening(pages: u32) -> Weight {
	let pages = u64::from(pages).saturating_mul(2);
	// Proposal or offer, both nodes, the edge, two pages, holds of both, the labels of both.
	let items = 8 + 2 * HELD + CHANNEL + 2 * LABELS;
	weigh(300_000_000, items.saturating_add(pages), items)
}

impl WeightInfo for () {
	fn register() -> Weight {
		weigh(100_000_000, 6 + HELD + OPERATOR, 8 + HELD)
	}

	fn add_stake() -> Weight {
		weigh(90_000_000, 4 + HELD + OPERATOR + LABELS, 4 + HELD + LABELS)
	}

	fn set_key() -> Weight {
		weigh(20_000_000, 2, 1)
	}

	fn refresh() -> Weight {
		weigh(60_000_000, 4 + OPERATOR + LABELS, 4 + LABELS)
	}

	fn leave() -> Weight {
		weigh(90_000_000, 6 + HELD + OPERATOR + LABELS, 7 + HELD + LABELS)
	}

	fn remove_node(pages: u32) -> Weight {
		weigh(80_000_000, 2 + HELD, (2 + HELD).saturating_add(pages.into()))
	}

	fn propose() -> Weight {
		weigh(80_000_000, 4 + HELD, 2 + HELD)
	}

	fn accept(pages: u32) -> Weight {
		opening(pages)
	}

	fn withdraw_proposal() -> Weight {
		weigh(70_000_000, 2 + HELD, 1 + HELD)
	}

	fn expire_proposal() -> Weight {
		Self::withdraw_proposal()
	}

	fn set_offer() -> Weight {
		weigh(50_000_000, 3 + HELD, 1 + HELD)
	}

	fn open(pages: u32) -> Weight {
		opening(pages)
	}

	fn propose_terms() -> Weight {
		weigh(25_000_000, 3, 1)
	}

	fn accept_terms() -> Weight {
		weigh(25_000_000, 3, 1)
	}

	fn close() -> Weight {
		weigh(25_000_000, 3, 1)
	}

	fn finish_close() -> Weight {
		let items = 5 + 2 * HELD + CHANNEL;
		weigh(200_000_000, items, items)
	}

	fn sever() -> Weight {
		let items = 6 + 3 * HELD + CHANNEL;
		weigh(300_000_000 + SIGNATURE, items, items)
	}

	fn path(edges: u32) -> Weight {
		weigh(5_000_000, 2, 0).saturating_add(weigh(3_000_000, 1, 0).saturating_mul(edges.into()))
	}

	fn expand(nodes: u32) -> Weight {
		// Two pages at the most on average; of each member its weight, its label and the record of that, which may be its own;
		// its label and the record are written, and with a long way to the root another one.
		let base = weigh(50_000_000, 10 + LABELS, 10 + LABELS);
		base.saturating_add(weigh(25_000_000, 6, 3).saturating_mul(nodes.into()))
	}

	fn settle() -> Weight {
		weigh(250_000_000, 7 + 3 * HELD + 2 * LABELS, 3 + 3 * HELD)
	}

	fn prune() -> Weight {
		weigh(120_000_000, 5 + 2 * HELD, 5 + 2 * HELD)
	}

	fn join() -> Weight {
		weigh(60_000_000, 4 + 3 * LABELS, 4 + LABELS)
	}

	fn rejoin() -> Weight {
		weigh(80_000_000, 8 + OPERATOR + 4 * LABELS, 5 + LABELS)
	}

	fn begin_certificate() -> Weight {
		weigh(60_000_000, 2 + HELD, 2 + HELD)
	}

	fn extend_certificate() -> Weight {
		weigh(60_000_000, 1 + HELD, 1 + HELD)
	}

	fn list(nodes: u32, reads: u32) -> Weight {
		let listed = weigh(5_000_000, 0, 1).saturating_mul(nodes.into());
		listed.saturating_add(weigh(6_000_000, 1, 0).saturating_mul(reads.into()))
	}

	fn relabel(nodes: u32) -> Weight {
		let base = weigh(120_000_000, 8 + HELD + 2 * LABELS, 8 + HELD + LABELS);
		// The member, its node, weight, label and the record of that; the member, the label, and records on the way.
		base.saturating_add(weigh(25_000_000, 6, 4).saturating_mul(nodes.into()))
	}

	fn clear_certificate(nodes: u32) -> Weight {
		let base = weigh(60_000_000, 1 + HELD, 1 + HELD);
		base.saturating_add(weigh(6_000_000, 1, 1).saturating_mul(nodes.into()))
	}

	fn punish() -> Weight {
		weigh(400_000_000, 6 + 4 * HELD + OPERATOR + 2 * LABELS, 6 + 4 * HELD + LABELS)
	}

	fn report() -> Weight {
		// A report: number, hold, pins, the slash, its evidence and its place in the queue.
		weigh(300_000_000, 12 + HELD + OPERATOR + LABELS, 10 + HELD)
	}

	fn veto() -> Weight {
		weigh(30_000_000, 1 + LABELS, 1)
	}

	fn claim_main() -> Weight {
		weigh(60_000_000, 8 + 3 * LABELS, 5)
	}

	fn refute_main() -> Weight {
		weigh(40_000_000, 4 + LABELS, 1)
	}

	fn stand_in() -> Weight {
		weigh(60_000_000, 8 + 5 * LABELS, 1)
	}

	fn challenge_centre() -> Weight {
		weigh(80_000_000, 6 + HELD + 3 * LABELS, 1 + HELD)
	}

	fn reclaim_bond() -> Weight {
		weigh(50_000_000, 2 + HELD, 1 + HELD)
	}

	fn search(reads: u32, writes: u32) -> Weight {
		weigh(6_000_000, 1, 0)
			.saturating_mul(reads.into())
			.saturating_add(weigh(6_000_000, 0, 1).saturating_mul(writes.into()))
	}

	fn conclude() -> Weight {
		weigh(200_000_000, 5 + 3 * HELD + 2 * LABELS, 3 + 3 * HELD)
	}
}
