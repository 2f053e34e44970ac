//! Where to draw the nodes of a network: stress majorisation (Gansner, Koren, North: "Graph drawing by stress majorization",
//! 2004), which has nodes as far from each other as there are edges between them.
//!
//! The same network is always laid out in the same way: nothing is left to chance, and nothing but addition, multiplication,
//! division and square roots is used, which every machine rounds alike. No two nodes are nearer to each other than
//! [`GAP`], in units of an edge's length.

use std::collections::VecDeque;

/// The least distance of two nodes, in lengths of an edge.
pub const GAP: f64 = 0.92;
/// Rounds of majorisation.
const ROUNDS: usize = 120;
/// Rounds of pushing apart what is too near.
const PUSHES: usize = 80;
/// An edge, to a node that no way leads to.
const FAR: f64 = 4.0;

/// A place in the plane.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
	/// To the right.
	pub x: f64,
	/// Downwards.
	pub y: f64,
}

impl Point {
	fn minus(self, other: Self) -> Self {
		Self { x: self.x - other.x, y: self.y - other.y }
	}

	fn length(self) -> f64 {
		(self.x * self.x + self.y * self.y).sqrt()
	}
}

/// Places for so many nodes, joined by `edges` of their numbers. An edge is about 1 long; all coordinates are 0 or more.
pub fn layout(nodes: usize, edges: &[[usize; 2]]) -> Vec<Point> {
	let mut places = vec![Point::default(); nodes];
	let mut boxes = Vec::new();
	for group in groups(nodes, edges) {
		let mut points = group_layout(&group, edges);
		turn(&mut points);
		boxes.push((group, points));
	}
	pack(boxes, &mut places);
	places
}

/// Neighbours of each node, each once.
fn adjacency(nodes: usize, edges: &[[usize; 2]]) -> Vec<Vec<usize>> {
	let mut all = vec![Vec::new(); nodes];
	for [a, b] in edges.iter().copied().filter(|[a, b]| a != b && *a < nodes && *b < nodes) {
		all[a].push(b);
		all[b].push(a);
	}
	for one in &mut all {
		one.sort_unstable();
		one.dedup();
	}
	all
}

/// Nodes that hang together, in the order of their numbers.
fn groups(nodes: usize, edges: &[[usize; 2]]) -> Vec<Vec<usize>> {
	let adjacency = adjacency(nodes, edges);
	let mut seen = vec![false; nodes];
	let mut all = Vec::new();
	for first in 0..nodes {
		if std::mem::replace(&mut seen[first], true) {
			continue;
		}
		let (mut group, mut queue) = (vec![first], VecDeque::from([first]));
		while let Some(at) = queue.pop_front() {
			for to in &adjacency[at] {
				if !std::mem::replace(&mut seen[*to], true) {
					group.push(*to);
					queue.push_back(*to);
				}
			}
		}
		group.sort_unstable();
		all.push(group);
	}
	all
}

/// Distances in edges between all nodes of a group.
fn distances(group: &[usize], edges: &[[usize; 2]]) -> Vec<Vec<f64>> {
	let place = |node: usize| group.binary_search(&node).ok();
	let inner: Vec<[usize; 2]> = edges.iter().filter_map(|[a, b]| Some([place(*a)?, place(*b)?])).collect();
	let adjacency = adjacency(group.len(), &inner);
	let from = |first: usize| {
		let mut hops = vec![None; group.len()];
		hops[first] = Some(0.0);
		let mut queue = VecDeque::from([first]);
		while let Some(at) = queue.pop_front() {
			let next = hops[at].unwrap_or(0.0) + 1.0;
			for to in &adjacency[at] {
				if hops[*to].is_none() {
					hops[*to] = Some(next);
					queue.push_back(*to);
				}
			}
		}
		hops.into_iter().map(|hops| hops.unwrap_or(FAR)).collect()
	};
	(0..group.len()).map(from).collect()
}

fn group_layout(group: &[usize], edges: &[[usize; 2]]) -> Vec<Point> {
	let count = group.len();
	let distances = distances(group, edges);
	let mut points = spiral(count);
	for _ in 0..ROUNDS {
		for (own, wanted_of_own) in distances.iter().enumerate() {
			let (mut x, mut y, mut all) = (0.0, 0.0, 0.0);
			for (other, wanted) in wanted_of_own.iter().enumerate().filter(|(other, _)| *other != own) {
				let weight = 1.0 / (wanted * wanted);
				let apart = points[own].minus(points[other]);
				let length = apart.length();
				let ratio = if length > 1e-9 { wanted / length } else { 0.0 };
				x += weight * (points[other].x + apart.x * ratio);
				y += weight * (points[other].y + apart.y * ratio);
				all += weight;
			}
			if all > 0.0 {
				points[own] = Point { x: x / all, y: y / all };
			}
		}
	}
	separate(&mut points);
	points
}

/// Places to begin with: outwards by the golden angle, so that no two are the same and none are in a line.
fn spiral(count: usize) -> Vec<Point> {
	// Cosine and sine of the golden angle.
	let (cos, sin) = (-0.737_368_878_078_320_2, 0.675_490_294_261_523_8);
	let mut direction = Point { x: 1.0, y: 0.0 };
	let mut radius = 0.0f64;
	let mut points = Vec::with_capacity(count);
	for _ in 0..count {
		radius += 1.0;
		let far = radius.sqrt();
		points.push(Point { x: direction.x * far, y: direction.y * far });
		direction =
			Point { x: direction.x * cos - direction.y * sin, y: direction.x * sin + direction.y * cos };
	}
	points
}

/// Pushes apart what is too near, and then, if that has not sufficed, everything.
fn separate(points: &mut [Point]) {
	let count = points.len();
	for _ in 0..PUSHES {
		let mut moved = false;
		for own in 0..count {
			for other in own + 1..count {
				let apart = points[own].minus(points[other]);
				let length = apart.length();
				if length >= GAP {
					continue;
				}
				moved = true;
				let direction = match length > 1e-6 {
					true => Point { x: apart.x / length, y: apart.y / length },
					// On the same place: some direction, a different one for each pair.
					false => spiral(own + other + 1).pop().map_or(Point { x: 1.0, y: 0.0 }, |point| {
						let length = point.length();
						Point { x: point.x / length, y: point.y / length }
					}),
				};
				// A little more than is needed, so that it comes to an end.
				let push = (GAP - length) / 2.0 + 0.005;
				points[own].x += direction.x * push;
				points[own].y += direction.y * push;
				points[other].x -= direction.x * push;
				points[other].y -= direction.y * push;
			}
		}
		if !moved {
			return;
		}
	}
	let nearest = nearest(points);
	if nearest < GAP && nearest > 1e-9 {
		let factor = GAP / nearest * 1.000_1;
		for point in points {
			point.x *= factor;
			point.y *= factor;
		}
	}
}

/// The least distance of two.
fn nearest(points: &[Point]) -> f64 {
	let mut least = f64::INFINITY;
	for (place, own) in points.iter().enumerate() {
		for other in points.iter().skip(place + 1) {
			least = least.min(own.minus(*other).length());
		}
	}
	least
}

/// Turns a group so that it is broad rather than high, with its first node on the left and above the middle, which begins at
/// zero.
fn turn(points: &mut [Point]) {
	let count = points.len() as f64;
	let sum =
		points.iter().fold(Point::default(), |sum, point| Point { x: sum.x + point.x, y: sum.y + point.y });
	let middle = Point { x: sum.x / count, y: sum.y / count };
	let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
	for point in points.iter_mut() {
		*point = point.minus(middle);
		xx += point.x * point.x;
		xy += point.x * point.y;
		yy += point.y * point.y;
	}
	// The direction in which they are spread most: the eigenvector of the greater eigenvalue.
	let half = (xx - yy) / 2.0;
	let root = (half * half + xy * xy).sqrt();
	let axis = match half >= 0.0 {
		true => Point { x: half + root, y: xy },
		false => Point { x: xy, y: root - half },
	};
	let length = axis.length();
	if length > 1e-9 {
		let (cos, sin) = (axis.x / length, axis.y / length);
		for point in points.iter_mut() {
			*point = Point { x: point.x * cos + point.y * sin, y: point.y * cos - point.x * sin };
		}
	}
	let first = points.first().copied().unwrap_or_default();
	let (flip_x, flip_y) = (first.x > 1e-9, first.y > 1e-9);
	for point in points.iter_mut() {
		point.x = if flip_x { -point.x } else { point.x };
		point.y = if flip_y { -point.y } else { point.y };
	}
	let least = points.iter().fold(Point { x: f64::INFINITY, y: f64::INFINITY }, |least, point| Point {
		x: least.x.min(point.x),
		y: least.y.min(point.y),
	});
	for point in points.iter_mut() {
		*point = point.minus(least);
	}
}

/// Puts groups beside each other, in rows.
fn pack(boxes: Vec<(Vec<usize>, Vec<Point>)>, places: &mut [Point]) {
	let extent = |points: &[Point]| {
		points
			.iter()
			.fold(Point::default(), |most, point| Point { x: most.x.max(point.x), y: most.y.max(point.y) })
	};
	let area: f64 =
		boxes.iter().map(|(_, points)| extent(points)).map(|size| (size.x + 1.0) * (size.y + 1.0)).sum();
	let widest = boxes.iter().map(|(_, points)| extent(points).x).fold(0.0, f64::max);
	let width = (area * 2.0).sqrt().max(widest);
	let (mut left, mut top, mut height) = (0.0, 0.0, 0.0f64);
	for (group, points) in boxes {
		let size = extent(&points);
		if left > 0.0 && left + size.x > width {
			top += height + 1.0;
			left = 0.0;
			height = 0.0;
		}
		for (node, point) in group.into_iter().zip(points) {
			places[node] = Point { x: left + point.x, y: top + point.y };
		}
		left += size.x + 1.0;
		height = height.max(size.y);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(64))]
		#[test]
		fn no_two_nodes_should_be_drawn_over_each_other(
			nodes in 1usize..=50,
			pairs in prop::collection::vec((0usize..50, 0usize..50), 0..90),
		) {
			let edges: Vec<[usize; 2]> =
				pairs.into_iter().map(|(a, b)| [a % nodes, b % nodes]).collect();
			let places = layout(nodes, &edges);
			prop_assert_eq!(places.len(), nodes);
			prop_assert!(places.iter().all(|place| place.x >= 0.0 && place.y >= 0.0));
			prop_assert!(places.iter().all(|place| place.x < 200.0 && place.y < 200.0), "{:?}", places);
			prop_assert!(nearest(&places) >= GAP - 1e-9, "{}", nearest(&places));
			prop_assert_eq!(layout(nodes, &edges), places, "the same again");
		}
	}

	#[test]
	fn the_hardest_networks_should_be_drawn_without_overlaps() {
		let chain: Vec<[usize; 2]> = (1..50).map(|node| [node - 1, node]).collect();
		let star: Vec<[usize; 2]> = (1..50).map(|node| [0, node]).collect();
		let complete: Vec<[usize; 2]> = (0..50).flat_map(|a| (0..a).map(move |b| [b, a])).collect();
		for edges in [chain, star, complete, vec![]] {
			let places = layout(50, &edges);
			assert!(nearest(&places) >= GAP - 1e-9);
		}
	}

	#[test]
	fn a_chain_should_be_drawn_in_a_line_from_left_to_right() {
		let places = layout(5, &[[0, 1], [1, 2], [2, 3], [3, 4]]);
		for pair in places.windows(2) {
			assert!(pair[1].x - pair[0].x > 0.8 && (pair[1].y - pair[0].y).abs() < 0.4, "{places:?}");
		}
	}

	#[test]
	fn neighbours_should_be_nearer_than_others() {
		let ring: Vec<[usize; 2]> = (0..12).map(|node| [node, (node + 1) % 12]).collect();
		let places = layout(12, &ring);
		let near = places[0].minus(places[1]).length();
		let far = places[0].minus(places[6]).length();
		assert!(far > 2.0 * near, "{near} {far}");
	}

	#[test]
	fn nothing_should_be_laid_out_as_nothing() {
		assert!(layout(0, &[]).is_empty());
		assert_eq!(layout(1, &[[0, 0], [0, 7]]), [Point::default()]);
	}
}
