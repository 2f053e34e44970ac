//! Calls, as values that the node's own metadata encodes.

use super::{money::ChainPrice, render, At};
use anyhow::{ensure, Context, Result};
use codec::Encode;
use subxt::{
	dynamic::Value,
	ext::scale_value::{Composite, ValueDef, Variant},
	tx::DynamicPayload,
};
use surety_primitives::{AccountId, AssetKind, Balance, Security, Sla, Verifier};

/// One call of a pallet. Arguments go by name, so that what does not fit the chain is an error instead of a
/// transaction that says something else.
#[derive(Clone, Debug)]
pub struct Call {
	/// The pallet.
	pub pallet: String,
	/// The call.
	pub name: String,
	args: Vec<(String, Value)>,
	/// Pallets whose events say what came of it.
	pub concerned: Vec<String>,
	/// What amounts in `Subscriptions`, `Restaking`, `Slashing` and `Channels` are counted in, where they do not say it
	/// themselves; nothing where that is different things.
	pub asset: Option<AssetKind>,
}

/// Pallets whose events say what came of a pallet's calls: what clients pay is shared with the stake on their operators, and
/// edges have channels.
fn concerned(pallet: &str) -> Vec<String> {
	let others: &[&str] = match pallet {
		"Subscriptions" | "Notary" => &["Restaking"],
		"Topology" => &["Channels", "Slashing"],
		_ => &[],
	};
	[pallet].iter().chain(others).map(|&one| one.into()).collect()
}

impl Call {
	/// A call without arguments.
	pub fn new(pallet: &str, name: &str) -> Self {
		Self {
			pallet: pallet.into(),
			name: name.into(),
			args: Vec::new(),
			concerned: concerned(pallet),
			asset: Some(AssetKind::Native),
		}
	}

	/// A call with all its arguments.
	pub fn with(pallet: &str, name: &str, args: Vec<(String, Value)>) -> Self {
		Self { args, ..Self::new(pallet, name) }
	}

	/// The same with one argument more.
	pub fn arg(mut self, name: &str, value: Value) -> Self {
		self.args.push((name.into(), value));
		self
	}

	/// The same with one argument more, of which the encoding is known: as the metadata of the call reads it.
	pub fn encoded(self, at: &At, name: &str, value: &impl Encode) -> Result<Self> {
		let metadata = at.metadata_ref();
		let call = metadata.pallet_by_name(&self.pallet).and_then(|p| p.call_variant_by_name(&self.name));
		let field =
			call.and_then(|call| call.fields.iter().find(|field| field.name.as_deref() == Some(name)));
		let of_another = || {
			format!(
				"this chain has no {}.{} with `{name}` as it is known here: is this `surety` older than the chain?",
				self.pallet, self.name
			)
		};
		let id = field.with_context(of_another)?.ty.id;
		let bytes = value.encode();
		let mut rest = &bytes[..];
		let value = render::decode(&mut rest, id, metadata.types()).with_context(of_another)?;
		ensure!(rest.is_empty(), of_another());
		Ok(self.arg(name, value.remove_context()))
	}

	/// The same, with amounts of its events counted in `asset`.
	pub fn counted_in(mut self, asset: &AssetKind) -> Self {
		self.asset = Some(asset.clone());
		self
	}

	/// The same, with amounts of its events counted in what `assets` all are.
	pub fn counted_in_all<'a>(mut self, assets: impl IntoIterator<Item = &'a AssetKind>) -> Self {
		let mut assets = assets.into_iter();
		let first = assets.next().unwrap_or(&AssetKind::Native);
		self.asset = assets.all(|asset| asset == first).then(|| first.clone());
		self
	}

	/// The calls as one. `force_batch` goes on when one of them fails, `batch_all` undoes them all.
	pub fn batch(how: &str, calls: Vec<Call>) -> Self {
		let mut batch = Self::new("Utility", how);
		let first = calls.first().and_then(|call| call.asset.clone());
		batch.asset = first.filter(|first| calls.iter().all(|call| call.asset.as_ref() == Some(first)));
		for call in &calls {
			for pallet in &call.concerned {
				if !batch.concerned.contains(pallet) {
					batch.concerned.push(pallet.clone());
				}
			}
		}
		batch.arg("calls", Value::unnamed_composite(calls.into_iter().map(Call::into_value)))
	}

	/// The call as an argument of another.
	pub fn into_value(self) -> Value {
		let inner = Variant { name: self.name, values: Composite::Named(self.args) };
		Value::unnamed_variant(self.pallet, [Value::without_context(ValueDef::Variant(inner))])
	}

	/// The call as the client library takes it.
	pub fn payload(&self) -> DynamicPayload<Composite<()>> {
		DynamicPayload::new(&self.pallet, &self.name, Composite::Named(self.args.clone()))
	}
}

/// A number.
pub fn number(value: impl Into<u128>) -> Value {
	Value::u128(value.into())
}

/// Bytes of any length.
pub fn bytes(value: impl AsRef<[u8]>) -> Value {
	Value::from_bytes(value)
}

/// An account where a pallet takes it as it is.
pub fn account(account: &AccountId) -> Value {
	Value::from_bytes(account)
}

/// An account where a pallet looks it up.
pub fn lookup(account: &AccountId) -> Value {
	Value::unnamed_variant("Id", [Value::from_bytes(account)])
}

/// Something, or nothing.
pub fn option(value: Option<Value>) -> Value {
	match value {
		Some(value) => Value::unnamed_variant("Some", [value]),
		None => Value::unnamed_variant("None", []),
	}
}

/// A variant without fields.
pub fn variant(name: &str) -> Value {
	Value::unnamed_variant(name, [])
}

/// An artifact: where it is found, and its digest.
pub fn artifact(reference: &[u8], digest: &[u8; 32]) -> Value {
	Value::unnamed_composite([bytes(reference), bytes(digest)])
}

/// How answers are checked.
pub fn verifier(verifier: &Verifier) -> Value {
	match verifier {
		Verifier::None => variant("None"),
		Verifier::FixedHash => variant("FixedHash"),
		Verifier::MerkleChunk => variant("MerkleChunk"),
		Verifier::Native(id) => Value::unnamed_variant("Native", [number(*id)]),
	}
}

/// What a service asks to stand behind its offers.
pub fn security(security: &[Security<AssetKind, Balance>]) -> Value {
	let one = |one: &Security<AssetKind, Balance>| {
		Value::named_composite([("asset", asset(&one.asset)), ("amount", number(one.amount))])
	};
	Value::unnamed_composite(security.iter().map(one))
}

/// What an operator promises.
pub fn sla(sla: &Sla) -> Value {
	Value::named_composite([
		("latency_ms", number(sla.latency_ms)),
		("bandwidth_kbps", number(sla.bandwidth_kbps)),
		("uptime", number(sla.uptime.deconstruct())),
	])
}

/// A price.
pub fn price(price: &ChainPrice) -> Value {
	Value::named_composite([
		("asset", asset(&price.asset)),
		("amount", number(price.amount)),
		("period", number(price.period)),
	])
}

/// The native token or an asset.
pub fn asset(asset: &AssetKind) -> Value {
	match asset {
		AssetKind::Native => variant("Native"),
		AssetKind::WithId(id) => Value::unnamed_variant("WithId", [number(*id)]),
	}
}
