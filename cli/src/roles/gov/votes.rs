//! Votes on referenda, and the locks that they leave.

use super::referenda::{class, tracks};
use crate::{
	amount::Decimal,
	args::AccountArg,
	chain::{
		batch::submit_all,
		call::{account, lookup, number, Call},
		render::number_of,
		state::{items, read},
		At, Chain,
	},
	cli::Ctx,
	roles::run_call,
};
use anyhow::Result;
use clap::Args;
use subxt::{
	dynamic::Value,
	ext::scale_value::{At as _, ValueDef},
};
use surety_primitives::AccountId;

/// A vote.
#[derive(Args, Debug)]
pub struct VoteArgs {
	/// Number of the referendum
	referendum: u32,
	/// For it
	#[arg(long, required_unless_present = "nay", conflicts_with = "nay")]
	aye: bool,
	/// Against it
	#[arg(long)]
	nay: bool,
	/// With how much, in whole tokens. It is locked, not spent; stake does not count
	#[arg(long)]
	amount: Decimal,
	/// 0 counts a tenth and is free as soon as the referendum is over; 1 to 6 count so many times, and those on the
	/// winning side stay locked for 1, 2, 4, 8, 16, 32 times the vote lock
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=6))]
	conviction: u8,
}

/// As the chain keeps a vote: the conviction, with the highest bit set for an aye.
fn byte(aye: bool, conviction: u8) -> u8 {
	if aye {
		conviction | 0b1000_0000
	} else {
		conviction
	}
}

/// Votes.
pub async fn vote(ctx: &Ctx, chain: &Chain, args: &VoteArgs) -> Result<()> {
	let vote = Value::unnamed_composite([number(byte(args.aye && !args.nay, args.conviction))]);
	let balance = number(chain.native().units(&args.amount)?);
	let vote = Value::named_variant("Standard", [("vote", vote), ("balance", balance)]);
	let call =
		Call::new("ConvictionVoting", "vote").arg("poll_index", number(args.referendum)).arg("vote", vote);
	run_call(ctx, chain, call).await
}

/// The track of a vote of somebody, and the referenda that they have voted on there.
async fn votes_of(at: &At, who: &AccountId) -> Result<Vec<(u16, Vec<u32>)>> {
	let types = at.metadata_ref().types();
	let mut found = Vec::new();
	for track in tracks(at)? {
		let key = vec![account(who), number(track.id)];
		let Some(voting) = read(at, "ConvictionVoting", "VotingFor", key).await? else { continue };
		// Who delegates has no votes.
		let ValueDef::Variant(variant) = &voting.value else { continue };
		let votes = variant.values.values().next().and_then(|casting| casting.at("votes"));
		let votes = votes.map(|votes| items(votes, types)).unwrap_or_default();
		let polls = votes.iter().filter_map(|vote| u32::try_from(number_of(vote.at(0)?)?).ok());
		found.push((track.id, polls.collect()));
	}
	Ok(found)
}

fn removal(track: Option<u16>, referendum: u32) -> Call {
	Call::new("ConvictionVoting", "remove_vote").arg("class", class(track)).arg("index", number(referendum))
}

/// Takes a vote back.
pub async fn unvote(ctx: &Ctx, chain: &Chain, referendum: u32) -> Result<()> {
	let at = chain.best().await?;
	// The chain knows the track of a referendum only until it is over.
	let votes = match ctx.key()? {
		Some(_) => votes_of(&at, &ctx.signer()?).await?,
		None => Vec::new(),
	};
	let track = votes.iter().find(|(_, polls)| polls.contains(&referendum)).map(|(track, _)| *track);
	run_call(ctx, chain, removal(track, referendum)).await
}

async fn is_over(at: &At, referendum: u32) -> Result<bool> {
	let info = read(at, "Referenda", "ReferendumInfoFor", vec![number(referendum)]).await?;
	Ok(!info
		.is_some_and(|info| matches!(&info.value, ValueDef::Variant(variant) if variant.name == "Ongoing")))
}

/// Takes back votes on what is over, and unlocks what can be.
pub async fn unlock(ctx: &Ctx, chain: &Chain, named: &Option<AccountArg>) -> Result<()> {
	let at = chain.best().await?;
	let who = ctx.account(named)?;
	let types = at.metadata_ref().types();
	let locks = read(&at, "ConvictionVoting", "ClassLocksFor", vec![account(&who)]).await?;
	let locks = locks.iter().flat_map(|locks| items(locks, types));
	let locked: Vec<u16> = locks.filter_map(|lock| u16::try_from(number_of(lock.at(0)?)?).ok()).collect();

	let mut calls = Vec::new();
	for (track, polls) in votes_of(&at, &who).await?.into_iter().filter(|(track, _)| locked.contains(track)) {
		if named.is_none() {
			for referendum in polls {
				if is_over(&at, referendum).await? {
					calls.push(removal(Some(track), referendum));
				}
			}
		}
		let unlock = Call::new("ConvictionVoting", "unlock").arg("class", number(track));
		calls.push(unlock.arg("target", lookup(&who)));
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "unlock")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_vote_should_be_its_conviction_and_its_direction() {
		assert_eq!([byte(true, 0), byte(true, 6), byte(false, 0), byte(false, 6)], [128, 134, 0, 6]);
	}
}
