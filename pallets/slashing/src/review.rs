//! What becomes of a slash: vetoed or applied, and forgotten.

use crate::{
	types::{petition_of, Due, PetitionState, SlashOf},
	Config, Error, Event, HoldReason, Pallet, Petitions, Queue, Reports, Slashes, WeightInfo,
};
use frame_support::{
	ensure,
	traits::{
		fungible::MutateHold,
		tokens::{Fortitude, Precision, Restriction},
		Get,
	},
	weights::Weight,
};
use sp_runtime::{DispatchError, DispatchResult, Perbill};
use surety_primitives::{
	traits::{Cut, Escrow, Slashable},
	AssetKind, Balance, SlashId, SlashSource, SlashState,
};
use surety_stake::settlement::{split, Pool, Shares};

/// What one call of `apply` has done.
#[derive(Default)]
pub(crate) struct Progress {
	/// Claims that joined settlements.
	pub(crate) claims: u32,
	/// Assets in which the slash was applied.
	pub(crate) assets: u32,
	/// Settlements whose time was over, and that nobody had closed.
	pub(crate) closed: u32,
}

impl Progress {
	/// What it weighs.
	pub(crate) fn weight<T: Config>(&self) -> Weight {
		let closing = T::WeightInfo::close().saturating_mul(self.closed.into());
		T::WeightInfo::apply(self.claims, self.assets).saturating_add(closing)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_veto(id: SlashId) -> DispatchResult {
		let mut slash = Slashes::<T>::get(id).ok_or(Error::<T>::SlashNotFound)?;
		ensure!(slash.state == SlashState::Pending, Error::<T>::AlreadyDecided);
		ensure!(Self::now() < slash.review_ends, Error::<T>::ReviewOver);
		let forfeited = slash.deposit;
		Self::forfeit(HoldReason::Report, &slash.reporter, forfeited)?;

		slash.deposit = 0;
		slash.state = SlashState::Vetoed;
		Queue::<T>::remove(slash.review_ends, Due::Apply(id));
		Self::decided(id, &slash, PetitionState::Vetoed);
		Slashes::<T>::insert(id, slash);
		Self::deposit_event(Event::Vetoed { slash: id, forfeited });
		Ok(())
	}

	/// What applying a slash in so many more assets weighs at the most: each claim and each cut may find a settlement that
	/// has to be closed first.
	pub(crate) fn most_for_apply(assets: u32) -> Weight {
		let claims = T::MaxClaims::get();
		Progress { claims, assets, closed: claims.saturating_add(assets) }.weight::<T>()
	}

	pub(crate) fn do_apply(id: SlashId, assets: u32) -> Result<Progress, DispatchError> {
		let mut slash = Slashes::<T>::get(id).ok_or(Error::<T>::SlashNotFound)?;
		ensure!(assets > 0, Error::<T>::ZeroAmount);
		let mut after = match &slash.state {
			SlashState::Pending => None,
			SlashState::Applying { after } => Some(after.clone()),
			SlashState::Applied | SlashState::Vetoed => return Err(Error::<T>::AlreadyDecided.into()),
		};
		ensure!(Self::now() >= slash.review_ends, Error::<T>::StillInReview);

		let mut progress = Progress::default();
		// With the first asset, before anything is paid out of what the slash takes.
		for lost in core::mem::take(&mut slash.claims) {
			let closed = Self::add_claim(&slash, lost);
			progress.closed = progress.closed.saturating_add(closed.into());
			progress.claims = progress.claims.saturating_add(1);
		}
		let mut next = Self::next_asset(&slash, after.as_ref());
		while let Some(asset) = next.take_if(|_| progress.assets < assets) {
			let cut = T::Stake::slash(&slash.operator, slash.service, slash.era, slash.fraction, &asset)?;
			let closed = Self::distribute(id, &slash, cut);
			progress.closed = progress.closed.saturating_add(closed.into());
			progress.assets = progress.assets.saturating_add(1);
			next = Self::next_asset(&slash, Some(&asset));
			after = Some(asset);
		}
		match after {
			Some(after) if next.is_some() => slash.state = SlashState::Applying { after },
			_ => {
				slash.state = SlashState::Applied;
				Queue::<T>::remove(slash.review_ends, Due::Apply(id));
				Self::decided(id, &slash, PetitionState::Applied);
				Self::deposit_event(Event::Applied { slash: id });
			}
		}
		Slashes::<T>::insert(id, slash);
		Ok(progress)
	}

	/// The asset that a slash takes of after `after`, or first.
	fn next_asset(slash: &SlashOf<T>, after: Option<&AssetKind>) -> Option<AssetKind> {
		match &slash.asset {
			Some(only) => {
				let there = T::Stake::punishable(&slash.operator, slash.service, slash.era, only) > 0;
				Some(only.clone()).filter(|_| after.is_none() && there)
			}
			None => T::Stake::next_asset(&slash.operator, after),
		}
	}

	/// Gives everybody their part of what a slash took in one asset; what is for victims joins the settlement. Returns
	/// whether another settlement was closed for it.
	fn distribute(id: SlashId, slash: &SlashOf<T>, cut: Cut<AssetKind, Balance>) -> bool {
		let Cut { asset, amount, own } = cut;
		if amount == 0 {
			return false;
		}
		// Clients do not petition for the reward.
		let reporter = match slash.source {
			SlashSource::Petition(_) => Perbill::zero(),
			SlashSource::Reporter | SlashSource::Proof => T::ReporterShare::get(),
		};
		let mut parts = split(amount, own, Shares { burn: T::BurnShare::get(), reporter });
		T::Stake::burn(&asset, parts.burn);
		if T::Stake::pay(&asset, &slash.reporter, parts.reporter).is_err() {
			// It cannot take it: it would stay below the asset's minimum, or is blocked.
			parts.treasury = parts.treasury.saturating_add(parts.reporter);
			parts.reporter = 0;
		}
		T::Stake::give_up(&asset, parts.treasury);
		let waiting = Pool { own: parts.own, delegated: parts.delegated };
		let joined = (waiting.total() > 0).then(|| Self::add_to_pool(slash, &asset, waiting));
		let (settlement, closed) = joined.map_or((None, false), |(id, closed)| (Some(id), closed));
		Self::deposit_event(Event::Cut {
			slash: id,
			asset,
			amount,
			own,
			burned: parts.burn,
			rewarded: parts.reporter,
			treasury: parts.treasury,
			settlement,
		});
		closed
	}

	/// A slash was vetoed, or applied to the end: what it kept may leave, and its record in time.
	fn decided(id: SlashId, slash: &SlashOf<T>, outcome: PetitionState) {
		T::Stake::unpin(&slash.operator, slash.era);
		if let Some(petition) = petition_of(slash.source) {
			Petitions::<T>::mutate(petition, |petition| {
				if let Some(petition) = petition {
					petition.state = outcome;
				}
			});
		}
		let unreportable =
			T::ReportWindow::get().saturating_add(T::EraLength::get()).saturating_add(slash.reported_at);
		let at = unreportable.max(Self::now().saturating_add(1));
		Queue::<T>::insert(at, Due::Forget(id), ());
	}

	pub(crate) fn do_forget(id: SlashId) -> DispatchResult {
		let slash = Slashes::<T>::get(id).ok_or(Error::<T>::SlashNotFound)?;
		let decided = matches!(slash.state, SlashState::Applied | SlashState::Vetoed);
		ensure!(decided && slash.era < T::Stake::first_reportable(), Error::<T>::NotDecided);
		if slash.deposit > 0 {
			T::Currency::release(
				&HoldReason::Report.into(),
				&slash.reporter,
				slash.deposit,
				Precision::Exact,
			)?;
		}

		Reports::<T>::remove(&slash.operator, slash.evidence);
		Slashes::<T>::remove(id);
		Self::deposit_event(Event::Forgotten { slash: id, deposit: slash.deposit });
		Ok(())
	}

	/// Moves what is on hold from `who` to the treasury.
	pub(crate) fn forfeit(reason: HoldReason, who: &T::AccountId, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		T::Currency::transfer_on_hold(
			&reason.into(),
			who,
			&T::Treasury::get(),
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Force,
		)
		.map(drop)
	}
}
