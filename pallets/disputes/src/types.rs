//! What is stored, and what the pallet asks of others.

use crate::pallet::Config;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	storage::bounded_btree_map::BoundedBTreeMap,
	traits::{ConstU32, Get},
	weights::Weight,
	BoundedVec,
};
use scale_info::TypeInfo;
use sp_core::H256;
use surety_dispute::{Asked, Check, Fault, Rules};
use surety_primitives::{
	traits::FeesPaid, AccountId, AssetKind, Balance, BlockNumber, Era, ServiceFlags, ServiceId, SlashId,
	Verifier,
};
use surety_response::{
	relay::{Basis, Ms},
	KeyIndex, PublicKey,
};

/// The answer keys of an operator, by their places.
pub type AnswerKeys<MaxKeys> = BoundedBTreeMap<KeyIndex, AnswerKey, MaxKeys>;

/// A key that an operator signs statements about its answers with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AnswerKey {
	/// The key.
	pub public: PublicKey,
	/// When it was registered, in ms of Unix time: it answers for requests that ended then or later.
	pub since: Ms,
	/// When it was retired, in ms of Unix time, if it was.
	pub retired: Option<Ms>,
	/// Held for it, in the native token's smallest unit.
	pub deposit: Balance,
}

impl AnswerKey {
	/// The latest end of a request that it answers for, in ms of Unix time; `None` where there is no end to that.
	pub(crate) fn until<T: Config>(&self) -> Option<Ms> {
		self.retired.map(|at| at.saturating_add(T::MaxRequestLife::get()))
	}
}

/// Somebody's word that it has evidence, which it is going to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Commitment {
	/// First block in which the evidence can be shown; as the delay was when it was made.
	pub from: BlockNumber,
	/// First block in which it no longer can.
	pub until: BlockNumber,
	/// Held for it, in the native token's smallest unit.
	pub deposit: Balance,
}

/// When an era of stake began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EraStart {
	/// Number of the era.
	pub era: Era,
	/// When, in ms of Unix time: what ended then or later, and before the next began, is of this era.
	pub at: Ms,
}

/// That an operator was convicted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Conviction {
	/// Who.
	pub operator: AccountId,
	/// On which service.
	pub service: ServiceId,
	/// Of what.
	pub fault: Fault,
	/// Era that answers for it.
	pub era: Era,
	/// Hashes of the requests that were answered wrongly.
	pub requests: BoundedVec<H256, ConstU32<2>>,
	/// Number of the slash.
	pub slash: SlashId,
	/// Who has reported it.
	pub reporter: AccountId,
	/// Held from the reporter for the record, in the native token's smallest unit.
	pub deposit: Balance,
}

/// By what requests are made.
pub trait Contracts<AccountId> {
	/// Who has paid whom, for which service and how much, by a subscription or an agreement that is still there.
	fn contract(basis: &Basis) -> Option<FeesPaid<AccountId, AssetKind, Balance>>;

	/// Makes one of `client` by which it has paid something.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_contract(client: &AccountId, operator: &AccountId, service: ServiceId) -> Basis;
}

/// The runtime's own verifiers of answers, see [`Check::Native`]. Each must say the same of the same answer for ever: one that
/// is to say something else gets another number.
pub trait NativeVerifiers {
	/// Whether `body` is a right answer to what was asked; `None` where there is no verifier of this number.
	fn is_right(verifier: u32, asked: &Asked, body: &[u8]) -> Option<bool>;

	/// What asking that weighs at the most, for a call and a body of so many bytes together.
	fn weight(verifier: u32, bytes: u32) -> Weight;
}

/// There are none.
impl NativeVerifiers for () {
	fn is_right(_: u32, _: &Asked, _: &[u8]) -> Option<bool> {
		None
	}

	fn weight(_: u32, _: u32) -> Weight {
		Weight::zero()
	}
}

/// How answers of a service are checked, as the registry has it.
#[must_use]
pub fn check_of(verifier: Verifier) -> Check {
	match verifier {
		Verifier::None => Check::None,
		Verifier::FixedHash => Check::FixedHash,
		Verifier::MerkleChunk => Check::MerkleChunk,
		Verifier::Native(number) => Check::Native(number),
	}
}

/// By what answers of a service may be judged, as the registry has it: what operators sign, and clients insist on.
#[must_use]
pub fn rules_of(verifier: Verifier, flags: ServiceFlags, artifact: Option<H256>) -> Rules {
	Rules { check: check_of(verifier), deterministic: flags.deterministic, artifact }
}
