//! Who may call a service.

use std::collections::BTreeSet;
use surety_response::{relay::Request, NodeId};

/// Says who may call a service. It is asked for each request, and must have its answer at hand.
pub trait Access: Send + Sync + 'static {
	/// Whether the author of this request, which has signed it, may call the service by the right that it names.
	fn allows(&self, request: &Request) -> bool;
}

/// Whoever pays the way.
#[derive(Clone, Copy, Debug)]
pub struct Anybody;

impl Access for Anybody {
	fn allows(&self, _: &Request) -> bool {
		true
	}
}

/// These accounts.
#[derive(Clone, Debug)]
pub struct Listed(
	/// The accounts.
	pub BTreeSet<NodeId>,
);

impl Access for Listed {
	fn allows(&self, request: &Request) -> bool {
		self.0.contains(&request.author)
	}
}
