//! Where publications are found: the node that is asked, the notary's own link, or the chain.

use super::{
	rpc::PresenceNode,
	verify::{verify, Expected, Found, Verified},
};
use crate::{
	chain::{notary::History, At, Chain},
	http::{Bounds, Http},
	output::text,
};
use anyhow::{bail, Context, Result};
use codec::DecodeAll;
use std::{ops::Range, time::Duration};
use surety_presence::{exact::earlier_window, message::SignedCommitment, Hash, Limits};
use surety_primitives::{api::NotaryInfo, notary::Window, AccountId};

/// What is taken of a publication at the most: the largest universe as a bitmap, and room for corrections.
pub const LIMITS: Limits = Limits { max_universe: surety_presence::MAX_UNIVERSE, max_bytes: 4 << 20 };
/// Bytes of a signed commitment at the most: its link is no longer than 256.
const MAX_COMMITMENT: usize = 1_024;
/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where to look.
pub struct Sources<'a> {
	/// The chain, and the node that is asked.
	pub chain: &'a Chain,
	/// The node that is asked, for what it has of presence.
	pub node: PresenceNode,
	/// Where a notary's link leads.
	pub http: Http,
}

/// Where publications of a notary are under its link: nothing where the link is not HTTP.
pub fn base_url(link: &[u8], notary: &AccountId) -> Option<String> {
	let link = std::str::from_utf8(link).ok()?.trim_end_matches('/');
	if !link.starts_with("http://") && !link.starts_with("https://") {
		return None;
	}
	// A link may name the server, or the place on it.
	let name = hex::encode(notary);
	let base = match link.split_once("/presence") {
		Some((server, rest)) if rest.is_empty() || rest.eq_ignore_ascii_case(&format!("/{name}")) => server,
		_ => link,
	};
	Some(format!("{base}/presence/{name}"))
}

/// The websocket of a notary's node, where its link is one.
pub fn socket_url(link: &[u8]) -> Option<String> {
	let link = std::str::from_utf8(link).ok()?;
	(link.starts_with("ws://") || link.starts_with("wss://")).then(|| link.to_owned())
}

/// The window in the address of a publication.
fn window_of(url: &str) -> Option<Window> {
	url.rsplit('/').next()?.parse().ok()
}

impl<'a> Sources<'a> {
	/// Those of a chain. A notary's link may lead anywhere: it is followed to the public network alone, unless `anywhere`.
	pub fn new(chain: &'a Chain, url: &str, anywhere: bool) -> Result<Self> {
		let node = PresenceNode::of(url, chain.raw.clone());
		Ok(Self { chain, node, http: Http::new(anywhere)? })
	}

	/// What is found of a window, or of the latest one, everywhere; and why elsewhere nothing is.
	pub async fn find(
		&self,
		at: &At,
		notary: &NotaryInfo,
		window: Option<Window>,
	) -> (Vec<Found>, Vec<String>) {
		let (mut found, mut failures) = (Vec::new(), Vec::new());
		for (place, got) in [
			("the chain", self.on_chain(at, &notary.notary, window).await),
			("the node", at_node(&self.node, &notary.notary, window).await),
			("its link", self.at_link(notary, window).await),
		] {
			match got {
				Ok(Some(one)) => found.push(one),
				Ok(None) => {}
				Err(error) => failures.push(format!("{place}: {}", crate::error::one_line(&error))),
			}
		}
		(found, failures)
	}

	async fn on_chain(&self, at: &At, notary: &AccountId, window: Option<Window>) -> Result<Option<Found>> {
		let Some((of, bytes)) = self.chain.publication(at, notary).await? else { return Ok(None) };
		if window.is_some_and(|window| window != of) {
			return Ok(None);
		}
		Ok(Some(Found { place: "the chain".into(), window: of, signed: None, bytes, earlier: None }))
	}

	async fn at_link(&self, notary: &NotaryInfo, window: Option<Window>) -> Result<Option<Found>> {
		if let Some(url) = socket_url(&notary.link) {
			self.http.check_host(&url).await?;
			return at_node(&PresenceNode::connect(&url).await?, &notary.notary, window).await;
		}
		let Some(base) = base_url(&notary.link, &notary.notary) else { return Ok(None) };
		let publication = Bounds { bytes: LIMITS.max_bytes, time: PATIENCE };
		let fetch = |url: String, bounds: Bounds| async move {
			let got = self.http.get(&url, bounds).await?;
			match got.status {
				200 => Ok(Some(got)),
				404 => Ok(None),
				status => bail!("{url} answers {status}"),
			}
		};
		let name = window.map_or("latest".into(), |window| window.to_string());
		let Some(got) = fetch(format!("{base}/{name}"), publication).await? else { return Ok(None) };
		let of = window.or_else(|| window_of(&got.url)).context("the latest publication has no window")?;
		let small = Bounds { bytes: MAX_COMMITMENT, time: PATIENCE };
		let Some(commitment) = fetch(format!("{base}/{of}/commitment"), small).await? else {
			return Ok(None);
		};
		let signed = SignedCommitment::decode_all(&mut &commitment.body[..]).context("no commitment")?;
		let earlier = match earlier_window(&got.body, &LIMITS) {
			Ok(Some(from)) => fetch(format!("{base}/{from}"), publication).await?.map(|got| got.body),
			_ => None,
		};
		Ok(Some(Found {
			place: text(&notary.link),
			window: of,
			signed: Some(signed),
			bytes: got.body,
			earlier,
		}))
	}

	/// What the chain says of a window.
	pub async fn expected(
		&self,
		at: &At,
		notary: &AccountId,
		history: &History,
		window: Window,
	) -> Result<Expected> {
		let committed = self.chain.commitment(at, notary, window).await?.and_then(|info| info.commitment);
		let genesis: Hash = self.chain.api.genesis_hash().0;
		let notary = notary.clone().into();
		let (owed, key) = (history.owes(window), history.key_at(window));
		Ok(Expected { genesis, notary, window, committed, owed, key })
	}

	/// The latest publication of a notary that is what it has committed to, of one of these windows; and why others were
	/// not believed.
	pub async fn latest(
		&self,
		at: &At,
		notary: &NotaryInfo,
		windows: Range<Window>,
	) -> Result<(Option<Verified>, Vec<String>)> {
		let history = self.chain.notary_history(at, &notary.notary).await?;
		let (found, mut notes) = self.find(at, notary, None).await;
		let last = windows.end.checked_sub(1);
		let newest = found.iter().map(|found| found.window).max();
		// The node may be a block ahead of the one that is looked at, and what was made last may not be on chain yet: then
		// the one before it is.
		let mut window = newest.min(last);
		while let Some(of) = window.filter(|of| windows.contains(of)) {
			let mut here: Vec<Found> = found.iter().filter(|found| found.window == of).cloned().collect();
			if newest != Some(of) {
				here.extend(self.find(at, notary, Some(of)).await.0);
			}
			let expected = self.expected(at, &notary.notary, &history, of).await?;
			for found in here {
				match verify(&expected, &found, &LIMITS) {
					Ok(verified) => return Ok((Some(verified), notes)),
					Err(unfit) => notes.push(format!("{}, window {of}: {unfit}", found.place)),
				}
			}
			window = of.checked_sub(1);
		}
		if let Some(newest) = newest.filter(|newest| *newest < windows.start) {
			notes.push(format!("its latest publication is of window {newest}"));
		}
		Ok((None, notes))
	}
}

/// What a node has of a window, or of the latest one.
pub async fn at_node(
	node: &PresenceNode,
	notary: &AccountId,
	window: Option<Window>,
) -> Result<Option<Found>> {
	let Some(publication) = node.publication(notary, window).await? else { return Ok(None) };
	let earlier = match earlier_window(&publication.bytes, &LIMITS) {
		Ok(Some(from)) => node.publication(notary, Some(from)).await?.map(|earlier| earlier.bytes),
		_ => None,
	};
	Ok(Some(Found {
		place: node.url.clone(),
		window: publication.window,
		signed: Some(publication.signed),
		bytes: publication.bytes,
		earlier,
	}))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_link_should_lead_to_the_publications_whether_it_names_server_or_place() {
		let notary = AccountId::new([0xab; 32]);
		let name = "ab".repeat(32);
		let expected = Some(format!("https://notary.example/presence/{name}"));
		for link in [
			"https://notary.example".to_owned(),
			"https://notary.example/".into(),
			"https://notary.example/presence".into(),
			format!("https://notary.example/presence/{name}"),
		] {
			assert_eq!(base_url(link.as_bytes(), &notary), expected, "{link}");
		}
		let deeper = base_url(b"https://cdn.example/a/presence-cache", &notary);
		assert_eq!(deeper, Some(format!("https://cdn.example/a/presence-cache/presence/{name}")));
		for link in ["", "ipfs://x", "ws://notary.example", "notary.example"] {
			assert_eq!(base_url(link.as_bytes(), &notary), None, "{link}");
		}
		assert_eq!(base_url(&[0xff], &notary), None);
	}

	#[test]
	fn a_websocket_should_be_known_as_one() {
		assert_eq!(socket_url(b"wss://a.example"), Some("wss://a.example".into()));
		assert_eq!(socket_url(b"https://a.example"), None);
	}

	#[test]
	fn the_latest_publication_should_be_of_the_window_it_was_redirected_to() {
		assert_eq!(window_of("https://a.example/presence/ab/17"), Some(17));
		assert_eq!(window_of("https://a.example/presence/ab/latest"), None);
	}
}
