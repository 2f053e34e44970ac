// A mistake on the command line or in a specification ends in one clear line, and says so in the exit code.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bounded } from './lib/bounded.mjs';
import { run } from './lib/command.mjs';
import { temporaryDirectory } from './lib/node.mjs';

// Room for the SDK's longest advice, not for a genesis.
const LONGEST_LINE = 1_000;
/** What the node logs begins with the time. */
const LOG = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /;

describe('the command line', () => {
	const directory = temporaryDirectory();
	const file = (name) => join(directory.path, name);
	const port = ['--rpc-port', '0', '--prometheus-port', '0', '--listen-addr', '/ip4/127.0.0.1/tcp/0'];

	/** Writes the development chain's specification, changed by `edit`, and returns its path. */
	const specification = (name, edit) => {
		const spec = JSON.parse(readFileSync(file('dev.json'), 'utf8'));
		edit(spec);
		writeFileSync(file(name), JSON.stringify(spec));
		return file(name);
	};

	/** Asserts that `args` end with `code` and one line on stderr that matches. */
	const fails = async (args, code, line) => {
		const result = await run(args, 150);
		assert.equal(result.code, code, result.stderr);
		assert.equal(result.stdout, '');
		const lines = result.stderr.split('\n').filter((printed) => printed.trim() !== '' && !LOG.test(printed));
		if (code === 2) {
			// The parser of the command line adds how it is used.
			const rest = lines.splice(1);
			for (const hint of rest) assert.match(hint, /^(Usage: | +\S+ (\[OPTIONS\]|<COMMAND>)|For more information| +tip: )/);
		}
		assert.equal(lines.length, 1, `not one line:\n${result.stderr}`);
		assert.match(lines[0], /^error: /);
		assert.match(lines[0], line);
		assert.doesNotMatch(result.stderr, /panicked|RUST_BACKTRACE|Err\(|Some\(/);
		assert.ok(lines[0].length <= LONGEST_LINE, `a line of ${lines[0].length} characters: ${lines[0].slice(0, LONGEST_LINE)}…`);
	};

	before(async () => {
		const { code, stdout, stderr } = await run(['export-chain-spec', '--chain', 'dev'], 150);
		assert.equal(code, 0, stderr);
		writeFileSync(file('dev.json'), stdout);
	}, { timeout: 160_000 });
	after(() => directory.remove());

	bounded('should refuse a flag that it does not know', 10, () =>
		fails(['--dev', '--no-such-flag'], 2, /unexpected argument '--no-such-flag'/));

	bounded('should refuse a command that it does not know', 10, () =>
		fails(['no-such-command'], 2, /unrecognized subcommand 'no-such-command'/));

	bounded('should refuse a port that is none', 10, () =>
		fails(['--dev', '--rpc-port', '65536'], 2, /invalid value '65536' for '--rpc-port <PORT>'/));

	bounded('should refuse a chain that it does not know', 10, () =>
		fails(['--chain', 'nowhere', '--tmp'], 1, /chain `nowhere` is neither `dev` nor `local`.*No such file/));

	bounded('should refuse to export a chain that it does not know', 10, () =>
		fails(['export-chain-spec', '--chain', 'nowhere'], 1, /chain `nowhere` is neither `dev` nor `local`/));

	bounded('should refuse a specification that is not JSON', 10, () => {
		writeFileSync(file('text.json'), 'name = "Surety"\n');
		return fails(['--chain', file('text.json'), '--tmp'], 1, /Error parsing spec file.*line 1/);
	});

	bounded('should refuse a specification without a genesis', 10, () => {
		const path = specification('headless.json', (spec) => delete spec.genesis);
		return fails(['--chain', path, '--tmp'], 1, /missing field `genesis`/);
	});

	bounded('should accept the specification that it exports', 160, async () => {
		const { code, stdout, stderr } = await run(['export-chain-spec', '--raw', '--chain', file('dev.json')], 150);
		assert.equal(code, 0, stderr);
		assert.ok(Object.keys(JSON.parse(stdout).genesis.raw.top).length > 100);
	});

	bounded('should refuse to make a chain whose stake could leave before a slash', 160, () => {
		const path = specification('escape.json', (spec) => {
			spec.genesis.runtimeGenesis.patch.windows.windows.stake.unbonding = 1;
		});
		mkdirSync(file('escape'));
		const args = ['--chain', path, '--base-path', file('escape'), ...port];
		return fails(args, 1, /stake\.unbonding must be at least stake\.report \+ stake\.review \+ stake\.margin/);
	});

	bounded('should refuse a validator without a network identity', 160, () =>
		fails(['--chain', 'local', '--alice', '--base-path', file('validator'), ...port], 1, /network key.*key generate-node-key/));
});
