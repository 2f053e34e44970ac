//! How an edge is severed, and what that costs (S3 §2, §3.1).

use crate::{
	closing::Found,
	pallet::*,
	types::{EdgeRecord, End, Evidence, Intent},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchError;
use surety_primitives::{traits::Channels, AccountId, Balance, EdgeId};
use surety_response::{PerSide, SeverIntent, Side};

/// What one end of a severed edge pays.
pub(crate) struct Charge {
	/// All of it: half of what is held from the end.
	pub(crate) half: Balance,
	/// What of that burns.
	pub(crate) burned: Balance,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_sever(
		who: AccountId,
		id: EdgeId,
		intent: Intent,
		evidence: Evidence<Path<T>>,
	) -> Result<Option<u32>, DispatchError> {
		let mut edge = Self::open_edge(id)?;
		let signer = Self::end_of(&edge, intent.by)?;
		let signed =
			T::Channels::has_signed(edge.channel, &signer, &SeverIntent { edge: id }, &intent.signed);
		ensure!(signed, Error::<T>::InvalidSignature);

		let burned = Self::charge_of(edge.penalty).burned.saturating_mul(2);
		let reward = Self::charge(&mut edge, intent.by, &who)?;
		let ends = edge.ends;
		Self::end_edge(id, edge)?;
		let Found { finding, expanded } = Self::find_out(id, ends, evidence, &who)?;
		Self::deposit_event(Event::Severed { edge: id, by: intent.by, burned, reward, finding });
		Ok(expanded)
	}

	/// What either end of an edge pays when it is severed. Rounded against both.
	pub(crate) fn charge_of(penalty: Balance) -> Charge {
		let half = penalty.div_ceil(2);
		Charge { half, burned: T::BurnShare::get().mul_ceil(half).min(half) }
	}

	/// What whoever submits an intent gets of the signer's half.
	pub(crate) fn sever_reward(charge: &Charge) -> Balance {
		T::SeverReward::get().min(charge.half.saturating_sub(charge.burned))
	}

	/// Charges each end half of the penalty, of which a share burns and the rest stays in escrow; the one who submits is
	/// paid from the signer's. Returns what that is.
	fn charge(edge: &mut EdgeRecord, by: Side, submitter: &AccountId) -> Result<Balance, DispatchError> {
		let charge = Self::charge_of(edge.penalty);
		let reward = Self::sever_reward(&charge);
		let left = charge.half.saturating_sub(charge.burned);
		let mut paid = 0;
		for side in Side::BOTH {
			let account = Self::end_of(edge, side)?;
			Self::burn(HoldReason::Penalty, &account, charge.burned)?;
			let mut escrow = left;
			if side == by {
				// Who cannot take it must not keep the edge from being severed.
				paid = Self::reward(HoldReason::Penalty, &account, submitter, reward)?;
				escrow = left.saturating_sub(reward);
			}
			let held = edge.held.of_mut(side);
			held.rest = held.rest.saturating_sub(charge.half);
			held.escrow = escrow;
		}
		let charged = PerSide { opener: left, acceptor: left };
		edge.end = Some(End::Severed { by, charged, settled: false });
		Ok(paid)
	}
}
