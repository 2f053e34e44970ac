use super::*;
use frame_support::{assert_ok, weights::Weight};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{generic::DigestItem, traits::Header as _, Digest};

/// State of the development preset in which one offer has `count` subscriptions.
fn state_with_subscriptions(count: u32) -> TestExternalities {
	let mut state = genesis_state(DEV_RUNTIME_PRESET);
	state.execute_with(|| {
		offer_by_alice(count, vec![]);
		for _ in 0..count {
			assert_ok!(subscribe_to_alice(Sr25519Keyring::Bob, 1_000));
		}
		assert_eq!(
			Registry::offer(0, Sr25519Keyring::Alice.to_account_id()).map(|o| o.subscribers),
			Some(count)
		);
		System::reset_events();
	});
	state.commit_all().expect("commits");
	state
}

/// What an empty block weighs and how many nodes of the state trie it touches.
fn empty_block(mut state: TestExternalities) -> (Weight, usize) {
	let (weight, proof) = {
		let mut weight = Weight::zero();
		let (_, proof) = state.execute_and_prove(|| {
			let number = System::block_number() + 1;
			let slot = 2 * u64::from(number);
			let digest = Digest {
				logs: vec![DigestItem::PreRuntime(
					sp_consensus_babe::BABE_ENGINE_ID,
					codec::Encode::encode(&sp_consensus_babe::digests::PreDigest::SecondaryPlain(
						sp_consensus_babe::digests::SecondaryPlainPreDigest {
							authority_index: 0,
							slot: slot.into(),
						},
					)),
				)],
			};
			let header =
				Header::new(number, Default::default(), Default::default(), Default::default(), digest);
			Executive::initialize_block(&header);
			// The inherent that every block has.
			let slot_ms = u64::from(pallet_windows::Current::<Runtime>::get().consensus.slot_ms);
			assert_ok!(Timestamp::set(RuntimeOrigin::none(), slot * slot_ms));
			weight = System::block_weight().total();
			let _ = Executive::finalize_block();
		});
		(weight, proof)
	};
	(weight, proof.len())
}

#[test]
fn an_empty_block_should_weigh_the_same_with_ten_subscriptions_and_a_hundred_thousand() {
	let (few, few_nodes) = empty_block(state_with_subscriptions(10));
	let (many, many_nodes) = empty_block(state_with_subscriptions(100_000));
	assert_eq!(few, many);
	assert!(few.ref_time() > 0);
	// Deeper tries have a few more nodes on each path; a hook that read subscriptions would read thousands.
	assert!(many_nodes <= few_nodes * 2, "{few_nodes} {many_nodes}");
}
