mod adversary;
mod rules;
mod settlement;
mod signing;
mod vectors;

use crate::{Amount, Claim, PerSide, Voucher};

const CHANNEL: u64 = 7;

fn both(opener: Amount, acceptor: Amount) -> PerSide<Amount> {
	PerSide { opener, acceptor }
}

fn claim(paid: Amount, received_ack: Amount) -> Option<Claim> {
	Some(Claim { paid, received_ack })
}

fn voucher(paid: Amount, received_ack: Amount) -> Voucher {
	Voucher { channel: CHANNEL, paid, received_ack }
}
