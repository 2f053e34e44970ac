//! The checks of the state find what they are for.

use crate::{mock::*, ByRequest, Commitments, Convictions, Counts, Eras, HoldReason, Keys, NextConvictionId};
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold as _, tokens::Precision, Hooks},
};
use sp_core::H256;
use surety_primitives::traits::CheckState;

const HASH: H256 = H256([5; 32]);

/// With two keys, a commitment of `ANYBODY`'s and a conviction by `CLIENT`.
fn broken(named: &str, change: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		set_up();
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(1)));
		assert_ok!(Disputes::commit(by(&ANYBODY), HASH));
		assert_ok!(report(&CLIENT, &wrong_answer(request(1))));
		Disputes::check_state().expect("holds before");
		change();
		let found = Disputes::check_state().expect_err(named);
		let found = format!("{found:?}");
		assert!(found.contains(named), "{named}: {found}");
	});
}

fn conviction(change: impl FnOnce(&mut crate::Conviction)) {
	Convictions::<Test>::mutate(0, |conviction| change(conviction.as_mut().expect("is there")));
}

#[test]
fn eras_out_of_order_should_be_found() {
	broken("eras are out of order", || Eras::<Test>::mutate(|eras| eras[1].era = eras[0].era));
	broken("began before", || Eras::<Test>::mutate(|eras| eras[0].at = eras[1].at + 1));
}

#[test]
fn keys_that_are_wrong_should_be_found() {
	broken("without keys", || Keys::<Test>::insert(RIVAL, crate::AnswerKeys::new()));
	broken("a key twice", || {
		Keys::<Test>::mutate(OPERATOR, |keys| {
			let public = keys[&0].public;
			keys.get_mut(&1).unwrap().public = public;
		})
	});
	broken("retired before", || {
		Keys::<Test>::mutate(OPERATOR, |keys| {
			let key = keys.get_mut(&1).unwrap();
			key.retired = Some(key.since - 1);
		})
	});
}

#[test]
fn commitments_that_are_wrong_should_be_found() {
	broken("can never be used", || {
		Commitments::<Test>::mutate(ANYBODY, HASH, |commitment| {
			let commitment = commitment.as_mut().unwrap();
			commitment.from = commitment.until;
		})
	});
}

#[test]
fn convictions_that_are_wrong_should_be_found() {
	broken("was not given out", || NextConvictionId::<Test>::put(0));
	broken("is for nothing", || conviction(|conviction| conviction.requests.clear()));
	broken("does not lead to its conviction", || {
		conviction(|conviction| conviction.requests[0] = H256::zero())
	});
	broken("that is not for it", || ByRequest::<Test>::insert(OPERATOR, HASH, 0));
	broken("that are not there", || Counts::<Test>::insert((OPERATOR, SERVICE, era()), 2));
	broken("that are not there", || Counts::<Test>::insert((RIVAL, SERVICE, era()), 1));
	broken("are not counted", || Counts::<Test>::remove((OPERATOR, SERVICE, era())));
	broken("than there may be", || {
		for id in 1..=MAX_CONVICTIONS {
			let mut another = Convictions::<Test>::get(0).unwrap();
			another.requests[0] = H256::from_low_u64_be(id.into());
			ByRequest::<Test>::insert(OPERATOR, another.requests[0], id);
			Convictions::<Test>::insert(id, another);
		}
		NextConvictionId::<Test>::put(MAX_CONVICTIONS + 1);
		Counts::<Test>::insert((OPERATOR, SERVICE, era()), MAX_CONVICTIONS + 1);
	});
}

#[test]
fn holds_that_are_wrong_should_be_found() {
	for (reason, who, named) in [
		(HoldReason::AnswerKey, OPERATOR, "what its keys cost"),
		(HoldReason::Commitment, ANYBODY, "what its commitments cost"),
		(HoldReason::Conviction, CLIENT, "what its records cost"),
	] {
		broken(named, || Balances::hold(&reason.into(), &OTHER, 1).expect("is rich"));
		broken(named, || {
			Balances::release(&reason.into(), &who, 1, Precision::Exact).expect("is held");
		});
	}
}

#[test]
fn numbers_of_the_mock_should_be_sound() {
	Disputes::integrity_test();
}
