//! What notaries ask, as people write it: `latency=1+0.01`, once and for each window, or `destination=quote`.

use super::claims::{kind, kind_name, KINDS};
use crate::{amount::Decimal, chain::money::Denomination, error::usage};
use anyhow::Result;
use serde_json::{json, Value};
use std::str::FromStr;
use surety_primitives::notary::{ClaimKind, NotaryFees, NotaryTerm, NotaryTerms};

/// What is asked for one kind of claim, or for all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TermArg {
	/// The kind; all of them where none is named.
	kind: Option<ClaimKind>,
	/// Once, and for each window; nothing where it is quoted for each request.
	fees: Option<(Decimal, Decimal)>,
}

impl FromStr for TermArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (name, fees) = text.split_once('=').ok_or_else(|| {
			format!("`{text}` is not KIND=ISSUE+WATCH or KIND=quote, such as latency=1+0.01")
		})?;
		let kind = if name == "all" { None } else { Some(kind(name)?) };
		let fees = match fees {
			"quote" => None,
			fees => {
				let (issue, watch) = fees.split_once('+').unwrap_or((fees, "0"));
				Some((issue.parse()?, watch.parse()?))
			}
		};
		Ok(Self { kind, fees })
	}
}

/// As the chain takes them: each kind once, in ascending order. What is named of one kind goes before what is said of all.
pub fn terms(money: &Denomination, given: &[TermArg]) -> Result<NotaryTerms> {
	let mut list = Vec::new();
	for (name, kind) in KINDS {
		let of = |wanted: Option<ClaimKind>| {
			let mut all = given.iter().filter(move |term| term.kind == wanted);
			(all.next(), all.next())
		};
		let (own, twice) = of(Some(kind));
		let (any, any_twice) = of(None);
		if twice.is_some() || any_twice.is_some() {
			return Err(usage(format!("the terms of {name} are given twice")));
		}
		let Some(term) = own.or(any) else { continue };
		let asked = match &term.fees {
			None => NotaryTerm::OnQuote,
			Some((issue, watch)) => {
				NotaryTerm::Posted(NotaryFees { issue: money.units(issue)?, watch: money.units(watch)? })
			}
		};
		list.push((kind, asked));
	}
	list.try_into().map(NotaryTerms).map_err(|_| usage("more terms than there are kinds of claims"))
}

/// Terms for people, in one line.
pub fn show(money: &Denomination, terms: &NotaryTerms) -> String {
	let one = |(kind, term): &(ClaimKind, NotaryTerm)| match term {
		NotaryTerm::OnQuote => format!("{}=quote", kind_name(*kind)),
		NotaryTerm::Posted(fees) => {
			format!("{}={}+{}", kind_name(*kind), money.plain(fees.issue), money.plain(fees.watch))
		}
	};
	terms.0.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Terms for programs.
pub fn to_json(money: &Denomination, terms: &NotaryTerms) -> Value {
	let one = |(kind, term): &(ClaimKind, NotaryTerm)| match term {
		NotaryTerm::OnQuote => json!({ "kind": kind_name(*kind), "quote": true }),
		NotaryTerm::Posted(fees) => {
			json!({ "kind": kind_name(*kind), "issue": money.plain(fees.issue), "watch": money.plain(fees.watch) })
		}
	};
	terms.0.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn read(written: &[&str]) -> Result<NotaryTerms> {
		let given: Vec<TermArg> = written.iter().map(|text| text.parse().unwrap()).collect();
		terms(&Denomination::native("SURE"), &given)
	}

	#[test]
	fn terms_should_be_sound_in_whatever_order_they_are_written() {
		let money = Denomination::native("SURE");
		let terms = read(&["latency=1+0.01", "all=quote", "throughput=2"]).unwrap();
		assert!(terms.is_sound());
		assert_eq!(
			show(&money, &terms),
			"throughput=2+0 latency=1+0.01 availability=quote geography=quote destination=quote other=quote"
		);
		let some = read(&["geography=0", "throughput=quote"]).unwrap();
		assert!(some.is_sound());
		assert_eq!(show(&money, &some), "throughput=quote geography=0+0");
	}

	#[test]
	fn nonsense_should_be_refused() {
		for text in ["", "latency", "speed=1", "latency=1+", "latency=-1", "latency=free", "latency=1+1+1"] {
			assert!(text.parse::<TermArg>().is_err(), "{text}");
		}
		assert!(read(&["latency=1", "latency=2"]).is_err());
		assert!(read(&["all=1", "all=2"]).is_err());
	}
}
