//! Slashes, petitions and settlements, as the chain tells of them.

use super::{errors, At, Chain};
use anyhow::Result;
use surety_primitives::{
	api::{PetitionInfo, PetitionPage, SettlementInfo, SettlementPage, SlashInfo, SlashPage, MAX_PAGE},
	AccountId, PetitionId, SettlementId, SlashId,
};

impl Chain {
	/// One slash. What it is counted in is known afterwards.
	pub async fn slash(&self, at: &At, id: SlashId) -> Result<Option<SlashInfo>> {
		let slash: Option<SlashInfo> = self.query(at, "SlashingApi_slash", id).await?;
		if let Some(slash) = &slash {
			self.know_assets_of(at, slash).await?;
		}
		Ok(slash)
	}

	/// One slash, or the chain's own words for there being none.
	pub async fn existing_slash(&self, at: &At, id: SlashId) -> Result<SlashInfo> {
		self.slash(at, id).await?.ok_or_else(|| {
			let otherwise = format!("there is no slash {id}");
			errors::known(at.metadata_ref(), "Slashing", "SlashNotFound", &otherwise)
		})
	}

	/// All slashes that the chain remembers. What they are counted in is known afterwards.
	pub async fn slashes(&self, at: &At) -> Result<Vec<SlashInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: SlashPage = self.query(at, "SlashingApi_slashes", (from, MAX_PAGE)).await?;
			all.extend(page.slashes);
			// A next that is not ahead would go round for ever.
			start = page.next.filter(|next| *next > from);
		}
		for slash in &all {
			self.know_assets_of(at, slash).await?;
		}
		Ok(all)
	}

	/// The slashes of these operators that are under review, or wait to be applied.
	pub async fn pending_slashes_of(&self, at: &At, operators: &[AccountId]) -> Result<Vec<SlashInfo>> {
		let mut slashes = self.slashes(at).await?;
		slashes.retain(|slash| slash.state.is_open() && operators.contains(&slash.operator));
		Ok(slashes)
	}

	async fn know_assets_of(&self, at: &At, slash: &SlashInfo) -> Result<()> {
		let of_claims = slash.claims.iter().map(|claim| &claim.1);
		for asset in slash.asset.iter().chain(slash.takes.iter().map(|(asset, _)| asset)).chain(of_claims) {
			self.denomination(at, asset).await?;
		}
		Ok(())
	}

	/// One petition, or the chain's own words for there being none. What it is counted in is known afterwards.
	pub async fn existing_petition(&self, at: &At, id: PetitionId) -> Result<PetitionInfo> {
		let petition: Option<PetitionInfo> = self.query(at, "SlashingApi_petition", id).await?;
		let petition = petition.ok_or_else(|| {
			let otherwise = format!("there is no petition {id}");
			errors::known(at.metadata_ref(), "Slashing", "PetitionNotFound", &otherwise)
		})?;
		self.denomination(at, &petition.asset).await?;
		Ok(petition)
	}

	/// All petitions that have signatures. What they are counted in is known afterwards.
	pub async fn petitions(&self, at: &At) -> Result<Vec<PetitionInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: PetitionPage = self.query(at, "SlashingApi_petitions", (from, MAX_PAGE)).await?;
			all.extend(page.petitions);
			start = page.next.filter(|next| *next > from);
		}
		for petition in &all {
			self.denomination(at, &petition.asset).await?;
		}
		Ok(all)
	}

	/// All settlements of which something is left. What they are counted in is known afterwards.
	pub async fn settlements(&self, at: &At) -> Result<Vec<SettlementInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start {
			let page: SettlementPage = self.query(at, "SlashingApi_settlements", (from, MAX_PAGE)).await?;
			all.extend(page.settlements);
			start = page.next.filter(|next| *next > from);
		}
		for settlement in &all {
			self.denomination(at, &settlement.asset).await?;
		}
		Ok(all)
	}

	/// One settlement, or the chain's own words for there being none.
	pub async fn existing_settlement(&self, at: &At, id: SettlementId) -> Result<SettlementInfo> {
		let page: SettlementPage = self.query(at, "SlashingApi_settlements", (id, 1u32)).await?;
		let settlement = page.settlements.into_iter().find(|settlement| settlement.id == id);
		let settlement = settlement.ok_or_else(|| {
			let otherwise = format!("there is no settlement {id}");
			errors::known(at.metadata_ref(), "Slashing", "SettlementNotFound", &otherwise)
		})?;
		self.denomination(at, &settlement.asset).await?;
		Ok(settlement)
	}
}
