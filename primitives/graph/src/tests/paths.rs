//! Rules of witness paths and of path certificates.

use super::{graphs, network};
use crate::{
	memory::Network,
	reach::{self, Limits, ReachError, Totals},
	witness::{self, WitnessError},
	Counting, StepError, Terms,
};
use proptest::prelude::*;
use surety_graph_model::{generate, Model};

const MAX: usize = 16;

/// A ring of five nodes; edge `n` joins `n` and the next. Edge 4, from 4 to 0, was severed.
fn ring() -> Counting<Network> {
	let mut model = Model::new(6, &[[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [1, 3], [5, 0]]);
	model.close(4, 7);
	Counting::new(network(&model))
}

fn witness(path: &[u32]) -> Result<(), WitnessError> {
	witness::verify(&ring(), 4, [0, 4], path, MAX)
}

fn wrong(step: usize, error: StepError) -> Result<(), WitnessError> {
	Err(WitnessError::Step { step, error })
}

#[test]
fn a_witness_takes_as_many_reads_as_it_has_edges() {
	let network = ring();
	assert_eq!(witness::verify(&network, 4, [0, 4], &[0, 1, 2, 3], MAX), Ok(()));
	assert_eq!((network.reads(), network.edges()), (4, 4));
	assert_eq!(witness::verify(&network, 4, [4, 0], &[3, 5, 0], MAX), Ok(()));
	assert_eq!(network.reads(), 7);
}

#[test]
fn a_witness_with_an_edge_that_is_not_there_is_refused() {
	assert_eq!(witness(&[0, 99, 3]), wrong(1, StepError::Unknown));
}

#[test]
fn a_witness_over_a_closed_edge_is_refused() {
	let network = ring();
	assert_eq!(witness::verify(&network, 99, [0, 4], &[4], MAX), wrong(0, StepError::Closed));
}

#[test]
fn a_witness_over_the_severed_edge_itself_is_refused_without_a_read() {
	let network = ring();
	let refused = Err(WitnessError::IsSevered { step: 1 });
	assert_eq!(witness::verify(&network, 4, [0, 4], &[0, 4], MAX), refused);
	assert_eq!(network.reads(), 0);
}

#[test]
fn a_witness_whose_edges_do_not_adjoin_is_refused() {
	assert_eq!(witness(&[0, 2, 3]), wrong(1, StepError::NotAdjoining));
	assert_eq!(witness(&[3, 2, 1, 0]), wrong(0, StepError::NotAdjoining));
}

#[test]
fn a_witness_with_a_loop_is_refused() {
	assert_eq!(witness(&[0, 1, 2, 5, 5, 3]), wrong(3, StepError::Loop));
	assert_eq!(witness(&[6, 6, 0, 5, 3]), wrong(1, StepError::Loop));
	assert_eq!(witness(&[0, 5, 3, 3]), wrong(3, StepError::Loop));
}

#[test]
fn a_witness_that_ends_elsewhere_is_refused() {
	assert_eq!(witness(&[0, 1]), Err(WitnessError::EndsElsewhere));
	assert_eq!(witness(&[]), Err(WitnessError::EndsElsewhere));
}

#[test]
fn a_witness_that_is_too_long_is_refused_without_a_read() {
	let network = ring();
	let path = [0, 1, 2, 3];
	assert_eq!(witness::verify(&network, 4, [0, 4], &path, 3), Err(WitnessError::TooLong));
	assert_eq!(network.reads(), 0);
	assert_eq!(witness::verify(&network, 4, [0, 4], &path, 4), Ok(()));
}

/// A chain of four nodes.
fn priced() -> Network {
	let mut network = Network::new(2);
	for _ in 0..4 {
		network.add_node(1);
	}
	for (from, latency_ms, bandwidth_kbit_s, base_price, price_per_byte) in
		[(0, 100, 900, 5, 1), (1, 50, 700, 1, 0), (2, 30, 800, 2, 3)]
	{
		let terms = Terms { latency_ms, bandwidth_kbit_s, base_price, price_per_byte };
		network.open([from, from + 1], terms, 0);
	}
	network
}

const LIMITS: Limits = Limits { latency_ms: 180, bandwidth_kbit_s: 700, price: 48, bytes: 10 };

fn reach(path: &[u32], limits: &Limits) -> Result<Totals, ReachError> {
	reach::verify(&priced(), [0, 3], path, limits, MAX)
}

#[test]
fn a_path_that_just_keeps_every_limit_is_a_certificate_in_as_many_reads_as_it_has_edges() {
	let network = Counting::new(priced());
	let totals = Totals { latency_ms: 180, bandwidth_kbit_s: 700, price: 48 };
	assert_eq!(reach::verify(&network, [0, 3], &[0, 1, 2], &LIMITS, MAX), Ok(totals));
	assert_eq!(network.reads(), 3);
	assert_eq!(reach::verify(&network, [3, 0], &[2, 1, 0], &LIMITS, MAX), Ok(totals));
	assert_eq!(reach::verify(&network, [3, 3], &[], &LIMITS, MAX), Ok(Totals::NONE));
}

#[test]
fn a_path_that_takes_too_long_shows_nothing() {
	let limits = Limits { latency_ms: 179, ..LIMITS };
	assert_eq!(reach(&[0, 1, 2], &limits), Err(ReachError::TooSlow { step: 2 }));
}

#[test]
fn a_path_with_a_narrow_edge_shows_nothing() {
	let limits = Limits { bandwidth_kbit_s: 701, ..LIMITS };
	assert_eq!(reach(&[0, 1, 2], &limits), Err(ReachError::TooNarrow { step: 1 }));
}

#[test]
fn a_path_over_an_unaffordable_edge_shows_nothing() {
	assert_eq!(reach(&[0, 1, 2], &Limits { price: 47, ..LIMITS }), Err(ReachError::TooDear { step: 2 }));
	assert_eq!(reach(&[0, 1, 2], &Limits { bytes: 11, ..LIMITS }), Err(ReachError::TooDear { step: 2 }));
	assert_eq!(reach(&[0, 1, 2], &Limits { price: 14, ..LIMITS }), Err(ReachError::TooDear { step: 0 }));
}

#[test]
fn with_a_message_of_one_byte_the_price_bounds_the_sum_of_all_prices() {
	let sum = (5 + 1 + 2) + (1 + 3);
	assert!(reach(&[0, 1, 2], &Limits { price: sum, bytes: 1, ..LIMITS }).is_ok());
	assert!(reach(&[0, 1, 2], &Limits { price: sum - 1, bytes: 1, ..LIMITS }).is_err());
}

#[test]
fn what_grows_out_of_its_type_is_over_every_limit() {
	let free = Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: u128::MAX, bytes: u64::MAX };
	let huge = |terms: Terms| {
		let mut network = priced();
		network.open([3, 2], terms, 1);
		reach::verify(&network, [0, 3], &[0, 1, 3], &free, MAX)
	};
	let slow = Terms { latency_ms: u32::MAX, ..Terms::default() };
	assert_eq!(huge(slow), Err(ReachError::TooSlow { step: 2 }));
	let dear = Terms { price_per_byte: u128::MAX, ..Terms::default() };
	assert_eq!(huge(dear), Err(ReachError::TooDear { step: 2 }));
	let based = Terms { base_price: u128::MAX, ..Terms::default() };
	assert_eq!(huge(based), Err(ReachError::TooDear { step: 2 }));
	assert!(huge(Terms::default()).is_ok());
}

#[test]
fn a_forged_path_shows_nothing() {
	let step = |step, error| Err(ReachError::Step { step, error });
	assert_eq!(reach(&[0, 2], &LIMITS), step(1, StepError::NotAdjoining));
	assert_eq!(reach(&[0, 9], &LIMITS), step(1, StepError::Unknown));
	assert_eq!(reach(&[0, 1, 1, 1, 2], &LIMITS), step(2, StepError::Loop));
	assert_eq!(reach(&[0, 1], &LIMITS), Err(ReachError::EndsElsewhere));
	assert_eq!(reach(&[0; MAX + 1], &LIMITS), Err(ReachError::TooLong));
	let mut network = priced();
	network.close(1, 3);
	assert_eq!(reach::verify(&network, [0, 3], &[0, 1, 2], &LIMITS, MAX), step(1, StepError::Closed));
}

proptest! {
	// Two of three graphs have too many edges for the model.
	#![proptest_config(ProptestConfig { max_global_rejects: 65_536, ..ProptestConfig::default() })]

	#[test]
	fn exactly_the_paths_of_the_model_are_witnesses((nodes, edges) in graphs(), seed in any::<u64>()) {
		prop_assume!(!edges.is_empty() && edges.len() <= 14);
		let mut model = Model::new(nodes, &edges);
		let mut rng = generate::Rng::new(seed);
		let severed = rng.below(edges.len() as u32);
		model.close(severed, 1);
		let ends = edges[severed as usize];
		let network = network(&model);
		let paths: Vec<_> = model.paths(ends[0], ends[1], 0).into_iter().map(|path| path.edges).collect();
		for path in &paths {
			prop_assert_eq!(witness::verify(&network, severed, ends, path, 64), Ok(()));
		}
		// Claims at random, and paths with one edge changed.
		for _ in 0..40 {
			let mut claim: Vec<u32> = if paths.is_empty() || rng.below(2) == 0 {
				(0..rng.below(5)).map(|_| rng.below(edges.len() as u32 + 1)).collect()
			} else {
				paths[rng.below(paths.len() as u32) as usize].clone()
			};
			if !claim.is_empty() {
				let place = rng.below(claim.len() as u32) as usize;
				claim[place] = rng.below(edges.len() as u32 + 1);
			}
			let holds = witness::verify(&network, severed, ends, &claim, 64).is_ok();
			prop_assert_eq!(holds, paths.contains(&claim), "{:?}", claim);
		}
	}
}
