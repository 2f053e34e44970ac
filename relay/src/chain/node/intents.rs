//! The intent by which an edge was severed, found in the block that has it.

use anyhow::{Context, Result};
use codec::{Compact, Decode, Encode};
use surety_client::chain::{errors, records::EdgeRecord, Chain};
use surety_primitives::BlockNumber;
use surety_response::{
	relay::packet::SignedIntent, EdgeId, NativeVerifier, NodeId, PerSide, PublicKey, SeverIntent, Side,
	Signed, H256,
};

/// Who may have signed an intent, with which keys.
pub(super) type Signers = PerSide<(NodeId, Vec<PublicKey>)>;

/// The intent by which an edge was severed in a block.
///
/// An event says whose it was and not what was signed: that is in the block's body. It may have come by itself, in a batch or
/// on behalf of another, so what is looked for is the bytes of the call, wherever they are. What is found is an intent
/// if the signature is right, whatever it was part of.
pub(super) async fn find(
	chain: &Chain,
	genesis: &H256,
	edge: EdgeId,
	record: &EdgeRecord,
	signers: &Signers,
) -> Result<Option<SignedIntent>> {
	let Some(block) = record.life.closed_at else { return Ok(None) };
	let Some((call, extrinsics)) = body(chain, block).await? else { return Ok(None) };
	Ok(extrinsics.iter().find_map(|extrinsic| within(extrinsic, call, genesis, edge, signers)))
}

/// How the call begins that severs, and the transactions of a block; nothing where the node does not have them any more.
async fn body(chain: &Chain, block: BlockNumber) -> Result<Option<([u8; 2], Vec<Vec<u8>>)>> {
	let hash = chain.rpc.chain_get_block_hash(Some(block.into())).await.map_err(errors::rpc)?;
	let Some(hash) = hash else { return Ok(None) };
	let Some(body) = chain.rpc.chain_get_block(Some(hash)).await.map_err(errors::rpc)? else {
		return Ok(None);
	};
	// Without the state of the block there is no metadata of it, and calls keep their places.
	let at = match chain.at(hash).await {
		Ok(at) => at,
		Err(_) => chain.finalized().await?,
	};
	let pallet = at.metadata_ref().pallet_by_name("Topology").context("the chain has no Topology")?;
	let call = pallet.call_variant_by_name("sever").context("the chain has no Topology.sever")?.index;
	let extrinsics = body.block.extrinsics.into_iter().map(|extrinsic| extrinsic.0).collect();
	Ok(Some(([pallet.call_index(), call], extrinsics)))
}

fn within(
	extrinsic: &[u8],
	call: [u8; 2],
	genesis: &H256,
	edge: EdgeId,
	signers: &Signers,
) -> Option<SignedIntent> {
	let pattern = [&call[..], &Compact(edge).encode()].concat();
	let intent = SeverIntent { edge };
	let ends = extrinsic.windows(pattern.len()).enumerate().filter(|(_, bytes)| *bytes == pattern);
	ends.filter_map(|(begin, _)| {
		let mut rest = extrinsic.get(begin.checked_add(pattern.len())?..)?;
		let (by, signed) = <(Side, Signed)>::decode(&mut rest).ok()?;
		let (account, keys) = signers.of(by);
		let right = signed.verify::<NativeVerifier>(&intent, genesis, keys);
		right.then_some(SignedIntent { intent, by: *account, signed })
	})
	.next()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, Pair as _};
	use surety_response::{Message as _, Signature};

	const GENESIS: H256 = H256([7; 32]);
	const CALL: [u8; 2] = [61, 16];

	fn pair(side: Side) -> ed25519::Pair {
		ed25519::Pair::from_seed(&[if side == Side::Opener { 1 } else { 2 }; 32])
	}

	fn signers() -> Signers {
		let signer = |side| (H256([9; 32]), vec![PublicKey::Ed25519(pair(side).public().0)]);
		PerSide { opener: signer(Side::Opener), acceptor: signer(Side::Acceptor) }
	}

	fn call(edge: EdgeId, by: Side, signer: Side) -> Vec<u8> {
		let signature = pair(signer).sign(&SeverIntent { edge }.signing_payload(&GENESIS)).0;
		let signed = Signed { key: 0, signature: Signature::Ed25519(signature) };
		[CALL.to_vec(), Compact(edge).encode(), by.encode(), signed.encode(), vec![0]].concat()
	}

	fn found(extrinsic: &[u8], edge: EdgeId) -> bool {
		let found = within(extrinsic, CALL, &GENESIS, edge, &signers());
		assert!(found.is_none_or(|found| found.intent.edge == edge));
		found.is_some()
	}

	#[test]
	fn an_intent_should_be_found_wherever_the_call_is() {
		let alone = call(700, Side::Acceptor, Side::Acceptor);
		assert!(found(&alone, 700));
		let before = [&[1, 2, 61, 16][..], &call(3, Side::Opener, Side::Opener), &alone, &[8; 40]].concat();
		assert!(found(&before, 700) && found(&before, 3));
	}

	#[test]
	fn only_a_right_signature_of_that_edges_end_should_count() {
		assert!(!found(&call(700, Side::Opener, Side::Acceptor), 700), "of another end");
		assert!(!found(&call(700, Side::Opener, Side::Opener), 701), "of another edge");
		let mut forged = call(700, Side::Opener, Side::Opener);
		let last = forged.len() - 2;
		forged[last] ^= 1;
		assert!(!found(&forged, 700));
		// A false one before the right one is no hindrance.
		let both = [forged, call(700, Side::Opener, Side::Opener)].concat();
		assert!(found(&both, 700));
	}

	#[test]
	fn bytes_that_end_early_should_be_no_intent() {
		let whole = call(700, Side::Opener, Side::Opener);
		for length in 0..whole.len() - 1 {
			assert!(!found(&whole[..length], 700), "{length}");
		}
	}
}
