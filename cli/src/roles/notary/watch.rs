//! Watching: what was certified is probed again and again, and taken back when it has failed for its time of grace.

use super::audit::{answers, Answers};
use crate::{
	args::address,
	chain::{
		batch::submit_all,
		call::{number, Call},
		errors::Refused,
		submit::{submit, Submission},
		At, Chain,
	},
	cli::Ctx,
	error::{one_line, usage},
	http::Http,
	output::hex,
	presence::{claims::ReasonArg, rpc::PresenceNode},
	recommend::experience::{file_or_default, now_ms},
	service::{connect, Stop},
	watch::{
		config::{Settings, WatchOptions},
		decide::{verdict, Rules, Sample},
		memory::{Memory, Name},
		plan::{Constraint, Plan},
		probe::{probe, Measured},
	},
};
use anyhow::{Context, Result};
use clap::Args;
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	path::PathBuf,
	time::{Duration, Instant},
};
use surety_primitives::{api::AttestationInfo, AccountId};
use tokio::task::JoinSet;

/// How to watch.
#[derive(Args, Debug)]
pub struct WatchArgs {
	#[command(flatten)]
	options: WatchOptions,
	/// File with the same options, in TOML: `every = 30`. What is said on the command line goes before it
	#[arg(long, value_name = "FILE")]
	config: Option<PathBuf>,
	/// Probe every offer once, and end
	#[arg(long)]
	once: bool,
}

impl WatchArgs {
	/// Reads the file, where there is one, and checks everything before anything is done.
	fn settings(self) -> Result<Settings> {
		self.options.check().map_err(usage)?;
		let file = self.config.as_deref().map(WatchOptions::read).transpose()?;
		Ok(self.options.over(file.unwrap_or_default()))
	}
}

/// The rules of these settings.
fn rules(settings: &Settings) -> Rules {
	Rules {
		grace: settings.grace,
		tolerance_percent: settings.tolerance,
		samples: settings.probes.into(),
		period: settings.period,
		// A few requests for latency, and one for each of the rest.
		slack: settings.patience.saturating_mul(6),
	}
}

/// How often something is measured.
fn interval(settings: &Settings, constraint: &Constraint) -> u64 {
	match constraint.is_throughput() {
		true => settings.throughput_every.max(settings.every),
		false => settings.every,
	}
}

/// A notary that watches.
struct Watcher<'a> {
	ctx: &'a Ctx,
	settings: &'a Settings,
	notary: AccountId,
	http: Http,
	path: PathBuf,
	memory: Option<Memory>,
	/// What was said of attestations once.
	said: BTreeSet<(Name, String)>,
}

/// Watches until it is stopped.
pub async fn run(ctx: &Ctx, args: WatchArgs) -> Result<()> {
	if ctx.options.encode {
		return Err(usage("watching makes no single call: --dry-run says what would be done"));
	}
	let once = args.once;
	let settings = args.settings()?;
	let chain = ctx.chain().await?;
	let notary = ctx.signer()?;
	chain.existing_notary(&chain.best().await?, &notary).await?;
	let file = format!("watch-{}.json", address(&notary));
	let path = file_or_default(&settings.state, &file, "--state")?;
	let of = format!("{} {}", hex(chain.api.genesis_hash()), address(&notary));
	let memory = Some(Memory::load(&path, &of)?);
	let http = Http::new(settings.anywhere)?;
	let mut watcher = Watcher { ctx, settings: &settings, notary, http, path, memory, said: BTreeSet::new() };
	if once {
		return watcher.round(&chain).await;
	}
	let mut stop = Stop::listen()?;
	while let Some(chain) = connect(ctx, &mut stop).await {
		match watcher.go_on(&chain, &mut stop).await {
			Ok(()) => break,
			Err(error) => ctx.out.progress(&one_line(&error)),
		}
		if stop.sleep(Duration::from_secs(1)).await {
			break;
		}
	}
	ctx.out.progress("stopped");
	Ok(())
}

impl Watcher<'_> {
	async fn go_on(&mut self, chain: &Chain, stop: &mut Stop) -> Result<()> {
		loop {
			let begun = Instant::now();
			match stop.unless_asked(self.round(chain)).await {
				None => return Ok(()),
				Some(done) => done?,
			}
			let (every, took) = (Duration::from_secs(self.settings.every), begun.elapsed());
			if took > every {
				self.ctx.out.progress(&format!(
					"a round took {} s: raise --at-once or --every, or gaps in the probing keep what fails from being seen",
					took.as_secs()
				));
			}
			let rest = every.saturating_sub(took);
			if stop.sleep(rest).await {
				return Ok(());
			}
		}
	}

	fn say_once(&mut self, name: Name, what: String) {
		if self.said.insert((name, what.clone())) {
			self.ctx.out.progress(&format!("slot {}: {what}", name.0));
		}
	}

	/// Probes every offer that is due, and draws the consequences.
	async fn round(&mut self, chain: &Chain) -> Result<()> {
		let at = chain.best().await?;
		let now = now_ms()? / 1_000;
		let attestations = chain.attestations(&at, &self.notary).await?;
		let names: Vec<Name> = attestations.iter().map(name).collect();
		self.said.retain(|(name, _)| names.contains(name));
		let mut memory = self.memory.take().context("a round was broken off")?;
		memory.keep(&names);
		let outcome = self.measure(chain, &at, &attestations, &mut memory, now).await;
		let stored = memory.store(&self.path);
		let judged = match &outcome {
			Ok(plans) => self.judge(chain, &at, plans, &memory, now).await,
			Err(_) => Ok(()),
		};
		self.memory = Some(memory);
		outcome?;
		stored?;
		judged?;
		if !self.settings.no_answers {
			self.answer(chain, &at).await?;
		}
		Ok(())
	}

	/// Measures what is due; gives the plans of all that are watched.
	async fn measure(
		&mut self,
		chain: &Chain,
		at: &At,
		attestations: &[AttestationInfo],
		memory: &mut Memory,
		now: u64,
	) -> Result<BTreeMap<Name, Plan>> {
		let mut plans = BTreeMap::new();
		let mut waiting: VecDeque<(Name, Plan, Vec<Constraint>)> = VecDeque::new();
		for attestation in attestations {
			let name = name(attestation);
			// An offer that is gone is not watched: anybody can end its attestation.
			let Some(offer) = chain.offer(at, attestation.service, &attestation.operator).await? else {
				continue;
			};
			let plan = Plan::new(&attestation.claims, &offer.metadata);
			for what in &plan.unwatched {
				self.say_once(name, what.clone());
			}
			let due = |constraint: &&Constraint| {
				let last = memory.samples(name, constraint).last();
				// A clock that was set back begins anew. A tenth earlier counts, or every second round would be missed.
				let interval = interval(self.settings, constraint);
				last.is_none_or(|last| {
					now < last.at || now.saturating_sub(last.at) >= interval - interval / 10
				})
			};
			let due: Vec<Constraint> = plan.constraints.iter().filter(due).cloned().collect();
			if !due.is_empty() {
				waiting.push_back((name, plan.clone(), due));
			}
			plans.insert(name, plan);
		}
		let mut measured: Vec<(Name, Vec<Measured>)> = Vec::new();
		let mut running = JoinSet::new();
		let patience = Duration::from_secs(self.settings.patience);
		loop {
			while running.len() < usize::from(self.settings.at_once) {
				let Some((name, plan, due)) = waiting.pop_front() else { break };
				let http = self.http.clone();
				running.spawn(async move {
					(name, probe(&http, &plan, |constraint| due.contains(constraint), patience).await)
				});
			}
			match running.join_next().await {
				Some(done) => measured.push(done.context("a probe broke off")?),
				None => break,
			}
		}
		if nobody_answers(&measured) {
			// It is more likely that this machine is cut off than that all of them are.
			self.ctx
				.out
				.progress("no offer at all answers: is this machine connected? The round does not count");
			return Ok(BTreeMap::new());
		}
		let rules = rules(self.settings);
		for (name, all) in measured {
			for one in all {
				if !one.held {
					let what = &one.found;
					self.ctx
						.out
						.progress(&format!("slot {}: {:?} does not hold: {what}", name.0, one.constraint));
				}
				let sample = Sample { at: now, held: one.held, answered: one.answered };
				memory.note(name, &one.constraint, sample, &rules, interval(self.settings, &one.constraint));
			}
		}
		Ok(plans)
	}

	/// Takes back what has failed for long enough.
	async fn judge(
		&mut self,
		chain: &Chain,
		at: &At,
		plans: &BTreeMap<Name, Plan>,
		memory: &Memory,
		now: u64,
	) -> Result<()> {
		let rules = rules(self.settings);
		for (name, plan) in plans {
			let failed = plan.constraints.iter().find_map(|constraint| {
				let samples = memory.samples(*name, constraint);
				let reason = verdict(constraint, samples, &rules, interval(self.settings, constraint), now)?;
				Some((constraint, reason))
			});
			let Some((constraint, reason)) = failed else { continue };
			let why = format!("{constraint:?} has failed for its time of grace: {}", ReasonArg(reason));
			if self.ctx.options.dry_run {
				self.say_once(*name, format!("would be revoked: {why}"));
				continue;
			}
			self.ctx.out.progress(&format!("slot {}: {why}", name.0));
			// The slot may have been given to another attestation since the round began.
			let still = chain.attestation(&chain.best().await?, &self.notary, name.0).await?;
			if still.is_none_or(|still| still.generation != name.1) {
				continue;
			}
			let call =
				Call::new("Notary", "revoke").arg("slot", number(name.0)).encoded(at, "reason", &reason)?;
			match submit(self.ctx, chain, &call).await {
				Ok(Submission::Included(receipt)) => {
					let line = serde_json::json!({
						"revoked": name.0,
						"generation": name.1,
						"reason": ReasonArg(reason).to_string(),
						"block_number": receipt.block_number,
					});
					self.ctx.out.emit(&line, || format!("slot {} revoked: {}", name.0, ReasonArg(reason)))?;
				}
				Ok(Submission::Shown) => {}
				// It has come to its end otherwise.
				Err(error) if error.is::<Refused>() => self.ctx.out.progress(&one_line(&error)),
				Err(error) => return Err(error),
			}
		}
		Ok(())
	}

	/// Answers what the notary is asked to show.
	async fn answer(&mut self, chain: &Chain, at: &At) -> Result<()> {
		if chain.challenges(at, &self.notary).await?.is_empty() {
			return Ok(());
		}
		let node = PresenceNode::of(&self.ctx.options.url, chain.raw.clone());
		let Answers { calls, unanswered } = match answers(chain, at, &node, &self.notary).await {
			Ok(answers) => answers,
			// Watching goes on while the node has nothing to say.
			Err(error) => {
				self.ctx.out.progress(&format!("challenges wait for an answer: {}", one_line(&error)));
				return Ok(());
			}
		};
		for challenge in &unanswered {
			self.ctx
				.out
				.progress(&format!("window {}: the node has no answer to a challenge", challenge.window));
		}
		if calls.is_empty() {
			return Ok(());
		}
		if self.ctx.options.dry_run {
			self.ctx.out.progress(&format!("{} challenges would be answered", calls.len()));
			return Ok(());
		}
		let done = submit_all(self.ctx, chain, calls).await;
		match done {
			Ok(done) => {
				for failure in done.failures() {
					self.ctx.out.progress(&failure);
				}
				Ok(())
			}
			Err(error) if error.is::<Refused>() => {
				self.ctx.out.progress(&one_line(&error));
				Ok(())
			}
			Err(error) => Err(error),
		}
	}
}

fn name(attestation: &AttestationInfo) -> Name {
	(attestation.slot, attestation.generation)
}

/// Whether there are several offers, and not one of them gives any answer.
fn nobody_answers(measured: &[(Name, Vec<Measured>)]) -> bool {
	let probed = measured.iter().filter(|(_, all)| !all.is_empty()).count();
	probed >= 2 && measured.iter().flat_map(|(_, all)| all).all(|one| !one.answered)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn measured(slot: u32, answered: bool) -> (Name, Vec<Measured>) {
		let constraint = Constraint::Latency(5);
		((slot, 0), vec![Measured { constraint, held: answered, answered, found: String::new() }])
	}

	#[test]
	fn a_watcher_that_is_cut_off_should_blame_nobody() {
		assert!(nobody_answers(&[measured(1, false), measured(2, false)]));
		assert!(!nobody_answers(&[measured(1, false), measured(2, true)]));
		assert!(!nobody_answers(&[measured(1, false)]), "one alone may be away");
		assert!(!nobody_answers(&[((1, 0), vec![]), measured(2, false)]));
		assert!(!nobody_answers(&[]));
	}
}
