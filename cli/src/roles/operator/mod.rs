//! Operators: what they sell, on what terms, to whom, and how they leave.

pub mod announce;
pub mod attest;
pub mod clients;
pub mod leave;
pub mod offers;
pub mod report;
pub mod services;
pub mod stake;
pub mod status;

use super::{
	notary::bounties::{self, ClaimArgs},
	run_call,
	stake::{self as positions, StakeArgs, UnstakeArgs},
};
use crate::{
	args::{text_or_file, AccountArg},
	chain::call::{bytes, number, Call},
	cli::Ctx,
};
use anyhow::{Error, Result};
use clap::Subcommand;
use leave::Goal;
use offers::{OfferArgs, OfferChange};
use report::ReportArgs;
use services::{ReporterArgs, ServiceArgs, ServiceChange};
use stake::{AllocateArgs, CommissionArgs, DeallocateArgs, RewardArgs};
use surety_primitives::{notary::RequestId, ServiceId, SubscriptionId};

/// What operators can do.
#[derive(Subcommand, Debug)]
pub enum OperatorVerb {
	/// Create a service that operators can offer
	ServiceCreate(ServiceArgs),
	/// Change a service; what is not named stays
	ServiceUpdate(ServiceChange),
	/// Let nobody make new offers of a service
	ServiceRetire {
		/// Number of the service
		service: ServiceId,
	},
	/// Remove a retired service without offers, and get its deposit back
	ServiceRemove {
		/// Number of the service
		service: ServiceId,
	},
	/// Say who may report offences for a service; each report is reviewed before anything is slashed
	ServiceReporter(ReporterArgs),
	/// Report an offence of an operator, as the reporter of the service: a slash is under review from then on. A deposit
	/// is held, and lost if governance vetoes
	ServiceReport(ReportArgs),
	/// Become an operator
	Join {
		/// What you say of yourself: name, keys, endpoints; from a file when it begins with @
		#[arg(long, default_value = "", value_name = "TEXT")]
		metadata: String,
	},
	/// Change what you say of yourself
	Update {
		/// What you say of yourself: name, keys, endpoints; from a file when it begins with @
		#[arg(long, value_name = "TEXT")]
		metadata: String,
	},
	/// Take no new clients on any offer
	Pause,
	/// Take new clients again
	Resume,
	/// Stake on yourself; it counts from the next era on, and backs the services that you allocate it to
	Stake(StakeArgs),
	/// Take own stake back: what does not count yet at once, the rest after the unbonding period
	Unstake(UnstakeArgs),
	/// Have own stake paid out that has unbonded, in every asset
	Withdraw,
	/// Put more of your stake behind a service, from the next era on: own and delegated, in one asset
	Allocate(AllocateArgs),
	/// Take stake away from a service; it is free when no offence of that time can be punished any longer
	Deallocate(DeallocateArgs),
	/// Say what part of what you are paid in an asset you keep; the rest is shared with the stake on you in it. Without
	/// it you keep everything. It may fall at any time, and rise by little once in an unbonding period
	Commission(CommissionArgs),
	/// Give something to everybody who has stake that counts, pro rata
	Reward(RewardArgs),
	/// Have what your own stake has earned paid out, in every asset
	Collect,
	/// Offer a service: what you promise, what it costs, what you put up for it. Stake and allocate first
	Offer(OfferArgs),
	/// Change an offer for new clients; what is not named stays
	OfferUpdate(OfferChange),
	/// Take no new clients on one offer
	OfferPause {
		/// Number of the service
		#[arg(long)]
		service: ServiceId,
	},
	/// Take new clients on one offer again
	OfferResume {
		/// Number of the service
		#[arg(long)]
		service: ServiceId,
	},
	/// Put up more for an offer, of your own stake that is allocated to the service
	AddBond {
		/// Number of the service
		#[arg(long)]
		service: ServiceId,
		/// How much more, in whole tokens
		#[arg(long)]
		amount: crate::amount::Decimal,
	},
	/// Close an offer: no new clients, the others are served until the notice period ends
	Close {
		/// Number of the service
		#[arg(long)]
		service: ServiceId,
	},
	/// Stop being an operator: close all offers, let clients go. Your stake stays. Does what can be done now
	/// and says what is left; run it again later, or let it wait
	Leave {
		/// Stay until everything is done
		#[arg(long)]
		wait_until_done: bool,
	},
	/// Leave, take all your own stake back, and have it paid out. Does what can be done now and says what is
	/// left; run it again later, or let it wait
	Exit {
		/// Stay until everything is done
		#[arg(long)]
		wait_until_done: bool,
	},
	/// Have an offer attested by a notary: say what it is to certify, pay, wait for it
	Attest(attest::AttestArgs),
	/// Pay what a notary asks for a request that it has quoted
	AcceptQuote {
		/// Number of the request
		id: RequestId,
	},
	/// Show what is attested of an operator's offers, and what it has requested
	Attestations {
		/// Whose; those of the key when left out
		account: Option<AccountArg>,
	},
	/// Have an attestation watched for longer
	Renew(attest::RenewArgs),
	/// Give an attestation up; what was paid ahead returns, but for the window that has begun
	Resign(attest::OwnArgs),
	/// Announce with another key from the next window on
	PresenceKey(attest::PresenceKeyChange),
	/// Say in each window that your attested offers are present. Runs until it is stopped
	Announce(announce::AnnounceArgs),
	/// Claim your part of bounties, for the windows in which notaries said that you were present
	ClaimBounty(ClaimArgs),
	/// Show an operator, its stake, its offers, its clients, and what it could claim
	Status {
		/// Whose; that of the key when left out
		account: Option<AccountArg>,
	},
	/// Take what clients owe
	Claim {
		/// Number of the subscription
		#[arg(required_unless_present = "all", conflicts_with = "all")]
		id: Option<SubscriptionId>,
		/// Of all clients
		#[arg(long)]
		all: bool,
	},
	/// End a subscription with notice; the client gets the rest back
	End {
		/// Number of the subscription
		#[arg(required_unless_present = "all", conflicts_with = "all")]
		id: Option<SubscriptionId>,
		/// Of all clients
		#[arg(long)]
		all: bool,
	},
	/// Pay out what could not be paid when a subscription was cancelled or closed
	Settle {
		/// Number of the subscription
		id: SubscriptionId,
	},
	/// Close subscriptions that have ended: the operator is paid, the client gets the rest back
	CloseSubscriptions {
		/// Numbers of the subscriptions; all that have ended at the operator when left out
		ids: Vec<SubscriptionId>,
		/// Whose; that of the key when left out
		#[arg(long)]
		operator: Option<AccountArg>,
	},
}

/// Does it.
pub async fn run(ctx: &Ctx, verb: OperatorVerb) -> Result<()> {
	// It connects by itself, again and again.
	if let OperatorVerb::Announce(args) = verb {
		return announce::announce(ctx, args).await;
	}
	let chain = ctx.chain().await?;
	let of_offer =
		|name: &str, service: ServiceId| Call::new("Registry", name).arg("service", number(service));
	let of_service = |name: &str, id: ServiceId| Call::new("Registry", name).arg("id", number(id));
	let with_metadata = |name: &str, text: &str| -> Result<Call> {
		let metadata = text_or_file(text).map_err(Error::msg)?;
		Ok(Call::new("Registry", name).arg("metadata", bytes(metadata)))
	};
	let call = match verb {
		OperatorVerb::ServiceCreate(args) => return services::create(ctx, &chain, args).await,
		OperatorVerb::ServiceUpdate(change) => return services::update(ctx, &chain, change).await,
		OperatorVerb::ServiceReport(args) => return report::report(ctx, &chain, args).await,
		OperatorVerb::Offer(args) => return offers::make(ctx, &chain, args).await,
		OperatorVerb::OfferUpdate(change) => return offers::update(ctx, &chain, change).await,
		OperatorVerb::Stake(args) => return positions::stake(ctx, &chain, &ctx.signer()?, args).await,
		OperatorVerb::Unstake(args) => return positions::unstake(ctx, &chain, &ctx.signer()?, args).await,
		OperatorVerb::Withdraw => return stake::withdraw(ctx, &chain).await,
		OperatorVerb::Allocate(args) => return stake::allocate(ctx, &chain, &args).await,
		OperatorVerb::Deallocate(args) => return stake::deallocate(ctx, &chain, &args).await,
		OperatorVerb::Commission(args) => stake::set_commission(&args),
		OperatorVerb::Reward(args) => return stake::reward(ctx, &chain, &args).await,
		OperatorVerb::Collect => return stake::collect(ctx, &chain).await,
		OperatorVerb::AddBond { service, amount } => {
			return offers::add_bond(ctx, &chain, service, &amount).await
		}
		OperatorVerb::Leave { wait_until_done } => {
			return leave::leave(ctx, &chain, Goal::Leave, wait_until_done).await
		}
		OperatorVerb::Exit { wait_until_done } => {
			return leave::leave(ctx, &chain, Goal::Exit, wait_until_done).await
		}
		OperatorVerb::Attest(args) => return attest::attest(ctx, &chain, args).await,
		OperatorVerb::AcceptQuote { id } => return attest::accept_quote(ctx, &chain, id).await,
		OperatorVerb::Attestations { account } => {
			return attest::list(ctx, &chain, &ctx.account(&account)?).await
		}
		OperatorVerb::Renew(args) => return attest::renew(ctx, &chain, args).await,
		OperatorVerb::Resign(args) => return attest::resign(ctx, &chain, args).await,
		OperatorVerb::PresenceKey(change) => return attest::set_key(ctx, &chain, change).await,
		OperatorVerb::Announce(args) => return announce::announce(ctx, args).await,
		OperatorVerb::ClaimBounty(args) => return bounties::claim(ctx, &chain, args).await,
		OperatorVerb::Status { account } => {
			return status::status(ctx, &chain, &ctx.account(&account)?).await
		}
		OperatorVerb::Claim { id, .. } => return clients::claim(ctx, &chain, id).await,
		OperatorVerb::End { id, .. } => return clients::end(ctx, &chain, id).await,
		OperatorVerb::Settle { id } => return super::client::subscriptions::settle(ctx, &chain, id).await,
		OperatorVerb::CloseSubscriptions { ids, operator } => {
			return clients::close(ctx, &chain, ids, &operator).await
		}
		OperatorVerb::ServiceRetire { service } => of_service("retire_service", service),
		OperatorVerb::ServiceRemove { service } => of_service("remove_service", service),
		OperatorVerb::ServiceReporter(args) => services::set_reporter(&args),
		OperatorVerb::Join { metadata } => with_metadata("join", &metadata)?,
		OperatorVerb::Update { metadata } => with_metadata("update_operator", &metadata)?,
		OperatorVerb::Pause => Call::new("Registry", "pause"),
		OperatorVerb::Resume => Call::new("Registry", "resume"),
		OperatorVerb::OfferPause { service } => of_offer("pause_offer", service),
		OperatorVerb::OfferResume { service } => of_offer("resume_offer", service),
		OperatorVerb::Close { service } => of_offer("close_offer", service),
	};
	run_call(ctx, &chain, call).await
}
