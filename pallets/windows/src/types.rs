//! The windows, and the rules that hold between them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use surety_primitives::BlockNumber;
use surety_stake::MAX_SPAN;

/// Longest duration that can be set: ten years of six-second blocks.
pub const MAX_BLOCKS: BlockNumber = 10 * 365 * DAYS;

/// Shortest window in which a channel closes: with less nobody can answer.
pub const MIN_CLOSE: BlockNumber = 10;
/// Longest window in which a channel closes: ten days of six-second blocks.
pub const MAX_CLOSE: BlockNumber = 10 * DAYS;

const MINUTES: BlockNumber = 10;
const HOURS: BlockNumber = 60 * MINUTES;
const DAYS: BlockNumber = 24 * HOURS;

/// All durations and windows of a network. The default is production's, for six-second blocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Windows {
	/// What consensus and `pallet-staking` read live. Fixed at genesis.
	pub consensus: Consensus,
	/// Of operators' stake and clients' subscriptions.
	pub stake: StakeWindows,
	/// Of notaries and of who is present.
	pub presence: PresenceWindows,
	/// Of payment channels.
	pub channels: ChannelWindows,
	/// Of the network of edges.
	pub edges: EdgeWindows,
	/// Of agreements.
	pub agreements: AgreementWindows,
	/// Of referenda and the treasury.
	pub governance: Governance,
}

/// Durations that cannot change after genesis.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consensus {
	/// Time between blocks, in milliseconds; even.
	pub slot_ms: u32,
	/// Length of a BABE epoch, which is a session, in slots.
	pub epoch_slots: u32,
	/// Sessions in an era of `pallet-staking`.
	pub sessions_per_era: u32,
	/// Eras after which a validator's stake can be withdrawn.
	pub bonding_eras: u32,
	/// Eras that a validator's slash waits, and can be vetoed in; fewer than `bonding_eras`.
	pub slash_defer_eras: u32,
}

impl Default for Consensus {
	fn default() -> Self {
		Self {
			slot_ms: 6_000,
			epoch_slots: 4 * HOURS,
			sessions_per_era: 6,
			bonding_eras: 28,
			slash_defer_eras: 7,
		}
	}
}

/// Windows of operators' stake and clients' subscriptions, in blocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StakeWindows {
	/// Length of an era: stake counts from the era after its deposit.
	pub era: BlockNumber,
	/// How long an offer waits before it takes clients (S0).
	pub activation: BlockNumber,
	/// How long a client is served after its operator gave notice.
	pub notice: BlockNumber,
	/// How long after an offence it can be reported.
	pub report: BlockNumber,
	/// How long a reported slash can be vetoed (S4: one to two weeks).
	pub review: BlockNumber,
	/// Slack between the end of the review and the end of unbonding.
	pub margin: BlockNumber,
	/// How long a bond stays slashable after it stopped backing anything.
	pub unbonding: BlockNumber,
}

impl Default for StakeWindows {
	fn default() -> Self {
		Self {
			era: DAYS,
			activation: DAYS,
			notice: 3 * DAYS,
			report: 7 * DAYS,
			review: 7 * DAYS,
			margin: DAYS,
			unbonding: 28 * DAYS,
		}
	}
}

/// Windows of notaries, in blocks but for one.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PresenceWindows {
	/// In which operators announce that they are present, and at the end of which it is published.
	pub window: BlockNumber,
	/// After the end of a window, in which its publication is committed to.
	pub grace: BlockNumber,
	/// How many windows can be disputed after they are over: a number of windows, not of blocks.
	pub retention: u32,
	/// In which a notary answers a challenge.
	pub answer: BlockNumber,
	/// In which a promised report is made.
	pub intent: BlockNumber,
	/// For which a request may be open at the most.
	pub request: BlockNumber,
}

impl Default for PresenceWindows {
	fn default() -> Self {
		Self {
			window: 5 * MINUTES,
			grace: 2 * MINUTES,
			// As many as announcements on chain are remembered of.
			retention: 64,
			answer: HOURS,
			intent: 10 * MINUTES,
			request: 7 * DAYS,
		}
	}
}

/// Windows of payment channels, in blocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChannelWindows {
	/// In which a proposal can be accepted.
	pub proposal: BlockNumber,
	/// Between the begin of a close and its settlement: enough for everybody to hand in when everybody closes.
	pub close: BlockNumber,
}

impl Default for ChannelWindows {
	fn default() -> Self {
		Self { proposal: DAYS, close: 2 * DAYS }
	}
}

/// Windows of the network of edges, in blocks (S3 §2, §4.1).
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EdgeWindows {
	/// Until a rise of a node's stake counts.
	pub activation: BlockNumber,
	/// Between the notice and the amicable end of an edge: longer than any deadline in flight.
	pub notice: BlockNumber,
	/// For how long the past of the network is remembered, and escrows are kept.
	pub horizon: BlockNumber,
	/// Age at the most of the block for which a certificate is begun.
	pub age: BlockNumber,
	/// In which those who were cut off can rejoin without loss.
	pub grace: BlockNumber,
	/// In which a node can do so once.
	pub grace_interval: BlockNumber,
	/// In which a large cut can be vetoed.
	pub review: BlockNumber,
	/// In which claims can be made against those who have not rejoined.
	pub claims: BlockNumber,
	/// For how long a component must have a clear majority to become the main one.
	pub majority: BlockNumber,
	/// For how long the deposit of who has named the centre stands behind it.
	pub bond: BlockNumber,
}

impl Default for EdgeWindows {
	fn default() -> Self {
		Self {
			activation: DAYS,
			notice: DAYS,
			horizon: 14 * DAYS,
			age: 6 * HOURS,
			grace: DAYS,
			grace_interval: 28 * DAYS,
			review: 6 * DAYS,
			claims: DAYS,
			majority: 3 * DAYS,
			bond: 7 * DAYS,
		}
	}
}

impl EdgeWindows {
	/// From when a cut becomes known to when nothing can be claimed any more, at the most.
	pub fn longest_claim(&self) -> BlockNumber {
		self.grace.max(self.review).saturating_add(self.claims)
	}
}

/// Windows of agreements between clients and operators, in blocks (S3 §6).
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgreementWindows {
	/// For which a proposal can be accepted.
	pub proposal: BlockNumber,
	/// In which an operator answers at the least, whatever its agreement is about.
	pub shortest_answer: BlockNumber,
	/// In which it answers at the most.
	pub longest_answer: BlockNumber,
	/// After the end of an agreement, in which its client can claim penalties.
	pub claims: BlockNumber,
}

impl Default for AgreementWindows {
	fn default() -> Self {
		Self { proposal: 7 * DAYS, shortest_answer: MINUTES, longest_answer: DAYS, claims: 3 * DAYS }
	}
}

impl AgreementWindows {
	/// For how long randomness is kept: while whoever should have answered by it can be reported.
	pub fn beacon_life(&self) -> BlockNumber {
		self.longest_answer.saturating_add(self.claims)
	}
}

/// Windows of one track of referenda, in blocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Track {
	/// Between submission and the start of the decision, at the least.
	pub prepare: BlockNumber,
	/// In which a referendum must begin to be confirmed.
	pub decision: BlockNumber,
	/// For which it must keep passing.
	pub confirm: BlockNumber,
	/// Between approval and execution, at the least.
	pub enactment: BlockNumber,
}

impl Track {
	/// Longest way from submission to execution, when nobody delays a deposit.
	pub fn longest_run(&self) -> BlockNumber {
		self.prepare.saturating_add(self.decision).saturating_add(self.confirm).saturating_add(self.enactment)
	}

	fn durations(&self) -> [BlockNumber; 4] {
		[self.prepare, self.decision, self.confirm, self.enactment]
	}
}

/// Windows of referenda and the treasury, in blocks.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Governance {
	/// Of the root track.
	pub root: Track,
	/// Of what the technical committee whitelisted.
	pub whitelisted: Track,
	/// Of spending from the treasury.
	pub treasurer: Track,
	/// Of cancelling and killing referenda.
	pub canceller: Track,
	/// Of vetoing slashes. Its longest run fits into the review.
	pub slash_veto: Track,
	/// How long a referendum may wait for its decision deposit.
	pub undeciding_timeout: BlockNumber,
	/// Lock of a vote at conviction 1; higher convictions are multiples of it.
	pub vote_lock: BlockNumber,
	/// Between two spendings of the treasury.
	pub spend_period: BlockNumber,
	/// In which an approved spend must be claimed.
	pub payout_period: BlockNumber,
	/// How long safe mode lasts once entered.
	pub safe_mode: BlockNumber,
	/// In which a motion of the committee must be decided.
	pub motion: BlockNumber,
}

impl Default for Governance {
	fn default() -> Self {
		Self {
			root: Track { prepare: 2 * HOURS, decision: 14 * DAYS, confirm: DAYS, enactment: DAYS },
			whitelisted: Track {
				prepare: 30 * MINUTES,
				decision: 14 * DAYS,
				confirm: 10 * MINUTES,
				enactment: 10 * MINUTES,
			},
			treasurer: Track { prepare: 2 * HOURS, decision: 14 * DAYS, confirm: DAYS, enactment: DAYS },
			canceller: Track {
				prepare: HOURS,
				decision: 7 * DAYS,
				confirm: 3 * HOURS,
				enactment: 10 * MINUTES,
			},
			slash_veto: Track {
				prepare: HOURS,
				decision: 5 * DAYS,
				confirm: 12 * HOURS,
				enactment: 10 * MINUTES,
			},
			undeciding_timeout: 14 * DAYS,
			vote_lock: 7 * DAYS,
			spend_period: 6 * DAYS,
			payout_period: 30 * DAYS,
			safe_mode: 2 * DAYS,
			motion: 3 * DAYS,
		}
	}
}

/// Which rule a set of windows breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Defect {
	/// A duration is zero.
	Zero,
	/// A duration is beyond [`MAX_BLOCKS`].
	TooLong,
	/// The slot is odd, shorter than half a second or longer than a minute.
	Slot,
	/// A validator could withdraw before its slash is applied.
	ValidatorEscapes,
	/// A bond could be withdrawn before a slash reported in time is applied.
	StakeEscapes,
	/// A veto could be decided only after the review.
	VetoTooSlow,
	/// A window could be committed to after the next one is over, or not at all: its base block must be over, too.
	LateCommitment,
	/// A window could be disputed when its faults can no longer be reported.
	FaultEscapes,
	/// Announcements on chain would be forgotten before their windows can no longer be disputed.
	AnnouncementsForgotten,
	/// What closes could be settled before anybody can answer, or not for ten days.
	CloseWindow,
	/// Weight could be bought while a certificate is under way.
	WeightTooFast,
	/// A cut could be vetoed only after its review.
	CutVetoTooSlow,
	/// What a node owes for a cut would be forgotten, or could no longer be reported, before it can be claimed.
	CutEscapes,
	/// A last failure under an agreement could not be claimed for, or no longer be reported when it is claimed.
	ClaimsTooLate,
	/// More eras of stake would have to be told apart than a record has room for.
	TooManyEras,
}

impl fmt::Display for Defect {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Defect::Zero => "a duration is zero",
			Defect::TooLong => "a duration is longer than ten years of six-second blocks",
			Defect::Slot => "consensus.slotMs must be even and from 500 to 60000",
			Defect::ValidatorEscapes => "consensus.slashDeferEras must be less than consensus.bondingEras",
			Defect::StakeEscapes => "stake.unbonding must be at least stake.report + stake.review + stake.margin",
			Defect::VetoTooSlow => {
				"the longest run of governance.slashVeto (prepare + decision + confirm + enactment) must fit into \
				 stake.review"
			},
			Defect::LateCommitment => {
				"presence.grace must be from 2 to presence.window, and presence.retention not below 2"
			}
			Defect::FaultEscapes => {
				"(presence.retention + 1) * presence.window + presence.answer must not be longer than stake.report"
			},
			Defect::AnnouncementsForgotten => "presence.retention must not be above 64",
			Defect::CloseWindow => "channels.close must be from 10 to 144000",
			Defect::WeightTooFast => "edges.activation must be longer than edges.age",
			Defect::CutVetoTooSlow => "the longest run of governance.slashVeto must fit into edges.review",
			Defect::CutEscapes => {
				"the longer of edges.grace and edges.review, and edges.claims, must together not be longer than \
				 stake.report, and with edges.age not longer than edges.horizon"
			}
			Defect::ClaimsTooLate => {
				"agreements.shortestAnswer must not be longer than agreements.longestAnswer, which must be shorter \
				 than agreements.claims; both together must not be longer than stake.report"
			}
			Defect::TooManyEras => {
				"stake.era is too short: stake.report and stake.review + stake.margin, each in eras rounded up, and one \
				 more must not be above 16"
			},
		})
	}
}

impl Windows {
	/// Checks the rules that hold between the windows:
	///
	/// 1. no duration is zero or longer than [`MAX_BLOCKS`]; the slot is even and from 500 to 60,000 ms;
	/// 2. `slash_defer_eras < bonding_eras`, so that no validator leaves before its slash;
	/// 3. `unbonding ≥ report + review + margin`, so that no operator does;
	/// 4. the longest run of the `slash_veto` track fits into `review`;
	/// 5. a window of notaries is committed to before the next one is over, and whatever it turns out to lack can still be
	///    reported: `2 ≤ grace ≤ window`, `2 ≤ retention ≤ 64`, `(retention + 1) · window + answer ≤ report`;
	/// 6. channels close in [`MIN_CLOSE`] to [`MAX_CLOSE`] blocks;
	/// 7. whoever was cut off can be held liable: `max(grace, review) + claims` of edges is not above `report`, and with `age`
	///    not above `horizon`; the `slash_veto` track fits into the review of cuts, too; and `activation > age`, so that no
	///    weight counts that was bought for a certificate;
	/// 8. whoever failed under an agreement can be held to it: `shortest_answer ≤ longest_answer < claims`, and
	///    `longest_answer + claims ≤ report`;
	/// 9. what can be slashed is of [`MAX_SPAN`] eras at the most: `⌈report / era⌉ + ⌈(review + margin) / era⌉ + 1`.
	pub fn check(&self) -> Result<(), Defect> {
		let Consensus { slot_ms, epoch_slots, sessions_per_era, bonding_eras, slash_defer_eras } =
			self.consensus;
		let StakeWindows { era, activation, notice, report, review, margin, unbonding } = self.stake;
		let PresenceWindows { window, grace, retention, answer, intent, request } = self.presence;
		let ChannelWindows { proposal, close } = self.channels;
		let edges = self.edges;
		let agreements = self.agreements;
		let g = &self.governance;

		let durations = [epoch_slots, sessions_per_era, bonding_eras, slash_defer_eras]
			.into_iter()
			.chain([era, activation, notice, report, review, margin, unbonding])
			.chain([window, grace, retention, answer, intent, request, proposal, close])
			.chain([edges.activation, edges.notice, edges.horizon, edges.age, edges.grace])
			.chain([edges.grace_interval, edges.review, edges.claims, edges.majority, edges.bond])
			.chain([agreements.proposal, agreements.shortest_answer, agreements.longest_answer])
			.chain([agreements.claims])
			.chain(
				[g.root, g.whitelisted, g.treasurer, g.canceller, g.slash_veto]
					.into_iter()
					.flat_map(|t| t.durations()),
			)
			.chain([
				g.undeciding_timeout,
				g.vote_lock,
				g.spend_period,
				g.payout_period,
				g.safe_mode,
				g.motion,
			]);
		for duration in durations {
			if duration == 0 {
				return Err(Defect::Zero);
			}
			if duration > MAX_BLOCKS {
				return Err(Defect::TooLong);
			}
		}
		if slot_ms % 2 != 0 || !(500..=60_000).contains(&slot_ms) {
			return Err(Defect::Slot);
		}
		if slash_defer_eras >= bonding_eras {
			return Err(Defect::ValidatorEscapes);
		}
		if unbonding < report.saturating_add(review).saturating_add(margin) {
			return Err(Defect::StakeEscapes);
		}
		if g.slash_veto.longest_run() > review {
			return Err(Defect::VetoTooSlow);
		}
		if !(2..=window).contains(&grace) || retention < 2 {
			return Err(Defect::LateCommitment);
		}
		if retention > 64 {
			return Err(Defect::AnnouncementsForgotten);
		}
		if retention.saturating_add(1).saturating_mul(window).saturating_add(answer) > report {
			return Err(Defect::FaultEscapes);
		}
		if !(MIN_CLOSE..=MAX_CLOSE).contains(&close) {
			return Err(Defect::CloseWindow);
		}
		if edges.activation <= edges.age {
			return Err(Defect::WeightTooFast);
		}
		if g.slash_veto.longest_run() > edges.review {
			return Err(Defect::CutVetoTooSlow);
		}
		let claimed = edges.longest_claim();
		if claimed > report || edges.age.saturating_add(claimed) > edges.horizon {
			return Err(Defect::CutEscapes);
		}
		let AgreementWindows { shortest_answer, longest_answer, claims, .. } = agreements;
		if shortest_answer > longest_answer || longest_answer >= claims || agreements.beacon_life() > report {
			return Err(Defect::ClaimsTooLate);
		}
		let decided = review.saturating_add(margin);
		if report.div_ceil(era).saturating_add(decided.div_ceil(era)).saturating_add(1) > MAX_SPAN {
			return Err(Defect::TooManyEras);
		}
		Ok(())
	}
}

/// Deserializes windows that pass [`Windows::check`], so that a bad chain spec ends in one clear line.
pub(crate) fn checked<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Windows, D::Error> {
	let windows = Windows::deserialize(deserializer)?;
	windows.check().map_err(serde::de::Error::custom)?;
	Ok(windows)
}
