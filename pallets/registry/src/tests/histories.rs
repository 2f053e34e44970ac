//! Random histories: the state stays sound after every step, no bond is taken away or back while its offer is there, no
//! client comes to an offer that is not backed, and everything that was not slashed comes back in the end.

use crate::{mock::*, Call, Offers, Operators, Services};
use frame_support::{assert_ok, storage::with_transaction, traits::fungibles::Inspect};
use pallet_restaking::{Call as StakeCall, Ledgers, Positions};
use proptest::prelude::*;
use sp_runtime::{traits::Dispatchable, DispatchError, Perbill, TransactionOutcome};
use std::collections::{BTreeMap, BTreeSet};
use surety_primitives::{
	traits::{Escrow, Slashable, Stake},
	AccountId, AssetKind, Balance, Era, OfferState, ServiceFlags, ServiceId, Verifier,
};

const PEOPLE: [AccountId; 3] = [ALICE, BOB, CHARLIE];
const ASSETS: [AssetKind; 2] = [NATIVE, GOLD];

#[derive(Clone, Debug)]
enum Step {
	CreateService {
		min_bond: Balance,
		security: Vec<(usize, Balance)>,
	},
	UpdateService(ServiceId, usize, Vec<(usize, Balance)>),
	RetireService(ServiceId),
	RemoveService(ServiceId),
	SetReporter(ServiceId, Option<usize>),
	Join(usize),
	Pause,
	Resume,
	Leave,
	MakeOffer(ServiceId, u32, Balance),
	UpdateOffer(ServiceId, u32, usize),
	AddBond(ServiceId, Balance),
	PauseOffer(ServiceId),
	ResumeOffer(ServiceId),
	CloseOffer(ServiceId),
	Occupy(ServiceId),
	Vacate(ServiceId),
	Stake {
		operator: usize,
		asset: usize,
		amount: Balance,
	},
	Unbond {
		operator: usize,
		asset: usize,
		percent: u32,
	},
	Withdraw {
		operator: usize,
		asset: usize,
	},
	Allocate(ServiceId, usize, u32),
	Deallocate(ServiceId, usize, u32),
	/// Stakes and allocates what an offer needs.
	Back(ServiceId, Balance),
	Slash {
		service: ServiceId,
		ago: Era,
		percent: u32,
	},
	Advance(u32),
	ChangeNotice(u32),
}

fn step() -> impl Strategy<Value = Step> {
	let id = || prop_oneof![5 => 0u32..2, 1 => 0u32..4];
	let operator = || prop_oneof![1 => Just(0usize), 4 => 1..3usize];
	let length = || 0usize..40;
	let asset = || prop_oneof![3 => Just(0usize), 1 => Just(1)];
	let security = || prop::collection::vec((asset(), 1u128..300), 0..3);
	let parts = || prop_oneof![Just(PARTS), 1..=PARTS];
	let capacity = || prop_oneof![9 => 1u32..5, 1 => Just(0)];
	prop_oneof![
		2 => (0u128..300, security()).prop_map(|(min_bond, security)| Step::CreateService { min_bond, security }),
		2 => (id(), length(), security()).prop_map(|(id, length, asked)| Step::UpdateService(id, length, asked)),
		1 => id().prop_map(Step::RetireService),
		1 => id().prop_map(Step::RemoveService),
		1 => (id(), prop::option::of(0..3usize)).prop_map(|(id, who)| Step::SetReporter(id, who)),
		4 => length().prop_map(Step::Join),
		1 => Just(Step::Pause),
		2 => Just(Step::Resume),
		1 => Just(Step::Leave),
		10 => (id(), capacity(), 90u128..400).prop_map(|(id, n, bond)| Step::MakeOffer(id, n, bond)),
		3 => (id(), capacity(), length()).prop_map(|(id, n, length)| Step::UpdateOffer(id, n, length)),
		4 => (id(), 0u128..200).prop_map(|(id, amount)| Step::AddBond(id, amount)),
		1 => id().prop_map(Step::PauseOffer),
		2 => id().prop_map(Step::ResumeOffer),
		4 => id().prop_map(Step::CloseOffer),
		16 => id().prop_map(Step::Occupy),
		10 => id().prop_map(Step::Vacate),
		8 => (operator(), asset(), 1u128..2_000)
			.prop_map(|(operator, asset, amount)| Step::Stake { operator, asset, amount }),
		6 => (operator(), asset(), 1..=100u32)
			.prop_map(|(operator, asset, percent)| Step::Unbond { operator, asset, percent }),
		2 => (operator(), asset()).prop_map(|(operator, asset)| Step::Withdraw { operator, asset }),
		6 => (id(), 100u128..600).prop_map(|(id, amount)| Step::Back(id, amount)),
		4 => (id(), asset(), parts()).prop_map(|(id, asset, parts)| Step::Allocate(id, asset, parts)),
		4 => (id(), asset(), parts()).prop_map(|(id, asset, parts)| Step::Deallocate(id, asset, parts)),
		2 => (id(), 0..4u32, 1..=100u32)
			.prop_map(|(service, ago, percent)| Step::Slash { service, ago, percent }),
		10 => (0u32..2 * ERA).prop_map(Step::Advance),
		1 => (0u32..30).prop_map(Step::ChangeNotice),
	]
}

/// Two operators that offer two services each.
fn opening() -> Vec<(usize, Step)> {
	let (services, operators) = ([0, 1], [1, 2]);
	let back = operators.map(|operator| (operator, Step::Back(0, 400)));
	let allocate = operators.map(|operator| (operator, Step::Allocate(1, 0, PARTS)));
	let gold = operators.map(|operator| (operator, Step::Stake { operator, asset: 1, amount: 400 }));
	let allocate_gold = operators.map(|operator| (operator, Step::Allocate(1, 1, PARTS)));
	let make = operators.map(|operator| services.map(|id| (operator, Step::MakeOffer(id, 3, 300))));
	let wait = [(0, Step::Advance(ERA))];
	[&back[..], &allocate, &gold, &allocate_gold, &make.concat(), &wait].concat()
}

/// What an observer remembers of an offer.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Seen {
	clients: u32,
	bond: Balance,
	/// Era in which something was last reserved for it.
	reserved_in: Era,
	/// First block that it no longer serves, when it is closing.
	ends_at: Option<u32>,
}

#[derive(Default)]
struct Memory {
	offers: BTreeMap<(AccountId, ServiceId), Seen>,
	/// Operators of whom something was slashed, ever.
	slashed: BTreeSet<AccountId>,
}

fn security(items: &[(usize, Balance)]) -> Vec<crate::Security> {
	asked(&items.iter().map(|(asset, amount)| (ASSETS[*asset].clone(), *amount)).collect::<Vec<_>>())
}

/// The call that `who` makes, if the step is one.
fn call(who: &AccountId, step: &Step) -> Option<RuntimeCall> {
	let Ask { sla, price, metadata, .. } = Ask::default();
	let registry = match step.clone() {
		Step::CreateService { min_bond, security: items } => Call::create_service {
			name: b"name".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond,
			security: security(&items),
			flags: ServiceFlags::default(),
		},
		Step::UpdateService(id, length, items) => Call::update_service {
			id,
			name: vec![b'n'; length],
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: security(&items),
			flags: ServiceFlags::default(),
		},
		Step::RetireService(id) => Call::retire_service { id },
		Step::RemoveService(id) => Call::remove_service { id },
		Step::SetReporter(id, who) => Call::set_reporter { id, reporter: who.map(|n| PEOPLE[n].clone()) },
		Step::Join(length) => Call::join { metadata: vec![0; length] },
		Step::Pause => Call::pause {},
		Step::Resume => Call::resume {},
		Step::Leave => Call::leave {},
		Step::MakeOffer(service, capacity, bond) => {
			Call::make_offer { service, sla, capacity, price, metadata, bond }
		}
		Step::UpdateOffer(service, capacity, length) => {
			Call::update_offer { service, sla, capacity, price, metadata: vec![0; length] }
		}
		Step::AddBond(service, amount) => Call::add_bond { service, amount },
		Step::PauseOffer(service) => Call::pause_offer { service },
		Step::ResumeOffer(service) => Call::resume_offer { service },
		Step::CloseOffer(service) => Call::close_offer { service },
		other => return stake_call(who, other).map(RuntimeCall::Restaking),
	};
	Some(RuntimeCall::Registry(registry))
}

fn stake_call(who: &AccountId, step: Step) -> Option<StakeCall<Test>> {
	Some(match step {
		Step::Stake { operator, asset, amount } => {
			StakeCall::stake { operator: PEOPLE[operator].clone(), asset: ASSETS[asset].clone(), amount }
		}
		Step::Unbond { operator, asset, percent } => {
			let (operator, asset) = (PEOPLE[operator].clone(), ASSETS[asset].clone());
			let amount = Perbill::from_percent(percent) * Restaking::bonded(who, &operator, &asset);
			StakeCall::unbond { operator, asset, amount }
		}
		Step::Withdraw { operator, asset } => {
			let (operator, asset) = (PEOPLE[operator].clone(), ASSETS[asset].clone());
			StakeCall::withdraw { holder: who.clone(), operator, asset }
		}
		Step::Allocate(service, asset, parts) => {
			StakeCall::allocate { asset: ASSETS[asset].clone(), service, parts }
		}
		Step::Deallocate(service, asset, parts) => {
			StakeCall::deallocate { asset: ASSETS[asset].clone(), service, parts }
		}
		_ => return None,
	})
}

fn root() -> Vec<u8> {
	sp_io::storage::root(sp_runtime::StateVersion::V1)
}

impl Memory {
	fn take(&mut self, who: &AccountId, step: &Step) {
		let before = root();
		if let Some(call) = call(who, step) {
			match call.dispatch(signed(who.clone())) {
				Err(_) => assert_eq!(root(), before),
				Ok(_) => self.remember(who, step),
			}
			return;
		}
		match *step {
			Step::Occupy(service) => match occupy(who.clone(), service) {
				Err(_) => assert_eq!(root(), before),
				Ok(_) => {
					self.check_backed(who, service);
					self.seen(who, service).clients += 1;
				}
			},
			Step::Vacate(service) => {
				// As another pallet does: once for each place that was taken.
				if self.offers.get(&(who.clone(), service)).is_some_and(|seen| seen.clients > 0) {
					self.vacate(who, service);
				}
			}
			Step::Back(service, amount) => {
				let operator = PEOPLE.iter().position(|person| person == who).expect("is one of them");
				self.take(who, &Step::Stake { operator, asset: 0, amount: amount * 4 });
				self.take(who, &Step::Allocate(service, 0, PARTS));
			}
			Step::Slash { service, ago, percent } => {
				let era = Restaking::era().saturating_sub(ago).max(1);
				for asset in ASSETS {
					let fraction = Perbill::from_percent(percent);
					let cut = <Restaking as Slashable<_>>::slash(who, service, era, fraction, &asset);
					if cut.is_ok_and(|cut| cut.amount > 0) {
						self.slashed.insert(who.clone());
					}
				}
			}
			Step::Advance(blocks) => advance(blocks),
			Step::ChangeNotice(notice) => NoticePeriod::set(notice),
			_ => unreachable!("all others are calls"),
		}
	}

	/// What the call that `who` made does to its offers.
	fn remember(&mut self, who: &AccountId, step: &Step) {
		let era = Restaking::era();
		match *step {
			Step::MakeOffer(service, _, bond) => {
				let made = Seen { clients: 0, bond, reserved_in: era, ends_at: None };
				assert_eq!(self.offers.insert((who.clone(), service), made), None);
			}
			Step::AddBond(service, amount) => {
				let seen = self.seen(who, service);
				(seen.bond, seen.reserved_in) = (seen.bond + amount, era);
			}
			Step::CloseOffer(service) => self.close(who, service),
			Step::Leave => {
				let mine =
					|(operator, service): &(AccountId, ServiceId)| (operator == who).then_some(*service);
				let services: Vec<_> = self.offers.keys().filter_map(mine).collect();
				services.into_iter().for_each(|service| self.close(who, service));
			}
			_ => {}
		}
	}

	fn close(&mut self, who: &AccountId, service: ServiceId) {
		let seen = self.seen(who, service);
		if seen.clients == 0 {
			self.offers.remove(&(who.clone(), service));
		} else if seen.ends_at.is_none() {
			// The notice is the one under which it was made, so the chain is asked.
			seen.ends_at = Offers::<Test>::get(service, who).and_then(|offer| offer.ends_at());
			assert!(seen.ends_at.is_some());
		}
	}

	fn vacate(&mut self, who: &AccountId, service: ServiceId) {
		vacate(who.clone(), service);
		let seen = self.seen(who, service);
		seen.clients -= 1;
		if seen.clients == 0 && seen.ends_at.is_some() {
			self.offers.remove(&(who.clone(), service));
		}
	}

	fn seen(&mut self, who: &AccountId, service: ServiceId) -> &mut Seen {
		self.offers.get_mut(&(who.clone(), service)).expect("it is remembered")
	}

	/// A client has just come: everything that it may rely on is there.
	fn check_backed(&self, who: &AccountId, service: ServiceId) {
		let seen = self.offers[&(who.clone(), service)];
		assert_eq!(seen.ends_at, None, "a client came to an offer that closes");
		assert!(own_backing(who.clone(), service) >= seen.bond, "a client came to a bond that is not there");
		let asked = Services::<Test>::get(service).expect("it is offered").security;
		for item in asked {
			let backing = <Restaking as Stake<_>>::backing(who, service, &item.asset);
			assert!(backing >= item.amount, "a client came to an offer that is not secured");
		}
	}

	fn check(&self) {
		check();
		assert_eq!(Offers::<Test>::iter().count(), self.offers.len());
		let era = Restaking::era();
		for ((operator, service), seen) in &self.offers {
			let offer = Offers::<Test>::get(service, operator).expect("it is remembered");
			assert_eq!((offer.subscribers, offer.bond), (seen.clients, seen.bond));
			let ends_at = match offer.state {
				OfferState::Closing { ends_at } => Some(ends_at),
				OfferState::Open | OfferState::Paused => None,
			};
			assert_eq!(ends_at, seen.ends_at);
			// Only a slash takes of a bond.
			if !self.slashed.contains(operator) {
				assert!(own_promised(operator, *service) >= seen.bond, "a bond was taken away");
				// It counts from the next era on, and is then there to be taken.
				let exposed = seen.reserved_in >= era || own_exposed(operator, *service) >= seen.bond;
				assert!(exposed, "an offence of now would not cost the bond");
			}
		}
	}

	/// Everybody goes, every service is removed, and all stake is taken back.
	fn wind_up(&mut self) {
		for who in PEOPLE {
			if Operators::<Test>::get(&who).is_some_and(|record| !record.is_leaving()) {
				assert_ok!(Registry::leave(signed(who.clone())));
				self.remember(&who, &Step::Leave);
			}
		}
		for ((operator, service), seen) in self.offers.clone() {
			(0..seen.clients).for_each(|_| self.vacate(&operator, service));
		}
		self.check();
		assert_eq!((Offers::<Test>::iter().count(), Operators::<Test>::iter().count()), (0, 0));
		for (id, service) in Services::<Test>::iter().collect::<Vec<_>>() {
			if !service.retired {
				assert_ok!(Registry::retire_service(signed(service.owner.clone()), id));
			}
			assert_ok!(Registry::remove_service(signed(service.owner), id));
		}
		take_back_all_stake();
		self.check();
	}
}

/// What of its own `operator`, of whom nothing was slashed, has left behind `service` for the eras to come.
fn own_promised(operator: &AccountId, service: ServiceId) -> Balance {
	let ledgers = Restaking::stake_of(operator.clone());
	let native = ledgers.iter().find(|ledger| ledger.asset == NATIVE).expect("it has reserved of it");
	let kept = native.allocations.iter().filter(|lot| lot.service == service && lot.until.is_none());
	let parts: u32 = kept.map(|lot| lot.parts).sum();
	native.own * Balance::from(parts) / Balance::from(surety_stake::PARTS)
}

/// What of the operator's own an offence of now could cost.
fn own_exposed(operator: &AccountId, service: ServiceId) -> Balance {
	with_transaction(|| {
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(slash(operator.clone(), service, 100).1))
	})
	.expect("the slash succeeds")
}

/// Nothing is reserved any longer, so nothing keeps anybody from it.
fn take_back_all_stake() {
	let each = |call: &dyn Fn(&AccountId, &AccountId, &AssetKind)| {
		for (holder, operator, asset) in Positions::<Test>::iter_keys().collect::<Vec<_>>() {
			call(&holder, &operator, &asset);
		}
	};
	advance(UNBONDING);
	each(&|holder, operator, asset| {
		let _ = Restaking::withdraw(signed(ALICE), holder.clone(), operator.clone(), asset.clone());
	});
	each(&|holder, operator, asset| {
		if Restaking::bonded(holder, operator, asset) > 0 {
			assert_ok!(Restaking::unbond_all(signed(holder.clone()), operator.clone(), asset.clone()));
		}
	});
	advance(UNBONDING + ERA);
	each(&|holder, operator, asset| {
		assert_ok!(Restaking::withdraw(signed(ALICE), holder.clone(), operator.clone(), asset.clone()));
	});
	assert_eq!((Positions::<Test>::iter().count(), Ledgers::<Test>::iter().count()), (0, 0));
}

/// Everything that anybody had is with its owner again, but for what was slashed and what rounding took of the rest.
fn check_balances(slashed: bool) {
	for who in PEOPLE {
		let held: Balance = pallet_balances::Holds::<Test>::get(&who).iter().map(|hold| hold.amount).sum();
		assert_eq!(held, 0);
	}
	for asset in ASSETS {
		let free = |who: &AccountId| StakeTokens::balance(asset.clone(), who);
		let owned: Balance = PEOPLE.iter().map(free).sum();
		let rounding = free(&TREASURY);
		assert_eq!(owned + Restaking::escrowed(&asset) + rounding, ENDOWMENT * PEOPLE.len() as Balance);
		assert!(slashed || PEOPLE.iter().all(|who| free(who) == ENDOWMENT));
		assert!(rounding < 200, "{rounding}");
	}
}

proptest! {
	#![proptest_config(cases(64))]

	#[test]
	fn state_should_stay_sound_and_all_should_come_back_when_anything_happens(
		steps in prop::collection::vec((prop_oneof![1 => Just(0usize), 4 => 1..3usize], step()), 0..160),
	) {
		let ext = TestExt::new().service(ALICE).service_asking(BOB, &[(NATIVE, 300), (GOLD, 50)]);
		ext.operator(BOB).operator(CHARLIE).execute(|| {
			let mut memory = Memory::default();
			for (person, step) in opening().iter().chain(&steps) {
				memory.take(&PEOPLE[*person], step);
				memory.check();
			}
			memory.wind_up();
			check_balances(!memory.slashed.is_empty());
		});
	}
}
