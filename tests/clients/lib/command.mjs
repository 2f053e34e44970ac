// Commands of the node that end by themselves.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { binary } from './binary.mjs';

/** Runs the node with `args`, for `seconds` at the most. */
export async function run(args, seconds = 60) {
	const child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: seconds * 1000, killSignal: 'SIGKILL' });
	const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve({ code, signal })));
	const [stdout, stderr, { code, signal }] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
	if (signal) throw new Error(`surety-node ${args.join(' ')}: ${signal} after ${seconds} s\n${stderr}`);
	return { code, stdout, stderr };
}

/** Checks that everything adds up in the state that a stopped development node has left. */
export async function checkState(basePath, chain = 'dev') {
	const { code, stdout, stderr } = await run(['check-state', '--chain', chain, '--base-path', basePath], 150);
	if (code !== 0 || !/^state of block [1-9]\d* .* holds/m.test(stdout)) throw new Error(`check-state: ${code}\n${stdout}${stderr}`);
}
