//! The offchain worker, against a keystore, the node's local storage and a pool.

use crate::{mock::*, worker::Outcome, Call, Records, KEY_TYPE};
use codec::{Decode, Encode};
use frame_support::{assert_ok, traits::Hooks};
use sp_core::{
	offchain::{
		testing::{OffchainState, PoolState, TestOffchainExt, TestTransactionPoolExt},
		OffchainDbExt, OffchainStorage, OffchainWorkerExt, TransactionPoolExt,
	},
	sr25519,
};
use sp_io::TestExternalities;
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use std::sync::Arc;
use surety_presence::{
	message::SignedCommitment,
	offchain::{announced_key, base_key, commitment_key, encode_slots, lock_key, publication_key},
	publication::{judge, Verdict},
	Kind,
};
use surety_primitives::notary::{PublicationMode, RevocationReason, Slot, Window};

type Offchain = Arc<parking_lot::RwLock<OffchainState>>;
type Pool = Arc<parking_lot::RwLock<PoolState>>;

/// A node that has the notary's key.
struct Node {
	offchain: Offchain,
	pool: Pool,
}

/// Runs `test` with such a node, in a window of a notary that publishes in `mode`.
fn execute_with_node(mode: PublicationMode, test: impl FnOnce(&Node)) {
	let mut ext: TestExternalities = new_test_ext();
	let (offchain, state) = TestOffchainExt::new();
	let (pool, sent) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	let seed = format!("0x{}", "01".repeat(32));
	keystore.sr25519_generate_new(KEY_TYPE, Some(&seed)).unwrap();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	ext.register_extension(KeystoreExt::new(keystore));
	ext.execute_with(|| {
		prepare();
		register(&NOTARY, mode);
		next_window();
		advance(2);
		test(&Node { offchain: state, pool: sent });
		check();
	});
}

impl Node {
	/// The node's pool hears these slots in a window.
	fn hear(&self, window: Window, slots: &[Slot]) {
		let key = announced_key(&NOTARY.into(), window);
		self.set(&key, encode_slots(slots.iter().copied()));
	}

	fn set(&self, key: &[u8], value: Vec<u8>) {
		self.offchain.write().persistent_storage.set(b"", key, &value);
	}

	fn get<V: Decode>(&self, key: &[u8]) -> Option<V> {
		let bytes = self.offchain.read().persistent_storage.get(key)?;
		Some(V::decode(&mut &bytes[..]).expect("is what was written"))
	}

	fn kept(&self, window: Window) -> Option<(SignedCommitment, Vec<u8>)> {
		let raw = NOTARY.into();
		let signed = self.get(&commitment_key(&raw, window))?;
		Some((signed, self.get(&publication_key(&raw, window)).expect("is stored before")))
	}

	/// What was sent since the last time.
	fn sent(&self) -> Vec<Call<Test>> {
		let sent = std::mem::take(&mut self.pool.write().transactions);
		let call = |bytes: Vec<u8>| match Extrinsic::decode(&mut &bytes[..]).unwrap().function {
			RuntimeCall::Notary(call) => call,
			other => panic!("sent {other:?}"),
		};
		sent.into_iter().map(call).collect()
	}

	/// What was sent since the last time, which is one, comes into a block.
	fn include(&self) {
		let sent = self.sent();
		assert_eq!(sent.len(), 1);
		advance(1);
		assert_eq!(send(sent[0].clone()), Ok(Ok(())));
	}
}

/// The worker runs after the block.
fn work() {
	Notary::offchain_worker(now());
}

fn publish(window: Window) -> Result<Outcome, &'static str> {
	let key = sr25519::Public::from_raw(public(1));
	Notary::publish_window(&NOTARY, &record(), key, window, now())
}

#[test]
fn the_worker_should_commit_to_those_who_announced_and_are_attested() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let (one, two, gone) = (attest(&SELLER, 20), attest(&RIVAL, 20), attest(&THIRD, 20));
		let window = Notary::current_window();
		node.hear(window, &[one, gone, 77]);
		next_window();
		assert_ok!(Notary::revoke(signed(&NOTARY), gone, RevocationReason::TooLate));
		work();
		let base = now();
		node.include();
		let commitment = Records::<Test>::get(window, NOTARY).unwrap().commitment.unwrap();
		assert_eq!((commitment.present, commitment.base_block, commitment.universe), (1, base, 3));
		let (signed_, bytes) = node.kept(window).unwrap();
		assert_eq!(signed_.commitment, commitment);
		let Verdict::Matches(set) = judge(&commitment, &bytes, None, &Notary::limits(&record())) else {
			panic!("does not match")
		};
		assert_eq!(set.iter().collect::<Vec<_>>(), [one]);
		assert!(!set.contains(two));
		// It is on chain.
		work();
		assert!(node.sent().is_empty());
	});
}

#[test]
fn the_worker_should_include_what_was_announced_on_chain() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let (one, two) = (attest(&SELLER, 20), attest(&RIVAL, 20));
		assert_ok!(Notary::announce_on_chain(signed(&RIVAL), NOTARY, two));
		let window = end_window();
		node.hear(window, &[one]);
		work();
		node.include();
		assert_eq!(node.kept(window).unwrap().0.commitment.present, 2);
	});
}

#[test]
fn the_worker_should_send_the_very_same_until_it_is_on_chain_and_never_sign_two() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let slot = attest(&SELLER, 20);
		let window = end_window();
		node.hear(window, &[slot]);
		work();
		let first = node.sent();
		advance(1);
		// The node has restarted, and heard others meanwhile.
		node.hear(window, &[]);
		assert_ok!(Notary::revoke(signed(&NOTARY), slot, RevocationReason::TooLate));
		work();
		let second = node.sent();
		assert_eq!((first.len(), &first), (1, &second));
		assert_eq!(send(first[0].clone()), Ok(Ok(())));
		advance(1);
		work();
		assert!(node.sent().is_empty());
	});
}

#[test]
fn the_worker_should_build_again_what_was_stored_and_not_signed() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let slot = attest(&SELLER, 20);
		let window = end_window();
		node.hear(window, &[slot]);
		// It died before the commitment was stored.
		node.set(&publication_key(&NOTARY.into(), window), vec![1, 2, 3].encode());
		work();
		node.include();
		let (signed_, bytes) = node.kept(window).unwrap();
		assert!(matches!(
			judge(&signed_.commitment, &bytes, None, &Notary::limits(&record())),
			Verdict::Matches(_)
		));
	});
}

#[test]
fn the_worker_should_wait_for_the_node_for_half_of_the_time_and_then_publish_without() {
	execute_with_node(PublicationMode::Mixed, |node| {
		attest(&SELLER, 20);
		let window = end_window();
		while now() < Notary::end_of(window).unwrap() + GRACE / 2 {
			assert_eq!(publish(window), Ok(Outcome::Waiting));
			advance(1);
		}
		work();
		node.include();
		assert_eq!(node.kept(window).unwrap().0.commitment.present, 0);
	});
}

#[test]
fn the_worker_should_publish_the_bytes_in_strict_mode_and_no_delta() {
	execute_with_node(PublicationMode::Strict, |node| {
		let slot = attest(&SELLER, 20);
		for slots in [&[slot][..], &[], &[slot]] {
			let window = end_window();
			node.hear(window, slots);
			work();
			assert!(matches!(&node.pool.read().transactions[..], [_]));
			node.include();
			let (signed_, bytes) = node.kept(window).unwrap();
			assert_ne!(signed_.commitment.kind, Kind::Delta);
			assert_eq!(Notary::publication(NOTARY), Some((window, bytes)));
		}
	});
}

#[test]
fn the_worker_should_make_publications_for_a_link_and_send_nothing() {
	execute_with_node(PublicationMode::Link, |node| {
		let window = end_window();
		node.hear(window, &[]);
		assert_eq!(publish(window), Ok(Outcome::Made));
		assert!(node.sent().is_empty());
		assert!(node.kept(window).is_some());
	});
}

#[test]
fn the_worker_should_publish_deltas_of_what_is_none_where_they_are_smaller() {
	execute_with_node(PublicationMode::Mixed, |node| {
		// As if there were many.
		let some = attest(&SELLER, 40);
		let template = crate::Attestations::<Test>::get(NOTARY, some).unwrap();
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 200);
		for slot in 1..200 {
			crate::Attestations::<Test>::insert(NOTARY, slot, template.clone());
		}
		let mut slots: Vec<Slot> = (0..200).filter(|slot| slot % 2 == 0).collect();
		let mut kinds = vec![];
		for _ in 0..=RETENTION / 2 + 1 {
			let window = end_window();
			node.hear(window, &slots);
			work();
			node.include();
			let (signed_, bytes) = node.kept(window).unwrap();
			let commitment = signed_.commitment;
			kinds.push(commitment.kind);
			let base: Window = node.get(&base_key(&NOTARY.into())).unwrap();
			let (_, before) = node.kept(base).unwrap();
			let limits = Notary::limits(&record());
			let earlier = (commitment.kind == Kind::Delta).then_some(&before[..]);
			let verdict = judge(&commitment, &bytes, earlier, &limits);
			let Verdict::Matches(set) = verdict else { panic!("{verdict:?}") };
			assert_eq!(set.iter().collect::<Vec<_>>(), slots);
			slots.pop();
		}
		assert_eq!(kinds[0], kinds[RETENTION as usize / 2 + 1], "the base has become too old");
		assert_ne!(kinds[0], Kind::Delta);
		assert!(kinds[1..=RETENTION as usize / 2].iter().all(|kind| *kind == Kind::Delta), "{kinds:?}");
		for slot in 1..200 {
			crate::Attestations::<Test>::remove(NOTARY, slot);
		}
		crate::Notaries::<Test>::mutate(NOTARY, |notary| notary.as_mut().unwrap().universe = 1);
	});
}

#[test]
fn the_worker_should_do_nothing_when_it_is_too_late_or_nothing_is_due() {
	execute_with_node(PublicationMode::Mixed, |node| {
		// Before it was a notary.
		assert_eq!(publish(Notary::current_window() - 2), Ok(Outcome::Nothing));
		let window = end_window();
		node.hear(window, &[]);
		advance_to(Notary::due(window).unwrap());
		work();
		assert_eq!(publish(window), Ok(Outcome::Nothing));
		assert_ok!(Notary::deregister(signed(&NOTARY)));
		let last = Notary::current_window();
		for (window, outcome) in [(last, Outcome::Sent), (last + 1, Outcome::Nothing)] {
			end_window();
			node.hear(window, &[]);
			assert_eq!(publish(window), Ok(outcome));
		}
	});
}

#[test]
fn the_worker_should_leave_it_to_another_that_is_at_it() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let window = end_window();
		node.hear(window, &[]);
		let until = sp_core::offchain::Timestamp::from_unix_millis(10_000);
		node.set(&lock_key(&NOTARY.into()), until.encode());
		assert_eq!(publish(window), Ok(Outcome::Waiting));
		node.offchain.write().timestamp = sp_core::offchain::Timestamp::from_unix_millis(10_001);
		assert_eq!(publish(window), Ok(Outcome::Sent));
	});
}

#[test]
fn the_worker_should_sign_nothing_of_slots_that_do_not_ascend() {
	execute_with_node(PublicationMode::Mixed, |node| {
		let window = end_window();
		node.set(&announced_key(&NOTARY.into(), window), encode_slots([3, 1]));
		assert!(publish(window).is_err());
		work();
		assert!(node.sent().is_empty() && node.kept(window).is_none());
	});
}

#[test]
fn the_worker_should_publish_for_nobody_whose_key_it_has_not() {
	execute_with_node(PublicationMode::Mixed, |node| {
		assert_ok!(Notary::set_key(signed(&NOTARY), public(50), ownership(&NOTARY, 50)));
		// This window is still signed with the old one, and no other.
		let window = end_window();
		node.hear(window, &[]);
		work();
		node.include();
		let window = end_window();
		node.hear(window, &[]);
		work();
		assert!(node.sent().is_empty());
	});
}

#[test]
fn the_worker_should_forget_what_nobody_can_ask_for() {
	execute_with_node(PublicationMode::Link, |node| {
		let first = Notary::current_window();
		for _ in 0..=2 * RETENTION {
			let window = end_window();
			node.hear(window, &[]);
			assert_eq!(publish(window), Ok(Outcome::Made));
		}
		let raw = NOTARY.into();
		assert_eq!(node.get::<Vec<u8>>(&publication_key(&raw, first)), None);
		assert_eq!(node.get::<SignedCommitment>(&commitment_key(&raw, first)), None);
		assert!(node.kept(first + 1).is_some());
	});
}
