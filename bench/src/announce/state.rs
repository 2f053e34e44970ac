//! A chain's state with a notary and many attestations, made by the runtime's own calls.

use crate::genesis::{self, pair, refused};
use anyhow::{anyhow, ensure, Context, Result};
use frame_support::traits::{fungible::Mutate, Hooks};
use pallet_windows::{PresenceWindows, StakeWindows};
use serde_json::{json, Map, Value};
use sp_core::{sr25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::Perbill;
use std::time::{Duration, Instant};
use surety_presence::message::{KeyOwnership, Signed};
use surety_primitives::{
	notary::{Claim, ClaimKind, Claims, NotaryFees, NotaryTerm, NotaryTerms, PublicationMode, Slot},
	traits::CheckState,
	AccountId, AssetKind, Balance, Price, ServiceFlags, ServiceId, Sla, Verifier, NOTARISATION, UNIT,
};
use surety_runtime::{Balances, Notary, Registry, Restaking, Runtime, RuntimeOrigin, SuretyPallets, System};

/// Secret of the notary's key: a seed, from which the node derives it for each signature; from a phrase that takes far
/// longer.
pub(super) const NOTARY_KEY: &str = "0x0707070707070707070707070707070707070707070707070707070707070707";
/// Offers of an operator: as many as it can have.
const OFFERS: u32 = 31;
/// Bond of an offer.
const BOND: Balance = 100 * UNIT;
/// Stake of an operator: its bonds, and some more.
const STAKE: Balance = OFFERS as Balance * 2 * BOND;
/// What an operator has at first: its stake, deposits, and fees.
const ENDOWMENT: Balance = STAKE + 2_000 * UNIT;
/// Windows that are paid for.
const WINDOWS: u32 = 1_000;
/// Attestations between two commits to the state.
const CHUNK: u32 = 310;
/// Attestations up to which the state is checked whole.
const CHECKED: u32 = 5_000;
/// Time between two lines of progress.
const PROGRESS: Duration = Duration::from_secs(10);

/// The state, and who can announce.
pub(super) struct Attested {
	top: Map<String, Value>,
	/// Of each slot: the number of its attestation, and the operator's number.
	pub(super) slots: Vec<(Slot, u32, u32)>,
}

/// The notary's account.
pub(super) fn notary() -> AccountId {
	pair("//Notary").public().into()
}

/// The key that it signs with.
pub(super) fn notary_key_public() -> [u8; 32] {
	pair(NOTARY_KEY).public().0
}

/// The key with which an operator announces all of its offers; its account, too.
pub(super) fn operator_key(number: u32) -> sr25519::Pair {
	let mut seed = [0x0b; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	sr25519::Pair::from_seed(&seed)
}

/// Makes so many attestations by one notary; `window` is the length of windows once the chain runs.
pub(super) fn build(attestations: u32, window: u32) -> Result<Attested> {
	let mut state = genesis::state("development")?;
	state.execute_with(|| -> Result<()> {
		let owner: AccountId = pair("//Alice").public().into();
		for service in 0..OFFERS {
			let name = format!("service {service}").into_bytes();
			Registry::create_service(
				RuntimeOrigin::signed(owner.clone()),
				name,
				None,
				Verifier::None,
				0,
				vec![],
				ServiceFlags::default(),
			)
			.map_err(refused)?;
		}
		join(&notary(), &[NOTARISATION])?;
		// For its deposits: each slot has one.
		Balances::mint_into(&notary(), Balance::from(attestations) * UNIT).map_err(refused)?;
		let era = Restaking::era();
		while Restaking::era() <= era {
			pass_block();
		}
		register_notary()?;
		// The key counts from the next window on.
		let registered = Notary::current_window();
		while Notary::current_window() <= registered {
			pass_block();
		}
		Ok(())
	})?;
	let mut slots = Vec::with_capacity(usize::try_from(attestations)?);
	let mut told = Instant::now();
	for first in (0..attestations).step_by(CHUNK as usize) {
		let end = attestations.min(first.saturating_add(CHUNK));
		state.execute_with(|| -> Result<()> {
			(first..end).try_for_each(|index| {
				slots.push(attest(index)?);
				Ok(())
			})
		})?;
		commit(&mut state)?;
		if told.elapsed() > PROGRESS {
			told = Instant::now();
			eprintln!("{end} of {attestations} attestations");
		}
	}
	let top = state.execute_with(|| -> Result<_> {
		if attestations <= CHECKED {
			SuretyPallets::check_state().map_err(|broken| anyhow!("{broken:?}"))?;
		}
		set_clock_back(window)?;
		Ok(dump())
	})?;
	Ok(Attested { top, slots })
}

impl Attested {
	/// A chain specification that starts from the state: the node's own, with another genesis.
	pub(super) fn spec(&self, mut exported: Value) -> Result<Value> {
		let code = exported.pointer("/genesis/runtimeGenesis/code").cloned();
		let mut top = self.top.clone();
		top.insert(key(b":code"), code.context("the node's `dev` specification has no code")?);
		exported["genesis"] = json!({ "raw": { "top": top, "childrenDefault": {} } });
		exported["name"] = json!("Surety Announcements");
		exported["id"] = json!("surety_announce");
		Ok(exported)
	}
}

/// Makes an account an operator with stake behind some services.
fn join(who: &AccountId, services: &[ServiceId]) -> Result<()> {
	Balances::mint_into(who, ENDOWMENT).map_err(refused)?;
	let signed = || RuntimeOrigin::signed(who.clone());
	Registry::join(signed(), vec![]).map_err(refused)?;
	Restaking::stake(signed(), who.clone(), AssetKind::Native, STAKE).map_err(refused)?;
	let parts = surety_stake::PARTS / u32::try_from(services.len())?.max(1);
	for service in services {
		Restaking::allocate(signed(), AssetKind::Native, *service, parts).map_err(refused)?;
	}
	Ok(())
}

fn register_notary() -> Result<()> {
	let who = notary();
	let key = pair(NOTARY_KEY);
	let genesis = System::block_hash(0);
	let ownership = KeyOwnership { genesis: genesis.into(), notary: who.clone().into() };
	let proof = key.sign(&ownership.payload()).0;
	let fees = NotaryTerm::Posted(NotaryFees { issue: UNIT / 1_000, watch: UNIT / 1_000_000 });
	let terms =
		NotaryTerms(vec![(ClaimKind::Availability, fees)].try_into().map_err(|_| anyhow!("too many terms"))?);
	let signed = RuntimeOrigin::signed(who);
	Notary::register(signed, terms, true, PublicationMode::Mixed, Default::default(), key.public().0, proof)
		.map_err(refused)
}

/// An offer of its own is attested: its slot, the number of the attestation, and the operator's number.
fn attest(index: u32) -> Result<(Slot, u32, u32)> {
	let (number, service) = (index / OFFERS, index % OFFERS);
	let key = operator_key(number).public();
	let operator: AccountId = key.into();
	if service == 0 {
		join(&operator, &(0..OFFERS).collect::<Vec<_>>())?;
	}
	let signed = || RuntimeOrigin::signed(operator.clone());
	let sla = Sla { latency_ms: 50, bandwidth_kbps: 1_000, uptime: Perbill::from_percent(99) };
	let price = Price { asset: AssetKind::Native, amount: UNIT, period: 10 };
	Registry::make_offer(signed(), service, sla, 10, price, b"{}".to_vec(), BOND).map_err(refused)?;
	let claims = Claims::new(vec![Claim::Availability(Perbill::from_percent(99))]);
	let request = pallet_notary::NextRequestId::<Runtime>::get();
	Notary::request(signed(), notary(), service, claims, WINDOWS, key.0, UNIT, 20).map_err(refused)?;
	Notary::attest(RuntimeOrigin::signed(notary()), request).map_err(refused)?;
	System::reset_events();
	let found = Notary::attestation_of(notary(), operator.clone(), service);
	let found = found.context("there is no attestation")?;
	ensure!(found.operator == operator, "the attestation is another's");
	Ok((found.slot, found.generation, number))
}

/// The state as that of a first block, whose window has just begun.
fn set_clock_back(window: u32) -> Result<()> {
	let windows = pallet_windows::Current::<Runtime>::mutate(|windows| {
		windows.presence = PresenceWindows { window, grace: window, ..windows.presence };
		let report = (windows.presence.retention + 1) * window + windows.presence.answer;
		let StakeWindows { review, margin, .. } = windows.stake;
		windows.stake =
			StakeWindows { report, era: window, unbonding: report + review + margin, ..windows.stake };
		*windows
	});
	windows.check().map_err(|defect| anyhow!("the windows: {defect}"))?;
	let index = Notary::current_window();
	pallet_notary::CurrentWindow::<Runtime>::put(pallet_notary::WindowInfo { index, start: 0 });
	pallet_notary::Windows::<Runtime>::mutate(index, |record| {
		if let Some(record) = record {
			record.start = 0;
		}
	});
	System::reset_events();
	System::set_block_number(0);
	Ok(())
}

/// Everything that is stored, in hexadecimal.
fn dump() -> Map<String, Value> {
	let mut top = Map::new();
	let mut at = Vec::new();
	while let Some(next) = sp_io::storage::next_key(&at) {
		if let Some(value) = sp_io::storage::get(&next) {
			top.insert(key(&next), Value::String(key(&value)));
		}
		at = next;
	}
	top
}

fn key(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A block in which nothing happens but the turn of eras and windows.
fn pass_block() {
	System::set_block_number(System::block_number() + 1);
	Restaking::on_initialize(System::block_number());
	Notary::on_initialize(System::block_number());
	System::reset_events();
}

fn commit(state: &mut TestExternalities) -> Result<()> {
	state.commit_all().map_err(|why| anyhow!("the state cannot be committed: {why}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_state_should_hold_as_many_attestations_as_were_asked_for() {
		let attested = build(70, 300).expect("builds");
		assert_eq!(attested.slots.len(), 70);
		let distinct: std::collections::BTreeSet<_> = attested.slots.iter().map(|slot| slot.0).collect();
		assert_eq!(distinct, (0..70).collect());
		assert_eq!(attested.slots.iter().map(|slot| slot.2).max(), Some(2));
		let exported = json!({ "genesis": { "runtimeGenesis": { "code": "0x00" } } });
		let spec = attested.spec(exported).expect("patches");
		assert_eq!(spec["genesis"]["raw"]["top"]["0x3a636f6465"], json!("0x00"));
		assert!(attested.spec(json!({})).is_err());
	}
}
