//! Weights of the calls.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weight of each call.
pub trait WeightInfo {
	/// Weight of the turn of a window.
	fn turn_window() -> Weight;
	/// Weight of clearing one thing away.
	fn clear() -> Weight;
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `set_terms`.
	fn set_terms() -> Weight;
	/// Weight of `set_key`.
	fn set_key() -> Weight;
	/// Weight of `set_mode`.
	fn set_mode() -> Weight;
	/// Weight of `set_link`.
	fn set_link() -> Weight;
	/// Weight of `deregister`.
	fn deregister() -> Weight;
	/// Weight of `retire_slots` of `n` slots.
	fn retire_slots(n: u32) -> Weight;
	/// Weight of `close`.
	fn close() -> Weight;
	/// Weight of `request` and `request_subsidised`.
	fn request() -> Weight;
	/// Weight of `quote`.
	fn quote() -> Weight;
	/// Weight of `accept_quote`.
	fn accept_quote() -> Weight;
	/// Weight of `attest`.
	fn attest() -> Weight;
	/// Weight of `refuse` and `expire_request`.
	fn end_request() -> Weight;
	/// Weight of `collect`.
	fn collect() -> Weight;
	/// Weight of `renew`.
	fn renew() -> Weight;
	/// Weight of `revoke`, `resign` and `expire`.
	fn end_attestation() -> Weight;
	/// Weight of `set_presence_key`.
	fn set_presence_key() -> Weight;
	/// Weight of `announce_on_chain`.
	fn announce_on_chain() -> Weight;
	/// Weight of `commit`.
	fn commit() -> Weight;
	/// Weight of finding out whether `commit` is authorised.
	fn authorize_commit() -> Weight;
	/// Weight of `publish` in a universe of `u` slots, apart from `read_bytes`.
	fn publish(u: u32) -> Weight;
	/// Weight of finding out whether `publish` is authorised, apart from `read_bytes`.
	fn authorize_publish() -> Weight;
	/// Weight of `commit_snapshot`.
	fn commit_snapshot() -> Weight;
	/// Weight of `intend`.
	fn intend() -> Weight;
	/// Weight of `withdraw_intent`.
	fn withdraw_intent() -> Weight;
	/// Weight of `report_missed`.
	fn report_missed() -> Weight;
	/// Weight of `report_mismatch` in a universe of `u` slots, apart from `read_bytes`.
	fn report_mismatch(u: u32) -> Weight;
	/// Weight of `report_equivocation`.
	fn report_equivocation() -> Weight;
	/// Weight of `report_omission`.
	fn report_omission() -> Weight;
	/// Weight of `challenge_bytes` and `audit`.
	fn challenge() -> Weight;
	/// Weight of `answer_bytes`, apart from `read_bytes`.
	fn answer_bytes() -> Weight;
	/// Weight of taking in and hashing `b` bytes.
	fn read_bytes(b: u32) -> Weight;
	/// Weight of `answer_audit`.
	fn answer_audit() -> Weight;
	/// Weight of `conclude`.
	fn conclude() -> Weight;
	/// Weight of `open_bounty`.
	fn open_bounty() -> Weight;
	/// Weight of `claim_bounty`.
	fn claim_bounty() -> Weight;
	/// Weight of `close_bounty`.
	fn close_bounty() -> Weight;
	/// Weight of `clear_claim`.
	fn clear_claim() -> Weight;
	/// Weight of `fund_subsidy`.
	fn fund_subsidy() -> Weight;
	/// Weight of `close_subsidy`.
	fn close_subsidy() -> Weight;
	/// Weight of `set_trusted` of `n` notaries.
	fn set_trusted(n: u32) -> Weight;
}

/// Estimates for tests: what is read and written, and a base for execution.
impl WeightInfo for () {
	// The window, the era.
	fn turn_window() -> Weight {
		estimate(20, 3, 2)
	}

	// The first record of a window, or the window.
	fn clear() -> Weight {
		estimate(20, 2, 2)
	}

	// Notary, key, operator, stake, account and holds; a signature.
	fn register() -> Weight {
		estimate(250, 7, 8)
	}

	// The notary.
	fn set_terms() -> Weight {
		estimate(20, 1, 1)
	}

	// The notary, keys; a signature.
	fn set_key() -> Weight {
		estimate(200, 3, 11)
	}

	// The notary, the window.
	fn set_mode() -> Weight {
		estimate(20, 2, 1)
	}

	// The notary.
	fn set_link() -> Weight {
		estimate(20, 1, 1)
	}

	// The notary, the window.
	fn deregister() -> Weight {
		estimate(20, 2, 1)
	}

	// Notary, window, account and holds; each place in the queue and what ended there.
	fn retire_slots(n: u32) -> Weight {
		estimate(60, 4, 4).saturating_add(estimate(25, 2, 2).saturating_mul(n.into()))
	}

	// Notary, windows, stake, account and holds; keys, log, publication, snapshot.
	fn close() -> Weight {
		estimate(150, 7, 18)
	}

	// Notary, operator, offer, standing, subsidy, account and holds twice.
	fn request() -> Weight {
		estimate(150, 9, 9)
	}

	// The request.
	fn quote() -> Weight {
		estimate(30, 1, 1)
	}

	// The request, subsidy, account and holds.
	fn accept_quote() -> Weight {
		estimate(80, 3, 4)
	}

	// Request, notary, offer, standing, queue, attestations, log; accounts and holds; the stake it shares with.
	fn attest() -> Weight {
		estimate(500, 22, 22)
	}

	// Request, notary, offer, standing, subsidy, account and holds.
	fn end_request() -> Weight {
		estimate(120, 7, 8)
	}

	// Attestation, window, subsidy, accounts and holds; the stake it shares with.
	fn collect() -> Weight {
		estimate(350, 14, 10)
	}

	// Notary, attestation, offer, window, subsidy, log; accounts and holds; the stake it shares with.
	fn renew() -> Weight {
		estimate(450, 18, 13)
	}

	// Notary, attestation, offer, window, subsidy, log, queue, standing; accounts and holds; the stake it shares with.
	fn end_attestation() -> Weight {
		estimate(500, 20, 18)
	}

	// Attestation, window.
	fn set_presence_key() -> Weight {
		estimate(30, 2, 1)
	}

	// Attestation, window.
	fn announce_on_chain() -> Weight {
		estimate(30, 2, 1)
	}

	// Notary, windows, the record; a signature.
	fn commit() -> Weight {
		estimate(150, 8, 1)
	}

	// The same, of which nothing is written.
	fn authorize_commit() -> Weight {
		estimate(150, 7, 0)
	}

	// Notary, windows, the record, the publication, accounts; a signature.
	fn publish(u: u32) -> Weight {
		estimate(250, 11, 6).saturating_add(nanos(500).saturating_mul(u.into()))
	}

	// The same, of which nothing is written or read.
	fn authorize_publish() -> Weight {
		estimate(200, 9, 0)
	}

	// Notary, snapshot, log.
	fn commit_snapshot() -> Weight {
		estimate(40, 3, 1)
	}

	// The intent, account and holds.
	fn intend() -> Weight {
		estimate(60, 2, 3)
	}

	// The intent, account and holds.
	fn withdraw_intent() -> Weight {
		estimate(60, 2, 3)
	}

	// Notary, windows, the record, the intent, account and holds; the report.
	fn report_missed() -> Weight {
		estimate(300, 16, 12)
	}

	// Notary, windows, the record, the intent, account and holds; a signature, the report.
	fn report_mismatch(u: u32) -> Weight {
		estimate(450, 16, 12).saturating_add(nanos(1_000).saturating_mul(u.into()))
	}

	// Notary, windows, the record, the intent, account and holds; two signatures, the report.
	fn report_equivocation() -> Weight {
		estimate(450, 16, 12)
	}

	// Notary, windows, the record, the attestation, account and holds; two signatures, a proof, the report.
	fn report_omission() -> Weight {
		estimate(550, 18, 12)
	}

	// Notary, windows, the record, the attestation, the challenge, account and holds; a signature, a proof.
	fn challenge() -> Weight {
		estimate(350, 11, 6)
	}

	// Notary, the challenge, accounts and holds.
	fn answer_bytes() -> Weight {
		estimate(150, 6, 7)
	}

	// Nothing.
	fn read_bytes(b: u32) -> Weight {
		nanos(10).saturating_mul(b.into())
	}

	// Notary, the challenge, accounts and holds; a signature.
	fn answer_audit() -> Weight {
		estimate(250, 6, 7)
	}

	// Notary, windows, the record, the challenge, account and holds; the report.
	fn conclude() -> Weight {
		estimate(350, 18, 14)
	}

	// Notary, window, the bounty, account and holds.
	fn open_bounty() -> Weight {
		estimate(90, 5, 5)
	}

	// The bounty, windows, the record, the attestation, the claim, accounts and holds; a proof.
	fn claim_bounty() -> Weight {
		estimate(250, 10, 9)
	}

	// The bounty, windows, account and holds.
	fn close_bounty() -> Weight {
		estimate(90, 5, 4)
	}

	// The claim, the bounty, account and holds.
	fn clear_claim() -> Weight {
		estimate(60, 4, 3)
	}

	// Notary, the subsidy, account and holds.
	fn fund_subsidy() -> Weight {
		estimate(90, 4, 5)
	}

	// The subsidy, account and holds.
	fn close_subsidy() -> Weight {
		estimate(90, 3, 4)
	}

	// The list, sorted.
	fn set_trusted(n: u32) -> Weight {
		estimate(10, 0, 1).saturating_add(nanos(u64::from(n).saturating_mul(1_000)))
	}
}

/// `micros` microseconds of execution and so many reads, each with its proof, and writes.
fn estimate(micros: u64, reads: u64, writes: u64) -> Weight {
	nanos(micros.saturating_mul(1_000))
		.saturating_add(Weight::from_parts(0, reads.saturating_mul(4_000)))
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

/// So many nanoseconds of execution.
fn nanos(nanos: u64) -> Weight {
	Weight::from_parts(nanos.saturating_mul(1_000), 0)
}
