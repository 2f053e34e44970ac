//! What commands have in common that run until they are stopped.

use crate::{chain::Chain, cli::Ctx};
use anyhow::{Context, Result};
use std::{future::Future, time::Duration};
use surety_client::backoff;
use tokio::signal::unix::{signal, Signal, SignalKind};

/// How a lost connection is tried again.
const RECONNECT: backoff::Backoff =
	backoff::Backoff { first: Duration::from_secs(1), most: Duration::from_secs(60) };

/// Whether somebody has asked for an end, by SIGINT or SIGTERM.
pub struct Stop {
	interrupt: Signal,
	terminate: Signal,
}

impl Stop {
	/// From here on, signals no longer end the process at once.
	pub fn listen() -> Result<Self> {
		let listen = |kind| signal(kind).context("cannot listen for signals");
		Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
	}

	/// Waits until an end is asked for.
	pub async fn asked(&mut self) {
		tokio::select! {
			_ = self.interrupt.recv() => {}
			_ = self.terminate.recv() => {}
		}
	}

	/// Waits for so long; says whether an end was asked for meanwhile.
	pub async fn sleep(&mut self, time: Duration) -> bool {
		tokio::select! {
			() = self.asked() => true,
			() = tokio::time::sleep(time) => false,
		}
	}

	/// Does something; nothing where an end was asked for first. What is half done then is not undone.
	pub async fn unless_asked<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
		tokio::select! {
			done = work => Some(done),
			() = self.asked() => None,
		}
	}
}

/// Connects to the node, however long it takes; nothing where an end was asked for meanwhile.
pub async fn connect(ctx: &Ctx, stop: &mut Stop) -> Option<Chain> {
	let mut failed = 0u32;
	loop {
		match stop.unless_asked(ctx.chain()).await? {
			Ok(chain) => return Some(chain),
			Err(error) => ctx.out.progress(&crate::error::one_line(&error)),
		}
		if stop.sleep(RECONNECT.delay(failed, backoff::random())).await {
			return None;
		}
		failed = failed.saturating_add(1);
	}
}
