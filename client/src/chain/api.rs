//! The runtime APIs of Surety, and how their pages are put together.

use super::{errors, At, Chain};
use anyhow::{Context, Result};
use codec::{Decode, Encode};
use sp_crypto_hashing::twox_128;
use surety_primitives::{
	api::{
		EraStatus, LedgerInfo, OfferInfo, OfferPage, OperatorInfo, PositionInfo, PositionPage, Sample,
		ServiceInfo, ServicePage, SubscriptionInfo, SubscriptionPage, MAX_PAGE,
	},
	AccountId, AssetKind, OfferFilter, ServiceId, SubscriptionId,
};

impl Chain {
	/// Calls a function of a runtime API at a block.
	pub(super) async fn query<R: Decode>(&self, at: &At, function: &str, args: impl Encode) -> Result<R> {
		let answer =
			self.rpc.state_call(function, Some(&args.encode()), Some(at.block_hash())).await.map_err(
				|error| {
					let error = errors::rpc(error);
					if error.to_string().contains("is not found") {
						anyhow::anyhow!("this chain has no {function}: is it a Surety chain?")
					} else {
						error
					}
				},
			)?;
		R::decode(&mut &answer[..]).with_context(|| {
			format!("the answer of {function} is of another version: is this `surety` older than the chain?")
		})
	}

	/// One service.
	pub async fn service(&self, at: &At, id: ServiceId) -> Result<Option<ServiceInfo>> {
		self.query(at, "RegistryApi_service", id).await
	}

	/// One service, or the chain's own words for there being none.
	pub async fn existing_service(&self, at: &At, id: ServiceId) -> Result<ServiceInfo> {
		self.service(at, id).await?.ok_or_else(|| {
			errors::known(
				at.metadata_ref(),
				"Registry",
				"ServiceNotFound",
				&format!("there is no service {id}"),
			)
		})
	}

	/// Up to `most` services, in the order of their numbers.
	pub async fn services(&self, at: &At, most: usize) -> Result<Vec<ServiceInfo>> {
		let mut all = Vec::new();
		let mut start = Some(0);
		while let Some(from) = start.filter(|_| all.len() < most) {
			let page: ServicePage = self.query(at, "RegistryApi_services", (from, MAX_PAGE)).await?;
			all.extend(page.services);
			// A next that is not ahead would go round for ever.
			start = page.next.filter(|next| *next > from);
		}
		all.truncate(most);
		Ok(all)
	}

	/// One operator.
	pub async fn operator(&self, at: &At, operator: &AccountId) -> Result<Option<OperatorInfo>> {
		self.query(at, "RegistryApi_operator", operator).await
	}

	/// One operator, or the chain's own words for there being none.
	pub async fn existing_operator(&self, at: &At, operator: &AccountId) -> Result<OperatorInfo> {
		self.operator(at, operator).await?.ok_or_else(|| {
			let otherwise = format!("{} is not an operator", crate::text::address(operator));
			errors::known(at.metadata_ref(), "Registry", "OperatorNotFound", &otherwise)
		})
	}

	/// One offer.
	pub async fn offer(
		&self,
		at: &At,
		service: ServiceId,
		operator: &AccountId,
	) -> Result<Option<OfferInfo>> {
		self.query(at, "RegistryApi_offer", (service, operator)).await
	}

	/// One offer, or the chain's own words for there being none.
	pub async fn existing_offer(
		&self,
		at: &At,
		service: ServiceId,
		operator: &AccountId,
	) -> Result<OfferInfo> {
		self.offer(at, service, operator).await?.ok_or_else(|| {
			let otherwise = format!("{} has no offer for service {service}", crate::text::address(operator));
			errors::known(at.metadata_ref(), "Registry", "OfferNotFound", &otherwise)
		})
	}

	/// Up to `most` offers of a service that pass a filter, in the order of storage.
	pub async fn offers(
		&self,
		at: &At,
		service: ServiceId,
		filter: &OfferFilter,
		most: usize,
	) -> Result<Vec<OfferInfo>> {
		let mut all = Vec::new();
		let mut cursor: Option<AccountId> = None;
		loop {
			let page: OfferPage =
				self.query(at, "RegistryApi_offers", (service, filter, &cursor, MAX_PAGE)).await?;
			all.extend(page.offers);
			if all.len() >= most || page.next.is_none() || page.next == cursor {
				break;
			}
			cursor = page.next;
		}
		all.truncate(most);
		Ok(all)
	}

	/// The `picks` offers that arrive first, of all pages together, and how many calls it took.
	pub async fn sample(
		&self,
		at: &At,
		service: ServiceId,
		seed: &[u8; 32],
		filter: &OfferFilter,
		picks: u32,
	) -> Result<Vec<(u128, OfferInfo)>> {
		let mut drawn: Vec<(u128, OfferInfo)> = Vec::new();
		let mut cursor: Option<AccountId> = None;
		loop {
			let page: Sample = self
				.query(at, "RegistryApi_sample", (service, seed, filter, picks, &cursor, MAX_PAGE))
				.await?;
			drawn.extend(page.drawn);
			drawn.sort_by(|a, b| (a.0, &a.1.operator).cmp(&(b.0, &b.1.operator)));
			drawn.truncate(usize::try_from(picks)?);
			if page.next.is_none() || page.next == cursor {
				return Ok(drawn);
			}
			cursor = page.next;
		}
	}

	/// The era of stake.
	pub async fn era(&self, at: &At) -> Result<EraStatus> {
		self.query(at, "RestakingApi_era", ()).await
	}

	/// The stake of an operator, an item for each asset. What each is counted in is known afterwards.
	pub async fn stake_of(&self, at: &At, operator: &AccountId) -> Result<Vec<LedgerInfo>> {
		let mut ledgers: Vec<LedgerInfo> = self.query(at, "RestakingApi_stake_of", operator).await?;
		ledgers.sort_by_key(|ledger| asset_order(&ledger.asset));
		for ledger in &ledgers {
			self.denomination(at, &ledger.asset).await?;
		}
		Ok(ledgers)
	}

	/// Up to `most` accounts on which there is stake, in the order of storage.
	pub async fn staked_on(&self, at: &At, most: usize) -> Result<Vec<AccountId>> {
		let prefix = [twox_128(b"Restaking"), twox_128(b"Ledgers")].concat();
		let (mut found, mut last) = (Vec::new(), None::<Vec<u8>>);
		while found.len() < most {
			let page = self
				.rpc
				.state_get_keys_paged(&prefix, MAX_PAGE, last.as_deref(), Some(at.block_hash()))
				.await
				.map_err(errors::rpc)?;
			// The account follows on its own hash of 16 bytes; an account has a key for each asset.
			for key in &page {
				let account = key.get(48..80).and_then(|account| <[u8; 32]>::try_from(account).ok());
				let account = AccountId::new(account.context("the chain keeps stake otherwise")?);
				if found.last() != Some(&account) {
					found.push(account);
				}
			}
			match page.into_iter().next_back() {
				Some(key) if last.as_ref().is_none_or(|last| key > *last) => last = Some(key),
				_ => break,
			}
		}
		found.truncate(most);
		Ok(found)
	}

	/// What a holder has on an operator in an asset.
	pub async fn position(
		&self,
		at: &At,
		holder: &AccountId,
		operator: &AccountId,
		asset: &AssetKind,
	) -> Result<Option<PositionInfo>> {
		self.query(at, "RestakingApi_position", (holder, operator, asset)).await
	}

	/// All positions of a holder. What each is counted in is known afterwards.
	pub async fn positions(&self, at: &At, holder: &AccountId) -> Result<Vec<PositionInfo>> {
		let mut all = Vec::new();
		let mut cursor: Option<(AccountId, AssetKind)> = None;
		loop {
			let page: PositionPage =
				self.query(at, "RestakingApi_positions", (holder, &cursor, MAX_PAGE)).await?;
			all.extend(page.positions);
			if page.next.is_none() || page.next == cursor {
				break;
			}
			cursor = page.next;
		}
		all.sort_by_key(|position: &PositionInfo| (position.operator.clone(), asset_order(&position.asset)));
		for position in &all {
			self.denomination(at, &position.asset).await?;
		}
		Ok(all)
	}

	/// One subscription.
	pub async fn subscription(&self, at: &At, id: SubscriptionId) -> Result<Option<SubscriptionInfo>> {
		self.query(at, "SubscriptionsApi_subscription", id).await
	}

	/// One subscription, or the chain's own words for there being none.
	pub async fn existing_subscription(&self, at: &At, id: SubscriptionId) -> Result<SubscriptionInfo> {
		self.subscription(at, id).await?.ok_or_else(|| {
			let otherwise = format!("there is no subscription {id}");
			errors::known(at.metadata_ref(), "Subscriptions", "SubscriptionNotFound", &otherwise)
		})
	}

	/// All subscriptions of a client.
	pub async fn of_client(&self, at: &At, client: &AccountId) -> Result<Vec<SubscriptionInfo>> {
		self.subscriptions(at, "SubscriptionsApi_of_client", client).await
	}

	/// All subscriptions at an operator.
	pub async fn of_operator(&self, at: &At, operator: &AccountId) -> Result<Vec<SubscriptionInfo>> {
		self.subscriptions(at, "SubscriptionsApi_of_operator", operator).await
	}

	async fn subscriptions(&self, at: &At, function: &str, of: &AccountId) -> Result<Vec<SubscriptionInfo>> {
		let mut all = Vec::new();
		let mut cursor: Option<SubscriptionId> = None;
		loop {
			let page: SubscriptionPage = self.query(at, function, (of, &cursor, MAX_PAGE)).await?;
			all.extend(page.subscriptions);
			if page.next.is_none() || page.next == cursor {
				all.sort_by_key(|subscription: &SubscriptionInfo| subscription.id);
				return Ok(all);
			}
			cursor = page.next;
		}
	}
}

/// The native token first, the others by their numbers.
fn asset_order(asset: &AssetKind) -> Option<u32> {
	match asset {
		AssetKind::Native => None,
		AssetKind::WithId(id) => Some(*id),
	}
}
