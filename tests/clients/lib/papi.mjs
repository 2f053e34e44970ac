// The chain through polkadot-api, without generated descriptors: everything comes from the node's own metadata.

import { createWsClient } from 'polkadot-api/ws';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { WebSocket } from 'ws';

/** Connects. */
export function connect(ws) {
	const client = createWsClient(ws, { websocketClass: WebSocket });
	return { client, api: client.getUnsafeApi() };
}

/**
 * Signs, submits and waits for a block.
 *
 * `error` is the name of a module's error, `fee` what it cost, `events` the payloads by `Pallet.Event`.
 */
export function submit(tx, key) {
	const signer = getPolkadotSigner(key.publicKey, 'Sr25519', (payload) => key.sign(payload));
	return new Promise((resolve, reject) => {
		const subscription = tx.signSubmitAndWatch(signer).subscribe({
			next(status) {
				if (status.type !== 'txBestBlocksState' || !status.found) return;
				queueMicrotask(() => subscription.unsubscribe());
				const events = Object.fromEntries(status.events.map(({ type, value }) => [`${type}.${value.type}`, value.value]));
				const { dispatchError: error } = status;
				resolve({
					block: status.block.hash,
					number: status.block.number,
					fee: events['TransactionPayment.TransactionFeePaid'].actual_fee,
					events,
					error: error && (error.type === 'Module' ? `${error.value.type}.${error.value.value.type}` : error),
				});
			},
			error: reject,
		});
	});
}
