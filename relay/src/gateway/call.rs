//! One call: its operators, one after the other.

use super::{
	ask::{Ended, NotAsked, Progress},
	config::{Operator, OrderValue, Service},
	routes::{ways, Way},
	Shared,
};
use codec::Encode as _;
use serde_json::{json, Value};
use std::{sync::Arc, time::Duration};
use surety_response::{
	http::{Call, Reply},
	Amount, NodeId,
};
use tokio::time::{timeout, Instant};

/// How much longer than its answer is due an operator is waited for before the next is asked.
const GRACE: Duration = Duration::from_millis(250);

/// What came of asking one operator, as its caller is told.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
	operator: NodeId,
	outcome: &'static str,
	detail: Option<String>,
	progress: Progress,
}

/// What came of a call.
#[derive(Debug)]
pub(super) enum Called {
	/// A reply, by this operator, and the name of the receipt; none where it could not be kept.
	Replied { reply: Reply, operator: NodeId, receipt: Option<String> },
	/// None in time.
	Late(Vec<Attempt>),
	/// None at all.
	Failed(Vec<Attempt>),
	/// Nothing was asked, because no receipt could be kept.
	NoReceipts(String),
}

impl Attempt {
	pub(super) fn to_json(&self) -> Value {
		let Progress { taken, paid, broken, receipts, refused, .. } = &self.progress;
		json!({
			"operator": format!("{:?}", self.operator),
			"outcome": self.outcome,
			"detail": self.detail,
			"taken": taken,
			"paid_waiting": paid.to_string(),
			"edges_broken": broken,
			"receipts": receipts,
			"not_taken_because": refused.iter().map(|reason| format!("{reason:?}")).collect::<Vec<_>>(),
		})
	}

	pub(super) fn outcome(&self) -> &'static str {
		self.outcome
	}

	pub(super) fn paid(&self) -> Amount {
		self.progress.paid
	}

	fn not_asked(operator: NodeId, outcome: &'static str, detail: Option<String>) -> Self {
		Self { operator, outcome, detail, progress: Progress::default() }
	}

	/// What there is to say of an operator that was asked, and whether the service can have done what was asked.
	fn of(operator: NodeId, progress: Progress) -> (Self, bool) {
		let (outcome, detail, happened) = match &progress.ended {
			None => ("late", None, true),
			Some(Ended::Replied(_)) => ("replied", None, true),
			Some(Ended::Refused(Some(cause))) => {
				("refused", Some(cause.name().into()), cause.may_have_happened())
			}
			Some(Ended::Refused(None)) => ("refused", None, true),
			Some(Ended::NoAnswer(because)) => ("no-answer", Some(because.clone()), true),
			Some(Ended::PaidInFull) => ("paid-in-full", None, true),
			// An edge that broke says nothing of what was behind it.
			Some(Ended::NoRoute) if progress.broken > 0 => ("edge-broken", None, true),
			Some(Ended::NoRoute) => ("not-taken", None, progress.taken),
			Some(Ended::NotAsked(reason)) => ("not-asked", Some(format!("{reason:?}")), false),
			Some(Ended::Stopped) => ("stopped", None, true),
		};
		(Self { operator, outcome, detail, progress }, happened)
	}
}

impl Shared {
	/// Has a call answered, by one operator after the other.
	pub(super) async fn call(self: &Arc<Self>, service: &Service, call: &Call) -> Called {
		let until = Instant::now() + service.deadline;
		let mut attempts = Vec::new();
		let mut candidates = self.candidates(service, call, &mut attempts);
		candidates.reverse();
		while let Some((operator, ways)) = candidates.pop() {
			let due = ways.iter().map(|way| way.timeout_ms).max().unwrap_or_default();
			let mut asked = match self.ask(&operator, call, ways, service).await {
				Ok(asked) => asked,
				Err(NotAsked::NoReceipt(error)) if attempts.is_empty() => return Called::NoReceipts(error),
				Err(NotAsked::NoReceipt(error)) => {
					attempts.push(Attempt::not_asked(operator.node, "no-receipt", Some(error)));
					break;
				}
				Err(NotAsked::NoKey(error)) => {
					attempts.push(Attempt::not_asked(operator.node, "no-key", Some(error)));
					continue;
				}
			};
			let left = until.saturating_duration_since(Instant::now());
			// Where there is somebody else to ask, nobody is waited for longer than was promised.
			let patience = match service.stateless && !candidates.is_empty() {
				true => left.min(Duration::from_millis(due.into()) + GRACE),
				false => left,
			};
			let _ = timeout(patience, asked.end()).await;
			let progress = asked.progress();
			if let Some(Ended::Replied(reply)) = progress.ended.clone() {
				let receipt = progress.receipts.into_iter().rfind(|name| name.ends_with(".receipt"));
				return Called::Replied { reply, operator: operator.node, receipt };
			}
			let (attempt, happened) = Attempt::of(operator.node, progress);
			attempts.push(attempt);
			if Instant::now() >= until {
				return Called::Late(attempts);
			}
			if happened && !service.stateless {
				break;
			}
		}
		Called::Failed(attempts)
	}

	/// Operators that can be asked, with the ways to each, in the order in which they are to be.
	fn candidates(
		&self,
		service: &Service,
		call: &Call,
		attempts: &mut Vec<Attempt>,
	) -> Vec<(Operator, Vec<Way>)> {
		let bytes = call.encoded_size();
		let broken = self.broken_edges();
		let mut candidates = Vec::new();
		for operator in &service.operators {
			let usable = |edge| !broken.contains(&edge);
			let mut ways = ways(&*self.chain, [self.node, operator.node], service, bytes, &usable);
			ways.retain(|way| Duration::from_millis(way.timeout_ms.into()) <= service.deadline);
			if ways.is_empty() {
				attempts.push(Attempt::not_asked(operator.node, "no-route", None));
				continue;
			}
			candidates.push((*operator, ways));
		}
		if service.order == OrderValue::Price {
			candidates.sort_by_key(|(_, ways)| ways.first().map(|way| way.price));
		}
		candidates
	}
}
