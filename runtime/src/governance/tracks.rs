//! Tracks of referenda. Their durations come from the windows; deposits and curves are the same on
//! every network.

use super::origins::Origin;
use crate::{Balance, BlockNumber, OriginCaller, Runtime, RuntimeOrigin, UNIT};
use alloc::borrow::Cow;
use frame_support::traits::OriginTrait;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use sp_arithmetic::FixedI64;
use sp_runtime::str_array;

const fn percent(x: i32) -> FixedI64 {
	FixedI64::from_rational(x as u128, 100)
}

// Curves are relative to the decision period, whose hundredths are the unit here.
const APPROVAL_SLOW: Curve = Curve::make_reciprocal(15, 100, percent(80), percent(50), percent(100));
const APPROVAL_LINEAR: Curve = Curve::make_linear(100, 100, percent(50), percent(100));
const SUPPORT_ROOT: Curve = Curve::make_linear(100, 100, percent(0), percent(50));
const SUPPORT_LIGHT: Curve = Curve::make_reciprocal(5, 100, percent(2), percent(0), percent(50));
// A veto is decided in days: from the first moment it needs three fifths of the votes and 5% of all
// tokens, in the end a simple majority and 0.5%.
const APPROVAL_VETO: Curve = Curve::make_linear(100, 100, percent(50), percent(60));
const SUPPORT_VETO: Curve = Curve::make_linear(100, 100, FixedI64::from_rational(5, 1_000), percent(5));

/// Numbers of the tracks, which clients and the `SlashVeto` tooling name.
pub mod id {
	pub const ROOT: u16 = 0;
	pub const WHITELISTED_CALLER: u16 = 1;
	pub const TREASURER: u16 = 2;
	pub const REFERENDUM_CANCELLER: u16 = 20;
	pub const REFERENDUM_KILLER: u16 = 21;
	pub const SLASH_VETO: u16 = 30;
}

/// The tracks, with durations as the windows in force say.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
	type Id = u16;
	type RuntimeOrigin = <RuntimeOrigin as OriginTrait>::PalletsOrigin;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
		let windows = pallet_windows::Current::<Runtime>::get().governance;
		let track = |id,
		             name,
		             max_deciding,
		             deposit: Balance,
		             times: pallet_windows::Track,
		             min_approval,
		             min_support| {
			Cow::Owned(Track {
				id,
				info: TrackInfo {
					name: str_array(name),
					max_deciding,
					decision_deposit: deposit * UNIT,
					prepare_period: times.prepare,
					decision_period: times.decision,
					confirm_period: times.confirm,
					min_enactment_period: times.enactment,
					min_approval,
					min_support,
				},
			})
		};
		// Sorted by id, as referenda want it.
		[
			track(id::ROOT, "root", 1, 10_000, windows.root, APPROVAL_SLOW, SUPPORT_ROOT),
			track(
				id::WHITELISTED_CALLER,
				"whitelisted_caller",
				100,
				1_000,
				windows.whitelisted,
				APPROVAL_LINEAR,
				SUPPORT_LIGHT,
			),
			track(id::TREASURER, "treasurer", 10, 500, windows.treasurer, APPROVAL_SLOW, SUPPORT_ROOT),
			track(
				id::REFERENDUM_CANCELLER,
				"referendum_canceller",
				100,
				1_000,
				windows.canceller,
				APPROVAL_LINEAR,
				SUPPORT_LIGHT,
			),
			track(
				id::REFERENDUM_KILLER,
				"referendum_killer",
				100,
				5_000,
				windows.canceller,
				APPROVAL_LINEAR,
				SUPPORT_LIGHT,
			),
			// Many at once: a queue would push a veto past its review.
			track(id::SLASH_VETO, "slash_veto", 1_000, 100, windows.slash_veto, APPROVAL_VETO, SUPPORT_VETO),
		]
		.into_iter()
	}

	fn track_for(origin: &Self::RuntimeOrigin) -> Result<u16, ()> {
		match origin {
			OriginCaller::system(frame_system::RawOrigin::Root) => Ok(id::ROOT),
			OriginCaller::Origins(origin) => Ok(match origin {
				Origin::WhitelistedCaller => id::WHITELISTED_CALLER,
				Origin::Treasurer => id::TREASURER,
				Origin::ReferendumCanceller => id::REFERENDUM_CANCELLER,
				Origin::ReferendumKiller => id::REFERENDUM_KILLER,
				Origin::SlashVeto => id::SLASH_VETO,
			}),
			_ => Err(()),
		}
	}
}
