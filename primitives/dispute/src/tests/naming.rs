//! Calls name contents in one way each.

use crate::{Asked, Body, Named, MAX_CALL_BYTES};
use alloc::{format, string::String};
use codec::Encode;
use proptest::prelude::*;
use surety_agreement::merkle::Data;

fn named() -> impl Strategy<Value = Named> {
	let data = (any::<[u8; 32]>(), any::<u64>(), 0u32..=9_999).prop_map(|(root, length, chunk)| Data {
		root,
		length,
		chunk,
	});
	prop_oneof![
		any::<[u8; 32]>().prop_map(Named::Blake2b256),
		any::<[u8; 32]>().prop_map(Named::Sha2256),
		(any::<u32>(), any::<[u8; 32]>())
			.prop_map(|(bytes, root)| Named::Pieces(Body { bytes, root: root.into() })),
		(data, any::<u64>()).prop_map(|(data, index)| Named::Chunk { data, index }),
	]
}

proptest! {
	#[test]
	fn whatever_is_named_should_be_read_back(named in named()) {
		prop_assert_eq!(Named::parse(named.target().as_bytes()), Some(named));
		prop_assert_eq!(Named::of(&named.asked().expect("is short")), Some(named));
	}

	#[test]
	fn no_two_targets_should_name_the_same(named in named(), at in 0usize..128, byte in any::<u8>()) {
		let target = named.target().into_bytes();
		let mut other = target.clone();
		let at = at % other.len();
		other[at] = byte;
		prop_assume!(other != target);
		prop_assert_ne!(Named::parse(&other), Some(named));
		other.insert(at, byte);
		prop_assert_ne!(Named::parse(&other), Some(named));
		other.truncate(at);
		prop_assert_ne!(Named::parse(&other), Some(named));
	}

	#[test]
	fn what_is_read_should_be_written_the_same(target in prop::collection::vec(any::<u8>(), 0..128)) {
		let written = Named::parse(&target).map(|named| named.target().into_bytes());
		prop_assert!(written.is_none_or(|written| written == target));
	}
}

#[test]
fn forms_that_are_not_canonical_should_name_nothing() {
	let zeros = "0".repeat(64);
	let parse = |text: String| Named::parse(text.as_bytes());
	assert!(parse(format!("/pieces/0/{zeros}")).is_some());
	assert!(parse(format!("/merkle/{zeros}/10/4/2")).is_some());
	for text in [
		format!("/pieces/00/{zeros}"),
		format!("/pieces/+1/{zeros}"),
		format!("/pieces/01/{zeros}"),
		format!("/pieces//{zeros}"),
		format!("/pieces/4294967296/{zeros}"),
		format!("/pieces/1/{zeros}/"),
		String::from("/pieces/1"),
		format!("/merkle/{zeros}/10/4"),
		format!("/merkle/{zeros}/10/4/2/1"),
		format!("/blake2b-256/{}", "A".repeat(64)),
		format!("/blake2b-256/{}", "0".repeat(63)),
		format!("/sha2-256/{}", "0".repeat(66)),
		format!("sha2-256/{zeros}"),
		format!(" /sha2-256/{zeros}"),
		format!("/md5/{zeros}"),
		String::from("/"),
		String::new(),
	] {
		assert_eq!(parse(text.clone()), None, "{text}");
	}
}

#[test]
fn a_call_should_name_something_only_without_headers_and_body() {
	let target = format!("/sha2-256/{}", "0".repeat(64)).into_bytes();
	let of = |method: &[u8], headers: &[(&[u8], &[u8])], body: &[u8]| {
		let call = (method, &target[..], headers, body).encode();
		Named::of(&Asked(call.try_into().unwrap()))
	};
	assert!(of(b"GET", &[], b"").is_some());
	assert_eq!(of(b"HEAD", &[], b""), None);
	assert_eq!(of(b"GET", &[(b"range", b"bytes=0-1")], b""), None);
	assert_eq!(of(b"GET", &[], b"x"), None);
	let mut behind = Asked::get(&target).unwrap();
	behind.0.try_push(0).unwrap();
	assert_eq!(Named::of(&behind), None);
	assert_eq!(Asked::get(&[b'/'; MAX_CALL_BYTES as usize]), None);
}

#[test]
fn a_call_should_be_named_as_whoever_is_asked_names_it() {
	// Method, target, no headers, no body, each behind its length.
	let call = Asked::get(b"/x").unwrap();
	assert_eq!(call.0.as_slice(), b"\x0cGET\x08/x\x00\x00");
	let named = sp_crypto_hashing::blake2_256(b"\x48surety/http-call/1\x0cGET\x08/x\x00\x00");
	assert_eq!(call.hash().0, named);
}
