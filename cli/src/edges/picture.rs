//! What a map of the network shows, ready to be drawn.

use surety_primitives::{topology::NodeId, EdgeId};

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
	/// In the main component.
	Main,
	/// Cut off from it, as of the end of a block.
	CutOff(u32),
	/// Never joined to it.
	Apart,
	/// It has left, and is remembered.
	Left,
}

/// How an edge is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
	/// It is open.
	Open,
	/// Notice was given.
	Closing,
	/// It was severed in a block.
	Severed(u32),
	/// It was closed in a block.
	Closed(u32),
}

impl State {
	/// Whether messages can go along it.
	pub fn is_open(self) -> bool {
		matches!(self, Self::Open | Self::Closing)
	}
}

/// A node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
	/// Its number.
	pub id: NodeId,
	/// What it is called: a name, or the beginning of its account.
	pub name: String,
	/// Its own stake, for people.
	pub stake: String,
	/// What it weighs, for people.
	pub weight: String,
	/// What it weighs, in smallest units.
	pub units: u128,
	/// Its component, as far as is known.
	pub component: Option<u64>,
	/// Where it stands.
	pub place: Place,
	/// Whether it is the centre, or stands in for it.
	pub centre: bool,
}

/// An edge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
	/// Its number.
	pub id: EdgeId,
	/// Places of its ends in the list of nodes.
	pub ends: [usize; 2],
	/// What it promises, in milliseconds.
	pub latency_ms: u32,
	/// What a message costs, for people.
	pub price: String,
	/// How it is.
	pub state: State,
}

/// A map.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Picture {
	/// What it shows, in a line.
	pub title: String,
	/// Nodes, in the order of their numbers.
	pub nodes: Vec<Node>,
	/// Edges, in the order of their numbers.
	pub edges: Vec<Edge>,
}

impl Picture {
	/// Components in the order in which they are shown: the main one, then the heaviest first. Each with its nodes' places.
	pub fn components(&self) -> Vec<(Option<u64>, Vec<usize>)> {
		let mut all: Vec<(Option<u64>, Vec<usize>)> = Vec::new();
		for (place, node) in self.nodes.iter().enumerate() {
			match all.iter_mut().find(|(component, _)| *component == node.component) {
				Some((_, places)) => places.push(place),
				None => all.push((node.component, vec![place])),
			}
		}
		let key = |places: &Vec<usize>| {
			let nodes = || places.iter().filter_map(|place| self.nodes.get(*place));
			let weight = nodes().fold(0u128, |sum, node| sum.saturating_add(node.units));
			let main = nodes().any(|node| node.place == Place::Main);
			(!main, std::cmp::Reverse(weight), places.first().copied())
		};
		all.sort_by_key(|(_, places)| key(places));
		all
	}

	/// The nodes that an edge joins.
	pub fn ends(&self, edge: &Edge) -> Option<[&Node; 2]> {
		Some([self.nodes.get(edge.ends[0])?, self.nodes.get(edge.ends[1])?])
	}
}

/// The paper's network of six nodes, as an example.
#[cfg(test)]
pub(crate) fn example() -> Picture {
	let names = ["Alex", "Alice", "Bob", "Carol", "Eve", "Dave"];
	let nodes = names.iter().zip(0..).map(|(name, id)| Node {
		id,
		name: (*name).into(),
		stake: "500 SURE".into(),
		weight: "500 SURE".into(),
		units: 500,
		component: Some(if id == 4 { 9 } else { 1 }),
		place: if id == 4 { Place::CutOff(88) } else { Place::Main },
		centre: id == 2,
	});
	let edges = [
		([0, 1], 100),
		([1, 2], 200),
		([2, 3], 100),
		([2, 4], 100),
		([4, 5], 100),
		([3, 5], 50),
		([2, 4], 70),
	];
	let edges = edges.into_iter().zip(0..).map(|((ends, latency_ms), id)| Edge {
		id,
		ends,
		latency_ms,
		price: "0.01 SURE".into(),
		state: match id {
			3 | 6 => State::Severed(80),
			4 => State::Closed(81),
			5 => State::Closing,
			_ => State::Open,
		},
	});
	Picture { title: "block 90".into(), nodes: nodes.collect(), edges: edges.collect() }
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_main_component_should_come_first_whatever_the_others_weigh() {
		let mut picture = example();
		picture.nodes[4].units = 1_000_000;
		let components = picture.components();
		assert_eq!(components, [(Some(1), vec![0, 1, 2, 3, 5]), (Some(9), vec![4])]);
	}
}
