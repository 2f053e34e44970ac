//! The centre (S3 §4.1): challenges of it, spread over blocks, and who stands in for it.

use crate::{
	network::SearchPages,
	pallet::*,
	types::{Bond, CentreRecord, ChallengeRecord},
};
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_runtime::{DispatchError, DispatchResult};
use surety_graph::{
	bfs::MIN_BUDGET,
	centre::{Challenge, Verdict},
	reach, Cost,
};
use surety_primitives::{
	topology::{Limits, NodeId, Standing, Totals},
	AccountId, Balance, EdgeId,
};

impl<T: Config> Pallet<T> {
	/// The centre of the main component, or who stands in for it.
	pub fn current_centre() -> Option<NodeId> {
		let is_main = |node: &NodeId| Self::standing_of(*node) == Some(Standing::Main);
		let centre = Centre::<T>::get().map(|centre| centre.node);
		centre.filter(is_main).or_else(|| StandIn::<T>::get().filter(is_main))
	}

	/// What it costs to challenge the centre now: more, the more there is to be searched.
	pub fn challenge_price() -> Balance {
		let nodes = Main::<T>::get().map_or(0, |root| Self::sum_of(root).nodes);
		T::ChallengePerNode::get().saturating_mul(nodes.into()).saturating_add(T::ChallengeDeposit::get())
	}

	pub(crate) fn do_stand_in(node: NodeId) -> DispatchResult {
		ensure!(Self::standing_of(node) == Some(Standing::Main), Error::<T>::NotInMain);
		let centre = Centre::<T>::get().map(|centre| Self::standing_of(centre.node));
		ensure!(centre != Some(Some(Standing::Main)), Error::<T>::CentreStands);
		let before = Self::current_centre();
		let heavier = before.is_none_or(|before| Self::weight_of(node) > Self::weight_of(before));
		ensure!(heavier, Error::<T>::NotHeavier);
		StandIn::<T>::put(node);
		Self::deposit_event(Event::StoodIn { node });
		Ok(())
	}

	pub(crate) fn do_challenge_centre(who: AccountId, node: NodeId) -> DispatchResult {
		ensure!(!CurrentChallenge::<T>::exists(), Error::<T>::OtherChallenge);
		ensure!(Self::standing_of(node) == Some(Standing::Main), Error::<T>::NotInMain);
		let incumbent = Self::current_centre().ok_or(Error::<T>::NoCentre)?;
		ensure!(incumbent != node, Error::<T>::NothingChanged);
		let as_of = Self::now().checked_sub(1).ok_or(Error::<T>::BlockNotEnded)?;
		let deposit = Self::challenge_price();
		Self::hold(HoldReason::Challenge, &who, deposit)?;
		let state = Challenge::new(incumbent, node, as_of);
		CurrentChallenge::<T>::put(ChallengeRecord { by: who.clone(), deposit, as_of, state });
		Self::deposit_event(Event::Challenged { by: who, incumbent, challenger: node, deposit });
		Ok(())
	}

	/// Goes on with the challenge that is under way, within a budget that does not depend on who uses the chain.
	pub(crate) fn advance_challenge() -> Weight {
		let Some(mut challenge) = CurrentChallenge::<T>::get() else {
			return T::DbWeight::get().reads(1);
		};
		// Edges may be forgotten from now on that were open as of its block.
		if Self::now() > challenge.as_of.saturating_add(T::Horizon::get())
			&& challenge.state.verdict().is_none()
		{
			challenge.state.cancel();
		}
		let budget = T::CentreBudget::get();
		let budget = if budget.covers(MIN_BUDGET) { budget } else { MIN_BUDGET };
		let mut pages = SearchPages::<T>::new();
		let cost = challenge.state.step(&Self::network(), &mut pages, budget).unwrap_or_default();
		if challenge.state.is_over() {
			CurrentChallenge::<T>::kill();
			Self::conclude(challenge);
		} else {
			CurrentChallenge::<T>::put(challenge);
		}
		Self::weight_of_step(cost)
	}

	/// What a step of so many reads and writes weighs.
	pub(crate) fn weight_of_step(cost: Cost) -> Weight {
		use crate::WeightInfo;
		T::WeightInfo::search(cost.reads, cost.writes).saturating_add(T::WeightInfo::conclude())
	}

	/// Draws the consequences. Money that cannot be moved stays where it was and goes back to its owner: a hook has nobody
	/// to refuse to.
	fn conclude(challenge: ChallengeRecord) {
		let ChallengeRecord { by, deposit, state, .. } = challenge;
		let verdict = state.verdict();
		let node = state.challenger();
		let in_main = Self::standing_of(node) == Some(Standing::Main);
		let moved = match verdict {
			Some(Verdict::ChallengerWins { .. }) if in_main => Self::install(&by, node, deposit),
			Some(Verdict::IncumbentStays { .. }) => Self::defend(&by, state.incumbent(), deposit),
			_ => Self::give_back(&by, deposit),
		};
		if moved.is_err() {
			let _ = Self::release(HoldReason::Challenge, &by, deposit);
		}
		Self::deposit_event(Event::ChallengeEnded { by, challenger: node, verdict });
	}

	/// A better node is the centre. What it has cost to name it stands behind it, and what stood behind the one before is
	/// won.
	pub(crate) fn install(by: &AccountId, node: NodeId, deposit: Balance) -> DispatchResult {
		if let Some(bond) = Centre::<T>::get().and_then(|centre| centre.bond) {
			Self::reward(HoldReason::Challenge, &bond.owner, by, bond.amount)?;
		}
		let until = Self::now().saturating_add(T::BondPeriod::get());
		let bond = Bond { owner: by.clone(), amount: deposit, until };
		Centre::<T>::put(CentreRecord { node, bond: Some(bond) });
		StandIn::<T>::kill();
		Ok(())
	}

	/// The incumbent is as good: it is paid, and part of it burns, so that nobody challenges itself for nothing.
	fn defend(by: &AccountId, incumbent: NodeId, deposit: Balance) -> DispatchResult {
		let burned = T::BurnShare::get().mul_ceil(deposit).min(deposit);
		let left = deposit.saturating_sub(burned);
		frame_support::storage::with_storage_layer(|| {
			Self::burn(HoldReason::Challenge, by, burned)?;
			match Nodes::<T>::get(incumbent) {
				Some(node) => Self::reward(HoldReason::Challenge, by, &node.account, left).map(|_| ()),
				None => Self::forfeit(HoldReason::Challenge, by, left),
			}
		})
	}

	/// Nothing was decided: part of what it has cost burns all the same, since it has kept the chain busy.
	fn give_back(by: &AccountId, deposit: Balance) -> DispatchResult {
		let burned = T::BurnShare::get().mul_ceil(deposit).min(deposit);
		frame_support::storage::with_storage_layer(|| {
			Self::burn(HoldReason::Challenge, by, burned)?;
			Self::release(HoldReason::Challenge, by, deposit.saturating_sub(burned))
		})
	}

	pub(crate) fn do_reclaim_bond(who: AccountId) -> DispatchResult {
		let mut centre = Centre::<T>::get().ok_or(Error::<T>::NoCentre)?;
		let bond = centre.bond.take().ok_or(Error::<T>::NothingToSettle)?;
		ensure!(bond.owner == who, Error::<T>::NotAuthorized);
		ensure!(Self::now() >= bond.until, Error::<T>::TooEarly);
		// A challenge that is under way is about it.
		ensure!(!CurrentChallenge::<T>::exists(), Error::<T>::OtherChallenge);
		Self::release(HoldReason::Challenge, &who, bond.amount)?;
		Centre::<T>::put(centre);
		Self::deposit_event(Event::BondReclaimed { by: who, amount: bond.amount });
		Ok(())
	}

	/// Checks a path from the centre to a node.
	pub fn check_path_to(node: NodeId, path: &[EdgeId], limits: &Limits) -> Result<Totals, DispatchError> {
		let centre = Self::current_centre().ok_or(Error::<T>::NoCentre)?;
		let most = usize::try_from(T::MaxPath::get()).unwrap_or(usize::MAX);
		reach::verify(&Self::network(), [centre, node], path, limits, most)
			.map_err(|_| Error::<T>::InvalidPath.into())
	}
}
