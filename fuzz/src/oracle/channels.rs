//! Channels: what both have put in is shared by both, as what they have signed and handed in says; in its time, and once.

use super::{hold, money, moves::Moves, see, Phase, Seen, Verdict};
use pallet_channels::{Call, Event, Remainders, Watcher};
use std::collections::BTreeMap;
use surety_primitives::{AssetKind, Balance, BlockNumber, ChannelId};
use surety_response::{Claim, PerSide, Side};
use surety_runtime::{AccountId, Runtime, RuntimeCall, RuntimeEvent, System};

/// What was handed in for a party, and the watcher who did it during a close.
#[derive(Clone, Debug)]
struct HandedIn {
	claim: Claim,
	watcher: Option<Watcher<AccountId>>,
}

/// A channel that is open or closing.
#[derive(Debug)]
struct Channel {
	asset: AssetKind,
	parties: PerSide<AccountId>,
	deposits: PerSide<Balance>,
	close_window: BlockNumber,
	settles_at: Option<BlockNumber>,
	watchers: PerSide<Option<Watcher<AccountId>>>,
	handed_in: PerSide<Option<HandedIn>>,
}

impl Channel {
	fn total(&self) -> Balance {
		self.deposits.opener.saturating_add(self.deposits.acceptor)
	}

	/// Who gets what by what was handed in: what was paid either way is set off, and who has paid more than it had has
	/// paid what it had.
	fn expected(&self) -> PerSide<Balance> {
		let said = |side: Side| {
			self.handed_in.of(side).as_ref().map(|handed_in| handed_in.claim).unwrap_or_default()
		};
		let paid_by = |side: Side| said(side.other()).paid.max(said(side).received_ack);
		let net =
			|side: Side| paid_by(side).saturating_sub(paid_by(side.other())).min(*self.deposits.of(side));
		let share =
			|side: Side| self.deposits.of(side).saturating_sub(net(side)).saturating_add(net(side.other()));
		PerSide { opener: share(Side::Opener), acceptor: share(Side::Acceptor) }
	}
}

/// All channels.
#[derive(Default, Debug)]
pub(crate) struct Book {
	channels: BTreeMap<ChannelId, Channel>,
	/// What waits of those that were settled: from whose hold, for whom, how much.
	waiting: BTreeMap<ChannelId, (AssetKind, Dues)>,
	next: ChannelId,
}

type Dues = Vec<(AccountId, AccountId, Balance)>;

/// What waits of a channel that was settled.
fn stored_dues(id: ChannelId) -> Dues {
	let Some(left) = Remainders::<Runtime>::get(id) else { return Vec::new() };
	let due = |due: &pallet_channels::Due<AccountId>| {
		(left.parties.of(due.held_from).clone(), due.to.clone(), due.amount)
	};
	left.dues.iter().map(due).collect()
}

/// The channel that an event pays out of.
fn ended(event: &Event<Runtime>) -> Option<ChannelId> {
	match event {
		Event::Settled { id, .. } | Event::Collected { id, .. } => Some(*id),
		_ => None,
	}
}

/// What is in one list and not in the other; what is there twice counts twice.
fn without(mut dues: Dues, left: &Dues) -> Dues {
	for due in left {
		if let Some(at) = dues.iter().position(|other| other == due) {
			dues.swap_remove(at);
		}
	}
	dues
}

impl Book {
	/// Notes what has happened.
	pub(crate) fn note(
		&mut self,
		phase: Phase<'_>,
		before: &money::Before,
		events: &[RuntimeEvent],
		seen: &mut Seen,
	) -> Verdict {
		let own: Vec<_> = events
			.iter()
			.filter_map(|event| match event {
				RuntimeEvent::Channels(event) => Some(event),
				_ => None,
			})
			.collect();
		for event in &own {
			if let Some(id) = ended(event) {
				if own.iter().filter(|other| ended(other) == Some(id)).count() > 1 {
					// Settled and collected in one call: what was in between cannot be known.
					self.resume(id);
					continue;
				}
			}
			let moves = self.change(event, phase, seen)?;
			let (Some((asset, moves)), Some(_)) = (moves, phase.own_call()) else { continue };
			let rule = ("a settlement moves what it says to whom it says", "a channel");
			moves.check(&asset, before, &[], rule, (seen, "balances compared after settlements"))?;
		}
		Ok(())
	}

	/// Goes on with what is stored of a channel that was settled.
	fn resume(&mut self, id: ChannelId) {
		self.channels.remove(&id);
		self.waiting.remove(&id);
		if let Some(left) = Remainders::<Runtime>::get(id) {
			self.waiting.insert(id, (left.asset, stored_dues(id)));
		}
	}

	/// Returns what is to move by this.
	fn change(
		&mut self,
		event: &Event<Runtime>,
		phase: Phase<'_>,
		seen: &mut Seen,
	) -> Result<Option<(AssetKind, Moves)>, super::Broken> {
		let now = System::block_number();
		match event {
			Event::Proposed { id, .. } => {
				hold!(*id == self.next, "numbers of channels are never reused", "{id}, not {}", self.next);
				self.next = self.next.saturating_add(1);
			}
			Event::Opened { id, parties, asset, deposits, edge, close_window } => {
				// Of an edge nothing was proposed here.
				if edge.is_some() {
					hold!(
						*id == self.next,
						"numbers of channels are never reused",
						"{id}, not {}",
						self.next
					);
					self.next = self.next.saturating_add(1);
				}
				let channel = Channel {
					asset: asset.clone(),
					parties: parties.clone(),
					deposits: *deposits,
					close_window: *close_window,
					settles_at: None,
					watchers: PerSide::default(),
					handed_in: PerSide { opener: None, acceptor: None },
				};
				let before = self.channels.insert(*id, channel);
				hold!(before.is_none() && *id < self.next, "a channel is opened once", "{event:?}");
			}
			Event::ToppedUp { id, side, amount, deposit } => {
				let Some(channel) = self.channels.get_mut(id) else { return Ok(None) };
				let known = channel.deposits.of_mut(*side);
				*known = known.saturating_add(*amount);
				hold!(
					known == deposit && channel.settles_at.is_none(),
					"a top-up adds to what is deposited, before a close",
					"{event:?}: {channel:?}"
				);
			}
			Event::WatcherSet { id, side, watcher } => {
				if let Some(channel) = self.channels.get_mut(id) {
					*channel.watchers.of_mut(*side) = watcher.clone();
				}
			}
			Event::CloseBegun { id, settles_at, .. } => {
				let Some(channel) = self.channels.get_mut(id) else { return Ok(None) };
				hold!(
					channel.settles_at.is_none() && *settles_at == now.saturating_add(channel.close_window),
					"a close begins once, and takes the time that was agreed on",
					"{event:?} in block {now}: {channel:?}"
				);
				channel.settles_at = Some(*settles_at);
			}
			Event::HandedIn { id, payee, by, claim } => {
				let Some(channel) = self.channels.get_mut(id) else { return Ok(None) };
				hold!(
					channel.settles_at.is_none_or(|block| now < block),
					"nothing is handed in after its time",
					"{event:?} in block {now}: {channel:?}"
				);
				let earlier = channel.handed_in.of(*payee).as_ref().map_or(0, |known| known.claim.paid);
				hold!(
					claim.paid > earlier,
					"what is handed in says more than what was before",
					"{event:?}: {channel:?}"
				);
				let by_party = by == channel.parties.of(*payee);
				let watcher = channel.watchers.of(*payee).clone().filter(|watcher| watcher.account == *by);
				hold!(
					by_party || watcher.is_some(),
					"a party or its watcher hands in, and nobody else",
					"{event:?}: {channel:?}"
				);
				let watcher = watcher.filter(|_| !by_party && channel.settles_at.is_some());
				*channel.handed_in.of_mut(*payee) = Some(HandedIn { claim: *claim, watcher });
			}
			Event::Settled { id, payouts, rewards, cooperative } => {
				let Some(channel) = self.channels.remove(id) else {
					hold!(false, "a channel is settled once", "{event:?}");
					return Ok(None);
				};
				return self.settled(*id, channel, (*payouts, *rewards), *cooperative, phase, seen).map(Some);
			}
			Event::Collected { id, amount, complete } => {
				let Some((asset, dues)) = self.waiting.remove(id) else {
					hold!(false, "only what waits is collected", "{event:?}");
					return Ok(None);
				};
				let left = stored_dues(*id);
				let mut moves = Moves::default();
				let mut paid: Balance = 0;
				for (from, to, due) in without(dues.clone(), &left) {
					moves.loses(&from, due);
					moves.gains(&to, due);
					paid = paid.saturating_add(due);
				}
				hold!(
					paid == *amount,
					"what waits is paid as it was kept",
					"{event:?}: {paid} of {dues:?}, {left:?} is left"
				);
				see(seen, "remainders of channels collected", 1);
				if !complete {
					self.waiting.insert(*id, (asset.clone(), left));
				}
				return Ok(Some((asset, moves)));
			}
			_ => {}
		}
		Ok(None)
	}

	fn settled(
		&mut self,
		id: ChannelId,
		channel: Channel,
		(payouts, rewards): (PerSide<Balance>, PerSide<Balance>),
		cooperative: bool,
		phase: Phase<'_>,
		seen: &mut Seen,
	) -> Result<(AssetKind, Moves), super::Broken> {
		let now = System::block_number();
		hold!(
			payouts.total() == Some(channel.total()),
			"parties of a channel get what they have put in, together",
			"channel {id}: {payouts:?} of {channel:?}"
		);
		if cooperative {
			let agreed = match phase {
				Phase::Call(_, RuntimeCall::Channels(Call::close_cooperatively { terms, .. })) => {
					*terms
						== surety_response::CloseTerms {
							channel: id,
							payouts,
							valid_until: terms.valid_until,
						} && now <= terms.valid_until
				}
				// Inside of another call.
				_ => true,
			};
			hold!(agreed, "a channel is closed on the terms that were signed", "channel {id}: {payouts:?}");
			see(seen, "channels closed by both", 1);
		} else {
			hold!(
				channel.settles_at.is_some_and(|block| now >= block),
				"a channel is settled after its close",
				"channel {id} in block {now}: {channel:?}"
			);
			hold!(
				payouts == channel.expected(),
				"a channel is settled by what was handed in",
				"channel {id}: {payouts:?} of {channel:?}"
			);
			see(seen, "channels settled", 1);
			let disputed = Side::BOTH.into_iter().any(|side| channel.handed_in.of(side).is_some());
			see(seen, "channels settled by vouchers", u64::from(disputed));
		}
		let mut moves = Moves::default();
		for side in Side::BOTH {
			let watcher =
				channel.handed_in.of(side).as_ref().and_then(|handed_in| handed_in.watcher.as_ref());
			let promised = watcher.map_or(0, |watcher| watcher.reward.min(*payouts.of(side)));
			hold!(
				promised == *rewards.of(side),
				"a watcher gets what it was promised, out of what its party gets",
				"channel {id}: {rewards:?} of {payouts:?}: {channel:?}"
			);
			let party = channel.parties.of(side);
			moves.loses(party, *channel.deposits.of(side));
			moves.gains(party, payouts.of(side).saturating_sub(promised));
			if let Some(watcher) = watcher {
				moves.gains(&watcher.account, promised);
				see(seen, "watchers paid", u64::from(promised > 0));
			}
		}
		// What waits has not moved yet.
		let left = stored_dues(id);
		for (from, to, due) in &left {
			moves.gains(from, *due);
			moves.loses(to, *due);
		}
		if Remainders::<Runtime>::contains_key(id) {
			see(seen, "remainders of channels", 1);
			self.waiting.insert(id, (channel.asset.clone(), left));
		}
		Ok((channel.asset, moves))
	}

	/// Compares with what is stored.
	pub(crate) fn check_all(&self) -> Verdict {
		let stored = pallet_channels::Channels::<Runtime>::iter_keys().count();
		hold!(
			stored == self.channels.len(),
			"a channel is there from its opening until it is settled",
			"{stored} are stored, {} known",
			self.channels.len()
		);
		for (id, (_, dues)) in &self.waiting {
			hold!(
				stored_dues(*id) == *dues,
				"what waits of a channel stays as it is until it is collected",
				"channel {id}: {dues:?} waited"
			);
		}
		Ok(())
	}
}
