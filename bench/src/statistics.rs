//! What is told of many measurements.

/// To two decimals; nothing of nothing.
pub(crate) fn mean(values: &[u64]) -> Option<f64> {
	let sum: u64 = values.iter().sum();
	(!values.is_empty()).then(|| (sum as f64 / values.len() as f64 * 100.0).round() / 100.0)
}

/// The least value that so many percent of these, which are sorted, do not exceed.
pub(crate) fn percentile<T: Copy>(values: &[T], percent: usize) -> Option<T> {
	let rank = (values.len() * percent).div_ceil(100);
	values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn percentiles_should_be_values_that_were_measured() {
		let values: Vec<u64> = (1..=200).collect();
		assert_eq!(percentile(&values, 99), Some(198));
		assert_eq!(percentile(&[7], 99), Some(7));
		assert_eq!((percentile::<u64>(&[], 99), mean(&[])), (None, None));
		assert_eq!(mean(&[1, 2, 2]), Some(1.67));
	}
}
