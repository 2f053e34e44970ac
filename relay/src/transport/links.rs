//! Which connection each edge has.

use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard},
};
use surety_response::{relay::durable::Break, EdgeId};
use tokio::sync::mpsc;

/// One connection of an edge.
#[derive(Debug)]
struct Line {
	number: u64,
	frames: mpsc::Sender<Arc<[u8]>>,
	connection: quinn::Connection,
}

#[derive(Debug, Default)]
struct Table {
	last: u64,
	lines: BTreeMap<EdgeId, Line>,
	/// Why connections of an edge were closed last, until somebody asks.
	broken: BTreeMap<EdgeId, Break>,
}

/// Which connection each edge has. A later one takes the place of an earlier one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Links(Arc<Mutex<Table>>);

impl Links {
	fn table(&self) -> MutexGuard<'_, Table> {
		self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
	}

	/// An edge has this connection now; returns its number.
	pub(crate) fn insert(
		&self,
		edge: EdgeId,
		connection: quinn::Connection,
		frames: mpsc::Sender<Arc<[u8]>>,
	) -> u64 {
		let mut table = self.table();
		table.last = table.last.saturating_add(1);
		let number = table.last;
		if let Some(before) = table.lines.insert(edge, Line { number, frames, connection }) {
			before.connection.close(1u8.into(), b"replaced");
		}
		number
	}

	/// A connection is over.
	pub(crate) fn remove(&self, edge: EdgeId, number: u64) {
		let mut table = self.table();
		if table.lines.get(&edge).is_some_and(|line| line.number == number) {
			table.lines.remove(&edge);
		}
	}

	/// Sends a frame by one connection; closes it where that does not keep up. Whether it was sent.
	pub(crate) fn send(&self, edge: EdgeId, number: u64, frame: Arc<[u8]>) -> bool {
		let table = self.table();
		let Some(line) = table.lines.get(&edge).filter(|line| line.number == number) else { return false };
		let sent = line.frames.try_send(frame).is_ok();
		if !sent {
			// What was not sent is kept by the machine, and sent again by the next connection.
			line.connection.close(2u8.into(), b"too slow");
		}
		sent
	}

	/// Closes one connection of an edge, if it is still there.
	pub(crate) fn disconnect(&self, edge: EdgeId, number: u64, reason: Break) {
		let mut table = self.table();
		if table.lines.get(&edge).is_none_or(|line| line.number != number) {
			return;
		}
		table.broken.insert(edge, reason);
		if let Some(line) = table.lines.remove(&edge) {
			line.connection.close(3u8.into(), format!("{reason:?}").as_bytes());
		}
	}

	/// Why the connection was closed last; nothing where it broke by itself, or this was asked before.
	pub(crate) fn why(&self, edge: EdgeId) -> Option<Break> {
		self.table().broken.remove(&edge)
	}
}
