//! What the pallet stores.

use crate::{Config, Error};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::Get, BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use scale_info::TypeInfo;
use surety_primitives::{
	AccountId, Artifact, AssetKind, Balance, BlockNumber, OfferState, OperatorStatus, ServiceFlags,
	ServiceId, Sla, Verifier,
};

/// Price of an offer: native token or asset, 128-bit amount, period in blocks.
pub type Price = surety_primitives::Price<AssetKind, Balance, BlockNumber>;
/// What a service asks to stand behind each of its offers, in one asset.
pub type Security = surety_primitives::Security<AssetKind, Balance>;
/// What a client gets when it takes a place.
pub type Terms = surety_primitives::traits::Terms<AssetKind, Balance, BlockNumber>;

// Generic over their bounds and not over `Config`: rustdoc 1.95 panics on the latter's associated types.

/// A service, in the sizes that the runtime allows.
pub type ServiceOf<T> =
	Service<<T as Config>::MaxNameLength, <T as Config>::MaxReferenceLength, <T as Config>::MaxSecurity>;
/// An operator, in the sizes that the runtime allows.
pub type OperatorOf<T> = Operator<<T as Config>::MaxMetadataLength, <T as Config>::MaxOffersPerOperator>;
/// An offer, in the sizes that the runtime allows.
pub type OfferOf<T> = Offer<<T as Config>::MaxMetadataLength>;

/// A service: something that operators can sell.
#[derive(
	Encode, Decode, MaxEncodedLen, TypeInfo, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound,
)]
#[scale_info(skip_type_params(MaxName, MaxReference, MaxSecurity))]
#[codec(mel_bound())]
pub struct Service<MaxName: Get<u32>, MaxReference: Get<u32>, MaxSecurity: Get<u32>> {
	/// Who may change it, and whose deposit pays for it.
	pub owner: AccountId,
	/// Name, UTF-8, never empty.
	pub name: BoundedVec<u8, MaxName>,
	/// What an operator has to run.
	pub artifact: Option<Artifact<MaxReference>>,
	/// How its answers are checked. Fixed while it has offers.
	pub verifier: Verifier,
	/// Bond at the least of a new offer, in the native token's smallest unit.
	pub min_bond: Balance,
	/// Stake at the least behind an offer that takes new clients, own and delegated, an item for each asset.
	pub security: BoundedVec<Security, MaxSecurity>,
	/// Who may report offences for it.
	pub reporter: Option<AccountId>,
	/// Its nature. Fixed while it has offers.
	pub flags: ServiceFlags,
	/// Whether it takes no new offers any more.
	pub retired: bool,
	/// Number of offers, whatever their state.
	pub offers: u32,
	/// Held from the owner for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// An operator: somebody who sells services.
#[derive(
	Encode, Decode, MaxEncodedLen, TypeInfo, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound,
)]
#[scale_info(skip_type_params(MaxMetadata, MaxOffers))]
#[codec(mel_bound())]
pub struct Operator<MaxMetadata: Get<u32>, MaxOffers: Get<u32>> {
	/// Whether it takes clients.
	pub status: OperatorStatus<BlockNumber>,
	/// What it says of itself.
	pub metadata: BoundedVec<u8, MaxMetadata>,
	/// The services it has offers for, in ascending order.
	pub services: BoundedVec<ServiceId, MaxOffers>,
	/// Held for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

impl<MaxMetadata: Get<u32>, MaxOffers: Get<u32>> Operator<MaxMetadata, MaxOffers> {
	/// Whether it is on its way out.
	pub fn is_leaving(&self) -> bool {
		matches!(self.status, OperatorStatus::Leaving { .. })
	}

	/// Adds a service to the list. The caller knows that it is not in it.
	pub(crate) fn add_service<T: Config>(&mut self, service: ServiceId) -> Result<(), Error<T>> {
		let at = self.services.partition_point(|listed| *listed < service);
		self.services.try_insert(at, service).map_err(|_| Error::MaxOffersExceeded)
	}
}

/// One operator offering one service.
#[derive(
	Encode, Decode, MaxEncodedLen, TypeInfo, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound,
)]
#[scale_info(skip_type_params(MaxMetadata))]
#[codec(mel_bound())]
pub struct Offer<MaxMetadata: Get<u32>> {
	/// What it promises.
	pub sla: Sla,
	/// What it costs.
	pub price: Price,
	/// Number of clients up to which it takes new ones.
	pub capacity: u32,
	/// Number of clients now. Above `capacity` when that was lowered.
	pub subscribers: u32,
	/// Endpoints, keys and whatever else clients need.
	pub metadata: BoundedVec<u8, MaxMetadata>,
	/// What of the operator's own stake is reserved for it, in the native token's smallest unit.
	pub bond: Balance,
	/// Where it stands.
	pub state: OfferState<BlockNumber>,
	/// First block in which it takes clients.
	pub active_from: BlockNumber,
	/// Blocks between closing and the end of service; as it was when the offer was made.
	pub notice: BlockNumber,
	/// Held for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

impl<MaxMetadata: Get<u32>> Offer<MaxMetadata> {
	/// Checks that a client can take a place in block `now`, given where the operator stands.
	pub(crate) fn ensure_accepts<T: Config>(
		&self,
		status: &OperatorStatus<BlockNumber>,
		now: BlockNumber,
	) -> Result<(), Error<T>> {
		match status {
			OperatorStatus::Active => {}
			OperatorStatus::Paused => return Err(Error::OperatorNotAccepting),
			OperatorStatus::Leaving { .. } => return Err(Error::OperatorLeaving),
		}
		match self.state {
			OfferState::Open if now < self.active_from => Err(Error::NotYetActive),
			OfferState::Open if self.subscribers >= self.capacity => Err(Error::CapacityFull),
			OfferState::Open => Ok(()),
			OfferState::Paused | OfferState::Closing { .. } => Err(Error::OfferNotAccepting),
		}
	}

	/// Checks that it is not being closed.
	pub(crate) fn ensure_live<T: Config>(&self) -> Result<(), Error<T>> {
		match self.state {
			OfferState::Open | OfferState::Paused => Ok(()),
			OfferState::Closing { .. } => Err(Error::AlreadyClosing),
		}
	}

	/// First block that it no longer serves, once that is settled.
	pub(crate) fn ends_at(&self) -> Option<BlockNumber> {
		match self.state {
			OfferState::Open | OfferState::Paused => None,
			OfferState::Closing { ends_at } => Some(ends_at),
		}
	}
}
