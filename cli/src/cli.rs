//! What the command line looks like, and what every command is given.

use crate::{
	args::AccountArg,
	chain::Chain,
	error::usage,
	keys::{account_of, KeyOptions, SURI_ENV},
	output::Output,
	roles::{
		chain::ChainVerb, client::ClientVerb, delegator::DelegatorVerb, edge::EdgeVerb, gov::GovVerb,
		keys::KeysVerb, notary::NotaryVerb, operator::OperatorVerb, validator::ValidatorVerb,
	},
};
use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::time::Duration;
use subxt_signer::sr25519::Keypair;
use surety_client::{
	chain::submit::{Submitter, Until, MORTALITY},
	text::Progress,
};
use surety_primitives::AccountId;

const GLOBAL: &str = "Every command";

/// The command line of Surety: sell off-chain services, buy them, keep the chain running.
///
/// Amounts are in whole tokens (12.5), prices an amount for a number of blocks (1.5/100). Exit codes: 0 done,
/// 1 refused, 2 wrong usage.
#[derive(Parser, Debug)]
#[command(name = "surety", version, propagate_version = true)]
pub struct Cli {
	/// What holds for every command.
	#[command(flatten)]
	pub options: Options,
	/// In which role.
	#[command(subcommand)]
	pub role: Role,
}

/// The roles.
#[derive(Subcommand, Debug)]
pub enum Role {
	/// Sell services: services, stake, offers, attestations, presence, clients, clean exit
	#[command(subcommand)]
	Operator(OperatorVerb),
	/// Stake on operators: put up, take back, have it paid out
	#[command(subcommand)]
	Delegator(DelegatorVerb),
	/// Buy services: discover, find, choose, subscribe, cancel, petition
	#[command(subcommand)]
	Client(ClientVerb),
	/// Certify offers: attest, watch, revoke, publish who is present, audit
	#[command(subcommand)]
	Notary(NotaryVerb),
	/// Be part of the network of edges: nodes, edges, vouchers, cuts, a watchtower, a map
	#[command(subcommand)]
	Edge(EdgeVerb),
	/// Validate blocks: bond, session keys, status
	#[command(subcommand)]
	Validator(ValidatorVerb),
	/// Decide: slashes under review, vetoes, referenda, the committee, settlements
	#[command(subcommand)]
	Gov(GovVerb),
	/// Keys of this machine: generate, inspect, sign, verify
	#[command(subcommand)]
	Keys(KeysVerb),
	/// The chain itself: status, balances, transfers, errors, any call
	#[command(subcommand)]
	Chain(ChainVerb),
}

/// How long to wait for a transaction.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
	/// Until it can no longer be undone
	Finalized,
	/// Until a block holds it
	Included,
}

impl From<Wait> for Until {
	fn from(wait: Wait) -> Self {
		match wait {
			Wait::Finalized => Self::Finalized,
			Wait::Included => Self::Included,
		}
	}
}

/// Options of every command.
#[derive(Args, Debug)]
pub struct Options {
	/// Where the node listens
	#[arg(
		long,
		global = true, help_heading = GLOBAL,
		env = "SURETY_URL", value_parser = websocket,
		default_value = "ws://127.0.0.1:9944",
		value_name = "URL"
	)]
	pub url: String,

	/// Print one JSON value instead of tables. Amounts are in whole tokens there too, but for what events and
	/// calls hold, which is in smallest units, as on the chain
	#[arg(long, global = true, help_heading = GLOBAL)]
	pub json: bool,

	/// Print the decoded call and its fee, submit nothing
	#[arg(long, global = true, help_heading = GLOBAL, conflicts_with = "encode")]
	pub dry_run: bool,

	/// Print the encoded call in hex, submit nothing
	#[arg(long, global = true, help_heading = GLOBAL)]
	pub encode: bool,

	/// How long to wait for a transaction
	#[arg(long, global = true, help_heading = GLOBAL, value_enum, default_value = "finalized")]
	pub wait: Wait,

	/// Give up waiting for a transaction after so many seconds
	#[arg(long, global = true, help_heading = GLOBAL, default_value_t = 600, value_name = "SECONDS")]
	pub timeout: u64,

	/// Which key signs.
	#[command(flatten)]
	pub key: KeyOptions,
}

/// The address of a node: only websockets can wait for what happens.
fn websocket(url: &str) -> Result<String, String> {
	match url.split_once("://") {
		Some(("ws" | "wss", rest)) if !rest.is_empty() => Ok(url.to_owned()),
		Some(("http" | "https", rest)) => {
			Err(format!("a node is asked over a websocket: ws://{rest} or wss://{rest}"))
		}
		_ => Err("an address such as ws://127.0.0.1:9944 is needed".into()),
	}
}

/// What a command works with.
pub struct Ctx {
	/// Options of every command.
	pub options: Options,
	/// Where results go.
	pub out: Output,
}

impl Ctx {
	/// For a parsed command line.
	pub fn new(options: Options) -> Self {
		let out = Output { json: options.json };
		Self { options, out }
	}

	/// Connects to the node.
	pub async fn chain(&self) -> Result<Chain> {
		Chain::connect(&self.options.url).await
	}

	/// The key that signs, if one was given.
	pub fn key(&self) -> Result<Option<Keypair>> {
		self.options.key.load()
	}

	/// The account that signs.
	pub fn signer(&self) -> Result<AccountId> {
		self.key()?.map(|key| account_of(&key)).ok_or_else(no_key)
	}

	/// Who submits calls by the key that signs, and waits as was asked for; `progress` is told how it goes.
	pub fn submitter<'a>(&self, chain: &'a Chain, progress: Progress<'a>) -> Result<Submitter<'a>> {
		Ok(self.submitter_by(chain, self.key()?.ok_or_else(no_key)?, progress))
	}

	/// The same by another key.
	pub fn submitter_by<'a>(&self, chain: &'a Chain, key: Keypair, progress: Progress<'a>) -> Submitter<'a> {
		Submitter {
			chain,
			key,
			until: self.options.wait.into(),
			timeout: Duration::from_secs(self.options.timeout),
			mortality: MORTALITY,
			tip: 0,
			progress,
		}
	}

	/// The account that a command is about: the one named, else the one that signs.
	pub fn account(&self, named: &Option<AccountArg>) -> Result<AccountId> {
		match named {
			Some(account) => Ok(account.0.clone()),
			None => self.signer(),
		}
	}
}

/// A key is missing.
pub fn no_key() -> anyhow::Error {
	usage(format!("no key: give --suri, --key-file or --key-json, or set {SURI_ENV}"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	fn parse(line: &str) -> Result<Cli, clap::Error> {
		Cli::try_parse_from(std::iter::once("surety").chain(line.split_whitespace()))
	}

	#[test]
	fn the_command_line_should_be_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn options_should_be_understood_before_and_after_the_verb() {
		for line in ["--json --suri //Alice chain status", "chain status --suri //Alice --json"] {
			let cli = parse(line).unwrap();
			assert!(cli.options.json);
			assert_eq!(cli.options.key.suri.as_deref(), Some("//Alice"));
			assert_eq!(cli.options.wait, Wait::Finalized);
		}
	}

	#[test]
	fn every_line_of_the_manual_should_be_understood() {
		for line in [
			"operator service-create --name storage --min-bond 100 --stateless --artifact docker.io/x:1 --digest 0x0707070707070707070707070707070707070707070707070707070707070707",
			"operator service-create --name storage --security 500 --security 20.5@1",
			"operator service-update 0 --stateless=false --verifier native:7",
			"operator service-update 0 --security 500@native",
			"operator service-update 0 --no-security",
			"operator service-reporter 0 //Bob",
			"operator service-reporter 0 --none",
			"operator service-report --service 0 --operator //Bob --fraction 10% --evidence 0x0707070707070707070707070707070707070707070707070707070707070707",
			"operator service-report --service 0 --operator //Bob --era 3 --fraction 0.5 --evidence @Cargo.toml --claim 3:12.5 --claim 4:1",
			"operator service-retire 0",
			"operator service-remove 0",
			"operator join --metadata Alice",
			"operator update --metadata Bob",
			"operator pause",
			"operator resume",
			"operator offer --service 0 --latency-ms 50 --bandwidth-kbps 1000 --uptime 99.9 --capacity 5 --price 1.5/100 --bond 100",
			"operator offer --service 0 --latency-ms 50 --bandwidth-kbps 1000 --uptime 99.9% --capacity 5 --price 1.5 --period 100 --asset 7 --bond 100 --metadata x",
			"operator offer-update --service 0 --capacity 9",
			"operator offer-pause --service 0",
			"operator offer-resume --service 0",
			"operator add-bond --service 0 --amount 5",
			"operator close --service 0",
			"operator leave --wait-until-done",
			"operator exit --wait-until-done",
			"operator stake --amount 100",
			"operator stake --amount 100 --asset 1",
			"operator unstake --amount 5 --asset native",
			"operator unstake --all",
			"operator withdraw",
			"operator allocate --service 0 --share 50%",
			"operator allocate --service 0 --parts 1000000 --asset 1",
			"operator deallocate --service 0 --share 12.5",
			"operator deallocate --service 0 --all",
			"delegator operators --limit 5",
			"delegator stake --operator //Bob --amount 100 --asset 1",
			"delegator unstake --operator //Bob --amount 5",
			"delegator unstake --operator //Bob --all --asset 1",
			"delegator withdraw --operator //Bob",
			"delegator withdraw --all --holder //Dave",
			"delegator status",
			"delegator status //Dave",
			"operator status",
			"operator attest --notary //Bob --service 0 --claim latency=50 --claim geography=LT --windows 100 --max-fee 5 --presence-out key",
			"operator attest --subsidy 0 --claim availability=99.5 --windows 10 --presence-suri //Alice//p --no-wait",
			"operator attest --notary //Bob --service 0 --claim throughput=1000/500 --windows 1 --accept-quote --presence-public 0x0707070707070707070707070707070707070707070707070707070707070707",
			"operator accept-quote 3",
			"operator attestations",
			"operator attestations //Bob",
			"operator renew --notary //Bob --service 0 --windows 5 --max-fee 1",
			"operator resign --notary //Bob --service 0",
			"operator presence-key --notary //Bob --service 0 --presence-key file",
			"operator announce --presence-key file --operator //Bob",
			"operator announce --presence-suri //A --node wss://notary.example --node //Bob=ws://127.0.0.1:1 --on-chain-after 60 --report --receipts r.redb --once",
			"notary register --term all=1+0.1 --term destination=quote --renewable --mode strict --link https://notary.example --key-out key --insert",
			"notary terms --term latency=1",
			"notary key --key-suri @",
			"notary insert-key --key-from key",
			"notary mode link",
			"notary link https://notary.example",
			"notary requests",
			"notary requests --all",
			"notary quote 0 --issue 1 --watch 0.1",
			"notary attest 0 1 2",
			"notary refuse 0 --reason claim-failed",
			"notary attestations //Bob",
			"notary revoke 3 --reason too-slow",
			"notary collect",
			"notary collect 1 2 --notary //Bob",
			"notary expire --notary //Bob",
			"notary publish",
			"notary publish --window 7",
			"notary publish --snapshot file --link https://notary.example/snapshot",
			"notary log //Bob --blocks 100 --last 5 --prove 0",
			"notary log //Bob --all",
			"notary audit",
			"notary audit --answer",
			"notary audit //Bob --windows 5 --report",
			"notary audit //Bob --demand 7 --slot 3",
			"notary audit //Bob --conclude",
			"notary audit //Bob --window 7 --report",
			"notary report missed //Bob --window 7",
			"notary report omission //Bob --window 7 --receipts r.redb --anyway",
			"notary bounty open //Bob --per-window 1 --budget 100",
			"notary bounty list --notary //Bob",
			"notary bounty claim 0 --slot 3 --skip",
			"notary bounty close 0",
			"notary bounty clear 0",
			"notary bounty clear 0 1 2",
			"notary subsidy fund //Bob --service 0 --max-per-request 5 --budget 100",
			"notary subsidy list --service 0",
			"notary subsidy close 0",
			"operator claim-bounty",
			"operator claim-bounty 0 1 --anywhere",
			"notary watch --config watch.toml --anywhere=false --once",
			"client discover --any-notary",
			"notary watch --state s.json --every 30 --grace 300",
			"notary status //Bob",
			"notary list",
			"notary leave --revoke",
			"notary leave --notary //Bob",
			"client discover",
			"client discover --service 0 --claim latency<=50 --claim geography=LT,DE --notary //Bob --agree 2",
			"client discover --trusted notaries.txt --snapshots s.redb",
			"client recommend --service 0 --anyone",
			"client recommend --service 0 --notary //Bob --claim latency<=50",
			"edge node register --stake 500 --edge-out key",
			"edge node register --stake 500 --edge-public ed25519:0x0707070707070707070707070707070707070707070707070707070707070707",
			"edge node add-stake --amount 5.5",
			"edge node set-key --edge-suri //Alice//node --edge-ed25519",
			"edge node refresh",
			"edge node refresh 1 //Bob",
			"edge node leave",
			"edge node remove 3",
			"edge node show //Bob",
			"edge node list --limit 10",
			"edge open --to 3 --latency-ms 100 --bandwidth-kbps 1000 --base-price 0.01 --byte-price 0.00001 --deposit 20 --other-deposit 5 --asset 1",
			"edge open --to //Bob --by-offer --latency-ms 100 --bandwidth-kbps 1000 --base-price 0 --deposit 20",
			"edge offer make --edges 3 --min-deposit 1 --min-latency-ms 10 --max-latency-ms 500 --max-bandwidth-kbps 1000 --max-penalty 20",
			"edge offer end",
			"edge offer show 3",
			"edge proposals",
			"edge proposals --all",
			"edge accept 0",
			"edge withdraw 0",
			"edge list //Bob --ended",
			"edge list --all",
			"edge show 0",
			"edge reprice 0 --latency-ms 50 --base-price 0.02",
			"edge reprice 0 --accept",
			"edge close 0 --wait-until-done --evidence none",
			"edge sever 0 --edge-key node.key --expansions 100",
			"edge sever 0 --intent 0x01 --evidence search",
			"edge intent sign 0 --out intent",
			"edge intent verify intent",
			"edge vouchers show --vouchers vouchers.json",
			"edge vouchers sign --edge 0 --amount 1.5 --edge-suri //Alice//node",
			"edge vouchers sign --channel 0",
			"edge vouchers verify 0x01",
			"edge vouchers take voucher",
			"edge vouchers endorse --edge 0",
			"edge vouchers hand-in",
			"edge vouchers hand-in 0 1",
			"edge vouchers watcher --edge 0 --account //Bob --reward 0.1",
			"edge vouchers watcher --edge 0 --none",
			"edge vouchers top-up --channel 0 --amount 5",
			"edge vouchers settle 0 1",
			"edge settle 0 1",
			"edge prune 0",
			"edge join 0",
			"edge rejoin",
			"edge cut show --edge 0",
			"edge cut submit --node //Eve --as-of 90",
			"edge cut relabel 0",
			"edge cut clear 0",
			"edge cut list",
			"edge punish 4 //Eve",
			"edge report 4",
			"edge centre show",
			"edge centre cost 3",
			"edge centre challenge //Bob",
			"edge centre stand-in 3",
			"edge centre reclaim",
			"edge main claim 3",
			"edge main refute",
			"edge route --to 3 --from //Alice --count 3 --max-latency-ms 500 --min-bandwidth-kbps 10 --max-price 0.5 --bytes 1500",
			"edge watch --config watch.toml --rejoin --max-fee-per-day 0.5 --every 2 --once",
			"edge watch --no-certificates --no-prune --check-cuts-every 5",
			"edge map --svg map.svg --name 3=Eve --name //Bob=Bob --open --block 90 --most 2000",
			"operator claim 3",
			"operator claim --all",
			"operator end --all",
			"operator close-subscriptions",
			"client services",
			"client offers --service 0 --max-price 1.5/100 --max-latency-ms 80 --min-bandwidth-kbps 10 --min-uptime 99 --min-stake 5 --accepting --limit 20",
			"client sample --service 0 --seed monday --picks 3",
			"client recommend --service 0 --seed monday --picks 3 --explain --half-life-days 7",
			"client subscribe --operator //Bob --service 0 --prepaid 10 --max-price 2/100",
			"client subscribe --operator //Bob --service 0 --blocks 50",
			"client top-up 3 --amount 5",
			"client cancel 3",
			"client settle 3",
			"operator settle 3",
			"client subscriptions",
			"client experience record --operator //Bob --service 0 --ok --latency-ms 30",
			"client experience record --operator //Bob --service 0 --failed",
			"client experience list",
			"client experience forget --operator //Bob",
			"client petition open --subscription 3 --era 4 --evidence @Cargo.toml",
			"client petition sign 0 --subscription 4",
			"client petition list --all",
			"client petition resolve 0",
			"client petition resolve 0 //Dave",
			"client collect",
			"client collect //Dave",
			"gov slashes",
			"gov slashes --all",
			"gov slashes 3",
			"gov veto 3",
			"gov validator-slashes",
			"gov veto-validator 12 0 2",
			"gov referenda --last 5",
			"gov vote 0 --aye --amount 100",
			"gov vote 0 --nay --amount 0.5 --conviction 6",
			"gov unvote 0",
			"gov unlock",
			"gov unlock //Dave",
			"gov refund 0",
			"gov committee",
			"gov committee veto 3",
			"gov committee veto-validator 12 0 2",
			"gov committee vote 0 --aye",
			"gov committee vote 0x0707070707070707070707070707070707070707070707070707070707070707 --nay",
			"gov committee close 0",
			"gov apply 3",
			"gov apply 3 --assets 1",
			"gov forget 3",
			"gov settlements",
			"gov close-settlement 0",
			"gov collect 0 //Dave",
			"validator start --bond 1000 --commission 5",
			"validator rotate-keys",
			"validator status",
			"validator chill",
			"validator unbond --amount 5",
			"validator withdraw",
			"keys generate",
			"keys inspect //Alice",
			"keys sign hello",
			"keys verify hello --signature 0x00 --account //Alice",
			"chain status",
			"chain balance //Alice",
			"chain transfer --to //Bob --amount 1.5",
			"chain errors Registry",
			"chain call System remark --args {\"remark\":\"0x00\"}",
		] {
			if let Err(error) = parse(line) {
				panic!("{line}\n{error}");
			}
		}
	}

	#[test]
	fn nonsense_should_be_an_error_of_usage() {
		for line in [
			"",
			"operator",
			"operator dance",
			"operator claim",
			"operator claim 3 --all",
			"operator attest --service 0 --claim latency=50 --windows 1",
			"operator attest --notary //Bob --service 0 --windows 1",
			"operator attest --subsidy 0 --max-fee 5 --claim latency=50 --windows 1",
			"operator attest --notary //Bob --service 0 --claim latency --windows 1",
			"operator announce --node https://notary.example",
			"notary",
			"notary register --term latency=1",
			"notary register --key-out key",
			"notary key --key-out a --key-from b",
			"notary mode loud",
			"notary requests //Bob --all",
			"notary revoke 3",
			"notary revoke 3 --reason slow",
			"notary publish --window 3 --snapshot file",
			"notary publish --link https://notary.example",
			"notary audit --report",
			"notary audit //Bob --report --answer",
			"notary audit //Bob --slot 3",
			"notary audit //Bob --window 3 --windows 5",
			"notary audit --window 3",
			"notary report",
			"notary bounty open //Bob --per-window 1",
			"notary bounty close",
			"notary subsidy fund //Bob --max-per-request 5 --budget 100",
			"operator claim-bounty --slot 3",
			"notary report missed //Bob",
			"notary report omission //Bob --window 7 --receipt 0x00 --slot 3",
			"notary report mismatch //Bob --commitment 0x00 --bytes 0x00",
			"notary report equivocation //Bob --commitment @/there/is/no/such/file",
			"client discover --claim latency=50",
			"notary log //Bob --all --blocks 5",
			"client discover --agree 0",
			"client discover --any-notary --notary //Bob",
			"client recommend --service 0 --anyone --any-notary",
			"notary watch --once=maybe",
			"client recommend --service 0 --anyone --notary //Bob",
			"edge",
			"edge node",
			"edge node register",
			"edge node register --stake 500 --edge-out a --edge-suri b",
			"edge open --to 3",
			"edge open --to 3 --by-offer --asset 1 --latency-ms 1 --bandwidth-kbps 1 --base-price 0 --deposit 1",
			"edge offer make",
			"edge proposals 3 --all",
			"edge accept",
			"edge reprice 0 --accept --latency-ms 5",
			"edge sever 0 --intent 0x01 --edge-suri //Alice",
			"edge sever 0 --evidence magic",
			"edge intent sign",
			"edge vouchers sign --amount 1",
			"edge vouchers sign --edge 0 --channel 0",
			"edge vouchers watcher --edge 0",
			"edge settle",
			"edge cut submit",
			"edge cut submit --edge 0 --node 1",
			"edge centre challenge",
			"edge route",
			"edge route --to 3 --count 0",
			"edge watch --every 0",
			"edge map --name 3",
			"edge map --most 2001",
			"operator end",
			"operator offer --service 0",
			"operator service-create --name x --security 5@gold",
			"operator service-update 0 --security 5 --no-security",
			"operator service-reporter 0",
			"operator service-reporter 0 //Bob --none",
			"operator stake",
			"operator unstake",
			"operator unstake --amount 5 --all",
			"operator withdraw --service 0",
			"operator allocate --service 0 --share 50% --parts 500000",
			"operator allocate --service 0 --share 101%",
			"operator allocate --service 0 --share 0",
			"operator allocate --service 0 --parts 0",
			"operator allocate --service 0 --parts 1000001",
			"operator allocate --service 0 --all",
			"operator allocate --service 0",
			"operator deallocate --service 0",
			"operator deallocate --service 0 --all --share 5",
			"operator service-report --service 0 --operator //Bob --fraction 10%",
			"operator service-report --service 0 --operator //Bob --fraction 101% --evidence @Cargo.toml",
			"operator service-report --service 0 --operator //Bob --fraction 1 --evidence proof",
			"operator service-report --service 0 --operator //Bob --fraction 1 --evidence @Cargo.toml --claim 3",
			"client petition",
			"client petition open --subscription 3",
			"client petition sign 0",
			"gov",
			"gov veto",
			"gov veto-validator 12",
			"gov vote 0 --aye",
			"gov vote 0 --amount 5",
			"gov vote 0 --aye --nay --amount 5",
			"gov vote 0 --aye --amount 5 --conviction 7",
			"gov committee vote 0",
			"gov committee vote veto --aye",
			"gov committee close",
			"gov apply 3 --assets 0",
			"gov collect 0",
			"delegator",
			"delegator operators --limit 0",
			"delegator stake --amount 5",
			"delegator stake --operator //Bob",
			"delegator unstake --operator //Bob",
			"delegator unstake --operator //Bob --amount 1 --all",
			"delegator withdraw",
			"delegator withdraw --operator //Bob --all",
			"client cancel",
			"client cancel x",
			"client subscribe --operator //Bob --service 0",
			"client subscribe --operator //Bob --service 0 --prepaid 1 --blocks 5",
			"client subscribe --operator nobody --service 0 --prepaid 1",
			"client experience record --operator //Bob --service 0",
			"client experience record --operator //Bob --service 0 --ok --failed",
			"client offers --service 0 --limit 0",
			"chain transfer --to //Bob --amount -1",
			"chain status --dry-run --encode",
			"chain status --wait never",
			"chain status --url http://127.0.0.1:9944",
			"chain status --url 127.0.0.1:9944",
			"chain status --url ws://",
		] {
			let error = parse(line).err().unwrap_or_else(|| panic!("understood: {line}"));
			assert_eq!(error.exit_code(), 2, "{line}");
		}
	}
}
