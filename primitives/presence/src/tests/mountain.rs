use crate::{
	mountain::{leaf_hash, prove, prove_consistency, Mountains},
	Hash,
};
use proptest::prelude::*;
use sp_crypto_hashing::blake2_256;

fn leaves(count: u32) -> Vec<Hash> {
	(0..count).map(|index| leaf_hash(&index.to_le_bytes())).collect()
}

/// The peaks by definition: a perfect tree for each bit, the highest first.
fn model(leaves: &[Hash]) -> Vec<Hash> {
	fn tree(leaves: &[Hash]) -> Hash {
		match leaves {
			[leaf] => *leaf,
			_ => {
				let (left, right) = leaves.split_at(leaves.len() / 2);
				blake2_256(&[&[1][..], &tree(left), &tree(right)].concat())
			}
		}
	}
	let (mut rest, mut peaks) = (leaves, vec![]);
	while !rest.is_empty() {
		let (mountain, behind) = rest.split_at(1 << rest.len().ilog2());
		peaks.push(tree(mountain));
		rest = behind;
	}
	peaks
}

proptest! {
	#[test]
	fn the_peaks_are_what_the_documentation_says(count in 0u32..300) {
		let leaves = leaves(count);
		let range = Mountains::of(&leaves).unwrap();
		let peaks = model(&leaves);
		prop_assert_eq!(&range.peaks.to_vec(), &peaks);
		prop_assert!(range.is_sound());
		let bytes = [&[2][..], &count.to_le_bytes(), &peaks.concat()].concat();
		prop_assert_eq!(range.root(), blake2_256(&bytes));
	}

	#[test]
	fn every_entry_is_proven_at_its_own_place_only(count in 1u32..200, at in any::<u32>(), other in any::<u32>()) {
		let (at, other) = (at % count, other % count);
		let leaves = leaves(count);
		let root = Mountains::of(&leaves).unwrap().root();
		let proof = prove(&leaves, at).unwrap();
		prop_assert!(proof.proves(leaves[at as usize], count, &root));
		prop_assert_eq!(proof.proves(leaves[other as usize], count, &root), at == other);
		prop_assert!(!proof.proves(leaves[at as usize], count + 1, &root));
		let moved = crate::mountain::EntryProof { index: other, ..proof };
		prop_assert_eq!(moved.proves(leaves[at as usize], count, &root), at == other);
		prop_assert_eq!(prove(&leaves, count), None);
	}

	#[test]
	fn a_log_continues_its_own_beginnings_and_no_others(count in 0u32..200, earlier in any::<u32>(), change in any::<u32>()) {
		let earlier = earlier % (count + 1);
		let all = leaves(count);
		let before = Mountains::of(&all[..earlier as usize]).unwrap();
		let proof = prove_consistency(&all, earlier).unwrap();
		let root = Mountains::of(&all).unwrap().root();
		prop_assert!(before.continues_to(count, &root, &proof));
		prop_assert!(!before.continues_to(count + 1, &root, &proof));
		if earlier > 0 {
			let mut rewritten = all.clone();
			rewritten[(change % earlier) as usize] = leaf_hash(b"another");
			let root = Mountains::of(&rewritten).unwrap().root();
			let proof = prove_consistency(&rewritten, earlier).unwrap();
			prop_assert!(!before.continues_to(count, &root, &proof));
		}
	}

	/// Whatever a stranger hands in is judged, and the range that is kept stays as it was.
	#[test]
	fn no_range_or_proof_makes_a_verifier_panic(
		leaves in any::<u32>(),
		peaks in prop::collection::vec(any::<[u8; 32]>(), 0..33),
		later in any::<u32>(),
		nodes in prop::collection::vec(any::<[u8; 32]>(), 0..64),
		index in any::<u32>(),
	) {
		let range = Mountains { leaves, peaks: peaks[..peaks.len().min(32)].to_vec().try_into().unwrap() };
		prop_assert!(!range.continues_to(later, &[1; 32], &nodes.clone().try_into().unwrap()));
		let half = nodes.len() / 2;
		let proof = crate::mountain::EntryProof {
			index,
			path: nodes[..half].to_vec().try_into().unwrap(),
			others: nodes[half..].to_vec().try_into().unwrap(),
		};
		prop_assert!(!proof.proves([1; 32], later, &[1; 32]));
	}
}

#[test]
fn the_longest_log_takes_no_more() {
	let full = Mountains { leaves: u32::MAX, peaks: vec![[3; 32]; 32].try_into().unwrap() };
	let mut range = full.clone();
	assert!(range.is_sound());
	assert_eq!(range.append([4; 32]), None);
	assert_eq!(range, full);
}

#[test]
fn the_root_of_some_logs_stays_what_it_is() {
	let root = |count| hex::encode(Mountains::of(&leaves(count)).unwrap().root());
	assert_eq!([0, 1, 11].map(root), VECTORS);
}

/// Of logs with 0, 1 and 11 entries, which are their numbers in four bytes.
const VECTORS: [&str; 3] = [
	"55dc175f6194b825b1ca9c93d50df003124eb683dabf91a9e4d8b36066d4297c",
	"a16ce2f585e9e41fe1fbf35ce1355900da9077078cf4129905900af9cc14d283",
	"b9cfe5c8dfae0787b497b5116edfe20a378758316f7cbd31ccae21f44f05fc0d",
];
