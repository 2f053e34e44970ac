//! What the operator owes, and how the client is paid.
//!
//! A penalty is an offence: slashing has it reviewed, takes it, and settles who gets it. The fraction is such that it takes of
//! the operator's own stake what is owed, and never more than is reserved and was not taken or asked for yet.

use crate::{
	pallet::*,
	types::{Agreement, Pending},
};
use alloc::vec;
use frame_support::ensure;
use sp_runtime::{DispatchResult, Perbill};
use surety_agreement::debts::Debt;
use surety_primitives::{
	agreement::{penalty_evidence, OwnStake, Verdict, Verdicts},
	traits::{Claim, Offence, Offences, Reserve},
	AccountId, AgreementId, AssetKind, Balance, ServiceId,
};

impl<T: Config> Pallet<T> {
	/// Takes note of penalties that were decided: what was taken is no longer reserved.
	pub(crate) fn resolve(id: AgreementId, agreement: &mut Agreement) {
		let mut open = agreement.pending.clone();
		open.retain(|pending| T::Verdicts::verdict(pending.slash) == Some(Verdict::Open));
		for pending in agreement.pending.iter().filter(|pending| !open.contains(pending)) {
			let taken = match T::Verdicts::verdict(pending.slash) {
				Some(Verdict::Vetoed) => 0,
				// One that is forgotten was decided long ago: that it was vetoed cannot be shown any more.
				_ => pending.amount.min(agreement.reserved),
			};
			Self::unreserve(&agreement.operator, agreement.terms.service, taken);
			agreement.reserved = agreement.reserved.saturating_sub(taken);
			Self::deposit_event(Event::PenaltyDecided { agreement: id, slash: pending.slash, taken });
		}
		agreement.pending = open;
	}

	pub(crate) fn do_settle(id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		let before = agreement.pending.len();
		Self::resolve(id, &mut agreement);
		ensure!(agreement.pending.len() < before, Error::<T>::NothingToClaim);
		Agreements::<T>::insert(id, agreement);
		Ok(())
	}

	/// Reserves so much less of an operator's own stake.
	pub(crate) fn unreserve(operator: &AccountId, service: ServiceId, amount: Balance) {
		if amount > 0 {
			T::Stake::release(operator, service, amount);
		}
	}

	pub(crate) fn do_claim_penalty(who: AccountId, id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		ensure!(who == agreement.client, Error::<T>::NotAuthorized);
		Self::touch(id, &mut agreement)?;
		Self::resolve(id, &mut agreement);
		let (Debt { era, amount }, own) = Self::collectable(&mut agreement)?;
		let amount = amount.min(agreement.free_reserve());
		ensure!(amount > 0, Error::<T>::ReserveExhausted);
		let number = agreement.penalties;
		let next = number.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		let fees = match agreement.terms.price.asset {
			AssetKind::Native => agreement.due(Self::now()).max(agreement.paid),
			// The slash's native part is not paid back in what was paid.
			AssetKind::WithId(_) => 0,
		};
		let slash = T::Offences::report(Offence {
			operator: agreement.operator.clone(),
			service: agreement.terms.service,
			era,
			fraction: fraction(amount, own),
			evidence: penalty_evidence(id, number, era, amount, &who),
			reporter: who.clone(),
			claims: vec![Claim { who, asset: AssetKind::Native, fees, amount }],
		})?;

		agreement.debts.remove_first();
		agreement.penalties = next;
		let pending = Pending { slash, amount };
		agreement.pending.try_push(pending).map_err(|_| Error::<T>::TooManyPending)?;
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::PenaltyReported { agreement: id, slash, amount, era });
		Ok(())
	}

	/// The oldest debt for which something can be taken, and the operator's own stake of that era. Those for which nothing
	/// can be are forgotten.
	fn collectable(agreement: &mut Agreement) -> Result<(Debt, Balance), Error<T>> {
		while let Some(debt) = agreement.debts.first() {
			let own = T::OwnStake::own_punishable(&agreement.operator, agreement.terms.service, debt.era);
			if !fraction(debt.amount, own).is_zero() {
				return Ok((debt, own));
			}
			agreement.debts.remove_first();
		}
		Err(Error::NothingToClaim)
	}
}

/// The fraction of the operator's own stake that is `amount`, rounded down: never more than was promised.
fn fraction(amount: Balance, own: Balance) -> Perbill {
	match own {
		0 => Perbill::zero(),
		own => Perbill::from_rational(amount.min(own), own),
	}
}
