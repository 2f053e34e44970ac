//! An offer from its stake to its end, through registry, stake and subscriptions.

use super::*;
use frame_support::assert_noop;
use surety_primitives::{
	traits::{CheckState, Reserve},
	AccountId,
};

fn alice() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

fn accepting() -> Option<bool> {
	Registry::offer(SERVICE, alice()).map(|offer| offer.accepting)
}

fn reserved() -> Balance {
	<Restaking as Reserve<_>>::reserved(&alice(), SERVICE)
}

#[test]
fn an_offer_should_go_with_its_last_subscription_and_let_go_of_the_bond() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		offer_by_alice(2, vec![]);
		assert_ok!(subscribe_to_alice(Sr25519Keyring::Bob, UNIT));
		assert_ok!(subscribe_to_alice(Sr25519Keyring::Charlie, UNIT));
		let unbond = || Restaking::unbond_all(signed(Sr25519Keyring::Alice), alice(), AssetKind::Native);
		assert_ok!(Registry::leave(signed(Sr25519Keyring::Alice)));
		assert_noop!(unbond(), pallet_restaking::Error::<Runtime>::StakeReserved);

		// One cancels; anybody closes the other's once the notice is over.
		assert_ok!(Subscriptions::cancel(signed(Sr25519Keyring::Bob), 0));
		assert_eq!((accepting(), reserved()), (Some(false), BOND));
		let ends_at = Subscriptions::subscription(1).and_then(|s| s.ends_at).expect("the offer closes");
		System::set_block_number(ends_at);
		assert_eq!(SuretyPallets::check_state(), Ok(()));
		assert_ok!(Subscriptions::close(signed(Sr25519Keyring::Dave), 1));

		assert_eq!((accepting(), reserved(), Registry::operator(alice())), (None, 0, None));
		assert_ok!(unbond());
		assert_eq!(SuretyPallets::check_state(), Ok(()));
	});
}

#[test]
fn an_offer_should_take_clients_once_it_is_secured_in_each_asset() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let dollars = AssetKind::WithId(1);
		offer_by_alice(2, vec![]);
		let security = vec![
			Security { asset: AssetKind::Native, amount: BOND },
			Security { asset: dollars.clone(), amount: 50_000_000 },
		];
		let (name, flags) = (b"storage".to_vec(), ServiceFlags::default());
		assert_ok!(Registry::update_service(
			signed(Sr25519Keyring::Alice),
			SERVICE,
			name,
			None,
			Verifier::None,
			0,
			security,
			flags
		));
		assert_eq!(accepting(), Some(false));
		assert_noop!(
			subscribe_to_alice(Sr25519Keyring::Bob, UNIT),
			pallet_registry::Error::<Runtime>::SecurityTooSmall
		);
		for holder in [Sr25519Keyring::Alice, Sr25519Keyring::Dave] {
			stake_on_alice(holder, dollars.clone(), 25_000_000);
		}
		let all = surety_stake::PARTS;
		assert_ok!(Restaking::allocate(signed(Sr25519Keyring::Alice), dollars, SERVICE, all));
		turn_stake_era();
		assert_eq!(accepting(), Some(true));
		assert_ok!(subscribe_to_alice(Sr25519Keyring::Bob, UNIT));
		assert_eq!(SuretyPallets::check_state(), Ok(()));
	});
}
