//! Positions: what one holder has in a ledger.

use crate::{
	class::{Conversion, Key},
	density::{mul_div_up, FULL},
	ledger::{earnings, Ledger},
	Refusal, MAX_BONDED, MAX_UNBONDING,
};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32, U256};

/// Times at the most that a chunk is converted: each rebase divides by 2¹⁶ at least, folding, merging and
/// settling happen once.
const MAX_CONVERSIONS: u32 = 16;

/// Where the rates are kept at which classes were merged.
pub trait Conversions {
	/// What became of the class `key`.
	fn get(&self, key: Key) -> Option<Conversion>;

	/// Replaces the record; `None` removes it.
	fn set(&mut self, key: Key, conversion: Option<Conversion>);
}

/// Bonded shares of one class.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Chunk {
	/// The class.
	pub key: Key,
	/// How many.
	pub shares: u128,
	/// What a share of the class had earned when it was last counted, in units over 2¹²⁸.
	pub counted: U256,
}

/// Shares on their way out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Unbonding {
	/// The class.
	pub key: Key,
	/// How many; units once the class is [`Key::SETTLED`].
	pub shares: u128,
	/// First block in which they can be withdrawn, if they are settled.
	pub withdrawable_at: u32,
}

/// What became of an amount that was to be unbonded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unbonded {
	/// Paid out at once: it did not count yet.
	pub returned: u128,
	/// Worth of what began to unbond, to be withdrawn later.
	pub unbonding: u128,
}

/// What one holder has in one ledger.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Position {
	/// Bonded, the oldest first.
	pub bonded: BoundedVec<Chunk, ConstU32<MAX_BONDED>>,
	/// On its way out.
	pub unbonding: BoundedVec<Unbonding, ConstU32<MAX_UNBONDING>>,
	/// Earned, counted, and not collected yet.
	pub earned: u128,
}

impl Position {
	/// Whether there is nothing in it.
	pub fn is_empty(&self) -> bool {
		self.bonded.is_empty() && self.unbonding.is_empty() && self.earned == 0
	}

	/// What is bonded and what is on its way out are worth. Expects [`Position::sync`].
	pub fn value(&self, ledger: &Ledger) -> (u128, u128) {
		let worth = |key, shares| ledger.value_of(key, shares).unwrap_or(0);
		let bonded = self.bonded.iter().fold(0u128, |sum, c| sum.saturating_add(worth(c.key, c.shares)));
		let unbonding =
			self.unbonding.iter().fold(0u128, |sum, c| sum.saturating_add(worth(c.key, c.shares)));
		(bonded, unbonding)
	}

	/// What counts now, of what is bonded. Expects [`Position::sync`].
	pub fn active(&self, ledger: &Ledger) -> u128 {
		let active = self.bonded.iter().filter(|chunk| chunk.key.from <= ledger.era);
		active.fold(0, |sum, chunk| sum.saturating_add(ledger.value_of(chunk.key, chunk.shares).unwrap_or(0)))
	}

	/// What of it stands behind `service` from now on. Expects [`Position::sync`].
	pub fn backing(&self, ledger: &Ledger, service: u32) -> u128 {
		let backing = |chunk: &Chunk| ledger.backing_of(chunk.key, chunk.shares, service);
		self.bonded.iter().fold(0, |sum, chunk| sum.saturating_add(backing(chunk)))
	}

	/// What of it will stand behind `service` in the next era if nothing else happens. Expects [`Position::sync`].
	pub fn promised(&self, ledger: &Ledger, service: u32) -> u128 {
		let promised = |chunk: &Chunk| ledger.promised_of(chunk.key, chunk.shares, service);
		self.bonded.iter().fold(0, |sum, chunk| sum.saturating_add(promised(chunk)))
	}

	/// Converts chunks of classes that are no more, and drops what is worth less than a unit: it never becomes more.
	pub fn sync(&mut self, ledger: &mut Ledger, conversions: &mut impl Conversions) {
		let mut bonded = BoundedVec::<Chunk, ConstU32<MAX_BONDED>>::new();
		let mut earned = 0u128;
		for chunk in &self.bonded {
			let Converted { key, shares, counted, earned: before } =
				convert(chunk.key, chunk.shares, chunk.counted, ledger, conversions);
			let by_now = ledger.class(key).map_or(counted, |class| class.earned);
			earned = earned
				.saturating_add(before)
				.saturating_add(earnings(shares, by_now.saturating_sub(counted)));
			match bonded.iter_mut().find(|other| other.key == key) {
				_ if ledger.value_of(key, shares).unwrap_or(0) == 0 => ledger.drop_chunk(key),
				Some(other) => {
					other.shares = other.shares.saturating_add(shares);
					ledger.drop_chunk(key);
				}
				// As many as before at the most.
				None => bonded.force_push(Chunk { key, shares, counted: by_now }),
			}
		}
		self.bonded = bonded;
		self.earn(ledger, earned);
		let mut unbonding = BoundedVec::<Unbonding, ConstU32<MAX_UNBONDING>>::new();
		for chunk in &self.unbonding {
			let Converted { key, shares, .. } =
				convert(chunk.key, chunk.shares, U256::zero(), ledger, conversions);
			let settled = key == Key::SETTLED;
			let like = |other: &&mut Unbonding| {
				other.key == key && (!settled || other.withdrawable_at == chunk.withdrawable_at)
			};
			match unbonding.iter_mut().find(like) {
				_ if ledger.value_of(key, shares).unwrap_or(0) == 0 => ledger.drop_chunk(key),
				Some(other) => {
					other.shares = other.shares.saturating_add(shares);
					other.withdrawable_at = other.withdrawable_at.max(chunk.withdrawable_at);
					ledger.drop_chunk(key);
				}
				None => unbonding.force_push(Unbonding { key, shares, ..*chunk }),
			}
		}
		self.unbonding = unbonding;
	}

	/// Notes what was earned; as long as it is not collected it counts as a chunk.
	fn earn(&mut self, ledger: &mut Ledger, amount: u128) {
		if self.earned == 0 && amount > 0 {
			ledger.chunks = ledger.chunks.saturating_add(1);
		}
		self.earned = self.earned.saturating_add(amount);
	}

	/// Takes out what was earned, and returns how much that is. Expects [`Position::sync`].
	pub fn collect(&mut self, ledger: &mut Ledger) -> Result<u128, Refusal> {
		// Never more than is there: each part was rounded down.
		let amount = self.earned.min(ledger.rewards);
		if self.earned == 0 {
			return Err(Refusal::NothingToCollect);
		}
		self.earned = 0;
		ledger.chunks = ledger.chunks.saturating_sub(1);
		ledger.rewards = ledger.rewards.saturating_sub(amount);
		Ok(amount)
	}

	/// Adds `amount`, which counts from the next era on. Expects [`Position::sync`].
	pub fn deposit(&mut self, ledger: &mut Ledger, amount: u128) -> Result<(), Refusal> {
		if amount == 0 {
			return Err(Refusal::ZeroAmount);
		}
		ledger.can_deposit(amount)?;
		let key = Key::bonded(ledger.era.saturating_add(1));
		let mine = self.bonded.iter_mut().find(|chunk| chunk.key == key);
		let joins = mine.is_none();
		match mine {
			Some(chunk) => chunk.shares = chunk.shares.saturating_add(amount),
			None => {
				let chunk = Chunk { key, shares: amount, counted: U256::zero() };
				self.bonded.try_push(chunk).map_err(|_| Refusal::TooManyChunks)?
			}
		}
		let index = ledger.class_at(key.from, key.until)?;
		if let Some(class) = ledger.classes.get_mut(index) {
			class.shares = class.shares.saturating_add(amount);
			class.chunks = class.chunks.saturating_add(joins.into());
		}
		ledger.chunks = ledger.chunks.saturating_add(joins.into());
		ledger.held = ledger.held.saturating_add(amount);
		Ok(())
	}

	/// Unbonds `amount`: what does not count yet is paid out at once, the rest, the oldest first, can be
	/// withdrawn from `withdrawable_at` on. Backs services to the end of the era. Expects [`Position::sync`].
	pub fn unbond(
		&mut self,
		ledger: &mut Ledger,
		amount: u128,
		withdrawable_at: u32,
	) -> Result<Unbonded, Refusal> {
		if amount == 0 {
			return Err(Refusal::ZeroAmount);
		}
		if amount > self.value(ledger).0 {
			return Err(Refusal::NotEnoughStake);
		}
		let (mut position, mut changed) = (self.clone(), ledger.clone());
		let done = position.do_unbond(&mut changed, amount, withdrawable_at)?;
		(*self, *ledger) = (position, changed);
		Ok(done)
	}

	fn do_unbond(
		&mut self,
		ledger: &mut Ledger,
		amount: u128,
		withdrawable_at: u32,
	) -> Result<Unbonded, Refusal> {
		let mut done = Unbonded::default();
		let mut left = amount;
		let coming = Key::bonded(ledger.era.saturating_add(1));
		if let Some(chunk) = self.bonded.iter_mut().find(|chunk| chunk.key == coming) {
			// Nothing has hit it, so a share is a unit.
			let shares = left.min(chunk.shares);
			chunk.shares = chunk.shares.saturating_sub(shares);
			let emptied = chunk.shares == 0;
			if let Some(class) = ledger.class_mut(coming) {
				class.shares = class.shares.saturating_sub(shares);
			}
			if emptied {
				ledger.drop_chunk(coming);
			}
			ledger.held = ledger.held.saturating_sub(shares);
			done.returned = shares;
			left = left.saturating_sub(shares);
		}
		for chunk in self.bonded.iter_mut().filter(|chunk| chunk.key != coming) {
			if left == 0 {
				break;
			}
			let Some(class) = ledger.class(chunk.key) else { continue };
			let weight = class.profile.weight(&ledger.lots);
			if weight == 0 {
				continue;
			}
			let shares = mul_div_up(left, FULL, weight).min(chunk.shares);
			let value = class.value_of(shares, &ledger.lots);
			let (profile, from) = (class.profile.clone(), chunk.key.from);
			// Found or made, its profile is the same: this class and that one are hit alike to the end of the era.
			let index = ledger.class_at(from, ledger.era)?;
			let Some(target) = ledger.classes.get_mut(index) else { continue };
			let key = target.key;
			if target.chunks == 0 {
				target.profile = profile;
			}
			target.shares = target.shares.saturating_add(shares);
			match self.unbonding.iter_mut().find(|other| other.key == key) {
				Some(other) => {
					other.shares = other.shares.saturating_add(shares);
					other.withdrawable_at = other.withdrawable_at.max(withdrawable_at);
				}
				None => {
					self.unbonding
						.try_push(Unbonding { key, shares, withdrawable_at })
						.map_err(|_| Refusal::TooManyChunks)?;
					target.chunks = target.chunks.saturating_add(1);
					ledger.chunks = ledger.chunks.saturating_add(1);
				}
			}
			chunk.shares = chunk.shares.saturating_sub(shares);
			let emptied = chunk.shares == 0;
			if let Some(class) = ledger.class_mut(chunk.key) {
				class.shares = class.shares.saturating_sub(shares);
			}
			if emptied {
				ledger.drop_chunk(chunk.key);
			}
			done.unbonding = done.unbonding.saturating_add(value);
			left = left.saturating_sub(value);
		}
		self.bonded.retain(|chunk| chunk.shares > 0);
		Ok(done)
	}

	/// Takes out what is settled and due at block `now`, and returns how much that is; it is no longer held.
	/// Expects [`Position::sync`].
	pub fn withdraw(&mut self, ledger: &mut Ledger, now: u32) -> Result<u128, Refusal> {
		let due = |chunk: &Unbonding| chunk.key == Key::SETTLED && chunk.withdrawable_at <= now;
		let mut paid = 0u128;
		for chunk in self.unbonding.iter().filter(|chunk| due(chunk)) {
			paid = paid.saturating_add(chunk.shares);
			ledger.chunks = ledger.chunks.saturating_sub(1);
		}
		if paid == 0 {
			return Err(Refusal::NothingToWithdraw);
		}
		self.unbonding.retain(|chunk| !due(chunk));
		ledger.settled = ledger.settled.saturating_sub(paid);
		ledger.held = ledger.held.saturating_sub(paid);
		Ok(paid)
	}
}

/// What a chunk has become.
struct Converted {
	key: Key,
	shares: u128,
	/// What a share of the class had earned when the chunk came to it.
	counted: U256,
	/// Earned in the classes before it.
	earned: u128,
}

/// Follows what became of `key` to a class that is alive, or settled.
fn convert(
	mut key: Key,
	mut shares: u128,
	mut counted: U256,
	ledger: &Ledger,
	conversions: &mut impl Conversions,
) -> Converted {
	let mut earned = 0u128;
	for _ in 0..MAX_CONVERSIONS {
		if key == Key::SETTLED || ledger.class(key).is_some() {
			return Converted { key, shares, counted, earned };
		}
		let Some(conversion) = conversions.get(key) else { break };
		earned = earned.saturating_add(earnings(shares, conversion.earned.saturating_sub(counted)));
		counted = conversion.begins;
		shares = conversion.apply(shares);
		let chunks = conversion.chunks.saturating_sub(1);
		let to = conversion.to;
		conversions.set(key, (chunks > 0).then_some(Conversion { chunks, ..conversion }));
		key = to;
	}
	// Rebased so often that not a unit is left, or a record is missing, which never happens.
	let there = key == Key::SETTLED || ledger.class(key).is_some();
	Converted { key, shares: if there { shares } else { 0 }, counted, earned }
}
