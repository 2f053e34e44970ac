//! Reports by hand, with evidence from wherever it comes: what `notary audit` and `operator announce` find by themselves, and
//! what others have seen.

use super::{
	audit::Auditor,
	omission::{self, Word},
	report::{report, Fault},
};
use crate::{
	args::{text_or_file, AccountArg},
	chain::{call::Call, submit::Receipt, Chain},
	cli::Ctx,
	error::usage,
	output::pairs,
	presence::{
		receipts::{Proof, Receipts},
		rpc::is_receipt,
		verify::{check_signed, Found},
	},
	recommend::experience::file_or_default,
	roles::run_call_with,
};
use anyhow::{bail, Context, Result};
use clap::{Args, Subcommand};
use codec::DecodeAll;
use serde_json::{json, Value};
use std::path::PathBuf;
use surety_presence::message::{Announcement, Signature, SignedCommitment};
use surety_primitives::{
	notary::{Slot, Window},
	AccountId,
};

/// What a notary has done.
#[derive(Subcommand, Debug)]
pub enum ReportVerb {
	/// It has committed to nothing in a window in which it had to
	Missed {
		/// The notary
		notary: AccountArg,
		/// Which window
		#[arg(long)]
		window: Window,
	},
	/// It has left your attested offer out of a publication, though it has given a receipt or you announced on chain. Only
	/// the operator itself can report it
	Omission(OmissionArgs),
	/// Its bytes belie the commitment that it has signed
	Mismatch(MismatchArgs),
	/// It has signed two commitments for one window
	Equivocation(EquivocationArgs),
}

/// An omission.
#[derive(Args, Debug)]
pub struct OmissionArgs {
	/// The notary
	notary: AccountArg,
	/// Which window
	#[arg(long)]
	window: Window,
	/// Your slot; that of the receipts that are kept when left out
	#[arg(long)]
	slot: Option<Slot>,
	/// The notary's signature over the receipt, 64 bytes in hex; what `operator announce` has kept when left out
	#[arg(long, value_name = "HEX", value_parser = signature, requires = "slot")]
	receipt: Option<Signature>,
	/// File in which receipts are kept, surety/receipts.redb in the user's data directory unless it says otherwise
	#[arg(long, env = "SURETY_RECEIPTS", value_name = "FILE")]
	receipts: Option<PathBuf>,
	/// The notary's signed commitment, where it cannot be found: SCALE in hex, or a file with it when it begins with @
	#[arg(long, value_name = "HEX|@FILE", value_parser = commitment, requires = "bytes")]
	commitment: Option<Box<SignedCommitment>>,
	/// The publication, where it cannot be found
	#[arg(long, value_name = "HEX|@FILE", value_parser = bytes, requires = "commitment")]
	bytes: Option<Bytes>,
	/// Hand the report in though it is no fault as this program sees it: the chain decides
	#[arg(long)]
	anyway: bool,
	/// Follow the notary's link also to other than the public network
	#[arg(long)]
	anywhere: bool,
}

/// A mismatch.
#[derive(Args, Debug)]
pub struct MismatchArgs {
	/// The notary
	notary: AccountArg,
	/// The signed commitment: SCALE in hex, or a file with it when it begins with @
	#[arg(long, value_name = "HEX|@FILE", value_parser = commitment)]
	commitment: Box<SignedCommitment>,
	/// The publication, in the same way
	#[arg(long, value_name = "HEX|@FILE", value_parser = bytes)]
	bytes: Bytes,
	/// What the publication starts from, where it is a delta
	#[arg(long, value_name = "HEX|@FILE", value_parser = bytes)]
	earlier: Option<Bytes>,
}

/// Two commitments.
#[derive(Args, Debug)]
pub struct EquivocationArgs {
	/// The notary
	notary: AccountArg,
	/// A signed commitment: SCALE in hex, or a file with it when it begins with @
	#[arg(long, value_name = "HEX|@FILE", value_parser = commitment)]
	commitment: Box<SignedCommitment>,
	/// Another one for the same window; the one on chain when left out
	#[arg(long, value_name = "HEX|@FILE", value_parser = commitment)]
	other: Option<Box<SignedCommitment>>,
}

/// Bytes of a publication, as they are written: clap would take a bare list for many arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bytes(Vec<u8>);

/// Bytes in hex, or those of a file.
fn bytes(text: &str) -> Result<Bytes, String> {
	match text.starts_with('@') {
		true => text_or_file(text).map(Bytes),
		false => {
			let hex = text.strip_prefix("0x").unwrap_or(text);
			hex::decode(hex).map(Bytes).map_err(|error| format!("`{text}` is not hex: {error}"))
		}
	}
}

fn commitment(text: &str) -> Result<Box<SignedCommitment>, String> {
	let Bytes(bytes) = bytes(text)?;
	let signed = SignedCommitment::decode_all(&mut &bytes[..]);
	signed.map(Box::new).map_err(|error| format!("that is no signed commitment: {error}"))
}

fn signature(text: &str) -> Result<Signature, String> {
	let Bytes(bytes) = bytes(text)?;
	bytes.try_into().map_err(|_| format!("`{text}` is not a signature of 64 bytes"))
}

/// Reports it.
pub async fn run(ctx: &Ctx, chain: &Chain, verb: ReportVerb) -> Result<()> {
	match verb {
		ReportVerb::Missed { notary, window } => {
			promised(ctx, chain, &notary.0, &Fault::Missed { window }).await
		}
		ReportVerb::Omission(args) => omission(ctx, chain, args).await,
		ReportVerb::Mismatch(args) => {
			let (signed, earlier) = (args.commitment, args.earlier.map(|Bytes(bytes)| bytes));
			let fault = Fault::Mismatch { signed, bytes: args.bytes.0, earlier };
			promised(ctx, chain, &args.notary.0, &fault).await
		}
		ReportVerb::Equivocation(args) => equivocation(ctx, chain, args).await,
	}
}

/// Promises and reports, and prints both.
async fn promised(ctx: &Ctx, chain: &Chain, notary: &AccountId, fault: &Fault) -> Result<()> {
	let of_another = match fault {
		Fault::Missed { .. } => false,
		Fault::Mismatch { signed, .. } => signed.commitment.notary != <[u8; 32]>::from(notary.clone()),
		Fault::Equivocation { first, .. } => first.commitment.notary != <[u8; 32]>::from(notary.clone()),
	};
	if of_another {
		return Err(usage("the commitment is another notary's"));
	}
	chain.existing_notary(&chain.best().await?, notary).await?;
	let receipts = report(ctx, chain, notary, fault).await?;
	let Some(last) = receipts.last() else { return Ok(()) };
	let slash = last.number("Notary", "slash").and_then(|slash| u64::try_from(slash).ok());
	let transactions: Vec<Value> = receipts.iter().map(|one| Value::Object(one.json(chain))).collect();
	ctx.out.emit(&json!({ "slash": slash, "transactions": transactions }), || {
		pairs(receipts.iter().flat_map(|receipt: &Receipt| receipt.human(chain)))
	})
}

async fn equivocation(ctx: &Ctx, chain: &Chain, args: EquivocationArgs) -> Result<()> {
	let (notary, second) = (&args.notary.0, args.commitment);
	let first = match args.other {
		Some(other) => other,
		None => {
			let (auditor, window) =
				(Auditor::new(ctx, chain, notary, false).await?, second.commitment.window);
			let info = chain.commitment(&auditor.at, notary, window).await?;
			let info = info.with_context(|| format!("window {window} cannot be disputed"))?;
			let committed = info.commitment.clone();
			let committed = committed.with_context(|| {
				format!("nothing is on chain of window {window}: give the other commitment by --other")
			})?;
			let found = auditor.signed_on_chain(&info, &committed).await?;
			Box::new(found.context("the commitment on chain was found without its signature")?)
		}
	};
	promised(ctx, chain, notary, &Fault::Equivocation { first, second }).await
}

impl OmissionArgs {
	/// What was announced, and what shows that the notary knows.
	async fn announced(&self, auditor: &Auditor<'_>) -> Result<(Announcement, Proof)> {
		let (chain, notary) = (auditor.sources.chain, &auditor.notary.notary);
		let genesis = chain.api.genesis_hash().0;
		if let (Some(signature), Some(slot)) = (self.receipt, self.slot) {
			let tenure = chain.tenure(&auditor.at, notary, slot).await?;
			let tenure = tenure.with_context(|| format!("slot {slot} is nobody's any more"))?;
			let generation = tenure.generation;
			let notary = notary.clone().into();
			let announcement = Announcement { genesis, notary, slot, generation, window: self.window };
			let key = auditor.history.key_at(self.window).context("the notary has no key in this window")?;
			if !is_receipt(&announcement, &signature, &key) {
				bail!(
					"the signature is not the notary's receipt for slot {slot}, attestation {generation}, window {}",
					self.window
				);
			}
			return Ok((announcement, Proof::Receipt(signature)));
		}
		let path = file_or_default(&self.receipts, "receipts.redb", "--receipts")?;
		let mut kept = Receipts { path }.of_window(&genesis, &notary.clone().into(), self.window)?;
		kept.retain(|kept| self.slot.is_none_or(|slot| kept.announcement.slot == slot));
		match &kept[..] {
			[one] => Ok((one.announcement, one.proof.clone())),
			[] => bail!("no receipt of the notary for window {} is kept", self.window),
			_ => Err(usage("there are receipts for several slots: which one? --slot")),
		}
	}
}

async fn omission(ctx: &Ctx, chain: &Chain, args: OmissionArgs) -> Result<()> {
	let auditor = Auditor::new(ctx, chain, &args.notary.0, args.anywhere).await?;
	let (announcement, proof) = args.announced(&auditor).await?;
	let mut more = Vec::new();
	if let (Some(signed), Some(Bytes(bytes))) = (&args.commitment, &args.bytes) {
		let expected =
			auditor.sources.expected(&auditor.at, &args.notary.0, &auditor.history, args.window).await?;
		check_signed(&expected, signed).context("--commitment")?;
		let signed = Some((**signed).clone());
		let place = "what was given".into();
		more.push(Found { place, window: args.window, signed, bytes: bytes.clone(), earlier: None });
	}
	let (window, slot) = (args.window, announcement.slot);
	let omission = match auditor.look(&announcement, more).await? {
		Word::Present => bail!("slot {slot} is in the publication of window {window}: there is no fault"),
		Word::NotThere(why) => bail!(
			"no publication of window {window} was found, so nothing can be said of it (`notary audit --demand` asks for it on chain): {why}"
		),
		Word::LeftOut(omission) => omission,
	};
	if let Some(excuse) = &omission.excuse {
		match args.anyway {
			true => ctx.out.progress(&format!("that is no fault: {excuse}")),
			false => bail!("slot {slot} need not be in the publication of window {window}: {excuse}"),
		}
	}
	let call: Call = omission::call(&auditor.at, slot, &proof, &omission)?;
	run_call_with(ctx, chain, call, |receipt| {
		let slash = receipt.number("Notary", "slash").and_then(|slash| u64::try_from(slash).ok());
		slash.map(|slash| ("slash", slash.into())).into_iter().collect()
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::presence::verify::tests::published;
	use codec::Encode;

	#[test]
	fn a_commitment_should_be_read_from_hex_or_from_a_file() {
		let (_, found) = published(7, &[1, 2]);
		let signed = Box::new(found.signed.unwrap());
		assert_eq!(commitment(&crate::output::hex(signed.encode())), Ok(signed.clone()));
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), signed.encode()).unwrap();
		assert_eq!(commitment(&format!("@{}", file.path().display())), Ok(signed.clone()));
		let longer = [&signed.encode()[..], &[0]].concat();
		for text in ["", "0x", "zz", "@/there/is/no/such/file", &crate::output::hex(longer)] {
			assert!(commitment(text).is_err(), "{text}");
		}
	}

	#[test]
	fn a_receipt_should_be_a_signature() {
		assert_eq!(signature(&"07".repeat(64)), Ok([7; 64]));
		assert!(signature(&"07".repeat(63)).is_err());
	}
}
