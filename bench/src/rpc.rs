//! The node's JSON-RPC, as far as benchmarks need it. Every request has a time limit.

use anyhow::{anyhow, Context, Result};
use codec::Decode;
use jsonrpsee::{
	core::{
		client::{ClientT, Error as ClientError},
		params::{ArrayParams, BatchRequestBuilder},
	},
	rpc_params,
	types::ErrorObjectOwned,
	ws_client::{WsClient, WsClientBuilder},
};
use serde_json::Value;
use std::time::Duration;
use surety_runtime::{Hash, VERSION};

/// Longest wait for any one answer: a batch of submissions while a debug build of the node makes a block.
const ANSWER: Duration = Duration::from_secs(60);
/// Room for the events of a full block, in hexadecimal.
const MAX_MESSAGE: u32 = 64 * 1024 * 1024;

/// A connection.
pub(crate) struct Rpc(WsClient);

/// What became of a batch of submissions.
#[derive(Debug, Default)]
pub(crate) struct Submitted {
	/// Transactions that the pool took.
	pub(crate) accepted: usize,
	/// Transactions that it refused.
	pub(crate) refused: usize,
	/// Why it refused the first of them.
	pub(crate) reason: Option<String>,
}

impl Rpc {
	pub(crate) async fn connect(url: &str) -> Result<Self> {
		let client = WsClientBuilder::default()
			.request_timeout(ANSWER)
			.connection_timeout(Duration::from_secs(5))
			.max_request_size(MAX_MESSAGE)
			.max_response_size(MAX_MESSAGE)
			.build(url)
			.await
			.with_context(|| format!("cannot connect to {url}"))?;
		Ok(Self(client))
	}

	/// Calls any method.
	pub(crate) async fn call(&self, method: &str, params: ArrayParams) -> Result<Value> {
		self.0.request(method, params).await.with_context(|| method.to_string())
	}

	/// Calls any method; a refusal by the node is an answer, too.
	pub(crate) async fn try_call(
		&self,
		method: &str,
		params: ArrayParams,
	) -> Result<std::result::Result<Value, ErrorObjectOwned>> {
		match self.0.request(method, params).await {
			Ok(answer) => Ok(Ok(answer)),
			Err(ClientError::Call(refusal)) => Ok(Err(refusal)),
			Err(error) => Err(error).with_context(|| method.to_string()),
		}
	}

	async fn text(&self, method: &str, params: ArrayParams) -> Result<String> {
		let answer = self.call(method, params).await?;
		answer.as_str().map(Into::into).ok_or_else(|| anyhow!("{method} answers {answer}"))
	}

	/// Fails unless the chain runs the runtime that this command computes with.
	pub(crate) async fn check_runtime(&self) -> Result<()> {
		let version = self.call("state_getRuntimeVersion", rpc_params![]).await?;
		let ours = (VERSION.spec_name.as_ref(), VERSION.spec_version, VERSION.transaction_version);
		let theirs = (&version["specName"], &version["specVersion"], &version["transactionVersion"]);
		anyhow::ensure!(
			*theirs.0 == *ours.0 && *theirs.1 == ours.1 && *theirs.2 == ours.2,
			"the chain runs {} {}, this command was built with {} {}: build both from one commit",
			theirs.0.as_str().unwrap_or("?"),
			theirs.1,
			ours.0,
			ours.1,
		);
		Ok(())
	}

	/// Hash of the genesis block.
	pub(crate) async fn genesis(&self) -> Result<Hash> {
		let hash = self.text("chain_getBlockHash", rpc_params![0]).await?;
		hash.parse().map_err(|_| anyhow!("{hash} is no block hash"))
	}

	/// Hash of the best block.
	pub(crate) async fn best(&self) -> Result<String> {
		self.text("chain_getBlockHash", rpc_params![]).await
	}

	/// A block: header and extrinsics.
	pub(crate) async fn block(&self, hash: &str) -> Result<Value> {
		let mut answer = self.call("chain_getBlock", rpc_params![hash]).await?;
		Ok(answer["block"].take())
	}

	/// Milliseconds of a BABE slot.
	pub(crate) async fn slot_ms(&self) -> Result<u64> {
		let answer = self.text("state_call", rpc_params!["BabeApi_configuration", "0x"]).await?;
		let bytes = unhex(&answer)?;
		Ok(sp_consensus_babe::BabeConfiguration::decode(&mut &bytes[..])?.slot_duration)
	}

	/// A stored value at a block, or nothing.
	pub(crate) async fn storage(&self, key: &[u8], at: &str) -> Result<Option<Vec<u8>>> {
		let key = format!("0x{}", hex::encode(key));
		let answer = self.call("state_getStorage", rpc_params![key, at]).await?;
		answer.as_str().map(unhex).transpose()
	}

	/// Submits transactions in one JSON-RPC batch. The node takes them one after the other.
	pub(crate) async fn submit<'a>(&self, batch: impl Iterator<Item = &'a str>) -> Result<Submitted> {
		let mut request = BatchRequestBuilder::new();
		for transaction in batch {
			request.insert("author_submitExtrinsic", rpc_params![transaction])?;
		}
		let answers = self.0.batch_request::<String>(request).await.context("author_submitExtrinsic")?;
		let reason = answers.iter().find_map(|answer| answer.as_ref().err()).map(|error| {
			let detail = error.data().map(|data| format!(" ({})", data.get())).unwrap_or_default();
			format!("{}{detail}", error.message())
		});
		Ok(Submitted {
			accepted: answers.num_successful_calls(),
			refused: answers.num_failed_calls(),
			reason,
		})
	}
}

/// The bytes of a `0x…` string.
pub(crate) fn unhex(text: &str) -> Result<Vec<u8>> {
	hex::decode(text.strip_prefix("0x").unwrap_or(text)).context("not hexadecimal")
}
