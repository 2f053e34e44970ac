// A real node, started for a test: ports of the system's choice, a directory of its own, gone afterwards.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { binary } from './binary.mjs';
import { call } from './rpc.mjs';
import { until, within } from './wait.mjs';

const START_SECONDS = 180;
const STOP_SECONDS = 20;
const LOG_LINES = 400;

const running = new Set();

// A node must not outlive the tests, however these end.
process.on('exit', () => running.forEach((node) => node.child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** An empty directory, and how to remove it. */
export function temporaryDirectory() {
	const path = mkdtempSync(join(tmpdir(), 'surety-client-tests-'));
	return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The last lines that each running node has logged. */
export function tails(lines = 40) {
	return [...running].map((node) => `--- log of ${node.name} (${node.child.pid})\n${node.tail(lines)}`).join('\n');
}

/** Starts a node with `args`, and waits until it answers. */
export async function startNode({ name = 'node', args = ['--dev'], basePath }) {
	const node = new Node(name, [
		...args,
		...['--base-path', basePath, '--rpc-port', '0', '--prometheus-port', '0'],
		...['--listen-addr', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--no-telemetry', '--disable-log-color'],
	]);
	try {
		await node.ready();
	} catch (error) {
		error.message += `\n${tails()}`;
		await node.kill();
		throw error;
	}
	return node;
}

class Node {
	#log = [];

	constructor(name, args) {
		this.name = name;
		this.child = spawn(binary(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
		this.gone = once(this.child, 'exit').catch(() => {});
		running.add(this);
		for (const stream of [this.child.stdout, this.child.stderr]) {
			createInterface({ input: stream }).on('line', (line) => this.#hear(line));
		}
	}

	#hear(line) {
		this.#log.push(line);
		if (this.#log.length > LOG_LINES) this.#log.shift();
		const rpc = line.match(/JSON-RPC server: addr=(127\.0\.0\.1:\d+)/);
		if (rpc) {
			this.http = `http://${rpc[1]}`;
			this.ws = `ws://${rpc[1]}`;
		}
		const metrics = line.match(/Prometheus exporter started at (127\.0\.0\.1:\d+)/);
		if (metrics) this.metrics = `http://${metrics[1]}/metrics`;
	}

	get ended() {
		return this.child.exitCode !== null || this.child.signalCode !== null;
	}

	tail(lines) {
		return this.#log.slice(-lines).join('\n');
	}

	/** Calls a method of the node's JSON-RPC. */
	rpc(method, ...params) {
		return call(this.http, method, params);
	}

	async ready() {
		await until(`${this.name} answers`, START_SECONDS, async () => {
			if (this.ended) throw new Error(`${this.name} ended with ${this.child.exitCode ?? this.child.signalCode}`);
			return this.http && this.metrics && (await this.rpc('system_health').catch(() => false));
		});
	}

	/** Waits until block `height` is final; returns the number that is. */
	async finalized(height, seconds) {
		return until(`${this.name} finalises block ${height}`, seconds, async () => {
			const { number } = await this.finalizedHead();
			return number >= height && number;
		});
	}

	/** Number and hash of the last final block. */
	async finalizedHead() {
		const hash = await this.rpc('chain_getFinalizedHead');
		const header = await this.rpc('chain_getHeader', hash);
		return { hash, number: Number(header.number) };
	}

	/** Asks the node to end, and returns its exit code. */
	async stop() {
		return this.#end('SIGTERM');
	}

	/** Ends the node without giving it time to do anything. */
	async kill() {
		return this.#end('SIGKILL');
	}

	async #end(signal) {
		if (!this.ended) this.child.kill(signal);
		try {
			await within(STOP_SECONDS, `${this.name} ends`, this.gone);
		} catch (error) {
			this.child.kill('SIGKILL');
			throw error;
		} finally {
			running.delete(this);
		}
		return this.child.exitCode;
	}
}
