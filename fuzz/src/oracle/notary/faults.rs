//! What notaries owe in each window, and what they may be punished for.
//!
//! What a commitment was meant to be is told by its link, see [`keys::HONEST`]: an honest one is signed once for a
//! window, and says all that the notary knows. By these nobody can be punished, whatever others do. That it says all is
//! judged by what was attested at the end of its base block, of which a book is kept: where steps of a history are left
//! out, what was honest may be no more.

use super::inner;
use crate::{
	chain::Dispatched,
	generate::announces,
	keys,
	oracle::{hold, see, who, Phase, Seen, Verdict},
	step::Origin,
};
use codec::Encode;
use frame_support::traits::Get;
use pallet_notary::{Call, Event, Expected};
use sp_io::hashing::blake2_256;
use std::collections::{BTreeMap, BTreeSet};
use surety_presence::{merkle, message::SignedCommitment, SlotSet};
use surety_primitives::{
	notary::{ChallengeSubject, FaultKind, Generation, PublicationMode, Slot, Window},
	BlockNumber, Era, SlashId, NOTARISATION,
};
use surety_runtime::{AccountId, Restaking, Runtime, RuntimeCall, RuntimeEvent, System};

/// A window, as it began.
#[derive(Debug)]
struct Begun {
	start: BlockNumber,
	era: Era,
	/// From its beginning, for the window before.
	grace: BlockNumber,
	/// Who is a notary in it, and whether a commitment is due for it.
	notaries: BTreeMap<AccountId, bool>,
}

/// What a notary was asked for.
#[derive(Debug)]
struct Asked {
	challenger: AccountId,
	due: BlockNumber,
	/// Hashes of the bytes that answer it, where it is for bytes and was asked by a call of its own.
	bytes: Option<([u8; 32], Option<[u8; 32]>)>,
}

/// By notary and window, what was asked for as it is encoded.
type Place = (AccountId, Window, Vec<u8>);

/// What is known of notaries.
#[derive(Default, Debug)]
pub(super) struct Book {
	windows: BTreeMap<Window, Begun>,
	committed: BTreeSet<(AccountId, Window)>,
	asked: BTreeMap<Place, Asked>,
	reported: BTreeSet<(AccountId, Window, Vec<u8>)>,
	/// What was attested at the end of a block, and since when.
	attested: BTreeMap<(AccountId, BlockNumber), BTreeMap<Slot, (Generation, BlockNumber)>>,
	/// What was announced on chain.
	announced: BTreeSet<(AccountId, Slot, Generation, Window)>,
}

/// Whose a commitment is, and of which window.
fn about(signed: &SignedCommitment) -> (AccountId, Window) {
	(signed.commitment.notary.into(), signed.commitment.window)
}

impl Book {
	/// Notes what has happened.
	pub(super) fn note(
		&mut self,
		phase: Phase<'_>,
		events: &[RuntimeEvent],
		dispatched: Option<&Dispatched>,
		seen: &mut Seen,
	) -> Verdict {
		if let Phase::Finish = phase {
			self.look();
		}
		let mut calls = Vec::new();
		if let Phase::Call(_, call) = phase {
			inner(call, &mut calls);
		}
		self.check_answer(phase, dispatched, seen)?;
		let mut shown = BTreeSet::<SlashId>::new();
		for event in events {
			let RuntimeEvent::Notary(event) = event else { continue };
			match event {
				Event::WindowBegan { window } => self.begin(*window),
				Event::Announced { notary, slot, window } => {
					if let Some(attestation) = pallet_notary::Attestations::<Runtime>::get(notary, slot) {
						let generation = attestation.tenure.generation;
						self.announced.insert((notary.clone(), *slot, generation, *window));
					}
				}
				Event::Committed { notary, window, .. } => {
					let honest = calls.iter().any(|call| match call {
						RuntimeCall::Notary(Call::commit { signed } | Call::publish { signed, .. }) => {
							self.is_honest(signed)
						}
						_ => false,
					});
					see(seen, if honest { "honest commitments" } else { "other commitments" }, 1);
					hold!(
						self.committed.insert((notary.clone(), *window)),
						"a notary commits once to a window",
						"{} has committed twice to window {window}",
						who(notary)
					);
				}
				Event::Challenged { notary, window, subject, challenger, due, .. } => {
					let bytes = calls.iter().find_map(|call| match call {
						RuntimeCall::Notary(Call::challenge_bytes { signed })
							if *subject == ChallengeSubject::Bytes =>
						{
							let commitment = &signed.commitment;
							(about(signed) == (notary.clone(), *window))
								.then_some((commitment.bytes_hash, commitment.earlier))
						}
						_ => None,
					});
					// In a batch there may be several.
					let bytes = bytes.filter(|_| calls.len() == 1);
					let asked = Asked { challenger: challenger.clone(), due: *due, bytes };
					self.asked.insert((notary.clone(), *window, subject.encode()), asked);
					if let [RuntimeCall::Notary(Call::audit { signed, .. })] = calls.as_slice() {
						self.check_audit(signed, *subject, seen)?;
					}
				}
				Event::Answered { notary, window, subject, .. } => {
					let asked = self.asked.remove(&(notary.clone(), *window, subject.encode()));
					hold!(asked.is_some(), "only what was asked for is answered", "{event:?}");
				}
				Event::ChallengeConcluded { notary, window, subject, slash } => {
					let place = (notary.clone(), *window, subject.encode());
					let Some(asked) = self.asked.remove(&place) else {
						hold!(false, "only what was asked for is concluded", "{event:?}");
						continue;
					};
					hold!(
						System::block_number() >= asked.due,
						"a notary has its time to answer",
						"{event:?}: {asked:?}"
					);
					if let Some(slash) = slash {
						let reporter =
							pallet_slashing::Slashes::<Runtime>::get(slash).map(|slash| slash.reporter);
						hold!(
							reporter.is_none_or(|reporter| reporter == asked.challenger),
							"what was not answered is reported for the one who asked",
							"{event:?}: {asked:?}"
						);
						see(seen, "challenges that were not answered", 1);
					}
				}
				Event::FaultReported { notary, window, kind, slash, .. } => {
					self.check_fault(notary, *window, *kind, *slash, &calls)?;
					shown.insert(*slash);
					see(
						seen,
						match kind {
							FaultKind::Missed => "windows missed",
							FaultKind::Mismatch => "commitments belied",
							FaultKind::Equivocation => "equivocations",
							FaultKind::Omission => "omissions",
							FaultKind::Withheld => "bytes withheld",
							FaultKind::Unannounced => "slots not announced",
						},
						1,
					);
				}
				_ => {}
			}
		}
		for event in events {
			let RuntimeEvent::Slashing(pallet_slashing::Event::Reported { slash, service, .. }) = event
			else {
				continue;
			};
			hold!(
				*service != NOTARISATION || shown.contains(slash),
				"notaries are punished for what was shown of them alone",
				"{event:?}"
			);
		}
		Ok(())
	}

	/// Notes what is attested at the end of a block.
	fn look(&mut self) {
		let now = System::block_number();
		for (notary, slot, attestation) in pallet_notary::Attestations::<Runtime>::iter() {
			let there = self.attested.entry((notary, now)).or_default();
			there.insert(slot, (attestation.tenure.generation, attestation.tenure.attested_at));
		}
		let oldest = now.saturating_sub(150);
		self.attested.retain(|(_, block), _| *block >= oldest);
	}

	/// Whether a commitment says what its notary knew, in its time.
	fn is_honest(&self, signed: &SignedCommitment) -> bool {
		let SignedCommitment { commitment, .. } = signed;
		let (notary, window) = about(signed);
		let Some(next) = window.checked_add(1).and_then(|next| self.windows.get(&next)) else { return false };
		let due = next.start.saturating_add(next.grace);
		let in_time = (next.start..due).contains(&commitment.base_block);
		let nobody = BTreeMap::new();
		let attested = self.attested.get(&(notary.clone(), commitment.base_block)).unwrap_or(&nobody);
		let present = attested.iter().filter(|(slot, (generation, since))| {
			// Who was attested after the window cannot have announced itself in it.
			(*since < next.start && announces(&notary, **slot, *generation, window))
				|| self.announced.contains(&(notary.clone(), **slot, *generation, window))
		});
		let set = SlotSet::from_slots(commitment.universe, present.map(|(slot, _)| *slot));
		commitment.link.as_slice() == keys::HONEST
			&& in_time
			&& set.is_ok_and(|set| (set.len(), merkle::root(&set)) == (commitment.present, commitment.root))
	}

	fn begin(&mut self, window: Window) {
		let notaries = pallet_notary::Notaries::<Runtime>::iter().map(|(notary, record)| {
			// What was changed before this window holds in it.
			let on_chain = record.mode.latest().is_some_and(|mode| *mode != PublicationMode::Link);
			let gone = record.leaving && record.attested == 0;
			(notary, on_chain && !gone)
		});
		let begun = Begun {
			start: System::block_number(),
			era: Restaking::era(),
			grace: <Runtime as pallet_notary::Config>::Grace::get(),
			notaries: notaries.collect(),
		};
		self.windows.insert(window, begun);
		let oldest = window.saturating_sub(70);
		self.windows.retain(|window, _| *window >= oldest);
		self.committed.retain(|(_, window)| *window >= oldest);
		self.reported.retain(|(_, window, _)| *window >= oldest);
		self.announced.retain(|(_, _, _, window)| *window >= oldest);
	}

	fn check_fault(
		&mut self,
		notary: &AccountId,
		window: Window,
		kind: FaultKind,
		slash: SlashId,
		calls: &[&RuntimeCall],
	) -> Verdict {
		let name = who(notary);
		let Some(owes) = self.windows.get(&window).and_then(|begun| begun.notaries.get(notary)) else {
			hold!(
				false,
				"nobody answers for a window in which it was no notary",
				"{name} in window {window}"
			);
			return Ok(());
		};
		hold!(
			self.reported.insert((notary.clone(), window, kind.encode())),
			"each kind of fault counts once for a window",
			"{name}: {kind:?} in window {window}, again"
		);
		if let (Some(slash), Some(begun)) =
			(pallet_slashing::Slashes::<Runtime>::get(slash), self.windows.get(&window))
		{
			let fractions = <Runtime as pallet_notary::Config>::Fractions::get();
			hold!(
				(&slash.operator, slash.service, slash.era, slash.fraction)
					== (notary, NOTARISATION, begun.era, fractions.of(kind)),
				"a fault costs what backed the notary in its window",
				"{name}: {kind:?} in window {window}, which began in era {}: {slash:?}",
				begun.era
			);
		}
		let due = window.checked_add(1).and_then(|next| self.windows.get(&next));
		let late = due.is_some_and(|next| System::block_number() >= next.start.saturating_add(next.grace));
		let there = self.committed.contains(&(notary.clone(), window));
		let honest =
			|signed: &SignedCommitment| about(signed) == (notary.clone(), window) && self.is_honest(signed);
		// Whether by one of the calls a commitment was reported that is wrong: none is, where all are honest.
		let wrong = |reports: &dyn Fn(&RuntimeCall) -> Option<bool>| {
			calls.iter().filter_map(|call| reports(call)).any(|is_wrong| is_wrong)
		};
		let guilty = match kind {
			FaultKind::Missed => *owes && late && !there,
			FaultKind::Equivocation => wrong(&|call| match call {
				RuntimeCall::Notary(Call::report_equivocation { first, second }) => {
					Some(!honest(first) || !honest(second))
				}
				_ => None,
			}),
			FaultKind::Mismatch => wrong(&|call| match call {
				RuntimeCall::Notary(Call::report_mismatch { signed, .. }) => Some(!honest(signed)),
				_ => None,
			}),
			FaultKind::Omission => wrong(&|call| match call {
				RuntimeCall::Notary(Call::report_omission { signed, .. }) => Some(!honest(signed)),
				_ => None,
			}),
			// That it was asked, and had its time, is seen when the challenge is concluded.
			FaultKind::Withheld | FaultKind::Unannounced => {
				let conclude = |call: &RuntimeCall| match call {
					RuntimeCall::Notary(Call::conclude { notary: of, window: at, .. }) => {
						Some((of, *at) == (notary, window))
					}
					_ => None,
				};
				wrong(&conclude)
			}
		};
		hold!(
			guilty,
			"a notary that has done nothing wrong is not punished",
			"{name}: {kind:?} in window {window}; owes {owes}, late {late}, has committed {there}"
		);
		Ok(())
	}

	/// What was asked for is taken, however late, as long as nobody has concluded.
	fn check_answer(&self, phase: Phase<'_>, dispatched: Option<&Dispatched>, seen: &mut Seen) -> Verdict {
		let Phase::Call(
			Origin::Signed(_),
			RuntimeCall::Notary(Call::answer_bytes { notary, window, bytes, earlier }),
		) = phase
		else {
			return Ok(());
		};
		let place = (notary.clone(), *window, ChallengeSubject::Bytes.encode());
		let Some((hash, before)) = self.asked.get(&place).and_then(|asked| asked.bytes) else {
			return Ok(());
		};
		let right = blake2_256(bytes) == hash
			&& before.is_none_or(|hash| earlier.as_ref().is_some_and(|bytes| blake2_256(bytes) == hash));
		if let (true, Some(dispatched)) = (right, dispatched) {
			see(seen, "right answers to challenges", 1);
			hold!(
				dispatched.result.is_ok(),
				"the bytes that a notary was asked for are taken as its answer",
				"of window {window} of {}: {:?}",
				who(notary),
				dispatched.result
			);
		}
		Ok(())
	}

	/// Who is listed by an honest notary has announced itself, so that the notary can show it.
	fn check_audit(&self, signed: &SignedCommitment, subject: ChallengeSubject, seen: &mut Seen) -> Verdict {
		let ChallengeSubject::Announcement(slot) = subject else { return Ok(()) };
		if !self.is_honest(signed) {
			return Ok(());
		}
		let (notary, window) = about(signed);
		let challenge = pallet_notary::Challenges::<Runtime>::get(&notary, (window, subject));
		let generation = match challenge.map(|challenge| challenge.expected) {
			Some(Expected::Announcement(Some((generation, _)))) => Some(generation),
			_ => None,
		};
		see(seen, "audits of honest notaries", 1);
		hold!(
			generation.is_some_and(|generation| announces(&notary, slot, generation, window)),
			"an honest notary can show what it is asked for",
			"slot {slot} in window {window} of {}: generation {generation:?}",
			who(&notary)
		);
		Ok(())
	}
}
