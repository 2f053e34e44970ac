//! Every call wants a signature.

use crate::{mock::*, Call};
use frame_support::{assert_noop, dispatch::DispatchErrorWithPostInfo};
use sp_runtime::{traits::Dispatchable, DispatchError};
use surety_primitives::{ServiceFlags, Verifier};

fn every_call() -> Vec<Call<Test>> {
	let Ask { sla, capacity, price, metadata, bond } = Ask::default();
	let service = 0;
	vec![
		Call::create_service {
			name: b"name".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: vec![],
			flags: ServiceFlags::default(),
		},
		Call::update_service {
			id: 0,
			name: b"name".to_vec(),
			artifact: None,
			verifier: Verifier::None,
			min_bond: 0,
			security: vec![],
			flags: ServiceFlags::default(),
		},
		Call::retire_service { id: 0 },
		Call::remove_service { id: 0 },
		Call::join { metadata: vec![] },
		Call::update_operator { metadata: vec![] },
		Call::pause {},
		Call::resume {},
		Call::leave {},
		Call::make_offer { service, sla, capacity, price: price.clone(), metadata: metadata.clone(), bond },
		Call::update_offer { service, sla, capacity, price, metadata },
		Call::add_bond { service, amount: 1 },
		Call::pause_offer { service },
		Call::resume_offer { service },
		Call::close_offer { service },
		Call::set_reporter { id: 0, reporter: None },
	]
}

#[test]
fn every_call_should_be_refused_when_nobody_or_root_signs() {
	TestExt::new().service(ALICE).operator(BOB).active_offer(BOB, 0).execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			for call in every_call() {
				assert_noop!(
					RuntimeCall::Registry(call)
						.dispatch(origin.clone())
						.map_err(|DispatchErrorWithPostInfo { error, .. }| error),
					DispatchError::BadOrigin
				);
			}
		}
	});
}

#[test]
fn every_call_should_have_the_index_that_clients_encode() {
	use codec::Encode;
	for (index, call) in every_call().into_iter().enumerate() {
		assert_eq!(usize::from(call.encode()[0]), index);
	}
}
