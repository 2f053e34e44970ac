// The command line, `surety`, which lies beside the node's binary.

import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { binary } from './binary.mjs';

/** Runs `surety` with `args` against the node at `ws`, for `seconds` at the most, and returns what it prints as JSON. */
export async function surety(ws, args, seconds = 30) {
	const { SURETY_SURI, SURETY_PASSWORD, ...env } = process.env;
	const child = spawn(join(dirname(binary()), 'surety'), ['--json', '--url', ws, ...args], {
		env,
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: seconds * 1000,
		killSignal: 'SIGKILL',
	});
	const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
	const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
	if (code !== 0) throw new Error(`surety ${args.join(' ')}: ${code}\n${stderr}`);
	return JSON.parse(stdout);
}
