//! Values of the chain, by the types of its metadata: for people, and for programs.

use super::{money::Denomination, Chain};
use crate::text::{self, address};
use anyhow::{Context, Result};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive};
use serde_json::{json, Map, Value as Json};
use subxt::ext::scale_value::{self, At as _, Composite, Primitive, ValueDef};
use surety_primitives::{AccountId, AssetKind};

/// A value that knows its types.
pub type Typed = scale_value::Value<u32>;

/// Decodes one value.
pub fn decode(bytes: &mut &[u8], type_id: u32, types: &PortableRegistry) -> Result<Typed> {
	scale_value::scale::decode_as_type(bytes, type_id, types)
		.context("the chain's metadata does not fit what it answered")
}

/// Decodes the fields of a call or an event.
pub fn decode_fields(
	bytes: &mut &[u8],
	fields: &[Field<PortableForm>],
	types: &PortableRegistry,
) -> Result<Vec<(String, Typed)>> {
	fields
		.iter()
		.enumerate()
		.map(|(index, field)| {
			let name = field.name.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
			Ok((name, decode(bytes, field.ty.id, types)?))
		})
		.collect()
}

/// What a value is, as far as it is shown in a way of its own.
enum Kind {
	Account,
	Share,
	Amount,
	Bytes,
	Optional,
	Other,
}

fn kind(mut type_id: u32, types: &PortableRegistry) -> Kind {
	// Types are wrapped a few times at the most; a registry that says otherwise is not followed for ever.
	for _ in 0..8 {
		let Some(ty) = types.resolve(type_id) else { break };
		match ty.path.segments.last().map(|name| &**name) {
			Some("AccountId32") => return Kind::Account,
			Some("Perbill") => return Kind::Share,
			Some("Option") => return Kind::Optional,
			_ => {}
		}
		type_id = match &ty.type_def {
			TypeDef::Compact(compact) => compact.type_param.id,
			TypeDef::Composite(composite)
				if composite.fields.len() == 1 && composite.fields[0].name.is_none() =>
			{
				composite.fields[0].ty.id
			}
			TypeDef::Primitive(TypeDefPrimitive::U128) => return Kind::Amount,
			TypeDef::Array(array) if is_byte(array.type_param.id, types) => return Kind::Bytes,
			TypeDef::Sequence(sequence) if is_byte(sequence.type_param.id, types) => return Kind::Bytes,
			_ => break,
		};
	}
	Kind::Other
}

fn is_byte(type_id: u32, types: &PortableRegistry) -> bool {
	types.resolve(type_id).is_some_and(|ty| matches!(ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U8)))
}

/// A value without the wrappers of one unnamed field around it.
fn unwrapped(value: &Typed) -> &Typed {
	match &value.value {
		ValueDef::Composite(Composite::Unnamed(inner)) if inner.len() == 1 => unwrapped(&inner[0]),
		_ => value,
	}
}

/// The bytes of a value that consists of nothing else.
pub fn bytes_of(value: &Typed) -> Option<Vec<u8>> {
	match &value.value {
		ValueDef::Composite(Composite::Unnamed(items)) => match items.as_slice() {
			[wrapped] if wrapped.as_u128().is_none() => bytes_of(wrapped),
			items => items.iter().map(|item| u8::try_from(item.as_u128()?).ok()).collect(),
		},
		_ => None,
	}
}

/// The account that a value is.
pub fn account_of(value: &Typed) -> Option<AccountId> {
	let bytes: [u8; 32] = bytes_of(value)?.try_into().ok()?;
	Some(AccountId::new(bytes))
}

/// The number that a value is, wrapped or not.
pub fn number_of(value: &Typed) -> Option<u128> {
	unwrapped(value).as_u128()
}

/// Whether an optional value is there.
pub fn is_some(value: &Typed) -> bool {
	matches!(&value.value, ValueDef::Variant(variant) if variant.name == "Some")
}

/// The asset that a value names.
pub fn asset_of(value: &Typed) -> Option<AssetKind> {
	let ValueDef::Variant(variant) = &value.value else { return None };
	match variant.name.as_str() {
		"Native" => Some(AssetKind::Native),
		"WithId" => {
			let id = variant.values.values().next().and_then(number_of)?;
			Some(AssetKind::WithId(id.try_into().ok()?))
		}
		_ => None,
	}
}

/// For programs: accounts as addresses, bytes in hex, 128-bit numbers as strings in smallest units.
pub fn json(value: &Typed, types: &PortableRegistry) -> Json {
	match kind(value.context, types) {
		Kind::Account => {
			if let Some(account) = account_of(value) {
				return address(&account).into();
			}
		}
		Kind::Bytes => {
			if let Some(bytes) = bytes_of(value) {
				return text::hex(bytes).into();
			}
		}
		Kind::Amount => {
			if let Some(number) = number_of(value) {
				return number.to_string().into();
			}
		}
		Kind::Optional => {
			if let ValueDef::Variant(variant) = &value.value {
				return variant.values.values().next().map_or(Json::Null, |inner| json(inner, types));
			}
		}
		Kind::Share | Kind::Other => {}
	}
	let value = unwrapped(value);
	match &value.value {
		ValueDef::Composite(composite) => json_fields(composite, types),
		ValueDef::Variant(variant) => match variant.values.len() {
			0 => variant.name.clone().into(),
			1 if matches!(variant.values, Composite::Unnamed(_)) => {
				let inner = variant.values.values().next().map_or(Json::Null, |inner| json(inner, types));
				json!({ &variant.name: inner })
			}
			_ => json!({ &variant.name: json_fields(&variant.values, types) }),
		},
		ValueDef::BitSequence(bits) => {
			bits.iter().map(|bit| if bit { '1' } else { '0' }).collect::<String>().into()
		}
		ValueDef::Primitive(primitive) => json_primitive(primitive),
	}
}

fn json_fields(composite: &Composite<u32>, types: &PortableRegistry) -> Json {
	match composite {
		Composite::Named(fields) => fields
			.iter()
			.map(|(name, value)| (name.clone(), json(value, types)))
			.collect::<Map<_, _>>()
			.into(),
		Composite::Unnamed(items) => items.iter().map(|item| json(item, types)).collect::<Vec<_>>().into(),
	}
}

fn json_primitive(primitive: &Primitive) -> Json {
	match primitive {
		Primitive::Bool(value) => (*value).into(),
		Primitive::Char(value) => value.to_string().into(),
		Primitive::String(value) => value.clone().into(),
		Primitive::U128(value) => u64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from),
		Primitive::I128(value) => i64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from),
		Primitive::U256(bytes) | Primitive::I256(bytes) => text::hex(bytes).into(),
	}
}

/// What values are shown with.
pub struct Human<'a> {
	/// Types of the metadata.
	pub types: &'a PortableRegistry,
	/// Knows the denominations that were asked for.
	pub chain: &'a Chain,
	/// What amounts are counted in where nothing else says; `None` shows the bare number.
	pub money: Option<Denomination>,
}

impl Human<'_> {
	/// For people, in one line: amounts in whole tokens, bytes as text when they are.
	pub fn show(&self, value: &Typed) -> String {
		self.show_in(value, &self.money)
	}

	fn show_in(&self, value: &Typed, money: &Option<Denomination>) -> String {
		match kind(value.context, self.types) {
			Kind::Account => {
				if let Some(account) = account_of(value) {
					return address(&account);
				}
			}
			Kind::Bytes => {
				if let Some(bytes) = bytes_of(value) {
					return format!("\"{}\"", text::text(&bytes));
				}
			}
			Kind::Amount => {
				if let (Some(number), Some(money)) = (number_of(value), money) {
					return money.show(number);
				}
			}
			Kind::Share => {
				if let Some(parts) = number_of(value) {
					return format!("{}%", crate::amount::format_units(parts, 7));
				}
			}
			Kind::Optional => {
				if let ValueDef::Variant(variant) = &value.value {
					return variant
						.values
						.values()
						.next()
						.map_or("none".into(), |inner| self.show_in(inner, money));
				}
			}
			Kind::Other => {}
		}
		let value = unwrapped(value);
		match &value.value {
			ValueDef::Composite(composite) => self.show_fields(composite, money),
			ValueDef::Variant(variant) if variant.values.is_empty() => variant.name.clone(),
			ValueDef::Variant(variant) => {
				format!("{} {}", variant.name, self.show_fields(&variant.values, money))
			}
			ValueDef::Primitive(primitive) => match json_primitive(primitive) {
				Json::String(text) => text,
				other => other.to_string(),
			},
			ValueDef::BitSequence(_) => json(value, self.types).to_string(),
		}
	}

	fn show_fields(&self, composite: &Composite<u32>, money: &Option<Denomination>) -> String {
		match composite {
			Composite::Named(fields) => {
				// A price says itself what it is counted in.
				let asset = composite.at("asset").and_then(asset_of).or_else(|| {
					let id = composite.at("asset_id").and_then(number_of)?;
					Some(AssetKind::WithId(id.try_into().ok()?))
				});
				let money = match asset {
					Some(asset) => self.chain.known(&asset),
					None => money.clone(),
				};
				// Storage is paid for in the native token, whatever else a call is about.
				let native = Some(self.chain.native());
				let fields = fields.iter().map(|(name, value)| {
					let money = if name == "deposit" { &native } else { &money };
					format!("{name}: {}", self.show_in(value, money))
				});
				format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
			}
			Composite::Unnamed(items) => {
				let items = items.iter().map(|item| self.show_in(item, money)).collect::<Vec<_>>();
				match items.as_slice() {
					[one] => one.clone(),
					_ => format!("[{}]", items.join(", ")),
				}
			}
		}
	}

	/// The fields of a call or an event, in one line.
	pub fn show_named(&self, fields: &[(String, Typed)]) -> String {
		let composite = Composite::Named(fields.to_vec());
		if fields.is_empty() {
			String::new()
		} else {
			self.show_fields(&composite, &self.money)
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{MetaType, Registry, TypeInfo};

	fn typed<T: TypeInfo + Encode + 'static>(value: T) -> (Typed, PortableRegistry) {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		let types = registry.into();
		(decode(&mut &value.encode()[..], id, &types).unwrap(), types)
	}

	fn as_json<T: TypeInfo + Encode + 'static>(value: T) -> Json {
		let (value, types) = typed(value);
		json(&value, &types)
	}

	#[test]
	fn values_should_have_the_same_form_whatever_their_size() {
		assert_eq!(as_json(7u128), json!("7"));
		assert_eq!(as_json(u128::MAX), json!(u128::MAX.to_string()));
		assert_eq!(as_json(codec::Compact(7u128)), json!("7"));
		assert_eq!(as_json(7u32), json!(7));
		assert_eq!(as_json(b"abc".to_vec()), json!("0x616263"));
		assert_eq!(as_json(vec![7u8]), json!("0x07"));
		assert_eq!(as_json(Vec::<u8>::new()), json!("0x"));
		assert_eq!(as_json([1u8; 32]), json!(text::hex([1; 32])));
	}

	#[test]
	fn accounts_assets_and_options_should_be_readable() {
		let account = AccountId::new([7; 32]);
		assert_eq!(as_json(account.clone()), json!(address(&account)));
		assert_eq!(as_json(AssetKind::Native), json!("Native"));
		assert_eq!(as_json(AssetKind::WithId(3)), json!({ "WithId": 3 }));
		assert_eq!(as_json(Some(5u32)), json!(5));
		assert_eq!(as_json(None::<u32>), Json::Null);
		let (value, _) = typed(AssetKind::WithId(3));
		assert_eq!(asset_of(&value), Some(AssetKind::WithId(3)));
		let (value, _) = typed(account.clone());
		assert_eq!(account_of(&value), Some(account));
	}
}
