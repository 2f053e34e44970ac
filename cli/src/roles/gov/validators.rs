//! Slashes of validators, which `pallet-staking` defers, and which the same origin can veto.

use crate::{
	args::address,
	chain::{
		call::number,
		errors,
		render::{account_of, number_of},
		state::{amount, items, read},
		At, Chain,
	},
	cli::Ctx,
	output::table,
};
use anyhow::{bail, Context, Result};
use clap::Args;
use serde_json::{json, Value as Json};
use sp_crypto_hashing::twox_128;
use subxt::ext::scale_value::At as _;
use surety_primitives::{api::MAX_PAGE, AccountId, Balance};

/// Places in the chain's lists of slashes of validators.
#[derive(Args, Debug)]
pub struct Places {
	/// Era of `pallet-staking` in which they would be applied
	pub era: u32,
	/// Places in its list of that era
	#[arg(required = true, value_name = "INDEX")]
	indices: Vec<u32>,
}

impl Places {
	/// In the order that the chain wants, if there is a slash at each.
	pub async fn checked(&self, chain: &Chain, at: &At) -> Result<Vec<u32>> {
		let mut indices = self.indices.clone();
		indices.sort_unstable();
		indices.dedup();
		let there = deferred(chain, at).await?;
		for index in &indices {
			if !there.iter().any(|slash| (slash.era, slash.index) == (self.era, *index)) {
				let otherwise = format!("there is no slash {index} of era {}", self.era);
				let error = errors::known(at.metadata_ref(), "Staking", "InvalidSlashIndex", &otherwise);
				bail!(
					"{error} There is no slash {index} of era {}: `surety gov validator-slashes` lists them",
					self.era
				);
			}
		}
		Ok(indices)
	}
}

/// One slash of a validator that waits.
struct Deferred {
	era: u32,
	index: u32,
	validator: AccountId,
	own: Balance,
	others: Balance,
	nominators: usize,
}

async fn deferred(chain: &Chain, at: &At) -> Result<Vec<Deferred>> {
	let prefix = [twox_128(b"Staking"), twox_128(b"UnappliedSlashes")].concat();
	let page = chain.rpc.state_get_keys_paged(&prefix, MAX_PAGE, None, Some(at.block_hash())).await;
	let mut eras = Vec::new();
	for key in page.map_err(errors::rpc)? {
		// The era follows on its own hash of 8 bytes.
		let era = key.get(40..44).and_then(|era| <[u8; 4]>::try_from(era).ok());
		eras.push(u32::from_le_bytes(era.context("the chain keeps slashes of validators otherwise")?));
	}
	eras.sort_unstable();

	let types = at.metadata_ref().types();
	let mut found = Vec::new();
	for era in eras {
		let list = read(at, "Staking", "UnappliedSlashes", vec![number(era)]).await?;
		let list = list.iter().flat_map(|list| items(list, types));
		for (index, slash) in list.enumerate() {
			let others = slash.at("others").map(|others| items(others, types)).unwrap_or_default();
			let amounts = others.iter().filter_map(|other| other.at(1).and_then(number_of));
			found.push(Deferred {
				era,
				index: u32::try_from(index)?,
				validator: slash.at("validator").and_then(account_of).context("a slash of nobody")?,
				own: slash.at("own").and_then(number_of).unwrap_or_default(),
				others: amounts.fold(0, Balance::saturating_add),
				nominators: others.len(),
			});
		}
	}
	Ok(found)
}

/// Lists.
pub async fn list(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let slashes = deferred(chain, &at).await?;
	let era = u64::try_from(amount(&read(&at, "Staking", "ActiveEra", vec![]).await?, &["index"]))?;
	let money = chain.native();
	let json = slashes.iter().map(|slash| {
		json!({
			"era": slash.era,
			"index": slash.index,
			"validator": address(&slash.validator),
			"own": money.plain(slash.own),
			"nominated": money.plain(slash.others),
			"nominators": slash.nominators,
		})
	});
	let json = json!({ "era": era, "slashes": json.collect::<Vec<Json>>() });
	ctx.out.emit(&json, || {
		let rows = slashes.iter().map(|slash| {
			[
				slash.era.to_string(),
				slash.index.to_string(),
				address(&slash.validator),
				money.show(slash.own),
				format!("{} of {}", money.show(slash.others), slash.nominators),
			]
		});
		let heading = ["APPLIED IN ERA", "INDEX", "VALIDATOR", "OWN", "OF NOMINATORS"];
		format!("the validators' era is {era}\n\n{}", table(heading, rows))
	})
}
