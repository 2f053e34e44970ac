// Waiting that ends: nothing in these tests may hang.

import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** Settles as `promise` does, or fails after `seconds`. */
export async function within(seconds, what, promise) {
	const timer = new AbortController();
	const late = sleep(seconds * 1000, undefined, { signal: timer.signal }).then(
		() => {
			throw new Error(`${what}: not done within ${seconds} s`);
		},
		() => new Promise(() => {}),
	);
	try {
		return await Promise.race([promise, late]);
	} finally {
		timer.abort();
	}
}

/** Asks `poll` until it answers with something truthy, which is returned, or fails after `seconds`. */
export async function until(what, seconds, poll) {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await within(Math.max(1, (deadline - Date.now()) / 1000), what, Promise.resolve(poll()));
		if (answer) return answer;
		if (Date.now() > deadline) throw new Error(`${what}: not so within ${seconds} s`);
		await sleep(200);
	}
}
