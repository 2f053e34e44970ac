//! Notaries, as the chain tells of them.

use super::{
	call::{account, number},
	errors,
	render::{account_of, bytes_of, number_of, Typed},
	state::{items, read, read_as},
	At, Chain,
};
use crate::text::address;
use anyhow::{Context, Result};
use scale_info::PortableRegistry;
use subxt::ext::scale_value::{At as _, ValueDef};
use surety_presence::{message::Snapshot, mountain::Mountains};
use surety_primitives::{
	api::{
		AttestationInfo, AttestationPage, ChallengeInfo, CommitmentInfo, NotaryInfo, NotaryPage, RequestInfo,
		RequestPage, WindowStatus, MAX_PAGE,
	},
	notary::{Generation, PublicationMode, RequestId, Slot, Window},
	AccountId, ServiceId,
};

/// What of a notary changes with windows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
	/// What it signs with: each key from its window on, the oldest first.
	pub keys: Vec<(Window, [u8; 32])>,
	/// How it publishes, in the same way.
	pub modes: Vec<(Window, PublicationMode)>,
	/// The last window that it has to publish, where it is leaving.
	pub last_window: Option<Window>,
	/// Number of slots that were taken away for good.
	pub retired: u32,
}

/// Who has a slot, or had it as long as that can be disputed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tenure {
	/// Number of the attestation.
	pub generation: Generation,
	/// Whose offer is attested.
	pub operator: AccountId,
	/// Block in which it was attested.
	pub attested_at: u32,
	/// Block in which the attestation ended; nothing while it is active.
	pub ended_at: Option<u32>,
}

/// What held in a window.
fn held<V: Copy>(changes: &[(Window, V)], window: Window) -> Option<V> {
	changes.iter().rev().find(|(from, _)| *from <= window).map(|(_, value)| *value)
}

impl History {
	/// The key of a window.
	pub fn key_at(&self, window: Window) -> Option<[u8; 32]> {
		held(&self.keys, window)
	}

	/// The mode of a window.
	pub fn mode_at(&self, window: Window) -> Option<PublicationMode> {
		held(&self.modes, window)
	}

	/// Whether a commitment has to be on chain for a window.
	pub fn owes(&self, window: Window) -> bool {
		matches!(self.mode_at(window), Some(PublicationMode::Mixed | PublicationMode::Strict))
			&& self.last_window.is_none_or(|last| window <= last)
	}

	fn of(record: &Typed, types: &PortableRegistry) -> Option<Self> {
		let changes = |name: &str| -> Option<Vec<(Window, &Typed)>> {
			let all = items(record.at(name)?, types).into_iter();
			all.map(|change| Some((number_of(change.at(0)?)?.try_into().ok()?, change.at(1)?))).collect()
		};
		let keys =
			changes("keys")?.into_iter().map(|(from, key)| Some((from, bytes_of(key)?.try_into().ok()?)));
		let modes = changes("mode")?.into_iter().map(|(from, mode)| {
			let ValueDef::Variant(mode) = &mode.value else { return None };
			let mode = match mode.name.as_str() {
				"Link" => PublicationMode::Link,
				"Mixed" => PublicationMode::Mixed,
				"Strict" => PublicationMode::Strict,
				_ => return None,
			};
			Some((from, mode))
		});
		let last_window = match &record.at("last_window")?.value {
			ValueDef::Variant(option) => {
				option.values.values().next().and_then(number_of).and_then(|window| window.try_into().ok())
			}
			_ => None,
		};
		let retired = number_of(record.at("retired")?)?.try_into().ok()?;
		let (keys, modes) = (keys.collect::<Option<_>>()?, modes.collect::<Option<_>>()?);
		Some(Self { keys, modes, last_window, retired })
	}
}

impl Chain {
	/// Whether this chain has notaries at all.
	pub fn has_notaries(at: &At) -> bool {
		at.metadata_ref().pallet_by_name("Notary").is_some()
	}

	/// One notary.
	pub async fn notary(&self, at: &At, notary: &AccountId) -> Result<Option<NotaryInfo>> {
		self.query(at, "NotaryApi_notary", notary).await
	}

	/// One notary, or the chain's own words for there being none.
	pub async fn existing_notary(&self, at: &At, notary: &AccountId) -> Result<NotaryInfo> {
		self.notary(at, notary).await?.ok_or_else(|| {
			let otherwise = format!("{} is no notary", address(notary));
			errors::known(at.metadata_ref(), "Notary", "NotaryNotFound", &otherwise)
		})
	}

	/// All notaries, in the order of storage.
	pub async fn notaries(&self, at: &At) -> Result<Vec<NotaryInfo>> {
		let mut all = Vec::new();
		let mut cursor: Option<AccountId> = None;
		loop {
			let page: NotaryPage = self.query(at, "NotaryApi_notaries", (&cursor, MAX_PAGE)).await?;
			all.extend(page.notaries);
			if page.next.is_none() || page.next == cursor {
				return Ok(all);
			}
			cursor = page.next;
		}
	}

	/// Whether anybody is a notary.
	pub async fn is_anybody_notary(&self, at: &At) -> Result<bool> {
		let page: NotaryPage = self.query(at, "NotaryApi_notaries", (None::<AccountId>, 1u32)).await?;
		Ok(!page.notaries.is_empty())
	}

	/// The notaries that the chain says are to be trusted by who names none; some may be none.
	pub async fn trusted_notaries(&self, at: &At) -> Result<Vec<AccountId>> {
		Ok(read_as(at, "Notary", "Trusted", vec![]).await?.unwrap_or_default())
	}

	/// What of a notary changes with windows.
	pub async fn notary_history(&self, at: &At, notary: &AccountId) -> Result<History> {
		let record = read(at, "Notary", "Notaries", vec![account(notary)]).await?;
		let record = record.with_context(|| format!("{} is no notary", address(notary)))?;
		History::of(&record, at.metadata_ref().types()).context("the chain keeps notaries otherwise")
	}

	/// Head of a notary's log.
	pub async fn notary_log(&self, at: &At, notary: &AccountId) -> Result<Mountains> {
		Ok(read_as(at, "Notary", "Logs", vec![account(notary)]).await?.unwrap_or_default())
	}

	/// One request, or the chain's own words for there being none.
	pub async fn existing_request(&self, at: &At, id: RequestId) -> Result<RequestInfo> {
		let request: Option<RequestInfo> = self.query(at, "NotaryApi_request", id).await?;
		request.ok_or_else(|| {
			let otherwise = format!("there is no request {id}");
			errors::known(at.metadata_ref(), "Notary", "RequestNotFound", &otherwise)
		})
	}

	/// One request.
	pub async fn request(&self, at: &At, id: RequestId) -> Result<Option<RequestInfo>> {
		self.query(at, "NotaryApi_request", id).await
	}

	/// All open requests, or those to one notary, in the order of their numbers.
	pub async fn requests(&self, at: &At, notary: Option<&AccountId>) -> Result<Vec<RequestInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: RequestPage = self.query(at, "NotaryApi_requests", (notary, from, MAX_PAGE)).await?;
			all.extend(page.requests);
			// A next that is not ahead would go round for ever.
			start = page.next.filter(|next| *next > from);
		}
		Ok(all)
	}

	/// One attestation.
	pub async fn attestation(
		&self,
		at: &At,
		notary: &AccountId,
		slot: Slot,
	) -> Result<Option<AttestationInfo>> {
		self.query(at, "NotaryApi_attestation", (notary, slot)).await
	}

	/// The attestation that a notary has made of an offer.
	pub async fn attestation_of(
		&self,
		at: &At,
		notary: &AccountId,
		operator: &AccountId,
		service: ServiceId,
	) -> Result<Option<AttestationInfo>> {
		self.query(at, "NotaryApi_attestation_of", (notary, operator, service)).await
	}

	/// The attestation that a notary has made of an offer, or the chain's own words for there being none.
	pub async fn existing_attestation_of(
		&self,
		at: &At,
		notary: &AccountId,
		operator: &AccountId,
		service: ServiceId,
	) -> Result<AttestationInfo> {
		self.attestation_of(at, notary, operator, service).await?.ok_or_else(|| {
			errors::known(at.metadata_ref(), "Notary", "AttestationNotFound", "there is no such attestation")
		})
	}

	/// Who has a slot; where it is free, who had it last, until it is given out again.
	pub async fn tenure(&self, at: &At, notary: &AccountId, slot: Slot) -> Result<Option<Tenure>> {
		if let Some(AttestationInfo { generation, operator, attested_at, .. }) =
			self.attestation(at, notary, slot).await?
		{
			return Ok(Some(Tenure { generation, operator, attested_at, ended_at: None }));
		}
		let keys = vec![account(notary), number(slot)];
		let Some(ended) = read(at, "Notary", "EndedAttestations", keys).await? else { return Ok(None) };
		let of = |path: &[&str]| path.iter().try_fold(&ended, |value, name| value.at(*name));
		let count =
			|path: &[&str]| of(path).and_then(number_of).and_then(|number| u32::try_from(number).ok());
		let tenure = || {
			Some(Tenure {
				generation: count(&["tenure", "generation"])?,
				operator: of(&["tenure", "operator"]).and_then(account_of)?,
				attested_at: count(&["tenure", "attested_at"])?,
				ended_at: Some(count(&["ended_at"])?),
			})
		};
		tenure().context("the chain keeps ended attestations otherwise").map(Some)
	}

	/// All active attestations of a notary, in the order of their slots.
	pub async fn attestations(&self, at: &At, notary: &AccountId) -> Result<Vec<AttestationInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: AttestationPage =
				self.query(at, "NotaryApi_attestations", (notary, from, MAX_PAGE)).await?;
			all.extend(page.attestations);
			start = page.next.filter(|next| *next > from);
		}
		Ok(all)
	}

	/// The current window of presence.
	pub async fn presence_window(&self, at: &At) -> Result<WindowStatus> {
		self.query(at, "NotaryApi_window", ()).await
	}

	/// What is on chain of a window of a notary; nothing where it is not over, or too old.
	pub async fn commitment(
		&self,
		at: &At,
		notary: &AccountId,
		window: Window,
	) -> Result<Option<CommitmentInfo>> {
		self.query(at, "NotaryApi_commitment", (notary, window)).await
	}

	/// The latest publication of a notary that is on chain in full.
	pub async fn publication(&self, at: &At, notary: &AccountId) -> Result<Option<(Window, Vec<u8>)>> {
		self.query(at, "NotaryApi_publication", notary).await
	}

	/// The latest snapshot that a notary has committed to.
	pub async fn snapshot(&self, at: &At, notary: &AccountId) -> Result<Option<Snapshot>> {
		self.query(at, "NotaryApi_snapshot", notary).await
	}

	/// What a notary is asked to show.
	pub async fn challenges(&self, at: &At, notary: &AccountId) -> Result<Vec<ChallengeInfo>> {
		self.query(at, "NotaryApi_challenges", (notary, MAX_PAGE)).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_held_in_a_window_should_be_the_last_change_before_it() {
		let history = History {
			keys: vec![(2, [1; 32]), (5, [2; 32])],
			modes: vec![(0, PublicationMode::Mixed), (4, PublicationMode::Link)],
			last_window: Some(3),
			retired: 0,
		};
		let keys: Vec<_> = (1..7).map(|window| history.key_at(window).map(|key| key[0])).collect();
		assert_eq!(keys, [None, Some(1), Some(1), Some(1), Some(2), Some(2)]);
		assert!(history.owes(3));
		assert!(!history.owes(4), "nothing is due in Link mode");
		let all = History { modes: vec![(0, PublicationMode::Strict)], ..history };
		assert!(all.owes(3) && !all.owes(4), "nothing is due after the last window");
	}
}
