//! What faulty nodes do to what they send.

use surety_response::relay::{packet::Settle, Ms, Packet};
use surety_response::H256;

/// How a node fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
	/// It neither hears nor says anything.
	Offline,
	/// All that it sends leaves so many ms later.
	Slow(Ms),
	/// It sends responses that nobody has signed.
	Lying,
	/// It answers no request whose hash begins with a byte below this; 256 is all of them.
	Selective(u16),
	/// What it owes, answers, proofs, and intents for the chain, leaves so many ms later, as if that were when it
	/// should have; and it pays no late fees.
	Late(Ms),
}

/// A fault, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
	/// How the node fails.
	pub kind: Kind,
	/// From when on, in ms.
	pub from_ms: Ms,
	/// Until when, in ms; for ever where there is no such time.
	pub until_ms: Option<Ms>,
}

impl Fault {
	/// Whether it fails so now.
	pub fn is_on(&self, now: Ms) -> bool {
		self.from_ms <= now && self.until_ms.is_none_or(|until| now < until)
	}
}

/// What becomes of a packet, and how much later it leaves; nothing where it does not.
pub fn corrupt(kind: Kind, packet: Packet) -> Option<(Packet, Ms)> {
	match kind {
		Kind::Offline => None,
		Kind::Slow(ms) => Some((packet, ms)),
		Kind::Lying => Some((lie(packet), 0)),
		Kind::Selective(below) => silence(below, packet).map(|packet| (packet, 0)),
		Kind::Late(ms) => delay(ms, packet),
	}
}

fn lie(packet: Packet) -> Packet {
	match packet {
		Packet::Answer(mut answer) => {
			answer.response.root = H256::repeat_byte(0xee);
			Packet::Answer(answer)
		}
		other => other,
	}
}

fn silence(below: u16, packet: Packet) -> Option<Packet> {
	let silent = |request: &H256| request.as_bytes().first().is_some_and(|byte| u16::from(*byte) < below);
	match packet {
		Packet::Answer(answer) if silent(&answer.response.request) => None,
		Packet::Chunk(chunk) if silent(&chunk.request) => None,
		Packet::Settle(settle) => {
			let items = settle.items.into_iter().filter(|item| !silent(&item.request)).collect::<Vec<_>>();
			let Ok(items) = items.try_into() else { return None };
			Some(Packet::Settle(Box::new(Settle { items, ..*settle })))
		}
		other => Some(other),
	}
}

fn delay(ms: Ms, packet: Packet) -> Option<(Packet, Ms)> {
	match packet {
		Packet::Answer(mut answer) => {
			(answer.fee, answer.voucher) = (0, None);
			Some((Packet::Answer(answer), ms))
		}
		Packet::Chunk(mut chunk) => {
			(chunk.fee, chunk.voucher) = (0, None);
			Some((Packet::Chunk(chunk), ms))
		}
		Packet::Settle(mut settle) => {
			settle.voucher = None;
			settle.items.iter_mut().for_each(|item| item.fee = 0);
			let proves = settle.items.iter().any(|item| item.broken.is_some());
			proves.then_some((Packet::Settle(settle), ms))
		}
		other => Some((other, 0)),
	}
}
