// Tests that end in time, and that show the nodes' logs when they fail.

import { test } from 'node:test';
import { tails } from './node.mjs';
import { within } from './wait.mjs';

/** A test of at most `seconds`. */
export function bounded(name, seconds, body) {
	test(name, { timeout: (seconds + 10) * 1000 }, async (t) => {
		try {
			await within(seconds, name, Promise.resolve(body(t)));
		} catch (error) {
			console.error(tails());
			throw error;
		}
	});
}

let broken;

/** A test that needs what the steps before it in the same file have done: it fails at once when one of them did. */
export function step(name, seconds, body) {
	bounded(name, seconds, async (t) => {
		if (broken) throw new Error(`not tried, since it builds on "${broken}"`);
		broken = name;
		await body(t);
		broken = undefined;
	});
}
