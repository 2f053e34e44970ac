//! What benchmarks of several pallets need of a runtime.

use crate::{AssetId, AssetKind, Balance};
use core::marker::PhantomData;
use frame_support::traits::{
	fungibles::{Create, Mutate},
	Get,
};

/// Tokens to benchmark with.
pub trait AssetHelper<AccountId> {
	/// Makes an asset other than the native token, which nobody has any of.
	fn asset(owner: &AccountId) -> AssetKind;

	/// Gives `who` so much more of `asset`.
	fn mint(asset: &AssetKind, who: &AccountId, amount: Balance);
}

/// Makes asset `Id` of `Tokens`, paid for by nobody.
pub struct CreateAsset<Tokens, Id>(PhantomData<(Tokens, Id)>);

impl<AccountId, Tokens, Id> AssetHelper<AccountId> for CreateAsset<Tokens, Id>
where
	AccountId: Clone + Eq,
	Tokens: Create<AccountId, AssetId = AssetKind, Balance = Balance> + Mutate<AccountId>,
	Id: Get<AssetId>,
{
	fn asset(owner: &AccountId) -> AssetKind {
		let asset = AssetKind::WithId(Id::get());
		Tokens::create(asset.clone(), owner.clone(), true, 1).expect("the asset is new");
		asset
	}

	fn mint(asset: &AssetKind, who: &AccountId, amount: Balance) {
		Tokens::mint_into(asset.clone(), who, amount).expect("issuance has room");
	}
}
