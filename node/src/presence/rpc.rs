//! The methods `presence_*`.

use super::{chain::Chain, library::Publications};
use codec::Encode;
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	types::{ErrorObject, ErrorObjectOwned},
	ConnectionId, Extensions,
};
use serde::Serialize;
use sp_consensus::SyncOracle;
use sp_core::Bytes;
use std::{net::SocketAddr, sync::Arc};
use surety_presence::{
	message::{Account, Commitment},
	Presence as Answer,
};
use surety_presence_pool::{
	http::{Library, Published},
	Pool, Refusal,
};
use surety_primitives::AccountId;

/// Slots at the most that are asked for at once.
const MAX_SLOTS: usize = 10_000;
/// An announcement was not taken; the data say why.
const REFUSED: i32 = 1100;
/// Too many slots were asked for.
const TOO_MANY: i32 = 1101;
/// A publication or an announcement cannot be read.
const UNREADABLE: i32 = 1102;

/// What the node does as a notary.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Status {
	/// The window that is open.
	window: u32,
	/// Whether the node is far behind the chain; it takes no announcements then.
	syncing: bool,
	/// Where it serves publications over HTTP.
	http: Option<SocketAddr>,
	/// The notaries whose keys it has.
	notaries: Vec<ServedNotary>,
}

/// A notary whose key the node has.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ServedNotary {
	notary: AccountId,
	/// Number of slots that were announced so far in the window that is open.
	present: u32,
}

/// An announcement was taken.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Announced {
	/// The notary's signature over the receipt.
	receipt: Bytes,
	/// Whether it had been taken before.
	duplicate: bool,
}

/// A publication.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Publication {
	window: u32,
	/// SCALE of `SignedCommitment`.
	commitment: Bytes,
	/// Header and payload.
	bytes: Bytes,
}

/// Whether slots are present.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answers {
	window: u32,
	base_block: u32,
	universe: u32,
	/// Number of slots that are present.
	present: u32,
	/// `present`, `absent` or `not_covered`, in the order of what was asked.
	answers: Vec<&'static str>,
}

/// Why an announcement was not taken.
#[derive(Clone, Debug, Serialize)]
struct Reason {
	reason: &'static str,
	/// The window that is open, where it was for another.
	open: Option<u32>,
}

/// Who is present.
#[rpc(server)]
pub(crate) trait PresenceApi {
	/// What this node does as a notary.
	#[method(name = "presence_status", blocking)]
	fn status(&self) -> RpcResult<Status>;

	/// Takes an announcement, SCALE of `(Announcement, Signature)`, and answers with the notary's receipt once it is on
	/// disk.
	#[method(name = "presence_announce", with_extensions)]
	async fn announce(&self, announcement: Bytes) -> RpcResult<Announced>;

	/// What a notary has published in a window, or lately.
	#[method(name = "presence_publication", blocking)]
	fn publication(&self, notary: AccountId, window: Option<u32>) -> RpcResult<Option<Publication>>;

	/// Whether slots of a notary were present in a window, or lately.
	#[method(name = "presence_query", blocking)]
	fn query(&self, notary: AccountId, slots: Vec<u32>, window: Option<u32>) -> RpcResult<Option<Answers>>;

	/// An announcement that was taken, for who audits the notary: SCALE of `(Announcement, Signature)`.
	#[method(name = "presence_announcement", blocking)]
	fn announcement(&self, notary: AccountId, window: u32, slot: u32) -> RpcResult<Option<Bytes>>;
}

/// Answers for the node.
#[derive(Clone)]
pub(crate) struct PresenceRpc {
	pool: Arc<Pool<Chain>>,
	chain: Chain,
	publications: Publications,
	sync: Arc<dyn SyncOracle + Send + Sync>,
	http: Option<SocketAddr>,
}

impl PresenceRpc {
	pub(super) fn new(
		pool: Arc<Pool<Chain>>,
		chain: Chain,
		publications: Publications,
		sync: Arc<dyn SyncOracle + Send + Sync>,
		http: Option<SocketAddr>,
	) -> Self {
		Self { pool, chain, publications, sync, http }
	}

	fn find(&self, notary: &Account, window: Option<u32>) -> Option<(u32, Published)> {
		let window = window.or_else(|| self.publications.latest(notary))?;
		Some((window, self.publications.publication(notary, window)?))
	}
}

#[async_trait]
impl PresenceApiServer for PresenceRpc {
	fn status(&self) -> RpcResult<Status> {
		let notaries = self.chain.notaries().into_iter();
		Ok(Status {
			window: self.pool.window(),
			syncing: self.sync.is_major_syncing(),
			http: self.http,
			notaries: notaries
				.map(|notary| ServedNotary { present: self.pool.present(&notary), notary: notary.into() })
				.collect(),
		})
	}

	async fn announce(&self, extensions: &Extensions, announcement: Bytes) -> RpcResult<Announced> {
		if self.sync.is_major_syncing() {
			return Err(refused(&Refusal::Unavailable("it is far behind the chain".into())));
		}
		let peer = extensions.get::<ConnectionId>().map_or(0, |connection| connection.0 as u64);
		let pool = self.pool.clone();
		// It waits for the disk.
		let done = tokio::task::spawn_blocking(move || pool.announce(&announcement.0, peer)).await;
		match done.map_err(|error| refused(&Refusal::Unavailable(error.to_string())))? {
			Ok(taken) => Ok(Announced { receipt: taken.signature.to_vec().into(), duplicate: false }),
			Err(Refusal::Duplicate(taken)) => {
				Ok(Announced { receipt: taken.signature.to_vec().into(), duplicate: true })
			}
			Err(refusal) => Err(refused(&refusal)),
		}
	}

	fn publication(&self, notary: AccountId, window: Option<u32>) -> RpcResult<Option<Publication>> {
		let found = self.find(&notary.into(), window);
		Ok(found.map(|(window, Published { signed, bytes })| Publication {
			window,
			commitment: signed.encode().into(),
			bytes: bytes.into(),
		}))
	}

	fn query(&self, notary: AccountId, slots: Vec<u32>, window: Option<u32>) -> RpcResult<Option<Answers>> {
		if slots.len() > MAX_SLOTS {
			let text = format!("{} slots at once; ask for {MAX_SLOTS} at the most", slots.len());
			return Err(ErrorObject::owned(TOO_MANY, text, None::<()>));
		}
		let notary = notary.into();
		let Some((window, published)) = self.find(&notary, window) else { return Ok(None) };
		let set = self.publications.slots(&notary, window).map_err(unreadable)?;
		let set = set.ok_or_else(|| unreadable("the publication is gone"))?;
		let Commitment { base_block, universe, present, .. } = published.signed.commitment;
		let answers = slots.iter().map(|slot| match set.presence(*slot) {
			Answer::Present => "present",
			Answer::Absent => "absent",
			Answer::NotCovered => "not_covered",
		});
		Ok(Some(Answers { window, base_block, universe, present, answers: answers.collect() }))
	}

	fn announcement(&self, notary: AccountId, window: u32, slot: u32) -> RpcResult<Option<Bytes>> {
		let found = self.pool.announcement(notary.into(), window, slot).map_err(unreadable)?;
		Ok(found.map(|announced| announced.encode().into()))
	}
}

fn refused(refusal: &Refusal) -> ErrorObjectOwned {
	let open = match refusal {
		Refusal::Past { open } | Refusal::Future { open } => Some(*open),
		_ => None,
	};
	ErrorObject::owned(REFUSED, refusal.to_string(), Some(Reason { reason: refusal.reason(), open }))
}

fn unreadable(error: impl ToString) -> ErrorObjectOwned {
	ErrorObject::owned(UNREADABLE, error.to_string(), None::<()>)
}
