//! Storage that the command line reads directly: accounts, assets, staking, windows.

use super::{
	call, errors,
	money::Denomination,
	render::{bytes_of, decode, number_of, Typed},
	At,
};
use anyhow::{Context, Result};
use codec::Decode;
use scale_info::{PortableRegistry, TypeDef};
use subxt::{
	dynamic::{self, Value},
	error::StorageError,
	ext::scale_value::{At as _, ValueDef},
};
use surety_primitives::{AccountId, AssetId, AssetKind, Balance};

/// A storage item, or the default that the metadata gives it.
pub async fn read(at: &At, pallet: &str, item: &str, keys: Vec<Value>) -> Result<Option<Typed>> {
	let address = dynamic::storage::<Vec<Value>, Value>(pallet, item);
	match at.storage().try_fetch(address, keys).await.map_err(errors::subxt)? {
		Some(found) => decode(&mut found.bytes(), found.type_id(), at.metadata_ref().types()).map(Some),
		None => Ok(None),
	}
}

/// A storage item of which the type is known here, or the default that the metadata gives it.
pub async fn read_as<T: Decode>(at: &At, pallet: &str, item: &str, keys: Vec<Value>) -> Result<Option<T>> {
	let address = dynamic::storage::<Vec<Value>, Value>(pallet, item);
	let found = at.storage().try_fetch(address, keys).await.map_err(errors::subxt)?;
	let decoded = found.map(|found| T::decode(&mut found.bytes()));
	decoded.transpose().with_context(|| format!("{pallet}.{item} is of another version here"))
}

/// The number at a path in a value; zero when there is none.
pub fn amount(value: &Option<Typed>, path: &[&str]) -> Balance {
	number_at(value, path).unwrap_or_default()
}

fn number_at(value: &Option<Typed>, path: &[&str]) -> Option<Balance> {
	path.iter().try_fold(value.as_ref()?, |value, name| value.at(*name)).and_then(number_of)
}

/// There is no asset of a number.
#[derive(Debug)]
pub struct UnknownAsset(AssetId);

impl std::fmt::Display for UnknownAsset {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "there is no asset {} on this chain", self.0)
	}
}

impl std::error::Error for UnknownAsset {}

/// How an asset is counted.
pub async fn asset_denomination(at: &At, id: AssetId) -> Result<Denomination> {
	let keys = || vec![call::number(id)];
	if read(at, "Assets", "Asset", keys()).await?.is_none() {
		return Err(UnknownAsset(id).into());
	}
	let metadata = read(at, "Assets", "Metadata", keys()).await?;
	let symbol = metadata.as_ref().and_then(|m| bytes_of(m.at("symbol")?)).unwrap_or_default();
	Ok(Denomination {
		asset: AssetKind::WithId(id),
		decimals: u8::try_from(amount(&metadata, &["decimals"]))?,
		symbol: crate::error::squeeze(&String::from_utf8_lossy(&symbol)),
	})
}

/// What an account has of the native token.
#[derive(Debug, Default)]
pub struct Funds {
	/// What it can spend, but for what is frozen.
	pub free: Balance,
	/// What is held or reserved.
	pub reserved: Balance,
	/// What is frozen of both.
	pub frozen: Balance,
	/// Why something is held, and how much.
	pub holds: Vec<(String, Balance)>,
}

/// The native token's balance of an account.
pub async fn funds(at: &At, account: &AccountId) -> Result<Funds> {
	let info = read(at, "System", "Account", vec![call::account(account)]).await?;
	let holds = read(at, "Balances", "Holds", vec![call::account(account)]).await?;
	Ok(Funds {
		free: amount(&info, &["data", "free"]),
		reserved: amount(&info, &["data", "reserved"]),
		frozen: amount(&info, &["data", "frozen"]),
		holds: holds_of(at, &holds),
	})
}

/// An asset's balance of an account: what is free, and what is held.
pub async fn asset_funds(at: &At, account: &AccountId, id: AssetId) -> Result<Funds> {
	let keys = || vec![call::number(id), call::account(account)];
	let info = read(at, "Assets", "Account", keys()).await?;
	let holds = read(at, "AssetsHolder", "Holds", keys()).await?;
	let holds = holds_of(at, &holds);
	let reserved = holds.iter().map(|hold| hold.1).fold(0, Balance::saturating_add);
	Ok(Funds { free: amount(&info, &["balance"]), reserved, frozen: 0, holds })
}

fn holds_of(at: &At, holds: &Option<Typed>) -> Vec<(String, Balance)> {
	let types = at.metadata_ref().types();
	holds.iter().flat_map(|holds| items(holds, types)).map(|hold| hold_of(at, hold)).collect()
}

fn hold_of(at: &At, hold: &Typed) -> (String, Balance) {
	let types = at.metadata_ref().types();
	let reason = hold.at("id").map(|id| super::render::json(id, types)).unwrap_or_default();
	// `{"Registry": "Bond"}` reads better as `Registry.Bond`.
	let reason = match reason.as_object().and_then(|object| object.iter().next()) {
		Some((pallet, reason)) => format!("{pallet}.{}", reason.as_str().unwrap_or_default()),
		None => reason.to_string(),
	};
	(reason, hold.at("amount").and_then(number_of).unwrap_or_default())
}

/// The items of a list, which may be wrapped as bounded lists are.
pub fn items<'a>(list: &'a Typed, types: &PortableRegistry) -> Vec<&'a Typed> {
	let ValueDef::Composite(composite) = &list.value else { return Vec::new() };
	match types.resolve(list.context).map(|ty| &ty.type_def) {
		Some(TypeDef::Sequence(_) | TypeDef::Array(_)) => composite.values().collect(),
		Some(TypeDef::Composite(_)) => {
			composite.values().next().map(|inner| items(inner, types)).unwrap_or_default()
		}
		_ => Vec::new(),
	}
}

/// Whether a storage item is really there, whatever default the metadata gives it.
pub async fn exists(at: &At, pallet: &str, item: &str, keys: Vec<Value>) -> Result<bool> {
	let address = dynamic::storage::<Vec<Value>, Value>(pallet, item);
	let key = at.storage().entry(address).and_then(|entry| entry.fetch_key(keys)).map_err(errors::subxt)?;
	match at.storage().fetch_raw(key).await {
		Ok(_) => Ok(true),
		Err(StorageError::NoValueFound) => Ok(false),
		Err(error) => Err(errors::subxt(error)),
	}
}
