//! Headers that go from end to end.

use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, Encode, MaxEncodedLen};

/// Headers of one message at the most.
pub const MAX_HEADERS: u32 = 32;

/// Bytes of a header's name at the most.
pub const MAX_NAME_BYTES: u32 = 64;

/// Bytes of a header's value at the most.
pub const MAX_VALUE_BYTES: u32 = 4_096;

/// Headers of a call that are sent unless its sender is told otherwise; in order.
pub const CALL_HEADERS: [&str; 13] = [
	"accept",
	"accept-encoding",
	"accept-language",
	"authorization",
	"content-encoding",
	"content-language",
	"content-type",
	"if-match",
	"if-modified-since",
	"if-none-match",
	"if-range",
	"if-unmodified-since",
	"range",
];

/// Headers of a reply that are sent unless its sender is told otherwise; in order.
pub const REPLY_HEADERS: [&str; 14] = [
	"accept-ranges",
	"cache-control",
	"content-disposition",
	"content-encoding",
	"content-language",
	"content-range",
	"content-type",
	"etag",
	"expires",
	"last-modified",
	"link",
	"location",
	"retry-after",
	"vary",
];

/// Headers that speak of one connection, or that whoever speaks HTTP writes by itself (RFC 9110 §7.6.1).
const HOP_BY_HOP: [&[u8]; 12] = [
	b"connection",
	b"content-length",
	b"expect",
	b"host",
	b"keep-alive",
	b"proxy-authenticate",
	b"proxy-authorization",
	b"proxy-connection",
	b"te",
	b"trailer",
	b"transfer-encoding",
	b"upgrade",
];

/// A header.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen)]
pub struct Header {
	/// Its name, in small letters.
	pub name: BoundedVec<u8, ConstU32<MAX_NAME_BYTES>>,
	/// Its value.
	pub value: BoundedVec<u8, ConstU32<MAX_VALUE_BYTES>>,
}

/// The headers of a message, by name; those of the same name in the order in which they were given.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen)]
pub struct Headers(BoundedVec<Header, ConstU32<MAX_HEADERS>>);

/// Whether a header of this name, in small letters, is the two ends' own business.
pub fn is_end_to_end(name: &[u8]) -> bool {
	!HOP_BY_HOP.contains(&name)
}

/// Whether it is a token (RFC 9110 §5.6.2), without capitals.
fn is_name(name: &[u8]) -> bool {
	let is_token =
		|byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(byte);
	!name.is_empty() && name.iter().all(is_token)
}

/// Whether it is what a header's value can be (RFC 9110 §5.5): no control characters but tabs, and no space round it.
fn is_value(value: &[u8]) -> bool {
	let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
	let is_text = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
	value.iter().all(is_text) && !is_space(value.first()) && !is_space(value.last())
}

impl Headers {
	/// These headers, each a name in any letters and a value, in canonical form. `None` where one is no end-to-end
	/// header, or where they are too long or too many.
	pub fn new<'a>(headers: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Option<Self> {
		let mut own = Vec::new();
		for (name, value) in headers {
			if own.len() >= MAX_HEADERS as usize {
				return None;
			}
			let name = name.to_ascii_lowercase().try_into().ok()?;
			own.push(Header { name, value: value.to_vec().try_into().ok()? });
		}
		own.sort_by(|one, other| one.name.cmp(&other.name));
		let own = Self(own.try_into().ok()?);
		own.is_canonical().then_some(own)
	}

	/// The headers.
	pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
		self.0.iter().map(|header| (header.name.as_slice(), header.value.as_slice()))
	}

	pub(super) fn is_canonical(&self) -> bool {
		let good =
			|header: &Header| is_name(&header.name) && is_end_to_end(&header.name) && is_value(&header.value);
		self.0.iter().all(good) && self.0.is_sorted_by(|one, other| one.name <= other.name)
	}
}
