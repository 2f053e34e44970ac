//! How notaries stand.

use super::register::mode_name;
use crate::{
	args::address,
	chain::{windows::Windows, At, Chain},
	cli::Ctx,
	output::{hex, pairs, table, text},
	presence::terms,
	roles::operator::status::status_name,
};
use anyhow::Result;
use serde_json::{json, Value};
use surety_primitives::{
	api::{NotaryInfo, WindowStatus},
	AccountId,
};

/// A notary for programs.
pub fn notary_json(chain: &Chain, notary: &NotaryInfo) -> Value {
	let money = chain.native();
	json!({
		"notary": address(&notary.notary),
		"status": notary.status.as_ref().map(status_name),
		"leaving": notary.leaving,
		"terms": terms::to_json(&money, &notary.terms),
		"renewable": notary.renewable,
		"mode": mode_name(notary.mode),
		"link": String::from_utf8_lossy(&notary.link),
		"key": hex(notary.key),
		"bond": money.plain(notary.bond),
		"stake": money.plain(notary.stake),
		"universe": notary.universe,
		"attested": notary.attested,
		"requests": notary.requests,
		"log_entries": notary.log_leaves,
		"log_root": hex(notary.log_root),
	})
}

/// The window of presence for programs.
pub fn window_json(window: &WindowStatus) -> Value {
	json!({
		"window": window.window,
		"start": window.start,
		"end": window.end,
		"grace": window.grace,
		"first_disputable": window.first_disputable,
	})
}

/// Lists notaries.
pub async fn list(ctx: &Ctx, chain: &Chain) -> Result<()> {
	let at = chain.best().await?;
	let all = chain.notaries(&at).await?;
	let trusted = chain.trusted_notaries(&at).await?;
	let list: Vec<Value> = all
		.iter()
		.map(|notary| {
			let mut json = notary_json(chain, notary);
			json["trusted"] = trusted.contains(&notary.notary).into();
			json
		})
		.collect();
	let money = chain.native();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|notary| {
			[
				address(&notary.notary),
				money.show(notary.stake),
				notary.attested.to_string(),
				mode_name(notary.mode).into(),
				terms::show(&money, &notary.terms),
				(if notary.leaving { "leaving" } else { "open" }).into(),
				(if trusted.contains(&notary.notary) { "yes" } else { "-" }).into(),
				text(&notary.link),
			]
		});
		table(["NOTARY", "STAKE", "ATTESTED", "MODE", "TERMS", "STATE", "TRUSTED", "LINK"], rows)
	})
}

/// How long blocks take, for people; where the chain does not say so, only the number.
async fn blocks(at: &At, number: u32) -> String {
	let shown = match Windows::at(at).await {
		Ok(windows) => windows.show(number).ok(),
		Err(_) => None,
	};
	shown.unwrap_or_else(|| format!("{number} blocks"))
}

/// Shows a notary: its record, the window, what it is asked for.
pub async fn status(ctx: &Ctx, chain: &Chain, who: &AccountId) -> Result<()> {
	let at = chain.best().await?;
	let notary = chain.existing_notary(&at, who).await?;
	let window = chain.presence_window(&at).await?;
	let history = chain.notary_history(&at, who).await?;
	let challenges = chain.challenges(&at, who).await?;
	let attested = chain.attestations(&at, who).await?;
	let due = attested.iter().map(|one| one.collectable).fold(0u128, u128::saturating_add);
	let money = chain.native();
	let mut json = notary_json(chain, &notary);
	json["block"] = at.block_number().into();
	json["presence"] = window_json(&window);
	json["mode_now"] = history.mode_at(window.window).map(mode_name).into();
	json["key_now"] = history.key_at(window.window).map(hex).into();
	json["last_window"] = history.last_window.into();
	json["collectable"] = money.plain(due).into();
	json["challenges"] = challenges.len().into();
	let length = blocks(&at, window.end.saturating_sub(window.start)).await;
	ctx.out.emit(&json, || {
		let operator = notary.status.as_ref().map_or("left".into(), status_name);
		let rows = [
			("notary", address(who)),
			("operator", operator),
			("state", (if notary.leaving { "leaving" } else { "open" }).to_owned()),
			("terms", terms::show(&money, &notary.terms)),
			("renewable", notary.renewable.to_string()),
			("mode", upcoming(mode_name(notary.mode), history.mode_at(window.window).map(mode_name))),
			("key", upcoming(&hex(notary.key), history.key_at(window.window).map(hex).as_deref())),
			("link", text(&notary.link)),
			("bond", money.show(notary.bond)),
			("stake", money.show(notary.stake)),
			("attested", format!("{} in {} slots", notary.attested, notary.universe)),
			("requests", notary.requests.to_string()),
			("challenges", challenges.len().to_string()),
			("to collect", money.show(due)),
			("log", format!("{} entries, head {}", notary.log_leaves, hex(notary.log_root))),
			(
				"window",
				format!(
					"{}, blocks {} to {}, of {length}",
					window.window,
					window.start,
					window.end.saturating_sub(1)
				),
			),
		];
		pairs(rows)
	})
}

/// What holds from the next window on, and what holds now if that is something else.
fn upcoming(next: &str, now: Option<&str>) -> String {
	match now {
		Some(now) if now == next => next.to_owned(),
		Some(now) => format!("{now}, from the next window on {next}"),
		None => format!("from the next window on {next}"),
	}
}
