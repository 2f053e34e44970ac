use super::*;
use proptest::prelude::*;
use surety_primitives::UNIT;

const NOW: u64 = 1_800_000_000_000;
const DAY: u64 = 86_400_000;

fn candidate(operator: u8, amount: u128, stake: u128) -> Candidate {
	let price = Price { asset: AssetKind::Native, amount, period: 10 };
	Candidate { operator: AccountId::new([operator; 32]), service: 0, price, stake }
}

fn record(operator: u8, ok: bool, latency_ms: u32, days_ago: u64) -> Record {
	Record {
		operator: AccountId::new([operator; 32]),
		service: 0,
		time_ms: NOW - days_ago * DAY,
		ok,
		latency_ms: Some(latency_ms),
	}
}

/// Judged in the order of the candidates.
fn judged(candidates: &[Candidate], records: &[Record]) -> Vec<Judged> {
	let mut all = recommend(candidates, records, NOW, &[1; 32], &Config::default(), candidates.len()).all;
	all.sort_by_key(|judged| judged.candidate);
	all
}

fn any_candidates() -> impl Strategy<Value = Vec<Candidate>> {
	let one = (any::<[u8; 32]>(), any::<u128>(), any::<u32>(), any::<u128>(), prop::option::of(0u32..3));
	let one = one.prop_map(|(operator, amount, period, stake, asset)| Candidate {
		operator: AccountId::new(operator),
		service: 0,
		price: Price { asset: asset.map_or(AssetKind::Native, AssetKind::WithId), amount, period },
		stake,
	});
	prop::collection::vec(one, 1..40)
}

fn any_records(candidates: usize) -> impl Strategy<Value = Vec<(usize, bool, Option<u32>, u64)>> {
	prop::collection::vec((0..candidates.max(1), any::<bool>(), any::<Option<u32>>(), any::<u64>()), 0..60)
}

fn any_config() -> impl Strategy<Value = Config> {
	((0.0..10.0, 0.0..10.0, 0.0..10.0), (MIN_CHANCE..=1.0, 0.0..=1.0), (0.1..100.0, 0.1..10.0, 0.1..10.0))
		.prop_map(
			|(
				(experience, price, stake),
				(chance, latency),
				(half_life_days, prior_successes, prior_failures),
			)| Config {
				experience,
				price,
				stake,
				chance,
				latency,
				half_life_days,
				prior_successes,
				prior_failures,
			},
		)
}

fn any_case() -> impl Strategy<Value = (Vec<Candidate>, Vec<Record>, Config, [u8; 32])> {
	any_candidates().prop_flat_map(|candidates| {
		let records = any_records(candidates.len());
		(Just(candidates), records, any_config(), any::<[u8; 32]>()).prop_map(
			|(candidates, records, config, seed)| {
				let records = records.into_iter().map(|(index, ok, latency_ms, time_ms)| Record {
					operator: candidates[index].operator.clone(),
					service: 0,
					time_ms,
					ok,
					latency_ms,
				});
				let records = records.collect();
				(candidates, records, config, seed)
			},
		)
	})
}

proptest! {
	#[test]
	fn every_term_should_lie_in_its_range((candidates, records, config, seed) in any_case()) {
		for judged in recommend(&candidates, &records, NOW, &seed, &config, 3).all {
			let Terms { experience, price, stake, chance } = judged.terms;
			for term in [experience, price, stake, chance, judged.merit] {
				prop_assert!((0.0..=1.0).contains(&term), "{judged:?}");
			}
		}
	}

	#[test]
	fn no_chance_should_fall_under_a_hundredth_of_the_mean((candidates, records, config, seed) in any_case()) {
		let ranking = recommend(&candidates, &records, NOW, &seed, &config, 1);
		let mean = 1.0 / candidates.len() as f64;
		let mut sum = 0.0;
		for judged in &ranking.all {
			prop_assert!(judged.probability >= 0.01 * mean, "{judged:?}");
			sum += judged.probability;
		}
		prop_assert!((sum - 1.0).abs() < 1e-9, "{sum}");
	}

	#[test]
	fn the_order_should_be_reproducible_and_its_beginning_the_same_for_any_number_of_picks(
		(candidates, records, config, seed) in any_case(),
		picks in 0usize..50,
	) {
		let all = recommend(&candidates, &records, NOW, &seed, &config, candidates.len());
		let again = recommend(&candidates, &records, NOW, &seed, &config, candidates.len());
		prop_assert_eq!(&all, &again);
		let some = recommend(&candidates, &records, NOW, &seed, &config, picks);
		prop_assert_eq!(some.picked, picks.min(candidates.len()));
		prop_assert_eq!(some.all.len(), candidates.len());
		prop_assert_eq!(&some.all[..some.picked], &all.all[..some.picked]);
	}

	#[test]
	fn the_order_should_not_depend_on_the_order_of_the_node((candidates, records, config, seed) in any_case()) {
		let names = |candidates: &[Candidate]| {
			let ranking = recommend(candidates, &records, NOW, &seed, &config, candidates.len());
			ranking.all.iter().map(|judged| candidates[judged.candidate].operator.clone()).collect::<Vec<_>>()
		};
		let reversed: Vec<_> = candidates.iter().rev().cloned().collect();
		// Sums of floats depend on their order in the last bit; that moves an arrival only past one that is equal
		// to fifteen digits.
		prop_assert_eq!(names(&candidates), names(&reversed));
	}
}

#[test]
fn nothing_on_offer_should_be_nothing_recommended() {
	let ranking = recommend(&[], &[], NOW, &[0; 32], &Config::default(), 5);
	assert_eq!((ranking.all.len(), ranking.picked), (0, 0));
}

#[test]
fn a_newcomer_should_stand_in_the_middle_between_the_proven_and_the_failed() {
	let candidates = [1, 2, 3].map(|operator| candidate(operator, 10, UNIT));
	let mut records = vec![];
	for _ in 0..10 {
		records.push(record(1, true, 50, 0));
		records.push(record(2, false, 50, 0));
	}
	let all = judged(&candidates, &records);
	assert!(all[0].terms.experience > all[2].terms.experience);
	assert!(all[2].terms.experience > all[1].terms.experience);
}

#[test]
fn experience_should_fade_to_half_in_its_half_life() {
	let one = |days_ago| {
		let config = Config { latency: 0.0, half_life_days: 30.0, ..Config::default() };
		let records: Vec<_> = (0..2).map(|_| record(1, true, 50, days_ago)).collect();
		recommend(&[candidate(1, 10, UNIT)], &records, NOW, &[0; 32], &config, 1).all[0].terms.experience
	};
	assert_eq!(one(0), 3.0 / 4.0);
	assert_eq!(one(30), 2.0 / 3.0);
	assert!((one(3_000) - 0.5).abs() < 1e-9);
}

#[test]
fn the_fast_should_be_ahead_of_the_slow() {
	let candidates = [candidate(1, 10, UNIT), candidate(2, 10, UNIT)];
	let mut records = vec![];
	for _ in 0..10 {
		records.push(record(1, true, 20, 0));
		records.push(record(2, true, 200, 0));
	}
	// One outlier is outside of the operator's own percentiles.
	records.push(record(1, true, 60_000, 0));
	let all = judged(&candidates, &records);
	assert!(all[0].terms.experience > all[1].terms.experience);
}

#[test]
fn a_price_should_be_compared_with_the_median_of_its_own_asset() {
	let mut candidates =
		[1, 2, 3].map(|operator| candidate(operator, 10 * u128::from(operator), UNIT)).to_vec();
	candidates.push(candidate(4, 0, UNIT));
	candidates[3].price.asset = AssetKind::WithId(7);
	let all = judged(&candidates, &[]);
	assert_eq!(all[1].terms.price, 0.5);
	assert!(all[0].terms.price > 0.5 && all[2].terms.price < 0.5);
	assert_eq!(all[3].terms.price, 0.5, "free among the free is nothing special");
}

#[test]
fn splitting_an_operator_should_gain_no_more_than_the_share_of_chance() {
	let whole = [candidate(1, 10, 100 * UNIT), candidate(2, 10, 100 * UNIT)];
	let before = judged(&whole, &[])[1].probability;
	let mut split = vec![candidate(1, 10, 100 * UNIT)];
	split.extend((2..102).map(|operator| candidate(operator, 10, UNIT)));
	let after: f64 = judged(&split, &[])[1..].iter().map(|judged| judged.probability).sum();
	assert!(after - before <= Config::default().chance, "{before} {after}");
}

#[test]
fn places_should_follow_the_probabilities() {
	let candidates: Vec<_> =
		(1..=4u8).map(|operator| candidate(operator, 10, u128::from(operator) * UNIT)).collect();
	let mut first = [0u32; 4];
	let rounds = 20_000u32;
	for round in 0..rounds {
		let mut seed = [0; 32];
		seed[..4].copy_from_slice(&round.to_le_bytes());
		let ranking = recommend(&candidates, &[], NOW, &seed, &Config::default(), 1);
		first[ranking.all[0].candidate] += 1;
	}
	for judged in judged(&candidates, &[]) {
		let expected = judged.probability * f64::from(rounds);
		// Five standard deviations of a binomial count.
		let tolerance = 5.0 * (expected * (1.0 - judged.probability)).sqrt();
		assert!((f64::from(first[judged.candidate]) - expected).abs() < tolerance, "{first:?}");
	}
}

#[test]
fn numbers_that_make_no_sense_should_be_refused() {
	let fine = Config::default();
	assert_eq!(fine.check(), Ok(()));
	for wrong in [
		Config { chance: 0.0, ..fine },
		Config { chance: f64::NAN, ..fine },
		Config { experience: -1.0, ..fine },
		Config { half_life_days: 0.0, ..fine },
		Config { latency: 1.1, ..fine },
		Config { prior_failures: 0.0, ..fine },
	] {
		assert!(wrong.check().is_err(), "{wrong:?}");
	}
	assert!(serde_json::from_str::<Config>(r#"{ "luck": 1 }"#).is_err());
	assert_eq!(serde_json::from_str::<Config>(r#"{ "stake": 3 }"#).unwrap(), Config { stake: 3.0, ..fine });
}
