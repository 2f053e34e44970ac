//! Random histories: the state stays sound after every step, no bond leaves early, and everything that was
//! held comes back in the end.

use crate::{mock::*, Call, Offers, Operators, Services};
use frame_support::assert_ok;
use proptest::prelude::*;
use sp_runtime::traits::Dispatchable;
use std::collections::BTreeMap;
use surety_primitives::{
	traits::{CheckState, Stake},
	AccountId, OfferState, ServiceFlags, ServiceId, Verifier,
};

const PEOPLE: [AccountId; 3] = [ALICE, BOB, CHARLIE];

#[derive(Clone, Debug)]
enum Step {
	CreateService { min_bond: u128 },
	RenameService(ServiceId, usize),
	RetireService(ServiceId),
	RemoveService(ServiceId),
	Join(usize),
	Pause,
	Resume,
	Leave,
	MakeOffer(ServiceId, u32, u128),
	UpdateOffer(ServiceId, u32, usize),
	AddBond(ServiceId, u128),
	PauseOffer(ServiceId),
	ResumeOffer(ServiceId),
	CloseOffer(ServiceId),
	WithdrawBond(ServiceId),
	Occupy(ServiceId),
	Vacate(ServiceId),
	Advance(u32),
	ToTheBrink(ServiceId),
	ChangeWindows(u32, u32),
}

fn step() -> impl Strategy<Value = Step> {
	let id = || 0u32..4;
	let length = || 0usize..40;
	prop_oneof![
		2 => (0u128..300).prop_map(|min_bond| Step::CreateService { min_bond }),
		1 => (id(), length()).prop_map(|(id, length)| Step::RenameService(id, length)),
		1 => id().prop_map(Step::RetireService),
		1 => id().prop_map(Step::RemoveService),
		4 => length().prop_map(Step::Join),
		1 => Just(Step::Pause),
		2 => Just(Step::Resume),
		1 => Just(Step::Leave),
		8 => (id(), 0u32..4, 90u128..4_000).prop_map(|(id, n, bond)| Step::MakeOffer(id, n, bond)),
		2 => (id(), 0u32..4, length()).prop_map(|(id, n, length)| Step::UpdateOffer(id, n, length)),
		2 => (id(), 0u128..4_000).prop_map(|(id, amount)| Step::AddBond(id, amount)),
		1 => id().prop_map(Step::PauseOffer),
		1 => id().prop_map(Step::ResumeOffer),
		3 => id().prop_map(Step::CloseOffer),
		6 => id().prop_map(Step::WithdrawBond),
		8 => id().prop_map(Step::Occupy),
		6 => id().prop_map(Step::Vacate),
		6 => (0u32..40).prop_map(Step::Advance),
		4 => id().prop_map(Step::ToTheBrink),
		1 => (0u32..30, 0u32..60).prop_map(|(notice, unbonding)| Step::ChangeWindows(notice, unbonding)),
	]
}

/// What an observer remembers of an offer.
#[derive(Clone, Copy)]
struct Seen {
	clients: u32,
	/// Last block in which the bond backed the service.
	last_backed: u32,
	/// Unbonding period when the offer was made.
	unbonding: u32,
}

type Memory = BTreeMap<(AccountId, ServiceId), Seen>;

fn call(step: &Step) -> Option<Call<Test>> {
	let Ask { sla, price, metadata, .. } = Ask::default();
	Some(match *step {
		Step::CreateService { min_bond } => Call::create_service {
			name: b"name".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond,
			flags: ServiceFlags::default(),
		},
		Step::RenameService(id, length) => Call::update_service {
			id,
			name: vec![b'n'; length],
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			flags: ServiceFlags::default(),
		},
		Step::RetireService(id) => Call::retire_service { id },
		Step::RemoveService(id) => Call::remove_service { id },
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
		Step::WithdrawBond(service) => Call::withdraw_bond { service },
		Step::Occupy(_)
		| Step::Vacate(_)
		| Step::Advance(_)
		| Step::ToTheBrink(_)
		| Step::ChangeWindows(..) => return None,
	})
}

fn take(memory: &mut Memory, who: &AccountId, step: &Step) {
	let root_before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	if let Some(call) = call(step) {
		match RuntimeCall::Registry(call).dispatch(signed(who.clone())) {
			Err(_) => assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), root_before),
			Ok(_) => remember_or_forget(memory, who, step),
		}
		return;
	}
	match *step {
		Step::Occupy(service) => match occupy(who.clone(), service) {
			Err(_) => assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), root_before),
			Ok(_) => seen(memory, who, service).clients += 1,
		},
		Step::Vacate(service) => {
			// As another pallet does: once for each place that was taken.
			if memory.get(&(who.clone(), service)).is_some_and(|seen| seen.clients > 0) {
				vacate(who.clone(), service);
				seen(memory, who, service).clients -= 1;
			}
		}
		Step::Advance(blocks) => advance(blocks),
		Step::ToTheBrink(service) => {
			let Some(Seen { last_backed, unbonding, .. }) = memory.get(&(who.clone(), service)) else {
				return;
			};
			let last_refused = (last_backed + unbonding).saturating_sub(1);
			if last_refused >= now() {
				advance(last_refused - now());
				assert!(Registry::withdraw_bond(signed(who.clone()), service).is_err(), "a bond left early");
			}
		}
		Step::ChangeWindows(notice, unbonding) => {
			NoticePeriod::set(notice);
			UnbondingPeriod::set(unbonding);
		}
		_ => unreachable!("all others are calls"),
	}
}

fn remember_or_forget(memory: &mut Memory, who: &AccountId, step: &Step) {
	match *step {
		Step::MakeOffer(service, ..) => {
			let made = Seen { clients: 0, last_backed: now(), unbonding: UnbondingPeriod::get() };
			assert!(memory.insert((who.clone(), service), made).is_none());
		}
		Step::WithdrawBond(service) => {
			let gone = memory.remove(&(who.clone(), service)).expect("there was an offer");
			assert_eq!(gone.clients, 0);
			assert!(now() >= gone.last_backed + gone.unbonding, "a bond left early");
		}
		_ => {}
	}
}

fn seen<'a>(memory: &'a mut Memory, who: &AccountId, service: ServiceId) -> &'a mut Seen {
	memory.get_mut(&(who.clone(), service)).expect("it is remembered")
}

fn check(memory: &mut Memory) {
	assert_eq!(Registry::check_state(), Ok(()));
	assert_eq!(Offers::<Test>::iter().count(), memory.len());
	let now = now();
	for ((operator, service), seen) in memory.iter_mut() {
		let offer = Offers::<Test>::get(service, operator).expect("it is remembered");
		assert_eq!(offer.subscribers, seen.clients);
		assert!(Registry::backing(operator, *service) <= offer.bond.total());
		if !matches!(offer.state, OfferState::Unbonding { .. }) {
			seen.last_backed = now;
		}
	}
}

/// Everybody goes, and every service is removed.
fn wind_up(memory: &mut Memory) {
	for who in PEOPLE {
		if Operators::<Test>::get(&who).is_some_and(|record| !record.is_leaving()) {
			assert_ok!(Registry::leave(signed(who)));
		}
	}
	for ((operator, service), seen) in memory.iter() {
		(0..seen.clients).for_each(|_| vacate(operator.clone(), *service));
	}
	advance(UNBONDING.max(60));
	for (operator, service) in memory.keys() {
		assert_ok!(Registry::withdraw_bond(signed(operator.clone()), *service));
	}
	for (id, service) in Services::<Test>::iter().collect::<Vec<_>>() {
		if !service.retired {
			assert_ok!(Registry::retire_service(signed(service.owner.clone()), id));
		}
		assert_ok!(Registry::remove_service(signed(service.owner), id));
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn state_should_stay_sound_and_all_should_come_back_when_anything_happens(
		steps in prop::collection::vec((0usize..3, step()), 0..120),
	) {
		TestExt::new().service(ALICE).operator(BOB).operator(CHARLIE).execute(|| {
			let mut memory = Memory::new();
			for (person, step) in &steps {
				take(&mut memory, &PEOPLE[*person], step);
				check(&mut memory);
			}
			wind_up(&mut memory);
			for who in PEOPLE {
				assert_eq!((held_in_all(who.clone()), Balances::free_balance(who)), (0, ENDOWMENT));
			}
			assert_eq!(Operators::<Test>::iter().count(), 0);
		});
	}
}
