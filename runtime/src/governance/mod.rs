//! Origins and tracks of referenda.

pub mod origins;
pub mod tracks;

pub use origins::{
	Origin, ReferendumCanceller, ReferendumKiller, SlashVetoOrigin, Treasurer, WhitelistedCaller,
};
pub use tracks::Tracks;

use crate::config::governance::CommitteeAtLeast;
use frame_support::traits::EitherOf;

/// Who may veto a slash: the `SlashVeto` track, or two thirds of the technical committee.
pub type EnsureSlashVeto = EitherOf<SlashVetoOrigin, CommitteeAtLeast<2, 3>>;
