//! Requests for attestations, and what is paid for them.

use crate::{
	pallet::*,
	types::{Key, NotaryRecord, Request, Standing},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};
use surety_primitives::{
	notary::{
		Claims, ClaimsError, NotaryFees, NotaryTerm, RequestId, RequestStatus, RevocationReason, SubsidyId,
	},
	traits::{Listings, Operators},
	AccountId, Balance, BlockNumber, OperatorStatus, ServiceId,
};

/// What an operator asks for.
struct Wanted {
	notary: AccountId,
	operator: AccountId,
	service: ServiceId,
	claims: Claims,
	windows: u32,
	key: Key,
	max_fee: Balance,
	blocks: BlockNumber,
	subsidy: Option<SubsidyId>,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_request(
		operator: AccountId,
		notary: AccountId,
		service: ServiceId,
		claims: Claims,
		windows: u32,
		key: Key,
		max_fee: Balance,
		blocks: BlockNumber,
	) -> DispatchResult {
		Self::open_request(Wanted {
			notary,
			operator,
			service,
			claims,
			windows,
			key,
			max_fee,
			blocks,
			subsidy: None,
		})
	}

	pub(crate) fn do_request_subsidised(
		operator: AccountId,
		id: SubsidyId,
		claims: Claims,
		windows: u32,
		key: Key,
		blocks: BlockNumber,
	) -> DispatchResult {
		let subsidy = Subsidies::<T>::get(id).filter(|subsidy| !subsidy.closed);
		let subsidy = subsidy.ok_or(Error::<T>::SubsidyNotFound)?;
		Self::open_request(Wanted {
			notary: subsidy.notary,
			operator,
			service: subsidy.service,
			claims,
			windows,
			key,
			max_fee: subsidy.max_per_request,
			blocks,
			subsidy: Some(id),
		})
	}

	fn open_request(wanted: Wanted) -> DispatchResult {
		let Wanted { notary: who, operator, service, claims, windows, key, max_fee, blocks, subsidy } =
			wanted;
		let mut notary = Self::notary_of(&who)?;
		ensure!(!notary.leaving, Error::<T>::NotaryLeaving);
		ensure!(T::Operators::status(&who) == Some(OperatorStatus::Active), Error::<T>::OperatorNotActive);
		let offer = Self::offer(&operator, service, subsidy)?;
		claims.check().map_err(Self::claims_error)?;
		ensure!((1..=T::MaxWindows::get()).contains(&windows), Error::<T>::InvalidWindows);
		ensure!((1..=T::MaxRequestBlocks::get()).contains(&blocks), Error::<T>::InvalidDeadline);
		match Standings::<T>::get((&who, &operator, service)) {
			None => {}
			Some(Standing::Requested(_)) => return Err(Error::<T>::AlreadyRequested.into()),
			Some(Standing::Attested(_)) => return Err(Error::<T>::AlreadyAttested.into()),
		}
		let term = notary.terms.price(&claims).ok_or(Error::<T>::ClaimNotCertified)?;
		let id = NextRequestId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		notary.requests = notary.requests.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		let deposit = T::RecordDeposit::get();
		Self::hold(HoldReason::Record, &operator, deposit)?;
		Self::use_subsidy(subsidy)?;

		let deadline = Self::now().saturating_add(blocks);
		NextRequestId::<T>::put(next);
		Notaries::<T>::insert(&who, notary);
		Standings::<T>::insert((&who, &operator, service), Standing::Requested(id));
		Self::deposit_event(Event::Requested {
			request: id,
			notary: who.clone(),
			operator: operator.clone(),
			service,
			deadline,
			subsidy,
		});
		let mut request = Request {
			notary: who,
			operator,
			service,
			offer,
			claims,
			windows,
			key,
			max_fee,
			deadline,
			subsidy,
			on_quote: term == NotaryTerm::OnQuote,
			status: RequestStatus::Unquoted,
			deposit,
		};
		if let NotaryTerm::Posted(fees) = term {
			Self::charge_request(id, &mut request, fees)?;
		}
		Requests::<T>::insert(id, request);
		Ok(())
	}

	/// Holds the fees of a request.
	fn charge_request(id: RequestId, request: &mut Request, fees: NotaryFees) -> DispatchResult {
		let amount = fees.total(request.windows).filter(|total| *total <= request.max_fee);
		let amount = amount.ok_or(Error::<T>::FeeTooHigh)?;
		Self::charge(&request.operator, request.subsidy, amount)?;
		request.status = RequestStatus::Paid(fees);
		Self::deposit_event(Event::Paid { request: id, amount });
		Ok(())
	}

	pub(crate) fn do_quote(who: AccountId, id: RequestId, fees: NotaryFees) -> DispatchResult {
		let mut request = Self::request_in_time(id)?;
		ensure!(request.notary == who, Error::<T>::NotAuthorized);
		ensure!(request.status == RequestStatus::Unquoted, Error::<T>::NotOnQuote);
		let within = fees.total(request.windows).is_some_and(|total| total <= request.max_fee);
		ensure!(within, Error::<T>::FeeTooHigh);
		request.status = RequestStatus::Quoted(fees);
		Requests::<T>::insert(id, request);
		Self::deposit_event(Event::Quoted { request: id, fees });
		Ok(())
	}

	pub(crate) fn do_accept_quote(who: AccountId, id: RequestId, fees: NotaryFees) -> DispatchResult {
		let mut request = Self::request_in_time(id)?;
		ensure!(request.operator == who, Error::<T>::NotAuthorized);
		ensure!(request.status == RequestStatus::Quoted(fees), Error::<T>::WrongQuote);
		Self::charge_request(id, &mut request, fees)?;
		Requests::<T>::insert(id, request);
		Ok(())
	}

	pub(crate) fn do_refuse(who: AccountId, id: RequestId, reason: RevocationReason) -> DispatchResult {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::RequestNotFound)?;
		ensure!(request.notary == who, Error::<T>::NotAuthorized);
		Self::end_request(id, request)?;
		Self::deposit_event(Event::Refused { request: id, reason });
		Ok(())
	}

	pub(crate) fn do_expire_request(who: AccountId, id: RequestId) -> DispatchResult {
		let request = Requests::<T>::get(id).ok_or(Error::<T>::RequestNotFound)?;
		let unpaid = !matches!(request.status, RequestStatus::Paid(_));
		let Request { operator, service, subsidy, offer, .. } = &request;
		let gone = !Self::is_offered(operator, *service, *subsidy, *offer);
		let over = Self::now() >= request.deadline || gone || (unpaid && who == request.operator);
		ensure!(over, Error::<T>::NotExpired);
		Self::end_request(id, request)?;
		Self::deposit_event(Event::RequestExpired { request: id });
		Ok(())
	}

	/// Removes a request, and returns all that is held for it.
	fn end_request(id: RequestId, request: Request) -> DispatchResult {
		if let RequestStatus::Paid(fees) = request.status {
			let amount = fees.total(request.windows).unwrap_or(Balance::MAX);
			Self::refund(&request.operator, request.subsidy, amount)?;
		}
		Self::leave_subsidy(request.subsidy)?;
		Self::release(HoldReason::Record, &request.operator, request.deposit)?;
		Requests::<T>::remove(id);
		Standings::<T>::remove((&request.notary, &request.operator, request.service));
		let mut notary = Self::notary_of(&request.notary)?;
		notary.requests = notary.requests.saturating_sub(1);
		Notaries::<T>::insert(&request.notary, notary);
		Ok(())
	}

	/// A request whose deadline has not passed.
	pub(crate) fn request_in_time(id: RequestId) -> Result<Request, Error<T>> {
		let request = Requests::<T>::get(id).ok_or(Error::RequestNotFound)?;
		ensure!(Self::now() < request.deadline, Error::DeadlinePassed);
		Ok(request)
	}

	/// What names the offer there is: the first block in which it takes clients. Where a subsidy pays, it must be free
	/// of charge.
	pub(crate) fn offer(
		operator: &AccountId,
		service: ServiceId,
		subsidy: Option<SubsidyId>,
	) -> Result<BlockNumber, Error<T>> {
		let listing = T::Listings::listing(operator, service).ok_or(Error::OfferNotFound)?;
		ensure!(subsidy.is_none() || listing.price.amount == 0, Error::OfferNotFree);
		Ok(listing.active_from)
	}

	/// Whether there is still the offer that there was.
	pub(crate) fn is_offered(
		operator: &AccountId,
		service: ServiceId,
		subsidy: Option<SubsidyId>,
		offer: BlockNumber,
	) -> bool {
		Self::offer(operator, service, subsidy).is_ok_and(|there_is| there_is == offer)
	}

	/// What certifying these claims for so many windows costs now, if the fees are posted.
	pub(crate) fn posted(notary: &NotaryRecord, claims: &Claims) -> Option<NotaryFees> {
		match notary.terms.price(claims)? {
			NotaryTerm::Posted(fees) => Some(fees),
			NotaryTerm::OnQuote => None,
		}
	}

	fn claims_error(error: ClaimsError) -> DispatchError {
		match error {
			ClaimsError::UnknownVersion => Error::<T>::UnknownClaimsVersion,
			ClaimsError::Empty => Error::<T>::NoClaims,
			ClaimsError::Duplicate => Error::<T>::DuplicateClaim,
			ClaimsError::Meaningless => Error::<T>::MeaninglessClaim,
		}
		.into()
	}
}
