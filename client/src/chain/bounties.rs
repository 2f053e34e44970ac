//! Bounties for being present, and subsidies of attestations, as the chain tells of them.

use super::{call::number, errors, render::number_of, state::read, At, Chain};
use anyhow::{Context, Result};
use sp_crypto_hashing::{twox_128, twox_64};
use subxt::ext::scale_value::At as _;
use surety_primitives::{
	api::{BountyInfo, BountyPage, SubsidyInfo, SubsidyPage, MAX_PAGE},
	notary::{BountyId, Slot, SubsidyId, Window},
};

impl Chain {
	/// All bounties, in the order of their numbers.
	pub async fn bounties(&self, at: &At) -> Result<Vec<BountyInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: BountyPage = self.query(at, "NotaryApi_bounties", (from, MAX_PAGE)).await?;
			all.extend(page.bounties);
			// A next that is not ahead would go round for ever.
			start = page.next.filter(|next| *next > from);
		}
		Ok(all)
	}

	/// One bounty, or the chain's own words for there being none.
	pub async fn existing_bounty(&self, at: &At, id: BountyId) -> Result<BountyInfo> {
		let page: BountyPage = self.query(at, "NotaryApi_bounties", (id, 1u32)).await?;
		page.bounties.into_iter().find(|bounty| bounty.id == id).ok_or_else(|| {
			let otherwise = format!("there is no bounty {id}");
			errors::known(at.metadata_ref(), "Notary", "BountyNotFound", &otherwise)
		})
	}

	/// First window of a bounty that a slot has not claimed or passed over; nothing where it has claimed none.
	pub async fn next_claim(&self, at: &At, id: BountyId, slot: Slot) -> Result<Option<Window>> {
		let claim = read(at, "Notary", "BountyClaims", vec![number(id), number(slot)]).await?;
		let Some(claim) = claim else { return Ok(None) };
		let next = claim.at("next").and_then(number_of).context("the chain keeps claims otherwise")?;
		Ok(Some(Window::try_from(next)?))
	}

	/// The slots that have claimed a bounty, also one that is closed: their deposits.
	pub async fn claims_of(&self, at: &At, id: BountyId) -> Result<Vec<Slot>> {
		let id = id.to_le_bytes();
		let prefix = [&twox_128(b"Notary")[..], &twox_128(b"BountyClaims"), &twox_64(&id), &id].concat();
		let (mut slots, mut last) = (Vec::new(), None::<Vec<u8>>);
		loop {
			let page = self
				.rpc
				.state_get_keys_paged(&prefix, MAX_PAGE, last.as_deref(), Some(at.block_hash()))
				.await
				.map_err(errors::rpc)?;
			// The slot follows on its own hash of 8 bytes.
			for key in &page {
				let rest = key.get(prefix.len()..).and_then(|rest| rest.get(8..));
				let slot = rest.and_then(|slot| <[u8; 4]>::try_from(slot).ok());
				slots.push(Slot::from_le_bytes(slot.context("the chain keeps claims otherwise")?));
			}
			match page.into_iter().next_back() {
				Some(key) if last.as_ref().is_none_or(|last| key > *last) => last = Some(key),
				_ => break,
			}
		}
		slots.sort_unstable();
		Ok(slots)
	}

	/// All subsidies, in the order of their numbers.
	pub async fn subsidies(&self, at: &At) -> Result<Vec<SubsidyInfo>> {
		let mut all = Vec::new();
		let mut start: Option<SubsidyId> = Some(0);
		while let Some(from) = start {
			let page: SubsidyPage = self.query(at, "NotaryApi_subsidies", (from, MAX_PAGE)).await?;
			all.extend(page.subsidies);
			start = page.next.filter(|next| *next > from);
		}
		Ok(all)
	}
}
