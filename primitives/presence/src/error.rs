//! Why bytes are no publication, or a set cannot be published so.

use core::fmt;

/// Why bytes are refused by a decoder, or a set by an encoder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
	/// The bytes end before what they promise. Fetch the publication again.
	Truncated,
	/// There are bytes behind the end.
	TrailingBytes,
	/// No kind of publication has this number: it was made by newer software.
	UnknownKind,
	/// A filter was given to the decoder of exact codecs, or the other way round.
	WrongKind,
	/// The universe is larger than [`MAX_UNIVERSE`](crate::MAX_UNIVERSE), or than the reader's limit.
	UniverseTooLarge,
	/// The publication is longer than the reader's limit.
	TooManyBytes,
	/// The header counts more slots than the universe has, or others than the payload holds.
	WrongCount,
	/// A slot lies at or past the universe.
	SlotPastUniverse,
	/// A parameter is out of its range.
	ParameterOutOfRange,
	/// The same set has another encoding, which is the one that is used.
	NonCanonical,
	/// A delta cannot be read or made without the set it starts from.
	EarlierMissing,
	/// The earlier set is not of the window that the delta starts from, or is not earlier.
	EarlierMismatch,
	/// There are not as many ids as the universe has slots.
	WrongIds,
	/// No filter was found for these ids. It takes ids that were made for that; choose another salt.
	NotFound,
}

impl fmt::Display for Error {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Truncated => "the publication ends too early",
			Self::TrailingBytes => "there are bytes behind the publication",
			Self::UnknownKind => "the kind of publication is unknown",
			Self::WrongKind => "the publication is not of the kind that is read here",
			Self::UniverseTooLarge => "the universe is too large",
			Self::TooManyBytes => "the publication is too long",
			Self::WrongCount => "the number of slots present is not what the header says",
			Self::SlotPastUniverse => "a slot lies past the universe",
			Self::ParameterOutOfRange => "a parameter is out of range",
			Self::NonCanonical => "the set is not encoded the one way it has to be",
			Self::EarlierMissing => "a delta needs the set it starts from",
			Self::EarlierMismatch => "the earlier set is not the one that the delta starts from",
			Self::WrongIds => "there are not as many ids as slots",
			Self::NotFound => "no filter was found for these ids",
		})
	}
}

impl core::error::Error for Error {}
