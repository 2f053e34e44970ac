//! Handing in, and what is signed for this chain.

use crate::{
	crypto::HostVerifier,
	pallet::*,
	types::{HandedIn, Party},
};
use frame_support::ensure;
use sp_core::H256;
use sp_runtime::DispatchResult;
use surety_primitives::{BlockNumber, ChannelStatus};
use surety_response::{Endorsement, Message, Side, Signed, Voucher};

impl<T: Config> Pallet<T> {
	/// Hash of the genesis block, which everything that is signed for this chain names.
	pub fn genesis() -> H256 {
		let first: BlockNumber = 0;
		frame_system::Pallet::<T>::block_hash(first)
	}

	/// Whether `signed` is the party's signature of `message` on this chain.
	pub(crate) fn is_signed(party: &Party<T::AccountId>, message: &impl Message, signed: &Signed) -> bool {
		signed.verify::<HostVerifier>(message, &Self::genesis(), &party.keys)
	}

	pub(crate) fn do_hand_in(
		who: T::AccountId,
		payee: Side,
		voucher: Voucher,
		signed: Signed,
		endorsement: Option<Signed>,
	) -> DispatchResult {
		let id = voucher.channel;
		let mut channel = Self::find(id)?;
		let party = channel.parties.of(payee);
		let watcher = if party.account == who {
			None
		} else {
			let watcher = party.watcher.clone().filter(|watcher| watcher.account == who);
			Some(watcher.ok_or(Error::<T>::NotAuthorized)?)
		};
		let closing = match channel.status {
			ChannelStatus::Open => false,
			ChannelStatus::Closing { settles_at } => {
				ensure!(Self::now() < settles_at, Error::<T>::OutsideOfWindow);
				true
			}
		};
		let claim = voucher.claim();
		let earlier = party.handed_in.as_ref().map(|handed_in| &handed_in.claim);
		ensure!(claim.supersedes(earlier), Error::<T>::NotBetter);
		ensure!(watcher.is_some() == endorsement.is_some(), Error::<T>::EndorsementMismatch);
		if let Some(endorsement) = endorsement {
			let endorsed = Self::is_signed(party, &Endorsement(voucher), &endorsement);
			ensure!(endorsed, Error::<T>::InvalidSignature);
		}
		let payer = channel.parties.of(payee.other());
		ensure!(Self::is_signed(payer, &voucher, &signed), Error::<T>::InvalidSignature);

		let earned_by = watcher.filter(|_| closing);
		channel.parties.of_mut(payee).handed_in = Some(HandedIn { claim, earned_by });
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::HandedIn { id, payee, by: who, claim });
		Ok(())
	}
}
