//! The clean exit, step by step: `leave` ends what an operator sells, `exit` gets its stake back as well. Where it
//! stands is read from the chain each time, so that it can be broken off and taken up again at any point.

use super::clients::on;
use crate::{
	args::{address, asset_name},
	chain::{batch::submit_all, call::Call, errors, At, Chain},
	cli::Ctx,
	output::{pairs, table},
	roles::stake::{self, denomination},
};
use anyhow::{bail, Result};
use serde_json::{json, Value};
use surety_primitives::{
	api::{LedgerInfo, OfferInfo, OperatorInfo, PositionInfo, SubscriptionInfo},
	AccountId, AssetKind, Balance, BlockNumber, OfferState, OperatorStatus, ServiceId,
};

/// How far to go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goal {
	/// No offer is left, nor the operator's record; its stake stays.
	Leave,
	/// Its own stake is paid out too, in every asset.
	Exit,
}

/// Something that has to be waited for.
#[derive(Debug, PartialEq, Eq)]
pub enum Thing {
	/// An offer.
	Offer(ServiceId),
	/// So much stake in an asset.
	Stake(AssetKind, Balance),
}

/// Until when something has to be waited for, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Waiting {
	/// What.
	pub thing: Thing,
	/// Block from which on something can be done.
	pub until: BlockNumber,
	/// Why.
	pub why: &'static str,
}

/// What an operator that wants to leave can do now, and what it has to wait for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
	/// Say that it leaves.
	pub announce: bool,
	/// Close these subscriptions, by their place in what was given.
	pub close: Vec<usize>,
	/// Take back what is bonded of these positions, by their place in what was given.
	pub unbond: Vec<usize>,
	/// Have what is due of these positions paid out, by their place in what was given.
	pub withdraw: Vec<usize>,
	/// What is left.
	pub waiting: Vec<Waiting>,
}

impl Plan {
	/// Looks at an operator in the state that the next block will find.
	pub fn of_offers(
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
			let (until, why) = match offer.state {
				OfferState::Closing { ends_at } => (ends_at, "its last clients are served"),
				// Leaving closes every offer; should one be open all the same, there is nothing to do but look again.
				OfferState::Open | OfferState::Paused => (now.saturating_add(1), "it is still open"),
			};
			plan.waiting.push(Waiting { thing: Thing::Offer(offer.service), until, why });
		}
		plan
	}

	/// Looks at the own stake of an operator that has left, in the state that the next block will find. Whether
	/// something can still be slashed changes with the era, which ends at `era_end`.
	pub fn of_stake(own: &[PositionInfo], now: BlockNumber, era_end: BlockNumber) -> Self {
		let mut plan = Self::default();
		for (index, position) in own.iter().enumerate() {
			if position.bonded > 0 {
				plan.unbond.push(index);
			}
			if stake::is_due(position, now) {
				plan.withdraw.push(index);
			}
			for part in &position.unbonding {
				let (until, why) = if part.withdrawable_at > now {
					(part.withdrawable_at, "it unbonds")
				} else if !part.settled {
					(era_end, "a slash can still take of it")
				} else {
					continue;
				};
				let thing = Thing::Stake(position.asset.clone(), part.amount);
				plan.waiting.push(Waiting { thing, until, why });
			}
		}
		plan
	}

	fn calls(&self, who: &AccountId, subscriptions: &[SubscriptionInfo], own: &[PositionInfo]) -> Vec<Call> {
		let mut calls = Vec::new();
		if self.announce {
			calls.push(Call::new("Registry", "leave"));
		}
		calls.extend(self.close.iter().filter_map(|index| Some(on("close", subscriptions.get(*index)?))));
		let unbond = |position: &PositionInfo| stake::on("unbond_all", &position.operator, &position.asset);
		calls.extend(self.unbond.iter().filter_map(|index| Some(unbond(own.get(*index)?))));
		calls.extend(self.withdraw.iter().filter_map(|index| Some(stake::withdrawal(who, own.get(*index)?))));
		calls
	}

	/// The next block in which something can be done.
	fn next(&self) -> Option<BlockNumber> {
		self.waiting.iter().map(|waiting| waiting.until).min()
	}
}

/// Where an operator stands at a block.
struct Standing {
	at: At,
	operator: Option<OperatorInfo>,
	offers: Vec<OfferInfo>,
	subscriptions: Vec<SubscriptionInfo>,
	/// Its own stake.
	own: Vec<PositionInfo>,
	/// All stake on it.
	ledgers: Vec<LedgerInfo>,
}

async fn look(chain: &Chain, account: &AccountId) -> Result<Standing> {
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
	let ledgers = chain.stake_of(&at, account).await?;
	let mut own = Vec::new();
	for ledger in &ledgers {
		own.extend(chain.position(&at, account, account, &ledger.asset).await?);
	}
	Ok(Standing { at, operator, offers, subscriptions, own, ledgers })
}

/// Goes as far towards the goal as it can; with `wait_until_done` all the way.
pub async fn leave(ctx: &Ctx, chain: &Chain, goal: Goal, wait_until_done: bool) -> Result<()> {
	let account = ctx.signer()?;
	let mut transactions: Vec<Value> = Vec::new();
	let mut failures = 0;
	let mut first = true;
	let mut said = Vec::new();
	loop {
		let standing = look(chain, &account).await?;
		let Standing { at, operator, offers, subscriptions, own, .. } = &standing;
		// What is in a transaction now is executed in the next block at the earliest.
		let now = u32::try_from(at.block_number())?.saturating_add(1);
		let plan = match operator {
			Some(operator) => Plan::of_offers(&operator.status, offers, subscriptions, now),
			None if goal == Goal::Exit && !own.is_empty() => {
				Plan::of_stake(own, now, chain.era(at).await?.end)
			}
			None if first => {
				let otherwise = format!("{} is not an operator", address(&account));
				return Err(errors::known(at.metadata_ref(), "Registry", "OperatorNotFound", &otherwise));
			}
			None => return report(ctx, chain, &account, &standing, None, transactions),
		};
		first = false;
		let calls = plan.calls(&account, subscriptions, own);
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
			bail!("{} has nothing left to wait for but is still on record", address(&account));
		};
		if !wait_until_done {
			return report(ctx, chain, &account, &standing, Some((&plan, next)), transactions);
		}
		for Waiting { thing, until, why } in plan.waiting.iter().filter(|waiting| !said.contains(*waiting)) {
			ctx.out.progress(&format!("{}: {why} until block {until}", show(chain, thing)));
		}
		// The transaction is made in the block before, to be executed in `next`.
		chain.wait_for(next.saturating_sub(1).max(now)).await?;
		said = plan.waiting;
	}
}

fn show(chain: &Chain, thing: &Thing) -> String {
	match thing {
		Thing::Offer(service) => format!("service {service}"),
		Thing::Stake(asset, amount) => denomination(chain, asset).show(*amount),
	}
}

fn waiting_json(chain: &Chain, Waiting { thing, until, why }: &Waiting) -> Value {
	match thing {
		Thing::Offer(service) => json!({ "service": service, "until": until, "why": why }),
		Thing::Stake(asset, amount) => json!({
			"asset": asset_name(asset),
			"amount": denomination(chain, asset).plain(*amount),
			"until": until,
			"why": why,
		}),
	}
}

fn report(
	ctx: &Ctx,
	chain: &Chain,
	account: &AccountId,
	standing: &Standing,
	left: Option<(&Plan, BlockNumber)>,
	transactions: Vec<Value>,
) -> Result<()> {
	let waiting = || left.iter().flat_map(|(plan, _)| &plan.waiting);
	let json = json!({
		"operator": address(account),
		"done": left.is_none(),
		"next_block": left.map(|(_, next)| next),
		"waiting": waiting().map(|one| waiting_json(chain, one)).collect::<Vec<_>>(),
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
				head.push(("left", done(standing).into()));
				pairs(head)
			}
			Some((_, next)) => {
				head.push((
					"next",
					format!("run this again from block {next} on, or with --wait-until-done"),
				));
				let rows =
					waiting().map(|one| [show(chain, &one.thing), one.until.to_string(), one.why.to_owned()]);
				format!("{}\n\n{}", pairs(head), table(["WHAT", "UNTIL BLOCK", "WHY"], rows))
			}
		}
	})
}

/// What is said of an operator that has left.
fn done(standing: &Standing) -> &'static str {
	match (standing.own.is_empty(), standing.ledgers.is_empty()) {
		(false, _) => "cleanly. Your stake is still there: `operator exit` takes it back",
		(true, false) => {
			"cleanly: your stake is back. Others still have some on you: the deposit for its record returns with theirs"
		}
		(true, true) => "cleanly: every deposit is back, and all stake",
	}
}

#[cfg(test)]
#[path = "leave_tests.rs"]
mod tests;
