//! A map as text: each component as a tree from its centre, or its heaviest node, with the edges that are not of the tree beside
//! the nodes where they end; and what has ended below.

use super::picture::{Edge, Node, Picture, Place, State};
use std::{collections::BTreeSet, fmt::Write};

/// Draws a map.
pub fn draw(picture: &Picture) -> String {
	let mut text = format!("{}\n", picture.title);
	for (_, places) in picture.components() {
		text.push('\n');
		draw_component(&mut text, picture, &places);
	}
	let ended: Vec<&Edge> = picture.edges.iter().filter(|edge| !edge.state.is_open()).collect();
	if !ended.is_empty() {
		text.push_str("\nended, and remembered\n");
	}
	for edge in ended {
		let Some([a, b]) = picture.ends(edge) else { continue };
		let how = match edge.state {
			State::Severed(block) => format!("severed in block {block}"),
			State::Closed(block) => format!("closed in block {block}"),
			State::Open | State::Closing => continue,
		};
		// Writing into a string cannot fail.
		let _ = writeln!(text, "  {}: [{}] {} - - [{}] {}  {how}", edge.id, a.id, a.name, b.id, b.name);
	}
	text
}

/// What is said of a node.
fn told(node: &Node) -> String {
	let mark = if node.centre { "* " } else { "" };
	let weighs = match node.weight == node.stake {
		true => String::new(),
		false => format!(", weighs {}", node.weight),
	};
	let centre = if node.centre { ", centre" } else { "" };
	format!("{mark}[{}] {}  {}{weighs}{centre}", node.id, node.name, node.stake)
}

/// What is said of an open edge.
fn promised(edge: &Edge) -> String {
	let closing = if edge.state == State::Closing { ", closing" } else { "" };
	format!("{}: {} ms, {}{closing}", edge.id, edge.latency_ms, edge.price)
}

fn draw_component(text: &mut String, picture: &Picture, places: &[usize]) {
	let nodes = || places.iter().filter_map(|place| Some((*place, picture.nodes.get(*place)?)));
	let what = match nodes().next().map(|(_, node)| node.place) {
		Some(Place::Main) => "main component".to_owned(),
		Some(Place::CutOff(since)) => format!("cut off as of block {since}"),
		Some(Place::Apart) => "apart".to_owned(),
		Some(Place::Left) | None => "have left".to_owned(),
	};
	let number = if places.len() == 1 { "1 node".to_owned() } else { format!("{} nodes", places.len()) };
	let _ = writeln!(text, "{what}: {number}");
	let mut seen = BTreeSet::new();
	loop {
		// What hangs together as far as is known may not do so any more: then there are several trees.
		let left = nodes().filter(|(place, _)| !seen.contains(place));
		let root = left.max_by_key(|(place, node)| (node.centre, node.units, std::cmp::Reverse(*place)));
		let Some((root, _)) = root else { break };
		draw_tree(text, picture, root, &mut seen);
	}
}

/// One line to come.
struct Branch {
	/// Through which edge; the root by none.
	edge: Option<usize>,
	to: usize,
	/// What stands before it.
	before: String,
	last: bool,
}

fn draw_tree(text: &mut String, picture: &Picture, root: usize, seen: &mut BTreeSet<usize>) {
	let tree = tree(picture, root, seen);
	let mut shown: BTreeSet<usize> = tree.iter().map(|(edge, ..)| *edge).collect();
	let mut waiting = vec![Branch { edge: None, to: root, before: "  ".into(), last: true }];
	while let Some(Branch { edge, to, before, last }) = waiting.pop() {
		let Some(node) = picture.nodes.get(to) else { continue };
		let along = edge.and_then(|edge| picture.edges.get(edge));
		let (line, below) = match along {
			None => (before.clone(), before),
			Some(along) => (
				format!("{before}{}({}) ", if last { "└─" } else { "├─" }, promised(along)),
				format!("{before}{}", if last { "   " } else { "│  " }),
			),
		};
		// Edges to nodes that are in the tree by another way, each where it is met first.
		let mut beside = String::new();
		for (number, other) in picture.edges.iter().enumerate() {
			let is_here = other.state.is_open() && other.ends.contains(&to);
			if is_here && shown.insert(number) {
				let far = other.ends[usize::from(other.ends[0] == to)];
				let far = picture.nodes.get(far).map_or(0, |node| node.id);
				let _ = write!(beside, "  +({}) [{far}]", promised(other));
			}
		}
		let _ = writeln!(text, "{line}{}{beside}", told(node));
		let children: Vec<_> = tree.iter().filter(|(_, from, _)| *from == to).collect();
		for (place, (edge, _, child)) in children.iter().enumerate().rev() {
			let last = place + 1 == children.len();
			waiting.push(Branch { edge: Some(*edge), to: *child, before: below.clone(), last });
		}
	}
}

/// Edges of a tree by the fewest steps, each with the nodes from and to which it leads.
fn tree(picture: &Picture, root: usize, seen: &mut BTreeSet<usize>) -> Vec<(usize, usize, usize)> {
	seen.insert(root);
	let (mut tree, mut order, mut next) = (Vec::new(), vec![root], 0);
	while let Some(at) = order.get(next).copied() {
		next += 1;
		for (number, edge) in picture.edges.iter().enumerate() {
			if !edge.state.is_open() || !edge.ends.contains(&at) {
				continue;
			}
			let to = edge.ends[usize::from(edge.ends[0] == at)];
			if seen.insert(to) {
				tree.push((number, at, to));
				order.push(to);
			}
		}
	}
	tree
}

#[cfg(test)]
mod tests {
	use super::{super::picture, *};

	#[test]
	fn a_component_should_be_a_tree_from_its_centre() {
		let text = draw(&picture::example());
		let expected = "\
block 90

main component: 5 nodes
  * [2] Bob  500 SURE, centre
  ├─(1: 200 ms, 0.01 SURE) [1] Alice  500 SURE
  │  └─(0: 100 ms, 0.01 SURE) [0] Alex  500 SURE
  └─(2: 100 ms, 0.01 SURE) [3] Carol  500 SURE
     └─(5: 50 ms, 0.01 SURE, closing) [5] Dave  500 SURE

cut off as of block 88: 1 node
  [4] Eve  500 SURE

ended, and remembered
  3: [2] Bob - - [4] Eve  severed in block 80
  4: [4] Eve - - [5] Dave  closed in block 81
  6: [2] Bob - - [4] Eve  severed in block 80
";
		assert_eq!(text, expected);
	}

	#[test]
	fn an_edge_that_closes_a_ring_should_be_shown_once() {
		let mut picture = picture::example();
		for edge in &mut picture.edges {
			edge.state = State::Open;
		}
		for node in &mut picture.nodes {
			node.component = Some(1);
		}
		let text = draw(&picture);
		for edge in 0..7 {
			let lines = text.matches(&format!("({edge}: ")).count();
			assert_eq!(lines, 1, "edge {edge} in\n{text}");
		}
		for node in 0..6 {
			assert!(text.contains(&format!("[{node}] ")), "{text}");
		}
	}

	#[test]
	fn what_does_not_hang_together_any_more_should_be_shown_all_the_same() {
		let mut picture = picture::example();
		// Nobody has shown the cut yet.
		picture.nodes[4].component = Some(1);
		picture.nodes[4].place = Place::Main;
		let text = draw(&picture);
		assert!(text.contains("main component: 6 nodes"), "{text}");
		assert!(text.contains("\n  [4] Eve  500 SURE\n"), "{text}");
	}
}
