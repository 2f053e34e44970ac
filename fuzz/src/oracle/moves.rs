//! What is to move from whom to whom, compared with what did.

use super::{hold, money, see, who, Seen, Verdict};
use crate::accounts;
use std::collections::BTreeMap;
use surety_primitives::{AssetKind, Balance};
use surety_runtime::AccountId;

/// What accounts are to gain and to lose of an asset, in all.
#[derive(Default, Debug)]
pub(crate) struct Moves(BTreeMap<AccountId, (Balance, Balance)>);

impl Moves {
	/// Somebody is to gain more.
	pub(crate) fn gains(&mut self, account: &AccountId, amount: Balance) {
		let gained = &mut self.0.entry(account.clone()).or_default().0;
		*gained = gained.saturating_add(amount);
	}

	/// Somebody is to lose more.
	pub(crate) fn loses(&mut self, account: &AccountId, amount: Balance) {
		let lost = &mut self.0.entry(account.clone()).or_default().1;
		*lost = lost.saturating_add(amount);
	}

	/// Everybody but those in `apart` has gained and lost what was to move, and nothing else. `why` is what it was for.
	pub(crate) fn check(
		&self,
		asset: &AssetKind,
		before: &money::Before,
		apart: &[AccountId],
		(rule, why): (&str, &str),
		(seen, compared): (&mut Seen, &'static str),
	) -> Verdict {
		for (account, old) in before.totals(asset).filter(|(account, _)| !apart.contains(account)) {
			let (gained, lost) = self.0.get(account).copied().unwrap_or_default();
			let new = money::total(asset, account);
			let expected = old.saturating_add(gained).saturating_sub(lost);
			// Of an asset, what is below the minimum is gone.
			let dust = if *asset == AssetKind::Native { 0 } else { accounts::MINIMUM };
			hold!(
				new <= expected && new.saturating_add(dust) >= expected,
				rule,
				"{why}: {} had {old} of {asset:?}, gains {gained} and loses {lost}, and has {new}",
				who(account)
			);
			see(seen, compared, 1);
		}
		Ok(())
	}
}
