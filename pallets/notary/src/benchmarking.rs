//! Benchmarks of the calls. What is paid to a notary is shared in the most crowded stake there can be.

use super::*;
use crate::{notaries::is_signed, types::Key, worker::KEY_TYPE};
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect as _, Mutate as _},
		Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::{sr25519::Public, H256};
use surety_presence::{
	exact::Earlier,
	merkle::Tree,
	message::{
		Announcement, Commitment, KeyOwnership, Receipt, Signed, SignedCommitment, Snapshot, MAX_LINK,
	},
	publication::{self, Base},
	Context, SlotSet,
};
use surety_primitives::{
	notary::{
		fault_evidence, ChallengeSubject, Claim, ClaimKind, Claims, FaultKind, NotaryFees, NotaryTerm,
		NotaryTerms, PublicationMode, RequestId, RevocationReason, Slot, SubsidyId, Window, MAX_CLAIMS,
	},
	traits::{Listings as _, Operators as _, Sharing as _, Stake as _},
	AccountId, AssetKind, Balance, Price, ServiceId, NOTARISATION, UNIT,
};

const FEES: NotaryFees = NotaryFees { issue: UNIT, watch: UNIT };
const REASON: RevocationReason = RevocationReason::TooSlow;

fn rich<T: Config>(name: &'static str, index: u32) -> AccountId {
	let who: AccountId = account(name, index, 0);
	let deposits = T::NotaryDeposit::get()
		.saturating_add(T::SlotDeposit::get())
		.saturating_add(T::RecordDeposit::get())
		.saturating_add(T::IntentDeposit::get())
		.saturating_add(T::ChallengeFee::get())
		.saturating_add(T::BytePrice::get().saturating_mul(T::MaxBytes::get().into()))
		.saturating_add(T::Currency::minimum_balance())
		.saturating_add(UNIT);
	T::Currency::mint_into(&who, deposits.saturating_mul(10_000)).expect("issuance has room");
	who
}

fn signed_by(key: &Key, message: &impl Signed) -> [u8; 64] {
	let key = Public::from_raw(*key);
	sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &message.payload()).expect("the keystore has the key").0
}

fn new_key() -> Key {
	sp_io::crypto::sr25519_generate(KEY_TYPE, None).0
}

fn ownership<T: Config>(who: &AccountId, key: &Key) -> [u8; 64] {
	signed_by(key, &KeyOwnership { genesis: Pallet::<T>::genesis(), notary: Pallet::<T>::raw(who) })
}

fn long_link() -> surety_presence::message::Link {
	vec![b'x'; MAX_LINK as usize].try_into().expect("is as long as it may be")
}

/// Terms for every kind of claim; the last is on quote.
fn terms() -> NotaryTerms {
	let posted = [
		ClaimKind::Throughput,
		ClaimKind::Latency,
		ClaimKind::Availability,
		ClaimKind::Geography,
		ClaimKind::Destination,
	]
	.map(|kind| (kind, NotaryTerm::Posted(FEES)));
	let all = posted.into_iter().chain([(ClaimKind::Other, NotaryTerm::OnQuote)]);
	NotaryTerms(BoundedVec::truncate_from(all.collect()))
}

/// As many claims as there may be, with names as long as they may be.
fn claims() -> Claims {
	let name = |number: u32| {
		let text = [&[b'x'; 60][..], &number.to_le_bytes().map(|byte| byte % 100)].concat();
		Claim::Destination(BoundedVec::truncate_from(text))
	};
	Claims::new((0..MAX_CLAIMS).map(name).collect())
}

/// A claim that is on quote.
fn on_quote() -> Claims {
	let key = BoundedVec::truncate_from(vec![b'x'; 64]);
	let value = BoundedVec::truncate_from(vec![b'x'; 128]);
	Claims::new(vec![Claim::Other { schema: 1, key, value }])
}

/// An operator that can become a notary.
fn candidate<T: Config>() -> AccountId {
	let who = rich::<T>("notary", 0);
	T::Operators::prepare_operator(&who);
	T::Stake::prepare_backing(&who, NOTARISATION, &AssetKind::Native, T::Bond::get().saturating_mul(2));
	who
}

/// A notary with its key.
fn notary<T: Config>(mode: PublicationMode) -> (AccountId, Key) {
	rich_treasury::<T>();
	let (who, key) = (candidate::<T>(), new_key());
	let proof = ownership::<T>(&who, &key);
	Pallet::<T>::do_register(who.clone(), terms(), true, mode, long_link(), key, proof).expect("can");
	turn_windows::<T>(1);
	(who, key)
}

fn rich_treasury<T: Config>() {
	T::Currency::mint_into(&T::Treasury::get(), UNIT).expect("issuance has room");
}

/// As many windows as that go by, and a block.
fn turn_windows<T: Config>(windows: u32) {
	for _ in 0..windows {
		let start = CurrentWindow::<T>::get().start;
		let next = start.saturating_add(T::WindowLength::get()).max(Pallet::<T>::now());
		frame_system::Pallet::<T>::set_block_number(next);
		Pallet::<T>::turn_window();
	}
	step::<T>(1);
}

fn step<T: Config>(blocks: u32) {
	let next = Pallet::<T>::now().saturating_add(blocks);
	frame_system::Pallet::<T>::set_block_number(next);
}

/// An operator with an offer that is free of charge.
fn seller<T: Config>() -> (AccountId, ServiceId) {
	let operator = rich::<T>("seller", 0);
	let price = Price { asset: AssetKind::Native, amount: 0, period: 1 };
	let service = T::Listings::prepare_listing(&operator, price);
	(operator, service)
}

/// Money of somebody else for offers of a service.
fn subsidy<T: Config>(who: &AccountId, service: ServiceId) -> SubsidyId {
	let id = NextSubsidyId::<T>::get();
	let funder = rich::<T>("funder", 0);
	Pallet::<T>::do_fund_subsidy(funder, who.clone(), service, 900 * UNIT, 1_000 * UNIT).expect("can pay");
	id
}

/// A request for six windows that a subsidy pays for.
fn requested<T: Config>(who: &AccountId, claims: Claims, key: Key) -> (AccountId, RequestId) {
	let (operator, service) = seller::<T>();
	let subsidy = subsidy::<T>(who, service);
	let id = NextRequestId::<T>::get();
	Pallet::<T>::do_request_subsidised(operator.clone(), subsidy, claims, 6, key, T::MaxRequestBlocks::get())
		.expect("can be requested");
	(operator, id)
}

/// An attestation, announced with the notary's own key, whose slot had been another's.
fn attested<T: Config>(who: &AccountId, key: Key) -> (AccountId, Slot) {
	let (operator, id) = requested::<T>(who, claims(), key);
	Pallet::<T>::do_attest(who.clone(), id).expect("is paid for");
	(operator, 0)
}

/// The same with the notary's stake crowded, two windows later.
fn attested_in_crowd<T: Config>() -> (AccountId, AccountId, Slot) {
	let (who, key) = notary::<T>(PublicationMode::Mixed);
	T::Sharing::prepare_sharing(&who, &AssetKind::Native);
	let (operator, slot) = attested::<T>(&who, key);
	turn_windows::<T>(2);
	(who, operator, slot)
}

/// A publication of the window that has just ended: every eighth slot of a universe, and slot 0 as it is told.
fn publication<T: Config>(
	who: &AccountId,
	key: &Key,
	universe: u32,
	with_first: bool,
) -> (SlotSet, Vec<u8>, SignedCommitment) {
	Notaries::<T>::mutate(who, |stored| {
		if let Some(notary) = stored {
			notary.universe = notary.universe.max(universe);
		}
	});
	let slots = (0..universe).filter(|slot| slot % 8 == 0 && (*slot > 0 || with_first));
	let set = SlotSet::from_slots(universe, slots).expect("is not too large");
	let window = Pallet::<T>::current_window().saturating_sub(1);
	let context = Context { base_block: Pallet::<T>::now().saturating_sub(1), window };
	let genesis = Pallet::<T>::genesis();
	let raw = Pallet::<T>::raw(who);
	let (bytes, commitment) =
		publication::publish(genesis, raw, context, &set, None, long_link()).expect("can be made");
	(set, bytes, sign(key, commitment))
}

fn sign(key: &Key, commitment: Commitment) -> SignedCommitment {
	SignedCommitment { signature: signed_by(key, &commitment), commitment }
}

fn bounded<T: Config>(bytes: Vec<u8>) -> BoundedVec<u8, T::MaxBytes> {
	bytes.try_into().expect("publications fit the chain")
}

fn promise<T: Config>(
	reporter: &AccountId,
	kind: FaultKind,
	who: &AccountId,
	window: Window,
	details: &[u8],
) {
	let evidence = fault_evidence(kind, who, window, details, reporter);
	Pallet::<T>::do_intend(reporter.clone(), evidence).expect("can pay");
	step::<T>(1);
}

/// Slots of a tree as deep as there may be.
fn deep<T: Config>() -> u32 {
	T::MaxSlots::get().min(100_000)
}

fn faults<T: Config>(who: &AccountId, window: Window) -> Vec<FaultKind> {
	Records::<T>::get(window, who).map_or(Vec::new(), |record| record.faults.iter().collect())
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn turn_window() {
		let length = T::WindowLength::get();
		frame_system::Pallet::<T>::set_block_number(length);

		#[block]
		{
			Pallet::<T>::turn_window();
		}

		assert_eq!(Pallet::<T>::current_window(), 1);
	}

	#[benchmark]
	fn clear() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (_, _, signed) = publication::<T>(&who, &key, 8, true);
		let window = signed.commitment.window;
		Pallet::<T>::do_commit(signed).expect("is right");
		turn_windows::<T>(T::Retention::get());
		Cleared::<T>::put(window);
		let limit = T::WeightInfo::turn_window().saturating_add(T::WeightInfo::clear());

		#[block]
		{
			Pallet::<T>::clear_windows(limit);
		}

		assert!(!Records::<T>::contains_key(window, who));
	}

	#[benchmark]
	fn register() {
		let (who, key) = (candidate::<T>(), new_key());
		let proof = ownership::<T>(&who, &key);
		let mode = PublicationMode::Strict;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), terms(), true, mode, long_link(), key, proof);

		assert!(Notaries::<T>::contains_key(who));
	}

	#[benchmark]
	fn set_terms() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), terms(), false);

		assert!(Notaries::<T>::get(who).is_some_and(|notary| !notary.renewable));
	}

	#[benchmark]
	fn set_key() {
		let (who, first) = notary::<T>(PublicationMode::Mixed);
		// As many as are remembered, which are all forgotten.
		for _ in 1..timeline::MAX_CHANGES {
			let key = new_key();
			let proof = ownership::<T>(&who, &key);
			Pallet::<T>::do_set_key(who.clone(), key, proof).expect("is its own");
			turn_windows::<T>(1);
		}
		turn_windows::<T>(T::Retention::get().saturating_add(2));
		let key = new_key();
		let proof = ownership::<T>(&who, &key);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), key, proof);

		assert!(!KeyOwners::<T>::contains_key(first));
	}

	#[benchmark]
	fn set_mode() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), PublicationMode::Link);

		let mode = Notaries::<T>::get(who).and_then(|notary| notary.mode.latest().copied());
		assert_eq!(mode, Some(PublicationMode::Link));
	}

	#[benchmark]
	fn set_link() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), long_link());

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.link == long_link()));
	}

	#[benchmark]
	fn deregister() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.leaving));
	}

	#[benchmark]
	fn retire_slots(n: Linear<1, 100>) {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (_, slot) = attested::<T>(&who, key);
		Pallet::<T>::do_revoke(who.clone(), slot, REASON).expect("is attested");
		let ended = EndedAttestations::<T>::get(&who, slot).expect("has ended");
		for slot in 1..n {
			FreeSlots::<T>::insert(&who, slot, slot);
			EndedAttestations::<T>::insert(&who, slot, ended.clone());
		}
		Notaries::<T>::mutate(&who, |stored| {
			if let Some(notary) = stored {
				(notary.universe, notary.next_free) = (n, n);
			}
		});
		Pallet::<T>::do_deregister(who.clone()).expect("has not left");
		turn_windows::<T>(T::Retention::get().saturating_add(1));
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), n);

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.retired == n));
	}

	#[benchmark]
	fn close() {
		let (who, key) = notary::<T>(PublicationMode::Strict);
		turn_windows::<T>(1);
		let (_, bytes, signed) = publication::<T>(&who, &key, deep::<T>(), true);
		Pallet::<T>::do_publish(signed, bounded::<T>(bytes)).expect("is right");
		Notaries::<T>::mutate(&who, |stored| {
			if let Some(notary) = stored {
				notary.universe = 0;
			}
		});
		Pallet::<T>::do_deregister(who.clone()).expect("has not left");
		turn_windows::<T>(T::Retention::get().saturating_add(1));
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone());

		assert!(!Notaries::<T>::contains_key(who));
	}

	#[benchmark]
	fn request() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, service) = seller::<T>();
		let id = NextRequestId::<T>::get();
		let blocks = T::MaxRequestBlocks::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), who, service, claims(), 1, key, 1_000 * UNIT, blocks);

		assert!(Requests::<T>::contains_key(id));
	}

	#[benchmark]
	fn quote() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (_, id) = requested::<T>(&who, on_quote(), key);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), id, FEES);

		assert!(Requests::<T>::contains_key(id));
	}

	#[benchmark]
	fn accept_quote() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, id) = requested::<T>(&who, on_quote(), key);
		Pallet::<T>::do_quote(who, id, FEES).expect("is on quote");

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), id, FEES);

		let status = Requests::<T>::get(id).map(|known| known.status);
		assert_eq!(status, Some(surety_primitives::notary::RequestStatus::Paid(FEES)));
	}

	#[benchmark]
	fn attest() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		T::Sharing::prepare_sharing(&who, &AssetKind::Native);
		let (_, id) = requested::<T>(&who, claims(), key);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), id);

		assert!(Attestations::<T>::contains_key(who, 0));
	}

	#[benchmark]
	fn end_request() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (_, id) = requested::<T>(&who, claims(), key);
		step::<T>(T::MaxRequestBlocks::get());
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		expire_request(RawOrigin::Signed(caller), id);

		assert!(!Requests::<T>::contains_key(id));
	}

	#[benchmark]
	fn collect() {
		let (who, _, slot) = attested_in_crowd::<T>();
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), slot);

		let from = Attestations::<T>::get(who, slot).map(|attestation| attestation.prepaid.from);
		assert_eq!(from, Some(Pallet::<T>::current_window()));
	}

	#[benchmark]
	fn renew() {
		let (who, operator, slot) = attested_in_crowd::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), who.clone(), slot, 1, Balance::MAX);

		assert_eq!(Logs::<T>::get(who).leaves, 2);
	}

	#[benchmark]
	fn end_attestation() {
		let (who, operator, slot) = attested_in_crowd::<T>();

		#[extrinsic_call]
		resign(RawOrigin::Signed(operator), who.clone(), slot);

		assert!(EndedAttestations::<T>::contains_key(who, slot));
	}

	#[benchmark]
	fn set_presence_key() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, slot) = attested::<T>(&who, key);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), who.clone(), slot, [7; 32]);

		let keys = Attestations::<T>::get(who, slot).map(|attestation| attestation.tenure.keys);
		assert_eq!(keys.as_ref().and_then(|keys| keys.latest()), Some(&[7; 32]));
	}

	#[benchmark]
	fn announce_on_chain() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, slot) = attested::<T>(&who, key);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), who.clone(), slot);

		let announced = Attestations::<T>::get(who, slot).map(|attestation| attestation.tenure.announced);
		assert!(announced.is_some_and(|announced| announced.bits == 1));
	}

	#[benchmark]
	fn commit() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (_, _, signed) = publication::<T>(&who, &key, 8, true);
		let window = signed.commitment.window;

		#[extrinsic_call]
		_(RawOrigin::Authorized, signed);

		assert!(Records::<T>::contains_key(window, who));
	}

	#[benchmark]
	fn authorize_commit() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (_, _, signed) = publication::<T>(&who, &key, 8, true);
		let source = frame_support::pallet_prelude::TransactionSource::External;
		let valid;

		#[block]
		{
			valid = Pallet::<T>::authorize_commit(source, &signed);
		}

		assert!(valid.is_ok());
	}

	#[benchmark]
	fn publish(u: Linear<1, { T::MaxSlots::get() }>) {
		let (who, key) = notary::<T>(PublicationMode::Strict);
		turn_windows::<T>(1);
		let (_, bytes, signed) = publication::<T>(&who, &key, u, true);

		#[extrinsic_call]
		_(RawOrigin::Authorized, signed, bounded::<T>(bytes));

		assert!(Publications::<T>::contains_key(who));
	}

	#[benchmark]
	fn authorize_publish() {
		let (who, key) = notary::<T>(PublicationMode::Strict);
		turn_windows::<T>(1);
		let (_, bytes, signed) = publication::<T>(&who, &key, 8, true);
		let source = frame_support::pallet_prelude::TransactionSource::External;
		let bytes = bounded::<T>(bytes);
		let valid;

		#[block]
		{
			valid = Pallet::<T>::authorize_publish(source, &signed, &bytes);
		}

		assert!(valid.is_ok());
	}

	#[benchmark]
	fn read_bytes(b: Linear<0, { T::MaxBytes::get() }>) {
		let bytes: Vec<u8> = vec![7; b as usize];
		let encoded = bytes.encode();
		let hash;

		#[block]
		{
			let decoded: Vec<u8> = codec::Decode::decode(&mut &encoded[..]).expect("was encoded");
			hash = sp_io::hashing::blake2_256(&decoded);
		}

		assert_eq!(hash, sp_io::hashing::blake2_256(&bytes));
	}

	#[benchmark]
	fn commit_snapshot() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		attested::<T>(&who, key);
		step::<T>(1);
		let snapshot = Snapshot {
			base_block: Pallet::<T>::now().saturating_sub(1),
			log_leaves: 1,
			attestations: 1,
			bytes_hash: [7; 32],
			size: 100,
			link: long_link(),
		};

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), snapshot);

		assert!(Snapshots::<T>::contains_key(who));
	}

	#[benchmark]
	fn intend() {
		let who = rich::<T>("reporter", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), H256::repeat_byte(7));

		assert!(Intents::<T>::contains_key(who, H256::repeat_byte(7)));
	}

	#[benchmark]
	fn withdraw_intent() {
		let who = rich::<T>("reporter", 0);
		Pallet::<T>::do_intend(who.clone(), H256::repeat_byte(7)).expect("can pay");

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), who.clone(), H256::repeat_byte(7));

		assert!(!Intents::<T>::contains_key(who, H256::repeat_byte(7)));
	}

	#[benchmark]
	fn report_missed() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let window = Pallet::<T>::current_window().saturating_sub(1);
		step::<T>(T::Grace::get());
		let reporter = rich::<T>("reporter", 0);
		promise::<T>(&reporter, FaultKind::Missed, &who, window, &[]);

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), who.clone(), window);

		assert_eq!(faults::<T>(&who, window), [FaultKind::Missed]);
	}

	#[benchmark]
	fn report_mismatch(u: Linear<1, { T::MaxSlots::get() }>) {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (set, _, right) = publication::<T>(&who, &key, u, true);
		// A delta, so that two have to be read. What is wrong is found out last of all.
		let Commitment { genesis, notary, window, base_block, .. } = right.commitment;
		let make = |set: &SlotSet, window, base| {
			let context = Context { base_block, window };
			publication::publish(genesis, notary, context, set, base, long_link()).expect("can be made")
		};
		let (first, _) = make(&set, window.saturating_sub(1), None);
		let mut next = set.clone();
		next.remove(0);
		let earlier = Earlier { window: window.saturating_sub(1), set: &set };
		let (bytes, right) = make(&next, window, Some(Base { bytes: &first, earlier }));
		let first = right.earlier.map(|_| bounded::<T>(first));
		let wrong = sign(&key, Commitment { root: [7; 32], ..right });
		let reporter = rich::<T>("reporter", 0);
		promise::<T>(&reporter, FaultKind::Mismatch, &who, window, &wrong.commitment.encode());

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), wrong, bounded::<T>(bytes), first);

		assert_eq!(faults::<T>(&who, window), [FaultKind::Mismatch]);
	}

	#[benchmark]
	fn report_equivocation() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (_, _, first) = publication::<T>(&who, &key, 8, true);
		let second = sign(&key, Commitment { root: [7; 32], ..first.commitment.clone() });
		let window = first.commitment.window;
		let details = (&first.commitment, &second.commitment).encode();
		let reporter = rich::<T>("reporter", 0);
		promise::<T>(&reporter, FaultKind::Equivocation, &who, window, &details);

		#[extrinsic_call]
		_(RawOrigin::Signed(reporter), Box::new(first), Box::new(second));

		assert_eq!(faults::<T>(&who, window), [FaultKind::Equivocation]);
	}

	#[benchmark]
	fn report_omission() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, slot) = attested::<T>(&who, key);
		// A window that began in the era of now.
		turn_windows::<T>(2);
		let (set, _, signed) = publication::<T>(&who, &key, deep::<T>(), false);
		let window = signed.commitment.window;
		let genesis = Pallet::<T>::genesis();
		let announcement =
			Announcement { genesis, notary: Pallet::<T>::raw(&who), slot, generation: 0, window };
		let witness = Witness::Receipt(signed_by(&key, &Receipt { announcement }));
		let exclusion = Tree::new(&set).prove_absent(slot);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), signed, slot, witness, exclusion);

		assert_eq!(faults::<T>(&who, window), [FaultKind::Omission]);
	}

	#[benchmark]
	fn challenge() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (_, slot) = attested::<T>(&who, key);
		// A window that began in the era of now.
		turn_windows::<T>(2);
		let (set, _, signed) = publication::<T>(&who, &key, deep::<T>(), true);
		let proof = Tree::new(&set).prove(slot).expect("is present");
		let challenger = rich::<T>("challenger", 0);

		#[extrinsic_call]
		audit(RawOrigin::Signed(challenger), signed, slot, proof);

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.challenges == 1));
	}

	#[benchmark]
	fn answer_bytes() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		turn_windows::<T>(1);
		let (_, bytes, signed) = publication::<T>(&who, &key, 8, true);
		let window = signed.commitment.window;
		Pallet::<T>::do_challenge_bytes(rich::<T>("challenger", 0), signed).expect("is signed");
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), window, bounded::<T>(bytes), None);

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.challenges == 0));
	}

	/// A challenge of an announcement, and the notary's window.
	fn audited<T: Config>() -> (AccountId, Key, Window, Slot) {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (_, slot) = attested::<T>(&who, key);
		// A window that began in the era of now.
		turn_windows::<T>(2);
		let (set, _, signed) = publication::<T>(&who, &key, 8, true);
		let window = signed.commitment.window;
		let proof = Tree::new(&set).prove(slot).expect("is present");
		Pallet::<T>::do_audit(rich::<T>("challenger", 0), signed, slot, proof).expect("is signed");
		(who, key, window, slot)
	}

	#[benchmark]
	fn answer_audit() {
		let (who, key, window, slot) = audited::<T>();
		let genesis = Pallet::<T>::genesis();
		let announcement =
			Announcement { genesis, notary: Pallet::<T>::raw(&who), slot, generation: 0, window };
		let signature = signed_by(&key, &announcement);
		assert!(is_signed(&announcement, &signature, &key));
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), window, slot, signature);

		assert!(Notaries::<T>::get(who).is_some_and(|notary| notary.challenges == 0));
	}

	#[benchmark]
	fn conclude() {
		let (who, _, window, slot) = audited::<T>();
		step::<T>(T::AnswerPeriod::get());
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone(), window, ChallengeSubject::Announcement(slot));

		assert_eq!(faults::<T>(&who, window), [FaultKind::Unannounced]);
	}

	#[benchmark]
	fn open_bounty() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);
		let funder = rich::<T>("funder", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(funder), who, UNIT, 10 * UNIT);

		assert!(Bounties::<T>::contains_key(0));
	}

	#[benchmark]
	fn claim_bounty() {
		let (who, key) = notary::<T>(PublicationMode::Mixed);
		let (operator, slot) = attested::<T>(&who, key);
		Pallet::<T>::do_open_bounty(rich::<T>("funder", 0), who.clone(), UNIT, 10 * UNIT).expect("can pay");
		turn_windows::<T>(2);
		let (set, _, signed) = publication::<T>(&who, &key, deep::<T>(), true);
		let window = signed.commitment.window;
		Pallet::<T>::do_commit(signed).expect("is right");
		let proof = Tree::new(&set).prove(slot).expect("is present");

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), 0, slot, window, proof);

		assert!(BountyClaims::<T>::contains_key(0, slot));
	}

	#[benchmark]
	fn close_bounty() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);
		Pallet::<T>::do_open_bounty(rich::<T>("funder", 0), who, UNIT, UNIT).expect("can pay");
		turn_windows::<T>(T::Retention::get().saturating_add(3));
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 0);

		assert!(!Bounties::<T>::contains_key(0));
	}

	#[benchmark]
	fn clear_claim() {
		let operator = rich::<T>("seller", 0);
		let deposit = T::RecordDeposit::get();
		Pallet::<T>::hold(HoldReason::Record, &operator, deposit).expect("can pay");
		BountyClaims::<T>::insert(7, 7, BountyClaim { operator, next: 1, deposit });
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), 7, 7);

		assert!(!BountyClaims::<T>::contains_key(7, 7));
	}

	#[benchmark]
	fn fund_subsidy() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);
		let funder = rich::<T>("funder", 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(funder), who, 0, UNIT, 10 * UNIT);

		assert!(Subsidies::<T>::contains_key(0));
	}

	#[benchmark]
	fn close_subsidy() {
		let (who, _) = notary::<T>(PublicationMode::Mixed);
		let id = subsidy::<T>(&who, 0);
		let funder = Subsidies::<T>::get(id).expect("was funded").funder;

		#[extrinsic_call]
		_(RawOrigin::Signed(funder), id);

		assert!(!Subsidies::<T>::contains_key(id));
	}

	#[benchmark]
	fn set_trusted(n: Linear<0, MAX_TRUSTED>) {
		// In descending order, so that there is something to sort.
		let mut notaries: Vec<AccountId> = (0..n).map(|index| account("notary", index, 0)).collect();
		notaries.sort_unstable_by(|one, other| other.cmp(one));
		let notaries = BoundedVec::try_from(notaries).expect("no more than there may be");

		#[extrinsic_call]
		_(RawOrigin::Root, notaries.clone());

		assert_eq!(Trusted::<T>::get(), notaries);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::benchmark_ext(), crate::mock::Test);
}
