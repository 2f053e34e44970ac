//! What it takes to publish who is present, by codec.

use anyhow::{anyhow, ensure, Result};
use serde_json::{json, Value};
use std::{hint::black_box, time::Instant};
use surety_presence::{
	exact::{choose, decode, encode, Earlier},
	filter::{build, correct, Epsilon, Filter},
	Context, Id, Kind, Limits, Presence, SlotSet, HEADER_BYTES, MAX_UNIVERSE,
};

const LIMITS: Limits = Limits { max_universe: MAX_UNIVERSE, max_bytes: usize::MAX };
/// The window of the publication; a delta starts from the one before.
const WINDOW: u32 = 1_000;
/// Queries that are timed together.
const QUERIES: usize = 1 << 16;
/// Ids looked up in turn: few enough to stay in the cache, so that the filter is timed.
const QUERIED: usize = 1 << 10;
/// Nanoseconds after which a measurement is not repeated any more.
const PATIENCE: u64 = 500_000_000;

/// Publishes a random set of slots in each codec, and prints a JSON object for each. `bytes` are those of the payload,
/// without the header of 16; `bound_bytes` is the least there can be: log₂ C(N, K) / 8 for exact codecs, that of the
/// departures and arrivals for a delta, K log₂(1/ε) / 8 for filters. `wrong_on_universe` are the slots of which a reader
/// who knows the universe is told wrong, `false_positive_rate` that on absent offers outside of it (of an exact codec, on
/// absent slots). Times are the least of several runs; `build_ns` includes all tries of a filter, `query_ns` is one
/// look-up in what has been read, which takes `decode_ns`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
	/// How many slots are present
	#[arg(long, default_value_t = 2_700)]
	present: u32,
	/// How many slots there are
	#[arg(long, default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_UNIVERSE)))]
	universe: u32,
	/// Which codecs: all, or some of raw, rice, range, delta, choose, bloom, xor, fuse, cuckoo, ribbon, and the
	/// filters with "+corrections"
	#[arg(long, value_delimiter = ',', default_value = "all")]
	codec: Vec<String>,
	/// How often a filter may err, from 2⁻³² to 1/16
	#[arg(long, default_value_t = 0.001)]
	epsilon: f64,
	/// Which part of those present before a delta have departed; as many have arrived, if there is room
	#[arg(long, default_value_t = 0.01)]
	churn: f64,
	/// Seed of the set and the ids
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// How many absent offers a filter is asked for
	#[arg(long, default_value_t = 10_000_000)]
	absent: u64,
	/// How often each is timed at the most; less often what takes long, but three times if it may
	#[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
	runs: u32,
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
	Exact(Kind),
	/// The smallest exact codec, where no earlier set is known.
	Choose,
	Filter(Kind),
	Corrected(Kind),
}

impl Codec {
	fn all() -> Vec<Self> {
		let kinds = || Kind::ALL.into_iter().filter(|kind| !kind.is_corrected());
		let exact = kinds().filter(|kind| kind.is_exact()).map(Self::Exact);
		let filters = kinds().filter(|kind| !kind.is_exact());
		let filters = filters.flat_map(|kind| [Self::Filter(kind), Self::Corrected(kind)]);
		exact.chain([Self::Choose]).chain(filters).collect()
	}

	fn name(self) -> String {
		match self {
			Self::Exact(kind) | Self::Filter(kind) => format!("{kind:?}").to_lowercase(),
			Self::Choose => "choose".into(),
			Self::Corrected(kind) => format!("{kind:?}+corrections").to_lowercase(),
		}
	}
}

/// Measures each codec, and prints its line as soon as it is known.
pub(crate) fn run(options: &Options) -> Result<()> {
	let all = Codec::all();
	let mut codecs = vec![];
	for name in &options.codec {
		match name.as_str() {
			"all" => codecs.extend(&all),
			name => codecs.push(*all.iter().find(|codec| codec.name() == name).ok_or_else(|| {
				anyhow!(
					"there is no codec {name}: all, or {}",
					all.iter().map(|codec| codec.name()).collect::<Vec<_>>().join(", ")
				)
			})?),
		}
	}
	let scene = Scene::new(options)?;
	for codec in codecs {
		println!("{}", scene.measure(codec)?);
	}
	Ok(())
}

/// What is published.
struct Scene {
	options: Options,
	epsilon: Epsilon,
	set: SlotSet,
	/// The set of the window before.
	former: SlotSet,
	departures: u32,
	arrivals: u32,
	/// Of all slots, in order.
	ids: Vec<Id>,
}

impl Scene {
	fn new(options: &Options) -> Result<Self> {
		let Options { present, universe, epsilon, churn, seed, .. } = *options;
		ensure!(present <= universe, "{present} cannot be present of {universe}");
		ensure!((0.0..=1.0).contains(&churn), "the churn is a part, between 0 and 1");
		let epsilon = Epsilon::from_parts((epsilon * (1u64 << 32) as f64) as u32)
			.ok_or_else(|| anyhow!("epsilon is between 2^-32 and 1/16"))?;
		let former = random(universe, present, &mut Random(seed))?;
		let departures = (f64::from(present) * churn).round() as u32;
		let arrivals = departures.min(universe - present);
		let mut set = former.clone();
		let depart = random(present, departures, &mut Random(seed ^ 1 << 62))?;
		let arrive = random(universe - present, arrivals, &mut Random(seed ^ 1 << 63))?;
		for (index, slot) in (0..).zip(former.iter()) {
			if depart.contains(index) {
				set.remove(slot);
			}
		}
		for (index, slot) in (0..).zip(former.iter_absent()) {
			if arrive.contains(index) {
				set.insert(slot)?;
			}
		}
		let ids = (0..universe.into()).map(|slot| id(seed, slot)).collect();
		Ok(Self { options: options.clone(), epsilon, set, former, departures, arrivals, ids })
	}

	fn context(&self) -> Context {
		Context { base_block: 1, window: WINDOW }
	}

	fn measure(&self, codec: Codec) -> Result<Value> {
		match codec {
			Codec::Exact(Kind::Delta) => {
				let earlier = Earlier { window: WINDOW - 1, set: &self.former };
				let bound = log2_binomial(self.former.len(), self.departures)
					+ log2_binomial(self.former.universe() - self.former.len(), self.arrivals);
				self.exact(codec, &self.set, Some(earlier), bound, |set| {
					Ok(encode(Kind::Delta, self.context(), set, Some(earlier))?)
				})
			}
			// The former set has as many members as were asked for, even where nobody is left to arrive.
			Codec::Exact(kind) => self.exact(codec, &self.former, None, self.bound(), |set| {
				Ok(encode(kind, self.context(), set, None)?)
			}),
			Codec::Choose => self
				.exact(codec, &self.former, None, self.bound(), |set| Ok(choose(self.context(), set, None)?)),
			Codec::Filter(kind) => self.filter(codec, kind),
			Codec::Corrected(kind) => self.filter(codec, kind),
		}
	}

	fn bound(&self) -> f64 {
		log2_binomial(self.former.universe(), self.former.len())
	}

	fn exact(
		&self,
		codec: Codec,
		set: &SlotSet,
		earlier: Option<Earlier>,
		bound: f64,
		make: impl Fn(&SlotSet) -> Result<Vec<u8>>,
	) -> Result<Value> {
		let runs = self.options.runs;
		let (bytes, build_ns) = least(runs, || make(set))?;
		let (read, decode_ns) = least(runs, || Ok(decode(&bytes, &LIMITS, earlier)?.1))?;
		let slots: Vec<u32> =
			(0..set.universe().max(1)).step_by(set.universe() as usize / QUERIED + 1).collect();
		let query_ns = query(&slots, |slot| read.presence(*slot));
		let wrong = (0..set.universe()).filter(|slot| read.presence(*slot) != set.presence(*slot)).count();
		let false_positives = set.iter_absent().filter(|slot| read.contains(*slot)).count();
		let rate = part(false_positives as u64, (set.universe() - set.len()).into());
		let figures = Figures { build_ns, decode_ns, query_ns, wrong, rate };
		Ok(self.line(codec, &bytes, set.len(), bound, figures))
	}

	fn filter(&self, codec: Codec, kind: Kind) -> Result<Value> {
		let (set, runs) = (&self.former, self.options.runs);
		let present: Vec<Id> = set.iter().filter_map(|slot| self.ids.get(slot as usize).copied()).collect();
		let make = || {
			let plain = build(
				kind,
				self.context(),
				set.universe(),
				self.epsilon,
				self.options.seed as u16,
				&present,
			)?;
			Ok(match codec {
				Codec::Corrected(_) => correct(&plain, &self.ids, set)?,
				_ => plain,
			})
		};
		let (bytes, build_ns) = least(runs, make)?;
		let (filter, decode_ns) = least(runs, || Ok(Filter::decode(&bytes, &LIMITS)?))?;
		let queried: Vec<(u32, Id)> =
			(0..).zip(self.ids.iter().copied()).step_by(self.ids.len() / QUERIED + 1).collect();
		let query_ns = query(&queried, |(slot, id)| filter.presence(*slot, id));
		let slots = (0..).zip(&self.ids);
		let wrong = slots.filter(|(slot, id)| filter.presence(*slot, id) != set.presence(*slot)).count();
		let absent = |number: &u64| filter.contains(&id(self.options.seed, u64::from(u32::MAX) + number));
		let rate = part((0..self.options.absent).filter(absent).count() as u64, self.options.absent);
		let bound = f64::from(set.len()) * (32.0 - f64::from(self.epsilon.parts()).log2());
		Ok(self.line(codec, &bytes, set.len(), bound, Figures { build_ns, decode_ns, query_ns, wrong, rate }))
	}

	fn line(&self, codec: Codec, bytes: &[u8], present: u32, bound: f64, figures: Figures) -> Value {
		let payload = bytes.len() - HEADER_BYTES;
		let mut line = json!({
			"codec": codec.name(),
			"present": present,
			"universe": self.options.universe,
			"bytes": payload,
			"bits_per_present": ratio(payload as f64 * 8.0, present.into()),
			"bound_bytes": rounded(bound / 8.0),
			"ratio_to_bound": ratio(payload as f64, bound / 8.0),
			"build_ns": figures.build_ns,
			"decode_ns": figures.decode_ns,
			"query_ns": figures.query_ns.map(rounded),
			"wrong_on_universe": figures.wrong,
			"false_positive_rate": figures.rate,
			"seed": self.options.seed,
		});
		match codec {
			Codec::Choose => {
				let kind = Kind::ALL.into_iter().find(|kind| Some(&kind.number()) == bytes.first());
				line["chosen"] = json!(kind.map(|kind| Codec::Exact(kind).name()));
			}
			Codec::Exact(Kind::Delta) => {
				line["departures"] = json!(self.departures);
				line["arrivals"] = json!(self.arrivals);
			}
			Codec::Filter(_) | Codec::Corrected(_) => line["epsilon"] = json!(self.options.epsilon),
			Codec::Exact(_) => {}
		}
		line
	}
}

struct Figures {
	build_ns: u64,
	decode_ns: u64,
	query_ns: Option<f64>,
	wrong: usize,
	/// None where there was nothing absent to ask for.
	rate: Option<f64>,
}

/// To three places, so that lines stay readable.
fn rounded(number: f64) -> f64 {
	(number * 1_000.0).round() / 1_000.0
}

fn ratio(number: f64, of: f64) -> Option<f64> {
	(of > 0.0).then(|| (number / of * 10_000.0).round() / 10_000.0)
}

fn part(some: u64, all: u64) -> Option<f64> {
	(all > 0).then(|| some as f64 / all as f64)
}

/// What `f` makes, and the least of the times it took.
fn least<T>(most: u32, f: impl Fn() -> Result<T>) -> Result<(T, u64)> {
	let (mut spent, mut least, mut runs) = (0, u64::MAX, 0);
	loop {
		let begun = Instant::now();
		let made = black_box(f()?);
		let ns = u64::try_from(begun.elapsed().as_nanos())?;
		(spent, least, runs) = (spent + ns, least.min(ns), runs + 1);
		if runs >= most || runs >= 3 && spent >= PATIENCE {
			return Ok((made, least));
		}
	}
}

/// Nanoseconds that one of many queries takes; none where there is nothing to ask for.
fn query<Q>(queried: &[Q], ask: impl Fn(&Q) -> Presence) -> Option<f64> {
	if queried.is_empty() {
		return None;
	}
	let once = || {
		let begun = Instant::now();
		for asked in queried.iter().cycle().take(QUERIES) {
			black_box(ask(black_box(asked)));
		}
		begun.elapsed().as_nanos() as f64 / QUERIES as f64
	};
	Some((0..10).map(|_| once()).fold(f64::INFINITY, f64::min))
}

/// log₂ C(n, k).
fn log2_binomial(n: u32, k: u32) -> f64 {
	(0..k.min(n - k)).map(|i| (f64::from(n - i) / f64::from(i + 1)).log2()).sum()
}

/// SplitMix64.
struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	fn below(&mut self, n: u32) -> u32 {
		((u128::from(self.next()) * u128::from(n)) >> 64) as u32
	}
}

/// So many slots, each choice as likely as any other.
fn random(universe: u32, present: u32, random: &mut Random) -> Result<SlotSet> {
	let mut set = SlotSet::new(universe)?;
	for slot in 0..universe {
		if random.below(universe - slot) < present - set.len() {
			set.insert(slot)?;
		}
	}
	Ok(set)
}

/// The id of an offer, by its number.
fn id(seed: u64, number: u64) -> Id {
	let mut random = Random(seed.rotate_left(32) ^ number);
	let mut id = [0; 32];
	for part in id.chunks_mut(8) {
		part.copy_from_slice(&random.next().to_le_bytes());
	}
	id
}

#[cfg(test)]
mod tests {
	use super::*;

	fn lines(present: u32, universe: u32) -> Vec<Value> {
		let options =
			Options { present, universe, codec: vec![], epsilon: 0.01, churn: 0.1, seed: 3, absent: 20_000 };
		let scene = Scene::new(&options).unwrap();
		Codec::all().into_iter().map(|codec| scene.measure(codec).unwrap()).collect()
	}

	#[test]
	fn nothing_but_a_plain_filter_should_be_wrong_on_the_universe() {
		for line in lines(300, 2_000) {
			let codec = line["codec"].as_str().unwrap();
			let plain = ["bloom", "xor", "fuse", "cuckoo", "ribbon"].contains(&codec);
			assert_eq!(line["wrong_on_universe"].as_u64().unwrap() > 0, plain, "{line}");
			let rate = line["false_positive_rate"].as_f64().unwrap();
			let errs = plain || codec.ends_with("+corrections");
			assert!(if errs { (0.003..0.013).contains(&rate) } else { rate == 0.0 }, "{line}");
			assert!(line["ratio_to_bound"].as_f64().unwrap() >= 1.0, "{line}");
		}
	}

	#[test]
	fn a_delta_should_be_of_as_much_churn_as_was_asked_for() {
		let delta = |present, universe| lines(present, universe).swap_remove(3);
		let line = delta(300, 2_000);
		assert_eq!(
			(&line["codec"], &line["departures"], &line["arrivals"]),
			(&json!("delta"), &json!(30), &json!(30))
		);
		let line = delta(95, 100);
		assert_eq!(
			(&line["departures"], &line["arrivals"], &line["present"]),
			(&json!(10), &json!(5), &json!(90))
		);
	}

	#[test]
	fn empty_and_full_and_tiny_sets_should_be_measured() {
		for (present, universe) in [(0, 0), (0, 100), (1, 1), (100, 100), (1, 100)] {
			assert_eq!(lines(present, universe).len(), Codec::all().len());
		}
	}
}
