//! Runs each decoder on mutated publications for a time, and ends with 1 where one panics or takes what it would not
//! write.
//!
//!     cargo run --release -p surety-presence --features fuzzing --example fuzz_decoders -- --seconds 60
//!
//! Mutations start from `corpus/`, a file a decoder and a line a publication, in hexadecimal, and from those
//! accepted since that are unlike others. Prints a JSON object a decoder: cases, how many were accepted, how many refused by which error.

use std::{
	collections::{BTreeMap, BTreeSet},
	error::Error,
	fs, panic,
	path::PathBuf,
	process::ExitCode,
	time::{Duration, Instant},
};
use surety_presence::{
	fuzz::{fuzz_one, mutate, seeds, LIMITS},
	Kind,
};

const USAGE: &str =
	"fuzz_decoders [--seconds N] [--seed N] [--decoder NAME] [--corpus DIRECTORY] [--write-corpus]";

/// Publications kept at the most.
const MAX_KEPT: usize = 4_096;

struct Options {
	/// For each decoder.
	seconds: u64,
	seed: u64,
	decoder: Option<String>,
	corpus: PathBuf,
	write_corpus: bool,
}

impl Options {
	fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
		let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
		let mut options = Self { seconds: 60, seed: 1, decoder: None, corpus, write_corpus: false };
		while let Some(name) = arguments.next() {
			let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
			match name.as_str() {
				"--seconds" => options.seconds = value()?.parse()?,
				"--seed" => options.seed = value()?.parse()?,
				"--decoder" => options.decoder = Some(value()?.to_lowercase()),
				"--corpus" => options.corpus = value()?.into(),
				"--write-corpus" => options.write_corpus = true,
				_ => return Err(format!("unknown argument {name}").into()),
			}
		}
		Ok(options)
	}
}

/// SplitMix64.
struct Random(u64);

impl Random {
	fn below(&mut self, n: usize) -> usize {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^= z >> 31;
		(z % n.max(1) as u64) as usize
	}
}

/// The decoder's name on the command line and in the corpus.
fn name(kind: Kind) -> String {
	format!("{kind:?}").to_lowercase()
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(line: &str) -> Result<Vec<u8>, Box<dyn Error>> {
	let digits = line.trim().as_bytes();
	let byte = |pair: &[u8]| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?);
	digits.chunks(2).map(byte).collect()
}

/// Fuzzes one decoder and prints its line; whether nothing was found.
fn fuzz(kind: Kind, options: &Options, mut kept: Vec<Vec<u8>>) -> bool {
	let mut random = Random(options.seed ^ u64::from(kind.number()) << 56);
	let mut outcomes = BTreeMap::<String, u64>::new();
	let mut behaviours = BTreeSet::new();
	let (mut cases, corpus) = (0u64, kept.len());
	let until = Instant::now() + Duration::from_secs(options.seconds);
	while cases % 256 != 0 || Instant::now() < until {
		// The first cases are the corpus as it is.
		let first =
			usize::try_from(cases).ok().and_then(|case| kept.get(case).filter(|_| case < corpus)).cloned();
		let data = first.unwrap_or_else(|| {
			let mut data = kept[random.below(kept.len())].clone();
			let other = kept[random.below(kept.len())].clone();
			mutate(&mut data, &other, |n| random.below(n));
			data.truncate(LIMITS.max_bytes);
			data
		});
		cases += 1;
		let Ok(outcome) = panic::catch_unwind(|| fuzz_one(kind, &data)) else {
			eprintln!("{kind:?} panicked on {}", hex(&data));
			return false;
		};
		// Mutations of what is refused are refused sooner still.
		let behaviour = (data.len(), data.get(5).copied(), data.get(13).copied());
		if outcome.is_ok() && kept.len() < MAX_KEPT && behaviours.insert(behaviour) {
			kept.push(data);
		}
		let outcome = outcome.map_or_else(|error| format!("{error:?}"), |()| "Accepted".into());
		*outcomes.entry(outcome).or_default() += 1;
	}
	let counts: Vec<String> =
		outcomes.iter().map(|(outcome, count)| format!("\"{outcome}\":{count}")).collect();
	println!(
		"{{\"decoder\":\"{}\",\"seconds\":{},\"seed\":{},\"cases\":{cases},\"corpus\":{corpus},\"kept\":{},{}}}",
		name(kind),
		options.seconds,
		options.seed,
		kept.len(),
		counts.join(","),
	);
	true
}

fn run() -> Result<bool, Box<dyn Error>> {
	let options = Options::parse(std::env::args().skip(1))?;
	let chosen = |kind: &Kind| options.decoder.as_ref().is_none_or(|decoder| *decoder == name(*kind));
	let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(chosen).collect();
	if kinds.is_empty() {
		return Err("there is no such decoder".into());
	}
	let mut sound = true;
	for kind in kinds {
		let path = options.corpus.join(name(kind)).with_extension("hex");
		if options.write_corpus {
			fs::create_dir_all(&options.corpus)?;
			fs::write(&path, seeds(kind).iter().map(|seed| hex(seed) + "\n").collect::<String>())?;
			continue;
		}
		let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
		let corpus = text.lines().map(unhex).collect::<Result<Vec<_>, _>>()?;
		if corpus.is_empty() {
			return Err(format!("{} is empty", path.display()).into());
		}
		sound &= fuzz(kind, &options, corpus);
	}
	Ok(sound)
}

fn main() -> ExitCode {
	match run() {
		Ok(true) => ExitCode::SUCCESS,
		Ok(false) => ExitCode::FAILURE,
		Err(error) => {
			eprintln!("error: {error} (usage: {USAGE})");
			ExitCode::from(2)
		}
	}
}
