//! What a notary's node says of presence, by JSON-RPC.

use crate::{
	args::{address, AccountArg},
	chain::errors,
	error::squeeze,
};
use anyhow::{anyhow, bail, Context, Result};
use codec::{DecodeAll, Encode};
use serde::Deserialize;
use std::time::Duration;
use subxt::rpcs::{self, rpc_params, RpcClient};
use surety_presence::message::{Announcement, Receipt, Signature, SignedCommitment};
use surety_primitives::{
	notary::{Slot, Window},
	AccountId,
};

/// Code of the refusal of an announcement.
const REFUSED: i32 = 1100;
/// How long a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The presence methods of a node.
#[derive(Clone)]
pub struct PresenceNode {
	/// Where it listens.
	pub url: String,
	rpc: RpcClient,
}

/// Where a node stands.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Status {
	/// The window that is open.
	pub window: Window,
	/// Whether it is still catching up.
	pub syncing: bool,
	/// Where it serves publications over HTTP.
	pub http: Option<String>,
	/// The notaries whose keys it has.
	pub notaries: Vec<Served>,
}

/// A notary whose key a node has.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Served {
	/// Its address.
	pub notary: String,
	/// How many have announced themselves in the open window.
	pub present: u32,
}

impl Status {
	/// Whether the node publishes for a notary.
	pub fn serves(&self, notary: &AccountId) -> bool {
		let is = |served: &Served| served.notary.parse().is_ok_and(|one: AccountArg| one.0 == *notary);
		self.notaries.iter().any(is)
	}
}

/// What came of an announcement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
	/// The notary has it: its signature over the receipt.
	Taken(Signature),
	/// It was refused.
	Refused {
		/// Why, in one word.
		reason: String,
		/// Why, for people.
		message: String,
		/// The window that is open at the node.
		open: Option<Window>,
	},
}

#[derive(Deserialize)]
struct Announced {
	receipt: String,
}

#[derive(Deserialize, Default)]
struct Refusal {
	reason: String,
	open: Option<Window>,
}

/// A publication as a node tells of it.
#[derive(Deserialize)]
struct Published {
	window: Window,
	commitment: String,
	bytes: String,
}

/// A publication of a node, not believed yet.
pub struct Publication {
	/// Its window.
	pub window: Window,
	/// The commitment and its signature.
	pub signed: SignedCommitment,
	/// The bytes.
	pub bytes: Vec<u8>,
}

fn unhex(text: &str, what: &str) -> Result<Vec<u8>> {
	hex::decode(text.strip_prefix("0x").unwrap_or(text))
		.with_context(|| format!("{what} of the node is not hex"))
}

/// Reads a refusal; another error as it is.
fn refusal(error: rpcs::Error) -> Result<Answer> {
	match &error {
		rpcs::Error::User(user) if user.code == REFUSED => {
			let data = user.data.as_ref().and_then(|data| serde_json::from_str::<Refusal>(data.get()).ok());
			let Refusal { reason, open } = data.unwrap_or_default();
			Ok(Answer::Refused { reason: squeeze(&reason), message: squeeze(&user.message), open })
		}
		_ => Err(errors::rpc(error)),
	}
}

impl PresenceNode {
	/// The node of a connection.
	pub fn of(url: &str, rpc: RpcClient) -> Self {
		Self { url: url.to_owned(), rpc }
	}

	/// Connects to the node at `url`.
	pub async fn connect(url: &str) -> Result<Self> {
		let unreachable = || format!("cannot reach a node at {url}");
		let rpc = tokio::time::timeout(PATIENCE, RpcClient::from_insecure_url(url));
		let rpc = rpc.await.with_context(unreachable)?.map_err(errors::rpc).with_context(unreachable)?;
		Ok(Self::of(url, rpc))
	}

	async fn ask<T: serde::de::DeserializeOwned>(
		&self,
		method: &str,
		params: subxt::rpcs::client::RpcParams,
	) -> Result<Result<T, rpcs::Error>> {
		let asked = tokio::time::timeout(PATIENCE, self.rpc.request(method, params)).await;
		asked.map_err(|_| anyhow!("{} does not answer within {} s", self.url, PATIENCE.as_secs()))
	}

	/// Where it stands.
	pub async fn status(&self) -> Result<Status> {
		self.ask("presence_status", rpc_params![]).await?.map_err(errors::rpc)
	}

	/// Hands in an announcement.
	pub async fn announce(&self, announcement: &Announcement, signature: &Signature) -> Result<Answer> {
		let bytes = crate::output::hex((announcement, signature).encode());
		match self.ask::<Announced>("presence_announce", rpc_params![bytes]).await? {
			Ok(taken) => {
				let receipt = unhex(&taken.receipt, "the receipt")?.try_into();
				Ok(Answer::Taken(receipt.map_err(|_| anyhow!("the receipt of the node is not a signature"))?))
			}
			Err(error) => refusal(error),
		}
	}

	/// What it has published in a window, or in the latest one. Not believed yet.
	pub async fn publication(
		&self,
		notary: &AccountId,
		window: Option<Window>,
	) -> Result<Option<Publication>> {
		let params = rpc_params![address(notary), window];
		let found: Option<Published> =
			self.ask("presence_publication", params).await?.map_err(errors::rpc)?;
		let Some(Published { window, commitment, bytes }) = found else { return Ok(None) };
		let commitment = unhex(&commitment, "the commitment")?;
		let signed = SignedCommitment::decode_all(&mut &commitment[..]).context("no commitment")?;
		Ok(Some(Publication { window, signed, bytes: unhex(&bytes, "the publication")? }))
	}

	/// The announcement that it was given for a slot, by its signature.
	pub async fn announcement(
		&self,
		notary: &AccountId,
		window: Window,
		slot: Slot,
	) -> Result<Option<(Announcement, Signature)>> {
		let params = rpc_params![address(notary), window, slot];
		let found: Option<String> = self.ask("presence_announcement", params).await?.map_err(errors::rpc)?;
		let Some(found) = found else { return Ok(None) };
		let bytes = unhex(&found, "the announcement")?;
		let (announcement, signature) =
			<(Announcement, Signature)>::decode_all(&mut &bytes[..]).context("no announcement")?;
		if (announcement.window, announcement.slot) != (window, slot) {
			bail!("the node shows another announcement than was asked for");
		}
		Ok(Some((announcement, signature)))
	}
}

/// Whether the notary has signed for an announcement, by its key of the window.
pub fn is_receipt(announcement: &Announcement, signature: &Signature, key: &[u8; 32]) -> bool {
	super::verify::is_signed(&Receipt { announcement: *announcement }, signature, key)
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::value::RawValue;

	fn user(code: i32, message: &str, data: Option<&str>) -> rpcs::Error {
		let data = data.map(|data| RawValue::from_string(data.to_owned()).unwrap());
		rpcs::Error::User(rpcs::UserError { code, message: message.into(), data })
	}

	#[test]
	fn a_refusal_should_be_told_from_an_error() {
		let refused = user(REFUSED, "the window is over: it is 9 now", Some(r#"{"reason":"past","open":9}"#));
		let expected = Answer::Refused {
			reason: "past".into(),
			message: "the window is over: it is 9 now".into(),
			open: Some(9),
		};
		assert_eq!(refusal(refused).unwrap(), expected);
		assert!(refusal(user(-32601, "Method not found", None)).is_err());
		// A node that says less is understood, too.
		let bare = refusal(user(REFUSED, "no", None)).unwrap();
		assert_eq!(bare, Answer::Refused { reason: String::new(), message: "no".into(), open: None });
	}

	#[test]
	fn a_status_should_say_for_whom_a_node_publishes() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let text = format!(
			r#"{{ "window": 3, "syncing": false, "http": null, "notaries": [{{ "notary": "{alice}", "present": 2 }}] }}"#
		);
		let status: Status = serde_json::from_str(&text).unwrap();
		assert!(status.serves(&alice.parse::<AccountArg>().unwrap().0));
		assert!(!status.serves(&"//Bob".parse::<AccountArg>().unwrap().0));
	}
}
