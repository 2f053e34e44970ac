//! Bounties that all share who are present (S2): put up, claimed with proofs made from publications, closed.

use super::audit::Auditor;
use crate::{
	amount::Decimal,
	args::{address, AccountArg},
	chain::{
		batch::submit_all,
		call::{account, number, Call},
		Chain,
	},
	cli::Ctx,
	output::table,
	presence::{
		sources::LIMITS,
		verify::{verify, Verified},
	},
	roles::{run_call, run_call_with},
};
use anyhow::{bail, Result};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use std::{collections::BTreeMap, sync::Arc};
use surety_presence::merkle::{LeafProof, Tree};
use surety_primitives::{
	api::BountyInfo,
	notary::{BountyId, PublicationMode, Slot, Window},
	AccountId,
};

/// What can be done with bounties.
#[derive(Subcommand, Debug)]
pub enum BountyVerb {
	/// Put up a bounty: from the next window on, all that the notary has attested and says are present share it equally
	Open {
		/// Whose word counts. It has to publish in mixed or strict mode: what is not on chain cannot be claimed by
		notary: AccountArg,
		/// What is shared in each window, in whole tokens
		#[arg(long, value_name = "AMOUNT")]
		per_window: Decimal,
		/// All of it, in whole tokens: it lasts for as many windows as it is enough for
		#[arg(long, value_name = "AMOUNT")]
		budget: Decimal,
	},
	/// List bounties
	List {
		/// Those of this notary alone
		#[arg(long)]
		notary: Option<AccountArg>,
	},
	/// Claim your part of bounties, for the windows in which you were present
	Claim(ClaimArgs),
	/// Close a bounty of which nothing can be claimed any more; the rest goes back to who put it up. Anybody can do it
	Close {
		/// Its number
		id: BountyId,
	},
	/// Give back the deposits of those who have claimed a bounty that is closed. Anybody can do it
	Clear {
		/// Number of the bounty
		id: BountyId,
		/// Slots; all that have claimed it when left out
		slots: Vec<Slot>,
	},
}

/// What to claim.
#[derive(Args, Debug)]
pub struct ClaimArgs {
	/// Numbers of the bounties; all of notaries that have attested you when left out
	ids: Vec<BountyId>,
	/// Slot of an attestation that has ended since; those that are active when left out
	#[arg(long, requires = "ids")]
	slot: Option<Slot>,
	/// Pass over windows whose publication is not found. Windows are claimed in their order, so what is passed over is lost;
	/// without this, claiming stops before such a window, and goes on when it is found
	#[arg(long)]
	skip: bool,
	/// Follow notaries' links also to other than the public network
	#[arg(long)]
	anywhere: bool,
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: BountyVerb) -> Result<()> {
	match verb {
		BountyVerb::Open { notary, per_window, budget } => {
			open(ctx, chain, &notary.0, &per_window, &budget).await
		}
		BountyVerb::List { notary } => list(ctx, chain, notary.map(|notary| notary.0)).await,
		BountyVerb::Claim(args) => claim(ctx, chain, args).await,
		BountyVerb::Close { id } => {
			run_call(ctx, chain, Call::new("Notary", "close_bounty").arg("bounty", number(id))).await
		}
		BountyVerb::Clear { id, slots } => clear(ctx, chain, id, slots).await,
	}
}

async fn open(
	ctx: &Ctx,
	chain: &Chain,
	notary: &AccountId,
	per_window: &Decimal,
	budget: &Decimal,
) -> Result<()> {
	let (at, money) = (chain.best().await?, chain.native());
	let info = chain.existing_notary(&at, notary).await?;
	if info.mode == PublicationMode::Link {
		ctx.out.progress(
			"the notary commits to nothing on chain: while it does not, nobody can claim the bounty",
		);
	}
	let call = Call::new("Notary", "open_bounty")
		.arg("notary", account(notary))
		.arg("per_window", number(money.units(per_window)?))
		.arg("budget", number(money.units(budget)?));
	run_call_with(ctx, chain, call, |receipt| {
		let of = |name| receipt.number("Notary", name).and_then(|number| u64::try_from(number).ok());
		let numbers = [("bounty", of("bounty")), ("from", of("from")), ("until", of("until"))];
		numbers.into_iter().filter_map(|(name, number)| Some((name, number?.into()))).collect()
	})
	.await
}

/// How far a bounty has come, in one word.
fn state(bounty: &BountyInfo, window: Window) -> &'static str {
	match bounty {
		bounty if window < bounty.from => "begins",
		bounty if window < bounty.until => "runs",
		bounty if bounty.closable => "over",
		_ => "ended",
	}
}

async fn list(ctx: &Ctx, chain: &Chain, notary: Option<AccountId>) -> Result<()> {
	let (at, money) = (chain.best().await?, chain.native());
	let window = chain.presence_window(&at).await?.window;
	let mut all = chain.bounties(&at).await?;
	all.retain(|bounty| notary.as_ref().is_none_or(|notary| bounty.notary == *notary));
	let list: Vec<Value> = all
		.iter()
		.map(|bounty| {
			json!({
				"id": bounty.id,
				"funder": address(&bounty.funder),
				"notary": address(&bounty.notary),
				"per_window": money.plain(bounty.per_window),
				"from": bounty.from,
				"until": bounty.until,
				"left": money.plain(bounty.left),
				"state": state(bounty, window),
				"closable": bounty.closable,
			})
		})
		.collect();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|bounty| {
			[
				bounty.id.to_string(),
				address(&bounty.notary),
				money.show(bounty.per_window),
				format!("{} to {}", bounty.from, bounty.until.saturating_sub(1)),
				money.show(bounty.left),
				state(bounty, window).into(),
				address(&bounty.funder),
			]
		});
		table(["ID", "NOTARY", "A WINDOW", "WINDOWS", "LEFT", "STATE", "PUT UP BY"], rows)
	})
}

async fn clear(ctx: &Ctx, chain: &Chain, id: BountyId, slots: Vec<Slot>) -> Result<()> {
	let slots = match slots.is_empty() {
		true => chain.claims_of(&chain.best().await?, id).await?,
		false => slots,
	};
	let call =
		|slot: &Slot| Call::new("Notary", "clear_claim").arg("bounty", number(id)).arg("slot", number(*slot));
	submit_all(ctx, chain, slots.iter().map(call).collect()).await?.emit(ctx, chain, "clear")
}

/// What is known of a window in which a bounty runs.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Seen {
	/// The slot was present.
	Present(LeafProof),
	/// Nothing can be claimed of it, now or later.
	Nothing,
	/// The notary can still commit to it.
	TooEarly,
	/// The notary has committed to it, but its publication was not found.
	NotFound(String),
}

/// The windows that are claimed, in their order, and why it goes no further.
fn plan(windows: Vec<(Window, Seen)>, skip: bool) -> (Vec<(Window, LeafProof)>, Option<String>) {
	let mut claims = Vec::new();
	for (window, seen) in windows {
		match seen {
			Seen::Present(proof) => claims.push((window, proof)),
			Seen::Nothing => {}
			Seen::NotFound(_) if skip => {}
			Seen::TooEarly => return (claims, Some(format!("window {window} is not committed to yet"))),
			Seen::NotFound(why) => {
				let stop = format!(
					"the publication of window {window} was not found (--skip passes over it, and loses it): {why}"
				);
				return (claims, Some(stop));
			}
		}
	}
	(claims, None)
}

/// What a notary has committed to in a window, as far as it is found.
#[derive(Clone)]
enum Published {
	Found(Arc<Verified>),
	Nothing,
	TooEarly,
	NotFound(String),
}

impl Published {
	fn seen(&self, slot: Slot) -> Seen {
		match self {
			Self::Found(verified) => match Tree::new(&verified.present).prove(slot) {
				Some(proof) => Seen::Present(proof),
				None => Seen::Nothing,
			},
			Self::Nothing => Seen::Nothing,
			Self::TooEarly => Seen::TooEarly,
			Self::NotFound(why) => Seen::NotFound(why.clone()),
		}
	}
}

impl Auditor<'_> {
	/// What was committed to on chain in a window, and is found.
	async fn published(&self, window: Window) -> Result<Published> {
		let notary = &self.notary.notary;
		let expected = self.sources.expected(&self.at, notary, &self.history, window).await?;
		if expected.committed.is_none() {
			let due = self.sources.chain.commitment(&self.at, notary, window).await?.map(|info| info.due);
			let now = self.at.block_number();
			return Ok(match due.is_some_and(|due| now < u64::from(due)) && expected.owed {
				true => Published::TooEarly,
				false => Published::Nothing,
			});
		}
		let (found, mut failures) = self.sources.find(&self.at, &self.notary, Some(window)).await;
		for one in &found {
			match verify(&expected, one, &LIMITS) {
				Ok(verified) => return Ok(Published::Found(Arc::new(verified))),
				Err(unfit) => failures.push(format!("{}: {unfit}", one.place)),
			}
		}
		Ok(Published::NotFound(failures.join("; ")))
	}
}

/// Claims what can be claimed.
pub async fn claim(ctx: &Ctx, chain: &Chain, args: ClaimArgs) -> Result<()> {
	let (at, me) = (chain.best().await?, ctx.signer()?);
	let window = chain.presence_window(&at).await?;
	let bounties = match args.ids.is_empty() {
		true => {
			let mut all = chain.bounties(&at).await?;
			all.retain(|bounty| bounty.from < window.window && window.first_disputable < bounty.until);
			all
		}
		false => {
			let mut named = Vec::new();
			for id in &args.ids {
				named.push(chain.existing_bounty(&at, *id).await?);
			}
			named
		}
	};
	let mut known: BTreeMap<(AccountId, Window), Published> = BTreeMap::new();
	let (mut calls, mut claims, mut waits) = (Vec::new(), Vec::new(), Vec::new());
	for bounty in bounties {
		let slots = match args.slot {
			Some(slot) => vec![slot],
			None => {
				let mut own = chain.attestations(&at, &bounty.notary).await?;
				own.retain(|one| one.operator == me);
				own.iter().map(|one| one.slot).collect()
			}
		};
		if slots.is_empty() {
			if !args.ids.is_empty() {
				bail!(
					"nothing of {} is attested by the notary of bounty {}; an attestation that has ended is named by --slot",
					address(&me),
					bounty.id
				);
			}
			continue;
		}
		let auditor = Auditor::new(ctx, chain, &bounty.notary, args.anywhere).await?;
		for slot in slots {
			let next = chain.next_claim(&at, bounty.id, slot).await?.unwrap_or(0);
			let first = bounty.from.max(window.first_disputable).max(next);
			let mut windows = Vec::new();
			for of in first..bounty.until.min(window.window) {
				let name = (bounty.notary.clone(), of);
				let published = match known.get(&name) {
					Some(published) => published.clone(),
					None => known.entry(name).or_insert(auditor.published(of).await?).clone(),
				};
				windows.push((of, published.seen(slot)));
			}
			let (found, stop) = plan(windows, args.skip);
			for (of, proof) in found {
				claims.push(json!({ "bounty": bounty.id, "slot": slot, "window": of }));
				calls.push(
					Call::new("Notary", "claim_bounty")
						.arg("bounty", number(bounty.id))
						.arg("slot", number(slot))
						.arg("window", number(of))
						.encoded(&at, "proof", &proof)?,
				);
			}
			waits.extend(stop.map(|why| format!("bounty {}, slot {slot}: {why}", bounty.id)));
		}
	}
	for why in &waits {
		ctx.out.progress(why);
	}
	let done = submit_all(ctx, chain, calls).await?;
	if done.shown {
		return Ok(());
	}
	let transactions: Vec<Value> =
		done.receipts.iter().map(|receipt| Value::Object(receipt.json(chain))).collect();
	let json = json!({ "claims": claims, "waits_for": waits, "transactions": transactions });
	ctx.out.emit(&json, || match done.receipts.is_empty() {
		true => "nothing to claim".into(),
		false => crate::output::pairs(done.receipts.iter().flat_map(|receipt| receipt.human(chain))),
	})?;
	match done.failures().first() {
		Some(first) => bail!("{first}"),
		None => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::presence::verify::tests::published;
	use surety_presence::Limits;

	fn verified(slots: &[u32]) -> Published {
		let (expected, found) = published(7, slots);
		Published::Found(Arc::new(verify(&expected, &found, &Limits::default()).unwrap()))
	}

	fn present() -> Seen {
		verified(&[1, 4]).seen(4)
	}

	fn windows(claims: &[(Window, LeafProof)]) -> Vec<Window> {
		claims.iter().map(|(window, _)| *window).collect()
	}

	#[test]
	fn a_claim_should_prove_that_the_slot_was_present() {
		let Published::Found(of) = verified(&[1, 4]) else { panic!("it was found") };
		let Seen::Present(proof) = verified(&[1, 4]).seen(4) else { panic!("it was present") };
		assert!(proof.proves(4, &of.commitment.root, of.commitment.present));
		assert_eq!(verified(&[1, 4]).seen(5), Seen::Nothing);
	}

	#[test]
	fn windows_should_be_claimed_in_their_order_and_none_that_may_still_come_be_lost() {
		let seen =
			vec![(3, present()), (4, Seen::Nothing), (5, present()), (6, Seen::TooEarly), (7, present())];
		let (claims, stop) = plan(seen, true);
		assert_eq!(windows(&claims), [3, 5]);
		assert!(stop.unwrap().contains("window 6"));
	}

	#[test]
	fn a_window_whose_publication_is_not_found_should_be_lost_only_where_that_was_said() {
		let seen = vec![(3, present()), (4, Seen::NotFound("its link: 404".into())), (5, present())];
		let (claims, stop) = plan(seen.clone(), false);
		assert_eq!(windows(&claims), [3]);
		assert!(stop.unwrap().ends_with("its link: 404"));
		let (claims, stop) = plan(seen, true);
		assert_eq!((windows(&claims), stop), (vec![3, 5], None));
	}
}
