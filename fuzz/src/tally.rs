//! How often each call was tried, did what it was asked, and was refused with which error.

use crate::oracle::Seen;
use frame_support::traits::{GetCallMetadata, PalletsInfoAccess};
use scale_info::{TypeDef, TypeInfo};
use serde_json::{json, Value};
use sp_runtime::DispatchError;
use std::{collections::BTreeMap, fmt::Write};
use surety_runtime::{RuntimeCall, RuntimeError, SuretyPallets};

/// Names of the runtime's errors, by index of the pallet and of the error.
#[derive(Debug)]
pub struct ErrorNames(BTreeMap<(u8, u8), String>);

impl Default for ErrorNames {
	fn default() -> Self {
		let mut names = BTreeMap::new();
		let TypeDef::Variant(pallets) = RuntimeError::type_info().type_def else {
			return Self(names);
		};
		for pallet in pallets.variants {
			let Some(field) = pallet.fields.first() else { continue };
			let TypeDef::Variant(errors) = field.ty.type_info().type_def else { continue };
			for error in errors.variants {
				names.insert((pallet.index, error.index), format!("{}.{}", pallet.name, error.name));
			}
		}
		Self(names)
	}
}

impl ErrorNames {
	/// Name of an error, without the pallet's where that is `pallet`.
	pub fn name(&self, error: &DispatchError, pallet: &str) -> String {
		let DispatchError::Module(module) = error else { return format!("{error:?}") };
		let index = module.error.first().copied().unwrap_or_default();
		let Some(name) = self.0.get(&(module.index, index)) else { return format!("{error:?}") };
		let own = name.strip_prefix(pallet).and_then(|name| name.strip_prefix('.'));
		own.unwrap_or(name).to_owned()
	}

	/// Every error of a pallet.
	pub fn of(&self, pallet: u8) -> impl Iterator<Item = &str> {
		let own = self.0.iter().filter(move |((of, _), _)| *of == pallet);
		own.filter_map(|(_, name)| name.split('.').nth(1))
	}
}

/// What became of one call.
#[derive(Clone, Default, Debug)]
struct Outcomes {
	succeeded: u64,
	errors: BTreeMap<String, u64>,
}

impl Outcomes {
	fn generated(&self) -> u64 {
		self.errors.values().sum::<u64>().saturating_add(self.succeeded)
	}
}

/// Counts of all calls.
#[derive(Default, Debug)]
pub struct Tally {
	names: ErrorNames,
	calls: BTreeMap<(String, String), Outcomes>,
	/// How often rules had something to judge.
	pub seen: Seen,
	/// Calls in all.
	pub total: u64,
	/// Blocks in all.
	pub blocks: u64,
}

/// A pallet of Surety, by name, its index, and its calls.
fn own_calls() -> Vec<(&'static str, u8, &'static [&'static str])> {
	let pallets = SuretyPallets::infos().into_iter();
	let calls = |name| RuntimeCall::get_call_names(name);
	pallets.map(|info| (info.name, u8::try_from(info.index).unwrap_or(u8::MAX), calls(info.name))).collect()
}

impl Tally {
	/// Counts a call.
	pub fn count(&mut self, call: &RuntimeCall, result: Result<(), DispatchError>) {
		let name = call.get_call_metadata();
		let key = (name.pallet_name.to_owned(), name.function_name.to_owned());
		let outcomes = self.calls.entry(key).or_default();
		match result {
			Ok(()) => outcomes.succeeded = outcomes.succeeded.saturating_add(1),
			Err(error) => {
				let count = outcomes.errors.entry(self.names.name(&error, name.pallet_name)).or_default();
				*count = count.saturating_add(1);
			}
		}
		self.total = self.total.saturating_add(1);
	}

	fn outcomes(&self, pallet: &str, call: &str) -> Outcomes {
		self.calls.get(&(pallet.to_owned(), call.to_owned())).cloned().unwrap_or_default()
	}

	/// Adds what an oracle has judged.
	pub fn add_seen(&mut self, seen: &Seen) {
		for (what, times) in seen {
			let count = self.seen.entry(what).or_default();
			*count = count.saturating_add(*times);
		}
	}

	/// Calls of Surety's own pallets that nothing generated.
	pub fn never_generated(&self) -> Vec<String> {
		self.own(|outcomes| outcomes.generated() == 0)
	}

	/// Calls of Surety's own pallets that never succeeded.
	pub fn never_succeeded(&self) -> Vec<String> {
		self.own(|outcomes| outcomes.succeeded == 0)
	}

	fn own(&self, chosen: impl Fn(&Outcomes) -> bool) -> Vec<String> {
		let calls = own_calls()
			.into_iter()
			.flat_map(|(pallet, _, calls)| calls.iter().map(move |call| (pallet, *call)));
		let chosen = calls.filter(|(pallet, call)| chosen(&self.outcomes(pallet, call)));
		chosen.map(|(pallet, call)| format!("{pallet}.{call}")).collect()
	}

	/// Errors of Surety's own pallets that no call was refused with.
	pub fn never_refused_with(&self) -> Vec<String> {
		let met = |pallet: &str, error: &str| {
			self.calls.iter().any(|((of, _), outcomes)| {
				let elsewhere = format!("{pallet}.{error}");
				(of == pallet && outcomes.errors.contains_key(error))
					|| outcomes.errors.contains_key(&elsewhere)
			})
		};
		let pallets = own_calls().into_iter();
		let errors =
			pallets.flat_map(|(pallet, index, _)| self.names.of(index).map(move |error| (pallet, error)));
		errors
			.filter(|(pallet, error)| !met(pallet, error))
			.map(|(pallet, error)| format!("{pallet}.{error}"))
			.collect()
	}

	/// The table for people.
	pub fn table(&self) -> String {
		let mut text = String::new();
		let mut line = |call: &str, generated: &str, succeeded: &str, errors: &str| {
			writeln!(text, "{call:<38} {generated:>9} {succeeded:>9}  {errors}")
				.expect("a string takes any text");
		};
		line("call", "generated", "succeeded", "errors");
		for (pallet, _, calls) in own_calls() {
			for call in calls {
				let Outcomes { succeeded, errors } = self.outcomes(pallet, call);
				let generated = self.outcomes(pallet, call).generated();
				let mut errors: Vec<_> = errors.into_iter().collect();
				errors.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
				let errors: Vec<_> =
					errors.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
				line(
					&format!("{pallet}.{call}"),
					&generated.to_string(),
					&succeeded.to_string(),
					&errors.join(", "),
				);
			}
		}
		let others: Vec<_> = self.calls.iter().filter(|((pallet, _), _)| !is_own(pallet)).collect();
		let generated: u64 = others.iter().map(|(_, outcomes)| outcomes.generated()).sum();
		let succeeded: u64 = others.iter().map(|(_, outcomes)| outcomes.succeeded).sum();
		line("calls of the SDK's pallets", &generated.to_string(), &succeeded.to_string(), "");
		text
	}

	/// The same for programs, with the calls of the SDK's pallets.
	pub fn json(&self) -> Value {
		let mut pallets = BTreeMap::<&str, BTreeMap<&str, Value>>::new();
		let entry = |outcomes: &Outcomes| {
			json!({
				"generated": outcomes.generated(),
				"succeeded": outcomes.succeeded,
				"errors": outcomes.errors,
			})
		};
		for (pallet, _, calls) in own_calls() {
			for call in calls {
				pallets.entry(pallet).or_default().insert(call, entry(&self.outcomes(pallet, call)));
			}
		}
		for ((pallet, call), outcomes) in &self.calls {
			pallets.entry(pallet).or_default().insert(call, entry(outcomes));
		}
		json!(pallets)
	}
}

fn is_own(pallet: &str) -> bool {
	own_calls().iter().any(|(own, ..)| *own == pallet)
}
