//! How agreements are made, prolonged and given notice of.

use crate::{
	pallet::*,
	types::{Agreement, Proposal},
};
use frame_support::{ensure, traits::Get};
use sp_core::H256;
use sp_runtime::DispatchResult;
use surety_agreement::{debts::Debts, downtime::Downtime};
use surety_primitives::{
	agreement::{AgreementTerms, Party},
	topology::Standing,
	traits::{Operators, Reserve, Services, Slashable, Topology},
	AccountId, AgreementId, Balance, BlockNumber, OperatorStatus,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn now() -> BlockNumber {
		frame_system::Pallet::<T>::block_number()
	}

	pub(crate) fn find(id: AgreementId) -> Result<Agreement, Error<T>> {
		Agreements::<T>::get(id).ok_or(Error::AgreementNotFound)
	}

	pub(crate) fn do_propose(
		who: AccountId,
		by: Party,
		other: AccountId,
		terms: AgreementTerms,
	) -> DispatchResult {
		ensure!(who != other, Error::<T>::SelfAgreement);
		ensure!(Self::is_sound(&terms), Error::<T>::InvalidTerms);
		let (client, operator) = match by {
			Party::Client => (who.clone(), other),
			Party::Operator => (other, who.clone()),
		};
		let id = NextAgreementId::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?;
		let deposit = T::RecordDeposit::get();
		Self::hold(HoldReason::Deposit, &who, deposit)?;

		let expires_at = Self::now().saturating_add(T::ProposalLifetime::get()).saturating_add(1);
		let terms_hash = terms.hash(&client, &operator);
		NextAgreementId::<T>::put(next);
		let proposal =
			Proposal { client: client.clone(), operator: operator.clone(), by, terms, deposit, expires_at };
		Proposals::<T>::insert(id, proposal);
		Self::deposit_event(Event::Proposed { agreement: id, client, operator, by, terms_hash, expires_at });
		Ok(())
	}

	/// Whether terms make sense, and are such that the chain can see to them.
	fn is_sound(terms: &AgreementTerms) -> bool {
		let longest = T::MaxLength::get();
		let answer = T::MinAnswer::get()..=T::MaxAnswer::get();
		let times = (1..=longest).contains(&terms.length)
			&& (1..=longest).contains(&terms.period)
			&& terms.notice <= longest
			&& terms.quantum <= terms.period
			&& terms.starts_at <= Self::now().saturating_add(longest)
			&& answer.contains(&terms.reach_answer);
		let audits = terms.audits.is_none_or(|audits| {
			terms.data.is_some()
				// Whoever reports a round that was missed does so free of charge: there must not be one in each block.
				&& (T::MinAnswer::get()..=longest).contains(&audits.interval)
				&& (1..=T::MaxSamples::get()).contains(&audits.samples)
				&& answer.contains(&audits.answer)
				&& audits.penalty <= terms.reserve
		});
		let data = terms.data.is_none_or(|data| data.is_sound());
		let money = terms.price.period > 0 && terms.reserve > 0 && terms.downtime_penalty <= terms.reserve;
		times && audits && data && money
	}

	pub(crate) fn do_withdraw(who: AccountId, id: AgreementId) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound)?;
		let proposer = proposal.account(proposal.by);
		ensure!(who == *proposer || Self::now() >= proposal.expires_at, Error::<T>::ProposalNotExpired);
		Self::release(HoldReason::Deposit, proposer, proposal.deposit)?;
		Proposals::<T>::remove(id);
		Self::deposit_event(Event::Withdrawn { agreement: id });
		Ok(())
	}

	pub(crate) fn do_accept(who: AccountId, id: AgreementId, hash: H256) -> DispatchResult {
		let proposal = Proposals::<T>::get(id).ok_or(Error::<T>::ProposalNotFound)?;
		let now = Self::now();
		ensure!(who == *proposal.account(proposal.by.other()), Error::<T>::NotAuthorized);
		ensure!(now < proposal.expires_at, Error::<T>::ProposalExpired);
		let Proposal { client, operator, by, terms, deposit, .. } = proposal;
		ensure!(terms.hash(&client, &operator) == hash, Error::<T>::TermsChanged);
		ensure!(T::Services::exists(terms.service), Error::<T>::ServiceNotFound);
		ensure!(
			T::Operators::status(&operator) == Some(OperatorStatus::Active),
			Error::<T>::OperatorNotActive
		);
		ensure!(T::Topology::standing(&operator) == Some(Standing::Main), Error::<T>::OperatorNotReachable);
		let start = terms.starts_at.max(now);
		let end = start.checked_add(terms.length).ok_or(Error::<T>::NumbersExhausted)?;
		let deposited = terms.price.due_rounded_up(terms.length);
		T::Stake::reserve(&operator, terms.service, terms.reserve)?;
		Self::hold_fees(&terms.price.asset, &client, deposited)?;

		let reserved = terms.reserve;
		let agreement = Agreement {
			client: client.clone(),
			operator: operator.clone(),
			terms,
			start,
			end,
			notice: None,
			claims_period: T::ClaimsPeriod::get(),
			deposited,
			paid: 0,
			downtime: Downtime::default(),
			down_era: T::Stake::era(),
			counted: 0,
			challenge: None,
			next_round: 0,
			missed: 0,
			debts: Debts::default(),
			penalties: 0,
			pending: Default::default(),
			reserved,
			depositor: by,
			deposit,
		};
		Proposals::<T>::remove(id);
		Agreements::<T>::insert(id, agreement);
		ByClient::<T>::insert(&client, id, ());
		ByOperator::<T>::insert(&operator, id, ());
		Self::deposit_event(Event::Agreed {
			agreement: id,
			client,
			operator,
			start,
			end,
			reserved,
			deposited,
		});
		Ok(())
	}

	pub(crate) fn do_renew(who: AccountId, id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		ensure!(who == agreement.client, Error::<T>::NotAuthorized);
		ensure!(!agreement.is_over(Self::now()), Error::<T>::Ended);
		let left = agreement.terms.renewals.checked_sub(1).filter(|_| agreement.notice.is_none());
		let left = left.ok_or(Error::<T>::NotRenewable)?;
		let end = agreement.end.checked_add(agreement.terms.length).ok_or(Error::<T>::NumbersExhausted)?;
		let all = agreement.terms.price.due_rounded_up(end.saturating_sub(agreement.start));
		let more: Balance = all.saturating_sub(agreement.deposited);
		Self::hold_fees(&agreement.terms.price.asset, &agreement.client, more)?;

		agreement.terms.renewals = left;
		agreement.end = end;
		agreement.deposited = agreement.deposited.saturating_add(more);
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::Renewed { agreement: id, end, deposited: more });
		Ok(())
	}

	pub(crate) fn do_give_notice(who: AccountId, id: AgreementId) -> DispatchResult {
		let mut agreement = Self::find(id)?;
		let by = agreement.party(&who).ok_or(Error::<T>::NotAuthorized)?;
		let now = Self::now();
		ensure!(!agreement.is_over(now), Error::<T>::Ended);
		Self::touch(id, &mut agreement)?;
		// Nobody has to wait for one who is not there.
		let at_once = by == Party::Client && agreement.is_down() && agreement.counted > 0;
		ensure!(agreement.notice.is_none() || at_once, Error::<T>::NoticeAlreadyGiven);
		let notice = if at_once { 0 } else { agreement.terms.notice };
		let end = now.saturating_add(notice).max(agreement.start).min(agreement.end);

		agreement.end = end;
		agreement.notice = Some(agreement.notice.unwrap_or(by));
		Agreements::<T>::insert(id, agreement);
		Self::deposit_event(Event::NoticeGiven { agreement: id, by, end });
		Ok(())
	}
}
