//! What clients read through the runtime API, one function each.

use crate::{
	pallet::*,
	types::{Attestation, Challenge, Standing},
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use surety_presence::message::Snapshot;
use surety_primitives::{
	api::{
		AttestationInfo, AttestationPage, BountyInfo, BountyPage, ChallengeInfo, CommitmentInfo, NotaryInfo,
		NotaryPage, RequestInfo, RequestPage, SubsidyInfo, SubsidyPage, WindowStatus, MAX_PAGE,
	},
	notary::{BountyId, PublicationMode, RequestId, Slot, SubsidyId, Window},
	traits::{Operators, Stake},
	AccountId, AssetKind, ServiceId, NOTARISATION,
};

impl<T: Config> Pallet<T> {
	/// One notary.
	pub fn notary(who: AccountId) -> Option<NotaryInfo> {
		let notary = Notaries::<T>::get(&who)?;
		let log = Logs::<T>::get(&who);
		Some(NotaryInfo {
			status: T::Operators::status(&who),
			leaving: notary.leaving,
			renewable: notary.renewable,
			mode: notary.mode.latest().copied().unwrap_or(PublicationMode::Link),
			link: notary.link.to_vec(),
			key: notary.keys.latest().copied().unwrap_or_default(),
			signing_key: notary.keys.at(Self::current_window()).copied(),
			bond: notary.bond,
			stake: T::Stake::backing(&who, NOTARISATION, &AssetKind::Native),
			universe: notary.universe,
			attested: notary.attested,
			requests: notary.requests,
			terms: notary.terms,
			log_leaves: log.leaves,
			log_root: log.root().into(),
			notary: who,
		})
	}

	/// Notaries after the one of `cursor`, `limit` of them at the most.
	pub fn notaries(cursor: Option<AccountId>, limit: u32) -> NotaryPage {
		let limit = limit.clamp(1, MAX_PAGE) as usize;
		let mut keys = match cursor {
			Some(after) => Notaries::<T>::iter_keys_from(Notaries::<T>::hashed_key_for(after)),
			None => Notaries::<T>::iter_keys(),
		};
		let looked_at: Vec<AccountId> = keys.by_ref().take(limit).collect();
		let next = keys.next().and_then(|_| looked_at.last().cloned());
		NotaryPage { notaries: looked_at.into_iter().filter_map(Self::notary).collect(), next }
	}

	/// The notary whose key this is.
	pub fn notary_of_key(key: [u8; 32]) -> Option<AccountId> {
		KeyOwners::<T>::get(key)
	}

	/// One request.
	pub fn request_of(id: RequestId) -> Option<RequestInfo> {
		let request = Requests::<T>::get(id)?;
		Some(RequestInfo {
			id,
			notary: request.notary,
			operator: request.operator,
			service: request.service,
			claims: request.claims,
			windows: request.windows,
			max_fee: request.max_fee,
			deadline: request.deadline,
			key: request.key,
			subsidy: request.subsidy,
			status: request.status,
		})
	}

	/// Requests from `start` on, those to one notary where one is named. Looks at `limit` numbers at the most.
	pub fn requests(notary: Option<AccountId>, start: RequestId, limit: u32) -> RequestPage {
		let (end, next) = range(start, limit, NextRequestId::<T>::get());
		let of_notary = |request: &RequestInfo| notary.as_ref().is_none_or(|who| request.notary == *who);
		RequestPage { requests: (start..end).filter_map(Self::request_of).filter(of_notary).collect(), next }
	}

	/// One attestation.
	pub fn attestation(who: AccountId, slot: Slot) -> Option<AttestationInfo> {
		let attestation = Attestations::<T>::get(&who, slot)?;
		let (window, expired) = (Self::current_window(), Self::has_expired(&attestation));
		let Attestation { tenure, service, claims, subsidy, prepaid, .. } = attestation;
		let collectable = prepaid.due(window);
		Some(AttestationInfo {
			notary: who,
			slot,
			generation: tenure.generation,
			service,
			claims,
			key: tenure.keys.at(window).copied().unwrap_or_default(),
			attested_at: tenure.attested_at,
			until: prepaid.until(),
			watch: prepaid.watch(window),
			collectable,
			prepaid: prepaid.total().saturating_sub(collectable),
			subsidy,
			announced: (tenure.announced.bits > 0).then_some(tenure.announced.latest),
			operator: tenure.operator,
			expired,
		})
	}

	/// The attestation that a notary has made of an offer.
	pub fn attestation_of(
		notary: AccountId,
		operator: AccountId,
		service: ServiceId,
	) -> Option<AttestationInfo> {
		match Standings::<T>::get((&notary, &operator, service))? {
			Standing::Attested(slot) => Self::attestation(notary, slot),
			Standing::Requested(_) => None,
		}
	}

	/// Attestations of a notary from the slot `start` on. Looks at `limit` slots at the most.
	pub fn attestations(notary: AccountId, start: Slot, limit: u32) -> AttestationPage {
		let universe = Notaries::<T>::get(&notary).map_or(0, |record| record.universe);
		let (end, next) = range(start, limit, universe);
		let attestations = (start..end).filter_map(|slot| Self::attestation(notary.clone(), slot)).collect();
		AttestationPage { block: Self::now(), attestations, next }
	}

	/// The current window.
	pub fn window() -> WindowStatus {
		let window = CurrentWindow::<T>::get();
		WindowStatus {
			window: window.index,
			start: window.start,
			end: window.start.saturating_add(T::WindowLength::get()),
			grace: T::Grace::get(),
			first_disputable: Self::first_disputable(),
		}
	}

	/// What is on chain of a window of a notary.
	pub fn commitment(notary: AccountId, window: Window) -> Option<CommitmentInfo> {
		Notaries::<T>::get(&notary)?;
		Self::disputable(window).ok()?;
		let due = Self::due(window)?;
		let record = Records::<T>::get(window, notary).unwrap_or_default();
		Some(CommitmentInfo {
			due,
			published: record.published,
			faults: record.faults.iter().collect(),
			commitment: record.commitment,
		})
	}

	/// The latest publication that is on chain in full.
	pub fn publication(notary: AccountId) -> Option<(Window, Vec<u8>)> {
		let (window, bytes) = Publications::<T>::get(notary)?;
		Some((window, bytes.into_inner()))
	}

	/// The latest snapshot that a notary has committed to.
	pub fn snapshot(notary: AccountId) -> Option<Snapshot> {
		Snapshots::<T>::get(notary)
	}

	/// What a notary is asked to show; the first `limit` of it.
	pub fn challenges(notary: AccountId, limit: u32) -> Vec<ChallengeInfo> {
		let challenges = Challenges::<T>::iter_prefix(&notary).take(limit.min(MAX_PAGE) as usize);
		let info = |((window, subject), challenge): (_, Challenge)| ChallengeInfo {
			notary: notary.clone(),
			window,
			subject,
			challenger: challenge.challenger,
			fee: challenge.fee,
			due: challenge.due,
		};
		challenges.map(info).collect()
	}

	/// Bounties from `start` on. Looks at `limit` numbers at the most.
	pub fn bounties(start: BountyId, limit: u32) -> BountyPage {
		let (end, next) = range(start, limit, NextBountyId::<T>::get());
		let info = |id| {
			let bounty = Bounties::<T>::get(id)?;
			Some(BountyInfo {
				id,
				funder: bounty.funder,
				notary: bounty.notary,
				per_window: bounty.per_window,
				from: bounty.from,
				until: bounty.until,
				left: bounty.left,
				closable: bounty.until <= Self::first_disputable(),
			})
		};
		BountyPage { bounties: (start..end).filter_map(info).collect(), next }
	}

	/// Subsidies from `start` on. Looks at `limit` numbers at the most.
	pub fn subsidies(start: SubsidyId, limit: u32) -> SubsidyPage {
		let (end, next) = range(start, limit, NextSubsidyId::<T>::get());
		let info = |id| {
			let subsidy = Subsidies::<T>::get(id).filter(|subsidy| !subsidy.closed)?;
			Some(SubsidyInfo {
				id,
				funder: subsidy.funder,
				notary: subsidy.notary,
				service: subsidy.service,
				max_per_request: subsidy.max_per_request,
				left: subsidy.left,
			})
		};
		SubsidyPage { subsidies: (start..end).filter_map(info).collect(), next }
	}
}

/// End of the range of numbers to look at, and where to go on, if anything is left.
fn range(start: u32, limit: u32, next: u32) -> (u32, Option<u32>) {
	let end = start.saturating_add(limit.clamp(1, MAX_PAGE)).min(next);
	(end, (end < next).then_some(end))
}
