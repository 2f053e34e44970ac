//! Bodies in pieces: each proves itself, and nothing else does.

use crate::relay::{pieces, proofs, root, Piece, Response, Verdict, PIECE_BYTES};
use crate::H256;
use alloc::{vec, vec::Vec};
use proptest::prelude::*;
use sp_crypto_hashing::blake2_256;

/// The root, as its definition reads.
fn model(hashes: &[[u8; 32]]) -> [u8; 32] {
	match hashes {
		[] => [0; 32],
		[one] => *one,
		_ => {
			let above: Vec<[u8; 32]> = hashes
				.chunks(2)
				.map(|pair| match pair {
					[left, right] => blake2_256(&[&[1][..], left, right].concat()),
					_ => pair[0],
				})
				.collect();
			model(&above)
		}
	}
}

fn response(pieces: &[Piece]) -> Response {
	let bytes = pieces.iter().map(|piece| piece.len() as u32).sum();
	Response { request: H256::zero(), verdict: Verdict::Answer, bytes, root: root(pieces) }
}

/// Full pieces but the last, each of its own byte.
fn some(count: usize, last: usize) -> Vec<Piece> {
	let body: Vec<u8> = (0..count)
		.flat_map(|place| vec![place as u8; if place + 1 == count { last } else { PIECE_BYTES as usize }])
		.collect();
	pieces(&body)
}

#[test]
fn an_empty_body_should_be_one_empty_piece() {
	let empty = pieces(&[]);
	assert_eq!(empty, vec![Piece::default()]);
	assert_eq!(root(&empty).0, blake2_256(&[0]));
	assert!(response(&empty).has_piece(0, &[], &[]));
}

#[test]
fn a_body_should_be_cut_at_full_pieces() {
	for (bytes, count) in [(1, 1), (PIECE_BYTES, 1), (PIECE_BYTES + 1, 2), (2 * PIECE_BYTES, 2)] {
		let pieces = pieces(&vec![7; bytes as usize]);
		assert_eq!((pieces.len() as u32, response(&pieces).pieces()), (count, count));
	}
}

#[test]
fn a_piece_of_another_length_should_not_be_there() {
	let pieces = some(1, 10);
	let response = response(&pieces);
	assert!(response.has_piece(0, &pieces[0], &[]));
	assert!(!response.has_piece(0, &pieces[0][..9], &[]));
	assert!(!response.has_piece(1, &[], &[]));
	assert!(!response.has_piece(u32::MAX, &[], &[]));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn each_piece_should_be_proven_at_its_place_only(count in 1usize..12, last in 1usize..100) {
		let pieces = some(count, last);
		let proofs = proofs(&pieces);
		let response = response(&pieces);
		let leaves: Vec<_> = pieces.iter().map(|piece| blake2_256(&[&[0][..], piece].concat())).collect();
		prop_assert_eq!(response.root.0, model(&leaves));
		for (place, proof) in proofs.iter().enumerate() {
			for (other, piece) in pieces.iter().enumerate() {
				prop_assert_eq!(response.has_piece(place as u32, piece, proof), other == place);
			}
			let mut longer = proof.to_vec();
			longer.push(H256::zero());
			prop_assert!(!response.has_piece(place as u32, &pieces[place], &longer));
			if !proof.is_empty() {
				prop_assert!(!response.has_piece(place as u32, &pieces[place], &proof[1..]));
			}
		}
	}
}
