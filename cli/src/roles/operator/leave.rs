//! The clean exit, step by step. Where it stands is read from the chain each time, so that it can be broken off
//! and taken up again at any point.

use super::clients::on;
use crate::{
	args::address,
	chain::{
		batch::submit_all,
		call::{number, Call},
		errors, At, Chain,
	},
	cli::Ctx,
	output::{pairs, table},
};
use anyhow::{bail, Result};
use serde_json::{json, Value};
use surety_primitives::{
	api::{OfferInfo, OperatorInfo, SubscriptionInfo},
	AccountId, BlockNumber, OfferState, OperatorStatus, ServiceId,
};

/// What an operator that wants to leave can do now, and what it has to wait for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
	/// Say that it leaves.
	pub announce: bool,
	/// Close these subscriptions, by their place in what was given.
	pub close: Vec<usize>,
	/// Withdraw the bonds of these services.
	pub withdraw: Vec<ServiceId>,
	/// What is left: the service, until when, and why.
	pub waiting: Vec<(ServiceId, BlockNumber, &'static str)>,
}

impl Plan {
	/// Looks at an operator in the state that the next block will find.
	pub fn new(
		status: &OperatorStatus<BlockNumber>,
		offers: &[OfferInfo],
		subscriptions: &[SubscriptionInfo],
		now: BlockNumber,
	) -> Self {
		if !matches!(status, OperatorStatus::Leaving { .. }) {
			return Self { announce: true, ..Self::default() };
		}
		let ended = subscriptions.iter().enumerate().filter(|(_, subscription)| subscription.ended);
		let mut plan = Self { close: ended.map(|(index, _)| index).collect(), ..Self::default() };
		for offer in offers {
			match offer.state {
				OfferState::Unbonding { until } if until <= now => plan.withdraw.push(offer.service),
				OfferState::Unbonding { until } => {
					plan.waiting.push((offer.service, until, "its bond unbonds"))
				}
				OfferState::Closing { ends_at } => {
					plan.waiting.push((offer.service, ends_at, "its last clients are served"));
				}
				// Leaving closes every offer; should one be open all the same, there is nothing to do but look again.
				OfferState::Open | OfferState::Paused => {
					plan.waiting.push((offer.service, now.saturating_add(1), "it is still open"));
				}
			}
		}
		plan
	}

	fn calls(&self, subscriptions: &[SubscriptionInfo]) -> Vec<Call> {
		let mut calls = Vec::new();
		if self.announce {
			calls.push(Call::new("Registry", "leave"));
		}
		calls.extend(self.close.iter().filter_map(|index| Some(on("close", subscriptions.get(*index)?))));
		calls.extend(
			self.withdraw
				.iter()
				.map(|service| Call::new("Registry", "withdraw_bond").arg("service", number(*service))),
		);
		calls
	}

	/// The next block in which something can be done.
	fn next(&self) -> Option<BlockNumber> {
		self.waiting.iter().map(|(_, until, _)| *until).min()
	}
}

/// Where an operator stands at a block.
struct Position {
	at: At,
	operator: Option<OperatorInfo>,
	offers: Vec<OfferInfo>,
	subscriptions: Vec<SubscriptionInfo>,
}

async fn look(chain: &Chain, account: &AccountId) -> Result<Position> {
	let at = chain.best().await?;
	let operator = chain.operator(&at, account).await?;
	let mut offers = Vec::new();
	for service in operator.iter().flat_map(|operator| &operator.services) {
		offers.extend(chain.offer(&at, *service, account).await?);
	}
	let subscriptions = chain.of_operator(&at, account).await?;
	for subscription in &subscriptions {
		chain.denomination(&at, &subscription.price.asset).await?;
	}
	Ok(Position { at, operator, offers, subscriptions })
}

/// Goes as far as it can; with `wait_until_done` to the end.
pub async fn leave(ctx: &Ctx, chain: &Chain, wait_until_done: bool) -> Result<()> {
	let account = ctx.signer()?;
	let mut transactions: Vec<Value> = Vec::new();
	let mut failures = 0;
	let mut first = true;
	loop {
		let Position { at, operator, offers, subscriptions } = look(chain, &account).await?;
		let Some(operator) = operator else {
			if first {
				let otherwise = format!("{} is not an operator", address(&account));
				return Err(errors::known(at.metadata_ref(), "Registry", "OperatorNotFound", &otherwise));
			}
			return report(ctx, chain, &account, None, transactions);
		};
		first = false;
		// What is in a transaction now is executed in the next block at the earliest.
		let now = u32::try_from(at.block_number())?.saturating_add(1);
		let plan = Plan::new(&operator.status, &offers, &subscriptions, now);
		let calls = plan.calls(&subscriptions);
		if !calls.is_empty() {
			let done = submit_all(ctx, chain, calls).await?;
			if done.shown {
				return Ok(());
			}
			for failure in done.failures() {
				ctx.out.progress(&format!("failed: {failure}"));
				failures += 1;
			}
			transactions.extend(done.receipts.iter().map(|receipt| Value::Object(receipt.json(chain))));
			// Something that can never be done must not be tried for ever.
			if failures > 10 {
				bail!("too many steps failed: look at `operator status`");
			}
			continue;
		}
		let Some(next) = plan.next() else {
			bail!("{} has no offers left but is still on record", address(&account));
		};
		if !wait_until_done {
			return report(ctx, chain, &account, Some((&plan, next)), transactions);
		}
		for (service, until, why) in &plan.waiting {
			ctx.out.progress(&format!("service {service}: {why} until block {until}"));
		}
		// The transaction is made in the block before, to be executed in `next`.
		chain.wait_for(next.saturating_sub(1).max(now)).await?;
	}
}

fn report(
	ctx: &Ctx,
	chain: &Chain,
	account: &AccountId,
	left: Option<(&Plan, BlockNumber)>,
	transactions: Vec<Value>,
) -> Result<()> {
	let waiting: Vec<Value> = left
		.iter()
		.flat_map(|(plan, _)| &plan.waiting)
		.map(|(service, until, why)| json!({ "service": service, "until": until, "why": why }))
		.collect();
	let next = left.map(|(_, next)| next);
	let json = json!({
		"operator": address(account),
		"done": left.is_none(),
		"next_block": next,
		"waiting": waiting,
		"transactions": transactions,
	});
	ctx.out.emit(&json, || {
		let fees =
			transactions.iter().filter_map(|t| t["fee"].as_str()?.parse::<crate::amount::Decimal>().ok());
		let fees =
			fees.filter_map(|fee| fee.to_units(chain.native().decimals).ok()).fold(0, u128::saturating_add);
		let mut head = vec![("operator", address(account)), ("fees", chain.native().show(fees))];
		match left {
			None => {
				head.push(("left", "cleanly: every bond and deposit is back".into()));
				pairs(head)
			}
			Some((plan, next)) => {
				head.push((
					"next",
					format!("run this again from block {next} on, or with --wait-until-done"),
				));
				let rows = plan
					.waiting
					.iter()
					.map(|(service, until, why)| [service.to_string(), until.to_string(), (*why).to_owned()]);
				format!("{}\n\n{}", pairs(head), table(["SERVICE", "UNTIL BLOCK", "WHY"], rows))
			}
		}
	})
}

#[cfg(test)]
#[path = "leave_tests.rs"]
mod tests;
