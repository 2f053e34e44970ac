//! One operator asked once, until that has ended one way or another.

use super::{
	config::{Operator, Service},
	routes::Way,
	Shared,
};
use crate::{
	daemon::{Asking, Delivered},
	metrics::add,
	receipt::{Breakage, Exchange, Place, Proven, Receipt, SignedBy, Taken, Verified},
	sealed::{Context, Secret},
};
use anyhow::{Context as _, Result};
use codec::Encode;
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard},
};
use surety_response::{
	http::{Call, Cause, Reply, METHOD},
	relay::{packet::SignedIntent, Host as _, Ms, Outcome, Query, Reason, Request, Response, Route},
	Amount, PublicKey, Signed, H256,
};
use tokio::sync::oneshot;

/// For how much longer than its caller waits a request is good, in ms: so that it is not over when it is late.
const VALIDITY_MS: Ms = 60_000;

/// Bytes that a receipt has beside the call, about.
const RECEIPT_BYTES: usize = 4_096;

/// How asking an operator has ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ended {
	/// It has replied.
	Replied(Reply),
	/// It has refused; none where it did not say why.
	Refused(Option<Cause>),
	/// It has signed as an answer what is none.
	NoAnswer(String),
	/// All late fees were paid that could be owed.
	PaidInFull,
	/// No way was left: those there were ended by edges that broke, or nobody on them took it.
	NoRoute,
	/// This node does not ask now.
	NotAsked(Reason),
	/// This node has stopped.
	Stopped,
}

/// How far asking an operator is.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
	/// The first hop has taken it.
	pub(super) taken: bool,
	/// Late fees that were paid.
	pub(super) paid: Amount,
	/// Edges that broke.
	pub(super) broken: u32,
	/// Receipts that were kept.
	pub(super) receipts: Vec<String>,
	/// Why hops did not take it.
	pub(super) refused: Vec<Reason>,
	/// How it has ended.
	pub(super) ended: Option<Ended>,
}

/// Why an operator is not even asked. Nothing was paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NotAsked {
	/// Nothing can be encrypted to it: it has published no key, or what is none.
	NoKey(String),
	/// No receipt could be kept.
	NoReceipt(String),
}

/// An operator that is being asked. Whoever drops this hears no more of it; the asking goes on, and its receipts are kept.
#[derive(Debug)]
pub(super) struct Asked {
	progress: Arc<Mutex<Progress>>,
	done: oneshot::Receiver<()>,
}

impl Asked {
	/// Waits for the end, however long that takes.
	pub(super) async fn end(&mut self) {
		let _ = (&mut self.done).await;
	}

	pub(super) fn progress(&self) -> Progress {
		lock(&self.progress).clone()
	}
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
	mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Where an asking stands.
struct Follow {
	shared: Arc<Shared>,
	nonce: u64,
	ways: Vec<Way>,
	encryption_key: [u8; 32],
	secret: Secret,
	call: Vec<u8>,
	place: Option<Place>,
	/// The acknowledgement of the request of this hash.
	taken: Option<(H256, Signed)>,
	/// Requests that were taken, by their hashes: one for each way that was tried.
	requests: BTreeMap<H256, Request>,
	/// Pieces of an answer to the request of this hash.
	pieces: (H256, Vec<u8>),
	progress: Arc<Mutex<Progress>>,
}

impl Shared {
	/// Asks an operator, along these ways.
	pub(super) async fn ask(
		self: &Arc<Self>,
		operator: &Operator,
		call: &Call,
		ways: Vec<Way>,
		service: &Service,
	) -> Result<Asked, NotAsked> {
		let no_key = |error: anyhow::Error| NotAsked::NoKey(format!("{error:#}"));
		let no_receipt = |error: anyhow::Error| NotAsked::NoReceipt(format!("{error:#}"));
		let encryption_key = self.chain.encryption_key(&operator.node);
		let encryption_key = encryption_key.context("it has published none").map_err(no_key)?;
		let (nonce, secret) = (self.nonce().map_err(no_key)?, Secret::generate().map_err(no_key)?);
		let deadline_ms = Ms::try_from(service.deadline.as_millis()).unwrap_or(Ms::MAX);
		let mut query = Query {
			nonce,
			recipient: operator.node,
			basis: operator.basis,
			method: METHOD.to_vec(),
			body: Vec::new(),
			max_response_bytes: service.max_reply_bytes,
			service_ms: service.service_ms,
			late_fee_per_ms: service.late_fee_per_ms,
			late_fee_cap: service.late_fee_cap,
			validity_ms: deadline_ms.saturating_add(VALIDITY_MS),
		};
		let call = call.encode();
		let context = Context::of_query(self.keys.genesis(), self.node, &query);
		query.body = secret.seal(&encryption_key, &context, &call).map_err(no_key)?.0;
		let place = self.receipts.place(nonce, call.len().saturating_add(RECEIPT_BYTES));
		let place = Some(place.map_err(no_receipt)?);
		let progress = Arc::new(Mutex::new(Progress::default()));
		let routes = ways.iter().map(|way| way.route.clone()).collect();
		let asking = self.asker.ask(query, routes).await;
		let follow = Follow {
			shared: self.clone(),
			nonce,
			ways,
			encryption_key,
			secret,
			call,
			place,
			taken: None,
			requests: BTreeMap::new(),
			pieces: Default::default(),
			progress: progress.clone(),
		};
		let (ends, done) = oneshot::channel();
		tokio::spawn(async move {
			follow.run(asking).await;
			let _ = ends.send(());
		});
		Ok(Asked { progress, done })
	}

	/// The key that a node's signature names.
	fn key(&self, node: &H256, signed: &Signed) -> Option<PublicKey> {
		self.chain.keys(node).get(usize::from(signed.key)).copied()
	}
}

impl Follow {
	async fn run(mut self, mut asking: Asking) {
		let ended = loop {
			let Some(delivered) = asking.next().await else { break Ended::Stopped };
			if let Some(ended) = self.hear(delivered).await {
				break ended;
			}
		};
		if ended == Ended::NoRoute {
			asking.forget().await;
		}
		lock(&self.progress).ended = Some(ended);
	}

	/// How it has ended, if it has.
	async fn hear(&mut self, Delivered { request: hash, outcome, .. }: Delivered) -> Option<Ended> {
		match outcome {
			Outcome::Taken { request, signed } => {
				lock(&self.progress).taken = true;
				self.taken = Some((hash, *signed));
				self.requests.insert(hash, *request);
			}
			Outcome::Piece { piece, .. } => {
				if self.pieces.0 != hash {
					self.pieces = (hash, Vec::new());
				}
				// The machine has checked that they are no more than was asked for.
				self.pieces.1.extend(piece);
			}
			Outcome::Answered { request, response, signed, body } => {
				let pieces = std::mem::take(&mut self.pieces.1);
				let answer = if response.pieces() > 1 { pieces } else { body };
				return Some(self.answered(*request, *response, *signed, answer).await);
			}
			Outcome::Broken { proof } => self.broken(hash, *proof).await,
			Outcome::Paid { fee } => {
				let mut progress = lock(&self.progress);
				progress.paid = progress.paid.saturating_add(fee);
			}
			Outcome::PaidInFull => return Some(Ended::PaidInFull),
			// One that was never sent is not tried along another way.
			Outcome::Refused { reason } if hash.is_zero() => return Some(Ended::NotAsked(reason)),
			Outcome::Refused { reason } => lock(&self.progress).refused.push(reason),
			Outcome::NoRoute => return Some(Ended::NoRoute),
		}
		None
	}

	async fn answered(
		&mut self,
		request: Request,
		response: Response,
		signed: Signed,
		answer: Vec<u8>,
	) -> Ended {
		let hash = response.request;
		let receipt = match self.receipt(request, response, signed, answer) {
			Ok(receipt) => receipt,
			Err(error) => return Ended::NoAnswer(format!("{error:#}")),
		};
		let verified = receipt.verify();
		self.keep(hash, receipt).await;
		match verified {
			Ok(Verified { proven: Proven::Replied { reply, .. }, .. }) => Ended::Replied(*reply),
			Ok(Verified { proven: Proven::Refused(cause), .. }) => Ended::Refused(cause),
			Ok(Verified { proven: Proven::NoAnswer { because }, .. }) => Ended::NoAnswer(because),
			Ok(_) => Ended::NoAnswer("the receipt is of something else".into()),
			Err(error) => Ended::NoAnswer(format!("{error:#}")),
		}
	}

	fn receipt(
		&self,
		request: Request,
		response: Response,
		signed: Signed,
		answer: Vec<u8>,
	) -> Result<Receipt> {
		let shared = &self.shared;
		let key = shared.key(&request.recipient, &signed).context("the operator's key is not known")?;
		let author = shared.keys.sign_message(&request);
		let author_key = shared.key(&request.author, &author).context("the own key is not known")?;
		let payloads = self.ways.iter().filter_map(|way| way.route.payload());
		let mut payloads = payloads.filter(|payload| Route::commitment(payload) == request.route);
		let route = payloads.next().context("it went a way that was not asked for")?;
		let mut exchange = Exchange {
			genesis: shared.keys.genesis(),
			author: SignedBy { signed: author, key: author_key },
			route: route.to_vec(),
			encryption_key: self.encryption_key,
			secret: self.secret.to_bytes(),
			call: self.call.clone(),
			recipient: SignedBy { signed, key },
			statement_key: key,
			request,
			response,
			answer,
			stated: None,
		};
		if let Some((statement, by)) = exchange.statement() {
			// It may be by a key that was replaced since, and of a request that went another way.
			exchange.statement_key = shared.key(&exchange.request.recipient, &by).unwrap_or(key);
			if statement.request != exchange.response.request {
				exchange.stated = self.requests.get(&statement.request).cloned();
			}
		}
		Ok(Receipt::Answered(Box::new(exchange)))
	}

	async fn broken(&mut self, hash: H256, proof: SignedIntent) {
		self.shared.broken(proof.intent.edge);
		{
			let mut progress = lock(&self.progress);
			progress.broken = progress.broken.saturating_add(1);
		}
		let Some(key) = self.shared.key(&proof.by, &proof.signed) else { return };
		let way = |(taken, signed): (H256, Signed)| {
			(taken == hash).then_some(())?;
			// By which way it went is not said; it is told by whose signature it is.
			self.ways.iter().find_map(|way| {
				let first = way.route.legs.first()?;
				let ends = self.shared.chain.ends(first.edge)?;
				let by = ends.into_iter().find(|end| *end != self.shared.node)?;
				let signed = SignedBy { signed, key: self.shared.key(&by, &signed)? };
				let taken = Taken { by, timeout_ms: way.timeout_ms, signed };
				taken.is_of(&self.shared.keys.genesis(), &hash).then_some(taken)
			})
		};
		let breakage = Breakage {
			genesis: self.shared.keys.genesis(),
			request: hash,
			proof,
			key,
			taken: self.taken.and_then(way),
			paid: lock(&self.progress).paid,
		};
		self.keep(hash, Receipt::Broken(Box::new(breakage))).await;
	}

	/// Keeps a receipt; whoever asked is told where there is none.
	async fn keep(&mut self, hash: H256, receipt: Receipt) {
		let place = match self.place.take() {
			Some(place) => Ok(place),
			None => self.shared.receipts.place(self.nonce, 0),
		};
		// Making it durable takes as long as the disk does: not on a thread that others wait for.
		let write = move || place.and_then(|place| place.keep(&hash, &receipt));
		let kept = tokio::task::spawn_blocking(write).await.unwrap_or_else(|error| Err(error.into()));
		match kept {
			Ok(name) => lock(&self.progress).receipts.push(name),
			Err(error) => {
				add(&self.shared.metrics.receipts_lost, 1);
				eprintln!("surety-relay: a receipt could not be kept: {error:#}");
			}
		}
	}
}
