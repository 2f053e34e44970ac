//! Errors of nodes and of the chain, in words that a person can act on.

use super::render::Typed;
use crate::error::squeeze;
use anyhow::anyhow;
use std::fmt;
use subxt::{
	error::{
		ArithmeticError, BackendError, DispatchError, ExtrinsicError, RpcError, RuntimeApiError,
		StorageError, TokenError,
	},
	ext::scale_value::{scale::encode_as_type, ValueDef},
	metadata::{ArcMetadata, Metadata},
	rpcs,
};

/// Codes of the node's answers to a transaction that its pool does not take.
const POOL_INVALID: i32 = 1010;
const POOL_UNKNOWN_VALIDITY: i32 = 1011;
const POOL_BANNED: i32 = 1012;
const POOL_ALREADY_THERE: i32 = 1013;
const POOL_TOO_LOW_PRIORITY: i32 = 1014;
/// A method that the node does not have, or does not let outsiders call.
const NO_SUCH_METHOD: i32 = -32601;

/// What to say when the state that was asked for is gone.
const PRUNED: &str =
	"the node no longer has the state of that block: ask one that keeps it (--state-pruning archive), \
	or choose a later block";

/// Whether the node has the very transaction that was submitted already.
pub fn is_in_pool(error: &rpcs::Error) -> bool {
	matches!(error, rpcs::Error::User(user) if user.code == POOL_ALREADY_THERE)
}

/// What an RPC call failed with.
pub fn rpc(error: rpcs::Error) -> anyhow::Error {
	match &error {
		rpcs::Error::User(user) => {
			let data = user.data.as_ref().map(|data| data.get());
			anyhow!(answer(user.code, &user.message, data))
		}
		rpcs::Error::Client(cause) => {
			let cause = squeeze(&cause.to_string());
			if cause.contains("background task") || cause.contains("restart required") {
				anyhow!("the node closed the connection")
			} else {
				anyhow!("{}", plain(&cause))
			}
		}
		rpcs::Error::InsecureUrl(url) => anyhow!("{url} is not encrypted"),
		other => anyhow!("{}", plain(&other.to_string())),
	}
}

/// Without the library's prefixes, which tell nobody anything.
fn plain(text: &str) -> String {
	let mut text = squeeze(text);
	for prefix in ["RPC error: ", "client error: ", "Error when opening the TCP socket: "] {
		if let Some(rest) = text.strip_prefix(prefix) {
			text = rest.to_owned();
		}
	}
	text
}

/// An answer of the node that is an error.
fn answer(code: i32, message: &str, data: Option<&str>) -> String {
	// The data is JSON: most often a string.
	let data = data.map(|raw| serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()));
	let detail = squeeze(&data.unwrap_or_default());
	match code {
		POOL_INVALID => format!("the chain does not take the transaction: {}", or(&detail, message)),
		POOL_UNKNOWN_VALIDITY => {
			format!("the chain cannot tell whether the transaction is valid: {}", or(&detail, message))
		},
		POOL_BANNED => "the transaction is banned for a while: it was dropped or found invalid before".into(),
		POOL_ALREADY_THERE => "the same transaction is in the pool already".into(),
		POOL_TOO_LOW_PRIORITY => {
			"another transaction of this account with the same number is in the pool: wait until it is included".into()
		},
		NO_SUCH_METHOD if message.contains("unsafe") => {
			"the node does not let outsiders call this: use it on the validator's own machine, with --rpc-methods unsafe".into()
		},
		NO_SUCH_METHOD => format!("the node does not have this method: {}", or(&detail, message)),
		_ if is_pruned(message) || is_pruned(&detail) => PRUNED.into(),
		_ if detail.is_empty() => squeeze(message),
		_ => format!("{}: {detail}", squeeze(message)),
	}
}

fn or<'a>(detail: &'a str, message: &'a str) -> &'a str {
	if detail.is_empty() {
		message
	} else {
		detail
	}
}

/// What the client library failed with.
pub fn subxt(error: impl Into<subxt::Error>) -> anyhow::Error {
	let error = error.into();
	let backend = match &error {
		subxt::Error::BackendError(e) => Some(e),
		subxt::Error::RuntimeApiError(RuntimeApiError::CannotCallApi(e)) => Some(e),
		subxt::Error::StorageError(StorageError::CannotFetchValue(e)) => Some(e),
		subxt::Error::ExtrinsicError(
			ExtrinsicError::ErrorSubmittingTransaction(e) | ExtrinsicError::CannotGetFeeInfo(e),
		) => Some(e),
		_ => None,
	};
	if let Some(BackendError::Rpc(RpcError::ClientError(rpcs::Error::User(user)))) = backend {
		return anyhow!(answer(user.code, &user.message, user.data.as_ref().map(|data| data.get())));
	}
	let text = error.to_string();
	if is_pruned(&text) {
		return anyhow!(PRUNED);
	}
	anyhow!("{}", squeeze(&text))
}

/// Whether the node answered that it has thrown away the state of a block.
fn is_pruned(text: &str) -> bool {
	text.contains("State already discarded")
}

/// The chain refused a call.
#[derive(Debug)]
pub struct Refused(String);

impl fmt::Display for Refused {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(&self.0)
	}
}

impl std::error::Error for Refused {}

/// The chain refused a call.
pub fn refused(error: &DispatchError) -> anyhow::Error {
	Refused(dispatch(error)).into()
}

/// Whether the chain refused a call with one of these errors, each `Pallet.Error`.
pub fn is_one_of(error: &anyhow::Error, names: &[&str]) -> bool {
	let refused = error.downcast_ref::<Refused>();
	refused.is_some_and(|Refused(text)| text.split(':').next().is_some_and(|name| names.contains(&name)))
}

/// Why the chain refused a call: `Pallet.Error: the pallet's own documentation of it`.
pub fn dispatch(error: &DispatchError) -> String {
	match error {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => documented(details.pallet.name(), &details.variant.name, &details.variant.docs),
			Err(_) => squeeze(&module.details_string()),
		},
		DispatchError::Token(token) => format!("Token.{token:?}: {}", token_doc(token)),
		DispatchError::Arithmetic(arithmetic) => {
			format!("Arithmetic.{arithmetic:?}: {}", arithmetic_doc(arithmetic))
		}
		DispatchError::BadOrigin => "BadOrigin: this account may not make this call.".into(),
		other => squeeze(&format!("{}: {other}", name_of(other))),
	}
}

/// Errors of balances belong to no pallet, so that the metadata has no words for them.
fn token_doc(error: &TokenError) -> &'static str {
	match error {
		TokenError::FundsUnavailable => {
			"The account has less free than this takes. What is held cannot be spent: `chain balance` shows both."
		}
		TokenError::OnlyProvider => {
			"The account would be left with too little to exist while something still depends on it. Leave more."
		}
		TokenError::BelowMinimum => "The amount is below the least that an account may have. Send more.",
		TokenError::CannotCreate => "The receiving account cannot be created. Send it some of the native token first.",
		TokenError::UnknownAsset => "There is no such asset.",
		TokenError::Frozen => "What the account has is frozen. Wait until it is thawed.",
		TokenError::Unsupported => "The asset cannot do that.",
		TokenError::CannotCreateHold => "Nothing more can be held of the account. Release something first.",
		TokenError::NotExpendable => "The account may not die. Leave the least that an account may have.",
		TokenError::Blocked => "The receiving account is blocked.",
		_ => "The balances do not allow it.",
	}
}

fn arithmetic_doc(error: &ArithmeticError) -> &'static str {
	match error {
		ArithmeticError::Underflow => {
			"A number would fall below zero: most often the account has less than this takes, or the amount is too large."
		}
		ArithmeticError::Overflow => "A number would be too large to count. Use a smaller amount.",
		_ => "Something would be divided by zero. Use another amount.",
	}
}

/// The errors within values: parts of a batch, or a call on behalf of another, can fail while the whole
/// transaction counts as done.
pub fn within(values: &[(String, Typed)], metadata: &ArcMetadata) -> Vec<String> {
	let mut found = Vec::new();
	for (_, value) in values {
		collect(value, metadata, &mut found);
	}
	found
}

fn collect(value: &Typed, metadata: &ArcMetadata, found: &mut Vec<String>) {
	let types = metadata.types();
	let is_error = types
		.resolve(value.context)
		.is_some_and(|ty| ty.path.segments.last().is_some_and(|name| *name == "DispatchError"));
	if is_error {
		let mut bytes = Vec::new();
		let encoded = encode_as_type(value, value.context, types, &mut bytes).ok();
		let error = encoded.and_then(|()| DispatchError::decode_from(&bytes[..], metadata.clone()).ok());
		found.push(error.map_or_else(|| "an error that cannot be read".into(), |error| dispatch(&error)));
		return;
	}
	match &value.value {
		ValueDef::Composite(inner) => inner.values().for_each(|value| collect(value, metadata, found)),
		ValueDef::Variant(inner) => inner.values.values().for_each(|value| collect(value, metadata, found)),
		_ => {}
	}
}

fn name_of(error: &DispatchError) -> String {
	let debug = format!("{error:?}");
	debug.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

/// An error with its documentation, in one line.
pub fn documented(pallet: &str, name: &str, docs: &[String]) -> String {
	let docs = squeeze(&docs.join(" "));
	if docs.is_empty() {
		format!("{pallet}.{name}")
	} else {
		format!("{pallet}.{name}: {docs}")
	}
}

/// An error of a pallet that the command line finds out by itself, in the chain's own words.
pub fn known(metadata: &Metadata, pallet: &str, name: &str, otherwise: &str) -> anyhow::Error {
	let docs = metadata
		.pallet_by_name(pallet)
		.and_then(|pallet| pallet.error_variants()?.iter().find(|variant| variant.name == name))
		.map(|variant| variant.docs.clone())
		.unwrap_or_else(|| vec![otherwise.to_owned()]);
	anyhow!(documented(pallet, name, &docs))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_error_should_be_shown_with_its_documentation_in_one_line() {
		let docs = [" The offer is full.".to_owned(), "  Take another.".to_owned()];
		assert_eq!(
			documented("Registry", "CapacityFull", &docs),
			"Registry.CapacityFull: The offer is full. Take another."
		);
		assert_eq!(documented("Registry", "CapacityFull", &[]), "Registry.CapacityFull");
	}

	#[test]
	fn a_refusal_of_the_pool_should_say_why() {
		let why = "\"Inability to pay some fees (e.g. account balance too low)\"";
		assert_eq!(
			answer(POOL_INVALID, "Invalid Transaction", Some(why)),
			"the chain does not take the transaction: Inability to pay some fees (e.g. account balance too low)"
		);
		assert!(answer(NO_SUCH_METHOD, "RPC call is unsafe to be called externally", None).contains("unsafe"));
		assert_eq!(answer(-32000, "oh\nno", None), "oh no");
	}

	#[test]
	fn a_block_whose_state_is_gone_should_be_called_that() {
		let raw = "Client error: Api called for an unknown Block: State already discarded for 0x01";
		assert_eq!(answer(4003, raw, None), PRUNED);
	}

	#[test]
	fn a_refusal_should_be_known_by_its_name() {
		let refused =
			anyhow::Error::new(Refused("Restaking.NotEnoughStake: Less than that is bonded.".into()));
		assert!(is_one_of(&refused, &["Restaking.LedgerNotFound", "Restaking.NotEnoughStake"]));
		assert!(!is_one_of(&refused, &["Restaking.NotEnough"]));
		assert!(!is_one_of(
			&anyhow!("Restaking.NotEnoughStake: said by somebody else"),
			&["Restaking.NotEnoughStake"]
		));
	}

	#[test]
	fn a_lack_of_funds_should_be_named() {
		let error = DispatchError::Token(subxt::error::TokenError::FundsUnavailable);
		assert!(dispatch(&error).starts_with("Token.FundsUnavailable: The account has less free"));
	}
}
