//! The watchtower: looks at each block, hands in vouchers, shows cuts, claims, settles and rejoins.

use super::{
	args::EvidenceArg,
	cut,
	evidence::{self, between},
	settle::rejoin_call,
	vouchers::{hand_in_call, side_of, watched_side, BookArgs},
};
use crate::{
	amount::Decimal,
	args::address,
	chain::{
		batch::submit_all,
		call::Call,
		submit::{fee_of, Receipt},
		topology::{of_channel, of_edge, of_node},
		windows::Windows,
		At, Chain,
	},
	cli::Ctx,
	edges::{
		liability::CutSeen,
		search::Outcome,
		vouchers::{Book, Slip},
		watch::{
			decide::{decide, warning, Action, ChannelSeen, EdgeSeen, NodeSeen, Seen, Wanted},
			memory::Memory,
		},
	},
	error::{one_line, usage},
	output::hex,
	recommend::experience::{file_or_default, now_ms},
	roles::stake::next_block,
	service::{connect, Stop},
};
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::{json, Value};
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
	time::Duration,
};
use surety_primitives::{
	api::{ChannelInfo, ChannelRecord, EdgeInfo, NodeInfo},
	topology::NodeId,
	AccountId, Balance, BlockNumber, ChannelId, ChannelStatus, EdgeId,
};

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

/// A component that nobody has shown.
struct Unshown {
	members: Vec<NodeId>,
	as_of: BlockNumber,
}

/// What is needed to do what was decided.
#[derive(Default)]
struct Means {
	slips: BTreeMap<ChannelId, (ChannelInfo, Slip)>,
	edges: BTreeMap<EdgeId, EdgeInfo>,
}

/// A watchtower.
struct Tower<'a> {
	ctx: &'a Ctx,
	settings: Settings,
	who: AccountId,
	memory: Memory,
	/// Cuts behind edges that have ended, as far as they were looked for; and when.
	checked: BTreeMap<EdgeId, (BlockNumber, Option<Unshown>)>,
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
	let mut tower = Tower { ctx, settings, who, memory, checked: BTreeMap::new(), warned: None };
	if args.once {
		return tower.round(&chain, true).await;
	}
	let mut chain = Some(chain);
	while let Some(connected) = chain {
		match tower.go_on(&connected, &mut stop).await {
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

impl Tower<'_> {
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
		let (seen, means) = self.look(chain, &at).await?;
		let warned = self.warn(&seen);
		let actions = decide(&seen, self.settings.wanted);
		let due = self.memory.due(&actions, seen.now);
		if self.ctx.options.dry_run {
			for action in &due {
				self.ctx.out.progress(&format!("would {action}"));
			}
			return Ok(());
		}
		let mut done = Done::default();
		if !due.is_empty() {
			// Noted before it is done: who is stopped in between does it twice in a row else.
			self.memory.try_now(&due, seen.now);
			self.memory.store(&self.settings.state)?;
			let outcome = self.act(chain, &at, &due, &means, &mut done).await;
			self.memory.store(&self.settings.state)?;
			outcome?;
		}
		if always_tell || !done.actions.is_empty() || !done.failures.is_empty() {
			let json = json!({
				"block": at.block_number(),
				"did": done.actions,
				"failures": done.failures,
				"warning": warned,
				"transactions": done.transactions,
			});
			self.ctx.out.emit(&json, || match done.actions.is_empty() {
				true => format!("block {}: nothing to do", at.block_number()),
				false => format!("block {}: {}", at.block_number(), done.actions.join(", ")),
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

	/// What there is to be seen in a block.
	async fn look(&mut self, chain: &Chain, at: &At) -> Result<(Seen, Means)> {
		let windows = Windows::at(at).await?;
		let interval = windows.get("edges", "grace_interval")?;
		let mut means = Means::default();
		let mut seen =
			Seen { now: next_block(at)?, horizon: windows.get("edges", "horizon")?, ..Seen::default() };
		if let Some(own) = chain.node_of(at, &self.who).await? {
			let own = node_seen(chain, at, &own, interval).await?;
			for edge in chain.edges_of(at, &[own.id]).await? {
				let other = if edge.ends.opener == own.id { edge.ends.acceptor } else { edge.ends.opener };
				let other = match edge.life.closed_at.is_some() {
					true => match chain.node(at, other).await? {
						Some(node) => node_seen(chain, at, &node, interval).await?,
						None => NodeSeen { id: other, ..NodeSeen::default() },
					},
					// Nothing depends on it while the edge is open.
					false => NodeSeen { id: other, ..NodeSeen::default() },
				};
				let cuts_off_other = self.cuts_off(chain, &own, &other, &edge).await?;
				seen.edges.push(EdgeSeen {
					id: edge.id,
					closed_at: edge.life.closed_at,
					closes_at: edge.closes_at.filter(|_| edge.life.closed_at.is_none()),
					unsettled: edge.unsettled,
					other,
					cuts_off_other,
				});
				means.edges.insert(edge.id, edge);
			}
			let ended =
				|edge: &EdgeId| seen.edges.iter().any(|seen| seen.id == *edge && seen.closed_at.is_some());
			self.checked.retain(|edge, _| ended(edge));
			if !own.main && own.cut.is_some() {
				seen.has_way = super::settle::way_to_centre(chain, at, own.id).await.is_ok();
			}
			seen.own = Some(own);
		}
		self.look_at_channels(chain, at, &mut seen, &mut means).await?;
		Ok((seen, means))
	}

	/// Whether an edge that has ended was the last way to its other end, which nobody has shown: as of the last final block, so
	/// that nothing is shown that a fork undoes.
	async fn cuts_off(
		&mut self,
		chain: &Chain,
		own: &NodeSeen,
		other: &NodeSeen,
		edge: &EdgeInfo,
	) -> Result<bool> {
		let (Some(closed_at), true) = (edge.life.closed_at, self.settings.wanted.certificates) else {
			return Ok(false);
		};
		if other.component.is_none() || own.component != other.component {
			self.checked.remove(&edge.id);
			return Ok(false);
		}
		let at = chain.finalized().await?;
		let as_of = u32::try_from(at.block_number())?;
		if as_of < closed_at {
			return Ok(false);
		}
		if let Some((last, found)) = self.checked.get(&edge.id) {
			// A cut that was found is looked at again, so that what is shown is recent.
			if found.is_none() && as_of < last.saturating_add(self.settings.check_cuts_every) {
				return Ok(false);
			}
		}
		let found = match between(chain, &at, [own.id, other.id], None).await? {
			Outcome::Component(members) => self.unshown(chain, &at, own, members, as_of).await?,
			Outcome::Connected(_) | Outcome::Undecided => None,
		};
		let is_cut = found.is_some();
		self.checked.insert(edge.id, (as_of, found));
		Ok(is_cut)
	}

	/// A component that was found, if it is not the own node's side that is the lighter one.
	async fn unshown(
		&self,
		chain: &Chain,
		at: &At,
		own: &NodeSeen,
		members: Vec<NodeId>,
		as_of: BlockNumber,
	) -> Result<Option<Unshown>> {
		let mut listed = 0u128;
		for member in &members {
			listed = listed.saturating_add(chain.node(at, *member).await?.map_or(0, |node| node.weight));
		}
		let whole = chain.component(at, own.id).await?.map_or(listed, |component| component.weight);
		let rest = whole.saturating_sub(listed);
		let is_listed = members.contains(&own.id);
		let own_is_heavier = if is_listed { listed > rest } else { rest > listed };
		if !own_is_heavier {
			self.ctx.out.progress(&format!(
				"warning: AS OF BLOCK {as_of} YOUR NODE {} IS ON THE LIGHTER SIDE OF A CUT that nobody has shown yet: open an edge to the other side",
				own.id
			));
		}
		Ok(own_is_heavier.then_some(Unshown { members, as_of }))
	}

	async fn look_at_channels(
		&self,
		chain: &Chain,
		at: &At,
		seen: &mut Seen,
		means: &mut Means,
	) -> Result<()> {
		let genesis = chain.api.genesis_hash().0;
		let book = Book::load(&self.settings.vouchers, genesis)?;
		let mut records = chain.channels_of(at, &self.who).await?;
		// Those that are watched for others are known by what these have endorsed.
		for (id, kept) in book.channels() {
			let known = records.iter().any(|record| id_of(record) == id);
			if !known && kept.taken.is_some_and(|slip| slip.endorsement.is_some()) {
				records.extend(chain.channel(at, id).await?);
			}
		}
		for record in records {
			let channel = match record {
				ChannelRecord::Proposed(_) => continue,
				ChannelRecord::Settled(left) => {
					let dues = left.dues.iter().any(|due| due.to == self.who || due.from == self.who);
					seen.channels.push(ChannelSeen {
						id: left.id,
						settles_at: None,
						handed_in: 0,
						best: None,
						waits: dues,
						concerns: dues,
					});
					continue;
				}
				ChannelRecord::Live(channel) => *channel,
			};
			let own = side_of(&channel, &self.who);
			let Some(side) = own.or_else(|| watched_side(&channel, &self.who)) else { continue };
			let slip = book.of(channel.id).taken.filter(|slip| {
				let pays = slip.payer(&channel).is_ok_and(|payer| payer.other() == side);
				pays && (own.is_some() || slip.is_endorsed(&channel, side))
			});
			let party = channel.parties.of(side);
			let reward = party.watcher.as_ref().is_some_and(|(_, reward)| *reward > 0);
			seen.channels.push(ChannelSeen {
				id: channel.id,
				settles_at: match channel.status {
					ChannelStatus::Open => None,
					ChannelStatus::Closing { settles_at } => Some(settles_at),
				},
				handed_in: party.handed_in.map_or(0, |claim| claim.paid),
				best: slip.map(|slip| slip.voucher.paid),
				waits: false,
				concerns: own.is_some() || reward,
			});
			chain.denomination(at, &channel.asset).await?;
			means.slips.extend(slip.map(|slip| (channel.id, (channel, slip))));
		}
		Ok(())
	}

	/// The call of an action; none where there is nothing left to be done, and for cuts, which take several.
	async fn call(&self, chain: &Chain, at: &At, action: &Action, means: &Means) -> Result<Option<Call>> {
		Ok(Some(match action {
			Action::HandIn(channel, _) => {
				let (channel, slip) = means.slips.get(channel).context("the voucher is gone")?;
				hand_in_call(at, channel, slip, &self.who)?
			}
			Action::Rejoin(_) => {
				let node = chain.existing_node_of(at, &self.who).await?;
				rejoin_call(chain, at, node.id).await?.0
			}
			Action::ShowCut(_) => return Ok(None),
			Action::Punish(node) => of_node("punish", *node),
			Action::SettleEdge(edge) => of_edge("settle", *edge),
			Action::SettleChannel(channel) => of_channel("settle", channel),
			Action::Collect(channel) => of_channel("collect", channel),
			Action::FinishClose(edge) => {
				let record = means.edges.get(edge).context("the edge is gone")?;
				let found = evidence::find(self.ctx, chain, at, record, EvidenceArg::Auto, None).await?;
				of_edge("finish_close", *edge).encoded(at, "evidence", &found)?
			}
			Action::Refresh(node) => of_node("refresh", *node),
			Action::Prune(edge) => of_edge("prune", *edge),
		}))
	}

	/// Does what is due, the most urgent first, within what may be spent.
	async fn act(
		&mut self,
		chain: &Chain,
		at: &At,
		due: &[Action],
		means: &Means,
		done: &mut Done,
	) -> Result<()> {
		let mut calls = Vec::new();
		for action in due {
			match self.call(chain, at, action, means).await {
				Ok(call) => calls.extend(call.map(|call| (*action, call))),
				Err(error) => done.fail(self.ctx, action, &error),
			}
		}
		let seconds = now_ms()? / 1_000;
		let mut expected = 0;
		while !calls.is_empty() {
			let left = self.memory.left(seconds, self.settings.max_fee);
			expected = fee_of(self.ctx, chain, &together(&calls)).await?;
			if expected <= left {
				break;
			}
			let dropped = calls.pop().map(|(action, _)| action);
			if let Some(action) = dropped {
				done.too_dear(self.ctx, chain, &action, left);
			}
		}
		if !calls.is_empty() {
			let (actions, calls): (Vec<Action>, Vec<Call>) = calls.into_iter().unzip();
			match submit_all(self.ctx, chain, calls).await {
				Ok(batched) => {
					let receipts: Vec<&Receipt> = batched.receipts.iter().collect();
					self.paid(seconds, &receipts);
					done.include(chain, &actions, &receipts);
					for failure in batched.failures() {
						self.ctx.out.progress(&failure);
						done.failures.push(failure);
					}
				}
				Err(error) => {
					// What the chain has refused costs its fee, too.
					self.memory.spend(seconds, expected);
					self.refused(&actions, error, done)?;
				}
			}
		}
		for action in due {
			if let Action::ShowCut(edge) = action {
				self.show_cut(chain, at, *edge, seconds, done).await?;
			}
		}
		Ok(())
	}

	/// What the chain has refused is told, and watching goes on.
	fn refused(&self, actions: &[Action], error: anyhow::Error, done: &mut Done) -> Result<()> {
		if !error.is::<crate::chain::errors::Refused>() {
			return Err(error);
		}
		for action in actions {
			done.fail(self.ctx, action, &error);
		}
		Ok(())
	}

	fn paid(&mut self, seconds: u64, receipts: &[&Receipt]) {
		for receipt in receipts {
			self.memory.spend(seconds, receipt.fee);
		}
	}

	async fn show_cut(
		&mut self,
		chain: &Chain,
		at: &At,
		edge: EdgeId,
		seconds: u64,
		done: &mut Done,
	) -> Result<()> {
		let action = Action::ShowCut(edge);
		let Some((_, Some(found))) = self.checked.get(&edge) else { return Ok(()) };
		let (members, as_of) = (found.members.clone(), found.as_of);
		let left = self.memory.left(seconds, self.settings.max_fee);
		let expected = cut::cost(self.ctx, chain, at, &members, as_of).await?;
		if expected > left {
			done.too_dear(self.ctx, chain, &action, left);
			return Ok(());
		}
		match cut::show(self.ctx, chain, &members, as_of).await {
			Ok(receipts) => {
				let receipts: Vec<&Receipt> = receipts.iter().collect();
				self.paid(seconds, &receipts);
				done.include(chain, &[action], &receipts);
				Ok(())
			}
			Err(error) => {
				// What was paid for its first pages is not known here.
				self.memory.spend(seconds, expected);
				self.refused(&[action], error, done)
			}
		}
	}
}

/// What came of a round.
#[derive(Default)]
struct Done {
	actions: Vec<String>,
	failures: Vec<String>,
	transactions: Vec<Value>,
}

impl Done {
	fn include(&mut self, chain: &Chain, actions: &[Action], receipts: &[&Receipt]) {
		self.actions.extend(actions.iter().map(ToString::to_string));
		self.transactions.extend(receipts.iter().map(|receipt| Value::Object(receipt.json(chain))));
	}

	fn fail(&mut self, ctx: &Ctx, action: &Action, error: &anyhow::Error) {
		let text = format!("cannot {action}: {}", one_line(error));
		ctx.out.progress(&text);
		self.failures.push(text);
	}

	fn too_dear(&mut self, ctx: &Ctx, chain: &Chain, action: &Action, left: Balance) {
		let text = format!(
			"cannot {action}: of the fees of a day only {} are left (--max-fee-per-day)",
			chain.native().show(left)
		);
		ctx.out.progress(&format!("warning: {text}"));
		self.failures.push(text);
	}
}

/// Calls as they are going to be submitted.
fn together(calls: &[(Action, Call)]) -> Call {
	match calls {
		[(_, one)] => one.clone(),
		several => Call::batch("force_batch", several.iter().map(|(_, call)| call.clone()).collect()),
	}
}

fn id_of(record: &ChannelRecord) -> ChannelId {
	match record {
		ChannelRecord::Proposed(proposal) => proposal.id,
		ChannelRecord::Live(channel) => channel.id,
		ChannelRecord::Settled(left) => left.id,
	}
}

async fn node_seen(chain: &Chain, at: &At, node: &NodeInfo, grace_interval: BlockNumber) -> Result<NodeSeen> {
	let record = chain.node_record(at, node.id).await?;
	let component = match node.component {
		Some(_) => chain.component(at, node.id).await?,
		None => None,
	};
	let cut =
		match component.as_ref().and_then(|component| component.cut.clone().map(|cut| (component.id, cut))) {
			Some((id, cut)) => {
				let known_at = chain.cut_known_at(at, id).await?.unwrap_or(cut.since);
				Some(CutSeen { cut, known_at, grace_interval })
			}
			None => None,
		};
	Ok(NodeSeen {
		id: node.id,
		record,
		component: node.component,
		nodes: component.as_ref().map_or(0, |component| component.nodes),
		main: component.as_ref().is_some_and(|component| component.main),
		cut,
		rises_at: node.rises.map(|(_, at)| at),
	})
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
