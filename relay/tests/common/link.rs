//! A link between two UDP sockets that takes time, loses packets, has a rate, and can be cut.

use std::{
	net::SocketAddr,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
		Arc, Mutex,
	},
	time::Duration,
};
use tokio::{
	net::UdpSocket,
	task::JoinHandle,
	time::{sleep_until, Instant},
};

/// What a link does to each packet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LinkSpec {
	/// It takes so long, one way.
	pub(crate) latency: Duration,
	/// And up to so much longer; one packet can overtake another then.
	pub(crate) jitter: Duration,
	/// Of a million packets so many are lost.
	pub(crate) loss_ppm: u32,
	/// Bytes a second, each way; 0 is no limit. What would wait for more than half a second is lost.
	pub(crate) rate: u64,
}

/// A link. It is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Link {
	address: SocketAddr,
	cut: Arc<AtomicBool>,
	to: Arc<Mutex<Option<SocketAddr>>>,
	tasks: Vec<JoinHandle<()>>,
}

impl Drop for Link {
	fn drop(&mut self) {
		self.tasks.iter().for_each(JoinHandle::abort);
	}
}

/// One direction.
struct Way {
	spec: LinkSpec,
	cut: Arc<AtomicBool>,
	random: AtomicU64,
	/// When the last packet has left.
	busy: Mutex<Instant>,
}

impl Way {
	fn new(spec: LinkSpec, cut: Arc<AtomicBool>, seed: u64) -> Self {
		Self { spec, cut, random: AtomicU64::new(seed | 1), busy: Mutex::new(Instant::now()) }
	}

	/// Below `limit`; xorshift.
	fn below(&self, limit: u64) -> u64 {
		let mut bits = self.random.load(Relaxed);
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		self.random.store(bits, Relaxed);
		bits % limit.max(1)
	}

	/// When a packet arrives; `None` where it never does.
	fn arrival(&self, bytes: usize) -> Option<Instant> {
		if self.cut.load(Relaxed) || self.below(1_000_000) < u64::from(self.spec.loss_ppm) {
			return None;
		}
		let now = Instant::now();
		let mut leaves = now;
		if let Some(takes) = (bytes as u64 * 1_000_000).checked_div(self.spec.rate) {
			let mut busy = self.busy.lock().expect("nobody panics here");
			let takes = Duration::from_micros(takes);
			leaves = (*busy).max(now) + takes;
			if leaves > now + Duration::from_millis(500) {
				return None;
			}
			*busy = leaves;
		}
		let jitter = Duration::from_micros(self.below(self.spec.jitter.as_micros() as u64 + 1));
		Some(leaves + self.spec.latency + jitter)
	}
}

impl Link {
	/// A link whose one end is where it listens; the other is named by [`lead_to`](Self::lead_to).
	pub(crate) async fn new(spec: LinkSpec, seed: u64) -> Self {
		let near = Arc::new(UdpSocket::bind("127.0.0.1:0").await.expect("binds"));
		let far = Arc::new(UdpSocket::bind("127.0.0.1:0").await.expect("binds"));
		let address = near.local_addr().expect("is bound");
		let cut = Arc::new(AtomicBool::new(false));
		let to: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
		let from: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
		let there = Arc::new(Way::new(spec, cut.clone(), seed.wrapping_mul(2) + 3));
		let back = Arc::new(Way::new(spec, cut.clone(), seed.wrapping_mul(2) + 4));
		let tasks = vec![
			tokio::spawn(carry(near.clone(), far.clone(), there, Some(from.clone()), to.clone())),
			tokio::spawn(carry(far, near, back, None, from)),
		];
		Self { address, cut, to, tasks }
	}

	/// Where it listens.
	pub(crate) fn address(&self) -> SocketAddr {
		self.address
	}

	/// Who is at the other end.
	pub(crate) fn lead_to(&self, address: SocketAddr) {
		*self.to.lock().expect("nobody panics here") = Some(address);
	}

	/// Nothing comes through, or it does again.
	pub(crate) fn cut(&self, cut: bool) {
		self.cut.store(cut, Relaxed);
	}
}

async fn carry(
	here: Arc<UdpSocket>,
	there: Arc<UdpSocket>,
	way: Arc<Way>,
	learn: Option<Arc<Mutex<Option<SocketAddr>>>>,
	to: Arc<Mutex<Option<SocketAddr>>>,
) {
	let mut bytes = [0; 65_536];
	loop {
		let Ok((length, from)) = here.recv_from(&mut bytes).await else { continue };
		if let Some(learn) = &learn {
			*learn.lock().expect("nobody panics here") = Some(from);
		}
		let address = *to.lock().expect("nobody panics here");
		let (Some(at), Some(address)) = (way.arrival(length), address) else { continue };
		let (packet, there) = (bytes[..length].to_vec(), there.clone());
		tokio::spawn(async move {
			sleep_until(at).await;
			let _ = there.send_to(&packet, address).await;
		});
	}
}
