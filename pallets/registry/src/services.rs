//! Services: what can be sold.

use crate::{
	types::{Security, Service, ServiceOf},
	Config, Error, Event, HoldReason, NextServiceId, Pallet, Services,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, traits::fungibles::Inspect, BoundedVec};
use sp_runtime::{DispatchError, DispatchResult};
use surety_primitives::{
	AccountId, Artifact, Balance, Hash, ServiceFlags, ServiceId, Verifier, FIRST_RESERVED,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_service(
		owner: AccountId,
		name: Vec<u8>,
		artifact: Option<(Vec<u8>, Hash)>,
		verifier: Verifier,
		min_bond: Balance,
		security: Vec<Security>,
		flags: ServiceFlags,
	) -> DispatchResult {
		let name = Self::checked_name(name)?;
		let artifact = Self::checked_artifact(artifact)?;
		let security = Self::checked_security(security)?;
		let deposit = Self::service_deposit(&name, &artifact, &security)?;
		let service = NextServiceId::<T>::get();
		ensure!(service < FIRST_RESERVED, Error::<T>::MaxServicesExceeded);
		let next = service.checked_add(1).ok_or(Error::<T>::MaxServicesExceeded)?;
		Self::hold(HoldReason::ServiceDeposit, &owner, deposit)?;

		NextServiceId::<T>::put(next);
		Services::<T>::insert(
			service,
			Service {
				owner: owner.clone(),
				name,
				artifact,
				verifier,
				min_bond,
				security,
				reporter: None,
				flags,
				retired: false,
				offers: 0,
				deposit,
			},
		);
		Self::deposit_event(Event::ServiceCreated { service, owner, deposit });
		Ok(())
	}

	pub(crate) fn do_update_service(
		who: AccountId,
		id: ServiceId,
		name: Vec<u8>,
		artifact: Option<(Vec<u8>, Hash)>,
		verifier: Verifier,
		min_bond: Balance,
		security: Vec<Security>,
		flags: ServiceFlags,
	) -> DispatchResult {
		let old = Self::service_of(&who, id)?;
		// They decide what convicts an operator, so they must not change under one that is live.
		ensure!(
			old.offers == 0 || (verifier == old.verifier && flags == old.flags),
			Error::<T>::ServiceInUse
		);
		let name = Self::checked_name(name)?;
		let artifact = Self::checked_artifact(artifact)?;
		let security = Self::checked_security(security)?;
		let deposit = Self::service_deposit(&name, &artifact, &security)?;
		Self::adjust_deposit(HoldReason::ServiceDeposit, &who, old.deposit, deposit)?;

		Services::<T>::insert(
			id,
			Service { name, artifact, verifier, min_bond, security, flags, deposit, ..old },
		);
		Self::deposit_event(Event::ServiceUpdated { service: id, deposit });
		Ok(())
	}

	pub(crate) fn do_retire_service(who: AccountId, id: ServiceId) -> DispatchResult {
		let service = Self::service_of(&who, id)?;
		ensure!(!service.retired, Error::<T>::AlreadyRetired);

		Services::<T>::insert(id, Service { retired: true, ..service });
		Self::deposit_event(Event::ServiceRetired { service: id });
		Ok(())
	}

	pub(crate) fn do_remove_service(who: AccountId, id: ServiceId) -> DispatchResult {
		let Service { retired, offers, deposit, .. } = Self::service_of(&who, id)?;
		ensure!(retired, Error::<T>::NotRetired);
		ensure!(offers == 0, Error::<T>::ServiceInUse);
		Self::release(HoldReason::ServiceDeposit, &who, deposit)?;

		Services::<T>::remove(id);
		Self::deposit_event(Event::ServiceRemoved { service: id, deposit });
		Ok(())
	}

	pub(crate) fn do_set_reporter(
		who: AccountId,
		id: ServiceId,
		reporter: Option<AccountId>,
	) -> DispatchResult {
		let service = Self::service_of(&who, id)?;

		Services::<T>::insert(id, Service { reporter: reporter.clone(), ..service });
		Self::deposit_event(Event::ReporterSet { service: id, reporter });
		Ok(())
	}

	/// The service of this number, if it belongs to `who`.
	fn service_of(who: &AccountId, id: ServiceId) -> Result<ServiceOf<T>, Error<T>> {
		let service = Services::<T>::get(id).ok_or(Error::ServiceNotFound)?;
		ensure!(service.owner == *who, Error::NotAuthorized);
		Ok(service)
	}

	fn checked_name(name: Vec<u8>) -> Result<BoundedVec<u8, T::MaxNameLength>, Error<T>> {
		ensure!(!name.is_empty(), Error::EmptyName);
		ensure!(core::str::from_utf8(&name).is_ok(), Error::NameNotUtf8);
		name.try_into().map_err(|_| Error::NameTooLong)
	}

	fn checked_artifact(
		artifact: Option<(Vec<u8>, Hash)>,
	) -> Result<Option<Artifact<T::MaxReferenceLength>>, Error<T>> {
		let Some((reference, digest)) = artifact else { return Ok(None) };
		ensure!(!reference.is_empty(), Error::EmptyReference);
		ensure!(core::str::from_utf8(&reference).is_ok(), Error::ReferenceNotUtf8);
		let reference = reference.try_into().map_err(|_| Error::ReferenceTooLong)?;
		Ok(Some(Artifact { reference, digest }))
	}

	/// An item for each asset, none of which asks nothing.
	fn checked_security(security: Vec<Security>) -> Result<BoundedVec<Security, T::MaxSecurity>, Error<T>> {
		for (index, Security { asset, amount }) in security.iter().enumerate() {
			ensure!(*amount > 0, Error::ZeroAmount);
			ensure!(T::Assets::asset_exists(asset.clone()), Error::UnknownAsset);
			let again = security.iter().skip(index.saturating_add(1)).any(|other| other.asset == *asset);
			ensure!(!again, Error::DuplicateAsset);
		}
		security.try_into().map_err(|_| Error::TooMuchSecurity)
	}

	fn service_deposit(
		name: &[u8],
		artifact: &Option<Artifact<T::MaxReferenceLength>>,
		security: &BoundedVec<Security, T::MaxSecurity>,
	) -> Result<Balance, DispatchError> {
		let reference = artifact.as_ref().map_or(&[][..], |artifact| &artifact.reference[..]);
		Self::deposit_for(&[name, reference, &security.encode()])
	}
}
