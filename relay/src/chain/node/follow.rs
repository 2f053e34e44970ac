//! Final blocks: one after the other, or all that has changed since the last one that is known.

use super::{intents, lock, say, Shared};
use anyhow::{bail, Context, Result};
use std::time::Duration;
use subxt::utils::H256 as BlockHash;
use surety_client::{
	chain::{
		errors,
		records::{EdgeRecord, Records},
		At, Chain,
	},
	error::one_line,
};
use surety_primitives::BlockNumber;
use surety_response::{relay::packet::SignedIntent, EdgeId};
use tokio::time::timeout;

/// Blocks that are gone through one by one; of more only what has changed in all is looked at.
const MOST_STEPS: BlockNumber = 64;
/// The daemon is told after a start of edges that were severed in so many of the last blocks, for what was in flight over
/// them: longer than any request is good for.
const RECENT: BlockNumber = 1_200;
/// Of so many of them at the most.
const MOST_INTENTS: usize = 256;
/// A node that says nothing for so long is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(60);

/// Follows the chain until the connection is lost. After another one, `fresh`, all records are compared with what is known.
pub(super) async fn follow(shared: &Shared, chain: &Chain, mut fresh: bool) -> Result<()> {
	let mut heads = chain.rpc.chain_subscribe_finalized_heads().await.map_err(errors::rpc)?;
	loop {
		deliver(shared).await;
		let head = match timeout(SILENCE, heads.next()).await {
			Ok(Some(head)) => u32::try_from(head.map_err(errors::rpc)?.number)?,
			Ok(None) => bail!("the node closed the connection"),
			Err(_) => {
				chain.height().await?;
				continue;
			}
		};
		let known = shared.world().block();
		if head < known {
			// It was restarted, and knows of less than before for a while.
			continue;
		}
		if fresh || head.saturating_sub(known) > MOST_STEPS {
			all(shared, chain, head).await?;
			fresh = false;
			continue;
		}
		for number in known.saturating_add(1)..=head {
			step(shared, chain, number).await?;
			deliver(shared).await;
		}
	}
}

/// Knows the network as of the last final block. Fails while the node itself is behind.
pub(super) async fn catch_up(shared: &Shared, chain: &Chain) -> Result<()> {
	chain.ensure_synced().await?;
	let head = chain.finalized().await?.block_number();
	all(shared, chain, u32::try_from(head)?).await
}

async fn block(chain: &Chain, number: BlockNumber) -> Result<At> {
	let hash = chain.rpc.chain_get_block_hash(Some(number.into())).await.map_err(errors::rpc)?;
	let hash: BlockHash = hash.with_context(|| format!("the node has no block {number}"))?;
	chain.at(hash).await
}

/// All records, as of a block.
async fn all(shared: &Shared, chain: &Chain, number: BlockNumber) -> Result<()> {
	let at = block(chain, number).await?;
	let records = chain.network(&at).await?;
	take(shared, chain, number, records, true).await
}

/// What has happened in one block.
async fn step(shared: &Shared, chain: &Chain, number: BlockNumber) -> Result<()> {
	let at = block(chain, number).await?;
	let mut touched = chain.touched(&at).await?;
	let records = match touched.is_empty() {
		true => Records::default(),
		false => {
			// With an edge its channel ends.
			let channels: Vec<_> = shared.world().channels_of(&touched.edges).collect();
			touched.channels.extend(channels);
			chain.records(&at, &touched).await?
		}
	};
	take(shared, chain, number, records, false).await
}

/// Takes over what the records of a block say.
async fn take(
	shared: &Shared,
	chain: &Chain,
	number: BlockNumber,
	records: Records,
	whole: bool,
) -> Result<()> {
	let found = find_intents(shared, chain, number, &records).await?;
	let mut told = lock(&shared.told);
	let mut world = shared.world.write().unwrap_or_else(|poisoned| poisoned.into_inner());
	let (used, unusable) = (world.used().clone(), world.unusable().clone());
	let news = world.update(number, records, whole, found);
	if *world.used() != used {
		// Before the daemon uses what is new. Where it cannot be kept, that is said, and the daemon goes on.
		if let Err(error) = shared.kept.keep_used(world.used()) {
			say(&one_line(&error));
		}
	}
	for edge in world.unusable().difference(&unusable) {
		say(&format!(
			"edge {edge} is not used: an end of it signs with another key along it than along its other edges; close it, \
			 or add the key that is missing to its channel before it is opened again"
		));
	}
	drop(world);
	if told.subscriber.is_some() {
		told.outbox.extend(news.into_iter().filter_map(|news| shared.event(news)));
	}
	drop(told);
	shared.final_block.send_replace(number);
	Ok(())
}

/// The intents by which edges were severed of which that was not known.
async fn find_intents(
	shared: &Shared,
	chain: &Chain,
	number: BlockNumber,
	records: &Records,
) -> Result<Vec<SignedIntent>> {
	let mut severed: Vec<(EdgeId, EdgeRecord)> =
		shared.world().newly_severed(records, number.saturating_sub(RECENT));
	severed.truncate(MOST_INTENTS);
	let mut found = Vec::new();
	for (edge, record) in severed {
		let signers = shared.world().signers(edge, &record, records);
		let Some(signers) = signers else { continue };
		match intents::find(chain, &shared.genesis, edge, &record, &signers).await? {
			Some(intent) => found.push(intent),
			None => say(&format!(
				"edge {edge} was severed, and the node does not have the transaction that did it: requests over it end by \
				 their timeouts"
			)),
		}
	}
	Ok(found)
}

/// Tells the daemon what it is to be told, and waits until it has room for that.
async fn deliver(shared: &Shared) {
	loop {
		let subscriber = {
			let told = lock(&shared.told);
			if told.outbox.is_empty() {
				return;
			}
			told.subscriber.clone()
		};
		let room = match &subscriber {
			Some(subscriber) => subscriber.reserve().await.ok(),
			None => None,
		};
		let mut told = lock(&shared.told);
		let same = match (&subscriber, &told.subscriber) {
			(Some(one), Some(other)) => one.same_channel(other),
			_ => false,
		};
		match room {
			// It is taken from the list only now, so that nothing is lost where this was stopped while it waited.
			Some(room) if same => {
				if let Some(event) = told.outbox.pop_front() {
					room.send(event);
				}
			}
			// Another daemon has asked meanwhile.
			_ if !same => {}
			// The daemon has ended.
			_ => {
				told.subscriber = None;
				told.outbox.clear();
			}
		}
	}
}
