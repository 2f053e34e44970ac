//! A runtime's state in which an operator has so many delegators, and a slash waits to be applied.

use crate::genesis::{self, pair, refused};
use anyhow::{anyhow, Result};
use codec::{Decode, Encode};
use frame_support::traits::{
	fungible::{Mutate, MutateHold},
	Hooks,
};
use sp_core::{Pair, H256};
use sp_io::TestExternalities;
use sp_runtime::Perbill;
use std::{
	ops::Range,
	time::{Duration, Instant},
};
use surety_primitives::{
	traits::CheckState, AccountId, AssetKind, Balance, Era, ServiceFlags, ServiceId, SlashId, Verifier, UNIT,
};
use surety_runtime::{
	Balances, Registry, Restaking, Runtime, RuntimeOrigin, Slashing, SuretyPallets, System,
};
use surety_stake::{Class, Ledger, Lot, Position};

const SERVICE: ServiceId = 0;
/// Eras in which the operator adds to its own stake: as many as are told apart while an offence is reported, so that
/// its record is no bare one.
const ERAS: Era = 4;
/// Stake of a delegator: even of one there is enough that everybody gets a part of what is slashed.
const STAKE: Balance = 10_000 * UNIT;
/// What a delegator has at first.
const ENDOWMENT: Balance = STAKE + 10 * UNIT;
/// Delegators between two commits to the state.
const CHUNK: u32 = 50_000;
/// Delegators up to whom the state is checked whole.
const CHECKED: u32 = 10_000;
/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);

/// Builds the state by the runtime's own calls; the slash of `percent` can be applied in its next block.
pub(super) fn build(delegators: u32, percent: u32) -> Result<(TestExternalities, SlashId)> {
	build_with(delegators, percent, true)
}

/// The same, with delegators that were copied, or that were all made by calls.
pub(super) fn build_with(
	delegators: u32,
	percent: u32,
	copied: bool,
) -> Result<(TestExternalities, SlashId)> {
	let mut state = genesis::state("development")?;
	let operator = seeded("//Bob");
	let as_operator = || RuntimeOrigin::signed(operator.clone());
	state.execute_with(|| -> Result<()> {
		let owner = seeded("//Alice");
		let as_owner = || RuntimeOrigin::signed(owner.clone());
		let name = b"storage".to_vec();
		Registry::create_service(as_owner(), name, None, Verifier::None, 0, vec![], ServiceFlags::default())
			.map_err(refused)?;
		Registry::set_reporter(as_owner(), SERVICE, Some(owner.clone())).map_err(refused)?;
		Registry::join(as_operator(), vec![]).map_err(refused)
	})?;
	for era in 0..ERAS {
		state.execute_with(|| -> Result<()> {
			for (asset, amount) in [(AssetKind::Native, 1_000 * UNIT), (AssetKind::WithId(1), 1_000_000_000)]
			{
				Restaking::stake(as_operator(), operator.clone(), asset.clone(), amount).map_err(refused)?;
				if era == 0 {
					Restaking::allocate(as_operator(), asset, SERVICE, surety_stake::PARTS)
						.map_err(refused)?;
				}
			}
			Ok(())
		})?;
		if era == 0 {
			delegate_all(&mut state, delegators, &operator, copied)?;
		}
		state.execute_with(|| pass_to_era(Restaking::era() + 1));
	}
	let slash = state.execute_with(|| -> Result<SlashId> {
		let id = pallet_slashing::NextSlashId::<Runtime>::get();
		let (reporter, evidence) = (seeded("//Alice"), H256::repeat_byte(7));
		let (era, fraction) = (Restaking::era(), Perbill::from_percent(percent));
		Slashing::report(
			RuntimeOrigin::signed(reporter),
			operator.clone(),
			SERVICE,
			era,
			fraction,
			evidence,
			vec![],
		)
		.map_err(refused)?;
		let ends = pallet_slashing::Slashes::<Runtime>::get(id).map(|slash| slash.review_ends);
		pass_to_block(ends.unwrap_or_default());
		System::reset_events();
		// Beyond that it takes longer than all the rest, and finds nothing: copies are what calls write, as a test shows.
		if delegators <= CHECKED {
			SuretyPallets::check_state().map_err(|broken| anyhow!("{broken:?}"))?;
		}
		Ok(id)
	})?;
	state.commit_all().map_err(|why| anyhow!("the state cannot be committed: {why}"))?;
	Ok((state, slash))
}

/// All delegators stake, in the operator's first era: the first two by the runtime's call, the others by copies of what
/// it writes for the second, since millions of calls take hours.
fn delegate_all(
	state: &mut TestExternalities,
	delegators: u32,
	operator: &AccountId,
	copied: bool,
) -> Result<()> {
	let called = if copied { delegators.min(2) } else { delegators };
	state.execute_with(|| (0..called).try_for_each(|index| delegate(index, operator)))?;
	state.commit_all().map_err(|why| anyhow!("the state cannot be committed: {why}"))?;
	let mut told = Instant::now();
	for begun in (called..delegators).step_by(CHUNK as usize) {
		let end = delegators.min(begun.saturating_add(CHUNK));
		state.execute_with(|| copy_delegators(begun..end, operator))?;
		state.commit_all().map_err(|why| anyhow!("the state cannot be committed: {why}"))?;
		if told.elapsed() > PROGRESS {
			told = Instant::now();
			eprintln!("{end} of {delegators} delegators");
		}
	}
	Ok(())
}

fn delegator(index: u32) -> AccountId {
	let mut seed = [0xde; 32];
	seed[..4].copy_from_slice(&index.to_le_bytes());
	AccountId::new(sp_io::hashing::blake2_256(&seed))
}

/// A delegator whom nobody has met before stakes.
fn delegate(index: u32, operator: &AccountId) -> Result<()> {
	let holder = delegator(index);
	Balances::mint_into(&holder, ENDOWMENT).map_err(refused)?;
	Restaking::stake(RuntimeOrigin::signed(holder), operator.clone(), AssetKind::Native, STAKE)
		.map_err(refused)?;
	System::reset_events();
	Ok(())
}

/// Writes what the second delegator's call has written, for each of `indices`.
fn copy_delegators(indices: Range<u32>, operator: &AccountId) -> Result<()> {
	let (model, asset) = (delegator(1), AssetKind::Native);
	let missing = || anyhow!("the second delegator is not there");
	let account = frame_system::Account::<Runtime>::get(&model);
	let holds = pallet_balances::Holds::<Runtime>::get(&model);
	let holding =
		pallet_restaking::Positions::<Runtime>::get((&model, operator, &asset)).ok_or_else(missing)?;
	let mut stock = pallet_restaking::Ledgers::<Runtime>::get(operator, &asset).ok_or_else(missing)?;
	let count = indices.len() as Balance;
	for index in indices {
		let holder = delegator(index);
		frame_system::Account::<Runtime>::insert(&holder, account.clone());
		pallet_balances::Holds::<Runtime>::insert(&holder, holds.clone());
		pallet_restaking::Positions::<Runtime>::insert((&holder, operator, &asset), holding.clone());
	}
	// Together they have what one has who stakes as much, but for the number of chunks.
	stock.ledger = with_more(stock.ledger, &holding.position, count)?;
	pallet_restaking::Ledgers::<Runtime>::insert(operator, &asset, stock);
	let pot = Restaking::pot();
	let staked = count.saturating_mul(STAKE);
	Balances::mint_into(&pot, staked).map_err(refused)?;
	Balances::hold(&pallet_restaking::HoldReason::Stake.into(), &pot, staked).map_err(refused)?;
	// What is left to each, and its deposit.
	pallet_balances::TotalIssuance::<Runtime>::mutate(|issued| {
		*issued = issued.saturating_add(count.saturating_mul(ENDOWMENT - STAKE));
	});
	System::reset_events();
	Ok(())
}

/// A ledger with `count` more positions like `position`, which has one chunk that does not count yet.
fn with_more(ledger: Ledger, position: &Position, count: Balance) -> Result<Ledger> {
	let chunk = position.bonded.first().ok_or_else(|| anyhow!("the position is empty"))?;
	let (shares, chunks) = (chunk.shares.saturating_mul(count), u32::try_from(count)?);
	// The fields are the crate's own, in their order.
	let mut fields = Fields::decode(&mut &ledger.encode()[..])?;
	fields.held = fields.held.saturating_add(shares);
	fields.chunks = fields.chunks.saturating_add(chunks);
	let class = fields.classes.iter_mut().find(|class| class.key == chunk.key);
	let class = class.ok_or_else(|| anyhow!("the ledger has no such class"))?;
	class.shares = class.shares.saturating_add(shares);
	class.chunks = class.chunks.saturating_add(chunks);
	Ok(Ledger::decode(&mut &fields.encode()[..])?)
}

/// A ledger's record, to be changed as no call does.
#[derive(Encode, Decode)]
struct Fields {
	held: u128,
	settled: u128,
	rewards: u128,
	chunks: u32,
	horizon: Era,
	era: Era,
	lots: Vec<Lot>,
	classes: Vec<Class>,
}

/// Passes blocks in which nothing happens but the turn of eras.
fn pass_to_block(block: u32) {
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		Restaking::on_initialize(System::block_number());
	}
}

fn pass_to_era(era: Era) {
	while Restaking::era() < era {
		pass_to_block(System::block_number() + 1);
	}
}

/// The account of a development seed.
fn seeded(suri: &str) -> AccountId {
	pair(suri).public().into()
}
