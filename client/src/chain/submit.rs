//! From a call to its outcome: signed, submitted and waited for.

use super::{
	call::Call,
	errors,
	render::{self, Human, Typed},
	At, Chain,
};
use crate::{
	keys::account_of,
	text::{hex, Progress},
};
use anyhow::{anyhow, bail, Context, Result};
use serde_json::{json, Map, Value as Json};
use std::time::Duration;
use subxt::{
	config::DefaultExtrinsicParamsBuilder, error::DispatchError, events::Phase,
	rpcs::methods::legacy::TransactionStatus, utils::H256, SubstrateConfig,
};
use subxt_signer::sr25519::Keypair;
use surety_primitives::{AssetKind, Balance};

/// How long to wait for a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
	/// Until a block holds it.
	Included,
	/// Until it can no longer be undone.
	Finalized,
}

/// Somebody who submits calls, and how.
pub struct Submitter<'a> {
	/// To which node.
	pub chain: &'a Chain,
	/// Whose key signs.
	pub key: Keypair,
	/// How long to wait.
	pub until: Until,
	/// When to give up waiting.
	pub timeout: Duration,
	/// For how many blocks from the last final one on a transaction is good: whoever has waited for longer can sign
	/// another without any fear that both are taken.
	pub mortality: u64,
	/// What is paid on top of the fee, in the native token's smallest unit, to be taken sooner.
	pub tip: Balance,
	/// Is told how things go.
	pub progress: Progress<'a>,
}

/// Blocks for which a transaction is good that nobody says anything else of.
pub const MORTALITY: u64 = 32;

/// An event that a call caused.
pub struct EventRecord {
	/// The pallet.
	pub pallet: String,
	/// The event.
	pub name: String,
	/// Its fields for programs.
	pub fields: Json,
	/// Its fields for people.
	pub shown: String,
	values: Vec<(String, Typed)>,
}

/// A call in a block.
pub struct Receipt {
	/// The block.
	pub block_hash: H256,
	/// Its height.
	pub block_number: u64,
	/// Whether it is final.
	pub finalized: bool,
	/// The transaction.
	pub extrinsic_hash: H256,
	/// What it cost, in the native token's smallest unit.
	pub fee: Balance,
	/// The events of the pallets concerned.
	pub events: Vec<EventRecord>,
	/// Why parts of it failed: of a batch, or of a call on behalf of another.
	pub failures: Vec<String>,
}

impl Receipt {
	/// The number in a field of the first event of `pallet` that has such a field.
	pub fn number(&self, pallet: &str, field: &str) -> Option<u128> {
		let of_pallet = self.events.iter().filter(|event| event.pallet == pallet);
		of_pallet
			.flat_map(|event| &event.values)
			.find(|(name, _)| name == field)
			.and_then(|(_, v)| render::number_of(v))
	}

	/// For programs.
	pub fn json(&self, chain: &Chain) -> Map<String, Json> {
		let events: Vec<_> = self
			.events
			.iter()
			.map(|event| json!({ "pallet": event.pallet, "event": event.name, "fields": event.fields }))
			.collect();
		let mut object = Map::new();
		object.insert("block_hash".into(), hex(self.block_hash).into());
		object.insert("block_number".into(), self.block_number.into());
		object.insert("finalized".into(), self.finalized.into());
		object.insert("extrinsic_hash".into(), hex(self.extrinsic_hash).into());
		object.insert("fee".into(), chain.native().plain(self.fee).into());
		object.insert("events".into(), events.into());
		if !self.failures.is_empty() {
			object.insert("failures".into(), self.failures.clone().into());
		}
		object
	}

	/// For people.
	pub fn human(&self, chain: &Chain) -> Vec<(String, String)> {
		let state = if self.finalized { "finalized" } else { "included" };
		let mut rows = vec![
			("block".into(), format!("{} {} {state}", self.block_number, hex(self.block_hash))),
			("extrinsic".into(), hex(self.extrinsic_hash)),
			("fee".into(), chain.native().show(self.fee)),
		];
		for event in &self.events {
			rows.push(("event".into(), format!("{}.{} {}", event.pallet, event.name, event.shown)));
		}
		rows.extend(self.failures.iter().map(|failure| ("failed".into(), failure.clone())));
		rows
	}
}

impl Submitter<'_> {
	/// Signs for a final block: a reorganisation then cannot make the transaction void.
	async fn signed(&self, at: &At, call: &Call) -> Result<Vec<u8>> {
		let nonce = self.chain.next_nonce(&account_of(&self.key)).await?;
		let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new().nonce(nonce);
		let params = params.tip(self.tip).mortal(self.mortality).build();
		let transaction =
			at.tx().create_signed(&call.payload(), &self.key, params).await.map_err(errors::subxt)?;
		Ok(transaction.encoded().to_vec())
	}

	/// Submits a call, and waits until it has come about. An error where the chain refused it, or did not take it in time.
	pub async fn submit(&self, call: &Call) -> Result<Receipt> {
		let at = self.chain.finalized().await?;
		let encoded = self.signed(&at, call).await?;
		tokio::time::timeout(self.timeout, self.watch(call, &encoded)).await.unwrap_or_else(|_| {
			Err(anyhow!(
				"no block took the transaction within {} s; it may still be taken",
				self.timeout.as_secs()
			))
		})
	}

	/// What a call is going to cost, in the native token's smallest unit: what the chain expects, and keeps no more of than
	/// was needed.
	pub async fn fee_of(&self, call: &Call) -> Result<Balance> {
		let at = self.chain.finalized().await?;
		let transaction = at.tx().from_bytes(self.signed(&at, call).await?);
		transaction.partial_fee_estimate().await.map_err(errors::subxt)
	}

	/// The expected fee of a call, and why the pool would not take it, if it would not.
	pub async fn trial(&self, at: &At, call: &Call) -> Result<(Balance, Option<String>)> {
		let transaction = at.tx().from_bytes(self.signed(at, call).await?);
		let fee = transaction.partial_fee_estimate().await.map_err(errors::subxt)?;
		let problem = match transaction.validate().await.map_err(errors::subxt)? {
			subxt::tx::ValidationResult::Valid(_) => None,
			subxt::tx::ValidationResult::Invalid(why) => Some(format!("invalid: {why:?}")),
			subxt::tx::ValidationResult::Unknown(why) => Some(format!("unknown: {why:?}")),
		};
		Ok((fee, problem))
	}

	/// Submits and waits as long as was asked for.
	async fn watch(&self, call: &Call, encoded: &[u8]) -> Result<Receipt> {
		let extrinsic_hash = H256(sp_crypto_hashing::blake2_256(encoded));
		let chain = self.chain;
		let before = chain.height().await?;
		let updates = match chain.rpc.author_submit_and_watch_extrinsic(encoded).await {
			Ok(updates) => Some(updates),
			// What was signed a moment ago cannot have been there before: the node's pool has taken it for the next block while
			// it was still being handed in, and does not say any more what becomes of it.
			Err(error) if errors::is_in_pool(&error) => None,
			Err(error) => return Err(errors::rpc(error)),
		};
		(self.progress)(&format!("{}.{}: submitted {}", call.pallet, call.name, hex(extrinsic_hash)));
		let Some(mut updates) = updates else {
			return self.look_for(call, extrinsic_hash, encoded, before).await;
		};
		while let Some(update) = updates.next().await {
			match update.map_err(errors::rpc)? {
				TransactionStatus::InBlock(hash) => {
					(self.progress)(&format!("in block {}", hex(hash)));
					// What failed is known now; only a reorganisation could change it, and the failure is told at once.
					let receipt = receipt(chain, call, hash, extrinsic_hash, encoded, false).await?;
					if self.until == Until::Included {
						return Ok(receipt);
					}
				}
				TransactionStatus::Finalized(hash) => {
					(self.progress)("finalized");
					return receipt(chain, call, hash, extrinsic_hash, encoded, true).await;
				}
				TransactionStatus::Retracted(_) => {
					(self.progress)("its block was undone; waiting for another")
				}
				TransactionStatus::Future => {
					(self.progress)("waiting for earlier transactions of this account")
				}
				TransactionStatus::FinalityTimeout(_) => bail!("its block was not finalized in time"),
				TransactionStatus::Usurped(_) => {
					bail!("another transaction with the same number took its place")
				}
				TransactionStatus::Dropped => bail!("the node dropped the transaction: its pool is full"),
				TransactionStatus::Invalid => bail!("the transaction is no longer valid: submit it again"),
				TransactionStatus::Ready | TransactionStatus::Broadcast(_) => {}
			}
		}
		Err(anyhow!("the node closed the connection; the transaction may still be taken"))
	}

	/// Looks for a transaction in blocks from `height` on, for as long as was asked for.
	async fn look_for(
		&self,
		call: &Call,
		extrinsic_hash: H256,
		encoded: &[u8],
		height: u32,
	) -> Result<Receipt> {
		let (chain, wants_final) = (self.chain, self.until == Until::Finalized);
		let mut next = height;
		loop {
			let now = match wants_final {
				true => u32::try_from(chain.finalized().await?.block_number())?,
				false => chain.height().await?,
			};
			while next <= now {
				let hash = chain.rpc.chain_get_block_hash(Some(next.into())).await.map_err(errors::rpc)?;
				let block = chain.rpc.chain_get_block(hash).await.map_err(errors::rpc)?;
				if let Some((hash, block)) = hash.zip(block) {
					if block.block.extrinsics.iter().any(|extrinsic| extrinsic.0 == encoded) {
						(self.progress)(&format!("in block {}", hex(hash)));
						return receipt(chain, call, hash, extrinsic_hash, encoded, wants_final).await;
					}
				}
				next = next.saturating_add(1);
			}
			chain.wait_for(chain.height().await?.saturating_add(1)).await?;
		}
	}
}

/// A call as the metadata reads its bytes.
pub fn decode_call(at: &At, mut bytes: &[u8]) -> Result<(String, String, Vec<(String, Typed)>)> {
	let metadata = at.metadata_ref();
	let [pallet, call, ..] = *bytes else { bail!("the call is empty") };
	let pallet = metadata.pallet_by_call_index(pallet).context("the call names no pallet of this chain")?;
	let call = pallet.call_variant_by_index(call).context("the call names no call of its pallet")?;
	bytes = bytes.get(2..).unwrap_or_default();
	let args = render::decode_fields(&mut bytes, &call.fields, metadata.types())?;
	Ok((pallet.name().to_owned(), call.name.clone(), args))
}

/// Amounts of `Subscriptions`, `Restaking`, `Slashing` and `Channels` are in the asset of the call, those of `Assets` in none that is known, all
/// others in the native token.
pub fn human_for<'a>(chain: &'a Chain, at: &'a At, pallet: &str, asset: &Option<AssetKind>) -> Human<'a> {
	let money = match pallet {
		"Subscriptions" | "Restaking" | "Slashing" | "Channels" => {
			asset.as_ref().and_then(|asset| chain.known(asset))
		}
		"Assets" => None,
		_ => Some(chain.native()),
	};
	Human { types: at.metadata_ref().types(), chain, money }
}

/// What a transaction did in its block; an error if the chain refused it.
async fn receipt(
	chain: &Chain,
	call: &Call,
	block_hash: H256,
	extrinsic_hash: H256,
	encoded: &[u8],
	finalized: bool,
) -> Result<Receipt> {
	let at = chain.at(block_hash).await?;
	let block = chain.rpc.chain_get_block(Some(block_hash)).await.map_err(errors::rpc)?;
	let block = block.context("the node does not have the block any more")?;
	let index = block.block.extrinsics.iter().position(|extrinsic| extrinsic.0 == encoded);
	let index = index.context("the transaction is not in the block that the node named")?;
	let phase = Phase::ApplyExtrinsic(u32::try_from(index)?);

	let events = at.events().fetch().await.map_err(errors::subxt)?;
	let types = at.metadata_ref().types();
	let mut receipt = Receipt {
		block_hash,
		block_number: at.block_number(),
		finalized,
		extrinsic_hash,
		fee: 0,
		events: Vec::new(),
		failures: Vec::new(),
	};
	for event in events.iter() {
		let event = event.map_err(errors::subxt)?;
		if event.phase() != phase {
			continue;
		}
		let (pallet, name) = (event.pallet_name(), event.event_name());
		if (pallet, name) == ("System", "ExtrinsicFailed") {
			let error =
				DispatchError::decode_from(event.field_bytes(), at.metadata()).map_err(errors::subxt)?;
			return Err(errors::refused(&error));
		}
		let variant = at.metadata_ref().pallet_by_event_index(event.pallet_index());
		let variant = variant.and_then(|pallet| pallet.event_variant_by_index(event.event_index()));
		let fields = &variant.context("an event that the metadata does not know")?.fields;
		let values = render::decode_fields(&mut event.field_bytes(), fields, types)?;
		if (pallet, name) == ("TransactionPayment", "TransactionFeePaid") {
			let actual = values.iter().find(|(name, _)| name == "actual_fee");
			receipt.fee = actual.and_then(|(_, value)| render::number_of(value)).unwrap_or_default();
			continue;
		}
		receipt.failures.extend(errors::within(&values, &at.metadata()));
		// That it was done needs no saying, and what a batch consists of speaks for itself.
		let idle = matches!((pallet, name), ("System", "ExtrinsicSuccess") | ("Utility", _));
		if idle || !call.concerned.iter().any(|one| one == pallet) {
			continue;
		}
		receipt.events.push(EventRecord {
			pallet: pallet.to_owned(),
			name: name.to_owned(),
			fields: values
				.iter()
				.map(|(name, value)| (name.clone(), render::json(value, types)))
				.collect::<Map<_, _>>()
				.into(),
			shown: human_for(chain, &at, pallet, &call.asset).show_named(&values),
			values,
		});
	}
	Ok(receipt)
}
