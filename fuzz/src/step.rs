//! Steps of a history, and how they are written down.

use anyhow::{anyhow, bail, Context, Result};
use codec::{DecodeAll, Encode};
use frame_support::traits::GetCallMetadata;
use std::fmt;
use surety_runtime::{
	config::governance::TechnicalCollective, governance, AccountId, RuntimeCall, RuntimeOrigin,
};

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
	/// An account.
	Signed(AccountId),
	/// Root.
	Root,
	/// So many of so many members of the technical committee.
	Committee(u32, u32),
	/// The track of referenda that vetoes slashes.
	SlashVeto,
	/// Nobody: the call bears its own proof, and is let in by that.
	Authorized,
}

impl From<Origin> for RuntimeOrigin {
	fn from(origin: Origin) -> Self {
		match origin {
			Origin::Signed(who) => RuntimeOrigin::signed(who),
			Origin::Root => RuntimeOrigin::root(),
			Origin::Committee(ayes, seats) => {
				pallet_collective::RawOrigin::<AccountId, TechnicalCollective>::Members(ayes, seats).into()
			}
			Origin::SlashVeto => governance::Origin::SlashVeto.into(),
			Origin::Authorized => frame_system::RawOrigin::Authorized.into(),
		}
	}
}

/// A step of a history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
	/// A call in the current block.
	Call {
		/// Whose.
		origin: Origin,
		/// What.
		call: Box<RuntimeCall>,
	},
	/// The current block ends, and so many begin; all but the last end too.
	Blocks(u32),
}

impl Step {
	/// Pallet and name of the call, if it is one.
	pub fn name(&self) -> String {
		match self {
			Step::Call { call, .. } => {
				let name = call.get_call_metadata();
				format!("{}.{}", name.pallet_name, name.function_name)
			}
			Step::Blocks(count) => format!("{count} blocks"),
		}
	}

	/// Reads a step from a line.
	fn parse(line: &str) -> Result<Self> {
		let line = line.split('#').next().unwrap_or_default();
		let mut words = line.split_whitespace();
		let mut word = || words.next().ok_or_else(|| anyhow!("the line ends too early"));
		let origin = match word()? {
			"blocks" => return Ok(Step::Blocks(word()?.parse()?)),
			"signed" => {
				let bytes: [u8; 32] =
					hex::decode(word()?)?.try_into().map_err(|_| anyhow!("not an account"))?;
				Origin::Signed(bytes.into())
			}
			"root" => Origin::Root,
			"committee" => Origin::Committee(word()?.parse()?, word()?.parse()?),
			"slash-veto" => Origin::SlashVeto,
			"authorized" => Origin::Authorized,
			other => bail!("'{other}' is no origin"),
		};
		let call = RuntimeCall::decode_all(&mut &hex::decode(word()?)?[..])
			.context("the call does not decode: its pallet has changed since")?;
		Ok(Step::Call { origin, call: Box::new(call) })
	}
}

impl fmt::Display for Step {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let (origin, call) = match self {
			Step::Blocks(count) => return write!(f, "blocks {count}"),
			Step::Call { origin, call } => (origin, call),
		};
		match origin {
			Origin::Signed(who) => write!(f, "signed {}", hex::encode(who))?,
			Origin::Root => f.write_str("root")?,
			Origin::Committee(ayes, seats) => write!(f, "committee {ayes} {seats}")?,
			Origin::SlashVeto => f.write_str("slash-veto")?,
			Origin::Authorized => f.write_str("authorized")?,
		}
		write!(f, " {}  # {}", hex::encode(call.encode()), self.name())
	}
}

/// Writes a history down, a line each step, under a heading of comments.
pub fn write(heading: &str, steps: &[Step]) -> String {
	let heading = heading.lines().map(|line| format!("# {line}\n"));
	heading.chain(steps.iter().map(|step| format!("{step}\n"))).collect()
}

/// Reads a history.
pub fn read(text: &str) -> Result<Vec<Step>> {
	let lines = text.lines().enumerate();
	let steps = lines.filter(|(_, line)| !line.trim_start().starts_with('#') && !line.trim().is_empty());
	steps
		.map(|(at, line)| Step::parse(line).with_context(|| format!("line {}", at.saturating_add(1))))
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_history_should_be_read_as_it_was_written() {
		let remark =
			|| Box::new(RuntimeCall::System(surety_runtime::SystemCall::remark { remark: vec![1, 2] }));
		let steps = vec![
			Step::Call { origin: Origin::Signed([7; 32].into()), call: remark() },
			Step::Blocks(3),
			Step::Call { origin: Origin::Committee(2, 3), call: remark() },
			Step::Call { origin: Origin::Root, call: remark() },
			Step::Call { origin: Origin::SlashVeto, call: remark() },
			Step::Call { origin: Origin::Authorized, call: remark() },
		];
		let text = write("two\nlines", &steps);
		assert!(text.starts_with("# two\n# lines\nsigned 0707"));
		assert_eq!(read(&text).expect("it was written"), steps);
		assert!(read("nobody 00").is_err());
		assert!(read("root ff").is_err());
	}
}
