//! What is submitted for the node: severs first, then whatever a watchtower finds due for its edges and channels.

use super::{say, world::Standing, Shared};
use crate::{
	daemon::Books,
	metrics::{add, set},
};
use anyhow::{Context, Result};
use std::{
	collections::BTreeMap,
	path::PathBuf,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use surety_client::{
	chain::{
		errors::is_one_of,
		next_block, state,
		submit::{Submitter, Until, MORTALITY},
		topology::{of_edge, Intent},
		At, Chain,
	},
	edges::{
		evidence,
		vouchers::{Book, Slip},
		watch::{
			decide::{decide, warning, Action, Seen},
			memory::Memory,
			tower::{Done, Tower},
		},
	},
	error::one_line,
	keys::account_of,
	text::{address, hex},
};
use surety_primitives::{Balance, BlockNumber};
use surety_response::{relay::packet::SignedIntent, EdgeId, Side};
use tokio::time::{sleep, timeout};

/// How often it is looked what is due, if no block becomes final meanwhile.
const EVERY: Duration = Duration::from_secs(6);
/// How long a transaction may take until a block has it.
const PATIENCE: Duration = Duration::from_secs(90);
/// All that is done in a round may take so long; then it is looked again.
const ROUND: Duration = Duration::from_secs(600);
/// Blocks after which an edge is tried again that is open in spite of an intent that was included: its block was undone then.
const AGAIN: BlockNumber = 6;
/// Blocks after which it is said again that the node was cut off.
const WARN_AGAIN: BlockNumber = 20;

/// What is submitted for the node.
pub(super) struct Duties {
	tower: Tower,
	memory: PathBuf,
	/// When the severs of edges were included last.
	severed: BTreeMap<EdgeId, BlockNumber>,
	/// When it was said last that the node was cut off.
	warned: Option<BlockNumber>,
	/// What was said last of what went wrong, so that it is not said at each block.
	said: BTreeMap<&'static str, String>,
}

impl Duties {
	/// Goes on from what is remembered of what was tried and spent.
	pub(super) fn load(shared: &Shared) -> Result<Self> {
		let who = account_of(&shared.key);
		let memory = shared.node.data.join("duties.json");
		let of = format!("{} {}", hex(shared.genesis), address(&who));
		let settings = &shared.settings;
		let tower = Tower::new(who, settings.wanted, settings.check_cuts_every, Memory::load(&memory, &of)?);
		Ok(Self { tower, memory, severed: BTreeMap::new(), warned: None, said: BTreeMap::new() })
	}

	/// Does what is due, at each final block. Does not end; what it had begun when it was stopped shows in the chain's state.
	pub(super) async fn work(&mut self, shared: &Shared, chain: &Chain) {
		let mut finals = shared.final_block.subscribe();
		loop {
			shared.count(|metrics| {
				set(&metrics.chain_connected, 1);
				set(&metrics.chain_block, usize::try_from(shared.world().block()).unwrap_or(usize::MAX));
			});
			let round = async {
				let severs = self.sever(shared, chain).await;
				self.tell("sever", severs);
				let funds = self.look_at_funds(shared, chain).await;
				self.tell("funds", funds);
				if let Some(books) = shared.books() {
					let watched = self.watch(shared, chain, &books).await;
					self.tell("watch", watched);
				}
			};
			let _ = timeout(ROUND, round).await;
			tokio::select! {
				() = shared.wake.notified() => {}
				_ = finals.changed() => {}
				() = sleep(EVERY) => {}
			}
		}
	}

	/// Says what went wrong, once until it is well or something else.
	fn tell(&mut self, what: &'static str, outcome: Result<()>) {
		match outcome {
			Ok(()) => drop(self.said.remove(what)),
			Err(error) => {
				let text = one_line(&error);
				if self.said.get(what) != Some(&text) {
					say(&text);
					self.said.insert(what, text);
				}
			}
		}
	}

	fn submitter<'a>(
		shared: &'a Shared,
		chain: &'a Chain,
		progress: surety_client::text::Progress<'a>,
	) -> Submitter<'a> {
		Submitter {
			chain,
			key: shared.key.clone(),
			until: Until::Included,
			timeout: PATIENCE,
			mortality: MORTALITY,
			tip: 0,
			progress,
		}
	}

	/// Submits intents until a final block says that their edges have ended.
	async fn sever(&mut self, shared: &Shared, chain: &Chain) -> Result<()> {
		let mut outcome = Ok(());
		for intent in shared.kept.all() {
			let edge = intent.intent.edge;
			if shared.world().standing(edge) != Standing::Open {
				shared.kept.remove(edge)?;
				self.severed.remove(&edge);
				continue;
			}
			if let Err(error) = self.sever_one(shared, chain, intent).await {
				// One that fails does not stop the others.
				outcome = Err(error.context(format!("edge {edge} is not severed yet")));
			}
		}
		outcome
	}

	async fn sever_one(&mut self, shared: &Shared, chain: &Chain, intent: SignedIntent) -> Result<()> {
		let edge = intent.intent.edge;
		let at = chain.best().await?;
		let now = next_block(&at)?;
		// What the best block says becomes final, or is undone.
		let Some(record) = chain.edge(&at, edge).await?.filter(|edge| edge.life.closed_at.is_none()) else {
			return Ok(());
		};
		if self.severed.get(&edge).is_some_and(|at| now < at.saturating_add(AGAIN)) {
			return Ok(());
		}
		let ends = shared.world().ends(edge).context("its ends are not known")?;
		let by = match ends.iter().position(|end| *end == intent.by) {
			Some(0) => Side::Opener,
			Some(_) => Side::Acceptor,
			None => {
				say(&format!("the intent to sever edge {edge} is by none of its ends, and dropped"));
				return shared.kept.remove(edge);
			}
		};
		let (found, _) = evidence::find(chain, &at, &record, None).await?;
		let call = of_edge("sever", edge)
			.encoded(&at, "intent", &Intent { by, signed: intent.signed })?
			.encoded(&at, "evidence", &found)?;
		match Self::submitter(shared, chain, &|_| {}).submit(&call).await {
			Ok(receipt) => {
				self.severed.insert(edge, now);
				shared.count(|metrics| add(&metrics.chain_submitted, 1));
				say(&format!("edge {edge} is severed, in block {}", receipt.block_number));
				Ok(())
			}
			// Somebody else was faster; and a way round that has ended meanwhile is looked for anew.
			Err(error)
				if is_one_of(
					&error,
					&["Topology.EdgeEnded", "Topology.EdgeNotFound", "Topology.InvalidPath"],
				) =>
			{
				Ok(())
			}
			Err(error) if is_one_of(&error, &["Topology.InvalidSignature"]) => {
				say(&format!(
					"the chain does not take the intent to sever edge {edge}: {}",
					one_line(&error)
				));
				shared.kept.remove(edge)
			}
			Err(error) => Err(error),
		}
	}

	/// Warns when there is little left for fees.
	async fn look_at_funds(&mut self, shared: &Shared, chain: &Chain) -> Result<()> {
		let who = account_of(&shared.key);
		let funds = state::funds(&chain.best().await?, &who).await?;
		let free = funds.free.saturating_sub(funds.frozen);
		let low = free < shared.settings.low_balance;
		shared.count(|metrics| set(&metrics.account_low, low.into()));
		anyhow::ensure!(
			!low,
			"warning: only {} are left on {} for fees: without them nothing can be severed or handed in",
			chain.native().show(free),
			address(&who)
		);
		Ok(())
	}

	/// Says loudly that the node was cut off, now and then.
	fn warn(&mut self, seen: &Seen) {
		let Some(text) = warning(seen) else {
			self.warned = None;
			return;
		};
		if self.warned.is_none_or(|last| seen.now >= last.saturating_add(WARN_AGAIN)) {
			self.warned = Some(seen.now);
			say(&format!("warning: {text}"));
		}
	}

	/// Looks once, as a watchtower does, with the vouchers that the daemon holds now.
	async fn watch(&mut self, shared: &Shared, chain: &Chain, books: &Books) -> Result<()> {
		let at: At = chain.best().await?;
		let mut book = Book::new(shared.genesis.0);
		for voucher in books.best_vouchers().await {
			book.keep_taken(Slip {
				genesis: shared.genesis.0,
				voucher: voucher.voucher,
				signed: voucher.signed,
				endorsement: None,
			});
		}
		let (seen, means) = self.tower.look(chain, &at, &book, &say).await?;
		self.warn(&seen);
		let due = self.tower.memory.due(&decide(&seen, shared.settings.wanted), seen.now);
		if due.is_empty() {
			return Ok(());
		}
		// Noted before it is done: who is stopped in between does it twice in a row else.
		self.tower.memory.try_now(&due, seen.now);
		self.tower.memory.store(&self.memory)?;
		let mut done = Done::default();
		let by = Self::submitter(shared, chain, &|_| {});
		let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
		// What may be spent is no bound for vouchers, which are worth nothing once the channel is settled.
		let (vouchers, rest): (Vec<_>, Vec<_>) =
			due.into_iter().partition(|action| matches!(action, Action::HandIn(..)));
		let mut outcome = Ok(());
		for (actions, most) in [(vouchers, Balance::MAX), (rest, shared.settings.max_fee_per_day)] {
			let acted = self.tower.act(&by, &at, &actions, &means, seconds, most, &mut done).await;
			outcome = outcome.and(acted);
		}
		self.tower.memory.store(&self.memory)?;
		shared.count(|metrics| {
			add(&metrics.chain_submitted, done.receipts.len() as u64);
			add(&metrics.chain_failed, done.failures.len() as u64);
		});
		for action in &done.actions {
			say(&format!("block {}: {action}", at.block_number()));
		}
		for failure in &done.failures {
			say(failure);
		}
		outcome
	}
}
