//! The watchtower: looks at each block, hands in vouchers, shows cuts, claims, settles and rejoins.

use super::vouchers::BookArgs;
use crate::{
	amount::Decimal,
	args::address,
	chain::Chain,
	cli::Ctx,
	edges::{
		vouchers::Book,
		watch::{
			decide::{decide, warning, Seen, Wanted},
			memory::Memory,
			tower::{Done, Tower},
		},
	},
	error::{one_line, usage},
	output::hex,
	recommend::experience::{file_or_default, now_ms},
	service::{connect, Stop},
};
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::{json, Value};
use std::{
	path::{Path, PathBuf},
	time::Duration,
};
use surety_primitives::{AccountId, Balance, BlockNumber};

/// Blocks after which an owner is warned again.
const WARN_AGAIN: BlockNumber = 20;

/// How to watch. What the command line says goes before the configuration file.
#[derive(Args, Debug)]
pub struct WatchArgs {
	/// Configuration file (TOML) with any of: vouchers, state, every, max_fee_per_day, check_cuts_every, rejoin,
	/// certificates, prune
	#[arg(long, value_name = "FILE")]
	config: Option<PathBuf>,
	#[command(flatten)]
	book: BookArgs,
	/// File in which is kept what was tried and spent, surety/edges-ACCOUNT.json in the user's data directory unless it says
	/// otherwise
	#[arg(long, value_name = "FILE")]
	state: Option<PathBuf>,
	/// Seconds from one look to the next; 6 when left out
	#[arg(long, value_parser = clap::value_parser!(u64).range(1..), value_name = "SECONDS")]
	every: Option<u64>,
	/// Fees at the most in 24 hours, in whole tokens; 10 when left out
	#[arg(long, value_name = "AMOUNT")]
	max_fee_per_day: Option<Decimal>,
	/// Blocks from one search for cuts behind edges that have ended to the next; 20 when left out
	#[arg(long, value_parser = clap::value_parser!(u32).range(1..), value_name = "BLOCKS")]
	check_cuts_every: Option<u32>,
	/// Rejoin when your node was cut off and a way to the centre is open, as long as that costs no stake
	#[arg(long)]
	rejoin: bool,
	/// Do not show cuts that nobody has shown
	#[arg(long)]
	no_certificates: bool,
	/// Do not forget edges that have ended long ago
	#[arg(long)]
	no_prune: bool,
	/// Look once, do what is due, and end
	#[arg(long)]
	once: bool,
}

/// The same in a file.
#[derive(Deserialize, Default, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Config {
	vouchers: Option<PathBuf>,
	state: Option<PathBuf>,
	every: Option<u64>,
	max_fee_per_day: Option<String>,
	check_cuts_every: Option<u32>,
	rejoin: Option<bool>,
	certificates: Option<bool>,
	prune: Option<bool>,
}

impl Config {
	fn load(path: &Path) -> Result<Self> {
		let text =
			std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
		Self::read(&text).map_err(|error| usage(format!("{}: {}", path.display(), one_line(&error))))
	}

	fn read(text: &str) -> Result<Self> {
		let config: Self = toml::from_str(text)?;
		anyhow::ensure!(config.every != Some(0), "`every` is 0");
		anyhow::ensure!(config.check_cuts_every != Some(0), "`check_cuts_every` is 0");
		Ok(config)
	}
}

/// What both say together.
#[derive(Debug, PartialEq)]
struct Settings {
	vouchers: PathBuf,
	state: PathBuf,
	every: Duration,
	max_fee: Balance,
	check_cuts_every: BlockNumber,
	wanted: Wanted,
}

impl Settings {
	fn of(
		args: &WatchArgs,
		config: Config,
		who: &AccountId,
		money: &crate::chain::money::Denomination,
	) -> Result<Self> {
		let most = match (&args.max_fee_per_day, &config.max_fee_per_day) {
			(Some(amount), _) => *amount,
			(None, Some(text)) => text.parse().map_err(|e| usage(format!("max_fee_per_day: {e}")))?,
			(None, None) => "10".parse().map_err(usage)?,
		};
		let book = BookArgs { vouchers: args.book.vouchers.clone().or(config.vouchers) };
		let file = format!("edges-{}.json", address(who));
		Ok(Self {
			vouchers: book.path(who)?,
			state: file_or_default(&args.state.clone().or(config.state), &file, "--state")?,
			every: Duration::from_secs(args.every.or(config.every).unwrap_or(6)),
			max_fee: money.units(&most)?,
			check_cuts_every: args.check_cuts_every.or(config.check_cuts_every).unwrap_or(20),
			wanted: Wanted {
				rejoin: args.rejoin || config.rejoin.unwrap_or(false),
				certificates: !args.no_certificates && config.certificates.unwrap_or(true),
				prune: !args.no_prune && config.prune.unwrap_or(true),
			},
		})
	}
}

/// A watchtower, and who is told of what it does.
struct Watch<'a> {
	ctx: &'a Ctx,
	settings: Settings,
	tower: Tower,
	warned: Option<(BlockNumber, u32)>,
}

/// Watches until it is stopped.
pub async fn run(ctx: &Ctx, args: WatchArgs) -> Result<()> {
	if ctx.options.encode {
		return Err(usage("watching makes no single call: --dry-run says what would be done"));
	}
	let who = ctx.signer()?;
	let config = args.config.as_deref().map(Config::load).transpose()?.unwrap_or_default();
	let mut stop = Stop::listen()?;
	let chain = match args.once {
		true => ctx.chain().await?,
		false => match connect(ctx, &mut stop).await {
			Some(chain) => chain,
			None => return Ok(()),
		},
	};
	let settings = Settings::of(&args, config, &who, &chain.native())?;
	let of = format!("{} {}", hex(chain.api.genesis_hash()), address(&who));
	let memory = Memory::load(&settings.state, &of)?;
	let tower = Tower::new(who, settings.wanted, settings.check_cuts_every, memory);
	let mut watch = Watch { ctx, settings, tower, warned: None };
	if args.once {
		return watch.round(&chain, true).await;
	}
	let mut chain = Some(chain);
	while let Some(connected) = chain {
		match watch.go_on(&connected, &mut stop).await {
			Ok(()) => break,
			Err(error) => ctx.out.progress(&one_line(&error)),
		}
		if stop.sleep(Duration::from_secs(1)).await {
			break;
		}
		chain = connect(ctx, &mut stop).await;
	}
	ctx.out.progress("stopped");
	Ok(())
}

impl Watch<'_> {
	async fn go_on(&mut self, chain: &Chain, stop: &mut Stop) -> Result<()> {
		loop {
			match stop.unless_asked(self.round(chain, false)).await {
				None => return Ok(()),
				Some(done) => done?,
			}
			if stop.sleep(self.settings.every).await {
				return Ok(());
			}
		}
	}

	/// Looks, decides, and does what is due.
	async fn round(&mut self, chain: &Chain, always_tell: bool) -> Result<()> {
		let at = chain.best().await?;
		let progress = |text: &str| self.ctx.out.progress(text);
		let book = Book::load(&self.settings.vouchers, chain.api.genesis_hash().0)?;
		let (seen, means) = self.tower.look(chain, &at, &book, &progress).await?;
		let warned = self.warn(&seen);
		let actions = decide(&seen, self.settings.wanted);
		let due = self.tower.memory.due(&actions, seen.now);
		if self.ctx.options.dry_run {
			for action in &due {
				self.ctx.out.progress(&format!("would {action}"));
			}
			return Ok(());
		}
		let mut done = Done::default();
		if !due.is_empty() {
			// Noted before it is done: who is stopped in between does it twice in a row else.
			self.tower.memory.try_now(&due, seen.now);
			self.tower.memory.store(&self.settings.state)?;
			let progress = |text: &str| self.ctx.out.progress(text);
			let by = self.ctx.submitter(chain, &progress)?;
			let (seconds, most) = (now_ms()? / 1_000, self.settings.max_fee);
			let outcome = self.tower.act(&by, &at, &due, &means, seconds, most, &mut done).await;
			self.tower.memory.store(&self.settings.state)?;
			outcome?;
		}
		if always_tell || !done.actions.is_empty() || !done.failures.is_empty() {
			let did: Vec<String> = done.actions.iter().map(ToString::to_string).collect();
			let transactions: Vec<Value> =
				done.receipts.iter().map(|receipt| Value::Object(receipt.json(chain))).collect();
			let json = json!({
				"block": at.block_number(),
				"did": did,
				"failures": done.failures,
				"warning": warned,
				"transactions": transactions,
			});
			self.ctx.out.emit(&json, || match did.is_empty() {
				true => format!("block {}: nothing to do", at.block_number()),
				false => format!("block {}: {}", at.block_number(), did.join(", ")),
			})?;
		}
		Ok(())
	}

	/// Says loudly that the own node was cut off; gives what there is to be said.
	fn warn(&mut self, seen: &Seen) -> Option<String> {
		let text = warning(seen)?;
		let cut = seen.own.as_ref()?.cut.as_ref()?.cut.id;
		let again =
			self.warned.is_none_or(|(last, of)| of != cut || seen.now >= last.saturating_add(WARN_AGAIN));
		if again {
			self.warned = Some((seen.now, cut));
			self.ctx.out.progress(&format!("warning: {text}"));
		}
		Some(text)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(Parser)]
	struct Line {
		#[command(flatten)]
		watch: WatchArgs,
	}

	fn settings(line: &str, config: &str) -> Settings {
		let args = Line::try_parse_from(std::iter::once("watch").chain(line.split_whitespace())).unwrap();
		let money = crate::chain::money::Denomination::native("");
		let config = Config::read(config).unwrap();
		Settings::of(&args.watch, config, &AccountId::new([1; 32]), &money).unwrap()
	}

	const UNIT: Balance = surety_primitives::UNIT;

	#[test]
	fn the_command_line_should_go_before_the_configuration() {
		let config = "vouchers = \"a\"\nstate = \"b\"\nevery = 3\nmax_fee_per_day = \"0.5\"\nrejoin = true\nprune = false";
		let told = settings("", config);
		assert_eq!((told.vouchers, told.state), (PathBuf::from("a"), PathBuf::from("b")));
		assert_eq!((told.every, told.max_fee), (Duration::from_secs(3), UNIT / 2));
		assert_eq!(told.wanted, Wanted { rejoin: true, certificates: true, prune: false });
		let told = settings("--vouchers c --state d --every 9 --max-fee-per-day 2 --no-certificates", config);
		assert_eq!((told.vouchers, told.state), (PathBuf::from("c"), PathBuf::from("d")));
		assert_eq!((told.every, told.max_fee), (Duration::from_secs(9), 2 * UNIT));
		assert_eq!(told.wanted, Wanted { rejoin: true, certificates: false, prune: false });
		let told = settings("--vouchers c --state d", "");
		assert_eq!((told.max_fee, told.check_cuts_every), (10 * UNIT, 20));
		assert!(!told.wanted.rejoin, "nobody has asked for it");
	}

	#[test]
	fn a_configuration_that_makes_no_sense_should_be_refused() {
		for wrong in ["every = 0", "check_cuts_every = 0", "evry = 3", "rejoin = 1", "="] {
			assert!(Config::read(wrong).is_err(), "{wrong}");
		}
	}
}
