//! Many calls of one kind: as few transactions as their number allows, and one that fails stops none of the
//! others.

use super::{
	call::Call,
	submit::{Receipt, Submitter},
};
use anyhow::Result;

/// Calls in one transaction at the most: far below what fits a block.
const CALLS_PER_BATCH: usize = 100;

/// The calls as few transactions: one as it is, several as batches that go on when one fails.
pub fn batches(mut calls: Vec<Call>) -> Vec<Call> {
	let mut all = Vec::new();
	while !calls.is_empty() {
		let rest = calls.split_off(calls.len().min(CALLS_PER_BATCH));
		all.push(match <[Call; 1]>::try_from(calls) {
			Ok([one]) => one,
			Err(several) => Call::batch("force_batch", several),
		});
		calls = rest;
	}
	all
}

/// Submits the calls.
pub async fn submit_all(by: &Submitter<'_>, calls: Vec<Call>) -> Result<Vec<Receipt>> {
	let mut receipts = Vec::new();
	for call in batches(calls) {
		receipts.push(by.submit(&call).await?);
	}
	Ok(receipts)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn calls_should_be_as_few_transactions_as_their_number_allows() {
		let shape = |number: usize| -> Vec<String> {
			let calls = (0..number).map(|_| Call::new("System", "remark")).collect();
			batches(calls).into_iter().map(|call| call.name).collect()
		};
		assert_eq!(shape(0), Vec::<String>::new());
		assert_eq!(shape(1), ["remark"]);
		assert_eq!(shape(100), ["force_batch"]);
		assert_eq!(shape(101), ["force_batch", "remark"]);
	}
}
