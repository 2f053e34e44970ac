//! Stake-weighted samples: pages merge, and anybody can recompute them.

use crate::mock::*;
use proptest::prelude::*;
use sp_core::U256;
use surety_primitives::{
	api::{OfferInfo, Sample, MAX_PAGE},
	sampling, AccountId, OfferFilter, Sla, UNIT,
};

/// An offer in a market.
#[derive(Clone, Debug)]
struct Listed {
	/// Own stake behind it.
	stake: u128,
	latency_ms: u32,
	paused: bool,
	/// The stake was made in this era, and does not count.
	waiting: bool,
}

fn listed() -> impl Strategy<Value = Listed> {
	// Below 2^31 times of arrival saturate, and it is the account that decides.
	let stake = prop_oneof![1 => MIN_BOND..1 << 31, 8 => UNIT..1_000_000 * UNIT];
	(stake, 1u32..200, any::<bool>(), prop::bool::weighted(0.2))
		.prop_map(|(stake, latency_ms, paused, waiting)| Listed { stake, latency_ms, paused, waiting })
}

/// An offer that nothing is wrong with.
fn plain() -> Listed {
	Listed { stake: UNIT, latency_ms: 1, paused: false, waiting: false }
}

/// A service whose n-th operator has the n-th offer; those that wait have no stake yet.
fn market(offers: Vec<Listed>) -> TestExt {
	TestExt::new().service(ALICE).then(move || {
		let operator = |n: u8| AccountId::new([100 + n; 32]);
		for waiting in [false, true] {
			for (n, offer) in (0u8..).zip(&offers).filter(|(_, offer)| offer.waiting == waiting) {
				let (origin, endowment) = (RuntimeOrigin::root(), 5_000_000 * UNIT);
				Balances::force_set_balance(origin, operator(n), endowment)?;
				Registry::join(signed(operator(n)), vec![])?;
				back_from_next_era(operator(n), 0, offer.stake)?;
			}
			if !waiting {
				turn_era();
			}
		}
		for (n, offer) in (0u8..).zip(&offers) {
			let sla = Sla { latency_ms: offer.latency_ms, ..Ask::default().sla };
			Ask { bond: MIN_BOND, sla, ..Ask::default() }.make(operator(n), 0)?;
			if offer.paused {
				Registry::pause_offer(signed(operator(n)), 0)?;
			}
		}
		advance(ACTIVATION);
		Ok(())
	})
}

/// What a client does: sample each page, and keep the earliest of all.
fn sample_in_pages(seed: [u8; 32], filter: &OfferFilter, picks: u32, limit: u32) -> Vec<(u128, OfferInfo)> {
	let (mut drawn, mut cursor) = (vec![], None);
	loop {
		let page = Registry::sample(0, seed, filter.clone(), picks, cursor, limit);
		assert!(page.drawn.len() <= picks.min(limit) as usize);
		drawn.extend(page.drawn);
		cursor = page.next;
		if cursor.is_none() {
			break;
		}
	}
	sort(&mut drawn);
	drawn.truncate(picks as usize);
	drawn
}

/// What a sceptic does: list the offers and hold the race again.
fn recompute(seed: [u8; 32], filter: &OfferFilter, picks: u32) -> Vec<(u128, OfferInfo)> {
	let mut drawn: Vec<_> = Registry::offers(0, filter.clone(), None, MAX_PAGE)
		.offers
		.into_iter()
		.filter(|offer| offer.stake > 0)
		.map(|offer| {
			let log = sampling::neg_log2(sampling::draw(&seed, 0, &offer.operator));
			let time = (U256::from(log) << 96) / U256::from(offer.stake);
			(u128::try_from(time).unwrap_or(u128::MAX), offer)
		})
		.collect();
	sort(&mut drawn);
	drawn.truncate(picks as usize);
	drawn
}

fn sort(drawn: &mut [(u128, OfferInfo)]) {
	drawn.sort_by(|a, b| (a.0, &a.1.operator).cmp(&(b.0, &b.1.operator)));
}

proptest! {
	#![proptest_config(cases(96))]

	#[test]
	fn sample_should_be_the_same_when_read_whole_or_in_pages_or_recomputed(
		offers in prop::collection::vec(listed(), 0..12),
		seed in any::<[u8; 32]>(),
		picks in 0u32..15,
		limit in 1u32..15,
		max_latency_ms in prop::option::of(1u32..200),
		accepting in any::<bool>(),
	) {
		let filter = OfferFilter { max_latency_ms, accepting, ..OfferFilter::default() };
		market(offers).execute(|| {
			let whole = Registry::sample(0, seed, filter.clone(), picks, None, MAX_PAGE);
			assert_eq!((whole.block, &whole.next), (now(), &None));
			assert_eq!(whole.drawn, sample_in_pages(seed, &filter, picks, limit));
			assert_eq!(whole.drawn, recompute(seed, &filter, picks));
		});
	}
}

#[test]
fn sample_should_draw_everybody_with_stake_when_the_picks_suffice() {
	let waiting = Listed { waiting: true, ..plain() };
	market(vec![plain(), waiting, plain()]).execute(|| {
		let Sample { drawn, .. } = Registry::sample(0, [7; 32], OfferFilter::default(), 9, None, 9);
		assert_eq!(drawn.iter().map(|(_, offer)| offer.stake).collect::<Vec<_>>(), [UNIT, UNIT]);
		assert!(drawn[0].0 <= drawn[1].0);
	});
}

#[test]
fn sample_should_change_with_the_seed() {
	market(vec![plain(); 8]).execute(|| {
		let order = |seed| {
			Registry::sample(0, [seed; 32], OfferFilter::default(), 8, None, 8)
				.drawn
				.into_iter()
				.map(|(_, offer)| offer.operator)
				.collect::<Vec<_>>()
		};
		assert_eq!(order(1), order(1));
		assert_ne!(order(1), order(2));
	});
}

#[test]
fn sample_should_be_empty_when_there_is_no_service_or_nothing_is_picked() {
	market(vec![plain()]).execute(|| {
		assert_eq!(Registry::sample(9, [0; 32], OfferFilter::default(), 5, None, 5).drawn, []);
		assert_eq!(Registry::sample(0, [0; 32], OfferFilter::default(), 0, None, 5).drawn, []);
	});
}
