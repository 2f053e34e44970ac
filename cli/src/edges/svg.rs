//! A map as a picture that browsers show: SVG 1.1, in itself complete.

use super::{
	layout::{layout, Point},
	picture::{Edge, Node, Picture, Place, State},
};
use std::{collections::BTreeMap, fmt::Write};

/// Length of an edge on paper, in pixels.
const UNIT: f64 = 190.0;
/// Left and above, and right and below.
const MARGIN: f64 = 90.0;
/// Of a node.
const RADIUS: f64 = 26.0;
/// Room for the title.
const TITLE: f64 = 34.0;
/// Height of a line of the legend.
const LINE: f64 = 22.0;
/// With more edges than these, what they promise is left out.
const MOST_LABELS: usize = 150;
/// Fills of components, the main one first: light enough for black letters, and told apart by who sees few colours.
const FILLS: [&str; 8] =
	["#9ecae9", "#ffbf79", "#b3e0a6", "#f5cac3", "#d5c7e8", "#f2e394", "#c9b29b", "#d3d3d3"];

/// What is not markup.
fn escaped(text: &str) -> String {
	let mut escaped = String::with_capacity(text.len());
	for letter in text.chars() {
		match letter {
			'&' => escaped.push_str("&amp;"),
			'<' => escaped.push_str("&lt;"),
			'>' => escaped.push_str("&gt;"),
			'"' => escaped.push_str("&quot;"),
			// Others that XML does not have.
			letter if letter.is_control() => escaped.push(' '),
			letter => escaped.push(letter),
		}
	}
	escaped
}

/// Draws a map.
pub fn draw(picture: &Picture) -> String {
	let drawn: Vec<[usize; 2]> = picture.edges.iter().map(|edge| edge.ends).collect();
	let on_paper = |place: Point| Point { x: MARGIN + place.x * UNIT, y: MARGIN + TITLE + place.y * UNIT };
	let places: Vec<Point> = layout(picture.nodes.len(), &drawn).into_iter().map(on_paper).collect();
	let components = picture.components();
	let fills: BTreeMap<Option<u64>, &str> =
		components.iter().map(|(component, _)| *component).zip(FILLS.into_iter().cycle()).collect();
	let legend = legend(picture, &components, &fills);
	let right = places.iter().map(|place| place.x).fold(360.0, f64::max);
	let bottom = places.iter().map(|place| place.y).fold(MARGIN + TITLE, f64::max);
	let (width, height) = (right + MARGIN, bottom + MARGIN + LINE * (legend.len() as f64 + 1.0));

	let mut svg = String::new();
	// Writing into a string cannot fail.
	let _ = writeln!(
		svg,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
		 viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"12\" text-anchor=\"middle\">"
	);
	let title = escaped(&picture.title);
	let _ = writeln!(svg, "<title>{title}</title>");
	let _ = writeln!(svg, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
	let _ = writeln!(
		svg,
		"<text x=\"{MARGIN:.0}\" y=\"30\" font-size=\"16\" text-anchor=\"start\">{title}</text>"
	);
	draw_edges(&mut svg, picture, &places);
	for (node, place) in picture.nodes.iter().zip(&places) {
		let fill = fills.get(&node.component).copied().unwrap_or(FILLS[0]);
		draw_node(&mut svg, node, *place, fill);
	}
	for (line, (mark, text)) in legend.iter().enumerate() {
		let y = bottom + MARGIN + LINE * line as f64;
		let _ = writeln!(
			svg,
			"<g class=\"legend\">{}<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"start\">{}</text></g>",
			mark.at(MARGIN, y - 4.0),
			MARGIN + 34.0,
			y,
			escaped(text)
		);
	}
	svg.push_str("</svg>\n");
	svg
}

/// What a line of the legend begins with.
enum Mark<'a> {
	Fill(&'a str),
	Line(&'a str),
	Ring,
}

impl Mark<'_> {
	fn at(&self, x: f64, y: f64) -> String {
		match self {
			Self::Fill(fill) => {
				format!(
					"<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"8\" fill=\"{fill}\" stroke=\"#333333\"/>",
					x + 12.0
				)
			}
			Self::Line(style) => {
				format!("<line x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" {style}/>", x + 24.0)
			}
			Self::Ring => {
				format!(
					"<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"8\" fill=\"none\" stroke=\"#b01030\" stroke-width=\"2.5\"/>",
					x + 12.0
				)
			}
		}
	}
}

fn legend<'a>(
	picture: &Picture,
	components: &[(Option<u64>, Vec<usize>)],
	fills: &BTreeMap<Option<u64>, &'a str>,
) -> Vec<(Mark<'a>, String)> {
	let mut lines = Vec::new();
	for (component, places) in components {
		let fill = fills.get(component).copied().unwrap_or(FILLS[0]);
		let first = places.first().and_then(|place| picture.nodes.get(*place));
		let what = match first.map(|node| node.place) {
			Some(Place::Main) => "main component".to_owned(),
			Some(Place::CutOff(since)) => format!("cut off as of block {since}"),
			Some(Place::Apart) => "apart".to_owned(),
			Some(Place::Left) | None => "have left".to_owned(),
		};
		let number = match places.len() {
			1 => "1 node".to_owned(),
			number => format!("{number} nodes"),
		};
		lines.push((Mark::Fill(fill), format!("{what}: {number}")));
	}
	if picture.nodes.iter().any(|node| node.centre) {
		lines.push((Mark::Ring, "centre".into()));
	}
	let has = |wanted: fn(State) -> bool| picture.edges.iter().any(|edge| wanted(edge.state));
	if has(|state| matches!(state, State::Severed(_))) {
		lines.push((Mark::Line(SEVERED), "severed".into()));
	}
	if has(|state| matches!(state, State::Closed(_))) {
		lines.push((Mark::Line(CLOSED), "closed".into()));
	}
	if has(|state| state == State::Closing) {
		lines.push((Mark::Line(CLOSING), "closing".into()));
	}
	lines
}

const OPEN: &str = "stroke=\"#555555\" stroke-width=\"2\"";
const CLOSING: &str = "stroke=\"#555555\" stroke-width=\"2\" stroke-dasharray=\"14 3\"";
const SEVERED: &str = "stroke=\"#b01030\" stroke-width=\"2\" stroke-dasharray=\"6 5\"";
const CLOSED: &str = "stroke=\"#999999\" stroke-width=\"1.5\" stroke-dasharray=\"2 4\"";

fn draw_edges(svg: &mut String, picture: &Picture, places: &[Point]) {
	let labelled = picture.edges.len() <= MOST_LABELS;
	let mut before: BTreeMap<[usize; 2], u32> = BTreeMap::new();
	for edge in &picture.edges {
		let [a, b] = edge.ends;
		let (Some(from), Some(to)) = (places.get(a.min(b)), places.get(a.max(b))) else { continue };
		// Several between the same two are bent, each to its own side.
		let place = before.entry([a.min(b), a.max(b)]).or_default();
		let side = if place.is_multiple_of(2) { 1.0 } else { -1.0 };
		let bend = f64::from(place.div_ceil(2)) * 46.0 * side;
		*place = place.saturating_add(1);
		let (style, class) = match edge.state {
			State::Open => (OPEN, "open"),
			State::Closing => (CLOSING, "closing"),
			State::Severed(_) => (SEVERED, "severed"),
			State::Closed(_) => (CLOSED, "closed"),
		};
		let (dx, dy) = (to.x - from.x, to.y - from.y);
		let length = (dx * dx + dy * dy).sqrt().max(1.0);
		let control = Point {
			x: (from.x + to.x) / 2.0 - dy / length * bend * 2.0,
			y: (from.y + to.y) / 2.0 + dx / length * bend * 2.0,
		};
		let _ = writeln!(
			svg,
			"<path class=\"edge {class}\" id=\"edge-{}\" d=\"M {:.1} {:.1} Q {:.1} {:.1} {:.1} {:.1}\" fill=\"none\" {style}/>",
			edge.id, from.x, from.y, control.x, control.y, to.x, to.y
		);
		if labelled {
			let at = Point {
				x: (from.x + to.x) / 4.0 + control.x / 2.0,
				y: (from.y + to.y) / 4.0 + control.y / 2.0,
			};
			draw_label(svg, edge, at);
		}
	}
}

fn draw_label(svg: &mut String, edge: &Edge, at: Point) {
	let second = match edge.state {
		State::Open | State::Closing => edge.price.clone(),
		State::Severed(block) => format!("severed in {block}"),
		State::Closed(block) => format!("closed in {block}"),
	};
	for (line, text) in [format!("{}: {} ms", edge.id, edge.latency_ms), second].iter().enumerate() {
		let y = at.y - 2.0 + 13.0 * line as f64;
		let _ = writeln!(
			svg,
			"<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"11\" stroke=\"#ffffff\" stroke-width=\"4\" \
			 paint-order=\"stroke\" fill=\"#333333\">{}</text>",
			at.x,
			escaped(text)
		);
	}
}

fn draw_node(svg: &mut String, node: &Node, at: Point, fill: &str) {
	let class = match node.place {
		Place::Main => "main",
		Place::CutOff(_) => "cut-off",
		Place::Apart => "apart",
		Place::Left => "left",
	};
	let outline = match node.place {
		Place::Main => "stroke=\"#333333\" stroke-width=\"1.5\"",
		Place::CutOff(_) => "stroke=\"#b01030\" stroke-width=\"2.5\" stroke-dasharray=\"5 4\"",
		Place::Apart | Place::Left => "stroke=\"#777777\" stroke-width=\"1.5\" stroke-dasharray=\"2 3\"",
	};
	let Point { x, y } = at;
	let centre = if node.centre { " centre" } else { "" };
	let _ = writeln!(svg, "<g class=\"node {class}{centre}\" id=\"node-{}\">", node.id);
	if node.centre {
		let _ = writeln!(
			svg,
			"<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\" fill=\"#ffffff\" stroke=\"#b01030\" stroke-width=\"2.5\"/>",
			RADIUS + 5.0
		);
	}
	let _ =
		writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS:.1}\" fill=\"{fill}\" {outline}/>");
	let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"15\">{}</text>", y + 5.0, node.id);
	let weighs = match node.weight == node.stake {
		true => node.stake.clone(),
		false => format!("{} / {}", node.stake, node.weight),
	};
	let below = [(node.name.as_str(), "bold"), (weighs.as_str(), "normal")];
	for (line, (text, weight)) in below.into_iter().enumerate() {
		let y = y + RADIUS + 17.0 + 14.0 * line as f64;
		let _ = writeln!(
			svg,
			"<text x=\"{x:.1}\" y=\"{y:.1}\" font-weight=\"{weight}\" stroke=\"#ffffff\" stroke-width=\"3\" \
			 paint-order=\"stroke\" fill=\"#111111\">{}</text>",
			escaped(text)
		);
	}
	svg.push_str("</g>\n");
}

#[cfg(test)]
mod tests {
	use super::{
		super::picture::{self, Place},
		*,
	};
	use xml::reader::{EventReader, XmlEvent};

	/// The elements of a picture, each by its name and the values of some attributes; and all that is written in it.
	fn parsed(svg: &str) -> (Vec<(String, String, String)>, String) {
		let (mut elements, mut words) = (Vec::new(), String::new());
		for event in EventReader::from_str(svg) {
			match event.expect("valid XML") {
				XmlEvent::StartElement { name, attributes, .. } => {
					let of = |wanted: &str| {
						let found = attributes.iter().find(|attribute| attribute.name.local_name == wanted);
						found.map(|attribute| attribute.value.clone()).unwrap_or_default()
					};
					assert_eq!(name.namespace.as_deref(), Some("http://www.w3.org/2000/svg"));
					assert!(
						attributes.iter().all(|one| !one.name.local_name.contains("href")),
						"nothing from elsewhere"
					);
					elements.push((name.local_name, of("id"), of("class")));
				}
				XmlEvent::Characters(text) => {
					words.push_str(&text);
					words.push('\n');
				}
				_ => {}
			}
		}
		(elements, words)
	}

	#[test]
	fn a_picture_should_show_each_node_and_each_edge_as_it_is() {
		let picture = picture::example();
		let svg = draw(&picture);
		let (elements, words) = parsed(&svg);
		let of = |id: &str| {
			let mut found = elements.iter().filter(|element| element.1 == id);
			let one = found.next().unwrap_or_else(|| panic!("no {id}"));
			assert!(found.next().is_none(), "{id} is there once");
			one.2.as_str()
		};
		assert_eq!(elements.iter().filter(|element| element.2.starts_with("node")).count(), 6);
		assert_eq!(elements.iter().filter(|element| element.2.starts_with("edge")).count(), 7);
		assert_eq!(
			(of("node-2"), of("node-4"), of("node-5")),
			("node main centre", "node cut-off", "node main")
		);
		assert_eq!((of("edge-0"), of("edge-3"), of("edge-4")), ("edge open", "edge severed", "edge closed"));
		for word in [
			"Alex",
			"Eve",
			"500 SURE",
			"0: 100 ms",
			"severed in 80",
			"cut off as of block 88: 1 node",
			"centre",
		] {
			assert!(words.lines().any(|line| line == word), "{word} in {words}");
		}
		assert_eq!(draw(&picture), svg, "always the same");
	}

	#[test]
	fn what_is_written_should_not_become_markup() {
		let mut picture = picture::example();
		let name = "<script>\"&\u{1}'";
		picture.nodes[0].name = name.into();
		picture.title = name.into();
		let (elements, words) = parsed(&draw(&picture));
		assert!(elements.iter().all(|element| element.0 != "script"));
		assert!(words.contains("<script>\"& '"));
	}

	#[test]
	fn edges_between_the_same_two_should_not_be_drawn_over_each_other() {
		let svg = draw(&picture::example());
		let path = |id: u32| {
			let start = format!("id=\"edge-{id}\" d=\"");
			svg.split(&start).nth(1).and_then(|rest| rest.split('"').next()).expect("an edge").to_owned()
		};
		assert_ne!(path(3), path(6));
	}

	#[test]
	fn any_network_should_fit_on_its_paper() {
		let node = |id: u32| picture::Node {
			id,
			name: format!("node {id}"),
			stake: "1".into(),
			weight: "2".into(),
			units: 2,
			component: Some(id.into()),
			place: Place::Apart,
			centre: false,
		};
		for count in [0, 1, 2, 40] {
			let picture =
				Picture { title: String::new(), nodes: (0..count).map(node).collect(), edges: vec![] };
			let svg = draw(&picture);
			let (elements, _) = parsed(&svg);
			assert_eq!(elements.iter().filter(|element| element.2 == "node apart").count(), count as usize);
			let number = |name: &str| -> f64 {
				let rest = svg.split(&format!("{name}=\"")).nth(1).expect("an attribute");
				rest.split('"').next().and_then(|value| value.parse().ok()).expect("a number")
			};
			let (width, height) = (number("width"), number("height"));
			for circle in svg.split("<circle cx=\"").skip(1) {
				let x: f64 = circle.split('"').next().unwrap().parse().unwrap();
				let y: f64 =
					circle.split("cy=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
				assert!(
					x > 20.0 && x < width - 20.0 && y > 20.0 && y < height,
					"{x} {y} of {width} {height}"
				);
			}
		}
	}
}
