//! Governance: slashes under review, referenda, the committee, and what becomes of what slashes took.

pub mod committee;
pub mod proposal;
pub mod referenda;
pub mod settlements;
pub mod slashes;
pub mod validators;
pub mod votes;

use crate::{args::AccountArg, chain::call::number, cli::Ctx};
use anyhow::Result;
use clap::Subcommand;
use committee::CommitteeVerb;
use proposal::Proposal;
use surety_primitives::{SettlementId, SlashId};
use votes::VoteArgs;

/// What can be done about slashes, and how it is decided.
#[derive(Subcommand, Debug)]
pub enum GovVerb {
	/// List the slashes that are under review or wait to be applied, or show one with its claims
	Slashes {
		/// Number of the slash
		id: Option<SlashId>,
		/// Also those that were applied or vetoed not long ago
		#[arg(long)]
		all: bool,
	},
	/// Open a referendum that vetoes a slash: submit it, and place the decision deposit, in one transaction
	Veto {
		/// Number of the slash
		id: SlashId,
	},
	/// List slashes of validators that wait to be applied
	ValidatorSlashes,
	/// Open a referendum that cancels slashes of validators: submit it, and place the decision deposit
	VetoValidator(validators::Places),
	/// List referenda that are not decided: what they would do, how the votes stand, when they are decided
	Referenda {
		/// How many of the newest to look at
		#[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
		last: u32,
	},
	/// Vote on a referendum
	Vote(VoteArgs),
	/// Take a vote back
	Unvote {
		/// Number of the referendum
		referendum: u32,
	},
	/// Take back votes on referenda that are over, and unlock what is no longer locked
	Unlock {
		/// Whose lock; that of the key when left out. Votes are taken back for the key only
		account: Option<AccountArg>,
	},
	/// Return the deposits of a referendum that is over, as far as they are returned
	Refund {
		/// Number of the referendum
		referendum: u32,
	},
	/// Show the technical committee and its open motions, or act as a member of it
	Committee {
		/// What a member does
		#[command(subcommand)]
		verb: Option<CommitteeVerb>,
	},
	/// Apply a slash whose review is over. Anybody can; the chain does it by itself in what blocks have left
	Apply {
		/// Number of the slash
		id: SlashId,
		/// In how many more assets at the most; in all when left out
		#[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
		assets: Option<u32>,
	},
	/// Forget a slash that was decided and whose evidence nobody can report again; the reporter gets the deposit back
	Forget {
		/// Number of the slash
		id: SlashId,
	},
	/// List what slashes took and who has a claim to it
	Settlements,
	/// Close a settlement whose time for claims is over; the chain does it by itself too
	CloseSettlement {
		/// Number of the settlement
		id: SettlementId,
	},
	/// Have somebody paid what is due by a settlement; it goes to its owner in any case
	Collect {
		/// Number of the settlement
		settlement: SettlementId,
		/// Who is paid
		who: AccountArg,
	},
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: GovVerb) -> Result<()> {
	let chain = ctx.chain().await?;
	match verb {
		GovVerb::Slashes { id: Some(id), .. } => slashes::show(ctx, &chain, id).await,
		GovVerb::Slashes { id: None, all } => slashes::list(ctx, &chain, all).await,
		GovVerb::Veto { id } => {
			let proposal = Proposal::veto(&chain, id).await?;
			referenda::open(ctx, &chain, proposal).await
		}
		GovVerb::ValidatorSlashes => validators::list(ctx, &chain).await,
		GovVerb::VetoValidator(places) => {
			let proposal = Proposal::veto_validators(&chain, &places).await?;
			referenda::open(ctx, &chain, proposal).await
		}
		GovVerb::Referenda { last } => referenda::list(ctx, &chain, last).await,
		GovVerb::Vote(args) => votes::vote(ctx, &chain, &args).await,
		GovVerb::Unvote { referendum } => votes::unvote(ctx, &chain, referendum).await,
		GovVerb::Unlock { account } => votes::unlock(ctx, &chain, &account).await,
		GovVerb::Refund { referendum } => referenda::refund(ctx, &chain, referendum).await,
		GovVerb::Committee { verb } => committee::run(ctx, &chain, verb).await,
		GovVerb::Apply { id, assets } => slashes::apply(ctx, &chain, id, assets).await,
		GovVerb::Forget { id } => {
			super::run_call(ctx, &chain, slashes::on("forget").arg("slash", number(id))).await
		}
		GovVerb::Settlements => settlements::list(ctx, &chain).await,
		GovVerb::CloseSettlement { id } => settlements::close(ctx, &chain, id).await,
		GovVerb::Collect { settlement, who } => settlements::collect(ctx, &chain, settlement, &who.0).await,
	}
}
