//! The log of a notary: its entries as far as they are known, checked against its head on chain.

use crate::{
	args::{address, AccountArg},
	chain::{errors, At, Chain},
	cli::Ctx,
	error::usage,
	output::{hex, pairs, table},
	presence::claims::{self, ReasonArg},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use codec::{Decode, DecodeAll, Encode};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use subxt::rpcs::rpc_params;
use surety_presence::{
	mountain::{leaf_hash, prove, Mountains},
	offchain::log_key,
};
use surety_primitives::{
	api::{AttestationInfo, RequestInfo},
	notary::{AttestationEnd, Generation, LogEntry, RequestId, Slot, Window},
	AccountId, Balance,
};

/// Entries at the most that are asked for one by one.
const MAX_ENTRIES: u32 = 100_000;

/// What to show.
#[derive(Args, Debug)]
pub struct LogArgs {
	/// Whose; that of the key when left out
	notary: Option<AccountArg>,
	/// How many of the last blocks to look through where the node gives its index to nobody: as many as it keeps the states
	/// of, which are 256 unless it says otherwise
	#[arg(long, default_value_t = 200)]
	blocks: u32,
	/// Look through all blocks. The node has to keep all states (--state-pruning archive)
	#[arg(long, conflicts_with = "blocks")]
	all: bool,
	/// How many of the last entries to show
	#[arg(long, default_value_t = 50)]
	last: usize,
	/// Prove that the entry of this number is in the log; the whole log has to be known
	#[arg(long, value_name = "ENTRY")]
	prove: Option<u32>,
}

/// Entries by their numbers, and the head of the log before them.
struct Entries {
	before: Mountains,
	list: BTreeMap<u32, LogEntry<AccountId>>,
	source: String,
}

impl Entries {
	/// Adds an entry. With the first one of all the log begins: who was a notary before, left and came back, begins anew.
	fn add(&mut self, number: u32, entry: LogEntry<AccountId>) {
		if number == 0 {
			self.before = Mountains::default();
			self.list.clear();
		}
		self.list.insert(number, entry);
	}

	/// The head that they lead to; nothing where one is missing.
	fn head(&self) -> Option<Mountains> {
		let mut head = self.before.clone();
		for (number, entry) in &self.list {
			if *number != head.leaves {
				return None;
			}
			head.append(leaf_hash(&entry.encode()))?;
		}
		Some(head)
	}
}

/// An entry for programs.
fn entry_json(number: u32, entry: &LogEntry<AccountId>) -> Value {
	match entry {
		LogEntry::Attested { slot, generation, operator, service, claims, until, subsidised } => json!({
			"entry": number,
			"what": "attested",
			"slot": slot,
			"generation": generation,
			"operator": address(operator),
			"service": service,
			"claims": claims::all_json(claims),
			"until": until,
			"subsidised": subsidised,
		}),
		LogEntry::Renewed { slot, generation, until } => json!({
			"entry": number, "what": "renewed", "slot": slot, "generation": generation, "until": until,
		}),
		LogEntry::Ended { slot, generation, end } => json!({
			"entry": number, "what": "ended", "slot": slot, "generation": generation, "end": end_name(end),
		}),
	}
}

fn end_name(end: &AttestationEnd) -> String {
	match end {
		AttestationEnd::Revoked(reason) => format!("revoked: {}", ReasonArg(*reason)),
		AttestationEnd::Resigned => "resigned".into(),
		AttestationEnd::Expired => "expired".into(),
	}
}

fn entry_row(number: u32, entry: &LogEntry<AccountId>) -> [String; 5] {
	let (slot, generation, what, about) = match entry {
		LogEntry::Attested { slot, generation, operator, service, claims, until, .. } => {
			let claims = claims::show_all(claims);
			(
				slot,
				generation,
				"attested",
				format!("{}, service {service}, until {until}: {claims}", address(operator)),
			)
		}
		LogEntry::Renewed { slot, generation, until } => {
			(slot, generation, "renewed", format!("until {until}"))
		}
		LogEntry::Ended { slot, generation, end } => (slot, generation, "ended", end_name(end)),
	};
	[number.to_string(), slot.to_string(), generation.to_string(), what.into(), about]
}

/// From the node's index of what the chain leaves off chain, if the node keeps one and lets itself be asked.
async fn indexed(chain: &Chain, notary: &AccountId, head: &Mountains) -> Option<Entries> {
	if head.leaves > MAX_ENTRIES {
		return None;
	}
	let mut list = BTreeMap::new();
	for number in 0..head.leaves {
		let key = hex(log_key(&(*notary).clone().into(), number));
		let params = rpc_params!["PERSISTENT", key];
		let found: Option<String> = chain.raw.request("offchain_localStorageGet", params).await.ok()?;
		let bytes = hex::decode(found?.trim_start_matches("0x")).ok()?;
		list.insert(number, LogEntry::decode_all(&mut &bytes[..]).ok()?);
	}
	Some(Entries { before: Mountains::default(), list, source: "the node's index".into() })
}

/// The head of a notary's log at a block.
async fn head_at(chain: &Chain, notary: &AccountId, number: u32) -> Result<Mountains> {
	let look = async {
		let at = chain.at_named(&number.to_string()).await?;
		match Chain::has_notaries(&at) {
			true => chain.notary_log(&at, notary).await,
			// Nobody was one then.
			false => Ok(Mountains::default()),
		}
	};
	look.await.with_context(|| {
		format!("the state of block {number} is not to be had of this node: look through fewer --blocks, or ask one that keeps all states")
	})
}

/// Blocks at whose ends the log was known to differ, of which those that made the difference are looked for.
struct Span {
	first: (u32, Mountains),
	last: (u32, Mountains),
}

/// From the events of the blocks after `first`, and what the chain knew then. The blocks in which the log grew are found by
/// halving: it takes about as many questions as the number of blocks has digits in base two, for each of them, and not one
/// for each block.
async fn from_blocks(
	chain: &Chain,
	notary: &AccountId,
	head: &Mountains,
	now: u32,
	first: u32,
) -> Result<Entries> {
	let source = format!("blocks {} to {now}", first.saturating_add(1));
	let before = head_at(chain, notary, first).await?;
	let mut entries = Entries { before: before.clone(), list: BTreeMap::new(), source };
	let mut spans = vec![Span { first: (first, before), last: (now, head.clone()) }];
	while let Some(Span { first, last }) = spans.pop() {
		if first.1 == last.1 {
			continue;
		}
		let middle = first.0.saturating_add(last.0.saturating_sub(first.0) / 2);
		if middle == first.0 {
			let parent = chain.at_named(&first.0.to_string()).await?;
			let at = chain.at_named(&last.0.to_string()).await?;
			for (number, entry) in entries_in(chain, &parent, &at, notary).await? {
				entries.add(number, entry);
			}
			continue;
		}
		let known = (middle, head_at(chain, notary, middle).await?);
		// The earlier half is on top: entries are found in their order.
		spans.push(Span { first: known.clone(), last });
		spans.push(Span { first, last: known });
	}
	Ok(entries)
}

/// The entries that a block added.
async fn entries_in(
	chain: &Chain,
	parent: &At,
	at: &At,
	notary: &AccountId,
) -> Result<Vec<(u32, LogEntry<AccountId>)>> {
	let mut list = Vec::new();
	let events = at.events().fetch().await.map_err(errors::subxt)?;
	for event in events.iter() {
		let event = event.map_err(errors::subxt)?;
		if event.pallet_name() != "Notary" {
			continue;
		}
		let mut bytes = event.field_bytes();
		let (number, entry) = match event.event_name() {
			"Attested" => {
				type Fields = (AccountId, Slot, Generation, RequestId, Window, u32);
				let (whose, slot, generation, request, until, number) = Fields::decode(&mut bytes)?;
				if whose != *notary {
					continue;
				}
				let attested = attested(chain, parent, at, notary, slot, generation, request).await?;
				let (operator, service, claims, subsidised) = attested;
				(
					number,
					LogEntry::Attested { slot, generation, operator, service, claims, until, subsidised },
				)
			}
			"Renewed" => {
				let (whose, slot, until, number) = <(AccountId, Slot, Window, u32)>::decode(&mut bytes)?;
				if whose != *notary {
					continue;
				}
				let of = match chain.attestation(at, notary, slot).await? {
					Some(of) => Some(of),
					None => chain.attestation(parent, notary, slot).await?,
				};
				let generation = of.context("an attestation was renewed that there is not")?.generation;
				(number, LogEntry::Renewed { slot, generation, until })
			}
			"Ended" => {
				type Fields = (AccountId, Slot, Generation, AttestationEnd, Balance, u32);
				let (whose, slot, generation, end, _, number) = Fields::decode(&mut bytes)?;
				if whose != *notary {
					continue;
				}
				(number, LogEntry::Ended { slot, generation, end })
			}
			_ => continue,
		};
		list.push((number, entry));
	}
	Ok(list)
}

/// What was attested: as the chain has it after the block, or, where it has come to its end in the same block, as it was
/// requested before.
async fn attested(
	chain: &Chain,
	parent: &At,
	at: &At,
	notary: &AccountId,
	slot: Slot,
	generation: Generation,
	request: RequestId,
) -> Result<(AccountId, u32, surety_primitives::notary::Claims, bool)> {
	let now = chain.attestation(at, notary, slot).await?.filter(|one| one.generation == generation);
	if let Some(AttestationInfo { operator, service, claims, subsidy, .. }) = now {
		return Ok((operator, service, claims, subsidy.is_some()));
	}
	let request = chain.request(parent, request).await?;
	let RequestInfo { operator, service, claims, subsidy, .. } = request.context(
		"an attestation was requested and ended in one block: its entry cannot be known from here",
	)?;
	Ok((operator, service, claims, subsidy.is_some()))
}

/// Shows the log, and checks it.
pub async fn run(ctx: &Ctx, chain: &Chain, args: LogArgs) -> Result<()> {
	let (at, notary) = (chain.best().await?, ctx.account(&args.notary)?);
	chain.existing_notary(&at, &notary).await?;
	let head = chain.notary_log(&at, &notary).await?;
	let now = u32::try_from(at.block_number())?;
	let entries = match indexed(chain, &notary, &head).await {
		Some(entries) => entries,
		None => {
			let first = if args.all { 0 } else { now.saturating_sub(args.blocks) };
			from_blocks(chain, &notary, &head, now, first).await?
		}
	};
	let agrees = entries.head().as_ref() == Some(&head);
	let proof = args.prove.map(|number| proof(&entries, &head, number)).transpose()?;

	let shown: Vec<_> = entries.list.iter().rev().take(args.last).rev().collect();
	let list: Vec<Value> = shown.iter().map(|(number, entry)| entry_json(**number, entry)).collect();
	let json = json!({
		"notary": address(&notary),
		"block": now,
		"entries": head.leaves,
		"root": hex(head.root()),
		"known_from": entries.before.leaves,
		"source": entries.source,
		"agrees": agrees,
		"proof": proof.as_ref().map(hex),
		"list": list,
	});
	ctx.out.emit(&json, || {
		let mut rows = vec![
			("notary", address(&notary)),
			("head", format!("{} of {} entries at block {now}", hex(head.root()), head.leaves)),
			("known", format!("from entry {} on, by {}", entries.before.leaves, entries.source)),
			(
				"check",
				(if agrees { "the entries lead to the head" } else { "the entries DO NOT lead to the head" })
					.into(),
			),
		];
		rows.extend(proof.as_ref().map(|proof| ("proof", hex(proof))));
		let shown = shown.iter().map(|(number, entry)| entry_row(**number, entry));
		format!("{}\n\n{}", pairs(rows), table(["ENTRY", "SLOT", "GENERATION", "WHAT", "ABOUT"], shown))
	})?;
	if !agrees {
		bail!(
			"the entries that this node tells of are not those that the head is of: do not trust this node"
		);
	}
	Ok(())
}

/// Proof that an entry is in the log, SCALE encoded.
fn proof(entries: &Entries, head: &Mountains, number: u32) -> Result<Vec<u8>> {
	if entries.before.leaves > 0 {
		bail!("the log is known from entry {} on only: ask a node with the index (--enable-offchain-indexing true), or one with all states, with --all", entries.before.leaves);
	}
	let leaves: Vec<_> = entries.list.values().map(|entry| leaf_hash(&entry.encode())).collect();
	let proof = prove(&leaves, number).ok_or_else(|| usage(format!("the log has no entry {number}")))?;
	let leaf = usize::try_from(number).ok().and_then(|number| leaves.get(number));
	let proven = leaf.is_some_and(|leaf| proof.proves(*leaf, head.leaves, &head.root()));
	match proven {
		true => Ok(proof.encode()),
		false => bail!("the proof does not lead to the head"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn ended(slot: Slot) -> LogEntry<AccountId> {
		LogEntry::Ended { slot, generation: slot, end: AttestationEnd::Resigned }
	}

	fn entries(before: u32, numbers: &[u32]) -> Entries {
		let leaves: Vec<_> = (0..before).map(|slot| leaf_hash(&ended(slot).encode())).collect();
		let list = numbers.iter().map(|number| (*number, ended(*number))).collect();
		Entries { before: Mountains::of(&leaves).unwrap(), list, source: String::new() }
	}

	#[test]
	fn entries_should_lead_to_the_head_wherever_they_begin() {
		let whole = entries(0, &[0, 1, 2, 3, 4]).head();
		assert!(whole.is_some());
		assert_eq!(entries(3, &[3, 4]).head(), whole);
		assert_ne!(entries(3, &[3]).head(), whole);
		assert_eq!(entries(3, &[4]).head(), None, "one is missing");
		let mut other = entries(3, &[3, 4]);
		other.list.insert(4, ended(9));
		assert_ne!(other.head(), whole);
	}

	#[test]
	fn a_log_that_began_anew_should_be_the_new_one_alone() {
		let mut came_back = entries(3, &[3, 4]);
		for number in 0..2 {
			came_back.add(number, ended(number));
		}
		assert_eq!(came_back.head(), entries(0, &[0, 1]).head());
		assert_eq!(came_back.list.len(), 2);
	}

	#[test]
	fn an_entry_should_be_provable_where_the_whole_log_is_known() {
		let whole = entries(0, &[0, 1, 2, 3, 4]);
		let head = whole.head().unwrap();
		assert!(proof(&whole, &head, 3).is_ok());
		assert!(proof(&whole, &head, 5).is_err());
		assert!(proof(&entries(3, &[3, 4]), &head, 3).is_err());
	}
}
