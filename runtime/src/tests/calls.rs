use super::*;
use crate::{
	config::governance::{SafeModeWhitelist, UnpausableCalls, PAUSED_NEVER},
	governance::origins::Origin,
};
use frame_support::{
	assert_noop,
	traits::{Contains, GetCallName},
};
use sp_runtime::traits::Dispatchable;
use surety_primitives::notary::ChallengeSubject;

fn transfer() -> RuntimeCall {
	RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: Sr25519Keyring::Bob.to_account_id().into(),
		value: UNIT,
	})
}

fn cancel() -> RuntimeCall {
	RuntimeCall::Subscriptions(pallet_subscriptions::Call::cancel { id: 7 })
}

#[test]
fn safe_mode_should_stop_transfers_and_leave_clients_their_way_out() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		assert_ok!(transfer().dispatch(signed(Sr25519Keyring::Alice)));
		let two_thirds: RuntimeOrigin = pallet_collective::RawOrigin::Members(2, 3).into();
		assert_ok!(SafeMode::force_enter(two_thirds.clone()));
		assert_noop!(
			transfer().dispatch(signed(Sr25519Keyring::Alice)),
			frame_system::Error::<Runtime>::CallFiltered
		);
		assert_noop!(
			cancel().dispatch(signed(Sr25519Keyring::Alice)),
			pallet_subscriptions::Error::<Runtime>::SubscriptionNotFound
		);
		assert!(SafeModeWhitelist::contains(&RuntimeCall::Referenda(
			pallet_referenda::Call::refund_decision_deposit { index: 0 }
		)));
		assert_ok!(SafeMode::force_exit(two_thirds));
		assert_ok!(transfer().dispatch(signed(Sr25519Keyring::Alice)));
	});
}

#[test]
fn nobody_should_buy_safe_mode() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		assert_noop!(
			SafeMode::enter(signed(Sr25519Keyring::Alice)),
			pallet_safe_mode::Error::<Runtime>::NotConfigured
		);
	});
}

#[test]
fn a_pause_should_stop_one_call_and_never_the_clients_way_out() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let name = |pallet: &[u8], call: &[u8]| {
			(pallet.to_vec().try_into().expect("short"), call.to_vec().try_into().expect("short"))
		};
		assert_ok!(TxPause::pause(RuntimeOrigin::root(), name(b"Balances", b"transfer_keep_alive")));
		assert_noop!(
			transfer().dispatch(signed(Sr25519Keyring::Alice)),
			frame_system::Error::<Runtime>::CallFiltered
		);
		assert_noop!(
			TxPause::pause(RuntimeOrigin::root(), name(b"Subscriptions", b"cancel")),
			pallet_tx_pause::Error::<Runtime>::Unpausable
		);
		assert!(!UnpausableCalls::contains(&name(b"Subscriptions", b"subscribe")));
	});
}

#[test]
fn neither_safe_mode_nor_a_pause_should_stop_proofs_and_what_gives_money_back() {
	let name = |pallet: &[u8], call: &[u8]| {
		(pallet.to_vec().try_into().expect("short"), call.to_vec().try_into().expect("short"))
	};
	let notary = Sr25519Keyring::Bob.to_account_id();
	let missed = pallet_notary::Call::report_missed { notary: notary.clone(), window: 0 };
	let conclude =
		pallet_notary::Call::conclude { notary: notary.clone(), window: 0, subject: ChallengeSubject::Bytes };
	let way_back = pallet_topology::Call::rejoin { path: Default::default() };
	let proofs: [(&[u8], &[u8], RuntimeCall); 7] = [
		(b"Notary", b"report_missed", missed.into()),
		(b"Notary", b"conclude", conclude.into()),
		(b"Channels", b"settle", pallet_channels::Call::settle { id: 0 }.into()),
		(b"Channels", b"close_unilaterally", pallet_channels::Call::close_unilaterally { id: 0 }.into()),
		(b"Topology", b"settle", pallet_topology::Call::settle { edge: 0 }.into()),
		(b"Topology", b"rejoin", way_back.into()),
		(b"Agreements", b"settle", pallet_agreements::Call::settle { agreement: 0 }.into()),
	];
	for (pallet, call, proof) in proofs {
		assert!(SafeModeWhitelist::contains(&proof), "{proof:?}");
		assert!(UnpausableCalls::contains(&name(pallet, call)), "{proof:?}");
	}
	let others: [(&[u8], &[u8], RuntimeCall); 4] = [
		(b"Notary", b"deregister", pallet_notary::Call::deregister {}.into()),
		(b"Channels", b"top_up", pallet_channels::Call::top_up { id: 0, amount: 1 }.into()),
		(b"Topology", b"leave", pallet_topology::Call::leave {}.into()),
		(b"Agreements", b"renew", pallet_agreements::Call::renew { agreement: 0 }.into()),
	];
	for (pallet, call, other) in others {
		assert!(!SafeModeWhitelist::contains(&other), "{other:?}");
		assert!(!UnpausableCalls::contains(&name(pallet, call)), "{other:?}");
	}
	// Both lists name the same calls, and calls that there are.
	let there: Vec<&str> = [
		pallet_notary::Call::<Runtime>::get_call_names(),
		pallet_channels::Call::<Runtime>::get_call_names(),
		pallet_topology::Call::<Runtime>::get_call_names(),
		pallet_agreements::Call::<Runtime>::get_call_names(),
	]
	.concat();
	for (pallet, calls) in PAUSED_NEVER {
		if matches!(pallet, b"Notary" | b"Channels" | b"Topology" | b"Agreements") {
			for call in calls {
				assert!(
					there.iter().any(|name| name.as_bytes() == *call),
					"{:?}",
					core::str::from_utf8(call)
				);
			}
		}
	}
}

#[test]
fn sudo_should_refuse_everybody_where_it_has_no_key() {
	genesis_state(LOCAL_TESTNET_RUNTIME_PRESET).execute_with(|| {
		let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
		for who in Sr25519Keyring::well_known() {
			assert!(Sudo::sudo(signed(who), Box::new(remark.clone())).is_err());
		}
	});
}

#[test]
fn nobody_but_root_should_slash_validators_by_hand() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let committee: RuntimeOrigin = pallet_collective::RawOrigin::Members(3, 3).into();
		for origin in [signed(Sr25519Keyring::Alice), Origin::SlashVeto.into(), committee] {
			assert_noop!(
				Staking::manual_slash(
					origin,
					Sr25519Keyring::Alice.to_account_id(),
					0,
					sp_runtime::Perbill::one()
				),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn neither_safe_mode_nor_a_pause_should_stop_the_cancelling_of_a_validators_slash() {
	let cancel =
		RuntimeCall::Staking(pallet_staking::Call::cancel_deferred_slash { era: 0, slash_indices: vec![] });
	assert!(SafeModeWhitelist::contains(&cancel));
	assert!(!SafeModeWhitelist::contains(&RuntimeCall::Staking(pallet_staking::Call::chill {})));
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		assert_noop!(
			TxPause::pause(
				RuntimeOrigin::root(),
				(
					b"Staking".to_vec().try_into().expect("short"),
					b"cancel_deferred_slash".to_vec().try_into().expect("short")
				)
			),
			pallet_tx_pause::Error::<Runtime>::Unpausable
		);
	});
}

#[test]
fn windows_should_be_replaced_by_root_only() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let mut windows = pallet_windows::Current::<Runtime>::get();
		windows.stake.notice += 1;
		assert_noop!(
			Windows::replace(signed(Sr25519Keyring::Alice), Box::new(windows)),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_ok!(Windows::replace(RuntimeOrigin::root(), Box::new(windows)));
	});
}
