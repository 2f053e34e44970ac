//! Amounts, numbers, texts.

use super::{Draw, World};
use crate::accounts;
use pallet_registry::{Price, Security};
use sp_core::H256;
use sp_runtime::{MultiAddress, Perbill};
use surety_primitives::{AssetKind, Balance, Era, ServiceFlags, ServiceId, Sla, Verifier, UNIT};
use surety_runtime::{AccountId, Address};

impl Draw<'_> {
	/// Whether to be wrong: in one of so many cases.
	pub(super) fn wrong(&mut self, one_in: u64) -> bool {
		self.random.below(one_in) == 0
	}

	/// Anybody.
	pub(super) fn anybody(&mut self) -> AccountId {
		self.random.pick(accounts::all()).cloned().unwrap_or_else(accounts::issuer)
	}

	/// Anybody with money.
	pub(super) fn somebody(&mut self) -> AccountId {
		let rich = accounts::all().get(..8).unwrap_or_default();
		self.random.pick(rich).cloned().unwrap_or_else(accounts::issuer)
	}

	/// The one who may, or now and then somebody else.
	pub(super) fn mostly(&mut self, who: &AccountId) -> AccountId {
		if self.wrong(12) {
			self.anybody()
		} else {
			who.clone()
		}
	}

	/// How a call names an account.
	pub(super) fn address(who: AccountId) -> Address {
		MultiAddress::Id(who)
	}

	/// One that exists, or now and then none.
	pub(super) fn number(&mut self, existing: &[u32]) -> u32 {
		if existing.is_empty() || self.wrong(15) {
			return self.random.one_of([0, 1, 5, 77, u32::MAX]);
		}
		self.random.pick(existing).copied().unwrap_or_default()
	}

	/// A service, or now and then none.
	pub(super) fn service(&mut self) -> ServiceId {
		let ids: Vec<_> = self.world.services.iter().map(|(id, _)| *id).collect();
		self.number(&ids)
	}

	/// An operator, or now and then anybody.
	pub(super) fn operator(&mut self) -> AccountId {
		let known: Vec<_> = self.world.operators.iter().map(|(who, _)| who.clone()).collect();
		match self.random.pick(&known).cloned() {
			Some(operator) if !self.wrong(15) => operator,
			_ => self.anybody(),
		}
	}

	/// The native token or an asset.
	pub(super) fn asset(&mut self) -> AssetKind {
		match self.random.below(40) {
			0..=23 => AssetKind::Native,
			24..=36 => AssetKind::WithId(accounts::DOLLAR),
			37..=38 => AssetKind::WithId(self.random.one_of([2, 3])),
			_ => AssetKind::WithId(99),
		}
	}

	/// One whole of an asset.
	pub(super) fn unit(asset: &AssetKind) -> Balance {
		match asset {
			AssetKind::Native => UNIT,
			AssetKind::WithId(_) => accounts::DOLLAR_UNIT,
		}
	}

	/// An amount, sensible or not.
	pub(super) fn amount(&mut self, sensible: (Balance, Balance), all: Balance) -> Balance {
		match self.random.below(30) {
			0 => 0,
			1 => 1,
			2 => all,
			3 => all.saturating_add(1),
			4 => self.random.one_of([u128::MAX, u128::MAX / 2, 1 << 96, 1 << 64]),
			5 => self.random.magnitude(0, all),
			_ => self.random.magnitude(sensible.0, sensible.1.max(sensible.0)),
		}
	}

	/// A text, or bytes that are none.
	pub(super) fn text(&mut self, most: u32) -> Vec<u8> {
		let length = match self.random.below(25) {
			0 => 0,
			1 => most.saturating_add(1),
			2 => most,
			_ => self.random.between(1, 24.min(most)),
		};
		let filling = if self.wrong(25) { 0xff } else { b'a' };
		vec![filling; length as usize]
	}

	/// A service level.
	pub(super) fn sla(&mut self) -> Sla {
		let latency_ms = if self.wrong(25) { 0 } else { self.random.between(1, 500) };
		Sla { latency_ms, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(self.random.between(0, 100)) }
	}

	/// A price.
	pub(super) fn price(&mut self) -> Price {
		let asset = self.asset();
		let unit = Self::unit(&asset);
		let amount = match self.random.below(12) {
			0 => 0,
			1 => self.random.one_of([1, 7, u128::MAX, 1 << 100]),
			_ => self.random.magnitude(unit / 1_000, unit.saturating_mul(50)),
		};
		let period = if self.wrong(25) { 0 } else { self.random.one_of([1, 1, 3, 10, 10, 100, u32::MAX]) };
		Price { asset, amount, period }
	}

	/// What pays for some blocks at a price.
	pub(super) fn prepayment(&mut self, price: &Price) -> Balance {
		let block = World::a_block(price);
		let some = block.saturating_mul(self.random.between(1, 120).into());
		self.amount((some, some.saturating_add(block)), 2_000_000 * Self::unit(&price.asset))
	}

	/// What a service asks for.
	pub(super) fn security(&mut self) -> Vec<Security> {
		if self.random.chance(65) {
			return Vec::new();
		}
		let count = if self.wrong(10) { 5 } else { self.random.between(1, 2) };
		let mut items: Vec<Security> = Vec::new();
		for _ in 0..count {
			let asset = self.asset();
			let unit = Self::unit(&asset);
			let amount =
				if self.wrong(15) { 0 } else { self.random.magnitude(unit, unit.saturating_mul(300)) };
			if self.wrong(8) || items.iter().all(|item| item.asset != asset) {
				items.push(Security { asset, amount });
			}
		}
		items
	}

	/// How answers are checked.
	pub(super) fn verifier(&mut self) -> Verifier {
		self.random.one_of([Verifier::None, Verifier::FixedHash, Verifier::MerkleChunk, Verifier::Native(1)])
	}

	/// A service's nature.
	pub(super) fn flags(&mut self) -> ServiceFlags {
		ServiceFlags { stateless: self.random.chance(30), deterministic: self.random.chance(30) }
	}

	/// An artifact.
	pub(super) fn artifact(&mut self) -> Option<(Vec<u8>, H256)> {
		let has = self.random.chance(50);
		has.then(|| (self.text(256), H256::repeat_byte(1)))
	}

	/// A hash of evidence: new, or now and then an old one.
	pub(super) fn evidence(&mut self) -> H256 {
		if self.wrong(10) {
			return H256::repeat_byte(1);
		}
		H256::from_low_u64_be(self.random.number())
	}

	/// An era: one that can be reported, or now and then not.
	pub(super) fn era(&mut self) -> Era {
		let now = self.world.era;
		let back = self.world.windows.stake.report.div_ceil(self.world.windows.stake.era.max(1));
		match self.random.below(20) {
			0 => now.saturating_add(1),
			1 => now.saturating_sub(back.saturating_add(1)),
			2 => 0,
			3 => now.saturating_sub(back),
			_ => now.saturating_sub(self.random.between(0, back.saturating_sub(1))),
		}
	}

	/// A part of a stake.
	pub(super) fn fraction(&mut self) -> Perbill {
		match self.random.below(12) {
			0 => Perbill::zero(),
			1 => Perbill::one(),
			2 => Perbill::from_parts(1),
			_ => Perbill::from_parts(self.random.magnitude(1, 1_000_000_000) as u32),
		}
	}

	/// Parts of a stake.
	pub(super) fn parts(&mut self) -> u32 {
		match self.random.below(12) {
			0 => 0,
			1 => surety_stake::PARTS,
			2 => u32::MAX,
			3 => 1,
			_ => self.random.between(1_000, 400_000),
		}
	}
}
