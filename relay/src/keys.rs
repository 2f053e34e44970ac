//! The node's key, and whose signatures are checked by which keys.

use crate::{chain::ChainView, sealed::Recipient};
use anyhow::{ensure, Context, Result};
use sp_core::{ed25519, Pair as _};
use std::{
	fs::OpenOptions,
	io::Write as _,
	os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
	path::Path,
	sync::Arc,
};
use surety_response::{
	relay::Host, EdgeId, KeyIndex, NativeVerifier, NodeId, PublicKey, Signature, Signed, Verifier, H256,
};

/// A node's Ed25519 key: it signs vouchers, acknowledgements, requests, responses and intents, and is who the node is to
/// its neighbours' sockets.
#[derive(Clone)]
pub struct RelayKey {
	seed: [u8; 32],
	pair: ed25519::Pair,
}

impl std::fmt::Debug for RelayKey {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "RelayKey(0x{})", hex::encode(self.public()))
	}
}

impl RelayKey {
	/// The key of a seed.
	pub fn from_seed(seed: [u8; 32]) -> Self {
		Self { seed, pair: ed25519::Pair::from_seed(&seed) }
	}

	/// Reads a key file: the seed, 32 bytes in hex. Fails where others than its owner may read it.
	pub fn read(path: &Path) -> Result<Self> {
		let text = read_secret(path)?;
		let seed =
			crate::chain::bytes32(text.trim()).with_context(|| format!("the key file {}", path.display()))?;
		Ok(Self::from_seed(seed))
	}

	/// Makes a new key, and writes it to a file that is not there yet.
	pub fn generate(path: &Path) -> Result<Self> {
		let (pair, seed) = ed25519::Pair::generate();
		let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
		let mut file = file.with_context(|| format!("cannot create {}", path.display()))?;
		writeln!(file, "0x{}", hex::encode(seed))?;
		file.sync_all()?;
		Ok(Self { seed, pair })
	}

	/// The public key.
	pub fn public(&self) -> [u8; 32] {
		self.pair.public().0
	}

	/// The key that bodies of requests to this node are encrypted to: made from the same seed, and replaced with it.
	pub fn encryption(&self) -> Recipient {
		Recipient::from_secret(&self.derive(b"surety-relay/encryption"))
	}

	/// A secret for one purpose, the same whenever it is asked for.
	pub(crate) fn derive(&self, purpose: &[u8]) -> [u8; 32] {
		sp_crypto_hashing::blake2_256(&[purpose, &self.seed].concat())
	}

	/// The key as PKCS #8 has it (RFC 8410), for TLS.
	pub(crate) fn pkcs8(&self) -> Vec<u8> {
		const PREFIX: [u8; 16] =
			[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
		[&PREFIX[..], &self.seed].concat()
	}
}

/// What a file with a secret holds. Fails where others than its owner may read it.
pub(crate) fn read_secret(path: &Path) -> Result<String> {
	let shown = path.display();
	let mode = std::fs::metadata(path).with_context(|| format!("cannot read the key file {shown}"))?.mode();
	ensure!(mode & 0o077 == 0, "others may read the key file {shown}: chmod 600 {shown}");
	std::fs::read_to_string(path).with_context(|| format!("cannot read the key file {shown}"))
}

/// Signs by the node's key, and checks signatures by the keys that the chain has.
pub struct Keys {
	key: RelayKey,
	index: KeyIndex,
	chain: Arc<dyn ChainView>,
}

impl std::fmt::Debug for Keys {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Keys").field("key", &self.key).field("index", &self.index).finish()
	}
}

impl Keys {
	/// The keys of a node. Fails where the chain does not have this one among those that the node has registered.
	pub fn new(node: &NodeId, key: RelayKey, chain: Arc<dyn ChainView>) -> Result<Self> {
		let own = PublicKey::Ed25519(key.public());
		let index = chain.keys(node).iter().position(|known| *known == own);
		let index = index.and_then(|index| KeyIndex::try_from(index).ok()).with_context(|| {
			format!("the key 0x{} is not registered for the node {node:?}", hex::encode(key.public()))
		})?;
		Ok(Self { key, index, chain })
	}
}

impl Host for Keys {
	fn genesis(&self) -> H256 {
		self.chain.genesis()
	}

	fn sign(&self, payload: &[u8]) -> Signed {
		Signed { key: self.index, signature: Signature::Ed25519(self.key.pair.sign(payload).0) }
	}

	fn verify(&self, node: &NodeId, payload: &[u8], signed: &Signed) -> bool {
		let keys = self.chain.keys(node);
		match (keys.get(usize::from(signed.key)), &signed.signature) {
			(Some(PublicKey::Ed25519(key)), Signature::Ed25519(signature)) => {
				NativeVerifier::ed25519(signature, payload, key)
			}
			(Some(PublicKey::Sr25519(key)), Signature::Sr25519(signature)) => {
				NativeVerifier::sr25519(signature, payload, key)
			}
			_ => false,
		}
	}

	fn ends(&self, edge: EdgeId) -> Option<[NodeId; 2]> {
		self.chain.ends(edge)
	}
}
