//! What a notary's node has published, what the chain has of it, and what is handed in by hand.

use super::{register::mode_name, report::fault_name};
use crate::{
	args::AccountArg,
	chain::{call::Call, At, Chain},
	cli::Ctx,
	error::usage,
	output::{hex, table},
	presence::{
		rpc::PresenceNode,
		sources::at_node,
		verify::{check_signed, Expected},
	},
	roles::{run_call, run_call_with},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use codec::Encode;
use serde_json::{json, Value};
use sp_crypto_hashing::blake2_256;
use std::path::PathBuf;
use surety_presence::message::Snapshot;
use surety_primitives::{
	notary::{LogEntry, PublicationMode, Window},
	AccountId,
};

/// What to look at, or to hand in.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").args(["window", "snapshot"]))]
pub struct PublishArgs {
	/// Hand in what the node has of this window and the chain has not: the node does it by itself unless something is in
	/// its way
	#[arg(long)]
	window: Option<Window>,
	/// Commit to a list of all active attestations, and write it to this file, to be put under --link
	#[arg(long, value_name = "FILE")]
	snapshot: Option<PathBuf>,
	/// Where the list of --snapshot is going to be found
	#[arg(long, value_name = "URL", requires = "snapshot", default_value = "")]
	link: String,
	/// How many of the last windows to show
	#[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
	windows: u32,
	/// Whose; those of the key when left out
	#[arg(long)]
	notary: Option<AccountArg>,
}

/// Shows or hands in.
pub async fn run(ctx: &Ctx, chain: &Chain, args: PublishArgs) -> Result<()> {
	let at = chain.best().await?;
	let notary = ctx.account(&args.notary)?;
	chain.existing_notary(&at, &notary).await?;
	let node = PresenceNode::of(&ctx.options.url, chain.raw.clone());
	match (args.window, &args.snapshot) {
		(Some(window), _) => hand_in(ctx, chain, &at, &node, &notary, window).await,
		(None, Some(path)) => snapshot(ctx, chain, &notary, path, &args.link).await,
		(None, None) => show(ctx, chain, &at, &node, &notary, args.windows).await,
	}
}

/// What the chain says of a window, and how it is published.
async fn hand_in(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	node: &PresenceNode,
	notary: &AccountId,
	window: Window,
) -> Result<()> {
	let found = at_node(node, notary, Some(window)).await?;
	let found = found.with_context(|| format!("the node has published nothing of window {window}"))?;
	let signed = found.signed.context("the node has no commitment")?;
	let history = chain.notary_history(at, notary).await?;
	let expected = Expected {
		genesis: chain.api.genesis_hash().0,
		notary: notary.clone().into(),
		window,
		committed: None,
		owed: false,
		key: history.key_at(window),
	};
	check_signed(&expected, &signed)?;
	let call = match history.mode_at(window) {
		Some(PublicationMode::Strict) => Call::new("Notary", "publish")
			.encoded(at, "signed", &signed)?
			.encoded(at, "bytes", &found.bytes)?,
		Some(PublicationMode::Mixed) => Call::new("Notary", "commit").encoded(at, "signed", &signed)?,
		Some(PublicationMode::Link) => {
			bail!("window {window} is published under the link: nothing of it has to be on chain")
		}
		None => bail!("the notary was none yet in window {window}"),
	};
	run_call(ctx, chain, call).await
}

async fn show(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	node: &PresenceNode,
	notary: &AccountId,
	windows: u32,
) -> Result<()> {
	let now = chain.presence_window(at).await?;
	let history = chain.notary_history(at, notary).await?;
	let status = node.status().await;
	match &status {
		Ok(status) if !status.serves(notary) => {
			ctx.out.progress("this node does not have the notary's key: it publishes nothing for it");
		}
		Ok(_) => {}
		Err(error) => {
			ctx.out.progress(&format!("the node says nothing of presence: {}", crate::error::one_line(error)))
		}
	}
	let oldest = now.first_disputable.max(now.window.saturating_sub(windows));
	let mut list: Vec<Value> = Vec::new();
	let mut rows = Vec::new();
	for window in (oldest..now.window).rev() {
		let on_chain = chain.commitment(at, notary, window).await?;
		let published = match &status {
			Ok(_) => node.publication(notary, Some(window)).await?,
			Err(_) => None,
		};
		let committed = on_chain.as_ref().and_then(|info| info.commitment.as_ref());
		let made = published.as_ref().map(|published| &published.signed.commitment);
		let state = match (committed, made) {
			(Some(chain), Some(node)) if chain != node => "the node has another one",
			(Some(_), _) => "on chain",
			(None, Some(_)) if history.owes(window) => "made, not on chain",
			(None, Some(_)) => "made",
			(None, None) if history.owes(window) => "missing",
			(None, None) => "-",
		};
		let commitment = committed.or(made);
		let faults: Vec<&str> =
			on_chain.iter().flat_map(|info| &info.faults).map(|kind| fault_name(*kind)).collect();
		list.push(json!({
			"window": window,
			"mode": history.mode_at(window).map(mode_name),
			"state": state,
			"due": on_chain.as_ref().map(|info| info.due),
			"present": commitment.map(|one| one.present),
			"universe": commitment.map(|one| one.universe),
			"size": commitment.map(|one| one.size),
			"kind": commitment.map(|one| format!("{:?}", one.kind)),
			"on_chain": committed.is_some(),
			"bytes_on_chain": on_chain.as_ref().is_some_and(|info| info.published),
			"faults": faults,
		}));
		rows.push([
			window.to_string(),
			history.mode_at(window).map_or("-", mode_name).into(),
			commitment.map_or("-".into(), |one| format!("{} of {}", one.present, one.universe)),
			commitment.map_or("-".into(), |one| format!("{} bytes, {:?}", one.size, one.kind)),
			state.into(),
			on_chain.as_ref().map_or("-".into(), |info| info.due.to_string()),
			faults.join(" "),
		]);
	}
	ctx.out.emit(&list.into(), || {
		table(["WINDOW", "MODE", "PRESENT", "PUBLICATION", "STATE", "DUE", "FAULTS"], rows)
	})
}

/// Commits to a list of the attestations at a final block: the SCALE encoding of their entries of the log, in ascending
/// order of their slots.
async fn snapshot(ctx: &Ctx, chain: &Chain, notary: &AccountId, path: &PathBuf, link: &str) -> Result<()> {
	let link = link.as_bytes().to_vec().try_into().map_err(|_| usage("--link is too long"))?;
	let at = chain.finalized().await?;
	let info = chain.existing_notary(&at, notary).await?;
	let all = chain.attestations(&at, notary).await?;
	let attestations = u32::try_from(all.len())?;
	let list: Vec<LogEntry<AccountId>> = all
		.into_iter()
		.map(|one| LogEntry::Attested {
			slot: one.slot,
			generation: one.generation,
			operator: one.operator,
			service: one.service,
			claims: one.claims,
			until: one.until,
			subsidised: one.subsidy.is_some(),
		})
		.collect();
	let bytes = list.encode();
	std::fs::write(path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
	let snapshot = Snapshot {
		base_block: u32::try_from(at.block_number())?,
		log_leaves: info.log_leaves,
		attestations,
		bytes_hash: blake2_256(&bytes),
		size: u32::try_from(bytes.len())?,
		link,
	};
	ctx.out.progress(&format!("{} attestations, {} bytes, in {}", attestations, bytes.len(), path.display()));
	let call = Call::new("Notary", "commit_snapshot").encoded(&chain.best().await?, "snapshot", &snapshot)?;
	run_call_with(ctx, chain, call, |_| {
		vec![
			("attestations", attestations.into()),
			("bytes", bytes.len().into()),
			("hash", hex(snapshot.bytes_hash).into()),
		]
	})
	.await
}
