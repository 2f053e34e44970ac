//! Answer keys: how they come, go, and answer meanwhile.

use crate::{mock::*, Event, HoldReason, Keys};
use frame_support::{assert_noop, assert_ok};

#[test]
fn a_key_should_take_the_least_place_that_is_free_and_hold_a_deposit() {
	execute(|| {
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(1)));
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(2)));
		let places: Vec<_> = Disputes::answer_keys(&OPERATOR).into_iter().map(|(place, _)| place).collect();
		assert_eq!(places, vec![0, 1, 2]);
		assert_eq!(held(HoldReason::AnswerKey, &OPERATOR), 3 * KEY_DEPOSIT);
		let registered = Event::KeyRegistered { operator: OPERATOR, key: 1, public: public(1) };
		assert_eq!(events().first(), Some(&registered));
	});
}

#[test]
fn a_key_should_be_registered_once_and_there_should_be_no_more_than_allowed() {
	execute(|| {
		assert_noop!(Disputes::register_key(by(&OPERATOR), public(0)), Refused::KeyAlreadyExists);
		// Whoever else registers it answers by it only for requests to itself.
		assert_ok!(Disputes::register_key(by(&RIVAL), public(0)));
		for number in 1..MAX_KEYS as u8 {
			assert_ok!(Disputes::register_key(by(&OPERATOR), public(number)));
		}
		assert_noop!(Disputes::register_key(by(&OPERATOR), public(100)), Refused::MaxKeysExceeded);
	});
}

#[test]
fn a_key_should_be_retired_once_and_only_by_its_operator() {
	execute(|| {
		assert_noop!(Disputes::retire_key(by(&RIVAL), 0), Refused::KeyNotFound);
		assert_noop!(Disputes::retire_key(by(&OPERATOR), 1), Refused::KeyNotFound);
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 0));
		assert_noop!(Disputes::retire_key(by(&OPERATOR), 0), Refused::AlreadyRetired);
		assert_eq!(held(HoldReason::AnswerKey, &OPERATOR), KEY_DEPOSIT);
	});
}

#[test]
fn a_key_should_be_removed_only_when_nothing_it_has_signed_can_be_shown() {
	execute(|| {
		let gone =
			|| Disputes::remove_key(by(&ANYBODY), OPERATOR, 0).map(drop).map_err(|refused| refused.error);
		assert_noop!(gone(), Refused::NotRetired);
		assert_noop!(Disputes::remove_key(by(&ANYBODY), OPERATOR, 1), Refused::KeyNotFound);
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 0));
		let retired_at = now();
		let life = (REQUEST_LIFE / 1_000) as u32;
		// Until the last request that it answers for cannot be reported.
		advance(life);
		let last = wrong_answer(request(1));
		assert_eq!(Disputes::reportable(last.requests()[0].not_after_ms), Some(era()));
		while Disputes::reportable(u64::from(retired_at + life) * 1_000).is_some() {
			assert_noop!(gone(), Refused::StillAnswering);
			advance(1);
		}
		assert_eq!(report(&CLIENT, &last), refused(Refused::TooOld));
		assert_ok!(gone());
		assert_eq!(held(HoldReason::AnswerKey, &OPERATOR), 0);
		assert!(!Keys::<Test>::contains_key(OPERATOR));
		// Its place is free, for a key that does not answer for what was.
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(3)));
		assert_eq!(Disputes::answer_keys(&OPERATOR)[0].1.since, u64::from(now()) * 1_000);
	});
}

#[test]
fn a_key_should_answer_for_requests_that_ended_between_its_registration_and_a_while_after_its_retirement() {
	execute(|| {
		let early = request(1);
		advance(1);
		assert_ok!(Disputes::register_key(by(&OPERATOR), public(1)));
		let on_time = request(2);
		advance(1);
		assert_ok!(Disputes::retire_key(by(&OPERATOR), 1));
		advance((REQUEST_LIFE / 1_000) as u32);
		let last = request(3);
		advance(1);
		let late = request(4);
		let by_new_key = |request| {
			let mut evidence = wrong_answer(request);
			if let surety_dispute::Evidence::WrongAnswer { stated, .. } = &mut evidence {
				stated.signed = sign(1, 1, &genesis(), &stated.statement);
			}
			report(&CLIENT, &evidence)
		};
		assert_eq!(by_new_key(early), refused(Refused::KeyTooYoung));
		assert_eq!(by_new_key(late), refused(Refused::KeyTooOld));
		assert_ok!(by_new_key(on_time));
		assert_ok!(by_new_key(last));
	});
}

#[test]
fn keys_of_others_and_places_without_a_key_should_not_answer() {
	execute(|| {
		let by_key = |number, place| {
			let mut evidence = wrong_answer(request(1));
			if let surety_dispute::Evidence::WrongAnswer { stated, .. } = &mut evidence {
				stated.signed = sign(number, place, &genesis(), &stated.statement);
			}
			report(&CLIENT, &evidence)
		};
		assert_ok!(Disputes::register_key(by(&RIVAL), public(1)));
		assert_eq!(by_key(0, 1), refused(Refused::KeyNotFound));
		assert_eq!(by_key(1, 0), refused(Refused::WrongSignature));
		assert_eq!(by_key(2, 0), refused(Refused::WrongSignature));
		assert_ok!(by_key(0, 0));
	});
}
