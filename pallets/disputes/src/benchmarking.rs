//! Benchmarks of the calls, with the most crowded stake there can be, as many keys and eras as there can be, and victims who
//! have paid fees.

use super::*;
use alloc::{boxed::Box, vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{fungible::Mutate as _, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::{crypto::KeyTypeId, sr25519, H256};
use surety_dispute::{commitment, Asked, Body, Check, Evidence, Named, Rules, Stated, Statement};
use surety_primitives::{traits::Slashable, AccountId, Balance, ServiceId, UNIT};
use surety_response::{
	relay::{Basis, Piece, Request, PIECE_BYTES},
	KeyIndex, Message as _, NodeId, PublicKey, Signature, Signed,
};

const KEYS: KeyTypeId = KeyTypeId(*b"disp");
const SERVICE: ServiceId = 0;

fn operator() -> AccountId {
	account("operator", 0, 0)
}

fn client(number: u32) -> AccountId {
	account("client", number, 0)
}

fn reporter<T: Config>() -> AccountId {
	rich::<T>(account("reporter", 0, 0))
}

fn rich<T: Config>(who: AccountId) -> AccountId {
	let enough: Balance = 1_000_000 * UNIT;
	T::Currency::mint_into(&who, enough).expect("issuance has room");
	who
}

fn any_key(number: u8) -> PublicKey {
	PublicKey::Ed25519([number; 32])
}

/// As many keys as there can be but `free`; the last is one that the host can sign with.
fn fill_keys<T: Config>(free: u32) -> sr25519::Public {
	let operator = rich::<T>(operator());
	let public = sp_io::crypto::sr25519_generate(KEYS, None);
	let last = T::MaxKeys::get().saturating_sub(free).saturating_sub(1);
	for number in 0..last {
		let key = any_key(u8::try_from(number).unwrap_or_default());
		Pallet::<T>::do_register_key(operator.clone(), key).expect("has room");
	}
	Pallet::<T>::do_register_key(operator, PublicKey::Sr25519(public.0)).expect("has room");
	public
}

/// As many eras as there can be, the current one the last.
fn fill_eras<T: Config>() {
	let era = T::Stake::era();
	let count = T::MaxEras::get().min(era.saturating_add(1));
	let eras = (0..count).map(|back| EraStart { era: era.saturating_sub(back), at: 0 });
	let mut eras: alloc::vec::Vec<_> = eras.collect();
	eras.reverse();
	Eras::<T>::put(BoundedVec::truncate_from(eras));
}

fn request<T: Config>(number: u32, basis: Basis) -> Request {
	Request {
		author: commitments::named(&client(number)),
		recipient: commitments::named(&operator()),
		basis,
		content: H256::zero(),
		method: BoundedVec::truncate_from(vec![b'x'; 128]),
		max_response_bytes: u32::MAX,
		service_ms: 1,
		timeout_ms: 1,
		late_fee_per_ms: 1,
		late_fee_cap: 1,
		route: H256::zero(),
		nonce: number.into(),
		not_after_ms: Pallet::<T>::time(),
	}
}

/// The operator has answered so, and has signed that.
fn stated<T: Config>(
	public: &sr25519::Public,
	number: u32,
	basis: Basis,
	asked: &Asked,
	body: &[u8],
) -> Result<Stated, BenchmarkError> {
	let request = request::<T>(number, basis);
	let statement = Statement {
		request: request.hash(&Pallet::<T>::genesis()),
		query: request.query(&Pallet::<T>::genesis()),
		service: SERVICE,
		rules: Rules { check: Check::FixedHash, deterministic: true, artifact: Some(H256::zero()) },
		asked: asked.hash(),
		status: 200,
		answered: Body::of(body).ok_or(BenchmarkError::Stop("is short"))?,
	};
	let payload = statement.signing_payload(&Pallet::<T>::genesis());
	let signature = sp_io::crypto::sr25519_sign(KEYS, public, &payload)
		.ok_or(BenchmarkError::Stop("the host has the key"))?;
	let key = T::MaxKeys::get().saturating_sub(1);
	let key = KeyIndex::try_from(key).map_err(|_| BenchmarkError::Stop("fits"))?;
	Ok(Stated { request, statement, signed: Signed { key, signature: Signature::Sr25519(signature.0) } })
}

/// Everything that a report needs.
fn prepare<T: Config>() -> sr25519::Public {
	T::Stake::prepare_slashable(&operator(), SERVICE, 1);
	fill_eras::<T>();
	fill_keys::<T>(0)
}

fn wrong_answer<T: Config>(bytes: u32) -> Result<Evidence, BenchmarkError> {
	let public = prepare::<T>();
	let basis = T::Contracts::prepare_contract(&rich::<T>(client(0)), &operator(), SERVICE);
	let asked = Named::Sha2256([0; 32]).asked().ok_or(BenchmarkError::Stop("is short"))?;
	let body = vec![1; bytes as usize];
	let stated = stated::<T>(&public, 0, basis, &asked, &body)?;
	Ok(Evidence::WrongAnswer { stated, asked, shown: Piece::truncate_from(body) })
}

fn contradiction<T: Config>() -> Result<Evidence, BenchmarkError> {
	let public = prepare::<T>();
	let asked = Asked(BoundedVec::truncate_from(vec![b'x'; 128]));
	let [first, second] = [0, 1].map(|number| {
		let client = rich::<T>(client(number));
		let basis = T::Contracts::prepare_contract(&client, &operator(), SERVICE);
		stated::<T>(&public, number, basis, &asked, &[u8::try_from(number).unwrap_or_default()])
	});
	Ok(Evidence::Statements { first: first?, second: second? })
}

/// Somebody has committed to the evidence, and can show it.
fn committed<T: Config>(who: &AccountId, evidence: &Evidence) -> Result<H256, BenchmarkError> {
	let salt = H256::repeat_byte(9);
	let reporter: NodeId = commitments::named(who);
	let hash = commitment(&Pallet::<T>::genesis(), &evidence.hash(), &reporter, &salt);
	Pallet::<T>::do_commit(who.clone(), hash)?;
	let from = Pallet::<T>::now().saturating_add(T::CommitmentDelay::get());
	frame_system::Pallet::<T>::set_block_number(from);
	Ok(salt)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn note_era() {
		fill_eras::<T>();
		// As if all of them had been earlier, and one had just begun.
		Eras::<T>::mutate(|eras| {
			for start in eras.iter_mut() {
				start.era = start.era.saturating_sub(1);
			}
			eras.retain(|start| start.era < T::Stake::era());
		});

		#[block]
		{
			Pallet::<T>::note_era();
		}

		assert!(Eras::<T>::get().last().is_some_and(|last| last.era == T::Stake::era()));
	}

	#[benchmark]
	fn register_key() {
		fill_keys::<T>(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator()), any_key(255));

		assert_eq!(Keys::<T>::get(operator()).len(), T::MaxKeys::get() as usize);
	}

	#[benchmark]
	fn retire_key() {
		fill_keys::<T>(0);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator()), 0);

		assert!(Keys::<T>::get(operator()).get(&0).is_some_and(|key| key.retired.is_some()));
	}

	#[benchmark]
	fn remove_key() {
		fill_keys::<T>(0);
		Pallet::<T>::do_retire_key(operator(), 0).expect("is there");
		let at = Pallet::<T>::time().saturating_add(T::MaxRequestLife::get()).saturating_add(1);
		Eras::<T>::put(BoundedVec::truncate_from(vec![EraStart { era: T::Stake::era(), at }]));

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), operator(), 0);

		assert!(!Keys::<T>::get(operator()).contains_key(&0));
	}

	#[benchmark]
	fn commit() {
		let (who, hash) = (reporter::<T>(), H256::repeat_byte(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), hash);

		assert!(Commitments::<T>::contains_key(&who, hash));
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let (who, hash) = (reporter::<T>(), H256::repeat_byte(1));
		Pallet::<T>::do_commit(who.clone(), hash)?;
		let until = Pallet::<T>::now().saturating_add(T::CommitmentLife::get());
		frame_system::Pallet::<T>::set_block_number(until);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), who.clone(), hash);

		assert!(!Commitments::<T>::contains_key(&who, hash));
		Ok(())
	}

	#[benchmark]
	fn report_wrong_answer(b: Linear<0, { PIECE_BYTES }>) -> Result<(), BenchmarkError> {
		let evidence = wrong_answer::<T>(b)?;
		let who = reporter::<T>();
		let salt = committed::<T>(&who, &evidence)?;

		#[extrinsic_call]
		report(RawOrigin::Signed(who), Box::new(evidence), Some(salt));

		assert_eq!(Convictions::<T>::iter_keys().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn report_contradiction() -> Result<(), BenchmarkError> {
		let evidence = contradiction::<T>()?;
		let who = reporter::<T>();
		let salt = committed::<T>(&who, &evidence)?;

		#[extrinsic_call]
		report(RawOrigin::Signed(who), Box::new(evidence), Some(salt));

		assert_eq!(Convictions::<T>::iter_keys().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn forget() -> Result<(), BenchmarkError> {
		let evidence = contradiction::<T>()?;
		let who = reporter::<T>();
		let salt = committed::<T>(&who, &evidence)?;
		Pallet::<T>::do_report(who, &evidence, Some(salt))?;
		let later = EraStart { era: T::Stake::era().saturating_add(1), at: 0 };
		Eras::<T>::put(BoundedVec::truncate_from(vec![later]));

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), 0);

		assert_eq!(Convictions::<T>::iter_keys().count(), 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
