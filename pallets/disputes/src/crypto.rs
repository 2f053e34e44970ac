//! Signatures, checked by the host.

use sp_core::{ed25519, sr25519};
use surety_response::Verifier;

/// Checks signatures by the host's functions.
pub(crate) enum HostVerifier {}

impl Verifier for HostVerifier {
	fn sr25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
		let signature = sr25519::Signature::from_raw(*signature);
		sp_io::crypto::sr25519_verify(&signature, message, &sr25519::Public::from_raw(*key))
	}

	fn ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
		let signature = ed25519::Signature::from_raw(*signature);
		sp_io::crypto::ed25519_verify(&signature, message, &ed25519::Public::from_raw(*key))
	}
}
