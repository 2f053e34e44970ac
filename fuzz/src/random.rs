//! Random numbers: the same for the same seed, on every machine and by every version of every library.

/// A stream of numbers, by Steele, Lea and Flood ("Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
	/// The stream of a case of a seed.
	pub fn new(seed: u64, case: u64) -> Self {
		let mut stream = Self(seed);
		let mixed = stream.number();
		Self(mixed ^ case.wrapping_mul(0xd6e8_feb8_6659_fd93))
	}

	/// Any number.
	pub fn number(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		mixed ^ (mixed >> 31)
	}

	/// A number below `end`, or 0.
	pub fn below(&mut self, end: u64) -> u64 {
		self.number().checked_rem(end).unwrap_or(0)
	}

	/// A number from `first` to `last`.
	pub fn between(&mut self, first: u32, last: u32) -> u32 {
		let width = u64::from(last.saturating_sub(first)).saturating_add(1);
		first.saturating_add(u32::try_from(self.below(width)).unwrap_or(0))
	}

	/// Whether something happens that does in so many cases of a hundred.
	pub fn chance(&mut self, percent: u64) -> bool {
		self.below(100) < percent
	}

	/// One of them, if there is any.
	pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
		let index = usize::try_from(self.below(items.len() as u64)).unwrap_or(0);
		items.get(index)
	}

	/// One of them.
	pub fn one_of<T: Clone, const N: usize>(&mut self, items: [T; N]) -> T {
		self.pick(&items).expect("an array of choices is never empty").clone()
	}

	/// An amount from `least` to `most`, each order of magnitude as likely as another.
	pub fn magnitude(&mut self, least: u128, most: u128) -> u128 {
		let width = most.saturating_sub(least);
		let bits = 128u32.saturating_sub(width.leading_zeros());
		let drawn = self.below(u64::from(bits).saturating_add(1)) as u32;
		let mask = 1u128.checked_shl(drawn).unwrap_or(0).wrapping_sub(1);
		let wide = (u128::from(self.number()) << 64) | u128::from(self.number());
		least.saturating_add((wide & mask).min(width))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_should_be_the_same_for_the_same_seed_and_differ_by_case() {
		let numbers = |seed, case| {
			let mut random = Random::new(seed, case);
			[random.number(), random.number()]
		};
		assert_eq!(numbers(1, 2), numbers(1, 2));
		assert_ne!(numbers(1, 2), numbers(1, 3));
		assert_ne!(numbers(1, 2), numbers(2, 2));
	}

	#[test]
	fn amounts_should_stay_between_their_bounds() {
		let mut random = Random::new(0, 0);
		for _ in 0..10_000 {
			assert!((5..=1_000).contains(&random.magnitude(5, 1_000)));
			assert!((3..=7).contains(&random.between(3, 7)));
		}
		assert_eq!(random.magnitude(9, 9), 9);
		assert_eq!(random.below(0), 0);
	}
}
