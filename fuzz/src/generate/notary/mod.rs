//! Calls of notaries.
//!
//! | file | what |
//! | --- | --- |
//! | `desk.rs` | what is kept off chain: publications, and reports that were promised |
//! | `notaries.rs` | notaries come, change and go |
//! | `attesting.rs` | requests, attestations, subsidies |
//! | `publishing.rs` | commitments, publications and snapshots |
//! | `faults.rs` | promises and reports, challenges and answers |
//! | `bounties.rs` | bounties for being present |

mod attesting;
mod bounties;
mod desk;
mod faults;
mod notaries;
mod publishing;

use super::{Act, Draw, Maker};
use pallet_notary::{
	Attestation, Bounty, BountyClaim, Challenge, ChallengeKey, Intent, NotaryRecord, Request, Subsidy, Tenure,
};
use sp_core::H256;
use surety_primitives::{
	notary::{BountyId, RequestId, Slot, SubsidyId, Window},
	BlockNumber,
};
use surety_runtime::{AccountId, Runtime};

pub use desk::{announces, Desk};

pub(super) const TABLES: [&[(u64, Maker)]; 5] =
	[notaries::TABLE, attesting::TABLE, publishing::TABLE, faults::TABLE, bounties::TABLE];

/// What there is of notaries.
#[derive(Default, Debug)]
pub(super) struct Known {
	window: Window,
	start: BlockNumber,
	notaries: Vec<(AccountId, NotaryRecord)>,
	requests: Vec<(RequestId, Request)>,
	attestations: Vec<(AccountId, Slot, Attestation)>,
	challenges: Vec<(AccountId, ChallengeKey, Challenge)>,
	intents: Vec<(AccountId, H256, Intent)>,
	bounties: Vec<(BountyId, Bounty)>,
	claims: Vec<(BountyId, Slot, BountyClaim)>,
	subsidies: Vec<(SubsidyId, Subsidy)>,
}

impl Known {
	/// Looks it up.
	pub(super) fn look() -> Self {
		let current = pallet_notary::CurrentWindow::<Runtime>::get();
		Self {
			window: current.index,
			start: current.start,
			notaries: pallet_notary::Notaries::<Runtime>::iter().collect(),
			requests: pallet_notary::Requests::<Runtime>::iter().collect(),
			attestations: pallet_notary::Attestations::<Runtime>::iter().collect(),
			challenges: pallet_notary::Challenges::<Runtime>::iter().collect(),
			intents: pallet_notary::Intents::<Runtime>::iter().collect(),
			bounties: pallet_notary::Bounties::<Runtime>::iter().collect(),
			claims: pallet_notary::BountyClaims::<Runtime>::iter().collect(),
			subsidies: pallet_notary::Subsidies::<Runtime>::iter().collect(),
		}
	}

	/// Blocks in which something falls due: answers, and the next publications.
	pub(super) fn due(&self) -> impl Iterator<Item = BlockNumber> + '_ {
		let next = (!self.notaries.is_empty()).then(|| self.start.saturating_add(WINDOW_LENGTH));
		self.challenges.iter().map(|(_, _, challenge)| challenge.due).chain(next)
	}
}

/// Blocks from the begin of a window to the first in which it can be committed to, in the preset: a guess where the
/// windows have been replaced.
const WINDOW_LENGTH: BlockNumber = 7;

impl Draw<'_> {
	/// A notary with its record: mostly one that stays.
	fn notary(&mut self) -> Option<(AccountId, NotaryRecord)> {
		let all = &self.world.notary.notaries;
		let staying: Vec<_> = all.iter().filter(|(_, notary)| !notary.leaving).collect();
		match self.random.pick(&staying) {
			Some(notary) if self.random.chance(75) => Some((*notary).clone()),
			_ => self.random.pick(all).cloned(),
		}
	}

	/// A notary's account, or now and then anybody's.
	fn notary_account(&mut self) -> Option<AccountId> {
		match self.notary() {
			Some((notary, _)) if !self.wrong(25) => Some(notary),
			_ if self.wrong(20) => Some(self.anybody()),
			_ => None,
		}
	}

	/// A notary's account that mostly has to be one that is leaving.
	fn leaving(&mut self) -> Option<AccountId> {
		let all = &self.world.notary.notaries;
		let leaving: Vec<_> = all.iter().filter(|(_, notary)| notary.leaving).collect();
		match self.random.pick(&leaving) {
			Some((notary, _)) => Some(notary.clone()),
			None if self.wrong(20) => self.notary_account(),
			None => None,
		}
	}

	/// An active attestation.
	fn attestation(&mut self) -> Option<(AccountId, Slot, Attestation)> {
		self.random.pick(&self.world.notary.attestations).cloned()
	}

	/// A slot that exists, or now and then does not.
	fn slot(&mut self, slot: Slot) -> Slot {
		if self.wrong(30) {
			return self.random.one_of([0, 3, Slot::MAX]);
		}
		slot
	}

	/// One of an account's keys.
	fn presence_key(&mut self, who: &AccountId) -> [u8; 32] {
		crate::keys::presence_key(who, self.random.between(0, crate::keys::OF_EACH))
	}
}

/// Who had which slot of a notary at the end of a block, as far as it is remembered.
fn tenures(notary: &AccountId, block: BlockNumber) -> Vec<(Slot, Tenure)> {
	let active = pallet_notary::Attestations::<Runtime>::iter_prefix(notary)
		.map(|(slot, attestation)| (slot, attestation.tenure, BlockNumber::MAX));
	let ended = pallet_notary::EndedAttestations::<Runtime>::iter_prefix(notary)
		.map(|(slot, ended)| (slot, ended.tenure, ended.ended_at));
	let there =
		active.chain(ended).filter(|(_, tenure, ended_at)| tenure.attested_at <= block && block < *ended_at);
	there.map(|(slot, tenure, _)| (slot, tenure)).collect()
}

/// First block after a window that is over, and the first in which it is too late to commit to it.
fn end_and_due(window: Window) -> Option<(BlockNumber, BlockNumber)> {
	let next = pallet_notary::Windows::<Runtime>::get(window.checked_add(1)?)?;
	Some((next.start, next.start.saturating_add(next.grace)))
}

/// Notaries with stake behind them, offers that are attested, bounties and subsidies: block by block. The `offers` are
/// those of the operators, by service.
pub(super) fn opening(draw: &mut Draw<'_>, offers: &[(AccountId, u32)]) -> Vec<Vec<Act>> {
	let notaries = notaries::opening(draw);
	let accounts: Vec<_> = notaries.accounts.clone();
	let (requests, attests) = attesting::opening(draw, &accounts, offers);
	let pools = accounts.iter().flat_map(|notary| {
		let (bounty, subsidy) = (bounties::opening(draw, notary), attesting::fund(draw, notary));
		bounty.into_iter().chain(subsidy).collect::<Vec<_>>()
	});
	let fourth = attests.into_iter().chain(pools.collect::<Vec<_>>()).collect();
	vec![notaries.stakes, notaries.registers, requests, fourth]
}
