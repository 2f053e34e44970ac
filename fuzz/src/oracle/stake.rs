//! Worth of every position: it falls by what its holder takes and by what slashes cut, at the same ratio for
//! everybody, and by nothing else. And stake that can still be punished does not leave.

use super::{hold, see, slashes, who, Phase, Seen, Verdict};
use codec::{Decode, Encode};
use pallet_restaking::{Event, Ledgers, Pins, Positions, Rates};
use pallet_slashing::{Due, Queue};
use sp_core::U256;
use sp_runtime::Perbill;
use std::collections::{btree_map::Entry, BTreeMap};
use surety_primitives::{
	traits::{Slashable, Stake},
	AssetKind, Balance, BlockNumber, Era, ServiceId, SlashId,
};
use surety_runtime::{AccountId, Restaking, Runtime, RuntimeCall, RuntimeEvent, System};
use surety_stake::{Conversion, Conversions, Key, Ledger, Position, PARTS};

/// A position, by holder, operator and asset.
type Place = (AccountId, AccountId, AssetKind);
/// A ledger, by operator and asset.
type Pool = (AccountId, AssetKind);

/// First era an offence of which can still be punished.
fn horizon(operator: &AccountId) -> Era {
	let oldest = Pins::<Runtime>::get(operator).iter().map(|pin| pin.era).min();
	oldest.unwrap_or(Era::MAX).min(<Restaking as Slashable<_>>::first_reportable())
}

/// Rates as storage has them and as bringing a ledger up to date would add them.
struct Preview<'a> {
	pool: &'a Pool,
	added: &'a [(Key, Conversion)],
}

impl Conversions for Preview<'_> {
	fn get(&self, key: Key) -> Option<Conversion> {
		let added = self.added.iter().find(|(other, _)| *other == key).map(|(_, rate)| rate.clone());
		added.or_else(|| Rates::<Runtime>::get((&self.pool.0, &self.pool.1, key)))
	}

	fn set(&mut self, _: Key, _: Option<Conversion>) {}
}

/// Ledgers and positions as they would be if they were touched now.
#[derive(Default)]
struct Holdings {
	ledgers: BTreeMap<Pool, Ledger>,
	positions: BTreeMap<Place, Position>,
}

impl Holdings {
	/// Those of the pools that are `wanted`.
	fn load(wanted: impl Fn(&AccountId, &AssetKind) -> bool) -> Self {
		let mut ledgers = BTreeMap::new();
		let mut positions = BTreeMap::new();
		for (operator, asset, stock) in Ledgers::<Runtime>::iter() {
			if wanted(&operator, &asset) {
				let (mut ledger, mut added) = (stock.ledger, Vec::new());
				ledger.maintain(Restaking::era(), horizon(&operator), |key, rate| added.push((key, rate)));
				ledgers.insert((operator, asset), (ledger, added));
			}
		}
		for ((holder, operator, asset), holding) in Positions::<Runtime>::iter() {
			let pool = (operator, asset);
			if let Some((ledger, added)) = ledgers.get(&pool) {
				let (mut position, mut ledger) = (holding.position, ledger.clone());
				position.sync(&mut ledger, &mut Preview { pool: &pool, added });
				positions.insert((holder, pool.0, pool.1), position);
			}
		}
		let ledgers = ledgers.into_iter().map(|(pool, (ledger, _))| (pool, ledger)).collect();
		Self { ledgers, positions }
	}

	fn worths(&self) -> BTreeMap<Place, Worth> {
		let worth = |(place, position): (&Place, &Position)| {
			let ledger = self.ledgers.get(&(place.1.clone(), place.2.clone()))?;
			Some((place.clone(), Worth::of(position, ledger)))
		};
		self.positions.iter().filter_map(worth).collect()
	}
}

/// What a position is worth, and in how many chunks, each of which is rounded down.
#[derive(Clone, Copy, Default, Debug)]
struct Worth {
	units: Balance,
	chunks: Balance,
}

impl Worth {
	fn of(position: &Position, ledger: &Ledger) -> Self {
		let (bonded, unbonding) = position.value(ledger);
		let chunks = position.bonded.len().saturating_add(position.unbonding.len());
		Self { units: bonded.saturating_add(unbonding), chunks: chunks as Balance }
	}
}

/// What an offence could take of a position, worked out chunk by chunk and lot by lot.
fn punishable(position: &Position, ledger: &Ledger, service: ServiceId, era: Era) -> Balance {
	let whole = U256::from(PARTS) * U256::from(10u128.pow(32));
	let chunks = position.bonded.iter().map(|chunk| (chunk.key, chunk.shares));
	let chunks = chunks.chain(position.unbonding.iter().map(|chunk| (chunk.key, chunk.shares)));
	let mut sum = U256::zero();
	for (key, shares) in chunks {
		let Some(class) = ledger.classes().iter().find(|class| class.key == key && class.backs(era)) else {
			continue;
		};
		for (index, lot) in ledger.lots().iter().enumerate().filter(|(_, lot)| lot.backs(service, era)) {
			let density = class.profile.at(index).encode();
			let density = u128::decode(&mut &density[..]).expect("a density is a number of 128 bits");
			sum += U256::from(shares) * (U256::from(density) * U256::from(lot.parts)) / whole;
		}
	}
	u128::try_from(sum).unwrap_or(u128::MAX)
}

/// What a slash could take in one asset, and of whom.
#[derive(Debug)]
struct Target {
	slash: SlashId,
	service: ServiceId,
	era: Era,
	pool: Pool,
	at_stake: Balance,
	classes: Balance,
	of: Vec<(Place, Balance, Worth)>,
}

/// What is reserved of an operator's own stake for a service, as far as it is there.
#[derive(Debug)]
struct Floor {
	operator: AccountId,
	service: ServiceId,
	reserved: Balance,
	there: Balance,
}

impl Floor {
	fn all_of(operator: &AccountId) -> Vec<Self> {
		let reserved = pallet_restaking::Reservations::<Runtime>::get(operator);
		if reserved.is_empty() {
			return Vec::new();
		}
		let pool = (operator.clone(), AssetKind::Native);
		let holdings = Holdings::load(|of, asset| (of, asset) == (&pool.0, &pool.1));
		let place = (operator.clone(), operator.clone(), AssetKind::Native);
		let own = holdings.positions.get(&place).zip(holdings.ledgers.get(&pool));
		let there = |service| own.map_or(0, |(position, ledger)| position.promised(ledger, service));
		let floor = |(service, reserved)| Self {
			operator: operator.clone(),
			service,
			reserved,
			there: there(service),
		};
		reserved.into_iter().map(floor).collect()
	}
}

/// What slashes that may be applied in a phase could take, and what an operator that acts must leave.
#[derive(Debug)]
pub(crate) struct Targets {
	slashes: Vec<Target>,
	floors: Vec<Floor>,
}

impl Targets {
	pub(crate) fn look(phase: Phase<'_>) -> Self {
		let now = System::block_number();
		let slashes: Vec<SlashId> = match phase {
			Phase::Call(_, RuntimeCall::Slashing(pallet_slashing::Call::apply { slash, .. })) => vec![*slash],
			Phase::Finish => Queue::<Runtime>::iter_keys()
				.filter_map(|(block, due)| match due {
					Due::Apply(slash) if block <= now => Some(slash),
					_ => None,
				})
				.collect(),
			_ => Vec::new(),
		};
		let mut targets = Vec::new();
		for id in slashes {
			let Some(slash) = pallet_slashing::Slashes::<Runtime>::get(id) else { continue };
			let holdings = Holdings::load(|operator, _| *operator == slash.operator);
			let worths = holdings.worths();
			for (pool, ledger) in &holdings.ledgers {
				let (service, era) = (slash.service, slash.era);
				let in_pool =
					holdings.positions.iter().filter(|(place, _)| place.1 == pool.0 && place.2 == pool.1);
				let of = in_pool.map(|(place, position)| {
					let worth = worths.get(place).copied().unwrap_or_default();
					(place.clone(), punishable(position, ledger, service, era), worth)
				});
				targets.push(Target {
					slash: id,
					service,
					era,
					pool: pool.clone(),
					at_stake: <Restaking as Slashable<_>>::punishable(&pool.0, service, era, &pool.1),
					classes: ledger.classes().len() as Balance,
					of: of.collect(),
				});
			}
		}
		// Whoever acts: its own call may not take what it has promised.
		let floors = match phase.own_call() {
			Some((
				Some(who),
				RuntimeCall::Restaking(_) | RuntimeCall::Registry(_) | RuntimeCall::Notary(_),
			)) => Floor::all_of(who),
			_ => Vec::new(),
		};
		Self { slashes: targets, floors }
	}

	/// Rules 3 and 4: what was cut is the fraction of what backed the service then, of everybody alike.
	pub(crate) fn check(&self, events: &[RuntimeEvent], slashes: &slashes::Book, seen: &mut Seen) -> Verdict {
		let cuts: Vec<_> = events
			.iter()
			.filter_map(|event| match event {
				RuntimeEvent::Slashing(pallet_slashing::Event::Cut { slash, asset, amount, own, .. }) => {
					Some((slashes.get(*slash)?, *slash, asset, *amount, *own))
				}
				_ => None,
			})
			.collect();
		for floor in &self.floors {
			let now = Floor::all_of(&floor.operator);
			let Some(now) = now.iter().find(|now| now.service == floor.service) else { continue };
			let least = floor.there.min(floor.reserved).min(now.reserved);
			see(seen, "reservations of operators that acted", 1);
			hold!(
				now.there >= least,
				"rule 5: what is promised stays reserved",
				"{} keeps {} of {least} for service {}",
				who(&floor.operator),
				now.there,
				floor.service
			);
		}
		for target in &self.slashes {
			let in_pool = |note: &slashes::Note, asset: &AssetKind| {
				(&note.operator, asset) == (&target.pool.0, &target.pool.1)
			};
			let mut here = cuts.iter().filter(|(note, _, asset, ..)| in_pool(note, asset));
			let Some((note, slash, _, amount, own)) = here.next() else { continue };
			// Two at once compound; that they do is checked by the worth of positions.
			if *slash != target.slash || here.next().is_some() {
				continue;
			}
			hold!(
				(note.service, note.era) == (target.service, target.era),
				"rule 3: a slash takes of what it was reported for",
				"slash {slash} was reported for {note:?}"
			);
			let expected = note.fraction.mul_floor(target.at_stake);
			hold!(
				expected.abs_diff(*amount) <= target.classes.saturating_add(1),
				"rule 3: a slash is a fraction of what backed the service in the era of the offence",
				"slash {slash} took {amount} of {:?} in {:?}, {expected} were to be taken",
				target.at_stake,
				target.pool.1
			);
			see(seen, "cuts compared with what backed the service", 1);
			let holdings =
				Holdings::load(|operator, asset| (operator, asset) == (&target.pool.0, &target.pool.1));
			let after = holdings.worths();
			for (place, at_stake, before) in &target.of {
				if *at_stake > 0 {
					let what =
						if place.0 == place.1 { "own positions in them" } else { "delegations in them" };
					see(seen, what, 1);
				}
				let now = after.get(place).copied().unwrap_or_default();
				let lost = before.units.saturating_sub(now.units);
				let expected = note.fraction.mul_floor(*at_stake);
				let rounding = before.chunks.saturating_add(2);
				hold!(
					lost.abs_diff(expected) <= rounding,
					"rule 3: own stake, delegations and unbonding stake are cut at the same ratio",
					"slash {slash} ({:?} of era {} on {}) took {lost} of {}, {expected} of {at_stake} were to be taken",
					note.fraction,
					target.era,
					target.service,
					who(&place.0)
				);
				hold!(
					place.0 != place.1 || own.abs_diff(lost) <= rounding,
					"rule 3: what was the operator's own is said right",
					"slash {slash} says {own}, it lost {lost}"
				);
			}
		}
		Ok(())
	}
}

/// Stake on its way out.
#[derive(Debug)]
struct Leaving {
	since: Era,
	amount: Balance,
	not_before: BlockNumber,
	/// Whether there was a moment at which nothing of its time could be punished any longer.
	settled: bool,
}

/// What is known of a position that is being taken back.
#[derive(Default, Debug)]
struct Exit {
	parts: Vec<Leaving>,
	withdrawn: Balance,
}

/// What happened to a position since its worth was looked at.
#[derive(Clone, Copy, Default, Debug)]
struct Moved {
	put_in: Balance,
	taken_out: Balance,
	steps: Balance,
}

/// What was cut since.
#[derive(Clone, Default, Debug)]
struct Cuts {
	amount: Balance,
	fractions: Vec<Perbill>,
}

/// What may be lost of all that a slash can take while it is under review: a unit each time a class is merged.
const ROUNDING: Balance = 1_000;

/// All positions.
#[derive(Default, Debug)]
pub(crate) struct Book {
	worths: BTreeMap<Place, Worth>,
	moved: BTreeMap<Place, Moved>,
	cuts: BTreeMap<Pool, Cuts>,
	exits: BTreeMap<Place, Exit>,
	/// What slashes that are not decided can take at the least, as it was when they were reported, less what others
	/// took since.
	pending: BTreeMap<(SlashId, AssetKind), (Pool, Balance)>,
	/// What was given to those who have stake, and what of it they have collected.
	rewards: BTreeMap<Pool, (Balance, Balance)>,
	/// Deposits of an era, which do not count in it.
	fresh: BTreeMap<Place, (Era, Balance)>,
}

impl Book {
	/// Notes for which stake nothing can be punished any longer.
	pub(crate) fn mature(&mut self) {
		let mut horizons = BTreeMap::<AccountId, Era>::new();
		for ((_, operator, _), exit) in &mut self.exits {
			for part in exit.parts.iter_mut().filter(|part| !part.settled) {
				let horizon = match horizons.entry(operator.clone()) {
					Entry::Occupied(known) => *known.get(),
					Entry::Vacant(free) => *free.insert(horizon(operator)),
				};
				part.settled = part.since < horizon;
			}
		}
	}

	/// Notes what has happened.
	pub(crate) fn note(&mut self, events: &[RuntimeEvent], slashes: &slashes::Book) -> Verdict {
		let (now, era) = (System::block_number(), Restaking::era());
		for event in events {
			match event {
				RuntimeEvent::Restaking(Event::Staked { holder, operator, asset, amount, active_from }) => {
					hold!(
						*active_from == era.saturating_add(1),
						"rule 3: stake counts from the era after its deposit",
						"in era {era} it counts from {active_from}"
					);
					let place = (holder.clone(), operator.clone(), asset.clone());
					let fresh = self.fresh.entry(place.clone()).or_default();
					if fresh.0 != era {
						*fresh = (era, 0);
					}
					fresh.1 = fresh.1.saturating_add(*amount);
					let moved = self.moved.entry(place).or_default();
					moved.put_in = moved.put_in.saturating_add(*amount);
					moved.steps = moved.steps.saturating_add(1);
				}
				RuntimeEvent::Restaking(Event::Unbonding {
					holder,
					operator,
					asset,
					amount,
					returned,
					..
				}) => {
					let place = (holder.clone(), operator.clone(), asset.clone());
					let fresh =
						self.fresh.get(&place).filter(|(of, _)| *of == era).map_or(0, |(_, sum)| *sum);
					hold!(
						*returned <= fresh,
						"rule 2: only what does not count yet is returned at once",
						"{returned} returned, {fresh} put in in era {era}"
					);
					self.fresh.insert(place.clone(), (era, fresh.saturating_sub(*returned)));
					let windows = pallet_windows::Current::<Runtime>::get().stake;
					let kept = windows.report.saturating_add(windows.review).saturating_add(windows.margin);
					let exit = self.exits.entry(place.clone()).or_default();
					exit.parts.push(Leaving {
						since: era,
						amount: *amount,
						not_before: now.saturating_add(kept),
						settled: false,
					});
					let moved = self.moved.entry(place).or_default();
					moved.taken_out = moved.taken_out.saturating_add(*returned);
					moved.steps = moved.steps.saturating_add(2);
				}
				RuntimeEvent::Restaking(Event::Withdrawn { holder, operator, asset, amount }) => {
					let place = (holder.clone(), operator.clone(), asset.clone());
					let moved = self.moved.entry(place.clone()).or_default();
					moved.taken_out = moved.taken_out.saturating_add(*amount);
					moved.steps = moved.steps.saturating_add(1);
					let exit = self.exits.entry(place).or_default();
					exit.withdrawn = exit.withdrawn.saturating_add(*amount);
					let ripe = exit.parts.iter().filter(|part| part.settled && part.not_before <= now);
					// Shares are rounded up for the one who unbonds, so it may be worth a unit more.
					let may =
						ripe.fold(0, |sum: Balance, part| sum.saturating_add(part.amount).saturating_add(1));
					hold!(
						exit.withdrawn <= may,
						"rule 2: stake does not leave before what it backed can no longer be punished",
						"{} took {} so far in block {now}, and may take {may}: {:?}",
						who(holder),
						exit.withdrawn,
						exit.parts
					);
				}
				RuntimeEvent::Restaking(Event::Rewarded { operator, asset, amount }) => {
					let given = &mut self.rewards.entry((operator.clone(), asset.clone())).or_default().0;
					*given = given.saturating_add(*amount);
				}
				RuntimeEvent::Restaking(Event::Collected { operator, asset, amount, .. }) => {
					let (given, collected) =
						self.rewards.entry((operator.clone(), asset.clone())).or_default();
					*collected = collected.saturating_add(*amount);
					hold!(
						*collected <= *given,
						"rule 7: nobody earns what was not given",
						"{collected} of {given} were collected from {} in {asset:?}",
						who(operator)
					);
				}
				RuntimeEvent::Slashing(pallet_slashing::Event::Cut { slash, asset, amount, .. }) => {
					let Some(note) = slashes.get(*slash) else { continue };
					let pool = (note.operator.clone(), asset.clone());
					if let Some((_, least)) = self.pending.remove(&(*slash, asset.clone())) {
						hold!(
							amount.saturating_add(ROUNDING) >= note.fraction.mul_floor(least),
							"rule 2: nothing voids a slash that was reported",
							"slash {slash} took {amount} of {least} in {asset:?}: {note:?}"
						);
					}
					for (_, least) in self.pending.values_mut().filter(|(of, _)| *of == pool) {
						*least = least.saturating_sub(*amount);
					}
					let cuts = self.cuts.entry(pool).or_default();
					cuts.amount = cuts.amount.saturating_add(*amount);
					cuts.fractions.push(note.fraction);
				}
				RuntimeEvent::Slashing(pallet_slashing::Event::Reported {
					slash,
					operator,
					service,
					era,
					..
				}) => {
					let Some(stored) = pallet_slashing::Slashes::<Runtime>::get(slash) else { continue };
					for asset in Ledgers::<Runtime>::iter_key_prefix(operator) {
						if stored.asset.as_ref().is_none_or(|only| *only == asset) {
							let least =
								<Restaking as Slashable<_>>::punishable(operator, *service, *era, &asset);
							let pool = (operator.clone(), asset.clone());
							self.pending.insert((*slash, asset), (pool, least));
						}
					}
				}
				RuntimeEvent::Slashing(pallet_slashing::Event::Vetoed { slash, .. }) => {
					self.pending.retain(|(of, _), _| of != slash);
				}
				RuntimeEvent::Slashing(pallet_slashing::Event::Applied { slash }) => {
					let Some(note) = slashes.get(*slash) else { continue };
					for ((_, asset), (_, least)) in self.pending.iter().filter(|((of, _), _)| of == slash) {
						hold!(
							note.fraction.mul_floor(*least) <= ROUNDING,
							"rule 2: nothing voids a slash that was reported",
							"slash {slash} took nothing of {least} in {asset:?}: {note:?}"
						);
					}
					self.pending.retain(|(of, _), _| of != slash);
				}
				_ => {}
			}
		}
		Ok(())
	}

	/// Compares the worth of all positions with what happened since the last time, and looks at allocations.
	pub(crate) fn check_all(&mut self, slashes: &slashes::Book) -> Verdict {
		let holdings = Holdings::load(|_, _| true);
		let worths = holdings.worths();
		let (moved, cuts) = (std::mem::take(&mut self.moved), std::mem::take(&mut self.cuts));
		let before = std::mem::take(&mut self.worths);
		let mut places: Vec<&Place> = before.keys().chain(worths.keys()).chain(moved.keys()).collect();
		places.sort();
		places.dedup();
		let mut lost = BTreeMap::<Pool, (Balance, Balance)>::new();
		for place in places {
			let old = before.get(place).copied().unwrap_or_default();
			let new = worths.get(place).copied().unwrap_or_default();
			let moved = moved.get(place).copied().unwrap_or_default();
			let pool = (place.1.clone(), place.2.clone());
			let cuts = cuts.get(&pool).cloned().unwrap_or_default();
			// A unit a chunk, each time it is converted or cut.
			let times = Balance::from(cuts.fractions.len() as u64).saturating_add(2);
			let rounding =
				old.chunks.saturating_add(new.chunks).saturating_add(moved.steps).saturating_mul(times);
			let put_in = old.units.saturating_add(moved.put_in);
			hold!(
				moved.taken_out <= put_in.saturating_add(rounding),
				"nobody takes out more stake than was put in",
				"{} had {put_in} and took {}",
				who(&place.0),
				moved.taken_out
			);
			let expected = put_in.saturating_sub(moved.taken_out);
			hold!(
				new.units <= expected.saturating_add(rounding),
				"nobody gains by staking",
				"{} on {} in {:?}: {old:?}, {moved:?}, {new:?}",
				who(&place.0),
				who(&place.1),
				place.2
			);
			// The most that slashes can have left of it, and the least.
			let least = cuts
				.fractions
				.iter()
				.fold(expected, |left, fraction| left.saturating_sub(fraction.mul_ceil(left)));
			hold!(
				new.units.saturating_add(rounding) >= least,
				"the worth of a position falls by its holder's doing and slashes only",
				"{} on {} in {:?}: {old:?}, {moved:?}, {cuts:?}, {new:?}",
				who(&place.0),
				who(&place.1),
				place.2
			);
			let sum = lost.entry(pool).or_default();
			sum.0 = sum.0.saturating_add(expected.saturating_sub(new.units));
			sum.1 = sum.1.saturating_add(rounding);
		}
		for (pool, (lost, rounding)) in lost {
			let cut = cuts.get(&pool).map_or(0, |cuts| cuts.amount);
			hold!(
				lost.abs_diff(cut) <= rounding.saturating_add(1),
				"what slashes take is what positions lose",
				"positions on {} in {:?} lost {lost}, slashes took {cut}",
				who(&pool.0),
				pool.1
			);
		}
		for ((slash, asset), (pool, least)) in &self.pending {
			let Some(note) = slashes.get(*slash) else { continue };
			let now = <Restaking as Slashable<_>>::punishable(&pool.0, note.service, note.era, asset);
			hold!(
				now.saturating_add(ROUNDING) >= *least,
				"rule 2: nothing voids a slash that was reported",
				"slash {slash} can take of {now} in {asset:?}, and of {least} before: {note:?}"
			);
		}
		self.worths = worths;
		self.exits.retain(|place, exit| {
			exit.parts.iter().any(|part| part.amount > 0) && self.worths.contains_key(place)
		});
		check_allocations(&holdings)
	}
}

/// Rule 5: what backs services is not more than the stake.
fn check_allocations(holdings: &Holdings) -> Verdict {
	for ((operator, asset), ledger) in &holdings.ledgers {
		let mut services: Vec<ServiceId> = ledger.lots().iter().filter_map(|lot| lot.service).collect();
		services.sort();
		services.dedup();
		let backing = services.iter().fold(0, |sum: Balance, service| {
			sum.saturating_add(<Restaking as Stake<_>>::backing(operator, *service, asset))
		});
		hold!(
			backing <= ledger.active() && ledger.active() <= ledger.held(),
			"rule 5: allocations are not more than the stake",
			"{} in {asset:?}: {backing} of {} that counts and {} that is held",
			who(operator),
			ledger.active(),
			ledger.held()
		);
		let parts = ledger.lots().iter().fold(0u32, |sum, lot| sum.saturating_add(lot.parts));
		hold!(
			parts == PARTS,
			"rule 5: all parts together are the stake",
			"{} has {parts} parts",
			who(operator)
		);
	}
	Ok(())
}
