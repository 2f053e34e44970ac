//! What makes accounts convenient: batches, proxies, multisigs, identities.

use super::deposit;
use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{ConstU128, ConstU32, InstanceFilter};
use frame_system::EnsureRoot;
use scale_info::TypeInfo;
use sp_runtime::traits::Verify;

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = weights::pallet_utility::WeightInfo<Runtime>;
}

/// What a proxy may do for another account.
#[derive(
	Copy,
	Clone,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	Any,
	/// Everything that moves no funds to others: for a key that is online.
	NonTransfer,
	/// Votes and referenda.
	Governance,
	/// Validating, nominating, and staking on operators.
	Staking,
	/// Running an operator: services, offers, stake and its allocation, claims. Not taking stake out of the chain.
	Operator,
	/// Subscribing, topping up and cancelling; petitions, and collecting compensation.
	Client,
	/// Attesting, watching and publishing. Not becoming a notary or ceasing to be one, and not its key.
	Notary,
	/// Watching over a node's edges: ending them, what that leads to, and its way back. Opening none, and not its key.
	Edges,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	// Without a wildcard over pallets: a new one does not compile until it is put on one side.
	fn filter(&self, call: &RuntimeCall) -> bool {
		let wraps = matches!(call, RuntimeCall::Utility(_));
		match self {
			ProxyType::Any => true,
			ProxyType::NonTransfer => match call {
				RuntimeCall::Balances(_)
				| RuntimeCall::Assets(_)
				| RuntimeCall::Sudo(_)
				| RuntimeCall::Treasury(_) => false,
				// Subscribing pays whoever the proxy likes.
				RuntimeCall::Subscriptions(call) => !matches!(
					call,
					pallet_subscriptions::Call::subscribe { .. } | pallet_subscriptions::Call::top_up { .. }
				),
				// So does a reward, where the proxy is the one who has staked.
				RuntimeCall::Restaking(call) => !matches!(call, pallet_restaking::Call::reward { .. }),
				// And what a notary of the proxy's choice is paid.
				RuntimeCall::Notary(call) => !matches!(
					call,
					pallet_notary::Call::request { .. }
						| pallet_notary::Call::accept_quote { .. }
						| pallet_notary::Call::renew { .. }
						| pallet_notary::Call::challenge_bytes { .. }
						| pallet_notary::Call::audit { .. }
						| pallet_notary::Call::open_bounty { .. }
						| pallet_notary::Call::fund_subsidy { .. }
				),
				// What is in a channel belongs to whoever has its keys.
				RuntimeCall::Channels(call) => matches!(
					call,
					pallet_channels::Call::withdraw_proposal { .. }
						| pallet_channels::Call::expire_proposal { .. }
						| pallet_channels::Call::close_unilaterally { .. }
						| pallet_channels::Call::hand_in { .. }
						| pallet_channels::Call::settle { .. }
						| pallet_channels::Call::collect { .. }
				),
				// So does what is in that of an edge, and its price is paid to the other end.
				RuntimeCall::Topology(call) => !matches!(
					call,
					pallet_topology::Call::propose { .. }
						| pallet_topology::Call::accept { .. }
						| pallet_topology::Call::open { .. }
						| pallet_topology::Call::set_offer { .. }
						| pallet_topology::Call::set_key { .. }
						| pallet_topology::Call::propose_terms { .. }
						| pallet_topology::Call::accept_terms { .. }
				),
				// And what a client pays ahead, or an operator puts at risk.
				RuntimeCall::Agreements(call) => !matches!(
					call,
					pallet_agreements::Call::propose { .. }
						| pallet_agreements::Call::accept { .. }
						| pallet_agreements::Call::renew { .. }
				),
				RuntimeCall::System(_)
				| RuntimeCall::Windows(_)
				| RuntimeCall::Timestamp(_)
				| RuntimeCall::Babe(_)
				| RuntimeCall::VoterList(_)
				| RuntimeCall::Staking(_)
				| RuntimeCall::Session(_)
				| RuntimeCall::Grandpa(_)
				| RuntimeCall::Utility(_)
				| RuntimeCall::Proxy(_)
				| RuntimeCall::Multisig(_)
				| RuntimeCall::Identity(_)
				| RuntimeCall::Preimage(_)
				| RuntimeCall::Scheduler(_)
				| RuntimeCall::ConvictionVoting(_)
				| RuntimeCall::Referenda(_)
				| RuntimeCall::Whitelist(_)
				| RuntimeCall::TechnicalCommittee(_)
				| RuntimeCall::SafeMode(_)
				| RuntimeCall::TxPause(_)
				| RuntimeCall::Registry(_)
				| RuntimeCall::Slashing(_) => true,
			},
			ProxyType::Governance => {
				wraps
					|| matches!(
						call,
						RuntimeCall::ConvictionVoting(_)
							| RuntimeCall::Referenda(_)
							| RuntimeCall::Preimage(_)
							| RuntimeCall::Whitelist(_)
							| RuntimeCall::TechnicalCommittee(_)
					)
			}
			ProxyType::Staking => {
				wraps
					|| matches!(
						call,
						RuntimeCall::Staking(_) | RuntimeCall::Session(_) | RuntimeCall::VoterList(_)
					) || matches!(call, RuntimeCall::Restaking(call)
						if !matches!(call, pallet_restaking::Call::reward { .. }))
			}
			ProxyType::Operator => {
				wraps
					|| matches!(
						call,
						RuntimeCall::Registry(_)
							| RuntimeCall::Restaking(
								pallet_restaking::Call::stake { .. }
									| pallet_restaking::Call::allocate { .. }
									| pallet_restaking::Call::deallocate { .. }
									| pallet_restaking::Call::sync { .. }
									| pallet_restaking::Call::collect { .. }
							) | RuntimeCall::Subscriptions(
							pallet_subscriptions::Call::claim { .. }
								| pallet_subscriptions::Call::give_notice { .. }
								| pallet_subscriptions::Call::close { .. }
						) | RuntimeCall::Notary(
							pallet_notary::Call::request_subsidised { .. }
								| pallet_notary::Call::collect { .. }
								| pallet_notary::Call::resign { .. }
								| pallet_notary::Call::set_presence_key { .. }
								| pallet_notary::Call::announce_on_chain { .. }
								| pallet_notary::Call::report_omission { .. }
								| pallet_notary::Call::claim_bounty { .. }
								| pallet_notary::Call::clear_claim { .. }
						) | RuntimeCall::Agreements(
							pallet_agreements::Call::propose { .. }
								| pallet_agreements::Call::accept { .. }
								| pallet_agreements::Call::withdraw { .. }
								| pallet_agreements::Call::give_notice { .. }
								| pallet_agreements::Call::ping { .. }
								| pallet_agreements::Call::answer_audit { .. }
								| pallet_agreements::Call::claim_fees { .. }
								| pallet_agreements::Call::close { .. }
								| pallet_agreements::Call::settle { .. }
						)
					)
			}
			ProxyType::Notary => {
				wraps
					|| matches!(
						call,
						RuntimeCall::Notary(
							pallet_notary::Call::set_terms { .. }
								| pallet_notary::Call::set_mode { .. }
								| pallet_notary::Call::set_link { .. }
								| pallet_notary::Call::retire_slots { .. }
								| pallet_notary::Call::quote { .. }
								| pallet_notary::Call::attest { .. }
								| pallet_notary::Call::refuse { .. }
								| pallet_notary::Call::expire_request { .. }
								| pallet_notary::Call::collect { .. }
								| pallet_notary::Call::revoke { .. }
								| pallet_notary::Call::expire { .. }
								| pallet_notary::Call::commit { .. }
								| pallet_notary::Call::publish { .. }
								| pallet_notary::Call::commit_snapshot { .. }
								| pallet_notary::Call::answer_bytes { .. }
								| pallet_notary::Call::answer_audit { .. }
								| pallet_notary::Call::conclude { .. }
						)
					)
			}
			ProxyType::Edges => {
				wraps
					|| matches!(
						call,
						RuntimeCall::Topology(
							pallet_topology::Call::refresh { .. }
								| pallet_topology::Call::withdraw_proposal { .. }
								| pallet_topology::Call::expire_proposal { .. }
								| pallet_topology::Call::close { .. }
								| pallet_topology::Call::finish_close { .. }
								| pallet_topology::Call::sever { .. }
								| pallet_topology::Call::settle { .. }
								| pallet_topology::Call::prune { .. }
								| pallet_topology::Call::join { .. }
								| pallet_topology::Call::rejoin { .. }
								| pallet_topology::Call::relabel { .. }
								| pallet_topology::Call::clear_certificate { .. }
								| pallet_topology::Call::punish { .. }
								| pallet_topology::Call::refute_main { .. }
								| pallet_topology::Call::stand_in { .. }
								| pallet_topology::Call::reclaim_bond { .. }
						) | RuntimeCall::Channels(
							pallet_channels::Call::hand_in { .. }
								| pallet_channels::Call::settle { .. }
								| pallet_channels::Call::collect { .. }
						)
					)
			}
			ProxyType::Client => {
				wraps
					|| matches!(
						call,
						RuntimeCall::Subscriptions(_)
							| RuntimeCall::Slashing(
								pallet_slashing::Call::petition { .. }
									| pallet_slashing::Call::sign { .. }
									| pallet_slashing::Call::resolve { .. }
									| pallet_slashing::Call::collect { .. }
							) | RuntimeCall::Agreements(_)
					)
			}
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(a, b) if a == b => true,
			(ProxyType::Any, _) => true,
			(
				ProxyType::NonTransfer,
				ProxyType::Governance
				| ProxyType::Staking
				| ProxyType::Operator
				| ProxyType::Notary
				| ProxyType::Edges,
			) => true,
			_ => false,
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ConstU128<{ deposit(1, 8) }>;
	type ProxyDepositFactor = ConstU128<{ deposit(0, 33) }>;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = weights::pallet_proxy::WeightInfo<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = Hashing;
	type AnnouncementDepositBase = ConstU128<{ deposit(1, 16) }>;
	type AnnouncementDepositFactor = ConstU128<{ deposit(0, 68) }>;
	type BlockNumberProvider = System;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = ConstU128<{ deposit(1, 88) }>;
	type DepositFactor = ConstU128<{ deposit(0, 32) }>;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = weights::pallet_multisig::WeightInfo<Runtime>;
	type BlockNumberProvider = System;
}

impl pallet_identity::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BasicDeposit = ConstU128<{ deposit(1, 17) }>;
	type ByteDeposit = ConstU128<{ deposit(0, 1) }>;
	type UsernameDeposit = ConstU128<{ deposit(0, 32) }>;
	type SubAccountDeposit = ConstU128<{ deposit(1, 53) }>;
	type MaxSubAccounts = ConstU32<100>;
	type IdentityInformation = pallet_identity::legacy::IdentityInfo<ConstU32<16>>;
	type MaxRegistrars = ConstU32<20>;
	type Slashed = Treasury;
	type ForceOrigin = EnsureRoot<AccountId>;
	type RegistrarOrigin = EnsureRoot<AccountId>;
	type OffchainSignature = Signature;
	type SigningPublicKey = <Signature as Verify>::Signer;
	type UsernameAuthorityOrigin = EnsureRoot<AccountId>;
	type PendingUsernameExpiration = ConstU32<100_800>;
	type UsernameGracePeriod = ConstU32<432_000>;
	type MaxSuffixLength = ConstU32<7>;
	type MaxUsernameLength = ConstU32<32>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type WeightInfo = weights::pallet_identity::WeightInfo<Runtime>;
}
