//! What each node has paid and got in late fees, by what it sends and receives: apart from the books of the machines.

use crate::{
	engine::{ByEnd, ByRequest},
	keys::GENESIS,
};
use surety_response::{
	relay::{packet::Item, Packet},
	Amount, EdgeId, H256,
};

/// Of one request at one node.
#[derive(Clone, Copy, Debug, Default)]
struct Passing {
	/// Along which edge it was sent on.
	over: Option<EdgeId>,
	/// What was paid for it, and what it was sent on for.
	pay_in: Option<Amount>,
	pay_out: Amount,
}

/// Late fees of each node that it has paid for the silence of each neighbour, less those that it got from that one, and
/// less what it has earned along the edge.
#[derive(Debug, Default)]
pub(crate) struct Tally {
	passing: ByRequest<Vec<(usize, Passing)>>,
	lost: ByEnd<i128>,
}

fn signed(amount: Amount) -> i128 {
	i128::try_from(amount).unwrap_or(i128::MAX)
}

impl Tally {
	fn passing(&mut self, node: usize, request: H256) -> &mut Passing {
		let nodes = self.passing.entry(request).or_default();
		let place = nodes.iter().position(|(at, _)| *at == node).unwrap_or_else(|| {
			nodes.push((node, Passing::default()));
			nodes.len() - 1
		});
		&mut nodes[place].1
	}

	fn book(&mut self, node: usize, edge: EdgeId, lost: i128) {
		*self.lost.entry((node, edge)).or_default() += lost;
	}

	fn fee_out(&mut self, node: usize, request: H256, fee: Amount) {
		if let Some(edge) = self.passing(node, request).over.filter(|_| fee > 0) {
			self.book(node, edge, signed(fee));
		}
	}

	/// A node sends a packet.
	pub(crate) fn leaves(&mut self, node: usize, edge: EdgeId, packet: &Packet) {
		match packet {
			Packet::Forward(forward) => {
				let hash = forward.request.hash(&GENESIS);
				let passing = self.passing(node, hash);
				passing.over = Some(edge);
				passing.pay_out = forward.pay;
				if let Some(pay_in) = passing.pay_in {
					let margin = signed(pay_in) - signed(forward.pay);
					self.book(node, edge, -margin);
				}
			}
			Packet::Answer(answer) => self.fee_out(node, answer.response.request, answer.fee),
			Packet::Chunk(chunk) => self.fee_out(node, chunk.request, chunk.fee),
			Packet::Settle(settle) => {
				for Item { request, fee, .. } in &settle.items {
					self.fee_out(node, *request, *fee);
				}
			}
			Packet::Ack(_) | Packet::Nack(_) => {}
		}
	}

	/// A node receives a packet.
	pub(crate) fn arrives(&mut self, node: usize, edge: EdgeId, packet: &Packet) {
		match packet {
			Packet::Forward(forward) => {
				let hash = forward.request.hash(&GENESIS);
				self.passing(node, hash).pay_in = Some(forward.pay);
			}
			Packet::Nack(nack) => {
				let passing = *self.passing(node, nack.request);
				if let (Some(over), Some(pay_in)) = (passing.over, passing.pay_in) {
					let margin = signed(pay_in) - signed(passing.pay_out);
					self.book(node, over, margin);
				}
			}
			Packet::Answer(answer) => self.fee_in(node, edge, answer.response.request, answer.fee),
			Packet::Chunk(chunk) => self.fee_in(node, edge, chunk.request, chunk.fee),
			Packet::Settle(settle) => {
				for Item { request, fee, .. } in &settle.items {
					self.fee_in(node, edge, *request, *fee);
				}
			}
			Packet::Ack(_) => {}
		}
	}

	fn fee_in(&mut self, node: usize, edge: EdgeId, request: H256, fee: Amount) {
		// An author is paid for waiting: that is no loss that it got back.
		if fee > 0 && self.passing(node, request).pay_in.is_some() {
			self.book(node, edge, -signed(fee));
		}
	}

	/// What each node has lost by each neighbour, less what it has earned.
	pub(crate) fn losses(&self) -> impl Iterator<Item = (usize, i128)> + '_ {
		self.lost.iter().map(|((node, _), lost)| (*node, *lost))
	}

	/// The most that one of these nodes has lost by one neighbour.
	pub(crate) fn worst(&self, honest: impl Fn(usize) -> bool) -> Amount {
		let worst = self.lost.iter().filter(|((node, _), _)| honest(*node)).map(|(_, lost)| *lost).max();
		worst.and_then(|lost| Amount::try_from(lost).ok()).unwrap_or(0)
	}
}
