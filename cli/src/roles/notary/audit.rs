//! What notaries have published, checked by anybody; challenges, and their answers.

use super::report::{fault_name, report, Fault};
use crate::{
	args::{address, AccountArg},
	chain::{
		batch::submit_all,
		call::{account, number, Call},
		errors,
		notary::History,
		submit::Receipt,
		At, Chain,
	},
	cli::Ctx,
	error::usage,
	output::{pairs, table},
	presence::{
		rpc::PresenceNode,
		sources::{at_node, Sources, LIMITS},
		verify::{check_signed, is_signed, verify, Expected, Found, Unfit},
	},
	roles::run_call,
};
use anyhow::{bail, Context, Result};
use clap::Args;
use codec::Encode;
use serde_json::{json, Value};
use std::ops::Range;
use surety_presence::{
	merkle::Tree,
	message::{Commitment, SignedCommitment},
};
use surety_primitives::{
	api::{ChallengeInfo, CommitmentInfo, NotaryInfo},
	notary::{ChallengeSubject, Slot, Window},
	AccountId,
};

/// What to check, or to answer.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").args(["answer", "conclude", "report", "demand"]))]
pub struct AuditArgs {
	/// Whose publications to check. When left out, what the key's own notary is asked to show is listed
	notary: Option<AccountArg>,
	/// Answer what the notary is asked to show from what the node at --url has
	#[arg(long)]
	answer: bool,
	/// End challenges that were not answered in time: their faults are reported for who asked
	#[arg(long, requires = "notary")]
	conclude: bool,
	/// Report what can be shown. A small deposit is held for a block, and that of the report while it is reviewed
	#[arg(long, requires = "notary")]
	report: bool,
	/// Demand what was published in this window on chain: the bytes, or with --slot the announcement. It costs a fee, which
	/// returns if there is no answer
	#[arg(long, requires = "notary", value_name = "WINDOW")]
	demand: Option<Window>,
	/// The slot whose announcement is demanded
	#[arg(long, requires = "demand")]
	slot: Option<Slot>,
	/// How many of the last windows to check
	#[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
	windows: u32,
	/// Check this window alone
	#[arg(long, requires = "notary", conflicts_with_all = ["windows", "answer", "conclude", "demand"])]
	window: Option<Window>,
	/// Follow the notary's link also to other than the public network
	#[arg(long)]
	anywhere: bool,
}

/// Checks, lists, answers.
pub async fn run(ctx: &Ctx, chain: &Chain, args: AuditArgs) -> Result<()> {
	let at = chain.best().await?;
	let who = ctx.account(&args.notary)?;
	chain.existing_notary(&at, &who).await?;
	if args.answer {
		let node = PresenceNode::of(&ctx.options.url, chain.raw.clone());
		let Answers { calls, unanswered } = answers(chain, &at, &node, &who).await?;
		for challenge in &unanswered {
			ctx.out.progress(&format!("no answer to {}", challenge_line(challenge)));
		}
		submit_all(ctx, chain, calls).await?.emit(ctx, chain, "answer")?;
		return match unanswered.len() {
			0 => Ok(()),
			several => bail!("the node has no answer to {several} of the challenges"),
		};
	}
	if args.conclude {
		let now = u32::try_from(at.block_number())?;
		let late = chain.challenges(&at, &who).await?.into_iter().filter(|challenge| challenge.due <= now);
		let calls = late.map(|challenge| {
			let call = Call::new("Notary", "conclude").arg("notary", account(&who));
			call.arg("window", number(challenge.window)).encoded(&at, "subject", &challenge.subject)
		});
		return submit_all(ctx, chain, calls.collect::<Result<_>>()?).await?.emit(ctx, chain, "conclude");
	}
	if args.notary.is_none() {
		return challenges(ctx, chain, &at, &who).await;
	}
	let auditor = Auditor::new(ctx, chain, &who, args.anywhere).await?;
	if let Some(window) = args.demand {
		return demand(ctx, &auditor, window, args.slot).await;
	}
	let now = chain.presence_window(&auditor.at).await?;
	let oldest = now.first_disputable.max(now.window.saturating_sub(args.windows));
	let windows = match args.window {
		Some(window) if window < now.window => window..window.saturating_add(1),
		Some(window) => return Err(usage(format!("window {window} is not over: {} is open", now.window))),
		None => oldest..now.window,
	};
	check(ctx, &auditor, windows, args.report).await
}

fn subject_name(subject: &ChallengeSubject) -> String {
	match subject {
		ChallengeSubject::Bytes => "bytes".into(),
		ChallengeSubject::Announcement(slot) => format!("announcement of slot {slot}"),
	}
}

fn challenge_line(challenge: &ChallengeInfo) -> String {
	let subject = subject_name(&challenge.subject);
	format!("window {}: {subject}, asked for by {}", challenge.window, address(&challenge.challenger))
}

/// Lists what a notary is asked to show.
async fn challenges(ctx: &Ctx, chain: &Chain, at: &At, notary: &AccountId) -> Result<()> {
	let all = chain.challenges(at, notary).await?;
	let money = chain.native();
	let list: Vec<Value> = all
		.iter()
		.map(|challenge| {
			json!({
				"window": challenge.window,
				"subject": subject_name(&challenge.subject),
				"challenger": address(&challenge.challenger),
				"fee": money.plain(challenge.fee),
				"due": challenge.due,
			})
		})
		.collect();
	ctx.out.emit(&list.into(), || {
		let rows = all.iter().map(|challenge| {
			[
				challenge.window.to_string(),
				subject_name(&challenge.subject),
				address(&challenge.challenger),
				money.show(challenge.fee),
				challenge.due.to_string(),
			]
		});
		table(["WINDOW", "SUBJECT", "ASKED FOR BY", "FEE", "DUE"], rows)
	})
}

/// Answers to what a notary is asked to show.
#[derive(Default)]
pub struct Answers {
	/// The calls that answer.
	pub calls: Vec<Call>,
	/// What the node has no answer to.
	pub unanswered: Vec<ChallengeInfo>,
}

/// Finds the answers in what the notary's node has.
pub async fn answers(chain: &Chain, at: &At, node: &PresenceNode, notary: &AccountId) -> Result<Answers> {
	let mut answers = Answers::default();
	for challenge in chain.challenges(at, notary).await? {
		let window = challenge.window;
		let call = |name: &str| {
			Call::new("Notary", name).arg("notary", account(notary)).arg("window", number(window))
		};
		let answer = match challenge.subject {
			ChallengeSubject::Bytes => match at_node(node, notary, Some(window)).await? {
				Some(Found { bytes, earlier, .. }) => Some(
					call("answer_bytes").encoded(at, "bytes", &bytes)?.encoded(at, "earlier", &earlier)?,
				),
				None => None,
			},
			ChallengeSubject::Announcement(slot) => match node.announcement(notary, window, slot).await? {
				Some((_, signature)) => Some(call("answer_audit").arg("slot", number(slot)).encoded(
					at,
					"signature",
					&signature,
				)?),
				None => None,
			},
		};
		match answer {
			Some(call) => answers.calls.push(call),
			None => answers.unanswered.push(challenge),
		}
	}
	Ok(answers)
}

/// Who checks a notary.
pub struct Auditor<'a> {
	/// Where publications are found.
	pub sources: Sources<'a>,
	/// What of the notary changes with windows.
	pub history: History,
	/// The block by which is judged.
	pub at: At,
	/// The notary.
	pub notary: NotaryInfo,
}

/// What was found of a window.
pub struct Finding {
	/// The window.
	pub window: Window,
	/// What is so, for people.
	pub state: String,
	/// What could be reported of it.
	pub fault: Option<Fault>,
}

impl<'a> Auditor<'a> {
	/// Who checks a notary by the best block.
	pub async fn new(ctx: &Ctx, chain: &'a Chain, notary: &AccountId, anywhere: bool) -> Result<Self> {
		let at = chain.best().await?;
		let notary = chain.existing_notary(&at, notary).await?;
		Ok(Self {
			sources: Sources::new(chain, &ctx.options.url, anywhere)?,
			history: chain.notary_history(&at, &notary.notary).await?,
			notary,
			at,
		})
	}
}

impl Auditor<'_> {
	fn who(&self) -> &AccountId {
		&self.notary.notary
	}

	/// Checks a window.
	pub async fn window(&self, window: Window) -> Result<Finding> {
		let chain = self.sources.chain;
		let now = u32::try_from(self.at.block_number())?;
		let Some(info) = chain.commitment(&self.at, self.who(), window).await? else {
			return Ok(Finding { window, state: "cannot be disputed".into(), fault: None });
		};
		if info.commitment.is_none() && self.history.owes(window) {
			let (state, fault) = match info.due <= now {
				true => ("nothing was committed to in time".into(), Some(Fault::Missed { window })),
				false => (format!("not committed to yet; due before block {}", info.due), None),
			};
			return Ok(self.reported(&info, Finding { window, state, fault }));
		}
		let expected = self.sources.expected(&self.at, self.who(), &self.history, window).await?;
		let (found, failures) = self.sources.find(&self.at, &self.notary, Some(window)).await;
		let mut finding = Finding { window, state: judged(&expected, &found, &failures), fault: None };
		for one in &found {
			match (verify(&expected, one, &LIMITS), &one.signed) {
				(Err(Unfit::Mismatch(_)), signed) => {
					let signed = match (&expected.committed, signed) {
						(Some(committed), _) => self.signed_on_chain(&info, committed).await?,
						(None, signed) => signed.clone(),
					};
					finding.fault = signed.map(|signed| Fault::Mismatch {
						signed: Box::new(signed),
						bytes: one.bytes.clone(),
						earlier: one.earlier.clone(),
					});
				}
				(Err(Unfit::Equivocation), Some(second)) => {
					if let Some(committed) = &expected.committed {
						let first = self.signed_on_chain(&info, committed).await?;
						let second = Box::new(second.clone());
						finding.fault =
							first.map(|first| Fault::Equivocation { first: Box::new(first), second });
					}
				}
				_ => {}
			}
		}
		if finding.fault.is_none() {
			finding.fault = two_of(&expected, &found);
		}
		Ok(self.reported(&info, finding))
	}

	/// What was reported before cannot be reported again.
	fn reported(&self, info: &CommitmentInfo, mut finding: Finding) -> Finding {
		if finding.fault.as_ref().is_some_and(|fault| info.faults.contains(&fault.kind())) {
			finding.fault = None;
			finding.state = format!("{}; reported already", finding.state);
		}
		finding
	}

	/// The signature of a commitment that is on chain: it is in the transaction that brought it, right behind what was
	/// signed.
	pub async fn signed_on_chain(
		&self,
		info: &CommitmentInfo,
		committed: &Commitment,
	) -> Result<Option<SignedCommitment>> {
		let chain = self.sources.chain;
		let Some(key) = self.history.key_at(committed.window) else { return Ok(None) };
		let grace = chain.presence_window(&self.at).await?.grace;
		let now = u32::try_from(self.at.block_number())?;
		for number in info.due.saturating_sub(grace)..info.due.min(now.saturating_add(1)) {
			let hash = chain.rpc.chain_get_block_hash(Some(number.into())).await.map_err(errors::rpc)?;
			let block = chain.rpc.chain_get_block(hash).await.map_err(errors::rpc)?;
			let block = block.with_context(|| format!("the node does not have block {number} any more"))?;
			let all = block.block.extrinsics.iter();
			if let Some(signed) = all.filter_map(|one| signed_in(&one.0, committed, &key)).next() {
				return Ok(Some(signed));
			}
		}
		Ok(None)
	}
}

/// The signed commitment in a transaction.
fn signed_in(transaction: &[u8], committed: &Commitment, key: &[u8; 32]) -> Option<SignedCommitment> {
	let encoded = committed.encode();
	let at = transaction.windows(encoded.len()).position(|window| window == encoded.as_slice())?;
	let start = at.checked_add(encoded.len())?;
	let signature = transaction.get(start..start.checked_add(64)?)?.try_into().ok()?;
	let valid = is_signed(committed, &signature, key);
	valid.then(|| SignedCommitment { commitment: committed.clone(), signature })
}

/// Two commitments for one window that were found in two places.
fn two_of(expected: &Expected, found: &[Found]) -> Option<Fault> {
	let valid =
		|found: &&Found| found.signed.as_ref().is_some_and(|signed| check_signed(expected, signed).is_ok());
	let mut signed = found.iter().filter(valid).filter_map(|found| found.signed.as_ref());
	let first = signed.next()?;
	let second = signed.find(|other| other.commitment != first.commitment)?;
	Some(Fault::Equivocation { first: Box::new(first.clone()), second: Box::new(second.clone()) })
}

/// What is to be said of what was found.
fn judged(expected: &Expected, found: &[Found], failures: &[String]) -> String {
	let mut said: Vec<String> = Vec::new();
	for one in found {
		said.push(match verify(expected, one, &LIMITS) {
			Ok(verified) => {
				let set = verified.present;
				format!("{}: {} of {} present, as committed to", one.place, set.len(), set.universe())
			}
			Err(unfit) => format!("{}: {unfit}", one.place),
		});
	}
	if found.is_empty() {
		said.push("its bytes were not found; --demand asks for them on chain".into());
		said.extend(failures.iter().cloned());
	}
	said.join("; ")
}

async fn check(ctx: &Ctx, auditor: &Auditor<'_>, windows: Range<Window>, reports: bool) -> Result<()> {
	let chain = auditor.sources.chain;
	let mut findings = Vec::new();
	for window in windows {
		findings.push(auditor.window(window).await?);
	}
	let mut receipts: Vec<Receipt> = Vec::new();
	let mut refusals: Vec<String> = Vec::new();
	if reports {
		for fault in findings.iter().filter_map(|finding| finding.fault.as_ref()) {
			match report(ctx, chain, auditor.who(), fault).await {
				Ok(done) => receipts.extend(done),
				// One that somebody else was faster with keeps no other from being reported.
				Err(error) => {
					refusals.push(format!("window {}: {}", fault.window(), crate::error::one_line(&error)))
				}
			}
		}
		if ctx.options.dry_run || ctx.options.encode {
			return Ok(());
		}
	}
	let faults = findings.iter().filter(|finding| finding.fault.is_some()).count();
	let list: Vec<Value> = findings
		.iter()
		.map(|finding| {
			json!({
				"window": finding.window,
				"state": finding.state,
				"fault": finding.fault.as_ref().map(|fault| fault_name(fault.kind())),
			})
		})
		.collect();
	let transactions: Vec<Value> = receipts.iter().map(|one| Value::Object(one.json(chain))).collect();
	let json = json!({
		"notary": address(auditor.who()),
		"windows": list,
		"faults": faults,
		"transactions": transactions,
		"refusals": refusals,
	});
	ctx.out.emit(&json, || {
		let rows = findings.iter().map(|finding| {
			let fault = finding.fault.as_ref().map_or("-", |fault| fault_name(fault.kind()));
			[finding.window.to_string(), fault.into(), finding.state.clone()]
		});
		let mut parts = vec![table(["WINDOW", "CAN BE REPORTED", "WHAT WAS FOUND"], rows)];
		parts.extend(receipts.iter().map(|receipt| pairs(receipt.human(chain))));
		parts.join("\n\n")
	})?;
	match refusals.first() {
		Some(first) => bail!("{first}"),
		None => Ok(()),
	}
}

/// Demands on chain what was published.
async fn demand(ctx: &Ctx, auditor: &Auditor<'_>, window: Window, slot: Option<Slot>) -> Result<()> {
	let chain = auditor.sources.chain;
	let expected = auditor.sources.expected(&auditor.at, auditor.who(), &auditor.history, window).await?;
	let (found, failures) = auditor.sources.find(&auditor.at, &auditor.notary, Some(window)).await;
	let signed = match &expected.committed {
		Some(committed) => {
			let info = chain.commitment(&auditor.at, auditor.who(), window).await?;
			auditor.signed_on_chain(&info.context("the window cannot be disputed")?, committed).await?
		}
		None => {
			let mut signed = found.iter().filter_map(|found| found.signed.clone());
			signed.find(|signed| check_signed(&expected, signed).is_ok())
		}
	};
	let signed = signed.with_context(|| {
		format!("no commitment of the notary to window {window} was found: {}", failures.join("; "))
	})?;
	let call = match slot {
		None => Call::new("Notary", "challenge_bytes").encoded(&auditor.at, "signed", &signed)?,
		Some(slot) => {
			let mut verified = found.iter().filter_map(|one| verify(&expected, one, &LIMITS).ok());
			let verified = verified.next().with_context(|| {
				format!("the publication of window {window} is needed to show that the slot is in it; demand its bytes first")
			})?;
			let proof = Tree::new(&verified.present).prove(slot);
			let proof = proof.with_context(|| format!("slot {slot} is not present in window {window}"))?;
			Call::new("Notary", "audit")
				.encoded(&auditor.at, "signed", &signed)?
				.arg("slot", number(slot))
				.encoded(&auditor.at, "proof", &proof)?
		}
	};
	run_call(ctx, chain, call).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::presence::verify::tests::published;

	#[test]
	fn a_signature_should_be_found_in_the_transaction_that_brought_it() {
		let (expected, found) = published(7, &[1, 2]);
		let (signed, key) = (found.signed.unwrap(), expected.key.unwrap());
		let transaction = [&[0x45, 0, 44, 22][..], &signed.encode(), &[9, 9]].concat();
		assert_eq!(signed_in(&transaction, &signed.commitment, &key), Some(signed.clone()));
		let cut = &transaction[..transaction.len() - 3];
		assert_eq!(signed_in(cut, &signed.commitment, &key), None);
		let mut forged = transaction.clone();
		forged[4 + signed.commitment.encode().len()] ^= 1;
		assert_eq!(signed_in(&forged, &signed.commitment, &key), None);
		assert_eq!(signed_in(&transaction, &signed.commitment, &[1; 32]), None);
	}

	#[test]
	fn two_commitments_in_two_places_should_be_a_fault_if_both_are_signed() {
		let (expected, one) = published(7, &[1]);
		let (_, other) = published(7, &[1, 2]);
		let fault = two_of(&expected, &[one.clone(), other.clone()]);
		assert!(matches!(fault, Some(Fault::Equivocation { .. })));
		assert_eq!(two_of(&expected, &[one.clone(), one.clone()]), None);
		let mut forged = other;
		forged.signed.as_mut().unwrap().signature[0] ^= 1;
		assert_eq!(two_of(&expected, &[one, forged]), None);
	}

	#[test]
	fn what_was_found_should_be_told_with_its_place() {
		let (expected, found) = published(7, &[1, 2]);
		assert_eq!(judged(&expected, &[found], &[]), "here: 2 of 20 present, as committed to");
		let nothing = judged(&expected, &[], &["its link: 404".into()]);
		assert!(nothing.contains("--demand") && nothing.ends_with("its link: 404"), "{nothing}");
	}
}
