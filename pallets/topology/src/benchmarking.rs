//! Benchmarks of the calls at their worst: nodes with as many pages as there can be, in networks that are as large as a call
//! may look at. Channels are in an asset, which touches more storage than the native token.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::crypto::KeyTypeId;
use surety_graph::{bfs::MIN_BUDGET, centre::Challenge, cut::Members as _, Cost, Graph as _, Terms};
use surety_primitives::{
	benchmarking::AssetHelper,
	topology::NodeId,
	traits::{Channels as _, Slashable as _, Stake as _},
	AccountId, AssetKind, Balance, BlockNumber, EdgeId, UNIT,
};
use surety_response::{Message as _, PerSide, PublicKey, SeverIntent, Side, Signature, Signed};

const KEYS: KeyTypeId = KeyTypeId(*b"topo");
const DEPOSIT: Balance = 1_000_000;
const TERMS: Terms = Terms { latency_ms: 10, bandwidth_kbit_s: 1_000, base_price: 1, price_per_byte: 1 };

fn owner(node: NodeId) -> AccountId {
	account("node", node, 0)
}

/// Somebody who can pay for anything, in the native token.
fn rich<T: Config>(who: AccountId) -> AccountId {
	T::BenchmarkHelper::mint(&AssetKind::Native, &who, UNIT.saturating_mul(1_000_000_000));
	who
}

fn caller<T: Config>() -> AccountId {
	rich::<T>(whitelisted_caller())
}

fn key(number: u32) -> PublicKey {
	let mut bytes = [7u8; 32];
	if let Some(first) = bytes.first_chunk_mut::<4>() {
		*first = number.to_le_bytes();
	}
	PublicKey::Ed25519(bytes)
}

fn register<T: Config>(who: AccountId) -> Result<NodeId, BenchmarkError> {
	let id = NextNodeId::<T>::get();
	Pallet::<T>::do_register(rich::<T>(who), T::MinStake::get(), key(id))?;
	Ok(id)
}

/// So many nodes more; their numbers.
fn nodes<T: Config>(count: u32) -> Result<Vec<NodeId>, BenchmarkError> {
	(0..count).map(|_| register::<T>(owner(NextNodeId::<T>::get()))).collect()
}

fn connect<T: Config>([a, b]: [NodeId; 2]) -> Result<EdgeId, BenchmarkError> {
	let id = proposed::<T>([a, b])?;
	Pallet::<T>::do_accept(account_of::<T>(b)?, id)?;
	Ok(id)
}

fn account_of<T: Config>(node: NodeId) -> Result<AccountId, BenchmarkError> {
	Ok(Nodes::<T>::get(node).ok_or(BenchmarkError::Stop("is registered"))?.account)
}

fn proposed<T: Config>([a, b]: [NodeId; 2]) -> Result<EdgeId, BenchmarkError> {
	let accounts = PerSide { opener: account_of::<T>(a)?, acceptor: account_of::<T>(b)? };
	let asset = T::Channels::prepare_open(&accounts, DEPOSIT);
	let id = NextEdgeId::<T>::get();
	let deposits = PerSide { opener: DEPOSIT, acceptor: DEPOSIT };
	Pallet::<T>::do_propose(accounts.opener, b, TERMS, asset, deposits)?;
	Ok(id)
}

/// A chain of so many nodes; the edges between them.
fn chain<T: Config>(count: u32) -> Result<(Vec<NodeId>, Vec<EdgeId>), BenchmarkError> {
	let nodes = nodes::<T>(count)?;
	let pairs = nodes.iter().copied().zip(nodes.iter().copied().skip(1));
	let edges = pairs.map(|(a, b)| connect::<T>([a, b])).collect::<Result<_, _>>()?;
	Ok((nodes, edges))
}

/// Gives a node so many pages, full of entries of edges that are not forgotten, but for the last entry of the last page.
fn fill<T: Config>(node: NodeId, pages: u32) {
	let entry =
		surety_graph::HalfEdge { edge: EdgeId::MAX - 1, to: node, life: surety_graph::Life::since(0) };
	for number in 0..pages {
		let last = number.saturating_add(1) == pages;
		let entries = (0..PAGE_LEN.saturating_sub(last.into())).map(|_| entry);
		let half_edges = BoundedVec::truncate_from(entries.collect());
		Adjacency::<T>::insert(node, number, AdjacencyPage { half_edges, more: !last });
	}
	Nodes::<T>::mutate(node, |stored| {
		if let Some(stored) = stored {
			stored.pages = pages;
			// All pages are looked through for a gap.
			stored.gaps = 1;
		}
	});
}

fn advance<T: Config>(blocks: BlockNumber) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

/// All nodes weigh what they have.
fn activate<T: Config>() {
	// A second time for what was added while a rise had begun.
	for _ in 0..2 {
		advance::<T>(T::ActivationDelay::get());
		for node in 0..NextNodeId::<T>::get() {
			let _ = Pallet::<T>::do_refresh(node);
		}
	}
}

/// Two nodes that are joined, and one heavier one that the first hangs on; operators all, with crowded stake.
fn pair<T: Config>() -> Result<([NodeId; 3], [EdgeId; 2]), BenchmarkError> {
	let (nodes, edges) = chain::<T>(3)?;
	let (Ok(nodes), Ok(edges)) = (<[NodeId; 3]>::try_from(nodes), <[EdgeId; 2]>::try_from(edges)) else {
		return Err(BenchmarkError::Stop("three nodes have two edges"));
	};
	let [heavy, ..] = nodes;
	Pallet::<T>::do_add_stake(owner(heavy), T::MinStake::get().saturating_mul(100))?;
	activate::<T>();
	Pallet::<T>::do_stand_in(heavy)?;
	Ok((nodes, edges))
}

/// A chain of three in which the last edge was just severed with a search, so that the last node is cut off.
fn cut<T: Config>() -> Result<([NodeId; 3], [EdgeId; 2]), BenchmarkError> {
	let (nodes, [first, second]) = pair::<T>()?;
	end::<T>(second)?;
	let [_, middle, last] = nodes;
	let ends = PerSide { opener: middle, acceptor: last };
	let by = rich::<T>(account("shows", 0, 0));
	Pallet::<T>::find_out(second, ends, Evidence::Search { expansions: 3 }, &by)?;
	Ok((nodes, [first, second]))
}

/// Severs an edge as if an intent had been handed in, without looking at the network.
fn end<T: Config>(edge: EdgeId) -> Result<(), BenchmarkError> {
	let mut record = Edges::<T>::get(edge).ok_or(BenchmarkError::Stop("is open"))?;
	let charge = Pallet::<T>::charge_of(record.penalty);
	let left = charge.half.saturating_sub(charge.burned);
	for side in Side::BOTH {
		let account = Pallet::<T>::end_of(&record, side)?;
		Pallet::<T>::burn(HoldReason::Penalty, &account, charge.burned)?;
		let held = record.held.of_mut(side);
		held.rest = held.rest.saturating_sub(charge.half);
		held.escrow = left;
	}
	let charged = PerSide { opener: left, acceptor: left };
	record.end = Some(End::Severed { by: Side::Opener, charged, settled: false });
	Ok(Pallet::<T>::end_edge(edge, record)?)
}

/// A node of `who`, and a path of so many edges to it from the centre.
pub(crate) fn path_to<T: Config>(who: &AccountId, edges: u32) -> Vec<EdgeId> {
	let made = chain::<T>(edges.max(1)).and_then(|(nodes, mut path)| {
		let (first, last) = (nodes.first().copied(), nodes.last().copied());
		let (Some(first), Some(last)) = (first, last) else { return Err(BenchmarkError::Stop("a node")) };
		path.push(connect::<T>([last, register::<T>(who.clone())?])?);
		// The first node there ever was, and who is joined to it, are the main component.
		Main::<T>::put(Pallet::<T>::component_of(first)?);
		StandIn::<T>::put(first);
		Ok(path)
	});
	made.expect("everybody is rich")
}

/// A complete certificate of so many nodes, listed one by one, of which nothing is left to be read.
fn complete<T: Config>(count: u32) -> Result<CertificateId, BenchmarkError> {
	let (_, edges) = pair::<T>()?;
	let (listed, _) = chain::<T>(count)?;
	let [_, last] = edges;
	let ends = Edges::<T>::get(last).ok_or(BenchmarkError::Stop("is open"))?.ends;
	let (Some(first), bridge) = (listed.first().copied(), ends.acceptor) else {
		return Err(BenchmarkError::Stop("something is listed"));
	};
	let bridge = connect::<T>([bridge, first])?;
	activate::<T>();
	end::<T>(bridge)?;
	advance::<T>(1);
	let id = NextCertificateId::<T>::get();
	let as_of = Pallet::<T>::now().saturating_sub(1);
	let most = usize::try_from(T::MaxList::get()).unwrap_or(usize::MAX);
	let who = caller::<T>();
	for (number, page) in listed.chunks(most).enumerate() {
		match number {
			0 => Pallet::<T>::do_begin_certificate(who.clone(), as_of, page, T::MaxReads::get())?,
			_ => Pallet::<T>::do_extend_certificate(who.clone(), id, page, T::MaxReads::get())?,
		}
	}
	Ok(id)
}

fn offer<T: Config>(asset: AssetKind) -> Offer {
	Offer {
		asset,
		deposit: DEPOSIT,
		min_deposit: DEPOSIT,
		min_latency_ms: 0,
		max_latency_ms: 100,
		max_bandwidth_kbit_s: 1_000,
		min_base_price: 0,
		min_price_per_byte: 0,
		max_penalty: T::Penalty::get(),
		left: 2,
	}
}

fn list<T: Config>(nodes: &[NodeId]) -> List<T> {
	BoundedVec::truncate_from(nodes.to_vec())
}

fn path<T: Config>(edges: &[EdgeId]) -> Path<T> {
	BoundedVec::truncate_from(edges.to_vec())
}

impl<T: Config> surety_primitives::agreement::Isolate<AccountId> for Pallet<T> {
	fn isolate(who: &AccountId) {
		let root = NodeOf::<T>::get(who).and_then(Pallet::<T>::node).and_then(|node| node.component);
		let now = Pallet::<T>::now();
		let since = now.saturating_sub(1);
		Main::<T>::kill();
		CutOffs::<T>::insert(
			root.expect("is in a component"),
			CutOff {
				id: 0,
				since,
				known_at: since,
				liable_from: now.saturating_add(100),
				claims_end: now.saturating_add(200),
				review_ends: None,
				era: T::Stake::era(),
				shown_by: None,
			},
		);
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let who = caller::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), T::MinStake::get(), key(0));

		assert!(NodeOf::<T>::contains_key(who));
		Ok(())
	}

	#[benchmark]
	fn add_stake() -> Result<(), BenchmarkError> {
		let ([node, ..], _) = pair::<T>()?;
		T::Stake::prepare_crowd(&owner(node));
		let stake = Nodes::<T>::get(node).map(|node| node.stake);

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(node)), UNIT);

		assert_ne!(Nodes::<T>::get(node).map(|node| node.stake), stake);
		Ok(())
	}

	#[benchmark]
	fn set_key() -> Result<(), BenchmarkError> {
		let ([node, ..], _) = pair::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(node)), key(99));

		assert_eq!(Nodes::<T>::get(node).map(|node| node.key), Some(key(99)));
		Ok(())
	}

	#[benchmark]
	fn refresh() -> Result<(), BenchmarkError> {
		let ([_, node, _], _) = pair::<T>()?;
		T::Stake::prepare_crowd(&owner(node));
		let stake = T::MinStake::get();
		Pallet::<T>::do_add_stake(owner(node), stake)?;
		advance::<T>(T::ActivationDelay::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), node);

		assert!(Pallet::<T>::weight_of(node) >= stake.saturating_mul(2));
		Ok(())
	}

	#[benchmark]
	fn leave() -> Result<(), BenchmarkError> {
		let (_, _) = pair::<T>()?;
		let node = super::register::<T>(caller::<T>())?;
		let who = account_of::<T>(node)?;
		let asset = AssetKind::Native;
		Pallet::<T>::do_set_offer(who.clone(), Some(offer::<T>(asset)))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!NodeOf::<T>::contains_key(who));
		Ok(())
	}

	#[benchmark]
	fn remove_node(p: Linear<0, { T::MaxPages::get() }>) -> Result<(), BenchmarkError> {
		let who = caller::<T>();
		let node = super::register::<T>(who.clone())?;
		fill::<T>(node, p);
		Pallet::<T>::do_leave(who)?;
		advance::<T>(T::Horizon::get().saturating_add(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), node);

		assert!(!Nodes::<T>::contains_key(node));
		assert_eq!(Adjacency::<T>::iter_key_prefix(node).count(), 0);
		Ok(())
	}

	#[benchmark]
	fn propose() -> Result<(), BenchmarkError> {
		let ([a, _, c], _) = pair::<T>()?;
		let accounts = PerSide { opener: owner(a), acceptor: owner(c) };
		let asset = T::Channels::prepare_open(&accounts, DEPOSIT);
		let deposits = PerSide { opener: DEPOSIT, acceptor: DEPOSIT };
		let id = NextEdgeId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(a)), c, TERMS, asset, deposits);

		assert!(Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn accept(p: Linear<1, { T::MaxPages::get() }>) -> Result<(), BenchmarkError> {
		let ([a, ..], _) = pair::<T>()?;
		let other = super::register::<T>(owner(NextNodeId::<T>::get()))?;
		fill::<T>(a, p);
		fill::<T>(other, p);
		let id = proposed::<T>([a, other])?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(other)), id);

		assert!(Edges::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn withdraw_proposal() -> Result<(), BenchmarkError> {
		let ([a, _, c], _) = pair::<T>()?;
		let id = proposed::<T>([a, c])?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(c)), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn expire_proposal() -> Result<(), BenchmarkError> {
		let ([a, _, c], _) = pair::<T>()?;
		let id = proposed::<T>([a, c])?;
		advance::<T>(T::ProposalLifetime::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn set_offer() -> Result<(), BenchmarkError> {
		let ([a, ..], _) = pair::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(a)), Some(offer::<T>(AssetKind::Native)));

		assert!(Offers::<T>::contains_key(a));
		Ok(())
	}

	#[benchmark]
	fn open(p: Linear<1, { T::MaxPages::get() }>) -> Result<(), BenchmarkError> {
		let ([a, ..], _) = pair::<T>()?;
		let other = super::register::<T>(owner(NextNodeId::<T>::get()))?;
		fill::<T>(a, p);
		fill::<T>(other, p);
		let accounts = PerSide { opener: owner(other), acceptor: owner(a) };
		let asset = T::Channels::prepare_open(&accounts, DEPOSIT);
		Pallet::<T>::do_set_offer(owner(a), Some(offer::<T>(asset)))?;
		let id = NextEdgeId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(other)), a, TERMS, DEPOSIT);

		assert!(Edges::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn propose_terms() -> Result<(), BenchmarkError> {
		let ([a, ..], [edge, _]) = pair::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(a)), edge, TERMS);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| edge.proposed.is_some()));
		Ok(())
	}

	#[benchmark]
	fn accept_terms() -> Result<(), BenchmarkError> {
		let ([a, b, _], [edge, _]) = pair::<T>()?;
		Pallet::<T>::do_propose_terms(owner(a), edge, TERMS)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(b)), edge, TERMS);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| edge.proposed.is_none()));
		Ok(())
	}

	#[benchmark]
	fn close() -> Result<(), BenchmarkError> {
		let ([a, ..], [edge, _]) = pair::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(a)), edge);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| edge.closes_at.is_some()));
		Ok(())
	}

	#[benchmark]
	fn finish_close() -> Result<(), BenchmarkError> {
		let ([a, ..], [edge, _]) = pair::<T>()?;
		Pallet::<T>::do_close(owner(a), edge)?;
		advance::<T>(T::NoticePeriod::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), edge, Evidence::None);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| edge.end == Some(End::Closed)));
		Ok(())
	}

	#[benchmark]
	fn sever() -> Result<(), BenchmarkError> {
		let nodes = nodes::<T>(2)?;
		let [a, b] = nodes.as_slice() else { return Err(BenchmarkError::Stop("two")) };
		let public = sp_io::crypto::sr25519_generate(KEYS, None);
		Pallet::<T>::do_set_key(owner(*a), PublicKey::Sr25519(public.0))?;
		let edge = connect::<T>([*a, *b])?;
		let payload = SeverIntent { edge }.signing_payload(&frame_system::Pallet::<T>::block_hash(0));
		let signature = sp_io::crypto::sr25519_sign(KEYS, &public, &payload);
		let signature = signature.ok_or(BenchmarkError::Stop("the host has the key"))?;
		let signed = Signed { key: 0, signature: Signature::Sr25519(signature.0) };
		let intent = Intent { by: Side::Opener, signed };

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), edge, intent, Evidence::None);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| edge.is_unsettled()));
		Ok(())
	}

	#[benchmark]
	fn path(e: Linear<1, { T::MaxPath::get() }>) -> Result<(), BenchmarkError> {
		let (nodes, mut edges) = chain::<T>(e.saturating_add(1))?;
		let (Some(first), Some(last)) = (nodes.first().copied(), nodes.last().copied()) else {
			return Err(BenchmarkError::Stop("a chain has ends"));
		};
		edges.truncate(usize::try_from(e).unwrap_or(usize::MAX));
		let way = super::path::<T>(&edges);
		let ends = PerSide { opener: first, acceptor: last };
		let who = caller::<T>();
		let found;

		#[block]
		{
			found = Pallet::<T>::find_out(EdgeId::MAX, ends, Evidence::Witness(way), &who);
		}

		assert_eq!(found.map(|found| found.finding), Ok(Finding::Connected));
		Ok(())
	}

	#[benchmark]
	fn expand(n: Linear<2, { T::MaxSearch::get() }>) -> Result<(), BenchmarkError> {
		// Both sides are read in step, and the one that runs out is told apart.
		let (near, _) = chain::<T>(n.div_ceil(2).max(1))?;
		let (far, _) = chain::<T>(n.div_ceil(2).saturating_add(8))?;
		let (Some(a), Some(b)) = (near.first().copied(), far.first().copied()) else {
			return Err(BenchmarkError::Stop("chains have beginnings"));
		};
		let edge = connect::<T>([a, b])?;
		activate::<T>();
		end::<T>(edge)?;
		let ends = PerSide { opener: a, acceptor: b };
		let who = caller::<T>();

		#[block]
		{
			Pallet::<T>::find_out(edge, ends, Evidence::Search { expansions: n }, &who)?;
		}

		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let (_, [_, edge]) = cut::<T>()?;
		advance::<T>(T::GracePeriod::get().max(T::ReviewPeriod::get()));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), edge);

		assert!(Edges::<T>::get(edge).is_some_and(|edge| !edge.is_unsettled()));
		Ok(())
	}

	#[benchmark]
	fn prune() -> Result<(), BenchmarkError> {
		let (_, [edge, _]) = pair::<T>()?;
		end::<T>(edge)?;
		advance::<T>(T::Horizon::get().saturating_add(1));
		Pallet::<T>::do_settle(edge)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), edge);

		assert!(!Edges::<T>::contains_key(edge));
		Ok(())
	}

	#[benchmark]
	fn join() -> Result<(), BenchmarkError> {
		let ([_, b, c], [first, _]) = cut::<T>()?;
		end::<T>(first)?;
		let a = Edges::<T>::get(first).map(|edge| edge.ends.opener).unwrap_or_default();
		let ends = PerSide { opener: a, acceptor: b };
		Pallet::<T>::find_out(first, ends, Evidence::Search { expansions: 3 }, &caller::<T>())?;
		// Both are cut off; what the edge shows is not known until claims are over.
		let edge = connect::<T>([b, c])?;
		advance::<T>(
			T::GracePeriod::get().max(T::ReviewPeriod::get()).saturating_add(T::ClaimsPeriod::get()),
		);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), edge);

		assert_eq!(Pallet::<T>::component_of(b), Pallet::<T>::component_of(c));
		Ok(())
	}

	#[benchmark]
	fn rejoin() -> Result<(), BenchmarkError> {
		let ([a, _, c], _) = cut::<T>()?;
		let edge = connect::<T>([c, a])?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner(c)), super::path::<T>(&[edge]));

		assert_eq!(Pallet::<T>::component_of(a), Pallet::<T>::component_of(c));
		Ok(())
	}

	#[benchmark]
	fn begin_certificate() -> Result<(), BenchmarkError> {
		let ([_, _, c], [_, edge]) = pair::<T>()?;
		end::<T>(edge)?;
		advance::<T>(1);
		let as_of = Pallet::<T>::now().saturating_sub(1);
		let id = NextCertificateId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), as_of, super::list::<T>(&[c]), T::MaxReads::get());

		assert!(Certificates::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn extend_certificate() -> Result<(), BenchmarkError> {
		let ([_, b, c], _) = pair::<T>()?;
		advance::<T>(1);
		let as_of = Pallet::<T>::now().saturating_sub(1);
		let (id, who) = (NextCertificateId::<T>::get(), caller::<T>());
		Pallet::<T>::do_begin_certificate(who.clone(), as_of, &[c], T::MaxReads::get())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, super::list::<T>(&[b]), T::MaxReads::get());

		assert_eq!(Certificates::<T>::get(id).map(|certificate| certificate.members), Some(2));
		Ok(())
	}

	#[benchmark]
	fn list(
		n: Linear<1, { T::MaxList::get() }>,
		r: Linear<0, { T::MaxReads::get() }>,
	) -> Result<(), BenchmarkError> {
		let nodes = nodes::<T>(n)?;
		nodes.iter().for_each(|node| fill::<T>(*node, 1));
		let network = Pallet::<T>::network();
		let mut members = Listed::<T>::new(0);
		let mut read = 0u32;

		#[block]
		{
			for node in &nodes {
				members.insert(*node);
			}
			// Questions whether nodes are listed, which are most of the reads; and a page for each so many of them.
			for number in 0..r {
				if number % PAGE_LEN == 0 {
					let node = number.checked_rem(n).unwrap_or(0);
					read = read.saturating_add(network.page(node, 0).is_some().into());
				} else {
					read = read.saturating_add(members.contains(number).into());
				}
			}
		}

		assert_eq!(members.added, n);
		Ok(())
	}

	#[benchmark]
	fn relabel(n: Linear<1, { T::MaxSearch::get() }>) -> Result<(), BenchmarkError> {
		let id = complete::<T>(n)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id, n);

		assert!(!Certificates::<T>::contains_key(id));
		assert!(CutOffs::<T>::iter_keys().next().is_some());
		Ok(())
	}

	#[benchmark]
	fn clear_certificate(n: Linear<1, { T::MaxSearch::get() }>) -> Result<(), BenchmarkError> {
		let id = complete::<T>(n)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), id, n);

		assert!(!Certificates::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn punish() -> Result<(), BenchmarkError> {
		let ([_, _, c], _) = cut::<T>()?;
		T::Stake::prepare_crowd(&owner(c));
		advance::<T>(T::GracePeriod::get().max(T::ReviewPeriod::get()));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), c);

		assert!(Nodes::<T>::get(c).is_some_and(|node| node.punished.is_some()));
		Ok(())
	}

	#[benchmark]
	fn report() -> Result<(), BenchmarkError> {
		let ([_, _, c], _) = cut::<T>()?;
		T::Stake::prepare_backing(
			&owner(c),
			T::RelayService::get(),
			&AssetKind::Native,
			UNIT.saturating_mul(1_000),
		);
		T::Stake::prepare_crowd(&owner(c));
		// What is staked backs it in the current era only.
		let root = Pallet::<T>::component_of(c)?;
		CutOffs::<T>::mutate(root, |cut| {
			if let Some(cut) = cut {
				(cut.era, cut.liable_from) = (T::Stake::era(), 0);
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), c);

		assert!(Nodes::<T>::get(c).is_some_and(|node| node.reported.is_some()));
		Ok(())
	}

	#[benchmark]
	fn veto() -> Result<(), BenchmarkError> {
		let ([_, _, c], _) = cut::<T>()?;
		let root = Pallet::<T>::component_of(c)?;
		CutOffs::<T>::mutate(root, |cut| {
			if let Some(cut) = cut {
				cut.review_ends = Some(cut.known_at.saturating_add(1));
			}
		});
		let origin = T::VetoOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, c);

		assert!(CutOffs::<T>::get(root).is_some_and(|cut| Pallet::<T>::is_vetoed(&cut)));
		Ok(())
	}

	#[benchmark]
	fn claim_main() -> Result<(), BenchmarkError> {
		let (_, _) = pair::<T>()?;
		let node = super::register::<T>(owner(NextNodeId::<T>::get()))?;
		Pallet::<T>::do_add_stake(owner(node), T::MinStake::get().saturating_mul(10_000))?;
		activate::<T>();
		Pallet::<T>::do_claim_main(node)?;
		advance::<T>(T::MajorityPeriod::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), node);

		assert_eq!(Main::<T>::get(), Pallet::<T>::component_of(node).ok());
		Ok(())
	}

	#[benchmark]
	fn refute_main() -> Result<(), BenchmarkError> {
		let ([a, ..], _) = pair::<T>()?;
		MainCandidate::<T>::put(Candidate { node: a, since: 0 });

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()));

		assert!(!MainCandidate::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn stand_in() -> Result<(), BenchmarkError> {
		let ([a, b, _], _) = pair::<T>()?;
		StandIn::<T>::put(b);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), a);

		assert_eq!(StandIn::<T>::get(), Some(a));
		Ok(())
	}

	#[benchmark]
	fn challenge_centre() -> Result<(), BenchmarkError> {
		let ([_, b, _], _) = pair::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller::<T>()), b);

		assert!(CurrentChallenge::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn reclaim_bond() -> Result<(), BenchmarkError> {
		let ([a, ..], _) = pair::<T>()?;
		let who = caller::<T>();
		Pallet::<T>::hold(HoldReason::Challenge, &who, UNIT)?;
		let bond = Bond { owner: who.clone(), amount: UNIT, until: 0 };
		Centre::<T>::put(CentreRecord { node: a, bond: Some(bond) });

		#[extrinsic_call]
		_(RawOrigin::Signed(who));

		assert!(Centre::<T>::get().is_some_and(|centre| centre.bond.is_none()));
		Ok(())
	}

	#[benchmark]
	fn search(
		r: Linear<5, { T::CentreBudget::get().reads }>,
		w: Linear<3, { T::CentreBudget::get().writes }>,
	) -> Result<(), BenchmarkError> {
		// Most reads are of weights and pages of edges.
		let (nodes, _) = chain::<T>(r.div_ceil(2).saturating_add(1))?;
		let (Some(first), Some(last)) = (nodes.first().copied(), nodes.last().copied()) else {
			return Err(BenchmarkError::Stop("a chain has ends"));
		};
		advance::<T>(1);
		let as_of = Pallet::<T>::now().saturating_sub(1);
		let mut challenge = Challenge::new(last, first, as_of);
		let mut pages = SearchPages::<T>::new();
		let budget = Cost { reads: r.max(MIN_BUDGET.reads), writes: w.max(MIN_BUDGET.writes) };
		let cost;

		#[block]
		{
			cost = challenge.step(&Pallet::<T>::network(), &mut pages, budget);
		}

		assert!(cost.is_ok_and(|cost| cost.reads > 0));
		Ok(())
	}

	#[benchmark]
	fn conclude() -> Result<(), BenchmarkError> {
		let ([a, b, _], _) = pair::<T>()?;
		let who = caller::<T>();
		Pallet::<T>::hold(HoldReason::Challenge, &who, UNIT)?;
		let previous = rich::<T>(account("previous", 0, 0));
		Pallet::<T>::hold(HoldReason::Challenge, &previous, UNIT)?;
		let bond = Bond { owner: previous, amount: UNIT, until: 0 };
		Centre::<T>::put(CentreRecord { node: a, bond: Some(bond) });

		#[block]
		{
			Pallet::<T>::install(&who, b, UNIT)?;
		}

		assert!(Centre::<T>::get().is_some_and(|centre| centre.node == b));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
