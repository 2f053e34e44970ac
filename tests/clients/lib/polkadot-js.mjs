// The chain through @polkadot/api.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { until } from './wait.mjs';

/** Connects, and returns the API with everything that the library had to say about it. */
export async function connect(ws) {
	const said = [];
	const console_ = { ...console };
	const hear = (...words) => said.push(words.map(String).join(' '));
	Object.assign(console, { log: hear, info: hear, warn: hear, error: hear });
	try {
		const provider = new WsProvider(ws, 1_000, {}, 20_000);
		const api = await ApiPromise.create({ provider, throwOnConnect: true, throwOnUnknown: true });
		return { api, said };
	} finally {
		Object.assign(console, console_);
	}
}

/** An event or an error of a pallet, in plain JavaScript: numbers as `bigint`, enums as `{ Variant: value }`. */
export function plain(value) {
	if (value === null || value === undefined) return null;
	if (typeof value.unwrapOr === 'function') return plain(value.unwrapOr(null));
	if (typeof value.toBigInt === 'function') return value.toBigInt();
	if (typeof value.isBasic === 'boolean') return value.value.isEmpty ? value.type : { [value.type]: plain(value.value) };
	if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value.isTrue === 'boolean') return value.isTrue;
	return value.toString();
}

/**
 * Signs, submits and waits for the block.
 *
 * `events` are the transaction's own without those of its fee, `error` is `{ name, docs }` of a module's error,
 * `fee` what it cost.
 */
export function submit(api, tx, signer, nonce = -1) {
	return new Promise((resolve, reject) => {
		let unsubscribe = () => {};
		const settle = (end, value) => {
			unsubscribe();
			end(value);
		};
		tx.signAndSend(signer, { nonce }, (result) => {
			// What is thrown in here, the library would swallow.
			try {
				if (result.isError) settle(reject, new Error(`${tx.method.section}.${tx.method.method}: ${result.status.type}`));
				else if (result.status.isInBlock) settle(resolve, included(api, result));
			} catch (error) {
				settle(reject, error);
			}
		}).then((stop) => (unsubscribe = stop), reject);
	});
}

function included(api, { status, blockNumber, dispatchError, events }) {
	const paid = events.find(({ event }) => event.section === 'transactionPayment');
	return {
		block: status.asInBlock.toHex(),
		number: blockNumber.toNumber(),
		fee: paid.event.data.actualFee.toBigInt(),
		error: dispatchError && named(api, dispatchError),
		events: events.map(({ event }) => ({
			name: `${event.section}.${event.method}`,
			data: Object.fromEntries(event.meta.fields.map((field, i) => [field.name.unwrapOr(i).toString(), plain(event.data[i])])),
		})),
	};
}

function named(api, dispatchError) {
	if (!dispatchError.isModule) return { name: dispatchError.toString(), docs: '' };
	const { section, name, docs } = api.registry.findMetaError(dispatchError.asModule);
	return { name: `${section}.${name}`, docs: docs.join(' ').trim() };
}

/** The only event of a name among those of a transaction. */
export function only({ events }, name) {
	const found = events.filter((event) => event.name === name);
	if (found.length !== 1) throw new Error(`${found.length} of ${name} among ${events.map((event) => event.name)}`);
	return found[0].data;
}

/** What an account owns at a block: native and asset balances, and holds by their reasons. */
export async function balances(api, block, who, asset) {
	const at = await api.at(block);
	const [{ data }, holds, assetAccount, assetHolds] = await Promise.all([
		at.query.system.account(who),
		at.query.balances.holds(who),
		at.query.assets.account(asset, who),
		at.query.assetsHolder.holds(asset, who),
	]);
	const byReason = (list) => Object.fromEntries(list.map(({ id, amount }) => [`${id.type}.${id.value.type}`, amount.toBigInt()]));
	return {
		free: data.free.toBigInt(),
		reserved: data.reserved.toBigInt(),
		holds: byReason(holds),
		asset: assetAccount.isSome ? assetAccount.unwrap().balance.toBigInt() : 0n,
		assetHolds: byReason(assetHolds),
	};
}

/** Hash of the block before `block`. */
export const parent = async (api, block) => (await api.rpc.chain.getHeader(block)).parentHash.toHex();

/** Waits until the best block is `number` or higher. */
export async function reach(api, number, seconds) {
	await until(`block ${number}`, seconds, async () => (await api.rpc.chain.getHeader()).number.toNumber() >= number);
}

/** The first event of a name in block `from` or later, with its block, whoever caused it. */
export async function happened(api, from, name, seconds, matches = () => true) {
	let number = from;
	return until(name, seconds, async () => {
		const best = (await api.rpc.chain.getHeader()).number.toNumber();
		for (; number <= best; number += 1) {
			const block = (await api.rpc.chain.getBlockHash(number)).toHex();
			const events = await (await api.at(block)).query.system.events();
			for (const { event } of events) {
				if (`${event.section}.${event.method}` !== name) continue;
				const fields = event.meta.fields.map((field, i) => [field.name.unwrapOr(i).toString(), plain(event.data[i])]);
				const data = Object.fromEntries(fields);
				if (matches(data)) return { number, block, data };
			}
		}
		return undefined;
	});
}
