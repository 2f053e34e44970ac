//! Whether an operator is within reach: who says that it is not, and how it shows that it is.

use crate::{
	pallet::*,
	types::{Agreement, Challenge},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;
use surety_primitives::{
	topology::Standing,
	traits::{Slashable, Topology},
	AccountId, AgreementId, BlockNumber, EdgeId, Era,
};

impl<T: Config> Pallet<T> {
	/// Brings an agreement up to date: a challenge that it is too late to answer has shown the operator to be down, and what
	/// downtime costs is owed.
	pub(crate) fn touch(id: AgreementId, agreement: &mut Agreement) -> DispatchResult {
		let now = Self::now();
		let (era, first) = (T::Stake::era(), T::Stake::first_reportable());
		if let Some(challenge) = agreement.challenge.take_if(|challenge| challenge.due <= now) {
			Self::release(HoldReason::Challenge, &agreement.client, challenge.fee)?;
			Self::go_down(id, agreement, challenge.at, challenge.era);
		}
		agreement.accrue(now, era, first);
		Ok(())
	}

	fn go_down(id: AgreementId, agreement: &mut Agreement, since: BlockNumber, era: Era) {
		let promise = agreement.promise();
		let since = agreement.downtime.fail(&promise, since);
		agreement.down_era = era;
		Self::deposit_event(Event::WentDown { agreement: id, since });
	}

	pub(crate) fn do_report_cut(id: AgreementId) -> DispatchResult {
		let mut agreement = Self::running(id)?;
		Self::touch(id, &mut agreement)?;
		ensure!(!agreement.is_down(), Error::<T>::AlreadyDown);
		let Some(Standing::CutOff { since }) = T::Topology::standing(&agreement.operator) else {
			return Err(Error::<T>::NotCutOff.into());
		};
		// It can no longer be answered.
		if let Some(challenge) = agreement.challenge.take() {
			Self::release(HoldReason::Challenge, &agreement.client, challenge.fee)?;
		}
		let era = T::Stake::era();
		Self::go_down(id, &mut agreement, since, era);
		agreement.accrue(Self::now(), era, T::Stake::first_reportable());
		Agreements::<T>::insert(id, agreement);
		Ok(())
	}

	pub(crate) fn do_challenge(who: AccountId, id: AgreementId) -> DispatchResult {
		let mut agreement = Self::running(id)?;
		ensure!(who == agreement.client, Error::<T>::NotAuthorized);
		Self::touch(id, &mut agreement)?;
		ensure!(!agreement.is_down(), Error::<T>::AlreadyDown);
		ensure!(agreement.challenge.is_none(), Error::<T>::AlreadyChallenged);
		let fee = T::ChallengeFee::get();
		Self::hold(HoldReason::Challenge, &who, fee)?;

		let at = Self::now();
		let due = at.saturating_add(agreement.terms.reach_answer);
		agreement.challenge = Some(Challenge { at, due, fee, era: T::Stake::era() });
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::Challenged { agreement: id, due, fee });
		Ok(())
	}

	pub(crate) fn do_conclude(id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		let challenge = agreement.challenge.ok_or(Error::<T>::ChallengeNotFound)?;
		ensure!(Self::now() >= challenge.due, Error::<T>::StillDue);
		Self::touch(id, &mut agreement)?;
		Agreements::<T>::insert(id, agreement);
		Ok(())
	}

	pub(crate) fn do_ping(who: AccountId, id: AgreementId, path: &[EdgeId]) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		ensure!(who == agreement.operator, Error::<T>::NotAuthorized);
		let now = Self::now();
		Self::touch(id, &mut agreement)?;
		let down = agreement.is_down();
		ensure!(down || agreement.challenge.is_some(), Error::<T>::NothingToAnswer);
		ensure!(!down || !agreement.is_over(now), Error::<T>::Ended);
		ensure!(T::Topology::standing(&who) == Some(Standing::Main), Error::<T>::OperatorNotReachable);
		T::Topology::check_path(&who, path, &agreement.terms.reach)?;

		if let Some(Challenge { fee, .. }) = agreement.challenge.take() {
			Self::pay_answer(&agreement.client, &who, fee)?;
			Self::deposit_event(Event::Answered { agreement: id, fee });
		}
		if down {
			let promise = agreement.promise();
			let counted = agreement.downtime.recover(&promise, now);
			// What it counts for at the least may be more than what it has lasted.
			agreement.accrue(now, T::Stake::era(), T::Stake::first_reportable());
			Self::deposit_event(Event::CameBack { agreement: id, counted });
		}
		Agreements::<T>::insert(id, agreement);
		Ok(())
	}

	/// An agreement of which this block is a part.
	fn running(id: AgreementId) -> Result<Agreement, Error<T>> {
		let agreement = Self::find(id)?;
		let now = Self::now();
		ensure!(!agreement.is_over(now), Error::<T>::Ended);
		ensure!(agreement.is_running(now), Error::<T>::NotStarted);
		Ok(agreement)
	}
}
