//! Attestations of a notary, and what becomes of them.

use crate::{
	args::{address, AccountArg},
	chain::{
		batch::submit_all,
		call::{account, number, Call},
		Chain,
	},
	cli::Ctx,
	output::{hex, table},
	presence::claims::{self, ReasonArg},
	roles::run_call,
};
use anyhow::Result;
use clap::Args;
use serde_json::{json, Value};
use surety_primitives::{api::AttestationInfo, notary::Slot, AccountId};

/// Some slots.
#[derive(Args, Debug)]
pub struct SlotsArgs {
	/// Slots; all of which something is due when left out
	slots: Vec<Slot>,
	/// Whose; those of the key when left out. It goes to the notary in any case
	#[arg(long)]
	notary: Option<AccountArg>,
}

/// What is over.
#[derive(Args, Debug)]
pub struct ExpireArgs {
	/// Slots; all that are over, and requests that are too late, when left out
	slots: Vec<Slot>,
	/// Whose; those of the key when left out. Anybody can end what is over
	#[arg(long)]
	notary: Option<AccountArg>,
}

/// An attestation for programs.
pub fn attestation_json(chain: &Chain, attestation: &AttestationInfo) -> Value {
	let money = chain.native();
	json!({
		"notary": address(&attestation.notary),
		"slot": attestation.slot,
		"generation": attestation.generation,
		"operator": address(&attestation.operator),
		"service": attestation.service,
		"claims": claims::all_json(&attestation.claims),
		"key": hex(attestation.key),
		"attested_at": attestation.attested_at,
		"until": attestation.until,
		"watch": money.plain(attestation.watch),
		"collectable": money.plain(attestation.collectable),
		"prepaid": money.plain(attestation.prepaid),
		"subsidy": attestation.subsidy,
		"announced_on_chain": attestation.announced,
		"expired": attestation.expired,
	})
}

/// Attestations for people.
pub fn attestations_table(chain: &Chain, attestations: &[AttestationInfo]) -> String {
	let money = chain.native();
	table(
		[
			"SLOT",
			"GENERATION",
			"NOTARY",
			"OPERATOR",
			"SERVICE",
			"CLAIMS",
			"UNTIL",
			"A WINDOW",
			"DUE",
			"AHEAD",
		],
		attestations.iter().map(|attestation| {
			[
				attestation.slot.to_string(),
				attestation.generation.to_string(),
				address(&attestation.notary),
				address(&attestation.operator),
				attestation.service.to_string(),
				claims::show_all(&attestation.claims),
				match attestation.expired {
					true => "expired".into(),
					false => attestation.until.to_string(),
				},
				money.plain(attestation.watch),
				money.plain(attestation.collectable),
				money.plain(attestation.prepaid),
			]
		}),
	)
}

/// Lists the attestations of a notary.
pub async fn list(ctx: &Ctx, chain: &Chain, notary: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	chain.existing_notary(&at, notary).await?;
	let all = chain.attestations(&at, notary).await?;
	let list: Vec<Value> = all.iter().map(|one| attestation_json(chain, one)).collect();
	ctx.out.emit(&list.into(), || attestations_table(chain, &all))
}

/// Takes one back.
pub async fn revoke(ctx: &Ctx, chain: &Chain, slot: Slot, reason: ReasonArg) -> Result<()> {
	let at = chain.best().await?;
	let call = Call::new("Notary", "revoke").arg("slot", number(slot)).encoded(&at, "reason", &reason.0)?;
	run_call(ctx, chain, call).await
}

/// A call about a slot of a notary.
pub fn of_slot(name: &str, notary: &AccountId, slot: Slot) -> Call {
	Call::new("Notary", name).arg("notary", account(notary)).arg("slot", number(slot))
}

/// Has the notary paid.
pub async fn collect(ctx: &Ctx, chain: &Chain, args: SlotsArgs) -> Result<()> {
	let (at, notary) = (chain.best().await?, ctx.account(&args.notary)?);
	let slots = match args.slots.is_empty() {
		false => args.slots,
		true => {
			let all = chain.attestations(&at, &notary).await?;
			all.iter().filter(|one| one.collectable > 0).map(|one| one.slot).collect()
		}
	};
	let calls = slots.iter().map(|slot| of_slot("collect", &notary, *slot)).collect();
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "collect")
}

/// Ends what is over.
pub async fn expire(ctx: &Ctx, chain: &Chain, args: ExpireArgs) -> Result<()> {
	let (at, notary) = (chain.best().await?, ctx.account(&args.notary)?);
	let mut calls = Vec::new();
	let slots = match args.slots.is_empty() {
		false => args.slots,
		true => {
			let now = u32::try_from(at.block_number())?;
			let late = chain.requests(&at, Some(&notary)).await?;
			let late = late.iter().filter(|request| request.deadline <= now);
			calls
				.extend(late.map(|one| Call::new("Notary", "expire_request").arg("request", number(one.id))));
			let all = chain.attestations(&at, &notary).await?;
			all.iter().filter(|one| one.expired).map(|one| one.slot).collect()
		}
	};
	calls.extend(slots.iter().map(|slot| of_slot("expire", &notary, *slot)));
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "expire")
}
