//! Was a slot left out that had to be in a publication? What an operator holds a receipt for is looked for in what the
//! notary has published, and judged as the chain would judge it.

use super::audit::Auditor;
use crate::{
	chain::{
		call::{number, option, Call},
		notary::Tenure,
		At,
	},
	presence::{
		receipts::Proof,
		sources::LIMITS,
		verify::{verify, Found, Verified},
	},
};
use anyhow::{Context, Result};
use subxt::dynamic::Value;
use surety_presence::{
	merkle::{Exclusion, Tree},
	message::{Announcement, Commitment, SignedCommitment},
	Presence,
};
use surety_primitives::notary::Slot;

/// What a publication says of a slot.
pub enum Word {
	/// It is there.
	Present,
	/// No publication was found, or none that can be believed; and why.
	NotThere(String),
	/// It is left out.
	LeftOut(Box<Omission>),
}

/// That a slot was left out.
pub struct Omission {
	/// What the notary has signed.
	pub signed: SignedCommitment,
	/// That the slot is not among those that were committed to; nothing where it is past the universe.
	pub exclusion: Option<Exclusion>,
	/// Why it need not be there. Then it is no fault.
	pub excuse: Option<String>,
}

/// The block whose attestations a commitment has to be about: the one that it names if that is in its time, from the
/// window's end until it was due, and else the end.
fn base_block(commitment: &Commitment, end: u32, due: u32) -> u32 {
	match (end..due).contains(&commitment.base_block) {
		true => commitment.base_block,
		false => end,
	}
}

/// Why an attestation need not be in a publication of the block `base`; nothing where it has to be. `tenure` is that of the
/// slot, `generation` the attestation's number.
fn excuse(tenure: Option<&Tenure>, generation: u32, base: u32) -> Option<String> {
	let Some(tenure) = tenure else { return Some("the slot is nobody's any more".into()) };
	if tenure.generation != generation {
		return Some(format!("the slot is of attestation {} and not of {generation}", tenure.generation));
	}
	if tenure.attested_at > base {
		let at = tenure.attested_at;
		return Some(format!("it was attested in block {at}, and the publication is of block {base}"));
	}
	let ended = tenure.ended_at.filter(|ended| *ended <= base)?;
	Some(format!("its attestation had ended in block {ended}, and the publication is of block {base}"))
}

impl Auditor<'_> {
	/// What the notary's publications say of an announcement. `more` is what was found of the window elsewhere.
	pub async fn look(&self, announcement: &Announcement, more: Vec<Found>) -> Result<Word> {
		let Announcement { slot, generation, window, .. } = *announcement;
		let notary = &self.notary.notary;
		let expected = self.sources.expected(&self.at, notary, &self.history, window).await?;
		let (mut found, mut notes) = self.sources.find(&self.at, &self.notary, Some(window)).await;
		found.extend(more);
		for one in &found {
			let verified = match verify(&expected, one, &LIMITS) {
				Ok(verified) => verified,
				Err(unfit) => {
					notes.push(format!("{}: {unfit}", one.place));
					continue;
				}
			};
			if verified.present.presence(slot) == Presence::Present {
				return Ok(Word::Present);
			}
			let excuse = self.excuse(&verified.commitment, slot, generation).await?;
			let signed = self.signature_of(&verified, one).await?;
			let signed = signed.context("the commitment was found without its signature")?;
			let absent = verified.present.presence(slot) == Presence::Absent;
			let exclusion = Tree::new(&verified.present).prove_absent(slot).filter(|_| absent);
			return Ok(Word::LeftOut(Box::new(Omission { signed, exclusion, excuse })));
		}
		Ok(Word::NotThere(notes.join("; ")))
	}

	async fn excuse(&self, commitment: &Commitment, slot: Slot, generation: u32) -> Result<Option<String>> {
		let (chain, notary) = (self.sources.chain, &self.notary.notary);
		let info = chain.commitment(&self.at, notary, commitment.window).await?;
		let due = info.context("the window cannot be disputed")?.due;
		let grace = chain.presence_window(&self.at).await?.grace;
		let base = base_block(commitment, due.saturating_sub(grace), due);
		let tenure = chain.tenure(&self.at, notary, slot).await?;
		Ok(excuse(tenure.as_ref(), generation, base))
	}

	/// The notary's signature of what was verified: as it was found, or from the chain.
	async fn signature_of(&self, verified: &Verified, found: &Found) -> Result<Option<SignedCommitment>> {
		let found = found.signed.as_ref().filter(|signed| signed.commitment == verified.commitment);
		match found {
			Some(signed) => Ok(Some(signed.clone())),
			None => {
				let (chain, notary) = (self.sources.chain, &self.notary.notary);
				let info = chain.commitment(&self.at, notary, verified.commitment.window).await?;
				let info = info.context("the window cannot be disputed")?;
				self.signed_on_chain(&info, &verified.commitment).await
			}
		}
	}
}

/// The call that reports it, by the operator that was attested.
pub fn call(at: &At, slot: Slot, proof: &Proof, omission: &Omission) -> Result<Call> {
	let witness = match proof {
		Proof::Receipt(signature) => Value::unnamed_variant("Receipt", [Value::from_bytes(signature)]),
		Proof::OnChain => Value::unnamed_variant("OnChain", []),
	};
	let call = Call::new("Notary", "report_omission")
		.encoded(at, "signed", &omission.signed)?
		.arg("slot", number(slot))
		.arg("witness", witness);
	match &omission.exclusion {
		Some(_) => call.encoded(at, "exclusion", &omission.exclusion),
		None => Ok(call.arg("exclusion", option(None))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::presence::verify::tests::published;
	use surety_primitives::AccountId;

	fn tenure(attested_at: u32, ended_at: Option<u32>) -> Tenure {
		Tenure { generation: 7, operator: AccountId::new([1; 32]), attested_at, ended_at }
	}

	#[test]
	fn whoever_was_attested_at_the_base_block_should_be_in_the_publication() {
		assert_eq!(excuse(Some(&tenure(10, None)), 7, 10), None);
		assert_eq!(excuse(Some(&tenure(10, Some(21))), 7, 20), None, "it ended afterwards");
	}

	#[test]
	fn whoever_was_not_attested_at_the_base_block_should_be_no_fault() {
		let ended = excuse(Some(&tenure(10, Some(20))), 7, 20).unwrap();
		assert!(ended.contains("ended in block 20") && ended.ends_with("of block 20"), "{ended}");
		assert!(excuse(Some(&tenure(21, None)), 7, 20).unwrap().contains("attested in block 21"));
		assert!(excuse(Some(&tenure(10, None)), 8, 20).unwrap().contains("of attestation 7"));
		assert!(excuse(None, 7, 20).is_some());
	}

	#[test]
	fn a_base_block_out_of_its_time_should_excuse_nothing() {
		let (_, found) = published(7, &[1]);
		let commitment = found.signed.unwrap().commitment;
		assert_eq!(commitment.base_block, 100);
		assert_eq!(base_block(&commitment, 98, 102), 100);
		assert_eq!(base_block(&commitment, 101, 105), 101, "before the end of the window");
		assert_eq!(base_block(&commitment, 90, 100), 90, "when it was due");
	}
}
