//! The machine's loop, and the thread that makes records durable and lets go what waits for them.

use crate::{
	keys::Keys,
	metrics::{add, set, Metrics},
	store::Store,
	unix_ms,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use surety_response::{
	relay::{
		durable::{Break, Change, Durable, Input, Output},
		Ms,
	},
	EdgeId,
};
use tokio::{
	sync::mpsc,
	time::{sleep_until, Instant},
};

/// Inputs that are handled before what came of them is handed on: each hand-over costs more than an input.
const BATCH: usize = 64;

/// Batches that become durable together.
const COMMIT: usize = 256;

/// What the loop is told.
pub(crate) enum Told {
	/// An edge has a connection.
	Connected { edge: EdgeId, number: u64 },
	/// It has it no more.
	Disconnected { edge: EdgeId, number: u64 },
	/// A frame came by it.
	Frame { edge: EdgeId, number: u64, bytes: Vec<u8> },
	/// Anything else.
	Input(Box<Input>),
	/// Somebody wants to look, or to have it drain.
	Inspect(Box<dyn FnOnce(&mut Durable<Keys>) + Send>),
	/// It is over.
	Stop,
}

/// What is to be done once what it follows from is durable.
#[derive(Debug)]
pub(crate) enum Due {
	/// Send by the connection that there was when this was decided.
	Send { edge: EdgeId, number: u64, frame: Arc<[u8]> },
	/// Close that connection.
	Disconnect { edge: EdgeId, number: u64, reason: Break },
	/// Anything else.
	Output(Output),
}

/// What came of some inputs.
#[derive(Debug, Default)]
pub(crate) struct Batch {
	inputs: u64,
	changes: Vec<Change>,
	due: Vec<Due>,
}

/// The machine with what it needs to be driven.
pub(crate) struct Driver {
	pub(crate) machine: Durable<Keys>,
	pub(crate) told: mpsc::Receiver<Told>,
	pub(crate) batches: mpsc::Sender<Batch>,
	pub(crate) metrics: Arc<Metrics>,
	pub(crate) connections: BTreeMap<EdgeId, u64>,
	pub(crate) timer: Option<Ms>,
}

impl Driver {
	/// Drives the machine until it is told to stop. `first` is what it has said already.
	pub(crate) async fn run(mut self, first: Vec<Output>) {
		let mut batch = Batch::default();
		self.absorb(first, &mut batch);
		loop {
			if self.batches.send(batch).await.is_err() {
				// What follows from what could not be kept must not be done.
				return;
			}
			batch = Batch::default();
			self.gauge();
			let wait = self.timer.map(|at| Duration::from_millis(at.saturating_sub(unix_ms())));
			let timer = async {
				match wait {
					Some(wait) => sleep_until(Instant::now() + wait).await,
					None => std::future::pending().await,
				}
			};
			tokio::select! {
				told = self.told.recv() => {
					let Some(told) = told else { return };
					if !self.hear(told, &mut batch) {
						return;
					}
				}
				() = timer => {
					self.timer = None;
					self.input(Input::Timer, &mut batch);
				}
			}
			for _ in 1..BATCH {
				let Ok(told) = self.told.try_recv() else { break };
				if !self.hear(told, &mut batch) {
					// What was done before it was told to stop is kept.
					let _ = self.batches.send(batch).await;
					return;
				}
			}
		}
	}

	/// Whether it goes on.
	fn hear(&mut self, told: Told, batch: &mut Batch) -> bool {
		match told {
			Told::Connected { edge, number } => {
				// A later one may have said so before.
				if self.connections.get(&edge).is_none_or(|last| *last < number) {
					self.connections.insert(edge, number);
					self.input(Input::Connected { edge }, batch);
				}
			}
			Told::Disconnected { edge, number } => {
				if self.connections.get(&edge) == Some(&number) {
					self.input(Input::Disconnected { edge }, batch);
				}
			}
			Told::Frame { edge, number, bytes } => {
				if self.connections.get(&edge) == Some(&number) {
					self.input(Input::Frame { edge, bytes }, batch);
				}
			}
			Told::Input(input) => self.input(*input, batch),
			Told::Inspect(look) => look(&mut self.machine),
			Told::Stop => return false,
		}
		true
	}

	fn input(&mut self, input: Input, batch: &mut Batch) {
		let outputs = self.machine.handle(unix_ms(), input);
		self.absorb(outputs, batch);
	}

	fn absorb(&mut self, outputs: Vec<Output>, batch: &mut Batch) {
		for output in outputs {
			match output {
				Output::Persist(mut changes) => {
					batch.inputs = batch.inputs.saturating_add(1);
					batch.changes.append(&mut changes);
				}
				// What a timer leads to waits for what is durable by itself.
				Output::SetTimer { at } => self.timer = Some(at),
				Output::Send { edge, frame } => {
					if let Some(number) = self.connections.get(&edge).copied() {
						batch.due.push(Due::Send { edge, number, frame });
					}
				}
				Output::Disconnect { edge, reason } => {
					if let Some(number) = self.connections.get(&edge).copied() {
						batch.due.push(Due::Disconnect { edge, number, reason });
					}
				}
				output => batch.due.push(Due::Output(output)),
			}
		}
	}

	fn gauge(&self) {
		let (talking, unconfirmed) = self.machine.talks();
		set(&self.metrics.flights, self.machine.relay().usage().flights);
		set(&self.metrics.talking, talking);
		set(&self.metrics.unconfirmed, unconfirmed);
	}
}

/// Makes what comes durable, as much at once as there is, and then lets go what follows from it. Ends when nothing can
/// come any more, or something could not be kept: with the error then.
pub(crate) fn keep(
	store: &Store,
	mut batches: mpsc::Receiver<Batch>,
	metrics: &Metrics,
	mut let_go: impl FnMut(Due),
) -> anyhow::Result<()> {
	while let Some(first) = batches.blocking_recv() {
		let mut together = vec![first];
		while together.len() < COMMIT {
			let Ok(next) = batches.try_recv() else { break };
			together.push(next);
		}
		if together.iter().any(|batch| !batch.changes.is_empty()) {
			let begin = std::time::Instant::now();
			store.write(together.iter().flat_map(|batch| &batch.changes))?;
			let took = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
			add(&metrics.commit_us, took);
			add(&metrics.commits, 1);
			add(&metrics.batches, together.iter().map(|batch| batch.inputs).sum());
		}
		together.into_iter().flat_map(|batch| batch.due).for_each(&mut let_go);
	}
	Ok(())
}
