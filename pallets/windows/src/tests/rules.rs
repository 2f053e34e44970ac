use crate::{Defect, Windows, MAX_BLOCKS, MAX_CLOSE, MIN_CLOSE};

fn check_after(change: impl FnOnce(&mut Windows)) -> Result<(), Defect> {
	let mut windows = Windows::default();
	change(&mut windows);
	windows.check()
}

#[test]
fn default_should_be_production() {
	let windows = Windows::default();
	assert_eq!(windows.check(), Ok(()));
	let days = |blocks: u32| u64::from(blocks) * u64::from(windows.consensus.slot_ms) / 86_400_000;
	assert_eq!(days(windows.stake.report), 7);
	assert_eq!(days(windows.stake.review), 7);
	assert_eq!(days(windows.stake.unbonding), 28);
}

#[test]
fn windows_should_be_refused_when_a_duration_is_zero_or_too_long() {
	assert_eq!(check_after(|w| w.stake.notice = 0), Err(Defect::Zero));
	assert_eq!(check_after(|w| w.consensus.epoch_slots = 0), Err(Defect::Zero));
	assert_eq!(check_after(|w| w.governance.root.prepare = 0), Err(Defect::Zero));
	assert_eq!(check_after(|w| w.governance.motion = 0), Err(Defect::Zero));
	assert_eq!(check_after(|w| w.stake.unbonding = MAX_BLOCKS), Ok(()));
	assert_eq!(check_after(|w| w.stake.unbonding = MAX_BLOCKS + 1), Err(Defect::TooLong));
	assert_eq!(check_after(|w| w.stake.report = u32::MAX), Err(Defect::TooLong));
}

#[test]
fn windows_should_be_refused_when_the_slot_is_out_of_range() {
	for slot in [0, 498, 6_001, 60_002] {
		assert_eq!(check_after(|w| w.consensus.slot_ms = slot), Err(Defect::Slot), "{slot}");
	}
}

#[test]
fn windows_should_be_refused_when_stake_could_leave_before_its_slash() {
	assert_eq!(check_after(|w| w.stake.unbonding = w.stake.report + w.stake.review + w.stake.margin), Ok(()));
	assert_eq!(
		check_after(|w| w.stake.unbonding = w.stake.report + w.stake.review + w.stake.margin - 1),
		Err(Defect::StakeEscapes)
	);
	assert_eq!(
		check_after(|w| w.consensus.slash_defer_eras = w.consensus.bonding_eras),
		Err(Defect::ValidatorEscapes)
	);
}

#[test]
fn windows_should_be_refused_when_notaries_could_be_late_or_escape() {
	assert_eq!(check_after(|w| w.presence.grace = w.presence.window), Ok(()));
	assert_eq!(check_after(|w| w.presence.grace = w.presence.window + 1), Err(Defect::LateCommitment));
	assert_eq!(check_after(|w| w.presence.grace = 2), Ok(()));
	assert_eq!(check_after(|w| w.presence.grace = 1), Err(Defect::LateCommitment));
	assert_eq!(check_after(|w| w.presence.retention = 1), Err(Defect::LateCommitment));
	assert_eq!(check_after(|w| w.presence.retention = 65), Err(Defect::AnnouncementsForgotten));
	let last = |w: &mut Windows| w.stake.report - w.presence.window * (w.presence.retention + 1);
	assert_eq!(check_after(|w| w.presence.answer = last(w)), Ok(()));
	assert_eq!(check_after(|w| w.presence.answer = last(w) + 1), Err(Defect::FaultEscapes));
	assert_eq!(check_after(|w| w.presence.window = MAX_BLOCKS), Err(Defect::FaultEscapes));
	assert_eq!(check_after(|w| w.presence.intent = 0), Err(Defect::Zero));
}

#[test]
fn windows_should_be_refused_when_channels_close_too_fast_or_too_slowly() {
	for close in [MIN_CLOSE, MAX_CLOSE] {
		assert_eq!(check_after(|w| w.channels.close = close), Ok(()));
	}
	for close in [MIN_CLOSE - 1, MAX_CLOSE + 1] {
		assert_eq!(check_after(|w| w.channels.close = close), Err(Defect::CloseWindow));
	}
	assert_eq!(check_after(|w| w.channels.proposal = 0), Err(Defect::Zero));
}

#[test]
fn windows_should_be_refused_when_those_who_were_cut_off_could_escape() {
	assert_eq!(check_after(|w| w.edges.age = w.edges.activation - 1), Ok(()));
	assert_eq!(check_after(|w| w.edges.age = w.edges.activation), Err(Defect::WeightTooFast));
	assert_eq!(check_after(|w| w.edges.review = w.governance.slash_veto.longest_run()), Ok(()));
	assert_eq!(
		check_after(|w| w.edges.review = w.governance.slash_veto.longest_run() - 1),
		Err(Defect::CutVetoTooSlow)
	);
	// Production's fit to the block.
	assert_eq!(check_after(|w| w.edges.claims += 1), Err(Defect::CutEscapes));
	assert_eq!(check_after(|w| w.edges.grace = w.edges.review + 1), Err(Defect::CutEscapes));
	let least = |w: &mut Windows| w.edges.age + w.edges.longest_claim();
	assert_eq!(check_after(|w| w.edges.horizon = least(w)), Ok(()));
	assert_eq!(check_after(|w| w.edges.horizon = least(w) - 1), Err(Defect::CutEscapes));
	assert_eq!(check_after(|w| w.edges.notice = 0), Err(Defect::Zero));
}

#[test]
fn windows_should_be_refused_when_a_failure_under_an_agreement_could_not_be_claimed_for() {
	assert_eq!(
		check_after(|w| w.agreements.shortest_answer = w.agreements.longest_answer + 1),
		Err(Defect::ClaimsTooLate)
	);
	assert_eq!(check_after(|w| w.agreements.shortest_answer = w.agreements.longest_answer), Ok(()));
	assert_eq!(
		check_after(|w| w.agreements.longest_answer = w.agreements.claims),
		Err(Defect::ClaimsTooLate)
	);
	let most = |w: &Windows| w.stake.report - w.agreements.longest_answer;
	assert_eq!(check_after(|w| w.agreements.claims = most(w)), Ok(()));
	assert_eq!(check_after(|w| w.agreements.claims = most(w) + 1), Err(Defect::ClaimsTooLate));
	assert_eq!(check_after(|w| w.agreements.proposal = 0), Err(Defect::Zero));
}

#[test]
fn windows_should_be_refused_when_eras_are_too_short_for_what_can_be_slashed() {
	// Seven eras of reports, eight of review and margin, and the one that runs: production's, to the last.
	assert_eq!(check_after(|w| w.stake.era -= 1), Err(Defect::TooManyEras));
	assert_eq!(check_after(|w| w.stake.era += 1), Ok(()));
	assert_eq!(check_after(|w| w.stake.era = 0), Err(Defect::Zero));
}

#[test]
fn windows_should_be_refused_when_a_veto_could_come_after_the_review() {
	assert_eq!(check_after(|w| w.stake.review = w.governance.slash_veto.longest_run()), Ok(()));
	assert_eq!(
		check_after(|w| w.stake.review = w.governance.slash_veto.longest_run() - 1),
		Err(Defect::VetoTooSlow)
	);
}
