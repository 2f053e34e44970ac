//! Who is at the other end.

use crate::keys::RelayKey;
use anyhow::{Context, Result};
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::{
	client::{
		danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
		AlwaysResolvesClientRawPublicKeys,
	},
	crypto::{ring, verify_tls13_signature_with_raw_key, WebPkiSupportedAlgorithms},
	pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
	server::{
		danger::{ClientCertVerified, ClientCertVerifier},
		AlwaysResolvesServerRawPublicKeys,
	},
	sign::CertifiedKey,
	version::TLS13,
	CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
};
use std::sync::Arc;

/// Name of the protocol in TLS.
pub const ALPN: &[u8] = b"surety-relay/1";

/// What a SubjectPublicKeyInfo of an Ed25519 key begins with (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The Ed25519 key that a peer has shown; `None` where that is none.
pub(crate) fn key_of(spki: &[u8]) -> Option<[u8; 32]> {
	spki.strip_prefix(&SPKI)?.try_into().ok()
}

/// Takes peers by their keys.
#[derive(Debug)]
struct ByKey {
	/// Any of these; whoever connects may have any key, and is asked for the edge next.
	expected: Option<Vec<[u8; 32]>>,
	algorithms: WebPkiSupportedAlgorithms,
}

impl ByKey {
	fn new(expected: Option<Vec<[u8; 32]>>) -> Arc<Self> {
		let algorithms = ring::default_provider().signature_verification_algorithms;
		Arc::new(Self { expected, algorithms })
	}

	fn check(&self, spki: &[u8]) -> Result<(), Error> {
		let key = key_of(spki).ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
		match &self.expected {
			Some(expected) if !expected.contains(&key) => {
				Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
			}
			_ => Ok(()),
		}
	}

	fn check_signature(
		&self,
		message: &[u8],
		spki: &CertificateDer<'_>,
		signature: &DigitallySignedStruct,
	) -> Result<HandshakeSignatureValid, Error> {
		let spki = SubjectPublicKeyInfoDer::from(spki.as_ref());
		verify_tls13_signature_with_raw_key(message, &spki, signature, &self.algorithms)
	}
}

fn only_tls13() -> Error {
	Error::General("only TLS 1.3 is spoken here".into())
}

impl ServerCertVerifier for ByKey {
	fn verify_server_cert(
		&self,
		end_entity: &CertificateDer<'_>,
		_: &[CertificateDer<'_>],
		_: &ServerName<'_>,
		_: &[u8],
		_: UnixTime,
	) -> Result<ServerCertVerified, Error> {
		self.check(end_entity).map(|()| ServerCertVerified::assertion())
	}

	fn verify_tls12_signature(
		&self,
		_: &[u8],
		_: &CertificateDer<'_>,
		_: &DigitallySignedStruct,
	) -> Result<HandshakeSignatureValid, Error> {
		Err(only_tls13())
	}

	fn verify_tls13_signature(
		&self,
		message: &[u8],
		cert: &CertificateDer<'_>,
		signature: &DigitallySignedStruct,
	) -> Result<HandshakeSignatureValid, Error> {
		self.check_signature(message, cert, signature)
	}

	fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
		vec![SignatureScheme::ED25519]
	}

	fn requires_raw_public_keys(&self) -> bool {
		true
	}
}

impl ClientCertVerifier for ByKey {
	fn root_hint_subjects(&self) -> &[DistinguishedName] {
		&[]
	}

	fn verify_client_cert(
		&self,
		end_entity: &CertificateDer<'_>,
		_: &[CertificateDer<'_>],
		_: UnixTime,
	) -> Result<ClientCertVerified, Error> {
		self.check(end_entity).map(|()| ClientCertVerified::assertion())
	}

	fn verify_tls12_signature(
		&self,
		_: &[u8],
		_: &CertificateDer<'_>,
		_: &DigitallySignedStruct,
	) -> Result<HandshakeSignatureValid, Error> {
		Err(only_tls13())
	}

	fn verify_tls13_signature(
		&self,
		message: &[u8],
		cert: &CertificateDer<'_>,
		signature: &DigitallySignedStruct,
	) -> Result<HandshakeSignatureValid, Error> {
		self.check_signature(message, cert, signature)
	}

	fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
		vec![SignatureScheme::ED25519]
	}

	fn requires_raw_public_keys(&self) -> bool {
		true
	}
}

fn certified(key: &RelayKey) -> Result<Arc<CertifiedKey>> {
	let signing = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(key.pkcs8()))
		.context("the node's key cannot be used for TLS")?;
	let spki = [&SPKI[..], &key.public()].concat();
	Ok(Arc::new(CertifiedKey::new(vec![CertificateDer::from(spki)], signing)))
}

/// For those who connect here.
pub(crate) fn server(key: &RelayKey) -> Result<QuicServerConfig> {
	let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
		.with_protocol_versions(&[&TLS13])?
		.with_client_cert_verifier(ByKey::new(None))
		.with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified(key)?)));
	config.alpn_protocols = vec![ALPN.to_vec()];
	// Nothing is resumed: a key that was replaced must not live on in a ticket.
	config.send_tls13_tickets = 0;
	Ok(QuicServerConfig::try_from(config)?)
}

/// For connecting to somebody with one of these keys.
pub(crate) fn client(key: &RelayKey, expected: Vec<[u8; 32]>) -> Result<QuicClientConfig> {
	let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
		.with_protocol_versions(&[&TLS13])?
		.dangerous()
		.with_custom_certificate_verifier(ByKey::new(Some(expected)))
		.with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(certified(key)?)));
	config.alpn_protocols = vec![ALPN.to_vec()];
	config.resumption = rustls::client::Resumption::disabled();
	Ok(QuicClientConfig::try_from(config)?)
}
