//! Invariants of the stored windows.

use crate::{Config, Current, Pallet};
use sp_runtime::TryRuntimeError;
use surety_primitives::traits::CheckState;

/// # Invariants
/// * The windows in force pass [`crate::Windows::check`].
impl<T: Config> CheckState for Pallet<T> {
	fn check_state() -> Result<(), TryRuntimeError> {
		Current::<T>::get().check().map_err(|_| TryRuntimeError::Other("windows: inconsistent"))
	}
}
