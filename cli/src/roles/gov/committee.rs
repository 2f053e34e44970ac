//! The technical committee: who is in it, what it votes on, and how a member vetoes a slash.

use super::{proposal::Proposal, validators::Places};
use crate::{
	args::{address, MotionArg},
	chain::{
		call::{bytes, number, Call},
		errors,
		render::{account_of, bytes_of, json as render, number_of, Typed},
		state::{amount, items, read},
		submit::{decode_call, human_for, submit, Submission},
		windows::Windows,
		At, Chain,
	},
	cli::Ctx,
	output::{hex, table},
	roles::{print_receipt, run_call},
};
use anyhow::{anyhow, Context, Result};
use clap::{Args, Subcommand};
use codec::{Compact, Decode};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::scale_value::{scale::encode_as_type, At as _},
};
use surety_client::chain::next_block;
use surety_primitives::{AccountId, BlockNumber, SlashId};

const PALLET: &str = "TechnicalCommittee";

/// What members of the committee do.
#[derive(Subcommand, Debug)]
pub enum CommitteeVerb {
	/// Propose to veto a slash, and vote for it; two thirds of the members have to
	Veto {
		/// Number of the slash
		id: SlashId,
	},
	/// Propose to cancel slashes of validators, and vote for it; two thirds of the members have to
	VetoValidator(Places),
	/// Vote on a motion
	Vote(MotionVote),
	/// Close a motion that is decided: it is carried out if it has passed
	Close {
		/// Its number, or the hash of its call
		motion: MotionArg,
	},
}

/// A vote on a motion.
#[derive(Args, Debug)]
pub struct MotionVote {
	/// Its number, or the hash of its call
	motion: MotionArg,
	/// For it
	#[arg(long, required_unless_present = "nay", conflicts_with = "nay")]
	aye: bool,
	/// Against it
	#[arg(long)]
	nay: bool,
}

/// A motion that is open.
struct Motion {
	index: u32,
	hash: Vec<u8>,
	/// The call, as the chain encodes it.
	call: Vec<u8>,
	threshold: u32,
	ayes: Vec<AccountId>,
	nays: Vec<AccountId>,
	end: BlockNumber,
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: Option<CommitteeVerb>) -> Result<()> {
	match verb {
		None => show(ctx, chain).await,
		Some(CommitteeVerb::Veto { id }) => propose(ctx, chain, Proposal::veto(chain, id).await?).await,
		Some(CommitteeVerb::VetoValidator(places)) => {
			propose(ctx, chain, Proposal::veto_validators(chain, &places).await?).await
		}
		Some(CommitteeVerb::Vote(args)) => vote(ctx, chain, &args).await,
		Some(CommitteeVerb::Close { motion }) => close(ctx, chain, &motion).await,
	}
}

async fn members(at: &At) -> Result<Vec<AccountId>> {
	let members = read(at, PALLET, "Members", vec![]).await?;
	let types = at.metadata_ref().types();
	Ok(members.iter().flat_map(|list| items(list, types)).filter_map(account_of).collect())
}

/// Two thirds of so many members, rounded up.
fn two_thirds(members: usize) -> Result<u32> {
	u32::try_from(members.saturating_mul(2).div_ceil(3).max(1)).map_err(|_| anyhow!("too many members"))
}

async fn motions(at: &At) -> Result<Vec<Motion>> {
	let types = at.metadata_ref().types();
	let hashes = read(at, PALLET, "Proposals", vec![]).await?;
	let mut found = Vec::new();
	for hash in hashes.iter().flat_map(|list| items(list, types)).filter_map(bytes_of) {
		let votes = read(at, PALLET, "Voting", vec![bytes(&hash)]).await?;
		let call = read(at, PALLET, "ProposalOf", vec![bytes(&hash)]).await?;
		let (Some(votes), Some(call)) = (votes, call) else { continue };
		let number = |name: &str| -> Result<u32> {
			let number =
				votes.at(name).and_then(number_of).with_context(|| format!("a motion without {name}"))?;
			u32::try_from(number).map_err(Into::into)
		};
		let accounts = |name: &str| -> Vec<AccountId> {
			let list = votes.at(name).map(|list| items(list, types)).unwrap_or_default();
			list.into_iter().filter_map(account_of).collect()
		};
		found.push(Motion {
			index: number("index")?,
			call: encoded(&call, at)?,
			threshold: number("threshold")?,
			ayes: accounts("ayes"),
			nays: accounts("nays"),
			end: number("end")?,
			hash,
		});
	}
	found.sort_by_key(|motion| motion.index);
	Ok(found)
}

fn encoded(value: &Typed, at: &At) -> Result<Vec<u8>> {
	let mut bytes = Vec::new();
	encode_as_type(value, value.context, at.metadata_ref().types(), &mut bytes)?;
	Ok(bytes)
}

async fn motion(at: &At, named: &MotionArg) -> Result<Motion> {
	let found = motions(at).await?.into_iter().find(|motion| match named {
		MotionArg::Index(index) => motion.index == *index,
		MotionArg::Hash(hash) => motion.hash == hash,
	});
	found.ok_or_else(|| {
		let otherwise = "there is no such motion: `surety gov committee` lists them";
		errors::known(at.metadata_ref(), PALLET, "ProposalMissing", otherwise)
	})
}

async fn show(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let (members, motions) = (members(&at).await?, motions(&at).await?);
	let needed = two_thirds(members.len())?;
	let now = next_block(&at)?;
	let windows = Windows::at(&at).await?;
	let types = at.metadata_ref().types();
	let (mut list, mut rows) = (Vec::new(), Vec::new());
	for motion in &motions {
		let (pallet, name, args) = decode_call(&at, &motion.call)?;
		let fields: serde_json::Map<_, _> =
			args.iter().map(|(name, value)| (name.clone(), render(value, types))).collect();
		list.push(json!({
			"motion": motion.index,
			"hash": hex(&motion.hash),
			"call": { "pallet": pallet, "call": name, "args": fields },
			"threshold": motion.threshold,
			"ayes": motion.ayes.iter().map(address).collect::<Vec<_>>(),
			"nays": motion.nays.iter().map(address).collect::<Vec<_>>(),
			"ends_at": motion.end,
		}));
		let human = human_for(chain, &at, &pallet, &None).show_named(&args);
		rows.push([
			motion.index.to_string(),
			format!("{pallet}.{name} {human}"),
			format!("{} of {}", motion.ayes.len(), motion.threshold),
			motion.nays.len().to_string(),
			windows.show(motion.end.saturating_sub(now))?,
			hex(&motion.hash),
		]);
	}
	let json = json!({
		"members": members.iter().map(address).collect::<Vec<_>>(),
		"two_thirds": needed,
		"motions": list,
	});
	ctx.out.emit(&json, || {
		let mut parts = vec![table(["MEMBER"], members.iter().map(|member| [address(member)]))];
		if !rows.is_empty() {
			parts.push(table(["MOTION", "WOULD DO", "AYES", "NAYS", "TIME LEFT", "HASH"], rows));
		}
		parts.join("\n\n")
	})
}

/// Proposes something that two thirds of the members can do, and votes for it.
async fn propose(ctx: &Ctx, chain: &Chain, proposal: Proposal) -> Result<()> {
	let threshold = two_thirds(members(&proposal.at).await?.len())?;
	let index = amount(&read(&proposal.at, PALLET, "ProposalCount", vec![]).await?, &[]);
	let (hash, length) = (proposal.hash(), proposal.length()?);
	let motion = Call::new(PALLET, "propose")
		.arg("threshold", number(threshold))
		.arg("proposal", proposal.call.into_value())
		.arg("length_bound", number(length));
	// A motion that one vote decides is carried out at once, and there is nothing to vote on.
	let call = match threshold > 1 {
		true => Call::batch("batch_all", vec![motion, ballot(&hash, u32::try_from(index)?, true)]),
		false => motion,
	};
	let receipt = match submit(ctx, chain, &call).await? {
		Submission::Shown => return Ok(()),
		Submission::Included(receipt) => receipt,
	};
	let properties = match threshold > 1 {
		true => vec![("motion", u64::try_from(index)?.into()), ("hash", Json::from(hex(hash)))],
		false => Vec::new(),
	};
	print_receipt(ctx, chain, &receipt, properties)?;
	if threshold > 1 {
		ctx.out.progress(&format!(
			"more ayes needed: {} (`surety gov committee vote {index} --aye`); then anybody can close it (`surety gov \
			 committee close {index}`)",
			threshold.saturating_sub(1)
		));
	}
	Ok(())
}

fn ballot(hash: &[u8], index: u32, approve: bool) -> Call {
	Call::new(PALLET, "vote")
		.arg("proposal", bytes(hash))
		.arg("index", number(index))
		.arg("approve", Value::bool(approve))
}

async fn vote(ctx: &Ctx, chain: &Chain, args: &MotionVote) -> Result<()> {
	let motion = motion(&chain.best().await?, &args.motion).await?;
	run_call(ctx, chain, ballot(&motion.hash, motion.index, args.aye && !args.nay)).await
}

/// What a call weighs at the most, as the chain says.
async fn weight(chain: &Chain, at: &At, call: &[u8]) -> Result<(u64, u64)> {
	let mut args = call.to_vec();
	args.extend(u32::try_from(call.len())?.to_le_bytes());
	let answer = chain
		.rpc
		.state_call("TransactionPaymentCallApi_query_call_info", Some(&args), Some(at.block_hash()))
		.await
		.map_err(errors::rpc)?;
	let (time, proof) = <(Compact<u64>, Compact<u64>)>::decode(&mut &answer[..])
		.context("the chain tells weights otherwise")?;
	Ok((time.0, proof.0))
}

async fn close(ctx: &Ctx, chain: &Chain, named: &MotionArg) -> Result<()> {
	let at = chain.best().await?;
	let motion = motion(&at, named).await?;
	let (time, proof) = weight(chain, &at, &motion.call).await?;
	let bound = Value::named_composite([("ref_time", number(time)), ("proof_size", number(proof))]);
	let mut call = Call::new(PALLET, "close")
		.arg("proposal_hash", bytes(&motion.hash))
		.arg("index", number(motion.index))
		.arg("proposal_weight_bound", bound)
		.arg("length_bound", number(u32::try_from(motion.call.len())?));
	// What it does is worth telling too.
	let (pallet, ..) = decode_call(&at, &motion.call)?;
	call.concerned.push(pallet);
	run_call(ctx, chain, call).await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn two_thirds_should_be_rounded_up() {
		let needed = [1, 2, 3, 4, 5, 6, 7, 25].map(|members| two_thirds(members).unwrap());
		assert_eq!(needed, [1, 2, 2, 3, 4, 4, 5, 17]);
	}
}
