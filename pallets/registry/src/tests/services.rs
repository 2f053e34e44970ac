//! Services: create, update, retire, remove.

use crate::{mock::*, Error, Event, NextServiceId, Security, Services};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{ArithmeticError, DispatchResult, TokenError};
use surety_primitives::{traits::Services as _, Hash, ServiceFlags, Verifier};

/// Everything that `create_service` and `update_service` take.
#[derive(Clone)]
struct Form {
	name: Vec<u8>,
	artifact: Option<(Vec<u8>, Hash)>,
	verifier: Verifier,
	min_bond: u128,
	security: Vec<Security>,
	flags: ServiceFlags,
}

impl Default for Form {
	fn default() -> Self {
		Self {
			name: b"storage".to_vec(),
			artifact: Some((b"ipfs://image".to_vec(), Hash::repeat_byte(9))),
			verifier: Verifier::FixedHash,
			min_bond: 300,
			security: vec![],
			flags: ServiceFlags { stateless: true, deterministic: false },
		}
	}
}

impl Form {
	fn create(self) -> DispatchResult {
		let Form { name, artifact, verifier, min_bond, security, flags } = self;
		Registry::create_service(signed(ALICE), name, artifact, verifier, min_bond, security, flags)
	}

	fn update(self, id: u32) -> DispatchResult {
		let Form { name, artifact, verifier, min_bond, security, flags } = self;
		Registry::update_service(signed(ALICE), id, name, artifact, verifier, min_bond, security, flags)
	}

	fn named(name: &[u8]) -> Self {
		Self { name: name.to_vec(), ..Self::default() }
	}

	fn referring(reference: &[u8]) -> Self {
		Self { artifact: Some((reference.to_vec(), Hash::zero())), ..Self::default() }
	}

	fn asking(security: &[(surety_primitives::AssetKind, u128)]) -> Self {
		Self { security: asked(security), ..Self::default() }
	}

	/// Every way in which the texts and the security can be wrong.
	fn malformed() -> Vec<(Self, Error<Test>)> {
		vec![
			(Self::named(b""), Error::EmptyName),
			(Self::named(&[b'n'; MAX_NAME as usize + 1]), Error::NameTooLong),
			(Self::named(&[0xff, 0xfe]), Error::NameNotUtf8),
			(Self::referring(b""), Error::EmptyReference),
			(Self::referring(&[b'r'; MAX_REFERENCE as usize + 1]), Error::ReferenceTooLong),
			(Self::referring(&[0xc3]), Error::ReferenceNotUtf8),
			(Self::asking(&[(NATIVE, 0)]), Error::ZeroAmount),
			(Self::asking(&[(GOLD, 1), (NATIVE, 0)]), Error::ZeroAmount),
			(Self::asking(&[(NATIVE, 1), (LEAD, 1)]), Error::UnknownAsset),
			(Self::asking(&[(GOLD, 1), (GOLD, 2)]), Error::DuplicateAsset),
			(Self::asking(&[(GOLD, 1), (NATIVE, 1), (GOLD, 1)]), Error::DuplicateAsset),
			(Self::asking(&[(NATIVE, 1), (GOLD, 1), (TIN, 1)]), Error::TooMuchSecurity),
		]
	}
}

fn service(id: u32) -> crate::ServiceOf<Test> {
	Services::<Test>::get(id).expect("the service exists")
}

#[test]
fn create_service_should_store_it_and_hold_a_deposit_when_all_is_well() {
	TestExt::new().execute(|| {
		assert_ok!(Form::default().create());

		let held_for_it = service_deposit(b"storage".len() + b"ipfs://image".len());
		let stored = service(0);
		assert_eq!((stored.owner, stored.name.to_vec()), (ALICE, b"storage".to_vec()));
		let artifact = stored.artifact.expect("it was given");
		assert_eq!(
			(artifact.reference.to_vec(), artifact.digest),
			(b"ipfs://image".to_vec(), Hash::repeat_byte(9))
		);
		assert_eq!((stored.verifier, stored.min_bond), (Verifier::FixedHash, 300));
		assert_eq!((stored.security.to_vec(), stored.reporter), (vec![], None));
		assert_eq!(stored.flags, ServiceFlags { stateless: true, deterministic: false });
		assert_eq!((stored.retired, stored.offers, stored.deposit), (false, 0, held_for_it));
		assert_eq!(held(HoldReason::ServiceDeposit, ALICE), held_for_it);
		assert_eq!(events(), [Event::ServiceCreated { service: 0, owner: ALICE, deposit: held_for_it }]);
	});
}

#[test]
fn create_service_should_accept_texts_when_they_are_as_long_as_may_be() {
	TestExt::new().execute(|| {
		let name = vec![b'n'; MAX_NAME as usize];
		let artifact = Some((vec![b'r'; MAX_REFERENCE as usize], Hash::zero()));
		assert_ok!(Form { name, artifact, ..Form::default() }.create());
		let held_for_it = service_deposit((MAX_NAME + MAX_REFERENCE) as usize);
		assert_eq!(held(HoldReason::ServiceDeposit, ALICE), held_for_it);
	});
}

#[test]
fn create_service_should_ask_for_security_when_it_names_each_asset_once() {
	TestExt::new().execute(|| {
		// An asset that cannot be staked yet may be named: it may be accepted later.
		let security = [(NATIVE, 5), (TIN, u128::MAX)];
		assert_eq!(security.len(), MAX_SECURITY as usize);
		let form = Form { artifact: None, ..Form::asking(&security) };
		assert_ok!(form.create());
		assert_eq!(service(0).security.to_vec(), asked(&security));
		// Each item costs what it takes to store: amounts of 16 bytes, kinds of one, a number of four.
		assert_eq!(held_in_all(ALICE), service_deposit(b"storage".len() + 16 + 1 + 16 + 1 + 4));
	});
}

#[test]
fn create_service_should_fail_when_a_text_or_the_security_is_malformed() {
	TestExt::new().execute(|| {
		for (form, error) in Form::malformed() {
			assert_noop!(form.create(), error);
		}
	});
}

#[test]
fn create_service_should_fail_when_the_deposit_cannot_be_paid() {
	TestExt::new()
		.then(|| Balances::burn(signed(ALICE), ENDOWMENT - service_deposit(b"storage".len()), false))
		.execute(|| {
			// The account must keep its existential deposit: one unit short.
			let form = Form { artifact: None, ..Form::default() };
			assert_noop!(form.create(), TokenError::FundsUnavailable);
		});
}

#[test]
fn create_service_should_fail_when_the_deposit_overflows() {
	TestExt::new().execute(|| {
		DepositPerByte::set(u128::MAX);
		assert_noop!(Form::default().create(), ArithmeticError::Overflow);
	});
}

#[test]
fn create_service_should_fail_when_the_numbers_are_used_up() {
	TestExt::new().execute(|| {
		NextServiceId::<Test>::put(u32::MAX - 2);
		assert_ok!(Form::default().create());
		assert_noop!(Form::default().create(), Error::<Test>::MaxServicesExceeded);
		assert!(Services::<Test>::contains_key(u32::MAX - 2));
	});
}

#[test]
fn create_service_should_not_reuse_a_number_when_its_service_is_removed() {
	TestExt::new().service(ALICE).execute(|| {
		assert_ok!(Registry::retire_service(signed(ALICE), 0));
		assert_ok!(Registry::remove_service(signed(ALICE), 0));
		assert_ok!(create_service(BOB));
		assert!(!Services::<Test>::contains_key(0));
		assert_eq!(service(1).owner, BOB);
	});
}

#[test]
fn update_service_should_adjust_the_deposit_when_the_record_grows_or_shrinks() {
	TestExt::new().service(ALICE).execute(|| {
		assert_ok!(Form::default().update(0));
		let longer = service_deposit(b"storage".len() + b"ipfs://image".len());
		assert_eq!(held_in_all(ALICE), longer);
		assert_eq!(
			(service(0).verifier, service(0).min_bond, service(0).flags.stateless),
			(Verifier::FixedHash, 300, true)
		);

		assert_ok!(Form { artifact: None, ..Form::named("ö".as_bytes()) }.update(0));
		assert_eq!(held_in_all(ALICE), service_deposit(2));

		let security = asked(&[(NATIVE, 1)]);
		assert_ok!(Form { artifact: None, security: security.clone(), ..Form::named(b"s") }.update(0));
		assert_eq!((held_in_all(ALICE), service(0).security.to_vec()), (service_deposit(18), security));
		assert_eq!(
			events()[1..],
			[
				Event::ServiceUpdated { service: 0, deposit: longer },
				Event::ServiceUpdated { service: 0, deposit: service_deposit(2) },
				Event::ServiceUpdated { service: 0, deposit: service_deposit(18) },
			]
		);
	});
}

#[test]
fn update_service_should_refuse_another_verifier_or_other_flags_when_there_are_offers() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		let same = Form { verifier: Verifier::None, flags: ServiceFlags::default(), ..Form::default() };
		let verifier = Form { verifier: Verifier::MerkleChunk, ..same.clone() };
		assert_noop!(verifier.update(0), Error::<Test>::ServiceInUse);
		let flags = Form { flags: ServiceFlags { stateless: false, deterministic: true }, ..same.clone() };
		assert_noop!(flags.update(0), Error::<Test>::ServiceInUse);

		// All else may change, and does not touch the offer: its bond is now below the least.
		assert_ok!(Form { min_bond: 1_000_000, ..same }.update(0));
		assert_eq!(service(0).offers, 1);
		assert_eq!(occupy(BOB, 0).map(|terms| terms.sla), Ok(Ask::default().sla));
	});
}

#[test]
fn update_service_should_fail_when_a_text_or_the_security_is_malformed() {
	TestExt::new().service(ALICE).execute(|| {
		for (form, error) in Form::malformed() {
			assert_noop!(form.update(0), error);
		}
	});
}

#[test]
fn calls_on_a_service_should_fail_when_another_signs() {
	TestExt::new().service(BOB).execute(|| {
		assert_noop!(Form::default().update(0), Error::<Test>::NotAuthorized);
		assert_noop!(Registry::retire_service(signed(ALICE), 0), Error::<Test>::NotAuthorized);
		assert_noop!(Registry::remove_service(signed(ALICE), 0), Error::<Test>::NotAuthorized);
		assert_noop!(Registry::set_reporter(signed(ALICE), 0, Some(ALICE)), Error::<Test>::NotAuthorized);
	});
}

#[test]
fn calls_on_a_service_should_fail_when_there_is_none() {
	TestExt::new().execute(|| {
		assert_noop!(Form::default().update(0), Error::<Test>::ServiceNotFound);
		assert_noop!(Registry::retire_service(signed(ALICE), 0), Error::<Test>::ServiceNotFound);
		assert_noop!(Registry::remove_service(signed(ALICE), 0), Error::<Test>::ServiceNotFound);
		assert_noop!(Registry::set_reporter(signed(ALICE), 0, None), Error::<Test>::ServiceNotFound);
	});
}

#[test]
fn retire_service_should_let_offers_go_on_when_it_has_some() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		events();
		assert_ok!(Registry::retire_service(signed(ALICE), 0));
		assert_eq!(events(), [Event::ServiceRetired { service: 0 }]);
		assert_ok!(occupy(BOB, 0));
		assert_noop!(Registry::retire_service(signed(ALICE), 0), Error::<Test>::AlreadyRetired);
	});
}

#[test]
fn remove_service_should_return_the_deposit_when_it_is_retired_and_unused() {
	TestExt::new().service(ALICE).execute(|| {
		assert_noop!(Registry::remove_service(signed(ALICE), 0), Error::<Test>::NotRetired);
		assert_ok!(Registry::retire_service(signed(ALICE), 0));
		events();

		assert_ok!(Registry::remove_service(signed(ALICE), 0));
		assert_eq!(events(), [Event::ServiceRemoved { service: 0, deposit: service_deposit(7) }]);
		assert_eq!(held_in_all(ALICE), 0);
		assert_eq!(Balances::free_balance(ALICE), ENDOWMENT);
	});
}

#[test]
fn remove_service_should_wait_for_the_last_offer_when_it_has_some() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).clients(BOB, 0, 1).execute(|| {
		assert_ok!(Registry::retire_service(signed(ALICE), 0));
		assert_noop!(Registry::remove_service(signed(ALICE), 0), Error::<Test>::ServiceInUse);
		assert_ok!(Registry::close_offer(signed(BOB), 0));
		assert_noop!(Registry::remove_service(signed(ALICE), 0), Error::<Test>::ServiceInUse);
		vacate(BOB, 0);
		assert_ok!(Registry::remove_service(signed(ALICE), 0));
	});
}

#[test]
fn set_reporter_should_name_another_or_nobody_when_the_owner_signs() {
	TestExt::new().service(ALICE).execute(|| {
		events();
		assert_eq!(Registry::reporter(0), None);
		for reporter in [Some(CHARLIE), Some(ALICE), None] {
			assert_ok!(Registry::set_reporter(signed(ALICE), 0, reporter.clone()));
			assert_eq!((service(0).reporter, Registry::reporter(0)), (reporter.clone(), reporter.clone()));
			assert_eq!(events(), [Event::ReporterSet { service: 0, reporter }]);
		}
		assert_eq!(Registry::reporter(1), None);
	});
}

#[test]
fn update_service_should_keep_the_reporter_and_the_count_of_offers() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		assert_ok!(Registry::set_reporter(signed(ALICE), 0, Some(CHARLIE)));
		let form = Form { verifier: Verifier::None, flags: ServiceFlags::default(), ..Form::default() };
		assert_ok!(form.update(0));
		assert_eq!((service(0).reporter, service(0).offers), (Some(CHARLIE), 1));
	});
}
