//! How offers are judged and drawn. Pure: the same input gives the same order on every machine.
//!
//! Every offer gets three terms in 0…1 ([`Terms`]); its merit is their product, each raised to its weight:
//! `experience^a · price^b · stake^c`. The chance of being drawn first is a mixture,
//! `(1 − chance) · merit / Σ merit + chance / n`: whatever the merits are, no offer falls under `chance` (at the
//! least [`MIN_CHANCE`]) of the mean, so that a newcomer is found (S0). With `c = 1` the merit is in proportion to
//! the stake: who splits an operator in many gains nothing but a share of that last, small part.
//!
//! The draw is an exponential race, `−ln u / w`, in the integers of [`surety_primitives::sampling`]: the first `k`
//! to arrive are a weighted sample without replacement, found in linear time for any `k`.

use super::experience::Record;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use surety_primitives::{
	sampling::{arrival, draw},
	AccountId, AssetKind, Balance, BlockNumber, Price, ServiceId,
};

/// Share of chance in the draw at the least: S0's newcomers must be found.
pub const MIN_CHANCE: f64 = 0.01;

const MS_PER_DAY: f64 = 86_400_000.0;

/// What counts how much.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
	/// Exponent of the experience term.
	pub experience: f64,
	/// Exponent of the price term.
	pub price: f64,
	/// Exponent of the stake term.
	pub stake: f64,
	/// Share of the draw in which all offers are equal, [`MIN_CHANCE`] to 1.
	pub chance: f64,
	/// Share of the experience term that latency decides, 0 to 1.
	pub latency: f64,
	/// After how many days experience counts half.
	pub half_life_days: f64,
	/// Successes that every operator is credited with before the first request.
	pub prior_successes: f64,
	/// Failures that every operator is charged with before the first request.
	pub prior_failures: f64,
}

impl Default for Config {
	fn default() -> Self {
		Self {
			experience: 2.0,
			price: 1.0,
			stake: 1.0,
			chance: 0.05,
			latency: 0.3,
			half_life_days: 30.0,
			prior_successes: 1.0,
			prior_failures: 1.0,
		}
	}
}

impl Config {
	/// Says what is wrong with the numbers, if anything is.
	pub fn check(&self) -> Result<(), String> {
		let within = |name: &str, value: f64, least: f64, most: f64| {
			if (least..=most).contains(&value) {
				Ok(())
			} else {
				Err(format!("{name} must lie between {least} and {most}, not at {value}"))
			}
		};
		within("the weight of experience", self.experience, 0.0, 100.0)?;
		within("the weight of the price", self.price, 0.0, 100.0)?;
		within("the weight of the stake", self.stake, 0.0, 100.0)?;
		within("the share of chance", self.chance, MIN_CHANCE, 1.0)?;
		within("the share of latency", self.latency, 0.0, 1.0)?;
		within("the half-life in days", self.half_life_days, 1e-6, 1e6)?;
		within("prior_successes", self.prior_successes, 1e-6, 1e6)?;
		within("prior_failures", self.prior_failures, 1e-6, 1e6)
	}
}

/// An offer, as far as it is judged.
#[derive(Clone, Debug)]
pub struct Candidate {
	/// Whose it is.
	pub operator: AccountId,
	/// What it offers.
	pub service: ServiceId,
	/// What it costs.
	pub price: Price<AssetKind, Balance, BlockNumber>,
	/// What stands behind it.
	pub stake: Balance,
}

/// What an offer is judged by, each in 0…1, more is better.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Terms {
	/// Own experience: the faded share of successes (with a prior, so that a newcomer stands in the middle), less
	/// up to `latency` of it for being slow. Slow and fast are the 90th and the 10th percentile of the latencies
	/// that the client has seen of the service.
	pub experience: f64,
	/// `median / (median + price)`, the median of the candidates priced in the same asset: ½ at the median, 1 free.
	pub price: f64,
	/// Stake as a share of the largest stake.
	pub stake: f64,
	/// The luck of the draw, uniform.
	pub chance: f64,
}

/// One candidate, judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
	/// Its place in what was given.
	pub candidate: usize,
	/// What it was judged by.
	pub terms: Terms,
	/// Product of the terms but chance, each raised to its weight.
	pub merit: f64,
	/// Probability of being drawn first.
	pub probability: f64,
	arrival: u128,
}

/// Candidates in the order of the draw.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranking {
	/// Those picked, in their order; then the others, in no particular order.
	pub all: Vec<Judged>,
	/// How many were picked.
	pub picked: usize,
}

/// Judges all candidates and draws `picks` of them.
pub fn recommend(
	candidates: &[Candidate],
	records: &[Record],
	now_ms: u64,
	seed: &[u8; 32],
	config: &Config,
	picks: usize,
) -> Ranking {
	let experience = Experience::new(records, now_ms, config);
	let medians = medians(candidates);
	let largest = candidates.iter().map(|candidate| candidate.stake).max().unwrap_or_default();

	let mut all: Vec<Judged> = candidates
		.iter()
		.enumerate()
		.map(|(index, candidate)| {
			let median = medians.get(&asset_key(candidate)).copied().unwrap_or_default();
			let luck = draw(seed, candidate.service, &candidate.operator);
			let terms = Terms {
				experience: experience.term(candidate, config),
				price: price_term(per_block(candidate), median),
				stake: share(candidate.stake as f64, largest as f64),
				chance: unit(luck as f64 / u64::MAX as f64),
			};
			let merit = terms.experience.powf(config.experience)
				* terms.price.powf(config.price)
				* terms.stake.powf(config.stake);
			Judged { candidate: index, terms, merit: unit(merit), probability: 0.0, arrival: 0 }
		})
		.collect();

	let count = all.len() as f64;
	let total: f64 = all.iter().map(|judged| judged.merit).sum();
	for judged in &mut all {
		let deserved = if total > 0.0 { judged.merit / total } else { 1.0 / count };
		let floor = config.chance / count;
		judged.probability = ((1.0 - config.chance) * deserved + floor).max(floor);
		let Some(candidate) = candidates.get(judged.candidate) else { continue };
		// In units of 2^-64 of the mean; the cast saturates, and the floor keeps it far from zero.
		let weight = (judged.probability * count * 2f64.powi(64)) as u128;
		let luck = draw(seed, candidate.service, &candidate.operator);
		judged.arrival = arrival(luck, weight).unwrap_or(u128::MAX);
	}

	let key = |judged: &Judged| {
		let operator = candidates.get(judged.candidate).map(|candidate| candidate.operator.clone());
		(judged.arrival, operator, judged.candidate)
	};
	let picked = picks.min(all.len());
	if picked > 0 && picked < all.len() {
		// Linear: the rest is not sorted.
		all.select_nth_unstable_by_key(picked, key);
	}
	if let Some(first) = all.get_mut(..picked) {
		first.sort_by_key(key);
	}
	Ranking { all, picked }
}

/// Into 0…1, whatever rounding made of it.
fn unit(value: f64) -> f64 {
	if value.is_nan() {
		0.0
	} else {
		value.clamp(0.0, 1.0)
	}
}

fn share(part: f64, whole: f64) -> f64 {
	if whole > 0.0 {
		unit(part / whole)
	} else {
		0.0
	}
}

fn per_block(candidate: &Candidate) -> f64 {
	share_of_period(candidate.price.amount as f64, candidate.price.period)
}

fn share_of_period(amount: f64, period: BlockNumber) -> f64 {
	if period == 0 {
		amount
	} else {
		amount / f64::from(period)
	}
}

fn price_term(price: f64, median: f64) -> f64 {
	if price + median > 0.0 {
		unit(median / (price + median))
	} else {
		// All are free.
		0.5
	}
}

fn asset_key(candidate: &Candidate) -> Option<u32> {
	match candidate.price.asset {
		AssetKind::Native => None,
		AssetKind::WithId(id) => Some(id),
	}
}

/// The median price of a block, for each asset.
fn medians(candidates: &[Candidate]) -> BTreeMap<Option<u32>, f64> {
	let mut prices: BTreeMap<_, Vec<f64>> = BTreeMap::new();
	for candidate in candidates {
		prices.entry(asset_key(candidate)).or_default().push(per_block(candidate));
	}
	prices
		.into_iter()
		.map(|(asset, prices)| (asset, weighted_percentile(prices.into_iter().map(|p| (p, 1.0)), 0.5)))
		.collect()
}

/// The smallest value at which a share of the whole weight is reached; zero when there is none.
fn weighted_percentile(values: impl Iterator<Item = (f64, f64)>, share: f64) -> f64 {
	let mut values: Vec<_> = values.collect();
	values.sort_by(|a, b| a.0.total_cmp(&b.0));
	let total: f64 = values.iter().map(|(_, weight)| weight).sum();
	let mut reached = 0.0;
	for (value, weight) in &values {
		reached += weight;
		if reached >= total * share {
			return *value;
		}
	}
	values.last().map(|(value, _)| *value).unwrap_or_default()
}

/// Faded records of one operator on one service.
#[derive(Default)]
struct Faded {
	successes: f64,
	failures: f64,
	/// Latency in milliseconds, and its weight.
	latencies: Vec<(f64, f64)>,
}

/// Everything that a client remembers, faded to the present.
struct Experience {
	by_operator: HashMap<(ServiceId, AccountId), Faded>,
	/// The 10th and the 90th percentile of all latencies of a service.
	spread: BTreeMap<ServiceId, (f64, f64)>,
}

impl Experience {
	fn new(records: &[Record], now_ms: u64, config: &Config) -> Self {
		let mut by_operator: HashMap<_, Faded> = HashMap::new();
		let mut latencies: BTreeMap<ServiceId, Vec<(f64, f64)>> = BTreeMap::new();
		for record in records {
			let days = now_ms.saturating_sub(record.time_ms) as f64 / MS_PER_DAY;
			let weight = (-days / config.half_life_days).exp2();
			let faded = by_operator.entry((record.service, record.operator.clone())).or_default();
			if record.ok {
				faded.successes += weight;
			} else {
				faded.failures += weight;
			}
			if let Some(latency_ms) = record.latency_ms {
				faded.latencies.push((latency_ms.into(), weight));
				latencies.entry(record.service).or_default().push((latency_ms.into(), weight));
			}
		}
		let percentile = |all: &[(f64, f64)], share| weighted_percentile(all.iter().copied(), share);
		let spread =
			latencies.iter().map(|(service, all)| (*service, (percentile(all, 0.1), percentile(all, 0.9))));
		Self { spread: spread.collect(), by_operator }
	}

	fn term(&self, candidate: &Candidate, config: &Config) -> f64 {
		let nothing = Faded::default();
		let faded =
			self.by_operator.get(&(candidate.service, candidate.operator.clone())).unwrap_or(&nothing);
		let prior = config.prior_successes + config.prior_failures;
		let success = (faded.successes + config.prior_successes) / (faded.successes + faded.failures + prior);
		let speed = self.speed(candidate.service, faded, prior);
		unit(success * (1.0 - config.latency * (1.0 - speed)))
	}

	/// 1 at the 10th percentile of the service's latencies and below, 0 at the 90th and above, drawn to the middle
	/// while there are few. An operator's own extremes, below its 10th and above its 90th percentile, are left out.
	fn speed(&self, service: ServiceId, faded: &Faded, prior: f64) -> f64 {
		const MIDDLE: f64 = 0.5;
		let Some((fast, slow)) = self.spread.get(&service).copied() else { return MIDDLE };
		let own = |share| weighted_percentile(faded.latencies.iter().copied(), share);
		let (least, most) = (own(0.1), own(0.9));
		let typical = faded.latencies.iter().filter(|(latency, _)| (least..=most).contains(latency));
		let (sum, weight) =
			typical.fold((0.0, 0.0), |(sum, all), (latency, weight)| (sum + latency * weight, all + weight));
		if weight <= 0.0 || slow <= fast {
			return MIDDLE;
		}
		let speed = unit((slow - sum / weight) / (slow - fast));
		unit((speed * weight + MIDDLE * prior) / (weight + prior))
	}
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
