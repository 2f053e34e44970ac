//! Vouchers: signed, checked, kept and handed in.

use super::keys::EdgeKeyArgs;
use crate::{
	amount::Decimal,
	args::{address, side_name, AccountArg},
	chain::{
		batch::submit_all,
		call::{number, option, Call},
		money::Denomination,
		At, Chain,
	},
	cli::Ctx,
	edges::vouchers::{hand_in_call, refused, side_of, slip_or_file, watched_side, Book, Slip},
	error::usage,
	output::{pairs, table},
	recommend::experience::file_or_default,
	roles::run_call,
};
use anyhow::{bail, ensure, Context, Result};
use clap::{Args, Subcommand};
use serde_json::{json, Value};
use std::path::PathBuf;
use subxt::dynamic::Value as Dynamic;
use surety_primitives::{
	api::{ChannelInfo, ChannelRecord},
	AccountId, ChannelId, EdgeId,
};
use surety_response::{Endorsement, Payment};

/// What can be done with vouchers.
#[derive(Subcommand, Debug)]
pub enum VoucherVerb {
	/// Show the vouchers that are kept, and what they are worth
	Show {
		/// Where vouchers are kept.
		#[command(flatten)]
		book: BookArgs,
	},
	/// Pay the other end of a channel: sign a voucher, keep it, and print it
	Sign {
		/// Which channel.
		#[command(flatten)]
		channel: ChannelArgs,
		/// How much more, in whole ones of the channel's asset; nothing but an acknowledgement when left out
		#[arg(long, value_name = "AMOUNT")]
		amount: Option<Decimal>,
		/// The key that signs.
		#[command(flatten)]
		key: EdgeKeyArgs,
		/// Where vouchers are kept.
		#[command(flatten)]
		book: BookArgs,
	},
	/// Check a voucher against the chain: whose it is, what it says, what it is worth
	Verify {
		/// The voucher, in hex or as a file
		voucher: String,
	},
	/// Take a voucher that you were given: check it, and keep it. One that watches for others keeps what they have endorsed
	Take {
		/// The voucher, in hex or as a file
		voucher: String,
		/// Where vouchers are kept.
		#[command(flatten)]
		book: BookArgs,
	},
	/// Let your watcher hand in the best voucher that you keep of a channel: print it with your leave
	Endorse {
		/// Which channel.
		#[command(flatten)]
		channel: ChannelArgs,
		/// The key that signs.
		#[command(flatten)]
		key: EdgeKeyArgs,
		/// Where vouchers are kept.
		#[command(flatten)]
		book: BookArgs,
	},
	/// Hand in the best voucher that you keep, for yourself or for one whom you watch
	HandIn {
		/// Numbers of channels; all that are closing, and of which something better is kept, when left out
		channels: Vec<ChannelId>,
		/// Where vouchers are kept.
		#[command(flatten)]
		book: BookArgs,
	},
	/// Say who may hand in for you, and for what reward
	Watcher {
		/// Which channel.
		#[command(flatten)]
		channel: ChannelArgs,
		/// Who
		#[arg(long, required_unless_present = "none", conflicts_with = "none")]
		account: Option<AccountArg>,
		/// What it gets for having handed in what you did not, in whole ones of the channel's asset
		#[arg(long, value_name = "AMOUNT", default_value = "0")]
		reward: Decimal,
		/// Nobody any more
		#[arg(long)]
		none: bool,
	},
	/// Deposit more in a channel
	TopUp {
		/// Which channel.
		#[command(flatten)]
		channel: ChannelArgs,
		/// How much, in whole ones of its asset
		#[arg(long, value_name = "AMOUNT")]
		amount: Decimal,
	},
	/// Settle channels whose close is over: pays both ends
	Settle {
		/// Numbers of the channels
		#[arg(required = true)]
		channels: Vec<ChannelId>,
	},
}

/// Which channel.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["channel", "edge"]))]
pub struct ChannelArgs {
	/// Its number
	#[arg(long)]
	channel: Option<ChannelId>,
	/// That of an edge
	#[arg(long)]
	edge: Option<EdgeId>,
}

impl ChannelArgs {
	async fn find(&self, chain: &Chain, at: &At) -> Result<ChannelInfo> {
		let id = match (self.channel, self.edge) {
			(Some(id), _) => id,
			(None, Some(edge)) => chain.existing_edge(at, edge).await?.channel,
			(None, None) => return Err(usage("which channel: --channel or --edge")),
		};
		chain.live_channel(at, id).await
	}
}

/// Where vouchers are kept.
#[derive(Args, Debug, Clone, Default)]
pub struct BookArgs {
	/// File in which vouchers are kept, surety/vouchers-ACCOUNT.json in the user's data directory unless it says otherwise
	#[arg(long, value_name = "FILE")]
	pub vouchers: Option<PathBuf>,
}

impl BookArgs {
	/// The file of an account.
	pub fn path(&self, account: &AccountId) -> Result<PathBuf> {
		file_or_default(&self.vouchers, &format!("vouchers-{}.json", address(account)), "--vouchers")
	}
}

/// Does it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: VoucherVerb) -> Result<()> {
	let at = chain.best().await?;
	match verb {
		VoucherVerb::Show { book } => show(ctx, chain, &at, &book).await,
		VoucherVerb::Sign { channel, amount, key, book } => {
			let channel = channel.find(chain, &at).await?;
			sign(ctx, chain, &at, channel, amount, &key, &book).await
		}
		VoucherVerb::Verify { voucher } => verify(ctx, chain, &at, &voucher).await,
		VoucherVerb::Take { voucher, book } => take(ctx, chain, &voucher, &book).await,
		VoucherVerb::Endorse { channel, key, book } => {
			let channel = channel.find(chain, &at).await?;
			endorse(ctx, chain, channel, &key, &book)
		}
		VoucherVerb::HandIn { channels, book } => hand_in(ctx, chain, &at, &channels, &book).await,
		VoucherVerb::Watcher { channel, account, reward, none } => {
			let channel = channel.find(chain, &at).await?;
			let money = chain.denomination(&at, &channel.asset).await?;
			let reward = money.units(&reward)?;
			let watcher = account.filter(|_| !none).map(|AccountArg(account)| {
				Dynamic::named_composite([
					("account", crate::chain::call::account(&account)),
					("reward", number(reward)),
				])
			});
			let call = Call::new("Channels", "set_watcher")
				.arg("id", number(channel.id))
				.arg("watcher", option(watcher))
				.counted_in(&channel.asset);
			run_call(ctx, chain, call).await
		}
		VoucherVerb::TopUp { channel, amount } => {
			let channel = channel.find(chain, &at).await?;
			let money = chain.denomination(&at, &channel.asset).await?;
			let call = Call::new("Channels", "top_up")
				.arg("id", number(channel.id))
				.arg("amount", number(money.units(&amount)?))
				.counted_in(&channel.asset);
			run_call(ctx, chain, call).await
		}
		VoucherVerb::Settle { channels } => {
			let mut calls = Vec::new();
			for id in channels {
				let asset = chain.live_channel(&at, id).await?.asset;
				chain.denomination(&at, &asset).await?;
				calls.push(crate::chain::topology::of_channel("settle", &id).counted_in(&asset));
			}
			submit_all(ctx, chain, calls).await?.emit(ctx, chain, "settle")
		}
	}
}

fn voucher_json(money: &Denomination, slip: &Slip) -> Value {
	json!({
		"paid": money.plain(slip.voucher.paid),
		"received_ack": money.plain(slip.voucher.received_ack),
		"endorsed": slip.endorsement.is_some(),
		"voucher": slip.to_hex(),
	})
}

async fn show(ctx: &Ctx, chain: &Chain, at: &At, args: &BookArgs) -> Result<()> {
	let who = ctx.signer()?;
	let path = args.path(&who)?;
	let book = Book::load(&path, chain.api.genesis_hash().0)?;
	let (mut list, mut rows) = (Vec::new(), Vec::new());
	for (id, kept) in book.channels() {
		let live = match chain.channel(at, id).await? {
			Some(ChannelRecord::Live(channel)) => Some(channel),
			_ => None,
		};
		let money = match &live {
			Some(channel) => chain.denomination(at, &channel.asset).await?,
			None => chain.native(),
		};
		let side = live.as_ref().and_then(|channel| side_of(channel, &who));
		let balance = match (&live, side) {
			(Some(channel), Some(side)) => Some(book.state(channel, side)?.balance()),
			_ => None,
		};
		let handed_in = live.as_ref().zip(side).and_then(|(live, side)| live.parties.of(side).handed_in);
		let state = match (&live, side) {
			(None, _) => "settled".to_owned(),
			(Some(channel), side) => {
				let status = match channel.status {
					surety_primitives::ChannelStatus::Open => "open".to_owned(),
					surety_primitives::ChannelStatus::Closing { settles_at } => {
						format!("closing, hand in before block {settles_at}")
					}
				};
				if side.is_none() {
					format!("watched, {status}")
				} else {
					status
				}
			}
		};
		list.push(json!({
			"channel": id,
			"signed": kept.signed.map(|slip| voucher_json(&money, &slip)),
			"taken": kept.taken.map(|slip| voucher_json(&money, &slip)),
			"handed_in": handed_in.map(|claim| money.plain(claim.paid)),
			"balance": balance.map(|balance| money.plain(balance)),
			"state": state,
		}));
		let paid = |slip: Option<Slip>| slip.map_or("-".into(), |slip| money.show(slip.voucher.paid));
		rows.push([
			id.to_string(),
			paid(kept.signed),
			paid(kept.taken),
			handed_in.map_or("-".into(), |claim| money.show(claim.paid)),
			balance.map_or("-".into(), |balance| money.show(balance)),
			state,
		]);
	}
	ctx.out.emit(&list.into(), || {
		if rows.is_empty() {
			return format!("no vouchers are kept in {}", path.display());
		}
		table(["CHANNEL", "PAID", "RECEIVED", "HANDED IN", "YOURS", "STATE"], rows)
	})
}

async fn sign(
	ctx: &Ctx,
	chain: &Chain,
	at: &At,
	channel: ChannelInfo,
	amount: Option<Decimal>,
	key: &EdgeKeyArgs,
	args: &BookArgs,
) -> Result<()> {
	let genesis = chain.api.genesis_hash().0;
	let key = key.load(ctx)?;
	let (side, place) = key.place_in(&channel)?;
	let path = args.path(&channel.parties.of(side).account)?;
	let mut book = Book::load(&path, genesis)?;
	let money = chain.denomination(at, &channel.asset).await?;
	let mut state = book.state(&channel, side)?;
	let voucher = match &amount {
		Some(amount) => state.issue(money.units(amount)?, Payment::Owed),
		None => state.acknowledge(),
	};
	let voucher = voucher.map_err(refused)?;
	let slip = Slip { genesis, voucher, signed: key.signed(place, &voucher, genesis), endorsement: None };
	// Kept before anybody has it: who forgets what it has signed signs too little the next time.
	book.keep_signed(slip);
	book.store(&path)?;
	let mut json = voucher_json(&money, &slip);
	json["channel"] = channel.id.into();
	json["payer"] = side_name(side).into();
	json["balance"] = money.plain(state.balance()).into();
	ctx.out.progress(&format!(
		"paid {} in all, {} is left; kept in {}",
		money.show(voucher.paid),
		money.show(state.balance()),
		path.display()
	));
	ctx.out.emit(&json, || slip.to_hex())
}

async fn verify(ctx: &Ctx, chain: &Chain, at: &At, named: &str) -> Result<()> {
	let slip = slip_or_file(named)?;
	ensure!(slip.genesis == chain.api.genesis_hash().0, "the voucher was signed for another chain");
	let channel = chain.live_channel(at, slip.voucher.channel).await?;
	let payer = slip.payer(&channel)?;
	let payee = payer.other();
	let money = chain.denomination(at, &channel.asset).await?;
	let deposit = channel.parties.of(payer).deposit;
	let covered = deposit.saturating_add(slip.voucher.received_ack) >= slip.voucher.paid;
	let handed_in = channel.parties.of(payee).handed_in;
	let better = slip.voucher.claim().supersedes(handed_in.as_ref());
	let endorsed = slip.is_endorsed(&channel, payee);
	let json = json!({
		"channel": channel.id,
		"payer": address(&channel.parties.of(payer).account),
		"payee": address(&channel.parties.of(payee).account),
		"paid": money.plain(slip.voucher.paid),
		"received_ack": money.plain(slip.voucher.received_ack),
		"covered": covered,
		"better_than_handed_in": better,
		"endorsed": endorsed,
	});
	ctx.out.emit(&json, || {
		let yes = |is: bool| (if is { "yes" } else { "no" }).to_owned();
		pairs([
			("channel", channel.id.to_string()),
			("pays", address(&channel.parties.of(payee).account)),
			("from", address(&channel.parties.of(payer).account)),
			("in all", money.show(slip.voucher.paid)),
			("acknowledges", money.show(slip.voucher.received_ack)),
			("covered by the payer's deposit", yes(covered)),
			("better than what was handed in", yes(better)),
			("endorsed for a watcher", yes(endorsed)),
		])
	})
}

async fn take(ctx: &Ctx, chain: &Chain, named: &str, args: &BookArgs) -> Result<()> {
	let who = ctx.signer()?;
	let genesis = chain.api.genesis_hash().0;
	let slip = slip_or_file(named)?;
	ensure!(slip.genesis == genesis, "the voucher was signed for another chain");
	// A deposit that a fork takes back would cover nothing.
	let at = chain.finalized().await?;
	let channel =
		chain.live_channel(&at, slip.voucher.channel).await.context("as of the last final block")?;
	let payee = slip.payer(&channel)?.other();
	let path = args.path(&who)?;
	let mut book = Book::load(&path, genesis)?;
	let money = chain.denomination(&at, &channel.asset).await?;
	let gained = match side_of(&channel, &who) {
		Some(side) => {
			ensure!(side == payee, "you have signed that voucher yourself: it pays the other");
			let mut state = book.state(&channel, side)?;
			let gained = state.accept(&slip.voucher).map_err(refused)?;
			// One that was signed a second time must not take the place of one that is endorsed.
			if book.of(channel.id).taken.is_none_or(|kept| kept.voucher != slip.voucher) {
				book.keep_taken(slip);
			}
			gained
		}
		None => {
			let watches = watched_side(&channel, &who) == Some(payee);
			ensure!(
				watches,
				"channel {} is not yours, and you do not watch for whom the voucher pays",
				channel.id
			);
			ensure!(slip.is_endorsed(&channel, payee), "whom the voucher pays has not endorsed it for you");
			let before = book.of(channel.id).taken.map_or(0, |kept| kept.voucher.paid);
			let gained = slip.voucher.paid.saturating_sub(before);
			ensure!(gained > 0, "the voucher is no better than one that is kept");
			book.keep_taken(slip);
			gained
		}
	};
	book.store(&path)?;
	let mut json = voucher_json(&money, &slip);
	json["channel"] = channel.id.into();
	json["gained"] = money.plain(gained).into();
	ctx.out.emit(&json, || {
		pairs([
			("channel", channel.id.to_string()),
			("pays", format!("{} more, {} in all", money.show(gained), money.show(slip.voucher.paid))),
			("kept in", path.display().to_string()),
		])
	})
}

fn endorse(ctx: &Ctx, chain: &Chain, channel: ChannelInfo, key: &EdgeKeyArgs, args: &BookArgs) -> Result<()> {
	let genesis = chain.api.genesis_hash().0;
	let key = key.load(ctx)?;
	let (side, place) = key.place_in(&channel)?;
	let path = args.path(&channel.parties.of(side).account)?;
	let mut book = Book::load(&path, genesis)?;
	let kept = book.of(channel.id).taken;
	let mut slip = kept.with_context(|| format!("no voucher of channel {} is kept", channel.id))?;
	slip.endorsement = Some(key.signed(place, &Endorsement(slip.voucher), genesis));
	book.keep_taken(slip);
	book.store(&path)?;
	let json = json!({ "channel": channel.id, "voucher": slip.to_hex() });
	ctx.out.emit(&json, || slip.to_hex())
}

async fn hand_in(ctx: &Ctx, chain: &Chain, at: &At, channels: &[ChannelId], args: &BookArgs) -> Result<()> {
	let who = ctx.signer()?;
	let book = Book::load(&args.path(&who)?, chain.api.genesis_hash().0)?;
	let mut calls = Vec::new();
	for (id, kept) in book.channels() {
		let named = channels.contains(&id);
		let Some(slip) = kept.taken.filter(|_| named || channels.is_empty()) else { continue };
		let Some(ChannelRecord::Live(channel)) = chain.channel(at, id).await? else { continue };
		let closing = matches!(channel.status, surety_primitives::ChannelStatus::Closing { .. });
		let payee = slip.payer(&channel)?.other();
		let better = slip.voucher.claim().supersedes(channel.parties.of(payee).handed_in.as_ref());
		// One that is named is handed in whatever the chain says to it.
		if named || (closing && better) {
			chain.denomination(at, &channel.asset).await?;
			calls.push(hand_in_call(at, &channel, &slip, &who)?);
		}
	}
	if let Some(missing) = channels.iter().find(|id| book.of(**id).taken.is_none()) {
		bail!("no voucher of channel {missing} is kept");
	}
	submit_all(ctx, chain, calls).await?.emit(ctx, chain, "hand in")
}
