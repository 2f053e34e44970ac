//! Windows that are paid for ahead, at the fees they were agreed at.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use surety_primitives::{notary::Window, Balance};

/// Windows up to one, at so much each.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Span {
	/// First window that is not of it.
	pub until: Window,
	/// For each window, in the native token's smallest unit.
	pub watch: Balance,
}

/// Windows that are paid for and were not paid out: those of the first span, then those of the second.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Prepaid {
	/// First window that was not paid out.
	pub from: Window,
	/// Those at the fee of now.
	pub first: Span,
	/// Those at the fee after a renewal.
	pub second: Option<Span>,
}

impl Prepaid {
	/// So many windows from `from` on; none where they cannot be counted.
	pub fn new(from: Window, windows: u32, watch: Balance) -> Option<Self> {
		let until = from.checked_add(windows)?;
		Some(Self { from, first: Span { until, watch }, second: None })
	}

	/// First window that is not paid for.
	pub fn until(&self) -> Window {
		self.second.unwrap_or(self.first).until
	}

	/// What is due for the windows before `to` that were not paid out.
	pub fn due(&self, to: Window) -> Balance {
		let part = |from: Window, span: Span| {
			let windows = to.min(span.until).saturating_sub(from);
			span.watch.saturating_mul(windows.into())
		};
		let later = self.second.map_or(0, |second| part(self.from.max(self.first.until), second));
		part(self.from, self.first).saturating_add(later)
	}

	/// All that is paid ahead.
	pub fn total(&self) -> Balance {
		self.due(self.until())
	}

	/// Counts the windows before `to` as paid out; returns what is due for them.
	pub fn pay_out(&mut self, to: Window) -> Balance {
		let due = self.due(to);
		self.from = self.from.max(to.min(self.until()));
		if let Some(second) = self.second.filter(|_| self.from >= self.first.until) {
			(self.first, self.second) = (second, None);
		}
		due
	}

	/// What a window costs that is `window`, if it is paid for.
	pub fn watch(&self, window: Window) -> Balance {
		match self.second {
			Some(second) if window >= self.first.until => second.watch,
			_ => self.first.watch,
		}
	}

	/// Adds windows at a fee. None, and nothing has changed, where two other fees are to be paid before, or the windows
	/// cannot be counted.
	pub fn extend(&mut self, windows: u32, watch: Balance) -> Option<()> {
		let until = self.until().checked_add(windows)?;
		match &mut self.second {
			_ if self.from >= self.first.until => self.first = Span { until, watch },
			Some(second) if second.watch == watch => second.until = until,
			Some(_) => return None,
			None if self.first.watch == watch => self.first.until = until,
			None => self.second = Some(Span { until, watch }),
		}
		Some(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::BTreeMap;

	#[derive(Clone, Debug)]
	enum Step {
		Extend(u32, Balance),
		PayOut(u32),
	}

	proptest! {
		/// Against a list of what each window costs.
		#[test]
		fn every_window_is_paid_once_at_the_fee_it_was_agreed_at(
			from in 0u32..100,
			windows in 1u32..20,
			watch in 0u128..5,
			steps in prop::collection::vec(prop_oneof![
				(1u32..10, 0u128..5).prop_map(|(windows, watch)| Step::Extend(windows, watch)),
				(0u32..8).prop_map(Step::PayOut),
			], 0..30),
		) {
			let mut prepaid = Prepaid::new(from, windows, watch).unwrap();
			let mut model: BTreeMap<Window, Balance> = (from..from + windows).map(|w| (w, watch)).collect();
			let (mut end, mut now) = (from + windows, from);
			for step in steps {
				match step {
					Step::Extend(windows, watch) => {
						let fees: Vec<_> = model.values().collect();
						let changes = fees.windows(2).filter(|pair| pair[0] != pair[1]).count();
						if prepaid.extend(windows, watch).is_some() {
							model.extend((end..end + windows).map(|window| (window, watch)));
							end += windows;
						} else {
							prop_assert_eq!(changes, 1);
							prop_assert!(model.values().next_back() != Some(&watch));
						}
					}
					Step::PayOut(more) => {
						now += more;
						let left = model.split_off(&now);
						prop_assert_eq!(prepaid.due(now), model.values().sum::<Balance>());
						prop_assert_eq!(prepaid.pay_out(now), model.values().sum::<Balance>());
						prop_assert_eq!(prepaid.pay_out(now), 0);
						model = left;
					}
				}
				prop_assert_eq!(prepaid.until(), end);
				prop_assert_eq!(prepaid.total(), model.values().sum::<Balance>());
				for (window, fee) in &model {
					prop_assert_eq!(prepaid.watch(*window), *fee);
				}
			}
		}
	}

	#[test]
	fn windows_that_cannot_be_counted_are_refused() {
		assert_eq!(Prepaid::new(u32::MAX, 1, 1), None);
		let mut prepaid = Prepaid::new(u32::MAX - 2, 1, 1).unwrap();
		assert_eq!(prepaid.extend(2, 1), None);
		assert_eq!(prepaid.extend(1, 1), Some(()));
	}
}
