use crate::{mock::*, Error, Event, GenesisConfig, Trusted, MAX_TRUSTED};
use frame_support::{assert_noop, assert_ok, traits::BuildGenesisConfig, BoundedVec};
use sp_core::ConstU32;
use sp_runtime::DispatchError::BadOrigin;
use surety_primitives::AccountId;

fn list(notaries: &[AccountId]) -> BoundedVec<AccountId, ConstU32<MAX_TRUSTED>> {
	notaries.to_vec().try_into().unwrap()
}

fn many(number: u32) -> Vec<AccountId> {
	let account = |index: u32| {
		let mut raw = [7; 32];
		raw[..4].copy_from_slice(&index.to_le_bytes());
		AccountId::new(raw)
	};
	(0..number).map(account).collect()
}

#[test]
fn trusted_notaries_should_be_replaced_by_root_alone_in_the_order_that_it_gives() {
	execute(|| {
		assert_eq!(Trusted::<Test>::get(), list(&[]));
		// The second is no notary: it may become one.
		assert_ok!(Notary::set_trusted(RuntimeOrigin::root(), list(&[NOTARY, ALICE])));
		assert_eq!(Trusted::<Test>::get(), list(&[NOTARY, ALICE]));
		assert_eq!(events().last(), Some(&Event::TrustedSet { notaries: vec![NOTARY, ALICE] }));
		assert_noop!(Notary::set_trusted(signed(&NOTARY), list(&[NOTARY])), BadOrigin);
		assert_ok!(Notary::set_trusted(RuntimeOrigin::root(), list(&[])));
		assert_eq!(Trusted::<Test>::get(), list(&[]));
	});
}

#[test]
fn no_notary_should_be_trusted_twice() {
	execute(|| {
		let twice = list(&[NOTARY, ALICE, NOTARY]);
		assert_noop!(Notary::set_trusted(RuntimeOrigin::root(), twice), Error::<Test>::DuplicateNotary);
		assert_ok!(Notary::set_trusted(RuntimeOrigin::root(), list(&many(MAX_TRUSTED))));
		let mut last_twice = many(MAX_TRUSTED);
		last_twice[0] = last_twice[MAX_TRUSTED as usize - 1].clone();
		assert_noop!(
			Notary::set_trusted(RuntimeOrigin::root(), list(&last_twice)),
			Error::<Test>::DuplicateNotary
		);
	});
}

#[test]
fn genesis_should_set_the_trusted_notaries() {
	new_test_ext().execute_with(|| {
		GenesisConfig::<Test> { trusted: vec![OTHER, NOTARY], ..Default::default() }.build();
		assert_eq!(Trusted::<Test>::get(), list(&[OTHER, NOTARY]));
	});
}

#[test]
#[should_panic(expected = "genesis: more than 64 trusted notaries")]
fn genesis_should_be_refused_with_more_trusted_notaries_than_there_may_be() {
	new_test_ext().execute_with(|| {
		GenesisConfig::<Test> { trusted: many(MAX_TRUSTED + 1), ..Default::default() }.build();
	});
}

#[test]
#[should_panic(expected = "DuplicateNotary")]
fn genesis_should_be_refused_when_it_trusts_a_notary_twice() {
	new_test_ext().execute_with(|| {
		GenesisConfig::<Test> { trusted: vec![NOTARY, NOTARY], ..Default::default() }.build();
	});
}
