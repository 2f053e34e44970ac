//! Who gets what of a channel that is closed.

use crate::{Amount, PerSide};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What a party says by handing in a voucher of the other.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Claim {
	/// The other has paid it that much, in all.
	pub paid: Amount,
	/// It concedes having paid the other that much, in all.
	pub received_ack: Amount,
}

impl Claim {
	/// Whether it takes the place of `earlier`, which the same party has handed in.
	///
	/// It does if it says that more was paid. Vouchers that a payer signs in order say the more was paid the later
	/// they are, so the best is the last. One that says the same was paid could differ only in what is conceded:
	/// greater, it would serve the other, who can hand in its own voucher; smaller, it was signed out of order. What
	/// the payee hands in first then stays, and neither party can lose by that what it could prove.
	pub fn supersedes(&self, earlier: Option<&Self>) -> bool {
		self.paid > earlier.map_or(0, |earlier| earlier.paid)
	}
}

/// What each party gets, given what each has deposited and which voucher of the other it has handed in.
///
/// The two always share exactly what was deposited. Each has paid the other the greater of what the other's claim says
/// and what it has conceded itself; who has paid more than it had pays what is there. Should the deposits together be
/// more than `Amount` can count, the one who receives gets no more than it can count.
pub fn settle(deposits: PerSide<Amount>, handed_in: PerSide<Option<Claim>>) -> PerSide<Amount> {
	let handed_in = handed_in.map(Option::unwrap_or_default);
	let by_opener = handed_in.acceptor.paid.max(handed_in.opener.received_ack);
	let by_acceptor = handed_in.opener.paid.max(handed_in.acceptor.received_ack);
	let PerSide { opener, acceptor } = deposits;
	if by_opener >= by_acceptor {
		let (opener, acceptor) = transfer(opener, acceptor, by_opener.saturating_sub(by_acceptor));
		PerSide { opener, acceptor }
	} else {
		let (acceptor, opener) = transfer(acceptor, opener, by_acceptor.saturating_sub(by_opener));
		PerSide { opener, acceptor }
	}
}

/// Moves `amount` as far as it is there and can be counted.
fn transfer(from: Amount, to: Amount, amount: Amount) -> (Amount, Amount) {
	let moved = amount.min(from).min(Amount::MAX.saturating_sub(to));
	(from.saturating_sub(moved), to.saturating_add(moved))
}
