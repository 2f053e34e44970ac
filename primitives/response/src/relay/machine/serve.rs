//! Requests that are for this node.

use super::Relay;
use crate::relay::{
	event::Action,
	host::Host,
	memory::{End, Known},
	packet::{Answer, Chunk, Packet},
	request::Request,
	response::{pieces, proofs, root, Piece, Response, Verdict},
};
use crate::H256;
use alloc::{boxed::Box, vec::Vec};

/// A request that the provider is working at.
#[derive(Clone, Debug)]
pub(super) struct Serving {
	pub(super) query: H256,
	/// Bytes that the answer may have.
	pub(super) max_response_bytes: u32,
	/// What it has to do, until that is recorded: so that it can be told once more after a restart.
	pub(super) work: Option<(Box<Request>, Vec<u8>)>,
}

impl<H: Host> Relay<H> {
	/// Has the local provider answer, unless it has answered the same query before.
	pub(super) fn serve(&mut self, hash: H256, body: Vec<u8>) {
		let Some(flight) = self.flights.get(&hash) else { return };
		let request = Box::new(flight.request.clone());
		let query = request.query(&self.genesis);
		let expires = request.not_after_ms.saturating_add(self.config.skew_ms);
		let known = match self.answers.get(&query) {
			Known::Answered(verdict, pieces) => Some(Some((verdict, pieces.to_vec()))),
			Known::Begun => Some(None),
			Known::New => None,
		};
		self.answers.begin(query, expires);
		match known {
			Some(Some((verdict, pieces))) => self.respond(hash, verdict, &pieces),
			Some(None) => {
				let flights = &self.flights;
				let waiting = self.awaiting.entry(query).or_default();
				waiting.retain(|hash| flights.contains_key(hash));
				waiting.push(hash);
			}
			None => {
				let max_response_bytes = request.max_response_bytes;
				let work = self.serving.is_watched().then(|| (request.clone(), body.clone()));
				self.serving.insert(hash, Serving { query, max_response_bytes, work });
				self.awaiting.entry(query).or_default().push(hash);
				self.out.push(Action::Serve { hash, request, body });
			}
		}
	}

	/// The local provider has answered.
	pub(super) fn served(&mut self, request: H256, verdict: Verdict, body: &[u8]) {
		let Some(Serving { query, max_response_bytes: allowed, .. }) = self.serving.remove(&request) else {
			return;
		};
		let waiting = self.awaiting.remove(&query).unwrap_or_default();
		// Longer than the author has paid for is no answer.
		let fits = u32::try_from(body.len()).is_ok_and(|bytes| bytes <= allowed);
		let (verdict, body) = if fits { (verdict, body) } else { (Verdict::Refusal, Default::default()) };
		let pieces = pieces(body);
		for hash in &waiting {
			self.respond(*hash, verdict, &pieces);
		}
		self.answers.answered(query, verdict, pieces, self.config.limits.cache_bytes);
	}

	fn respond(&mut self, hash: H256, verdict: Verdict, pieces: &[Piece]) {
		let up = self.flights.get(&hash).and_then(|flight| flight.up.clone());
		let Some(up) = up.filter(|up| !up.gone) else { return };
		let bytes = pieces.iter().map(|piece| piece.len()).sum::<usize>();
		let Ok(bytes) = u32::try_from(bytes) else { return };
		let response = Response { request: hash, verdict, bytes, root: root(pieces) };
		let signed = self.host.sign_message(&response);
		let answer = Answer { response, signed, body: None, fee: 0, voucher: None };
		if let [whole] = pieces {
			let kept = Answer { body: Some(whole.clone()), ..answer };
			let (fee, voucher) = self.pay_accrued(up.edge, hash);
			self.send(up.edge, Packet::Answer(Box::new(Answer { fee, voucher, ..kept.clone() })));
			return self.finish(hash, End::Answered(Some(Box::new(kept))));
		}
		self.send(up.edge, Packet::Answer(Box::new(answer)));
		let proofs = proofs(pieces);
		let last = pieces.len().saturating_sub(1);
		for (place, (piece, proof)) in pieces.iter().zip(proofs).enumerate() {
			let Ok(index) = u32::try_from(place) else { return };
			let (fee, voucher) = if place == last { self.pay_accrued(up.edge, hash) } else { (0, None) };
			let chunk = Chunk { request: hash, index, piece: piece.clone(), proof, fee, voucher };
			self.send(up.edge, Packet::Chunk(Box::new(chunk)));
		}
		self.finish(hash, End::Answered(None));
	}
}
