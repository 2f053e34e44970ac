//! Clients of an operator: what they owe, and how their subscriptions end.

use crate::{
	args::AccountArg,
	chain::{
		batch::submit_all,
		call::{number, Call},
		render::is_some,
		state::read,
		At, Chain,
	},
	cli::Ctx,
	roles::run_call,
};
use anyhow::Result;
use subxt::ext::scale_value::At as _;
use surety_primitives::{api::SubscriptionInfo, SubscriptionId};

/// A call of `Subscriptions` on one subscription.
pub fn on(name: &str, subscription: &SubscriptionInfo) -> Call {
	Call::new("Subscriptions", name).arg("id", number(subscription.id)).counted_in(&subscription.price.asset)
}

/// One subscription; what it is counted in is known afterwards.
async fn one(chain: &Chain, at: &At, id: SubscriptionId) -> Result<SubscriptionInfo> {
	let subscription = chain.existing_subscription(at, id).await?;
	chain.denomination(at, &subscription.price.asset).await?;
	Ok(subscription)
}

/// Takes what one client owes, or all of them.
pub async fn claim(ctx: &Ctx, chain: &Chain, id: Option<SubscriptionId>) -> Result<()> {
	let at = chain.best().await?;
	if let Some(id) = id {
		return run_call(ctx, chain, on("claim", &one(chain, &at, id).await?)).await;
	}
	let mut owing = chain.of_operator(&at, &ctx.signer()?).await?;
	owing.retain(|subscription| subscription.claimable > 0);
	for_each(ctx, chain, &at, "claim", "claim", owing).await
}

/// Gives notice to one client, or to all that have none.
pub async fn end(ctx: &Ctx, chain: &Chain, id: Option<SubscriptionId>) -> Result<()> {
	let at = chain.best().await?;
	if let Some(id) = id {
		return run_call(ctx, chain, on("give_notice", &one(chain, &at, id).await?)).await;
	}
	let mut open = chain.of_operator(&at, &ctx.signer()?).await?;
	open.retain(|subscription| !subscription.ended);
	let mut without_notice = Vec::new();
	for subscription in open {
		let stored = read(&at, "Subscriptions", "Subscriptions", vec![number(subscription.id)]).await?;
		let given = stored.as_ref().and_then(|stored| stored.at("notice_ends_at")).is_some_and(is_some);
		if !given {
			without_notice.push(subscription);
		}
	}
	for_each(ctx, chain, &at, "give_notice", "end", without_notice).await
}

async fn for_each(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	name: &str,
	what: &str,
	subscriptions: Vec<SubscriptionInfo>,
) -> Result<()> {
	for subscription in &subscriptions {
		chain.denomination(at, &subscription.price.asset).await?;
	}
	let calls = subscriptions.iter().map(|subscription| on(name, subscription)).collect();
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, what)
}

/// Closes subscriptions that have ended.
pub async fn close(
	ctx: &Ctx,
	chain: &Chain,
	ids: Vec<SubscriptionId>,
	operator: &Option<AccountArg>,
) -> Result<()> {
	let at = chain.best().await?;
	let mut all = Vec::new();
	for id in &ids {
		all.push(one(chain, &at, *id).await?);
	}
	if ids.is_empty() {
		all = chain.of_operator(&at, &ctx.account(operator)?).await?;
		all.retain(|subscription| subscription.ended);
	}
	for_each(ctx, chain, &at, "close", "close", all).await
}
