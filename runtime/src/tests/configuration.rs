use super::*;
use crate::{
	config::{system::MAXIMUM_BLOCK_WEIGHT, tokens::EXISTENTIAL_DEPOSIT},
	governance::{origins::Origin, Tracks},
};
use codec::Encode;
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::{EnsureOrigin, Get as _, GetCallName as _, InstanceFilter, WhitelistedStorageKeys},
	weights::{constants::WEIGHT_REF_TIME_PER_MICROS, WeightToFee as _},
};
use pallet_referenda::TracksInfo;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::TransactionExtension;

#[test]
fn a_call_should_stay_small() {
	// Each byte is carried by every call in every queue: batches, proposals, scheduled calls.
	assert!(core::mem::size_of::<RuntimeCall>() <= 512, "{}", core::mem::size_of::<RuntimeCall>());
}

#[test]
fn a_transfer_should_cost_about_a_thousandth_of_a_token() {
	genesis_state(DEV_RUNTIME_PRESET).execute_with(|| {
		let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
			dest: Sr25519Keyring::Bob.to_account_id().into(),
			value: UNIT,
		});
		let info = call.get_dispatch_info();
		let length = call.encode().len() as u32 + 150;
		let fee = TransactionPayment::compute_fee(length, &info, 0);
		assert!((MILLI..20 * MILLI).contains(&fee), "{fee}");
	});
}

#[test]
fn the_largest_calls_should_weigh_a_quarter_of_a_block_at_the_most() {
	use pallet_notary::WeightInfo as _;
	use pallet_topology::{Call, Evidence, Intent};
	use surety_response::{Side, Signature, Signed};
	type Topology = <Runtime as pallet_topology::Config>::WeightInfo;
	type Notary = <Runtime as pallet_notary::Config>::WeightInfo;
	type Agreements = <Runtime as pallet_agreements::Config>::WeightInfo;
	type MaxSearch = <Runtime as pallet_topology::Config>::MaxSearch;

	let expansions = MaxSearch::get();
	let intent =
		Intent { by: Side::Opener, signed: Signed { key: 0, signature: Signature::Ed25519([0; 64]) } };
	let nodes = <Runtime as pallet_topology::Config>::MaxList::get();
	let list: pallet_topology::List<Runtime> = (0..nodes).collect::<Vec<_>>().try_into().expect("fits");
	let edges = <Runtime as pallet_topology::Config>::MaxPath::get();
	let path: pallet_topology::Path<Runtime> =
		(0..edges).map(u64::from).collect::<Vec<_>>().try_into().expect("fits");
	let reads = <Runtime as pallet_topology::Config>::MaxReads::get();
	let calls: [Call<Runtime>; 8] = [
		Call::sever { edge: 0, intent, evidence: Evidence::Search { expansions } },
		Call::finish_close { edge: 0, evidence: Evidence::Search { expansions } },
		Call::rejoin { path },
		Call::begin_certificate { as_of: 0, list: list.clone(), reads },
		Call::extend_certificate { certificate: 0, list, reads },
		Call::relabel { certificate: 0, count: expansions },
		Call::clear_certificate { certificate: 0, count: expansions },
		Call::remove_node { node: 0 },
	];
	let samples = <Runtime as pallet_agreements::Config>::MaxSamples::get();
	let slots = <Runtime as pallet_notary::Config>::MaxSlots::get();
	let bytes = <Runtime as pallet_notary::Config>::MaxBytes::get();
	let weights = calls
		.iter()
		.map(|call| (call.get_call_name(), call.get_dispatch_info().call_weight))
		.chain([
			("publish", Notary::publish(slots).saturating_add(Notary::read_bytes(bytes))),
			("report_mismatch", Notary::report_mismatch(slots).saturating_add(Notary::read_bytes(2 * bytes))),
			("retire_slots", Notary::retire_slots(1_000)),
		])
		.chain([
			("answer_audit", <Agreements as pallet_agreements::WeightInfo>::answer_audit(samples)),
			("ping", <Agreements as pallet_agreements::WeightInfo>::ping(edges)),
			("close of an agreement", <Agreements as pallet_agreements::WeightInfo>::close()),
		])
		// What a challenge of the centre takes of each block, whoever else uses it.
		.chain([("challenge of the centre", {
			let budget = <Runtime as pallet_topology::Config>::CentreBudget::get();
			<Topology as pallet_topology::WeightInfo>::search(budget.reads, budget.writes)
		})]);
	for (call, weight) in weights {
		let quarter = MAXIMUM_BLOCK_WEIGHT.ref_time() / 4;
		assert!(weight.ref_time() <= quarter, "{call}: {} of {quarter}", weight.ref_time());
	}
}

#[test]
fn an_empty_transaction_should_weigh_what_it_was_measured_to_take() {
	let base = weights::base_extrinsic::<Runtime>();
	// Decoding it and checking its signature take some of it; else an extension is counted twice.
	assert!(base.ref_time() > 20 * WEIGHT_REF_TIME_PER_MICROS, "{base:?}");
	let call = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let account = <Runtime as frame_system::Config>::DbWeight::get().reads_writes(1, 1);
	let whole = base + capacity::extensions(0).weight(&call) - account;
	let measured = weights::extrinsic_weights::ExtrinsicBaseWeight::get();
	assert_eq!(whole.ref_time(), measured.ref_time());
}

#[test]
fn a_full_block_should_cost_more_than_the_existential_deposit_times_a_thousand() {
	// Else filling blocks would be cheaper than filling the state.
	let fee =
		<Runtime as pallet_transaction_payment::Config>::WeightToFee::weight_to_fee(&MAXIMUM_BLOCK_WEIGHT);
	assert!(fee > 1_000 * EXISTENTIAL_DEPOSIT, "{fee}");
}

#[test]
fn every_governance_origin_should_have_its_own_track() {
	TestExternalities::new_empty().execute_with(|| {
		let origins = [
			OriginCaller::system(frame_system::RawOrigin::Root),
			Origin::WhitelistedCaller.into(),
			Origin::Treasurer.into(),
			Origin::ReferendumCanceller.into(),
			Origin::ReferendumKiller.into(),
			Origin::SlashVeto.into(),
		];
		let mut tracks: Vec<_> =
			origins.iter().map(|origin| Tracks::track_for(origin).expect("a track")).collect();
		assert!(tracks.iter().all(|id| Tracks::info(*id).is_some()));
		tracks.dedup();
		assert_eq!(tracks.len(), Tracks::tracks().count());
		let signed =
			OriginCaller::system(frame_system::RawOrigin::Signed(Sr25519Keyring::Eve.to_account_id()));
		assert_eq!(Tracks::track_for(&signed), Err(()));
	});
}

#[test]
fn a_slash_should_be_vetoed_by_its_track_or_two_thirds_of_the_committee_only() {
	use crate::governance::EnsureSlashVeto;
	use pallet_collective::RawOrigin as Committee;
	let passes = |origin: RuntimeOrigin| EnsureSlashVeto::ensure_origin(origin).is_ok();
	assert!(passes(Origin::SlashVeto.into()));
	assert!(passes(Committee::Members(2, 3).into()));
	assert!(!passes(Committee::Members(1, 3).into()));
	assert!(!passes(Origin::Treasurer.into()));
	assert!(!passes(RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id())));
}

#[test]
fn proxies_should_do_what_their_type_says_and_no_more() {
	use config::utilities::ProxyType::*;
	let transfer = RuntimeCall::Balances(pallet_balances::Call::transfer_all {
		dest: Sr25519Keyring::Eve.to_account_id().into(),
		keep_alive: false,
	});
	let pause = RuntimeCall::Registry(pallet_registry::Call::pause {});
	let cancel = RuntimeCall::Subscriptions(pallet_subscriptions::Call::cancel { id: 0 });
	let top_up = RuntimeCall::Subscriptions(pallet_subscriptions::Call::top_up { id: 0, amount: 1 });
	let chill = RuntimeCall::Staking(pallet_staking::Call::chill {});
	let (operator, asset) = (Sr25519Keyring::Eve.to_account_id(), AssetKind::Native);
	let allocate = RuntimeCall::Restaking(pallet_restaking::Call::allocate {
		asset: asset.clone(),
		service: 0,
		parts: 1,
	});
	let (to, of) = (operator.clone(), asset.clone());
	let unbond = RuntimeCall::Restaking(pallet_restaking::Call::unbond { operator, asset, amount: 1 });
	let reward =
		RuntimeCall::Restaking(pallet_restaking::Call::reward { operator: to, asset: of, amount: 1 });
	let attest = RuntimeCall::Notary(pallet_notary::Call::attest { request: 0 });
	let announce = RuntimeCall::Notary(pallet_notary::Call::announce_on_chain {
		notary: Sr25519Keyring::Eve.to_account_id(),
		slot: 0,
	});
	let deregister = RuntimeCall::Notary(pallet_notary::Call::deregister {});
	let accept_quote =
		RuntimeCall::Notary(pallet_notary::Call::accept_quote { request: 0, fees: Default::default() });
	let settle = RuntimeCall::Channels(pallet_channels::Call::settle { id: 0 });
	let add_key = RuntimeCall::Channels(pallet_channels::Call::top_up { id: 0, amount: 1 });
	let open = RuntimeCall::Topology(pallet_topology::Call::accept { edge: 0 });
	let close = RuntimeCall::Topology(pallet_topology::Call::close { edge: 0 });
	let leave = RuntimeCall::Topology(pallet_topology::Call::leave {});
	let renew = RuntimeCall::Agreements(pallet_agreements::Call::renew { agreement: 0 });
	let fees = RuntimeCall::Agreements(pallet_agreements::Call::claim_fees { agreement: 0 });
	for (proxy, may) in [
		(Any, "###################"),
		(NonTransfer, "-##-###-###-#--##-#"),
		(Governance, "-------------------"),
		(Staking, "----###------------"),
		(Operator, "-#---#---#--------#"),
		(Client, "--##-------------##"),
		(Notary, "--------#----------"),
		(Edges, "------------#--#---"),
	] {
		let of_money = [&transfer, &pause, &cancel, &top_up, &chill, &allocate, &unbond, &reward];
		let of_notaries = [&attest, &announce, &deregister, &accept_quote, &settle, &add_key];
		let calls = of_money.into_iter().chain(of_notaries).chain([&open, &close, &leave, &renew, &fees]);
		let does: String = calls.map(|call| if proxy.filter(call) { '#' } else { '-' }).collect();
		assert_eq!(does, may, "{proxy:?}");
	}
	assert!(Any.is_superset(&Client));
	assert!(!NonTransfer.is_superset(&Any));
	assert!(!NonTransfer.is_superset(&Client));
	assert!(!Operator.is_superset(&Staking));
	assert!(NonTransfer.is_superset(&Notary));
	assert!(NonTransfer.is_superset(&Edges));
}

#[test]
fn storage_keys_that_every_block_touches_should_be_known_to_benchmarks() {
	assert!(!AllPalletsWithSystem::whitelisted_storage_keys().is_empty());
}

#[test]
fn treasury_should_be_an_account_that_nobody_holds() {
	TestExternalities::new_empty().execute_with(|| {
		let treasury = Treasury::account_id();
		assert!(treasury.encode().starts_with(b"modlsure/try"));
	});
}
