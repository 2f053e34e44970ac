//! A node from what was recorded of it.

use super::{link::LinkRecord, Durable, DurableLimits, Key, Link, Output, VERSION};
use crate::{
	relay::{
		config::{Config, EdgeConfig},
		event::Outcome,
		host::Host,
		machine::Restoring,
		packet::SignedIntent,
		Ms,
	},
	EdgeId, H256,
};
use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use codec::{Decode, DecodeAll};

/// A record that cannot be read: it was written by another version, or is damaged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable {
	/// Which.
	pub key: Key,
}

impl core::fmt::Display for Unreadable {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "the record {:?} is damaged, or was written by another version", self.key)
	}
}

impl core::error::Error for Unreadable {}

impl<H: Host> Durable<H> {
	/// The node that `records` are of, in any order, and what is to be done first. Nothing of it is connected.
	///
	/// `edges` are those of the node as they are now, where that is known: an edge of theirs that was never recorded is
	/// not opened by it. Timers wait for up to `settle_ms` until all neighbours were met; until then nobody is blamed for
	/// silence either.
	///
	/// Fails where a record cannot be read.
	pub fn resume(
		host: H,
		config: Config,
		limits: DurableLimits,
		records: impl IntoIterator<Item = (Key, Vec<u8>)>,
		edges: &[EdgeConfig],
		now: Ms,
		settle_ms: Ms,
	) -> Result<(Self, Vec<Output>), Unreadable> {
		let mut this = Self::new(host, config, limits);
		let mut restoring = Restoring::default();
		let mut unconfirmed: BTreeMap<(EdgeId, u64), Arc<[u8]>> = BTreeMap::new();
		let mut outcomes: BTreeMap<u64, (u64, H256, Outcome)> = BTreeMap::new();
		for (key, value) in records {
			let unreadable = |_| Unreadable { key };
			let (version, mut value) = value.split_first().ok_or(Unreadable { key })?;
			if *version != VERSION {
				return Err(Unreadable { key });
			}
			if this.relay.restore(&mut restoring, &key, value).map_err(unreadable)? {
				continue;
			}
			let value = &mut value;
			match key {
				Key::Link(edge) => {
					let link = Link::from(LinkRecord::decode_all(value).map_err(unreadable)?);
					this.links.insert(edge, link);
				}
				Key::Unconfirmed(edge, number) => {
					let frame = Vec::<u8>::decode_all(value).map_err(unreadable)?;
					unconfirmed.insert((edge, number), frame.into());
				}
				Key::Outcome(number) => {
					outcomes.insert(number, Decode::decode(value).map_err(unreadable)?);
				}
				Key::Outcomes => this.last_outcome = u64::decode_all(value).map_err(unreadable)?,
				Key::Submission(edge) => {
					let intent = SignedIntent::decode_all(value).map_err(unreadable)?;
					this.submissions.insert(edge, intent);
				}
				_ => return Err(Unreadable { key }),
			}
		}
		for ((edge, number), frame) in unconfirmed {
			if let Some(link) = this.links.get_mut(&edge) {
				link.keep(number, frame);
			}
		}
		// An edge that nothing was said along yet has no link on record.
		for edge in this.relay.edges() {
			this.links.entry(edge).or_insert_with(Link::new);
			this.touched.insert(edge);
		}
		let until = now.saturating_add(settle_ms);
		this.waits_until = Some(until);
		this.out.extend(this.submissions.values().map(|intent| Output::Submit { intent: *intent }));
		for (number, (nonce, request, outcome)) in outcomes {
			this.outcomes.insert(number);
			this.out.push(Output::Deliver { number, nonce, request, outcome });
		}
		let actions = this.relay.restored(restoring, now, until, edges);
		this.absorb(actions);
		this.out.push(Output::SetTimer { at: until });
		let outputs = this.finish(now);
		Ok((this, outputs))
	}
}
