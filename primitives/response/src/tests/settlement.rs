//! Settlement, against payments made one by one.

use super::{both, claim, CHANNEL};
use crate::{settle, Amount, ChannelState, Claim, Payment, PerSide, Side};
use proptest::prelude::*;
use sp_core::U256;

/// Two purses, and money that goes from one to the other.
struct Purses {
	has: PerSide<Amount>,
}

impl Purses {
	fn pay(&mut self, payer: Side, amount: Amount) -> bool {
		let enough = *self.has.of(payer) >= amount;
		if enough {
			*self.has.of_mut(payer) -= amount;
			*self.has.of_mut(payer.other()) += amount;
		}
		enough
	}
}

fn side() -> impl Strategy<Value = Side> {
	prop_oneof![Just(Side::Opener), Just(Side::Acceptor)]
}

fn any_claim() -> impl Strategy<Value = Option<Claim>> {
	let amount = || prop_oneof![0u128..300, any::<u128>()];
	prop::option::of((amount(), amount()).prop_map(|(paid, received_ack)| Claim { paid, received_ack }))
}

proptest! {
	/// Both sides are honest, and every voucher arrives.
	#[test]
	fn a_channel_settles_to_what_payments_one_by_one_leave(
		deposits in (0u128..200, 0u128..200),
		payments in prop::collection::vec((side(), 1u128..60, prop::bool::weighted(0.1)), 0..60),
	) {
		let deposits = both(deposits.0, deposits.1);
		let mut purses = Purses { has: deposits };
		let mut states = PerSide { opener: Side::Opener, acceptor: Side::Acceptor }
			.map(|side| ChannelState::new(CHANNEL, side, deposits, 0).unwrap());
		for (payer, amount, top_up) in payments {
			if top_up {
				*purses.has.of_mut(payer) += amount;
				for side in Side::BOTH {
					let total = *states.of(side).deposits().of(payer) + amount;
					states.of_mut(side).deposited(payer, total).unwrap();
				}
				continue;
			}
			let issued = states.of_mut(payer).issue(amount, Payment::Owed);
			prop_assert_eq!(issued.is_ok(), purses.pay(payer, amount));
			if let Ok(voucher) = issued {
				prop_assert_eq!(states.of_mut(payer.other()).accept(&voucher), Ok(amount));
			}
		}
		for side in Side::BOTH {
			prop_assert_eq!(states.of(side).balance(), *purses.has.of(side));
			prop_assert_eq!(states.of(side).other_balance(), *purses.has.of(side.other()));
		}
		let handed_in = states.as_ref().map(ChannelState::best_claim);
		prop_assert_eq!(settle(states.opener.deposits(), handed_in), purses.has);
	}

	#[test]
	fn what_is_paid_out_is_what_was_deposited_whatever_is_handed_in(
		opener in prop_oneof![0u128..300, any::<u128>()], acceptor in prop_oneof![0u128..300, any::<u128>()],
		of_opener in any_claim(), of_acceptor in any_claim(),
	) {
		let paid = settle(both(opener, acceptor), PerSide { opener: of_opener, acceptor: of_acceptor });
		prop_assert_eq!(
			U256::from(paid.opener) + U256::from(paid.acceptor),
			U256::from(opener) + U256::from(acceptor)
		);
	}

	#[test]
	fn a_settlement_is_the_same_seen_from_the_other_side(
		deposits in (any::<u128>(), any::<u128>()), of_opener in any_claim(), of_acceptor in any_claim(),
	) {
		let one = settle(both(deposits.0, deposits.1), PerSide { opener: of_opener, acceptor: of_acceptor });
		let other = settle(both(deposits.1, deposits.0), PerSide { opener: of_acceptor, acceptor: of_opener });
		prop_assert_eq!(both(one.acceptor, one.opener), other);
	}

	#[test]
	fn handing_in_a_voucher_that_supersedes_never_costs_the_payee_unless_it_concedes_more(
		deposits in (0u128..300, 0u128..300), other in any_claim(), ack in 0u128..300,
		first in 0u128..300, second in 0u128..300,
	) {
		let (first, second) = (Claim { paid: first, received_ack: ack }, Claim { paid: second, received_ack: ack });
		let payee = |claim| {
			settle(both(deposits.0, deposits.1), PerSide { opener: Some(claim), acceptor: other }).opener
		};
		if second.supersedes(Some(&first)) {
			prop_assert!(payee(second) >= payee(first));
		}
	}
}

#[test]
fn nothing_handed_in_returns_the_deposits() {
	assert_eq!(settle(both(100, 50), PerSide { opener: None, acceptor: None }), both(100, 50));
}

#[test]
fn the_payee_gains_what_it_hands_in() {
	assert_eq!(settle(both(100, 50), PerSide { opener: None, acceptor: claim(30, 0) }), both(70, 80));
	assert_eq!(settle(both(100, 50), PerSide { opener: claim(30, 0), acceptor: None }), both(130, 20));
}

#[test]
fn handing_in_concedes_what_the_voucher_acknowledges() {
	assert_eq!(settle(both(100, 50), PerSide { opener: None, acceptor: claim(30, 20) }), both(90, 60));
	assert_eq!(settle(both(100, 50), PerSide { opener: claim(30, 20), acceptor: None }), both(110, 40));
	// The other's own voucher can only add to it.
	assert_eq!(
		settle(both(100, 50), PerSide { opener: claim(25, 0), acceptor: claim(30, 20) }),
		both(95, 55)
	);
	assert_eq!(
		settle(both(100, 50), PerSide { opener: claim(15, 0), acceptor: claim(30, 20) }),
		both(90, 60)
	);
}

#[test]
fn a_payer_that_overspends_pays_what_is_there() {
	assert_eq!(settle(both(100, 50), PerSide { opener: None, acceptor: claim(1_000, 0) }), both(0, 150));
	assert_eq!(settle(both(100, 50), PerSide { opener: claim(u128::MAX, 0), acceptor: None }), both(150, 0));
}

#[test]
fn only_a_voucher_that_pays_more_supersedes() {
	let earlier = Claim { paid: 10, received_ack: 5 };
	assert!(Claim { paid: 11, received_ack: 0 }.supersedes(Some(&earlier)));
	assert!(!Claim { paid: 10, received_ack: 6 }.supersedes(Some(&earlier)));
	assert!(!Claim { paid: 10, received_ack: 4 }.supersedes(Some(&earlier)));
	assert!(!Claim { paid: 9, received_ack: 0 }.supersedes(Some(&earlier)));
	assert!(!Claim { paid: 0, received_ack: 9 }.supersedes(None));
	assert!(Claim { paid: 1, received_ack: 0 }.supersedes(None));
}
