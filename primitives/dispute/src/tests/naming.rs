//! Methods name contents in one way each.

use crate::{Body, Named};
use alloc::{format, string::String};
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
		let method = named.method().expect("is short");
		prop_assert_eq!(Named::parse(&method), Some(named));
	}

	#[test]
	fn no_two_methods_should_name_the_same(named in named(), at in 0usize..128, byte in any::<u8>()) {
		let method = named.method().expect("is short").into_inner();
		let mut other = method.clone();
		let at = at % other.len();
		other[at] = byte;
		prop_assume!(other != method);
		prop_assert_ne!(Named::parse(&other), Some(named));
		other.insert(at, byte);
		prop_assert_ne!(Named::parse(&other), Some(named));
		other.truncate(at);
		prop_assert_ne!(Named::parse(&other), Some(named));
	}

	#[test]
	fn what_is_read_should_be_written_the_same(method in prop::collection::vec(any::<u8>(), 0..128)) {
		let written = Named::parse(&method).map(|named| named.method().expect("was as long").into_inner());
		prop_assert!(written.is_none_or(|written| written == method));
	}
}

#[test]
fn forms_that_are_not_canonical_should_name_nothing() {
	let zeros = "0".repeat(64);
	let parse = |text: String| Named::parse(text.as_bytes());
	assert!(parse(format!("GET /pieces/0/{zeros}")).is_some());
	assert!(parse(format!("GET /merkle/{zeros}/10/4/2")).is_some());
	for text in [
		format!("GET /pieces/00/{zeros}"),
		format!("GET /pieces/+1/{zeros}"),
		format!("GET /pieces/01/{zeros}"),
		format!("GET /pieces//{zeros}"),
		format!("GET /pieces/4294967296/{zeros}"),
		format!("GET /pieces/1/{zeros}/"),
		format!("GET /pieces/1"),
		format!("GET /merkle/{zeros}/10/4"),
		format!("GET /merkle/{zeros}/10/4/2/1"),
		format!("GET /blake2b-256/{}", "A".repeat(64)),
		format!("GET /blake2b-256/{}", "0".repeat(63)),
		format!("GET /sha2-256/{}", "0".repeat(66)),
		format!("get /sha2-256/{zeros}"),
		format!("GET  /sha2-256/{zeros}"),
		format!("GET /md5/{zeros}"),
		String::from("GET /"),
		String::new(),
	] {
		assert_eq!(parse(text.clone()), None, "{text}");
	}
}

#[test]
fn the_longest_method_of_a_sound_file_should_fit() {
	let data = Data { root: [0xff; 32], length: u64::MAX, chunk: 4_096 };
	assert!(Named::Chunk { data, index: u64::MAX }.method().is_some());
	// Only one that cannot be does not.
	let unsound = Data { chunk: u32::MAX, ..data };
	assert!(Named::Chunk { data: unsound, index: u64::MAX }.method().is_none());
}
