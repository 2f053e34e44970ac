//! What benchmarks of several pallets need of a runtime.

use crate::{AssetId, AssetKind, Balance};
use core::marker::PhantomData;
use frame_support::traits::{
	fungibles::{Create, Mutate},
	Get,
};

/// Tokens to benchmark with.
pub trait AssetHelper<AccountId> {
	/// The asset of this number, other than the native token; made where there is none yet.
	fn asset(owner: &AccountId, number: u32) -> AssetKind;

	/// Gives `who` so much more of `asset`.
	fn mint(asset: &AssetKind, who: &AccountId, amount: Balance);
}

/// Makes the assets from `Id` on of `Tokens`, paid for by nobody.
pub struct CreateAsset<Tokens, Id>(PhantomData<(Tokens, Id)>);

impl<AccountId, Tokens, Id> AssetHelper<AccountId> for CreateAsset<Tokens, Id>
where
	AccountId: Clone + Eq,
	Tokens: Create<AccountId, AssetId = AssetKind, Balance = Balance> + Mutate<AccountId>,
	Id: Get<AssetId>,
{
	fn asset(owner: &AccountId, number: u32) -> AssetKind {
		let asset = AssetKind::WithId(Id::get().saturating_add(number));
		if !Tokens::asset_exists(asset.clone()) {
			Tokens::create(asset.clone(), owner.clone(), true, 1).expect("the asset is new");
		}
		asset
	}

	fn mint(asset: &AssetKind, who: &AccountId, amount: Balance) {
		Tokens::mint_into(asset.clone(), who, amount).expect("issuance has room");
	}
}
