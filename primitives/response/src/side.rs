//! The two ends of a channel.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// One end of a channel.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Side {
	/// The one that proposed the channel.
	Opener,
	/// The one that accepted it.
	Acceptor,
}

impl Side {
	/// Both of them.
	pub const BOTH: [Self; 2] = [Self::Opener, Self::Acceptor];

	/// The one at the other end.
	pub fn other(self) -> Self {
		match self {
			Self::Opener => Self::Acceptor,
			Self::Acceptor => Self::Opener,
		}
	}
}

/// Something that each end of a channel has.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PerSide<T> {
	/// Of the one that proposed the channel.
	pub opener: T,
	/// Of the one that accepted it.
	pub acceptor: T,
}

impl<T> PerSide<T> {
	/// What `side` has.
	pub fn of(&self, side: Side) -> &T {
		match side {
			Side::Opener => &self.opener,
			Side::Acceptor => &self.acceptor,
		}
	}

	/// What `side` has, to change it.
	pub fn of_mut(&mut self, side: Side) -> &mut T {
		match side {
			Side::Opener => &mut self.opener,
			Side::Acceptor => &mut self.acceptor,
		}
	}

	/// What `f` makes of what each side has.
	pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> PerSide<U> {
		PerSide { opener: f(self.opener), acceptor: f(self.acceptor) }
	}

	/// References to what each side has.
	pub fn as_ref(&self) -> PerSide<&T> {
		PerSide { opener: &self.opener, acceptor: &self.acceptor }
	}
}

impl PerSide<u128> {
	/// Both together; `None` where that cannot be counted.
	pub fn total(&self) -> Option<u128> {
		self.opener.checked_add(self.acceptor)
	}
}
