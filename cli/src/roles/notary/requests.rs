//! Requests: what operators want to have attested.

use crate::{
	amount::Decimal,
	args::address,
	chain::{
		batch::submit_all,
		call::{number, Call},
		Chain,
	},
	cli::Ctx,
	output::{hex, table},
	presence::claims::{self, ReasonArg},
	roles::{run_call, run_call_with},
};
use anyhow::Result;
use serde_json::{json, Value};
use subxt::dynamic::Value as Dynamic;
use surety_primitives::{
	api::RequestInfo,
	notary::{NotaryFees, RequestId, RequestStatus},
	AccountId,
};

/// How far a request has come, in one word.
pub fn status_name(status: &RequestStatus) -> &'static str {
	match status {
		RequestStatus::Unquoted => "unquoted",
		RequestStatus::Quoted(_) => "quoted",
		RequestStatus::Paid(_) => "paid",
	}
}

/// The fees of a request, as far as they are known.
pub fn fees_of(status: &RequestStatus) -> Option<NotaryFees> {
	match status {
		RequestStatus::Unquoted => None,
		RequestStatus::Quoted(fees) | RequestStatus::Paid(fees) => Some(*fees),
	}
}

/// Fees as a call takes them.
pub fn fees_value(fees: &NotaryFees) -> Dynamic {
	Dynamic::named_composite([("issue", number(fees.issue)), ("watch", number(fees.watch))])
}

/// A request for programs.
pub fn request_json(chain: &Chain, request: &RequestInfo) -> Value {
	let money = chain.native();
	let fees = fees_of(&request.status);
	json!({
		"id": request.id,
		"notary": address(&request.notary),
		"operator": address(&request.operator),
		"service": request.service,
		"claims": claims::all_json(&request.claims),
		"windows": request.windows,
		"max_fee": money.plain(request.max_fee),
		"deadline": request.deadline,
		"key": hex(request.key),
		"subsidy": request.subsidy,
		"status": status_name(&request.status),
		"issue": fees.map(|fees| money.plain(fees.issue)),
		"watch": fees.map(|fees| money.plain(fees.watch)),
	})
}

/// Lists requests.
pub async fn list(ctx: &Ctx, chain: &Chain, notary: Option<&AccountId>) -> Result<()> {
	let at = chain.best().await?;
	let all = chain.requests(&at, notary).await?;
	let list: Vec<Value> = all.iter().map(|request| request_json(chain, request)).collect();
	let money = chain.native();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|request| {
			let fees = fees_of(&request.status);
			[
				request.id.to_string(),
				address(&request.operator),
				request.service.to_string(),
				claims::show_all(&request.claims),
				request.windows.to_string(),
				fees.map_or("-".into(), |fees| {
					format!("{}+{}", money.plain(fees.issue), money.plain(fees.watch))
				}),
				money.show(request.max_fee),
				status_name(&request.status).into(),
				request.deadline.to_string(),
			]
		});
		table(
			["ID", "OPERATOR", "SERVICE", "CLAIMS", "WINDOWS", "FEES", "AT MOST", "STATUS", "DEADLINE"],
			rows,
		)
	})
}

/// Says what is asked for a request.
pub async fn quote(ctx: &Ctx, chain: &Chain, id: RequestId, issue: &Decimal, watch: &Decimal) -> Result<()> {
	let money = chain.native();
	let fees = NotaryFees { issue: money.units(issue)?, watch: money.units(watch)? };
	let call = Call::new("Notary", "quote").arg("request", number(id)).arg("fees", fees_value(&fees));
	run_call(ctx, chain, call).await
}

/// Attests what was requested.
pub async fn attest(ctx: &Ctx, chain: &Chain, ids: Vec<RequestId>) -> Result<()> {
	let call = |id: &RequestId| Call::new("Notary", "attest").arg("request", number(*id));
	if let [id] = ids[..] {
		return run_call_with(ctx, chain, call(&id), |receipt| {
			let of = |name| receipt.number("Notary", name).and_then(|number| u64::try_from(number).ok());
			let numbers = [("slot", of("slot")), ("generation", of("generation"))];
			numbers.into_iter().filter_map(|(name, number)| Some((name, number?.into()))).collect()
		})
		.await;
	}
	submit_all(ctx, chain, ids.iter().map(call).collect()).await?.emit(ctx, chain, "attest")
}

/// Refuses a request.
pub async fn refuse(ctx: &Ctx, chain: &Chain, id: RequestId, reason: ReasonArg) -> Result<()> {
	let at = chain.best().await?;
	let call = Call::new("Notary", "refuse").arg("request", number(id)).encoded(&at, "reason", &reason.0)?;
	run_call(ctx, chain, call).await
}
