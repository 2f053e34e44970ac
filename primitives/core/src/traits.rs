//! Traits through which pallets speak to each other. A pallet knows only these, never another pallet.

use crate::{
	channel::{ChannelId, ChannelStatus, EdgeId},
	offer::{Price, Sla},
	service::OperatorStatus,
	topology::Standing,
	BlockNumber, Era, ServiceId, SlashId, SubscriptionId,
};
use alloc::vec::Vec;
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Perbill, TryRuntimeError};
use surety_graph::reach::{Limits, Totals};
use surety_response::{Message, PerSide, PublicKey, Signed};

/// Stake that stands behind operators' promises, own and delegated alike.
pub trait Stake<AccountId> {
	/// What is staked.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// Stake in `asset` that backs `operator` on `service` now, and goes on to: active, allocated, and such that a
	/// slash could take it.
	fn backing(operator: &AccountId, service: ServiceId, asset: &Self::Asset) -> Self::Balance;

	/// What will back it in the next era if nothing else happens.
	fn promised(operator: &AccountId, service: ServiceId, asset: &Self::Asset) -> Self::Balance;

	/// Part of the native token's backing that is the operator's own.
	fn own_backing(operator: &AccountId, service: ServiceId) -> Self::Balance;

	/// Makes `operator` back `service` with `amount` of its own of `asset`, beginning at once.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_backing(operator: &AccountId, service: ServiceId, asset: &Self::Asset, amount: Self::Balance);

	/// Crowds all the stake that `operator` has as much as can be, without taking of it.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_crowd(operator: &AccountId);
}

/// Operators, as the pallets see them that do not keep them.
pub trait Operators<AccountId> {
	/// Where the operator stands; `None` where the account is no operator.
	fn status(operator: &AccountId) -> Option<OperatorStatus<BlockNumber>>;

	/// Makes `operator` one that takes stake.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_operator(operator: &AccountId);
}

/// Services, as the pallets see them that do not keep them.
pub trait Services<AccountId> {
	/// Whether there is one of this number.
	fn exists(service: ServiceId) -> bool;

	/// Who may report offences for the service.
	fn reporter(service: ServiceId) -> Option<AccountId>;

	/// Makes a service for which `reporter` may report.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_service(reporter: &AccountId) -> ServiceId;
}

/// What a slash took from an operator's stake in one asset, if it is anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut<Asset, Balance> {
	/// The asset.
	pub asset: Asset,
	/// How much, in its smallest unit.
	pub amount: Balance,
	/// Part of it that was the operator's own; the rest was delegated.
	pub own: Balance,
}

/// Stake that can be slashed by the era of an offence.
pub trait Slashable<AccountId> {
	/// What is staked.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// The current era.
	fn era() -> Era;

	/// First era of which an offence can still be reported.
	fn first_reportable() -> Era;

	/// Whether there is stake of `operator`, in any asset, bonded or on its way out.
	fn is_staked(operator: &AccountId) -> bool;

	/// What an offence of `operator` on `service` in `era` could still take of one asset.
	fn punishable(operator: &AccountId, service: ServiceId, era: Era, asset: &Self::Asset) -> Self::Balance;

	/// Keeps everything that backed `operator` in `era` from leaving until `unpin` is called as often.
	///
	/// Fails when an offence of that era can no longer be reported, or is in the future.
	fn pin(operator: &AccountId, era: Era) -> DispatchResult;

	/// Lets go what one `pin` kept.
	fn unpin(operator: &AccountId, era: Era);

	/// How many pins there are, for checks of the state.
	fn pins(operator: &AccountId, era: Era) -> u32;

	/// Takes `fraction` of what backed `operator` on `service` in `era`, less what earlier slashes took of it, in
	/// one asset, and keeps it in escrow. The era must be pinned, or still reportable.
	fn slash(
		operator: &AccountId,
		service: ServiceId,
		era: Era,
		fraction: Perbill,
		asset: &Self::Asset,
	) -> Result<Cut<Self::Asset, Self::Balance>, DispatchError>;

	/// The asset in which `operator` has stake that comes after `after` in their order, or first.
	fn next_asset(operator: &AccountId, after: Option<&Self::Asset>) -> Option<Self::Asset>;

	/// Gives `operator` the most crowded stake there can be, in so many assets, behind `service`; offences of the
	/// current era can take of it.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_slashable(operator: &AccountId, service: ServiceId, assets: u32);
}

/// What slashes took, until it is settled who gets it.
pub trait Escrow<AccountId> {
	/// What is held.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// What is held of `asset`.
	fn escrowed(asset: &Self::Asset) -> Self::Balance;

	/// Moves so much of it to `to`. Nothing has changed where that fails.
	fn pay(asset: &Self::Asset, to: &AccountId, amount: Self::Balance) -> DispatchResult;

	/// Destroys so much of it. What cannot be destroyed is given up, as by `give_up`.
	fn burn(asset: &Self::Asset, amount: Self::Balance);

	/// Gives so much of it to the treasury, now or as soon as that can take it.
	fn give_up(asset: &Self::Asset, amount: Self::Balance);
}

/// What operators share of what they earn with those who have staked on them.
pub trait Sharing<AccountId> {
	/// What is earned.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// Shares out of `amount`, which is about to be paid to `operator`, and returns how much of it is not the
	/// operator's any more. `transfer` moves so much to the account that it is told, free to use.
	///
	/// Where nothing can be shared nothing has changed, and all is the operator's: that must not keep it from what it
	/// has earned.
	fn share(
		operator: &AccountId,
		asset: &Self::Asset,
		amount: Self::Balance,
		transfer: impl FnOnce(&AccountId, Self::Balance) -> DispatchResult,
	) -> Self::Balance;

	/// Makes `operator` share half of what it earns in `asset`, in the most crowded stake there can be.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_sharing(operator: &AccountId, asset: &Self::Asset);
}

/// What a client has paid an operator by a subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeesPaid<AccountId, Asset, Balance> {
	/// Who paid.
	pub client: AccountId,
	/// Whom.
	pub operator: AccountId,
	/// For what.
	pub service: ServiceId,
	/// In what.
	pub asset: Asset,
	/// How much was due to the operator up to now, what it shares of it included, whether it was fetched or not.
	pub amount: Balance,
}

/// Fees that clients pay.
pub trait Fees<AccountId> {
	/// What fees are paid in.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// What was paid by a subscription that is still there. Nothing of fees burns.
	fn fees(subscription: SubscriptionId) -> Option<FeesPaid<AccountId, Self::Asset, Self::Balance>>;

	/// Makes a subscription of `client` by which it has paid something.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_fees(client: &AccountId, operator: &AccountId, service: ServiceId) -> SubscriptionId;
}

/// Somebody who has lost by an offence, and asks for compensation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim<AccountId, Asset, Balance> {
	/// Who.
	pub who: AccountId,
	/// In what.
	pub asset: Asset,
	/// What it has paid the operator.
	pub fees: Balance,
	/// What it asks for.
	pub amount: Balance,
}

/// An offence, with evidence that its source has checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offence<AccountId, Asset, Balance> {
	/// Whose.
	pub operator: AccountId,
	/// On which service.
	pub service: ServiceId,
	/// When.
	pub era: Era,
	/// Part of what backed the service then that it costs.
	pub fraction: Perbill,
	/// Hash of the evidence, which names the reporter. The same evidence is never taken twice.
	pub evidence: H256,
	/// Who is named in the evidence.
	pub reporter: AccountId,
	/// Who has lost by it.
	pub claims: Vec<Claim<AccountId, Asset, Balance>>,
}

/// Where pallets that can prove offences report them.
pub trait Offences<AccountId> {
	/// What can be slashed.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// What a report takes of the reporter's native token, until it is decided.
	fn deposit() -> Self::Balance;

	/// Reports an offence; returns the number of the slash, which is now under review.
	fn report(offence: Offence<AccountId, Self::Asset, Self::Balance>) -> Result<SlashId, DispatchError>;
}

/// Parts of an operator's own stake that are promised to somebody, and stay behind the service meanwhile.
pub trait Reserve<AccountId> {
	/// Amount of the native token.
	type Balance;

	/// Reserves `amount` of what the operator itself has behind `service`, or will have in the next era.
	///
	/// Fails when less than that is left of it beside what is reserved already.
	fn reserve(operator: &AccountId, service: ServiceId, amount: Self::Balance) -> DispatchResult;

	/// Gives back so much of what was reserved.
	fn release(operator: &AccountId, service: ServiceId, amount: Self::Balance);

	/// What is reserved.
	fn reserved(operator: &AccountId, service: ServiceId) -> Self::Balance;
}

/// What a client gets when it takes a place at an offer; later changes of the offer do not touch it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms<Asset, Balance, BlockNumber> {
	/// What the place costs.
	pub price: Price<Asset, Balance, BlockNumber>,
	/// What the operator promises.
	pub sla: Sla,
}

/// Places at offers, as the pallet that sells them sees them.
pub trait Offers<AccountId> {
	/// What prices are counted in.
	type Asset;
	/// Amounts.
	type Balance;
	/// Block numbers.
	type BlockNumber;

	/// Takes a place at the offer of `operator` for `service`, and says on what terms.
	///
	/// Fails when there is no such offer, it takes no clients now, or it is full; then nothing has changed.
	fn occupy(
		operator: &AccountId,
		service: ServiceId,
	) -> Result<Terms<Self::Asset, Self::Balance, Self::BlockNumber>, DispatchError>;

	/// Gives a place back. To be called once for each successful `occupy`.
	fn vacate(operator: &AccountId, service: ServiceId);

	/// First block that the offer no longer serves, when that is settled: it is being closed.
	fn ends_at(operator: &AccountId, service: ServiceId) -> Option<Self::BlockNumber>;

	/// Number of places taken, for checks of the state.
	fn occupied(operator: &AccountId, service: ServiceId) -> u32;

	/// Makes an offer that takes clients at once at `price`.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_offer(
		operator: &AccountId,
		price: Price<Self::Asset, Self::Balance, Self::BlockNumber>,
	) -> ServiceId;

	/// Lets everything that can end with the last place at the offer of `operator` for `service` end with it.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_end(operator: &AccountId, service: ServiceId);
}

/// What one end puts into a channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelEnd<AccountId, Balance> {
	/// Whose it is.
	pub account: AccountId,
	/// What it deposits, in the smallest unit of the channel's asset.
	pub deposit: Balance,
	/// The key that its vouchers are signed with.
	pub key: PublicKey,
}

/// Payment channels, as the pallet sees them that keeps the edges they belong to.
///
/// The deposits of a channel, and who gets what of them, stay with the pallet that keeps the channels. The channel of
/// an edge is closed with the edge, and never by its parties before that.
pub trait Channels<AccountId> {
	/// What is paid in.
	type Asset;
	/// Amounts, in the asset's smallest unit.
	type Balance;

	/// Opens a channel for `edge` at once: both ends have agreed to it, and to what is held from them.
	///
	/// Fails when an end has not enough, the two ends are one, have one key or deposit nothing, or the asset is not
	/// accepted; then nothing has changed.
	fn open(
		edge: EdgeId,
		asset: Self::Asset,
		ends: PerSide<ChannelEnd<AccountId, Self::Balance>>,
	) -> Result<ChannelId, DispatchError>;

	/// Begins to close the channel of an edge, for whatever reason the edge ends: says in which block it can be
	/// settled. One that is closing already goes on to, and its window is not extended. `None` where there is no such
	/// channel of an edge, because it is settled: then nothing is left to do.
	fn begin_close(channel: ChannelId) -> Option<BlockNumber>;

	/// How far the channel has come; `None` where there is none, or it is settled.
	fn status(channel: ChannelId) -> Option<ChannelStatus<BlockNumber>>;

	/// Whether there was such a channel, and it is settled.
	fn is_closed(channel: ChannelId) -> bool;

	/// Whose channel it is, until it is settled.
	fn parties(channel: ChannelId) -> Option<PerSide<AccountId>>;

	/// What is deposited in it, until it is settled.
	fn at_stake(channel: ChannelId) -> Option<(Self::Asset, PerSide<Self::Balance>)>;

	/// Whether `who`, one of the channel's parties, has signed `message` by a key that it has registered there.
	fn has_signed(channel: ChannelId, who: &AccountId, message: &impl Message, signed: &Signed) -> bool;

	/// Makes both accounts able to pay for a channel with so much from each, in an asset that is accepted.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_open(accounts: &PerSide<AccountId>, deposit: Self::Balance) -> Self::Asset;
}

/// An offer, as those see it who neither sell it nor buy it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing<Asset, Balance, BlockNumber> {
	/// What it costs now.
	pub price: Price<Asset, Balance, BlockNumber>,
	/// Block in which it first takes clients. One that was closed and made again has another.
	pub active_from: BlockNumber,
}

/// The offers there are, as those see them who neither sell nor buy.
pub trait Listings<AccountId> {
	/// What prices are counted in.
	type Asset;
	/// Amounts.
	type Balance;
	/// Block numbers.
	type BlockNumber;

	/// The offer of `operator` for `service`, unless it is not there or is being closed.
	fn listing(
		operator: &AccountId,
		service: ServiceId,
	) -> Option<Listing<Self::Asset, Self::Balance, Self::BlockNumber>>;

	/// Makes an offer at `price`.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_listing(
		operator: &AccountId,
		price: Price<Self::Asset, Self::Balance, Self::BlockNumber>,
	) -> ServiceId;
}

/// The network of edges, as the pallets see it that hold operators to being within reach (S3 §4.1, §6).
pub trait Topology<AccountId> {
	/// Where the node of `who` stands; `None` where the account has none, or has left.
	fn standing(who: &AccountId) -> Option<Standing<BlockNumber>>;

	/// Checks that `path` leads from the centre of the main component to the node of `who`, along edges that are open
	/// now and within `limits`; says what it amounts to.
	///
	/// Fails when there is no centre or no such node, or the path is wrong, too long, too slow, too narrow or too dear.
	/// Reads an item for each edge, and a bounded number besides.
	fn check_path(who: &AccountId, path: &[EdgeId], limits: &Limits) -> Result<Totals, DispatchError>;

	/// Edges that a path has at the most.
	fn max_path() -> u32;

	/// Makes a path of so many edges from the centre to a node of `who`.
	#[cfg(feature = "runtime-benchmarks")]
	fn prepare_path(who: &AccountId, edges: u32) -> Vec<EdgeId>;
}

/// A pallet that can check its own state. Unlike the SDK's hook it needs no feature of the whole
/// workspace, so that ordinary tests can call it.
pub trait CheckState {
	/// Checks every invariant of the pallet's storage; the error names the one that is broken.
	fn check_state() -> Result<(), TryRuntimeError>;
}

#[impl_trait_for_tuples::impl_for_tuples(32)]
impl CheckState for Tuple {
	fn check_state() -> Result<(), TryRuntimeError> {
		for_tuples!( #( Tuple::check_state()?; )* );
		Ok(())
	}
}
