mod applying;
mod escapes;
mod petitions;
mod queue;
mod reporting;
mod settling;
mod thefts;
mod vetoing;
mod views;

use crate::{mock::*, Error, Event, HoldReason, Slashes};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use surety_primitives::{SlashId, SlashSource, SlashState, SubscriptionId};
