//! What is shown to a chain, what it proves, and who shows it.

use crate::{judge, Asked, ServiceId, Statement, Unjudged};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use surety_response::{
	relay::{Ms, Piece, Request, Response, Verdict},
	KeyIndex, Message, NodeId, PublicKey, Signed, Verifier,
};

/// Status of an answer that is the content.
const OK: u16 = 200;

/// What an operator has done wrong.
#[derive(
	Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Fault {
	/// It has given an answer that is not what was asked for.
	WrongAnswer,
	/// It has given two answers of which one must be wrong.
	Contradiction,
}

/// Why a piece of evidence proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Defect {
	/// What was signed is about another request.
	OtherRequest,
	/// The question is not the one of the statement.
	OtherQuestion,
	/// One of the two was given by somebody else.
	OtherRecipient,
	/// It is a refusal, or a status that says why there is no answer: that answers nothing, and so nothing wrongly. Only what
	/// is said to be the content, by status 200, can be a wrong one.
	Refused,
	/// Both say the same. An answer may be given as often as it is asked for.
	SameAnswer,
	/// The two need not agree: they are to two requests, and about two questions, services or versions, or the service is not
	/// deterministic.
	Unrelated,
	/// The answer is right.
	RightAnswer,
	/// Nothing can be said about the answer.
	Unjudged(Unjudged),
}

impl From<Unjudged> for Defect {
	fn from(unjudged: Unjudged) -> Self {
		Self::Unjudged(unjudged)
	}
}

/// A statement, signed, and the request that it is about.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Stated {
	/// What was asked, by whom and of whom.
	pub request: Request,
	/// What the recipient says of it.
	pub statement: Statement,
	/// Its signature, and by which of its answer keys.
	pub signed: Signed,
}

/// What proves that an operator has answered wrongly: nothing but what it has signed, and what that is about.
///
/// The author's signature under a request is not part of it: the recipient has signed its hash, so it has taken the request
/// as the author's. Keys are the recipient's answer keys, by their places; the place is not signed, so whoever shows a
/// response says where its key stands.
// Calls hold it in one box.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Evidence {
	/// An answer that its check finds wrong.
	WrongAnswer {
		/// What the operator says.
		stated: Stated,
		/// What was asked.
		asked: Asked,
		/// The body of the answer; empty where it need not be shown, see [`judge`].
		shown: Piece,
	},
	/// Two statements: about one request, or about one question of a deterministic service.
	Statements {
		/// The one.
		first: Stated,
		/// The other.
		second: Stated,
	},
	/// Two responses to one request, without statements. What was sent differs: a recipient that is asked again sends what it
	/// has sent before, to the byte.
	Responses {
		/// The request.
		request: Request,
		/// The one, with its signature.
		first: (Response, Signed),
		/// The other.
		second: (Response, Signed),
	},
}

impl Evidence {
	/// What it shows to have been done, if it shows anything.
	#[must_use]
	pub fn fault(&self) -> Fault {
		match self {
			Self::WrongAnswer { .. } => Fault::WrongAnswer,
			Self::Statements { .. } | Self::Responses { .. } => Fault::Contradiction,
		}
	}

	/// The requests that it is about; one twice where there is only one.
	#[must_use]
	pub fn requests(&self) -> [&Request; 2] {
		match self {
			Self::WrongAnswer { stated: Stated { request, .. }, .. } | Self::Responses { request, .. } => {
				[request, request]
			}
			Self::Statements { first, second } => [&first.request, &second.request],
		}
	}

	/// Whose answers they are.
	#[must_use]
	pub fn recipient(&self) -> &NodeId {
		let [first, _] = self.requests();
		&first.recipient
	}

	/// The service that answered; `None` where that is not among what was signed.
	#[must_use]
	pub fn service(&self) -> Option<ServiceId> {
		match self {
			Self::WrongAnswer { stated: Stated { statement, .. }, .. }
			| Self::Statements { first: Stated { statement, .. }, .. } => Some(statement.service),
			Self::Responses { .. } => None,
		}
	}

	/// Its name: BLAKE2b-256 of its encoding.
	#[must_use]
	pub fn hash(&self) -> H256 {
		blake2_256(&self.encode()).into()
	}

	/// Whether it proves the fault, given that the signatures are right. `native` is asked as [`judge`] says.
	pub fn examine(
		&self,
		genesis: &H256,
		native: impl FnOnce(u32, &Asked, &[u8]) -> Option<bool>,
	) -> Result<(), Defect> {
		match self {
			Self::WrongAnswer { stated, asked, shown } => {
				stated.ensure_answer(genesis)?;
				let Stated { request, statement, .. } = stated;
				ensure(statement.status == OK, Defect::Refused)?;
				ensure(asked.hash() == statement.asked, Defect::OtherQuestion)?;
				let (check, allowed) = (statement.rules.check, request.max_response_bytes);
				let right = judge(check, asked, &statement.answered, allowed, shown, native)?;
				ensure(!right, Defect::RightAnswer)
			}
			Self::Statements { first, second } => {
				ensure(first.request.recipient == second.request.recipient, Defect::OtherRecipient)?;
				first.ensure_answer(genesis)?;
				second.ensure_answer(genesis)?;
				let (one, other) = (&first.statement, &second.statement);
				ensure(one.service == other.service, Defect::Unrelated)?;
				let same_question =
					one.rules.deterministic && (one.rules, one.asked) == (other.rules, other.asked);
				ensure(one.request == other.request || same_question, Defect::Unrelated)?;
				ensure(one.differs(other), Defect::SameAnswer)
			}
			Self::Responses { request, first: (one, _), second: (other, _) } => {
				let hash = request.hash(genesis);
				ensure(one.request == hash && other.request == hash, Defect::OtherRequest)?;
				let answers = [one.verdict, other.verdict] == [Verdict::Answer; 2];
				ensure(answers, Defect::Refused)?;
				ensure((one.bytes, one.root) != (other.bytes, other.root), Defect::SameAnswer)
			}
		}
	}

	/// Whether all of it was signed by keys of the recipient's. `key` is asked for each by its place, and when the request
	/// that it is about ended, in ms of Unix time.
	pub fn is_signed<V: Verifier, E>(
		&self,
		genesis: &H256,
		key: impl Fn(KeyIndex, Ms) -> Result<PublicKey, E>,
	) -> Result<bool, E> {
		let key = |signed: &Signed, request: &Request| key(signed.key, request.not_after_ms);
		Ok(match self {
			Self::WrongAnswer { stated, .. } => {
				stated.is_signed::<V>(genesis, &key(&stated.signed, &stated.request)?)
			}
			Self::Statements { first, second } => {
				first.is_signed::<V>(genesis, &key(&first.signed, &first.request)?)
					&& second.is_signed::<V>(genesis, &key(&second.signed, &second.request)?)
			}
			Self::Responses { request, first, second } => {
				is_signed::<V>(&first.0, &first.1, genesis, &key(&first.1, request)?)
					&& is_signed::<V>(&second.0, &second.1, genesis, &key(&second.1, request)?)
			}
		})
	}
}

impl Stated {
	/// Checks that the statement is about the request, and about an answer.
	fn ensure_answer(&self, genesis: &H256) -> Result<(), Defect> {
		ensure(self.statement.request == self.request.hash(genesis), Defect::OtherRequest)?;
		ensure(self.statement.is_answer(), Defect::Refused)
	}

	fn is_signed<V: Verifier>(&self, genesis: &H256, key: &PublicKey) -> bool {
		is_signed::<V>(&self.statement, &self.signed, genesis, key)
	}
}

fn is_signed<V: Verifier>(message: &impl Message, signed: &Signed, genesis: &H256, key: &PublicKey) -> bool {
	signed.signature.verify::<V>(message, genesis, key)
}

fn ensure(holds: bool, defect: Defect) -> Result<(), Defect> {
	if holds {
		Ok(())
	} else {
		Err(defect)
	}
}

/// What somebody puts on chain before it shows a piece of evidence in which it is not named: the evidence's hash and its own
/// account, behind a salt that nobody guesses. Whoever copies the evidence later has no such thing of its own.
#[must_use]
pub fn commitment(genesis: &H256, evidence: &H256, reporter: &NodeId, salt: &H256) -> H256 {
	blake2_256(&("surety/dispute/commitment/1", genesis, evidence, reporter, salt).encode()).into()
}

/// The name of a report: of the evidence, and of who shows it.
#[must_use]
pub fn report_hash(genesis: &H256, evidence: &H256, reporter: &NodeId) -> H256 {
	blake2_256(&("surety/dispute/report/1", genesis, evidence, reporter).encode()).into()
}
