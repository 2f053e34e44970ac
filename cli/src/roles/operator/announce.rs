//! "I am here", once a window, for as long as the service runs; and whether the notary then says so.

use super::attest::{of_operator, PresenceKeyArgs};
use crate::{
	args::{address, AccountArg},
	chain::{
		errors::{is_one_of, Refused},
		submit::{submit, Submission},
		windows::Windows,
		At, Chain,
	},
	cli::Ctx,
	error::{one_line, usage},
	http::Http,
	output::hex,
	presence::{
		pace::{Pace, Patience, Step},
		receipts::{Kept, Proof, Receipts},
		rpc::{is_receipt, Answer, PresenceNode},
		sources::{at_node, socket_url},
	},
	recommend::experience::file_or_default,
	roles::notary::{
		attestations::of_slot,
		audit::Auditor,
		omission::{self, Omission, Word},
	},
	service::{connect, Stop},
};
use anyhow::{bail, Context, Result};
use clap::Args;
use std::{
	collections::{BTreeMap, BTreeSet},
	path::PathBuf,
	str::FromStr,
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use surety_client::backoff::{random, Backoff};
use surety_presence::message::{Announcement, Signed};
use surety_primitives::{
	api::{AttestationInfo, WindowStatus},
	notary::{Slot, Window},
	AccountId, ServiceId,
};

/// How often the chain is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How long what is under way may go on when an end is asked for.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often a publication that is not there yet is looked for.
const LOOK: Duration = Duration::from_secs(5);

/// Where the node of a notary is: `URL`, or `NOTARY=URL` where there are several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeArg {
	notary: Option<AccountId>,
	url: String,
}

impl FromStr for NodeArg {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let (notary, url) = match text.split_once('=') {
			// A URL may have that sign in it as well.
			Some((notary, url)) if !notary.contains("://") => (Some(notary.parse::<AccountArg>()?.0), url),
			_ => (None, text),
		};
		if !url.starts_with("ws://") && !url.starts_with("wss://") {
			return Err(format!("`{url}` is not an address such as wss://notary.example"));
		}
		Ok(Self { notary, url: url.to_owned() })
	}
}

/// What to announce, where, and how patiently.
#[derive(Args, Debug)]
pub struct AnnounceArgs {
	/// Who is present; that of the key when left out. Only --on-chain-after and --report need the account's key
	#[arg(long)]
	operator: Option<AccountArg>,
	/// To which notaries; to all that attest when left out
	#[arg(long)]
	notary: Vec<AccountArg>,
	/// For which services; for all that are attested when left out
	#[arg(long)]
	service: Vec<ServiceId>,
	/// Where the notary's node listens: URL, or NOTARY=URL. When left out: the node at --url if it has the notary's key,
	/// or the notary's link
	#[arg(long, value_name = "[NOTARY=]URL")]
	node: Vec<NodeArg>,
	/// Announce on chain when there is no receipt so many seconds after a window began. The notary must include it then;
	/// it costs a fee
	#[arg(long, value_name = "SECONDS")]
	on_chain_after: Option<u64>,
	/// Report a notary that leaves you out of a publication though it has given a receipt
	#[arg(long)]
	report: bool,
	/// Spread announcements over so many seconds after a window began; a quarter of a window when left out
	#[arg(long, value_name = "SECONDS")]
	spread: Option<u64>,
	/// File in which receipts are kept, surety/receipts.redb in the user's data directory unless it says otherwise
	#[arg(long, env = "SURETY_RECEIPTS", value_name = "FILE")]
	receipts: Option<PathBuf>,
	/// Announce in the window that is open, and end
	#[arg(long)]
	once: bool,
	/// Follow a notary's link also to other than the public network
	#[arg(long)]
	anywhere: bool,
	#[command(flatten)]
	key: PresenceKeyArgs,
}

/// Which attestation.
type Name = (AccountId, Slot, u32);

/// What happened in a window.
#[derive(Default)]
struct Count {
	receipts: usize,
	on_chain: usize,
	failures: usize,
	/// Earlier windows whose publications have the slot.
	published: usize,
	/// Those that leave it out.
	left_out: usize,
}

/// An operator that says where it is.
struct Announcer<'a> {
	ctx: &'a Ctx,
	args: &'a AnnounceArgs,
	operator: AccountId,
	key: Keypair,
	receipts: Receipts,
	paces: BTreeMap<Name, Pace>,
	nodes: BTreeMap<AccountId, PresenceNode>,
	window: Option<Window>,
	count: Count,
	attested: Vec<AttestationInfo>,
	looked: Option<Instant>,
	/// What was said of receipts whose windows are not settled: each is said once.
	said: BTreeSet<(Name, Window)>,
}

/// Announces until it is stopped.
pub async fn announce(ctx: &Ctx, args: AnnounceArgs) -> Result<()> {
	if ctx.options.dry_run || ctx.options.encode {
		return Err(usage("an announcement is no transaction: there is nothing to show of it beforehand"));
	}
	let key = args.key.load()?.ok_or_else(|| {
		usage("with which key do you announce? --presence-key, --presence-suri or SURETY_PRESENCE_SURI")
	})?;
	let operator = ctx.account(&args.operator)?;
	if (args.on_chain_after.is_some() || args.report) && ctx.signer()? != operator {
		return Err(usage("--on-chain-after and --report need the key of the operator's account"));
	}
	let path = file_or_default(&args.receipts, "receipts.redb", "--receipts")?;
	let mut announcer = Announcer {
		ctx,
		args: &args,
		operator,
		key,
		receipts: Receipts { path },
		paces: BTreeMap::new(),
		nodes: BTreeMap::new(),
		window: None,
		count: Count::default(),
		attested: Vec::new(),
		looked: None,
		said: BTreeSet::new(),
	};
	let mut stop = Stop::listen()?;
	if args.once {
		// Somebody waits for the answer: the first failure is told.
		let chain = ctx.chain().await?;
		return match stop.unless_asked(announcer.once(&chain)).await {
			Some(done) => done,
			None => bail!("stopped"),
		};
	}
	while let Some(chain) = connect(ctx, &mut stop).await {
		match announcer.run(&chain, &mut stop).await {
			Ok(()) => break,
			Err(error) => ctx.out.progress(&one_line(&error)),
		}
		announcer.nodes.clear();
		if stop.sleep(TICK).await {
			break;
		}
	}
	announcer.tell();
	ctx.out.progress("stopped");
	Ok(())
}

impl Announcer<'_> {
	/// Goes on until an end is asked for, or the node is lost.
	async fn run(&mut self, chain: &Chain, stop: &mut Stop) -> Result<()> {
		loop {
			let mut tick = std::pin::pin!(self.tick(chain));
			tokio::select! {
				done = &mut tick => done?,
				() = stop.asked() => {
					// What is under way gets a moment: a receipt that was given should be on disk.
					return tokio::time::timeout(FAREWELL, tick).await.unwrap_or(Ok(()));
				}
			}
			if stop.sleep(TICK).await {
				return Ok(());
			}
		}
	}

	async fn once(&mut self, chain: &Chain) -> Result<()> {
		loop {
			self.tick(chain).await?;
			if self.attested.is_empty() {
				bail!(
					"{} has nothing attested that could be announced with this key",
					address(&self.operator)
				);
			}
			if self.paces.values().all(Pace::is_done) {
				break;
			}
			if self.count.failures > 10 {
				bail!("the notary takes no announcement: see above");
			}
			tokio::time::sleep(TICK / 4).await;
		}
		let window = self.window.unwrap_or_default();
		let json = serde_json::json!({
			"operator": address(&self.operator),
			"window": window,
			"receipts": self.count.receipts,
			"on_chain": self.count.on_chain,
		});
		self.ctx.out.emit(&json, || self.line(window))
	}

	fn line(&self, window: Window) -> String {
		format!(
			"window {window}: {} attested, {} receipts, {} announced on chain, {} failures; earlier windows: {} published, {} left out",
			self.attested.len(),
			self.count.receipts,
			self.count.on_chain,
			self.count.failures,
			self.count.published,
			self.count.left_out
		)
	}

	/// Tells how the window went.
	fn tell(&self) {
		if let Some(window) = self.window {
			self.ctx.out.progress(&self.line(window));
		}
	}

	async fn tick(&mut self, chain: &Chain) -> Result<()> {
		let at = chain.best().await?;
		let status = chain.presence_window(&at).await?;
		let patience = self.patience(&at, &status).await?;
		if self.window != Some(status.window) {
			self.tell();
			self.begin(chain, &status, &patience).await?;
		}
		for attestation in self.attested.clone() {
			self.step(chain, &at, &attestation, &patience).await?;
		}
		if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
			self.looked = Some(Instant::now());
			self.look_back(chain, &at, &status).await?;
		}
		Ok(())
	}

	async fn patience(&self, at: &At, status: &WindowStatus) -> Result<Patience> {
		let length = Windows::at(at).await?.seconds(status.end.saturating_sub(status.start))?;
		let spread = if self.args.once { 0 } else { self.args.spread.unwrap_or(length / 4) };
		let most = Duration::from_secs((length / 8).clamp(1, 60));
		Ok(Patience {
			spread: Duration::from_secs(spread),
			backoff: Backoff { first: Duration::from_secs(1).min(most), most },
			on_chain_after: self.args.on_chain_after.map(Duration::from_secs),
		})
	}

	/// Begins a window.
	async fn begin(&mut self, chain: &Chain, status: &WindowStatus, patience: &Patience) -> Result<()> {
		let mut attested = of_operator(chain, &self.operator).await?;
		let (notaries, services) = (&self.args.notary, &self.args.service);
		attested.retain(|one| {
			let wanted = notaries.is_empty() || notaries.iter().any(|notary| notary.0 == one.notary);
			wanted && (services.is_empty() || services.contains(&one.service))
		});
		let public = self.key.public_key().0;
		attested.retain(|one| {
			let own = one.key == public;
			if !own {
				self.ctx.out.progress(&format!(
					"slot {} of {} is announced with another key: {}",
					one.slot,
					address(&one.notary),
					hex(one.key)
				));
			}
			own
		});
		let now = Instant::now();
		self.paces = attested
			.iter()
			.map(|one| (name(one), Pace::new(status.window, now, patience, random())))
			.collect();
		self.attested = attested;
		self.count = Count::default();
		self.window = Some(status.window);
		let genesis = chain.api.genesis_hash().0;
		self.receipts.forget(&genesis, status.first_disputable)?;
		self.said.retain(|(_, window)| *window >= status.first_disputable);
		// What was announced before a restart is announced: the same again would be a duplicate and no more.
		for attestation in &self.attested {
			if self.receipts.of(&self.announcement(chain, attestation, status.window))?.is_some() {
				self.count.receipts = self.count.receipts.saturating_add(1);
				if let Some(pace) = self.paces.get_mut(&name(attestation)) {
					pace.done();
				}
			}
		}
		Ok(())
	}

	fn announcement(&self, chain: &Chain, attestation: &AttestationInfo, window: Window) -> Announcement {
		Announcement {
			genesis: chain.api.genesis_hash().0,
			notary: attestation.notary.clone().into(),
			slot: attestation.slot,
			generation: attestation.generation,
			window,
		}
	}

	async fn step(
		&mut self,
		chain: &Chain,
		at: &At,
		attestation: &AttestationInfo,
		patience: &Patience,
	) -> Result<()> {
		let Some(pace) = self.paces.get(&name(attestation)).copied() else { return Ok(()) };
		let step = pace.step(Instant::now(), patience);
		let proof = match step {
			Step::Wait(_) | Step::Done => return Ok(()),
			Step::Announce => {
				let proof = self.hand_in(chain, at, attestation, pace.window).await;
				proof.map(|proof| (proof, pace.window))
			}
			Step::OnChain => {
				let window = self.on_chain(chain, attestation).await;
				window.map(|window| (Proof::OnChain, window))
			}
		};
		match proof {
			Ok((proof, window)) => {
				// A transaction counts for the window in which a block takes it.
				let announcement = self.announcement(chain, attestation, window);
				match proof {
					Proof::Receipt(_) => self.count.receipts = self.count.receipts.saturating_add(1),
					Proof::OnChain => self.count.on_chain = self.count.on_chain.saturating_add(1),
				}
				self.receipts.add(&Kept { announcement, proof, checked: false })?;
				if let Some(pace) = self.paces.get_mut(&name(attestation)) {
					pace.done();
				}
			}
			Err(error) => {
				self.nodes.remove(&attestation.notary);
				self.count.failures = self.count.failures.saturating_add(1);
				self.ctx.out.progress(&format!(
					"window {}, slot {} of {}: {}",
					pace.window,
					attestation.slot,
					address(&attestation.notary),
					one_line(&error)
				));
				if let Some(pace) = self.paces.get_mut(&name(attestation)) {
					pace.failed(step, Instant::now(), patience, random());
				}
			}
		}
		Ok(())
	}

	/// The node of a notary.
	async fn node(&mut self, chain: &Chain, at: &At, notary: &AccountId) -> Result<PresenceNode> {
		if let Some(node) = self.nodes.get(notary) {
			return Ok(node.clone());
		}
		let of = |given: &&NodeArg| given.notary.as_ref() == Some(notary);
		let given = self.args.node.iter().find(of);
		let given = given.or_else(|| self.args.node.iter().find(|given| given.notary.is_none()));
		let node = match given {
			Some(given) => PresenceNode::connect(&given.url).await?,
			None => {
				let own = PresenceNode::of(&self.ctx.options.url, chain.raw.clone());
				match own.status().await {
					Ok(status) if status.serves(notary) => own,
					_ => {
						let link = chain.existing_notary(at, notary).await?.link;
						let url = socket_url(&link).or_else(|| beside(&link)).with_context(|| {
							format!("where the node of {} listens is not known: --node", address(notary))
						})?;
						Http::new(self.args.anywhere)?.check_host(&url).await?;
						PresenceNode::connect(&url).await.context("say where it listens with --node")?
					}
				}
			}
		};
		self.nodes.insert(notary.clone(), node.clone());
		Ok(node)
	}

	async fn hand_in(
		&mut self,
		chain: &Chain,
		at: &At,
		attestation: &AttestationInfo,
		window: Window,
	) -> Result<Proof> {
		let node = self.node(chain, at, &attestation.notary).await?;
		let announcement = self.announcement(chain, attestation, window);
		let signature = self.key.sign(&announcement.payload()).0;
		match node.announce(&announcement, &signature).await? {
			Answer::Taken(receipt) => {
				let history = chain.notary_history(at, &attestation.notary).await?;
				let key = history.key_at(window).context("the notary has no key in this window")?;
				match is_receipt(&announcement, &receipt, &key) {
					true => Ok(Proof::Receipt(receipt)),
					false => bail!("{} gives a receipt that the notary has not signed", node.url),
				}
			}
			Answer::Refused { reason, message, open } => match open {
				Some(open) => bail!("refused ({reason}): {message}; window {open} is open there"),
				None => bail!("refused ({reason}): {message}"),
			},
		}
	}

	/// Announces on chain; says for which window.
	async fn on_chain(&mut self, chain: &Chain, attestation: &AttestationInfo) -> Result<Window> {
		// A refusal costs a fee as well.
		let at = chain.best().await?;
		let now = chain.attestation(&at, &attestation.notary, attestation.slot).await?;
		if now.is_none_or(|now| now.generation != attestation.generation) {
			bail!("the attestation has come to its end");
		}
		let call = of_slot("announce_on_chain", &attestation.notary, attestation.slot);
		match submit(self.ctx, chain, &call).await {
			Ok(Submission::Included(receipt)) => {
				let window = receipt.number("Notary", "window").and_then(|window| window.try_into().ok());
				window.context("the chain does not say for which window it counts")
			}
			Ok(Submission::Shown) => bail!("it was only shown"),
			// Somebody has done so with the same account: the latest window in which it was is known.
			Err(error) if is_one_of(&error, &["Notary.AlreadyAnnounced"]) => {
				let at = chain.best().await?;
				let now = chain.attestation(&at, &attestation.notary, attestation.slot).await?;
				now.and_then(|now| now.announced).ok_or(error)
			}
			Err(error) => Err(error),
		}
	}

	/// Looks whether the notary says so in the publications of windows that are over.
	async fn look_back(&mut self, chain: &Chain, at: &At, status: &WindowStatus) -> Result<()> {
		let genesis = chain.api.genesis_hash().0;
		for mut kept in self.receipts.unchecked(&genesis, status.window)? {
			let window = kept.announcement.window;
			let word = self.look(chain, &kept).await;
			let Announcement { slot, generation, .. } = kept.announcement;
			let notary = AccountId::new(kept.announcement.notary);
			let once = ((notary.clone(), slot, generation), window);
			match word {
				Ok(None) => {
					kept.checked = true;
					self.receipts.add(&kept)?;
				}
				Ok(Some(Word::Present)) => {
					self.count.published = self.count.published.saturating_add(1);
					kept.checked = true;
					self.receipts.add(&kept)?;
				}
				Ok(Some(Word::NotThere(why))) => {
					let due = chain.commitment(at, &notary, window).await?.map(|info| info.due);
					let late = due.is_some_and(|due| u64::from(due) <= at.block_number());
					if late && self.said.insert(once) {
						self.ctx.out.progress(&format!(
							"window {window}: no publication of {} was found: {why}",
							address(&notary)
						));
					}
				}
				Ok(Some(Word::LeftOut(omission))) if omission.excuse.is_some() => {
					self.ctx.out.progress(&format!(
						"window {window}: {} need not have slot {slot}: {}",
						address(&notary),
						omission.excuse.as_deref().unwrap_or_default()
					));
					kept.checked = true;
					self.receipts.add(&kept)?;
				}
				Ok(Some(Word::LeftOut(omission))) => {
					self.count.left_out = self.count.left_out.saturating_add(1);
					self.ctx.out.progress(&format!(
						"window {window}: {} LEAVES OUT slot {slot} though it {}",
						address(&notary),
						match kept.proof {
							Proof::Receipt(_) => "has given a receipt",
							Proof::OnChain => "was announced on chain",
						}
					));
					if self.args.report {
						self.report(chain, at, &kept, &omission).await?;
					}
					kept.checked = true;
					self.receipts.add(&kept)?;
				}
				// One notary's trouble is not that of the others.
				Err(error) => {
					if self.said.insert(once) {
						self.ctx.out.progress(&format!("window {window}: {}", one_line(&error)));
					}
				}
			}
		}
		Ok(())
	}

	async fn look(&self, chain: &Chain, kept: &Kept) -> Result<Option<Word>> {
		let notary = AccountId::new(kept.announcement.notary);
		// One that has left for good owes nothing any more.
		if chain.notary(&chain.best().await?, &notary).await?.is_none() {
			return Ok(None);
		}
		let auditor = Auditor::new(self.ctx, chain, &notary, self.args.anywhere).await?;
		let mut more = Vec::new();
		// The node that took the announcement is where the publication is made.
		if let Some(node) = self.nodes.get(&notary) {
			more.extend(at_node(node, &notary, Some(kept.announcement.window)).await.ok().flatten());
		}
		auditor.look(&kept.announcement, more).await.map(Some)
	}

	async fn report(&self, chain: &Chain, at: &At, kept: &Kept, omission: &Omission) -> Result<()> {
		let call = omission::call(at, kept.announcement.slot, &kept.proof, omission)?;
		match submit(self.ctx, chain, &call).await {
			Ok(Submission::Included(receipt)) => {
				let slash = receipt.number("Notary", "slash").unwrap_or_default();
				self.ctx.out.progress(&format!("reported: slash {slash} is under review"));
			}
			Ok(Submission::Shown) => {}
			// The chain's own judgement: there is nothing to repeat.
			Err(error) if error.is::<Refused>() => {
				self.ctx.out.progress(&format!("not reported: {}", one_line(&error)));
			}
			Err(error) => return Err(error),
		}
		Ok(())
	}
}

fn name(attestation: &AttestationInfo) -> Name {
	(attestation.notary.clone(), attestation.slot, attestation.generation)
}

/// The websocket of the server that a link names.
fn beside(link: &[u8]) -> Option<String> {
	let link = std::str::from_utf8(link).ok()?;
	let (scheme, rest) = match link.split_once("://")? {
		("https", rest) => ("wss", rest),
		("http", rest) => ("ws", rest),
		_ => return None,
	};
	let authority = rest.split('/').next().filter(|authority| !authority.is_empty())?;
	Some(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_should_be_given_for_one_notary_or_for_all() {
		let any: NodeArg = "wss://notary.example".parse().unwrap();
		assert_eq!(any, NodeArg { notary: None, url: "wss://notary.example".into() });
		let one: NodeArg = "//Alice=ws://127.0.0.1:1".parse().unwrap();
		assert_eq!(one.notary, Some("//Alice".parse::<AccountArg>().unwrap().0));
		let query: NodeArg = "wss://notary.example/?a=b".parse().unwrap();
		assert_eq!(query.url, "wss://notary.example/?a=b");
		for text in ["", "https://notary.example", "nobody=ws://a", "//Alice=http://a"] {
			assert!(text.parse::<NodeArg>().is_err(), "{text}");
		}
	}

	#[test]
	fn a_node_should_be_looked_for_beside_the_publications() {
		assert_eq!(beside(b"https://notary.example/presence"), Some("wss://notary.example".into()));
		assert_eq!(beside(b"http://127.0.0.1:8080"), Some("ws://127.0.0.1:8080".into()));
		assert_eq!(beside(b"ipfs://x"), None);
		assert_eq!(beside(b"https://"), None);
	}
}
