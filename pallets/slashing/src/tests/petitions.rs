use super::*;
use crate::{CountedFees, PetitionState, Petitions, Signatures, Thresholds};

const CLIENTS: [surety_primitives::AccountId; 3] = [ALICE, BOB, CAROL];

/// Three clients who have paid a thousand each, and a petition by the first of them.
fn opened() -> [SubscriptionId; 3] {
	let subscriptions = CLIENTS.map(|client| subscribe(&client, &OPERATOR));
	advance(10);
	assert_ok!(Slashing::petition(signed(&ALICE), subscriptions[0], 2, evidence(1)));
	subscriptions
}

/// It has passed, with the number of its slash.
fn passed() -> ([SubscriptionId; 3], SlashId) {
	let subscriptions = opened();
	let slash = crate::NextSlashId::<Test>::get();
	assert_ok!(Slashing::sign(signed(&BOB), 0, subscriptions[1]));
	assert_ok!(Slashing::sign(signed(&CAROL), 0, subscriptions[2]));
	assert_eq!(Petitions::<Test>::get(0).unwrap().state, PetitionState::Passed { slash });
	(subscriptions, slash)
}

#[test]
fn a_petition_should_pass_with_enough_fees_of_enough_clients_and_slash_a_multiple_of_them() {
	execute(|| {
		stake(&DAVE, &OPERATOR, NATIVE, 300_000);
		let (_, slash) = passed();
		assert_eq!(
			CLIENTS.map(|client| held(HoldReason::Petition, &client)),
			[PETITION_BOND, SIGNATURE_BOND, SIGNATURE_BOND]
		);
		assert!(events().contains(&Event::PetitionPassed { petition: 0, slash }));
		let record = Slashes::<Test>::get(slash).unwrap();
		assert_eq!((record.source, record.deposit), (SlashSource::Petition(0), 0));
		check();
		let before = CLIENTS.map(|client| free(NATIVE, &client));
		review_and_apply(slash);
		// Twice three thousand, all of what stood behind the service in era 2: Dave's stake came later.
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN - 6_000);
		assert_eq!(worth(&DAVE, &OPERATOR, NATIVE), 300_000);
		// Whoever petitions gets nothing by it.
		assert_eq!(CLIENTS.map(|client| free(NATIVE, &client)), before);
		assert_eq!(Petitions::<Test>::get(0).unwrap().state, PetitionState::Applied);
	});
}

#[test]
fn a_petition_should_not_pass_without_enough_fees_or_enough_clients() {
	execute(|| {
		let subscriptions = opened();
		Thresholds::<Test>::insert(NATIVE, 3_001);
		assert_ok!(Slashing::sign(signed(&BOB), 0, subscriptions[1]));
		assert_ok!(Slashing::sign(signed(&CAROL), 0, subscriptions[2]));
		assert_eq!(Petitions::<Test>::get(0).unwrap().state, PetitionState::Open);
		// One client who has paid enough is not enough clients.
		let dave = subscribe(&DAVE, &OPERATOR);
		advance(40);
		let era = Restaking::era();
		assert_ok!(Slashing::petition(signed(&DAVE), dave, era, evidence(2)));
		let petition = Petitions::<Test>::get(1).unwrap();
		assert_eq!((petition.weight, petition.state), (4_000, PetitionState::Open));
	});
}

#[test]
fn a_petition_should_be_refused_when_anything_about_it_is_wrong() {
	execute(|| {
		let subscriptions = opened();
		let rich = subscriptions[0];
		for (who, subscription, era, error) in [
			(BOB, rich, 2, Error::<Test>::WrongSubscription),
			(BOB, 404, 2, Error::<Test>::SubscriptionNotFound),
			(ALICE, rich, 2, Error::<Test>::NoFees),
			(BOB, subscriptions[1], 99, Error::<Test>::EraOutOfWindow),
		] {
			assert_noop!(Slashing::petition(signed(&who), subscription, era, evidence(3)), error);
		}
		for (who, petition, subscription, error) in [
			(BOB, 404, subscriptions[1], Error::<Test>::PetitionNotFound),
			(BOB, 0, rich, Error::<Test>::WrongSubscription),
			(ALICE, 0, rich, Error::<Test>::AlreadySigned),
		] {
			assert_noop!(Slashing::sign(signed(&who), petition, subscription), error);
		}
		let fresh = subscribe(&DAVE, &OPERATOR);
		assert_noop!(Slashing::sign(signed(&DAVE), 0, fresh), Error::<Test>::NoFees);
		serve(&RIVAL, 5_000);
		advance_to_era(Restaking::era() + 1);
		let elsewhere = subscribe(&DAVE, &RIVAL);
		advance(1);
		assert_noop!(Slashing::sign(signed(&DAVE), 0, elsewhere), Error::<Test>::WrongSubscription);
		assert_ok!(Slashing::set_threshold(RuntimeOrigin::root(), NATIVE, None));
		assert_noop!(
			Slashing::petition(signed(&BOB), subscriptions[1], 2, evidence(3)),
			Error::<Test>::NoThreshold
		);
		assert_noop!(Slashing::sign(signed(&BOB), 0, subscriptions[1]), Error::<Test>::NoThreshold);
		crate::NextPetitionId::<Test>::put(u32::MAX);
		Thresholds::<Test>::insert(NATIVE, 1);
		assert_noop!(
			Slashing::petition(signed(&BOB), subscriptions[1], 2, evidence(3)),
			Error::<Test>::NumbersExhausted
		);
		crate::NextPetitionId::<Test>::put(1);
	});
}

#[test]
fn a_petition_should_run_out_and_give_its_bonds_back() {
	execute(|| {
		let subscriptions = opened();
		assert_ok!(Slashing::sign(signed(&BOB), 0, subscriptions[1]));
		assert_noop!(Slashing::resolve(signed(&DAVE), 0, ALICE), Error::<Test>::NotDecided);
		advance(REPORT);
		assert_noop!(Slashing::sign(signed(&CAROL), 0, subscriptions[2]), Error::<Test>::PetitionClosed);
		for client in [ALICE, BOB] {
			assert_ok!(Slashing::resolve(signed(&DAVE), 0, client.clone()));
			assert_eq!(held(HoldReason::Petition, &client), 0);
		}
		assert_noop!(Slashing::resolve(signed(&DAVE), 0, BOB), Error::<Test>::PetitionNotFound);
		assert_eq!((Signatures::<Test>::iter().count(), CountedFees::<Test>::iter().count()), (0, 0));
		// The fees count again.
		let era = Restaking::era();
		assert_ok!(Slashing::petition(signed(&ALICE), subscriptions[0], era, evidence(2)));
		assert_noop!(Slashing::resolve(signed(&DAVE), 1, BOB), Error::<Test>::SignatureNotFound);
	});
}

#[test]
fn a_veto_should_forfeit_the_bonds_of_all_who_signed() {
	execute(|| {
		let (_, slash) = passed();
		assert_noop!(Slashing::resolve(signed(&DAVE), 0, ALICE), Error::<Test>::NotDecided);
		assert_ok!(Slashing::veto(signed(&GOVERNANCE), slash));
		let treasury = free(NATIVE, &TREASURY);
		for client in CLIENTS {
			assert_ok!(Slashing::resolve(signed(&DAVE), 0, client.clone()));
			assert_eq!(held(HoldReason::Petition, &client), 0);
		}
		assert_eq!(free(NATIVE, &TREASURY), treasury + PETITION_BOND + 2 * SIGNATURE_BOND);
		let last =
			Event::SignatureResolved { petition: 0, client: CAROL, bond: SIGNATURE_BOND, forfeited: true };
		assert_eq!(events().last(), Some(&last));
	});
}

#[test]
fn fees_should_slash_once() {
	execute(|| {
		let (subscriptions, slash) = passed();
		review_and_apply(slash);
		assert_noop!(Slashing::resolve(signed(&DAVE), 0, ALICE), Error::<Test>::FeesStillCounted);
		// Only what was paid since then counts in another petition.
		let era = Restaking::era();
		assert_ok!(Slashing::petition(signed(&ALICE), subscriptions[0], era, evidence(2)));
		assert_eq!(Petitions::<Test>::get(1).unwrap().weight, u128::from(REVIEW) * 100);
		advance(REPORT);
		assert_ok!(Slashing::resolve(signed(&DAVE), 1, ALICE));
		assert_ok!(Subscriptions::cancel(signed(&ALICE), subscriptions[0]));
		assert_ok!(Slashing::resolve(signed(&DAVE), 0, ALICE));
		assert_eq!(held(HoldReason::Petition, &ALICE), 0);
	});
}

#[test]
fn a_petition_should_slash_no_other_asset_and_need_something_at_stake_in_its_own() {
	execute(|| {
		let subscriptions = opened();
		// What it asks for is of an era in which nothing was at stake.
		Petitions::<Test>::mutate(0, |petition| petition.as_mut().unwrap().era = 1);
		assert_ok!(Slashing::sign(signed(&BOB), 0, subscriptions[1]));
		assert_noop!(Slashing::sign(signed(&CAROL), 0, subscriptions[2]), Error::<Test>::NothingAtStake);
		Petitions::<Test>::mutate(0, |petition| petition.as_mut().unwrap().era = 2);
		stake(&OPERATOR, &OPERATOR, GOLD, 50_000);
		assert_ok!(Restaking::allocate(signed(&OPERATOR), GOLD, SERVICE, ALL));
		assert_ok!(Slashing::sign(signed(&CAROL), 0, subscriptions[2]));
		review_and_apply(0);
		assert_eq!(worth(&OPERATOR, &OPERATOR, GOLD), 50_000);
		assert_eq!(worth(&OPERATOR, &OPERATOR, NATIVE), OWN - 6_000);
	});
}

#[test]
fn governance_alone_should_set_thresholds() {
	execute(|| {
		assert_noop!(
			Slashing::set_threshold(signed(&ALICE), GOLD, Some(1)),
			sp_runtime::DispatchError::BadOrigin
		);
		assert_noop!(
			Slashing::set_threshold(RuntimeOrigin::root(), GOLD, Some(0)),
			Error::<Test>::ZeroAmount
		);
		assert_ok!(Slashing::set_threshold(RuntimeOrigin::root(), GOLD, Some(7)));
		assert_eq!(events().last(), Some(&Event::ThresholdSet { asset: GOLD, fees: Some(7) }));
		assert_eq!(Thresholds::<Test>::get(GOLD), Some(7));
	});
}
