//! What the pallet tells the world.

use frame_support::pallet_macros::pallet_section;

/// Pasted into the pallet.
#[pallet_section]
mod events {
	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Terms were proposed.
		Proposed {
			/// Number of the agreement that is to be.
			agreement: AgreementId,
			/// Who is to pay.
			client: AccountId,
			/// Who is to serve.
			operator: AccountId,
			/// Which of them has proposed it.
			by: Party,
			/// Hash of the terms and of both accounts: what is to be consented to.
			terms_hash: H256,
			/// First block in which it can no longer be accepted.
			expires_at: BlockNumber,
		},
		/// A proposal was withdrawn, or has lapsed.
		Withdrawn {
			/// Its number.
			agreement: AgreementId,
		},
		/// Both have agreed.
		Agreed {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Who pays.
			client: AccountId,
			/// Who serves.
			operator: AccountId,
			/// First block of it.
			start: BlockNumber,
			/// First block that is no longer part of it.
			end: BlockNumber,
			/// Reserved of the operator's own stake, in the native token's smallest unit.
			reserved: Balance,
			/// Paid ahead, in the smallest unit of the price's asset.
			deposited: Balance,
		},
		/// The client prolonged an agreement.
		Renewed {
			/// Its number.
			agreement: AgreementId,
			/// First block that is no longer part of it.
			end: BlockNumber,
			/// Paid ahead for that, in the smallest unit of the price's asset.
			deposited: Balance,
		},
		/// One of the two gave notice.
		NoticeGiven {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Which one.
			by: Party,
			/// First block that is no longer part of it.
			end: BlockNumber,
		},
		/// The operator is down: it was cut off from the main component, or did not answer.
		WentDown {
			/// Number of the agreement.
			agreement: AgreementId,
			/// First block for which it counts as down.
			since: BlockNumber,
		},
		/// The operator has shown that it is within reach.
		CameBack {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Blocks of downtime that are counted for the isolation.
			counted: BlockNumber,
		},
		/// The client asks whether the operator can be reached.
		Challenged {
			/// Number of the agreement.
			agreement: AgreementId,
			/// First block in which it is too late to answer.
			due: BlockNumber,
			/// What the answer is paid, in the native token's smallest unit.
			fee: Balance,
		},
		/// The operator answered by a path.
		Answered {
			/// Number of the agreement.
			agreement: AgreementId,
			/// What it was paid for that, in the native token's smallest unit.
			fee: Balance,
		},
		/// The chain has kept randomness.
		BeaconKept {
			/// Its number.
			beacon: BeaconId,
			/// What was fixed before this block was fixed without knowing it.
			valid_for: BlockNumber,
		},
		/// The operator has shown the chunks of a round.
		AuditAnswered {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Number of the round.
			round: u32,
		},
		/// The operator has not shown the chunks of a round in time.
		AuditMissed {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Number of the round.
			round: u32,
			/// What it owes for that, in the native token's smallest unit; nothing where it is too late to be reported.
			penalty: Balance,
		},
		/// The operator was paid what was due.
		FeesPaid {
			/// Number of the agreement.
			agreement: AgreementId,
			/// How much, in the smallest unit of the price's asset; what it shares of it included.
			amount: Balance,
		},
		/// A penalty is under review.
		PenaltyReported {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Number of the slash.
			slash: SlashId,
			/// How much of the operator's own stake it is to take at the most, in the native token's smallest unit.
			amount: Balance,
			/// Era that answers for it.
			era: Era,
		},
		/// A penalty was decided.
		PenaltyDecided {
			/// Number of the agreement.
			agreement: AgreementId,
			/// Number of the slash.
			slash: SlashId,
			/// What is no longer reserved because it was taken, in the native token's smallest unit; nothing where it was vetoed.
			taken: Balance,
		},
		/// An agreement was closed, and everything that was held for it has come back.
		Closed {
			/// Its number.
			agreement: AgreementId,
			/// What the operator was paid with that, in the smallest unit of the price's asset.
			paid: Balance,
			/// What the client got back, in the same unit.
			refunded: Balance,
			/// What was due to the operator and went to the client because it could not be paid, in the same unit.
			forfeited: Balance,
			/// What is no longer reserved, in the native token's smallest unit.
			released: Balance,
		},
	}
}
