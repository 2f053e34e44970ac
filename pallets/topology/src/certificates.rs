//! Cut certificates: a component as of a recent block, shown by its list, in as many pages as it takes.

use crate::{
	network::Listed,
	pallet::*,
	types::{Certificate, CertificateId, Stage},
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_graph::{
	cut::{Cut, CutError},
	labels::{self, Label},
	Effort,
};
use surety_primitives::{topology::NodeId, AccountId, Balance, BlockNumber, EdgeId};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_begin_certificate(
		who: AccountId,
		as_of: BlockNumber,
		list: &[NodeId],
		reads: u32,
	) -> DispatchResult {
		let now = Self::now();
		ensure!(as_of < now, Error::<T>::BlockNotEnded);
		ensure!(as_of.saturating_add(T::MaxAge::get()) >= now, Error::<T>::TooOld);
		let first = *list.first().ok_or(Error::<T>::EmptyList)?;
		let id = NextCertificateId::<T>::get();
		NextCertificateId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let deposit = T::CertificateDeposit::get();
		Self::hold(HoldReason::Certificate, &who, deposit)?;
		let certificate = Certificate {
			by: who.clone(),
			as_of,
			first,
			members: 0,
			deposit,
			member_deposits: 0,
			stage: Stage::Listing(Cut::new(as_of)),
		};
		Self::deposit_event(Event::CertificateBegun { certificate: id, by: who, as_of });
		Self::list(id, certificate, list, reads)
	}

	pub(crate) fn do_extend_certificate(
		who: AccountId,
		id: CertificateId,
		list: &[NodeId],
		reads: u32,
	) -> DispatchResult {
		let certificate = Self::certificate(id)?;
		ensure!(certificate.by == who, Error::<T>::NotAuthorized);
		ensure!(!list.is_empty(), Error::<T>::EmptyList);
		Self::list(id, certificate, list, reads)
	}

	/// Lists the next nodes, as far as the reads go that were paid for.
	fn list(id: CertificateId, mut certificate: Certificate, list: &[NodeId], reads: u32) -> DispatchResult {
		ensure!(reads <= T::MaxReads::get(), Error::<T>::TooMuchAsked);
		ensure!(!Self::is_stale(&certificate), Error::<T>::TooOld);
		let Stage::Listing(mut cut) = certificate.stage else {
			return Err(Error::<T>::CertificateComplete.into());
		};
		let mut members = Listed::<T>::new(id);
		let expansions = u32::try_from(list.len()).unwrap_or(u32::MAX);
		let taken = cut
			.extend(&Self::network(), &mut members, list, Effort { expansions, reads })
			.map_err(Self::refused)?;
		let deposit = T::MemberDeposit::get().saturating_mul(members.added.into());
		Self::hold(HoldReason::Certificate, &certificate.by, deposit)?;
		certificate.member_deposits = certificate.member_deposits.saturating_add(deposit);
		certificate.members =
			certificate.members.checked_add(members.added).ok_or(ArithmeticError::Overflow)?;
		certificate.stage = Stage::Listing(cut);
		Certificates::<T>::insert(id, certificate);
		let taken = u32::try_from(taken.nodes).unwrap_or(u32::MAX);
		let complete = cut.finish::<EdgeId>().is_ok();
		Self::deposit_event(Event::Listed { certificate: id, taken, crossing: cut.open_edges(), complete });
		Ok(())
	}

	fn refused(error: CutError<NodeId, EdgeId>) -> DispatchError {
		match error {
			CutError::Empty => Error::<T>::EmptyList,
			CutError::NotANode(_) => Error::<T>::NodeNotFound,
			CutError::Stranger(_) => Error::<T>::Stranger,
			CutError::Duplicate(_) => Error::<T>::AlreadyListed,
			CutError::Unfinished(_) => Error::<T>::Unfinished,
			CutError::Crossing(_) | CutError::Incomplete { .. } => Error::<T>::Incomplete,
			CutError::BudgetTooSmall => Error::<T>::TooFewReads,
			CutError::Overflow | CutError::Inconsistent(_) => Error::<T>::Inconsistent,
		}
		.into()
	}

	/// Edges may have been forgotten that were open as of the certificate's block.
	fn is_stale(certificate: &Certificate) -> bool {
		Self::now() > certificate.as_of.saturating_add(T::Horizon::get())
	}

	fn certificate(id: CertificateId) -> Result<Certificate, DispatchError> {
		Certificates::<T>::get(id).ok_or(Error::<T>::CertificateNotFound.into())
	}

	pub(crate) fn do_relabel(id: CertificateId, count: u32) -> DispatchResult {
		ensure!(count > 0, Error::<T>::ZeroAmount);
		ensure!(count <= T::MaxSearch::get(), Error::<T>::TooMuchAsked);
		let mut certificate = Self::certificate(id)?;
		let fresh = match &certificate.stage {
			Stage::Relabelling(fresh) => *fresh,
			Stage::Clearing => return Err(Error::<T>::TooOld.into()),
			Stage::Listing(cut) => {
				cut.finish().map_err(Self::refused)?;
				ensure!(!Self::is_stale(&certificate), Error::<T>::TooOld);
				ensure!(!Relabelling::<T>::exists(), Error::<T>::OtherCertificate);
				Relabelling::<T>::put(id);
				labels::begin(&mut Self::network(), certificate.first).map_err(Self::broken)?
			}
		};
		certificate.stage = Stage::Relabelling(fresh);
		for member in Self::take_members(id, &mut certificate, count)? {
			if Self::has_joined_since(member, certificate.as_of) {
				return Self::give_up(id, certificate, fresh);
			}
			Self::move_member(fresh, member)?;
		}
		if certificate.members > 0 {
			Certificates::<T>::insert(id, certificate);
			return Ok(());
		}
		let split = Self::finish_split(fresh, certificate.as_of, &certificate.by)?;
		Relabelling::<T>::kill();
		Self::forget_certificate(id, &certificate)?;
		Self::deposit_event(Event::CertificateEnded { certificate: id, split });
		Ok(())
	}

	/// Whether a node has joined its component to another one since a block: else a certificate as of an earlier one could
	/// cut off who has come or rejoined since, and again after each time that it rejoins.
	fn has_joined_since(node: NodeId, as_of: BlockNumber) -> bool {
		let joined_at = Nodes::<T>::get(node).and_then(|node| node.joined_at);
		joined_at.is_some_and(|at| at > as_of)
	}

	/// A certificate turned out to be overtaken. What was moved stays in the component that it is in.
	fn give_up(id: CertificateId, mut certificate: Certificate, fresh: Label) -> DispatchResult {
		labels::abandon(&mut Self::network(), fresh).map_err(Self::broken)?;
		Relabelling::<T>::kill();
		certificate.stage = Stage::Clearing;
		if certificate.members == 0 {
			Self::forget_certificate(id, &certificate)?;
		} else {
			Certificates::<T>::insert(id, certificate);
		}
		Self::deposit_event(Event::CertificateEnded { certificate: id, split: false });
		Ok(())
	}

	pub(crate) fn do_clear_certificate(who: AccountId, id: CertificateId, count: u32) -> DispatchResult {
		ensure!(count > 0, Error::<T>::ZeroAmount);
		ensure!(count <= T::MaxSearch::get(), Error::<T>::TooMuchAsked);
		let mut certificate = Self::certificate(id)?;
		match certificate.stage {
			Stage::Relabelling(_) => return Err(Error::<T>::CertificateComplete.into()),
			Stage::Clearing => {}
			Stage::Listing(_) => {
				let may = certificate.by == who || Self::is_stale(&certificate);
				ensure!(may, Error::<T>::NotAuthorized);
				certificate.stage = Stage::Clearing;
			}
		}
		Self::take_members(id, &mut certificate, count)?;
		if certificate.members > 0 {
			Certificates::<T>::insert(id, certificate);
			return Ok(());
		}
		Self::forget_certificate(id, &certificate)?;
		Self::deposit_event(Event::CertificateEnded { certificate: id, split: false });
		Ok(())
	}

	/// Takes so many off the list, and returns the deposits for them.
	fn take_members(
		id: CertificateId,
		certificate: &mut Certificate,
		count: u32,
	) -> Result<Vec<NodeId>, DispatchError> {
		let most = usize::try_from(count).unwrap_or(usize::MAX);
		let taken: Vec<NodeId> = CertificateMembers::<T>::iter_key_prefix(id).take(most).collect();
		for member in &taken {
			CertificateMembers::<T>::remove(id, member);
		}
		let number = u32::try_from(taken.len()).unwrap_or(u32::MAX);
		let left = certificate.members.saturating_sub(number);
		// With the last one goes all that is held.
		let part = certificate.member_deposits.checked_div(certificate.members.into()).unwrap_or(0);
		let deposit: Balance =
			if left == 0 { certificate.member_deposits } else { part.saturating_mul(number.into()) };
		Self::release(HoldReason::Certificate, &certificate.by, deposit)?;
		certificate.member_deposits = certificate.member_deposits.saturating_sub(deposit);
		certificate.members = left;
		Ok(taken)
	}

	fn forget_certificate(id: CertificateId, certificate: &Certificate) -> DispatchResult {
		Certificates::<T>::remove(id);
		Self::release(HoldReason::Certificate, &certificate.by, certificate.deposit)
	}
}
