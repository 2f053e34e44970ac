//! Slashes: which wait, what they would take, how long they can still be vetoed.

use crate::{
	amount::format_units,
	args::{address, asset_name},
	chain::{
		call::{number, Call},
		windows::Windows,
		At, Chain,
	},
	cli::Ctx,
	output::{hex, pairs, table},
	roles::{run_call, stake::denomination},
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_client::chain::next_block;
use surety_primitives::{api::SlashInfo, AccountId, BlockNumber, SlashId, SlashSource, SlashState};

/// A call of `Slashing`.
pub fn on(name: &str) -> Call {
	Call::new("Slashing", name)
}

/// How far a slash has come, in one word.
pub fn state(slash: &SlashInfo, now: BlockNumber) -> &'static str {
	match slash.state {
		SlashState::Pending if now < slash.review_ends => "review",
		SlashState::Pending => "due",
		SlashState::Applying { .. } => "applying",
		SlashState::Applied => "applied",
		SlashState::Vetoed => "vetoed",
	}
}

/// Blocks from `now` on in which a slash can still be vetoed.
pub fn review_left(slash: &SlashInfo, now: BlockNumber) -> BlockNumber {
	match slash.state {
		SlashState::Pending => slash.review_ends.saturating_sub(now),
		_ => 0,
	}
}

fn fraction(slash: &SlashInfo) -> String {
	format_units(slash.fraction.deconstruct().into(), 7)
}

fn source(slash: &SlashInfo) -> String {
	match slash.source {
		SlashSource::Reporter => "reporter".into(),
		SlashSource::Proof => "proof".into(),
		SlashSource::Petition(id) => format!("petition {id}"),
	}
}

/// What a slash would take now, for people.
fn takes(chain: &Chain, slash: &SlashInfo) -> String {
	let parts = slash.takes.iter().map(|(asset, amount)| denomination(chain, asset).show(*amount));
	let parts: Vec<_> = parts.collect();
	match parts.is_empty() {
		true => "nothing".into(),
		false => parts.join(" + "),
	}
}

/// A slash for programs; `now` is the block in which something could be done about it.
pub fn slash_json(chain: &Chain, windows: &Windows, slash: &SlashInfo, now: BlockNumber) -> Result<Value> {
	let left = review_left(slash, now);
	let takes = slash.takes.iter().map(|(asset, amount)| {
		json!({ "asset": asset_name(asset), "amount": denomination(chain, asset).plain(*amount) })
	});
	let claims = slash.claims.iter().map(|(who, asset, fees, beyond)| {
		let money = denomination(chain, asset);
		json!({
			"who": address(who),
			"asset": asset_name(asset),
			"fees": money.plain(*fees),
			"beyond": money.plain(*beyond),
		})
	});
	let petition = match slash.source {
		SlashSource::Petition(id) => Some(id),
		SlashSource::Reporter | SlashSource::Proof => None,
	};
	Ok(json!({
		"id": slash.id,
		"operator": address(&slash.operator),
		"service": slash.service,
		"era": slash.era,
		"fraction_percent": fraction(slash),
		"asset": slash.asset.as_ref().map(asset_name),
		"takes": takes.collect::<Vec<_>>(),
		"reporter": address(&slash.reporter),
		"source": match slash.source {
			SlashSource::Reporter => "reporter",
			SlashSource::Proof => "proof",
			SlashSource::Petition(_) => "petition",
		},
		"petition": petition,
		"evidence": hex(slash.evidence),
		"deposit": chain.native().plain(slash.deposit),
		"state": state(slash, now),
		"reported_at": slash.reported_at,
		"review_ends": slash.review_ends,
		"blocks_left": left,
		"seconds_left": windows.seconds(left)?,
		"claims": claims.collect::<Vec<_>>(),
	}))
}

/// Lists.
pub async fn list(ctx: &Ctx, chain: &Chain, all: bool) -> Result<()> {
	let at = chain.best().await?;
	let (windows, now) = (Windows::at(&at).await?, next_block(&at)?);
	let mut slashes = chain.slashes(&at).await?;
	slashes.retain(|slash| all || slash.state.is_open());
	let json = slashes.iter().map(|slash| slash_json(chain, &windows, slash, now));
	let json = json.collect::<Result<Vec<_>>>()?;
	let left = slashes.iter().map(|slash| left_of(&windows, slash, now)).collect::<Result<Vec<_>>>()?;
	ctx.out.emit(&json.into(), || {
		let rows = slashes.iter().zip(left).map(|(slash, left)| {
			[
				slash.id.to_string(),
				address(&slash.operator),
				slash.service.to_string(),
				slash.era.to_string(),
				format!("{}%", fraction(slash)),
				takes(chain, slash),
				source(slash),
				slash.claims.len().to_string(),
				state(slash, now).into(),
				left,
			]
		});
		table(
			[
				"ID",
				"OPERATOR",
				"SERVICE",
				"ERA",
				"FRACTION",
				"TAKES NOW",
				"BY",
				"CLAIMS",
				"STATE",
				"REVIEW LEFT",
			],
			rows,
		)
	})
}

fn left_of(windows: &Windows, slash: &SlashInfo, now: BlockNumber) -> Result<String> {
	match review_left(slash, now) {
		0 => Ok("none".into()),
		left => windows.show(left),
	}
}

/// Shows one, with everything that is known of it.
pub async fn show(ctx: &Ctx, chain: &Chain, id: SlashId) -> Result<()> {
	let at = chain.best().await?;
	let (windows, now) = (Windows::at(&at).await?, next_block(&at)?);
	let slash = chain.existing_slash(&at, id).await?;
	let json = slash_json(chain, &windows, &slash, now)?;
	let left = left_of(&windows, &slash, now)?;
	ctx.out.emit(&json, || {
		let mut parts = vec![pairs([
			("slash", slash.id.to_string()),
			("state", state(&slash, now).to_owned()),
			("operator", address(&slash.operator)),
			("service", slash.service.to_string()),
			("era", slash.era.to_string()),
			("fraction", format!("{}%", fraction(&slash))),
			(
				"of",
				slash
					.asset
					.as_ref()
					.map_or("every asset".into(), |asset| format!("asset {}", asset_name(asset))),
			),
			("takes now", takes(chain, &slash)),
			("reporter", address(&slash.reporter)),
			("source", source(&slash)),
			("evidence", hex(slash.evidence)),
			("deposit", chain.native().show(slash.deposit)),
			("reported", format!("in block {}", slash.reported_at)),
			("review", format!("ends with block {}", slash.review_ends.saturating_sub(1))),
			("left", left),
		])];
		if !slash.claims.is_empty() {
			let rows = slash.claims.iter().map(|(who, asset, fees, beyond)| {
				let money = denomination(chain, asset);
				[address(who), money.show(*fees), money.show(*beyond)]
			});
			parts.push(table(["CLAIM OF", "FEES", "BEYOND THEM"], rows));
		}
		parts.join("\n\n")
	})
}

/// Applies one whose review is over.
pub async fn apply(ctx: &Ctx, chain: &Chain, id: SlashId, assets: Option<u32>) -> Result<()> {
	let at = chain.best().await?;
	let slash = chain.existing_slash(&at, id).await?;
	let assets = match assets {
		Some(assets) => assets,
		None => u32::try_from(chain.stake_of(&at, &slash.operator).await?.len())?.max(1),
	};
	// What is cut says its asset itself, what is claimed does not.
	let call = on("apply")
		.arg("slash", number(id))
		.arg("assets", number(assets))
		.counted_in_all(slash.claims.iter().map(|claim| &claim.1));
	run_call(ctx, chain, call).await
}

/// Slashes of operators that are not decided, for those who have stake on them.
pub struct Threats {
	slashes: Vec<SlashInfo>,
	json: Vec<Value>,
	now: BlockNumber,
}

impl Threats {
	/// Those of these operators.
	pub async fn of(chain: &Chain, at: &At, operators: &[AccountId]) -> Result<Self> {
		let (windows, now) = (Windows::at(at).await?, next_block(at)?);
		let slashes = match operators.is_empty() {
			true => Vec::new(),
			false => chain.pending_slashes_of(at, operators).await?,
		};
		let json = slashes.iter().map(|slash| slash_json(chain, &windows, slash, now));
		let json = json.collect::<Result<Vec<_>>>()?;
		Ok(Self { slashes, json, now })
	}

	/// For programs.
	pub fn json(&self) -> Value {
		self.json.clone().into()
	}

	/// For people; nothing where there is none.
	pub fn table(&self, chain: &Chain) -> Option<String> {
		let rows = self.slashes.iter().map(|slash| {
			let until = match state(slash, self.now) {
				"review" => format!("under review until block {}", slash.review_ends),
				_ => "the review is over: it is applied any moment".into(),
			};
			[
				slash.id.to_string(),
				address(&slash.operator),
				slash.service.to_string(),
				takes(chain, slash),
				until,
			]
		});
		let rows: Vec<_> = rows.collect();
		(!rows.is_empty()).then(|| table(["SLASH", "OF", "SERVICE", "TAKES OF ALL STAKE", "STATE"], rows))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_primitives::AssetKind;

	fn slash(state: SlashState<AssetKind>) -> SlashInfo {
		SlashInfo {
			id: 0,
			operator: AccountId::new([1; 32]),
			service: 0,
			era: 3,
			fraction: Default::default(),
			asset: None,
			evidence: Default::default(),
			reporter: AccountId::new([2; 32]),
			source: SlashSource::Petition(7),
			deposit: 0,
			reported_at: 10,
			review_ends: 40,
			state,
			takes: Vec::new(),
			claims: Vec::new(),
		}
	}

	#[test]
	fn a_slash_should_be_vetoed_before_the_block_in_which_its_review_ends() {
		let pending = slash(SlashState::Pending);
		assert_eq!(
			[39, 40].map(|now| (state(&pending, now), review_left(&pending, now))),
			[("review", 1), ("due", 0)]
		);
		for (decided, name) in [(SlashState::Vetoed, "vetoed"), (SlashState::Applied, "applied")] {
			let slash = slash(decided);
			assert_eq!((state(&slash, 11), review_left(&slash, 11)), (name, 0));
		}
	}

	#[test]
	fn a_source_should_name_its_petition() {
		assert_eq!(source(&slash(SlashState::Pending)), "petition 7");
	}
}
