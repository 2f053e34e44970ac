// Three notaries on one node, one for each way of publishing, and three hundred operators that announce themselves: who
// is present is known after each window, also when the node dies in the middle of one.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { blake2AsU8a, randomAsU8a } from '@polkadot/util-crypto';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { account, alice, bob } from './lib/accounts.mjs';
import { step } from './lib/bounded.mjs';
import { checkState, run } from './lib/command.mjs';
import { UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { connect, only, plain, reach, submit } from './lib/polkadot-js.mjs';
import { announce, isReceipt, ownership } from './lib/presence.mjs';
import { surety } from './lib/surety.mjs';
import { until } from './lib/wait.mjs';

const OPERATORS = 300;
/** Calls of so many operators go into one transaction. */
const AT_ONCE = 50;
const WHOLE = 1_000_000;
const NOTARISATION = 2 ** 32 - 1;
const SLA = { latencyMs: 10, bandwidthKbps: 10, uptime: 990_000_000 };
const PRICE = { asset: 'Native', amount: UNIT, period: 10 };
const CLAIMS = { version: 1, list: [{ Latency: { ms: 20 } }] };
/** Windows for which watching is paid: more than the test lasts. */
const WATCHED = 500;

/**
 * The development chain, with windows that are long enough for three hundred on a machine with other things to do, and with
 * these notaries as those that clients trust who name none.
 */
async function writeChain(path, trusted) {
	const { code, stdout, stderr } = await run(['export-chain-spec', '--chain', 'dev']);
	assert.equal(code, 0, stderr);
	const spec = JSON.parse(stdout);
	const { patch } = spec.genesis.runtimeGenesis;
	patch.notary = { trusted };
	const { windows } = patch.windows;
	Object.assign(windows.stake, { era: 10, report: 60, unbonding: 100 });
	Object.assign(windows.presence, { window: 14, grace: 14, retention: 3 });
	writeFileSync(path, JSON.stringify(spec));
}

const chunks = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

describe('presence', () => {
	const directory = temporaryDirectory();
	const operators = Array.from({ length: OPERATORS }, (_, i) => ({ key: account(`//Operator//${i}`) }));
	const notaries = ['Link', 'Mixed', 'Strict'].map((mode) => ({
		mode,
		account: account(`//Notary//${mode}`),
		key: account(`//Notary//${mode}//presence`),
		suri: `//Notary//${mode}//presence`,
	}));
	const chain = join(directory.path, 'chain.json');
	const args = [
		...['--chain', chain, '--alice', '--force-authoring', `--node-key=${'0'.repeat(63)}1`],
		...['--state-pruning', 'archive', '--presence-http', '127.0.0.1:0'],
	];
	let node;
	let api;
	let genesis;
	let service;
	/** Windows that were seen to be published, by notary. */
	const published = new Map(notaries.map(({ mode }) => [mode, []]));

	const start = async () => {
		node = await startNode({ name: 'node of notaries', args, basePath: directory.path });
		({ api } = await connect(node.ws));
		genesis = api.genesisHash.toHex();
	};
	before(async () => {
		await writeChain(chain, notaries.map((notary) => notary.account.address));
		await start();
	}, { timeout: 200_000 });
	after(async () => {
		await api?.disconnect();
		await node?.stop();
		directory.remove();
	});

	const done = async (tx, signer) => {
		const result = await submit(api, tx, signer);
		assert.equal(result.error, undefined, `${tx.method.section}.${tx.method.method}: ${result.error?.name}`);
		return result;
	};
	/** Calls of several accounts, all or none, in one transaction of Alice's. */
	const asAll = async (calls) => {
		const { tx } = api;
		const inner = calls.map(([who, call]) => tx.utility.dispatchAsFallible({ system: { Signed: who.address } }, call));
		const result = await done(tx.sudo.sudo(tx.utility.batchAll(inner)), alice);
		assert.equal(only(result, 'sudo.Sudid').sudo_result.Ok ?? only(result, 'sudo.Sudid').sudo_result, 'Ok', JSON.stringify(only(result, 'sudo.Sudid'), (_, v) => (typeof v === 'bigint' ? Number(v) : v)));
		return result;
	};
	const window = async () => plain(await api.call.notaryApi.window());
	const open = async () => (await node.rpc('presence_status')).window;
	/** Waits for a window that has only just begun; its number. */
	const fresh = async () => {
		const before = await open();
		return until('a window begins', 60, async () => {
			const now = await open();
			return now > before && now;
		});
	};
	const about = ({ notary, slot, generation }, at) => ({ genesis, notary: notary.account.publicKey, slot, generation, window: at });
	const announced = async (operator, at) => {
		const { receipt, duplicate } = await node.rpc('presence_announce', announce(operator.key, about(operator, at)));
		assert.ok(isReceipt(operator.notary.key, about(operator, at), receipt), 'the receipt is not the notary\'s');
		return duplicate;
	};
	const announceAll = async (at, those = operators) => {
		for (const some of chunks(those, 30)) await Promise.all(some.map((operator) => announced(operator, at)));
	};
	/** What a notary's node has of a window, once it has it. */
	const publication = (notary, at) =>
		until(`window ${at} of ${notary.mode}`, 70, () => node.rpc('presence_publication', notary.account.address, at));
	/** What is on chain of it, once it is. */
	const commitment = (notary, at) =>
		until(`window ${at} of ${notary.mode} on chain`, 70, async () => plain(await api.call.notaryApi.commitment(notary.account.address, at))?.commitment);
	const answers = (notary, slots, at) => node.rpc('presence_query', notary.account.address, slots, at);

	step('should make three notaries, and three hundred operators with an offer each', 150, async () => {
		const { tx } = api;
		const created = await done(tx.registry.createService('Watched', null, 'None', 0, [], { stateless: true, deterministic: false }), bob);
		service = Number(only(created, 'registry.ServiceCreated').service);
		const everybody = [...operators.map(({ key }) => key), ...notaries.map((notary) => notary.account)];
		for (const some of chunks(everybody, 150)) {
			const gifts = some.map((who) => tx.balances.forceSetBalance(who.address, 10_000n * UNIT));
			await done(tx.sudo.sudo(tx.utility.batchAll(gifts)), alice);
		}
		const joins = (who, backed, amount) => [
			[who, tx.registry.join('{}')],
			[who, tx.restaking.stake(who.address, 'Native', amount)],
			[who, tx.restaking.allocate('Native', backed, WHOLE)],
		];
		await asAll(notaries.flatMap((notary) => joins(notary.account, NOTARISATION, 5_000n * UNIT)));
		for (const some of chunks(operators, AT_ONCE)) {
			await asAll(some.flatMap(({ key }) => [
				...joins(key, service, 1_000n * UNIT),
				[key, tx.registry.makeOffer(service, SLA, 5, PRICE, '{}', 200n * UNIT)],
			]));
		}
		const fees = { Posted: { issue: UNIT, watch: UNIT / 1000n } };
		const { http } = await node.rpc('presence_status');
		await Promise.all(notaries.map(async ({ mode, account: who, key, suri }) => {
			await done(
				tx.notary.register([['Latency', fees]], true, mode, `http://${http}`, key.publicKey, ownership(key, genesis, who.publicKey)),
				who,
			);
			await node.rpc('author_insertKey', 'pres', suri, u8aToHex(key.publicKey));
		}));
		const { notaries: known } = plain(await api.call.notaryApi.notaries(null, 10));
		assert.deepEqual(known.map(({ mode }) => mode).sort(), ['Link', 'Mixed', 'Strict']);
		await until('the node serves all three', 30, async () => (await node.rpc('presence_status')).notaries.length === 3);
	});

	step('should attest each offer by one of them', 90, async () => {
		const { tx } = api;
		operators.forEach((operator, i) => (operator.notary = notaries[i % 3]));
		for (const some of chunks(operators, AT_ONCE)) {
			await asAll(some.map(({ key, notary }) => [
				key,
				tx.notary.request(notary.account.address, service, CLAIMS, WATCHED, key.publicKey, 5n * UNIT, 50),
			]));
		}
		const { requests } = plain(await api.call.notaryApi.requests(null, 0, 512));
		assert.equal(requests.length, OPERATORS);
		await Promise.all(notaries.map((notary) => {
			const own = requests.filter((request) => request.notary === notary.account.address);
			assert.equal(own.length, OPERATORS / 3);
			return done(tx.utility.batchAll(own.map(({ id }) => tx.notary.attest(id))), notary.account);
		}));
		for (const notary of notaries) {
			const { attestations } = plain(await api.call.notaryApi.attestations(notary.account.address, 0, 512));
			for (const { slot, generation, operator } of attestations) {
				Object.assign(operators.find(({ key }) => key.address === operator), { slot: Number(slot), generation: Number(generation) });
			}
		}
		assert.ok(operators.every(({ slot, generation }) => slot >= 0 && generation >= 0));
	});

	step('should take the announcements, and refuse the bad ones in words', 150, async () => {
		const at = await fresh();
		const [operator, other] = operators;
		const refused = async (bytes, code, words) => {
			await assert.rejects(node.rpc('presence_announce', bytes), (error) => {
				assert.match(error.message, words);
				return error.message.includes(` ${code} `);
			});
		};
		const what = about(operator, at);
		await refused('0x00', 1100, /no announcement/);
		await refused(announce(operator.key, { ...what, genesis: u8aToHex(randomAsU8a(32)) }), 1100, /another chain/);
		await refused(announce(operator.key, { ...what, window: at - 1 }), 1100, /window is over/);
		await refused(announce(operator.key, { ...what, window: at + 5 }), 1100, /has not begun/);
		await refused(announce(operator.key, { ...what, slot: 5_000 }), 1100, /no attestation/);
		await refused(announce(operator.key, { ...what, generation: 77_777 }), 1100, /is held by/);
		await refused(announce(other.key, what), 1100, /signature/);
		await refused(announce(operator.key, { ...what, notary: bob.publicKey }), 1100, /does not publish/);
		const next = await fresh();
		await announceAll(next);
		assert.equal(await announced(operator, next), true, 'the receipt is given again');
		const { notaries: served } = await node.rpc('presence_status');
		assert.deepEqual(served.map(({ present }) => present), [100, 100, 100]);
		published.set('first', next);
	});

	step('should publish each window as each notary does', 100, async () => {
		const at = published.get('first');
		for (const notary of notaries) {
			const { bytes, commitment: signed } = await publication(notary, at);
			const slots = operators.filter((operator) => operator.notary === notary).map(({ slot }) => slot);
			const told = await answers(notary, [...slots, 60_000], at);
			assert.deepEqual([told.window, told.present, told.universe], [at, 100, 100]);
			assert.deepEqual(told.answers, [...slots.map(() => 'present'), 'not_covered']);
			if (notary.mode === 'Link') {
				assert.equal(plain(await api.call.notaryApi.commitment(notary.account.address, at)).commitment, null);
			} else {
				const known = await commitment(notary, at);
				assert.equal(known.present, 100n);
				assert.equal(known.bytesHash, u8aToHex(blake2AsU8a(hexToU8a(bytes))));
				// What is signed is what is on chain, and then the signature.
				assert.ok(signed.length > 128 && hexToU8a(bytes).length < 64);
			}
			const onChain = plain(await api.call.notaryApi.publication(notary.account.address));
			if (notary.mode === 'Strict') assert.deepEqual([onChain[0], onChain[1]], [BigInt(at), bytes]);
			else assert.equal(onChain, null);
		}
	});

	step('should tell a client with nothing but the address of a node exactly who has announced', 300, async () => {
		// Every sixth is silent: of each notary's hundred there are some.
		const those = operators.filter((_, i) => i % 6 !== 5);
		const kept = join(directory.path, 'snapshots.redb');
		const found = await until('a list that is of one window', 240, async () => {
			const at = await fresh();
			await announceAll(at, those);
			for (const notary of notaries) {
				await publication(notary, at);
				if (notary.mode !== 'Link') await commitment(notary, at);
			}
			// The program keeps what it has read on the user's machine; the test says where.
			const list = await surety(node.ws, ['client', 'discover', '--snapshots', kept], 60);
			// A machine that is slower than a window is long is told of the next one.
			return list.notaries.every(({ window }) => window === at) && list;
		});
		assert.deepEqual(found.notaries.map(({ notary }) => notary).sort(), notaries.map((notary) => notary.account.address).sort());
		assert.equal(found.not_covered, 0);
		assert.deepEqual(found.offers.map(({ operator }) => operator).sort(), those.map(({ key }) => key.address).sort());
		assert.ok(found.offers.every((offer) => offer.service === service));
	});

	step('should tell the whole log of a notary to who may ask for events only', 60, async () => {
		const [notary] = notaries;
		const log = await surety(node.ws, ['notary', 'log', notary.account.address, '--all', '--last', '1000'], 60);
		assert.deepEqual([log.agrees, log.entries, log.known_from, log.list.length], [true, 100, 0, 100]);
		assert.match(log.source, /^blocks 1 to/);
	});

	step('should serve publications over HTTP, for caches to keep', 20, async () => {
		const { http } = await node.rpc('presence_status');
		const at = published.get('first');
		const [notary] = notaries;
		const base = `http://${http}/presence/${u8aToHex(notary.account.publicKey).slice(2)}`;
		const first = await fetch(`${base}/${at}`, { signal: AbortSignal.timeout(5_000) });
		assert.equal(first.status, 200);
		assert.match(first.headers.get('cache-control'), /immutable/);
		const { bytes, commitment: signed } = await publication(notary, at);
		assert.equal(u8aToHex(new Uint8Array(await first.arrayBuffer())), bytes);
		const again = await fetch(`${base}/${at}`, { headers: { 'if-none-match': first.headers.get('etag') }, signal: AbortSignal.timeout(5_000) });
		assert.equal(again.status, 304);
		const commitment = await fetch(`${base}/${at}/commitment`, { signal: AbortSignal.timeout(5_000) });
		assert.equal(u8aToHex(new Uint8Array(await commitment.arrayBuffer())), signed);
		const latest = await fetch(`${base}/latest`, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
		assert.equal(latest.status, 307);
		assert.equal((await fetch(`${base}/4000000000`, { signal: AbortSignal.timeout(5_000) })).status, 404);
	});

	step('should know after one window that an operator has stopped, and one that was revoked at once', 150, async () => {
		const [quiet, revoked] = operators;
		const at = await fresh();
		await announceAll(at, operators.slice(1));
		await publication(quiet.notary, at);
		const told = await answers(quiet.notary, operators.filter(({ notary }) => notary === quiet.notary).map(({ slot }) => slot), at);
		assert.equal(told.present, 99);
		assert.deepEqual(told.answers.map((answer, i) => [i, answer]).filter(([, answer]) => answer !== 'present'), [[0, 'absent']]);

		await done(api.tx.notary.revoke(revoked.slot, 'TooSlow'), revoked.notary.account);
		assert.equal(plain(await api.call.notaryApi.attestationOf(revoked.notary.account.address, revoked.key.address, service)), null);
		const next = await fresh();
		await assert.rejects(announced(revoked, next), /no attestation of this notary holds the slot/);
	});

	step('should count what it takes and refuses for Prometheus', 20, async () => {
		const metrics = await (await fetch(node.metrics, { signal: AbortSignal.timeout(5_000) })).text();
		for (const name of ['announcements_taken_total', 'announcements_refused_total', 'slots_present', 'windows_handed_over_total']) {
			assert.ok(metrics.includes(`surety_presence_${name}`), `there is no ${name}`);
		}
	});

	step('should neither lose nor publish twice what was announced when the node dies in the middle of a window', 400, async () => {
		const those = operators.slice(2);
		const at = await fresh();
		await announceAll(at, those.slice(0, 150));
		await api.disconnect();
		await node.kill();
		await start();
		await until('the node serves all three again', 60, async () => (await node.rpc('presence_status')).notaries.length === 3);
		assert.equal(await open(), at, 'the chain has stood still with its only validator');
		const { notaries: served } = await node.rpc('presence_status');
		assert.equal(served.reduce((sum, { present }) => sum + present, 0), 150);
		assert.equal(await announced(those[0], at), true, 'it was taken before');
		await announceAll(at, those.slice(150));
		const sums = await Promise.all(notaries.map(async (notary) => {
			await publication(notary, at);
			return (await answers(notary, [], at)).present;
		}));
		assert.equal(sums.reduce((a, b) => a + b), those.length);

		// And when it dies after the window, before or after its publication was sent.
		const next = await fresh();
		await announceAll(next, those);
		await until('the window is over', 60, async () => (await open()) > next);
		await api.disconnect();
		await node.kill();
		await start();
		for (const notary of notaries.slice(1)) assert.equal((await commitment(notary, next)).present, notary.mode === 'Mixed' ? 99n : 100n);

		// A commitment for each window that could be seen, and never a second one.
		const head = (await api.rpc.chain.getHeader()).number.toNumber();
		const seen = [];
		for (let number = 1; number <= head; number += 1) {
			const events = await (await api.at(await api.rpc.chain.getBlockHash(number))).query.system.events();
			for (const { event } of events) {
				if (event.section === 'notary' && event.method === 'Committed') seen.push(event.toHuman().data);
			}
		}
		const names = seen.map(({ notary, window: of }) => `${notary} ${of}`);
		assert.ok(names.length > 0);
		assert.equal(new Set(names).size, names.length, 'a window was published twice');
	});

	step('should leave a state in which everything adds up', 180, async () => {
		const { number } = await node.finalizedHead();
		await node.finalized(number + 4, 30);
		await api.disconnect();
		assert.equal(await node.stop(), 0);
		await checkState(directory.path, chain);
	});
});
