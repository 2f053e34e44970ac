//! What the node of a notary does by itself after every block: it publishes the last window, if it has the key.
//!
//! The node leaves the slots that were announced in the offchain database; the worker keeps those that are attested,
//! adds those that were announced on chain, makes the publication, signs the commitment, and stores both *before* it
//! sends anything: after a crash it sends the very same again, and never signs two for one window. Only one node may have
//! the key at a time; nothing here could keep two from contradicting each other.
//!
//! The base block is the one after which the worker runs. It may be of a fork that is given up later; then what was
//! attested or ended in the blocks between is judged otherwise than it was meant. A node that is afraid of that leaves the
//! slots a few blocks late: the worker waits for them for half of the time that there is.

use crate::{pallet::*, types::NotaryRecord};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::{traits::Get, BoundedVec};
use frame_system::offchain::SubmitTransaction;
use sp_core::{
	crypto::KeyTypeId,
	offchain::{Duration, StorageKind},
	sr25519::Public,
};
use sp_io::offchain::local_storage_get;
use sp_runtime::offchain::{
	storage::StorageValueRef,
	storage_lock::{StorageLock, Time},
};
use surety_presence::{
	exact::{self, Earlier},
	message::{Account, Signed, SignedCommitment},
	offchain::{self, announced_key, base_key, commitment_key, decode_slots, lock_key, publication_key},
	publication::{publish, Base},
	Context, Kind, SlotSet,
};
use surety_primitives::{
	notary::{PublicationMode, Window},
	AccountId, BlockNumber,
};

/// Kind of the keys, in the node's keystore, that notaries sign with.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(offchain::KEY_TYPE);

/// For how long a worker that has died keeps others from publishing, in milliseconds.
const LOCK_MS: u64 = 30_000;

const TARGET: &str = "runtime::notary";

/// What a worker has done for a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
	/// Sent what has to be on chain.
	Sent,
	/// Made the publication; nothing has to be on chain.
	Made,
	/// Nothing: it is on chain, it is too late, or nothing is due.
	Nothing,
	/// Nothing yet: the node has not said who announced, or another worker is at it.
	Waiting,
}

impl<T: Config> Pallet<T> {
	/// Publishes the last window of every notary whose key this node has.
	pub(crate) fn publish_all(now: BlockNumber) {
		let Some(window) = Self::current_window().checked_sub(1) else { return };
		for key in sp_io::crypto::sr25519_public_keys(KEY_TYPE) {
			let Some(who) = KeyOwners::<T>::get(key.0) else { continue };
			let Some(notary) = Notaries::<T>::get(&who) else { continue };
			if notary.keys.at(window) != Some(&key.0) {
				continue;
			}
			match Self::publish_window(&who, &notary, key, window, now) {
				Ok(outcome) => log::debug!(target: TARGET, "window {window} of {who:?}: {outcome:?}"),
				// It is tried again after the next block.
				Err(error) => log::warn!(target: TARGET, "window {window} of {who:?}: {error}"),
			}
		}
	}

	pub(crate) fn publish_window(
		who: &AccountId,
		notary: &NotaryRecord,
		key: Public,
		window: Window,
		now: BlockNumber,
	) -> Result<Outcome, &'static str> {
		let over = notary.last_window.is_some_and(|last| window > last);
		let (Some(end), Some(due), Some(mode)) =
			(Self::end_of(window), Self::due(window), notary.mode.at(window))
		else {
			return Ok(Outcome::Nothing);
		};
		let on_chain = Records::<T>::get(window, who).is_some_and(|record| record.commitment.is_some());
		if over || on_chain || now >= due {
			return Ok(Outcome::Nothing);
		}
		let raw = Self::raw(who);
		let name = lock_key(&raw);
		let mut lock = StorageLock::<Time>::with_deadline(&name, Duration::from_millis(LOCK_MS));
		let Ok(_guard) = lock.try_lock() else { return Ok(Outcome::Waiting) };

		let known = load::<SignedCommitment>(&commitment_key(&raw, window))
			.zip(load::<Vec<u8>>(&publication_key(&raw, window)));
		let (signed, bytes) = match known {
			Some(known) => known,
			None => {
				let patience = end.saturating_add(T::Grace::get() / 2);
				let announced = local_storage_get(StorageKind::PERSISTENT, &announced_key(&raw, window));
				if announced.is_none() && now < patience {
					return Ok(Outcome::Waiting);
				}
				let set = Self::present(who, notary, window, &announced.unwrap_or_default())?;
				let context = Context { base_block: now, window };
				Self::make(&raw, notary, key, context, &set, *mode == PublicationMode::Strict)?
			}
		};
		let call = match mode {
			PublicationMode::Link => return Ok(Outcome::Made),
			PublicationMode::Mixed => Call::commit { signed },
			PublicationMode::Strict => {
				let bytes =
					BoundedVec::try_from(bytes).map_err(|_| "the publication is too long for the chain")?;
				Call::publish { signed, bytes }
			}
		};
		let transaction = T::create_authorized_transaction(call.into());
		// Also where the pool has it already.
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction)
			.map_err(|()| "the pool did not take the transaction")?;
		Ok(Outcome::Sent)
	}

	/// Who is in a publication: attested now, and announced to the node or on chain.
	fn present(
		who: &AccountId,
		notary: &NotaryRecord,
		window: Window,
		announced: &[u8],
	) -> Result<SlotSet, &'static str> {
		const TOO_LARGE: &str = "the universe is too large";
		let mut heard = SlotSet::new(notary.universe).map_err(|_| TOO_LARGE)?;
		let slots = decode_slots(announced).map_err(|_| "the slots that the node has left do not ascend")?;
		for slot in slots.take_while(|slot| *slot < notary.universe) {
			heard.insert(slot).map_err(|_| TOO_LARGE)?;
		}
		let mut set = SlotSet::new(notary.universe).map_err(|_| TOO_LARGE)?;
		for (slot, attestation) in Attestations::<T>::iter_prefix(who) {
			if heard.contains(slot) || attestation.tenure.announced.contains(window) {
				set.insert(slot).map_err(|_| TOO_LARGE)?;
			}
		}
		Ok(set)
	}

	/// Makes and signs a publication, and stores it for good.
	fn make(
		raw: &Account,
		notary: &NotaryRecord,
		key: Public,
		context: Context,
		set: &SlotSet,
		strict: bool,
	) -> Result<(SignedCommitment, Vec<u8>), &'static str> {
		let Context { window, .. } = context;
		// What a delta starts from must be there as long as the delta can be disputed.
		let limits = Self::limits(notary);
		let oldest = window.saturating_sub(T::Retention::get() / 2);
		let before =
			load::<Window>(&base_key(raw)).filter(|before| !strict && (oldest..window).contains(before));
		let before = before.and_then(|before| {
			let bytes = load::<Vec<u8>>(&publication_key(raw, before))?;
			let (_, set) = exact::decode(&bytes, &limits, None).ok()?;
			Some((before, bytes, set))
		});
		let base = before.as_ref().map(|(window, bytes, set)| {
			let earlier = Earlier { window: *window, set };
			Base { bytes, earlier }
		});
		let link = notary.link.clone();
		let (bytes, commitment) = publish(Self::genesis(), *raw, context, set, base, link)
			.map_err(|_| "the publication could not be made")?;
		let signature = sp_io::crypto::sr25519_sign(KEY_TYPE, &key, &commitment.payload())
			.ok_or("the keystore did not sign")?;

		store(&publication_key(raw, window), &bytes);
		if commitment.kind != Kind::Delta {
			store(&base_key(raw), &window);
		}
		let signed = SignedCommitment { commitment, signature: signature.0 };
		// Last: where it is, everything is.
		store(&commitment_key(raw, window), &signed);
		if let Some(old) = window.checked_sub(T::Retention::get().saturating_mul(2)) {
			for key in [publication_key(raw, old), commitment_key(raw, old)] {
				StorageValueRef::persistent(&key).clear();
			}
		}
		Ok((signed, bytes))
	}
}

fn load<V: Decode>(key: &[u8]) -> Option<V> {
	StorageValueRef::persistent(key).get().ok().flatten()
}

fn store(key: &[u8], value: &impl Encode) {
	StorageValueRef::persistent(key).set(value);
}
