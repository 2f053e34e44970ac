//! Many calls of one kind, and what is told of them.

use super::{
	call::Call,
	submit::{submit, Receipt, Submission},
	Chain,
};
use crate::{cli::Ctx, output};
use anyhow::{bail, Result};
use serde_json::{json, Value as Json};
use surety_client::chain::batch::batches;

/// What came of many calls.
#[derive(Default)]
pub struct Batched {
	/// The transactions.
	pub receipts: Vec<Receipt>,
	/// Whether calls were only shown.
	pub shown: bool,
}

impl Batched {
	/// Why single calls failed.
	pub fn failures(&self) -> Vec<String> {
		self.receipts.iter().flat_map(|receipt| receipt.failures.clone()).collect()
	}

	/// Prints the transactions; an error if a call failed.
	pub fn emit(&self, ctx: &Ctx, chain: &Chain, what: &str) -> Result<()> {
		if self.shown {
			return Ok(());
		}
		let transactions: Vec<_> =
			self.receipts.iter().map(|receipt| Json::Object(receipt.json(chain))).collect();
		ctx.out.emit(&json!({ "transactions": transactions }), || {
			if self.receipts.is_empty() {
				return format!("nothing to {what}");
			}
			output::pairs(self.receipts.iter().flat_map(|receipt| receipt.human(chain)))
		})?;
		match self.failures().first() {
			Some(first) => bail!("{first}"),
			None => Ok(()),
		}
	}
}

/// Submits the calls, or shows them as they would be.
pub async fn submit_all(ctx: &Ctx, chain: &Chain, calls: Vec<Call>) -> Result<Batched> {
	let mut done = Batched::default();
	for call in batches(calls) {
		match submit(ctx, chain, &call).await? {
			Submission::Included(receipt) => done.receipts.push(*receipt),
			Submission::Shown => done.shown = true,
		}
	}
	Ok(done)
}
