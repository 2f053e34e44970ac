//! Reports of what notaries have done: promised first, so that nobody can copy them, shown a block later.

use crate::{
	chain::{
		call::{account, bytes, number, Call},
		submit::{submit, Receipt, Submission},
		At, Chain,
	},
	cli::Ctx,
};
use anyhow::{Context, Result};
use codec::Encode;
use surety_presence::message::SignedCommitment;
use surety_primitives::{
	notary::{fault_evidence, FaultKind, Window},
	AccountId,
};

/// Something that can be reported by anybody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
	/// Nothing was committed to in time.
	Missed {
		/// Which window.
		window: Window,
	},
	/// The bytes belie the commitment.
	Mismatch {
		/// What was signed.
		signed: Box<SignedCommitment>,
		/// The bytes.
		bytes: Vec<u8>,
		/// What a delta starts from.
		earlier: Option<Vec<u8>>,
	},
	/// Two commitments for one window.
	Equivocation {
		/// One.
		first: Box<SignedCommitment>,
		/// Another.
		second: Box<SignedCommitment>,
	},
}

impl Fault {
	/// Its kind.
	pub fn kind(&self) -> FaultKind {
		match self {
			Self::Missed { .. } => FaultKind::Missed,
			Self::Mismatch { .. } => FaultKind::Mismatch,
			Self::Equivocation { .. } => FaultKind::Equivocation,
		}
	}

	/// Of which window.
	pub fn window(&self) -> Window {
		match self {
			Self::Missed { window } => *window,
			Self::Mismatch { signed, .. } => signed.commitment.window,
			Self::Equivocation { first, .. } => first.commitment.window,
		}
	}

	/// What has to be promised.
	pub fn evidence(&self, notary: &AccountId, reporter: &AccountId) -> [u8; 32] {
		let details = match self {
			Self::Missed { .. } => Vec::new(),
			Self::Mismatch { signed, .. } => signed.commitment.encode(),
			Self::Equivocation { first, second } => (&first.commitment, &second.commitment).encode(),
		};
		fault_evidence(self.kind(), notary, self.window(), &details, reporter).0
	}

	/// The call that shows it.
	pub fn call(&self, at: &At, notary: &AccountId) -> Result<Call> {
		match self {
			Self::Missed { window } => Ok(Call::new("Notary", "report_missed")
				.arg("notary", account(notary))
				.arg("window", number(*window))),
			Self::Mismatch { signed, bytes, earlier } => Call::new("Notary", "report_mismatch")
				.encoded(at, "signed", signed)?
				.encoded(at, "bytes", bytes)?
				.encoded(at, "earlier", earlier),
			Self::Equivocation { first, second } => Call::new("Notary", "report_equivocation")
				.encoded(at, "first", first)?
				.encoded(at, "second", second),
		}
	}
}

/// The name of a kind of fault.
pub fn fault_name(kind: FaultKind) -> &'static str {
	match kind {
		FaultKind::Missed => "missed",
		FaultKind::Mismatch => "mismatch",
		FaultKind::Equivocation => "equivocation",
		FaultKind::Omission => "omission",
		FaultKind::Withheld => "withheld",
		FaultKind::Unannounced => "unannounced",
	}
}

/// Promises a report, waits for a block, and reports. Nothing comes of it where calls are only shown.
pub async fn report(ctx: &Ctx, chain: &Chain, notary: &AccountId, fault: &Fault) -> Result<Vec<Receipt>> {
	let evidence = fault.evidence(notary, &ctx.signer()?);
	let promise = Call::new("Notary", "intend").arg("evidence", bytes(evidence));
	let mut receipts = Vec::new();
	match submit(ctx, chain, &promise).await? {
		Submission::Shown => {}
		Submission::Included(receipt) => {
			let next = u32::try_from(receipt.block_number)?.checked_add(1).context("the last block")?;
			receipts.push(*receipt);
			chain.wait_for(next).await?;
		}
	}
	let at = chain.best().await?;
	if let Submission::Included(receipt) = submit(ctx, chain, &fault.call(&at, notary)?).await? {
		receipts.push(*receipt);
	}
	Ok(receipts)
}

#[cfg(test)]
mod tests {
	use super::*;
	use surety_presence::{message::Commitment, Kind};

	fn signed(present: u32) -> Box<SignedCommitment> {
		let commitment = Commitment {
			genesis: [1; 32],
			notary: [2; 32],
			window: 7,
			base_block: 9,
			universe: 10,
			present,
			root: [3; 32],
			bytes_hash: [4; 32],
			size: 16,
			kind: Kind::Raw,
			earlier: None,
			link: Default::default(),
		};
		Box::new(SignedCommitment { commitment, signature: [5; 64] })
	}

	#[test]
	fn evidence_should_name_what_is_shown_and_who_shows_it() {
		let (notary, me, other) = (AccountId::new([2; 32]), AccountId::new([6; 32]), AccountId::new([7; 32]));
		let faults = [
			Fault::Missed { window: 7 },
			Fault::Mismatch { signed: signed(1), bytes: vec![], earlier: None },
			Fault::Mismatch { signed: signed(2), bytes: vec![], earlier: None },
			Fault::Equivocation { first: signed(1), second: signed(2) },
			Fault::Equivocation { first: signed(2), second: signed(1) },
		];
		let mut seen = std::collections::BTreeSet::new();
		for fault in &faults {
			assert_eq!(fault.window(), 7);
			assert!(seen.insert(fault.evidence(&notary, &me)));
			assert!(seen.insert(fault.evidence(&notary, &other)));
		}
		// As the pallet has it: the commitments alone, in the order in which they are handed in.
		let details = (signed(1).commitment, signed(2).commitment).encode();
		let expected = fault_evidence(FaultKind::Equivocation, &notary, 7, &details, &me);
		assert_eq!(faults[3].evidence(&notary, &me), expected.0);
	}
}
