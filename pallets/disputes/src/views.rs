//! What clients and reporters read.

use crate::{
	pallet::*,
	types::{AnswerKey, Conviction},
	ConvictionId,
};
use alloc::vec::Vec;
use sp_core::H256;
use surety_primitives::{AccountId, Era};
use surety_response::{relay::Ms, KeyIndex};

impl<T: Config> Pallet<T> {
	/// The answer keys of an operator, by their places: those that were retired among them.
	pub fn answer_keys(operator: &AccountId) -> Vec<(KeyIndex, AnswerKey)> {
		Keys::<T>::get(operator).into_inner().into_iter().collect()
	}

	/// The conviction that the answer to a request of this hash has led to, until it is forgotten.
	pub fn conviction_of(operator: &AccountId, request: H256) -> Option<(ConvictionId, Conviction)> {
		let id = ByRequest::<T>::get(operator, request)?;
		Some((id, Convictions::<T>::get(id)?))
	}

	/// The era that answers for a request that ended then, in ms of Unix time; `None` where that cannot be reported, not yet or
	/// not any more.
	pub fn reportable(ended: Ms) -> Option<Era> {
		Self::era_of(ended).filter(|_| ended <= Self::time())
	}
}
