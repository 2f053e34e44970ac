//! `Get` adaptors: how every other pallet reads one of the windows.

use crate::{Config, Current};
use core::marker::PhantomData;
use frame_support::traits::{Get, TypedGet};
use frame_system::pallet_prelude::BlockNumberFor;

macro_rules! adaptors {
	($($(#[$doc:meta])* $name:ident: $type:ty = |$windows:ident| $value:expr;)*) => {$(
		$(#[$doc])*
		pub struct $name<T>(PhantomData<T>);

		impl<T: Config> Get<$type> for $name<T> {
			fn get() -> $type {
				let $windows = Current::<T>::get();
				$value.into()
			}
		}

		impl<T: Config> TypedGet for $name<T> {
			type Type = $type;

			fn get() -> $type {
				<Self as Get<$type>>::get()
			}
		}
	)*};
}

adaptors! {
	/// Half a slot, in milliseconds: what `pallet-timestamp` wants, and BABE doubles.
	HalfSlot: u64 = |w| w.consensus.slot_ms / 2;
	/// A slot, in milliseconds.
	Slot: u64 = |w| w.consensus.slot_ms;
	/// An epoch, in slots.
	EpochSlots: u64 = |w| w.consensus.epoch_slots;
	/// Sessions in an era.
	SessionsPerEra: u32 = |w| w.consensus.sessions_per_era;
	/// Eras until a validator's stake can be withdrawn.
	BondingEras: u32 = |w| w.consensus.bonding_eras;
	/// Eras that a validator's slash waits.
	SlashDeferEras: u32 = |w| w.consensus.slash_defer_eras;
	/// How long evidence of equivocation is accepted, in slots: while the stake is still bonded.
	EquivocationLongevity: u64 = |w| {
		let c = w.consensus;
		u64::from(c.bonding_eras)
			.saturating_mul(c.sessions_per_era.into())
			.saturating_mul(c.epoch_slots.into())
	};
	/// Length of an era of operators' stake.
	Era: BlockNumberFor<T> = |w| w.stake.era;
	/// How long an offer waits before it takes clients.
	Activation: BlockNumberFor<T> = |w| w.stake.activation;
	/// How long a client is served after notice.
	Notice: BlockNumberFor<T> = |w| w.stake.notice;
	/// How long after an offence it can be reported.
	Report: BlockNumberFor<T> = |w| w.stake.report;
	/// How long a reported slash can be vetoed.
	Review: BlockNumberFor<T> = |w| w.stake.review;
	/// How long a bond stays slashable after it stopped backing anything.
	Unbonding: BlockNumberFor<T> = |w| w.stake.unbonding;
	/// Length of a window of notaries.
	PresenceWindow: BlockNumberFor<T> = |w| w.presence.window;
	/// After the end of a window, in which it is committed to.
	Grace: BlockNumberFor<T> = |w| w.presence.grace;
	/// How many windows can be disputed.
	Retention: u32 = |w| w.presence.retention;
	/// In which a notary answers a challenge.
	Answer: BlockNumberFor<T> = |w| w.presence.answer;
	/// In which a promised report is made.
	Intent: BlockNumberFor<T> = |w| w.presence.intent;
	/// For which a request to a notary may be open.
	Request: BlockNumberFor<T> = |w| w.presence.request;
	/// In which a channel's proposal can be accepted.
	Proposal: BlockNumberFor<T> = |w| w.channels.proposal;
	/// In which a channel closes.
	Close: BlockNumberFor<T> = |w| w.channels.close;
	/// Until a rise of a node's stake counts.
	NodeActivation: BlockNumberFor<T> = |w| w.edges.activation;
	/// Between the notice and the end of an edge.
	EdgeNotice: BlockNumberFor<T> = |w| w.edges.notice;
	/// For how long the past of the network is remembered.
	Horizon: BlockNumberFor<T> = |w| w.edges.horizon;
	/// Age at the most of the block for which a certificate is begun.
	MaxAge: BlockNumberFor<T> = |w| w.edges.age;
	/// In which those who were cut off can rejoin.
	CutGrace: BlockNumberFor<T> = |w| w.edges.grace;
	/// In which a node can do so once.
	GraceInterval: BlockNumberFor<T> = |w| w.edges.grace_interval;
	/// In which a large cut can be vetoed.
	CutReview: BlockNumberFor<T> = |w| w.edges.review;
	/// In which claims can be made for a cut.
	Claims: BlockNumberFor<T> = |w| w.edges.claims;
	/// For how long a majority must last.
	Majority: BlockNumberFor<T> = |w| w.edges.majority;
	/// For how long a deposit stands behind the centre.
	CentreBond: BlockNumberFor<T> = |w| w.edges.bond;
	/// For which a proposed agreement can be accepted.
	AgreementProposal: BlockNumberFor<T> = |w| w.agreements.proposal;
	/// In which operators answer at the least.
	ShortestAnswer: BlockNumberFor<T> = |w| w.agreements.shortest_answer;
	/// In which they answer at the most.
	LongestAnswer: BlockNumberFor<T> = |w| w.agreements.longest_answer;
	/// After the end of an agreement, in which its client can claim penalties.
	PenaltyClaims: BlockNumberFor<T> = |w| w.agreements.claims;
	/// For which randomness is kept.
	BeaconLife: BlockNumberFor<T> = |w| w.agreements.beacon_life();
	/// How long a referendum may wait for its decision deposit.
	UndecidingTimeout: BlockNumberFor<T> = |w| w.governance.undeciding_timeout;
	/// Lock of a vote at conviction 1.
	VoteLock: BlockNumberFor<T> = |w| w.governance.vote_lock;
	/// Between two spendings of the treasury.
	SpendPeriod: BlockNumberFor<T> = |w| w.governance.spend_period;
	/// In which an approved spend must be claimed.
	PayoutPeriod: BlockNumberFor<T> = |w| w.governance.payout_period;
	/// How long safe mode lasts once entered.
	SafeModeDuration: BlockNumberFor<T> = |w| w.governance.safe_mode;
	/// In which a motion of the committee must be decided.
	MotionDuration: BlockNumberFor<T> = |w| w.governance.motion;
}
