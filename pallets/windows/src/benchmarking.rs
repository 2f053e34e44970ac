//! Benchmarks of the calls.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn replace() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let mut windows = Current::<T>::get();
		windows.stake.unbonding = windows.stake.unbonding.saturating_add(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, alloc::boxed::Box::new(windows));

		assert_eq!(Current::<T>::get(), windows);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
