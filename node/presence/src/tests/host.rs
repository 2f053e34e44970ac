//! A node of two notaries, which has attested as many slots as a test likes.

use crate::{Attested, Host, Limits, Pool};
use codec::Encode;
use sp_core::{sr25519, Pair};
use std::{
	collections::HashMap,
	ops::Range,
	path::Path,
	sync::{Arc, Mutex},
};
use surety_presence::{
	message::{Account, Announcement, Signature, Signed},
	Hash,
};

pub(crate) const GENESIS: Hash = [7; 32];
pub(crate) const NOTARY: Account = [1; 32];
pub(crate) const OTHER: Account = [2; 32];
/// Served by another node.
pub(crate) const STRANGER: Account = [3; 32];
pub(crate) const PEER: u64 = 1;

pub(crate) fn pair(seed: u32) -> sr25519::Pair {
	let mut bytes = [9; 32];
	bytes[..4].copy_from_slice(&seed.to_le_bytes());
	sr25519::Pair::from_seed(&bytes)
}

pub(crate) fn notary_pair(notary: &Account) -> sr25519::Pair {
	pair(u32::MAX - u32::from(notary[0]))
}

/// What the chain says, and whether it can be asked.
#[derive(Default)]
pub(crate) struct Chain {
	pub(crate) slots: HashMap<(Account, u32), Attested>,
	pub(crate) down: bool,
	pub(crate) keyless: bool,
	pub(crate) asked: u32,
}

#[derive(Clone, Default)]
pub(crate) struct Node(pub(crate) Arc<Mutex<Chain>>);

impl Node {
	/// Slots `0..slots` of both notaries are held by their first attestation.
	pub(crate) fn attesting(slots: u32) -> Self {
		let node = Self::default();
		for notary in [NOTARY, OTHER] {
			for slot in 0..slots {
				node.attest(notary, slot, 0);
			}
		}
		node
	}

	pub(crate) fn attest(&self, notary: Account, slot: u32, generation: u32) {
		let attested = Attested { generation, key: pair(slot).public().0 };
		self.change(|chain| chain.slots.insert((notary, slot), attested));
	}

	pub(crate) fn change<R>(&self, change: impl FnOnce(&mut Chain) -> R) -> R {
		change(&mut self.0.lock().unwrap())
	}
}

impl Host for Node {
	fn genesis(&self) -> Hash {
		GENESIS
	}

	fn attested(&self, notary: &Account, slots: Range<u32>) -> Result<Vec<(u32, Attested)>, String> {
		self.change(|chain| {
			chain.asked += 1;
			match chain.down {
				true => Err("the state is gone".into()),
				false => {
					let held = slots.filter_map(|slot| Some((slot, *chain.slots.get(&(*notary, slot))?)));
					Ok(held.collect())
				}
			}
		})
	}

	fn sign(&self, notary: &Account, payload: &[u8]) -> Option<Signature> {
		let keyless = self.change(|chain| chain.keyless);
		(!keyless).then(|| notary_pair(notary).sign(payload).0)
	}
}

pub(crate) fn announcement(notary: Account, slot: u32, window: u32) -> Announcement {
	Announcement { genesis: GENESIS, notary, slot, generation: 0, window }
}

pub(crate) fn signed(announcement: &Announcement, by: &sr25519::Pair) -> Vec<u8> {
	let signature: Signature = by.sign(&announcement.payload()).0;
	(announcement, signature).encode()
}

/// An announcement as its operator makes it.
pub(crate) fn proper(notary: Account, slot: u32, window: u32) -> Vec<u8> {
	signed(&announcement(notary, slot, window), &pair(slot))
}

pub(crate) fn open(node: &Node, directory: &Path, window: u32) -> Pool<Node> {
	open_with(node, directory, window, Limits::default())
}

pub(crate) fn open_with(node: &Node, directory: &Path, window: u32, limits: Limits) -> Pool<Node> {
	Pool::open(node.clone(), directory.into(), window, &[NOTARY, OTHER], limits, None).expect("opens")
}
