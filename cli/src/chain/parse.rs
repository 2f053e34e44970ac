//! JSON that a person wrote, as a value of the chain, guided by the types of its metadata.

use crate::args::{percent, AccountArg};
use anyhow::{anyhow, bail, Context, Result};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef, TypeDefPrimitive};
use serde_json::Value as Json;
use subxt::{
	dynamic::Value,
	ext::scale_value::{Composite, ValueDef, Variant},
};

/// Calls within calls at the most.
const MAX_DEPTH: usize = 32;

/// The arguments of a call, from an object with their names.
pub fn fields(
	json: &Json,
	fields: &[Field<PortableForm>],
	types: &PortableRegistry,
) -> Result<Vec<(String, Value)>> {
	named_fields(json, fields, types, 0)
}

fn named_fields(
	json: &Json,
	fields: &[Field<PortableForm>],
	types: &PortableRegistry,
	depth: usize,
) -> Result<Vec<(String, Value)>> {
	let object = json.as_object().context("an object with the names of the fields is needed")?;
	let known = |name: &String| fields.iter().any(|field| field.name.as_deref() == Some(name.as_str()));
	if let Some(unknown) = object.keys().find(|name| !known(name)) {
		let names: Vec<_> = fields.iter().filter_map(|field| field.name.as_deref()).collect();
		bail!("there is no field `{unknown}` but {}", names.join(", "));
	}
	fields
		.iter()
		.map(|field| {
			let name = field.name.as_deref().unwrap_or_default();
			// A field that is left out is null: nothing, where the type allows it.
			let given = object.get(name).unwrap_or(&Json::Null);
			Ok((
				name.to_owned(),
				value(given, field.ty.id, types, depth).with_context(|| format!("`{name}`"))?,
			))
		})
		.collect()
}

fn composite(
	json: &Json,
	fields: &[Field<PortableForm>],
	types: &PortableRegistry,
	depth: usize,
) -> Result<Composite<()>> {
	match fields {
		[] => Ok(Composite::Unnamed(Vec::new())),
		[one] if one.name.is_none() => Ok(Composite::Unnamed(vec![value(json, one.ty.id, types, depth)?])),
		[first, ..] if first.name.is_some() => {
			Ok(Composite::Named(named_fields(json, fields, types, depth)?))
		}
		several => {
			let items = json.as_array().filter(|items| items.len() == several.len());
			let items = items.with_context(|| format!("a list of {} is needed", several.len()))?;
			let items = items.iter().zip(several).map(|(item, field)| value(item, field.ty.id, types, depth));
			Ok(Composite::Unnamed(items.collect::<Result<_>>()?))
		}
	}
}

fn value(json: &Json, type_id: u32, types: &PortableRegistry, depth: usize) -> Result<Value> {
	if depth > MAX_DEPTH {
		bail!("too many levels");
	}
	let depth = depth.saturating_add(1);
	let ty = types.resolve(type_id).context("the metadata has no such type")?;
	let name = ty.path.segments.last().map(|name| &**name);
	if let Some(text) = json.as_str() {
		let account =
			|| text.parse::<AccountArg>().map(|account| Value::from_bytes(account.0)).map_err(|e| anyhow!(e));
		match name {
			Some("AccountId32") => return account(),
			Some("MultiAddress") => return Ok(Value::unnamed_variant("Id", [account()?])),
			Some("Perbill") => {
				return percent(text).map(|parts| Value::u128(parts.into())).map_err(|e| anyhow!(e))
			}
			_ => {}
		}
	}
	match &ty.type_def {
		TypeDef::Composite(def) => {
			Ok(Value::without_context(ValueDef::Composite(composite(json, &def.fields, types, depth)?)))
		}
		TypeDef::Variant(def) if name == Some("Option") => {
			let some = def
				.variants
				.iter()
				.find(|variant| variant.name == "Some")
				.and_then(|some| some.fields.first());
			match (json, some) {
				(Json::Null, _) => Ok(Value::unnamed_variant("None", [])),
				(given, Some(field)) => {
					Ok(Value::unnamed_variant("Some", [value(given, field.ty.id, types, depth)?]))
				}
				_ => bail!("the metadata has an option of nothing"),
			}
		}
		TypeDef::Variant(def) => {
			let (name, inner) = match json {
				Json::String(name) => (name.as_str(), &Json::Null),
				Json::Object(object) if object.len() == 1 => {
					object.iter().next().map(|(name, inner)| (name.as_str(), inner)).context("empty")?
				}
				_ => bail!("the name of a variant is needed, or an object with that name and its fields"),
			};
			let variant = def.variants.iter().find(|variant| variant.name == name).with_context(|| {
				let names: Vec<_> = def.variants.iter().map(|variant| variant.name.as_str()).collect();
				format!("there is no `{name}` but {}", names.join(", "))
			})?;
			let values =
				composite(inner, &variant.fields, types, depth).with_context(|| format!("`{name}`"))?;
			Ok(Value::without_context(ValueDef::Variant(Variant { name: name.to_owned(), values })))
		}
		TypeDef::Sequence(def) => list(json, def.type_param.id, types, depth),
		TypeDef::Array(def) => list(json, def.type_param.id, types, depth),
		TypeDef::Tuple(def) => {
			let items = match json {
				Json::Null if def.fields.is_empty() => &[][..],
				_ => json.as_array().context("a list is needed")?,
			};
			if items.len() != def.fields.len() {
				bail!("a list of {} is needed", def.fields.len());
			}
			let items =
				items.iter().zip(&def.fields).map(|(item, field)| value(item, field.id, types, depth));
			Ok(Value::unnamed_composite(items.collect::<Result<Vec<_>>>()?))
		}
		TypeDef::Compact(def) => value(json, def.type_param.id, types, depth),
		TypeDef::Primitive(primitive) => leaf(json, primitive),
		TypeDef::BitSequence(_) => bail!("bit sequences cannot be written here"),
	}
}

fn list(json: &Json, item: u32, types: &PortableRegistry, depth: usize) -> Result<Value> {
	let bytes =
		types.resolve(item).is_some_and(|ty| matches!(ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U8)));
	match json {
		Json::String(text) if bytes => Ok(Value::from_bytes(match text.strip_prefix("0x") {
			Some(hex) => hex::decode(hex)?,
			None => text.as_bytes().to_vec(),
		})),
		Json::Array(items) => {
			let items = items.iter().map(|one| value(one, item, types, depth));
			Ok(Value::unnamed_composite(items.collect::<Result<Vec<_>>>()?))
		}
		_ if bytes => bail!("text, or hex with 0x, is needed"),
		_ => bail!("a list is needed"),
	}
}

fn leaf(json: &Json, primitive: &TypeDefPrimitive) -> Result<Value> {
	use TypeDefPrimitive::{Bool, Char, Str, I128, I16, I256, I32, I64, I8, U256};
	// Numbers beyond 53 bits are safer as text.
	let text = json.as_str().map_or_else(|| json.to_string(), ToOwned::to_owned);
	match primitive {
		Bool => json.as_bool().map(Value::bool).context("true or false is needed"),
		Str | Char => json.as_str().map(Value::string).context("text is needed"),
		U256 | I256 => bail!("256-bit numbers cannot be written here"),
		I8 | I16 | I32 | I64 | I128 => {
			text.parse().map(Value::i128).map_err(|_| anyhow!("`{text}` is not a number"))
		}
		_ => text.parse().map(Value::u128).map_err(|_| anyhow!("`{text}` is not a whole number")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{MetaType, Registry, TypeInfo};
	use serde_json::json;
	use surety_primitives::{AccountId, AssetKind, Price};

	fn encoded<T: TypeInfo + 'static>(json: Json) -> Result<Vec<u8>> {
		let mut registry = Registry::new();
		let id = registry.register_type(&MetaType::new::<T>()).id;
		let types: PortableRegistry = registry.into();
		let value = value(&json, id, &types, 0)?;
		let mut bytes = Vec::new();
		subxt::ext::scale_value::scale::encode_as_type(&value, id, &types, &mut bytes)?;
		Ok(bytes)
	}

	#[test]
	fn json_should_become_what_the_type_says() {
		assert_eq!(
			encoded::<u128>(json!("340282366920938463463374607431768211455")).unwrap(),
			u128::MAX.encode()
		);
		assert_eq!(encoded::<Option<u32>>(json!(7)).unwrap(), Some(7u32).encode());
		assert_eq!(encoded::<Option<u32>>(Json::Null).unwrap(), None::<u32>.encode());
		assert_eq!(encoded::<Vec<u8>>(json!("0x0102")).unwrap(), vec![1u8, 2].encode());
		assert_eq!(encoded::<Vec<u8>>(json!("hi")).unwrap(), b"hi".to_vec().encode());
		assert_eq!(encoded::<(u8, bool)>(json!([1, true])).unwrap(), (1u8, true).encode());
		assert_eq!(encoded::<AssetKind>(json!("Native")).unwrap(), AssetKind::Native.encode());
		assert_eq!(encoded::<AssetKind>(json!({ "WithId": 7 })).unwrap(), AssetKind::WithId(7).encode());
		let price = Price { asset: AssetKind::Native, amount: 5u128, period: 10u32 };
		let written = json!({ "asset": "Native", "amount": "5", "period": 10 });
		assert_eq!(encoded::<Price<AssetKind, u128, u32>>(written).unwrap(), price.encode());
		let alice = "//Alice".parse::<AccountArg>().unwrap().0;
		assert_eq!(encoded::<AccountId>(json!("//Alice")).unwrap(), alice.encode());
	}

	#[test]
	fn json_that_does_not_fit_should_be_refused() {
		assert!(encoded::<u8>(json!(256)).is_err());
		assert!(encoded::<u32>(json!(-1)).is_err());
		assert!(encoded::<u32>(json!(1.5)).is_err());
		assert!(encoded::<u32>(Json::Null).is_err());
		assert!(encoded::<AssetKind>(json!("Gold")).unwrap_err().to_string().contains("WithId"));
		assert!(encoded::<Price<AssetKind, u128, u32>>(json!({ "cost": 1 })).is_err());
		assert!(encoded::<(u8, bool)>(json!([1])).is_err());
	}
}
