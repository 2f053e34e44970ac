// The command line, `surety`: the one that SURETY_CLI names, else the one beside the node's binary.

import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { binary } from './binary.mjs';

/** Path of the command line's binary. */
function program() {
	const path = process.env.SURETY_CLI || join(dirname(binary()), 'surety');
	try {
		accessSync(path, constants.X_OK);
	} catch (error) {
		throw new Error(`there is no surety at ${path}: build it beside the node, or name it in SURETY_CLI`, { cause: error });
	}
	return path;
}

/** Runs `surety` with `args` against the node at `ws`, for `seconds` at the most, and returns what it prints as JSON. */
export async function surety(ws, args, seconds = 30) {
	// What somebody has set for the program must not change what a test sees.
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SURETY_')));
	const child = spawn(program(), ['--json', '--url', ws, ...args], {
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
