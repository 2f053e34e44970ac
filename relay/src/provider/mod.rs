//! Who answers the requests that are for this node.

mod access;
mod config;
mod http;
mod upstream;

pub use access::{Access, Anybody, Listed};
pub(crate) use config::header_names;
pub use config::{CallersValue, ProviderSettings, ProviderTable};
pub use http::HttpProvider;

use crate::sealed::clear;
use std::{future::Future, pin::Pin};
use surety_response::{
	http::Cause,
	relay::{Request, Verdict},
};

/// An answer that is being worked at.
pub type Answering = Pin<Box<dyn Future<Output = (Verdict, Vec<u8>)> + Send>>;

/// Who answers the requests that are for this node. The same request can come again after a restart, where it had not
/// been answered.
pub trait Provider: Send + Sync + 'static {
	/// Answers a request, with its body as it was sent.
	fn serve(&self, request: Request, body: Vec<u8>) -> Answering;
}

/// A node that only carries what others ask and answer: it says so, signed.
#[derive(Clone, Copy, Debug)]
pub struct NoProvider;

impl Provider for NoProvider {
	fn serve(&self, _: Request, _: Vec<u8>) -> Answering {
		Box::pin(async { (Verdict::Refusal, clear(Cause::NothingProvided)) })
	}
}
