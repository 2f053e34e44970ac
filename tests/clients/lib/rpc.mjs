// Plain JSON-RPC over HTTP, and what tests read with it from any pallet.

let id = 0;

/** Calls `method` at `url`; a refusal is an error. */
export async function call(url, method, params = []) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
		signal: AbortSignal.timeout(15_000),
	});
	const { result, error } = await response.json();
	if (error) throw new Error(`${method}: ${error.code} ${error.message} ${error.data ?? ''}`);
	return result;
}

/** Everything stored under `prefix` (hex) at block `at`, as sorted `[key, value]` pairs. */
export async function stored(url, prefix, at) {
	const pairs = [];
	const page = 500;
	for (let keys = [], last = null; ; ) {
		keys = await call(url, 'state_getKeysPaged', [prefix, page, last, at]);
		if (keys.length === 0) return pairs;
		const [{ changes }] = await call(url, 'state_queryStorageAt', [keys, at]);
		pairs.push(...changes);
		last = keys[keys.length - 1];
		if (keys.length < page) return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
	}
}

/** What `stored` gave, without what a hook writes by itself in blocks in which nobody does anything. */
export const without = (pairs, ...keys) => pairs.filter(([key]) => !keys.includes(key));
