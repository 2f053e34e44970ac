//! What two statements, two responses or one wrong answer prove.

use super::{asked, request, rules, stated, unsigned, GENESIS};
use crate::{
	commitment, report_hash, Asked, Body, Check, Defect, Evidence, Fault, Stated, Statement, Unjudged,
};
use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use core::convert::Infallible;
use proptest::prelude::*;
use sp_core::{ed25519, sr25519, Pair as _};
use sp_crypto_hashing::blake2_256;
use surety_response::{
	relay::{Piece, Request, Response, Verdict},
	Message, NativeVerifier, PublicKey, Signature, Signed, H256,
};

fn examine(evidence: &Evidence) -> Result<(), Defect> {
	evidence.examine(&GENESIS, |_, _, _| None)
}

fn two(first: &Stated, second: &Stated) -> Evidence {
	Evidence::Statements { first: first.clone(), second: second.clone() }
}

fn of_statement(stated: &Stated, change: impl FnOnce(&mut Statement)) -> Stated {
	let mut stated = stated.clone();
	change(&mut stated.statement);
	stated
}

fn wrong(check: Check, question: &Asked, body: &[u8], shown: &[u8]) -> Evidence {
	Evidence::WrongAnswer {
		stated: stated(request(1), rules(check, false), question, body),
		asked: question.clone(),
		shown: Piece::truncate_from(shown.to_vec()),
	}
}

fn named(body: &[u8]) -> Asked {
	crate::Named::Blake2b256(blake2_256(body)).asked().unwrap()
}

#[test]
fn two_answers_to_one_question_of_a_deterministic_service_should_contradict() {
	let (question, rules) = (asked(b"x"), rules(Check::None, true));
	let one = stated(request(1), rules, &question, b"one");
	let other = stated(Request { author: H256([11; 32]), ..request(2) }, rules, &question, b"other");
	assert_eq!(examine(&two(&one, &other)), Ok(()));
	assert_eq!(examine(&two(&other, &one)), Ok(()));
	assert_eq!(two(&one, &other).fault(), Fault::Contradiction);
}

#[test]
fn two_answers_to_one_request_should_contradict_whatever_the_service_is() {
	let question = asked(b"x");
	let one = stated(request(1), rules(Check::None, false), &question, b"one");
	let other = stated(request(1), rules(Check::FixedHash, false), &asked(b"y"), b"other");
	assert_eq!(examine(&two(&one, &other)), Ok(()));
}

#[test]
fn a_retry_should_contradict_nothing() {
	let (question, rules) = (asked(b"x"), rules(Check::None, true));
	let one = stated(request(1), rules, &question, b"one");
	assert_eq!(examine(&two(&one, &one)), Err(Defect::SameAnswer));
	let again = stated(request(2), rules, &question, b"one");
	assert_eq!(examine(&two(&one, &again)), Err(Defect::SameAnswer));
}

#[test]
fn a_refusal_should_contradict_nothing_and_be_no_wrong_answer() {
	let (question, rules) = (asked(b"x"), rules(Check::None, true));
	let one = stated(request(1), rules, &question, b"one");
	let other = stated(request(1), rules, &question, b"busy");
	let refusal = of_statement(&other, |statement| statement.status = 429);
	assert_eq!(examine(&two(&one, &refusal)), Err(Defect::Refused));
	assert_eq!(examine(&two(&refusal, &one)), Err(Defect::Refused));
	let mut evidence = wrong(Check::FixedHash, &named(b"right"), b"wrong", b"wrong");
	assert_eq!(examine(&evidence), Ok(()));
	if let Evidence::WrongAnswer { stated, .. } = &mut evidence {
		stated.statement.status = 404;
	}
	assert_eq!(examine(&evidence), Err(Defect::Refused));
	// A part, or that nothing has changed: answers, but not the content.
	for status in [206, 304] {
		if let Evidence::WrongAnswer { stated, .. } = &mut evidence {
			stated.statement.status = status;
		}
		assert_eq!(examine(&evidence), Err(Defect::Refused));
	}
}

#[test]
fn answers_that_need_not_agree_should_contradict_nothing() {
	let (question, strict) = (asked(b"x"), rules(Check::None, true));
	let one = stated(request(1), strict, &question, b"one");
	let other = stated(request(2), strict, &question, b"other");
	assert_eq!(examine(&two(&one, &other)), Ok(()));
	let unrelated = |change: fn(&mut Statement)| {
		assert_eq!(examine(&two(&one, &of_statement(&other, change))), Err(Defect::Unrelated));
	};
	unrelated(|statement| statement.asked = asked(b"y").hash());
	unrelated(|statement| statement.service = 8);
	unrelated(|statement| statement.rules.artifact = None);
	unrelated(|statement| statement.rules.check = Check::FixedHash);
	unrelated(|statement| statement.rules.deterministic = false);
	// A service that nobody says is deterministic.
	let loose = rules(Check::None, false);
	let (one, other) =
		(stated(request(1), loose, &question, b"one"), stated(request(2), loose, &question, b"other"));
	assert_eq!(examine(&two(&one, &other)), Err(Defect::Unrelated));
}

#[test]
fn statements_about_other_requests_or_by_others_should_prove_nothing() {
	let (question, rules) = (asked(b"x"), rules(Check::None, true));
	let one = stated(request(1), rules, &question, b"one");
	let mut other = stated(request(2), rules, &question, b"other");
	other.request.nonce = 3;
	assert_eq!(examine(&two(&one, &other)), Err(Defect::OtherRequest));
	assert_eq!(examine(&two(&other, &one)), Err(Defect::OtherRequest));
	let third = stated(Request { recipient: H256([12; 32]), ..request(2) }, rules, &question, b"other");
	assert_eq!(examine(&two(&one, &third)), Err(Defect::OtherRecipient));
	// Of another chain.
	assert_eq!(two(&one, &one).examine(&H256::zero(), |_, _, _| None), Err(Defect::OtherRequest));
}

#[test]
fn responses_to_one_request_that_differ_should_contradict() {
	let response = |body: &[u8]| {
		let Body { bytes, root } = Body::of(body).unwrap();
		Response { request: request(1).hash(&GENESIS), verdict: Verdict::Answer, bytes, root }
	};
	let evidence = |first, second| Evidence::Responses {
		request: request(1),
		first: (first, unsigned()),
		second: (second, unsigned()),
	};
	let (one, other) = (response(b"one"), response(b"other"));
	assert_eq!(examine(&evidence(one, other)), Ok(()));
	assert_eq!(examine(&evidence(one, one)), Err(Defect::SameAnswer));
	let refusal = Response { verdict: Verdict::Refusal, ..other };
	assert_eq!(examine(&evidence(one, refusal)), Err(Defect::Refused));
	assert_eq!(examine(&evidence(refusal, one)), Err(Defect::Refused));
	let elsewhere = Response { request: request(2).hash(&GENESIS), ..other };
	assert_eq!(examine(&evidence(one, elsewhere)), Err(Defect::OtherRequest));
	assert_eq!(examine(&evidence(elsewhere, one)), Err(Defect::OtherRequest));
	assert_eq!(evidence(one, other).service(), None);
}

#[test]
fn wrong_answers_should_be_told_from_right_ones_and_from_those_nobody_judges() {
	let question = named(b"right");
	assert_eq!(examine(&wrong(Check::FixedHash, &question, b"wrong", b"wrong")), Ok(()));
	assert_eq!(examine(&wrong(Check::FixedHash, &question, b"right", b"right")), Err(Defect::RightAnswer));
	let unjudged = |why| Err(Defect::Unjudged(why));
	assert_eq!(examine(&wrong(Check::None, &question, b"wrong", b"wrong")), unjudged(Unjudged::NoCheck));
	assert_eq!(
		examine(&wrong(Check::FixedHash, &question, b"right", b"wrong")),
		unjudged(Unjudged::OtherBody)
	);
	assert_eq!(examine(&wrong(Check::Native(0), &question, b"x", b"x")), unjudged(Unjudged::NoVerifier));
	let mut evidence = wrong(Check::FixedHash, &question, b"wrong", b"wrong");
	if let Evidence::WrongAnswer { asked, .. } = &mut evidence {
		*asked = named(b"another");
	}
	assert_eq!(examine(&evidence), Err(Defect::OtherQuestion));
}

fn keys() -> (sr25519::Pair, ed25519::Pair) {
	(sr25519::Pair::from_seed(&[1; 32]), ed25519::Pair::from_seed(&[2; 32]))
}

fn sign(message: &impl Message, genesis: &H256, key: u8) -> Signed {
	let payload = message.signing_payload(genesis);
	let (first, second) = keys();
	let signature = match key {
		0 => Signature::Sr25519(first.sign(&payload).0),
		_ => Signature::Ed25519(second.sign(&payload).0),
	};
	Signed { key, signature }
}

fn is_signed(evidence: &Evidence) -> bool {
	let signed = evidence.is_signed::<NativeVerifier, Infallible>(&GENESIS, |key, ended| {
		assert_eq!(ended, 1_000);
		let (first, second) = keys();
		Ok(match key {
			0 => PublicKey::Sr25519(first.public().0),
			_ => PublicKey::Ed25519(second.public().0),
		})
	});
	signed.unwrap()
}

#[test]
fn evidence_should_be_signed_in_each_part_and_for_this_chain() {
	let (question, rules) = (asked(b"x"), rules(Check::None, true));
	let mut one = stated(request(1), rules, &question, b"one");
	let mut other = stated(request(2), rules, &question, b"other");
	assert!(!is_signed(&two(&one, &other)));
	one.signed = sign(&one.statement, &GENESIS, 0);
	assert!(!is_signed(&two(&one, &other)));
	assert!(!is_signed(&two(&other, &one)));
	other.signed = sign(&other.statement, &GENESIS, 1);
	assert!(is_signed(&two(&one, &other)));
	other.signed = sign(&other.statement, &H256::zero(), 1);
	assert!(!is_signed(&two(&one, &other)));
	// By the other key than it says.
	other.signed = Signed { key: 0, ..sign(&other.statement, &GENESIS, 1) };
	assert!(!is_signed(&two(&one, &other)));
	// A response is no statement.
	let Body { bytes, root } = one.statement.answered;
	let response = Response { request: one.statement.request, verdict: Verdict::Answer, bytes, root };
	let signed = sign(&response, &GENESIS, 0);
	assert!(is_signed(&Evidence::Responses {
		request: request(1),
		first: (response, signed),
		second: (response, signed)
	}));
	assert!(!is_signed(&Evidence::Responses {
		request: request(1),
		first: (response, signed),
		second: (response, one.signed)
	}));
	assert!(!is_signed(&Evidence::WrongAnswer {
		stated: Stated { signed, ..one },
		asked: question,
		shown: Piece::default(),
	}));
}

#[test]
fn commitments_and_reports_should_name_who_makes_them() {
	let (evidence, salt) = (H256([1; 32]), H256([2; 32]));
	let made = commitment(&GENESIS, &evidence, &H256([3; 32]), &salt);
	assert_ne!(made, commitment(&GENESIS, &evidence, &H256([4; 32]), &salt));
	assert_ne!(made, commitment(&GENESIS, &evidence, &H256([3; 32]), &H256([4; 32])));
	assert_ne!(made, commitment(&GENESIS, &H256([4; 32]), &H256([3; 32]), &salt));
	assert_ne!(made, commitment(&H256::zero(), &evidence, &H256([3; 32]), &salt));
	let report = report_hash(&GENESIS, &evidence, &H256([3; 32]));
	assert_ne!(report, report_hash(&GENESIS, &evidence, &H256([4; 32])));
	assert_ne!(report, report_hash(&H256::zero(), &evidence, &H256([3; 32])));
}

#[test]
fn what_is_signed_should_stay_as_it_is() {
	let stated = stated(request(1), rules(Check::Native(3), true), &asked(b"x"), b"one");
	let payload = stated.statement.signing_payload(&GENESIS);
	assert_eq!(&payload[..19], b"\x48surety/statement/2");
	assert_eq!(&payload[19..51], GENESIS.as_bytes());
	// Request, query, service, check with its number, deterministic, artifact, question, status, length and root.
	assert_eq!(payload.len(), 51 + 32 + 32 + 4 + (1 + 4) + 1 + (1 + 32) + 32 + 2 + (4 + 32));
}

proptest! {
	#[test]
	fn bytes_that_are_no_evidence_should_be_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
		if let Ok(evidence) = Evidence::decode(&mut &bytes[..]) {
			prop_assert!(evidence.encode().len() <= Evidence::max_encoded_len());
			let _ = examine(&evidence);
		}
	}

	#[test]
	fn a_body_should_convict_exactly_when_it_is_not_what_was_asked_for(
		wanted in prop::collection::vec(any::<u8>(), 0..4),
		given in prop::collection::vec(any::<u8>(), 0..4),
	) {
		let found = examine(&wrong(Check::FixedHash, &named(&wanted), &given, &given));
		prop_assert_eq!(found.is_ok(), wanted != given);
	}

	/// Over all pairs of statements of few values: they contradict exactly when the rule says so.
	#[test]
	fn pairs_should_contradict_exactly_by_the_rule(parts in prop::collection::vec(0u8..2, 12)) {
		let make = |parts: &[u8]| {
			let rules = crate::Rules {
				check: Check::None,
				deterministic: parts[0] == 0,
				artifact: (parts[1] == 0).then(H256::zero),
			};
			let mut stated = stated(request(parts[2].into()), rules, &asked(&[parts[3]]), &[parts[4]]);
			if parts[5] == 1 {
				stated.statement.status = 400;
			}
			stated
		};
		let halves: Vec<_> = parts.chunks(6).collect();
		let (one, other) = (halves[0], halves[1]);
		let answers = one[5] == 0 && other[5] == 0;
		let same_question = one[0] == 0 && other[0] == 0 && one[1] == other[1] && one[3] == other[3];
		let expected = answers && one[4] != other[4] && (one[2] == other[2] || same_question);
		prop_assert_eq!(examine(&two(&make(one), &make(other))).is_ok(), expected);
	}
}
