//! What each role can do: a file or folder a role, a command a function. `stake` is what operators and delegators
//! have in common.

pub mod chain;
pub mod client;
pub mod delegator;
pub mod edge;
pub mod gov;
pub mod keys;
pub mod notary;
pub mod operator;
pub mod stake;
pub mod validator;

use crate::{
	chain::{
		call::Call,
		submit::{submit, Receipt, Submission},
		Chain,
	},
	cli::{Cli, Ctx, Role},
	output,
};
use anyhow::{bail, Result};
use serde_json::{Map, Value};

/// Does what the command line asks for.
pub async fn run(cli: Cli) -> Result<()> {
	let ctx = Ctx::new(cli.options);
	match cli.role {
		Role::Operator(verb) => operator::run(&ctx, verb).await,
		Role::Delegator(verb) => delegator::run(&ctx, verb).await,
		Role::Client(verb) => client::run(&ctx, verb).await,
		Role::Notary(verb) => notary::run(&ctx, verb).await,
		Role::Edge(verb) => edge::run(&ctx, verb).await,
		Role::Validator(verb) => validator::run(&ctx, verb).await,
		Role::Gov(verb) => gov::run(&ctx, verb).await,
		Role::Keys(verb) => keys::run(&ctx, verb),
		Role::Chain(verb) => chain::run(&ctx, verb).await,
	}
}

/// Submits one call and prints what came of it.
async fn run_call(ctx: &Ctx, chain: &Chain, call: Call) -> Result<()> {
	run_call_with(ctx, chain, call, |_| Vec::new()).await
}

/// Submits one call and prints what came of it, with properties that the receipt yields first.
async fn run_call_with(
	ctx: &Ctx,
	chain: &Chain,
	call: Call,
	properties: impl FnOnce(&Receipt) -> Vec<(&'static str, Value)>,
) -> Result<()> {
	match submit(ctx, chain, &call).await? {
		Submission::Shown => Ok(()),
		Submission::Included(receipt) => print_receipt(ctx, chain, &receipt, properties(&receipt)),
	}
}

/// Prints what came of a call.
fn print_receipt(
	ctx: &Ctx,
	chain: &Chain,
	receipt: &Receipt,
	properties: Vec<(&'static str, Value)>,
) -> Result<()> {
	let mut object = Map::new();
	for (name, value) in &properties {
		object.insert((*name).into(), value.clone());
	}
	object.extend(receipt.json(chain));
	ctx.out.emit(&Value::Object(object), || {
		let first = properties.into_iter().map(|(name, value)| {
			let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
			(name.replace('_', " "), text)
		});
		output::pairs(first.chain(receipt.human(chain)))
	})?;
	match receipt.failures.first() {
		Some(first) => bail!("{first}"),
		None => Ok(()),
	}
}
