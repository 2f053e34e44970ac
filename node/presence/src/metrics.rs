//! What is counted, for Prometheus.

use crate::pool::Refusal;
use substrate_prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Opts, PrometheusError, Registry, U64,
};

/// Counters of announcements.
#[derive(Clone, Debug)]
pub struct Metrics {
	taken: Counter<U64>,
	refused: CounterVec<U64>,
	present: Gauge<U64>,
	handed_over: Counter<U64>,
}

impl Metrics {
	/// Counters that `registry` shows.
	///
	/// # Errors
	/// Where it has counters of these names already.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let opts = |name: &str, help: &str| Opts::new(name, help);
		Ok(Self {
			taken: register(
				Counter::with_opts(opts(
					"surety_presence_announcements_taken_total",
					"Announcements that got a receipt",
				))?,
				registry,
			)?,
			refused: register(
				CounterVec::new(
					opts(
						"surety_presence_announcements_refused_total",
						"Announcements that got none, by reason",
					),
					&["reason"],
				)?,
				registry,
			)?,
			present: register(
				Gauge::with_opts(opts(
					"surety_presence_slots_present",
					"Slots announced so far in the window that is open, of all notaries",
				))?,
				registry,
			)?,
			handed_over: register(
				Counter::with_opts(opts(
					"surety_presence_windows_handed_over_total",
					"Windows of notaries whose slots were left for the offchain worker",
				))?,
				registry,
			)?,
		})
	}

	pub(crate) fn took(&self) {
		self.taken.inc();
		self.present.inc();
	}

	pub(crate) fn refused(&self, refusal: &Refusal) {
		self.refused.with_label_values(&[refusal.reason()]).inc();
	}

	pub(crate) fn opened(&self, present: usize) {
		self.present.set(present as u64);
	}

	pub(crate) fn handed_over(&self, windows: usize) {
		self.handed_over.inc_by(windows as u64);
	}
}
