//! What is known of who is joined to whom: labels, the main component, and what was cut off from it.

use crate::{
	network::Stored,
	pallet::*,
	types::{Candidate, CutOff, Finding, Node, Stage},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};
use surety_graph::{
	labels::{self, Kind, Label, LabelError, Sum},
	witness, Weight,
};
use surety_primitives::{
	topology::{NodeId, Standing},
	traits::Slashable,
	AccountId, BlockNumber, EdgeId,
};
use surety_response::PerSide;

/// No edge ever has this number: the one before it is the last that is given.
const NO_EDGE: EdgeId = EdgeId::MAX;

impl<T: Config> Pallet<T> {
	/// The network as it is stored.
	pub(crate) const fn network() -> Stored<T> {
		Stored::new()
	}

	/// What has gone wrong with labels: too many of something, or the state contradicts itself.
	pub(crate) fn broken(error: LabelError) -> DispatchError {
		match error {
			LabelError::Overflow => ArithmeticError::Overflow.into(),
			LabelError::UnknownNode => Error::<T>::NodeNotFound.into(),
			_ => Error::<T>::Inconsistent.into(),
		}
	}

	/// The component of a node, as far as is known.
	pub(crate) fn component_of(node: NodeId) -> Result<Label, DispatchError> {
		Ok(labels::component(&Self::network(), node).map_err(Self::broken)?.0)
	}

	/// Number and weight of the nodes of a component.
	pub(crate) fn sum_of(root: Label) -> Sum {
		match Labels::<T>::get(root).map(|record| record.kind) {
			Some(Kind::Root { sum, .. }) => sum,
			_ => Sum::default(),
		}
	}

	/// Whether a component is the main one.
	pub(crate) fn is_main(root: Label) -> bool {
		Main::<T>::get() == Some(root)
	}

	/// Where a node stands; `None` where there is none, or it has left.
	pub fn standing_of(node: NodeId) -> Option<Standing<BlockNumber>> {
		let root = Self::component_of(node).ok()?;
		Some(match CutOffs::<T>::get(root) {
			_ if Self::is_main(root) => Standing::Main,
			Some(cut) if !Self::is_vetoed(&cut) => Standing::CutOff { since: cut.since },
			_ => Standing::Apart,
		})
	}

	/// Whether a node that was cut off loses stake by now, and bears penalties. Its time to rejoin is over, or it has used
	/// such a time lately; a review has to be over in either case.
	pub(crate) fn is_liable(node: &Node, cut: &CutOff) -> bool {
		let used = node.grace_used_at.map(|used| used.saturating_add(T::GraceInterval::get()));
		let from = match used {
			Some(until) if cut.known_at < until => cut.review_ends.unwrap_or(cut.known_at),
			_ => cut.liable_from,
		};
		!Self::is_vetoed(cut) && Self::now() >= from
	}

	/// Whether a cut was vetoed: in all the parts that what was cut off has fallen into since.
	pub(crate) fn is_vetoed(cut: &CutOff) -> bool {
		// Only a large one can be.
		cut.review_ends.is_some() && VetoedCuts::<T>::contains_key(cut.id)
	}

	/// Whether claims can be made for a cut, or will be.
	pub(crate) fn has_claims(cut: &CutOff) -> bool {
		Self::now() < cut.claims_end && !Self::is_vetoed(cut)
	}

	/// Whether a node may open edges: one that was cut off, and has not rejoined in time, has to settle first.
	pub(crate) fn ensure_may_open(id: NodeId, node: &Node) -> DispatchResult {
		if let Some(cut) = CutOffs::<T>::get(Self::component_of(id)?) {
			let owes = Self::has_claims(&cut) && Self::is_liable(node, &cut);
			ensure!(!owes || node.punished == Some(cut.id), Error::<T>::NotSettled);
		}
		Ok(())
	}

	/// Two nodes were joined by an edge: their components are one, unless claims can be made against one of them, or one was
	/// cut off and the other is the main one. Nobody becomes liable by accepting an edge; and what was cut off rejoins by
	/// a path to the centre, since the edge could be one to a node of which nobody has shown yet that it was cut off, too.
	/// Nor are they while a certificate splits one of them: `join` tells of the edge when it has.
	pub(crate) fn join_opened(ends: PerSide<NodeId>) -> DispatchResult {
		let (a, b) = (Self::component_of(ends.opener)?, Self::component_of(ends.acceptor)?);
		let (a_cut, b_cut) = (CutOffs::<T>::get(a), CutOffs::<T>::get(b));
		let main = Self::is_main(a) || Self::is_main(b);
		let cut_off = a_cut.is_some() || b_cut.is_some();
		let claims = [&a_cut, &b_cut].into_iter().flatten().any(Self::has_claims);
		let split = Self::being_split().is_some_and(|root| [a, b].contains(&root));
		if a == b || claims || (main && cut_off) || split {
			return Ok(());
		}
		for (node, root) in [(ends.opener, a), (ends.acceptor, b)] {
			// Not of the main component: else those who were cut off, and of whom nobody has shown that yet, could have
			// whoever shows it begin anew by an edge to a newcomer.
			if !Self::is_main(root) {
				Self::note_joined(node)?;
			}
		}
		let root = Self::merge(ends, main)?;
		if let Some(cut) = a_cut.or(b_cut) {
			CutOffs::<T>::insert(root, cut);
		}
		Ok(())
	}

	/// The component that a certificate is splitting. Members of it that were found in another component are off its list
	/// by then, and those that were moved have left this one: whoever came into it, or left it, before the last was moved
	/// would be taken for cut off from others that it has edges to.
	fn being_split() -> Option<Label> {
		match Certificates::<T>::get(Relabelling::<T>::get()?)?.stage {
			Stage::Relabelling(fresh) => Self::root_above(fresh).ok(),
			Stage::Listing(_) | Stage::Clearing => None,
		}
	}

	/// Makes the components of two nodes one, and clears away what was known of either's being cut off.
	fn merge(ends: PerSide<NodeId>, main: bool) -> Result<Label, DispatchError> {
		for node in [ends.opener, ends.acceptor] {
			CutOffs::<T>::remove(Self::component_of(node)?);
		}
		let root = labels::join(&mut Self::network(), ends.opener, ends.acceptor).map_err(Self::broken)?;
		if main {
			Main::<T>::put(root);
		}
		Ok(root)
	}

	/// No certificate counts any more as of a block before this one that lists the node.
	fn note_joined(node: NodeId) -> DispatchResult {
		Self::change_node(node, |node| node.joined_at = Some(Self::now()))
	}

	pub(crate) fn do_join(id: EdgeId) -> DispatchResult {
		let edge = Self::open_edge(id)?;
		let before = Self::component_of(edge.ends.opener)?;
		let other = Self::component_of(edge.ends.acceptor)?;
		ensure!(before != other, Error::<T>::NothingChanged);
		let split = Self::being_split().is_some_and(|root| [before, other].contains(&root));
		ensure!(!split, Error::<T>::BeingSplit);
		Self::join_opened(edge.ends)?;
		let after = [Self::component_of(edge.ends.opener)?, Self::component_of(edge.ends.acceptor)?];
		ensure!(matches!(after, [a, b] if a == b), Error::<T>::NotJoined);
		Self::deposit_event(Event::Joined { edge: id, component: before });
		Ok(())
	}

	pub(crate) fn do_rejoin(who: AccountId, path: &[EdgeId]) -> DispatchResult {
		let (id, node) = Self::own_node(&who)?;
		let root = Self::component_of(id)?;
		ensure!(!Self::is_main(root), Error::<T>::NothingChanged);
		let centre = Self::current_centre().ok_or(Error::<T>::NoCentre)?;
		let most = usize::try_from(T::MaxPath::get()).unwrap_or(usize::MAX);
		witness::verify(&Self::network(), NO_EDGE, [id, centre], path, most)
			.map_err(|_| Error::<T>::InvalidPath)?;
		let main = Self::component_of(centre)?;
		let split = Self::being_split().is_some_and(|split| [root, main].contains(&split));
		ensure!(!split, Error::<T>::BeingSplit);

		let cut = CutOffs::<T>::get(root);
		if let Some(cut) = &cut {
			let claims = Self::has_claims(cut);
			if claims && Self::is_liable(&node, cut) {
				ensure!(Self::has_answered(&node, cut), Error::<T>::NotSettled);
				let alone = Self::sum_of(root).nodes == 1;
				ensure!(alone, Error::<T>::ClaimsOpen);
				ensure!(node.unsettled == 0, Error::<T>::NotSettled);
			} else if claims {
				Self::change_node(id, |node| node.grace_used_at = Some(Self::now()))?;
			}
		}
		Self::note_joined(id)?;
		Self::merge(PerSide { opener: id, acceptor: centre }, true)?;
		Self::deposit_event(Event::Rejoined { node: id, cut: cut.map(|cut| cut.id) });
		Ok(())
	}

	/// Splits a component off that was found by a search.
	pub(crate) fn split_at_once(members: &[NodeId], by: &AccountId) -> Result<Finding, DispatchError> {
		if Relabelling::<T>::exists() {
			return Ok(Finding::Apart);
		}
		let Some(first) = members.first() else { return Ok(Finding::Apart) };
		let fresh = labels::begin(&mut Self::network(), *first).map_err(Self::broken)?;
		for member in members {
			Self::move_member(fresh, *member)?;
		}
		let split = Self::finish_split(fresh, Self::now(), by)?;
		Ok(if split { Finding::Cut } else { Finding::Apart })
	}

	/// Moves a node to a fresh label, if it is in the component that is split.
	pub(crate) fn move_member(fresh: Label, node: NodeId) -> DispatchResult {
		let weight = Self::weight_of(node);
		match labels::move_node(&mut Self::network(), fresh, node, weight) {
			// It was known to be elsewhere, or has left.
			Ok(()) | Err(LabelError::OtherComponent | LabelError::UnknownNode) => Ok(()),
			Err(error) => Err(Self::broken(error)),
		}
	}

	/// All have been moved. Returns whether that has told anything apart.
	pub(crate) fn finish_split(
		fresh: Label,
		as_of: BlockNumber,
		by: &AccountId,
	) -> Result<bool, DispatchError> {
		let mut network = Self::network();
		let old = Self::root_above(fresh)?;
		let (listed, rest) = match labels::finish(&mut network, fresh) {
			Ok(sums) => sums,
			Err(LabelError::NothingMoved | LabelError::NothingLeft) => {
				labels::abandon(&mut network, fresh).map_err(Self::broken)?;
				return Ok(false);
			}
			Err(error) => return Err(Self::broken(error)),
		};
		Self::divide([old, fresh], [rest, listed], as_of, by);
		Ok(true)
	}

	/// The root above a label.
	fn root_above(label: Label) -> Result<Label, DispatchError> {
		let mut at = label;
		for _ in 0..=labels::MAX_DEPTH {
			match Labels::<T>::get(at).ok_or(Error::<T>::Inconsistent)?.kind {
				Kind::Root { .. } => return Ok(at),
				Kind::Child { parent } | Kind::Filling { parent, .. } => at = parent,
			}
		}
		Err(Error::<T>::Inconsistent.into())
	}

	/// A component has become two: what is left under the old label, and what was listed under a fresh one. Who is cut
	/// off? The lighter part; of as heavy ones the part without the centre.
	fn divide([old, fresh]: [Label; 2], [rest, listed]: [Sum; 2], as_of: BlockNumber, by: &AccountId) {
		if !Self::is_main(old) {
			// Both parts are as cut off as they were.
			if let Some(cut) = CutOffs::<T>::get(old) {
				CutOffs::<T>::insert(fresh, cut);
			}
			return;
		}
		let centre_is_listed = Centre::<T>::get()
			.and_then(|centre| Self::component_of(centre.node).ok())
			.is_some_and(|root| root == fresh);
		let fresh_stays = listed.weight > rest.weight || (listed.weight == rest.weight && centre_is_listed);
		let (main, off, lighter) = if fresh_stays { (fresh, old, rest) } else { (old, fresh, listed) };
		Main::<T>::put(main);
		let all = listed.weight.saturating_add(rest.weight);
		Self::cut_off(off, lighter, all, as_of, Some(by.clone()));
	}

	/// Notes that a component was cut off.
	pub(crate) fn cut_off(root: Label, sum: Sum, all: Weight, since: BlockNumber, by: Option<AccountId>) {
		let now = Self::now();
		let id = NextCutId::<T>::get();
		NextCutId::<T>::put(id.saturating_add(1));
		let large = sum.weight > T::ReviewShare::get().mul_floor(all);
		let review_ends = large.then(|| now.saturating_add(T::ReviewPeriod::get()));
		let grace_ends = now.saturating_add(T::GracePeriod::get());
		let liable_from = review_ends.unwrap_or(0).max(grace_ends);
		let cut = CutOff {
			id,
			since,
			known_at: now,
			liable_from,
			claims_end: liable_from.saturating_add(T::ClaimsPeriod::get()),
			review_ends,
			era: T::Stake::era(),
			shown_by: by,
		};
		CutOffs::<T>::insert(root, cut);
		Self::deposit_event(Event::CutOff {
			cut: id,
			component: root,
			since,
			nodes: sum.nodes,
			weight: sum.weight,
			liable_from,
			review_ends,
		});
	}

	pub(crate) fn do_veto(node: NodeId) -> DispatchResult {
		let root = Self::component_of(node)?;
		let cut = CutOffs::<T>::get(root).ok_or(Error::<T>::NotCutOff)?;
		let reviewed = cut.review_ends.is_some_and(|ends| Self::now() < ends);
		ensure!(reviewed && !Self::is_vetoed(&cut), Error::<T>::NotUnderReview);
		VetoedCuts::<T>::insert(cut.id, ());
		Self::deposit_event(Event::Vetoed { cut: cut.id });
		Ok(())
	}

	/// Whether a component weighs clearly more than all others together.
	fn has_majority(root: Label) -> bool {
		Self::sum_of(root).weight > T::MajorityShare::get().mul_ceil(TotalWeight::<T>::get())
	}

	pub(crate) fn do_claim_main(node: NodeId) -> DispatchResult {
		let root = Self::component_of(node)?;
		ensure!(!Self::is_main(root), Error::<T>::NothingChanged);
		ensure!(Self::has_majority(root), Error::<T>::NoMajority);
		let now = Self::now();
		let known = MainCandidate::<T>::get()
			.filter(|known| Self::component_of(known.node).is_ok_and(|component| component == root));
		let Some(candidate) = known else {
			MainCandidate::<T>::put(Candidate { node, since: now });
			Self::deposit_event(Event::MainClaimed { node });
			return Ok(());
		};
		ensure!(now >= candidate.since.saturating_add(T::MajorityPeriod::get()), Error::<T>::TooEarly);
		MainCandidate::<T>::kill();
		let before = Main::<T>::get().filter(|label| Labels::<T>::contains_key(label));
		Main::<T>::put(root);
		CutOffs::<T>::remove(root);
		if let Some(before) = before {
			Self::cut_off(before, Self::sum_of(before), TotalWeight::<T>::get(), now, None);
		}
		Self::deposit_event(Event::MainPassed { component: root });
		Ok(())
	}

	pub(crate) fn do_refute_main() -> DispatchResult {
		let candidate = MainCandidate::<T>::get().ok_or(Error::<T>::NothingChanged)?;
		let root = Self::component_of(candidate.node).ok();
		let stands = root.is_some_and(|root| Self::has_majority(root) && !Self::is_main(root));
		ensure!(!stands, Error::<T>::HasMajority);
		MainCandidate::<T>::kill();
		Self::deposit_event(Event::MainRefuted { node: candidate.node });
		Ok(())
	}
}
