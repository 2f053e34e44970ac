//! Answers requests by an HTTP server.

use super::{config::ProviderSettings, upstream, Answering, Provider};
use crate::{
	keys::Keys,
	sealed::{clear, Context, Recipient},
};
use codec::Encode;
use std::sync::Arc;
use surety_response::{
	http::{Call, Cause, Said, Statement, METHOD},
	relay::{Host as _, Request, Verdict},
};
use tokio::sync::Semaphore;

/// Answers requests by an HTTP server behind this node, which knows nothing of it.
///
/// What cannot be answered is refused, signed, and with the [`Cause`]: there is no silence. The server is asked once for each
/// query, unless the node was stopped while it was at it: then once more after the start.
#[derive(Clone, Debug)]
pub struct HttpProvider(Arc<Shared>);

#[derive(Debug)]
struct Shared {
	settings: ProviderSettings,
	recipient: Recipient,
	keys: Keys,
	calls: Semaphore,
}

impl HttpProvider {
	/// Answers by what `settings` say. Requests are opened by `recipient`, and statements signed by `keys`.
	pub fn new(settings: ProviderSettings, recipient: Recipient, keys: Keys) -> Self {
		let calls = Semaphore::new(settings.concurrency);
		Self(Arc::new(Shared { settings, recipient, keys, calls }))
	}
}

impl Provider for HttpProvider {
	fn serve(&self, request: Request, body: Vec<u8>) -> Answering {
		let shared = self.0.clone();
		Box::pin(async move { shared.serve(&request, &body).await })
	}
}

impl Shared {
	async fn serve(&self, request: &Request, body: &[u8]) -> (Verdict, Vec<u8>) {
		let genesis = self.keys.genesis();
		let unreadable = || (Verdict::Refusal, clear(Cause::Unreadable));
		if request.method.as_slice() != METHOD {
			return unreadable();
		}
		let Ok((plain, key)) = self.recipient.open(&Context::of_request(genesis, request), body) else {
			return unreadable();
		};
		let query = request.query(&genesis);
		let seal = |said: &Said| key.seal(&query, said.verdict(), &said.encode());
		let said = self.say(request, &plain).await.unwrap_or_else(Said::Refused);
		let room = usize::try_from(request.max_response_bytes).unwrap_or(usize::MAX);
		let (said, sealed) = match seal(&said) {
			Ok(sealed) if sealed.len() <= room => (said, Ok(sealed)),
			_ => {
				let refused = Said::Refused(Cause::AnswerTooLong);
				let sealed = seal(&refused);
				(refused, sealed)
			}
		};
		match sealed {
			Ok(sealed) => (said.verdict(), sealed),
			// Without randomness nothing can be encrypted. Why that is so is nobody's secret.
			Err(_) => (Verdict::Refusal, clear(Cause::Busy)),
		}
	}

	async fn say(&self, request: &Request, plain: &[u8]) -> Result<Said, Cause> {
		let settings = &self.settings;
		if !settings.access.allows(request) {
			return Err(Cause::NotAllowed);
		}
		let call = Call::from_bytes(plain).ok_or(Cause::Unreadable)?;
		if !settings.offers(&call.method, call.path()) {
			return Err(Cause::NotOffered);
		}
		if call.body.len() > settings.max_call_bytes {
			return Err(Cause::CallTooLong);
		}
		let _permit = self.calls.try_acquire().map_err(|_| Cause::Busy)?;
		let reply = upstream::ask(settings, &call).await?;
		let statement = Box::new(Statement::new(&self.keys.genesis(), request, &call, &reply));
		let signed = Box::new(self.keys.sign_message(&*statement));
		Ok(Said::Reply { statement, signed, reply: Box::new(reply) })
	}
}
