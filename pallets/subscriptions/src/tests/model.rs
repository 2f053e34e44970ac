//! Random histories against a slow model that streams the money block by block, in fractions of a unit
//! kept as whole numerators, and knows nothing of the formulas of the pallet.

use crate::{mock::*, Error, NextSubscriptionId};
use proptest::prelude::*;
use sp_runtime::{DispatchError, DispatchResult};
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{AccountId, AssetKind, Balance, ServiceId, SubscriptionId};

const CLIENTS: [AccountId; 2] = [ALICE, BOB];
/// Operator, amount and period of each service: fractions, whole units, units for many blocks, nothing.
const OFFERS: [(AccountId, AssetKind, Balance, u32); 5] = [
	(OPERATOR, AssetKind::Native, 7, 3),
	(OPERATOR, AssetKind::WithId(GOLD), 1, 17),
	(PAUPER, AssetKind::Native, 2, 5),
	(PAUPER, AssetKind::WithId(GOLD), 13, 4),
	(OPERATOR, AssetKind::Native, 0, 1),
];
const CAPACITY: u32 = 3;

#[derive(Clone, Debug)]
enum Action {
	Subscribe { client: usize, offer: usize, prepaid: Balance },
	TopUp { pick: usize, amount: Balance, by_client: bool },
	Claim { pick: usize, by_operator: bool },
	Cancel { pick: usize, by_client: bool },
	Notice { pick: usize, by_operator: bool },
	Close { pick: usize },
	Settle { pick: usize },
	CloseOffer { offer: usize, blocks: u32 },
	ReopenOffer { offer: usize },
	Advance { blocks: u32 },
}

fn action() -> impl Strategy<Value = Action> {
	let pick = 0usize..64;
	let mostly = prop::bool::weighted(0.9);
	prop_oneof![
		4 => (0..2usize, 0..OFFERS.len(), 0u128..120)
			.prop_map(|(client, offer, prepaid)| Action::Subscribe { client, offer, prepaid }),
		2 => (pick.clone(), 0u128..40, mostly)
			.prop_map(|(pick, amount, by_client)| Action::TopUp { pick, amount, by_client }),
		4 => (pick.clone(), mostly).prop_map(|(pick, by_operator)| Action::Claim { pick, by_operator }),
		2 => (pick.clone(), mostly).prop_map(|(pick, by_client)| Action::Cancel { pick, by_client }),
		1 => (pick.clone(), mostly).prop_map(|(pick, by_operator)| Action::Notice { pick, by_operator }),
		3 => pick.clone().prop_map(|pick| Action::Close { pick }),
		3 => pick.prop_map(|pick| Action::Settle { pick }),
		1 => (0..OFFERS.len(), 1u32..15).prop_map(|(offer, blocks)| Action::CloseOffer { offer, blocks }),
		1 => (0..OFFERS.len()).prop_map(|offer| Action::ReopenOffer { offer }),
		6 => (1u32..12).prop_map(|blocks| Action::Advance { blocks }),
	]
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum EndedBy {
	Money,
	Operator,
}

struct Open {
	client: usize,
	offer: usize,
	paid_in: Balance,
	claimed: Balance,
	/// Streamed so far, in units times the period.
	streamed: Balance,
	notice_ends_at: Option<u32>,
	ended: Option<EndedBy>,
}

struct Left {
	client: usize,
	offer: usize,
	owed: Balance,
	refund: Balance,
	forfeits_at: u32,
}

#[derive(Default)]
struct Model {
	now: u32,
	next: SubscriptionId,
	open: BTreeMap<SubscriptionId, Open>,
	left: BTreeMap<SubscriptionId, Left>,
	closing: BTreeMap<usize, u32>,
	/// Offers that were closed and are no more.
	gone: BTreeSet<usize>,
	/// What each account has to itself, in native and in gold.
	free: BTreeMap<(AccountId, bool), Balance>,
}

fn is_gold(offer: usize) -> bool {
	OFFERS[offer].1 != AssetKind::Native
}

impl Model {
	fn new() -> Self {
		let rich = [ALICE, BOB, OPERATOR];
		let free =
			rich.iter().flat_map(|who| [((who.clone(), false), ENDOWMENT), ((who.clone(), true), ENDOWMENT)]);
		Self { now: 1, free: free.collect(), ..Default::default() }
	}

	fn own(&mut self, who: &AccountId, gold: bool) -> &mut Balance {
		self.free.entry((who.clone(), gold)).or_default()
	}

	fn places(&self, offer: usize) -> u32 {
		self.open.values().filter(|s| s.offer == offer).count() as u32
	}

	/// Serves the present block and goes to the next.
	fn advance_one(&mut self) {
		self.now += 1;
		for s in self.open.values_mut().filter(|s| s.ended.is_none()) {
			let (_, _, amount, period) = &OFFERS[s.offer];
			s.streamed += amount;
			let ends = [s.notice_ends_at, self.closing.get(&s.offer).copied()];
			if *amount > 0 && s.streamed + amount > s.paid_in * Balance::from(*period) {
				s.ended = Some(EndedBy::Money);
			} else if ends.iter().flatten().any(|end| *end <= self.now) {
				s.ended = Some(EndedBy::Operator);
			}
		}
	}

	fn due(s: &Open, up: bool) -> Balance {
		let period = Balance::from(OFFERS[s.offer].3);
		s.streamed / period + Balance::from(up && !s.streamed.is_multiple_of(period))
	}

	/// Pays an operator, unless that would make an account too small to exist.
	fn pay(&mut self, offer: usize, amount: Balance) -> bool {
		let least = if is_gold(offer) { MINIMUM } else { EXISTENTIAL_DEPOSIT };
		let account = self.own(&OFFERS[offer].0, is_gold(offer));
		let possible = amount == 0 || *account > 0 || amount >= least;
		if possible {
			*account += amount;
		}
		possible
	}

	fn pick(&self, id: SubscriptionId) -> Result<&Open, Error<Test>> {
		self.open.get(&id).ok_or(Error::SubscriptionNotFound)
	}

	fn pay_out(&mut self, id: SubscriptionId, mut left: Left) {
		if self.pay(left.offer, left.owed) {
			left.owed = 0;
		} else if self.now >= left.forfeits_at {
			left.refund += left.owed;
			left.owed = 0;
		}
		*self.own(&CLIENTS[left.client], is_gold(left.offer)) += left.refund;
		left.refund = 0;
		if left.owed == 0 {
			*self.own(&CLIENTS[left.client], false) += deposit();
		} else {
			self.left.insert(id, left);
		}
	}

	fn finish(&mut self, id: SubscriptionId) {
		let s = self.open.remove(&id).expect("is open");
		let due = Self::due(&s, s.ended != Some(EndedBy::Operator));
		let (owed, refund) = (due - s.claimed, s.paid_in - due);
		let forfeits_at = self.now + notice();
		self.forget_closed(s.offer);
		self.pay_out(id, Left { client: s.client, offer: s.offer, owed, refund, forfeits_at });
	}

	/// A closed offer is gone with its last client.
	fn forget_closed(&mut self, offer: usize) {
		if self.places(offer) == 0 && self.closing.remove(&offer).is_some() {
			self.gone.insert(offer);
		}
	}

	fn subscribe(&mut self, client: usize, offer: usize, prepaid: Balance) -> DispatchResult {
		let (_, _, amount, period) = &OFFERS[offer];
		if self.gone.contains(&offer) {
			return Err(DispatchError::Other("no such offer"));
		}
		if self.closing.contains_key(&offer) {
			return Err(DispatchError::Other("closing"));
		}
		if self.places(offer) >= CAPACITY {
			return Err(DispatchError::Other("full"));
		}
		if prepaid * Balance::from(*period) < *amount {
			return Err(Error::<Test>::PrepaymentTooSmall.into());
		}
		*self.own(&CLIENTS[client], is_gold(offer)) -= prepaid;
		*self.own(&CLIENTS[client], false) -= deposit();
		let s = Open {
			client,
			offer,
			paid_in: prepaid,
			claimed: 0,
			streamed: 0,
			notice_ends_at: None,
			ended: None,
		};
		self.open.insert(self.next, s);
		self.next += 1;
		Ok(())
	}

	fn top_up(&mut self, id: SubscriptionId, amount: Balance, by_client: bool) -> Result<(), Error<Test>> {
		if amount == 0 {
			return Err(Error::ZeroAmount);
		}
		let s = self.pick(id)?;
		if !by_client {
			return Err(Error::NotAuthorized);
		}
		if s.ended.is_some() {
			return Err(Error::Ended);
		}
		let (client, offer) = (s.client, s.offer);
		*self.own(&CLIENTS[client], is_gold(offer)) -= amount;
		self.open.entry(id).and_modify(|s| s.paid_in += amount);
		Ok(())
	}

	fn claim(&mut self, id: SubscriptionId) -> Result<(), Error<Test>> {
		let s = self.pick(id)?;
		let amount = Self::due(s, false) - s.claimed;
		if amount == 0 {
			return Err(Error::NothingToClaim);
		}
		let offer = s.offer;
		if !self.pay(offer, amount) {
			return Err(Error::OperatorCannotReceive);
		}
		self.open.entry(id).and_modify(|s| s.claimed += amount);
		Ok(())
	}

	fn cancel(&mut self, id: SubscriptionId, by_client: bool) -> Result<(), Error<Test>> {
		self.pick(id)?;
		if !by_client {
			return Err(Error::NotAuthorized);
		}
		self.finish(id);
		Ok(())
	}

	fn give_notice(&mut self, id: SubscriptionId, by_operator: bool) -> Result<(), Error<Test>> {
		let s = self.pick(id)?;
		if !by_operator {
			return Err(Error::NotAuthorized);
		}
		if s.ended.is_some() {
			return Err(Error::Ended);
		}
		if s.notice_ends_at.is_some() {
			return Err(Error::NoticeAlreadyGiven);
		}
		let ends_at = self.now + notice();
		self.open.entry(id).and_modify(|s| s.notice_ends_at = Some(ends_at));
		Ok(())
	}

	fn close(&mut self, id: SubscriptionId) -> Result<(), Error<Test>> {
		if self.pick(id)?.ended.is_none() {
			return Err(Error::NotEnded);
		}
		self.finish(id);
		Ok(())
	}

	fn settle(&mut self, id: SubscriptionId) -> Result<(), Error<Test>> {
		let left = self.left.remove(&id).ok_or(Error::RemainderNotFound)?;
		self.pay_out(id, left);
		if self.left.contains_key(&id) {
			return Err(Error::NothingToSettle);
		}
		Ok(())
	}

	/// Compares everything that can be seen with the chain.
	fn compare(&mut self) {
		assert_eq!(NextSubscriptionId::<Test>::get(), self.next);
		for who in [ALICE, BOB, OPERATOR, PAUPER] {
			assert_eq!((free(&who), free_gold(&who)), (*self.own(&who, false), *self.own(&who, true)));
		}
		for (client, who) in CLIENTS.iter().enumerate() {
			let of = |gold| {
				let open = self.open.values().filter(|s| s.client == client && is_gold(s.offer) == gold);
				let left = self.left.values().filter(|l| l.client == client && is_gold(l.offer) == gold);
				open.map(|s| s.paid_in - s.claimed).sum::<Balance>()
					+ left.map(|l| l.owed + l.refund).sum::<Balance>()
			};
			assert_eq!(prepaid(AssetKind::Native, who), of(false));
			assert_eq!(prepaid(AssetKind::WithId(GOLD), who), of(true));
			let stored = self.open.values().filter(|s| s.client == client).count()
				+ self.left.values().filter(|l| l.client == client).count();
			assert_eq!(deposit_held(who), deposit() * stored as Balance);
		}
		for (id, s) in &self.open {
			let info = Subscriptions::subscription(*id).expect("is open");
			assert_eq!(info.claimable, Self::due(s, false) - s.claimed);
			assert_eq!(info.refundable, s.paid_in - Self::due(s, s.ended != Some(EndedBy::Operator)));
			assert_eq!(info.ended, s.ended.is_some());
		}
		for (offer, (operator, ..)) in OFFERS.iter().enumerate() {
			assert_eq!(Book::exists(operator, offer as ServiceId), !self.gone.contains(&offer));
		}
		check();
	}
}

fn make_offer(offer: usize) {
	let (operator, asset, amount, period) = OFFERS[offer].clone();
	Book::offer(&operator, offer as ServiceId, crate::PriceOf { asset, amount, period }, CAPACITY);
}

/// The parties of a subscription that was ever opened; anybody when it never was.
type Parties = BTreeMap<SubscriptionId, (AccountId, AccountId)>;

/// Does the same to the model and to the chain, and expects the same answer.
fn step(model: &mut Model, parties: &mut Parties, action: Action) {
	let id_of = |pick: usize| pick as SubscriptionId % (model.next + 1);
	let party = |id, client: bool| {
		let (c, o) = parties.get(&id).cloned().unwrap_or((ALICE, OPERATOR));
		signed(if client { &c } else { &o })
	};
	let (expected, got) = match action {
		Action::Subscribe { client, offer, prepaid } => {
			let (operator, asset, amount, period) = OFFERS[offer].clone();
			let price = crate::PriceOf { asset, amount, period };
			let who = &CLIENTS[client];
			parties.insert(model.next, (who.clone(), operator.clone()));
			let got = Subscriptions::subscribe(signed(who), operator, offer as ServiceId, price, prepaid);
			(model.subscribe(client, offer, prepaid), got)
		}
		Action::TopUp { pick, amount, by_client } => {
			let id = id_of(pick);
			let got = Subscriptions::top_up(party(id, by_client), id, amount);
			(model.top_up(id, amount, by_client).map_err(Into::into), got)
		}
		Action::Claim { pick, by_operator } => {
			let id = id_of(pick);
			let got = Subscriptions::claim(party(id, !by_operator), id);
			(model.claim(id).map_err(Into::into), got)
		}
		Action::Cancel { pick, by_client } => {
			let id = id_of(pick);
			let got = Subscriptions::cancel(party(id, by_client), id);
			(model.cancel(id, by_client).map_err(Into::into), got)
		}
		Action::Notice { pick, by_operator } => {
			let id = id_of(pick);
			let got = Subscriptions::give_notice(party(id, !by_operator), id);
			(model.give_notice(id, by_operator).map_err(Into::into), got)
		}
		Action::Close { pick } => {
			let id = id_of(pick);
			(model.close(id).map_err(Into::into), Subscriptions::close(signed(&ISSUER), id))
		}
		Action::Settle { pick } => {
			let id = id_of(pick);
			(model.settle(id).map_err(Into::into), Subscriptions::settle(signed(&ISSUER), id))
		}
		Action::CloseOffer { offer, blocks } => {
			if !model.gone.contains(&offer) && !model.closing.contains_key(&offer) {
				model.closing.insert(offer, model.now + blocks);
				model.forget_closed(offer);
				Book::close(&OFFERS[offer].0, offer as ServiceId, model.now + blocks);
			}
			(Ok(()), Ok(()))
		}
		Action::ReopenOffer { offer } => {
			if model.gone.remove(&offer) {
				make_offer(offer);
			}
			(Ok(()), Ok(()))
		}
		Action::Advance { blocks } => {
			(0..blocks).for_each(|_| model.advance_one());
			advance(blocks);
			(Ok(()), Ok(()))
		}
	};
	assert_eq!(got, expected);
	model.compare();
}

proptest! {
	/// `PROPTEST_CASES` says how many histories.
	#[test]
	fn any_history_should_leave_the_chain_where_block_by_block_streaming_leaves_it(
		actions in prop::collection::vec(action(), 1..80)
	) {
		execute(|| {
			(0..OFFERS.len()).for_each(make_offer);
			let (mut model, mut parties) = (Model::new(), Parties::new());
			for action in actions {
				step(&mut model, &mut parties, action);
			}
		});
	}
}
