//! Counters and gauges, as Prometheus reads them.

use anyhow::{Context, Result};
use std::{
	fmt::Write as _,
	net::SocketAddr,
	sync::{
		atomic::{AtomicU64, Ordering::Relaxed},
		Arc,
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt as _, AsyncWriteExt as _},
	net::TcpListener,
	sync::Semaphore,
};

/// Bytes of a question at the most, and how long it may take.
const MAX_QUESTION_BYTES: usize = 4_096;
const QUESTION_TIME: Duration = Duration::from_secs(5);

/// Questions at once.
const MAX_QUESTIONS: usize = 16;

macro_rules! metrics {
	($($(#[$doc:meta])* $field:ident: $kind:literal $name:literal $help:literal;)*) => {
		/// What a daemon counts.
		#[derive(Debug, Default)]
		pub struct Metrics {
			$($(#[$doc])* pub $field: AtomicU64,)*
		}

		impl Metrics {
			/// All of them, in the text format of Prometheus.
			pub fn text(&self) -> String {
				let mut text = String::new();
				$(
					let value = self.$field.load(Relaxed);
					let _ = writeln!(text, concat!("# HELP ", $name, " ", $help));
					let _ = writeln!(text, concat!("# TYPE ", $name, " ", $kind));
					let _ = writeln!(text, concat!($name, " {}"), value);
				)*
				text
			}
		}
	};
}

metrics! {
	/// Requests in flight.
	flights: "gauge" "relay_flights" "Requests in flight.";
	/// Neighbours that this node talks with.
	talking: "gauge" "relay_neighbours_talking" "Neighbours that are connected and have said how far they are.";
	/// Edges of the node.
	edges: "gauge" "relay_edges" "Edges of the node.";
	/// Packets that were not confirmed.
	unconfirmed: "gauge" "relay_packets_unconfirmed" "Packets that neighbours have not confirmed.";
	/// Frames that were received.
	frames_in: "counter" "relay_frames_received_total" "Frames that were received.";
	/// Frames that were sent.
	frames_out: "counter" "relay_frames_sent_total" "Frames that were sent.";
	/// Connections that were made.
	connections: "counter" "relay_connections_total" "Connections with neighbours that were made.";
	/// Connections that were refused or closed for what was said.
	refused: "counter" "relay_connections_refused_total" "Connections that were refused, or closed for what was said.";
	/// Times that records were made durable.
	commits: "counter" "relay_commits_total" "Times that records were made durable.";
	/// Inputs whose records were made durable by them.
	batches: "counter" "relay_batches_total" "Inputs whose records were made durable.";
	/// Microseconds that this took.
	commit_us: "counter" "relay_commit_microseconds_total" "Time that making records durable took.";
	/// Messages that were not heard.
	ignored: "counter" "relay_ignored_total" "Messages of neighbours, or parts of them, that were not heard.";
	/// Requests for which late fees began.
	late: "counter" "relay_late_total" "Requests for which this node came to owe late fees.";
	/// Payments that could not be made.
	unpaid: "counter" "relay_unpaid_total" "Payments that a channel had too little for.";
	/// Edges that were severed.
	severed: "counter" "relay_severed_total" "Intents to sever edges that were submitted.";
	/// Edges that this node is behind on.
	behind: "counter" "relay_behind_total" "Edges for which this node was shown that its records are old.";
	/// Whether a node of the chain is followed.
	chain_connected: "gauge" "relay_chain_connected" "1 while a node of the chain is followed.";
	/// The last final block that is known.
	chain_block: "gauge" "relay_chain_block" "The last final block of the chain that is known.";
	/// Whether the account has little left for fees.
	account_low: "gauge" "relay_account_low" "1 while the account has less for fees than it should.";
	/// Transactions that blocks have taken.
	chain_submitted: "counter" "relay_chain_transactions_total" "Transactions of the node that blocks have taken.";
	/// What was due on chain and could not be done.
	chain_failed: "counter" "relay_chain_failures_total" "What was due on chain and could not be done, or not yet.";
	/// Calls that came to the gateway.
	calls: "counter" "relay_gateway_calls_total" "Calls that came to the gateway.";
	/// Calls that the gateway answered by a service's reply.
	replied: "counter" "relay_gateway_replies_total" "Calls that were answered by a service's reply.";
	/// Receipts that could not be kept.
	receipts_lost: "counter" "relay_receipts_lost_total" "Receipts that could not be written.";
	/// Requests that the provider answered.
	served: "counter" "relay_served_total" "Requests that the provider has answered.";
}

/// One more.
pub(crate) fn add(counter: &AtomicU64, more: u64) {
	counter.fetch_add(more, Relaxed);
}

/// So many.
pub(crate) fn set(gauge: &AtomicU64, value: usize) {
	gauge.store(u64::try_from(value).unwrap_or(u64::MAX), Relaxed);
}

/// Answers any question with all metrics, until it is dropped.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
	TcpListener::bind(address).await.with_context(|| format!("cannot listen at {address} for metrics"))
}

/// Answers each `GET`, one at a time for each connection.
pub(crate) async fn serve(listener: TcpListener, metrics: Arc<Metrics>) {
	let permits = Arc::new(Semaphore::new(MAX_QUESTIONS));
	loop {
		let Ok(permit) = permits.clone().acquire_owned().await else { return };
		let Ok((mut stream, _)) = listener.accept().await else {
			tokio::time::sleep(Duration::from_millis(100)).await;
			continue;
		};
		let metrics = metrics.clone();
		tokio::spawn(async move {
			let answer = async {
				let mut question = Vec::new();
				let mut bytes = [0; 512];
				while !question.windows(4).any(|end| end == b"\r\n\r\n") {
					let read = stream.read(&mut bytes).await?;
					question.extend_from_slice(&bytes[..read]);
					if read == 0 || question.len() > MAX_QUESTION_BYTES {
						return Ok(());
					}
				}
				let (status, body) = match question.starts_with(b"GET /metrics ") {
					true => ("200 OK", metrics.text()),
					false => ("404 Not Found", "metrics are at /metrics\n".to_string()),
				};
				let head = format!(
					"HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
					body.len()
				);
				stream.write_all(head.as_bytes()).await?;
				stream.write_all(body.as_bytes()).await?;
				stream.shutdown().await
			};
			let _: Result<std::io::Result<()>, _> = tokio::time::timeout(QUESTION_TIME, answer).await;
			drop(permit);
		});
	}
}
