//! Random lines of nodes, against what the rule says each of them pays: for the time from when it is late until it passes
//! on what ends the request.

use proptest::prelude::*;
use std::{collections::BTreeMap, fmt::Write as _};
use surety_simulator::{run, sums, Line, Scenario};

/// An edge of the line: latency, first sync, and time between syncs, in ms.
type Edge = (u64, u64, u64);

#[derive(Clone, Debug)]
struct Row {
	edges: Vec<Edge>,
	/// Promised by the recipient, in ms.
	service: u64,
}

impl Row {
	/// When the request reaches a node.
	fn reached(&self, node: usize) -> u64 {
		self.edges[..node].iter().map(|edge| edge.0).sum()
	}

	/// When a node is late.
	fn late(&self, node: usize) -> u64 {
		let way: u64 = self.edges[node..].iter().map(|edge| edge.0).sum();
		self.reached(node) + 2 * way + self.service
	}

	fn scenario(&self, last_hop: &str, takes: u64, offline: bool) -> Scenario {
		let recipient = self.edges.len();
		let mut text = "title = \"a line\"\nhorizon_ms = 100000\n".to_string();
		for node in 0..=recipient {
			let _ = write!(text, "[[node]]\nname = \"N{node}\"\n");
			if node + 1 == recipient {
				let _ = writeln!(text, "patience = {last_hop}");
			}
			if node == recipient {
				let _ = writeln!(text, "service_ms = {takes}");
			}
		}
		for (number, (latency, first, every)) in self.edges.iter().enumerate() {
			let ends = format!("[\"N{number}\", \"N{}\"]", number + 1);
			let _ = write!(text, "[[edge]]\nends = {ends}\nlatency_ms = {latency}\n");
			let _ = write!(text, "sync_first_ms = {first}\nsync_every_ms = {every}\n");
		}
		let path: Vec<String> = (0..=recipient).map(|node| format!("\"N{node}\"")).collect();
		let _ = write!(text, "[[request]]\npath = [{}]\nservice_ms = {}\n", path.join(", "), self.service);
		if offline {
			let _ = write!(text, "[[fault]]\nnode = \"N{recipient}\"\nkind = \"offline\"\n");
		}
		Scenario::parse(&text).expect("is a scenario")
	}
}

/// What each pays that passes on at these times; the author passes nothing on.
fn fees(row: &Row, passes: &BTreeMap<usize, u64>) -> BTreeMap<String, u64> {
	let fee = |(node, at): (&usize, &u64)| (format!("N{node}"), at.saturating_sub(row.late(*node)));
	passes.iter().map(fee).filter(|(_, fee)| *fee > 0).collect()
}

fn paid(lines: &[Line]) -> BTreeMap<String, u64> {
	sums(lines).into_iter().map(|(node, fee)| (node.to_string(), fee)).collect()
}

fn end(lines: &[Line]) -> Option<(&'static str, u64)> {
	let last = lines.iter().find(|line| ["answered", "edge-broken"].contains(&line.event))?;
	Some((last.event, last.t_ms))
}

fn row() -> impl Strategy<Value = Row> {
	let edge = (1u64..300, 0u64..1_000, 1u64..1_000);
	(prop::collection::vec(edge, 2..7), 0u64..400).prop_map(|(edges, service)| Row { edges, service })
}

proptest! {
	#[test]
	fn each_should_pay_for_as_long_as_it_is_late_with_an_answer(row in row(), takes in 0u64..5_000) {
		let lines = run(&row.scenario("\"pay-on\"", takes, false)).expect("runs");
		let recipient = row.edges.len();
		let mut at = row.reached(recipient) + takes;
		let mut passes = BTreeMap::new();
		for node in (1..=recipient).rev() {
			passes.insert(node, at);
			at += row.edges[node - 1].0;
		}
		prop_assert_eq!(paid(&lines), fees(&row, &passes));
		prop_assert_eq!(end(&lines), Some(("answered", at)));
		// Edges took what they promised: all are late by the same time.
		let late = takes.saturating_sub(row.service);
		prop_assert!(paid(&lines).values().all(|fee| *fee == late));
	}

	#[test]
	fn each_should_pay_for_as_long_as_it_is_late_with_a_proof(row in row(), syncs in 1u64..5) {
		let lines = run(&row.scenario(&format!("{{ syncs = {syncs} }}"), 0, true)).expect("runs");
		let hop = row.edges.len() - 1;
		let is_sync = |edge: usize, at: u64| {
			let (_, first, every) = row.edges[edge];
			at >= first && (at - first).is_multiple_of(every)
		};
		let late = row.late(hop);
		let broken = (late + 1..).filter(|at| is_sync(hop - 1, *at)).nth(syncs as usize - 1).expect("comes");
		let (mut at, mut passes) = (broken, BTreeMap::new());
		for node in (1..=hop).rev() {
			passes.insert(node, at);
			// At a sync it is known at once, otherwise it takes its way.
			at += if is_sync(node - 1, at) { 0 } else { row.edges[node - 1].0 };
		}
		prop_assert_eq!(paid(&lines), fees(&row, &passes));
		prop_assert_eq!(end(&lines), Some(("edge-broken", at)));
	}
}
