//! Claims as people write them: what is to be certified, and what a client wants certified.

use crate::{
	amount::format_units,
	args::percent,
	output::{hex, text},
};
use codec::Decode;
use serde_json::{json, Value};
use std::{fmt, str::FromStr};
use surety_primitives::notary::{Claim, ClaimKind, Claims, Name, RevocationReason};

/// The kinds of claims, by their names.
pub const KINDS: [(&str, ClaimKind); 6] = [
	("throughput", ClaimKind::Throughput),
	("latency", ClaimKind::Latency),
	("availability", ClaimKind::Availability),
	("geography", ClaimKind::Geography),
	("destination", ClaimKind::Destination),
	("other", ClaimKind::Other),
];

/// The kind of a name.
pub fn kind(name: &str) -> Result<ClaimKind, String> {
	let known = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
	known.ok_or_else(|| {
		let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
		format!("`{name}` is none of {}", names.join(", "))
	})
}

/// The name of a kind.
pub fn kind_name(kind: ClaimKind) -> &'static str {
	KINDS.iter().find(|(_, known)| *known == kind).map_or("other", |(name, _)| *name)
}

fn whole(text: &str, of: &str) -> Result<u32, String> {
	text.parse().map_err(|_| format!("`{text}` in `{of}` is not a whole number"))
}

fn name(text: &str) -> Result<Name, String> {
	Name::try_from(text.as_bytes().to_vec()).map_err(|_| format!("`{text}` is too long"))
}

fn country(text: &str) -> Result<[u8; 2], String> {
	let upper = text.to_ascii_uppercase();
	<[u8; 2]>::try_from(upper.as_bytes()).map_err(|_| format!("`{text}` is not a country such as LT"))
}

/// Kbit/s towards the client, and from it: `1000/500`, or the first alone.
fn throughput(text: &str) -> Result<(u32, u32), String> {
	let (down, up) = text.split_once('/').unwrap_or((text, "0"));
	Ok((whole(down, text)?, whole(up, text)?))
}

/// Schema and key of another claim, `1:key`.
fn other(text: &str) -> Result<(u32, &str), String> {
	let (schema, key) = text.split_once(':').ok_or_else(|| format!("`{text}` is not SCHEMA:KEY"))?;
	Ok((whole(schema, text)?, key))
}

/// A claim, `latency=50`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimArg(pub Claim);

impl FromStr for ClaimArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (kind, value) = text.split_once('=').ok_or_else(|| {
			format!("`{text}` is not a claim such as latency=50, throughput=1000/500, availability=99.5, geography=LT, destination=NAME or other:SCHEMA:KEY=VALUE")
		})?;
		let claim = match kind {
			"throughput" => {
				let (down_kbps, up_kbps) = throughput(value)?;
				Claim::Throughput { down_kbps, up_kbps }
			}
			"latency" => Claim::Latency { ms: whole(value, text)? },
			"availability" => {
				let parts = percent(value)?;
				// `Perbill` belongs to a crate of the SDK that nothing else here needs; its encoding is its number.
				let share = Decode::decode(&mut &parts.to_le_bytes()[..]);
				Claim::Availability(share.map_err(|e: codec::Error| e.to_string())?)
			}
			"geography" => Claim::Geography(country(value)?),
			"destination" => Claim::Destination(name(value)?),
			_ => {
				let about = kind.strip_prefix("other:").ok_or_else(|| {
					format!("`{kind}` is none of throughput, latency, availability, geography, destination, other:SCHEMA:KEY")
				})?;
				let (schema, key) = other(about)?;
				let value = value.as_bytes().to_vec().try_into();
				let value = value.map_err(|_| format!("the value in `{text}` is too long"))?;
				Claim::Other { schema, key: name(key)?, value }
			}
		};
		Ok(Self(claim))
	}
}

/// A claim for people, in the words of [`Filter`].
pub fn show(claim: &Claim) -> String {
	match claim {
		Claim::Throughput { down_kbps, up_kbps: 0 } => format!("throughput>={down_kbps}"),
		Claim::Throughput { down_kbps, up_kbps } => format!("throughput>={down_kbps}/{up_kbps}"),
		Claim::Latency { ms } => format!("latency<={ms}"),
		Claim::Availability(share) => {
			format!("availability>={}", format_units(share.deconstruct().into(), 7))
		}
		Claim::Geography(code) => format!("geography={}", text(code)),
		Claim::Destination(name) => format!("destination={}", text(name)),
		Claim::Other { schema, key, value } => format!("other:{schema}:{}={}", text(key), text(value)),
	}
}

/// Claims for people, in one line.
pub fn show_all(claims: &Claims) -> String {
	claims.list.iter().map(show).collect::<Vec<_>>().join(" ")
}

/// A claim for programs.
pub fn to_json(claim: &Claim) -> Value {
	let kind = kind_name(claim.kind());
	match claim {
		Claim::Throughput { down_kbps, up_kbps } => {
			json!({ "kind": kind, "down_kbps": down_kbps, "up_kbps": up_kbps })
		}
		Claim::Latency { ms } => json!({ "kind": kind, "ms": ms }),
		Claim::Availability(share) => {
			json!({ "kind": kind, "percent": format_units(share.deconstruct().into(), 7) })
		}
		Claim::Geography(code) => json!({ "kind": kind, "country": text(code) }),
		Claim::Destination(name) => json!({ "kind": kind, "destination": text(name) }),
		Claim::Other { schema, key, value } => {
			json!({ "kind": kind, "schema": schema, "key": text(key), "value": hex(value) })
		}
	}
}

/// Claims for programs.
pub fn all_json(claims: &Claims) -> Value {
	claims.list.iter().map(to_json).collect()
}

/// Something that a client wants certified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
	/// Milliseconds at the most.
	Latency(u32),
	/// Kbit/s at the least, towards the client and from it.
	Throughput(u32, u32),
	/// Share of time at the least, in parts of a thousand million.
	Availability(u32),
	/// One of these countries.
	Geography(Vec<[u8; 2]>),
	/// This destination.
	Destination(Vec<u8>),
	/// Another claim, with this value if one is named.
	Other(u32, Vec<u8>, Option<Vec<u8>>),
}

impl FromStr for Filter {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Some(ms) = text.strip_prefix("latency<=") {
			return Ok(Self::Latency(whole(ms, text)?));
		}
		if let Some(kbps) = text.strip_prefix("throughput>=") {
			let (down, up) = throughput(kbps)?;
			return Ok(Self::Throughput(down, up));
		}
		if let Some(share) = text.strip_prefix("availability>=") {
			return percent(share).map(Self::Availability);
		}
		if let Some(codes) = text.strip_prefix("geography=") {
			return codes.split(',').map(country).collect::<Result<_, _>>().map(Self::Geography);
		}
		if let Some(name) = text.strip_prefix("destination=").filter(|name| !name.is_empty()) {
			return Ok(Self::Destination(name.as_bytes().to_vec()));
		}
		if let Some(about) = text.strip_prefix("other:") {
			let (about, value) = match about.split_once('=') {
				Some((about, value)) => (about, Some(value.as_bytes().to_vec())),
				None => (about, None),
			};
			let (schema, key) = other(about)?;
			return Ok(Self::Other(schema, key.as_bytes().to_vec(), value));
		}
		Err(format!(
			"`{text}` is none of latency<=MS, throughput>=DOWN[/UP], availability>=PERCENT, geography=CODE[,CODE], destination=NAME, other:SCHEMA:KEY[=VALUE]"
		))
	}
}

impl Filter {
	/// Whether one of the claims says as much as is wanted.
	pub fn holds(&self, claims: &Claims) -> bool {
		claims.list.iter().any(|claim| match (self, claim) {
			(Self::Latency(most), Claim::Latency { ms }) => ms <= most,
			(Self::Throughput(down, up), Claim::Throughput { down_kbps, up_kbps }) => {
				down_kbps >= down && up_kbps >= up
			}
			(Self::Availability(least), Claim::Availability(share)) => share.deconstruct() >= *least,
			(Self::Geography(codes), Claim::Geography(code)) => codes.contains(code),
			(Self::Destination(wanted), Claim::Destination(name)) => name.as_slice() == wanted.as_slice(),
			(Self::Other(schema, key, wanted), Claim::Other { schema: s, key: k, value }) => {
				schema == s
					&& k.as_slice() == key.as_slice()
					&& wanted.as_ref().is_none_or(|wanted| value.as_slice() == wanted.as_slice())
			}
			_ => false,
		})
	}
}

/// Why an attestation is refused or taken back, as it is written: `too-slow`, `other:7`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReasonArg(pub RevocationReason);

const REASONS: [(&str, RevocationReason); 8] = [
	("unavailable", RevocationReason::Unavailable),
	("too-slow", RevocationReason::TooSlow),
	("too-late", RevocationReason::TooLate),
	("elsewhere", RevocationReason::Elsewhere),
	("unreachable", RevocationReason::Unreachable),
	("claim-failed", RevocationReason::ClaimFailed),
	("key-lost", RevocationReason::KeyLost),
	("leaving", RevocationReason::NotaryLeaving),
];

impl FromStr for ReasonArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let known = REASONS.iter().find(|(name, _)| *name == text).map(|(_, reason)| *reason);
		let other = || text.strip_prefix("other:")?.parse().ok().map(RevocationReason::Other);
		known.or_else(other).map(Self).ok_or_else(|| {
			let names: Vec<_> = REASONS.iter().map(|(name, _)| *name).collect();
			format!("`{text}` is none of {}, other:NUMBER", names.join(", "))
		})
	}
}

impl fmt::Display for ReasonArg {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.0 {
			RevocationReason::Other(number) => write!(f, "other:{number}"),
			reason => {
				f.write_str(REASONS.iter().find(|(_, known)| *known == reason).map_or("", |(name, _)| name))
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const WRITTEN: [&str; 7] = [
		"throughput=1000/500",
		"throughput=1000",
		"latency=50",
		"availability=99.5",
		"geography=LT",
		"destination=video.example",
		"other:1:plan=gold",
	];

	fn claims(written: &[&str]) -> Claims {
		Claims::new(written.iter().map(|text| text.parse::<ClaimArg>().unwrap().0).collect())
	}

	fn holds(filter: &str, written: &[&str]) -> bool {
		filter.parse::<Filter>().unwrap().holds(&claims(written))
	}

	#[test]
	fn a_claim_should_be_certifiable_as_it_is_written() {
		for text in WRITTEN {
			assert_eq!(claims(&[text]).check(), Ok(()), "{text}");
		}
	}

	#[test]
	fn what_is_shown_of_a_claim_should_be_a_filter_that_it_passes() {
		for text in WRITTEN {
			let claims = claims(&[text]);
			let shown = show_all(&claims);
			assert!(shown.parse::<Filter>().unwrap().holds(&claims), "{shown}");
		}
	}

	#[test]
	fn a_filter_should_want_as_much_or_more() {
		assert!(holds("latency<=50", &["latency=50"]) && holds("latency<=50", &["latency=49"]));
		assert!(!holds("latency<=50", &["latency=51"]));
		assert!(holds("throughput>=1000", &["throughput=1000/1"]));
		assert!(!holds("throughput>=1000/2", &["throughput=1000/1"]));
		assert!(!holds("availability>=99.5", &["availability=99.49"]));
		assert!(holds("geography=DE,LT", &["latency=1", "geography=lt"]));
		assert!(!holds("geography=DE", &["geography=LT"]));
		assert!(!holds("destination=a", &["destination=b"]) && holds("destination=a", &["destination=a"]));
		assert!(
			holds("other:1:plan", &["other:1:plan=gold"]) && !holds("other:2:plan", &["other:1:plan=gold"])
		);
		assert!(!holds("other:1:plan=lead", &["other:1:plan=gold"]));
		assert!(!holds("latency<=50", &["throughput=10"]));
	}

	#[test]
	fn nonsense_should_be_refused() {
		for text in [
			"",
			"latency",
			"latency=",
			"latency=fast",
			"geography=Lithuania",
			"speed=1",
			"other:x:y=1",
			"availability=101",
		] {
			assert!(text.parse::<ClaimArg>().is_err(), "{text}");
		}
		for text in
			["", "latency=50", "latency>=50", "throughput<=5", "geography=", "destination=", "other:1"]
		{
			assert!(text.parse::<Filter>().is_err(), "{text}");
		}
		for text in ["", "slow", "other", "other:70000", "TooSlow"] {
			assert!(text.parse::<ReasonArg>().is_err(), "{text}");
		}
	}

	#[test]
	fn a_reason_should_be_read_as_it_is_written() {
		for (name, reason) in REASONS {
			assert_eq!(name.parse(), Ok(ReasonArg(reason)));
			assert_eq!(ReasonArg(reason).to_string(), name);
		}
	}

	proptest! {
		#[test]
		fn a_reason_of_ones_own_should_be_read_back(number: u16) {
			let reason = ReasonArg(RevocationReason::Other(number));
			prop_assert_eq!(reason.to_string().parse(), Ok(reason));
		}
	}
}
