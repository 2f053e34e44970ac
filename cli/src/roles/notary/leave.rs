//! How a notary leaves: step by step, what can be done now.

use super::attestations::of_slot;
use crate::{
	args::{address, AccountArg},
	chain::{
		batch::submit_all,
		call::{account, number, Call},
		Chain,
	},
	cli::Ctx,
	presence::claims::ReasonArg,
};
use anyhow::Result;
use clap::Args;
use serde_json::{json, Value};
use surety_primitives::notary::RevocationReason;

/// Slots that are given back in one transaction: so many fit a block with ease.
const SLOTS_AT_ONCE: u32 = 1_000;

/// How to leave.
#[derive(Args, Debug)]
pub struct LeaveArgs {
	/// Revoke what is attested now, instead of letting it run out: the operators get back what they paid ahead
	#[arg(long)]
	revoke: bool,
	/// Whose remaining slots and bond are to be given back; those of the key when left out. Anybody can do that for a notary
	/// that is leaving
	#[arg(long, conflicts_with = "revoke")]
	notary: Option<AccountArg>,
}

/// Leaves as far as it goes.
pub async fn leave(ctx: &Ctx, chain: &Chain, args: LeaveArgs) -> Result<()> {
	let at = chain.best().await?;
	let who = ctx.account(&args.notary)?;
	let notary = chain.existing_notary(&at, &who).await?;
	let window = chain.presence_window(&at).await?;
	let now = u32::try_from(at.block_number())?;
	let attested = chain.attestations(&at, &who).await?;
	let requests = chain.requests(&at, Some(&who)).await?;
	let mut calls = Vec::new();
	let mut left: Vec<String> = Vec::new();
	if !notary.leaving {
		calls.push(Call::new("Notary", "deregister"));
	}
	let own = args.notary.is_none();
	for request in &requests {
		if own {
			let reason = &RevocationReason::NotaryLeaving;
			let call = Call::new("Notary", "refuse").arg("request", number(request.id));
			calls.push(call.encoded(&at, "reason", reason)?);
		} else if request.deadline <= now {
			calls.push(Call::new("Notary", "expire_request").arg("request", number(request.id)));
		} else {
			left.push(format!("request {} is open until block {}", request.id, request.deadline));
		}
	}
	for attestation in &attested {
		if attestation.expired {
			calls.push(of_slot("expire", &who, attestation.slot));
		} else if args.revoke {
			let call = Call::new("Notary", "revoke").arg("slot", number(attestation.slot));
			let reason = ReasonArg(RevocationReason::NotaryLeaving).0;
			calls.push(call.encoded(&at, "reason", &reason)?);
		} else {
			left.push(format!(
				"slot {} of {} is watched until window {}: publish until then, or --revoke",
				attestation.slot,
				address(&attestation.operator),
				attestation.until
			));
		}
	}
	let challenges = chain.challenges(&at, &who).await?;
	if !challenges.is_empty() {
		left.push(format!(
			"{} challenges wait for an answer: `surety notary audit --answer`",
			challenges.len()
		));
	}
	if notary.leaving && attested.is_empty() && requests.is_empty() && challenges.is_empty() {
		let history = chain.notary_history(&at, &who).await?;
		let settled = history.last_window.is_some_and(|last| last < window.first_disputable);
		if settled {
			let slots = notary.universe.saturating_sub(history.retired);
			if slots > 0 {
				let retire = Call::new("Notary", "retire_slots").arg("notary", account(&who));
				calls.push(retire.arg("count", number(slots.min(SLOTS_AT_ONCE))));
			}
			match slots <= SLOTS_AT_ONCE {
				true => calls.push(Call::new("Notary", "close").arg("notary", account(&who))),
				false => left
					.push(format!("{} slots are left to be given back", slots.saturating_sub(SLOTS_AT_ONCE))),
			}
		} else {
			left.push(format!(
				"windows up to {} can still be disputed; the first is {} now",
				history.last_window.map_or("this one".into(), |last| last.to_string()),
				window.first_disputable
			));
		}
	} else if left.is_empty() {
		left.push("the windows that were published can still be disputed".into());
	}
	let done = submit_all(ctx, chain, calls).await?;
	if done.shown {
		return Ok(());
	}
	let receipts: Vec<Value> =
		done.receipts.iter().map(|receipt| Value::Object(receipt.json(chain))).collect();
	let closed = done.receipts.iter().flat_map(|receipt| &receipt.events).any(|event| event.name == "Closed");
	let json =
		json!({ "notary": address(&who), "left": closed, "waits_for": left, "transactions": receipts });
	ctx.out.emit(&json, || {
		let mut rows: Vec<(String, String)> = vec![("notary".into(), address(&who))];
		rows.extend(done.receipts.iter().flat_map(|receipt| receipt.human(chain)));
		rows.extend(left.iter().map(|what| ("waits".into(), what.clone())));
		rows.push((
			"next".into(),
			match closed {
				true => "left cleanly: the bond is free. Your stake is still there".into(),
				false => "run this again later".into(),
			},
		));
		crate::output::pairs(rows)
	})?;
	match done.failures().first() {
		Some(first) => anyhow::bail!("{first}"),
		None => Ok(()),
	}
}
