//! How edges end: by agreement and notice, or by an intent.

use super::{args::EvidenceArg, evidence, keys::EdgeKeyArgs};
use crate::{
	chain::{
		submit::{submit, Receipt, Submission},
		topology::{of_edge, Intent},
		windows::Windows,
		Chain,
	},
	cli::Ctx,
	edges::intents::IntentSlip,
	output::pairs,
	roles::{print_receipt, run_call},
};
use anyhow::{ensure, Result};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use surety_client::chain::next_block;
use surety_primitives::EdgeId;
use surety_response::SeverIntent;

/// An amicable end.
#[derive(Args, Debug)]
pub struct CloseArgs {
	/// Number of the edge
	edge: EdgeId,
	/// What is said about the rest of the network when it ends
	#[arg(long, value_enum, default_value_t)]
	evidence: EvidenceArg,
	/// Wait out the notice, and finish
	#[arg(long)]
	wait_until_done: bool,
}

/// A sever.
#[derive(Args, Debug)]
pub struct SeverArgs {
	/// Number of the edge
	edge: EdgeId,
	/// The intent of either end, in hex or as a file, instead of one that is signed now with the node's key
	#[arg(long, value_name = "FILE|HEX", conflicts_with_all = ["edge_key", "edge_suri", "edge_ed25519"])]
	intent: Option<String>,
	/// What is said about the rest of the network
	#[arg(long, value_enum, default_value_t)]
	evidence: EvidenceArg,
	/// Nodes that the chain may expand at the most, where it has to search: you pay for them
	#[arg(long, value_name = "NODES", value_parser = clap::value_parser!(u32).range(1..))]
	expansions: Option<u32>,
	#[command(flatten)]
	key: EdgeKeyArgs,
}

/// Intents on paper.
#[derive(Subcommand, Debug)]
pub enum IntentVerb {
	/// Sign an intent without submitting it: whoever holds it can sever the edge at any time
	Sign {
		/// Number of the edge
		edge: EdgeId,
		/// Write it to this file, too
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
		/// The key that signs.
		#[command(flatten)]
		key: EdgeKeyArgs,
	},
	/// Check an intent: whose it is, and whether it still counts
	Verify {
		/// The intent, in hex or as a file
		intent: String,
	},
}

/// What the chain has found out about the network, as an event of this name says.
fn finding(receipt: &Receipt, event: &str) -> Option<String> {
	let found = receipt.events.iter().find(|one| one.pallet == "Topology" && one.name == event)?;
	found.fields["finding"].as_str().map(ToOwned::to_owned)
}

/// Submits the end of an edge, and says what it has done to the network.
async fn end(
	ctx: &Ctx,
	chain: &Chain,
	edge: EdgeId,
	call: crate::chain::call::Call,
	event: &str,
) -> Result<()> {
	match submit(ctx, chain, &call).await? {
		Submission::Shown => Ok(()),
		Submission::Included(receipt) => {
			if finding(&receipt, event).as_deref() == Some("Undecided") {
				evidence::certificate_needed(ctx, edge);
			}
			print_receipt(ctx, chain, &receipt, Vec::new())
		}
	}
}

/// Gives notice, or finishes what notice was given of.
pub async fn close(ctx: &Ctx, chain: &Chain, args: CloseArgs) -> Result<()> {
	let at = chain.best().await?;
	let edge = chain.existing_edge(&at, args.edge).await?;
	let closes_at = match edge.closes_at {
		Some(block) => block,
		None => {
			let call = of_edge("close", args.edge);
			if !args.wait_until_done || ctx.options.dry_run || ctx.options.encode {
				run_call(ctx, chain, call).await?;
				let notice = Windows::at(&at).await?.get("edges", "notice")?;
				ctx.out.progress(&format!(
					"run this again in {} to finish: until then the edge can be severed for what it owes",
					Windows::at(&at).await?.show(notice)?
				));
				return Ok(());
			}
			submit(ctx, chain, &call).await?;
			let edge = chain.existing_edge(&chain.best().await?, args.edge).await?;
			edge.closes_at.ok_or_else(|| anyhow::anyhow!("the notice was undone"))?
		}
	};
	let now = next_block(&chain.best().await?)?;
	if args.wait_until_done && closes_at > now {
		ctx.out.progress(&format!("waiting for block {closes_at}"));
		chain.wait_for(closes_at.saturating_sub(1)).await?;
	}
	let at = chain.best().await?;
	let found = evidence::find(ctx, chain, &at, &edge, args.evidence, None).await?;
	let call = of_edge("finish_close", args.edge).encoded(&at, "evidence", &found)?;
	end(ctx, chain, args.edge, call, "Closed").await
}

/// Severs an edge.
pub async fn sever(ctx: &Ctx, chain: &Chain, args: SeverArgs) -> Result<()> {
	let at = chain.best().await?;
	let genesis = chain.api.genesis_hash().0;
	let edge = chain.existing_edge(&at, args.edge).await?;
	let channel = chain.live_channel(&at, edge.channel).await?;
	let intent = match &args.intent {
		Some(named) => {
			let slip = IntentSlip::named(named)?;
			ensure!(slip.edge == args.edge, "the intent is of edge {}, not of {}", slip.edge, args.edge);
			slip.intent(genesis, &channel)?
		}
		None => {
			let key = args.key.load(ctx)?;
			let (by, place) = key.place_in(&channel)?;
			Intent { by, signed: key.signed(place, &SeverIntent { edge: args.edge }, genesis) }
		}
	};
	let found = evidence::find(ctx, chain, &at, &edge, args.evidence, args.expansions).await?;
	let call =
		of_edge("sever", args.edge).encoded(&at, "intent", &intent)?.encoded(&at, "evidence", &found)?;
	end(ctx, chain, args.edge, call, "Severed").await
}

/// Signs or checks intents.
pub async fn intent(ctx: &Ctx, chain: &Chain, verb: IntentVerb) -> Result<()> {
	let at = chain.best().await?;
	let genesis = chain.api.genesis_hash().0;
	match verb {
		IntentVerb::Sign { edge, out, key } => {
			let record = chain.existing_edge(&at, edge).await?;
			let channel = chain.live_channel(&at, record.channel).await?;
			let key = key.load(ctx)?;
			let (by, place) = key.place_in(&channel)?;
			let signed = key.signed(place, &SeverIntent { edge }, genesis);
			let slip = IntentSlip { genesis, edge, signed }.to_hex();
			if let Some(path) = &out {
				crate::files::write_whole(path, slip.as_bytes())?;
				ctx.out.progress(&format!("the intent is in {}", path.display()));
			}
			let json = json!({ "edge": edge, "by": crate::args::side_name(by), "intent": slip });
			ctx.out.emit(&json, || slip.clone())
		}
		IntentVerb::Verify { intent } => {
			let slip = IntentSlip::named(&intent)?;
			let edge = chain.existing_edge(&at, slip.edge).await?;
			let channel = chain.live_channel(&at, edge.channel).await?;
			let intent = slip.intent(genesis, &channel)?;
			let account = crate::args::address(&channel.parties.of(intent.by).account);
			let open = edge.life.closed_at.is_none();
			let (by, state) = (crate::args::side_name(intent.by), super::show::state_name(&edge));
			let json =
				json!({ "edge": slip.edge, "by": by, "account": account, "counts": open, "state": state });
			ctx.out.emit(&json, || {
				pairs([
					("edge", slip.edge.to_string()),
					("signed by", format!("the {by}, {account}")),
					("counts", (if open { "yes" } else { "no: the edge has ended" }).to_owned()),
					("edge is", state.clone()),
				])
			})
		}
	}
}
