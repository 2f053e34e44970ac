//! Who is present, for every command that needs to know.

use crate::{
	args::{address, AccountArg},
	chain::{At, Chain},
	cli::Ctx,
	error::{one_line, usage},
	presence::{
		claims::Filter,
		listing::{listing, Listing, Wanted, Word},
		snapshots::{current, Kept, Snapshots},
		sources::Sources,
		verify::Verified,
	},
	recommend::experience::file_or_default,
};
use anyhow::{bail, Context, Result};
use clap::Args;
use serde_json::{json, Value};
use std::path::{Path, PathBuf};
use surety_primitives::{api::NotaryInfo, notary::Window, AccountId, ServiceId};

/// Whose word counts, and on what.
#[derive(Args, Debug)]
pub struct PresenceArgs {
	/// A notary whose word counts. Can be said for each; before those of --trusted
	#[arg(long, help_heading = "Presence")]
	pub(super) notary: Vec<AccountArg>,
	/// File with the notaries whose word counts, an account a line, # before a comment. When nothing is said: those that the
	/// chain says are to be trusted
	#[arg(long, env = "SURETY_NOTARIES", value_name = "FILE", help_heading = "Presence")]
	pub(super) trusted: Option<PathBuf>,
	/// Let the word of every notary of the chain count: anybody can become one
	#[arg(long, help_heading = "Presence", conflicts_with = "notary")]
	pub(super) any_notary: bool,
	/// How many notaries have to say that an offer is present, and certify all claims
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..), help_heading = "Presence", value_name = "NOTARIES")]
	agree: u16,
	/// What has to be certified: latency<=MS, throughput>=DOWN[/UP], availability>=PERCENT, geography=CODE[,CODE],
	/// destination=NAME, other:SCHEMA:KEY[=VALUE]. Can be said several times: all of it then
	#[arg(long = "claim", value_name = "FILTER", help_heading = "Presence")]
	pub(super) claims: Vec<Filter>,
	/// How many windows old a publication may be: the last window that is over is 1 old
	#[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Presence", value_name = "WINDOWS")]
	max_age: u32,
	/// File in which attestations are kept, surety/snapshots.redb in the user's data directory unless it says otherwise
	#[arg(long, env = "SURETY_SNAPSHOTS", value_name = "FILE", help_heading = "Presence")]
	snapshots: Option<PathBuf>,
	/// Follow notaries' links also to other than the public network
	#[arg(long, help_heading = "Presence")]
	anywhere: bool,
}

/// What to do where the chain names nobody.
const WHOM: &str =
	"say whose word counts by --notary or --trusted (`surety notary list` shows who there is), or take that of all by --any-notary";

/// What a notary says, or why nothing is known of it.
pub struct Heard {
	/// The notary.
	pub notary: NotaryInfo,
	/// Its active attestations.
	pub kept: Kept,
	/// Its publication.
	pub word: Option<Verified>,
	/// Why something was not believed, or not found.
	pub notes: Vec<String>,
}

/// What all of them say.
pub struct Presence {
	/// The window that is open.
	pub window: Window,
	/// The notaries, each with what it says.
	pub heard: Vec<Heard>,
	/// Who is present.
	pub listing: Listing,
}

/// The accounts in a file, one a line.
fn accounts(path: &Path) -> Result<Vec<AccountId>> {
	let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
	parse_accounts(&text).map_err(|error| usage(format!("{}: {error}", path.display())))
}

fn parse_accounts(text: &str) -> Result<Vec<AccountId>, String> {
	let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
	let mut all: Vec<AccountId> = Vec::new();
	for line in lines.filter(|line| !line.is_empty()) {
		let account = line.parse::<AccountArg>()?.0;
		if !all.contains(&account) {
			all.push(account);
		}
	}
	Ok(all)
}

impl PresenceArgs {
	/// Whether anything was said of whose word counts, or on what.
	pub fn are_given(&self) -> bool {
		!self.notary.is_empty() || self.trusted.is_some() || self.any_notary || !self.claims.is_empty()
	}

	/// How many notaries have to agree.
	pub fn agree(&self) -> usize {
		self.agree.into()
	}

	/// The notaries whose word counts. One that was named and is none is told of, and left out.
	async fn notaries(&self, ctx: &Ctx, chain: &Chain, at: &At) -> Result<Vec<NotaryInfo>> {
		if self.any_notary {
			return chain.notaries(at).await;
		}
		let (named, chosen): (Vec<AccountId>, bool) = match (self.notary.is_empty(), &self.trusted) {
			(false, _) => (self.notary.iter().map(|notary| notary.0.clone()).collect(), true),
			(true, Some(path)) => (accounts(path)?, true),
			(true, None) => (chain.trusted_notaries(at).await?, false),
		};
		if named.is_empty() && !chosen {
			bail!("this chain trusts no notary by itself: {WHOM}");
		}
		let mut found: Vec<NotaryInfo> = Vec::new();
		for account in named {
			match chain.notary(at, &account).await? {
				Some(notary) if found.iter().any(|one| one.notary == notary.notary) => {}
				Some(notary) => found.push(notary),
				None if chosen => ctx.out.progress(&format!("{} is no notary", address(&account))),
				None => {}
			}
		}
		if found.is_empty() && !chosen {
			bail!("none of those that this chain trusts is a notary now: {WHOM}");
		}
		Ok(found)
	}

	/// Hears the notaries.
	pub async fn hear(
		&self,
		ctx: &Ctx,
		chain: &Chain,
		at: &At,
		service: Option<ServiceId>,
	) -> Result<Presence> {
		let window = chain.presence_window(at).await?.window;
		let path = file_or_default(&self.snapshots, "snapshots.redb", "--snapshots")?;
		let snapshots = Snapshots { path: &path, genesis: chain.api.genesis_hash().0 };
		let sources = Sources::new(chain, &ctx.options.url, self.anywhere)?;
		// The window that is open has no publication, whoever says so.
		let windows = window.saturating_sub(self.max_age)..window;
		let mut heard = Vec::new();
		for notary in self.notaries(ctx, chain, at).await? {
			let kept = current(chain, at, &notary, &snapshots).await?;
			let (word, notes) = match sources.latest(at, &notary, windows.clone()).await {
				Ok(latest) => latest,
				Err(error) => (None, vec![one_line(&error)]),
			};
			heard.push(Heard { notary, kept, word, notes });
		}
		let words: Vec<Word> = heard
			.iter()
			.filter_map(|heard| {
				let word = heard.word.as_ref()?;
				Some(Word {
					notary: &heard.notary.notary,
					attestations: &heard.kept.attestations,
					window: word.commitment.window,
					base_block: word.commitment.base_block,
					present: &word.present,
				})
			})
			.collect();
		let wanted = Wanted { service, claims: &self.claims, agree: self.agree() };
		let listing = listing(&words, &wanted);
		Ok(Presence { window, heard, listing })
	}
}

impl Presence {
	/// Whether any notary was heard.
	pub fn is_known(&self) -> bool {
		self.heard.iter().any(|heard| heard.word.is_some())
	}

	/// Says on stderr of which notaries nothing is known, and why.
	pub fn tell(&self, ctx: &Ctx) {
		for heard in self.heard.iter().filter(|heard| heard.word.is_none() && heard.notary.attested > 0) {
			let why = match heard.notes.is_empty() {
				true => "it has published nothing that can be found".to_owned(),
				false => heard.notes.join("; "),
			};
			ctx.out.progress(&format!("{}: {why}", address(&heard.notary.notary)));
		}
	}

	/// The notaries for programs.
	pub fn json(&self) -> Value {
		let one = |heard: &Heard| {
			let word = heard.word.as_ref();
			json!({
				"notary": address(&heard.notary.notary),
				"window": word.map(|word| word.commitment.window),
				"base_block": word.map(|word| word.commitment.base_block),
				"universe": word.map(|word| word.commitment.universe),
				"present": word.map(|word| word.commitment.present),
				"attested": heard.notary.attested,
				"bytes": word.map(|word| word.commitment.size),
				"from": word.map(|word| word.place.clone()),
				"by": word.map(|word| if word.on_chain { "chain" } else { "signature" }),
				"notes": heard.notes,
			})
		};
		self.heard.iter().map(one).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn trusted_notaries_should_be_read_line_by_line() {
		let alice = "//Alice".parse::<AccountArg>().unwrap().0;
		let bob = "//Bob".parse::<AccountArg>().unwrap().0;
		let text = format!("# mine\n\n//Alice # a friend\n{}\n//Alice\n", address(&bob));
		assert_eq!(parse_accounts(&text), Ok(vec![alice, bob]));
		assert!(parse_accounts("nobody").is_err());
		assert_eq!(parse_accounts(" # none"), Ok(vec![]));
	}
}
