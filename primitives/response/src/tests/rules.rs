//! What a party may sign and take, rule by rule.

use super::{both, claim, voucher, CHANNEL};
use crate::{ChannelState, CloseTerms, Payment, Refusal, Side, Voucher};
use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;

/// The opener's state of a channel with 100 from it and 50 from the other, and 30 in flight at the most.
fn opener() -> ChannelState {
	ChannelState::new(CHANNEL, Side::Opener, both(100, 50), 30).unwrap()
}

/// Expects a refusal that changes nothing.
fn refused<T: core::fmt::Debug + PartialEq>(
	state: &mut ChannelState,
	refusal: Refusal,
	act: impl FnOnce(&mut ChannelState) -> Result<T, Refusal>,
) {
	let before = state.clone();
	assert_eq!(act(state), Err(refusal));
	assert_eq!(*state, before);
}

#[test]
fn a_new_channel_has_what_was_deposited() {
	let state = opener();
	assert_eq!((state.balance(), state.other_balance()), (100, 50));
	assert_eq!(state.best_claim(), None);
	assert_eq!((state.channel(), state.side(), state.deposits()), (CHANNEL, Side::Opener, both(100, 50)));
}

#[test]
fn deposits_that_cannot_be_counted_together_are_refused() {
	let refused = ChannelState::new(CHANNEL, Side::Opener, both(u128::MAX, 1), 0);
	assert_eq!(refused, Err(Refusal::Overflow));
}

#[test]
fn vouchers_are_cumulative_and_acknowledge_what_was_taken() {
	let mut state = opener();
	assert_eq!(state.issue(10, Payment::Owed), Ok(voucher(10, 0)));
	assert_eq!(state.accept(&voucher(20, 10)), Ok(20));
	assert_eq!(state.issue(5, Payment::Owed), Ok(voucher(15, 20)));
	assert_eq!((state.balance(), state.other_balance()), (105, 45));
	assert_eq!(state.best_claim(), claim(20, 10));
	assert_eq!((state.signed(), state.taken()), (voucher(15, 20), voucher(20, 10)));
}

#[test]
fn nothing_cannot_be_paid() {
	refused(&mut opener(), Refusal::ZeroAmount, |s| s.issue(0, Payment::Owed));
}

#[test]
fn a_party_cannot_pay_more_than_it_has() {
	let mut state = opener();
	refused(&mut state, Refusal::Overspent, |s| s.issue(101, Payment::Owed));
	assert_eq!(state.issue(100, Payment::Owed), Ok(voucher(100, 0)));
	refused(&mut state, Refusal::Overspent, |s| s.issue(1, Payment::Owed));
	assert_eq!(state.accept(&voucher(1, 0)), Ok(1));
	assert_eq!(state.issue(1, Payment::Owed), Ok(voucher(101, 1)));
}

#[test]
fn a_voucher_of_another_channel_is_refused() {
	refused(&mut opener(), Refusal::OtherChannel, |s| {
		s.accept(&Voucher { channel: CHANNEL + 1, ..voucher(1, 0) })
	});
}

#[test]
fn a_voucher_beyond_what_the_payer_has_is_refused() {
	let mut state = opener();
	refused(&mut state, Refusal::Overspent, |s| s.accept(&voucher(51, 0)));
	state.issue(10, Payment::Owed).unwrap();
	// What was paid to the payer counts as soon as it has acknowledged that.
	refused(&mut state, Refusal::Overspent, |s| s.accept(&voucher(51, 0)));
	assert_eq!(state.accept(&voucher(51, 1)), Ok(51));
}

#[test]
fn a_voucher_that_acknowledges_more_than_was_paid_is_refused() {
	let mut state = opener();
	state.issue(10, Payment::Owed).unwrap();
	refused(&mut state, Refusal::AckAboveSent, |s| s.accept(&voucher(5, 11)));
	assert_eq!(state.accept(&voucher(5, 10)), Ok(5));
}

#[test]
fn neither_number_of_a_voucher_ever_decreases() {
	let mut state = opener();
	state.issue(10, Payment::Owed).unwrap();
	state.accept(&voucher(20, 5)).unwrap();
	refused(&mut state, Refusal::PaidDecreased, |s| s.accept(&voucher(19, 5)));
	refused(&mut state, Refusal::AckDecreased, |s| s.accept(&voucher(21, 4)));
}

#[test]
fn a_voucher_that_was_taken_before_pays_nothing() {
	let mut state = opener();
	assert_eq!(state.accept(&voucher(20, 0)), Ok(20));
	assert_eq!(state.accept(&voucher(20, 0)), Ok(0));
	assert_eq!(state.balance(), 120);
}

#[test]
fn an_acknowledgement_lets_the_other_spend_what_it_was_paid() {
	let mut me = opener();
	let mut other = ChannelState::new(CHANNEL, Side::Acceptor, both(100, 50), 30).unwrap();
	let paid = other.issue(50, Payment::Owed).unwrap();
	me.accept(&paid).unwrap();
	// Without it the payer's next voucher is not covered where its payee looks.
	let acknowledged = me.acknowledge().unwrap();
	assert_eq!(acknowledged, voucher(0, 50));
	assert_eq!(other.accept(&acknowledged), Ok(0));
	me.issue(150, Payment::Owed).unwrap();
	refused(&mut me, Refusal::Overspent, |s| s.issue(1, Payment::Owed));
}

#[test]
fn a_top_up_resets_nothing() {
	let mut state = opener();
	state.issue(100, Payment::Owed).unwrap();
	assert_eq!(state.deposited(Side::Opener, 110), Ok(()));
	assert_eq!(state.issue(10, Payment::Owed), Ok(voucher(110, 0)));
	refused(&mut state, Refusal::Overspent, |s| s.accept(&voucher(60, 0)));
	assert_eq!(state.deposited(Side::Acceptor, 60), Ok(()));
	assert_eq!(state.accept(&voucher(60, 0)), Ok(60));
	refused(&mut state, Refusal::DepositDecreased, |s| s.deposited(Side::Opener, 109));
	refused(&mut state, Refusal::Overflow, |s| s.deposited(Side::Opener, u128::MAX));
}

#[test]
fn what_is_paid_ahead_is_limited_until_it_is_discharged() {
	let mut state = opener();
	state.issue(30, Payment::Ahead).unwrap();
	refused(&mut state, Refusal::TooMuchInFlight, |s| s.issue(1, Payment::Ahead));
	// What is owed is not in flight.
	assert_eq!(state.issue(1, Payment::Owed), Ok(voucher(31, 0)));
	refused(&mut state, Refusal::NotInFlight, |s| s.discharge(31));
	assert_eq!(state.discharge(10), Ok(()));
	assert_eq!(state.in_flight(), 20);
	assert_eq!(state.issue(10, Payment::Ahead), Ok(voucher(41, 0)));
}

#[test]
fn terms_of_a_close_give_at_least_what_there_is_and_all_that_there_is() {
	let mut state = opener();
	state.accept(&voucher(20, 0)).unwrap();
	let terms =
		|opener, acceptor| CloseTerms { channel: CHANNEL, payouts: both(opener, acceptor), valid_until: 9 };
	refused(&mut state, Refusal::PayoutTooSmall, |s| s.agree(&terms(119, 31)));
	refused(&mut state, Refusal::WrongTotal, |s| s.agree(&terms(120, 31)));
	refused(&mut state, Refusal::WrongTotal, |s| s.agree(&terms(120, u128::MAX)));
	refused(&mut state, Refusal::OtherChannel, |s| s.agree(&CloseTerms { channel: 8, ..terms(120, 30) }));
	assert_eq!(state.agree(&terms(120, 30)), Ok(()));
}

#[test]
fn nothing_is_signed_or_taken_while_terms_of_a_close_can_be_used() {
	let mut state = opener();
	let terms = CloseTerms { channel: CHANNEL, payouts: both(100, 50), valid_until: 9 };
	state.agree(&terms).unwrap();
	state.open_at(9);
	refused(&mut state, Refusal::Closing, |s| s.issue(1, Payment::Owed));
	refused(&mut state, Refusal::Closing, |s| s.acknowledge());
	refused(&mut state, Refusal::Closing, |s| s.accept(&voucher(1, 0)));
	refused(&mut state, Refusal::Closing, |s| s.agree(&terms));
	state.open_at(10);
	assert_eq!(state.issue(1, Payment::Owed), Ok(voucher(1, 0)));
}

#[test]
fn a_restored_state_signs_nothing_before_it_has_caught_up() {
	let mut state = opener();
	let backup = state.clone();
	state.accept(&voucher(20, 0)).unwrap();
	let last = state.issue(10, Payment::Owed).unwrap();
	let theirs = voucher(25, 10);
	state.accept(&theirs).unwrap();

	let mut restored = backup;
	refused(&mut restored, Refusal::AckAboveSent, |s| s.accept(&theirs));
	refused(&mut restored, Refusal::OtherChannel, |s| s.recall(&Voucher { channel: 8, ..last }));
	restored.recall(&last).unwrap();
	refused(&mut restored, Refusal::Behind, |s| s.issue(1, Payment::Owed));
	restored.accept(&theirs).unwrap();
	assert_eq!(restored, state);
	// An older one changes nothing.
	restored.recall(&voucher(3, 1)).unwrap();
	assert_eq!(restored, state);
}

#[test]
fn totals_that_cannot_be_counted_are_refused() {
	let mut state = ChannelState::new(CHANNEL, Side::Opener, both(u128::MAX, 0), u128::MAX).unwrap();
	state.issue(u128::MAX, Payment::Ahead).unwrap();
	refused(&mut state, Refusal::Overflow, |s| s.issue(1, Payment::Owed));
	state.accept(&voucher(u128::MAX, u128::MAX)).unwrap();
	refused(&mut state, Refusal::Overflow, |s| s.issue(1, Payment::Owed));
	refused(&mut state, Refusal::Overflow, |s| s.acknowledge());
	assert_eq!(state.balance(), 0, "the sum of both is cut, and never what was not there");
}

#[test]
fn a_state_survives_being_stored() {
	let mut state = opener();
	state.issue(30, Payment::Ahead).unwrap();
	state.accept(&voucher(20, 10)).unwrap();
	let bytes = state.encode();
	assert_eq!(ChannelState::decode(&mut &bytes[..]), Ok(state));
	assert!(bytes.len() <= ChannelState::max_encoded_len());
}

/// Any number, and mostly one at which something changes.
fn number() -> impl Strategy<Value = u128> {
	prop_oneof![0u128..3, (u128::MAX - 3)..=u128::MAX, any::<u128>()]
}

proptest! {
	#[test]
	fn no_state_panics_however_damaged_it_is(
		numbers in prop::collection::vec(number(), 8), opener in any::<bool>(), closing in any::<Option<u32>>(),
		amount in number(), other in (number(), number()), block in any::<u32>(),
	) {
		// As stored: side, deposits, what was signed and taken, what is in flight, its limit, what was agreed.
		let one = Voucher { channel: CHANNEL, paid: numbers[2], received_ack: numbers[3] };
		let two = Voucher { channel: CHANNEL, paid: numbers[4], received_ack: numbers[5] };
		let side = if opener { Side::Opener } else { Side::Acceptor };
		let stored = (side, both(numbers[0], numbers[1]), one, two, numbers[6], numbers[7], closing).encode();
		let state = ChannelState::decode(&mut &stored[..]).unwrap();
		let voucher = voucher(other.0, other.1);
		let terms = CloseTerms { channel: CHANNEL, payouts: both(other.0, other.1), valid_until: block };
		let _ = state.clone().issue(amount, Payment::Ahead);
		let _ = state.clone().acknowledge();
		let _ = state.clone().accept(&voucher);
		let _ = state.clone().recall(&voucher);
		let _ = state.clone().discharge(amount);
		let _ = state.clone().deposited(side, amount);
		let _ = state.clone().agree(&terms);
		state.clone().open_at(block);
		prop_assert_eq!((state.signed(), state.taken()), (one, two));
		prop_assert_eq!(state.best_claim().is_some(), two.paid > 0);
		prop_assert!(state.balance() <= state.deposits().of(side).saturating_add(two.paid));
		let _ = (state.other_balance(), state.in_flight());
	}
}
