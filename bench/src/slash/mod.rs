//! What applying a slash costs, by the number of delegators.

mod counting;
mod crowd;

use anyhow::{anyhow, ensure, Result};
use codec::Encode;
use counting::Counting;
use serde_json::json;
use sp_core::{Blake2Hasher, H256};
use sp_externalities::set_and_run_with_externalities;
use sp_io::TestExternalities;
use sp_state_machine::{Backend, Ext, OverlayedChanges, TrieBackendBuilder};
use sp_trie::{
	cache::{CacheSize, SharedTrieCache},
	recorder::Recorder,
	PrefixedMemoryDB,
};
use std::time::Instant;
use surety_primitives::{AccountId, SlashId};
use surety_runtime::{RuntimeOrigin, Slashing};

/// Bytes of the cache of the state that a node has by default.
const CACHE: usize = 64 << 20;
/// Assets in which the slash is applied at the most: the operator has stake in two.
const ASSETS: u32 = 16;

/// Applies a slash to an operator with so many delegators, on a state built by the runtime's own calls, and prints a
/// JSON object for each number: `delegators`; `reads` and `writes`, different keys of the state; `proof_bytes`, the
/// encoded proof of what is read; `ns`, the least of many runs on a warm cache of the state.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
	/// How many delegators, one number or several
	#[arg(long, value_delimiter = ',', default_value = "1,1000,100000,1000000")]
	delegators: Vec<u32>,
	/// How often each is timed
	#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
	runs: u32,
	/// How much is slashed, in percent
	#[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
	percent: u32,
}

/// Figures of one number of delegators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
	reads: usize,
	writes: usize,
	proof_bytes: usize,
	ns: u64,
}

/// Measures each number, and prints its line as soon as it is known.
pub(crate) fn run(options: &Options) -> Result<()> {
	for delegators in &options.delegators {
		eprintln!("building a state with {delegators} delegators");
		let (state, slash) = crowd::build(*delegators, options.percent)?;
		let Figures { reads, writes, proof_bytes, ns } = measure(&state, slash, options.runs)?;
		let line = json!({
			"delegators": delegators,
			"reads": reads,
			"writes": writes,
			"proof_bytes": proof_bytes,
			"ns": ns,
			"runs": options.runs,
		});
		println!("{line}");
	}
	Ok(())
}

/// What a state is kept in.
type Storage = PrefixedMemoryDB<Blake2Hasher>;

fn measure(state: &TestExternalities, slash: SlashId, runs: u32) -> Result<Figures> {
	let (storage, root) = (state.backend.backend_storage(), *state.backend.root());
	// In a thread of its own, whose memory is in one piece: building the state has left holes in this one's, and looking
	// for one that fits would be measured too.
	std::thread::scope(|scope| scope.spawn(|| measure_on(storage, root, slash, runs)).join())
		.map_err(|_| anyhow!("the measurement panicked"))?
}

fn measure_on(storage: &Storage, root: H256, slash: SlashId, runs: u32) -> Result<Figures> {
	let counting = Counting::new(TrieBackendBuilder::new(storage, root).build());
	let mut overlay = OverlayedChanges::default();
	apply(&mut overlay, &counting, slash)?;
	let (reads, writes) = (counting.reads(), overlay.changes().count());

	let recorder = Recorder::default();
	let backend = TrieBackendBuilder::new(storage, root).with_recorder(recorder.clone()).build();
	apply(&mut OverlayedChanges::default(), &backend, slash)?;
	let proof_bytes = recorder.to_storage_proof().encoded_size();

	let cache = SharedTrieCache::new(CacheSize::new(CACHE), None);
	let mut ns = u64::MAX;
	for _ in 0..runs {
		let backend = TrieBackendBuilder::new(storage, root).with_cache(cache.local_cache_trusted()).build();
		ns = ns.min(apply(&mut OverlayedChanges::default(), &backend, slash)?);
	}
	Ok(Figures { reads, writes, proof_bytes, ns })
}

/// Applies the slash, and returns how many nanoseconds that took.
fn apply<B: Backend<Blake2Hasher>>(
	overlay: &mut OverlayedChanges<Blake2Hasher>,
	backend: &B,
	slash: SlashId,
) -> Result<u64> {
	let anybody = AccountId::new([0xab; 32]);
	let mut externalities = Ext::new(overlay, backend, None);
	let (outcome, ns) = set_and_run_with_externalities(&mut externalities, || {
		let begun = Instant::now();
		let outcome = Slashing::apply(RuntimeOrigin::signed(anybody), slash, ASSETS);
		(outcome, begun.elapsed().as_nanos())
	});
	outcome.map_err(|refused| anyhow!("the slash cannot be applied: {:?}", refused.error))?;
	ensure!(ns > 0, "the clock does not run");
	Ok(u64::try_from(ns)?)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn copied_delegators_should_be_those_that_calls_make() {
		let root = |copied: bool| {
			let (mut state, _) = crowd::build_with(40, 10, copied).expect("builds");
			state.commit_all().expect("commits");
			*state.backend.root()
		};
		assert_eq!(root(true), root(false));
	}

	#[test]
	fn a_slash_should_read_and_write_the_same_for_one_delegator_and_for_a_thousand() {
		let figures = [1, 1_000].map(|delegators| {
			let (state, slash) = crowd::build(delegators, 10).expect("builds");
			measure(&state, slash, 20).expect("measures")
		});
		let [one, many] = figures;
		assert_eq!((one.reads, one.writes), (many.reads, many.writes));
		assert!(one.reads > 10 && one.writes > 5, "{one:?}");
	}
}
