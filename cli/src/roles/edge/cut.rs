//! Cut certificates: built from the network as of a block, submitted page by page, and brought to their end.

use super::args::NodeArg;
use crate::{
	args::address,
	chain::{
		submit::{submit, Receipt},
		At, Chain,
	},
	cli::Ctx,
	edges::{
		certificates,
		evidence::{between, search, MOST},
		search::{Outcome, Search},
	},
	output::{pairs, table},
	roles::print_receipt,
};
use anyhow::{bail, Context, Result};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{topology::NodeId, EdgeId};

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
				let call = certificates::first_page(chain, &found.members, found.as_of).await?;
				submit(ctx, chain, &call).await?;
				return Ok(());
			}
			let progress = |text: &str| ctx.out.progress(text);
			let by = ctx.submitter(chain, &progress)?;
			let receipts = certificates::show(&by, &found.members, found.as_of).await?;
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

/// Brings a certificate to its end, or shows the call that would be next.
async fn bring_to_end(ctx: &Ctx, chain: &Chain, name: &str, id: u32) -> Result<Vec<Receipt>> {
	if ctx.options.dry_run || ctx.options.encode {
		let at = chain.best().await?;
		let certificate = chain.existing_certificate(&at, id).await?;
		submit(ctx, chain, &certificates::next_call(&at, name, id, certificate.members)?).await?;
		return Ok(Vec::new());
	}
	let progress = |text: &str| ctx.out.progress(text);
	let by = ctx.submitter(chain, &progress)?;
	certificates::bring_to_end(&by, name, id).await
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
