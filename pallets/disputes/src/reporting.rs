//! How evidence becomes an offence.

use crate::{
	commitments::named, crypto::HostVerifier, pallet::*, types::Conviction, NativeVerifiers, WeightInfo,
};
use crate::{Contracts, ConvictionId};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get, weights::Weight, BoundedVec};
use sp_core::H256;
use sp_runtime::{traits::SaturatedConversion, DispatchResult, Perbill};
use surety_dispute::{report_hash, Check, Defect, Evidence, Fault, Unjudged};
use surety_primitives::{
	traits::{Claim, FeesPaid, Offence, Offences},
	AccountId, AssetKind, Balance, Era, ServiceId, FIRST_RESERVED,
};

impl<T: Config> Pallet<T> {
	/// What a report weighs at the most.
	pub(crate) fn weight_of(evidence: &Evidence) -> Weight {
		match evidence {
			Evidence::WrongAnswer { stated, asked, shown } => {
				let bytes = shown.len().saturating_add(asked.0.len()).saturated_into();
				let native = match stated.statement.rules.check {
					Check::Native(verifier) => T::NativeVerifiers::weight(verifier, bytes),
					Check::None | Check::FixedHash | Check::MerkleChunk => Weight::zero(),
				};
				T::WeightInfo::report_wrong_answer(bytes).saturating_add(native)
			}
			Evidence::Statements { .. } | Evidence::Responses { .. } => T::WeightInfo::report_contradiction(),
		}
	}

	pub(crate) fn do_report(who: AccountId, evidence: &Evidence, salt: Option<H256>) -> DispatchResult {
		// From cheap to dear: signatures last.
		let operator = AccountId::new(evidence.recipient().0);
		let era = Self::era_of_offence(evidence)?;
		let requests = Self::new_requests(&operator, evidence)?;
		let used = Self::ensure_entitled(&who, evidence, salt)?;
		let genesis = Self::genesis();
		evidence.examine(&genesis, T::NativeVerifiers::is_right).map_err(refusal::<T>)?;
		let service = Self::service_of(&operator, evidence)?;
		let count = Counts::<T>::get((&operator, service, era));
		ensure!(count < T::MaxConvictions::get(), Error::<T>::MaxConvictionsExceeded);
		let key = |key, ended| Self::answering_key(&operator, key, ended);
		let signed = evidence.is_signed::<HostVerifier, Error<T>>(&genesis, key)?;
		ensure!(signed, Error::<T>::WrongSignature);
		let id = NextConvictionId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;

		if let Some((hash, commitment)) = used {
			Self::take(&who, hash, commitment)?;
		}
		let deposit = T::RecordDeposit::get();
		Self::hold(HoldReason::Conviction, &who, deposit)?;
		let fault = evidence.fault();
		let slash = T::Offences::report(Offence {
			operator: operator.clone(),
			service,
			era,
			fraction: fraction::<T>(fault),
			evidence: report_hash(&genesis, &evidence.hash(), &named(&who)),
			reporter: who.clone(),
			claims: Self::claims(&operator, service, evidence),
		})?;
		for request in &requests {
			ByRequest::<T>::insert(&operator, request, id);
		}
		Counts::<T>::insert((&operator, service, era), count.saturating_add(1));
		NextConvictionId::<T>::put(next);
		let conviction = Conviction {
			operator: operator.clone(),
			service,
			fault,
			era,
			requests,
			slash,
			reporter: who.clone(),
			deposit,
		};
		Convictions::<T>::insert(id, conviction);
		Self::deposit_event(Event::Convicted {
			conviction: id,
			operator,
			service,
			fault,
			era,
			slash,
			reporter: who,
		});
		Ok(())
	}

	/// The era that answers: the one in which the later of the requests ended. A fault is complete by the second of two answers
	/// that contradict each other.
	///
	/// When a request ends stands in what was signed, so the same evidence is of the same era whenever it is shown. Nothing can be
	/// reported before, or it would be of another era later.
	fn era_of_offence(evidence: &Evidence) -> Result<Era, Error<T>> {
		let mut latest = 0;
		for request in evidence.requests() {
			ensure!(request.not_after_ms <= Self::time(), Error::RequestNotOver);
			latest = Self::era_of(request.not_after_ms).ok_or(Error::TooOld)?.max(latest);
		}
		Ok(latest)
	}

	/// The hashes of the requests, for none of which the operator was convicted.
	fn new_requests(
		operator: &AccountId,
		evidence: &Evidence,
	) -> Result<BoundedVec<H256, frame_support::traits::ConstU32<2>>, Error<T>> {
		let mut hashes = evidence.requests().map(|request| request.hash(&Self::genesis())).to_vec();
		hashes.dedup();
		let known = hashes.iter().any(|hash| ByRequest::<T>::contains_key(operator, hash));
		ensure!(!known, Error::AlreadyConvicted);
		Ok(BoundedVec::truncate_from(hashes))
	}

	/// The service that was answered for: what the operator says itself, or what its client pays for.
	fn service_of(operator: &AccountId, evidence: &Evidence) -> Result<ServiceId, Error<T>> {
		let [request, _] = evidence.requests();
		let paid_for = || {
			let contract = T::Contracts::contract(&request.basis)?;
			let its = contract.operator == *operator && named(&contract.client) == request.author;
			its.then_some(contract.service)
		};
		// Nobody sells the reserved ones: their own pallets see to them.
		let service = evidence.service().or_else(paid_for).filter(|service| *service < FIRST_RESERVED);
		service.ok_or(Error::ServiceUnknown)
	}

	/// What the authors of the requests can ask for, by the fees that they have paid for the service.
	fn claims(
		operator: &AccountId,
		service: ServiceId,
		evidence: &Evidence,
	) -> Vec<Claim<AccountId, AssetKind, Balance>> {
		let [first, second] = evidence.requests();
		let paid_once = (first.author, first.basis) == (second.author, second.basis);
		let requests = if paid_once { [Some(first), None] } else { [Some(first), Some(second)] };
		let claim = |request: &surety_response::relay::Request| {
			let FeesPaid { client, operator: paid_to, service: paid_for, asset, amount: fees } =
				T::Contracts::contract(&request.basis)?;
			let its = (&paid_to, paid_for) == (operator, service) && named(&client) == request.author;
			let amount = fees.saturating_mul(T::CompensationMultiple::get().into());
			let lost = its && client != *operator && amount > 0;
			lost.then_some(Claim { who: client, asset, fees, amount })
		};
		requests.into_iter().flatten().filter_map(claim).collect()
	}

	pub(crate) fn do_forget(id: ConvictionId) -> DispatchResult {
		let conviction = Convictions::<T>::get(id).ok_or(Error::<T>::ConvictionNotFound)?;
		let gone = Self::oldest().is_some_and(|oldest| conviction.era < oldest.era);
		ensure!(gone, Error::<T>::TooEarly);
		Self::release(HoldReason::Conviction, &conviction.reporter, conviction.deposit)?;

		let Conviction { operator, service, era, requests, .. } = conviction;
		for request in requests {
			ByRequest::<T>::remove(&operator, request);
		}
		Counts::<T>::mutate_exists((operator, service, era), |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
		});
		Convictions::<T>::remove(id);
		Self::deposit_event(Event::Forgotten { conviction: id });
		Ok(())
	}
}

fn fraction<T: Config>(fault: Fault) -> Perbill {
	match fault {
		Fault::WrongAnswer => T::WrongAnswerFraction::get(),
		Fault::Contradiction => T::ContradictionFraction::get(),
	}
}

fn refusal<T: Config>(defect: Defect) -> Error<T> {
	match defect {
		Defect::OtherRequest => Error::OtherRequest,
		Defect::OtherQuestion => Error::OtherQuestion,
		Defect::OtherRecipient => Error::OtherRecipient,
		Defect::Refused => Error::Refused,
		Defect::SameAnswer => Error::SameAnswer,
		Defect::Unrelated => Error::Unrelated,
		Defect::RightAnswer => Error::RightAnswer,
		Defect::Unjudged(Unjudged::NoCheck) => Error::NotChecked,
		Defect::Unjudged(Unjudged::NothingNamed) => Error::NothingNamed,
		Defect::Unjudged(Unjudged::BodyTooLong) => Error::BodyTooLong,
		Defect::Unjudged(Unjudged::OtherBody) => Error::OtherBody,
		Defect::Unjudged(Unjudged::NoVerifier) => Error::VerifierNotFound,
	}
}
