//! Calls of channels.

use super::{by, Act, Draw, Maker};
use crate::{accounts, keys, step::Origin};
use pallet_channels::{Call, Channel, Party, Proposal, Remainder, Watcher};
use surety_primitives::{AssetKind, Balance, BlockNumber, ChannelId, ChannelStatus, UNIT};
use surety_response::{
	CloseTerms, Endorsement, Message, PerSide, PublicKey, Side, Signature, Signed, Voucher,
};
use surety_runtime::{AccountId, Runtime};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(40, open),
	(50, accept),
	(8, withdraw_proposal),
	(8, expire_proposal),
	(15, top_up),
	(14, add_key),
	(20, set_watcher),
	(18, close_cooperatively),
	(16, close_unilaterally),
	(70, hand_in),
	(30, settle),
	(40, collect),
	(30, mend),
	(8, accept_asset),
	(3, retire_asset),
];

/// What there is of channels.
#[derive(Default, Debug)]
pub(super) struct Known {
	proposals: Vec<(ChannelId, Proposal<AccountId>)>,
	channels: Vec<(ChannelId, Channel<AccountId>)>,
	remainders: Vec<(ChannelId, Remainder<AccountId>)>,
	accepted: Vec<AssetKind>,
}

impl Known {
	/// Looks it up.
	pub(super) fn look() -> Self {
		Self {
			proposals: pallet_channels::Proposals::<Runtime>::iter().collect(),
			channels: pallet_channels::Channels::<Runtime>::iter().collect(),
			remainders: pallet_channels::Remainders::<Runtime>::iter().collect(),
			accepted: pallet_channels::AcceptedAssets::<Runtime>::iter_keys().collect(),
		}
	}

	/// Blocks in which something falls due.
	pub(super) fn due(&self) -> impl Iterator<Item = BlockNumber> + '_ {
		let closing = self.channels.iter().filter_map(|(_, channel)| match channel.status {
			ChannelStatus::Closing { settles_at } => Some(settles_at),
			ChannelStatus::Open => None,
		});
		closing.chain(self.proposals.iter().map(|(_, proposal)| proposal.expires_at))
	}
}

fn number(draw: &mut Draw<'_>, id: ChannelId) -> ChannelId {
	match draw.wrong(30) {
		true => draw.random.one_of([0, 7, ChannelId::MAX]),
		false => id,
	}
}

fn key(draw: &mut Draw<'_>, who: &AccountId) -> PublicKey {
	keys::channel_key(who, draw.random.between(0, keys::OF_EACH))
}

fn side(draw: &mut Draw<'_>) -> Side {
	draw.random.one_of(Side::BOTH)
}

/// A party's signature, or now and then none.
fn signed(draw: &mut Draw<'_>, party: &Party<AccountId>, message: &impl Message) -> Signed {
	let place = u32::try_from(party.keys.len()).unwrap_or(0).saturating_sub(1);
	let place = draw.random.between(0, place);
	let key = party.keys.get(place as usize);
	let signature = key.filter(|_| !draw.wrong(20)).map(|key| keys::sign_for_channel(key, message));
	let place = if draw.wrong(30) { u32::MAX } else { place };
	Signed {
		key: u8::try_from(place).unwrap_or(u8::MAX),
		signature: signature.unwrap_or(Signature::Ed25519([1; 64])),
	}
}

fn open(draw: &mut Draw<'_>) -> Option<Act> {
	let (opener, with) = (draw.anybody(), draw.anybody());
	let with = if with == opener { draw.anybody() } else { with };
	let mut asset = draw.asset();
	if let (AssetKind::WithId(_), Some(accepted), false) =
		(&asset, draw.random.pick(&draw.world.channels.accepted).cloned(), draw.wrong(5))
	{
		asset = accepted;
	}
	let unit = Draw::unit(&asset);
	let sensible = (unit / 100, 200 * unit);
	let deposit = draw.amount(sensible, 1_000_000 * unit);
	let other_deposit = if draw.random.chance(40) { 0 } else { draw.amount(sensible, 1_000_000 * unit) };
	let key = key(draw, &opener);
	by(opener, Call::<Runtime>::open { with, asset, deposit, other_deposit, key })
}

fn accept(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, proposal) = draw.random.pick(&draw.world.channels.proposals)?.clone();
	let acceptor = draw.mostly(&proposal.parties.acceptor);
	let key = if draw.wrong(20) { proposal.key } else { key(draw, &acceptor) };
	let id = number(draw, id);
	by(acceptor, Call::<Runtime>::accept { id, key })
}

fn withdraw_proposal(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, proposal) = draw.random.pick(&draw.world.channels.proposals)?.clone();
	let party = proposal.parties.of(side(draw)).clone();
	let (id, party) = (number(draw, id), draw.mostly(&party));
	by(party, Call::<Runtime>::withdraw_proposal { id })
}

fn expire_proposal(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let all = &draw.world.channels.proposals;
	let expired: Vec<_> = all.iter().filter(|(_, proposal)| proposal.expires_at <= now).collect();
	let id = match draw.random.pick(&expired) {
		Some((id, _)) => *id,
		None if draw.wrong(6) => draw.random.pick(all)?.0,
		None => return None,
	};
	let id = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::expire_proposal { id })
}

/// A channel, and one of its ends.
fn end(draw: &mut Draw<'_>) -> Option<(ChannelId, Channel<AccountId>, Side)> {
	let (id, channel) = draw.random.pick(&draw.world.channels.channels)?.clone();
	Some((id, channel, side(draw)))
}

/// The same, and who acts for it.
fn party(draw: &mut Draw<'_>) -> Option<(ChannelId, Channel<AccountId>, AccountId)> {
	let (id, channel, side) = end(draw)?;
	let who = draw.mostly(&channel.parties.of(side).account);
	Some((number(draw, id), channel, who))
}

fn top_up(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, channel, who) = party(draw)?;
	let unit = Draw::unit(&channel.asset);
	let amount = draw.amount((unit / 100, 50 * unit), 1_000_000 * unit);
	by(who, Call::<Runtime>::top_up { id, amount })
}

fn add_key(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _, who) = party(draw)?;
	let key = key(draw, &who);
	by(who, Call::<Runtime>::add_key { id, key })
}

fn set_watcher(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, channel, who) = party(draw)?;
	// Who has nothing cannot be paid a little.
	let watcher = (!draw.wrong(8)).then(|| {
		let account = match draw.random.chance(35) {
			true => draw.random.pick(accounts::all().get(8..).unwrap_or_default()).cloned(),
			false => None,
		};
		let account = account.unwrap_or_else(|| draw.anybody());
		let unit = Draw::unit(&channel.asset);
		let reward = if draw.random.chance(40) {
			draw.random.magnitude(1, 100)
		} else {
			draw.amount((1, 20 * unit), 1_000_000 * unit)
		};
		Watcher { account, reward }
	});
	by(who, Call::<Runtime>::set_watcher { id, watcher })
}

/// All that is deposited in a channel.
fn total(channel: &Channel<AccountId>) -> Balance {
	channel.parties.opener.deposit.saturating_add(channel.parties.acceptor.deposit)
}

fn close_cooperatively(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, channel, _) = end(draw)?;
	let total = total(&channel);
	let opener = if draw.wrong(4) { total } else { draw.random.magnitude(0, total) };
	let mut payouts = PerSide { opener, acceptor: total.saturating_sub(opener) };
	if draw.wrong(15) {
		payouts.acceptor = draw.random.one_of([0, payouts.acceptor.saturating_add(1), u128::MAX]);
	}
	let now = draw.world.now;
	let valid_until = match draw.wrong(15) {
		true => now.saturating_sub(draw.random.between(1, 5)),
		false => now.saturating_add(draw.random.between(0, 20)),
	};
	let terms = CloseTerms { channel: number(draw, id), payouts, valid_until };
	let signatures = PerSide {
		opener: signed(draw, &channel.parties.opener, &terms),
		acceptor: signed(draw, &channel.parties.acceptor, &terms),
	};
	by(draw.anybody(), Call::<Runtime>::close_cooperatively { terms, signatures })
}

fn close_unilaterally(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, _, who) = party(draw)?;
	by(who, Call::<Runtime>::close_unilaterally { id })
}

fn hand_in(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, channel, payee) = end(draw)?;
	let party = channel.parties.of(payee);
	let payer = channel.parties.of(payee.other());
	let (total, known) = (total(&channel), party.handed_in.as_ref().map_or(0, |known| known.claim.paid));
	let paid = match draw.random.below(12) {
		0 => known,
		1 => known / 2,
		2 => draw.random.one_of([0, total, total.saturating_add(1), u128::MAX]),
		_ => known.saturating_add(draw.random.magnitude(1, payer.deposit.max(1))),
	};
	let received_ack = match draw.random.below(12) {
		0..=5 => 0,
		6 => draw.random.one_of([total.saturating_add(1), u128::MAX]),
		_ => draw.random.magnitude(0, total),
	};
	let voucher = Voucher { channel: number(draw, id), paid, received_ack };
	let signature = signed(draw, payer, &voucher);
	let (who, mut endorsement) = match &party.watcher {
		Some(watcher) if draw.random.chance(60) => {
			(watcher.account.clone(), Some(signed(draw, party, &Endorsement(voucher))))
		}
		_ => (party.account.clone(), None),
	};
	if draw.wrong(25) {
		endorsement = endorsement.xor(Some(signature));
	}
	let who = draw.mostly(&who);
	by(who, Call::<Runtime>::hand_in { payee, voucher, signed: signature, endorsement })
}

fn settle(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let is_due = |channel: &Channel<AccountId>| matches!(channel.status, ChannelStatus::Closing { settles_at } if settles_at <= now);
	let all = &draw.world.channels.channels;
	let due: Vec<_> = all.iter().filter(|(_, channel)| is_due(channel)).collect();
	let id = match draw.random.pick(&due) {
		Some((id, _)) => *id,
		None if draw.wrong(6) => draw.random.pick(all)?.0,
		None => return None,
	};
	let id = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::settle { id })
}

fn collect(draw: &mut Draw<'_>) -> Option<Act> {
	let id = match draw.random.pick(&draw.world.channels.remainders) {
		Some((id, _)) => *id,
		None if draw.wrong(20) => 0,
		None => return None,
	};
	let id = number(draw, id);
	by(draw.anybody(), Call::<Runtime>::collect { id })
}

/// Whoever could not be paid is given what it takes to be.
fn mend(draw: &mut Draw<'_>) -> Option<Act> {
	let (_, left) = draw.random.pick(&draw.world.channels.remainders)?.clone();
	let due = draw.random.pick(&left.dues)?.clone();
	let who = Draw::address(due.to);
	match left.asset {
		AssetKind::Native => {
			let call = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: who, value: UNIT };
			by(draw.somebody(), call)
		}
		AssetKind::WithId(id) => {
			let id = id.into();
			by(accounts::issuer(), pallet_assets::Call::<Runtime>::thaw { id, who })
		}
	}
}

fn accept_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let asset = match draw.random.chance(80) {
		true => AssetKind::WithId(draw.random.one_of([accounts::DOLLAR, accounts::DOLLAR, 2, 3])),
		false => draw.asset(),
	};
	let origin = if draw.wrong(15) { Origin::Committee(3, 3) } else { Origin::Root };
	Some((origin, Call::<Runtime>::accept_asset { asset }.into()))
}

fn retire_asset(draw: &mut Draw<'_>) -> Option<Act> {
	let asset = match draw.random.pick(&draw.world.channels.accepted).cloned() {
		Some(asset) if !draw.wrong(6) => asset,
		_ => draw.asset(),
	};
	Some((Origin::Root, Call::<Runtime>::retire_asset { asset }.into()))
}

/// Channels between people, some in the dollar, of which most are accepted: block by block.
pub(super) fn opening(draw: &mut Draw<'_>) -> [Vec<Act>; 2] {
	let dollar = AssetKind::WithId(accounts::DOLLAR);
	let accept = Call::<Runtime>::accept_asset { asset: dollar.clone() };
	let mut first = vec![(Origin::Root, accept.into())];
	let mut second = Vec::new();
	for id in 0..u64::from(draw.random.between(2, 6)) {
		let opener = draw.somebody();
		let others: Vec<_> = accounts::all().iter().take(8).filter(|other| **other != opener).collect();
		let Some(with) = draw.random.pick(&others).map(|with| AccountId::clone(with)) else { continue };
		let asset = if draw.random.chance(60) { AssetKind::Native } else { dollar.clone() };
		let unit = Draw::unit(&asset);
		let (deposit, other_deposit) =
			(draw.random.magnitude(unit, 100 * unit), draw.random.magnitude(0, 100 * unit));
		let (key, other_key) = (keys::channel_key(&opener, 0), keys::channel_key(&with, 1));
		let call = Call::<Runtime>::open { with: with.clone(), asset, deposit, other_deposit, key };
		first.extend(by(opener, call));
		second.extend(by(with, Call::<Runtime>::accept { id, key: other_key }));
	}
	[first, second]
}
