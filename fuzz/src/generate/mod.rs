//! The generator of calls. It looks at the state, so that most calls could succeed: what exists is named nine times
//! in ten, and by the one who may; the rest is garbage, or by somebody else.
//!
//! | file | what |
//! | --- | --- |
//! | `world.rs` | what there is, looked up once in a while |
//! | `draw.rs` | amounts, numbers, texts |
//! | `registry.rs`, `subscriptions.rs`, `restaking.rs`, `slashing.rs`, `channels.rs`, `topology.rs`, `agreements.rs`, `notary/` | a function for each call |
//! | `others.rs` | the windows, and calls of the SDK's pallets that meet Surety's |
//! | `wrap.rs` | the same through batches, proxies, sudo, motions, the scheduler |

mod agreements;
mod channels;
mod draw;
mod notary;
mod others;
mod registry;
mod restaking;
mod slashing;
mod subscriptions;
mod topology;
mod world;
mod wrap;

use crate::{
	random::Random,
	step::{Origin, Step},
};
use surety_runtime::{AccountId, RuntimeCall};

pub use notary::{announces, Desk};
pub use world::World;

/// A call and whose it is.
type Act = (Origin, RuntimeCall);
/// Makes a call, or none where there is nothing that it could be about.
type Maker = fn(&mut Draw<'_>) -> Option<Act>;

/// What a call is drawn from.
struct Draw<'a> {
	random: &'a mut Random,
	world: &'a World,
	desk: &'a mut Desk,
}

/// An account's call.
fn by(who: AccountId, call: impl Into<RuntimeCall>) -> Option<Act> {
	Some((Origin::Signed(who), call.into()))
}

/// A call of one of the SDK's pallets or of Surety's own, by its weight: how often it is drawn.
fn table() -> impl Iterator<Item = &'static (u64, Maker)> {
	let tables: [&'static [(u64, Maker)]; 8] = [
		registry::TABLE,
		subscriptions::TABLE,
		restaking::TABLE,
		slashing::TABLE,
		channels::TABLE,
		topology::TABLE,
		agreements::TABLE,
		others::TABLE,
	];
	tables.into_iter().chain(notary::TABLES).flatten()
}

fn act(draw: &mut Draw<'_>) -> Act {
	let all: u64 = table().map(|(weight, _)| weight).sum();
	loop {
		let mut at = draw.random.below(all);
		let chosen = table().find(|(weight, _)| {
			let here = at < *weight;
			at = at.saturating_sub(*weight);
			here
		});
		if let Some(act) = chosen.and_then(|(_, make)| make(draw)) {
			return act;
		}
	}
}

/// A call that could be made now.
pub fn step(random: &mut Random, world: &World, desk: &mut Desk) -> Step {
	let mut draw = Draw { random, world, desk };
	let (origin, call) = match draw.random.chance(8) {
		true => wrap::act_any(&mut draw),
		false => act(&mut draw),
	};
	Step::Call { origin, call: Box::new(call) }
}

/// Blocks that pass at once: mostly one, sometimes as many as a review takes, sometimes up to the block in which
/// something falls due.
pub fn blocks(random: &mut Random, world: &World) -> Step {
	let due: Vec<_> = world.due().filter(|block| *block > world.now).collect();
	if let (Some(block), true) = (random.pick(&due), random.chance(15)) {
		return Step::Blocks(block.saturating_sub(world.now).min(200));
	}
	Step::Blocks(match random.below(32) {
		0..=21 => 1,
		22..=28 => random.between(2, 7),
		29..=30 => random.between(5, 20),
		_ => random.between(20, 70),
	})
}

/// A history that most others begin with: services, operators with stake behind them, offers, clients, notaries,
/// channels, a network.
pub fn opening(random: &mut Random) -> Vec<Vec<Step>> {
	let (world, mut desk) = (World::default(), Desk::default());
	let mut draw = Draw { random, world: &world, desk: &mut desk };
	let step = |act: Act| Step::Call { origin: act.0, call: Box::new(act.1) };
	let opening = match draw.wrong(12) {
		true => wrap::crowd(&mut draw),
		false => wrap::opening(&mut draw),
	};
	opening.into_iter().map(|block| block.into_iter().map(step).collect()).collect()
}
