//! Lots: parts of an operator's stake that are allocated to one service, or free.

use crate::{Era, OPEN, SEASONED};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Parts of the stake that the same offences hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Lot {
	/// Whose offences hit it; nobody's where the lot is free.
	pub service: Option<u32>,
	/// First era in which the service had it; [`SEASONED`] once that makes no difference.
	pub from: Era,
	/// Last era in which the service had it; [`OPEN`] while it goes on.
	pub until: Era,
	/// How many of the [`crate::PARTS`].
	pub parts: u32,
}

impl Lot {
	/// What is allocated to nobody.
	pub(crate) const fn free(parts: u32) -> Self {
		Self { service: None, from: SEASONED, until: OPEN, parts }
	}

	/// Whether two lots are the same but for their size.
	pub(crate) fn is_like(&self, other: &Self) -> bool {
		(self.service, self.from, self.until) == (other.service, other.from, other.until)
	}

	/// Whether the lot stood behind `service` in `era`.
	pub fn backs(&self, service: u32, era: Era) -> bool {
		self.service == Some(service) && self.from <= era && era <= self.until
	}

	/// Whether the lot will stand behind `service` in the next era, if nothing else happens.
	pub(crate) fn is_promised(&self, service: u32) -> bool {
		self.service == Some(service) && self.until == OPEN
	}

	/// The same lot without what is beyond `horizon`, before which nothing is punished any longer.
	pub(crate) fn seasoned(self, horizon: Era) -> Self {
		match self.service {
			Some(_) if self.until < horizon => Self::free(self.parts),
			Some(_) if self.from <= horizon => Self { from: SEASONED, ..self },
			_ => self,
		}
	}
}
