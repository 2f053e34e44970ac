//! Many calls of one kind: as few transactions as their number allows, and one that fails stops none of the
//! others.

use super::{
	call::Call,
	submit::{submit, Receipt, Submission},
	Chain,
};
use crate::{cli::Ctx, output};
use anyhow::{bail, Result};
use serde_json::{json, Value as Json};

/// Calls in one transaction at the most: far below what fits a block.
const CALLS_PER_BATCH: usize = 100;

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

/// Submits the calls: one as it is, several as batches that go on when one fails.
pub async fn submit_all(ctx: &Ctx, chain: &Chain, mut calls: Vec<Call>) -> Result<Batched> {
	let mut done = Batched::default();
	while !calls.is_empty() {
		let rest = calls.split_off(calls.len().min(CALLS_PER_BATCH));
		let call = match <[Call; 1]>::try_from(calls) {
			Ok([one]) => one,
			Err(several) => Call::batch("force_batch", several),
		};
		match submit(ctx, chain, &call).await? {
			Submission::Included(receipt) => done.receipts.push(*receipt),
			Submission::Shown => done.shown = true,
		}
		calls = rest;
	}
	Ok(done)
}
