//! A watchtower that looks at the chain and does what is due.

use super::{
	decide::{Action, ChannelSeen, EdgeSeen, NodeSeen, Seen, Wanted},
	memory::Memory,
};
use crate::{
	chain::{
		batch::submit_all,
		call::Call,
		errors::Refused,
		next_block,
		submit::{Receipt, Submitter},
		topology::{of_channel, of_edge, of_node},
		windows::Windows,
		At, Chain,
	},
	edges::{
		certificates,
		evidence::{self, between, rejoin_call, way_to_centre},
		liability::CutSeen,
		search::Outcome,
		vouchers::{hand_in_call, side_of, watched_side, Book, Slip},
	},
	error::one_line,
	text::Progress,
};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use surety_primitives::{
	api::{ChannelInfo, ChannelRecord, EdgeInfo, NodeInfo},
	topology::NodeId,
	AccountId, Balance, BlockNumber, ChannelId, ChannelStatus, EdgeId,
};

/// A component that nobody has shown.
struct Unshown {
	members: Vec<NodeId>,
	as_of: BlockNumber,
}

/// What is needed to do what was decided.
#[derive(Default)]
pub struct Means {
	slips: BTreeMap<ChannelId, (ChannelInfo, Slip)>,
	edges: BTreeMap<EdgeId, EdgeInfo>,
}

/// A watchtower.
pub struct Tower {
	/// Whose node and channels it watches.
	who: AccountId,
	/// What is wanted of it.
	wanted: Wanted,
	/// Blocks from one search for cuts behind edges that have ended to the next.
	check_cuts_every: BlockNumber,
	/// What was tried and spent, to be kept over restarts.
	pub memory: Memory,
	/// Cuts behind edges that have ended, as far as they were looked for; and when.
	checked: BTreeMap<EdgeId, (BlockNumber, Option<Unshown>)>,
}

impl Tower {
	/// A watchtower of an account that remembers this.
	pub fn new(who: AccountId, wanted: Wanted, check_cuts_every: BlockNumber, memory: Memory) -> Self {
		Self { who, wanted, check_cuts_every, memory, checked: BTreeMap::new() }
	}

	/// What there is to be seen in a block by who keeps these vouchers, and what is needed to do something about it.
	pub async fn look(
		&mut self,
		chain: &Chain,
		at: &At,
		book: &Book,
		progress: Progress<'_>,
	) -> Result<(Seen, Means)> {
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
				let cuts_off_other = self.cuts_off(chain, &own, &other, &edge, progress).await?;
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
				seen.has_way = way_to_centre(chain, at, own.id).await.is_ok();
			}
			seen.own = Some(own);
		}
		self.look_at_channels(chain, at, book, &mut seen, &mut means).await?;
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
		progress: Progress<'_>,
	) -> Result<bool> {
		let (Some(closed_at), true) = (edge.life.closed_at, self.wanted.certificates) else {
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
			if found.is_none() && as_of < last.saturating_add(self.check_cuts_every) {
				return Ok(false);
			}
		}
		let found = match between(chain, &at, [own.id, other.id], None).await? {
			Outcome::Component(members) => unshown(chain, &at, own, members, as_of, progress).await?,
			Outcome::Connected(_) | Outcome::Undecided => None,
		};
		let is_cut = found.is_some();
		self.checked.insert(edge.id, (as_of, found));
		Ok(is_cut)
	}

	async fn look_at_channels(
		&self,
		chain: &Chain,
		at: &At,
		book: &Book,
		seen: &mut Seen,
		means: &mut Means,
	) -> Result<()> {
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
				let found = evidence::find(chain, at, record, None).await?.0;
				of_edge("finish_close", *edge).encoded(at, "evidence", &found)?
			}
			Action::Refresh(node) => of_node("refresh", *node),
			Action::Prune(edge) => of_edge("prune", *edge),
		}))
	}

	/// Does what is due, the most urgent first, as long as no more is spent in 24 hours than `max_fee`, in the native
	/// token's smallest unit.
	///
	/// What is due has to be noted before ([`Memory::try_now`]), and what was spent is noted by this: both are to be kept.
	pub async fn act(
		&mut self,
		by: &Submitter<'_>,
		at: &At,
		due: &[Action],
		means: &Means,
		seconds: u64,
		max_fee: Balance,
		done: &mut Done,
	) -> Result<()> {
		let chain = by.chain;
		let mut calls = Vec::new();
		for action in due {
			match self.call(chain, at, action, means).await {
				Ok(call) => calls.extend(call.map(|call| (*action, call))),
				Err(error) => done.fail(by, action, &error),
			}
		}
		let mut expected = 0;
		while !calls.is_empty() {
			let left = self.memory.left(seconds, max_fee);
			expected = by.fee_of(&together(&calls)).await?;
			if expected <= left {
				break;
			}
			let dropped = calls.pop().map(|(action, _)| action);
			if let Some(action) = dropped {
				done.too_dear(by, &action, left);
			}
		}
		if !calls.is_empty() {
			let (actions, calls): (Vec<Action>, Vec<Call>) = calls.into_iter().unzip();
			match submit_all(by, calls).await {
				Ok(receipts) => {
					self.paid(seconds, &receipts);
					for failure in receipts.iter().flat_map(|receipt| &receipt.failures) {
						(by.progress)(failure);
						done.failures.push(failure.clone());
					}
					done.include(&actions, receipts);
				}
				Err(error) => {
					// What the chain has refused costs its fee, too.
					self.memory.spend(seconds, expected);
					refused(by, &actions, error, done)?;
				}
			}
		}
		for action in due {
			if let Action::ShowCut(edge) = action {
				self.show_cut(by, at, *edge, seconds, max_fee, done).await?;
			}
		}
		Ok(())
	}

	fn paid(&mut self, seconds: u64, receipts: &[Receipt]) {
		for receipt in receipts {
			self.memory.spend(seconds, receipt.fee);
		}
	}

	async fn show_cut(
		&mut self,
		by: &Submitter<'_>,
		at: &At,
		edge: EdgeId,
		seconds: u64,
		max_fee: Balance,
		done: &mut Done,
	) -> Result<()> {
		let action = Action::ShowCut(edge);
		let Some((_, Some(found))) = self.checked.get(&edge) else { return Ok(()) };
		let (members, as_of) = (found.members.clone(), found.as_of);
		let left = self.memory.left(seconds, max_fee);
		let expected = certificates::cost(by, at, &members, as_of).await?;
		if expected > left {
			done.too_dear(by, &action, left);
			return Ok(());
		}
		match certificates::show(by, &members, as_of).await {
			Ok(receipts) => {
				self.paid(seconds, &receipts);
				done.include(&[action], receipts);
				Ok(())
			}
			Err(error) => {
				// What was paid for its first pages is not known here.
				self.memory.spend(seconds, expected);
				refused(by, &[action], error, done)
			}
		}
	}
}

/// A component that was found, if it is not the own node's side that is the lighter one.
async fn unshown(
	chain: &Chain,
	at: &At,
	own: &NodeSeen,
	members: Vec<NodeId>,
	as_of: BlockNumber,
	progress: Progress<'_>,
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
		progress(&format!(
			"warning: AS OF BLOCK {as_of} YOUR NODE {} IS ON THE LIGHTER SIDE OF A CUT that nobody has shown yet: open an edge to the other side",
			own.id
		));
	}
	Ok(own_is_heavier.then_some(Unshown { members, as_of }))
}

/// What the chain has refused is told, and watching goes on.
fn refused(by: &Submitter<'_>, actions: &[Action], error: anyhow::Error, done: &mut Done) -> Result<()> {
	if !error.is::<Refused>() {
		return Err(error);
	}
	for action in actions {
		done.fail(by, action, &error);
	}
	Ok(())
}

/// What came of a round.
#[derive(Default)]
pub struct Done {
	/// What was done.
	pub actions: Vec<Action>,
	/// What was not, and why.
	pub failures: Vec<String>,
	/// The transactions.
	pub receipts: Vec<Receipt>,
}

impl Done {
	fn include(&mut self, actions: &[Action], receipts: Vec<Receipt>) {
		self.actions.extend(actions);
		self.receipts.extend(receipts);
	}

	fn fail(&mut self, by: &Submitter<'_>, action: &Action, error: &anyhow::Error) {
		let text = format!("cannot {action}: {}", one_line(error));
		(by.progress)(&text);
		self.failures.push(text);
	}

	fn too_dear(&mut self, by: &Submitter<'_>, action: &Action, left: Balance) {
		let text = format!(
			"cannot {action}: of the fees that may be spent in a day only {} are left",
			by.chain.native().show(left)
		);
		(by.progress)(&format!("warning: {text}"));
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
