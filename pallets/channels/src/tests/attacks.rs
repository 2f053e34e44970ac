//! Each attack on payment channels that is known to have worked somewhere, by its name.

use crate::{mock::*, Error, HoldReason, Remainders};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungibles::MutateHold as _, tokens::Precision, Hooks},
};
use surety_primitives::{AccountId, ChannelStatus};
use surety_response::{CloseTerms, Endorsement, SeverIntent, Side, Signed};

/// What Bob, who accepted it, can do with `signed` as Alice's signature of a voucher for 30.
fn hand_in_signed(id: u64, signed: Signed) -> sp_runtime::DispatchResult {
	Channels::hand_in(by(&BOB), Side::Acceptor, voucher(id, 30, 0), signed, None)
}

#[test]
fn a_voucher_handed_in_by_its_own_signer_should_be_refused() {
	execute(|| {
		let id = open(100, 50);
		// Alice, who has signed it, for Bob: she could make him concede, and take the place of a better one.
		let own = voucher(id, 1, 50);
		let signed = sign(OPENER_KEY, &own);
		assert_noop!(
			Channels::hand_in(by(&ALICE), Side::Acceptor, own, signed, None),
			Error::<Test>::NotAuthorized
		);
		// As his watcher, which she cannot be; and for herself.
		assert_noop!(
			Channels::hand_in(by(&ALICE), Side::Acceptor, own, signed, Some(signed)),
			Error::<Test>::NotAuthorized
		);
		assert_noop!(
			Channels::hand_in(by(&ALICE), Side::Opener, own, signed, None),
			Error::<Test>::InvalidSignature
		);
	});
}

#[test]
fn a_key_of_the_other_party_registered_as_ones_own_should_be_refused() {
	execute(|| {
		// Else what Bob signs to pay would be what Alice has signed to pay.
		let id = open(100, 50);
		assert_noop!(
			Channels::add_key(by(&ALICE), id, key(ACCEPTOR_KEY)),
			Error::<Test>::KeyAlreadyRegistered
		);
	});
}

#[test]
fn a_stale_voucher_should_neither_replace_a_better_one_nor_harm_whom_it_pays() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 60, 0)));
		assert_noop!(hand_in(Side::Acceptor, voucher(id, 40, 0)), Error::<Test>::NotBetter);
		// Who hands in an old one has less for it, and the other loses nothing.
		assert_ok!(hand_in(Side::Opener, voucher(id, 5, 0)));
		assert_eq!(stored(id).payouts(), both(45, 105));
	});
}

#[test]
fn a_voucher_of_another_channel_should_be_refused() {
	execute(|| {
		let (id, other) = (open(100, 50), open(100, 50));
		let signed = sign(OPENER_KEY, &voucher(other, 30, 0));
		assert_noop!(hand_in_signed(id, signed), Error::<Test>::InvalidSignature);
		// One of a channel that is no more, or not yet.
		let signed = sign(OPENER_KEY, &voucher(other + 1, 30, 0));
		assert_noop!(hand_in_signed(other + 1, signed), Error::<Test>::ChannelNotFound);
	});
}

#[test]
fn a_voucher_of_another_chain_should_be_refused() {
	execute(|| {
		let id = open(100, 50);
		let elsewhere = sp_core::H256::repeat_byte(7);
		assert_ne!(Channels::genesis(), elsewhere);
		assert_ne!(Channels::genesis(), sp_core::H256::zero());
		let signature = Pair::new(OPENER_KEY).sign(&voucher(id, 30, 0), &elsewhere);
		assert_noop!(hand_in_signed(id, Signed { key: 0, signature }), Error::<Test>::InvalidSignature);
	});
}

#[test]
fn a_signature_of_another_kind_of_message_should_be_refused() {
	execute(|| {
		let id = open(100, 50);
		let voucher = voucher(id, 30, 0);
		for signed in [
			sign(OPENER_KEY, &Endorsement(voucher)),
			sign(OPENER_KEY, &SeverIntent { edge: id }),
			sign(OPENER_KEY, &CloseTerms { channel: id, payouts: both(70, 80), valid_until: 9 }),
		] {
			assert_noop!(hand_in_signed(id, signed), Error::<Test>::InvalidSignature);
		}
		assert_ok!(hand_in_signed(id, sign(OPENER_KEY, &voucher)));
	});
}

#[test]
fn a_wrong_ack_should_cost_the_payee_that_hands_it_in_and_nobody_else() {
	execute(|| {
		// Alice acknowledges 45 of Bob, who has paid 5. He should not take it: handing it in he concedes it.
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 45)));
		assert_eq!(stored(id).payouts(), both(115, 35));
		// One that acknowledges too little takes nothing from the payer, who proves what it was paid.
		let id = open(100, 50);
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 30, 0)));
		assert_ok!(hand_in(Side::Opener, voucher(id, 5, 0)));
		assert_eq!(stored(id).payouts(), both(75, 75));
	});
}

#[test]
fn an_overspend_should_pay_what_is_there_and_no_more() {
	for paid in [101, 1_000_000, u128::MAX] {
		execute(|| {
			let id = open(100, 50);
			let other = open(1_000, 0);
			assert_ok!(hand_in(Side::Acceptor, voucher(id, paid, 0)));
			close_and_wait(id);
			assert_ok!(Channels::settle(by(&ISSUER), id));
			// Nothing of what Alice has deposited elsewhere, where Bob's storage deposit is.
			assert_eq!(gained(&BOB), 100 - deposit() as i128);
			assert_eq!(held(Native, &ALICE), 1_000);
			assert_eq!(stored(other).deposits(), both(1_000, 0));
		});
	}
}

#[test]
fn a_close_race_should_leave_both_what_they_can_prove() {
	execute(|| {
		// GIVEN both begin a close in one block.
		let id = open(100, 50);
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		assert_noop!(Channels::close_unilaterally(by(&BOB), id), Error::<Test>::Closing);
		// WHEN both hand in.
		assert_ok!(hand_in(Side::Opener, voucher(id, 20, 70)));
		assert_ok!(hand_in(Side::Acceptor, voucher(id, 70, 20)));
		advance(window());
		// THEN
		assert_ok!(Channels::settle(by(&BOB), id));
		assert_eq!((gained(&ALICE), gained(&BOB)), (-50, 50));
	});
}

#[test]
fn a_double_close_should_neither_extend_the_window_nor_pay_twice() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		let status = stored(id).status;
		advance(window() - 1);
		for who in [ALICE, BOB] {
			assert_noop!(Channels::close_unilaterally(by(&who), id), Error::<Test>::Closing);
		}
		assert_eq!(stored(id).status, status);
		advance(1);
		assert_ok!(Channels::settle(by(&ALICE), id));
		assert_noop!(Channels::settle(by(&ALICE), id), Error::<Test>::ChannelNotFound);
		assert_noop!(Channels::close_unilaterally(by(&ALICE), id), Error::<Test>::ChannelNotFound);
		assert_eq!((gained(&ALICE), gained(&BOB)), (0, 0));
	});
}

#[test]
fn a_top_up_during_a_close_should_be_refused() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		for who in [ALICE, BOB] {
			assert_noop!(Channels::top_up(by(&who), id, 10), Error::<Test>::Closing);
		}
		advance(window());
		assert_noop!(Channels::top_up(by(&ALICE), id, 10), Error::<Test>::Closing);
	});
}

/// A channel that is settled after Bob has handed in a voucher for `paid`, when 60 of the 100 that Alice has deposited
/// are gone, by whatever fault: who still waits for what.
fn settle_underfunded(paid: u128) -> (u64, Vec<(AccountId, u128)>) {
	let id = open(100, 50);
	assert_ok!(hand_in(Side::Acceptor, voucher(id, paid, 0)));
	assert_ok!(Tokens::release(Native, &HoldReason::Channel.into(), &ALICE, 60, Precision::Exact));
	close_and_wait(id);
	assert_ok!(Channels::settle(by(&ISSUER), id));
	let left = Remainders::<Test>::get(id).expect("something waits");
	(id, left.dues.into_iter().map(|due| (due.to, due.amount)).collect())
}

#[test]
fn a_payout_that_is_underfunded_should_not_silently_succeed() {
	new_test_ext().execute_with(|| {
		// WHEN
		let (id, waiting) = settle_underfunded(70);
		// THEN what is owed to Bob is still owed, to the last unit, and he has his own.
		assert_eq!(waiting, [(BOB, 70)]);
		assert_eq!(held(Native, &BOB), 0);
		assert_noop!(Channels::collect(by(&BOB), id), Error::<Test>::NothingToCollect);
		// And is paid when it is there.
		assert_ok!(Tokens::hold(Native, &HoldReason::Channel.into(), &ALICE, 60));
		assert_ok!(Channels::collect(by(&BOB), id));
		assert_eq!(gained(&BOB), 70);
	});
}

#[test]
fn a_payer_should_have_nothing_back_before_the_payee_has_what_is_there() {
	new_test_ext().execute_with(|| {
		let (_, waiting) = settle_underfunded(30);
		assert_eq!(gained(&BOB), 30);
		assert_eq!(waiting, [(ALICE, 70)]);
		assert_eq!(held(Native, &ALICE), 10);
	});
}

#[test]
fn a_dispute_should_never_extend_the_deadline() {
	execute(|| {
		let id = open(100, 50);
		assert_ok!(Channels::close_unilaterally(by(&ALICE), id));
		assert_ok!(Channels::set_watcher(by(&BOB), id, watcher(1)));
		let settles_at = 1 + window();
		for paid in 1..window() {
			advance(1);
			let paid = 2 * u128::from(paid);
			assert_ok!(hand_in(Side::Acceptor, voucher(id, paid, 0)));
			assert_ok!(hand_in_by(&WATCHER, Side::Acceptor, voucher(id, paid + 1, 0)));
			assert_noop!(
				close_on(CloseTerms { channel: id, payouts: both(1, 1), valid_until: 99 }),
				Error::<Test>::WrongTotal
			);
			CloseWindow::set(&900);
			assert_eq!(stored(id).status, ChannelStatus::Closing { settles_at });
		}
		advance(1);
		assert_eq!(System::block_number(), settles_at);
		assert_ok!(Channels::settle(by(&ISSUER), id));
	});
}

#[test]
fn an_unchecked_signer_index_should_be_refused_and_panic_nowhere() {
	execute(|| {
		let id = open(100, 50);
		let voucher = voucher(id, 30, 0);
		for place in [1, 2, 3, 4, 127, 128, u8::MAX] {
			let signed = sign_as(place, OPENER_KEY, &voucher);
			assert_noop!(hand_in_signed(id, signed), Error::<Test>::InvalidSignature);
			let terms = CloseTerms { channel: id, payouts: both(100, 50), valid_until: 9 };
			let signatures = both(sign_as(place, OPENER_KEY, &terms), sign(ACCEPTOR_KEY, &terms));
			assert_noop!(
				Channels::close_cooperatively(by(&BOB), terms, signatures),
				Error::<Test>::InvalidSignature
			);
		}
	});
}

#[test]
fn a_challenge_period_of_0_or_of_for_ever_should_open_no_channel() {
	execute(|| {
		let id = propose(Native, (10, 10));
		for blocks in [0, MIN_WINDOW - 1, MAX_WINDOW + 1, u32::MAX] {
			CloseWindow::set(&blocks);
			assert_noop!(
				Channels::open(by(&ALICE), BOB, Native, 10, 10, key(1)),
				Error::<Test>::WindowOutOfBounds
			);
		}
		for blocks in [MIN_WINDOW, MAX_WINDOW] {
			CloseWindow::set(&blocks);
			assert_ok!(Channels::open(by(&ALICE), BOB, Native, 10, 10, key(1)));
		}
		// What was proposed before keeps what it was proposed under.
		CloseWindow::set(&0);
		assert_ok!(Channels::accept(by(&BOB), id, key(ACCEPTOR_KEY)));
		assert_eq!(stored(id).close_window, 20);
		<Channels as Hooks<_>>::integrity_test();
	});
}

#[test]
fn a_close_that_ends_after_the_last_block_should_be_refused_and_not_wrap() {
	execute(|| {
		let id = open(10, 10);
		System::set_block_number(u32::MAX - 1);
		assert_noop!(Channels::close_unilaterally(by(&ALICE), id), sp_runtime::ArithmeticError::Overflow);
	});
}
