//! Which assets may be staked.

use crate::{types::AssetTerms, AcceptedAssets, Config, Error, Event, Pallet};
use frame_support::{ensure, traits::fungibles::Inspect};
use sp_runtime::DispatchResult;
use surety_primitives::{AssetKind, Balance};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_accept_asset(asset: AssetKind, min_position: Balance) -> DispatchResult {
		ensure!(min_position > 0, Error::<T>::ZeroAmount);
		ensure!(T::Assets::asset_exists(asset.clone()), Error::<T>::UnknownAsset);
		let minimum = T::Assets::minimum_balance(asset.clone());
		ensure!(T::Assets::balance(asset.clone(), &Self::pot()) >= minimum, Error::<T>::PotNotFunded);
		AcceptedAssets::<T>::try_mutate(|accepted| match accepted.iter_mut().find(|(a, _)| *a == asset) {
			Some((_, terms)) => {
				terms.min_position = min_position;
				Ok(())
			}
			None => accepted
				.try_push((asset.clone(), AssetTerms { min_position }))
				.map_err(|_| Error::<T>::MaxAssetsExceeded),
		})?;
		Self::deposit_event(Event::AssetAccepted { asset, min_position });
		Ok(())
	}

	pub(crate) fn do_retire_asset(asset: AssetKind) -> DispatchResult {
		AcceptedAssets::<T>::try_mutate(|accepted| {
			let at = accepted.iter().position(|(a, _)| *a == asset).ok_or(Error::<T>::AssetNotAccepted)?;
			accepted.remove(at);
			Ok::<_, Error<T>>(())
		})?;
		Self::deposit_event(Event::AssetRetired { asset });
		Ok(())
	}

	/// Terms on which `asset` may be staked.
	pub(crate) fn terms_of(asset: &AssetKind) -> Option<AssetTerms> {
		AcceptedAssets::<T>::get().into_iter().find(|(accepted, _)| accepted == asset).map(|(_, terms)| terms)
	}
}
