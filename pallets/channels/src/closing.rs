//! From the begin of a close to the last payment.

use crate::{
	pallet::*,
	types::{remainder, rewards, Channel},
};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_primitives::{Balance, BlockNumber, ChannelId, ChannelStatus};
use surety_response::{CloseTerms, PerSide, Side, Signed};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_close_cooperatively(terms: CloseTerms, signatures: PerSide<Signed>) -> DispatchResult {
		let id = terms.channel;
		let channel = Self::find(id)?;
		ensure!(channel.edge.is_none() || channel.is_closing(), Error::<T>::BelongsToEdge);
		ensure!(Self::now() <= terms.valid_until, Error::<T>::TermsExpired);
		let total = terms.payouts.total().ok_or(Error::<T>::WrongTotal)?;
		ensure!(Some(total) == channel.deposits().total(), Error::<T>::WrongTotal);
		for side in Side::BOTH {
			let signed = Self::is_signed(channel.parties.of(side), &terms, signatures.of(side));
			ensure!(signed, Error::<T>::InvalidSignature);
		}
		Self::finish(id, channel, terms.payouts, true);
		Ok(())
	}

	pub(crate) fn do_close_unilaterally(who: T::AccountId, id: ChannelId) -> DispatchResult {
		let channel = Self::find(id)?;
		ensure!(channel.side_of(&who).is_some(), Error::<T>::NotAuthorized);
		ensure!(channel.edge.is_none(), Error::<T>::BelongsToEdge);
		ensure!(!channel.is_closing(), Error::<T>::Closing);
		Self::begin_to_close(id, channel, Some(who))?;
		Ok(())
	}

	/// Begins to close a channel that is open.
	pub(crate) fn begin_to_close(
		id: ChannelId,
		mut channel: Channel<T::AccountId>,
		by: Option<T::AccountId>,
	) -> Result<BlockNumber, DispatchError> {
		let settles_at = Self::now().checked_add(channel.close_window).ok_or(ArithmeticError::Overflow)?;
		channel.status = ChannelStatus::Closing { settles_at };
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::CloseBegun { id, by, settles_at });
		Ok(settles_at)
	}

	pub(crate) fn do_settle(id: ChannelId) -> DispatchResult {
		let channel = Self::find(id)?;
		let ChannelStatus::Closing { settles_at } = channel.status else {
			return Err(Error::<T>::OutsideOfWindow.into());
		};
		ensure!(Self::now() >= settles_at, Error::<T>::OutsideOfWindow);
		let payouts = channel.payouts();
		Self::finish(id, channel, payouts, false);
		Ok(())
	}

	/// Removes a channel and pays what can be paid. Cannot fail: a party that cannot be paid must not keep the other
	/// from its money.
	fn finish(id: ChannelId, channel: Channel<T::AccountId>, payouts: PerSide<Balance>, cooperative: bool) {
		let rewards = rewards(&channel, &payouts);
		let mut left = remainder(channel, payouts);
		Channels::<T>::remove(id);
		Self::pay_out(&mut left);
		Self::deposit_event(Event::Settled { id, payouts, rewards, cooperative });
		let amount = left.dues.iter().fold(0, |sum: Balance, due| sum.saturating_add(due.amount));
		if amount > 0 {
			Self::deposit_event(Event::RemainderKept { id, amount });
		}
		Self::store(id, left);
	}
}
