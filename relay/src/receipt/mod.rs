//! What a client keeps of an exchange, and what a third party can tell from it without asking anybody.
//!
//! A receipt is a file: the text `surety-receipt/1` and a line feed, the SCALE encoding of a [`Receipt`], and the BLAKE2b-256
//! hash of both, which is for accidents only. What it proves rests on the signatures in it, and on the keys: compare those
//! with the ones that the chain had for the two nodes, of which the receipt holds what it was checked by.
//!
//! It opens the exchange that it is of, and no other: see [`sealed`](crate::sealed).

mod folder;

pub use folder::{Folder, Place};

use crate::sealed::{cleared, Context, Secret};
use anyhow::{bail, ensure, Context as _, Result};
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::blake2_256;
use std::{fs::File, io::Read as _, path::Path};
use surety_response::{
	http::{Call, Cause, Reply, Said, Statement},
	relay::{
		packet::{Acknowledged, SignedIntent},
		pieces, root, Request, Response, Route, Verdict, MAX_BODY_BYTES,
	},
	Amount, Message, NativeVerifier, NodeId, PublicKey, Signed, H256,
};

/// What a receipt begins with.
const MAGIC: &[u8] = b"surety-receipt/1\n";

/// Bytes of the hash at its end.
const HASH_BYTES: usize = 32;

/// Bytes of a receipt at the most: an answer, and all else.
const MAX_BYTES: u64 = MAX_BODY_BYTES as u64 + 1024 * 1024;

/// A signature, and by which key it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct SignedBy {
	/// The signature.
	pub signed: Signed,
	/// The key of its signer that it names.
	pub key: PublicKey,
}

/// A request that was answered.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Exchange {
	/// The chain: the hash of its genesis block.
	pub genesis: H256,
	/// The request.
	pub request: Request,
	/// By its author.
	pub author: SignedBy,
	/// The payload of the first hop, to which the request commits.
	pub route: Vec<u8>,
	/// The key of the recipient to which the body was encrypted.
	pub encryption_key: [u8; 32],
	/// What the author's ephemeral key was made from.
	pub secret: [u8; 32],
	/// The call, in the clear.
	pub call: Vec<u8>,
	/// The response.
	pub response: Response,
	/// By its recipient.
	pub recipient: SignedBy,
	/// The key of the recipient that the statement in the answer names: another where it was replaced since. That of the
	/// response where there is no statement.
	pub statement_key: PublicKey,
	/// Its body, as it came.
	pub answer: Vec<u8>,
	/// The request that the statement in the answer names, where that is another one of the same query: it went another way,
	/// whose edge broke, and had been answered before. None also where that is not known.
	pub stated: Option<Request>,
}

/// A request that ended by an edge that broke.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Breakage {
	/// The chain: the hash of its genesis block.
	pub genesis: H256,
	/// The hash of the request.
	pub request: H256,
	/// The proof: one end's will that an edge of the route be severed.
	pub proof: SignedIntent,
	/// The key of that end.
	pub key: PublicKey,
	/// That the first hop had taken the request, by its signature; none where it had not said so.
	pub taken: Option<Taken>,
	/// Late fees that were paid for the request until then, by its author's own account: vouchers for them are its channel's.
	pub paid: Amount,
}

/// That a hop has taken a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Taken {
	/// Who.
	pub by: NodeId,
	/// When the answer was due after it was sent, in ms.
	pub timeout_ms: u32,
	/// Its signature of [`Acknowledged`].
	pub signed: SignedBy,
}

/// What a client keeps.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Receipt {
	/// Of a request that was answered, if only by a refusal.
	Answered(Box<Exchange>),
	/// Of one that ended by an edge that broke.
	Broken(Box<Breakage>),
}

/// What a receipt proves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proven {
	/// The recipient has answered this call by this reply, and states so.
	Replied {
		/// The call.
		call: Box<Call>,
		/// What the recipient has signed of both.
		statement: Box<Statement>,
		/// The reply.
		reply: Box<Reply>,
	},
	/// The recipient has refused to answer; none where it did not say why.
	Refused(Option<Cause>),
	/// The recipient has signed as an answer what is none: this is evidence against it.
	NoAnswer {
		/// What is wrong with it.
		because: String,
	},
	/// An edge of the network is broken by the will of one of its ends.
	Broken {
		/// The edge.
		edge: u64,
		/// Whose will it is.
		by: NodeId,
		/// Whether the first hop is shown to have taken the request before.
		taken: bool,
	},
}

/// A key that a receipt was checked by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyClaim {
	/// Whose it has to be.
	pub node: NodeId,
	/// Its place among those that the node has registered, oldest first.
	pub index: u8,
	/// The key.
	pub key: PublicKey,
}

/// What a receipt proves, if these keys are whose they are said to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
	/// What.
	pub proven: Proven,
	/// The keys: to be compared with the chain. Otherwise anybody can write a receipt.
	pub keys: Vec<KeyClaim>,
	/// Whose key it was encrypted to, and which: to be compared with the chain just so. Otherwise an author could make bytes
	/// that are one call to the recipient's key and another to a key of its own, and blame the recipient for its answer.
	pub encryption: Option<(NodeId, [u8; 32])>,
}

impl KeyClaim {
	fn new(node: NodeId, by: &SignedBy) -> Self {
		Self { node, index: by.signed.key, key: by.key }
	}
}

fn check(what: &str, message: &impl Message, genesis: &H256, by: &SignedBy) -> Result<()> {
	let good = by.signed.signature.verify::<NativeVerifier>(message, genesis, &by.key);
	ensure!(good, "the signature of {what} is not by its key");
	Ok(())
}

impl Exchange {
	/// Checks all that is signed, and opens the answer. Fails where this proves nothing.
	pub fn verify(&self) -> Result<Verified> {
		let Self { genesis, request, response, .. } = self;
		let mut keys = vec![
			KeyClaim::new(request.author, &self.author),
			KeyClaim::new(request.recipient, &self.recipient),
		];
		let encryption = Some((request.recipient, self.encryption_key));
		check("the request", request, genesis, &self.author)?;
		check("the response", response, genesis, &self.recipient)?;
		ensure!(response.request == request.hash(genesis), "the response is to another request");
		if let Some(stated) = &self.stated {
			let other =
				stated.query(genesis) == request.query(genesis) && stated.hash(genesis) != response.request;
			let named =
				self.statement().is_some_and(|(statement, _)| statement.request == stated.hash(genesis));
			ensure!(other && named, "the statement names another request");
		}
		let route = self.route.clone().try_into().ok().map(|payload| Route::commitment(&payload));
		ensure!(route == Some(request.route), "the request went another way");
		let own = pieces(&self.answer);
		let whole = u32::try_from(self.answer.len()).is_ok_and(|bytes| bytes == response.bytes);
		ensure!(whole && root(&own) == response.root, "the answer is not the one that the response is of");

		let secret = Secret::from_bytes(self.secret);
		let context = Context::of_request(*genesis, request);
		let (sealed, key) = secret.seal(&self.encryption_key, &context, &self.call)?;
		ensure!(H256(blake2_256(&sealed)) == request.content, "the call is not what was asked");
		if response.verdict == Verdict::Refusal {
			let opened = key.open(&request.query(genesis), Verdict::Refusal, &self.answer).ok();
			let said = opened.and_then(|opened| Said::from_bytes(&opened));
			let cause = match said {
				Some(Said::Refused(cause)) => Some(cause),
				_ => cleared(&self.answer),
			};
			return Ok(Verified { proven: Proven::Refused(cause), keys, encryption });
		}
		let call = Call::from_bytes(&self.call).context("the call is none")?;
		let opened = key.open(&request.query(genesis), Verdict::Answer, &self.answer);
		let proven = match opened.and_then(|opened| self.read_answer(&opened, &call, &mut keys)) {
			Ok((statement, reply)) => Proven::Replied { call: Box::new(call), statement, reply },
			Err(error) => Proven::NoAnswer { because: format!("{error:#}") },
		};
		Ok(Verified { proven, keys, encryption })
	}

	/// The statement in the answer, and its signature, where there is one.
	pub(crate) fn statement(&self) -> Option<(Statement, Signed)> {
		let context = Context::of_request(self.genesis, &self.request);
		let (_, key) =
			Secret::from_bytes(self.secret).seal(&self.encryption_key, &context, &self.call).ok()?;
		let query = self.request.query(&self.genesis);
		let opened = key.open(&query, self.response.verdict, &self.answer).ok()?;
		match Said::from_bytes(&opened)? {
			Said::Reply { statement, signed, .. } => Some((*statement, *signed)),
			Said::Refused(_) => None,
		}
	}

	/// What the recipient has answered. All that fails here is the recipient's fault, if the keys are its own.
	fn read_answer(
		&self,
		opened: &[u8],
		call: &Call,
		keys: &mut Vec<KeyClaim>,
	) -> Result<(Box<Statement>, Box<Reply>)> {
		let Self { genesis, request, .. } = self;
		let said = Said::from_bytes(opened).context("nothing that can be said was answered")?;
		let Said::Reply { statement, signed, reply } = said else {
			bail!("a refusal was signed as an answer")
		};
		let by = SignedBy { signed: *signed, key: self.statement_key };
		keys.push(KeyClaim::new(request.recipient, &by));
		ensure!(statement.is_of(genesis, request, call, &reply), "what is stated is not what was answered");
		check("the statement", &*statement, genesis, &by)?;
		Ok((statement, reply))
	}
}

impl Taken {
	/// Whether this is about the request of this hash.
	pub(crate) fn is_of(&self, genesis: &H256, request: &H256) -> bool {
		let message = Acknowledged { request: *request, timeout_ms: self.timeout_ms };
		check("the first hop", &message, genesis, &self.signed).is_ok()
	}
}

impl Breakage {
	/// Checks all that is signed. Fails where this proves nothing.
	pub fn verify(&self) -> Result<Verified> {
		let SignedIntent { intent, by, signed } = self.proof;
		let signed = SignedBy { signed, key: self.key };
		check("the proof", &intent, &self.genesis, &signed)?;
		let mut keys = vec![KeyClaim::new(by, &signed)];
		if let Some(taken) = &self.taken {
			ensure!(
				taken.is_of(&self.genesis, &self.request),
				"the signature of the first hop is not by its key"
			);
			keys.push(KeyClaim::new(taken.by, &taken.signed));
		}
		let proven = Proven::Broken { edge: intent.edge, by, taken: self.taken.is_some() };
		Ok(Verified { proven, keys, encryption: None })
	}
}

impl Receipt {
	/// What this proves. Fails where it proves nothing.
	pub fn verify(&self) -> Result<Verified> {
		match self {
			Self::Answered(exchange) => exchange.verify(),
			Self::Broken(breakage) => breakage.verify(),
		}
	}

	/// The chain that it is of: the hash of its genesis block.
	pub fn genesis(&self) -> H256 {
		match self {
			Self::Answered(exchange) => exchange.genesis,
			Self::Broken(breakage) => breakage.genesis,
		}
	}

	/// The bytes of its file.
	pub fn to_bytes(&self) -> Vec<u8> {
		let bytes = [MAGIC, &self.encode()].concat();
		let hash = blake2_256(&bytes);
		[&bytes[..], &hash].concat()
	}

	/// Reads the bytes of a file. Fails where they are no receipt, or are damaged.
	pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
		let (bytes, hash) = bytes.split_last_chunk::<HASH_BYTES>().context("this is no receipt")?;
		let body = bytes.strip_prefix(MAGIC).context("this is no receipt")?;
		ensure!(blake2_256(bytes) == *hash, "the receipt is damaged");
		Self::decode_all(&mut &*body).context("the receipt cannot be read")
	}

	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		let shown = path.display();
		let file = File::open(path).with_context(|| format!("cannot read {shown}"))?;
		let mut bytes = Vec::new();
		file.take(MAX_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {shown}"))?;
		ensure!(bytes.len() as u64 <= MAX_BYTES, "{shown} is no receipt: it is too long");
		Self::from_bytes(&bytes).with_context(|| format!("{shown}"))
	}
}
