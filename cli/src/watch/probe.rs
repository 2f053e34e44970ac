//! Probing: what is certified is measured from here.

use super::plan::{Constraint, Plan, Target};
use crate::{
	error::one_line,
	http::{Bounds, Http},
};
use anyhow::{bail, Result};
use std::time::Duration;

/// Requests of which the fastest counts: the first opens the connection.
const REQUESTS: usize = 3;
/// Bytes of an answer that are looked at.
const GLANCE: usize = 4 * 1024;
/// How long bytes should flow for throughput to be measured, in seconds, at the certified rate.
const FLOW: u64 = 4;
/// Bytes at the least, and at the most, for throughput.
const VOLUME: (u64, u64) = (64 * 1024, 64 * 1024 * 1024);

/// What a probe of a constraint found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measured {
	/// Of which constraint.
	pub constraint: Constraint,
	/// Whether it held.
	pub held: bool,
	/// Whether there was any answer.
	pub answered: bool,
	/// What was measured, for people.
	pub found: String,
}

/// Bytes that are moved to measure a rate in kbit/s.
fn volume(kbps: u32) -> usize {
	let bytes = u64::from(kbps).saturating_mul(1_000 / 8).saturating_mul(FLOW).clamp(VOLUME.0, VOLUME.1);
	usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// How long so many bytes may take at most until the rate is surely missed.
fn longest(bytes: usize, kbps: u32, patience: Duration) -> Duration {
	let bits = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8);
	let millis = bits.checked_div(kbps.into()).unwrap_or(u64::MAX);
	Duration::from_millis(millis).saturating_mul(2).saturating_add(patience)
}

/// A rate in kbit/s.
fn rate(bytes: usize, time: Duration) -> u64 {
	let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1);
	u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(8_000) / micros
}

async fn latency(http: &Http, target: &Target, patience: Duration) -> Result<Duration> {
	let mut best: Option<Duration> = None;
	for _ in 0..REQUESTS {
		let time = match target {
			Target::Url(url) => {
				let answered = http.get_beginning(url, Bounds { bytes: GLANCE, time: patience }).await?;
				if answered.status >= 500 {
					bail!("answers {}", answered.status);
				}
				answered.first_byte
			}
			Target::Tcp(host, port) => http.connect(host, *port, patience).await?,
		};
		best = Some(best.map_or(time, |best| best.min(time)));
	}
	Ok(best.unwrap_or(patience))
}

async fn download(http: &Http, url: &str, kbps: u32, patience: Duration) -> Result<u64> {
	let most = volume(kbps);
	let bounds = Bounds { bytes: most, time: longest(most, kbps, patience) };
	let answered = http.get_beginning(url, bounds).await?;
	let least = usize::try_from(VOLUME.0).unwrap_or_default();
	if !(200..300).contains(&answered.status) || answered.body.len() < least {
		bail!("{url} answers {} with {} bytes: too little to measure", answered.status, answered.body.len());
	}
	Ok(rate(answered.body.len(), answered.transfer))
}

async fn upload(http: &Http, url: &str, kbps: u32, patience: Duration) -> Result<u64> {
	let bytes = volume(kbps);
	let bounds = Bounds { bytes: GLANCE, time: longest(bytes, kbps, patience) };
	// What cannot be compressed on the way.
	let mut state = 0x9e37_79b9_7f4a_7c15u64;
	let body = (0..bytes).map(|_| {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		state.to_le_bytes()[0]
	});
	let answered = http.post(url, body.collect(), bounds).await?;
	if !(200..300).contains(&answered.status) {
		bail!("{url} answers {}", answered.status);
	}
	Ok(rate(bytes, answered.first_byte))
}

/// Measures the constraints that `wanted` names.
pub async fn probe(
	http: &Http,
	plan: &Plan,
	wanted: impl Fn(&Constraint) -> bool,
	patience: Duration,
) -> Vec<Measured> {
	let answer = match &plan.target {
		Some(target) => Some(latency(http, target, patience).await),
		None => None,
	};
	let alive = answer.as_ref().is_some_and(Result::is_ok);
	let mut all = Vec::new();
	for constraint in plan.constraints.iter().filter(|constraint| wanted(constraint)) {
		let (held, answered, found) = match (constraint, &answer) {
			(Constraint::Availability(_), Some(Ok(_))) => (true, true, "answers".into()),
			(Constraint::Latency(most), Some(Ok(time))) => {
				(time.as_millis() <= u128::from(*most), true, format!("{} ms", time.as_millis()))
			}
			(Constraint::Availability(_) | Constraint::Latency(_), Some(Err(error))) => {
				(false, false, one_line(error))
			}
			(Constraint::Availability(_) | Constraint::Latency(_), None) => continue,
			(Constraint::Download(least), _) => match &plan.download {
				Some(url) => of_rate(*least, download(http, url, *least, patience).await, alive),
				None => continue,
			},
			(Constraint::Upload(least), _) => match &plan.upload {
				Some(url) => of_rate(*least, upload(http, url, *least, patience).await, alive),
				None => continue,
			},
			(Constraint::Destination(name), _) => match &plan.proxy {
				Some(proxy) => match http.through(proxy, &with_port(name), patience).await {
					Ok(()) => (true, true, "is reached".into()),
					Err(error) => (false, alive, one_line(&error)),
				},
				None => continue,
			},
		};
		all.push(Measured { constraint: constraint.clone(), held, answered, found });
	}
	all
}

fn of_rate(least: u32, measured: Result<u64>, alive: bool) -> (bool, bool, String) {
	match measured {
		Ok(kbps) => (kbps >= least.into(), true, format!("{kbps} kbit/s")),
		Err(error) => (false, alive, one_line(&error)),
	}
}

/// A destination with a port: that of HTTPS where it names none.
fn with_port(name: &str) -> String {
	match name.rsplit_once(':') {
		Some((_, port)) if port.parse::<u16>().is_ok() => name.to_owned(),
		_ => format!("{name}:443"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::{
		io::{AsyncReadExt, AsyncWriteExt},
		net::TcpListener,
	};

	const PATIENCE: Duration = Duration::from_millis(500);

	#[test]
	fn a_rate_should_be_in_kbit_a_second() {
		assert_eq!(rate(125_000, Duration::from_secs(1)), 1_000);
		assert_eq!(rate(0, Duration::ZERO), 0);
		assert_eq!(volume(1_000), 500_000);
		assert_eq!((volume(1), volume(u32::MAX)), (64 * 1024, 64 * 1024 * 1024));
		assert_eq!(longest(125_000, 1_000, PATIENCE), Duration::from_millis(2_500));
	}

	#[test]
	fn a_destination_should_be_asked_for_by_https_unless_it_names_a_port() {
		assert_eq!(with_port("video.example"), "video.example:443");
		assert_eq!(with_port("video.example:8080"), "video.example:8080");
	}

	/// Answers every request with so many bytes after a while.
	async fn server(delay: Duration, bytes: usize) -> String {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}/", listener.local_addr().unwrap());
		tokio::spawn(async move {
			loop {
				let (mut stream, _) = listener.accept().await.unwrap();
				tokio::spawn(async move {
					let mut request = [0; 4_096];
					if stream.read(&mut request).await.unwrap_or_default() == 0 {
						return;
					}
					tokio::time::sleep(delay).await;
					let head =
						format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n");
					let _ = stream.write_all(head.as_bytes()).await;
					let _ = stream.write_all(&vec![7; bytes]).await;
				});
			}
		});
		url
	}

	fn plan(url: &str, constraints: Vec<Constraint>) -> Plan {
		Plan {
			target: Some(Target::Url(url.to_owned())),
			download: Some(url.to_owned()),
			constraints,
			..Plan::default()
		}
	}

	#[tokio::test]
	async fn who_answers_in_time_should_hold_and_who_is_slow_should_not() {
		let http = Http::new(true).unwrap();
		let slow = server(Duration::from_millis(100), 10).await;
		let both =
			plan(&slow, vec![Constraint::Latency(50), Constraint::Latency(400), Constraint::Availability(1)]);
		let measured = probe(&http, &both, |_| true, PATIENCE).await;
		let held: Vec<_> = measured.iter().map(|one| (one.held, one.answered)).collect();
		assert_eq!(held, [(false, true), (true, true), (true, true)], "{measured:?}");
	}

	#[tokio::test]
	async fn who_is_away_should_fail_without_an_answer() {
		let http = Http::new(true).unwrap();
		let silent = server(Duration::from_secs(60), 10).await;
		for url in [silent.as_str(), "http://127.0.0.1:1/"] {
			let plan = plan(url, vec![Constraint::Latency(50), Constraint::Availability(1)]);
			let measured = probe(&http, &plan, |_| true, PATIENCE).await;
			assert!(measured.iter().all(|one| !one.held && !one.answered), "{measured:?}");
			assert_eq!(measured.len(), 2);
		}
	}

	#[tokio::test]
	async fn throughput_should_need_bytes_enough_to_be_measured() {
		let http = Http::new(true).unwrap();
		let (full, little) = (server(Duration::ZERO, 1 << 20).await, server(Duration::ZERO, 100).await);
		let rates = vec![Constraint::Download(1_000)];
		let measured = probe(&http, &plan(&full, rates.clone()), |_| true, PATIENCE).await;
		assert!(measured[0].held, "{measured:?}");
		let measured = probe(&http, &plan(&little, rates), |_| true, PATIENCE).await;
		assert!(!measured[0].held && measured[0].answered, "{measured:?}");
		assert!(measured[0].found.contains("too little"), "{measured:?}");
	}

	#[tokio::test]
	async fn only_what_is_wanted_should_be_measured() {
		let http = Http::new(true).unwrap();
		let url = server(Duration::ZERO, 1 << 20).await;
		let plan = plan(&url, vec![Constraint::Latency(400), Constraint::Download(1_000)]);
		let measured = probe(&http, &plan, |constraint| !constraint.is_throughput(), PATIENCE).await;
		assert_eq!(measured.len(), 1);
	}
}
