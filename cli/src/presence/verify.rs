//! Is a publication what its notary has committed to? Nothing that a node or a server says of one is believed without
//! this.

use std::fmt;
use subxt_signer::sr25519::{verify as verify_signature, PublicKey, Signature as Signed25519};
use surety_presence::{
	message::{Account, Commitment, Signature, Signed, SignedCommitment},
	publication::{judge, Mismatch, Verdict},
	Hash, Limits, SlotSet,
};
use surety_primitives::notary::Window;

/// Whether a message bears the signature of a key.
pub fn is_signed(message: &impl Signed, signature: &Signature, key: &[u8; 32]) -> bool {
	verify_signature(&Signed25519(*signature), message.payload(), &PublicKey(*key))
}

/// What the chain says of a window of a notary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// Whose window.
	pub notary: Account,
	/// Which one.
	pub window: Window,
	/// What was committed to on chain; nothing in `Link` mode.
	pub committed: Option<Commitment>,
	/// Whether a commitment has to be on chain, so that a signature alone does not do.
	pub owed: bool,
	/// What the notary signs the window with.
	pub key: Option<[u8; 32]>,
}

/// What was found somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
	/// Where, for people.
	pub place: String,
	/// The window that it is said to be of.
	pub window: Window,
	/// The commitment and its signature; nothing where the chain has the bytes.
	pub signed: Option<SignedCommitment>,
	/// The bytes, header and payload.
	pub bytes: Vec<u8>,
	/// The bytes that a delta starts from.
	pub earlier: Option<Vec<u8>>,
}

/// A publication that is what its notary has committed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
	/// Where it was found.
	pub place: String,
	/// What was committed to.
	pub commitment: Commitment,
	/// Whether the chain has the commitment, so that it does not rest on the signature alone.
	pub on_chain: bool,
	/// Who was present.
	pub present: SlotSet,
}

/// Why a publication is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfit {
	/// There is no commitment to it.
	NoCommitment,
	/// The commitment has to be on chain, and is not, or not yet.
	NotOnChain,
	/// The commitment is of another chain, notary or window.
	NotOfThis,
	/// The notary has no key in the window, or has not signed.
	BadSignature,
	/// The notary has signed another commitment than the one on chain. That can be reported.
	Equivocation,
	/// The bytes are not those that were committed to, or what a delta starts from is missing.
	OtherBytes,
	/// The bytes belie the commitment. That can be reported.
	Mismatch(Mismatch),
}

impl fmt::Display for Unfit {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::NoCommitment => f.write_str("there is no commitment to it"),
			Self::NotOnChain => f.write_str("its commitment is not on chain"),
			Self::NotOfThis => f.write_str("its commitment is of another chain, notary or window"),
			Self::BadSignature => f.write_str("it is not signed by the notary's key of the window"),
			Self::Equivocation => {
				f.write_str("the notary has signed another commitment than the one on chain")
			}
			Self::OtherBytes => f.write_str("the bytes are not those that were committed to"),
			Self::Mismatch(what) => write!(f, "the bytes belie the commitment ({what:?})"),
		}
	}
}

impl std::error::Error for Unfit {}

/// Checks the signature of a commitment of this very window.
pub fn check_signed(expected: &Expected, signed: &SignedCommitment) -> Result<(), Unfit> {
	let SignedCommitment { commitment, signature } = signed;
	let of = (commitment.genesis, commitment.notary, commitment.window);
	if of != (expected.genesis, expected.notary, expected.window) {
		return Err(Unfit::NotOfThis);
	}
	let key = expected.key.ok_or(Unfit::BadSignature)?;
	match is_signed(commitment, signature, &key) {
		true => Ok(()),
		false => Err(Unfit::BadSignature),
	}
}

/// Checks what was found: against the commitment on chain where there is one, else against the notary's signature.
pub fn verify(expected: &Expected, found: &Found, limits: &Limits) -> Result<Verified, Unfit> {
	if found.window != expected.window {
		return Err(Unfit::NotOfThis);
	}
	let signed = found.signed.as_ref().map(|signed| (check_signed(expected, signed), signed));
	let commitment = match (&expected.committed, signed) {
		(Some(committed), Some((Ok(()), signed))) if signed.commitment != *committed => {
			return Err(Unfit::Equivocation)
		}
		// The chain has verified it: what somebody else says of the signature does not matter.
		(Some(committed), _) => committed,
		(None, Some((checked, signed))) => {
			checked?;
			// It could show others another one, until it has committed to one of them.
			if expected.owed {
				return Err(Unfit::NotOnChain);
			}
			&signed.commitment
		}
		(None, None) => return Err(Unfit::NoCommitment),
	};
	match judge(commitment, &found.bytes, found.earlier.as_deref(), limits) {
		Verdict::Matches(present) => Ok(Verified {
			place: found.place.clone(),
			commitment: commitment.clone(),
			on_chain: expected.committed.is_some(),
			present,
		}),
		Verdict::OtherBytes => Err(Unfit::OtherBytes),
		Verdict::Mismatch(mismatch) => Err(Unfit::Mismatch(mismatch)),
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use subxt_signer::sr25519::{dev, Keypair};
	use surety_presence::{
		exact::Earlier,
		publication::{publish, Base},
		Context, Kind,
	};

	const GENESIS: Hash = [7; 32];
	const NOTARY: Account = [1; 32];

	fn signed(commitment: Commitment, key: &Keypair) -> SignedCommitment {
		let signature = key.sign(&commitment.payload()).0;
		SignedCommitment { commitment, signature }
	}

	/// What a notary publishes of a window, and what the chain says of it in `Link` mode.
	pub(crate) fn published(window: u32, slots: &[u32]) -> (Expected, Found) {
		let set = SlotSet::from_slots(20, slots.iter().copied()).unwrap();
		let context = Context { base_block: 100, window };
		let (bytes, commitment) = publish(GENESIS, NOTARY, context, &set, None, Default::default()).unwrap();
		let key = dev::alice();
		let expected = Expected {
			genesis: GENESIS,
			notary: NOTARY,
			window,
			committed: None,
			owed: false,
			key: Some(key.public_key().0),
		};
		let signed = Some(signed(commitment, &key));
		(expected, Found { place: "here".into(), window, signed, bytes, earlier: None })
	}

	fn checked(expected: &Expected, found: &Found) -> Result<Vec<u32>, Unfit> {
		verify(expected, found, &Limits::default()).map(|verified| verified.present.iter().collect())
	}

	fn committed(mut expected: Expected, found: &Found) -> Expected {
		expected.committed = found.signed.as_ref().map(|signed| signed.commitment.clone());
		expected
	}

	#[test]
	fn a_publication_should_be_believed_by_signature_or_by_the_chain() {
		let (expected, mut found) = published(7, &[1, 4, 19]);
		assert_eq!(checked(&expected, &found), Ok(vec![1, 4, 19]));
		let owed = Expected { owed: true, ..expected };
		assert_eq!(checked(&owed, &found), Err(Unfit::NotOnChain));
		let on_chain = committed(owed, &found);
		assert_eq!(checked(&on_chain, &found), Ok(vec![1, 4, 19]));
		// Bytes that the chain has come without a signature.
		found.signed = None;
		assert_eq!(checked(&on_chain, &found), Ok(vec![1, 4, 19]));
	}

	#[test]
	fn no_byte_of_a_publication_should_be_changeable() {
		let (expected, found) = published(7, &[1, 4, 19]);
		for place in 0..found.bytes.len() {
			let mut changed = found.clone();
			changed.bytes[place] ^= 1;
			assert_eq!(checked(&expected, &changed), Err(Unfit::OtherBytes), "{place}");
		}
		let mut longer = found;
		longer.bytes.push(0);
		assert_eq!(checked(&expected, &longer), Err(Unfit::OtherBytes));
	}

	#[test]
	fn a_commitment_should_be_the_notarys_of_this_chain_and_window() {
		let (expected, found) = published(7, &[1]);
		for other in [
			Expected { genesis: [8; 32], ..expected.clone() },
			Expected { notary: [2; 32], ..expected.clone() },
			Expected { window: 8, ..expected.clone() },
		] {
			assert_eq!(checked(&other, &found), Err(Unfit::NotOfThis));
		}
		let bob = Expected { key: Some(dev::bob().public_key().0), ..expected.clone() };
		assert_eq!(checked(&bob, &found), Err(Unfit::BadSignature));
		assert_eq!(checked(&Expected { key: None, ..expected.clone() }, &found), Err(Unfit::BadSignature));
		let mut unsigned = found.clone();
		unsigned.signed.as_mut().unwrap().commitment.present = 2;
		assert_eq!(checked(&expected, &unsigned), Err(Unfit::BadSignature));
		unsigned.signed = None;
		assert_eq!(checked(&expected, &unsigned), Err(Unfit::NoCommitment));
	}

	#[test]
	fn a_second_commitment_should_be_told_from_a_forged_one() {
		let (expected, found) = published(7, &[1]);
		let (_, other) = published(7, &[1, 2]);
		let on_chain = committed(expected, &found);
		assert_eq!(checked(&on_chain, &other), Err(Unfit::Equivocation));
		let mut forged = other;
		forged.signed.as_mut().unwrap().signature[0] ^= 1;
		assert_eq!(checked(&on_chain, &forged), Err(Unfit::OtherBytes));
	}

	#[test]
	fn a_commitment_that_its_bytes_belie_should_be_a_mismatch() {
		let (expected, mut found) = published(7, &[1]);
		let mut commitment = found.signed.take().unwrap().commitment;
		commitment.root[0] ^= 1;
		found.signed = Some(signed(commitment, &dev::alice()));
		assert_eq!(checked(&expected, &found), Err(Unfit::Mismatch(Mismatch::Root)));
	}

	#[test]
	fn a_delta_should_need_what_it_starts_from() {
		// Half of many slots: a bitmap takes 250 bytes, one arrival two or three.
		let slots = || (0..1_000).map(|number| number * 1_999 % 2_000);
		let before = SlotSet::from_slots(2_000, slots()).unwrap();
		let mut now = before.clone();
		now.insert(before.iter_absent().next().unwrap()).unwrap();
		let earlier = Context { base_block: 90, window: 6 };
		let (base, _) = publish(GENESIS, NOTARY, earlier, &before, None, Default::default()).unwrap();
		let context = Context { base_block: 100, window: 7 };
		let from = Base { bytes: &base, earlier: Earlier { window: 6, set: &before } };
		let (bytes, commitment) =
			publish(GENESIS, NOTARY, context, &now, Some(from), Default::default()).unwrap();
		assert_eq!(commitment.kind, Kind::Delta);
		let (mut expected, _) = published(7, &[]);
		expected.committed = Some(commitment);
		let mut found = Found { place: "here".into(), window: 7, signed: None, bytes, earlier: None };
		assert_eq!(checked(&expected, &found), Err(Unfit::OtherBytes));
		found.earlier = Some(base);
		assert_eq!(checked(&expected, &found), Ok(now.iter().collect()));
	}
}
