//! What clients and reporters read.

use crate::{mock::*, rules_of};
use frame_support::assert_ok;
use sp_core::H256;
use surety_dispute::Check;
use surety_primitives::{ServiceFlags, Verifier};

#[test]
fn a_conviction_should_be_found_by_each_of_its_requests() {
	execute(|| {
		let (first, second) = (request(1), request_of(&OTHER, 2));
		assert_ok!(report(&CLIENT, &contradiction(first.clone(), second.clone())));
		for request in [first, second] {
			let (id, conviction) = Disputes::conviction_of(&OPERATOR, request.hash(&genesis())).unwrap();
			assert_eq!((id, conviction.requests.len()), (0, 2));
		}
		assert!(Disputes::conviction_of(&OPERATOR, H256::zero()).is_none());
		assert!(Disputes::conviction_of(&RIVAL, request(1).hash(&genesis())).is_none());
	});
}

#[test]
fn what_is_not_over_should_not_be_said_to_be_reportable() {
	execute(|| {
		let ends = request(1).not_after_ms;
		assert_eq!(Disputes::reportable(ends), Some(era()));
		assert_eq!(Disputes::reportable(ends + 1), None);
	});
}

#[test]
fn rules_should_be_what_the_registry_has() {
	let flags = ServiceFlags { stateless: false, deterministic: true };
	for (verifier, check) in [
		(Verifier::None, Check::None),
		(Verifier::FixedHash, Check::FixedHash),
		(Verifier::MerkleChunk, Check::MerkleChunk),
		(Verifier::Native(7), Check::Native(7)),
	] {
		let rules = rules_of(verifier, flags, Some(H256([1; 32])));
		assert_eq!((rules.check, rules.deterministic), (check, true));
		assert_eq!(rules.artifact, Some(H256([1; 32])));
	}
	assert!(!rules_of(Verifier::None, ServiceFlags::default(), None).deterministic);
}
