//! The accounts that send, one transfer each, and the transfers, signed before the clock starts.

use codec::Encode;
use sp_core::{sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_runtime::MultiSignature;
use std::{num::NonZeroUsize, thread};
use surety_runtime::{
	capacity::{extensions, transfer},
	AccountId, Address, Balance, Hash, SignedPayload, UncheckedExtrinsic, UNIT, VERSION,
};

/// What each account holds at genesis.
pub(crate) const ENDOWMENT: Balance = 10 * UNIT;
/// What each account sends. Both sides stay far above the existential deposit.
const VALUE: Balance = UNIT;

/// A signed transfer.
pub(crate) struct Transfer {
	/// As JSON-RPC wants it: hexadecimal, with `0x`.
	pub(crate) hex: String,
	/// Hash of the bytes, by which the transfer is found in blocks.
	pub(crate) hash: [u8; 32],
}

/// The key of an account: the same on every run.
pub(crate) fn key(index: usize) -> sr25519::Pair {
	sr25519::Pair::from_seed(&blake2_256(&(b"surety-bench/tps", index as u64).encode()))
}

/// The account of a key.
pub(crate) fn account(key: &sr25519::Pair) -> AccountId {
	AccountId::new(key.public().0)
}

/// A transfer by a fresh account: nonce 0, never expires.
pub(crate) fn sign(key: &sr25519::Pair, to: AccountId, genesis: Hash) -> UncheckedExtrinsic {
	let implicit = (
		(),
		(),
		VERSION.spec_version,
		VERSION.transaction_version,
		genesis,
		// A transaction that never expires signs the genesis in place of a recent block.
		genesis,
		(),
		(),
		(),
		None,
		(),
	);
	let payload = SignedPayload::from_raw(transfer(to, VALUE), extensions(0), implicit);
	let signature = payload.using_encoded(|bytes| key.sign(bytes));
	let (call, extensions, _) = payload.deconstruct();
	let sender: Address = account(key).into();
	UncheckedExtrinsic::new_signed(call, sender, MultiSignature::Sr25519(signature), extensions)
}

/// One transfer by each key. They go round in a ring half the accounts apart: each account is paid once,
/// and no account is one that a whole block waits for.
pub(crate) fn sign_all(keys: &[sr25519::Pair], genesis: Hash) -> Vec<Transfer> {
	parallel(keys.len(), |index| {
		let to = &keys[(index + keys.len() / 2) % keys.len()];
		let bytes = sign(&keys[index], account(to), genesis).encode();
		Transfer { hex: format!("0x{}", hex::encode(&bytes)), hash: blake2_256(&bytes) }
	})
}

/// `f` of each number below `count`, in order, on all processors.
pub(crate) fn parallel<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
	let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
	let share = count.div_ceil(threads).max(1);
	let f = &f;
	thread::scope(|scope| {
		let parts = (0..count)
			.step_by(share)
			.map(|from| scope.spawn(move || (from..(from + share).min(count)).map(f).collect::<Vec<_>>()))
			.collect::<Vec<_>>();
		parts
			.into_iter()
			.flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
			.collect()
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;
	use std::collections::HashSet;

	#[test]
	fn keys_should_be_the_same_on_every_run_and_differ_from_each_other() {
		assert_eq!(account(&key(7)), account(&key(7)));
		let accounts = parallel(100, |index| account(&key(index)));
		assert_eq!(accounts.iter().collect::<HashSet<_>>().len(), 100);
		assert_eq!(accounts[42], account(&key(42)));
	}

	#[test]
	fn parallel_should_keep_the_order_when_threads_do_not_divide_the_count() {
		for count in [0, 1, 2, 3, 7, 101] {
			assert_eq!(parallel(count, |index| index), (0..count).collect::<Vec<_>>());
		}
	}

	#[test]
	fn transfers_should_decode_to_what_was_signed_and_differ_in_their_hashes() {
		let keys = parallel(5, key);
		let transfers = sign_all(&keys, Hash::repeat_byte(1));
		assert_eq!(transfers.iter().map(|t| t.hash).collect::<HashSet<_>>().len(), 5);
		let bytes = hex::decode(&transfers[0].hex[2..]).expect("hexadecimal");
		let decoded = UncheckedExtrinsic::decode(&mut &bytes[..]).expect("a transaction");
		assert_eq!(decoded.function, transfer(account(&keys[2]), VALUE));
		assert_eq!(blake2_256(&bytes), transfers[0].hash);
	}
}
