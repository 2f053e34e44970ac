//! Operators: what they sell, on what terms, to whom, and how they leave.

pub mod clients;
pub mod leave;
pub mod offers;
pub mod services;
pub mod status;

use super::run_call;
use crate::{
	args::{text_or_file, AccountArg},
	chain::call::{bytes, number, Call},
	cli::Ctx,
};
use anyhow::{Error, Result};
use clap::Subcommand;
use offers::{OfferArgs, OfferChange};
use services::{ServiceArgs, ServiceChange};
use surety_primitives::{ServiceId, SubscriptionId};

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
	/// Offer a service: what you promise, what it costs, what you put up for it
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
	/// Put up more for an offer; it counts after the activation delay
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
	/// Stop being an operator: close all offers, let clients go, get every bond back. Does what can be done
	/// now and says what is left; run it again later, or let it wait
	Leave {
		/// Stay until everything is done
		#[arg(long)]
		wait_until_done: bool,
	},
	/// Get the bond of a closed offer back, once it is unbonded
	Withdraw {
		/// Number of the service
		#[arg(long)]
		service: ServiceId,
	},
	/// Show an operator, its offers, its clients, and what it could claim
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
		OperatorVerb::Offer(args) => return offers::make(ctx, &chain, args).await,
		OperatorVerb::OfferUpdate(change) => return offers::update(ctx, &chain, change).await,
		OperatorVerb::Leave { wait_until_done } => return leave::leave(ctx, &chain, wait_until_done).await,
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
		OperatorVerb::Join { metadata } => with_metadata("join", &metadata)?,
		OperatorVerb::Update { metadata } => with_metadata("update_operator", &metadata)?,
		OperatorVerb::Pause => Call::new("Registry", "pause"),
		OperatorVerb::Resume => Call::new("Registry", "resume"),
		OperatorVerb::OfferPause { service } => of_offer("pause_offer", service),
		OperatorVerb::OfferResume { service } => of_offer("resume_offer", service),
		OperatorVerb::AddBond { service, amount } => {
			let amount = chain.native().units(&amount)?;
			of_offer("add_bond", service).arg("amount", number(amount))
		}
		OperatorVerb::Close { service } => of_offer("close_offer", service),
		OperatorVerb::Withdraw { service } => of_offer("withdraw_bond", service),
	};
	run_call(ctx, &chain, call).await
}
