//! What referenda and motions of the committee decide on here: vetoes.

use super::{
	slashes::{on, review_left},
	validators::Places,
};
use crate::chain::{
	call::{number, Call},
	errors, At, Chain,
};
use anyhow::{anyhow, Result};
use sp_crypto_hashing::blake2_256;
use subxt::dynamic::Value;
use surety_client::chain::next_block;
use surety_primitives::{BlockNumber, SlashId, SlashState};

/// A call that only the origin `SlashVeto` may make.
pub struct Proposal {
	/// The block that was looked at.
	pub at: At,
	/// The call.
	pub call: Call,
	/// As the chain encodes it.
	pub bytes: Vec<u8>,
	/// First block in which it would come too late, where that is known.
	pub too_late: Option<BlockNumber>,
}

impl Proposal {
	/// Vetoes a slash, if that can still be done.
	pub async fn veto(chain: &Chain, id: SlashId) -> Result<Self> {
		let at = chain.best().await?;
		let slash = chain.existing_slash(&at, id).await?;
		if slash.state != SlashState::Pending {
			let otherwise = format!("slash {id} was decided");
			return Err(errors::known(at.metadata_ref(), "Slashing", "AlreadyDecided", &otherwise));
		}
		if review_left(&slash, next_block(&at)?) == 0 {
			let otherwise = format!("the review of slash {id} is over");
			return Err(errors::known(at.metadata_ref(), "Slashing", "ReviewOver", &otherwise));
		}
		Self::new(at, on("veto").arg("slash", number(id)), Some(slash.review_ends))
	}

	/// Cancels slashes of validators, if they are there.
	pub async fn veto_validators(chain: &Chain, places: &Places) -> Result<Self> {
		let at = chain.best().await?;
		let indices = places.checked(chain, &at).await?;
		let indices = Value::unnamed_composite(indices.into_iter().map(number));
		let call = on("veto_validator_slashes").arg("era", number(places.era)).arg("indices", indices);
		Self::new(at, call, None)
	}

	fn new(at: At, call: Call, too_late: Option<BlockNumber>) -> Result<Self> {
		let bytes = at.tx().call_data(&call.payload()).map_err(errors::subxt)?;
		Ok(Self { at, call, bytes, too_late })
	}

	/// Hash of the call.
	pub fn hash(&self) -> [u8; 32] {
		blake2_256(&self.bytes)
	}

	/// Length of the call.
	pub fn length(&self) -> Result<u32> {
		u32::try_from(self.bytes.len()).map_err(|_| anyhow!("the call is too long"))
	}
}
