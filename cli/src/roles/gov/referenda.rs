//! Referenda: opened, listed, their deposits returned.

use super::proposal::Proposal;
use crate::{
	chain::{
		call::{bytes, number, option, variant, Call},
		render::{bytes_of, decode, json as render, number_of, Typed},
		state::{amount, items, read},
		submit::{decode_call, human_for, submit, Submission},
		windows::{Track, Windows},
		At, Chain,
	},
	cli::Ctx,
	error::squeeze,
	output::{hex, table},
	roles::{print_receipt, run_call},
};
use anyhow::{Context, Result};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::scale_value::{At as _, ValueDef},
};
use surety_client::chain::next_block;
use surety_primitives::{Balance, BlockNumber};

/// The track whose origin vetoes slashes.
const SLASH_VETO: &str = "slash_veto";
/// What a referendum holds itself; a longer call is noted as a preimage.
const MAX_INLINE: usize = 128;

/// A track as the chain's constants have it; its durations are windows.
pub struct TrackInfo {
	/// Its number.
	pub id: u16,
	/// Its name.
	pub name: String,
	decision_deposit: Balance,
}

/// The tracks.
pub fn tracks(at: &At) -> Result<Vec<TrackInfo>> {
	let metadata = at.metadata_ref();
	let constant = metadata.pallet_by_name("Referenda").and_then(|pallet| pallet.constant_by_name("Tracks"));
	let constant = constant.context("this chain has no tracks of referenda")?;
	let tracks = decode(&mut constant.value(), constant.ty(), metadata.types())?;
	let read = |track: &Typed| -> Option<TrackInfo> {
		let info = track.at(1)?;
		let name = info.at("name")?;
		let name = match name.as_str() {
			Some(name) => name.to_owned(),
			None => String::from_utf8(bytes_of(name)?).ok()?,
		};
		Some(TrackInfo {
			id: u16::try_from(number_of(track.at(0)?)?).ok()?,
			name: squeeze(name.trim_end_matches('\0')),
			decision_deposit: number_of(info.at("decision_deposit")?)?,
		})
	};
	let tracks = items(&tracks, metadata.types()).into_iter().map(read);
	tracks.collect::<Option<_>>().context("this chain describes its tracks otherwise")
}

/// The number that the next referendum gets.
async fn count(at: &At) -> Result<u32> {
	let count = read(at, "Referenda", "ReferendumCount", vec![]).await?;
	u32::try_from(amount(&count, &[])).map_err(Into::into)
}

fn deposit_on(index: u32) -> Call {
	Call::new("Referenda", "place_decision_deposit").arg("index", number(index))
}

/// The calls that submit a proposal and place its decision deposit, if it gets the number `index`.
fn opening(proposal: &Proposal, index: u32) -> Result<Call> {
	let mut calls = Vec::new();
	let bounded = if proposal.bytes.len() <= MAX_INLINE {
		Value::unnamed_variant("Inline", [bytes(&proposal.bytes)])
	} else {
		calls.push(Call::new("Preimage", "note_preimage").arg("bytes", bytes(&proposal.bytes)));
		let fields = [("hash", bytes(proposal.hash())), ("len", number(proposal.length()?))];
		Value::named_variant("Lookup", fields)
	};
	calls.push(
		Call::new("Referenda", "submit")
			.arg("proposal_origin", Value::unnamed_variant("Origins", [variant("SlashVeto")]))
			.arg("proposal", bounded)
			// As soon as the track lets it.
			.arg("enactment_moment", Value::unnamed_variant("After", [number(0u32)])),
	);
	calls.push(deposit_on(index));
	Ok(Call::batch("batch_all", calls))
}

/// Opens a referendum on the track that vetoes slashes.
pub async fn open(ctx: &Ctx, chain: &Chain, proposal: Proposal) -> Result<()> {
	let at = &proposal.at;
	let track = Windows::at(at).await?.track(SLASH_VETO)?;
	let longest = track.longest_run();
	let enacted = next_block(at)?.saturating_add(longest);
	if let Some(too_late) = proposal.too_late.filter(|too_late| enacted >= *too_late) {
		ctx.out.progress(&format!(
			"warning: at its longest, this referendum takes effect in block {enacted}, but the review ends with block \
			 {}: have it voted on at once, or ask the committee (`surety gov committee veto`)",
			too_late.saturating_sub(1)
		));
	}
	if let Some(info) = tracks(at)?.iter().find(|track| track.name == SLASH_VETO) {
		let money = chain.native();
		ctx.out.progress(&format!(
			"{} are held until the referendum is over: `surety gov refund` returns them",
			money.show(info.decision_deposit)
		));
	}
	let expected = count(at).await?;
	let receipt = match submit(ctx, chain, &opening(&proposal, expected)?).await? {
		Submission::Shown => return Ok(()),
		Submission::Included(receipt) => receipt,
	};
	let submitted = receipt.events.iter().find(|event| event.name == "Submitted");
	let index = submitted.and_then(|event| event.fields.get("index")).and_then(Json::as_u64);
	let index = index.map(u32::try_from).transpose()?;
	let enacted = u32::try_from(receipt.block_number)?.saturating_add(longest);
	let mut properties = Vec::new();
	if let Some(index) = index {
		properties.push(("referendum", index.into()));
		properties.push(("in_force_by", enacted.into()));
	}
	print_receipt(ctx, chain, &receipt, properties)?;
	// Somebody else was quicker: the deposit went to theirs, which returns it too.
	if let Some(index) = index.filter(|index| *index != expected) {
		ctx.out.progress(&format!(
			"warning: referendum {expected} was opened by somebody else in the meantime, and got the decision deposit; \
			 placing another on {index}"
		));
		return run_call(ctx, chain, deposit_on(index)).await;
	}
	Ok(())
}

/// A referendum that is not decided.
struct Ongoing {
	index: u32,
	track: u16,
	track_name: String,
	times: Track,
	proposal: Option<Vec<u8>>,
	hash: String,
	origin: Json,
	submitted: BlockNumber,
	deposit: Option<Balance>,
	/// Since when it is being decided, and until when it is confirmed.
	deciding: Option<(BlockNumber, Option<BlockNumber>)>,
	in_queue: bool,
	ayes: Balance,
	nays: Balance,
	support: Balance,
}

/// The first value in an option or another variant of one field.
fn inner(value: &Typed) -> Option<&Typed> {
	match &value.value {
		ValueDef::Variant(variant) => variant.values.values().next(),
		_ => None,
	}
}

/// Where a referendum stands, in a word.
fn state(one: &Ongoing) -> &'static str {
	match one.deciding {
		Some((_, Some(_))) => "confirming",
		Some((_, None)) => "deciding",
		None if one.deposit.is_none() => "lacks its decision deposit",
		None if one.in_queue => "queued",
		None => "preparing",
	}
}

/// First block in which it can be over, as the votes stand, or at the latest.
fn decided_at(one: &Ongoing) -> Option<BlockNumber> {
	match one.deciding {
		Some((_, Some(confirmed))) => Some(confirmed),
		Some((since, None)) => Some(since.saturating_add(one.times.decision)),
		None => None,
	}
}

fn number_at(value: &Typed, path: &[&str]) -> Option<u128> {
	path.iter().try_fold(value, |value, name| value.at(*name)).and_then(number_of)
}

/// What a referendum is about: short calls are in it, longer ones among the preimages.
async fn proposal(at: &At, bounded: &Typed) -> Result<(Option<Vec<u8>>, String)> {
	let ValueDef::Variant(variant) = &bounded.value else { return Ok((None, String::new())) };
	if variant.name == "Inline" {
		let bytes = inner(bounded).and_then(bytes_of).context("an inline proposal without a call")?;
		let hash = hex(sp_crypto_hashing::blake2_256(&bytes));
		return Ok((Some(bytes), hash));
	}
	let hash = bounded.at("hash").and_then(bytes_of).context("a proposal without a hash")?;
	let shown = hex(&hash);
	let Some(len) = bounded.at("len").and_then(number_of) else { return Ok((None, shown)) };
	let key = Value::unnamed_composite([bytes(hash), number(len)]);
	let noted = read(at, "Preimage", "PreimageFor", vec![key]).await?;
	Ok((noted.as_ref().and_then(bytes_of), shown))
}

async fn ongoing(at: &At, index: u32, tracks: &[TrackInfo], windows: &Windows) -> Result<Option<Ongoing>> {
	let info = read(at, "Referenda", "ReferendumInfoFor", vec![number(index)]).await?;
	let Some(info) = info else { return Ok(None) };
	let ValueDef::Variant(variant) = &info.value else { return Ok(None) };
	if variant.name != "Ongoing" {
		return Ok(None);
	}
	let status = inner(&info).context("a referendum without a status")?;
	let number = |path: &[&str]| number_at(status, path);
	let block = |path: &[&str]| number(path).and_then(|block| u32::try_from(block).ok());
	let track = number(&["track"]).and_then(|track| u16::try_from(track).ok()).context("no track")?;
	let known = tracks.iter().find(|known| known.id == track);
	let name = known.map(|known| known.name.clone()).unwrap_or_default();
	let deciding = status.at("deciding").and_then(inner).and_then(|deciding| {
		let since = u32::try_from(number_at(deciding, &["since"])?).ok()?;
		let confirming = deciding.at("confirming").and_then(inner).and_then(number_of);
		Some((since, confirming.and_then(|block| u32::try_from(block).ok())))
	});
	let bounded = status.at("proposal").context("a referendum without a proposal")?;
	let (proposal, hash) = proposal(at, bounded).await?;
	let types = at.metadata_ref().types();
	Ok(Some(Ongoing {
		index,
		track,
		times: windows.track(&name)?,
		track_name: name,
		proposal,
		hash,
		origin: status.at("origin").map(|origin| render(origin, types)).unwrap_or_default(),
		submitted: block(&["submitted"]).unwrap_or_default(),
		deposit: status
			.at("decision_deposit")
			.and_then(inner)
			.and_then(|deposit| deposit.at("amount"))
			.and_then(number_of),
		deciding,
		in_queue: status.at("in_queue").and_then(Typed::as_bool).unwrap_or_default(),
		ayes: number(&["tally", "ayes"]).unwrap_or_default(),
		nays: number(&["tally", "nays"]).unwrap_or_default(),
		support: number(&["tally", "support"]).unwrap_or_default(),
	}))
}

/// Part of a whole in percent with two decimals, rounded down.
fn percent(part: Balance, whole: Balance) -> String {
	let parts = part.checked_mul(10_000).map_or_else(
		|| part.checked_div((whole / 10_000).max(1)).unwrap_or_default(),
		|parts| parts.checked_div(whole).unwrap_or_default(),
	);
	crate::amount::format_units(parts, 2)
}

/// What a call would do, for programs and for people.
fn told(chain: &Chain, at: &At, call: &Option<Vec<u8>>) -> (Json, Option<String>) {
	let Some((pallet, name, args)) = call.as_ref().and_then(|call| decode_call(at, call).ok()) else {
		return (Json::Null, None);
	};
	let types = at.metadata_ref().types();
	let fields: serde_json::Map<_, _> =
		args.iter().map(|(name, value)| (name.clone(), render(value, types))).collect();
	let human = human_for(chain, at, &pallet, &None).show_named(&args);
	(json!({ "pallet": pallet, "call": name, "args": fields }), Some(format!("{pallet}.{name} {human}")))
}

/// Lists those that are not decided, of the newest `last`.
pub async fn list(ctx: &Ctx, chain: &Chain, last: u32) -> Result<()> {
	let at = chain.best().await?;
	let (tracks, windows) = (tracks(&at)?, Windows::at(&at).await?);
	let issuance = amount(&read(&at, "Balances", "TotalIssuance", vec![]).await?, &[]);
	let timeout = windows.get("governance", "undeciding_timeout")?;
	let count = count(&at).await?;
	let mut found = Vec::new();
	for index in count.saturating_sub(last)..count {
		found.extend(ongoing(&at, index, &tracks, &windows).await?);
	}
	let (mut list, mut rows) = (Vec::new(), Vec::new());
	for one in &found {
		let (call, told) = told(chain, &at, &one.proposal);
		let (approval, support) =
			(percent(one.ayes, one.ayes.saturating_add(one.nays)), percent(one.support, issuance));
		list.push(json!({
			"referendum": one.index,
			"track": one.track,
			"track_name": one.track_name,
			"origin": one.origin,
			"call": call,
			"hash": one.hash,
			"state": state(one),
			"submitted": one.submitted,
			"decision_deposit": one.deposit.map(|deposit| chain.native().plain(deposit)),
			"deciding_since": one.deciding.map(|(since, _)| since),
			"confirmed_at": one.deciding.and_then(|(_, confirmed)| confirmed),
			"decided_at": decided_at(one),
			"ayes": chain.native().plain(one.ayes),
			"nays": chain.native().plain(one.nays),
			"support": chain.native().plain(one.support),
			"approval_percent": approval,
			"support_percent": support,
		}));
		let when = match (one.deciding, decided_at(one)) {
			(Some((_, Some(_))), Some(block)) => format!("passes in block {block}, if the votes stay"),
			(_, Some(block)) => format!("rejected in block {block}, unless it passes before"),
			_ if one.deposit.is_none() => {
				format!("given up in block {}", one.submitted.saturating_add(timeout))
			}
			_ => format!("decided from block {} on", one.submitted.saturating_add(one.times.prepare)),
		};
		rows.push([
			one.index.to_string(),
			one.track_name.clone(),
			told.unwrap_or_else(|| one.hash.clone()),
			chain.native().plain(one.ayes),
			chain.native().plain(one.nays),
			format!("{approval}%"),
			format!("{support}%"),
			state(one).into(),
			when,
		]);
	}
	ctx.out.emit(&list.into(), || {
		table(["ID", "TRACK", "WOULD DO", "AYES", "NAYS", "APPROVAL", "SUPPORT", "STATE", "WHEN"], rows)
	})
}

/// Returns the deposits of one that is over.
pub async fn refund(ctx: &Ctx, chain: &Chain, index: u32) -> Result<()> {
	let at = chain.best().await?;
	let info = read(&at, "Referenda", "ReferendumInfoFor", vec![number(index)]).await?;
	let call = |name: &str| Call::new("Referenda", name).arg("index", number(index));
	let mut calls = vec![call("refund_decision_deposit")];
	// The submission's returns only where the chain has approved, or cancelled without blame.
	let returned = info.as_ref().is_some_and(|info| match &info.value {
		ValueDef::Variant(variant) if matches!(variant.name.as_str(), "Approved" | "Cancelled") => {
			variant.values.values().nth(1).and_then(inner).is_some()
		}
		_ => false,
	});
	if returned {
		calls.push(call("refund_submission_deposit"));
	}
	let call = match <[Call; 1]>::try_from(calls) {
		Ok([one]) => one,
		Err(several) => Call::batch("force_batch", several),
	};
	run_call(ctx, chain, call).await
}

/// A class of votes: the number of a track, or none where the chain knows it by itself.
pub fn class(track: Option<u16>) -> Value {
	option(track.map(number))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn referendum() -> Ongoing {
		Ongoing {
			index: 0,
			track: 30,
			track_name: SLASH_VETO.into(),
			times: Track { prepare: 2, decision: 14, confirm: 4, enactment: 2 },
			proposal: None,
			hash: String::new(),
			origin: Json::Null,
			submitted: 10,
			deposit: None,
			deciding: None,
			in_queue: false,
			ayes: 0,
			nays: 0,
			support: 0,
		}
	}

	#[test]
	fn a_referendum_should_tell_when_it_is_decided() {
		let mut one = referendum();
		assert_eq!((state(&one), decided_at(&one)), ("lacks its decision deposit", None));
		one.deposit = Some(1);
		assert_eq!((state(&one), decided_at(&one)), ("preparing", None));
		one.deciding = Some((12, None));
		assert_eq!((state(&one), decided_at(&one)), ("deciding", Some(26)));
		one.deciding = Some((12, Some(17)));
		assert_eq!((state(&one), decided_at(&one)), ("confirming", Some(17)));
		assert_eq!(one.times.longest_run(), 22);
	}

	#[test]
	fn a_part_should_be_told_in_percent_without_overflow() {
		assert_eq!(percent(1, 3), "33.33");
		assert_eq!(percent(0, 0), "0");
		assert_eq!(percent(Balance::MAX, Balance::MAX), "100");
	}
}
