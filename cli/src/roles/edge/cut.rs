//! Cut certificates: built from the network as of a block, submitted page by page, and brought to their end.

use super::{
	args::NodeArg,
	evidence::{between, search, MOST},
};
use crate::{
	args::address,
	chain::{
		call::{number, Call},
		submit::{fee_of, submit, Receipt, Submission},
		At, Chain,
	},
	cli::Ctx,
	edges::search::{Outcome, Search},
	output::{pairs, table},
	roles::{print_receipt, stake::next_block},
};
use anyhow::{bail, ensure, Context, Result};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_primitives::{topology::NodeId, Balance, EdgeId};

/// How many of the latest certificates are looked at.
const NUMBERS: u32 = 200;

/// What can be done with certificates.
#[derive(Subcommand, Debug)]
pub enum CutVerb {
	/// Show which nodes a certificate would list, without submitting one
	Show(CutArgs),
	/// Build a certificate, submit it page by page, and have its nodes relabelled.
	Submit(CutArgs),
	/// Bring a certificate to its end of which all nodes are listed
	Relabel {
		/// Its number
		certificate: u32,
	},
	/// Clear away a certificate that was given up or is too old: its deposits return
	Clear {
		/// Its number
		certificate: u32,
	},
	/// List certificates that are under way
	List,
}

/// Of what.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["edge", "node"]))]
pub struct CutArgs {
	/// The smaller side of an edge that has ended
	#[arg(long)]
	edge: Option<EdgeId>,
	/// What this node hangs together with, if that is not the centre; the smaller of the two
	#[arg(long, value_name = "NODE")]
	node: Option<NodeArg>,
	/// As of the end of which block; the latest that is final when left out
	#[arg(long, value_name = "BLOCK")]
	as_of: Option<u32>,
}

/// A component that was found.
struct Found {
	as_of: u32,
	members: Vec<NodeId>,
	/// What they weigh, and what their known component does.
	weight: u128,
	whole: u128,
}

async fn look(chain: &Chain, args: &CutArgs) -> Result<Found> {
	let at = match args.as_of {
		Some(block) => chain.at_named(&block.to_string()).await?,
		None => chain.finalized().await?,
	};
	let outcome = match (&args.edge, &args.node) {
		(Some(id), _) => {
			let edge = chain.existing_edge(&at, *id).await?;
			let ends = [edge.ends.opener, edge.ends.acceptor];
			if edge.life.closed_at.is_none() {
				bail!("as of block {} edge {id} is open: wait until its end is final", at.block_number());
			}
			between(chain, &at, ends, None).await?
		}
		(None, Some(node)) => {
			let node = node.find(chain, &at).await?.id;
			match chain.centre(&at).await?.filter(|centre| centre.node != node) {
				Some(centre) => between(chain, &at, [node, centre.node], None).await?,
				None => search(chain, &at, Search::new(node, None, None, MOST)).await?,
			}
		}
		(None, None) => bail!("of what: --edge or --node"),
	};
	let members = match outcome {
		Outcome::Component(members) => members,
		Outcome::Connected(way) => bail!(
			"nothing is cut off there as of block {}: a way leads along {}",
			at.block_number(),
			way.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
		),
		Outcome::Undecided => {
			bail!("both sides are larger than {MOST} nodes: too large to be listed from here")
		}
	};
	describe(chain, &at, members).await
}

async fn describe(chain: &Chain, at: &At, members: Vec<NodeId>) -> Result<Found> {
	let mut weight = 0u128;
	for member in &members {
		weight = weight.saturating_add(chain.existing_node(at, *member).await?.weight);
	}
	let first = *members.first().context("a component has a node")?;
	let whole = chain.component(at, first).await?.map_or(weight, |component| component.weight);
	Ok(Found { as_of: u32::try_from(at.block_number())?, members, weight, whole })
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: CutVerb) -> Result<()> {
	match verb {
		CutVerb::Show(args) => {
			let found = look(chain, &args).await?;
			let money = chain.native();
			let rest = found.whole.saturating_sub(found.weight);
			let json = json!({
				"as_of": found.as_of,
				"members": found.members,
				"weight": money.plain(found.weight),
				"rest": money.plain(rest),
			});
			ctx.out.emit(&json, || {
				let members = found.members.iter().map(ToString::to_string).collect::<Vec<_>>();
				pairs([
					("as of block", found.as_of.to_string()),
					("listed", members.join(", ")),
					("weigh", money.show(found.weight)),
					("the rest", format!("weighs {}, as far as is known", money.show(rest))),
				])
			})
		}
		CutVerb::Submit(args) => {
			let found = look(chain, &args).await?;
			if ctx.options.dry_run || ctx.options.encode {
				let call = first_page(chain, &found.members, found.as_of).await?;
				submit(ctx, chain, &call).await?;
				return Ok(());
			}
			let receipts = show(ctx, chain, &found.members, found.as_of).await?;
			emit(ctx, chain, &receipts)
		}
		CutVerb::Relabel { certificate } => {
			let receipts = bring_to_end(ctx, chain, "relabel", certificate).await?;
			emit(ctx, chain, &receipts)
		}
		CutVerb::Clear { certificate } => {
			let receipts = bring_to_end(ctx, chain, "clear_certificate", certificate).await?;
			emit(ctx, chain, &receipts)
		}
		CutVerb::List => list(ctx, chain).await,
	}
}

fn emit(ctx: &Ctx, chain: &Chain, receipts: &[Receipt]) -> Result<()> {
	match receipts {
		[] => Ok(()),
		[one] => print_receipt(ctx, chain, one, Vec::new()),
		several => {
			let json: Vec<Value> = several.iter().map(|one| Value::Object(one.json(chain))).collect();
			ctx.out.emit(&json!({ "transactions": json }), || {
				pairs(several.iter().flat_map(|one| one.human(chain)))
			})
		}
	}
}

async fn first_page(chain: &Chain, members: &[NodeId], as_of: u32) -> Result<Call> {
	let at = chain.best().await?;
	let page = page(&at, members, 0)?;
	let reads = reads_for(chain, &at, &page).await?;
	Call::new("Topology", "begin_certificate")
		.arg("as_of", number(as_of))
		.encoded(&at, "list", &page)
		.map(|call| call.arg("reads", number(reads)))
}

/// The nodes that come next, as many as fit.
fn page(at: &At, members: &[NodeId], taken: usize) -> Result<Vec<NodeId>> {
	let most = usize::try_from(Chain::topology_bound(at, "MaxList")?)?;
	Ok(members.iter().skip(taken).take(most).copied().collect())
}

/// What reading these takes, as far as a call may: two for each, one for each page of its edges and one for each of these.
async fn reads_for(chain: &Chain, at: &At, page: &[NodeId]) -> Result<u32> {
	let most = Chain::topology_bound(at, "MaxReads")?;
	let mut reads = 0u32;
	for node in page {
		let edges = u32::try_from(chain.half_edges(at, *node).await?.len())?;
		reads = reads.saturating_add(2).saturating_add(edges).saturating_add(edges / 8).saturating_add(4);
	}
	Ok(reads.min(most))
}

async fn included(ctx: &Ctx, chain: &Chain, call: &Call) -> Result<Receipt> {
	match submit(ctx, chain, call).await? {
		Submission::Included(receipt) => Ok(*receipt),
		Submission::Shown => bail!("nothing was submitted"),
	}
}

/// The latest that an event of `Topology` says of a certificate.
fn told(receipt: &Receipt, event: &str, field: &str) -> Option<Value> {
	let found = receipt.events.iter().rev().find(|one| one.pallet == "Topology" && one.name == event)?;
	found.fields.get(field).cloned()
}

/// What a certificate of these nodes is going to cost in fees, in the native token's smallest unit: as many calls as it takes
/// to list them and to relabel them, and one more, each as dear as the first.
pub async fn cost(ctx: &Ctx, chain: &Chain, at: &At, members: &[NodeId], as_of: u32) -> Result<Balance> {
	let first = fee_of(ctx, chain, &first_page(chain, members, as_of).await?).await?;
	let calls = |bound: &str| -> Result<usize> {
		Ok(members.len().div_ceil(usize::try_from(Chain::topology_bound(at, bound)?)?.max(1)))
	};
	let calls = calls("MaxList")?.saturating_add(calls("MaxSearch")?).saturating_add(1);
	Ok(first.saturating_mul(u128::try_from(calls)?))
}

/// Submits a certificate of these nodes as of a block, and brings it to its end.
pub async fn show(ctx: &Ctx, chain: &Chain, members: &[NodeId], as_of: u32) -> Result<Vec<Receipt>> {
	let first = first_page(chain, members, as_of).await?;
	let mut receipts = vec![included(ctx, chain, &first).await?];
	let id = receipts[0].number("Topology", "certificate").context("the certificate has no number")?;
	let id = u32::try_from(id)?;
	let mut taken = 0usize;
	loop {
		let last = receipts.last().context("something was submitted")?;
		let new = told(last, "Listed", "taken").and_then(|taken| taken.as_u64()).unwrap_or_default();
		taken = taken.saturating_add(usize::try_from(new)?);
		if told(last, "Listed", "complete") == Some(Value::Bool(true)) {
			break;
		}
		ensure!(taken < members.len(), "edges lead out of the list: it is not a component any more");
		let at = chain.best().await?;
		let page = page(&at, members, taken)?;
		let reads = reads_for(chain, &at, &page).await?;
		let call = Call::new("Topology", "extend_certificate")
			.arg("certificate", number(id))
			.encoded(&at, "list", &page)?
			.arg("reads", number(reads));
		receipts.push(included(ctx, chain, &call).await?);
	}
	receipts.extend(bring_to_end(ctx, chain, "relabel", id).await?);
	Ok(receipts)
}

/// Relabels or clears what a certificate lists, so many at a time, until nothing is left.
async fn bring_to_end(ctx: &Ctx, chain: &Chain, name: &str, id: u32) -> Result<Vec<Receipt>> {
	let mut receipts = Vec::new();
	loop {
		let at = chain.best().await?;
		let certificate = match receipts.is_empty() {
			true => Some(chain.existing_certificate(&at, id).await?),
			false => chain.certificate(&at, id).await?,
		};
		let Some(certificate) = certificate else { return Ok(receipts) };
		let most = Chain::topology_bound(&at, "MaxSearch")?;
		let call = Call::new("Topology", name)
			.arg("certificate", number(id))
			.arg("count", number(certificate.members.clamp(1, most)));
		if ctx.options.dry_run || ctx.options.encode {
			submit(ctx, chain, &call).await?;
			return Ok(receipts);
		}
		let receipt = included(ctx, chain, &call).await?;
		let over = told(&receipt, "CertificateEnded", "certificate").is_some();
		receipts.push(receipt);
		if over {
			return Ok(receipts);
		}
	}
}

async fn list(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let all = chain.certificates(&at, NUMBERS).await?;
	let now = next_block(&at)?;
	let list: Vec<Value> = all
		.iter()
		.map(|one| {
			json!({
				"certificate": one.id,
				"by": address(&one.by),
				"as_of": one.as_of,
				"first": one.first,
				"members": one.members,
				"stage": one.stage.to_lowercase(),
			})
		})
		.collect();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|one| {
			[
				one.id.to_string(),
				address(&one.by),
				format!("{} ({} blocks ago)", one.as_of, now.saturating_sub(one.as_of)),
				one.first.to_string(),
				one.members.to_string(),
				one.stage.to_lowercase(),
			]
		});
		table(["CERTIFICATE", "BY", "AS OF", "FIRST", "NODES", "STAGE"], rows)
	})
}
