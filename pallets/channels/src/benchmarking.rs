//! Benchmarks of the calls, in an asset: it touches more storage than the native token. Parties have as many keys as
//! there can be, and watchers who are new in the asset.

use super::*;
use crate::types::remainder;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_core::{crypto::KeyTypeId, sr25519};
use surety_primitives::{
	benchmarking::AssetHelper, AssetKind, Balance, BlockNumber, ChannelId, ChannelStatus, UNIT,
};
use surety_response::{
	Claim, CloseTerms, Endorsement, KeyIndex, Message, PerSide, PublicKey, Side, Signature, Signed, Voucher,
};

const KEYS: KeyTypeId = KeyTypeId(*b"chan");
const DEPOSIT: Balance = 1_000_000;
const REWARD: Balance = 1_000;

/// A key of the host's that can sign.
fn generate() -> sr25519::Public {
	sp_io::crypto::sr25519_generate(KEYS, None)
}

/// A key that nobody has.
fn any_key(number: u8) -> PublicKey {
	PublicKey::Ed25519([number; 32])
}

/// Signed by a key that is the last of its party's.
fn sign<T: Config>(key: &sr25519::Public, message: &impl Message) -> Result<Signed, BenchmarkError> {
	let payload = message.signing_payload(&Pallet::<T>::genesis());
	let signature = sp_io::crypto::sr25519_sign(KEYS, key, &payload)
		.ok_or(BenchmarkError::Stop("the host has the key"))?;
	let key = KeyIndex::try_from(MAX_KEYS.saturating_sub(1)).map_err(|_| BenchmarkError::Stop("fits"))?;
	Ok(Signed { key, signature: Signature::Sr25519(signature.0) })
}

/// Both accounts can deposit so much in the asset that is returned.
pub(crate) fn prepare_open<T: Config>(accounts: &PerSide<T::AccountId>, deposit: Balance) -> AssetKind {
	let asset = T::BenchmarkHelper::asset(&accounts.opener, 0);
	AcceptedAssets::<T>::insert(&asset, ());
	for side in Side::BOTH {
		let who = accounts.of(side);
		let native = T::StorageDeposit::get().saturating_add(UNIT);
		T::BenchmarkHelper::mint(&AssetKind::Native, who, native);
		T::BenchmarkHelper::mint(&asset, who, deposit.saturating_mul(10).saturating_add(UNIT));
	}
	asset
}

fn accounts<T: Config>() -> PerSide<T::AccountId> {
	PerSide { opener: account("opener", 0, 0), acceptor: account("acceptor", 0, 0) }
}

fn watchers<T: Config>() -> PerSide<T::AccountId> {
	PerSide { opener: account("watcher", 0, 0), acceptor: account("watcher", 1, 0) }
}

fn proposed<T: Config>() -> Result<(PerSide<T::AccountId>, ChannelId), BenchmarkError> {
	let accounts = accounts::<T>();
	let asset = prepare_open::<T>(&accounts, DEPOSIT);
	let id = NextChannelId::<T>::get();
	let (origin, acceptor) = (RawOrigin::Signed(accounts.opener.clone()), accounts.acceptor.clone());
	Pallet::<T>::open(origin.into(), acceptor, asset, DEPOSIT, DEPOSIT, any_key(1))?;
	Ok((accounts, id))
}

/// An open channel, and the last key of each party.
fn opened<T: Config>() -> Result<(PerSide<T::AccountId>, ChannelId, PerSide<sr25519::Public>), BenchmarkError>
{
	let (accounts, id) = proposed::<T>()?;
	Pallet::<T>::accept(RawOrigin::Signed(accounts.acceptor.clone()).into(), id, any_key(2))?;
	let last = PerSide { opener: generate(), acceptor: generate() };
	let mut number = 2u8;
	change::<T>(id, |channel| {
		for side in Side::BOTH {
			let party = channel.parties.of_mut(side);
			let mut keys = party.keys.to_vec();
			while keys.len() < MAX_KEYS.saturating_sub(1) as usize {
				number = number.saturating_add(1);
				keys.push(any_key(number));
			}
			keys.push(PublicKey::Sr25519(last.of(side).0));
			party.keys = BoundedVec::truncate_from(keys);
			let account = watchers::<T>().of(side).clone();
			party.watcher = Some(Watcher { account, reward: REWARD });
		}
	})?;
	Ok((accounts, id, last))
}

fn change<T: Config>(
	id: ChannelId,
	change: impl FnOnce(&mut Channel<T::AccountId>),
) -> Result<(), BenchmarkError> {
	let mut channel = Channels::<T>::get(id).ok_or(BenchmarkError::Stop("is open"))?;
	change(&mut channel);
	Channels::<T>::insert(id, channel);
	Ok(())
}

/// A channel that is being closed, and into which both watchers have handed in: as many payments as there can be.
fn closing<T: Config>() -> Result<(PerSide<T::AccountId>, ChannelId, PerSide<sr25519::Public>), BenchmarkError>
{
	let (accounts, id, keys) = opened::<T>()?;
	Pallet::<T>::close_unilaterally(RawOrigin::Signed(accounts.opener.clone()).into(), id)?;
	change::<T>(id, |channel| {
		for (side, paid) in [(Side::Opener, DEPOSIT / 4), (Side::Acceptor, DEPOSIT / 2)] {
			let party = channel.parties.of_mut(side);
			let claim = Claim { paid, received_ack: 0 };
			party.handed_in = Some(HandedIn { claim, earned_by: party.watcher.clone() });
		}
	})?;
	Ok((accounts, id, keys))
}

fn nothing_is_left<T: Config>(id: ChannelId) {
	assert!(!Channels::<T>::contains_key(id));
	assert!(!Remainders::<T>::contains_key(id));
}

fn advance<T: Config>(blocks: BlockNumber) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let accounts = accounts::<T>();
		let asset = prepare_open::<T>(&accounts, DEPOSIT);
		let id = NextChannelId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.opener), accounts.acceptor, asset, DEPOSIT, DEPOSIT, any_key(1));

		assert!(Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn accept() -> Result<(), BenchmarkError> {
		let (accounts, id) = proposed::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.acceptor), id, any_key(2));

		assert!(Channels::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn withdraw_proposal() -> Result<(), BenchmarkError> {
		let (accounts, id) = proposed::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.acceptor), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn expire_proposal() -> Result<(), BenchmarkError> {
		let (_, id) = proposed::<T>()?;
		advance::<T>(T::ProposalLifetime::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn top_up() -> Result<(), BenchmarkError> {
		let (accounts, id, _) = opened::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.opener), id, DEPOSIT);

		let deposits = Channels::<T>::get(id).map(|channel| channel.deposits());
		assert_eq!(deposits, Some(PerSide { opener: 2 * DEPOSIT, acceptor: DEPOSIT }));
		Ok(())
	}

	#[benchmark]
	fn add_key() -> Result<(), BenchmarkError> {
		let (accounts, id, _) = opened::<T>()?;
		change::<T>(id, |channel| {
			channel.parties.opener.keys.pop();
		})?;

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.opener), id, any_key(99));

		assert!(Channels::<T>::get(id).is_some_and(|channel| channel.knows_key(&any_key(99))));
		Ok(())
	}

	#[benchmark]
	fn set_watcher() -> Result<(), BenchmarkError> {
		let (accounts, id, _) = opened::<T>()?;
		let watcher = Watcher { account: account("watcher", 2, 0), reward: REWARD };

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.opener), id, Some(watcher.clone()));

		let set = Channels::<T>::get(id).and_then(|channel| channel.parties.opener.watcher);
		assert_eq!(set, Some(watcher));
		Ok(())
	}

	#[benchmark]
	fn close_cooperatively() -> Result<(), BenchmarkError> {
		let (_, id, keys) = closing::<T>()?;
		let payouts = PerSide { opener: DEPOSIT / 2, acceptor: DEPOSIT + DEPOSIT / 2 };
		let terms = CloseTerms { channel: id, payouts, valid_until: BlockNumber::MAX };
		let signatures = PerSide {
			opener: sign::<T>(&keys.opener, &terms)?,
			acceptor: sign::<T>(&keys.acceptor, &terms)?,
		};

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), terms, signatures);

		nothing_is_left::<T>(id);
		Ok(())
	}

	#[benchmark]
	fn close_unilaterally() -> Result<(), BenchmarkError> {
		let (accounts, id, _) = opened::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(accounts.acceptor), id);

		assert!(Channels::<T>::get(id).is_some_and(|channel| channel.is_closing()));
		Ok(())
	}

	#[benchmark]
	fn hand_in() -> Result<(), BenchmarkError> {
		let (_, id, keys) = closing::<T>()?;
		let voucher = Voucher { channel: id, paid: DEPOSIT, received_ack: 0 };
		let signed = sign::<T>(&keys.opener, &voucher)?;
		let endorsement = sign::<T>(&keys.acceptor, &Endorsement(voucher))?;
		let watcher = watchers::<T>().acceptor;

		#[extrinsic_call]
		_(RawOrigin::Signed(watcher), Side::Acceptor, voucher, signed, Some(endorsement));

		let handed_in = Channels::<T>::get(id).and_then(|channel| channel.parties.acceptor.handed_in);
		assert_eq!(handed_in.map(|handed_in| handed_in.claim), Some(voucher.claim()));
		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let (_, id, _) = closing::<T>()?;
		let Some(ChannelStatus::Closing { settles_at }) =
			Channels::<T>::get(id).map(|channel| channel.status)
		else {
			return Err(BenchmarkError::Stop("is being closed"));
		};
		frame_system::Pallet::<T>::set_block_number(settles_at);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		nothing_is_left::<T>(id);
		Ok(())
	}

	#[benchmark]
	fn collect() -> Result<(), BenchmarkError> {
		let (_, id, _) = closing::<T>()?;
		let channel = Channels::<T>::take(id).ok_or(BenchmarkError::Stop("is there"))?;
		let payouts = channel.payouts();
		let left = remainder(channel, payouts);
		assert_eq!(left.dues.len(), 5);
		Remainders::<T>::insert(id, left);

		#[extrinsic_call]
		_(RawOrigin::Signed(whitelisted_caller()), id);

		nothing_is_left::<T>(id);
		Ok(())
	}

	#[benchmark]
	fn accept_asset() -> Result<(), BenchmarkError> {
		let asset = T::BenchmarkHelper::asset(&account("owner", 0, 0), 0);
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(AcceptedAssets::<T>::contains_key(&asset));
		Ok(())
	}

	#[benchmark]
	fn retire_asset() -> Result<(), BenchmarkError> {
		let asset = T::BenchmarkHelper::asset(&account("owner", 0, 0), 0);
		AcceptedAssets::<T>::insert(&asset, ());
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(!AcceptedAssets::<T>::contains_key(&asset));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
