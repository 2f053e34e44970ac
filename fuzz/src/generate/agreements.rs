//! Calls of agreements between clients and operators.

use super::{by, Act, Draw, Maker};
use pallet_agreements::{Agreement, Call, Proposal};
use sp_runtime::{BoundedVec, Perbill};
use std::sync::LazyLock;
use surety_agreement::merkle::Tree;
use surety_primitives::{
	agreement::{AgreementTerms, AnswerRule, Audits, ChunkProof, Data, Limits, Party},
	api::AuditInfo,
	topology::Standing,
	traits::{Operators as _, Services as _, Topology as _},
	AgreementId, AssetKind, Balance, BlockNumber, OperatorStatus, ServiceId, UNIT,
};
use surety_runtime::{AccountId, Agreements, Registry, Runtime, Topology};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(50, propose),
	(60, accept),
	(8, withdraw),
	(10, renew),
	(8, give_notice),
	(12, report_cut),
	(25, challenge),
	(30, ping),
	(10, conclude),
	(60, answer_audit),
	(16, report_missed),
	(20, claim_fees),
	(25, claim_penalty),
	(25, close),
	(8, settle),
];

/// The file that everybody keeps: chunks that all differ.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| (0..300u32).flat_map(u32::to_le_bytes).collect());
/// What its chunks are shown by.
static TREE: LazyLock<Option<Tree>> = LazyLock::new(|| Tree::new(&FILE, 7));

/// What there is of agreements.
#[derive(Default, Debug)]
pub(super) struct Known {
	proposals: Vec<(AgreementId, Proposal)>,
	agreements: Vec<(AgreementId, Agreement)>,
	/// Rounds that are to be shown next.
	rounds: Vec<(AgreementId, AuditInfo)>,
	/// Operators that can be reached, and a service that their own stake is behind.
	reachable: Vec<(AccountId, ServiceId)>,
}

impl Known {
	/// Looks it up.
	pub(super) fn look() -> Self {
		let agreements: Vec<_> = pallet_agreements::Agreements::<Runtime>::iter().collect();
		let rounds = agreements.iter().filter_map(|(id, _)| Some((*id, Agreements::audit_of(*id)?)));
		let backs = |(operator, asset, stock): (AccountId, AssetKind, pallet_restaking::Stock)| {
			let main = asset == AssetKind::Native && Topology::standing(&operator) == Some(Standing::Main);
			let active = Registry::status(&operator) == Some(OperatorStatus::Active);
			let lots = stock.ledger.lots().to_vec().into_iter().filter(move |_| main && active);
			let services = lots.filter_map(|lot| lot.service).filter(|service| Registry::exists(*service));
			services.map(move |service| (operator.clone(), service)).collect::<Vec<_>>()
		};
		Self {
			proposals: pallet_agreements::Proposals::<Runtime>::iter().collect(),
			rounds: rounds.collect(),
			reachable: pallet_restaking::Ledgers::<Runtime>::iter().flat_map(backs).collect(),
			agreements,
		}
	}

	/// Operators that have promised to be within reach.
	pub(super) fn bound(&self) -> impl Iterator<Item = &AccountId> {
		self.agreements.iter().map(|(_, agreement)| &agreement.operator)
	}

	/// Blocks in which something falls due.
	pub(super) fn due(&self) -> impl Iterator<Item = BlockNumber> + '_ {
		let agreements = self.agreements.iter().flat_map(|(_, agreement)| {
			let closes_at = agreement.end.saturating_add(agreement.claims_period);
			let challenge = agreement.challenge.map(|challenge| challenge.due);
			[Some(agreement.start), Some(agreement.end), Some(closes_at), challenge].into_iter().flatten()
		});
		let rounds =
			self.rounds.iter().map(|(_, round)| round.drawn.as_ref().map_or(round.at, |drawn| drawn.due));
		let proposals = self.proposals.iter().map(|(_, proposal)| proposal.expires_at);
		agreements.chain(rounds).chain(proposals)
	}
}

fn number(draw: &mut Draw<'_>, id: AgreementId) -> AgreementId {
	match draw.wrong(30) {
		true => draw.random.one_of([0, 7, AgreementId::MAX]),
		false => id,
	}
}

/// An agreement of which something is so, if there is one; else, now and then, any.
fn agreement_that(
	draw: &mut Draw<'_>,
	is: impl Fn(AgreementId, &Agreement) -> bool,
) -> Option<(AgreementId, Agreement)> {
	let all = &draw.world.agreements.agreements;
	let right: Vec<_> = all.iter().filter(|(id, agreement)| is(*id, agreement)).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => draw.random.pick(all).cloned(),
		None => None,
	}
}

fn data() -> Option<Data> {
	TREE.as_ref().map(Tree::data)
}

/// A number of blocks, sensible or not.
fn blocks(draw: &mut Draw<'_>, from: BlockNumber, to: BlockNumber) -> BlockNumber {
	match draw.wrong(30) {
		true => draw.random.one_of([0, 1, BlockNumber::MAX]),
		false => draw.random.between(from, to.max(from)),
	}
}

fn terms(draw: &mut Draw<'_>, service: ServiceId) -> AgreementTerms {
	let windows = draw.world.windows.agreements;
	let answer = (windows.shortest_answer, windows.longest_answer);
	let reserve = draw.amount((UNIT / 10, 30 * UNIT), 1_000_000 * UNIT);
	let data = data().filter(|_| draw.random.chance(70));
	let audits = (data.is_some() && draw.random.chance(80)) || draw.wrong(30);
	let audits = audits.then(|| Audits {
		interval: blocks(draw, answer.0, 15),
		samples: if draw.wrong(40) { 33 } else { draw.random.one_of([1, 1, 2, 5, 32]) },
		answer: blocks(draw, answer.0, answer.1),
		penalty: draw.random.magnitude(0, reserve),
	});
	let generous = Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: Balance::MAX, bytes: 1 };
	let tight = Limits { latency_ms: 100, bandwidth_kbit_s: 5_000, price: UNIT, bytes: 1_000 };
	let mut price = draw.price();
	// What lasts long has to be paid ahead for.
	price.amount = price.amount.min(Draw::unit(&price.asset));
	let starts_at = match draw.random.below(4) {
		0 => draw.world.now.saturating_add(blocks(draw, 0, 8)),
		_ => 0,
	};
	AgreementTerms {
		service,
		data,
		audits,
		reach: if draw.wrong(8) { tight } else { generous },
		answers: draw.random.one_of([AnswerRule::Signed, AnswerRule::Served, AnswerRule::Verified]),
		uptime: Perbill::from_percent(draw.random.between(0, 100)),
		period: blocks(draw, 5, 60),
		grace: draw.random.between(0, 3),
		quantum: draw.random.between(0, 4),
		reach_answer: blocks(draw, answer.0, answer.1),
		downtime_penalty: draw.random.magnitude(0, reserve),
		reserve,
		price,
		starts_at,
		length: blocks(draw, 5, 120),
		renewals: draw.random.between(0, 2),
		notice: blocks(draw, 0, 15),
	}
}

fn propose(draw: &mut Draw<'_>) -> Option<Act> {
	let (operator, service) = match draw.random.pick(&draw.world.agreements.reachable).cloned() {
		Some(found) if !draw.wrong(15) => found,
		_ if draw.wrong(8) => (draw.operator(), draw.service()),
		_ => return None,
	};
	let client = draw.somebody();
	let client = if client == operator { draw.somebody() } else { client };
	let terms = Box::new(terms(draw, service));
	let side = draw.random.one_of([Party::Client, Party::Operator]);
	let (who, other) = match side {
		Party::Client => (client, operator),
		Party::Operator => (operator, client),
	};
	by(who, Call::<Runtime>::propose { by: side, other, terms })
}

/// A proposal that has lapsed or has not, if there is one; else, now and then, any.
fn proposal(draw: &mut Draw<'_>, lapsed: bool) -> Option<(AgreementId, Proposal)> {
	let now = draw.world.now;
	let all = &draw.world.agreements.proposals;
	let right: Vec<_> = all.iter().filter(|(_, proposal)| (proposal.expires_at <= now) == lapsed).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => draw.random.pick(all).cloned(),
		None => None,
	}
}

fn accept(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, proposal) = proposal(draw, false)?;
	let Proposal { client, operator, by: proposer, terms, .. } = proposal;
	let terms_hash = if draw.wrong(25) { draw.evidence() } else { terms.hash(&client, &operator) };
	let other = match proposer {
		Party::Client => operator,
		Party::Operator => client,
	};
	let (who, agreement) = (draw.mostly(&other), number(draw, id));
	by(who, Call::<Runtime>::accept { agreement, terms_hash })
}

fn withdraw(draw: &mut Draw<'_>) -> Option<Act> {
	let lapsed = draw.random.chance(70);
	let (id, proposal) = proposal(draw, lapsed)?;
	let proposer = match proposal.by {
		Party::Client => proposal.client,
		Party::Operator => proposal.operator,
	};
	let lapsed = proposal.expires_at <= draw.world.now;
	let who = if lapsed { draw.anybody() } else { draw.mostly(&proposer) };
	let agreement = number(draw, id);
	by(who, Call::<Runtime>::withdraw { agreement })
}

fn renew(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, agreement) = agreement_that(draw, |_, agreement| {
		agreement.terms.renewals > 0 && agreement.notice.is_none() && agreement.end > now
	})?;
	let (who, agreement) = (draw.mostly(&agreement.client), number(draw, id));
	by(who, Call::<Runtime>::renew { agreement })
}

fn give_notice(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, agreement) = agreement_that(draw, |_, agreement| agreement.end > now)?;
	let party = draw.random.one_of([&agreement.client, &agreement.operator]).clone();
	let (who, agreement) = (draw.mostly(&party), number(draw, id));
	by(who, Call::<Runtime>::give_notice { agreement })
}

fn is_running(agreement: &Agreement, now: BlockNumber) -> bool {
	(agreement.start..agreement.end).contains(&now)
}

fn is_down(agreement: &Agreement) -> bool {
	agreement.downtime.isolation().is_some()
}

fn report_cut(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let cut_off =
		|operator: &AccountId| matches!(Topology::standing(operator), Some(Standing::CutOff { .. }));
	let (id, _) = agreement_that(draw, |_, agreement| {
		is_running(agreement, now) && !is_down(agreement) && cut_off(&agreement.operator)
	})?;
	let agreement = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::report_cut { agreement })
}

fn challenge(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, agreement) = agreement_that(draw, |_, agreement| {
		is_running(agreement, now) && !is_down(agreement) && agreement.challenge.is_none()
	})?;
	let (who, agreement) = (draw.mostly(&agreement.client), number(draw, id));
	by(who, Call::<Runtime>::challenge { agreement })
}

fn ping(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, agreement) =
		agreement_that(draw, |_, agreement| is_down(agreement) || agreement.challenge.is_some())?;
	let limits = if draw.wrong(8) {
		Limits { latency_ms: u32::MAX, bandwidth_kbit_s: 0, price: Balance::MAX, bytes: 1 }
	} else {
		agreement.terms.reach
	};
	let node = Topology::node_of(agreement.operator.clone()).map(|node| node.id);
	let route = Topology::current_centre()
		.zip(node)
		.and_then(|(centre, node)| Topology::route(centre, node, 1, limits).routes.into_iter().next());
	let mut path = route.map(|route| route.edges).unwrap_or_default();
	if draw.wrong(12) {
		path.pop();
	}
	let (who, agreement) = (draw.mostly(&agreement.operator), number(draw, id));
	by(who, Call::<Runtime>::ping { agreement, path: BoundedVec::truncate_from(path) })
}

fn conclude(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, _) = agreement_that(draw, |_, agreement| {
		agreement.challenge.is_some_and(|challenge| challenge.due <= now)
	})?;
	let agreement = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::conclude { agreement })
}

/// A round that is drawn, and in time or not.
fn round(draw: &mut Draw<'_>, late: bool) -> Option<(AgreementId, AuditInfo)> {
	let now = draw.world.now;
	let all = &draw.world.agreements.rounds;
	let is_it = |round: &AuditInfo| round.drawn.as_ref().is_some_and(|drawn| (drawn.due <= now) == late);
	let right: Vec<_> = all.iter().filter(|(_, round)| is_it(round)).collect();
	match draw.random.pick(&right) {
		Some(found) => Some((*found).clone()),
		None if draw.wrong(12) => draw.random.pick(all).cloned(),
		None => None,
	}
}

fn answer_audit(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, round) = round(draw, false)?;
	let known = draw.world.agreements.agreements.iter().find(|(other, _)| *other == id);
	let operator = known?.1.operator.clone();
	let drawn = round.drawn?;
	let shown = |chunk: u64| TREE.as_ref()?.prove(&FILE, chunk);
	let mut proofs: Vec<ChunkProof> = drawn.chunks.into_iter().filter_map(shown).collect();
	match draw.random.below(25) {
		0 => drop(proofs.pop()),
		1 => proofs.reverse(),
		2 => {
			for proof in &mut proofs {
				proof.path.pop();
			}
		}
		_ => {}
	}
	let beacon = draw.number(&[drawn.beacon]);
	let (who, agreement) = (draw.mostly(&operator), number(draw, id));
	let proofs = BoundedVec::truncate_from(proofs);
	by(who, Call::<Runtime>::answer_audit { agreement, beacon, proofs })
}

fn report_missed(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, round) = round(draw, true)?;
	let beacon = round.drawn.map_or(0, |drawn| drawn.beacon);
	let (agreement, beacon) = (number(draw, id), draw.number(&[beacon]));
	by(draw.anybody(), Call::<Runtime>::report_missed { agreement, beacon })
}

fn claim_fees(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, _) =
		agreement_that(draw, |_, agreement| agreement.start < now && agreement.deposited > agreement.paid)?;
	let agreement = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::claim_fees { agreement })
}

fn claim_penalty(draw: &mut Draw<'_>) -> Option<Act> {
	let owes = |id| Agreements::downtime_of(id).is_some_and(|downtime| downtime.owed > 0);
	let (id, agreement) = agreement_that(draw, |id, _| owes(id))?;
	let (who, agreement) = (draw.mostly(&agreement.client), number(draw, id));
	by(who, Call::<Runtime>::claim_penalty { agreement })
}

fn close(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (id, agreement) = agreement_that(draw, |_, agreement| agreement.end <= now)?;
	let open = agreement.end.saturating_add(agreement.claims_period) <= now;
	let who = if open { draw.anybody() } else { draw.mostly(&agreement.client) };
	let agreement = number(draw, id);
	by(who, Call::<Runtime>::close { agreement })
}

fn settle(draw: &mut Draw<'_>) -> Option<Act> {
	let slashes = &draw.world.slashes;
	let decided =
		|slash| slashes.iter().find(|(id, _)| *id == slash).is_none_or(|(_, slash)| !slash.state.is_open());
	let (id, _) =
		agreement_that(draw, |_, agreement| agreement.pending.iter().any(|pending| decided(pending.slash)))?;
	let agreement = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::settle { agreement })
}
