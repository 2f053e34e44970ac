//! Who gets what a slash took.
//!
//! An operator may have friends among its reporters, its victims and its services' owners, so whatever a slash
//! pays out may come back to it. What it lost itself may be paid to anybody: the operator gains nothing by being
//! paid its own. What its delegators lost is another matter, and goes to victims only
//! - for fees that they have paid, and
//! - up to half of what burned of the operator's own, which nobody gets back.
//!
//! So, whoever the friends are, an operator that is slashed loses by it (see [`split`]).

use crate::{density::mul_div, MAX_HELD};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Perbill;

/// Parts of what was slashed that go to the same ones each time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
	/// Part of everything that burns, so that slashing oneself is never free.
	pub burn: Perbill,
	/// Part of the operator's own stake that goes to the reporter. Together with `burn` not more than all.
	pub reporter: Perbill,
}

/// What becomes of what one slash took in one asset, in its smallest unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Split {
	/// Burns.
	pub burn: u128,
	/// Goes to the reporter.
	pub reporter: u128,
	/// Waits for victims: theirs, whatever they claim.
	pub own: u128,
	/// Waits for victims: theirs for fees that they have paid, as far as `own` does not suffice.
	pub delegated: u128,
	/// Goes to the treasury at once.
	pub treasury: u128,
}

/// Splits `amount`, of which `own` was the operator's own.
///
/// The parts add up to `amount`. All that can come back to an operator with friends everywhere (`reporter`, `own`
/// and `delegated`) is less than `own`, if that is anything, and else nothing.
pub fn split(amount: u128, own: u128, shares: Shares) -> Split {
	let own = own.min(amount);
	let delegated = amount.saturating_sub(own);
	let own_burn = shares.burn.mul_ceil(own);
	let reporter = shares.reporter.mul_floor(own).min(own.saturating_sub(own_burn));
	let delegated_burn = shares.burn.mul_ceil(delegated);
	let delegated_left = delegated.saturating_sub(delegated_burn);
	let refund = delegated_left.min(own_burn / 2);
	Split {
		burn: own_burn.saturating_add(delegated_burn),
		reporter,
		own: own.saturating_sub(own_burn).saturating_sub(reporter),
		delegated: refund,
		treasury: delegated_left.saturating_sub(refund),
	}
}

/// What waits for victims, in the asset's smallest unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// Was the operator's own.
	pub own: u128,
	/// Was delegated.
	pub delegated: u128,
}

impl Pool {
	/// Everything that is in it.
	pub fn total(&self) -> u128 {
		self.own.saturating_add(self.delegated)
	}
}

/// What a victim, or all of them, ask for, in the asset's smallest unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Loss {
	/// Fees that were paid, and were for nothing.
	pub fees: u128,
	/// What was lost beyond that.
	pub beyond: u128,
}

impl Loss {
	/// A loss of `amount` by somebody who has paid `paid` of fees. It counts up to [`MAX_HELD`], which is more than there
	/// can be to pay it from: so the sum of all can be counted, whatever anybody claims to have lost.
	pub fn new(amount: u128, paid: u128) -> Self {
		let amount = amount.min(MAX_HELD);
		let fees = amount.min(paid);
		Self { fees, beyond: amount.saturating_sub(fees) }
	}

	/// Everything that was lost.
	pub fn total(&self) -> u128 {
		self.fees.saturating_add(self.beyond)
	}
}

/// What all losses together are paid. Every loss of a kind is paid the same part of.
pub fn pay_out(pool: Pool, losses: Loss) -> Loss {
	let fees_from_own = losses.fees.min(pool.own);
	let beyond = losses.beyond.min(pool.own.saturating_sub(fees_from_own));
	let fees_from_delegated = losses.fees.saturating_sub(fees_from_own).min(pool.delegated);
	Loss { fees: fees_from_own.saturating_add(fees_from_delegated), beyond }
}

/// What one of the losses is paid when all `losses` together are paid `paid`, rounded down.
pub fn part(loss: Loss, losses: Loss, paid: Loss) -> u128 {
	let part = |mine, all, paid| if all == 0 { 0 } else { mul_div(mine, paid, all) };
	part(loss.fees, losses.fees, paid.fees).saturating_add(part(loss.beyond, losses.beyond, paid.beyond))
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::vec::Vec;
	use proptest::prelude::*;

	fn shares() -> impl Strategy<Value = Shares> {
		(1u32..=100).prop_flat_map(|burn| (Just(burn), 0..=100 - burn)).prop_map(|(burn, reporter)| Shares {
			burn: Perbill::from_percent(burn),
			reporter: Perbill::from_percent(reporter),
		})
	}

	proptest! {
		#[test]
		fn split_should_lose_nothing_and_never_pay_an_operator_with_friends(
			own in 0u128..1 << 96,
			delegated in 0u128..1 << 96,
			shares in shares(),
		) {
			let split = split(own + delegated, own, shares);
			let Split { burn, reporter, own: waiting, delegated: refund, treasury } = split;
			prop_assert_eq!(burn + reporter + waiting + refund + treasury, own + delegated);
			if own == 0 {
				prop_assert_eq!(reporter + waiting + refund, 0);
			} else {
				prop_assert!(reporter + waiting + refund < own);
			}
		}

		#[test]
		fn no_loss_should_be_paid_more_than_it_is_and_delegators_should_pay_for_fees_only(
			own in 0u128..1 << 90,
			delegated in 0u128..1 << 90,
			losses in prop::collection::vec((0u128..1 << 80, 0u128..1 << 80), 0..20),
		) {
			let pool = Pool { own, delegated };
			let losses: Vec<Loss> = losses.into_iter().map(|(amount, paid)| Loss::new(amount, paid)).collect();
			let all = losses.iter().fold(Loss::default(), |sum, loss| Loss {
				fees: sum.fees + loss.fees,
				beyond: sum.beyond + loss.beyond,
			});
			let paid = pay_out(pool, all);
			prop_assert!(paid.fees <= all.fees && paid.beyond <= all.beyond);
			prop_assert!(paid.total() <= pool.total());
			prop_assert!(paid.beyond <= own);
			prop_assert!(paid.total() - paid.total().min(own) <= all.fees);
			let parts: Vec<u128> = losses.iter().map(|loss| part(*loss, all, paid)).collect();
			for (loss, part) in losses.iter().zip(&parts) {
				prop_assert!(*part <= loss.total());
			}
			let sum: u128 = parts.iter().sum();
			prop_assert!(sum <= paid.total());
			prop_assert!(paid.total() - sum <= 2 * losses.len() as u128);
			// Whatever there is goes to those who have lost, before it goes anywhere else.
			prop_assert!(paid.fees == all.fees || paid.fees == (own + delegated).min(all.fees));
		}

		#[test]
		fn two_equal_losses_should_be_paid_alike(
			own in 0u128..1 << 90,
			amount in 0u128..1 << 80,
			paid in 0u128..1 << 80,
			others in 0u128..1 << 80,
		) {
			let loss = Loss::new(amount, paid);
			let all = Loss { fees: loss.fees * 2 + others, beyond: loss.beyond * 2 };
			let out = pay_out(Pool { own, delegated: 0 }, all);
			prop_assert!(part(loss, all, out) * 2 <= out.total());
		}
	}

	#[test]
	fn losses_without_measure_should_not_be_paid_more_than_there_is() {
		let losses = [Loss::new(u128::MAX, 7), Loss::new(u128::MAX, u128::MAX), Loss::new(1 << 96, 0)];
		let all = losses.iter().fold(Loss::default(), |sum, loss| Loss {
			fees: sum.fees.checked_add(loss.fees).expect("can be counted"),
			beyond: sum.beyond.checked_add(loss.beyond).expect("can be counted"),
		});
		for own in [0, 1, 1_000_000, MAX_HELD] {
			let paid = pay_out(Pool { own, delegated: 0 }, all);
			assert!(losses.iter().map(|loss| part(*loss, all, paid)).sum::<u128>() <= paid.total());
		}
	}

	#[test]
	fn example_should_be_split_as_the_documentation_says() {
		let shares = Shares { burn: Perbill::from_percent(20), reporter: Perbill::from_percent(10) };
		// 300 of the operator's own, 700 delegated.
		let expected = Split { burn: 200, reporter: 30, own: 210, delegated: 30, treasury: 530 };
		assert_eq!(split(1_000, 300, shares), expected);
		assert_eq!(split(1_000, 0, shares), Split { burn: 200, treasury: 800, ..Split::default() });
	}
}
