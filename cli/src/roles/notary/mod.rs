//! Notaries: what they certify and ask, whom they attest, what they publish, and what they can be shown to have done.

pub mod attestations;
pub mod audit;
pub mod bounties;
pub mod evidence;
pub mod leave;
pub mod log;
pub mod omission;
pub mod publish;
pub mod register;
pub mod report;
pub mod requests;
pub mod show;
pub mod subsidies;
pub mod watch;

use crate::{amount::Decimal, args::AccountArg, cli::Ctx, presence::claims::ReasonArg};
use anyhow::Result;
use clap::Subcommand;
use surety_primitives::notary::{RequestId, Slot};

/// What notaries can do, and others with them.
#[derive(Subcommand, Debug)]
pub enum NotaryVerb {
	/// Become a notary: say what you certify, what you ask, how you publish. Be an operator first, with own stake allocated
	/// to the reserved service of notaries
	Register(register::RegisterArgs),
	/// Change what you certify and what you ask for it
	Terms(register::TermsArgs),
	/// Sign with another key from the next window on. Keep the old one until its windows can no longer be disputed
	Key(register::KeyArgs),
	/// Put the key into the keystore of the node at --url, which publishes with it
	InsertKey(register::InsertArgs),
	/// Publish in another way from the next window on
	Mode {
		/// How: link, mixed or strict
		mode: register::ModeArg,
	},
	/// Say where publications are found
	Link {
		/// URL
		link: String,
	},
	/// List open requests
	Requests {
		/// To whom; to that of the key when left out
		#[arg(conflicts_with = "all")]
		notary: Option<AccountArg>,
		/// To all notaries
		#[arg(long)]
		all: bool,
	},
	/// Say what you ask for a request that is on quote
	Quote {
		/// Number of the request
		id: RequestId,
		/// Once, in whole tokens
		#[arg(long, value_name = "AMOUNT")]
		issue: Decimal,
		/// For each window, in whole tokens
		#[arg(long, value_name = "AMOUNT", default_value = "0")]
		watch: Decimal,
	},
	/// Attest what was requested and paid for, having validated it
	Attest {
		/// Numbers of the requests
		#[arg(required = true)]
		ids: Vec<RequestId>,
	},
	/// Refuse a request; everything held for it returns
	Refuse {
		/// Number of the request
		id: RequestId,
		/// Why: unavailable, too-slow, too-late, elsewhere, unreachable, claim-failed, key-lost, leaving or other:NUMBER
		#[arg(long)]
		reason: ReasonArg,
	},
	/// List the attestations of a notary
	Attestations {
		/// Whose; that of the key when left out
		notary: Option<AccountArg>,
	},
	/// Take an attestation back: what was paid ahead returns to the operator
	Revoke {
		/// Its slot
		slot: Slot,
		/// Why: unavailable, too-slow, too-late, elsewhere, unreachable, claim-failed, key-lost, leaving or other:NUMBER
		#[arg(long)]
		reason: ReasonArg,
	},
	/// Be paid for the windows in which you have watched
	Collect(attestations::SlotsArgs),
	/// End attestations that are no longer paid for, or whose offers are not what they were, and requests that are too late
	Expire(attestations::ExpireArgs),
	/// Show what the node has published and the chain has of it, window by window; hand in by yourself what is missing
	Publish(publish::PublishArgs),
	/// Show the log of attestations, and check it against its head
	Log(log::LogArgs),
	/// Check what notaries have published, report what can be shown, challenge, answer challenges
	Audit(audit::AuditArgs),
	/// Report what a notary has done, with evidence from wherever it comes: a slash is under review from then on. `audit`
	/// finds most of it by itself
	#[command(subcommand)]
	Report(evidence::ReportVerb),
	/// Bounties that all share who are present: put up, claim, close
	#[command(subcommand)]
	Bounty(bounties::BountyVerb),
	/// Subsidies of attestations of offers that are free of charge: pay, close
	#[command(subcommand)]
	Subsidy(subsidies::SubsidyVerb),
	/// Watch your attested offers: probe what is certified, and revoke what has failed for its grace time. Runs until it is
	/// stopped
	Watch(watch::WatchArgs),
	/// Show how a notary stands
	Status {
		/// Whose; that of the key when left out
		notary: Option<AccountArg>,
	},
	/// List notaries, and which of them the chain trusts: their word counts for clients that name none
	List,
	/// Stop being a notary: take no more requests, end what is attested, get bond and deposits back. Does what can be done
	/// now and says what is left; run it again later
	Leave(leave::LeaveArgs),
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: NotaryVerb) -> Result<()> {
	// It reads its file before it connects, and connects again and again.
	let verb = match verb {
		NotaryVerb::Watch(args) => return watch::run(ctx, args).await,
		verb => verb,
	};
	let chain = ctx.chain().await?;
	match verb {
		NotaryVerb::Register(args) => register::register(ctx, &chain, args).await,
		NotaryVerb::Terms(args) => register::terms(ctx, &chain, args).await,
		NotaryVerb::Key(args) => register::key(ctx, &chain, args).await,
		NotaryVerb::InsertKey(args) => register::insert(ctx, &chain, args).await,
		NotaryVerb::Mode { mode } => register::mode(ctx, &chain, mode).await,
		NotaryVerb::Link { link } => register::link(ctx, &chain, &link).await,
		NotaryVerb::Requests { notary, all } => {
			let of = if all { None } else { Some(ctx.account(&notary)?) };
			requests::list(ctx, &chain, of.as_ref()).await
		}
		NotaryVerb::Quote { id, issue, watch } => requests::quote(ctx, &chain, id, &issue, &watch).await,
		NotaryVerb::Attest { ids } => requests::attest(ctx, &chain, ids).await,
		NotaryVerb::Refuse { id, reason } => requests::refuse(ctx, &chain, id, reason).await,
		NotaryVerb::Attestations { notary } => attestations::list(ctx, &chain, &ctx.account(&notary)?).await,
		NotaryVerb::Revoke { slot, reason } => attestations::revoke(ctx, &chain, slot, reason).await,
		NotaryVerb::Collect(args) => attestations::collect(ctx, &chain, args).await,
		NotaryVerb::Expire(args) => attestations::expire(ctx, &chain, args).await,
		NotaryVerb::Publish(args) => publish::run(ctx, &chain, args).await,
		NotaryVerb::Log(args) => log::run(ctx, &chain, args).await,
		NotaryVerb::Audit(args) => audit::run(ctx, &chain, args).await,
		NotaryVerb::Report(verb) => evidence::run(ctx, &chain, verb).await,
		NotaryVerb::Bounty(verb) => bounties::run(ctx, &chain, verb).await,
		NotaryVerb::Subsidy(verb) => subsidies::run(ctx, &chain, verb).await,
		NotaryVerb::Watch(args) => watch::run(ctx, args).await,
		NotaryVerb::Status { notary } => show::status(ctx, &chain, &ctx.account(&notary)?).await,
		NotaryVerb::List => show::list(ctx, &chain).await,
		NotaryVerb::Leave(args) => leave::leave(ctx, &chain, args).await,
	}
}
