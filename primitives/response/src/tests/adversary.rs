//! An honest party against one that does whatever it likes.

use super::{both, voucher, CHANNEL};
use crate::{settle, ChannelState, Claim, Payment, PerSide, Refusal, Side, Voucher};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
	/// The honest party pays.
	Pay(u128),
	/// It acknowledges what it has.
	Acknowledge,
	/// The adversary sends a voucher as far as that from one that would be right.
	Send { paid: i64, ack: i64 },
	/// Somebody tops up.
	TopUp { honest: bool, amount: u128 },
}

fn action() -> impl Strategy<Value = Action> {
	let off = || prop_oneof![4 => -3i64..30, 1 => -1_000i64..1_000];
	prop_oneof![
		4 => (1u128..60).prop_map(Action::Pay),
		1 => Just(Action::Acknowledge),
		6 => (off(), off()).prop_map(|(paid, ack)| Action::Send { paid, ack }),
		1 => (any::<bool>(), 0u128..50).prop_map(|(honest, amount)| Action::TopUp { honest, amount }),
	]
}

fn shifted(amount: u128, by: i64) -> u128 {
	if by < 0 {
		amount.saturating_sub(by.unsigned_abs().into())
	} else {
		amount.saturating_add(by.unsigned_abs().into())
	}
}

/// What a history left.
struct Played {
	state: ChannelState,
	/// Every voucher that the honest party has signed.
	signed: Vec<Voucher>,
	/// What the honest party has, counted payment by payment.
	purse: u128,
}

fn play(side: Side, deposits: PerSide<u128>, actions: Vec<Action>) -> Played {
	let mut state = ChannelState::new(CHANNEL, side, deposits, u128::MAX).unwrap();
	let mut signed = Vec::new();
	let mut purse = *deposits.of(side);
	for action in actions {
		match action {
			Action::Pay(amount) => match state.issue(amount, Payment::Owed) {
				Ok(voucher) => {
					purse -= amount;
					signed.push(voucher);
				}
				Err(refusal) => assert_eq!(refusal, Refusal::Overspent),
			},
			Action::Acknowledge => signed.push(state.acknowledge().unwrap()),
			Action::Send { paid, ack } => {
				let taken = state.taken();
				let voucher = Voucher {
					channel: CHANNEL,
					paid: shifted(taken.paid, paid),
					received_ack: shifted(taken.received_ack, ack),
				};
				purse += state.accept(&voucher).unwrap_or(0);
			}
			Action::TopUp { honest, amount } => {
				let who = if honest { side } else { side.other() };
				let total = state.deposits().of(who) + amount;
				state.deposited(who, total).unwrap();
				purse += if honest { amount } else { 0 };
			}
		}
		assert_eq!(state.balance(), purse);
	}
	Played { state, signed, purse }
}

fn settled(side: Side, state: &ChannelState, own: Option<Claim>, other: Option<Claim>) -> u128 {
	let mut handed_in = PerSide::default();
	*handed_in.of_mut(side) = own;
	*handed_in.of_mut(side.other()) = other;
	*settle(state.deposits(), handed_in).of(side)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(512))]

	/// The adversary hands in any voucher that the honest party has ever signed, or none.
	#[test]
	fn an_honest_party_gets_what_it_has_whatever_the_other_does(
		opener in any::<bool>(), deposits in (0u128..200, 0u128..200),
		actions in prop::collection::vec(action(), 0..60),
	) {
		let side = if opener { Side::Opener } else { Side::Acceptor };
		let Played { state, signed, purse } = play(side, both(deposits.0, deposits.1), actions);
		let own = state.best_claim();
		prop_assert!(settled(side, &state, own, None) >= purse);
		for voucher in &signed {
			prop_assert!(settled(side, &state, own, Some(voucher.claim())) >= purse);
		}
	}

	/// What the two rules refuse would, once it was counted on, give the honest party less than it counted on.
	#[test]
	fn the_rules_of_acceptance_are_needed(extra in 1u128..100) {
		let deposits = both(100, 50);
		let mut state = ChannelState::new(CHANNEL, Side::Opener, deposits, 0).unwrap();
		let last = state.issue(40, Payment::Owed).unwrap();
		// Acknowledged too much: handing it in would concede what was never paid.
		let claim = Claim { paid: 1, received_ack: 40 + extra };
		prop_assert_eq!(state.accept(&voucher(claim.paid, claim.received_ack)), Err(Refusal::AckAboveSent));
		let owed = 100 - 40 + claim.paid;
		prop_assert!(settled(Side::Opener, &state, Some(claim), Some(last.claim())) < owed);
		// Overspent: it would count on what is not there.
		let claim = Claim { paid: 90 + extra, received_ack: 40 };
		prop_assert_eq!(state.accept(&voucher(claim.paid, claim.received_ack)), Err(Refusal::Overspent));
		let owed = 100 - 40 + claim.paid;
		prop_assert!(settled(Side::Opener, &state, Some(claim), Some(last.claim())) < owed);
	}
}
