//! How offences are reported.

use crate::{
	types::{Due, Lost, Slash},
	Config, Error, Event, HoldReason, NextSlashId, Pallet, Queue, Reports, Slashes,
};
use alloc::vec::Vec;
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{fungible::MutateHold, Get},
	BoundedVec,
};
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	agreement::{Verdict, Verdicts},
	traits::{Claim, Fees, FeesPaid, Offence, Offences, Services, Slashable},
	AssetKind, Balance, Era, ServiceId, SlashId, SlashSource, SlashState, SubscriptionId,
};
use surety_stake::settlement::Loss;

/// What is reported, and by what right.
pub(crate) struct Report<T: Config> {
	pub(crate) operator: T::AccountId,
	pub(crate) service: ServiceId,
	pub(crate) era: Era,
	pub(crate) fraction: Perbill,
	pub(crate) asset: Option<AssetKind>,
	pub(crate) evidence: H256,
	pub(crate) reporter: T::AccountId,
	pub(crate) source: SlashSource,
	pub(crate) deposit: Balance,
	pub(crate) claims: Vec<Lost<T::AccountId>>,
}

impl<T: Config> Offences<T::AccountId> for Pallet<T> {
	type Asset = AssetKind;
	type Balance = Balance;

	fn deposit() -> Balance {
		T::ReportDeposit::get()
	}

	fn report(offence: Offence<T::AccountId, AssetKind, Balance>) -> Result<SlashId, DispatchError> {
		let Offence { operator, service, era, fraction, evidence, reporter, claims } = offence;
		let lost = |claim: Claim<T::AccountId, AssetKind, Balance>| Lost {
			loss: Loss::new(claim.amount, claim.fees),
			who: claim.who,
			asset: claim.asset,
		};
		Self::open_slash(Report {
			operator,
			service,
			era,
			fraction,
			asset: None,
			evidence,
			reporter,
			source: SlashSource::Proof,
			deposit: T::ReportDeposit::get(),
			claims: claims.into_iter().map(lost).collect(),
		})
	}
}

impl<T: Config> Verdicts for Pallet<T> {
	fn verdict(slash: SlashId) -> Option<Verdict> {
		Some(match Slashes::<T>::get(slash)?.state {
			SlashState::Pending | SlashState::Applying { .. } => Verdict::Open,
			SlashState::Applied => Verdict::Applied,
			SlashState::Vetoed => Verdict::Vetoed,
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_applied(slash: SlashId) {
		let ends = Slashes::<T>::get(slash).expect("is there").review_ends;
		let now = frame_system::Pallet::<T>::block_number().max(ends);
		frame_system::Pallet::<T>::set_block_number(now);
		let anybody = frame_benchmarking::v2::whitelisted_caller::<T::AccountId>();
		let origin = frame_system::RawOrigin::Signed(anybody).into();
		Pallet::<T>::apply(origin, slash, u32::MAX).expect("its review is over");
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_report(
		reporter: T::AccountId,
		operator: T::AccountId,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		evidence: H256,
		claims: Vec<(SubscriptionId, Balance)>,
	) -> DispatchResult {
		ensure!(T::Services::reporter(service).as_ref() == Some(&reporter), Error::<T>::NotReporter);
		ensure!(T::MaxClaims::get() as usize >= claims.len(), Error::<T>::TooManyClaims);
		let lost = |(subscription, amount)| {
			let FeesPaid { client, operator: paid_to, service: paid_for, asset, amount: paid } =
				T::Fees::fees(subscription).ok_or(Error::<T>::SubscriptionNotFound)?;
			ensure!((&paid_to, paid_for) == (&operator, service), Error::<T>::WrongSubscription);
			Ok(Lost { who: client, asset, loss: Loss::new(amount, paid) })
		};
		let claims = claims.into_iter().map(lost).collect::<Result<Vec<_>, Error<T>>>()?;
		Self::open_slash(Report {
			operator,
			service,
			era,
			fraction,
			asset: None,
			evidence,
			reporter,
			source: SlashSource::Reporter,
			deposit: T::ReportDeposit::get(),
			claims,
		})?;
		Ok(())
	}

	/// Puts a slash under review, and keeps what it can take from leaving.
	pub(crate) fn open_slash(report: Report<T>) -> Result<SlashId, DispatchError> {
		let Report { operator, service, era, fraction, asset, evidence, reporter, source, deposit, claims } =
			report;
		ensure!(T::Stake::is_staked(&operator), Error::<T>::OperatorNotFound);
		ensure!(!fraction.is_zero(), Error::<T>::ZeroFraction);
		ensure!(!Reports::<T>::contains_key(&operator, evidence), Error::<T>::AlreadyReported);
		ensure!(claims.iter().all(|claim| claim.loss.total() > 0), Error::<T>::ZeroAmount);
		let claims = BoundedVec::try_from(claims).map_err(|_| Error::<T>::TooManyClaims)?;
		let id = NextSlashId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		// Others call this too, and may go on when it fails.
		with_storage_layer(|| {
			if deposit > 0 {
				T::Currency::hold(&HoldReason::Report.into(), &reporter, deposit)?;
			}
			T::Stake::pin(&operator, era)
		})?;

		let reported_at = Self::now();
		let review_ends = reported_at.saturating_add(T::ReviewPeriod::get().max(1));
		NextSlashId::<T>::put(next);
		Reports::<T>::insert(&operator, evidence, id);
		Queue::<T>::insert(review_ends, Due::Apply(id), ());
		Self::deposit_event(Event::Reported {
			slash: id,
			operator: operator.clone(),
			service,
			era,
			fraction,
			reporter: reporter.clone(),
			source,
			review_ends,
		});
		let slash = Slash {
			operator,
			service,
			era,
			fraction,
			asset,
			evidence,
			reporter,
			source,
			deposit,
			reported_at,
			review_ends,
			claims,
			state: SlashState::Pending,
		};
		Slashes::<T>::insert(id, slash);
		Ok(id)
	}
}
