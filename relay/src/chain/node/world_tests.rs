use super::*;
use proptest::prelude::*;
use surety_client::chain::records::PartyRecord;
use surety_primitives::{
	topology::{Life, Terms},
	AccountId,
};
use surety_response::{SeverIntent, Signature, Signed};

const ME: u8 = 1;

fn account(node: u8) -> AccountId {
	AccountId::new([node; 32])
}

fn id(node: u8) -> NodeId {
	H256([node; 32])
}

fn key(number: u8) -> PublicKey {
	PublicKey::Ed25519([number; 32])
}

/// A node with its number, and the key of that number.
fn node(number: u8) -> (NodeNumber, Option<NodeRecord>) {
	(number.into(), Some(NodeRecord { account: account(number), key: key(number) }))
}

fn edge_record(channel: ChannelId, ends: [u8; 2]) -> EdgeRecord {
	EdgeRecord {
		ends: PerSide { opener: ends[0].into(), acceptor: ends[1].into() },
		life: Life::since(1),
		terms: Terms { latency_ms: 20, bandwidth_kbit_s: 1_000, base_price: 10, price_per_byte: 1 },
		channel,
		penalty: 1_000,
		held: PerSide::default(),
		deposit: 0,
		horizon: 60,
		places: PerSide::default(),
		closes_at: None,
		proposed: None,
		end: None,
	}
}

fn channel_record(edge: EdgeId, ends: [u8; 2], keys: [&[u8]; 2]) -> StoredChannel {
	let party = |place: usize| PartyRecord {
		account: account(ends[place]),
		deposit: 100,
		keys: keys[place].iter().map(|number| key(*number)).collect(),
		handed_in: None,
		watcher: None,
		storage_deposit: 0,
	};
	StoredChannel {
		asset: AssetKind::Native,
		edge: Some(edge),
		parties: PerSide { opener: party(0), acceptor: party(1) },
		close_window: 12,
		status: ChannelStatus::Open,
	}
}

/// The network of these nodes and edges, whose ends sign with these keys.
fn network(nodes: &[u8], edges: &[(EdgeId, [u8; 2], [&[u8]; 2])]) -> Records {
	Records {
		nodes: nodes.iter().map(|number| node(*number)).collect(),
		edges: edges.iter().map(|(edge, ends, _)| (*edge, Some(edge_record(*edge, *ends)))).collect(),
		channels: edges
			.iter()
			.map(|(edge, ends, keys)| (*edge, Some(channel_record(*edge, *ends, *keys))))
			.collect(),
	}
}

fn world(used: &[EdgeId]) -> World {
	World::new(id(ME), Agreed::default(), used.iter().copied().collect())
}

fn severed(mut record: EdgeRecord, at: BlockNumber) -> EdgeRecord {
	record.life.closed_at = Some(at);
	record.end = Some(EndRecord::Severed {
		by: Side::Opener,
		charged: PerSide { opener: 400, acceptor: 400 },
		settled: false,
	});
	record
}

fn intent(edge: EdgeId) -> SignedIntent {
	let signed = Signed { key: 0, signature: Signature::Ed25519([0; 64]) };
	SignedIntent { intent: SeverIntent { edge }, by: id(ME), signed }
}

fn one_edge(edge: EdgeId, record: EdgeRecord) -> Records {
	Records { edges: [(edge, Some(record))].into(), ..Records::default() }
}

fn one_channel(channel: ChannelId, record: Option<StoredChannel>) -> Records {
	Records { channels: [(channel, record)].into(), ..Records::default() }
}

#[test]
fn an_edge_should_be_seen_as_the_chain_has_it() {
	let mut world = World::new(
		id(ME),
		Agreed {
			syncs: Some(Schedule { first_ms: 0, every_ms: 500 }),
			addresses: [(id(2), "192.0.2.7:1".parse().unwrap())].into(),
		},
		BTreeSet::new(),
	);
	let records = network(&[1, 2, 3], &[(7, [2, 1], [&[2], &[1]]), (8, [2, 3], [&[2], &[3]])]);
	let news = world.update(5, records, true, Vec::new());
	let view = EdgeView {
		edge: 7,
		channel: 7,
		side: Side::Acceptor,
		neighbour: id(2),
		address: Some("192.0.2.7:1".parse().unwrap()),
		latency_ms: 20,
		syncs: Some(Schedule { first_ms: 0, every_ms: 500 }),
		base_price: 10,
		price_per_byte: 1,
		deposits: PerSide { opener: 100, acceptor: 100 },
		penalty: 1_000,
	};
	assert_eq!(news, [News::Opened(view)]);
	assert_eq!((world.views(), world.block()), (vec![view], 5));
	assert_eq!(world.ends(8), Some([id(2), id(3)]));
	assert_eq!(world.ends(9), None);
	assert_eq!(world.keys(&id(3)), [key(3)]);
	assert_eq!(world.keys(&id(4)), []);
	assert!(world.told_first().is_empty());
}

#[test]
fn ways_should_lead_through_others_along_edges_that_take_requests() {
	let mut world = world(&[]);
	let keys: [&[u8]; 2] = [&[], &[]];
	let edges =
		[(7, [1, 2], keys), (8, [2, 3], keys), (9, [4, 2], keys), (10, [2, 5], keys), (11, [3, 4], keys)];
	let mut records = network(&[1, 2, 3, 4, 5], &edges);
	for (edge, record) in &mut records.edges {
		if let Some(record) = record {
			match edge {
				// One has ended, of another notice was given.
				9 => *record = severed(record.clone(), 4),
				10 => record.closes_at = Some(9),
				_ => {}
			}
		}
	}
	world.update(5, records, true, Vec::new());
	let ways = |world: &World, node| -> Vec<(EdgeId, Side, NodeId)> {
		world.views_of(&id(node)).iter().map(|view| (view.edge, view.side, view.neighbour)).collect()
	};
	assert_eq!(ways(&world, 2), [(7, Side::Acceptor, id(1)), (8, Side::Opener, id(3))]);
	assert_eq!(ways(&world, 3), [(8, Side::Acceptor, id(2)), (11, Side::Opener, id(4))]);
	assert_eq!(ways(&world, 5), []);
	assert_eq!(ways(&world, 6), []);
	let [view] = world.views_of(&id(1))[..] else { panic!("one edge") };
	assert_eq!((view.latency_ms, view.base_price, view.price_per_byte, view.channel), (20, 10, 1, 7));
	// And not any more along one that ends.
	world.update(6, one_edge(8, severed(edge_record(8, [2, 3]), 6)), false, Vec::new());
	assert_eq!(ways(&world, 2), [(7, Side::Acceptor, id(1))]);
}

#[test]
fn the_penalty_should_not_be_compared_with_another_asset() {
	let mut records = network(&[1, 2], &[(7, [1, 2], [&[1], &[2]])]);
	if let Some(channel) = records.channels.get_mut(&7).and_then(Option::as_mut) {
		channel.asset = AssetKind::WithId(1);
	}
	let mut world = world(&[]);
	world.update(5, records, true, Vec::new());
	assert_eq!(world.views()[0].penalty, 0);
}

#[test]
fn an_edge_should_be_told_of_from_its_opening_to_its_settlement() {
	let mut world = world(&[]);
	world.update(5, network(&[1, 2], &[]), true, Vec::new());
	let opened = network(&[], &[(7, [1, 2], [&[1], &[2]])]);
	assert!(matches!(world.update(6, opened, false, Vec::new())[..], [News::Opened(view)] if view.edge == 7));
	let mut channel = channel_record(7, [1, 2], [&[1], &[2]]);
	channel.parties.acceptor.deposit = 150;
	let topped_up = one_channel(7, Some(channel.clone()));
	assert_eq!(
		world.update(7, topped_up.clone(), false, Vec::new()),
		[News::Deposited { edge: 7, side: Side::Acceptor, deposit: 150 }]
	);
	assert_eq!(world.update(8, topped_up, false, Vec::new()), [], "that is known");
	let noticed = EdgeRecord { closes_at: Some(20), ..edge_record(7, [1, 2]) };
	assert_eq!(world.update(9, one_edge(7, noticed.clone()), false, Vec::new()), [News::Closing(7)]);
	assert_eq!(world.standing(7), Standing::Open);
	let mut ended = noticed;
	ended.life.closed_at = Some(20);
	ended.end = Some(EndRecord::Closed);
	channel.status = ChannelStatus::Closing { settles_at: 32 };
	let closed = Records { channels: [(7, Some(channel))].into(), ..one_edge(7, ended) };
	assert_eq!(world.update(20, closed, false, Vec::new()), [], "that it closes is known");
	assert_eq!(world.views().len(), 1, "what was paid along it is still to be had");
	assert_eq!(world.told_first(), [News::Closing(7)]);
	assert_eq!(world.standing(7), Standing::Ended);
	assert_eq!(world.update(32, one_channel(7, None), false, Vec::new()), [News::Closed(7)]);
	assert_eq!((world.views(), world.used().len()), (vec![], 0));
	assert!(world.ends(7).is_some(), "it is remembered");
}

#[test]
fn severed_edges_anywhere_should_be_told_with_their_intents() {
	let mut world = world(&[]);
	let edges: [(EdgeId, [u8; 2], [&[u8]; 2]); 2] = [(7, [1, 2], [&[1], &[2]]), (8, [2, 3], [&[2], &[3]])];
	world.update(5, network(&[1, 2, 3], &edges), true, Vec::new());
	for (edge, ends) in [(7, [1, 2]), (8, [2, 3])] {
		let records = one_edge(edge, severed(edge_record(edge, ends), 6));
		let new = world.newly_severed(&records, 0);
		assert_eq!(new.len(), 1);
		let signers = world.signers(edge, &new[0].1, &records).expect("both ends are known");
		assert_eq!(signers.opener, (id(ends[0]), vec![key(ends[0])]));
		assert_eq!(
			world.update(6, records.clone(), false, vec![intent(edge)]),
			[News::Severed(intent(edge))]
		);
		assert_eq!(world.newly_severed(&records, 0), [], "that is known");
		assert_eq!(world.update(7, records, false, vec![intent(edge)]), []);
	}
	assert_eq!(world.told_first(), [News::Severed(intent(7)), News::Severed(intent(8))]);
}

#[test]
fn an_own_edge_whose_intent_is_not_found_should_be_told_to_close() {
	let mut world = world(&[]);
	world.update(5, network(&[1, 2], &[(7, [1, 2], [&[1], &[2]])]), true, Vec::new());
	let records = one_edge(7, severed(edge_record(7, [1, 2]), 6));
	assert_eq!(world.update(6, records, false, Vec::new()), [News::Closing(7)]);
}

#[test]
fn after_a_start_only_recent_severs_and_own_ones_should_be_looked_for() {
	let mut records = network(
		&[1, 2, 3],
		&[
			(6, [2, 3], [&[2], &[3]]),
			(7, [1, 2], [&[1], &[2]]),
			(8, [2, 3], [&[2], &[3]]),
			(9, [1, 3], [&[1], &[3]]),
		],
	);
	for (edge, ends, at) in [(6, [2, 3], 99), (7, [1, 2], 40), (8, [2, 3], 100), (9, [1, 3], 50)] {
		records.edges.insert(edge, Some(severed(edge_record(edge, ends), at)));
	}
	// The channel of this one is settled.
	records.channels.remove(&9);
	let found: Vec<EdgeId> = world(&[]).newly_severed(&records, 100).iter().map(|(edge, _)| *edge).collect();
	assert_eq!(found, [8, 7], "the latest first");
}

#[test]
fn an_edge_along_which_an_end_signs_with_another_key_should_not_be_used() {
	// The neighbour has another key in its second channel: what it signs by the first would be worth nothing there.
	let mut world = world(&[]);
	let edges: [(EdgeId, [u8; 2], [&[u8]; 2]); 2] = [(7, [1, 2], [&[1], &[2]]), (8, [1, 2], [&[1], &[22]])];
	let news = world.update(5, network(&[1, 2], &edges), true, Vec::new());
	assert!(matches!(news[..], [News::Opened(view)] if view.edge == 7));
	assert_eq!(*world.unusable(), [8].into());
	assert_eq!(world.keys(&id(2)), [key(2)]);
	// Nor one where this node has.
	let third = network(&[3], &[(9, [3, 1], [&[3], &[11]])]);
	assert_eq!(world.update(6, third, false, Vec::new()), []);
	assert_eq!(*world.unusable(), [8, 9].into());
	// Once the first is settled, the next says how lists begin.
	let news = world.update(7, one_channel(7, None), false, Vec::new());
	assert!(matches!(news[..], [News::Opened(view), News::Closed(7)] if view.edge == 8), "{news:?}");
	assert_eq!((world.keys(&id(2)), world.keys(&id(ME))), (vec![key(22)], vec![key(1)]));
}

#[test]
fn a_used_edge_should_stay_so_until_it_is_settled() {
	let edges: [(EdgeId, [u8; 2], [&[u8]; 2]); 2] = [(7, [1, 2], [&[1], &[22]]), (8, [1, 2], [&[1], &[2]])];
	// Whatever has the lower number: also after a restart.
	let mut world = world(&[8]);
	world.update(5, network(&[1, 2], &edges), true, Vec::new());
	assert_eq!(world.views().iter().map(|view| view.edge).collect::<Vec<_>>(), [8]);
	assert_eq!(*world.used(), [8].into());
	assert_eq!(*world.unusable(), [7].into());
}

#[test]
fn only_keys_that_all_channels_with_a_neighbour_have_should_count_for_it() {
	let mut world = world(&[]);
	let edges: [(EdgeId, [u8; 2], [&[u8]; 2]); 3] =
		[(7, [1, 2], [&[1], &[2, 22]]), (8, [1, 2], [&[1], &[2]]), (9, [2, 3], [&[2, 23], &[3, 33]])];
	world.update(5, network(&[1, 2, 3], &edges), true, Vec::new());
	assert_eq!(world.keys(&id(2)), [key(2)], "by the other nothing could be handed in along edge 8");
	assert_eq!(world.keys(&id(3)), [key(3), key(33)]);
	let added = one_channel(8, Some(channel_record(8, [1, 2], [&[1], &[2, 22]])));
	assert_eq!(world.update(6, added, false, Vec::new()), []);
	assert_eq!(world.keys(&id(2)), [key(2), key(22)]);
}

/// Something that happens to the edge of a number between this node and another.
#[derive(Clone, Debug)]
enum Happens {
	Open,
	TopUp(u8),
	Notice,
	Sever,
	Settle,
}

fn happens() -> impl Strategy<Value = (EdgeId, Happens)> {
	let what = prop_oneof![
		Just(Happens::Open),
		any::<u8>().prop_map(Happens::TopUp),
		Just(Happens::Notice),
		Just(Happens::Sever),
		Just(Happens::Settle),
	];
	(0u64..4, what)
}

/// What the chain has after something has happened to an edge, where that can happen.
fn apply(chain: &mut Records, edge: EdgeId, what: &Happens, block: BlockNumber) {
	let known = chain.edges.get(&edge).cloned().flatten();
	let live = chain.channels.get(&edge).cloned().flatten();
	match (what, known, live) {
		(Happens::Open, None, _) => {
			chain.edges.insert(edge, Some(edge_record(edge, [1, 2])));
			chain.channels.insert(edge, Some(channel_record(edge, [1, 2], [&[1], &[2]])));
		}
		(Happens::TopUp(more), Some(record), Some(mut channel)) if record.end.is_none() => {
			channel.parties.opener.deposit += u128::from(*more);
			chain.channels.insert(edge, Some(channel));
		}
		(Happens::Notice, Some(mut record), _) if record.end.is_none() => {
			record.closes_at = Some(block + 8);
			chain.edges.insert(edge, Some(record));
		}
		(Happens::Sever, Some(record), Some(mut channel)) if record.end.is_none() => {
			chain.edges.insert(edge, Some(severed(record, block)));
			channel.status = ChannelStatus::Closing { settles_at: block + 12 };
			chain.channels.insert(edge, Some(channel));
		}
		(Happens::Settle, Some(record), Some(_)) if record.end.is_some() => {
			chain.channels.insert(edge, None);
		}
		_ => {}
	}
}

proptest! {
	/// However blocks are grouped, and whether single records are read or all of them: what the daemon was told adds up to
	/// what there is, and nothing is told twice.
	#[test]
	fn what_is_told_should_add_up_to_what_there_is_whatever_was_missed(
		blocks in prop::collection::vec((happens(), any::<bool>(), any::<bool>()), 1..40),
	) {
		let mut world = world(&[]);
		let mut chain = network(&[1, 2], &[]);
		world.update(0, chain.clone(), true, Vec::new());
		// Deposits of the edges that are open as far as was told, and what was told to close or severed.
		let mut open: BTreeMap<EdgeId, Amount> = BTreeMap::new();
		let (mut closing, mut broken) = (BTreeSet::new(), BTreeSet::new());
		for (number, ((edge, what), seen, whole)) in blocks.into_iter().enumerate() {
			let block = number as BlockNumber + 1;
			apply(&mut chain, edge, &what, block);
			if !seen {
				continue;
			}
			let intents: Vec<SignedIntent> =
				world.newly_severed(&chain, 0).iter().map(|(edge, _)| intent(*edge)).collect();
			for news in world.update(block, chain.clone(), whole, intents) {
				match news {
					News::Opened(view) => {
						prop_assert!(open.insert(view.edge, view.deposits.opener).is_none());
					}
					News::Deposited { edge, side, deposit } => {
						prop_assert_eq!(side, Side::Opener);
						let before = open.insert(edge, deposit);
						prop_assert!(before.is_some_and(|before| before < deposit));
					}
					News::Severed(intent) => prop_assert!(broken.insert(intent.intent.edge)),
					News::Closing(edge) => prop_assert!(open.contains_key(&edge) && closing.insert(edge)),
					News::Closed(edge) => prop_assert!(open.remove(&edge).is_some()),
				}
			}
			for edge in 0..4 {
				let record = chain.edges.get(&edge).cloned().flatten();
				let live = chain.channels.get(&edge).cloned().flatten();
				prop_assert_eq!(open.get(&edge).copied(), live.map(|channel| channel.parties.opener.deposit));
				let is_severed =
					record.as_ref().is_some_and(|record| matches!(record.end, Some(EndRecord::Severed { .. })));
				prop_assert_eq!(broken.contains(&edge), is_severed);
				let ends = record.is_some_and(|record| record.closes_at.is_some() || record.end.is_some());
				if open.contains_key(&edge) {
					prop_assert_eq!(closing.contains(&edge) || broken.contains(&edge), ends);
				}
			}
		}
	}
}
