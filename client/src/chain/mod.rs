//! Everything that talks to a node.

pub mod api;
pub mod batch;
pub mod bounties;
pub mod call;
pub mod errors;
pub mod money;
pub mod notary;
pub mod records;
pub mod render;
pub mod slashing;
pub mod state;
pub mod submit;
pub mod topology;
pub mod windows;

use anyhow::{anyhow, bail, Context, Result};
use money::Denomination;
use std::{collections::BTreeMap, sync::Mutex, time::Duration};
use subxt::{
	backend::LegacyBackend,
	client::OnlineClientAtBlock,
	config::RpcConfigFor,
	rpcs::{methods::legacy::LegacyRpcMethods, RpcClient},
	utils::H256,
	OnlineClient, SubstrateConfig,
};
use surety_primitives::{AccountId, AssetKind, BlockNumber};

/// A block to read from.
pub type At = OnlineClientAtBlock<SubstrateConfig>;
/// The node's RPC methods.
pub type Rpc = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

/// How long a node may take to answer at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// A connection to a node.
pub struct Chain {
	/// Metadata, storage, encoding.
	pub api: OnlineClient<SubstrateConfig>,
	/// The node's RPC methods, with errors that can be told apart.
	pub rpc: Rpc,
	/// Any other RPC method.
	pub raw: RpcClient,
	/// Symbol of the native token.
	symbol: String,
	/// Denominations of assets, as far as they were asked for.
	denominations: Mutex<BTreeMap<u32, Denomination>>,
}

impl Chain {
	/// Connects to the node at `url`.
	pub async fn connect(url: &str) -> Result<Self> {
		let unreachable = || format!("cannot reach a node at {url}");
		let attempt = async {
			let raw =
				RpcClient::from_insecure_url(url).await.map_err(errors::rpc).with_context(unreachable)?;
			let rpc = Rpc::new(raw.clone());
			let properties = rpc.system_properties().await.map_err(errors::rpc).with_context(unreachable)?;
			let backend = LegacyBackend::builder().build(raw.clone());
			let api = OnlineClient::from_backend(std::sync::Arc::new(backend))
				.await
				.map_err(errors::subxt)
				.with_context(unreachable)?;
			let symbol = properties.get("tokenSymbol").and_then(|s| s.as_str()).unwrap_or_default();
			Ok(Self { api, rpc, raw, symbol: crate::error::squeeze(symbol), denominations: Mutex::default() })
		};
		tokio::time::timeout(CONNECT_TIMEOUT, attempt)
			.await
			.unwrap_or_else(|_| bail!("{}: no answer within {} s", unreachable(), CONNECT_TIMEOUT.as_secs()))
	}

	/// The best block: what has just happened is in it already, though it may still be undone.
	pub async fn best(&self) -> Result<At> {
		let hash = self.rpc.chain_get_block_hash(None).await.map_err(errors::rpc)?;
		self.at(hash.context("the node has no best block")?).await
	}

	/// The last block that is final.
	pub async fn finalized(&self) -> Result<At> {
		let hash = self.rpc.chain_get_finalized_head().await.map_err(errors::rpc)?;
		self.at(hash).await
	}

	/// The block of a hash.
	pub async fn at(&self, hash: H256) -> Result<At> {
		self.api.at_block(hash).await.map_err(errors::subxt)
	}

	/// The block that a person names by its hash or number.
	pub async fn at_named(&self, name: &str) -> Result<At> {
		let hash = match name.parse::<u32>() {
			Ok(number) => self
				.rpc
				.chain_get_block_hash(Some(number.into()))
				.await
				.map_err(errors::rpc)?
				.with_context(|| format!("the node has no block {number}"))?,
			Err(_) => H256(crate::text::digest(name).map_err(|_| {
				crate::error::usage(format!("`{name}` is neither the number nor the hash of a block"))
			})?),
		};
		self.at(hash).await
	}

	/// Height of the best block.
	pub async fn height(&self) -> Result<u32> {
		let header = self.rpc.chain_get_header(None).await.map_err(errors::rpc)?;
		u32::try_from(header.context("the node has no best block")?.number).map_err(Into::into)
	}

	/// Fails while the node is still catching up with the network: what is signed by an old block is no longer
	/// valid by the time it gets there.
	pub async fn ensure_synced(&self) -> Result<()> {
		let health = self.rpc.system_health().await.map_err(errors::rpc)?;
		if health.is_syncing {
			bail!(
				"the node is at block {} and still syncing from {} peers: wait until it has caught up",
				self.height().await?,
				health.peers
			);
		}
		Ok(())
	}

	/// Waits until the best block is `target` at the least.
	pub async fn wait_for(&self, target: u32) -> Result<()> {
		let mut heads = self.rpc.chain_subscribe_new_heads().await.map_err(errors::rpc)?;
		if self.height().await? >= target {
			return Ok(());
		}
		while let Some(head) = heads.next().await {
			if head.map_err(errors::rpc)?.number >= target.into() {
				return Ok(());
			}
		}
		Err(anyhow!("the node closed the connection"))
	}

	/// The native token.
	pub fn native(&self) -> Denomination {
		Denomination::native(&self.symbol)
	}

	/// The denomination of an asset, from its metadata at a block.
	pub async fn denomination(&self, at: &At, asset: &AssetKind) -> Result<Denomination> {
		let AssetKind::WithId(id) = asset else { return Ok(self.native()) };
		if let Some(known) = self.known(asset) {
			return Ok(known);
		}
		let found = state::asset_denomination(at, *id).await?;
		self.denominations.lock().map_err(|_| anyhow!("poisoned"))?.insert(*id, found.clone());
		Ok(found)
	}

	/// The denomination of an asset that was asked for before.
	pub fn known(&self, asset: &AssetKind) -> Option<Denomination> {
		match asset {
			AssetKind::Native => Some(self.native()),
			AssetKind::WithId(id) => self.denominations.lock().ok()?.get(id).cloned(),
		}
	}

	/// The transaction number that `account` has to use next, those in the pool counted.
	pub async fn next_nonce(&self, account: &AccountId) -> Result<u64> {
		let account = subxt::utils::AccountId32((*account).clone().into());
		self.rpc.system_account_next_index(&account).await.map_err(errors::rpc)
	}
}

/// The block in which a transaction that is made now can be.
pub fn next_block(at: &At) -> Result<BlockNumber> {
	Ok(u32::try_from(at.block_number())?.saturating_add(1))
}
