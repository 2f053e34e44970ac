//! Random histories: the state holds after every step, no token is made or lost, and in the end everybody has back what
//! was not paid.

use crate::{mock::*, *};
use proptest::prelude::*;
use surety_primitives::{
	notary::{
		ChallengeSubject, NotaryFees, NotaryTerm, PublicationMode, RequestStatus, RevocationReason, Window,
	},
	AccountId, Balance,
};

const SELLERS: [AccountId; 3] = [SELLER, RIVAL, THIRD];
const EVERYBODY: [AccountId; 7] = [NOTARY, SELLER, RIVAL, THIRD, ALICE, BOB, TREASURY];

#[derive(Clone, Debug)]
enum Step {
	Request { who: usize, windows: u32, quoted: bool },
	Subsidised { who: usize, windows: u32 },
	Quote { request: u32, issue: Balance, watch: Balance },
	Accept { request: u32 },
	Attest { request: u32 },
	Refuse { request: u32 },
	ExpireRequest { request: u32 },
	Collect { slot: u32 },
	Renew { slot: u32, windows: u32 },
	Revoke { slot: u32 },
	Resign { slot: u32 },
	Expire { slot: u32 },
	Reprice { who: usize, price: Balance },
	Reoffer { who: usize },
	SetTerms { watch: Balance, renewable: bool },
	Commit { present: Vec<bool> },
	Announce { slot: u32 },
	Challenge { ago: u32 },
	Answer { which: usize },
	Conclude { which: usize },
	Intend { number: u8 },
	Withdraw { number: u8 },
	Bounty { per_window: Balance, budget: Balance },
	Claim { bounty: u32, slot: u32, ago: u32 },
	CloseBounty { bounty: u32 },
	ClearClaim { which: u32 },
	Fund { budget: Balance },
	CloseSubsidy { subsidy: u32 },
	Idle,
	Blocks { count: u32 },
}

fn step() -> impl Strategy<Value = Step> {
	let (who, slot, request) = (|| 0..3usize, || 0..4u32, || 0..12u32);
	let asking = prop_oneof![
		4 => (who(), 1..12u32, any::<bool>()).prop_map(|(who, windows, quoted)| Step::Request { who, windows, quoted }),
		2 => (who(), 1..12u32).prop_map(|(who, windows)| Step::Subsidised { who, windows }),
		2 => (request(), 0..50u128, 0..9u128).prop_map(|(request, issue, watch)| Step::Quote { request, issue, watch }),
		2 => request().prop_map(|request| Step::Accept { request }),
		16 => request().prop_map(|request| Step::Attest { request }),
		1 => request().prop_map(|request| Step::Refuse { request }),
		1 => request().prop_map(|request| Step::ExpireRequest { request }),
	];
	let watching = prop_oneof![
		2 => slot().prop_map(|slot| Step::Collect { slot }),
		2 => (slot(), 1..9u32).prop_map(|(slot, windows)| Step::Renew { slot, windows }),
		1 => slot().prop_map(|slot| Step::Revoke { slot }),
		1 => slot().prop_map(|slot| Step::Resign { slot }),
		2 => slot().prop_map(|slot| Step::Expire { slot }),
		2 => (who(), 0..2u128).prop_map(|(who, price)| Step::Reprice { who, price }),
		1 => who().prop_map(|who| Step::Reoffer { who }),
		1 => (0..9u128, any::<bool>()).prop_map(|(watch, renewable)| Step::SetTerms { watch, renewable }),
	];
	let publishing = prop_oneof![
		5 => prop::collection::vec(any::<bool>(), 4).prop_map(|present| Step::Commit { present }),
		1 => slot().prop_map(|slot| Step::Announce { slot }),
		2 => (1..4u32).prop_map(|ago| Step::Challenge { ago }),
		1 => (0..4usize).prop_map(|which| Step::Answer { which }),
		1 => (0..4usize).prop_map(|which| Step::Conclude { which }),
		1 => (0..3u8).prop_map(|number| Step::Intend { number }),
		1 => (0..3u8).prop_map(|number| Step::Withdraw { number }),
	];
	let paying = prop_oneof![
		1 => (1..90u128, 1..900u128).prop_map(|(per_window, budget)| Step::Bounty { per_window, budget }),
		6 => (0..3u32, slot(), 1..3u32).prop_map(|(bounty, slot, ago)| Step::Claim { bounty, slot, ago }),
		1 => (0..3u32).prop_map(|bounty| Step::CloseBounty { bounty }),
		1 => slot().prop_map(|which| Step::ClearClaim { which }),
		1 => (1..2_000u128).prop_map(|budget| Step::Fund { budget }),
		1 => (0..3u32).prop_map(|subsidy| Step::CloseSubsidy { subsidy }),
	];
	prop_oneof![
		10 => asking,
		4 => watching,
		4 => publishing,
		4 => paying,
		1 => Just(Step::Idle),
		3 => (1..WINDOW).prop_map(|count| Step::Blocks { count }),
	]
}

/// One of them, whichever.
fn pick<I>(of: impl Iterator<Item = I>, which: u32) -> Option<I> {
	let mut all: Vec<I> = of.collect();
	(!all.is_empty()).then(|| all.swap_remove(which as usize % all.len()))
}

/// What was published, by window.
#[derive(Default)]
struct World(std::collections::BTreeMap<Window, Made>);

impl World {
	/// Runs a step. Most can fail, and then nothing has changed.
	fn run(&mut self, step: Step) {
		let notary = || signed(&NOTARY);
		// Numbers that are not there are tried, too, but seldom.
		let request = |which| pick(Requests::<Test>::iter_keys(), which).unwrap_or(which);
		let attested = |which| {
			let found = pick(Attestations::<Test>::iter(), which);
			found.map_or((which, ALICE), |(_, slot, attestation)| (slot, attestation.tenure.operator))
		};
		let _ = match step {
			Step::Request { who, windows, quoted: on_quote } => {
				let claims = if on_quote { quoted() } else { latency() };
				try_request(&SELLERS[who], claims, windows, 1_000).map(|_| ())
			}
			Step::Subsidised { who, windows } => (0..NextSubsidyId::<Test>::get())
				.find(|id| Subsidies::<Test>::get(id).is_some_and(|subsidy| !subsidy.closed))
				.map_or(Ok(()), |id| {
					let (who, key) = (&SELLERS[who], public(11 + who as u8));
					reprice(who, 0);
					Notary::request_subsidised(signed(who), id, latency(), windows, key, 20)
				}),
			Step::Quote { request, issue, watch } => {
				let unquoted = Requests::<Test>::iter().filter(|(_, r)| r.status == RequestStatus::Unquoted);
				let id = pick(unquoted, request).map_or(request, |(id, _)| id);
				Notary::quote(notary(), id, NotaryFees { issue, watch })
			}
			Step::Accept { request } => {
				let fees = |r: &Request| match r.status {
					RequestStatus::Quoted(fees) => Some(fees),
					_ => None,
				};
				let quoted = Requests::<Test>::iter().filter(|(_, r)| fees(r).is_some());
				pick(quoted, request).map_or(Ok(()), |(id, r)| {
					Notary::accept_quote(signed(&r.operator), id, fees(&r).unwrap())
				})
			}
			Step::Attest { request: which } => Notary::attest(notary(), request(which)),
			Step::Refuse { request: which } => {
				Notary::refuse(notary(), request(which), RevocationReason::Other(7))
			}
			Step::ExpireRequest { request: which } => Notary::expire_request(signed(&ALICE), request(which)),
			Step::Collect { slot } => Notary::collect(signed(&ALICE), NOTARY, attested(slot).0),
			Step::Renew { slot, windows } => {
				let (slot, operator) = attested(slot);
				Notary::renew(signed(&operator), NOTARY, slot, windows, 1_000)
			}
			Step::Revoke { slot } => Notary::revoke(notary(), attested(slot).0, RevocationReason::TooSlow),
			Step::Resign { slot } => {
				let (slot, operator) = attested(slot);
				Notary::resign(signed(&operator), NOTARY, slot)
			}
			Step::Expire { slot } => Notary::expire(signed(&ALICE), NOTARY, attested(slot).0),
			Step::Reprice { who, price } => {
				reprice(&SELLERS[who], price);
				Ok(())
			}
			Step::Reoffer { who } => {
				Registry::close_offer(signed(&SELLERS[who]), SERVICE).expect("has one without clients");
				offer(&SELLERS[who], 100);
				Ok(())
			}
			Step::SetTerms { watch, renewable } => {
				let mut terms = terms();
				let fees = NotaryFees { issue: 3, watch };
				terms.0[0].1 = NotaryTerm::Posted(fees);
				Notary::set_terms(notary(), terms, renewable)
			}
			Step::Commit { present } => {
				let window = end_window();
				let universe = record().universe;
				let slots: Vec<_> = (0..universe).filter(|slot| present[*slot as usize % 4]).collect();
				let made = made_at(window, now() - 1, universe, &slots);
				let committed = Notary::commit(signed(&ALICE), made.signed.clone());
				if committed.is_ok() {
					self.0.insert(window, made);
				}
				committed
			}
			Step::Announce { slot } => {
				let (slot, operator) = attested(slot);
				Notary::announce_on_chain(signed(&operator), NOTARY, slot)
			}
			Step::Challenge { ago } => self.made(ago).map_or(Ok(()), |made| {
				let slot = made.set.iter().next().filter(|_| ago % 2 == 0);
				match slot.and_then(|slot| Some((slot, made.tree().prove(slot)?))) {
					Some((slot, proof)) => Notary::audit(signed(&BOB), made.signed.clone(), slot, proof),
					None => Notary::challenge_bytes(signed(&BOB), made.signed.clone()),
				}
			}),
			Step::Answer { which } => match Challenges::<Test>::iter_keys().nth(which) {
				Some((_, (window, ChallengeSubject::Bytes))) => {
					let bytes = self.0[&window].bounded();
					Notary::answer_bytes(notary(), NOTARY, window, bytes, None)
				}
				Some((_, (window, ChallengeSubject::Announcement(slot)))) => {
					let tenure = Attestations::<Test>::get(NOTARY, slot).map(|a| a.tenure);
					tenure.map_or(Ok(()), |tenure| {
						let announced = announcement(slot, tenure.generation, window);
						let signature = sign(key_of(&tenure.operator), &announced);
						Notary::answer_audit(notary(), NOTARY, window, slot, signature)
					})
				}
				None => Ok(()),
			},
			Step::Conclude { which } => match Challenges::<Test>::iter_keys().nth(which) {
				Some((_, (window, subject))) => Notary::conclude(signed(&ALICE), NOTARY, window, subject),
				None => Ok(()),
			},
			Step::Intend { number } => Notary::intend(signed(&ALICE), sp_core::H256::repeat_byte(number)),
			Step::Withdraw { number } => {
				Notary::withdraw_intent(signed(&BOB), ALICE, sp_core::H256::repeat_byte(number))
			}
			Step::Bounty { per_window, budget } => {
				Notary::open_bounty(signed(&BOB), NOTARY, per_window, budget)
			}
			Step::Claim { bounty, slot, ago } => self.made(ago).map_or(Ok(()), |made| {
				let (window, (slot, operator)) = (made.signed.commitment.window, attested(slot));
				let bounty = pick(Bounties::<Test>::iter_keys(), bounty).unwrap_or(bounty);
				made.tree().prove(slot).map_or(Ok(()), |proof| {
					Notary::claim_bounty(signed(&operator), bounty, slot, window, proof)
				})
			}),
			Step::CloseBounty { bounty } => {
				let bounty = pick(Bounties::<Test>::iter_keys(), bounty).unwrap_or(bounty);
				Notary::close_bounty(signed(&ALICE), bounty)
			}
			Step::ClearClaim { which } => {
				let (bounty, slot) = pick(BountyClaims::<Test>::iter_keys(), which).unwrap_or((which, 0));
				Notary::clear_claim(signed(&ALICE), bounty, slot)
			}
			Step::Fund { budget } => Notary::fund_subsidy(signed(&BOB), NOTARY, SERVICE, 500, budget),
			Step::CloseSubsidy { subsidy } => Notary::close_subsidy(signed(&BOB), subsidy),
			Step::Idle => {
				idle();
				Ok(())
			}
			Step::Blocks { count } => {
				advance(count);
				Ok(())
			}
		};
	}

	fn made(&self, ago: u32) -> Option<&Made> {
		self.0.get(&(Notary::current_window().checked_sub(ago)?))
	}

	/// Everything comes to its end, and nothing is left.
	fn end(&mut self) {
		Notary::deregister(signed(&NOTARY)).expect("has not left");
		advance(MAX_REQUEST_BLOCKS);
		for id in Requests::<Test>::iter_keys().collect::<Vec<_>>() {
			Notary::expire_request(signed(&ALICE), id).expect("its deadline has passed");
		}
		for slot in Attestations::<Test>::iter_keys().map(|(_, slot)| slot).collect::<Vec<_>>() {
			Notary::revoke(signed(&NOTARY), slot, RevocationReason::NotaryLeaving).expect("is the notary's");
		}
		// Bounties last for up to 899 windows.
		let last = Bounties::<Test>::iter_values().map(|bounty| bounty.until).max().unwrap_or(0);
		let current = CurrentWindow::<Test>::get().index;
		advance_windows((last.saturating_sub(current) + RETENTION + 1).max(RETENTION + 2));
		for (_, (window, subject)) in Challenges::<Test>::iter_keys().collect::<Vec<_>>() {
			Notary::conclude(signed(&ALICE), NOTARY, window, subject).expect("can no longer be reported");
		}
		for id in Bounties::<Test>::iter_keys().collect::<Vec<_>>() {
			Notary::close_bounty(signed(&ALICE), id).expect("nothing can be claimed");
		}
		for (id, slot) in BountyClaims::<Test>::iter_keys().collect::<Vec<_>>() {
			Notary::clear_claim(signed(&ALICE), id, slot).expect("it was closed");
		}
		for id in Subsidies::<Test>::iter_keys().collect::<Vec<_>>() {
			Notary::close_subsidy(signed(&BOB), id).expect("is open");
		}
		for (who, evidence, _) in Intents::<Test>::iter().collect::<Vec<_>>() {
			Notary::withdraw_intent(signed(&who), who.clone(), evidence).expect("is its own");
		}
		if record().universe > 0 {
			Notary::retire_slots(signed(&ALICE), NOTARY, u32::MAX).expect("all are free");
		}
		Notary::close(signed(&ALICE), NOTARY).expect("has nothing left");
		idle();
		let all_held = |who: &AccountId| {
			[
				HoldReason::Notary,
				HoldReason::Record,
				HoldReason::Fee,
				HoldReason::Challenge,
				HoldReason::Intent,
				HoldReason::Bounty,
				HoldReason::Subsidy,
			]
			.map(|reason| held(reason, who))
		};
		for who in &EVERYBODY {
			assert_eq!(all_held(who), [0; 7], "{who:?}");
		}
		let left = (Standings::<Test>::iter().count(), Records::<Test>::iter().count());
		assert_eq!((left, FreeSlots::<Test>::iter().count()), ((0, 0), 0));
		assert_eq!(EndedAttestations::<Test>::iter().count(), 0);
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn every_history_should_keep_the_state_sound_and_every_token_somewhere(
		steps in prop::collection::vec(step(), 120)
	) {
		new_test_ext().execute_with(|| {
			prepare();
			register(&NOTARY, PublicationMode::Mixed);
			next_window();
			advance(2);
			let issued = Balances::total_issuance();
			let mut world = World::default();
			for step in steps {
				world.run(step);
				check();
				assert_eq!(Balances::total_issuance(), issued);
			}
			world.end();
			check();
			assert_eq!(Balances::total_issuance(), issued);
		});
	}
}
