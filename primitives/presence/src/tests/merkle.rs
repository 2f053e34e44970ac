use super::random;
use crate::{
	merkle::{root, Exclusion, LeafProof, Tree, LEAF_SLOTS},
	Hash, SlotSet,
};
use proptest::prelude::*;
use sp_crypto_hashing::blake2_256;

/// The root by the words of the module's documentation, and nothing shared with it.
fn model(slots: &[u32]) -> Hash {
	fn top(mut nodes: Vec<Hash>) -> Vec<u8> {
		while nodes.len() > 1 {
			let mut next = vec![];
			let mut left = nodes.into_iter();
			while let Some(a) = left.next() {
				next.push(match left.next() {
					Some(b) => blake2_256(&[&[1][..], &a, &b].concat()),
					None => a,
				});
			}
			nodes = next;
		}
		nodes.concat()
	}
	let leaf = |slots: &[u32]| {
		let bytes: Vec<u8> = slots.iter().flat_map(|slot| slot.to_le_bytes()).collect();
		blake2_256(&[&[0][..], &bytes].concat())
	};
	let leaves = slots.chunks(31).map(leaf).collect();
	blake2_256(&[&[2][..], &(slots.len() as u32).to_le_bytes(), &top(leaves)].concat())
}

fn sets() -> impl Strategy<Value = SlotSet> {
	(1u32..600, any::<u64>()).prop_flat_map(|(universe, seed)| {
		(0..=universe).prop_map(move |present| random(universe, present, seed))
	})
}

proptest! {
	#[test]
	fn the_root_is_what_the_documentation_says(set in sets()) {
		let slots: Vec<u32> = set.iter().collect();
		prop_assert_eq!(root(&set), model(&slots));
		prop_assert_eq!(Tree::new(&set).root(), root(&set));
	}

	#[test]
	fn every_slot_is_proven_present_or_absent_and_never_both(set in sets()) {
		let (tree, root, count) = (Tree::new(&set), root(&set), set.len());
		for slot in 0..set.universe() + 2 {
			let (present, absent) = (tree.prove(slot), tree.prove_absent(slot));
			prop_assert_eq!((present.is_some(), absent.is_some()), (set.contains(slot), !set.contains(slot)));
			if let Some(proof) = present {
				prop_assert!(proof.proves(slot, &root, count));
				prop_assert!(!Exclusion::Within(proof).proves(slot, &root, count));
			}
			if let Some(proof) = absent {
				prop_assert!(proof.proves(slot, &root, count));
			}
		}
	}

	/// Whatever proof there is of one slot, nobody can use it for one of which the opposite holds.
	#[test]
	fn no_proof_shows_what_is_not_so(set in sets(), of in any::<u32>(), about in any::<u32>()) {
		let (tree, root, count) = (Tree::new(&set), root(&set), set.len());
		let (of, about) = (of % (set.universe() + 2), about % (set.universe() + 2));
		let leaves: Vec<LeafProof> = set.iter().step_by(7).filter_map(|slot| tree.prove(slot)).collect();
		for leaf in &leaves {
			prop_assert!(set.contains(about) || !leaf.proves(about, &root, count));
			prop_assert!(!set.contains(about) || !Exclusion::Within(leaf.clone()).proves(about, &root, count));
			for other in &leaves {
				let between = Exclusion::Between(leaf.clone(), other.clone());
				prop_assert!(!set.contains(about) || !between.proves(about, &root, count));
			}
		}
		if let Some(proof) = tree.prove_absent(of) {
			prop_assert!(!set.contains(about) || !proof.proves(about, &root, count));
		}
	}

	#[test]
	fn a_proof_that_was_changed_proves_nothing(set in sets(), pick in any::<usize>(), how in 0..7usize) {
		prop_assume!(!set.is_empty());
		let (tree, root, count) = (Tree::new(&set), root(&set), set.len());
		let slot = set.iter().nth(pick % set.len() as usize).unwrap();
		let mut proof = tree.prove(slot).unwrap();
		let (mut root, mut count) = (root, count);
		match how {
			0 => proof.index += 1,
			1 => root[0] ^= 1,
			2 => count += 1,
			3 => count -= 1,
			4 => proof.path.iter_mut().for_each(|node| node[31] ^= 1),
			5 => drop(proof.path.try_push([7; 32])),
			_ => drop(proof.path.pop()),
		}
		let unchanged = matches!(how, 4 | 6) && count <= LEAF_SLOTS;
		prop_assert_eq!(proof.proves(slot, &root, count), unchanged);
	}
}

#[test]
fn an_absent_slot_between_two_leaves_takes_both() {
	let set = SlotSet::from_slots(200, (0..31).chain(33..100)).unwrap();
	let tree = Tree::new(&set);
	for (slot, pair) in [(31, true), (32, true), (150, false)] {
		let proof = tree.prove_absent(slot).unwrap();
		assert_eq!(matches!(proof, Exclusion::Between(..)), pair, "{slot}");
		assert!(proof.proves(slot, &tree.root(), set.len()));
	}
}

#[test]
fn leaves_that_are_not_next_to_each_other_prove_nothing_of_what_is_between() {
	let set = SlotSet::from_slots(200, 0..124).unwrap();
	let tree = Tree::new(&set);
	let leaf = |slot| tree.prove(slot).unwrap();
	assert!(!Exclusion::Between(leaf(0), leaf(70)).proves(40, &tree.root(), 124));
	assert!(!Exclusion::Between(leaf(70), leaf(0)).proves(40, &tree.root(), 124));
}

#[test]
fn the_root_of_some_sets_stays_what_it_is() {
	let root_of = |universe, slots: std::ops::Range<u32>| {
		hex::encode(root(&SlotSet::from_slots(universe, slots.step_by(3)).unwrap()))
	};
	assert_eq!(root_of(0, 0..0), VECTORS[0]);
	assert_eq!(root_of(10, 0..10), VECTORS[1]);
	assert_eq!(root_of(1_000, 0..1_000), VECTORS[2]);
}

/// Of no slot; of 0, 3, 6, 9; of the multiples of 3 below 1,000.
const VECTORS: [&str; 3] = [
	"55dc175f6194b825b1ca9c93d50df003124eb683dabf91a9e4d8b36066d4297c",
	"782264597f3565fffaf2b428891a4bbe2c20cfd46d2697332d7e22ede3dab983",
	"33dec01afc9959bf845b371d71746f3646ba5b223774fa6031005ce174cc8fe4",
];
