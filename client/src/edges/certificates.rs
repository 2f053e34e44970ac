//! Cut certificates: submitted page by page, and brought to their end.

use crate::chain::{
	call::{number, Call},
	submit::{Receipt, Submitter},
	At, Chain,
};
use anyhow::{ensure, Context, Result};
use serde_json::Value;
use surety_primitives::{topology::NodeId, Balance};

/// The call that begins a certificate of these nodes as of a block.
pub async fn first_page(chain: &Chain, members: &[NodeId], as_of: u32) -> Result<Call> {
	let at = chain.best().await?;
	let page = page(&at, members, 0)?;
	let reads = reads_for(chain, &at, &page).await?;
	Call::new("Topology", "begin_certificate")
		.arg("as_of", number(as_of))
		.encoded(&at, "list", &page)
		.map(|call| call.arg("reads", number(reads)))
}

/// The nodes that come next, as many as fit.
fn page(at: &At, members: &[NodeId], taken: usize) -> Result<Vec<NodeId>> {
	let most = usize::try_from(Chain::topology_bound(at, "MaxList")?)?;
	Ok(members.iter().skip(taken).take(most).copied().collect())
}

/// What reading these takes, as far as a call may: two for each, one for each page of its edges and one for each of these.
async fn reads_for(chain: &Chain, at: &At, page: &[NodeId]) -> Result<u32> {
	let most = Chain::topology_bound(at, "MaxReads")?;
	let mut reads = 0u32;
	for node in page {
		let edges = u32::try_from(chain.half_edges(at, *node).await?.len())?;
		reads = reads.saturating_add(2).saturating_add(edges).saturating_add(edges / 8).saturating_add(4);
	}
	Ok(reads.min(most))
}

/// The latest that an event of `Topology` says of a certificate.
fn told(receipt: &Receipt, event: &str, field: &str) -> Option<Value> {
	let found = receipt.events.iter().rev().find(|one| one.pallet == "Topology" && one.name == event)?;
	found.fields.get(field).cloned()
}

/// What a certificate of these nodes is going to cost in fees, in the native token's smallest unit: as many calls as it takes
/// to list them and to relabel them, and one more, each as dear as the first.
pub async fn cost(by: &Submitter<'_>, at: &At, members: &[NodeId], as_of: u32) -> Result<Balance> {
	let first = by.fee_of(&first_page(by.chain, members, as_of).await?).await?;
	let calls = |bound: &str| -> Result<usize> {
		Ok(members.len().div_ceil(usize::try_from(Chain::topology_bound(at, bound)?)?.max(1)))
	};
	let calls = calls("MaxList")?.saturating_add(calls("MaxSearch")?).saturating_add(1);
	Ok(first.saturating_mul(u128::try_from(calls)?))
}

/// Submits a certificate of these nodes as of a block, and brings it to its end.
pub async fn show(by: &Submitter<'_>, members: &[NodeId], as_of: u32) -> Result<Vec<Receipt>> {
	let chain = by.chain;
	let first = first_page(chain, members, as_of).await?;
	let mut receipts = vec![by.submit(&first).await?];
	let id = receipts[0].number("Topology", "certificate").context("the certificate has no number")?;
	let id = u32::try_from(id)?;
	let mut taken = 0usize;
	loop {
		let last = receipts.last().context("something was submitted")?;
		let new = told(last, "Listed", "taken").and_then(|taken| taken.as_u64()).unwrap_or_default();
		taken = taken.saturating_add(usize::try_from(new)?);
		if told(last, "Listed", "complete") == Some(Value::Bool(true)) {
			break;
		}
		ensure!(taken < members.len(), "edges lead out of the list: it is not a component any more");
		let at = chain.best().await?;
		let page = page(&at, members, taken)?;
		let reads = reads_for(chain, &at, &page).await?;
		let call = Call::new("Topology", "extend_certificate")
			.arg("certificate", number(id))
			.encoded(&at, "list", &page)?
			.arg("reads", number(reads));
		receipts.push(by.submit(&call).await?);
	}
	receipts.extend(bring_to_end(by, "relabel", id).await?);
	Ok(receipts)
}

/// The call that relabels (`relabel`) or clears away (`clear_certificate`) as many as it may of what a certificate lists.
pub fn next_call(at: &At, name: &str, id: u32, members: u32) -> Result<Call> {
	let most = Chain::topology_bound(at, "MaxSearch")?;
	Ok(Call::new("Topology", name)
		.arg("certificate", number(id))
		.arg("count", number(members.clamp(1, most))))
}

/// Relabels or clears what a certificate lists, so many at a time, until nothing is left.
pub async fn bring_to_end(by: &Submitter<'_>, name: &str, id: u32) -> Result<Vec<Receipt>> {
	let mut receipts = Vec::new();
	loop {
		let at = by.chain.best().await?;
		let certificate = match receipts.is_empty() {
			true => Some(by.chain.existing_certificate(&at, id).await?),
			false => by.chain.certificate(&at, id).await?,
		};
		let Some(certificate) = certificate else { return Ok(receipts) };
		let receipt = by.submit(&next_call(&at, name, id, certificate.members)?).await?;
		let over = told(&receipt, "CertificateEnded", "certificate").is_some();
		receipts.push(receipt);
		if over {
			return Ok(receipts);
		}
	}
}
