use crate::mock::*;
use frame_support::assert_ok;
use sp_runtime::Perbill;
use surety_primitives::api::{AllocationInfo, EraStatus, LedgerInfo, UnbondingInfo};

#[test]
fn era_status_should_say_how_far_back_reports_reach() {
	execute(|| {
		advance_to_era(8);
		let status = EraStatus { era: 8, start: 70, end: 80, first_reportable: 4 };
		assert_eq!(Restaking::era_status(), status);
	});
}

#[test]
fn views_should_show_what_a_touch_would_make_of_the_records() {
	execute(|| {
		staked_operator();
		stake(&ALICE, &OPERATOR, NATIVE, 3_000);
		advance_to_era(3);
		assert_ok!(Restaking::unbond(signed(&ALICE), OPERATOR, NATIVE, 1_000));
		assert_ok!(Restaking::deallocate(signed(&OPERATOR), NATIVE, SERVICE, ALL / 4));
		slash(3, 10);
		let at = System::block_number() + UNBONDING;
		let position = Restaking::position(ALICE, OPERATOR, NATIVE).expect("is there");
		let unbonding = |settled| UnbondingInfo { amount: 900, withdrawable_at: at, settled };
		assert_eq!((position.bonded, position.active), (1_800, 1_800));
		assert_eq!(position.unbonding, [unbonding(false)]);
		let part = |parts, until| AllocationInfo { service: SERVICE, parts, from: Some(2), until };
		assert_eq!(
			Restaking::stake_of(OPERATOR),
			[LedgerInfo {
				asset: NATIVE,
				bonded: 2_700,
				active: 2_700,
				own: 900,
				held: 3_600,
				rewards: 0,
				commission: Perbill::one(),
				commission_may_rise_at: 0,
				free_parts: 0,
				allocations: vec![part(ALL / 4 * 3, None), part(ALL / 4, Some(3))],
				horizon: 1,
			}]
		);
		// Nobody touched the records since, and yet they show as they are.
		advance_to_era(30);
		let position = Restaking::position(ALICE, OPERATOR, NATIVE).expect("is there");
		assert_eq!(position.unbonding, [unbonding(true)]);
		let ledger = Restaking::stake_of(OPERATOR).remove(0);
		let kept = AllocationInfo { service: SERVICE, parts: ALL / 4 * 3, from: None, until: None };
		assert_eq!((ledger.free_parts, ledger.allocations), (ALL / 4, vec![kept]));
		assert_ok!(Restaking::sync(signed(&BOB), ALICE, OPERATOR, NATIVE));
		assert_eq!(Restaking::position(ALICE, OPERATOR, NATIVE), Some(position));
	});
}

#[test]
fn positions_should_come_page_by_page() {
	execute(|| {
		for asset in [NATIVE, GOLD] {
			for operator in [OPERATOR, RIVAL] {
				stake(&operator, &operator, asset.clone(), 1_000);
				stake(&ALICE, &operator, asset.clone(), 200);
			}
		}
		let all = Restaking::positions(ALICE, None, 10);
		assert_eq!((all.positions.len(), all.next), (4, None));
		let first = Restaking::positions(ALICE, None, 3);
		assert_eq!(first.positions, all.positions[..3]);
		let rest = Restaking::positions(ALICE, first.next, 3);
		assert_eq!((rest.positions, rest.next), (all.positions[3..].to_vec(), None));
		assert_eq!(Restaking::positions(BOB, None, 3).positions, []);
	});
}
