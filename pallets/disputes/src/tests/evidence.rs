//! What convicts an operator, and each reason for which evidence does not.

use crate::{mock::*, Convictions, Event};
use frame_support::assert_ok;
use sp_core::H256;
use sp_runtime::Perbill;
use surety_dispute::{Body, Check, Evidence, Fault, Named, Rules};
use surety_primitives::{SlashState, RELAYING};
use surety_response::relay::Basis;

fn convicts(evidence: &Evidence, fault: Fault) {
	let id = crate::NextConvictionId::<Test>::get();
	assert_ok!(report(&CLIENT, evidence));
	let conviction = Convictions::<Test>::get(id).expect("is there");
	assert_eq!((conviction.operator, conviction.service, conviction.fault), (OPERATOR, SERVICE, fault));
	let slash = pallet_slashing::Slashes::<Test>::get(conviction.slash).expect("is there");
	let percent = if fault == Fault::WrongAnswer { WRONG } else { CONTRADICTION };
	assert_eq!((slash.operator, slash.service, slash.state), (OPERATOR, SERVICE, SlashState::Pending));
	assert_eq!(slash.fraction, Perbill::from_percent(percent));
	assert_eq!(slash.asset, None);
}

fn does_not(evidence: &Evidence, error: Refused) {
	let before = sp_io::storage::root(sp_core::storage::StateVersion::V1);
	assert_eq!(report(&CLIENT, evidence), refused(error));
	assert_eq!(sp_io::storage::root(sp_core::storage::StateVersion::V1), before);
}

#[test]
fn an_answer_that_has_not_the_hash_asked_for_should_convict() {
	execute(|| {
		let evidence = wrong_answer(request(1));
		convicts(&evidence, Fault::WrongAnswer);
		let slash = slashed(0);
		let (conviction, operator, service) = (0, OPERATOR, SERVICE);
		let (fault, era, reporter) = (Fault::WrongAnswer, era(), CLIENT);
		let event = Event::Convicted { conviction, operator, service, fault, era, slash, reporter };
		assert_eq!(events(), vec![event]);
	});
}

#[test]
fn an_answer_that_has_the_hash_asked_for_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		does_not(&wrong(stated(request(1), &asked, b"right"), &asked, b"right"), Refused::RightAnswer);
	});
}

#[test]
fn a_chunk_that_is_not_the_one_asked_for_should_convict() {
	execute(|| {
		let rules = rules_with(Check::MerkleChunk);
		let ((asked, right), (_, another)) = (chunk(3), chunk(4));
		does_not(&wrong(stated_by(request(1), rules, &asked, &right), &asked, &right), Refused::RightAnswer);
		let evidence = wrong(stated_by(request(1), rules, &asked, &another), &asked, &another);
		convicts(&evidence, Fault::WrongAnswer);
		let noise = wrong(stated_by(request(2), rules, &asked, b"noise"), &asked, b"noise");
		convicts(&noise, Fault::WrongAnswer);
	});
}

#[test]
fn a_long_body_should_convict_by_its_root_alone() {
	execute(|| {
		let (right, other) = (vec![1; 8_000], vec![2; 8_000]);
		let asked = Named::Pieces(Body::of(&right).unwrap()).asked().unwrap();
		does_not(&wrong(stated(request(1), &asked, &right), &asked, b""), Refused::RightAnswer);
		convicts(&wrong(stated(request(1), &asked, &other), &asked, b""), Fault::WrongAnswer);
	});
}

#[test]
fn an_answer_that_is_longer_than_allowed_should_convict() {
	execute(|| {
		let asked = wants(b"right");
		let mut short = request(1);
		short.max_response_bytes = 4;
		convicts(&wrong(stated(short, &asked, b"right"), &asked, b""), Fault::WrongAnswer);
	});
}

#[test]
fn verifiers_of_the_runtime_should_convict() {
	execute(|| {
		let (rules, asked) = (rules_with(Check::Native(NOT_EMPTY)), question(b"/v1/head"));
		does_not(&wrong(stated_by(request(1), rules, &asked, b"x"), &asked, b"x"), Refused::RightAnswer);
		convicts(&wrong(stated_by(request(1), rules, &asked, b""), &asked, b""), Fault::WrongAnswer);
		let unknown = rules_with(Check::Native(NOT_EMPTY + 1));
		let evidence = wrong(stated_by(request(2), unknown, &asked, b""), &asked, b"");
		does_not(&evidence, Refused::VerifierNotFound);
	});
}

#[test]
fn two_answers_to_one_question_should_convict_whoever_asked() {
	execute(|| {
		convicts(&contradiction(request(1), request_of(&OTHER, 1)), Fault::Contradiction);
	});
}

#[test]
fn two_answers_to_one_request_should_convict_whatever_the_service_is() {
	execute(|| {
		let rules = Rules { deterministic: false, ..rules() };
		let asked = question(b"/v1/now");
		let first = stated_by(request(1), rules, &asked, b"one");
		let second = stated_by(request(1), rules, &asked, b"other");
		convicts(&Evidence::Statements { first: first.clone(), second }, Fault::Contradiction);
		let second = stated_by(request(2), rules, &asked, b"other");
		let first = stated_by(request(3), rules, &asked, b"one");
		does_not(&Evidence::Statements { first, second }, Refused::Unrelated);
	});
}

#[test]
fn two_responses_to_one_request_should_convict_by_the_subscription_or_agreement() {
	execute(|| {
		let request = request(1);
		let (first, second) = (response(&request, b"one"), response(&request, b"other"));
		let evidence = Evidence::Responses { request, first, second };
		convicts(&evidence, Fault::Contradiction);
		let mut request = super::super::mock::request(2);
		request.basis = Basis::Agreement(0);
		let (first, second) = (response(&request, b"one"), response(&request, b"other"));
		let evidence = Evidence::Responses { request, first, second };
		does_not(&evidence, Refused::ServiceUnknown);
		let paid = surety_primitives::traits::FeesPaid {
			client: CLIENT,
			operator: OPERATOR,
			service: SERVICE,
			asset: NATIVE,
			amount: 70,
		};
		Agreed::set(Some(paid));
		convicts(&evidence, Fault::Contradiction);
	});
}

#[test]
fn responses_by_somebody_elses_subscription_should_not_convict() {
	execute(|| {
		// The operator is not the one who is paid by it, or the author not the one who pays.
		let request = request_of(&OTHER, 1);
		let (first, second) = (response(&request, b"one"), response(&request, b"other"));
		let evidence = Evidence::Responses { request, first, second };
		assert_eq!(report(&OTHER, &evidence), refused(Refused::ServiceUnknown));
		let paid = surety_primitives::traits::FeesPaid {
			client: CLIENT,
			operator: RIVAL,
			service: SERVICE,
			asset: NATIVE,
			amount: 70,
		};
		Agreed::set(Some(paid));
		let mut request = super::super::mock::request(2);
		request.basis = Basis::Agreement(0);
		let (first, second) = (response(&request, b"one"), response(&request, b"other"));
		does_not(&Evidence::Responses { request, first, second }, Refused::ServiceUnknown);
	});
}

#[test]
fn statements_for_services_that_nobody_sells_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		let stated = restated(stated(request(1), &asked, b"wrong"), |statement| statement.service = RELAYING);
		does_not(&wrong(stated, &asked, b"wrong"), Refused::ServiceUnknown);
	});
}

#[test]
fn a_refusal_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		let refuse = |stated| restated(stated, |statement| statement.status = 429);
		let answer = stated(request(1), &asked, b"right");
		let refusal = refuse(stated(request(1), &asked, b"busy"));
		does_not(&wrong(refusal.clone(), &asked, b"busy"), Refused::Refused);
		does_not(&Evidence::Statements { first: answer.clone(), second: refusal.clone() }, Refused::Refused);
		does_not(&Evidence::Statements { first: refusal, second: answer }, Refused::Refused);
	});
}

#[test]
fn evidence_about_another_request_question_or_operator_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		let mut other = stated(request(1), &asked, b"wrong");
		other.request.nonce = 2;
		does_not(&wrong(other, &asked, b"wrong"), Refused::OtherRequest);
		let evidence = wrong(stated(request(1), &asked, b"wrong"), &wants(b"another"), b"wrong");
		does_not(&evidence, Refused::OtherQuestion);
		let mut to_rival = request(2);
		to_rival.recipient = node(&RIVAL);
		does_not(&contradiction(request(1), to_rival.clone()), Refused::OtherRecipient);
		// The rival has no keys, and the operator's do not answer for it.
		let alone = wrong(stated(to_rival, &asked, b"wrong"), &asked, b"wrong");
		does_not(&alone, Refused::KeyNotFound);
	});
}

#[test]
fn answers_that_nobody_judges_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		let stated = |rules, asked| stated_by(request(1), rules, asked, b"wrong");
		let evidence = wrong(stated(rules_with(Check::None), &asked), &asked, b"wrong");
		does_not(&evidence, Refused::NotChecked);
		let head = question(b"/v1/head");
		does_not(&wrong(stated(rules(), &head), &head, b"wrong"), Refused::NothingNamed);
		does_not(&wrong(stated(rules(), &asked), &asked, b"other"), Refused::OtherBody);
		let mut request = request(1);
		request.max_response_bytes = u32::MAX;
		let long = vec![7; 70_000];
		let evidence = wrong(stated_by(request, rules(), &asked, &long), &asked, &long);
		does_not(&evidence, Refused::BodyTooLong);
	});
}

#[test]
fn unsigned_and_foreign_statements_should_not_convict() {
	execute(|| {
		let asked = wants(b"right");
		let right = stated(request(1), &asked, b"wrong");
		let mut unsigned = right.clone();
		unsigned.signed = sign(1, 0, &genesis(), &unsigned.statement);
		does_not(&wrong(unsigned, &asked, b"wrong"), Refused::WrongSignature);
		let mut changed = right.clone();
		changed.statement.answered = Body::of(b"other").unwrap();
		does_not(&wrong(changed, &asked, b"other"), Refused::WrongSignature);
		let mut elsewhere = right.clone();
		elsewhere.signed = sign(0, 0, &H256([9; 32]), &elsewhere.statement);
		does_not(&wrong(elsewhere, &asked, b"wrong"), Refused::WrongSignature);
		convicts(&wrong(right, &asked, b"wrong"), Fault::WrongAnswer);
	});
}

#[test]
fn numbers_that_are_exhausted_should_be_found_before_anything_is_written() {
	execute(|| {
		crate::NextConvictionId::<Test>::put(u32::MAX);
		does_not(&wrong_answer(request(1)), Refused::NumbersExhausted);
	});
}
