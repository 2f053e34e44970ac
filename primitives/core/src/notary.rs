//! Notaries: what they certify, what they ask for it, and what they can be shown to have done wrong (S2).

use crate::{AccountId, Balance, ServiceId};
use alloc::collections::BTreeSet;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;

/// Number of a request for an attestation, never reused.
pub type RequestId = u32;
/// Number of a bounty for being present, never reused.
pub type BountyId = u32;
/// Number of a subsidy of attestations, never reused.
pub type SubsidyId = u32;
/// Number of an active attestation among a notary's. Reused, with a new generation, when no publication that can be
/// disputed names it any more.
pub type Slot = u32;
/// Number of an attestation among all that a notary ever made.
pub type Generation = u32;
/// Number of a window of presence.
pub type Window = u32;

/// The schema of [`Claims`] that is written now.
pub const CLAIMS_VERSION: u8 = 1;
/// Claims at the most in one request.
pub const MAX_CLAIMS: u32 = 16;
/// Bytes at the most of the name of a destination, or of the key of another claim.
pub const MAX_NAME: u32 = 64;
/// Bytes at the most of the value of another claim.
pub const MAX_VALUE: u32 = 128;
/// Kinds of claims that there are.
pub const CLAIM_KINDS: u32 = 6;

/// A name, UTF-8.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// Codes that ISO 3166-1 assigns to countries, as of 2025.
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICK\
CLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIM\
INIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNG\
NINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTO\
TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// Something about an offer that a notary certifies (S2: speed, availability, geography, unlocked destinations).
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Claim {
	/// Throughput at the least, in kbit/s, towards the client and from it.
	Throughput {
		/// Towards the client.
		down_kbps: u32,
		/// From the client.
		up_kbps: u32,
	},
	/// Time to the first byte of an answer at the most, in milliseconds.
	Latency {
		/// Milliseconds.
		ms: u32,
	},
	/// Share of time in which it answers, at the least.
	Availability(Perbill),
	/// Country in which it stands: two capital letters of ISO 3166-1.
	Geography([u8; 2]),
	/// A site or a service that can be reached through it.
	Destination(Name),
	/// Anything else, by a schema that notary and clients know.
	Other {
		/// Number of the schema.
		schema: u32,
		/// What it is about.
		key: Name,
		/// What is claimed, as the schema has it.
		value: BoundedVec<u8, ConstU32<MAX_VALUE>>,
	},
}

/// Kinds of claims: what notaries post fees for.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum ClaimKind {
	/// [`Claim::Throughput`].
	Throughput,
	/// [`Claim::Latency`].
	Latency,
	/// [`Claim::Availability`].
	Availability,
	/// [`Claim::Geography`].
	Geography,
	/// [`Claim::Destination`].
	Destination,
	/// [`Claim::Other`].
	Other,
}

/// What is wrong with claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimsError {
	/// The schema is not one that is known.
	UnknownVersion,
	/// There are none.
	Empty,
	/// Two are of the same kind, and about the same.
	Duplicate,
	/// One says nothing: a zero, an empty name, a name that is not UTF-8, a country that there is not.
	Meaningless,
}

impl Claim {
	/// Its kind.
	pub fn kind(&self) -> ClaimKind {
		match self {
			Self::Throughput { .. } => ClaimKind::Throughput,
			Self::Latency { .. } => ClaimKind::Latency,
			Self::Availability(_) => ClaimKind::Availability,
			Self::Geography(_) => ClaimKind::Geography,
			Self::Destination(_) => ClaimKind::Destination,
			Self::Other { .. } => ClaimKind::Other,
		}
	}

	/// What tells it from others of its kind; only one of those without it can be made at a time.
	fn key(&self) -> (u32, &[u8]) {
		match self {
			Self::Destination(name) => (0, name),
			Self::Other { schema, key, .. } => (*schema, key),
			Self::Throughput { .. } | Self::Latency { .. } | Self::Availability(_) | Self::Geography(_) => {
				(0, &[])
			}
		}
	}

	fn says_something(&self) -> bool {
		let is_name = |name: &[u8]| !name.is_empty() && core::str::from_utf8(name).is_ok();
		match self {
			Self::Throughput { down_kbps, up_kbps } => *down_kbps > 0 || *up_kbps > 0,
			Self::Latency { ms } => *ms > 0,
			Self::Availability(share) => !share.is_zero(),
			Self::Geography(code) => COUNTRIES.chunks_exact(2).any(|country| country == code),
			Self::Destination(name) => is_name(name),
			Self::Other { key, .. } => is_name(key),
		}
	}
}

/// What is claimed of an offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claims {
	/// Version of the schema: [`CLAIMS_VERSION`].
	pub version: u8,
	/// The claims.
	pub list: BoundedVec<Claim, ConstU32<MAX_CLAIMS>>,
}

impl Claims {
	/// Claims in the schema that is written now; the first [`MAX_CLAIMS`] of them.
	pub fn new(list: alloc::vec::Vec<Claim>) -> Self {
		Self { version: CLAIMS_VERSION, list: BoundedVec::truncate_from(list) }
	}

	/// Checks that they can be certified.
	pub fn check(&self) -> Result<(), ClaimsError> {
		if self.version != CLAIMS_VERSION {
			return Err(ClaimsError::UnknownVersion);
		}
		if self.list.is_empty() {
			return Err(ClaimsError::Empty);
		}
		if !self.list.iter().all(Claim::says_something) {
			return Err(ClaimsError::Meaningless);
		}
		let mut seen = BTreeSet::new();
		match self.list.iter().all(|claim| seen.insert((claim.kind(), claim.key()))) {
			true => Ok(()),
			false => Err(ClaimsError::Duplicate),
		}
	}
}

/// What a notary asks, in the native token's smallest unit.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct NotaryFees {
	/// Once, for the attestation.
	pub issue: Balance,
	/// For each window in which it watches.
	pub watch: Balance,
}

impl NotaryFees {
	/// Both together for so many windows; none where that cannot be counted.
	pub fn total(&self, windows: u32) -> Option<Balance> {
		self.watch.checked_mul(windows.into())?.checked_add(self.issue)
	}

	fn plus(&self, other: &Self) -> Option<Self> {
		Some(Self {
			issue: self.issue.checked_add(other.issue)?,
			watch: self.watch.checked_add(other.watch)?,
		})
	}
}

/// What a notary asks for one kind of claim.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum NotaryTerm {
	/// So much for each claim of the kind.
	Posted(NotaryFees),
	/// It says so for each request.
	OnQuote,
}

/// What a notary certifies, and what it asks for it: each kind once, in ascending order.
#[derive(
	Clone, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NotaryTerms(pub BoundedVec<(ClaimKind, NotaryTerm), ConstU32<CLAIM_KINDS>>);

impl NotaryTerms {
	/// Whether each kind is named once, in ascending order.
	pub fn is_sound(&self) -> bool {
		self.0.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0))
	}

	/// What certifying these claims costs: the sum over all of them, or on quote where one of them is. None where it
	/// does not certify them all, or the sum cannot be counted.
	pub fn price(&self, claims: &Claims) -> Option<NotaryTerm> {
		let mut sum = NotaryFees::default();
		let mut on_quote = false;
		for claim in &claims.list {
			match self.0.iter().find(|(kind, _)| *kind == claim.kind())?.1 {
				NotaryTerm::Posted(fees) => sum = sum.plus(&fees)?,
				NotaryTerm::OnQuote => on_quote = true,
			}
		}
		Some(if on_quote { NotaryTerm::OnQuote } else { NotaryTerm::Posted(sum) })
	}
}

/// How a notary publishes who is present (S2: the three options).
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum PublicationMode {
	/// Under a link which is on chain; S2's cheapest.
	Link,
	/// The same, with a commitment on chain in every window.
	Mixed,
	/// On chain, bytes and all, in every window; S2's strictest.
	Strict,
}

/// Why a notary took an attestation back.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum RevocationReason {
	/// It did not answer as often as was certified.
	Unavailable,
	/// It was slower than was certified.
	TooSlow,
	/// It took longer to answer than was certified.
	TooLate,
	/// It stands elsewhere.
	Elsewhere,
	/// A destination could not be reached.
	Unreachable,
	/// Another claim did not hold.
	ClaimFailed,
	/// Its key was lost.
	KeyLost,
	/// The notary is leaving.
	NotaryLeaving,
	/// A reason of the notary's own.
	Other(u16),
}

/// How an attestation comes to its end.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum AttestationEnd {
	/// The notary takes it back.
	Revoked(RevocationReason),
	/// The operator gives it up.
	Resigned,
	/// It is no longer paid for, or the offer is not there any more, or no longer free of charge.
	Expired,
}

/// An entry of a notary's log. Its SCALE encoding is what the log's leaf is the hash of.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum LogEntry<AccountId> {
	/// An offer was attested.
	Attested {
		/// Under which slot.
		slot: Slot,
		/// Number of the attestation.
		generation: Generation,
		/// Whose offer.
		operator: AccountId,
		/// For what.
		service: ServiceId,
		/// What was certified.
		claims: Claims,
		/// First window in which it is no longer watched.
		until: Window,
		/// Whether somebody else paid, so that the offer must stay free of charge.
		subsidised: bool,
	},
	/// It was paid for longer.
	Renewed {
		/// Its slot.
		slot: Slot,
		/// Its number.
		generation: Generation,
		/// First window in which it is no longer watched.
		until: Window,
	},
	/// It came to its end.
	Ended {
		/// Its slot.
		slot: Slot,
		/// Its number.
		generation: Generation,
		/// How.
		end: AttestationEnd,
	},
}

/// How far a request for an attestation has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum RequestStatus {
	/// The notary has to say what it asks.
	Unquoted,
	/// The operator has to accept it.
	Quoted(NotaryFees),
	/// It is paid for, and waits for the attestation.
	Paid(NotaryFees),
}

/// What a notary can be shown to have done.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum FaultKind {
	/// Nothing was committed to in time, where it had to be.
	Missed,
	/// A commitment is not what its bytes say.
	Mismatch,
	/// Two commitments for one window.
	Equivocation,
	/// A slot was left out, for which it had given a receipt or which was announced on chain.
	Omission,
	/// It did not show the bytes of a publication when it was asked to.
	Withheld,
	/// It did not show the announcement of a slot that it said was present.
	Unannounced,
}

/// What each fault costs: part of what backed the notary in the era of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct FaultFractions {
	/// For [`FaultKind::Missed`].
	pub missed: Perbill,
	/// For [`FaultKind::Mismatch`].
	pub mismatch: Perbill,
	/// For [`FaultKind::Equivocation`].
	pub equivocation: Perbill,
	/// For [`FaultKind::Omission`].
	pub omission: Perbill,
	/// For [`FaultKind::Withheld`].
	pub withheld: Perbill,
	/// For [`FaultKind::Unannounced`].
	pub unannounced: Perbill,
}

impl FaultFractions {
	/// What a fault costs.
	pub fn of(&self, kind: FaultKind) -> Perbill {
		match kind {
			FaultKind::Missed => self.missed,
			FaultKind::Mismatch => self.mismatch,
			FaultKind::Equivocation => self.equivocation,
			FaultKind::Omission => self.omission,
			FaultKind::Withheld => self.withheld,
			FaultKind::Unannounced => self.unannounced,
		}
	}
}

/// What a notary is asked to show, and of which window.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum ChallengeSubject {
	/// The bytes of its publication.
	Bytes,
	/// The announcement of a slot that it said was present.
	Announcement(Slot),
}

/// What a report of a fault is known by: hash of the kind, the notary, the window, what else names the evidence, and who
/// reports it. It is also what has to be promised before, so that nobody can copy the report.
///
/// `details` are: of [`FaultKind::Missed`], nothing; of [`FaultKind::Mismatch`], the SCALE encoding of the commitment; of
/// [`FaultKind::Equivocation`], that of both, in the order in which they are handed in.
pub fn fault_evidence(
	kind: FaultKind,
	notary: &AccountId,
	window: Window,
	details: &[u8],
	reporter: &AccountId,
) -> H256 {
	let evidence = (b"surety/notary/fault/1", kind, notary, window, blake2_256(details), reporter);
	evidence.using_encoded(blake2_256).into()
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{vec, vec::Vec};

	fn name(text: &str) -> Name {
		Name::truncate_from(text.as_bytes().to_vec())
	}

	fn other(schema: u32, key: &str) -> Claim {
		Claim::Other { schema, key: name(key), value: Default::default() }
	}

	fn checked(list: Vec<Claim>) -> Result<(), ClaimsError> {
		Claims::new(list).check()
	}

	#[test]
	fn claims_that_say_something_are_taken() {
		let throughput = Claim::Throughput { down_kbps: 1, up_kbps: 0 };
		let destinations = [Claim::Destination(name("a.example")), Claim::Destination(name("b.example"))];
		let list = [
			&[throughput, Claim::Latency { ms: 1 }, Claim::Availability(Perbill::from_percent(99))][..],
			&[Claim::Geography(*b"LT"), other(1, "a"), other(1, "b"), other(2, "a")],
			&destinations,
		];
		assert_eq!(checked(list.concat()), Ok(()));
	}

	#[test]
	fn claims_that_say_nothing_are_refused() {
		for claim in [
			Claim::Throughput { down_kbps: 0, up_kbps: 0 },
			Claim::Latency { ms: 0 },
			Claim::Availability(Perbill::zero()),
			Claim::Geography(*b"XX"),
			Claim::Geography(*b"lt"),
			Claim::Geography(*b"DA"),
			Claim::Destination(name("")),
			Claim::Destination(Name::truncate_from(vec![0xff])),
			other(1, ""),
		] {
			assert_eq!(checked(vec![claim.clone()]), Err(ClaimsError::Meaningless), "{claim:?}");
		}
		assert_eq!(checked(vec![]), Err(ClaimsError::Empty));
		let newer = Claims { version: 2, ..Claims::new(vec![Claim::Latency { ms: 1 }]) };
		assert_eq!(newer.check(), Err(ClaimsError::UnknownVersion));
	}

	#[test]
	fn no_two_claims_may_be_about_the_same() {
		for pair in [
			[Claim::Latency { ms: 1 }, Claim::Latency { ms: 2 }],
			[Claim::Geography(*b"LT"), Claim::Geography(*b"LV")],
			[Claim::Destination(name("a")), Claim::Destination(name("a"))],
			[other(1, "a"), other(1, "a")],
		] {
			assert_eq!(checked(pair.to_vec()), Err(ClaimsError::Duplicate), "{pair:?}");
		}
	}

	#[test]
	fn each_country_is_listed_once_in_order() {
		assert_eq!(COUNTRIES.len(), 2 * 249);
		let codes: Vec<_> = COUNTRIES.chunks(2).collect();
		assert!(codes.is_sorted_by(|a, b| a < b));
	}

	#[test]
	fn the_price_is_the_sum_over_all_claims_or_on_quote() {
		let fees = |issue, watch| NotaryTerm::Posted(NotaryFees { issue, watch });
		let terms = NotaryTerms(BoundedVec::truncate_from(vec![
			(ClaimKind::Throughput, NotaryTerm::OnQuote),
			(ClaimKind::Latency, fees(10, 1)),
			(ClaimKind::Destination, fees(5, 2)),
			(ClaimKind::Other, fees(Balance::MAX, 0)),
		]));
		assert!(terms.is_sound());
		let latency = Claim::Latency { ms: 1 };
		let two = [Claim::Destination(name("a")), Claim::Destination(name("b"))];
		let price = |list: &[Claim]| terms.price(&Claims::new(list.to_vec()));
		assert_eq!(price(&[latency.clone(), two[0].clone(), two[1].clone()]), Some(fees(20, 5)));
		let quoted = Claim::Throughput { down_kbps: 1, up_kbps: 1 };
		assert_eq!(price(&[latency.clone(), quoted]), Some(NotaryTerm::OnQuote));
		assert_eq!(price(&[latency.clone(), Claim::Geography(*b"LT")]), None);
		assert_eq!(price(&[latency, other(1, "a")]), None);
		assert_eq!(NotaryFees { issue: 7, watch: 3 }.total(4), Some(19));
		assert_eq!(NotaryFees { issue: 7, watch: Balance::MAX }.total(2), None);
	}

	#[test]
	fn terms_name_each_kind_once_in_order() {
		let terms = |kinds: [ClaimKind; 2]| {
			let list = kinds.map(|kind| (kind, NotaryTerm::OnQuote)).to_vec();
			NotaryTerms(BoundedVec::truncate_from(list)).is_sound()
		};
		assert!(terms([ClaimKind::Throughput, ClaimKind::Other]));
		assert!(!terms([ClaimKind::Other, ClaimKind::Other]));
		assert!(!terms([ClaimKind::Other, ClaimKind::Latency]));
	}
}
