//! Random histories against a slow model that keeps every payment by itself, says of each voucher how many payments it
//! tells of, and settles by going through those that were told of one by one.

use crate::{mock::*, ByAccount, Channels as Stored, Error, NextChannelId, Proposals, Remainders, Watcher};
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate as _, tokens::Preservation},
};
use proptest::prelude::*;
use sp_runtime::{DispatchError, DispatchResult};
use std::collections::BTreeMap;
use surety_primitives::{AccountId, AssetKind, Balance, ChannelId};
use surety_response::{CloseTerms, Endorsement, PerSide, Side, Signed, Voucher};

/// Who opens a channel with whom in what; who has no gold deposits none.
const KINDS: [(AccountId, AccountId, AssetKind); 4] = [
	(ALICE, BOB, AssetKind::Native),
	(BOB, ALICE, AssetKind::WithId(GOLD)),
	(ALICE, PAUPER, AssetKind::WithId(GOLD)),
	(CAROL, BOB, AssetKind::Native),
];
/// Picks below this are among the channels that are there.
const BUSY: usize = 60;
const PEOPLE: [AccountId; 5] = [ALICE, BOB, CAROL, PAUPER, WATCHER];

#[derive(Clone, Debug)]
enum Action {
	Propose {
		kind: usize,
		deposits: (Balance, Balance),
	},
	Accept {
		pick: usize,
		by_acceptor: bool,
	},
	Withdraw {
		pick: usize,
	},
	Expire {
		pick: usize,
	},
	TopUp {
		pick: usize,
		opener: bool,
		amount: Balance,
	},
	/// One pays the other, if it has enough or does not care; the voucher arrives, or is lost.
	Pay {
		pick: usize,
		opener: bool,
		amount: Balance,
		overspend: bool,
		lost: bool,
	},
	SetWatcher {
		pick: usize,
		opener: bool,
		reward: Option<Balance>,
	},
	/// One, or its watcher, hands in the best voucher that it has, or one that is so many payments older.
	HandIn {
		pick: usize,
		opener: bool,
		watcher: bool,
		older: usize,
	},
	Close {
		pick: usize,
		opener: bool,
	},
	Agree {
		pick: usize,
		to_opener: Balance,
	},
	Settle {
		pick: usize,
	},
	Collect {
		pick: usize,
	},
	Advance {
		blocks: u32,
	},
}

fn action() -> impl Strategy<Value = Action> {
	let pick = prop_oneof![15 => 0..BUSY, 1 => BUSY..2 * BUSY];
	let opener = any::<bool>();
	let rarely = || prop::bool::weighted(0.1);
	prop_oneof![
		2 => (0..KINDS.len(), (0u128..200, 0u128..200))
			.prop_map(|(kind, deposits)| Action::Propose { kind, deposits }),
		4 => (pick.clone(), prop::bool::weighted(0.9))
			.prop_map(|(pick, by_acceptor)| Action::Accept { pick, by_acceptor }),
		1 => pick.clone().prop_map(|pick| Action::Withdraw { pick }),
		1 => pick.clone().prop_map(|pick| Action::Expire { pick }),
		1 => (pick.clone(), opener, 0u128..60)
			.prop_map(|(pick, opener, amount)| Action::TopUp { pick, opener, amount }),
		12 => (pick.clone(), opener, 1u128..80, rarely(), rarely())
			.prop_map(|(pick, opener, amount, overspend, lost)| {
				Action::Pay { pick, opener, amount, overspend, lost }
			}),
		3 => (pick.clone(), opener, prop::option::weighted(0.9, 0u128..250))
			.prop_map(|(pick, opener, reward)| Action::SetWatcher { pick, opener, reward }),
		8 => (pick.clone(), opener, any::<bool>(), 0usize..3)
			.prop_map(|(pick, opener, watcher, older)| Action::HandIn { pick, opener, watcher, older }),
		3 => (pick.clone(), opener).prop_map(|(pick, opener)| Action::Close { pick, opener }),
		1 => (pick.clone(), 0u128..400).prop_map(|(pick, to_opener)| Action::Agree { pick, to_opener }),
		3 => pick.clone().prop_map(|pick| Action::Settle { pick }),
		1 => pick.prop_map(|pick| Action::Collect { pick }),
		4 => (1u32..12).prop_map(|blocks| Action::Advance { blocks }),
	]
}

fn side(opener: bool) -> Side {
	if opener {
		Side::Opener
	} else {
		Side::Acceptor
	}
}

/// A voucher: how many payments of its signer it tells of, and how many of the other's.
#[derive(Clone, Copy, Debug)]
struct Note {
	own: usize,
	others: usize,
}

#[derive(Clone, Default)]
struct End {
	deposit: Balance,
	/// What it has paid, payment by payment.
	payments: Vec<Balance>,
	/// Vouchers for it that have arrived, in order.
	taken: Vec<Note>,
	handed_in: Option<(Note, Option<Balance>)>,
	watcher: Option<Balance>,
}

#[derive(Clone)]
struct Live {
	kind: usize,
	ends: PerSide<End>,
	settles_at: Option<u32>,
}

struct Proposed {
	kind: usize,
	deposits: PerSide<Balance>,
	expires_at: u32,
}

/// Held from one, for another, out of the share of a side.
struct Waiting {
	from: AccountId,
	to: AccountId,
	share_of: Side,
	amount: Balance,
}

struct Left {
	kind: usize,
	waiting: Vec<Waiting>,
	stored: PerSide<bool>,
}

#[derive(Default)]
struct Model {
	now: u32,
	next: ChannelId,
	proposed: BTreeMap<ChannelId, Proposed>,
	live: BTreeMap<ChannelId, Live>,
	left: BTreeMap<ChannelId, Left>,
	/// What each has to itself, in native and in gold.
	free: BTreeMap<(AccountId, bool), Balance>,
}

fn account(kind: usize, side: Side) -> AccountId {
	let (opener, acceptor, _) = KINDS[kind].clone();
	match side {
		Side::Opener => opener,
		Side::Acceptor => acceptor,
	}
}

fn is_gold(kind: usize) -> bool {
	KINDS[kind].2 != AssetKind::Native
}

impl Live {
	/// What `side` has been paid and has paid, as far as it can know.
	fn purse(&self, side: Side) -> i128 {
		let (own, other) = (self.ends.of(side), self.ends.of(side.other()));
		let taken = own.taken.last().map_or(0, |note| note.own);
		let received: Balance = other.payments.iter().take(taken).sum();
		let paid: Balance = own.payments.iter().sum();
		(own.deposit + received) as i128 - paid as i128
	}

	fn voucher(&self, channel: ChannelId, signer: Side, note: Note) -> Voucher {
		let sum = |side: Side, count: usize| self.ends.of(side).payments.iter().take(count).sum();
		Voucher { channel, paid: sum(signer, note.own), received_ack: sum(signer.other(), note.others) }
	}

	/// Goes through all the payments that were told of.
	fn payouts(&self) -> PerSide<Balance> {
		let total = (self.ends.opener.deposit + self.ends.acceptor.deposit) as i128;
		let mut opener = self.ends.opener.deposit as i128;
		for payer in Side::BOTH {
			let told = self.ends.of(payer.other()).handed_in.map_or(0, |(note, _)| note.own);
			let conceded = self.ends.of(payer).handed_in.map_or(0, |(note, _)| note.others);
			for amount in self.ends.of(payer).payments.iter().take(told.max(conceded)) {
				opener += if payer == Side::Opener { -(*amount as i128) } else { *amount as i128 };
			}
		}
		let opener = opener.clamp(0, total);
		both(opener as Balance, (total - opener) as Balance)
	}
}

impl Model {
	fn new() -> Self {
		let native = [ALICE, BOB, CAROL, PAUPER].map(|who| ((who, false), ENDOWMENT));
		let gold = [ALICE, BOB, CAROL].map(|who| ((who, true), ENDOWMENT));
		Self { now: 1, free: native.into_iter().chain(gold).collect(), ..Default::default() }
	}

	fn own(&mut self, who: &AccountId, gold: bool) -> &mut Balance {
		self.free.entry((who.clone(), gold)).or_default()
	}

	/// Pays somebody, unless that would make an account too small to exist.
	fn pay(&mut self, who: &AccountId, gold: bool, amount: Balance) -> bool {
		let least = if gold { MINIMUM } else { EXISTENTIAL_DEPOSIT };
		let account = self.own(who, gold);
		let possible = *account > 0 || amount >= least;
		if possible {
			*account += amount;
		}
		possible
	}

	fn live(&self, id: ChannelId) -> Result<&Live, Error<Test>> {
		self.live.get(&id).ok_or(Error::ChannelNotFound)
	}

	fn finish(&mut self, id: ChannelId, payouts: PerSide<Balance>) {
		let live = self.live.remove(&id).expect("is live");
		let mut holds = live.ends.as_ref().map(|end| end.deposit);
		let mut shares = payouts;
		let mut waiting = Vec::new();
		let mut wait = |from: Side,
		                share_of: Side,
		                to: AccountId,
		                most: Balance,
		                holds: &mut PerSide<Balance>,
		                shares: &mut PerSide<Balance>| {
			let amount = most.min(*holds.of(from)).min(*shares.of(share_of));
			*holds.of_mut(from) -= amount;
			*shares.of_mut(share_of) -= amount;
			let from = account(live.kind, from);
			waiting.push(Waiting { from, to, share_of, amount });
			amount
		};
		// Watchers first: out of what comes from the other, then out of what their party had. That of the one who has
		// gained comes before the other's.
		let acceptor_gained = payouts.acceptor > live.ends.acceptor.deposit;
		for side in [side(!acceptor_gained), side(acceptor_gained)] {
			let earned = live.ends.of(side).handed_in.and_then(|(_, earned)| earned).unwrap_or(0);
			let gained = payouts.of(side).saturating_sub(live.ends.of(side).deposit);
			let mut reward = earned.min(*payouts.of(side));
			reward -= wait(side.other(), side, WATCHER, reward.min(gained), &mut holds, &mut shares);
			wait(side, side, WATCHER, reward, &mut holds, &mut shares);
		}
		for side in Side::BOTH {
			let who = account(live.kind, side);
			// What is another's of its own hold was not its share.
			let gained = payouts.of(side.other()).saturating_sub(live.ends.of(side.other()).deposit);
			let rewarded = live.ends.of(side).deposit - *holds.of(side);
			let others = gained.saturating_sub(rewarded.min(gained));
			let own = holds.of(side).saturating_sub(others).min(*shares.of(side));
			wait(side, side, who, own, &mut holds, &mut shares);
		}
		for side in Side::BOTH {
			let who = account(live.kind, side);
			wait(side.other(), side, who, Balance::MAX, &mut holds, &mut shares);
		}
		assert_eq!((holds, shares), (both(0, 0), both(0, 0)));
		waiting.retain(|waiting| waiting.amount > 0);
		// The parties are paid before their watchers.
		waiting.sort_by_key(|waiting| waiting.to == WATCHER);
		self.pay_out(id, Left { kind: live.kind, waiting, stored: both(true, true) });
	}

	fn pay_out(&mut self, id: ChannelId, mut left: Left) {
		let gold = is_gold(left.kind);
		let waiting = std::mem::take(&mut left.waiting);
		left.waiting = waiting.into_iter().filter(|due| !self.pay(&due.to, gold, due.amount)).collect();
		for side in Side::BOTH {
			let waits = left.waiting.iter().any(|due| due.share_of == side);
			if !waits && std::mem::replace(left.stored.of_mut(side), false) {
				*self.own(&account(left.kind, side), false) += deposit();
			}
		}
		if !left.waiting.is_empty() {
			self.left.insert(id, left);
		}
	}

	/// What is held of everybody, in native and in gold, for channels and for storage.
	fn held(&self) -> BTreeMap<AccountId, (Balance, Balance, Balance)> {
		let mut sums = BTreeMap::<AccountId, (Balance, Balance, Balance)>::new();
		let mut add = |who: &AccountId, gold: bool, amount: Balance, stored: bool| {
			let sum = sums.entry(who.clone()).or_default();
			*(if gold { &mut sum.1 } else { &mut sum.0 }) += amount;
			sum.2 += if stored { deposit() } else { 0 };
		};
		for p in self.proposed.values() {
			add(&account(p.kind, Side::Opener), is_gold(p.kind), p.deposits.opener, true);
		}
		for live in self.live.values() {
			for side in Side::BOTH {
				add(&account(live.kind, side), is_gold(live.kind), live.ends.of(side).deposit, true);
			}
		}
		for left in self.left.values() {
			for due in &left.waiting {
				add(&due.from, is_gold(left.kind), due.amount, false);
			}
			for side in Side::BOTH {
				add(&account(left.kind, side), false, 0, *left.stored.of(side));
			}
		}
		sums
	}

	/// Compares everything that can be seen with the chain.
	fn compare(&mut self) {
		assert_eq!(NextChannelId::<Test>::get(), self.next);
		let held_of = self.held();
		for who in PEOPLE {
			assert_eq!(
				(free(&who), free_gold(&who)),
				(*self.own(&who, false), *self.own(&who, true)),
				"{who:?}"
			);
			let on_hold = (held(AssetKind::Native, &who), held(IN_GOLD, &who), storage_held(&who));
			assert_eq!(on_hold, held_of.get(&who).copied().unwrap_or_default(), "{who:?}");
		}
		assert!(Proposals::<Test>::iter_keys().all(|id| self.proposed.contains_key(&id)));
		assert!(Remainders::<Test>::iter_keys().all(|id| self.left.contains_key(&id)));
		assert_eq!(Proposals::<Test>::iter_keys().count(), self.proposed.len());
		assert_eq!(Stored::<Test>::iter_keys().count(), self.live.len());
		assert_eq!(Remainders::<Test>::iter_keys().count(), self.left.len());
		for (id, live) in &self.live {
			assert_eq!(stored(*id).payouts(), live.payouts());
		}
		check();
	}
}

/// Who a channel of this number was ever between.
type Kinds = BTreeMap<ChannelId, usize>;

fn err(error: Error<Test>) -> DispatchResult {
	Err(error.into())
}

/// Does the same to the model and to the chain, and expects the same answer.
fn step(model: &mut Model, kinds: &mut Kinds, action: Action) {
	// Mostly one with which something can be done, else any, or the next.
	let id_of = |pick: usize| {
		let busy = model.proposed.keys().chain(model.live.keys());
		let any = pick >= BUSY || (model.proposed.is_empty() && model.live.is_empty());
		match any {
			true => (pick - pick.min(BUSY)) as ChannelId % (model.next + 1),
			false => *busy.cycle().nth(pick).expect("is not empty"),
		}
	};
	let party = |id: ChannelId, side: Side| by(&account(kinds.get(&id).copied().unwrap_or(0), side));
	let (expected, got): (DispatchResult, DispatchResult) = match action {
		Action::Propose { kind, deposits } => {
			let deposits = both(deposits.0, if kind == 2 { 0 } else { deposits.1 });
			let (opener, acceptor, asset) = KINDS[kind].clone();
			let got = Channels::open(
				by(&opener),
				acceptor,
				asset,
				deposits.opener,
				deposits.acceptor,
				key(OPENER_KEY),
			);
			if deposits == both(0, 0) {
				(err(Error::ZeroAmount), got)
			} else {
				let expires_at = model.now + ProposalLifetime::get();
				kinds.insert(model.next, kind);
				model.proposed.insert(model.next, Proposed { kind, deposits, expires_at });
				model.next += 1;
				*model.own(&opener, is_gold(kind)) -= deposits.opener;
				*model.own(&opener, false) -= deposit();
				(Ok(()), got)
			}
		}
		Action::Accept { pick, by_acceptor } => {
			let id = id_of(pick);
			let who = party(id, side(!by_acceptor));
			let got = Channels::accept(who, id, key(ACCEPTOR_KEY));
			let expected = match model.proposed.get(&id) {
				None => err(Error::ProposalNotFound),
				Some(_) if !by_acceptor => err(Error::NotAuthorized),
				Some(p) if model.now >= p.expires_at => err(Error::ProposalExpired),
				Some(_) => {
					let Proposed { kind, deposits, .. } = model.proposed.remove(&id).expect("is there");
					*model.own(&account(kind, Side::Acceptor), is_gold(kind)) -= deposits.acceptor;
					*model.own(&account(kind, Side::Acceptor), false) -= deposit();
					let ends = deposits.map(|deposit| End { deposit, ..Default::default() });
					model.live.insert(id, Live { kind, ends, settles_at: None });
					Ok(())
				}
			};
			(expected, got)
		}
		Action::Withdraw { pick } => {
			let id = id_of(pick);
			let got = Channels::withdraw_proposal(party(id, Side::Acceptor), id);
			(end_proposal(model, id, |_| Ok(())), got)
		}
		Action::Expire { pick } => {
			let (id, now) = (id_of(pick), model.now);
			let expired = |p: &Proposed| match now >= p.expires_at {
				true => Ok(()),
				false => err(Error::ProposalNotExpired),
			};
			let got = Channels::expire_proposal(by(&ISSUER), id);
			(end_proposal(model, id, expired), got)
		}
		Action::TopUp { pick, opener, amount } => {
			let (id, side) = (id_of(pick), side(opener));
			// Who has no gold cannot top up in it.
			if kinds.get(&id) == Some(&2) && side == Side::Acceptor {
				return;
			}
			let got = Channels::top_up(party(id, side), id, amount);
			let expected = match model.live.get_mut(&id) {
				_ if amount == 0 => err(Error::ZeroAmount),
				None => err(Error::ChannelNotFound),
				Some(live) if live.settles_at.is_some() => err(Error::Closing),
				Some(live) => {
					live.ends.of_mut(side).deposit += amount;
					let kind = live.kind;
					*model.own(&account(kind, side), is_gold(kind)) -= amount;
					Ok(())
				}
			};
			(expected, got)
		}
		Action::Pay { pick, opener, amount, overspend, lost } => {
			let (id, side) = (id_of(pick), side(opener));
			if let Some(live) = model.live.get_mut(&id) {
				if overspend || live.purse(side) >= amount as i128 {
					live.ends.of_mut(side).payments.push(amount);
					let own = live.ends.of(side).payments.len();
					let others = live.ends.of(side).taken.last().map_or(0, |note| note.own);
					if !lost {
						live.ends.of_mut(side.other()).taken.push(Note { own, others });
					}
				}
			}
			(Ok(()), Ok(()))
		}
		Action::SetWatcher { pick, opener, reward } => {
			let (id, side) = (id_of(pick), side(opener));
			let watcher = reward.map(|reward| Watcher { account: WATCHER, reward });
			let got = Channels::set_watcher(party(id, side), id, watcher);
			let expected = match model.live.get_mut(&id) {
				None => err(Error::ChannelNotFound),
				Some(live) => {
					live.ends.of_mut(side).watcher = reward;
					Ok(())
				}
			};
			(expected, got)
		}
		Action::HandIn { pick, opener, watcher, older } => {
			let (id, payee) = (id_of(pick), side(opener));
			let now = model.now;
			let Some(live) = model.live.get_mut(&id) else { return };
			let taken = &live.ends.of(payee).taken;
			let Some(note) = taken.len().checked_sub(1 + older).map(|at| taken[at]) else { return };
			let voucher = live.voucher(id, payee.other(), note);
			let signed = sign(key_of(payee.other()), &voucher);
			let endorsement: Option<Signed> = watcher.then(|| sign(key_of(payee), &Endorsement(voucher)));
			let who = if watcher { by(&WATCHER) } else { party(id, payee) };
			let got = Channels::hand_in(who, payee, voucher, signed, endorsement);
			let closing = live.settles_at;
			let end = live.ends.of_mut(payee);
			let expected = if watcher && end.watcher.is_none() {
				err(Error::NotAuthorized)
			} else if closing.is_some_and(|at| now >= at) {
				err(Error::OutsideOfWindow)
			} else if end.handed_in.is_some_and(|(before, _)| note.own <= before.own) {
				err(Error::NotBetter)
			} else {
				let earned = end.watcher.filter(|_| watcher && closing.is_some());
				end.handed_in = Some((note, earned));
				Ok(())
			};
			(expected, got)
		}
		Action::Close { pick, opener } => {
			let (id, now) = (id_of(pick), model.now);
			let got = Channels::close_unilaterally(party(id, side(opener)), id);
			let expected = match model.live.get_mut(&id) {
				None => err(Error::ChannelNotFound),
				Some(live) if live.settles_at.is_some() => err(Error::Closing),
				Some(live) => {
					live.settles_at = Some(now + window());
					Ok(())
				}
			};
			(expected, got)
		}
		Action::Agree { pick, to_opener } => {
			let id = id_of(pick);
			let total =
				model.live.get(&id).map_or(0, |live| live.ends.opener.deposit + live.ends.acceptor.deposit);
			let opener = to_opener.min(total);
			let payouts = both(opener, total - opener);
			let got = close_on(CloseTerms { channel: id, payouts, valid_until: model.now });
			let expected = match model.live.contains_key(&id) {
				false => err(Error::ChannelNotFound),
				true => {
					model.finish(id, payouts);
					Ok(())
				}
			};
			(expected, got)
		}
		Action::Settle { pick } => {
			let id = id_of(pick);
			let got = Channels::settle(by(&ISSUER), id);
			let expected = match model.live(id).cloned() {
				Err(error) => err(error),
				Ok(live) if live.settles_at.is_none_or(|at| model.now < at) => err(Error::OutsideOfWindow),
				Ok(live) => {
					model.finish(id, live.payouts());
					Ok(())
				}
			};
			(expected, got)
		}
		Action::Collect { pick } => {
			let id = id_of(pick);
			let got = Channels::collect(by(&ISSUER), id);
			let expected = match model.left.remove(&id) {
				None => err(Error::RemainderNotFound),
				Some(left) => {
					let before = left.waiting.len();
					model.pay_out(id, left);
					let after = model.left.get(&id).map_or(0, |left| left.waiting.len());
					if after < before {
						Ok(())
					} else {
						err(Error::NothingToCollect)
					}
				}
			};
			(expected, got)
		}
		Action::Advance { blocks } => {
			model.now += blocks;
			advance(blocks);
			(Ok(()), Ok(()))
		}
	};
	assert_eq!(got, expected);
	model.compare();
}

fn end_proposal(
	model: &mut Model,
	id: ChannelId,
	may: impl FnOnce(&Proposed) -> DispatchResult,
) -> DispatchResult {
	let proposal = model.proposed.get(&id).ok_or(DispatchError::from(Error::<Test>::ProposalNotFound))?;
	may(proposal)?;
	let Proposed { kind, deposits, .. } = model.proposed.remove(&id).expect("is there");
	*model.own(&account(kind, Side::Opener), is_gold(kind)) += deposits.opener;
	*model.own(&account(kind, Side::Opener), false) += deposit();
	Ok(())
}

/// Everybody goes home, handing in the best that it has, and nothing is left.
fn end_everything(model: &mut Model, kinds: &mut Kinds) {
	let numbers = BUSY..BUSY + model.next as usize;
	for pick in numbers.clone() {
		step(model, kinds, Action::Withdraw { pick });
		step(model, kinds, Action::Close { pick, opener: true });
		for opener in [true, false] {
			step(model, kinds, Action::HandIn { pick, opener, watcher: pick % 2 == 0, older: 0 });
			step(model, kinds, Action::HandIn { pick, opener, watcher: false, older: 0 });
		}
	}
	// Both have handed in the best they have in time, or had done so before: what payments one by one have left is paid.
	for live in model.live.values() {
		let in_time = live.settles_at.is_some_and(|at| model.now < at);
		let purses = both(live.purse(Side::Opener), live.purse(Side::Acceptor));
		let payouts = live.payouts();
		let can_pay = purses.opener >= 0 && purses.acceptor >= 0;
		if in_time && can_pay {
			for side in Side::BOTH {
				assert!(*payouts.of(side) as i128 >= *purses.of(side));
			}
		}
	}
	step(model, kinds, Action::Advance { blocks: window() });
	for pick in numbers.clone() {
		step(model, kinds, Action::Settle { pick });
	}
	// Those that could take nothing open accounts.
	for who in [PAUPER, WATCHER] {
		assert_ok!(Balances::transfer(&ISSUER, &who, MINIMUM, Preservation::Preserve));
		assert_ok!(Assets::transfer(by(&ISSUER), GOLD, who.clone(), MINIMUM));
		*model.own(&who, false) += MINIMUM;
		*model.own(&who, true) += MINIMUM;
	}
	for pick in numbers {
		step(model, kinds, Action::Collect { pick });
	}
	assert_eq!(Proposals::<Test>::iter_keys().count() + Stored::<Test>::iter_keys().count(), 0);
	assert_eq!(Remainders::<Test>::iter_keys().count() + ByAccount::<Test>::iter_keys().count(), 0);
	for who in PEOPLE {
		assert_eq!((held(AssetKind::Native, &who), held(IN_GOLD, &who), storage_held(&who)), (0, 0, 0));
	}
}

proptest! {
	/// `PROPTEST_CASES` says how many histories.
	#[test]
	fn any_history_should_end_settled_as_payments_one_by_one_leave_it(
		first in prop::array::uniform4(((1u128..200, 0u128..200), 0u128..250)),
		actions in prop::collection::vec(action(), 1..80),
	) {
		execute(|| {
			let (mut model, mut kinds) = (Model::new(), Kinds::new());
			for (kind, (deposits, reward)) in first.into_iter().enumerate() {
				step(&mut model, &mut kinds, Action::Propose { kind, deposits });
				let pick = BUSY + kind;
				step(&mut model, &mut kinds, Action::Accept { pick, by_acceptor: true });
				for opener in [true, false] {
					let reward = Some(reward);
					step(&mut model, &mut kinds, Action::SetWatcher { pick, opener, reward });
				}
			}
			for action in actions {
				step(&mut model, &mut kinds, action);
			}
			end_everything(&mut model, &mut kinds);
		});
	}
}
