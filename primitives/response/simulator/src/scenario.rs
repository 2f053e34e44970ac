//! Scenarios, as files say them: see `docs/scenarios.md`.

use crate::{
	engine::{EdgeSpec, Engine, NodeSpec, World},
	fault::{Fault, Kind},
};
use anyhow::{bail, ensure, Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use surety_response::{
	relay::{Basis, Leg, Limits, Ms, Overload, PassOn, Patience, Query, Route, Schedule},
	EdgeId,
};

/// A scenario, as its file says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
	/// What it shows.
	pub title: String,
	/// When it ends, in ms.
	#[serde(default = "horizon")]
	pub horizon_ms: Ms,
	/// What jitter and losses are drawn from.
	#[serde(default)]
	pub seed: u64,
	#[serde(default)]
	syncs_cross: Crossing,
	finality_ms: Option<Ms>,
	node: Vec<NodeTable>,
	edge: Vec<EdgeTable>,
	request: Vec<RequestTable>,
	#[serde(default)]
	fault: Vec<FaultTable>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Crossing {
	/// Both ends know at the instant of a sync what is said at it.
	#[default]
	Instantly,
	/// As any other message.
	LikeMessages,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeTable {
	name: String,
	#[serde(default)]
	patience: PatienceTable,
	#[serde(default)]
	pass_on: PassOnTable,
	#[serde(default)]
	overload: OverloadTable,
	#[serde(default)]
	grace_ms: Ms,
	#[serde(default)]
	skew_ms: Ms,
	#[serde(default)]
	clock_offset_ms: i64,
	#[serde(default)]
	service_ms: Ms,
	#[serde(default)]
	response_bytes: u32,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PatienceTable {
	AtOnce,
	Syncs(u32),
	Hourly,
	#[default]
	PayOn,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PassOnTable {
	#[default]
	AtOnce,
	AtSync,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OverloadTable {
	#[default]
	Queue,
	Break,
	Refuse,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EdgeTable {
	ends: [String; 2],
	latency_ms: u32,
	actual_ms: Option<u32>,
	#[serde(default)]
	jitter_ms: u32,
	#[serde(default)]
	loss_ppm: u32,
	sync_first_ms: Option<Ms>,
	sync_every_ms: Option<Ms>,
	#[serde(default)]
	base_price: u64,
	#[serde(default)]
	price_per_byte: u64,
	max_requests: Option<usize>,
	deposit: Option<u64>,
	max_in_flight: Option<u64>,
	risk: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestTable {
	#[serde(default)]
	at_ms: Ms,
	path: Vec<String>,
	timeouts_ms: Option<Vec<u32>>,
	/// Other ways, to be tried one after the other where the first ends without an answer.
	#[serde(default)]
	otherwise: Vec<Vec<String>>,
	#[serde(default)]
	service_ms: u32,
	#[serde(default = "one")]
	rate: u64,
	#[serde(default = "cap")]
	cap: u64,
	#[serde(default)]
	bytes: u32,
	#[serde(default = "most")]
	max_response_bytes: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultTable {
	node: String,
	kind: FaultKind,
	by_ms: Option<Ms>,
	share_percent: Option<u8>,
	#[serde(default)]
	from_ms: Ms,
	until_ms: Option<Ms>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FaultKind {
	Offline,
	Slow,
	Lying,
	Selective,
	Late,
}

fn horizon() -> Ms {
	60_000
}

fn one() -> u64 {
	1
}

fn cap() -> u64 {
	1_000_000_000
}

fn most() -> u32 {
	65_536
}

impl Scenario {
	/// Reads a scenario.
	pub fn parse(text: &str) -> Result<Self> {
		let scenario: Self = toml::from_str(text)?;
		Ok(scenario)
	}

	/// Names of the nodes, by number.
	pub fn names(&self) -> Vec<String> {
		self.node.iter().map(|node| node.name.clone()).collect()
	}

	/// The network with everything that is to happen.
	pub(crate) fn build(&self) -> Result<Engine> {
		let Network { names, nodes, edges, faults, requests } = self.network()?;
		let mut engine = Engine::new(World {
			seed: self.seed,
			syncs_are_instant: matches!(self.syncs_cross, Crossing::Instantly),
			finality_ms: self.finality_ms,
			trace: true,
		});
		engine.trace.name(names);
		for node in nodes {
			engine.add_node(node, Limits::default());
		}
		for edge in edges {
			engine.add_edge(edge);
		}
		for (node, fault) in faults {
			engine.add_fault(node, fault);
		}
		for Asked { at_ms, author, query, routes } in requests {
			engine.ask_at(at_ms, author, query, routes);
		}
		Ok(engine)
	}

	/// What the scenario is about, by number.
	///
	/// Fails where it makes no sense.
	pub fn network(&self) -> Result<Network> {
		let mut numbers = BTreeMap::new();
		for (number, node) in self.node.iter().enumerate() {
			ensure!(numbers.insert(node.name.clone(), number).is_none(), "two nodes are named {}", node.name);
		}
		let nodes: Vec<NodeSpec> = self.node.iter().map(NodeTable::spec).collect();
		let known = |name: &String| {
			numbers.get(name).copied().with_context(|| format!("there is no node named {name}"))
		};
		let mut edges: Vec<EdgeSpec> = Vec::new();
		let mut joined: BTreeMap<[usize; 2], EdgeId> = BTreeMap::new();
		for (number, edge) in self.edge.iter().enumerate() {
			let ends = [known(&edge.ends[0])?, known(&edge.ends[1])?];
			ensure!(ends[0] != ends[1], "an edge of {} leads to itself", edge.ends[0]);
			edges.push(edge.spec(ends)?);
			for ends in [ends, [ends[1], ends[0]]] {
				let twice = joined.insert(ends, number as EdgeId).is_some();
				ensure!(!twice, "two edges join {} and {}", edge.ends[0], edge.ends[1]);
			}
		}
		let fault = |fault: &FaultTable| -> Result<_> { Ok((known(&fault.node)?, fault.fault()?)) };
		let faults = self.fault.iter().map(fault).collect::<Result<Vec<_>>>()?;
		let mut requests = Vec::new();
		for (number, request) in self.request.iter().enumerate() {
			let nodes = |path: &Vec<String>| path.iter().map(known).collect::<Result<Vec<_>>>();
			let path = nodes(&request.path)?;
			let (Some(author), Some(recipient)) = (path.first(), path.last()) else {
				bail!("a path is empty")
			};
			let mut routes = vec![request.route(&edges, &joined, &path, request.timeouts_ms.as_deref())?];
			for other in &request.otherwise {
				let other = nodes(other)?;
				let ends = (other.first(), other.last());
				ensure!(
					ends == (Some(author), Some(recipient)),
					"another way leads from or to somebody else"
				);
				routes.push(request.route(&edges, &joined, &other, None)?);
			}
			let query = Query {
				nonce: number as u64,
				recipient: crate::engine::account(*recipient),
				basis: Basis::Subscription(0),
				method: b"GET /".to_vec(),
				body: vec![0; request.bytes as usize],
				max_response_bytes: request.max_response_bytes,
				service_ms: request.service_ms,
				late_fee_per_ms: request.rate.into(),
				late_fee_cap: request.cap.into(),
				validity_ms: 60_000,
			};
			requests.push(Asked { at_ms: request.at_ms, author: *author, query, routes });
		}
		Ok(Network { names: self.names(), nodes, edges, faults, requests })
	}
}

/// What a scenario is about. Nodes and edges go by their number.
#[derive(Clone, Debug)]
pub struct Network {
	/// What nodes are called.
	pub names: Vec<String>,
	/// The nodes.
	pub nodes: Vec<NodeSpec>,
	/// The edges.
	pub edges: Vec<EdgeSpec>,
	/// What goes wrong at which node.
	pub faults: Vec<(usize, Fault)>,
	/// What is asked, each with its place as the nonce.
	pub requests: Vec<Asked>,
}

/// Something that is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
	/// When, in ms.
	pub at_ms: Ms,
	/// By which node.
	pub author: usize,
	/// What.
	pub query: Query,
	/// Along which routes, one after the other.
	pub routes: Vec<Route>,
}

impl NodeTable {
	fn spec(&self) -> NodeSpec {
		NodeSpec {
			patience: match self.patience {
				PatienceTable::AtOnce => Patience::AtOnce,
				PatienceTable::Syncs(syncs) => Patience::Syncs(syncs),
				PatienceTable::Hourly => Patience::Hourly,
				PatienceTable::PayOn => Patience::PayOn,
			},
			pass_on: match self.pass_on {
				PassOnTable::AtOnce => PassOn::AtOnce,
				PassOnTable::AtSync => PassOn::AtSync,
			},
			overload: match self.overload {
				OverloadTable::Queue => Overload::Queue,
				OverloadTable::Break => Overload::Break,
				OverloadTable::Refuse => Overload::Refuse,
			},
			grace_ms: self.grace_ms,
			skew_ms: self.skew_ms,
			clock_offset_ms: self.clock_offset_ms,
			service_ms: self.service_ms,
			response_bytes: self.response_bytes,
			isolate: false,
		}
	}
}

impl EdgeTable {
	fn spec(&self, ends: [usize; 2]) -> Result<EdgeSpec> {
		let syncs = match (self.sync_first_ms, self.sync_every_ms) {
			(None, None) => None,
			(first, Some(every_ms)) => {
				ensure!(every_ms > 0, "syncs are 0 ms apart");
				Some(Schedule { first_ms: first.unwrap_or(every_ms), every_ms })
			}
			(Some(_), None) => bail!("sync_first_ms needs sync_every_ms"),
		};
		Ok(EdgeSpec {
			ends,
			latency_ms: self.latency_ms,
			actual_ms: self.actual_ms.unwrap_or(self.latency_ms),
			jitter_ms: self.jitter_ms,
			loss_ppm: self.loss_ppm,
			syncs,
			base_price: self.base_price.into(),
			price_per_byte: self.price_per_byte.into(),
			max_requests: self.max_requests.unwrap_or(1_000),
			deposit: self.deposit.unwrap_or(1_000_000_000_000).into(),
			max_in_flight: self.max_in_flight.unwrap_or(1_000_000_000).into(),
			risk: self.risk.unwrap_or(1_000_000_000).into(),
		})
	}
}

impl RequestTable {
	fn route(
		&self,
		specs: &[EdgeSpec],
		edges: &BTreeMap<[usize; 2], EdgeId>,
		path: &[usize],
		timeouts_ms: Option<&[u32]>,
	) -> Result<Route> {
		let edge = |ends: &[usize]| match ends {
			[a, b] => edges.get(&[*a, *b]).copied(),
			_ => None,
		};
		let along = path.windows(2).map(edge).collect::<Option<Vec<_>>>();
		let along = along.with_context(|| format!("no edges lead along {}", self.path.join(", ")))?;
		ensure!(!along.is_empty(), "a path leads nowhere");
		let bytes = u64::from(self.bytes) + u64::from(self.max_response_bytes);
		let spec = |edge: EdgeId| &specs[edge as usize];
		let tight =
			crate::engine::route(spec, &along, self.service_ms, bytes).context("a path is too long")?;
		let Some(timeouts_ms) = timeouts_ms else { return Ok(tight) };
		ensure!(timeouts_ms.len() == along.len(), "a path of {} edges needs as many timeouts", along.len());
		let legs = tight.legs.iter().zip(timeouts_ms);
		Ok(Route { legs: legs.map(|(leg, timeout_ms)| Leg { timeout_ms: *timeout_ms, ..*leg }).collect() })
	}
}

impl FaultTable {
	fn fault(&self) -> Result<Fault> {
		let by = || self.by_ms.with_context(|| format!("the fault of {} needs by_ms", self.node));
		let kind = match self.kind {
			FaultKind::Offline => Kind::Offline,
			FaultKind::Lying => Kind::Lying,
			FaultKind::Slow => Kind::Slow(by()?),
			FaultKind::Late => Kind::Late(by()?),
			FaultKind::Selective => {
				let percent = u16::from(self.share_percent.unwrap_or(100).min(100));
				Kind::Selective(percent * 256 / 100)
			}
		};
		Ok(Fault { kind, from_ms: self.from_ms, until_ms: self.until_ms })
	}
}
