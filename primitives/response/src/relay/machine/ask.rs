//! Requests of this node's own: along one route after the other, until there is an answer.

use super::Relay;
use crate::relay::{
	event::{Outcome, Query, Reason},
	host::Host,
	packet::{Forward, MAX_REQUEST_BYTES},
	payload::Route,
	request::{Request, MAX_METHOD_BYTES},
	response::{Response, MAX_BODY_BYTES},
	Ms,
};
use crate::{Signed, H256};
use alloc::{boxed::Box, collections::VecDeque, vec::Vec};
use codec::{Decode, Encode};
use sp_crypto_hashing::blake2_256;

/// Routes that are kept for a request at the most.
const MAX_ROUTES: usize = 16;

/// A query, and the ways that are left to try.
#[derive(Clone, Debug, Encode, Decode)]
pub(super) struct Ask {
	query: Query,
	routes: VecDeque<Route>,
	/// Whether it is on its way.
	under_way: bool,
}

impl<H: Host> Relay<H> {
	pub(super) fn ask(&mut self, query: Query, routes: Vec<Route>) {
		let nonce = query.nonce;
		if let Err(reason) = self.examine_query(&query) {
			return self.tell(nonce, H256::zero(), Outcome::Refused { reason });
		}
		let routes = routes.into_iter().take(MAX_ROUTES).collect();
		self.asks.insert(nonce, Ask { query, routes, under_way: false });
		self.next_route(nonce);
	}

	fn examine_query(&self, query: &Query) -> Result<(), Reason> {
		if self.asks.contains_key(&query.nonce) {
			return Err(Reason::Replay);
		}
		if self.asks.len() >= self.config.limits.asks {
			return Err(Reason::TooMany);
		}
		if query.late_fee_per_ms == 0 || query.late_fee_cap == 0 {
			return Err(Reason::NoLateFee);
		}
		let method = u32::try_from(query.method.len()).unwrap_or(u32::MAX);
		let body = u32::try_from(query.body.len()).unwrap_or(u32::MAX);
		let long = method > MAX_METHOD_BYTES || body > MAX_REQUEST_BYTES;
		if long || query.max_response_bytes > MAX_BODY_BYTES {
			return Err(Reason::Oversized);
		}
		Ok(())
	}

	pub(super) fn retry(&mut self, nonce: u64, routes: Vec<Route>) {
		let Some(ask) = self.asks.get_mut(&nonce) else { return };
		let room = MAX_ROUTES.saturating_sub(ask.routes.len());
		ask.routes.extend(routes.into_iter().take(room));
		if !ask.under_way {
			self.next_route(nonce);
		}
	}

	pub(super) fn forget(&mut self, nonce: u64) {
		// One that is on its way is not forgotten: late fees may be owed for it.
		if self.asks.get(&nonce).is_some_and(|ask| !ask.under_way) {
			self.asks.remove(&nonce);
		}
	}

	pub(super) fn forget_ask(&mut self, nonce: u64) {
		self.asks.remove(&nonce);
	}

	pub(super) fn answered(&mut self, request: Request, response: Response, signed: Signed, body: Vec<u8>) {
		let nonce = request.nonce;
		self.asks.remove(&nonce);
		let hash = response.request;
		let (request, response, signed) = (Box::new(request), Box::new(response), Box::new(signed));
		self.tell(nonce, hash, Outcome::Answered { request, response, signed, body });
	}

	/// Sends what is asked along the next way that may lead there.
	pub(super) fn next_route(&mut self, nonce: u64) {
		loop {
			let Some(ask) = self.asks.get_mut(&nonce) else { return };
			ask.under_way = false;
			let Some(route) = ask.routes.pop_front() else { break };
			if self.set_out(nonce, &route).is_some() {
				return;
			}
		}
		self.tell(nonce, H256::zero(), Outcome::NoRoute);
	}

	/// `None` where there is no way along this route now.
	fn set_out(&mut self, nonce: u64, route: &Route) -> Option<()> {
		let first = route.legs.first().copied()?;
		let open = self.neighbours.get(&first.edge).is_some_and(|neighbour| !neighbour.closing);
		let unbroken = route.legs.iter().all(|leg| !self.is_broken(leg.edge));
		let usable = open && unbroken && self.has_room(first.edge, first.pay);
		if !usable || self.flights.len() >= self.config.limits.flights {
			return None;
		}
		let payload = route.payload()?;
		let query = self.asks.get(&nonce)?.query.clone();
		let body = Self::bounded(query.body)?;
		let request = Request {
			author: self.config.node,
			recipient: query.recipient,
			basis: query.basis,
			content: blake2_256(&body).into(),
			method: query.method.try_into().ok()?,
			max_response_bytes: query.max_response_bytes,
			service_ms: query.service_ms,
			timeout_ms: first.timeout_ms,
			late_fee_per_ms: query.late_fee_per_ms,
			late_fee_cap: query.late_fee_cap,
			route: Route::commitment(&payload),
			nonce,
			not_after_ms: self.now.saturating_add(query.validity_ms),
		};
		let hash = request.hash(&self.genesis);
		if self.flights.contains_key(&hash) || self.done.get(&hash).is_some() {
			return None;
		}
		let signed = self.host.sign_message(&request);
		let forward = Box::new(Forward {
			request: request.clone(),
			signed,
			body,
			timeout_ms: first.timeout_ms,
			payload,
			pay: first.pay,
			voucher: None,
		});
		let beyond = route.legs.iter().map(|leg| leg.edge).collect();
		self.fly(hash, request, None, Some((first, forward)), beyond, Ms::from(first.timeout_ms));
		self.launch(hash);
		if let Some(ask) = self.asks.get_mut(&nonce) {
			ask.under_way = true;
		}
		Some(())
	}
}
