//! What one party keeps of a channel, and what it may sign and take.

use crate::{Amount, ChannelId, Claim, CloseTerms, PerSide, Side, Voucher};
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What a payment is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Payment {
	/// For something that the other has yet to do. It counts as in flight until it is discharged.
	Ahead,
	/// For what is owed already, such as a late fee.
	Owed,
}

/// Which rule something would break; nothing has changed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Refusal {
	/// It is of another channel.
	OtherChannel,
	/// There is nothing to pay.
	ZeroAmount,
	/// More would be paid than the payer has: its deposit and what it is known to have been paid.
	Overspent,
	/// A voucher says that less was paid than an earlier one does.
	PaidDecreased,
	/// A voucher acknowledges less than an earlier one does.
	AckDecreased,
	/// A voucher acknowledges more than was paid.
	AckAboveSent,
	/// More would be in flight than the limit.
	TooMuchInFlight,
	/// So much is not in flight.
	NotInFlight,
	/// A deposit can only grow while a channel is open.
	DepositDecreased,
	/// The terms of a close were signed, and can still be used.
	Closing,
	/// What the terms pay out is not what was deposited.
	WrongTotal,
	/// The terms give less than what is there by the vouchers.
	PayoutTooSmall,
	/// More would be counted than can be.
	Overflow,
	/// This state is older than what was signed by it: the latest voucher of the other has to be taken first.
	Behind,
}

/// What one party keeps of a channel: the last voucher it has signed, and the best of the other's that it has taken.
///
/// It speaks of vouchers whose signatures were checked (see [`crate::Signed::verify`]), and of deposits in blocks that
/// are final: a deposit that a fork takes back would cover nothing. What changes it must be durable before what it
/// gave is sent: a party that forgets what it has signed signs too little, and is refused by the other.
///
/// Whatever the other does, a party that signs by [`issue`](Self::issue), takes by [`accept`](Self::accept) and hands
/// in [`best_claim`](Self::best_claim) gets [`balance`](Self::balance) at the least.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ChannelState {
	side: Side,
	deposits: PerSide<Amount>,
	/// The last voucher of this party's own.
	signed: Voucher,
	/// The best voucher of the other's.
	taken: Voucher,
	/// Paid for what the other has yet to do.
	in_flight: Amount,
	/// That at the most.
	max_in_flight: Amount,
	/// Last block in which terms of a close that this party has signed can be used.
	closing_until: Option<u32>,
}

impl ChannelState {
	/// A new channel in which this party is on `side`, with so much deposited, and never more than `max_in_flight` paid
	/// for what the other has yet to do.
	///
	/// For a channel of an edge that has to be below half of the penalty for severing it: else keeping what was paid
	/// ahead and severing would pay.
	pub fn new(
		channel: ChannelId,
		side: Side,
		deposits: PerSide<Amount>,
		max_in_flight: Amount,
	) -> Result<Self, Refusal> {
		deposits.total().ok_or(Refusal::Overflow)?;
		let none = Voucher { channel, paid: 0, received_ack: 0 };
		let (signed, taken) = (none, none);
		Ok(Self { side, deposits, signed, taken, in_flight: 0, max_in_flight, closing_until: None })
	}

	/// The channel.
	pub fn channel(&self) -> ChannelId {
		self.signed.channel
	}

	/// Which side this party is on.
	pub fn side(&self) -> Side {
		self.side
	}

	/// What each has deposited.
	pub fn deposits(&self) -> PerSide<Amount> {
		self.deposits
	}

	/// What this party has: its deposit, less what it has signed for, and what it has vouchers for.
	pub fn balance(&self) -> Amount {
		self.deposits.of(self.side).saturating_add(self.taken.paid).saturating_sub(self.signed.paid)
	}

	/// What the other has, as far as this party knows.
	pub fn other_balance(&self) -> Amount {
		self.deposits.of(self.side.other()).saturating_add(self.signed.paid).saturating_sub(self.taken.paid)
	}

	/// Paid for what the other has yet to do.
	pub fn in_flight(&self) -> Amount {
		self.in_flight
	}

	/// The last voucher that this party has signed.
	pub fn signed(&self) -> Voucher {
		self.signed
	}

	/// The best voucher of the other that this party has taken.
	pub fn taken(&self) -> Voucher {
		self.taken
	}

	/// What to hand in at a close; nothing where the other has paid nothing.
	pub fn best_claim(&self) -> Option<Claim> {
		(self.taken.paid > 0).then(|| self.taken.claim())
	}

	/// Pays the other `amount`: gives the voucher to sign. It acknowledges all that was taken.
	pub fn issue(&mut self, amount: Amount, payment: Payment) -> Result<Voucher, Refusal> {
		if amount == 0 {
			return Err(Refusal::ZeroAmount);
		}
		let paid = self.signed.paid.checked_add(amount).ok_or(Refusal::Overflow)?;
		let voucher = self.next(paid)?;
		if payment == Payment::Ahead {
			let in_flight = self.in_flight.checked_add(amount).ok_or(Refusal::Overflow)?;
			if in_flight > self.max_in_flight {
				return Err(Refusal::TooMuchInFlight);
			}
			self.in_flight = in_flight;
		}
		self.signed = voucher;
		Ok(voucher)
	}

	/// Acknowledges all that was taken, and pays nothing: gives the voucher to sign.
	///
	/// What the other may spend of what it was not acknowledged is nothing, so an end that only receives has to do this
	/// now and then.
	pub fn acknowledge(&mut self) -> Result<Voucher, Refusal> {
		let voucher = self.next(self.signed.paid)?;
		self.signed = voucher;
		Ok(voucher)
	}

	fn next(&self, paid: Amount) -> Result<Voucher, Refusal> {
		if self.closing_until.is_some() {
			return Err(Refusal::Closing);
		}
		let received_ack = self.taken.paid;
		if received_ack < self.signed.received_ack {
			return Err(Refusal::Behind);
		}
		covered(*self.deposits.of(self.side), paid, received_ack)?;
		Ok(Voucher { channel: self.signed.channel, paid, received_ack })
	}

	/// Takes a voucher that the other has signed: says how much that pays. One that was taken before pays nothing.
	pub fn accept(&mut self, voucher: &Voucher) -> Result<Amount, Refusal> {
		if voucher.channel != self.channel() {
			return Err(Refusal::OtherChannel);
		}
		if self.closing_until.is_some() {
			return Err(Refusal::Closing);
		}
		let gained = voucher.paid.checked_sub(self.taken.paid).ok_or(Refusal::PaidDecreased)?;
		if voucher.received_ack < self.taken.received_ack {
			return Err(Refusal::AckDecreased);
		}
		if voucher.received_ack > self.signed.paid {
			return Err(Refusal::AckAboveSent);
		}
		covered(*self.deposits.of(self.side.other()), voucher.paid, voucher.received_ack)?;
		self.taken = *voucher;
		Ok(gained)
	}

	/// The other has done what `amount` was paid ahead for, or it is settled that it never will.
	pub fn discharge(&mut self, amount: Amount) -> Result<(), Refusal> {
		self.in_flight = self.in_flight.checked_sub(amount).ok_or(Refusal::NotInFlight)?;
		Ok(())
	}

	/// A final block says that `side` has deposited so much in all.
	pub fn deposited(&mut self, side: Side, deposit: Amount) -> Result<(), Refusal> {
		let mut deposits = self.deposits;
		if deposit < *deposits.of(side) {
			return Err(Refusal::DepositDecreased);
		}
		*deposits.of_mut(side) = deposit;
		deposits.total().ok_or(Refusal::Overflow)?;
		self.deposits = deposits;
		Ok(())
	}

	/// Agrees to close so. If this is no refusal the terms can be signed; from then on nothing is signed or taken by
	/// vouchers until the terms can no longer be used.
	pub fn agree(&mut self, terms: &CloseTerms) -> Result<(), Refusal> {
		if terms.channel != self.channel() {
			return Err(Refusal::OtherChannel);
		}
		if self.closing_until.is_some() {
			return Err(Refusal::Closing);
		}
		if terms.payouts.total() != self.deposits.total() {
			return Err(Refusal::WrongTotal);
		}
		if *terms.payouts.of(self.side) < self.balance() {
			return Err(Refusal::PayoutTooSmall);
		}
		self.closing_until = Some(terms.valid_until);
		Ok(())
	}

	/// The channel is open in the final block `block`: terms that can no longer be used are forgotten.
	pub fn open_at(&mut self, block: u32) {
		self.closing_until = self.closing_until.filter(|last| block <= *last);
	}

	/// Recalls a voucher of this party's own that the other has shown, after a state older than that was restored. The
	/// other's latest has to be taken next.
	///
	/// What was in flight is not in vouchers: it stays as it was.
	pub fn recall(&mut self, own: &Voucher) -> Result<(), Refusal> {
		if own.channel != self.channel() {
			return Err(Refusal::OtherChannel);
		}
		self.signed.paid = self.signed.paid.max(own.paid);
		self.signed.received_ack = self.signed.received_ack.max(own.received_ack);
		Ok(())
	}
}

/// Whether a payer's deposit, and what the payee is known to have paid it, cover what it pays.
fn covered(deposit: Amount, paid: Amount, received_ack: Amount) -> Result<(), Refusal> {
	let there = deposit.checked_add(received_ack).ok_or(Refusal::Overflow)?;
	if paid > there {
		return Err(Refusal::Overspent);
	}
	Ok(())
}
