//! Prints what came of a simulation: `simulate [NODES REQUESTS FAULTY_PERMILLE HORIZON_S SEED LOSS_PPM MIXED]`, as a JSON line.

use anyhow::Result;
use surety_simulator::{simulate, Options};

fn main() -> Result<()> {
	let mut arguments = std::env::args().skip(1);
	let mut next = |default: u64| arguments.next().map_or(Ok(default), |argument| argument.parse());
	let options = Options {
		nodes: next(2_000)? as u32,
		requests: next(100_000)? as u32,
		faulty_permille: next(50)? as u32,
		horizon_ms: next(600)? * 1_000,
		seed: next(1)?,
		loss_ppm: next(0)? as u32,
		mixed: next(0)? > 0,
	};
	println!("{}", serde_json::to_string(&simulate(&options)?)?);
	Ok(())
}
