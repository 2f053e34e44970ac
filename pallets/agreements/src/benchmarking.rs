//! Benchmarks of the calls, with fees in an asset, the most crowded stake there can be, and the largest chunks of the
//! largest file.

use super::*;
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{fungible::Mutate as _, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::H256;
use sp_runtime::Perbill;
use surety_agreement::merkle::{leaf_hash, node_hash, root_hash, MAX_CHUNK, MAX_LEAVES, MAX_PATH};
use surety_primitives::{
	agreement::{AgreementTerms, AnswerRule, Audits, ChunkProof, Data, Isolate, Limits, Party, Verdicts},
	benchmarking::AssetHelper,
	traits::{Operators, Services, Sharing, Slashable, Stake, Topology},
	AccountId, AgreementId, AssetKind, Balance, BlockNumber, EdgeId, Price, UNIT,
};

const RESERVE: Balance = 1_000 * UNIT;
const RATE: Balance = 1_000_000;

/// Long enough for whatever is waited for.
fn length<T: Config>() -> BlockNumber {
	T::MaxAnswer::get().saturating_mul(4).saturating_add(100).min(T::MaxLength::get())
}

fn client() -> AccountId {
	account("client", 0, 0)
}

fn operator() -> AccountId {
	account("operator", 0, 0)
}

fn advance<T: Config>(blocks: BlockNumber) {
	let now = Pallet::<T>::now();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

/// Everything that two need to agree: the operator is within reach by a path of so many edges.
fn prepare<T: Config>(edges: u32) -> (AgreementTerms, Vec<EdgeId>) {
	let (client, operator) = (client(), operator());
	for who in [&client, &operator] {
		T::Currency::mint_into(who, 1_000_000 * UNIT).expect("issuance has room");
	}
	let asset = T::BenchmarkHelper::asset(&client, 0);
	T::BenchmarkHelper::mint(&asset, &client, RATE.saturating_mul(BlockNumber::MAX.into()));
	T::Operators::prepare_operator(&operator);
	let service = T::Services::prepare_service(&client);
	T::Stake::prepare_backing(&operator, service, &AssetKind::Native, RESERVE);
	T::Stake::prepare_crowd(&operator);
	let path = T::Topology::prepare_path(&operator, edges);
	let answer = T::MaxAnswer::get();
	let terms = AgreementTerms {
		service,
		data: Some(data()),
		audits: Some(Audits {
			interval: T::MinAnswer::get(),
			samples: T::MaxSamples::get(),
			answer,
			penalty: UNIT,
		}),
		reach: Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: Balance::MAX, bytes: 1 },
		answers: AnswerRule::Served,
		uptime: Perbill::from_percent(90),
		period: 10,
		grace: 0,
		quantum: 1,
		reach_answer: answer,
		downtime_penalty: UNIT,
		reserve: RESERVE,
		price: Price { asset, amount: RATE, period: 1 },
		starts_at: 0,
		length: length::<T>(),
		renewals: 1,
		notice: 1,
	};
	(terms, path)
}

/// All chunks are zero, so that each level of the tree has one hash only.
fn tree() -> (Data, ChunkProof) {
	let chunk = vec![0; MAX_CHUNK as usize];
	let mut node = leaf_hash(&chunk);
	let mut path = Vec::new();
	for _ in 0..MAX_PATH {
		path.push(node);
		node = node_hash(&node, &node);
	}
	let length = MAX_LEAVES.saturating_mul(MAX_CHUNK.into());
	let data = Data { root: root_hash(length, MAX_CHUNK, &node), length, chunk: MAX_CHUNK };
	(data, ChunkProof { chunk: BoundedVec::truncate_from(chunk), path: BoundedVec::truncate_from(path) })
}

fn data() -> Data {
	tree().0
}

fn propose<T: Config>(terms: &AgreementTerms) -> Result<AgreementId, BenchmarkError> {
	let id = NextAgreementId::<T>::get();
	Pallet::<T>::propose(
		RawOrigin::Signed(operator()).into(),
		Party::Operator,
		client(),
		Box::new(terms.clone()),
	)?;
	Ok(id)
}

fn agree_to<T: Config>(terms: &AgreementTerms) -> Result<AgreementId, BenchmarkError> {
	let id = propose::<T>(terms)?;
	let hash = terms.hash(&client(), &operator());
	Pallet::<T>::accept(RawOrigin::Signed(client()).into(), id, hash)?;
	Ok(id)
}

/// An agreement with an operator that is reached by one edge.
fn agreed<T: Config>() -> Result<AgreementId, BenchmarkError> {
	let (terms, _) = prepare::<T>(1);
	agree_to::<T>(&terms)
}

fn stored<T: Config>(id: AgreementId) -> Result<Agreement, BenchmarkError> {
	Agreements::<T>::get(id).ok_or(BenchmarkError::Stop("is there"))
}

/// The first round of an agreement is due, and drawn from this beacon.
fn drawn<T: Config>() -> u32 {
	advance::<T>(T::MinAnswer::get().saturating_add(1));
	let (beacon, now) = (KeptBeacons::<T>::get().next, Pallet::<T>::now());
	Pallet::<T>::keep_beacon(H256::repeat_byte(7), now);
	beacon
}

/// Four penalties are under review, and are decided.
fn pending<T: Config>(id: AgreementId, decided: u32) -> Result<(), BenchmarkError> {
	let beacon = drawn::<T>();
	advance::<T>(T::MaxAnswer::get());
	// All of the same round, as if it had been missed so often.
	for _ in 0..decided {
		Pallet::<T>::report_missed(RawOrigin::Signed(client()).into(), id, beacon)?;
		Agreements::<T>::mutate(id, |stored| {
			if let Some(agreement) = stored {
				(agreement.next_round, agreement.missed) = (0, 0);
			}
		});
		Pallet::<T>::claim_penalty(RawOrigin::Signed(client()).into(), id)?;
	}
	for pending in stored::<T>(id)?.pending {
		T::Verdicts::prepare_applied(pending.slash);
	}
	Ok(())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn watch_randomness() -> Result<(), BenchmarkError> {
		for _ in 0..3 {
			drawn::<T>();
		}
		advance::<T>(T::BeaconLife::get().saturating_add(1));
		let (beacon, now) = (KeptBeacons::<T>::get().next, Pallet::<T>::now());

		#[block]
		{
			// Looking for it, and keeping it whether there is any or not.
			Pallet::<T>::watch_randomness();
			Pallet::<T>::keep_beacon(H256::repeat_byte(1), now.saturating_add(1));
		}

		assert!(KeptBeacons::<T>::get().next > beacon && KeptBeacons::<T>::get().first >= 2);
		Ok(())
	}

	#[benchmark]
	fn propose() -> Result<(), BenchmarkError> {
		let (terms, _) = prepare::<T>(1);
		let id = NextAgreementId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(operator()), Party::Operator, client(), Box::new(terms));

		assert!(Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn accept() -> Result<(), BenchmarkError> {
		let (terms, _) = prepare::<T>(1);
		let id = super::propose::<T>(&terms)?;
		let hash = terms.hash(&client(), &operator());

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id, hash);

		assert!(Agreements::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let (terms, _) = prepare::<T>(1);
		let id = super::propose::<T>(&terms)?;
		advance::<T>(T::ProposalLifetime::get().saturating_add(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn renew() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		let end = stored::<T>(id)?.end;

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id);

		assert_eq!(stored::<T>(id)?.end, end.saturating_add(length::<T>()));
		Ok(())
	}

	#[benchmark]
	fn give_notice() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		Pallet::<T>::challenge(RawOrigin::Signed(client()).into(), id)?;
		advance::<T>(T::MaxAnswer::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id);

		assert_eq!(stored::<T>(id)?.end, Pallet::<T>::now());
		Ok(())
	}

	#[benchmark]
	fn report_cut() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		Pallet::<T>::challenge(RawOrigin::Signed(client()).into(), id)?;
		T::Isolate::isolate(&operator());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(stored::<T>(id)?.is_down());
		Ok(())
	}

	#[benchmark]
	fn challenge() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id);

		assert!(stored::<T>(id)?.challenge.is_some());
		Ok(())
	}

	#[benchmark]
	fn ping(p: Linear<1, { T::MaxPath::get() }>) -> Result<(), BenchmarkError> {
		let (terms, path) = prepare::<T>(p);
		let id = agree_to::<T>(&terms)?;
		Pallet::<T>::challenge(RawOrigin::Signed(client()).into(), id)?;
		let path = BoundedVec::try_from(path).map_err(|_| BenchmarkError::Stop("is short"))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(operator()), id, path);

		assert!(stored::<T>(id)?.challenge.is_none());
		Ok(())
	}

	#[benchmark]
	fn conclude() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		Pallet::<T>::challenge(RawOrigin::Signed(client()).into(), id)?;
		advance::<T>(T::MaxAnswer::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(stored::<T>(id)?.is_down());
		Ok(())
	}

	#[benchmark]
	fn answer_audit(s: Linear<1, { T::MaxSamples::get() }>) -> Result<(), BenchmarkError> {
		let (mut terms, _) = prepare::<T>(1);
		terms.audits = terms.audits.map(|audits| Audits { samples: s, ..audits });
		let id = agree_to::<T>(&terms)?;
		let beacon = drawn::<T>();
		let proofs = BoundedVec::truncate_from(vec![tree().1; s as usize]);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator()), id, beacon, proofs);

		assert_eq!(stored::<T>(id)?.next_round, 1);
		Ok(())
	}

	#[benchmark]
	fn report_missed() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		let beacon = drawn::<T>();
		advance::<T>(T::MaxAnswer::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id, beacon);

		assert_eq!(stored::<T>(id)?.missed, 1);
		Ok(())
	}

	#[benchmark]
	fn claim_fees() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		T::Sharing::prepare_sharing(&operator(), &stored::<T>(id)?.terms.price.asset);
		advance::<T>(10);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert_eq!(stored::<T>(id)?.paid, 10 * RATE);
		Ok(())
	}

	#[benchmark]
	fn claim_penalty() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		// One less than there can be: there is to be room.
		pending::<T>(id, MAX_PENDING.saturating_sub(1))?;
		Agreements::<T>::mutate(id, |stored| {
			if let Some(agreement) = stored {
				agreement.debts.add(T::Stake::era(), UNIT);
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id);

		assert_eq!(stored::<T>(id)?.pending.len(), 1);
		Ok(())
	}

	#[benchmark]
	fn close() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		T::Sharing::prepare_sharing(&operator(), &stored::<T>(id)?.terms.price.asset);
		pending::<T>(id, MAX_PENDING)?;
		Agreements::<T>::mutate(id, |stored| {
			if let Some(agreement) = stored {
				agreement.end = agreement.start.saturating_add(10);
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(client()), id);

		assert!(!Agreements::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let id = agreed::<T>()?;
		pending::<T>(id, MAX_PENDING)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(stored::<T>(id)?.pending.is_empty());
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
