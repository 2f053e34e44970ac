//! From a call to what the command line does with it: encoded, tried, or submitted and waited for.

use super::{call::Call, errors, render, At, Chain};
use crate::{
	cli::Ctx,
	output::{self, hex},
};
use anyhow::Result;
use serde_json::{json, Map};
pub use surety_client::chain::submit::{decode_call, human_for, Receipt};

/// What came of a call.
pub enum Submission {
	/// Nothing was submitted; the call was shown as it would be.
	Shown,
	/// It is in a block and did what it should.
	Included(Box<Receipt>),
}

/// Does with a call what the command line asks for: encodes it, tries it, or submits it and waits. Prints
/// the result of the first two.
pub async fn submit(ctx: &Ctx, chain: &Chain, call: &Call) -> Result<Submission> {
	if ctx.options.encode || ctx.options.dry_run {
		let at = chain.finalized().await?;
		let call_data = at.tx().call_data(&call.payload()).map_err(errors::subxt)?;
		match ctx.options.encode {
			true => ctx.out.emit(&json!({ "call": hex(&call_data) }), || hex(&call_data))?,
			false => dry_run(ctx, chain, &at, call, &call_data).await?,
		}
		return Ok(Submission::Shown);
	}
	ctx.submitter(chain, &|text| ctx.out.progress(text))?
		.submit(call)
		.await
		.map(|receipt| Submission::Included(Box::new(receipt)))
}

/// Shows a call as the chain would decode it, with its fee, and whether the pool would take it.
async fn dry_run(ctx: &Ctx, chain: &Chain, at: &At, call: &Call, call_data: &[u8]) -> Result<()> {
	let (pallet, name, args) = decode_call(at, call_data)?;
	let key = ctx.key()?;
	// The fee depends on the length only, so that without a key anybody's signature will do.
	let signer = key.clone().unwrap_or_else(subxt_signer::sr25519::dev::alice);
	let (fee, problem) = ctx.submitter_by(chain, signer, &|_| {}).trial(at, call).await?;
	let problem = problem.filter(|_| key.is_some());
	let types = at.metadata_ref().types();
	let fields: Map<_, _> =
		args.iter().map(|(name, value)| (name.clone(), render::json(value, types))).collect();
	let json = json!({
		"dry_run": true,
		"call": { "pallet": pallet, "call": name, "args": fields },
		"encoded": hex(call_data),
		"fee": chain.native().plain(fee),
		"problem": problem,
	});
	ctx.out.emit(&json, || {
		let human = human_for(chain, at, &pallet, &call.asset);
		let mut rows = vec![("call".to_owned(), format!("{pallet}.{name}"))];
		rows.extend(args.iter().map(|(name, value)| (format!("  {name}"), human.show(value))));
		rows.push(("encoded".into(), hex(call_data)));
		rows.push(("fee".into(), format!("{} (estimated)", chain.native().show(fee))));
		rows.extend(problem.map(|problem| ("problem".into(), problem)));
		output::pairs(rows)
	})?;
	ctx.out.progress("dry run: nothing was submitted");
	Ok(())
}
