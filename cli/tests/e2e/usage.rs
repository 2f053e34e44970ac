//! What makes no sense, and nodes that are none.

use crate::common::{node, surety};

const NOWHERE: &str = "ws://127.0.0.1:1";

#[test]
fn wrong_usage_should_exit_with_two() {
	for line in [
		"",
		"operator",
		"client dance",
		"client cancel",
		"operator claim",
		"chain status --dry-run --encode",
		"chain status --url http://127.0.0.1:9944",
		"chain transfer --to //Bob --amount -1",
		"chain transfer --to nobody --amount 1",
		"client experience record --operator //Bob --service 0",
		"--suri //A --key-file x keys inspect",
		"notary watch --suri //Alice --every 0",
		"notary watch --suri //Alice --tolerance 100",
	] {
		let outcome = surety(NOWHERE, line, &[]);
		assert_eq!(outcome.code, Some(2), "{line}: {}", outcome.err);
		assert!(outcome.out.is_empty(), "{line}: {}", outcome.out);
	}
	let node = node();
	for line in [
		"chain balance",
		"chain transfer --to //Bob --amount 1",
		"chain transfer --to //Bob --amount 0.0000000000001 --suri //Alice",
		"chain call Nothing nothing",
		"chain call System nothing",
		"chain call System remark --args {",
		"chain call System remark --args {\"remark\":7}",
		"chain errors Nothing",
		"operator offer-update --service 0 --suri //Alice",
		"client sample --service 0 --block x",
		"client recommend --service 0 --chance 7",
	] {
		let outcome = node.run(line);
		assert_eq!(outcome.code, Some(2), "{line}: {}", outcome.err);
		assert_eq!(
			outcome.err.lines().filter(|line| line.starts_with("error: ")).count(),
			1,
			"{}",
			outcome.err
		);
	}
}

#[test]
fn a_node_that_is_none_should_be_refused_in_one_line() {
	let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
	let deaf = format!("ws://{}", deaf.local_addr().unwrap());
	for (url, says) in
		[(NOWHERE, "Connection refused"), ("ws://no-such-host.invalid:9944", "lookup"), (&deaf, "timeout")]
	{
		let outcome = surety(url, "chain status", &[]);
		let refusal = outcome.refusal();
		assert!(refusal.starts_with(&format!("error: cannot reach a node at {url}: ")), "{refusal}");
		assert!(refusal.contains(says), "{refusal}");
	}
}

#[test]
fn the_chain_should_be_shown() {
	let node = node();
	let status = node.ask("chain status");
	for name in [
		"best_hash",
		"best_number",
		"chain",
		"era",
		"finalized_hash",
		"finalized_number",
		"genesis_hash",
		"node",
		"peers",
		"spec_version",
		"syncing",
		"token_decimals",
		"token_symbol",
		"transaction_version",
		"windows",
	] {
		assert!(!status[name].is_null(), "{name} in {status}");
	}
	assert_eq!(status["windows"]["stake"]["unbonding"], 80);
	let era = |of: &str| status["era"][of].as_u64().unwrap();
	let best = status["best_number"].as_u64().unwrap();
	assert!(era("start") <= best && best < era("end") && era("end") - era("start") == 5, "{status}");
	assert_eq!(era("number"), best / 5 + 1);
	let table = node.run("chain status").out;
	assert!(
		table.lines().any(|line| line.starts_with("stake.unbonding ") && line.ends_with(" 80")),
		"{table}"
	);
}
