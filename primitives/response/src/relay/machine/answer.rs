//! Responses on their way back.

use super::Relay;
use crate::relay::{
	event::{Outcome, Reason},
	host::Host,
	memory::End,
	packet::{Answer, Chunk, Packet},
	response::MAX_BODY_BYTES,
};
use crate::{EdgeId, H256};
use alloc::boxed::Box;

impl<H: Host> Relay<H> {
	/// The next hop has a response.
	pub(super) fn on_answer(&mut self, edge: EdgeId, answer: Answer) {
		self.take(edge, answer.voucher);
		let hash = answer.response.request;
		if let Err(reason) = self.examine_answer(edge, &answer) {
			return self.ignore(edge, reason);
		}
		self.receive_fee(edge, hash, answer.fee);
		match answer.body {
			Some(_) => self.pass_answer(hash, answer),
			None => {
				if let Some(flight) = self.flights.get_mut(&hash) {
					flight.pieces = Some((Box::new(answer.response), answer.signed, 0));
				}
				self.pass_head(hash, answer);
			}
		}
	}

	fn examine_answer(&self, edge: EdgeId, answer: &Answer) -> Result<(), Reason> {
		let response = &answer.response;
		self.down_of(edge, &response.request).ok_or(Reason::UnknownRequest)?;
		let flight = self.flights.get(&response.request).ok_or(Reason::UnknownRequest)?;
		if flight.pieces.is_some() || flight.proof.is_some() {
			return Err(Reason::Replay);
		}
		if response.bytes > flight.request.max_response_bytes.min(MAX_BODY_BYTES) {
			return Err(Reason::Oversized);
		}
		let whole = response.pieces() == 1;
		let fits = match &answer.body {
			Some(body) => whole && response.has_piece(0, body, &[]),
			None => !whole,
		};
		if !fits {
			return Err(Reason::WrongCommitment);
		}
		if !self.host.verify_message(&flight.request.recipient, response, &answer.signed) {
			return Err(Reason::WrongKey);
		}
		Ok(())
	}

	/// A whole response goes on to where the request came from.
	fn pass_answer(&mut self, hash: H256, answer: Answer) {
		let Some(flight) = self.flights.get(&hash) else { return };
		let kept = Answer { fee: 0, voucher: None, ..answer.clone() };
		match &flight.up {
			None => {
				let request = flight.request.clone();
				self.finish(hash, End::Over);
				let body = answer.body.map(|body| body.into_inner()).unwrap_or_default();
				self.answered(request, answer.response, answer.signed, body);
			}
			Some(up) => {
				let (edge, gone) = (up.edge, up.gone);
				if !gone {
					let (fee, voucher) = self.pay_accrued(edge, hash);
					self.send(edge, Packet::Answer(Box::new(Answer { fee, voucher, ..answer })));
				}
				self.finish(hash, End::Answered(Some(Box::new(kept))));
			}
		}
	}

	/// The head of a response in pieces goes on.
	fn pass_head(&mut self, hash: H256, answer: Answer) {
		let up = self.flights.get(&hash).and_then(|flight| flight.up.as_ref());
		if let Some(edge) = up.filter(|up| !up.gone).map(|up| up.edge) {
			self.send(edge, Packet::Answer(Box::new(Answer { fee: 0, voucher: None, ..answer })));
		}
	}

	/// The next hop has a piece.
	pub(super) fn on_chunk(&mut self, edge: EdgeId, chunk: Chunk) {
		self.take(edge, chunk.voucher);
		let hash = chunk.request;
		if self.down_of(edge, &hash).is_none() {
			return self.ignore(edge, Reason::UnknownRequest);
		}
		let Some(flight) = self.flights.get_mut(&hash) else { return };
		let Some((response, signed, next)) = flight.pieces.as_mut() else {
			return self.ignore(edge, Reason::UnknownRequest);
		};
		if chunk.index != *next || !response.has_piece(chunk.index, &chunk.piece, &chunk.proof) {
			return self.ignore(edge, Reason::WrongCommitment);
		}
		*next = next.saturating_add(1);
		let (response, signed, last) = (**response, *signed, *next == response.pieces());
		let up = flight.up.as_ref().map(|up| (up.edge, up.gone));
		// Only its author is told of it.
		let own = up.is_none().then(|| flight.request.clone());
		self.receive_fee(edge, hash, chunk.fee);
		if let Some(request) = own {
			let piece = chunk.piece.into_inner();
			self.tell(request.nonce, hash, Outcome::Piece { index: chunk.index, piece });
			if last {
				self.finish(hash, End::Over);
				self.answered(request, response, signed, Default::default());
			}
		} else if let Some((up, gone)) = up {
			if !gone {
				let (fee, voucher) = if last { self.pay_accrued(up, hash) } else { (0, None) };
				self.send(up, Packet::Chunk(Box::new(Chunk { fee, voucher, ..chunk })));
			}
			if last {
				self.finish(hash, End::Answered(None));
			}
		}
	}
}
